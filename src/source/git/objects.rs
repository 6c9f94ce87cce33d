//! One `git cat-file --batch` that is asked for one object after the other.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, bail};

/// An object of the database.
pub struct Object {
    pub id: String,
    pub kind: Kind,
    /// Its content; none where it is larger than was asked for.
    pub bytes: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Commit,
    Tree,
    Blob,
    Other,
}

/// The running command.
pub struct Objects {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub fn open(folder: &Path) -> anyhow::Result<Objects> {
        let mut command = super::command(folder, &["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("running git")?;
        let (asks, answers) = (child.stdin.take(), child.stdout.take().context("git has no output")?);
        Ok(Objects { child, asks, answers: BufReader::new(answers) })
    }

    /// The object of a name on one line, with at most `limit` bytes; none where there is none.
    pub fn get(&mut self, name: &str, limit: u64) -> anyhow::Result<Option<Object>> {
        let asks = self.asks.as_mut().context("git no longer listens")?;
        writeln!(asks, "{name}").and_then(|()| asks.flush()).with_context(|| format!("asking git for `{name}`"))?;
        let mut line = Vec::new();
        self.answers.read_until(b'\n', &mut line).context("reading what git says")?;
        let line = String::from_utf8_lossy(&line);
        let Some(line) = line.strip_suffix('\n') else { bail!("git broke off at `{name}`") };
        let parts: Vec<&str> = line.split(' ').collect();
        let [id, kind, size] = parts.as_slice() else {
            // `<name> missing`; the name itself may hold blanks.
            return if line.ends_with(" ambiguous") { bail!("`{name}` is short for several objects; write more of it") } else { Ok(None) };
        };
        let Ok(size) = size.parse::<u64>() else { return Ok(None) };
        let kind = match *kind {
            "commit" => Kind::Commit,
            "tree" => Kind::Tree,
            "blob" => Kind::Blob,
            _ => Kind::Other,
        };
        let bytes = self.content(size, limit).with_context(|| format!("reading `{name}` from git"))?;
        Ok(Some(Object { id: (*id).to_owned(), kind, bytes }))
    }

    /// The content that follows a header, and the line break behind it.
    fn content(&mut self, size: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let mut rest = self.answers.by_ref().take(size + 1);
        if size > limit {
            io::copy(&mut rest, &mut io::sink())?;
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(size as usize + 1);
        rest.read_to_end(&mut bytes)?;
        match bytes.pop() {
            Some(b'\n') if bytes.len() as u64 == size => Ok(Some(bytes)),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Without a question left it ends by itself; waiting for it leaves no process behind.
        self.asks = None;
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}
