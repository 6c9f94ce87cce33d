//! Reports of piiflow, later pii-scanner and now datawarden: flows in code from types of data to whoever gets
//! them, as its published source declares the report.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::told::{self, Told, called, host_of};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Party, SeenForm, Strength};
use crate::evidence::stream::elements;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static PIIFLOW: Kind = Kind {
    id: "piiflow",
    summary: "a report of piiflow, pii-scanner or datawarden (scan or map, --format json): types of data and whom they reach in code",
    system: "app",
    raw: false,
    read,
};

/// What a report says of itself. Its lists are read one by one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    #[serde(deserialize_with = "there")]
    flows: bool,
    #[serde(deserialize_with = "there")]
    runs: bool,
    #[serde(deserialize_with = "there")]
    diff_base: bool,
    mode: Option<String>,
    functions: Option<usize>,
}

/// Whether a member stands there: a list without elements may be `null`.
fn there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// The lists of both reports. The last one has the numbers of the first's literals.
const LISTS: &[&[&str]] = &[&["flows"], &["literals"], &["warnings"], &["data_types"]];

/// Bytes of one element, at most.
const ELEMENT: usize = 1 << 20;

/// What is counted over a report.
#[derive(Default)]
struct Count {
    flows: usize,
    odd: usize,
    unresolved: usize,
    apps: usize,
    keys: usize,
    guarded: usize,
    literals: usize,
    warnings: usize,
}

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    let head: Head = Input::parsed(&bytes)?;
    if !head.flows {
        return Err(Unread::because(if head.runs {
            "is SARIF, which does not say who receives: what `datawarden scan --format json` writes is read"
        } else {
            "has no `flows`: what `datawarden scan --format json` writes is read, or `piiflow scan --format json` under its first name"
        }));
    }
    let mut count = Count::default();
    elements(&mut bytes.as_slice(), LISTS, ELEMENT, &mut |list, element| match list {
        0 => match element.and_then(Tree::of).filter(Tree::is_object) {
            Some(one) => flow(&one, &mut count, desk, notes),
            None => count.odd += 1,
        },
        // Personal values themselves lie there: they are counted and not looked at.
        1 => count.literals += 1,
        2 => count.warnings += 1,
        _ => {
            let committed = element.and_then(|it| serde_json::from_slice::<DataType>(it).ok()).map_or(0, |it| it.committed_literals);
            count.literals = count.literals.saturating_add(committed);
        }
    })?;
    notes.coverage.entries += count.flows;
    if count.flows == 0 {
        // A scan that went through functions and found no flow did look.
        let functions = head.functions.unwrap_or_default();
        notes.coverage.entries += functions;
        notes.remark(format!("`{}`: no flow was found in {functions} functions", notes.file));
    }
    remarks(&count, notes);
    if head.diff_base || head.mode.as_deref() == Some("diff") {
        notes.remark(format!("`{}` looks at changed files only: what the others send is not in it", notes.file));
    }
    Ok(())
}

/// A row of the inventory.
#[derive(Default, Deserialize)]
#[serde(default)]
struct DataType {
    committed_literals: usize,
}

fn remarks(count: &Count, notes: &mut Notes) {
    let remarks = [
        (count.odd, "entries that are no flows, or too large, and were not read"),
        (count.unresolved, "calls whose address piiflow could not resolve"),
        (count.apps, "data handed to other apps on the device, which are not named"),
        (count.keys, "flows of keys and tokens of programs, which are no data about persons"),
        (count.guarded, "flows that run only behind a consent check, as piiflow has it"),
        (count.literals, "personal values committed to the repository"),
        (count.warnings, "warnings of piiflow, so that something may be missing"),
    ];
    for (count, said) in remarks.into_iter().filter(|(count, _)| *count > 0) {
        notes.remark(format!("`{}`: {said}: {count}", notes.file));
    }
}

fn flow(flow: &Tree, count: &mut Count, desk: &Desk, notes: &mut Notes) {
    count.flows += 1;
    let (field, class) = (text(flow, "data_type"), text(flow, "class"));
    if is_key(field, class) {
        count.keys += 1;
        return;
    }
    match party(&flow["dest"], desk) {
        Dest::Within => notes.coverage.first_party += 1,
        Dest::App => count.apps += 1,
        Dest::Unresolved => count.unresolved += 1,
        Dest::Is(to) => {
            count.guarded += usize::from(!flow["guards"].list().is_empty());
            let category = category(field, class, desk).map(str::to_owned);
            let form = form(flow["transforms"].texts());
            let place = place(&flow["sink"]).unwrap_or_else(|| text(flow, "sink_rule").to_owned());
            Told { to, field, category, form, strength: Strength::Possible }.note(&place, notes);
        }
    }
}

