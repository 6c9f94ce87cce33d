//! Results of Privado: paths in code from types of data to third parties.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::told::{self, Told, called, host_of};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Party, SeenForm, Strength};
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static PRIVADO: Kind = Kind {
    id: "privado",
    summary: "Privado's result (.privado/privado.json): types of data and the third parties they reach in code",
    system: "app",
    raw: false,
    read,
};

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 't"))]
struct Report<'t> {
    sources: Tree<'t>,
    #[serde(rename = "dataFlow")]
    flows: Tree<'t>,
}

/// Where Privado puts calls of addresses that it has no rule for.
const API: &str = "ThirdParties.API";

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    let report: Report = Input::json(&bytes)?;
    if !report.sources.is_list() && !report.flows.is_object() {
        return Err(Unread::because("has neither `sources` nor `dataFlow`: it is no result of Privado"));
    }
    let sources = report.sources.list().iter().filter_map(|it| Some((it["id"].as_str()?, it["name"].as_str()?)));
    let sources: BTreeMap<&str, &str> = sources.collect();
    notes.coverage.entries += sources.len();
    let mut unnamed = 0;
    for flow in report.flows["third_parties"].list() {
        let id = flow["sourceId"].as_str().unwrap_or_default();
        // Ids are paths: `Data.Sensitive.ContactData.EmailAddress`.
        let field = sources.get(id).copied().unwrap_or_else(|| id.rsplit('.').next().unwrap_or_default());
        let category = desk.signatures.common(field).map(str::to_owned);
        for sink in flow["sinks"].list() {
            notes.coverage.entries += 1;
            let parties = match parties(sink, desk) {
                Parties::Own => {
                    notes.coverage.first_party += 1;
                    continue;
                }
                Parties::Unnamed => {
                    unnamed += 1;
                    continue;
                }
                Parties::Are(parties) => parties,
            };
            let mut places: BTreeSet<String> = sink["paths"].list().iter().filter_map(place).collect();
            if places.is_empty() {
                places.insert(sink["name"].as_str().unwrap_or(id).to_owned());
            }
            for (to, place) in parties.iter().flat_map(|to| places.iter().map(move |place| (to, place))) {
                let told =
                    Told { to: to.clone(), field, category: category.clone(), form: SeenForm::Unknown, strength: Strength::Possible };
                told.note(place, notes);
            }
        }
    }
    if unnamed > 0 {
        notes.remark(format!("`{}`: calls of addresses that Privado could not read: {unnamed}", notes.file));
    }
    Ok(())
}

/// Who is behind a sink.
enum Parties {
    /// Nobody else: addresses of the organisation's own.
    Own,
    /// Somebody at an address that is not known.
    Unnamed,
    /// These.
    Are(BTreeSet<Party>),
}

fn parties(sink: &Tree, desk: &Desk) -> Parties {
    let hosts = |member: &str| -> Vec<String> { sink[member].texts().filter_map(host_of).collect() };
    let name = sink["name"].as_str().unwrap_or_default();
    let is_api = sink["id"].as_str().is_some_and(|it| it.starts_with(API));
    if is_api || name.is_empty() {
        let called = hosts("apiUrl");
        if called.is_empty() {
            return Parties::Unnamed;
        }
        let others: BTreeSet<Party> = called.iter().filter(|it| !desk.is_own(it, None)).map(|it| desk.party(it, None)).collect();
        return if others.is_empty() { Parties::Own } else { Parties::Are(others) };
    }
    let known = hosts("domains").iter().chain(&hosts("apiUrl")).find_map(|it| desk.owner(it, None));
    Parties::Are(BTreeSet::from([known.unwrap_or_else(|| called(desk, name))]))
}

/// Where a path ends: there the data are handed over.
fn place(path: &Tree) -> Option<String> {
    let last = path["path"].list().last()?;
    let file = last["fileName"].as_str()?;
    Some(told::place(file, last["lineNumber"].as_u64()))
}

#[cfg(test)]
mod tests {
    use super::PRIVADO;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    fn result(sinks: &str) -> String {
        format!(
            r#"{{"sources":[{{"id":"D.Odd","name":"Odd Thing"}}],"dataFlow":{{
            "storages":[{{"sourceId":"D.Odd","sinks":[{{"name":"PostgreSQL"}}]}}],
            "third_parties":[{{"sourceId":"D.Odd","sinks":[{sinks}]}}]}}}}"#
        )
    }

    #[test]
    fn a_sink_is_known_by_its_name_or_domains_and_an_api_by_its_address() {
        let text = result(
            r#"{"id":"ThirdParties.SDK.Klaviyo","name":"Klaviyo","domains":["klaviyo.com"],"paths":[{"path":[
                {"fileName":"a.java","lineNumber":1},{"fileName":"b.java","lineNumber":7,"excerpt":"secret","sample":"secret"}]}]},
            {"id":"ThirdParties.SDK.Odd","name":"Odd Partner","domains":["x.mailco.example"]},
            {"id":"ThirdParties.SDK.Other","name":"Other Partner"},
            {"id":"ThirdParties.API","name":"API","apiUrl":["https://api.partner.example/v1?key=secret","https://api.shop.example/"]}"#,
        );
        let notes = read(&PRIVADO, &text).expect("it is a result");
        let expected = [
            "mailco Odd Thing - - possible",
            "klaviyo Odd Thing - - possible",
            "Other Partner Odd Thing - - possible",
            "partner.example Odd Thing - - possible",
        ];
        assert_eq!(rows(&notes), expected);
        assert!(notes.seen.values().any(|it| it.at.entry == "b.java:7"));
        assert!(!format!("{notes:?}").contains("secret"));
    }

    #[test]
    fn own_addresses_and_unread_ones_are_no_recipients() {
        let own = r#"{"id":"ThirdParties.API","name":"API","apiUrl":["https://api.shop.example/"]}"#;
        let notes = read(&PRIVADO, &result(&format!("{own},{}", r#"{"id":"ThirdParties.API","name":"API","apiUrl":["BASE_URL"]}"#)));
        let coverage = notes.expect("it is a result").coverage;
        assert_eq!((coverage.entries, coverage.first_party), (3, 1));
        assert!(coverage.remarks.iter().any(|it| it.ends_with("that Privado could not read: 1")));
    }

    #[test]
    fn what_is_not_as_expected_is_refused_or_passed_over() {
        for text in ["{}", "[]", "", r#"{"sources":[]}"#] {
            assert!(read(&PRIVADO, text).is_err(), "{text}");
        }
        for sinks in ["1", "{}", r#"{"name":"A","domains":3,"paths":[1,{"path":[]},{"path":[{"fileName":1}]}]}"#, r#"{"name":[]}"#] {
            assert!(read(&PRIVADO, &result(sinks)).is_ok(), "{sinks}");
        }
        let text = r#"{"sources":[3,{"id":1}],"dataFlow":{"third_parties":[1,{"sinks":[{"name":"A"}]}]}}"#;
        assert!(read(&PRIVADO, text).is_ok());
        survives_every_cut(&PRIVADO, &result(r#"{"name":"A","domains":["a.example"]}"#));
    }
}
