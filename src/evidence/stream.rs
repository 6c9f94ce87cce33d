//! Elements of lists, and members of objects, in a JSON text, one at a time: a capture of hundreds of megabytes
//! is never held as a whole. What lies beside them is passed over unread.

use std::io::Read;

use memchr::memchr2;

use super::weight::is_above;

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

/// Bytes of the tree of one element, at most.
const TREE: usize = 80 << 20;

/// What is done with an element: the number of its list among those asked for, and its text; nothing where
/// the element is larger than the limit, or made of so many values that they would fill the memory.
pub type Each<'f> = dyn FnMut(usize, Option<&[u8]>) + 'f;

/// What is done with a member: the number of its object among those asked for, its name, and its text; nothing
/// where the member is too large in the same sense.
pub type EachMember<'f> = dyn FnMut(usize, &str, Option<&[u8]>) + 'f;

/// Calls `each` for every element of the lists at some paths, and says which of the lists there are. A path
/// of no members is the text itself: a list, or several values one after the other.
pub fn elements(input: &mut dyn Read, paths: &[&[&str]], limit: usize, each: &mut Each) -> Result<Vec<bool>, Stop> {
    walk(input, paths, Parts::Elements, limit, &mut |which, _, element| each(which, element))
}

/// Calls `each` for every member of the objects at some paths, and says which of the objects there are.
pub fn members(input: &mut dyn Read, paths: &[&[&str]], limit: usize, each: &mut EachMember) -> Result<Vec<bool>, Stop> {
    walk(input, paths, Parts::Members, limit, each)
}

fn walk(input: &mut dyn Read, paths: &[&[&str]], parts: Parts, limit: usize, each: &mut EachMember) -> Result<Vec<bool>, Stop> {
    let mut text = Text { input, buffer: vec![0; 1 << 18], at: 0, end: 0, before: 0 };
    let mut walk = Walk { paths, parts, limit, each, found: vec![false; paths.len()], element: Vec::new() };
    text.bom()?;
    let mut any = false;
    while text.peek()?.is_some() {
        any = true;
        let all: Vec<usize> = (0..paths.len()).collect();
        walk.value(&mut text, &all, 0)?;
        // One document: what follows it would go unread.
        if paths.iter().all(|path| !path.is_empty()) && text.peek()?.is_some() {
            return Err(text.wrong());
        }
    }
    if any { Ok(walk.found) } else { Err(Stop::Cut) }
}

/// What is handed out one by one.
#[derive(Clone, Copy)]
enum Parts {
    Elements,
    Members,
}

/// Bytes of a member's name, at most.
const NAME: usize = 1 << 10;

struct Walk<'w, 'f> {
    paths: &'w [&'w [&'w str]],
    parts: Parts,
    limit: usize,
    each: &'w mut EachMember<'f>,
    found: Vec<bool>,
    element: Vec<u8>,
}

impl Walk<'_, '_> {
    /// A value to which some of the paths lead, so many members deep.
    fn value(&mut self, text: &mut Text, lead: &[usize], depth: usize) -> Result<(), Stop> {
        let ends = lead.iter().copied().find(|at| self.paths[*at].len() == depth);
        match (text.peek()?, ends, self.parts) {
            (Some(b'['), Some(which), Parts::Elements) => self.list(text, which),
            (Some(b'{'), Some(which), Parts::Elements) if depth == 0 => {
                self.found[which] = true;
                self.one(text, which, "")
            }
            (Some(b'{'), Some(which), Parts::Members) => {
                self.found[which] = true;
                self.members(text, |walk, text, name| {
                    let name: String = serde_json::from_slice(name).unwrap_or_default();
                    walk.one(text, which, &name)
                })
            }
            (Some(b'{'), None, _) => self.members(text, |walk, text, name| {
                let name = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
                let is_next = |at: &usize| walk.paths[*at].get(depth).is_some_and(|it| it.as_bytes() == name);
                let on: Vec<usize> = lead.iter().copied().filter(is_next).collect();
                if on.is_empty() {
                    text.peek()?;
                    return text.value(None);
                }
                walk.value(text, &on, depth + 1)
            }),
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
            self.one(text, which, "")?;
            match text.peek()? {
                Some(b',') => text.expect(b',')?,
                _ => return text.expect(b']'),
            }
        }
    }

