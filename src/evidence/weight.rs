//! What a JSON text would weigh once it is a tree: a file of some megabytes can be made of so many small values
//! that they fill the memory.

use memchr::{memchr, memchr2};

use super::tree::Tree;

/// Bytes of the tree of a file, at most: fourteen times a file of lists of numbers, more than a file of objects
/// that say something ever has.
pub const WEIGHT: usize = 96 << 20;

/// An element of a list; a member of an object takes one for its name, and one for itself.
const VALUE: usize = size_of::<Tree>();
/// What the allocator takes for a list or an object.
const ROOM: usize = 16;
/// What a text with letters of its own takes beside them.
const TEXT: usize = 32;

/// Whether the tree of a text would be heavier than so many bytes. What is no JSON has some weight too: that it is
/// none, whoever reads it says.
pub fn is_above(weight: usize, text: &[u8]) -> bool {
    let of_escaped = |letters: &[u8]| memchr(b'\\', letters).map_or(0, |_| TEXT + letters.len());
    sum_is_above(weight, text, of_escaped)
}

/// The same where no letters are borrowed.
pub fn is_above_with_letters(weight: usize, text: &[u8]) -> bool {
    sum_is_above(weight, text, |letters| TEXT + letters.len())
}

fn sum_is_above(weight: usize, text: &[u8], of_text: impl Fn(&[u8]) -> usize) -> bool {
    // No byte weighs more than a bracket, and most texts are small.
    if text.len() <= weight / (VALUE + ROOM) {
        return false;
    }
    let mut sum = 0usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        sum += match byte {
            // A value stands behind its bracket or its comma, a name too.
            b'{' | b'[' => VALUE + ROOM,
            b',' | b':' => VALUE,
            b'"' => {
                let from = at;
                at = behind(text, at);
                of_text(&text[from..at])
            }
            _ => 0,
        };
        if sum > weight {
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
    use super::{ROOM, TEXT, VALUE, WEIGHT, behind, is_above, is_above_with_letters};

    /// Parts of a file of 16 MiB, a sixteenth of it, held against a sixteenth of the weight.
    fn is_too_heavy(part: &str) -> bool {
        is_above(WEIGHT / 16, part.repeat((1 << 20) / part.len()).as_bytes())
    }

    #[test]
    fn many_small_values_are_too_heavy_for_a_tree_and_long_texts_are_not() {
        for part in ["0,", "[],", "[0],", "[0,0],", "{},", "{\"a\":0},", "\"\\n\","] {
            assert!(is_too_heavy(part), "{part}");
        }
        for part in ["\"{[,:{[,:{[,:{[,:\",", "\"\\\"{[,:{[,:{[,:\",", " ", "a", "\u{e5}"] {
            assert!(!is_too_heavy(part), "{part}");
        }
    }

    #[test]
    fn objects_that_say_something_are_not_too_heavy() {
        for part in [
            r#"{"url":"https://a.example/?b=1"},"#,
            r#"{"key":"html","value":"fbq(1)"},"#,
            r#"{"sourceId":"a","sinks":[{"name":"Sentry"}]},"#,
            r#""node_modules/a":{"version":"1.0.0"},"#,
        ] {
            assert!(!is_too_heavy(part), "{part}");
        }
    }

    #[test]
    fn names_values_and_what_holds_them_are_counted() {
        // Whatever is cut off in the middle is counted so far.
        assert!(is_above(0, b"[\"\\") && !is_above(0, b"\"") && !is_above(0, b""));
        let weight = 2 * (VALUE + ROOM) + 4 * VALUE + TEXT + "b\\n\"".len();
        let text = br#"{"a":[1,2],"b\n":3}"#;
        assert!(is_above(weight - 1, text) && !is_above(weight, text));
        assert!(is_above_with_letters(weight + TEXT + 1, text) && !is_above_with_letters(weight + TEXT + 2, text));
        assert_eq!(VALUE, 24);
    }

    #[test]
    fn an_escaped_quote_ends_no_string() {
        assert_eq!(behind(br#"a\"b",{"#, 0), 5);
        assert_eq!(behind(br"a\\", 0), 3);
        assert_eq!(behind(br#"a\"#, 0), 2);
    }
}
