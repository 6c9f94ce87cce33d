//! HTTP Archive 1.1 and 1.2: what a browser or proxy really sent. Only the address of a request is relied
//! on; everything else may be missing or wrong.

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use super::inspection::text_of;
use crate::evidence::address::{Address, host_name};
use crate::evidence::desk::{Body, Desk, Request};
use crate::evidence::seen::Notes;
use crate::evidence::stream::elements;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static HAR: Kind = Kind {
    id: "har",
    summary: "a browser's or proxy's recording of requests (HTTP Archive), with their bodies",
    system: "website",
    raw: true,
    read,
};

/// Bytes of one entry, its response included, at most.
const ENTRY: usize = 64 << 20;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow, default)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    pageref: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request: Sent<'a>,
    #[serde(borrow, default, rename = "_initiator")]
    initiator: Option<Initiator<'a>>,
    #[serde(borrow, default, rename = "_webSocketMessages")]
    messages: Option<Vec<Message<'a>>>,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(borrow, default, rename = "bodySize")]
    size: Tree<'a>,
    #[serde(borrow, default)]
    headers: Option<Vec<Header<'a>>>,
    #[serde(borrow, default, rename = "postData")]
    body: Option<Posted<'a>>,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Posted<'a> {
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<Vec<Param<'a>>>,
    #[serde(borrow, default)]
    encoding: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Param<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    /// No text where a tool has read the body as JSON: chrome-har puts its members here.
    #[serde(borrow, default)]
    value: Tree<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Cow<'a, str>,
}

/// Chrome says what made the request; other tools write other shapes, which are passed over.
#[derive(Deserialize)]
#[serde(untagged)]
enum Initiator<'a> {
    Chrome {
        #[serde(borrow, default)]
        url: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        stack: Option<Stack<'a>>,
    },
    Address(#[serde(borrow)] Cow<'a, str>),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Stack<'a> {
    #[serde(borrow, default, rename = "callFrames")]
    frames: Vec<Frame<'a>>,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    url: Cow<'a, str>,
}

impl Sent<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().flatten().find(|it| it.name.eq_ignore_ascii_case(name)).map(|it| it.value.as_ref())
    }

    /// Recorders leave out bodies of beacons, of forms with files, or all of them. That there was one, other parts tell.
    fn had_body(&self) -> bool {
        if let Some(length) = self.header("content-length") {
            return length.trim() != "0";
        }
        let has_type = || matches!(self.method.as_ref(), "POST" | "PUT" | "PATCH") && self.header("content-type").is_some();
        self.size.as_f64().is_some_and(|it| it > 0.0) || has_type()
    }
}

impl Initiator<'_> {
    fn url(&self) -> Option<&str> {
        match self {
            Initiator::Chrome { url, stack } => {
                url.as_deref().or_else(|| stack.as_ref()?.frames.iter().map(|it| it.url.as_ref()).find(|it| !it.is_empty()))
            }
            Initiator::Address(url) => Some(url),
            Initiator::Other(_) => None,
        }
    }
}

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let mut pages: HashMap<String, String> = HashMap::new();
    let mut number = 0;
    let mut odd = 0;
    let lists = elements(&mut input.reader, &[&["log", "entries"], &["log", "pages"]], ENTRY, &mut |which, element| {
        if which == 1 {
            if let Some(page) = element.and_then(|it| serde_json::from_slice::<Page>(it).ok()).filter(|it| Address::of(&it.title).is_some())
            {
                notes.page(&page.title);
                pages.insert(page.id.into_owned(), page.title.into_owned());
            }
            return;
        }
        number += 1;
        match element.map(|it| (it, serde_json::from_slice::<Entry>(it))) {
            Some((_, Ok(entry))) => one(&entry, number, &mut pages, desk, notes),
            Some((text, Err(_))) => {
                let mended = mended(text);
                match serde_json::from_slice::<Entry>(&mended) {
                    Ok(entry) => one(&entry, number, &mut pages, desk, notes),
                    Err(_) => odd += 1,
                }
            }
            None => notes.remark(format!(
                "entry {number} of `{}` is larger than {} MiB, or made of too many values, and was not read",
                notes.file,
                ENTRY >> 20
            )),
        }
    })?;
    if !lists[0] {
        return Err(Unread::because("has no list `log.entries`: it is no HTTP Archive"));
    }
    if odd > 0 {
        notes.remark(format!("{odd} entries of `{}` could not be read: no request with a `url`, or not written as JSON is", notes.file));
    }
    notes.coverage.pages += pages.len();
    Ok(())
}