/// Whether a type of data is the key of a program: it opens a door and is about nobody. A password and a session
/// are somebody's.
fn is_key(data_type: &str, class: &str) -> bool {
    let is_personal = matches!(data_type, "password" | "session_token");
    !is_personal && (class == "credential" || matches!(data_type, "api_key" | "access_token" | "secret_key" | "private_key"))
}

/// The category of a type of data: by what its name commonly stands for, else by what the analyser means by a word
/// that elsewhere could mean anything.
fn category<'d>(data_type: &str, class: &str, desk: &Desk<'d>) -> Option<&'d str> {
    desk.signatures.common(data_type).or(match (data_type, class) {
        ("address", _) => Some("contact.postal"),
        ("passport", _) => Some("id.document"),
        ("tax_id", _) => Some("id.national"),
        ("location", _) => Some("location"),
        ("session_token", _) => Some("online.credential"),
        ("biometric", _) => Some("special.biometric"),
        ("health", _) => Some("special.health"),
        // The whole of what a request brought: each site has something else in it.
        ("request_data", _) => Some("unknown"),
        // A number given for health purposes is data concerning health: recital 35.
        (_, "phi") => Some("special.health"),
        ("insurance_id", _) => Some("id.customer"),
        (_, "pci") => Some("finance.payment.card"),
        _ => None,
    })
}

/// The form in which data arrive after what was done to them on the way.
fn form<'f>(transforms: impl Iterator<Item = &'f str>) -> SeenForm {
    let each = transforms.map(|it| match it {
        // Another writing hides nothing.
        "base64" => SeenForm::Plain,
        "sha256" | "sha512" | "md5_or_sha1" | "hashed" | "tokenized" | "masked" => SeenForm::Pseudonymised,
        // Whoever has the key reads it, and the report does not say whose the key is; what a function called
        // `redact` or `anonymize` leaves of a person, its name does not tell; and no other word is known.
        _ => SeenForm::Unknown,
    });
    // A digest stays one whatever else is done to it.
    let rank = |it: &SeenForm| match it {
        SeenForm::Pseudonymised => 2,
        SeenForm::Unknown => 1,
        SeenForm::Plain | SeenForm::Implied => 0,
    };
    each.max_by_key(rank).unwrap_or(SeenForm::Plain)
}

/// Who is behind a sink.
enum Dest {
    /// Nobody else: the organisation's own addresses, logs and stores.
    Within,
    /// Some other app on the device.
    App,
    /// Somebody at an address that is not known.
    Unresolved,
    /// Somebody.
    Is(Party),
}

fn party(dest: &Tree, desk: &Desk) -> Dest {
    let kind = text(dest, "kind");
    let host = host_of(text(dest, "host"));
    if kind == "first_party" || dest["first_party"].as_bool() == Some(true) || host.as_deref().is_some_and(|it| desk.is_own(it, None)) {
        return Dest::Within;
    }
    let vendor = text(dest, "vendor");
    let owner = host.as_deref().and_then(|it| desk.owner(it, None));
    let named = || desk.signatures.vendor_named(vendor).map(|it| Party::Vendor(it.to_owned()));
    let at = || host.as_deref().map(|it| desk.party(it, None));
    match (owner.or_else(named).or_else(at), kind) {
        (Some(party), _) => Dest::Is(party),
        // What a log or store is made with is a product, not somebody.
        (None, "log" | "storage") => Dest::Within,
        (None, _) if !vendor.is_empty() => Dest::Is(called(desk, vendor)),
        (None, "ipc") => Dest::App,
        (None, _) => Dest::Unresolved,
    }
}

fn place(position: &Tree) -> Option<String> {
    Some(told::place(position["file"].as_str()?, position["line"].as_u64()))
}

