//! Reports of Bearer: third parties that the code speaks to, and types of data it hands them.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::told::{self, Told, called, host_of};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Party, SeenForm, Strength};
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static BEARER: Kind = Kind {
    id: "bearer",
    summary: "a privacy or data flow report of Bearer as JSON: third parties and types of data in code",
    system: "app",
    raw: false,
    read,
};

/// Both reports: the first two members make one, the others the other.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 't"))]
struct Report<'t> {
    subjects: Tree<'t>,
    third_party: Tree<'t>,
    data_types: Tree<'t>,
    components: Tree<'t>,
    risks: Tree<'t>,
}

/// What Bearer writes where it knows no better.
const UNKNOWN: &str = "Unknown";

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    let report: Report = Input::json(&bytes)?;
    let is_privacy = report.subjects.is_list() || report.third_party.is_list();
    if !is_privacy && !report.components.is_list() && !report.data_types.is_list() {
        return Err(Unread::because(
            "has neither `third_party` nor `components`: of Bearer's reports, `privacy` and `dataflow` are read, as JSON",
        ));
    }
    notes.coverage.entries += report.subjects.list().len() + report.data_types.list().len();
    let unnamed = privacy(&report, desk, notes) + components(&report, desk, notes);
    risks(&report, desk, notes);
    if unnamed > 0 {
        notes.remark(format!("`{}`: third parties that Bearer could not name: {unnamed}", notes.file));
    }
    if !is_privacy {
        let file = &notes.file;
        notes.remark(format!("`{file}` is a data flow report: which data a third party gets, Bearer's privacy report tells"));
    }
    Ok(())
}

/// Third parties with their types of data. How many have no name.
fn privacy(report: &Report, desk: &Desk, notes: &mut Notes) -> usize {
    let mut unnamed = 0;
    for third in report.third_party.list() {
        notes.coverage.entries += 1;
        let Some(name) = known(&third["third_party"]) else {
            unnamed += 1;
            continue;
        };
        let Some(to) = party(name, desk) else {
            notes.coverage.first_party += 1;
            continue;
        };
        let fields: BTreeSet<&str> = third["data_types"].list().iter().filter_map(known).collect();
        tell(&to, fields, name, desk, notes);
    }
    unnamed
}

/// Third parties alone. How many have no name.
fn components(report: &Report, desk: &Desk, notes: &mut Notes) -> usize {
    let mut unnamed = 0;
    for component in report.components.list() {
        notes.coverage.entries += 1;
        // Data stores and services of the organisation's own are places within it.
        if component["type"].as_str() != Some("external_service") {
            notes.coverage.first_party += 1;
            continue;
        }
        let Some(name) = known(&component["name"]) else {
            unnamed += 1;
            continue;
        };
        let Some(to) = party(name, desk) else {
            notes.coverage.first_party += 1;
            continue;
        };
        let places: BTreeSet<String> = component["locations"].list().iter().filter_map(place).collect();
        if places.is_empty() {
            tell(&to, BTreeSet::new(), name, desk, notes);
        }
        for place in places {
            tell(&to, BTreeSet::new(), &place, desk, notes);
        }
    }
    unnamed
}

/// Rules about third parties bear their names: `javascript_third_parties_sentry`.
fn risks(report: &Report, desk: &Desk, notes: &mut Notes) {
    for risk in report.risks.list() {
        notes.coverage.entries += 1;
        let rule = risk["detector_id"].as_str().unwrap_or_default();
        let Some(to) = rule.split_once("_third_parties_").and_then(|(_, name)| desk.signatures.vendor_named(name)) else { continue };
        let to = Party::Vendor(to.to_owned());
        for location in risk["locations"].list() {
            let fields: BTreeSet<&str> = location["data_types"].list().iter().filter_map(|it| known(&it["name"])).collect();
            tell(&to, fields, place(location).as_deref().unwrap_or(rule), desk, notes);
        }
        // Older reports have it the other way round.
        for data in risk["data_types"].list() {
            for location in data["locations"].list() {
                tell(&to, known(&data["name"]).into_iter().collect(), place(location).as_deref().unwrap_or(rule), desk, notes);
            }
        }
    }
}

