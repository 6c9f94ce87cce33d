//! Elements of lists in a JSON text, one at a time: a capture of hundreds of megabytes is never held as a
//! whole. What lies beside the lists is passed over unread.

use std::io::Read;

use memchr::memchr2;

/// Why a text cannot be read on.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// It ends in the middle.
    Cut,
    /// It is no JSON, at this byte.
    NotJson(u64),
    /// Reading failed.
    Failed(String),
}

/// What is done with an element: the number of its list among those asked for, and its text; nothing where
/// the element is larger than the limit.
pub type Each<'f> = dyn FnMut(usize, Option<&[u8]>) + 'f;

/// Calls `each` for every element of the lists at some paths, and says which of the lists there are. A path
/// of no members is the text itself: a list, or several values one after the other.
pub fn elements(input: &mut dyn Read, paths: &[&[&str]], limit: usize, each: &mut Each) -> Result<Vec<bool>, Stop> {
    let mut text = Text { input, buffer: vec![0; 1 << 18], at: 0, end: 0, before: 0 };
    let mut walk = Walk { paths, limit, each, found: vec![false; paths.len()], element: Vec::new() };
    text.bom()?;
    let mut any = false;
    while text.peek()?.is_some() {
        any = true;
        let all: Vec<usize> = (0..paths.len()).collect();
        walk.value(&mut text, &all, 0)?;
        if paths.iter().all(|path| !path.is_empty()) {
            break;
        }
    }
    if any { Ok(walk.found) } else { Err(Stop::Cut) }
}

struct Walk<'w, 'f> {
    paths: &'w [&'w [&'w str]],
    limit: usize,
    each: &'w mut Each<'f>,
    found: Vec<bool>,
    element: Vec<u8>,
}

impl Walk<'_, '_> {
    /// A value to which some of the paths lead, so many members deep.
    fn value(&mut self, text: &mut Text, lead: &[usize], depth: usize) -> Result<(), Stop> {
        let ends = lead.iter().copied().find(|at| self.paths[*at].len() == depth);
        match (text.peek()?, ends) {
            (Some(b'['), Some(which)) => self.list(text, which),
            (Some(b'{'), Some(which)) if depth == 0 => {
                self.found[which] = true;
                self.one(text, which)
            }
            (Some(b'{'), None) => self.members(text, lead, depth),
            _ => text.value(None),
        }
    }

    fn list(&mut self, text: &mut Text, which: usize) -> Result<(), Stop> {
        self.found[which] = true;
        text.expect(b'[')?;
        if text.peek()? == Some(b']') {
            return text.expect(b']');
        }
        loop {
            self.one(text, which)?;
            match text.peek()? {
                Some(b',') => text.expect(b',')?,
                _ => return text.expect(b']'),
            }
        }
    }

    fn one(&mut self, text: &mut Text, which: usize) -> Result<(), Stop> {
        self.element.clear();
        text.value(Some((&mut self.element, self.limit)))?;
        let whole = self.element.len() <= self.limit;
        (self.each)(which, whole.then_some(&self.element));
        Ok(())
    }

    fn members(&mut self, text: &mut Text, lead: &[usize], depth: usize) -> Result<(), Stop> {
        text.expect(b'{')?;
        if text.peek()? == Some(b'}') {
            return text.expect(b'}');
        }
        let mut key = Vec::new();
        loop {
            key.clear();
            text.peek()?;
            text.string(&mut Some((&mut key, 1 << 10)))?;
            text.peek()?;
            text.expect(b':')?;
            let name = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
            let on: Vec<usize> =
                lead.iter().copied().filter(|at| self.paths[*at].get(depth).is_some_and(|it| it.as_bytes() == name)).collect();
            if on.is_empty() {
                text.peek()?;
                text.value(None)?;
            } else {
                self.value(text, &on, depth + 1)?;
            }
            match text.peek()? {
                Some(b',') => text.expect(b',')?,
                _ => return text.expect(b'}'),
            }
        }
    }
}

/// Where what is read is kept, and how much of it; one byte more tells that it was too much.
type Kept<'k> = Option<(&'k mut Vec<u8>, usize)>;

