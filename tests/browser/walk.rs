//! The whole loop: a page served on loopback, with stand-ins for the vendors it calls, walked by
//! Chromium as a made-up person, recorded as an HTTP archive, and held against the map.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use crate::chromium::Session;

const EMAIL: &str = "kanariella.7713@post.example";

/// A site that has put one vendor's tag on its page. It types what a customer types.
const PAGE: &str = r#"<!doctype html><html lang="sv"><title>Mitt konto</title>
<form><input name="email" value="kanariella.7713@post.example"></form>
<script src="https://connect.facebook.net/en_US/fbevents.js"></script>
<script>
  const sent = [];
  const post = (url, body) => sent.push(fetch(url, { method: "POST", mode: "no-cors", body }));
  const zip = async text => {
    const packed = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")));
    return btoa(String.fromCharCode(...new Uint8Array(await packed.arrayBuffer())));
  };
  (async () => {
    await pixel();
    post("https://px.ads.linkedin.com/wa/", await zip(JSON.stringify({ pids: [1], url: location.href, hem: await sha256(document.forms[0].email.value) })));
    post("https://stats.tracker.example/c", JSON.stringify({ p: btoa(JSON.stringify({ who: document.forms[0].email.value })) }));
    await Promise.allSettled(sent);
    fetch("/done");
  })();
</script></html>"#;

/// What the vendor's script does once somebody has switched automatic matching on in its console.
const VENDOR: &str = r#"
const sha256 = async text => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
  .map(it => it.toString(16).padStart(2, "0")).join("");
const pixel = async () => {
  const image = new Image();
  const parameters = new URLSearchParams({ id: "400000000000009", ev: "PageView", dl: location.href, fbp: "fb.1.1.2",
    "udff[em]": await sha256(document.forms[0].email.value) });
  image.src = "https://www.facebook.com/tr/?" + parameters;
  await new Promise(done => image.onerror = image.onload = done);
};
"#;

/// Serves the page to whoever asks on a port of its own.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            // The request is read to its empty line; whatever it asks for, it gets the page.
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                PAGE.len()
            );
            let _ = stream.write_all(format!("{head}{PAGE}").as_bytes());
        }
    });
    port
}

/// Walks the page and gives what was sent, as a recording.
fn walk(port: u16) -> Value {
    let mut tab = Session::open();
    tab.call("Network.enable", json!({ "maxPostDataSize": 65536 }));
    tab.call("Page.enable", json!({}));
    tab.call("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] }));
    tab.send("Page.navigate", json!({ "url": format!("http://127.0.0.1:{port}/konto") }));
    loop {
        let paused = tab.event("Fetch.requestPaused");
        let (id, url) = (paused["requestId"].clone(), paused["request"]["url"].as_str().unwrap().to_owned());
        if url.starts_with(&format!("http://127.0.0.1:{port}/")) {
            tab.send("Fetch.continueRequest", json!({ "requestId": id }));
            if url.ends_with("/done") {
                break;
            }
            continue;
        }
        let body = if url.ends_with("/fbevents.js") { VENDOR } else { "" };
        let body = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, body);
        let headers = json!([{ "name": "Content-Type", "value": "text/javascript" }]);
        tab.send("Fetch.fulfillRequest", json!({ "requestId": id, "responseCode": 200, "responseHeaders": headers, "body": body }));
    }
    let sent = tab.events.iter().filter(|it| it["method"] == "Network.requestWillBeSent").map(|it| &it["params"]);
    let entries: Vec<Value> = sent
        .map(|it| {
            let headers = it["request"]["headers"].as_object().unwrap().iter().map(|(name, value)| json!({ "name": name, "value": value }));
            let body = it["request"]["postData"].as_str().map(|text| json!({ "mimeType": "text/plain", "text": text }));
            json!({
                "pageref": "page_1",
                "_initiator": it["initiator"],
                "request": {
                    "url": it["request"]["url"], "method": it["request"]["method"], "headers": headers.collect::<Vec<_>>(), "postData": body,
                },
            })
        })
        .collect();
    json!({ "log": { "version": "1.2", "entries": entries } })
}

const SETTINGS: &str = "
version: 1
evidence:
  walk: { kind: har, files: evidence/*.har, of: website, persona: evidence/persona.yaml, consented: consent.marketing, on: 2026-03-02 }
";

const MAP: &str = "
systems:
  website:
    collects: { customer: [page_url, ip, agent, browser, event, email] }
    sends:
      meta#pixel: { fields: [page_url, ip, agent, browser, event], for: ads, gate: consent.marketing, channel: tag }
recipients:
  meta: { vendor: meta, features: { automatic-advanced-matching: off } }
activities: { ads: { purpose: Advertising, basis: consent } }
subjects: { customer: Customer }
fields:
  { page_url: behaviour.pages, ip: online.ip, agent: online.user-agent, browser: online.cookie, event: behaviour.events, email: contact.email }
gates: { consent.marketing: {} }
";

#[test]
fn a_page_is_walked_recorded_and_found() {
    let recording = walk(serve());
    let project = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("ropa.yaml", SETTINGS);
    write("registry/all.yaml", MAP);
    write("evidence/walk.har", &recording.to_string());
    write("evidence/persona.yaml", &format!("customer: {{ email: {EMAIL} }}"));
    let check = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .args(["check", "--today", "2026-09-01", "--output", "json"])
        .arg(project.path())
        .output()
        .unwrap();
    let text = String::from_utf8(check.stdout).unwrap();
    let found: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&check.stderr)));
    let of_evidence = ["undocumented", "feature-state", "observed-form", "seen-before", "breach", "declared-"];
    let keys: Vec<&str> = found["findings"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
    let keys: Vec<&str> = keys.into_iter().filter(|it| of_evidence.iter().any(|rule| it.starts_with(rule))).collect();
    let expected = [
        "feature-state-contradicted@website->meta#automatic-advanced-matching",
        "undocumented-flow@website->linkedin",
        "undocumented-flow@website->tracker-example",
    ];
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{recording:#}");
    assert_eq!(check.status.code(), Some(1));
    assert!(!text.contains("kanariella"), "a value was printed");
}