fn one(entry: &Entry, number: usize, pages: &mut HashMap<String, String>, desk: &Desk, notes: &mut Notes) {
    let request = &entry.request;
    let pageref = entry.pageref.as_deref().unwrap_or_default();
    // The first request of a page is the page, where the capture does not say which it is.
    if Address::of(&request.url).is_some_and(|it| it.is_sent()) && !pages.contains_key(pageref) {
        // A recording without pages may begin with anything.
        if entry.pageref.is_some() {
            notes.page(&request.url);
        }
        pages.insert(pageref.to_owned(), request.url.to_string());
    }
    // A proxy knows no pages, and what it records begins with requests of the browser's own.
    if entry.pageref.is_none() && request.header("sec-fetch-dest") == Some("document") {
        pages.insert(String::new(), request.url.to_string());
    }
    let referer = request.header("referer");
    let page = pages.get(pageref).map(String::as_str).filter(|_| entry.pageref.is_some()).or(referer);
    let page = page.or_else(|| pages.get(pageref).map(String::as_str));
    let cookies = request.header("cookie").unwrap_or_default().split(';').filter_map(|it| it.trim().split_once('='));
    let extra = cookies.map(|(name, value)| (format!("cookie.{name}"), value)).chain(
        request
            .headers
            .iter()
            .flatten()
            .filter(|it| !is_ordinary(&it.name))
            .map(|it| (format!("header.{}", it.name.to_lowercase()), it.value.as_ref())),
    );
    let initiator = entry.initiator.as_ref().and_then(Initiator::url).and_then(Address::of).map(|it| host_name(it.host));
    desk.request(
        &Request {
            entry: number.to_string().into(),
            url: &request.url,
            page,
            referer,
            beside: extra.collect(),
            body: body(entry),
            initiator: initiator.as_deref(),
        },
        notes,
    );
    for message in entry.messages.iter().flatten().filter(|it| it.kind == "send") {
        let body = Body::Bytes(Cow::Borrowed(message.data.as_bytes()));
        let request = Request {
            entry: number.to_string().into(),
            url: &request.url,
            page,
            body,
            initiator: initiator.as_deref(),
            ..Request::default()
        };
        desk.request(&request, notes);
    }
}

/// A text without halves of characters: browsers write what scripts send, cut in the middle of a character or not.
fn mended(text: &[u8]) -> Vec<u8> {
    let code = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let length = match (text[at], code(at)) {
            (b'\\', Some(0xd800..=0xdbff)) if matches!(code(at + 6), Some(0xdc00..=0xdfff)) => 12,
            (b'\\', Some(0xd800..=0xdfff)) => {
                out.extend_from_slice(b"\\ufffd");
                at += 6;
                continue;
            }
            (b'\\', _) => 2,
            _ => 1,
        };
        let end = text.len().min(at + length);
        out.extend_from_slice(&text[at..end]);
        at = end;
    }
    out
}

/// The bytes of a gzip stream that the capture has written as if each byte were a character.
fn packed(text: &str) -> Option<Vec<u8>> {
    text.starts_with("\u{1f}\u{8b}").then(|| text.chars().map(|it| u8::try_from(u32::from(it)).ok()).collect()).flatten()
}

/// Headers that say nothing of a person beyond what every request shows.
fn is_ordinary(name: &str) -> bool {
    const ORDINARY: &[&str] = &["referer", "cookie", "host", "origin", "user-agent", "content-length"];
    name.starts_with(':') || ORDINARY.iter().any(|it| name.eq_ignore_ascii_case(it))
}

fn body<'a>(entry: &'a Entry) -> Body<'a> {
    let request = &entry.request;
    // What a line that stays open carries stands beside it, or was not recorded.
    let silent = || entry.messages.is_none() && (request.url.starts_with("wss:") || request.url.starts_with("ws:"));
    match request.body.as_ref().map(kept).unwrap_or_default() {
        Body::None if request.had_body() || silent() => Body::LeftOut,
        body => body,
    }
}

fn kept<'a>(posted: &'a Posted) -> Body<'a> {
    let text = posted.text.as_deref().unwrap_or_default();
    if !text.is_empty() {
        let decoded = posted.encoding.as_deref().is_some_and(|it| it == "base64").then(|| BASE64_STANDARD.decode(text).ok()).flatten();
        return Body::Bytes(decoded.or_else(|| packed(text)).map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned));
    }
    let params = posted.params.iter().flatten().filter(|it| it.value != Tree::Null).map(|it| (it.name.to_string(), text_of(&it.value)));
    let params: Vec<(String, String)> = params.collect();
    if params.is_empty() { Body::None } else { Body::Given(params) }
}

#[cfg(test)]
mod tests {
    use super::HAR;
    use crate::evidence::Notes;
    use crate::evidence::kinds::trial::{read, rows, with_desk_of, with_persona};

