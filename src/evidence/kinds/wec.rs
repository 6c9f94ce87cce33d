//! Inspections of the Website Evidence Collector, which supervisory authorities use: the beacons a page sent,
//! and the hosts it spoke to.

use serde::Deserialize;

use super::inspection::{Visit, body_of, with_parameters};
use crate::evidence::desk::{Body, Desk};
use crate::evidence::seen::Notes;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static WEC: Kind = Kind {
    id: "wec",
    summary: "an inspection by the Website Evidence Collector (inspection.json): beacons, websockets, hosts",
    system: "website",
    raw: true,
    read,
};

/// Of its many members, those that show what was sent.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 't"))]
struct Inspection<'t> {
    uri_ins: Tree<'t>,
    uri_dest: Tree<'t>,
    browsing_history: Tree<'t>,
    hosts: Tree<'t>,
    beacons: Tree<'t>,
    #[serde(rename = "websocketLog")]
    websockets: Tree<'t>,
}

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(Unread::because("is no JSON object: of what the collector writes, `inspection.json` is read, `inspection.yml` is not"));
    }
    let inspection: Inspection = Input::json(&bytes)?;
    let requests = &inspection.hosts["requests"];
    if !requests["thirdParty"].is_list() && !inspection.beacons.is_list() {
        return Err(Unread::because("has neither `hosts.requests.thirdParty` nor `beacons`: it is no inspection by the collector"));
    }
    let file = notes.file.clone();
    let mut visit = Visit::of(&[&inspection.uri_dest, &inspection.uri_ins, &inspection.browsing_history[0]], desk, notes);
    for (number, beacon) in inspection.beacons.list().iter().enumerate() {
        if let Some(url) = beacon["url"].as_str() {
            visit.request(&format!("beacon {}", number + 1), &with_parameters(url, beacon["query"].members()), Body::None);
        }
    }
    for (number, (_, socket)) in inspection.websockets.members().enumerate() {
        let Some(url) = socket["url"].as_str() else { continue };
        let entry = format!("websocket {}", number + 1);
        visit.request(&entry, url, Body::None);
        let sent = socket["messages"].list().iter().filter(|it| it["io"].as_str() == Some("out"));
        for part in sent.flat_map(|it| it["m"].list()) {
            visit.request(&entry, url, body_of(part));
        }
    }
    visit.hosts(&requests["firstParty"]);
    visit.hosts(&requests["thirdParty"]);
    if !inspection.beacons.list().is_empty() {
        visit.remark(format!("`{file}` keeps one address for each place that beacons go to, and no bodies: more may have been sent there"));
    }
    visit.remark(format!("`{file}` keeps only the names of hosts that its lists of trackers do not know"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::WEC;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    fn seen(text: &str) -> Vec<String> {
        rows(&read(&WEC, text).expect("it is an inspection"))
    }

    #[test]
    fn hosts_show_what_every_request_shows_and_links_and_policies_nothing() {
        let text = r#"{"uri_dest":"https://www.shop.example/","hosts":{"requests":{"firstParty":["www.shop.example"],
            "thirdParty":["a.else.example","data",null]},"links":{"thirdParty":["b.else.example"]},
            "contentSecurityPolicy":{"thirdParty":["c.else.example"]}}}"#;
        let implied = ["else.example ip online.ip implied proven", "else.example user-agent online.user-agent implied proven"];
        assert_eq!(seen(text), implied);
        let coverage = read(&WEC, text).expect("it is an inspection").coverage;
        assert_eq!((coverage.entries, coverage.first_party, coverage.pages), (2, 1, 1));
    }

    #[test]
    fn a_beacon_is_a_request_and_its_host_is_not_counted_twice() {
        let text = r#"{"uri_ins":"https://shop.example","beacons":[{"url":"https://a.else.example/t?x=kim%40else.example"}],
            "hosts":{"requests":{"thirdParty":["a.else.example"]}}}"#;
        let notes = read(&WEC, text).expect("it is an inspection");
        assert_eq!(notes.coverage.entries, 1);
        assert!(notes.seen.values().all(|it| it.at.entry == "beacon 1" && it.times == 1));
        assert!(notes.coverage.remarks.iter().any(|it| it.contains("one address for each place")));
        assert!(!format!("{notes:?}").contains("kim"));
    }

    #[test]
    fn of_a_websocket_only_what_is_sent_counts() {
        let text = r#"{"beacons":[],"websocketLog":{"1":{"url":"wss://w.else.example/","messages":[
            {"io":"out","m":["a","b"]},{"io":"in","m":["c"]}]}}}"#;
        assert_eq!(read(&WEC, text).expect("it is an inspection").coverage.entries, 3);
    }

    #[test]
    fn other_files_are_refused_with_a_reason() {
        assert!(read(&WEC, "title: x\n").is_err_and(|it| it.0.contains("`inspection.yml` is not")));
        assert!(read(&WEC, r#"{"log":{"entries":[]}}"#).is_err_and(|it| it.0.contains("no inspection")));
        assert!(read(&WEC, r#"{"beacons":[]}"#).is_err());
    }

    #[test]
    fn what_is_not_as_expected_is_passed_over() {
        for text in [
            r#"{"beacons":[1,{"url":3},{"url":"x","query":[]},{"url":"https://a.example/","query":"q"}],"hosts":3}"#,
            r#"{"beacons":{},"hosts":{"requests":{"thirdParty":["a b.example","[","::1"],"firstParty":"x"}}}"#,
            r#"{"beacons":[],"websocketLog":{"1":{"url":"wss://a.example","messages":[{"io":"out","m":[{"a":[1]},null]},4]},"2":[]}}"#,
        ] {
            assert!(read(&WEC, text).is_ok(), "{text}");
            survives_every_cut(&WEC, text);
        }
    }
}
