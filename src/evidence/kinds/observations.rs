//! What `ropa observe --write` has written: observations that live in git in place of the raw capture.

use crate::evidence::desk::Desk;
use crate::evidence::seen::Notes;
use crate::evidence::written::{SCHEMA, Written};
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static OBSERVATIONS: Kind = Kind {
    id: "observations",
    summary: "what `ropa observe --write` has written, in place of a raw capture",
    system: "website",
    raw: false,
    read,
};

fn read(input: &mut Input, _: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let written: Written = input.owned()?;
    if written.schema != SCHEMA {
        return Err(Unread::because(format!("is not of the form `{SCHEMA}`: write it again with `ropa observe --write`")));
    }
    let file = std::mem::take(&mut notes.file);
    *notes = Notes { file, ..written.into_notes() };
    Ok(())
}