/// Types of data that go to somebody; where none is known, only that somebody receives something.
fn tell(to: &Party, fields: BTreeSet<&str>, entry: &str, desk: &Desk, notes: &mut Notes) {
    let fields = if fields.is_empty() { BTreeSet::from([""]) } else { fields };
    for field in fields {
        let category = desk.signatures.common(field).map(str::to_owned);
        Told { to: to.clone(), field, category, form: SeenForm::Unknown, strength: Strength::Possible }.note(entry, notes);
    }
}

/// Who a third party is: a name, or an address. Nobody else where the address is the organisation's own.
fn party(name: &str, desk: &Desk) -> Option<Party> {
    match host_of(name) {
        Some(host) if desk.is_own(&host, None) => None,
        Some(host) => Some(desk.party(&host, None)),
        None => Some(called(desk, name)),
    }
}

/// A text that says something.
fn known<'t>(text: &'t Tree) -> Option<&'t str> {
    text.as_str().map(str::trim).filter(|it| !it.is_empty() && *it != UNKNOWN)
}

fn place(location: &Tree) -> Option<String> {
    let file = location["full_filename"].as_str().or_else(|| location["filename"].as_str())?;
    let line = ["start_line_number", "line_number"].into_iter().find_map(|it| location[it].as_u64());
    Some(told::place(file, line))
}

#[cfg(test)]
mod tests {
    use super::BEARER;
    use crate::evidence::Strength;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    #[test]
    fn a_privacy_report_tells_who_gets_which_type_of_data() {
        let text = r#"{"subjects":[{"name":"Email Address"}],"third_party":[
            {"third_party":"Sentry","data_types":["Odd Thing","Unknown"]},{"third_party":"Okandpartner"},
            {"third_party":"https://api.shop.example","data_types":["Odd Thing"]},{"third_party":"Unknown","data_types":["Odd Thing"]}]}"#;
        let notes = read(&BEARER, text).expect("it is a report");
        assert_eq!(rows(&notes), ["sentry Odd Thing - - possible", "Okandpartner  - - possible"]);
        assert_eq!((notes.coverage.entries, notes.coverage.first_party), (5, 1));
        assert!(notes.coverage.remarks.iter().any(|it| it.ends_with("that Bearer could not name: 1")));
    }

    #[test]
    fn a_data_flow_report_tells_who_and_where() {
        let text = r#"{"data_types":[],"components":[
            {"name":"Stripe","type":"external_service","locations":[{"filename":"app.js","full_filename":"src/app.js","line_number":4}]},
            {"name":"https://api.partner.example/v1?key=secret","type":"external_service"},
            {"name":"PostgreSQL","type":"data_store"},{"name":"x","type":"internal_service"}],
            "risks":[{"detector_id":"ruby_third_parties_sentry","locations":[
            {"filename":"a.rb","start_line_number":2,"data_types":[{"name":"Odd Thing"}]}]},
            {"detector_id":"ruby_rails_logger","locations":[{"filename":"a.rb","data_types":[{"name":"Odd Thing"}]}]}]}"#;
        let notes = read(&BEARER, text).expect("it is a report");
        let expected = ["sentry Odd Thing - - possible", "stripe  - - possible", "partner.example  - - possible"];
        assert_eq!(rows(&notes), expected);
        let places: Vec<&str> = notes.seen.values().map(|it| it.at.entry.as_str()).collect();
        assert_eq!(places[..2], ["a.rb:2", "src/app.js:4"]);
        assert_eq!(notes.coverage.first_party, 2);
        assert!(notes.seen.keys().all(|it| it.strength == Strength::Possible));
    }

    #[test]
    fn what_is_not_as_expected_is_refused_or_passed_over() {
        for text in ["{}", "[1]", "", r#"{"runs":[]}"#, r#"{"third_party":[]}"#] {
            assert!(read(&BEARER, text).is_err(), "{text}");
        }
        for text in [
            r#"{"third_party":[1,{"third_party":[],"data_types":"x"},{"third_party":"a","data_types":[1,null]}]}"#,
            r#"{"components":[{"type":"external_service","name":{},"locations":[]},
                {"type":"external_service","name":"b","locations":[1,{"filename":3}]}]}"#,
            r#"{"data_types":[3],"risks":[{"detector_id":"a_third_parties_sentry","locations":{},"data_types":[{"locations":[1]}]}]}"#,
        ] {
            assert!(read(&BEARER, text).is_ok(), "{text}");
            survives_every_cut(&BEARER, text);
        }
    }
}
