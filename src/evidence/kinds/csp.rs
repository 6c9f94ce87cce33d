//! Content security policies: hosts to which a page may speak. A permission is no flow.

use std::collections::BTreeMap;

use crate::evidence::address::is_within;
use crate::evidence::code::markup;
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Observation, Strength};
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static CSP: Kind =
    Kind { id: "csp", summary: "a content security policy: its header, or a page with its `<meta>`", system: "website", raw: false, read };

/// Directives that permit requests, each with those that speak for it where it is missing.
const DIRECTIVES: &[(&str, &[&str])] = &[
    ("script-src-elem", &["script-src", "default-src"]),
    ("script-src", &["default-src"]),
    ("connect-src", &["default-src"]),
    ("img-src", &["default-src"]),
    ("frame-src", &["child-src", "default-src"]),
    ("style-src-elem", &["style-src", "default-src"]),
    ("style-src", &["default-src"]),
    ("font-src", &["default-src"]),
    ("media-src", &["default-src"]),
    ("object-src", &["default-src"]),
    ("worker-src", &["child-src", "script-src", "default-src"]),
    ("form-action", &[]),
];

/// Sources of all policies of a file, at most: each is held against every other.
const SOURCES: usize = 1_000;

/// A policy: sources by directive.
type Policy<'t> = BTreeMap<String, Vec<&'t str>>;

/// Bytes of a policy, or of the page or answer that has it, at most.
const POLICY: u64 = 4 << 20;

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let text = input.text(POLICY)?;
    let page = markup::without_comments(&text);
    let (enforced, reported) = texts(&page);
    // What is only reported forbids nothing, but says what is meant to be permitted.
    let texts = if enforced.is_empty() { &reported } else { &enforced };
    let mut left = SOURCES;
    let policies = texts.iter().flat_map(|it| it.split(',')).take(SOURCES).map(|it| policy(it, &mut left));
    let policies: Vec<Policy> = policies.filter(|it| !it.is_empty()).collect();
    if policies.is_empty() {
        return Err(Unread::because("holds no content security policy"));
    }
    if left == 0 {
        notes.remark(format!("only the first {SOURCES} sources in `{}` were read", notes.file));
    }
    if enforced.is_empty() {
        notes.remark(format!("the policy in `{}` only reports: nothing is blocked by it", notes.file));
    }
    notes.coverage.entries += policies.iter().map(BTreeMap::len).sum::<usize>();
    for (directive, fallbacks) in DIRECTIVES {
        let lists: Vec<&Vec<&str>> = policies.iter().filter_map(|it| effective(it, directive, fallbacks)).collect();
        if !lists.is_empty() && lists.iter().all(|it| it.iter().any(|source| is_anything(source))) {
            notes.remark(format!("`{directive}` in `{}` permits any host", notes.file));
        }
        for host in lists.iter().flat_map(|it| it.iter()).filter_map(|it| host_of(it)) {
            let domain = host.strip_prefix("*.").unwrap_or(&host);
            if !lists.iter().all(|list| list.iter().any(|it| permits(it, &host))) {
                continue;
            }
            if desk.is_first_party(domain, None) {
                notes.coverage.first_party += 1;
                continue;
            }
            notes.host(&host);
            notes.see(Observation::toward(desk.party(domain, None), &host, Strength::Permitted), directive, None);
        }
    }
    Ok(())
}

/// The texts of policies that are enforced, and of those that are only reported.
fn texts(text: &str) -> (Vec<&str>, Vec<&str>) {
    const NAME: &str = "content-security-policy";
    let mut enforced = Vec::new();
    let mut reported = Vec::new();
    for element in markup::elements(text, &["meta"]) {
        let equals = element.attribute("http-equiv").unwrap_or_default();
        if equals.eq_ignore_ascii_case(NAME) {
            enforced.extend(element.attribute("content"));
        }
    }
    let in_page = !enforced.is_empty();
    for line in text.lines().filter(|_| !in_page) {
        // Servers write `add_header Content-Security-Policy "…";`, answers `Content-Security-Policy: …`.
        let lower = line.to_ascii_lowercase();
        let Some(at) = lower.find(NAME) else { continue };
        let rest = &line[at + NAME.len()..];
        let only = rest.get(.."-report-only".len()).filter(|it| it.eq_ignore_ascii_case("-report-only"));
        let rest = &rest[only.map_or(0, str::len)..];
        let rest = rest.trim_start_matches(['"', '\'']).trim_start().trim_start_matches(':').trim();
        let value = rest.strip_prefix('"').map_or(rest, |it| it.split('"').next().unwrap_or_default());
        if only.is_some() {
            reported.push(value);
        } else {
            enforced.push(value);
        }
    }
    // A policy and nothing else.
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if enforced.is_empty() && reported.is_empty() && DIRECTIVES.iter().any(|it| it.0 == first || it.1.contains(&first.as_str())) {
        enforced.push(text);
    }
    (enforced, reported)
}

