//! What a declared text may not do to the page around it: begin a tag, turn what follows it from right
//! to left, or make a table wider than the screen or the paper.

use std::io::{self, Write};

/// Letters that every column has room for; a longer word may break after its signs.
const ROOM: usize = 20;

/// Letters of the longest words that people write, with what ends them; a longer one may break anywhere.
const WORD: usize = 30;

/// Letters between two such breaks.
const PART: usize = 12;

/// Writes a text so that it is nothing but text and ends in the direction it began in.
pub fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    tera::escape_html(text, out)?;
    // Every sign that opens a direction begins with this byte; most texts have none.
    if text.as_bytes().contains(&0xe2) { out.write_all(closing(text).as_bytes()) } else { Ok(()) }
}

/// What closes the directions that a text opens and leaves open (Unicode Standard Annex 9).
fn closing(text: &str) -> String {
    let mut open = Vec::new();
    for letter in text.chars() {
        match letter {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push('\u{202c}'),
            '\u{2066}'..='\u{2068}' => open.push('\u{2069}'),
            '\u{202c}' if open.last() == Some(&letter) => drop(open.pop()),
            '\u{2069}' => open.truncate(open.iter().rposition(|it| *it == letter).unwrap_or(open.len())),
            _ => {}
        }
    }
    open.iter().rev().collect()
}

/// Appends a page in whose tables long words may break; elsewhere the style sheet breaks them, where a
/// column need not know how long they are. What looks like a tag is one: texts are escaped.
pub fn breakable(page: &str, out: &mut String) {
    let mut breaks = Breaks { page, written: 0, out };
    // Where a text of a table begins.
    let mut text = None;
    let mut table = false;
    // Tags are short and many: looking at each byte takes less time than searching for the next.
    for (at, byte) in page.bytes().enumerate() {
        match byte {
            b'<' => {
                if let Some(from) = text.take() {
                    breaks.words(from, at);
                }
                let tag = &page.as_bytes()[at + 1..];
                table = if table { !tag.starts_with(b"/table>") } else { tag.first() == Some(&b't') && tag.starts_with(b"table") };
            }
            b'>' if table && text.is_none() => text = Some(at + 1),
            _ => {}
        }
    }
    breaks.out.push_str(&page[breaks.written..]);
}

/// A page being copied, with breaks put into it.
struct Breaks<'a> {
    page: &'a str,
    /// How much of it has been copied.
    written: usize,
    out: &'a mut String,
}

impl Breaks<'_> {
    /// A text between tags. Browsers break words after hyphens and slashes by themselves.
    fn words(&mut self, from: usize, to: usize) {
        if to - from <= ROOM {
            return;
        }
        let mut at = from;
        for word in self.page[from..to].split_inclusive(|it: char| it.is_whitespace() || it == '-' || it == '/') {
            if word.len() > ROOM {
                self.word(at, word);
            }
            at += word.len();
        }
    }

    fn word(&mut self, mut at: usize, word: &str) {
        let letters: Vec<&str> = letters(word).collect();
        if letters.len() <= ROOM {
            return;
        }
        for (position, part) in letters.split_inclusive(|it| is_sign(it)).enumerate() {
            if position > 0 {
                self.may_break(at);
            }
            for (position, letter) in part.iter().enumerate() {
                // What stands above or below a letter stays with it.
                let begins = letter.is_ascii() || letter.chars().all(char::is_alphanumeric);
                if part.len() > WORD && position > 0 && position % PART == 0 && begins {
                    self.may_break(at);
                }
                at += letter.len();
            }
        }
    }

    fn may_break(&mut self, at: usize) {
        self.out.push_str(&self.page[self.written..at]);
        self.out.push_str("<wbr>");
        self.written = at;
    }
}

/// A sign such as a period or, written as a reference, an angle bracket.
fn is_sign(letter: &str) -> bool {
    letter.len() > 1 && letter.starts_with('&') || ".:;,@=?()".contains(letter)
}

/// Letters as people see them: `&amp;` is one.
fn letters(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let reference = if first == '&' { rest.find(';') } else { None };
        let (letter, more) = rest.split_at(reference.map_or(first.len_utf8(), |it| it + 1));
        rest = more;
        Some(letter)
    })
}

#[cfg(test)]
mod tests {
    use super::{breakable, closing};

    #[test]
    fn what_a_text_opens_is_closed_after_it() {
        for (text, closes) in [
            ("plain \u{200f}", ""),
            ("\u{202e}x", "\u{202c}"),
            ("\u{202e}x\u{202c}", ""),
            ("\u{2067}\u{202b}x", "\u{202c}\u{2069}"),
            ("\u{2067}\u{202b}x\u{2069}", ""),
            ("\u{202c}\u{2069}", ""),
        ] {
            assert_eq!(closing(text), closes, "{text:?}");
        }
    }

    #[test]
    fn only_long_words_of_tables_may_break() {
        let word = "x".repeat(31);
        let parts = format!("{0}<wbr>{0}<wbr>xxxxxxx", "x".repeat(12));
        for (text, breaks) in [
            (word.clone(), parts.clone()),
            (format!("<td title=\"{word}\">{word}</td> {word}"), format!("<td title=\"{word}\">{parts}</td> {parts}")),
            (format!("a {} b", "x".repeat(29)), format!("a {} b", "x".repeat(29))),
            (format!("{0}-{0}/{0}", "x".repeat(19)), format!("{0}-{0}/{0}", "x".repeat(19))),
            ("somebody@shop.example".to_owned(), "somebody@<wbr>shop.<wbr>example".to_owned()),
            ("&amp;".repeat(20), "&amp;".repeat(20)),
            (format!("{}&lt;x", "x".repeat(20)), format!("{}&lt;<wbr>x", "x".repeat(20))),
            (
                format!("{}\u{301}{}", "x".repeat(12), "x".repeat(20)),
                format!("{}\u{301}{}<wbr>{}", "x".repeat(12), "x".repeat(11), "x".repeat(9)),
            ),
        ] {
            let page = |text: &str| format!("<p>{word}</p><table class=\"a\">{text}</table> {word}");
            let mut out = String::new();
            breakable(&page(&text), &mut out);
            assert_eq!(out, page(&breaks));
        }
    }
}