    fn seen(request: &str) -> Notes {
        let text = format!(r#"{{"log":{{"entries":[{{"request":{{"url":"https://a.else.example/t",{request}}}}}]}}}}"#);
        read(&HAR, &text).expect("it is an archive")
    }

    #[test]
    fn parameters_of_a_body_may_be_objects() {
        let notes =
            seen(r#""postData":{"params":[{"name":"deep","value":{"email":"kim@typed.example"}},{"name":"n","value":7},{"name":"x"}]}"#);
        assert!(rows(&notes).contains(&"else.example deep.email contact.email plain possible".to_owned()), "{:?}", rows(&notes));
        assert!(notes.coverage.undecoded.is_empty());
    }

    #[test]
    fn a_body_that_was_left_out_is_told() {
        for request in [
            r#""bodySize":243,"postData":{"text":"","params":[]}"#,
            r#""method":"POST","bodySize":0,"headers":[{"name":"content-length","value":"26"}]"#,
            r#""method":"POST","headers":[{"name":"Content-Type","value":"text/plain"}]"#,
        ] {
            let notes = seen(request);
            assert_eq!(notes.coverage.undecoded.len(), 1, "{request}");
            assert!(notes.coverage.remarks.iter().any(|it| it.starts_with("`file` has left out bodies")), "{request}");
        }
        let line = r#"{"log":{"entries":[{"request":{"url":"wss://a.else.example/t"}}]}}"#;
        assert_eq!(read(&HAR, line).expect("it is an archive").coverage.undecoded.len(), 1);
        for request in [
            r#""method":"POST","bodySize":-1"#,
            r#""method":"POST","headers":[{"name":"content-type","value":"text/plain"},{"name":"Content-Length","value":"0"}]"#,
            r#""method":"GET","bodySize":"x","headers":[{"name":"content-type","value":"application/json"}]"#,
        ] {
            assert!(seen(request).coverage.undecoded.is_empty(), "{request}");
        }
    }

    #[test]
    fn without_pages_the_last_document_is_the_page() {
        let entry =
            |url: &str, kind: &str| format!(r#"{{"request":{{"url":"{url}","headers":[{{"name":"Sec-Fetch-Dest","value":"{kind}"}}]}}}}"#);
        let entries = [
            entry("https://update.else.example/", "empty"),
            entry("https://www.own.example/", "document"),
            entry("https://api.own.example/", "empty"),
        ];
        let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","));
        let notes = with_desk_of(&[], |desk| HAR.read("file", Box::new(std::io::Cursor::new(text)), desk));
        assert_eq!(notes.expect("it is an archive").coverage.first_party, 3);
    }

    #[test]
    fn nobodys_values_stand_in_the_names_of_fields() {
        let notes = seen(r#""postData":{"text":"{\"users\":{\"john.doe@gmail.com\":{\"email\":\"x@y.example\"}}}"}"#);
        assert!(rows(&notes).contains(&"else.example users.*.email contact.email plain possible".to_owned()), "{:?}", rows(&notes));
        assert!(!format!("{notes:?}").contains("john.doe"), "{notes:?}");
    }

    #[test]
    fn the_persona_is_found_in_names() {
        let read = |url: &str, body: &str| {
            let text = format!(r#"{{"log":{{"entries":[{{"request":{{"url":"{url}","postData":{{"text":"{body}"}}}}}}]}}}}"#);
            let values = [("customer.email", "kim.berg@shop.example"), ("customer.name", "Kimberg")];
            let notes =
                with_persona(&values, |desk| HAR.read("file", Box::new(std::io::Cursor::new(text)), desk)).expect("it is an archive");
            let items = notes.seen.keys().filter_map(|it| Some(format!("{} {}", it.field, it.item.as_ref()?)));
            items.collect::<Vec<_>>()
        };
        assert_eq!(read("https://a.else.example/t?kim.berg%40shop.example=", ""), ["* customer.email"]);
        assert_eq!(read("https://a.else.example/t?kim.berg%2540shop.example=1", ""), ["* customer.email"]);
        assert_eq!(read("https://a.else.example/t?uid[kim.berg@shop.example]=1", ""), ["uid[*] customer.email"]);
        assert_eq!(read("https://a.else.example/t", r#"{\"u\":{\"Kimberg\":true}}"#), ["u.* customer.name"]);
        assert!(read("https://a.else.example/t?email_of=1", "").is_empty());
    }

    #[test]
    fn half_a_character_is_no_reason_to_pass_over_a_request() {
        let notes = seen(r#""postData":{"text":"email=kim@typed.example&x=a\ud800b\ud83d\ude00\\\\ud800"}"#);
        assert!(rows(&notes).contains(&"else.example email contact.email plain possible".to_owned()), "{:?}", rows(&notes));
        let notes =
            read(&HAR, r#"{"log":{"entries":[{"request":{}},{"request":{"url":"https://a.else.example/"}}]}}"#).expect("it is an archive");
        assert!(notes.coverage.remarks.iter().any(|it| it.contains("could not be read")), "{:?}", notes.coverage.remarks);
    }
}
