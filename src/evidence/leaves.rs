//! What a request carries, taken apart to single values. Labels lie, so every part is read by what it looks
//! like: query strings, JSON, forms in parts, lines, base64, gzip, and any of them within each other.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

use super::names::{HIDDEN, is_plain, shown};
use super::persona::Persona;
use super::tree::Tree;
use super::weight;

/// One value and the path that leads to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Members joined with `.`, indexes left out.
    pub path: String,
    /// The same with `*` for members that are values, where there are any.
    hidden: Option<String>,
    /// The value, decoded as far as it goes.
    pub value: String,
}

impl Leaf {
    /// The path as it may be shown: no value stands in it.
    pub fn field(&self) -> &str {
        self.hidden.as_deref().unwrap_or(&self.path)
    }
}

/// A value of the persona that stands in a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The path as it may be shown.
    pub field: String,
    /// `subject.field`.
    pub item: String,
    /// It was a digest of the value.
    pub digest: bool,
}

/// The way to a value.
#[derive(Clone, Debug, Default)]
struct Path {
    plain: String,
    /// With `*` for members that are values, where there are any.
    hidden: Option<String>,
}

/// Encodings within each other, at most.
const DEPTH: usize = 8;
/// Values of one request, at most.
const LEAVES: usize = 20_000;
/// Bytes that a compressed body may become, and that all decoding of one request may read.
const BYTES: usize = 16 << 20;
/// Bytes of the tree that is made of a JSON text, at most.
const WEIGHT: usize = 48 << 20;
/// Percent signs are undone so often.
const PERCENT: usize = 4;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Takes parts of a request apart.
#[derive(Debug, Default)]
pub struct Leaves<'p> {
    /// Every value found.
    pub found: Vec<Leaf>,
    /// Values of the persona in names.
    pub told: BTreeSet<Told>,
    /// Some of it could not be read, or was too much.
    pub cut: bool,
    spent: usize,
    persona: Option<&'p Persona>,
}

