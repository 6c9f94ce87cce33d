//! Addresses in markup and code: those that are loaded, and those that are only written there.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memmem;

use super::markup::{elements, unescaped};
use crate::evidence::address::{Address, host_name, is_loopback, is_within};
use crate::evidence::desk::Desk;
use crate::evidence::leaves::Leaves;
use crate::evidence::seen::Party;
use crate::evidence::signatures::{Endpoint, Signatures};
use crate::law::domains;
use crate::source::like;

/// An address in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention<'t> {
    /// Where its element or string begins.
    pub at: usize,
    /// The address, with its scheme.
    pub address: Cow<'t, str>,
    /// How it stands there.
    pub mode: Mode,
}

/// How an address stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An element asks for it: reading the page is enough.
    Loaded,
    /// A string holds it: who knows what for.
    Written,
}

/// Elements with the attribute that makes a browser ask for something, or send it; those without one are
/// read so that their addresses are not taken for strings of code.
const ASKING: &[(&str, &str)] = &[
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("link", "href"),
    ("form", "action"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("a", ""),
    ("area", ""),
    ("base", ""),
    ("meta", ""),
];

/// What a link says of another page, without asking for it.
const RELATIONS: &[&str] = &["canonical", "alternate", "author", "license", "me", "next", "prev", "search", "help", "profile"];

/// Bytes of one address, at most.
const ADDRESS: usize = 4 << 10;

/// Every address in a text.
pub fn mentions(text: &str) -> Vec<Mention<'_>> {
    let names: Vec<&str> = ASKING.iter().map(|it| it.0).collect();
    let openings = elements(text, &names);
    let mut found = Vec::new();
    for element in &openings {
        let asks = ASKING.iter().find(|it| it.0 == element.name).map_or("", |it| it.1);
        let relation = element.attribute("rel").unwrap_or_default().to_lowercase();
        let only_says = element.name == "link" && relation.split_whitespace().any(|it| RELATIONS.contains(&it));
        if let Some(value) = element.attribute(asks).filter(|_| !only_says)
            && let Some(address) = whole(value)
        {
            let address = Cow::Owned(unescaped(&address).into_owned());
            found.push(Mention { at: element.at, address, mode: Mode::Loaded });
        }
    }
    let mut openings = openings.iter().peekable();
    let bytes = text.as_bytes();
    let slashes = memmem::Finder::new("//");
    let mut from = 0;
    while let Some(next) = slashes.find(&bytes[from..]) {
        let slash = from + next;
        from = slash + 2;
        while openings.peek().is_some_and(|it| it.end <= slash) {
            openings.next();
        }
        let start = slash - scheme_before(&bytes[..slash]);
        let in_opening = openings.peek().is_some_and(|it| it.at <= slash);
        if in_opening || !begins_string(&bytes[..start]) {
            continue;
        }
        let rest = &bytes[slash..bytes.len().min(slash + ADDRESS)];
        let is_end = |it: &u8| it.is_ascii_whitespace() || b"\"'`<>\\)".contains(it);
        let end = slash + rest.iter().position(is_end).unwrap_or(rest.len());
        from = end.max(from);
        if let Some(address) = text.get(start..end).and_then(whole) {
            found.push(Mention { at: start, address, mode: Mode::Written });
        }
    }
    found
}

/// An address with its scheme: `//host` is meant as the page's own, which is `https`.
fn whole(value: &str) -> Option<Cow<'_, str>> {
    if value.starts_with("//") {
        return Some(Cow::Owned(format!("https:{value}")));
    }
    let known = ["https://", "http://", "wss://", "ws://"];
    let begins = |scheme: &&str| value.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme));
    known.iter().any(begins).then_some(Cow::Borrowed(value))
}

/// How long the scheme is that a text ends in.
fn scheme_before(text: &[u8]) -> usize {
    let ends = |scheme: &&str| text.len() >= scheme.len() && text[text.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes());
    ["https:", "http:", "wss:", "ws:"].iter().find(|it| ends(it)).map_or(0, |it| it.len())
}

/// Whether a string or a bare value begins here, and it is none to which a person is only led.
fn begins_string(before: &[u8]) -> bool {
    let led = |text: &[u8]| {
        let text = text.trim_ascii_end();
        text.strip_suffix(b"=").is_some_and(|it| it.trim_ascii_end().to_ascii_lowercase().ends_with(b"href"))
    };
    let tail = &before[before.len().saturating_sub(40)..];
    match tail.split_last() {
        Some((b'"' | b'\'' | b'`', rest)) => !led(rest.strip_suffix(b"\\").unwrap_or(rest)),
        Some((b'=', _)) => !led(tail),
        Some((b'(', _)) => true,
        _ => false,
    }
}

/// Whose an address is.
#[derive(Debug)]
pub enum Whose<'d, 'a> {
    /// It has no host, or one that is only known when the code runs.
    Nobodys,
    /// The organisation's own.
    Own,
    /// Somebody else's.
    Theirs {
        /// Whose.
        party: Party,
        /// The host, in lower case.
        host: String,
        /// Where its data arrive, as far as that is known; the one that says most first.
        endpoints: Vec<&'d Endpoint<'a>>,
        /// What tells whose it is.
        told: Told,
    },
}

/// What tells whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A signature knows the address itself.
    Address,
    /// The host, and nothing is known of what lies there.
    Host,
}

