//! Calls of vendors in page code, as their signatures write them; quotes and spaces may differ.

use aho_corasick::{AhoCorasick, MatchKind};

use super::objects::{Member, arguments};
use crate::evidence::signatures::{Parameters, Signatures};

/// Letters of a call, at least.
const LETTERS: usize = 4;

/// A call that was found.
#[derive(Debug)]
pub struct Call<'c, 'a, 't> {
    /// Where it begins.
    pub at: usize,
    /// Entry of the vendor catalogue.
    pub vendor: &'a str,
    /// The vendor's sub-function it serves.
    pub feature: Option<&'a str>,
    /// What the keys of its objects are.
    pub parameters: &'c Parameters<'a>,
    /// The keys that it passes.
    pub members: Vec<Member<'t>>,
}

/// Every call that the signatures know, by the name that it begins with.
#[derive(Debug, Default)]
pub struct Calls<'a> {
    names: Option<AhoCorasick>,
    by_name: Vec<Vec<Known<'a>>>,
}

#[derive(Debug)]
struct Known<'a> {
    /// What follows the name: `('init'` of `fbq('init'`.
    rest: &'a str,
    vendor: &'a str,
    feature: Option<&'a str>,
    parameters: Parameters<'a>,
}

impl<'a> Calls<'a> {
    /// Arranges the calls of the signatures.
    pub fn of(signatures: &Signatures<'a>) -> Calls<'a> {
        let mut names: Vec<&str> = Vec::new();
        let mut by_name: Vec<Vec<Known>> = Vec::new();
        for (vendor, decl) in signatures.all() {
            for entry in decl.calls.iter() {
                let text = entry.key.value.trim();
                let text = text.strip_prefix("window.").unwrap_or(text);
                let (name, rest) = text.split_at(text.bytes().take_while(|it| is_word(*it)).count());
                // Packed code is full of names like `s.t`: they are nobody's.
                let letters = text.bytes().filter(|it| is_word(*it)).count();
                if name.is_empty() || letters < LETTERS {
                    continue;
                }
                let at = names.iter().position(|it| *it == name).unwrap_or_else(|| {
                    names.push(name);
                    by_name.push(Vec::new());
                    names.len() - 1
                });
                let feature = entry.value.feature.as_ref().map(|it| it.value.as_str());
                by_name[at].push(Known { rest, vendor, feature, parameters: Parameters::of(&entry.value.parameters) });
            }
        }
        // The call that says most comes first.
        by_name.iter_mut().for_each(|all| all.sort_by_key(|it| std::cmp::Reverse(it.rest.len())));
        let names = (!names.is_empty()).then(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names).ok());
        Calls { names: names.flatten(), by_name }
    }

    /// Every call in a text.
    pub fn found_in<'t>(&self, text: &'t str) -> Vec<Call<'_, 'a, 't>> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        // Calls within calls within calls are read again and again, but not for ever.
        let mut left = text.len().saturating_mul(4).saturating_add(1 << 16);
        for hit in self.names.iter().flat_map(|it| it.find_iter(text)) {
            let alone = |it: Option<&u8>| it.is_none_or(|it| !is_word(*it));
            let before = hit.start().checked_sub(1).and_then(|it| bytes.get(it));
            if !alone(before) || !alone(bytes.get(hit.end())) {
                continue;
            }
            let mut vendors: Vec<&str> = Vec::new();
            for known in &self.by_name[hit.pattern().as_usize()] {
                let Some((at, depth)) = follows(bytes, hit.end(), known.rest) else { continue };
                if vendors.contains(&known.vendor) {
                    continue;
                }
                vendors.push(known.vendor);
                let mut members = Vec::new();
                if left > 0 {
                    let (read, spent) = arguments(text, at, depth);
                    left = left.saturating_sub(spent);
                    members = read;
                }
                found.push(Call { at: hit.start(), vendor: known.vendor, feature: known.feature, parameters: &known.parameters, members });
            }
        }
        found
    }
}

/// Where the arguments go on and how many brackets deep, if the rest of a call stands here.
fn follows(text: &[u8], from: usize, rest: &str) -> Option<(usize, usize)> {
    let mut at = from;
    let mut depth = 0usize;
    let mut within = true;
    for byte in rest.bytes().filter(|it| !it.is_ascii_whitespace()) {
        // Spaces may stand beside signs, never within names.
        if !(within && is_word(byte)) {
            at = after_space(text, at);
        }
        let have = *text.get(at)?;
        if have != byte && !(is_quote(byte) && is_quote(have)) {
            return None;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        within = is_word(byte);
        at += 1;
    }
    if within && text.get(at).is_some_and(|it| is_word(*it)) {
        return None;
    }
    if rest.contains(['(', '=']) {
        return Some((at, depth.max(1)));
    }
    // A bare name is a call, or a value that is set.
    at = after_space(text, at);
    let opens = match text.get(at..)? {
        [b'(', ..] => true,
        [b'=', next, ..] => !matches!(next, b'=' | b'>'),
        _ => false,
    };
    opens.then_some((at + 1, 1))
}

fn after_space(text: &[u8], at: usize) -> usize {
    at + text[at.min(text.len())..].iter().take_while(|it| it.is_ascii_whitespace()).count()
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

#[cfg(test)]
mod tests {
    use super::follows;

    fn is_call(text: &str, call: &str) -> bool {
        let name = call.bytes().take_while(|it| super::is_word(*it)).count();
        follows(text.as_bytes(), name, &call[name..]).is_some()
    }

    #[test]
    fn quotes_and_spaces_may_differ_and_nothing_else() {
        assert!(is_call("fbq( \"init\", '1')", "fbq('init'"));
        assert!(is_call("gtag('set','user_data',{})", "gtag('set', 'user_data'"));
        assert!(is_call("ttq . identify ({})", "ttq.identify"));
        assert!(is_call("_uid = 1", "_uid"));
        assert!(!is_call("fbq('initialise'", "fbq('init'"));
        assert!(!is_call("fbq('in it'", "fbq('init'"));
        assert!(!is_call("ttq.identifyAll({})", "ttq.identify"));
        assert!(!is_call("_uid == 1", "_uid"));
        assert!(!is_call("fbq", "fbq('init'"));
    }
}
