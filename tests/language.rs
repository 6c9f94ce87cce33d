//! The language of declarations: what each way of writing means.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ropa::Answer;
use ropa::declare::Date;

const SETTINGS: &str = "version: 1\norganisation: { name: A, contact: a@org.example, country: SE, dpo: { none: small } }\n";
const CATALOG: &str = "subjects: { visitor: Visitor, customer: { title: Customer, is: visitor } }\nfields: { email: contact.email, phone: contact.phone, page: behaviour.pages, union: special.union }\nactivities: { serve: { purpose: p, basis: contract }, advertise: { purpose: p, basis: consent } }\ngates: { consent.ads: {} }\n";

fn answer(files: &[(&str, &str)]) -> Answer {
    let today = Date::try_from("2026-09-01".to_owned()).unwrap();
    let all: Vec<(&str, &str)> = files.iter().copied().chain([("registry/catalog.yaml", CATALOG)]).collect();
    ropa::answer_texts(SETTINGS, &all, None, today)
}

/// Each exposure as `flow item form [gates] activity [labels]`.
fn rows(answer: &Answer) -> Vec<String> {
    let model = &answer.map.model;
    let row = |it: &ropa::flow::Exposure| {
        let gates = model.shown_gates(&it.gates).join(",");
        let activity = it.activity.map_or("-", |id| model.activity_id(id));
        let (flow, item) = (&model.flow(it.flow).id, model.item_id(it.item));
        format!("{flow} {item} {} [{gates}] {activity} [{}]", it.form.word(), it.labels.join(","))
    };
    answer.map.exposures.iter().map(row).collect()
}

fn one(text: &str) -> Vec<String> {
    let answer = answer(&[("registry/all.yaml", text)]);
    assert!(answer.is_sound(), "{:#?}", answer.findings);
    rows(&answer)
}

/// Each finding as `line:column rule: message`, of one file.
fn said(text: &str) -> Vec<String> {
    let answer = answer(&[("registry/all.yaml", text)]);
    let (sources, findings) = (answer.sources, answer.findings.sorted());
    let line = |it: &ropa::finding::Finding| {
        let place = sources.place(it.labels[0].span);
        format!("{}:{} {}: {}", place.line, place.column, it.rule.id, it.message)
    };
    findings.iter().map(line).collect()
}