/// Addresses of vendors' code.
#[derive(Debug, Default)]
pub struct Scripts<'a> {
    by_host: HashMap<&'a str, Vec<Script<'a>>>,
    /// Those at any host: a vendor's code may be served by the organisation itself.
    anywhere: Vec<Script<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Script<'a> {
    vendor: &'a str,
    path: &'a str,
    /// What stands after `?`.
    query: Option<&'a str>,
}

impl<'a> Scripts<'a> {
    /// Arranges the scripts of the signatures.
    pub fn of(signatures: &Signatures<'a>) -> Scripts<'a> {
        let mut all = Scripts::default();
        for (vendor, decl) in signatures.all() {
            for script in decl.scripts.iter() {
                let (address, query) = script.value.split_once('?').map_or((script.value.as_str(), None), |it| (it.0, Some(it.1)));
                let (host, path) = address.find('/').map_or((address, ""), |slash| address.split_at(slash));
                let script = Script { vendor, path, query };
                match host.strip_prefix("*.").unwrap_or(host) {
                    "*" => all.anywhere.push(script),
                    host => all.by_host.entry(host).or_default().push(script),
                }
            }
        }
        all
    }

    /// Whose code is loaded from here. Code puts addresses together, so the beginning of a path is enough at a
    /// vendor's own host.
    fn vendor_at(&self, host: &str, address: &Address) -> Option<&'a str> {
        let begins = |script: &&&Script| {
            let fixed = script.path.split('*').next().unwrap_or_default();
            address.path.starts_with(fixed) || (address.path.len() > 1 && fixed.starts_with(address.path))
        };
        let own = domains(host).filter_map(|it| self.by_host.get(it)).flatten().find(|it| begins(&it));
        own.or_else(|| self.anywhere.iter().find(|it| it.is_at(address))).map(|it| it.vendor)
    }

    /// Whose code the organisation's own host hands on. What says no more than a path is its own installation.
    fn vendor_lent(&self, address: &Address) -> Option<&'a str> {
        self.anywhere.iter().filter(|it| it.query.is_some()).find(|it| it.is_at(address)).map(|it| it.vendor)
    }
}

impl Script<'_> {
    fn is_at(&self, address: &Address) -> bool {
        like(self.path, address.path) && self.query.is_none_or(|it| address.query.split('&').any(|pair| like(it, pair)))
    }
}

/// Whose an address in code is.
pub fn whose<'d, 'a>(text: &str, desk: &'d Desk<'a>, scripts: &Scripts<'a>) -> Whose<'d, 'a> {
    let Some(address) = Address::of(text).filter(Address::is_sent) else { return Whose::Nobodys };
    let host = host_name(address.host);
    // A name without a dot is a part of one, or a machine of the house.
    if is_loopback(&host) || !host.contains(['.', ':']) || !host.chars().all(|it| it.is_alphanumeric() || ".-_:".contains(it)) {
        return Whose::Nobodys;
    }
    let own = desk.is_first_party(&host, None);
    let script = if own { scripts.vendor_lent(&address) } else { scripts.vendor_at(&host, &address) };
    if own && script.is_none() && !desk.signatures.is_lent(&address) {
        return Whose::Own;
    }
    let mut leaves = Leaves::default();
    leaves.query(address.query);
    let endpoints = desk.signatures.endpoints_of(&host, &address, &leaves.found);
    if own && script.is_none() && endpoints.first().is_none_or(|it| it.self_hosted) {
        return Whose::Own;
    }
    let told = if script.is_some() || !endpoints.is_empty() { Told::Address } else { Told::Host };
    let party = match (desk.party(&host, endpoints.first().copied()), script) {
        (Party::Unknown(_), Some(vendor)) => Party::Vendor(vendor.to_owned()),
        (party, _) => party,
    };
    Whose::Theirs { party, host, endpoints, told }
}

/// Addresses that name a language of documents, and are asked by nobody.
pub fn is_namespace(host: &str) -> bool {
    ["w3.org", "schema.org", "ogp.me", "purl.org", "xmlns.com"].iter().any(|it| is_within(host, it))
}

#[cfg(test)]
mod tests {
    use super::{Mode, mentions};

    fn found(text: &str) -> Vec<(String, Mode)> {
        mentions(text).into_iter().map(|it| (it.address.into_owned(), it.mode)).collect()
    }

    #[test]
    fn what_is_loaded_is_told_from_what_is_written_and_from_links() {
        let text = "<script src=//a.example/x></script><a href='https://b.example/'>https://c.example</a>
            <link rel=canonical href='https://d.example/'><script>f('HTTPS://e.example/p?x=1', \"//f.example\"); // g.example
            location.href = 'https://h.example/'; var u = { url: `wss://i.example` }</script>";
        let expected = [
            ("https://a.example/x", Mode::Loaded),
            ("HTTPS://e.example/p?x=1", Mode::Written),
            ("https://f.example", Mode::Written),
            ("wss://i.example", Mode::Written),
        ];
        assert_eq!(found(text), expected.map(|(address, mode)| (address.to_owned(), mode)));
    }

    #[test]
    fn a_text_of_slashes_ends() {
        found(&"/".repeat(1_000_000));
        found(&"'//".repeat(300_000));
        found(&"'https://".repeat(200_000));
        found("'https://\u{e9}");
    }
}