impl<'p> Leaves<'p> {
    /// Looks for a persona in names, too.
    pub fn with(persona: &'p Persona) -> Leaves<'p> {
        Leaves { persona: Some(persona).filter(|it| !it.is_empty()), ..Leaves::default() }
    }

    /// The way to a member. What is a value and no name is hidden in it.
    fn joined(&mut self, path: &Path, key: &str) -> Path {
        let plain = joined(&path.plain, key);
        let text = undone(key);
        let persona = self.persona;
        let hits = persona.map(|it| it.find(&text)).unwrap_or_default();
        // Most keys are plain words: nothing to look for in their parts.
        let name = if hits.is_empty() && is_plain(&text) {
            Cow::Borrowed(text.as_ref())
        } else {
            shown(&text, |it| persona.is_some_and(|persona| !persona.find(it).is_empty()))
        };
        let name = if name == text { key } else { name.as_ref() };
        let hidden = (name != key || path.hidden.is_some()).then(|| joined(path.hidden.as_deref().unwrap_or(&path.plain), name));
        if self.told.len() < LEAVES {
            for hit in hits {
                let field = hidden.clone().unwrap_or_else(|| HIDDEN.to_owned());
                self.told.insert(Told { field, item: hit.item.to_owned(), digest: hit.digest });
            }
        }
        Path { plain, hidden }
    }

    fn found(&mut self, path: Path, value: &str) {
        self.found.push(Leaf { path: path.plain, hidden: path.hidden, value: value.to_owned() });
    }

    /// Reads what stands after `?`.
    pub fn query(&mut self, query: &str) {
        if !query.is_empty() {
            self.pairs(&Path::default(), query, 0);
        }
    }

    /// Reads `;key=value` parts of a path.
    pub fn path(&mut self, path: &str) {
        for part in path.split(';').skip(1) {
            if let Some((key, value)) = part.split_once('=') {
                let value = value.split('/').next().unwrap_or_default();
                let path = self.joined(&Path::default(), &unescaped(key, false));
                self.value(&path, &unescaped(value, false), 0);
            }
        }
    }

    /// Reads a body. Whether anything was understood.
    pub fn body(&mut self, bytes: &[u8]) -> bool {
        self.bytes(&Path::default(), bytes, 0)
    }

    /// Adds a value that the source has already decoded.
    pub fn given(&mut self, path: &str, value: &str) {
        let beside = ["cookie", "header"].into_iter().find_map(|it| Some((it, path.strip_prefix(it)?.strip_prefix('.')?)));
        let path = match beside {
            Some((kind, name)) => self.joined(&Path { plain: kind.to_owned(), hidden: None }, name),
            None => self.joined(&Path::default(), path),
        };
        self.value(&path, value, 0);
    }

    fn spend(&mut self, bytes: usize) -> bool {
        self.spent += bytes;
        let within = self.spent <= BYTES && self.found.len() < LEAVES;
        self.cut |= !within;
        within
    }

    /// Bytes that may be anything.
    fn bytes(&mut self, path: &Path, bytes: &[u8], depth: usize) -> bool {
        if !self.spend(bytes.len()) {
            return false;
        }
        if let Some(unpacked) = unpacked(bytes) {
            return depth < DEPTH && self.bytes(path, &unpacked, depth + 1);
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return true;
        }
        if text.starts_with("--") && self.parts(path, bytes, depth) {
            return true;
        }
        if self.json(path, text, depth) {
            return true;
        }
        // Batches: each line a query, or an object.
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
        if lines.len() > 1 && lines.iter().all(|it| is_pairs(it, 1) || is_json(it)) {
            for line in lines {
                if !self.json(path, line, depth) {
                    self.pairs(path, line, depth);
                }
            }
            return true;
        }
        if is_pairs(text, 1) && !is_base64(text) {
            self.pairs(path, text, depth);
            return true;
        }
        if !is_readable(text) {
            return false;
        }
        self.value(path, text, depth);
        true
    }

    /// `k=v` joined by `&`. Adobe opens a member with `c.` and closes it with `.c`.
    fn pairs(&mut self, path: &Path, text: &str, depth: usize) {
        let mut open: Vec<String> = Vec::new();
        for pair in text.split('&').filter(|it| !it.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = unescaped(key, true);
            match key.strip_suffix('.').filter(|it| value.is_empty() && !it.is_empty()) {
                Some(member) if open.len() < DEPTH => open.push(member.to_owned()),
                _ if value.is_empty() && key.strip_prefix('.').is_some_and(|it| open.last().is_some_and(|last| last == it)) => {
                    open.pop();
                }
                _ => {
                    let within = open.iter().fold(path.clone(), |path, member| self.joined(&path, member));
                    // A name alone may tell as much as a value.
                    let path = self.joined(&within, &key);
                    if !value.is_empty() {
                        self.value(&path, &unescaped(value, true), depth);
                    }
                }
            }
        }
    }

    /// An object or list; whether the text is one.
    fn json(&mut self, path: &Path, text: &str, depth: usize) -> bool {
        if !is_json(text) {
            return false;
        }
        if weight::is_above(WEIGHT, text.as_bytes()) {
            self.cut = true;
            return true;
        }
        let Ok(value) = serde_json::from_str::<Tree>(text) else { return false };
        self.member(path, &value, depth);
        true
    }

    fn member(&mut self, path: &Path, value: &Tree, depth: usize) {
        match value {
            Tree::Null | Tree::Bool(_) => {}
            Tree::Number(number) => self.value(path, &number.to_string(), depth),
            Tree::Text(text) => self.value(path, text, depth),
            Tree::List(list) => list.iter().for_each(|it| self.member(path, it, depth)),
            Tree::Object(members) => {
                for (key, it) in members {
                    let path = self.joined(path, key);
                    self.member(&path, it, depth);
                }
            }
        }
    }

    /// A text that may still hold another.
    fn value(&mut self, path: &Path, text: &str, depth: usize) {
        let text = text.trim();
        if text.is_empty() || !self.spend(text.len()) {
            return;
        }
        if depth < DEPTH {
            if self.json(path, text, depth + 1) {
                return;
            }
            if let Some(fields) = text.strip_prefix("tv.1~") {
                return self.user_data(path, fields);
            }
            if is_pairs(text, 2) {
                return self.pairs(path, text, depth + 1);
            }
            let plain = undone(text);
            if plain != text {
                return self.value(path, &plain, depth + 1);
            }
            if is_base64(text) && self.base64(path, text, depth) {
                return;
            }
            if let Some(("basic", secret)) = credentials(text).as_ref().map(|(word, rest)| (word.as_str(), *rest))
                && is_base64(secret)
                && self.base64(path, secret, depth)
            {
                return;
            }
            // The token is kept as well: a vendor may give it a meaning as a whole.
            if let Some(payload) = payload(text)
                && let Ok(bytes) = URL_SAFE.decode(payload)
                && let Ok(plain) = std::str::from_utf8(&bytes)
                && self.spend(bytes.len())
            {
                self.json(path, plain, depth + 1);
            }
        }
        self.found(path.clone(), text);
    }

    /// What base64 stands for, where that is text or a packed text.
    fn base64(&mut self, path: &Path, text: &str, depth: usize) -> bool {
        let engine = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
        let Ok(bytes) = engine.decode(text) else { return false };
        if unpacked(&bytes).is_some() {
            return self.bytes(path, &bytes, depth + 1);
        }
        // Random bytes are hardly ever readable text of this length.
        match std::str::from_utf8(&bytes) {
            Ok(plain) if plain.len() >= 6 && is_readable(plain) => {
                self.value(path, plain, depth + 1);
                true
            }
            _ => false,
        }
    }

    /// Google's user-provided data: `em.<digest>~pn.<digest>`.
    fn user_data(&mut self, path: &Path, fields: &str) {
        for (key, value) in fields.split('~').filter_map(|it| it.split_once('.')) {
            if !value.is_empty() {
                let path = self.joined(path, key);
                self.found(path, value);
            }
        }
    }

    /// A form in parts; whether the bytes are one.
    fn parts(&mut self, path: &Path, bytes: &[u8], depth: usize) -> bool {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let Some(boundary) = std::str::from_utf8(&bytes[..end]).ok().map(str::trim_end).filter(|it| it.len() > 2) else { return false };
        let text = String::from_utf8_lossy(bytes);
        let mut any = false;
        for part in text.split(boundary) {
            let Some((head, body)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else { continue };
            let Some(name) = head.split("name=\"").nth(1).and_then(|it| it.split('"').next()) else { continue };
            let path = self.joined(path, name);
            any = true;
            let body = body.trim_end_matches("--").trim();
            if depth >= DEPTH || !self.json(&path, body, depth + 1) {
                self.value(&path, body, depth + 1);
            }
        }
        any
    }
}

fn joined(path: &str, key: &str) -> String {
    match (path.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

/// Undoes percent signs once; in queries `+` is a space.
fn unescaped(text: &str, plus: bool) -> String {
    let text = if plus && text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    percent_decode(text.as_bytes()).decode_utf8_lossy().into_owned()
}

/// Undoes percent signs for as long as there are any.
fn undone(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for _ in 0..PERCENT {
        let escaped = text.as_bytes().windows(3).any(|it| it[0] == b'%' && it[1].is_ascii_hexdigit() && it[2].is_ascii_hexdigit());
        let Some(next) = escaped.then(|| percent_decode(text.as_bytes()).decode_utf8().ok().map(Cow::into_owned)).flatten() else { break };
        text = Cow::Owned(next);
    }
    text.into_owned()
}

/// What gzip or zlib packed, as far as it is allowed to grow.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, ..] => flate2::read::GzDecoder::new(bytes).take(BYTES as u64).read_to_end(&mut out),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => flate2::read::ZlibDecoder::new(bytes).take(BYTES as u64).read_to_end(&mut out),
        _ => return None,
    };
    // A capture cuts bodies off: what came before is still read.
    (read.is_ok() || !out.is_empty()).then_some(out)
}

fn is_json(text: &str) -> bool {
    (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
}

/// Whether a text is at least so many `k=v`, with keys as programs write them.
fn is_pairs(text: &str, least: usize) -> bool {
    let is_key =
        |key: &str| !key.is_empty() && key.len() <= 200 && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.[]%$~:@|".contains(&it));
    let mut pairs = 0;
    for pair in text.split('&') {
        match pair.split_once('=') {
            Some((key, value)) if is_key(key) && !value.contains(char::is_whitespace) => pairs += 1,
            // A key without a value among others.
            None if is_key(pair) => {}
            _ => return false,
        }
    }
    pairs >= least
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    body.len() >= 8 && text.len() - body.len() <= 2 && body.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/-_".contains(&it))
}

/// What follows the word of an `Authorization`.
fn credentials(text: &str) -> Option<(String, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let word = word.to_ascii_lowercase();
    matches!(word.as_str(), "basic" | "bearer").then(|| (word, rest.trim()))
}

/// The middle of a JSON Web Token, which anybody can read.
fn payload(text: &str) -> Option<&str> {
    let token = credentials(text).map_or(text, |(_, rest)| rest);
    let parts: Vec<&str> = token.splitn(4, '.').collect();
    let is_base64 = |it: &&str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-=".contains(&it));
    match parts[..] {
        [head, payload, _] if head.starts_with("eyJ") && parts.iter().all(is_base64) => Some(payload),
        _ => None,
    }
}

fn is_readable(text: &str) -> bool {
    !text.chars().any(|it| it.is_control() && !it.is_whitespace()) && !text.contains('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::Leaves;

    fn has(path: &str, value: &str, wanted: (&str, &str)) -> bool {
        let mut leaves = Leaves::default();
        leaves.given(path, value);
        leaves.found.iter().any(|it| (it.path.as_str(), it.value.as_str()) == wanted)
    }

    #[test]
    fn tokens_and_credentials_are_read() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJraW1Ac2hvcC5leGFtcGxlIn0.c2lnbmF0dXJl";
        assert!(has("t", token, ("t.sub", "kim@shop.example")));
        assert!(has("t", token, ("t", token)));
        assert!(has("header.authorization", &format!("Bearer {token}"), ("header.authorization.sub", "kim@shop.example")));
        let basic = "Basic a2ltQHNob3AuZXhhbXBsZTpzZWNyZXQ=";
        assert!(has("header.authorization", basic, ("header.authorization", "kim@shop.example:secret")));
        assert!(has("t", "eyJ.a.b.c", ("t", "eyJ.a.b.c")));
    }
}
