//! Digests: told by their form, and those that stand for nothing told apart.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The bytes of a digest, by their number MD5, SHA-1, SHA-256 or SHA-512.
pub type Bytes = Vec<u8>;

/// Texts that programs hash where there is nothing to hash.
const NOTHING: &[&str] = &["", "0", "1", "undefined", "null", "none", "nan", "true", "false", "test", "unknown", "[object object]"];

static OF_NOTHING: LazyLock<BTreeSet<Bytes>> = LazyLock::new(|| NOTHING.iter().flat_map(|text| all_of(text)).collect());

/// Every digest of a text.
pub fn all_of(text: &str) -> [Bytes; 4] {
    [Md5::digest(text).to_vec(), Sha1::digest(text).to_vec(), Sha256::digest(text).to_vec(), Sha512::digest(text).to_vec()]
}

/// The bytes of a text that has the form of a digest: hexadecimal, or 32 or 64 bytes in base64. Some vendors put
/// it into brackets.
pub fn of_form(text: &str) -> Option<Bytes> {
    let text = text.trim().trim_matches(['[', ']', '"', '\'']);
    if matches!(text.len(), 32 | 40 | 64 | 128) && text.bytes().all(|it| it.is_ascii_hexdigit()) {
        return (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
    }
    let body = text.trim_end_matches('=');
    if !matches!(body.len(), 43 | 86) {
        return None;
    }
    BASE64_URL_SAFE_NO_PAD.decode(body).or_else(|_| BASE64_STANDARD_NO_PAD.decode(body)).ok()
}

/// Whether a digest is that of a text that says nothing.
pub fn is_of_nothing(digest: &Bytes) -> bool {
    OF_NOTHING.contains(digest)
}

#[cfg(test)]
mod tests {
    use super::{all_of, is_of_nothing, of_form};

    #[test]
    fn a_digest_of_nothing_is_told_in_every_writing() {
        for text in [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "[E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855]",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "d41d8cd98f00b204e9800998ecf8427e",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        ] {
            assert!(of_form(text).is_some_and(|it| is_of_nothing(&it)), "{text}");
        }
        let somebody = of_form("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f");
        assert_eq!(somebody, Some(all_of("john_smith@gmail.com")[2].clone()));
        assert!(!somebody.is_some_and(|it| is_of_nothing(&it)));
        assert_eq!(of_form("not a digest"), None);
    }
}