#[test]
fn norway_is_a_country_and_on_is_a_word() {
    let found = one("
systems: { web: { collects: { visitor: [page] }, sends: { ads#pixel: { fields: [page], for: serve } } } }
recipients: { ads: { country: NO, features: { pixel: on, audience: off } } }
");
    assert_eq!(found, ["web->ads#pixel visitor.page plain [] serve []"]);
}

#[test]
fn one_run_shows_every_error_of_every_file() {
    let found = said(
        "
systems:
  web:
    colects: { visitor: [page] }
    collects: { visitor: [pages], customer: [email] }
    sends:
      adz: [email]
      ads: { fields: [email|sha265], for: sell, since: 2026-02-30, stopped: tomorrow }
recipients:
  ads: { country: SX2, role: procesor, vendor: mta }
  web: { country: SE }
",
    );
    let expected = [
        "unknown key `colects`",
        "no field, category or subject is called `pages`",
        "no system or recipient is called `adz`",
        "no transform is called `sha265`",
        "no activity is called `sell`",
        "`2026-02-30` is not a date",
        "`tomorrow` is not a date",
        "no country is called `SX2`",
        "`procesor` is none of",
        "no vendor is called `mta`",
        "`web` is both a system and a recipient",
    ];
    for words in expected {
        assert!(found.iter().any(|line| line.contains(words)), "`{words}` is missing from {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(found[0].starts_with("4:5 unknown-key"), "{found:#?}");
}

#[test]
fn aliases_and_merge_keys_lend_what_a_map_does_not_say_itself() {
    let found = one("
systems:
  web:
    collects: { visitor: &basics [email, page] }
    sends:
      ads: &usual { fields: *basics, for: advertise, gate: consent.ads }
      mail: { <<: *usual, for: serve }
recipients: { ads: { country: SE }, mail: { country: SE } }
");
    assert_eq!(
        found,
        [
            "web->ads visitor.email plain [consent.ads] advertise []",
            "web->ads visitor.page plain [consent.ads] advertise []",
            "web->mail visitor.email plain [consent.ads] serve []",
            "web->mail visitor.page plain [consent.ads] serve []",
        ]
    );
}

#[test]
fn a_file_lends_its_activity_and_none_takes_it_back() {
    let found = one("
for: serve
systems:
  web:
    collects: { visitor: [page] }
    sends:
      ads: [page]
      mail: { fields: [page], for: advertise }
      post: { fields: [page], for: none, gate: none }
recipients: { ads: { country: SE }, mail: { country: SE }, post: { country: SE } }
");
    assert_eq!(
        found,
        ["web->ads visitor.page plain [] serve []", "web->mail visitor.page plain [] advertise []", "web->post visitor.page plain [] - []"]
    );
}

#[test]
fn another_file_adds_to_a_system_and_only_that() {
    let base = "systems: { web: { collects: { visitor: [page] } } }\nrecipients: { ads: { country: SE } }\n";
    let more = "systems: { web: { extends: true, collects: { customer: [email] }, sends: { ads: all } } }\n";
    let both = answer(&[("registry/a.yaml", base), ("registry/b.yaml", more)]);
    assert!(both.is_sound(), "{:#?}", both.findings);
    assert_eq!(rows(&both).len(), 2);
    let titled = more.replace("extends: true", "extends: true, title: Mine");
    let wrong = answer(&[("registry/a.yaml", base), ("registry/b.yaml", &titled)]);
    assert!(wrong.findings.iter().any(|it| it.message.contains("belongs where the system is declared")));
    let twice = answer(&[("registry/a.yaml", base), ("registry/b.yaml", &more.replace("extends: true, ", ""))]);
    let again = twice.findings.iter().find(|it| it.rule.id == "duplicate-id").unwrap();
    assert_eq!(again.labels.len(), 2);
}

#[test]
fn the_most_specific_word_gives_the_form_in_any_order() {
    for fields in ["all|encrypt, contact|token, email", "email, contact|token, all|encrypt"] {
        let found = one(&format!(
            "
systems: {{ web: {{ collects: {{ visitor: [email, phone, page] }}, sends: {{ ads: {{ fields: [{fields}], for: serve }} }} }} }}
recipients: {{ ads: {{ country: SE }} }}
"
        ));
        assert_eq!(
            found,
            [
                "web->ads visitor.email plain [] serve []",
                "web->ads visitor.page encrypted [] serve []",
                "web->ads visitor.phone pseudonymised [] serve []",
            ]
        );
    }
}

#[test]
fn a_wider_subject_takes_those_who_are_it() {
    let found = one("
systems: { web: { collects: { visitor: [page], customer: [page, email] }, sends: { ads: { fields: [visitor.page], for: serve } } } }
recipients: { ads: { country: SE } }
");
    assert_eq!(found, ["web->ads customer.page plain [] serve []", "web->ads visitor.page plain [] serve []"]);
}

/// A line whose value somebody deleted still declares a flow, and silence is conservative.
#[test]
fn a_flow_without_a_value_carries_everything() {
    for sends in ["{ ads: ~ }", "{ ads: }", "{ ads: {} }", "{ ads: { fields: ~ } }"] {
        let found = one(&format!(
            "
systems: {{ web: {{ collects: {{ visitor: [page, email] }}, sends: {sends} }} }}
recipients: {{ ads: {{ country: SE }} }}
"
        ));
        assert_eq!(found, ["web->ads visitor.email plain [] - []", "web->ads visitor.page plain [] - []"], "{sends}");
    }
    let found = said(
        "
systems: { web: { collects: { visitor: }, derives: { score: }, sends: { ads: all } } }
recipients: { ads: }
gates: { consent.news: }
",
    );
    assert!(found.iter().any(|line| line.contains("nothing is named that is collected from `visitor`")), "{found:?}");
    assert!(found.iter().any(|line| line.contains("`score` is derived from nothing")), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_flow_from_which_everything_is_left_out_is_a_finding() {
    let found = said(
        "
systems: { web: { collects: { visitor: [page, email] }, sends: { ads: [-page, -contact] } } }
recipients: { ads: { country: SE } }
",
    );
    assert!(found.len() == 1 && found[0].starts_with("2:72 empty-selection"), "{found:?}");
}

#[test]
fn a_deletion_is_asked_for_before_it_is_confirmed() {
    let found = said(
        "
systems: { web: { collects: { visitor: [page] }, sends: { ads: [page] } } }
recipients: { ads: { country: SE, deletions: [{ requested: 2026-03-02, confirmed: 2026-03-01, scope: all }, { confirmed: 2026-03-01 }] } }
",
    );
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn the_register_speaks_only_languages_it_knows() {
    let settings = SETTINGS.replace("version: 1", "version: 1\nlanguages: [sv, se]");
    let today = Date::try_from("2026-09-01".to_owned()).unwrap();
    let answer = ropa::answer_texts(&settings, &[("registry/catalog.yaml", CATALOG)], None, today);
    let unknown: Vec<_> = answer.findings.iter().map(|it| it.message.clone()).collect();
    assert_eq!(unknown, ["no language of the register is called `se`"]);
}

#[test]
fn circles_are_ordinary_and_gates_hold_only_where_no_way_goes_around() {
    let found = one("
systems:
  a: { collects: { visitor: [page] }, sends: { b: { gate: consent.ads } } }
  b: { sends: { c: {}, a: {} } }
  c: { sends: { b: {}, ads: { for: serve } } }
recipients: { ads: { country: SE } }
");
    assert_eq!(found, ["c->ads visitor.page plain [consent.ads] serve []"]);
}

#[test]
fn what_nobody_knows_counts_as_all_and_as_third_country() {
    let found = one("
systems: { web: { collects: { visitor: unknown, customer: [union] }, sends: { ads: { fields: unknown, for: serve } } } }
recipients: { ads: { country: unknown } }
");
    assert_eq!(
        found,
        [
            "web->ads customer.union plain [] serve [special.union,to:unknown]",
            "web->ads visitor.unknown plain [] serve [to:unknown,unknown]",
        ]
    );
}

#[test]
fn a_projects_own_law_is_laid_over_what_is_given() {
    let text = "
countries: { SE: { title: { en: Kingdom of Sweden } } }
transforms: { blur: { to: pseudonymised } }
categories: { special.union: { title: Union card }, special.union.local: {} }
systems: { web: { collects: { visitor: [union] }, sends: { ads: { fields: [union|blur], for: serve } } } }
recipients: { ads: { country: SE } }
";
    let answer = answer(&[("registry/all.yaml", text)]);
    assert_eq!(rows(&answer), ["web->ads visitor.union pseudonymised [] serve [special.union]"]);
    let law = &answer.map.model.law;
    assert_eq!((law.country_name("SE", "en"), law.country_name("SE", "sv")), ("Kingdom of Sweden", "Sverige"));
    assert!(law.is_eea("SE", answer.map.today));
}

/// Keys that know only some words refuse the others at their place, wherever they may stand.
#[test]
fn a_word_outside_of_a_closed_set_is_a_finding() {
    let found = said(
        "
categories: { house: { title: House, art9: helth } }
activities:
  reads: { purpose: p, basis: contract, rights: [acces, forgetting], security: [{ measure: m, art32: e }] }
systems: { web: { security: [{ measure: m, art32: B }] } }
recipients:
  ads:
    country: US
    contract: { type: dap, clauses: [a, i] }
    own-purposes: [sells, profit]
    security: { measure: m, art32: f }
    transfer: [{ country: US, mechanism: dpf, listed: { entity: Ads, covers: [hr, nonhr] } }]
    features: { pixel: { state: off, contract: { type: memo }, transfer: { mechanism: scc, listed: { covers: staff } } } }
sources: { broker: { informed: { exempt: art14.5.e } } }
",
    );
    let expected = [
        "2:44 invalid-value: `helth` is none of `any`, `racial-ethnic`",
        "4:50 invalid-value: `acces` is none of `access`, `rectification`",
        "4:57 invalid-value: `forgetting` is none of",
        "4:102 invalid-value: `e` is none of `a`, `b`, `c`, `d`",
        "5:51 invalid-value: `B` is none of",
        "9:23 invalid-value: `dap` is none of `dpa`",
        "9:41 invalid-value: `i` is none of `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`",
        "10:27 invalid-value: `profit` is none of `product-improvement`, `sells`, `trains-model`",
        "11:36 invalid-value: `f` is none of",
        "12:83 invalid-value: `nonhr` is none of `hr`, `non-hr`",
        "13:56 invalid-value: `memo` is none of",
        "13:110 invalid-value: `staff` is none of",
        "14:42 invalid-value: `art14.5.e` is none of `art14.5.a`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
}

#[test]
fn the_help_names_the_nearest_word_of_a_closed_set_or_says_what_its_words_are() {
    let helps = |word: &str| {
        let text = format!("recipients: {{ ads: {{ contract: {{ type: dpa, clauses: {word} }}, own-purposes: {word} }} }}");
        let answer = answer(&[("registry/all.yaml", &text)]);
        answer.findings.iter().map(|it| it.help.clone().unwrap()).collect::<Vec<_>>()
    };
    let letters = "`clauses:` takes the letters of Art. 28(3)";
    assert_eq!(helps("B"), ["`own-purposes:` takes what a recipient can do with data for itself", "did you mean `b`?"]);
    assert_eq!(helps("train-models"), ["did you mean `trains-model`?", letters]);
}

#[test]
fn the_organisation_claims_only_the_exemption_there_is() {
    let settings = SETTINGS.replace("country: SE,", "country: SE, exemption: art30.6,");
    let answer =
        ropa::answer_texts(&settings, &[("registry/all.yaml", "systems: { web: {} }")], None, "2026-09-01".to_owned().try_into().unwrap());
    let found: Vec<_> = answer.findings.iter().map(|it| (it.message.as_str(), it.help.as_deref())).collect();
    assert_eq!(found, [("`art30.6` is none of `art30.5`", Some("did you mean `art30.5`?"))]);
}
