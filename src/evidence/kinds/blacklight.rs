//! Inspections of Blacklight: the trackers a page asked, the events of Meta's pixel, what was typed and sent.

use serde::Deserialize;

use super::inspection::{Visit, body_of, with_parameters};
use crate::evidence::address::{Address, host_name};
use crate::evidence::desk::Desk;
use crate::evidence::seen::Notes;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static BLACKLIGHT: Kind = Kind {
    id: "blacklight",
    summary: "an inspection by Blacklight (inspection.json): trackers, pixel events, typed text, hosts",
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
    hosts: Tree<'t>,
    reports: Reports<'t>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 't"))]
struct Reports<'t> {
    third_party_trackers: Tree<'t>,
    /// As the trackers were called before.
    web_beacons: Tree<'t>,
    fb_pixel_events: Tree<'t>,
    /// Requests to `stats.g.doubleclick.net`, which are then missing among the trackers.
    google_analytics_events: Tree<'t>,
    tiktok_pixel_events: Tree<'t>,
    twitter_pixel_events: Tree<'t>,
    key_logging: Tree<'t>,
    /// As typed text was called before.
    data_exfiltration: Tree<'t>,
}

/// Lists and objects within each other, at most.
const DEPTH: usize = 4;

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    let inspection: Inspection = Input::json(&bytes)?;
    let (requests, reports) = (&inspection.hosts["requests"], &inspection.reports);
    // What Blacklight has read from an event is not relied on: every event of Meta's pixel is given the parameters of all.
    let events = [
        (&reports.fb_pixel_events, "pixel event"),
        (&reports.google_analytics_events, "analytics event"),
        (&reports.tiktok_pixel_events, "TikTok event"),
        (&reports.twitter_pixel_events, "Twitter event"),
    ];
    let lists = [&reports.third_party_trackers, &reports.web_beacons].into_iter().chain(events.iter().map(|(list, _)| *list));
    let mut lists = lists.filter(|it| it.is_list());
    if !requests["third_party"].is_list() && lists.next().is_none() {
        return Err(Unread::because("has neither `hosts.requests.third_party` nor `reports`: it is no inspection by Blacklight"));
    }
    let file = notes.file.clone();
    let mut visit = Visit::of(&[&inspection.uri_dest, &inspection.uri_ins], desk, notes);
    for (list, called) in [(&reports.third_party_trackers, "tracker"), (&reports.web_beacons, "beacon")] {
        for (entry, tracker) in numbered(list, called) {
            if let Some(url) = tracker["url"].as_str() {
                let data = &tracker["data"];
                visit.request(&entry, &with_parameters(url, data["query"].members()), body_of(&data["body"]));
            }
        }
    }
    for (list, called) in events {
        for (entry, event) in numbered(list, called) {
            if let Some(url) = event["raw"].as_str() {
                visit.request(&entry, url, body_of(&event["data"]["body"]));
            }
        }
    }
    let mut typed = Vec::new();
    posts(&reports.key_logging, 0, &mut typed);
    posts(&reports.data_exfiltration, 0, &mut typed);
    for (number, (url, body)) in typed.into_iter().enumerate() {
        visit.request(&format!("typed {}", number + 1), url, body_of(body));
        // Forms are there to be sent to the site itself.
        if let Some(host) = Address::of(url).map(|it| host_name(it.host)).filter(|it| !visit.is_own(it)) {
            visit.remark(format!("`{file}` found what it typed into a form in a request to `{host}`"));
        }
    }
    visit.hosts(&requests["first_party"]);
    visit.hosts(&requests["third_party"]);
    visit.remark(format!("`{file}` keeps only the names of hosts that its lists of trackers do not know"));
    Ok(())
}

fn numbered<'v>(list: &'v Tree<'v>, called: &str) -> impl Iterator<Item = (String, &'v Tree<'v>)> {
    list.list().iter().enumerate().map(move |(number, it)| (format!("{called} {}", number + 1), it))
}

/// Requests in which typed text was found: grouped by domain, or one after the other, as versions differ.
fn posts<'v>(report: &'v Tree<'v>, depth: usize, found: &mut Vec<(&'v str, &'v Tree<'v>)>) {
    if let Some(url) = report["post_request_url"].as_str() {
        found.push((url, &report["post_data"]));
    } else if depth < DEPTH {
        report.list().iter().for_each(|it| posts(it, depth + 1, found));
        report.members().for_each(|(_, it)| posts(it, depth + 1, found));
    }
}

#[cfg(test)]
mod tests {
    use super::BLACKLIGHT;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    fn seen(text: &str) -> Vec<String> {
        rows(&read(&BLACKLIGHT, text).expect("it is an inspection"))
    }