fn text<'v>(value: &'v Tree, member: &str) -> &'v str {
    value[member].as_str().map(str::trim).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::PIIFLOW;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};
    use crate::evidence::{Notes, Strength};

    fn report(flows: &str) -> String {
        format!(r#"{{"tool":"datawarden","mode":"full","functions":9,"flows":[{flows}],"literals":null}}"#)
    }

    fn seen(flows: &str) -> Notes {
        read(&PIIFLOW, &report(flows)).expect("it is a report")
    }

    fn remarks(notes: &Notes) -> Vec<&str> {
        notes.coverage.remarks.iter().map(|it| it.trim_start_matches("`file`").trim_start_matches(": ")).collect()
    }

    #[test]
    fn a_flow_tells_who_gets_which_type_of_data_and_where() {
        let notes = seen(
            r#"{"data_type":"email","source_desc":"secret","sink":{"file":"src/a.ts","line":7},"sink_rule":"sdk.sentry.set_user",
                "path":[{"file":"secret","line":1}],"dest":{"kind":"third_party","vendor":"Sentry"}},
            {"data_type":"odd","sink":{"file":"src/b.ts"},"dest":{"kind":"third_party","host":"in.mailco.example","vendor":"Sentry"}},
            {"data_type":"odd","sink_rule":"http.post","dest":{"kind":"network","host":"https://api.partner.example/v1?key=secret"}},
            {"data_type":"odd","dest":{"kind":"third_party","vendor":"Okandpartner"}}"#,
        );
        let expected = [
            "mailco odd - plain possible",
            "sentry email contact.email plain possible",
            "Okandpartner odd - plain possible",
            "partner.example odd - plain possible",
        ];
        assert_eq!(rows(&notes), expected);
        let places: Vec<&str> = notes.seen.values().map(|it| it.at.entry.as_str()).collect();
        assert_eq!(places, ["src/b.ts", "src/a.ts:7", "", "http.post"]);
        assert_eq!((notes.coverage.entries, notes.coverage.first_party), (4, 0));
        assert!(notes.seen.keys().all(|it| it.strength == Strength::Possible));
        assert!(!format!("{notes:?}").contains("secret"));
    }

    #[test]
    fn types_of_data_have_the_category_that_the_analyser_means() {
        for (data_type, class, category) in [
            ("person_name", "pii", "id.name"),
            ("us_ssn", "pii", "id.national"),
            ("vn_cccd", "pii", "id.national"),
            ("dob", "", "demographic.birth-date"),
            ("address", "", "contact.postal"),
            ("passport", "", "id.document"),
            ("drivers_license", "", "id.document"),
            ("ip_address", "", "online.ip"),
            ("device_id", "", "online.device"),
            ("license_plate", "", "id.vehicle"),
            ("credit_card", "pci", "finance.payment.card"),
            ("bank_account", "", "finance.account"),
            ("location", "", "location"),
            ("ethnicity", "", "special.racial-ethnic"),
            ("religion", "", "special.religious"),
            ("gender", "", "demographic.gender"),
            ("biometric", "phi", "special.biometric"),
            ("medical_record_number", "", "special.health"),
            ("insurance_id", "phi", "special.health"),
            ("insurance_id", "", "id.customer"),
            ("request_data", "", "unknown"),
            ("password", "credential", "online.credential"),
            ("session_token", "credential", "online.credential"),
            ("loyalty_level", "", "-"),
        ] {
            let notes =
                seen(&format!(r#"{{"data_type":"{data_type}","class":"{class}","dest":{{"kind":"third_party","vendor":"Sentry"}}}}"#));
            assert_eq!(rows(&notes), [format!("sentry {data_type} {category} plain possible")]);
        }
    }

    #[test]
    fn what_is_done_on_the_way_gives_the_form() {
        for (transforms, form) in [
            ("[]", "plain"),
            ("null", "plain"),
            (r#"["base64"]"#, "plain"),
            (r#"["sha256"]"#, "pseudonymised"),
            (r#"["encrypted","hashed","base64"]"#, "pseudonymised"),
            (r#"["masked"]"#, "pseudonymised"),
            (r#"["encrypted"]"#, "-"),
            (r#"["base64","redacted"]"#, "-"),
            (r#"["anonymized"]"#, "-"),
            (r#"["odd"]"#, "-"),
        ] {
            let notes = seen(&format!(r#"{{"data_type":"odd","transforms":{transforms},"dest":{{"vendor":"Sentry"}}}}"#));
            assert_eq!(rows(&notes), [format!("sentry odd - {form} possible")], "{transforms}");
        }
    }

    #[test]
    fn own_places_keys_and_unnamed_ones_are_no_recipients() {
        let notes = seen(
            r#"{"data_type":"email","dest":{"kind":"first_party","host":"x.else.example"}},
            {"data_type":"email","dest":{"kind":"network","first_party":true}},
            {"data_type":"email","dest":{"kind":"network","host":"api.shop.example"}},
            {"data_type":"email","dest":{"kind":"log"}},{"data_type":"email","dest":{"kind":"storage","vendor":"Odd Store"}},
            {"data_type":"email","dest":{"kind":"storage","host":"db.partner.example"}},{"data_type":"email","dest":{"kind":"ipc"}},
            {"data_type":"email","dest":{"kind":"network","host":"BASE_URL"}},{"data_type":"email","dest":{"kind":"network"}},
            {"data_type":"api_key","dest":{"kind":"third_party","vendor":"Sentry"}},
            {"data_type":"odd","class":"credential","dest":{"kind":"third_party","vendor":"Sentry"}}"#,
        );
        assert_eq!(rows(&notes), ["partner.example email contact.email plain possible"]);
        assert_eq!((notes.coverage.entries, notes.coverage.first_party), (11, 5));
        let expected = [
            "calls whose address piiflow could not resolve: 2",
            "data handed to other apps on the device, which are not named: 1",
            "flows of keys and tokens of programs, which are no data about persons: 2",
        ];
        assert_eq!(remarks(&notes), expected);
    }

    #[test]
    fn what_limits_a_report_is_counted_and_no_value_of_it_kept() {
        let text = r#"{"mode":"diff","diff_base":"secret","literals":[{"masked":"secret","value_hash":"secret"},{}],"warnings":["secret"],
            "flows":[{"data_type":"odd","guards":["secret"],"dest":{"vendor":"Sentry"}},3]}"#;
        let notes = read(&PIIFLOW, text).expect("it is a report");
        let expected = [
            " looks at changed files only: what the others send is not in it",
            "entries that are no flows, or too large, and were not read: 1",
            "flows that run only behind a consent check, as piiflow has it: 1",
            "personal values committed to the repository: 2",
            "warnings of piiflow, so that something may be missing: 1",
        ];
        assert_eq!(remarks(&notes), expected);
        assert!(!format!("{notes:?}").contains("secret"));
    }

    #[test]
    fn a_scan_without_a_flow_counts_what_it_looked_at_and_a_map_has_numbers_of_literals() {
        let notes = read(&PIIFLOW, r#"{"flows":null,"literals":null,"functions":40}"#).expect("it is a report");
        assert_eq!((notes.coverage.entries, remarks(&notes)), (40, vec!["no flow was found in 40 functions"]));
        let map = r#"{"data_types":[{"id":"email","committed_literals":3},{"id":"x"},4],"flows":[{"data_type":"odd","dest":{}}]}"#;
        assert!(remarks(&read(&PIIFLOW, map).expect("it is a map")).contains(&"personal values committed to the repository: 3"));
    }

    #[test]
    fn what_is_not_as_expected_is_refused_or_passed_over() {
        for text in ["{}", "[1]", "", r#"{"flows":null}"#, r#"{"flows":[]}"#, r#"{"flows":{},"functions":0}"#, r#"{"flows":[1]}"#] {
            assert!(read(&PIIFLOW, text).is_err(), "{text}");
        }
        let why = |text| read(&PIIFLOW, text).expect_err("it is no report").0;
        assert!(why(r#"{"version":"2.1.0","runs":[]}"#).contains("is SARIF"));
        assert!(why(r#"{"findings":[]}"#).contains("`datawarden scan --format json`"));
        for flows in [
            "{}",
            r#"{"data_type":3,"dest":[]},1,null"#,
            r#"{"data_type":"email","dest":{"kind":[],"host":1,"vendor":{}},"transforms":[1],"guards":"x"}"#,
            r#"{"data_type":"email","dest":{"vendor":"Sentry"},"sink":{"file":1,"line":"x"},"transforms":{}}"#,
        ] {
            assert!(read(&PIIFLOW, &report(flows)).is_ok(), "{flows}");
        }
        survives_every_cut(
            &PIIFLOW,
            &report(r#"{"data_type":"email","transforms":["sha256"],"dest":{"vendor":"Sentry","host":"a.example"}}"#),
        );
    }
}
