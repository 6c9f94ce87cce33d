//! What really leaves: captures of many kinds, read into one sort of record. Values that were sent are
//! looked at and forgotten; no record holds one.

mod address;
mod code;
mod desk;
mod digest;
mod gather;
mod identifiers;
mod kinds;
mod leaves;
mod matching;
mod names;
mod persona;
mod seen;
mod signatures;
mod stream;
mod tree;
mod weight;
mod written;

pub use desk::Desk;
pub use gather::{Captured, Evidence, gather, persona_of};
pub use identifiers::{IDENTIFIERS, Identifier, identify};
pub use kinds::{KINDS, named};
pub use matching::{Meeting, Met, Told, meetings};
pub use persona::{Persona, PersonaDecl};
pub use seen::{Coverage, Locator, Notes, Observation, Party, SeenForm, Sighting, Strength, plain};
pub use signatures::Signatures;
pub use written::Written;

use std::io::Read;

/// A kind of captures.
pub struct Kind {
    /// Its name in `ropa.yaml` and on the command line.
    pub id: &'static str,
    /// What such a file is, in a few words.
    pub summary: &'static str,
    /// What sends what it shows, as long as nobody has named it.
    pub system: &'static str,
    /// It holds values that were sent, and does not belong into git.
    pub raw: bool,
    read: fn(&mut Input, &Desk, &mut Notes) -> Result<(), Unread>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// A file as it comes in.
pub struct Input<'r> {
    /// Its bytes.
    pub reader: Box<dyn Read + Send + 'r>,
}

/// Bytes of a file that is read as a whole, at most.
const WHOLE: u64 = 16 << 20;

impl Input<'_> {
    /// The whole file, for kinds that are small.
    fn whole(&mut self) -> Result<Vec<u8>, Unread> {
        self.up_to(WHOLE)
    }

    /// The whole file, of so many bytes at most: for kinds that take far more room than the file has.
    fn up_to(&mut self, limit: u64) -> Result<Vec<u8>, Unread> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| Unread::because(error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(Unread::because(format!("is larger than {} MiB", limit >> 20)));
        }
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Ok(bytes)
    }

    /// The whole file as JSON, of which every text is kept.
    fn owned<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, Unread> {
        let bytes = self.whole()?;
        if weight::is_above_with_letters(weight::WEIGHT, &bytes) {
            return Err(Unread::too_heavy());
        }
        Input::parsed(&bytes)
    }

    /// A whole file as JSON, of which a tree may be made.
    fn json<'b, T: serde::Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Unread> {
        if weight::is_above(weight::WEIGHT, bytes) {
            return Err(Unread::too_heavy());
        }
        Input::parsed(bytes)
    }

    /// A whole file as JSON, of which little is kept.
    fn parsed<'b, T: serde::Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, Unread> {
        serde_json::from_slice(bytes).map_err(|error| match error.classify() {
            serde_json::error::Category::Eof => Unread::because("ends in the middle"),
            serde_json::error::Category::Data => {
                Unread::because(format!("has something else than expected in line {}, column {}", error.line(), error.column()))
            }
            _ => Unread::because(format!("is no JSON from line {}, column {} on", error.line(), error.column())),
        })
    }

    /// The whole file as text, of so many bytes at most.
    fn text(&mut self, limit: u64) -> Result<String, Unread> {
        String::from_utf8(self.up_to(limit)?).map_err(|_| Unread::because("is not UTF-8"))
    }
}

/// Why a capture says nothing; follows the file's name in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread(pub String);

impl Unread {
    fn because(why: impl Into<String>) -> Unread {
        Unread(why.into())
    }

    fn too_heavy() -> Unread {
        Unread::because("is made of so many values that it would fill the memory")
    }
}

impl From<stream::Stop> for Unread {
    fn from(stop: stream::Stop) -> Unread {
        Unread(match stop {
            stream::Stop::Cut => "ends in the middle".to_owned(),
            stream::Stop::NotJson(at) => format!("is no JSON from byte {at} on"),
            stream::Stop::Failed(why) => format!("cannot be read: {why}"),
        })
    }
}

impl Kind {
    /// Reads a file. One in which there is nothing to see is not read: an empty green is no green.
    pub fn read<'r>(&self, name: &str, reader: Box<dyn Read + Send + 'r>, desk: &Desk) -> Result<Notes, Unread> {
        let mut notes = Notes::on(name);
        (self.read)(&mut Input { reader }, desk, &mut notes)?;
        if notes.coverage.entries == 0 {
            return Err(Unread::because(
                "holds nothing that could be looked at: it shows neither that something leaves nor that nothing does",
            ));
        }
        Ok(notes)
    }
}