    #[test]
    fn trackers_are_requests_with_their_query_and_body() {
        let text = r#"{"uri_dest":null,"uri_ins":"https://shop.example",
            "hosts":{"requests":{"third_party":["a.else.example","b.else.example"]}},
            "reports":{"third_party_trackers":[{"url":"https://a.else.example/t?x=1",
            "data":{"query":{"x":1,"page":{"y":"z"}},"body":{"k":["v"]}}}]}}"#;
        let notes = read(&BLACKLIGHT, text).expect("it is an inspection");
        assert_eq!((notes.coverage.entries, notes.coverage.unexplained), (2, 3));
        assert_eq!(notes.coverage.hosts.iter().collect::<Vec<_>>(), ["a.else.example", "b.else.example"]);
    }

    #[test]
    fn a_pixel_event_is_the_request_it_was_read_from_and_not_what_stands_beside_it() {
        let text = r#"{"reports":{"fb_pixel_events":[{"raw":"https://www.facebook.com/tr/?id=1&ev=PageView",
            "advancedMatchingParams":[{"key":"ud[em]","value":"62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"}],
            "dataParams":[{"key":"cd[value]","value":129}]}]}}"#;
        let seen = seen(text);
        assert!(seen.contains(&"meta ev behaviour.events plain named".to_owned()), "{seen:?}");
        assert!(!seen.iter().any(|it| it.contains("ud[em]") || it.contains("cd[value]")), "{seen:?}");
    }

    #[test]
    fn what_went_to_google_stands_in_a_list_of_its_own() {
        let text = r#"{"hosts":{"requests":{"third_party":["stats.g.doubleclick.net"]}},"reports":{"third_party_trackers":[],
            "google_analytics_events":[{"data":{"query":{"cid":1.2},"body":"dl=https%3A%2F%2Fshop.example%2Fa"},
            "raw":"https://stats.g.doubleclick.net/g/collect?v=2&tid=G-1&cid=1.2"}]}}"#;
        let seen = seen(text);
        for row in ["google cid online.cookie plain named", "google dl behaviour.pages plain named"] {
            assert!(seen.contains(&row.to_owned()), "{seen:?}");
        }
    }

    #[test]
    fn what_was_typed_and_sent_to_the_site_itself_is_no_remark() {
        let text = r#"{"hosts":{"requests":{"third_party":[]}},"reports":{"key_logging":{"shop.example":[
            {"post_request_url":"https://www.shop.example/save","post_data":"kim@typed.example"}]}}}"#;
        let notes = read(&BLACKLIGHT, text).expect("it is an inspection");
        assert!(notes.seen.is_empty() && !notes.coverage.remarks.iter().any(|it| it.contains("typed")));
    }

    #[test]
    fn typed_text_that_was_sent_is_told_without_it() {
        for report in [
            r#""key_logging":{"else.example":[{"post_request_url":"https://a.else.example/c","post_data":"kim@typed.example"}]}"#,
            r#""data_exfiltration":[{"data":{"post_request_url":"https://a.else.example/c","post_data":"a2ltQHR5cGVkLmV4YW1wbGU="}}]"#,
        ] {
            let text = format!(r#"{{"hosts":{{"requests":{{"third_party":[]}}}},"reports":{{{report}}}}}"#);
            let notes = read(&BLACKLIGHT, &text).expect("it is an inspection");
            assert!(notes.coverage.remarks.iter().any(|it| it.ends_with("in a request to `a.else.example`")));
            assert!(!format!("{notes:?}").contains("kim"));
        }
    }

    #[test]
    fn other_files_are_refused() {
        assert!(read(&BLACKLIGHT, r#"{"hosts":{"requests":{"thirdParty":["a.example"]}}}"#).is_err());
        assert!(read(&BLACKLIGHT, r#"{"hosts":{"requests":{"third_party":[]}}}"#).is_err());
        assert!(read(&BLACKLIGHT, "[]").is_err() && read(&BLACKLIGHT, "").is_err());
    }

    #[test]
    fn what_is_not_as_expected_is_passed_over() {
        for text in [
            r#"{"hosts":{"requests":{"third_party":["a.example",null,"data"]}},
                "reports":{"third_party_trackers":[{"url":7},3,{"url":"::"}],"key_logging":[[[[[[1]]]]]]}}"#,
            r#"{"reports":{"fb_pixel_events":[{"raw":"https://www.facebook.com/tr","advancedMatchingParams":{},"dataParams":[4]}]}}"#,
        ] {
            assert!(read(&BLACKLIGHT, text).is_ok(), "{text}");
            survives_every_cut(&BLACKLIGHT, text);
        }
    }
}
