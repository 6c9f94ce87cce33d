//! What a JSON text would weigh once it is a tree: a file of some megabytes can be made of so many small values
//! that they fill the memory.

use memchr::memchr2;

/// Bytes of a tree, at most.
pub const WEIGHT: usize = 96 << 20;

/// An object with one member: its node has room for eleven.
const OBJECT: usize = 640;
/// A list has room for four values from the start.
const LIST: usize = 128;
/// One value more. Room is doubled, so that up to half of it is empty.
const VALUE: usize = 64;
/// What a text takes beside its letters.
const TEXT: usize = 16;

/// Whether the tree of a text would be too heavy. What is no JSON has some weight too: that it is none, whoever
/// reads it says.
pub fn is_too_heavy(text: &[u8]) -> bool {
    let mut weight = 0usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        weight += match byte {
            b'{' => OBJECT,
            b'[' => LIST,
            b',' | b':' => VALUE,
            b'"' => {
                let from = at;
                at = behind(text, at);
                TEXT + at - from
            }
            _ => 0,
        };
        if weight > WEIGHT {
            return true;
        }
    }
    false
}

/// The byte behind the closing quote of a string.
fn behind(text: &[u8], mut at: usize) -> usize {
    while let Some(next) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += next + 1;
        if text[at - 1] == b'"' {
            return at;
        }
        // What is escaped ends no string.
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{WEIGHT, behind, is_too_heavy};

    #[test]
    fn many_small_values_are_heavy_and_long_texts_are_not() {
        assert!(is_too_heavy("[{},".repeat(WEIGHT / 512).as_bytes()));
        assert!(is_too_heavy(format!("[{}0]", "0,".repeat(WEIGHT / 64)).as_bytes()));
        assert!(!is_too_heavy(format!("{{\"a\":\"{}\"}}", "{[,:".repeat(2 << 20)).as_bytes()));
        for text in ["", "{}", "\"", "\"\\", "[1,2]", "\u{e5}"] {
            assert!(!is_too_heavy(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_escaped_quote_ends_no_string() {
        assert_eq!(behind(br#"a\"b",{"#, 0), 5);
        assert_eq!(behind(br"a\\", 0), 3);
        assert_eq!(behind(br#"a\"#, 0), 2);
    }
}
