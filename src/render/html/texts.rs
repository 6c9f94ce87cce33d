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
    write!(out, "{}", closing(text))
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

/// A page in whose tables long words may break; elsewhere the style sheet breaks them, where a column
/// need not know how long they are. What looks like a tag is one: texts are escaped.
pub fn breakable(page: &str) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 64);
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<table")
        && let Some((table, more)) = after.split_once("</table>")
    {
        out.push_str(before);
        for (at, text) in table.split('<').enumerate() {
            let (tag, text) = text.split_once('>').unwrap_or((text, ""));
            out.push_str(if at == 0 { "<table" } else { "<" });
            out.push_str(tag);
            out.push('>');
            words(text, &mut out);
        }
        out.push_str("</table>");
        rest = more;
    }
    out.push_str(rest);
    out
}

/// A text between tags. Browsers break words after hyphens and slashes by themselves.
fn words(text: &str, out: &mut String) {
    for word in text.split_inclusive(|it: char| it.is_whitespace() || it == '-' || it == '/') {
        let letters: Vec<&str> = if word.len() > ROOM { letters(word).collect() } else { Vec::new() };
        if letters.len() <= ROOM {
            out.push_str(word);
            continue;
        }
        for (at, part) in letters.split_inclusive(|it| is_sign(it)).enumerate() {
            if at > 0 {
                out.push_str("<wbr>");
            }
            for (at, letter) in part.iter().enumerate() {
                // What stands above or below a letter stays with it.
                let begins = letter.is_ascii() || letter.chars().all(char::is_alphanumeric);
                if part.len() > WORD && at > 0 && at % PART == 0 && begins {
                    out.push_str("<wbr>");
                }
                out.push_str(letter);
            }
        }
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
            assert_eq!(breakable(&page(&text)), page(&breaks));
        }
    }
}