    fn one(&mut self, text: &mut Text, which: usize, name: &str) -> Result<(), Stop> {
        self.element.clear();
        text.value(Some((&mut self.element, self.limit)))?;
        let whole = self.element.len() <= self.limit && !is_above(TREE, &self.element);
        (self.each)(which, name, whole.then_some(&self.element));
        Ok(())
    }

    /// Every member of an object, with its name as written, quotes included; the value is taken by `each`.
    fn members(&mut self, text: &mut Text, each: impl Fn(&mut Self, &mut Text, &[u8]) -> Result<(), Stop>) -> Result<(), Stop> {
        text.expect(b'{')?;
        if text.peek()? == Some(b'}') {
            return text.expect(b'}');
        }
        let mut name = Vec::new();
        loop {
            name.clear();
            text.peek()?;
            text.string(&mut Some((&mut name, NAME)))?;
            text.peek()?;
            text.expect(b':')?;
            each(self, text, &name)?;
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
        self.end = 0;
        self.more()
    }

    /// Reads behind what the buffer holds. Whether there was anything.
    fn more(&mut self) -> Result<bool, Stop> {
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => {
                    let read = read.map_err(|error| Stop::Failed(error.to_string()))?;
                    self.end += read;
                    return Ok(read > 0);
                }
            }
        }
    }

    fn bom(&mut self) -> Result<(), Stop> {
        const BOM: &[u8] = b"\xef\xbb\xbf";
        while self.end < BOM.len() && self.more()? {}
        if self.buffer[..self.end].starts_with(BOM) {
            self.at = BOM.len();
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
    use super::{Stop, TREE, elements, members};

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
    fn an_element_of_too_many_values_is_too_large() {
        let text = format!("[[{}0],1]", "[],".repeat(TREE / 60));
        assert_eq!(read(&text, &[&[]], 1 << 30).expect("it is JSON").1, ["0 too large", "0 1"]);
    }

    #[test]
    fn a_text_that_ends_or_is_none_is_told() {
        assert_eq!(read("{\"log\":{\"entries\":[{\"a\":\"b", &[&["log", "entries"]], 99), Err(Stop::Cut));
        assert_eq!(read("", &[&[]], 99), Err(Stop::Cut));
        assert_eq!(read("<html>", &[&[]], 99), Err(Stop::NotJson(0)));
        assert_eq!(read("{\"log\" 1}", &[&["log"]], 99), Err(Stop::NotJson(7)));
    }

    #[test]
    fn only_space_follows_the_one_document() {
        assert_eq!(read("{\"log\":[1]} \n", &[&["log"]], 99).expect("it is JSON").1, ["0 1"]);
        assert_eq!(read("{\"log\":[1]}\n{\"log\":[2]}", &[&["log"]], 99), Err(Stop::NotJson(12)));
        assert_eq!(read("{\"log\":[1]}{", &[&["log"]], 99), Err(Stop::NotJson(11)));
    }

    #[test]
    fn members_come_one_by_one_with_their_names() {
        let text = r#"{"nodes":{"a\"b":{"x":[1]},"c": 2 },"tags":[1],"last":{"inner":{"d":"e"},"none":{}}}"#;
        let mut found = Vec::new();
        let paths: &[&[&str]] = &[&["nodes"], &["last", "inner"], &["last", "none"], &["tags"], &["missing"]];
        let there = members(&mut Slow(text.as_bytes()), paths, 9, &mut |which, name, member| {
            found.push(format!("{which} {name} {}", member.map_or("too large".into(), String::from_utf8_lossy)));
        });
        assert_eq!(there, Ok(vec![true, true, true, false, false]));
        assert_eq!(found, ["0 a\"b {\"x\":[1]}", "0 c 2", "1 d \"e\""]);
    }
}