fn keep(kept: &mut Kept, bytes: &[u8]) {
    if let Some((kept, limit)) = kept {
        let room = (*limit + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

struct Text<'r> {
    input: &'r mut dyn Read,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    before: u64,
}

impl Text<'_> {
    /// Whether there is a byte at `at`; reads on where the buffer is empty.
    fn fill(&mut self) -> Result<bool, Stop> {
        if self.at < self.end {
            return Ok(true);
        }
        self.before += self.end as u64;
        self.at = 0;
        self.end = loop {
            match self.input.read(&mut self.buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| Stop::Failed(error.to_string()))?,
            }
        };
        Ok(self.end > 0)
    }

    fn bom(&mut self) -> Result<(), Stop> {
        if self.fill()? && self.buffer[..self.end].starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        Ok(())
    }

    /// The next byte that is no space, not yet taken.
    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        while self.fill()? {
            match self.buffer[self.at] {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Ok(Some(byte)),
            }
        }
        Ok(None)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Stop> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.wrong()),
            None => Err(Stop::Cut),
        }
    }

    fn wrong(&self) -> Stop {
        Stop::NotJson(self.before + self.at as u64)
    }

    /// A string, from one quote to the other.
    fn string(&mut self, kept: &mut Kept) -> Result<(), Stop> {
        if !self.fill()? {
            return Err(Stop::Cut);
        }
        if self.buffer[self.at] != b'"' {
            return Err(self.wrong());
        }
        keep(kept, b"\"");
        self.at += 1;
        let mut escaped = false;
        loop {
            if !self.fill()? {
                return Err(Stop::Cut);
            }
            let rest = &self.buffer[self.at..self.end];
            if escaped {
                keep(kept, &rest[..1]);
                self.at += 1;
                escaped = false;
                continue;
            }
            let Some(next) = memchr2(b'"', b'\\', rest) else {
                keep(kept, rest);
                self.at = self.end;
                continue;
            };
            keep(kept, &rest[..=next]);
            escaped = rest[next] == b'\\';
            self.at += next + 1;
            if !escaped {
                return Ok(());
            }
        }
    }

    /// A whole value, whatever it is.
    fn value(&mut self, kept: Kept) -> Result<(), Stop> {
        let mut kept = kept;
        let mut depth = 0usize;
        loop {
            let Some(byte) = self.peek()? else { return Err(Stop::Cut) };
            match byte {
                b'"' => self.string(&mut kept)?,
                b'{' | b'[' => {
                    keep(&mut kept, &[byte]);
                    self.at += 1;
                    depth += 1;
                    continue;
                }
                b'}' | b']' if depth > 0 => {
                    keep(&mut kept, &[byte]);
                    self.at += 1;
                    depth -= 1;
                }
                b',' | b':' if depth > 0 => {
                    keep(&mut kept, &[byte]);
                    self.at += 1;
                    continue;
                }
                b'-' | b'0'..=b'9' | b'a'..=b'z' => self.word(&mut kept)?,
                _ => return Err(self.wrong()),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// A number, or `true`, `false`, `null`.
    fn word(&mut self, kept: &mut Kept) -> Result<(), Stop> {
        while self.fill()? {
            let rest = &self.buffer[self.at..self.end];
            let length = rest.iter().position(|it| !(it.is_ascii_alphanumeric() || b"+-.".contains(it))).unwrap_or(rest.len());
            keep(kept, &rest[..length]);
            let ended = length < rest.len();
            self.at += length;
            if ended {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Stop, elements};

    /// A reader of one byte at a time: every seam of the buffer is tried.
    struct Slow<'a>(&'a [u8]);

    impl std::io::Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn read(text: &str, paths: &[&[&str]], limit: usize) -> Result<(Vec<bool>, Vec<String>), Stop> {
        let mut found = Vec::new();
        let lists = elements(&mut Slow(text.as_bytes()), paths, limit, &mut |which, element| {
            found.push(format!("{which} {}", element.map_or("too large".into(), String::from_utf8_lossy)));
        })?;
        Ok((lists, found))
    }

    #[test]
    fn elements_come_one_by_one_and_the_rest_is_passed_over() {
        let text = "\u{feff}{\"x\":{\"entries\":[9]},\"log\":{\"a\\\"b\":[{}],\"pages\":[],\"entries\":[{\"u\":\"]\\\\\"}, 12 ,\"t\"]}}";
        let (lists, found) = read(text, &[&["log", "entries"], &["log", "pages"], &["log", "none"]], 99).expect("it is JSON");
        assert_eq!(lists, [true, true, false]);
        assert_eq!(found, ["0 {\"u\":\"]\\\\\"}", "0 12", "0 \"t\""]);
    }

    #[test]
    fn values_one_after_the_other_are_elements_of_the_text() {
        assert_eq!(read("{\"a\":1}\n{\"b\":[2]}\n", &[&[]], 99).expect("it is JSON").1, ["0 {\"a\":1}", "0 {\"b\":[2]}"]);
        assert_eq!(read("[{\"a\":1}]", &[&[]], 99).expect("it is JSON").1, ["0 {\"a\":1}"]);
    }

    #[test]
    fn what_is_too_large_is_said_and_the_next_is_read() {
        assert_eq!(read("[\"0123456789\",1]", &[&[]], 5).expect("it is JSON").1, ["0 too large", "0 1"]);
    }

    #[test]
    fn a_text_that_ends_or_is_none_is_told() {
        assert_eq!(read("{\"log\":{\"entries\":[{\"a\":\"b", &[&["log", "entries"]], 99), Err(Stop::Cut));
        assert_eq!(read("", &[&[]], 99), Err(Stop::Cut));
        assert_eq!(read("<html>", &[&[]], 99), Err(Stop::NotJson(0)));
        assert_eq!(read("{\"log\" 1}", &[&["log"]], 99), Err(Stop::NotJson(7)));
    }
}
