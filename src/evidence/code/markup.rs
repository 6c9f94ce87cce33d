//! Elements of HTML with their attributes, found without building a tree: templates and scripts hold them
//! as well as pages do.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memmem};

/// An element as far as its opening goes.
#[derive(Debug, PartialEq, Eq)]
pub struct Element<'t> {
    /// Its name, in lower case.
    pub name: String,
    /// Where it begins.
    pub at: usize,
    /// Where its opening ends.
    pub end: usize,
    /// Names, in lower case, and values as written.
    pub attributes: Vec<(String, &'t str)>,
}

impl<'t> Element<'t> {
    /// The value of an attribute, spaces around it left out.
    pub fn attribute(&self, name: &str) -> Option<&'t str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.trim())
    }
}

/// Bytes of one opening, at most.
const OPENING: usize = 16 << 10;

/// Every opening of an element of one of some names.
pub fn elements<'t>(text: &'t str, names: &[&str]) -> Vec<Element<'t>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(next) = memchr(b'<', &bytes[from..]) {
        let at = from + next;
        let length = bytes[at + 1..].iter().take(16).take_while(|it| it.is_ascii_alphanumeric()).count();
        from = at + 1 + length;
        let name = text[at + 1..from].to_ascii_lowercase();
        if names.contains(&name.as_str()) {
            let (attributes, end) = attributes(text, from);
            found.push(Element { name, at, end, attributes });
            from = end;
        }
    }
    found
}

/// The attributes from somewhere in an opening on, and where it ends.
fn attributes(text: &str, from: usize) -> (Vec<(String, &str)>, usize) {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(from + OPENING);
    let mut found = Vec::new();
    let mut at = from;
    let until = |at: usize, stop: &dyn Fn(u8) -> bool| bytes[at..limit].iter().position(|it| stop(*it)).map_or(limit, |it| at + it);
    loop {
        at = until(at, &|it| !(it.is_ascii_whitespace() || it == b'/'));
        if at >= limit || matches!(bytes[at], b'>' | b'<') {
            return (found, at);
        }
        let name = at;
        // The first byte belongs to the name whatever it is, or nothing would move.
        at = until(at + 1, &|it| it.is_ascii_whitespace() || matches!(it, b'=' | b'>' | b'<' | b'/'));
        let Some(name) = text.get(name..at) else { return (found, boundary(text, at)) };
        let equals = until(at, &|it| !it.is_ascii_whitespace());
        if equals >= limit || bytes[equals] != b'=' {
            continue;
        }
        at = until(equals + 1, &|it| !it.is_ascii_whitespace());
        // In a string of a script the quotes are escaped.
        let escaped = bytes.get(at) == Some(&b'\\');
        let open = at + usize::from(escaped);
        let value = match bytes.get(open) {
            Some(quote @ (b'"' | b'\'')) if open < limit => {
                let close = until(open + 1, &|it| it == *quote);
                at = (close + 1).min(limit);
                text.get(open + 1..close)
            }
            _ => {
                let start = at;
                at = until(at, &|it| it.is_ascii_whitespace() || matches!(it, b'>' | b'<'));
                text.get(start..at)
            }
        };
        if let Some(value) = value {
            found.push((name.to_ascii_lowercase(), if escaped { value.trim_end_matches('\\') } else { value }));
        }
    }
}

/// The next place at which a text may be cut.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}

/// A value with its signs as they are meant, as far as addresses hold any.
pub fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let signs = [("&#38;", "&"), ("&#x26;", "&"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&amp;", "&")];
    Cow::Owned(signs.iter().fold(value.to_owned(), |text, (sign, meant)| text.replace(sign, meant)))
}

/// A text without what is commented out; its lines keep their numbers. What begins a script is no comment:
/// old pages hide their code from older browsers that way.
pub fn without_comments(text: &str) -> Cow<'_, str> {
    let mut rest = 0;
    let mut plain = String::new();
    let ends = memmem::Finder::new("-->");
    for start in memmem::find_iter(text.as_bytes(), "<!--") {
        if start < rest || is_in_script(&text[..start]) {
            continue;
        }
        let Some(length) = ends.find(&text.as_bytes()[start..]) else { break };
        plain.push_str(&text[rest..start]);
        rest = start + length + "-->".len();
        plain.extend(memchr_iter(b'\n', &text.as_bytes()[start..rest]).map(|_| '\n'));
    }
    if rest == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(&text[rest..]);
    Cow::Owned(plain)
}

fn is_in_script(before: &str) -> bool {
    let before = before.trim_end().as_bytes();
    let tail = &before[before.len().saturating_sub(512)..];
    let opening = tail.ends_with(b">").then(|| tail.iter().rposition(|it| *it == b'<')).flatten();
    opening.is_some_and(|at| tail.get(at + 1..at + 7).is_some_and(|it| it.eq_ignore_ascii_case(b"script")))
}

#[cfg(test)]
mod tests {
    use super::{elements, unescaped, without_comments};

    fn seen(text: &str) -> Vec<String> {
        elements(text, &["script", "img"]).iter().flat_map(|it| it.attribute("src")).map(str::to_owned).collect()
    }

    #[test]
    fn attributes_are_read_in_every_writing() {
        assert_eq!(seen("<SCRIPT async SRC=\" a \"></script><img\nsrc='b>'><img src=c><a src=d><imgx src=e>"), ["a", "b>", "c"]);
        assert_eq!(seen("document.write(\"<script src=\\\"a\\\"><\\/script>\")"), ["a"]);
        assert_eq!(unescaped("/?a=1&amp;b=2"), "/?a=1&b=2");
    }

    #[test]
    fn hostile_markup_ends() {
        for text in ["<script", "<script src", "<script src=", "<script src='", "<img é=\"ö", "<img src=\\", "<script é", "<"] {
            seen(text);
        }
        assert_eq!(seen(&"<script src=\"".repeat(100_000)).len(), 100_000 / 2);
        assert!(seen(&"<img é".repeat(100_000)).is_empty());
    }

    #[test]
    fn what_is_commented_out_is_not_there_and_lines_stay() {
        assert_eq!(without_comments("a<!-- b\nc -->d<!--e"), "a\nd<!--e");
        assert_eq!(without_comments("<script>\n<!--\nx\n//--></script>"), "<script>\n<!--\nx\n//--></script>");
        assert_eq!(without_comments("<!--<!--a-->b-->"), "b-->");
    }
}