fn policy<'t>(text: &'t str, left: &mut usize) -> Policy<'t> {
    let mut policy = Policy::new();
    for directive in text.split(';') {
        let mut words = directive.split_whitespace();
        let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
        // The first of its name counts, as in browsers.
        policy.entry(name).or_insert_with(|| {
            let sources: Vec<&str> = words.take(*left).collect();
            *left -= sources.len();
            sources
        });
    }
    policy
}

/// The sources that hold for a directive; nothing where the policy leaves it open.
fn effective<'p, 't>(policy: &'p Policy<'t>, directive: &str, fallbacks: &[&str]) -> Option<&'p Vec<&'t str>> {
    std::iter::once(&directive).chain(fallbacks).find_map(|it| policy.get(*it))
}

/// Whether a source permits every host.
fn is_anything(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    matches!(source.as_str(), "*" | "https:" | "http:" | "wss:" | "ws:") || source.ends_with("://*")
}

/// The host that a source names, in lower case, with `*.` before it; without scheme, port and path. Nothing
/// for keywords, nonces, digests and schemes.
fn host_of(source: &str) -> Option<String> {
    if source.starts_with(['\'', '"']) || is_anything(source) {
        return None;
    }
    let rest = source.split_once("://").map_or(source, |it| it.1);
    let host = rest.split(['/', '?', '#']).next()?;
    let (host, port) = host.split_once(':').unwrap_or((host, "*"));
    let is_port = port == "*" || (!port.is_empty() && port.bytes().all(|it| it.is_ascii_digit()));
    let host = host.trim_end_matches('.').to_lowercase();
    let domain = host.strip_prefix("*.").unwrap_or(&host);
    let fine = !domain.is_empty() && domain.chars().all(|it| it.is_alphanumeric() || ".-_".contains(it));
    (is_port && fine).then_some(host)
}

/// Whether a source permits a host, which may itself stand for those below it.
fn permits(source: &str, host: &str) -> bool {
    if is_anything(source) {
        return true;
    }
    let Some(permitted) = host_of(source) else { return false };
    match permitted.strip_prefix("*.") {
        Some(domain) => host == permitted || (host != domain && is_within(host.strip_prefix("*.").unwrap_or(host), domain)),
        None => host == permitted,
    }
}

#[cfg(test)]
mod tests {
    use super::CSP;
    use crate::evidence::kinds::trial;

    fn hosts(text: &str) -> Vec<String> {
        let notes = trial::read_small(&CSP, "csp.txt", text.as_bytes()).expect("it is a policy");
        notes.seen.keys().map(|it| format!("{} {}", it.recipient.id(), it.host)).collect()
    }

    #[test]
    fn hosts_are_permitted_and_keywords_schemes_and_own_hosts_are_none() {
        let text = "default-src 'self' https: data:; script-src 'nonce-x' 'sha256-y=' https://Connect.facebook.net:443/en/ 'strict-dynamic';\n
            img-src *.tracker.example wss://a.example:* static.shop.example api.mailco.example; frame-ancestors https://b.example; report-uri https://c.example/r";
        let expected =
            ["mailco api.mailco.example", "meta connect.facebook.net", "a.example a.example", "tracker.example *.tracker.example"];
        assert_eq!(hosts(text), expected);
    }

    #[test]
    fn of_several_policies_what_all_permit_counts() {
        let two = "HTTP/1.1 200 OK\ncontent-security-policy: img-src https://*.a.example https://b.example\r\nContent-Security-Policy: img-src x.a.example *.b.example";
        assert_eq!(hosts(two), ["a.example x.a.example"]);
        let open = "Content-Security-Policy: img-src a.example, script-src b.example";
        assert_eq!(hosts(open), ["a.example a.example", "b.example b.example"]);
    }

    #[test]
    fn a_page_a_server_and_a_report_are_read() {
        assert_eq!(hosts("<meta http-equiv=Content-Security-Policy\n content=\"script-src a.example\">"), ["a.example a.example"]);
        assert_eq!(hosts("add_header Content-Security-Policy \"img-src 'self' a.example; font-src b.example;\" always;").len(), 2);
        assert_eq!(hosts("Content-Security-Policy-Report-Only: img-src a.example"), ["a.example a.example"]);
        let both = "Content-Security-Policy-Report-Only: img-src a.example\nContent-Security-Policy: img-src b.example";
        assert_eq!(hosts(both), ["b.example b.example"]);
    }

    #[test]
    fn what_is_none_is_refused_and_hostile_text_is_read() {
        for text in ["", "hello", "<html></html>", "Content-Security-Policy:"] {
            assert!(trial::read_small(&CSP, "csp.txt", text.as_bytes()).is_err(), "{text}");
        }
        for text in ["img-src ::: :// *. *.* é:é 'x", "img-src \"", "Content-Security-Policy\"", "Content-Security-Policy-Report-Only"] {
            let _ = trial::read_small(&CSP, "csp.txt", text.as_bytes());
        }
        assert!(hosts(&"img-src a.example; ".repeat(200_000)).len() == 1);
    }
}
