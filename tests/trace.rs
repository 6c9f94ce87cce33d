//! `ropa trace` and `ropa incident`: who holds what, who got what, and what is still open.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;
use std::process::{Command, Output};

use ropa::declare::{Date, Moment};
use ropa::finding::Level;
use ropa::flow::items_named;
use ropa::render::{incident, trace};
use ropa::{Answer, answer_texts};
use serde_json::{Value, json};

const TODAY: &str = "2026-09-01";

/// A shop that keeps orders, a mailer outside with its host, and staff.
const SHOP: &str = "
fields: { email: contact.email, order: contract, ip: online.ip }
subjects: { visitor: Visitor, customer: { title: Customer, is: visitor, count: 1200 } }
activities:
  selling: { title: Selling, basis: contract }
  news: { title: News, basis: consent, marketing: true }
gates: { consent.news: { title: Box in the form } }
roles: { clerk: { title: Shop clerk, for: [selling] } }
systems:
  shop:
    collects:
      visitor: { fields: [ip], for: selling }
      customer: { fields: [email, order], for: selling }
    sends:
      mailer#news: { fields: [email], for: news, gate: consent.news, since: 2020-01-07 }
    access: { clerk: [order] }
    erase: api
recipients:
  mailer: { name: Mailer AB, contact: dpo@mailer.example, role: processor, country: SE, subprocessors: [cloud], erase: ticket }
  cloud: { name: Cloud Inc, role: processor, country: US }
";

fn day(text: &str) -> Date {
    Date::try_from(text.to_owned()).unwrap()
}

fn answer(yaml: &str, today: &str) -> Answer {
    let answer = answer_texts("version: 1", &[("registry/all.yaml", yaml)], None, day(today));
    let wrong: Vec<_> = answer.findings.iter().filter(|it| it.level == Level::Error).map(|it| &it.message).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    answer
}

fn traced(yaml: &str, word: &str) -> (String, Value) {
    let answer = answer(yaml, TODAY);
    let items = items_named(&answer.map, word).unwrap();
    let found = trace::trace(&answer.map, &answer.sources, word, &items);
    (trace::page(&found).plain(), serde_json::to_value(&found).unwrap())
}

fn shows(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some(at) = rest.find(part) else { panic!("`{part}` is not there, or not in this order:\n{text}") };
        rest = &rest[at + part.len()..];
    }
}

fn holder<'a>(view: &'a Value, id: &str) -> &'a Value {
    view["holders"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap()
}

#[test]
fn everyone_who_holds_an_item_is_named_with_path_time_and_ground() {
    let (text, view) = traced(SHOP, "customer.email");
    shows(&text, &["held on 2026-09-01 by 1 system and 2 recipients", "Art. 15(1)(c)", "Art. 19"]);
    shows(
        &text,
        &[
            "cloud",
            "legal name: Cloud Inc",
            "contact: missing (add `contact:` to cloud",
            "works for: mailer",
            "path: customer › shop › mailer › cloud",
        ],
    );
    shows(&text, &["mailer", "Mailer AB", "dpo@mailer.example", "mailer#news, since 2020-01-07, for news (consent)", "erasure: by ticket"]);
    shows(&text, &["Systems", "shop", "collected from customer, for selling (contract)", "erasure: by program"]);
    assert_eq!(view["schema"], "ropa/trace/1");
    assert_eq!(view["items"], json!(["customer.email"]));
    let mailer = holder(&view, "mailer");
    assert_eq!(mailer["tell"], true);
    assert_eq!(mailer["holds"][0]["gates"], json!(["consent.news"]));
    assert_eq!(mailer["holds"][0]["ways"][0]["grounds"], json!([{ "activity": "news", "basis": "consent" }]));
    assert_eq!(holder(&view, "shop")["tell"], false);
}

#[test]
fn a_subprocessor_serves_and_is_told_through_the_one_it_works_for() {
    let (text, view) = traced(SHOP, "email");
    shows(&text, &["cloud", "mailer->cloud#subprocessor, for news (consent)", "erasure: through mailer"]);
    assert_eq!(holder(&view, "cloud")["erase"], json!({ "how": null, "none": null, "through": ["mailer"] }));
}

#[test]
fn staff_are_listed_apart_and_are_no_holders() {
    let (text, view) = traced(SHOP, "customer.order");
    shows(
        &text,
        &[
            "held on 2026-09-01 by 1 system and 0 recipients",
            "Staff who may read it: not recipients",
            "Shop clerk in shop: customer.order, for selling",
        ],
    );
    assert!(!text.contains("Recipients:"), "{text}");
    assert_eq!(view["holders"].as_array().unwrap().len(), 1);
    assert_eq!(view["readers"][0]["role"], "clerk");
}

#[test]
fn what_is_asked_for_a_group_includes_the_wider_ones_and_not_the_narrower() {
    let (_, customer) = traced(SHOP, "customer");
    assert_eq!(customer["items"], json!(["customer.email", "customer.order", "visitor.ip"]));
    let (_, visitor) = traced(SHOP, "visitor");
    assert_eq!(visitor["items"], json!(["visitor.ip"]));
    let (_, contact) = traced(SHOP, "customer.contact");
    assert_eq!(contact["items"], json!(["customer.email"]));
}

#[test]
fn it_says_when_nobody_holds_it() {
    let (text, view) =
        traced(&format!("{SHOP}  unused: {{}}\n").replace("order: contract,", "order: contract, shoe_size: profile,"), "shoe_size");
    shows(&text, &["shoe_size: nobody holds it as personal data on 2026-09-01", "nothing collects or derives it"]);
    assert_eq!(view["holders"], json!([]));
}

#[test]
fn what_was_purged_or_deleted_is_said_apart() {
    let stopped = SHOP
        .replace("since: 2020-01-07 }", "since: 2020-01-07, stopped: 2024-05-02 }")
        .replace("erase: ticket }", "erase: ticket, deletions: [{ requested: 2024-05-03, ref: D-1, confirmed: 2024-06-01 }] }");
    let (text, view) = traced(&stopped, "email");
    shows(
        &text,
        &[
            "by 1 system and 1 recipient",
            "cloud",
            "No longer held",
            "mailer",
            "stopped 2024-05-02",
            "on 2024-05-03 (all, D-1): confirmed on 2024-06-01",
        ],
    );
    assert_eq!(holder(&view, "mailer")["tell"], false);
    assert_eq!(holder(&view, "mailer")["holds"][0]["state"], "past");
    // Nobody asked the host, and what it got does not go away by itself.
    assert_eq!(holder(&view, "cloud")["tell"], true);
}

#[test]
fn what_is_only_anonymised_is_said_apart() {
    let yaml = SHOP
        .replace("fields: [email], for: news, gate: consent.news,", "fields: [email|aggregate], method: counts of 50 and more, for: news,");
    let (text, view) = traced(&yaml, "email");
    shows(&text, &["by 1 system and 0 recipients", "Held only as anonymised: no longer personal data", "mailer"]);
    assert_eq!(holder(&view, "mailer")["tell"], false);
}

#[test]
fn data_nobody_has_described_may_hold_it_too() {
    let yaml = SHOP.replace("  shop:\n", "  scanner: { collects: { customer: { fields: unknown, for: selling } } }\n  shop:\n");
    let (text, view) = traced(&yaml, "customer.email");
    shows(&text, &["nobody has said what customer.unknown is; it may be among that, held by scanner"]);
    assert_eq!(view["undescribed"], json!([{ "item": "customer.unknown", "holders": ["scanner"] }]));
    assert_eq!(traced(&yaml, "customer.unknown").1["undescribed"], json!([]));
}

#[test]
fn an_authority_under_an_inquiry_is_no_recipient() {
    let yaml = SHOP.replace("role: processor, country: SE, subprocessors: [cloud]", "role: authority, inquiry: true, country: SE");
    let (text, view) = traced(&yaml, "email");
    shows(&text, &["mailer", "Art. 4(9)"]);
    assert_eq!(holder(&view, "mailer")["tell"], false);
}

fn ropa(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(root).output().unwrap()
}

#[test]
fn an_unknown_word_offers_the_nearest_name() {
    let insurer = ["examples/insurer", "--today", TODAY];
    let out = ropa(&[&["trace", "customer.segmant"][..], &insurer].concat());
    assert_eq!(out.status.code(), Some(2));
    shows(&String::from_utf8_lossy(&out.stderr), &["`customer.segmant`", "did you mean `customer.segment`?"]);
    let out = ropa(&["incident", "marketing-hub->meta-ads#customer-lst", "--dir", "examples/insurer"]);
    assert_eq!(out.status.code(), Some(2));
    shows(&String::from_utf8_lossy(&out.stderr), &["did you mean `marketing-hub->meta-ads#customer-list`?"]);
    let out = ropa(&["incident", "--id", "lists-and-tag", "--dir", "examples/insurer"]);
    shows(&String::from_utf8_lossy(&out.stderr), &["did you mean `lists-and-tags`?"]);
}

#[test]
fn the_insurers_incident_says_who_got_what_and_what_is_still_held() {
    let flows = ["marketing-hub->meta-ads#customer-list", "*->microsoft-ads#*", "website->google-analytics"];
    let args = ["--dir", "examples/insurer", "--today", "2020-12-01", "--aware", "2020-10-15T09:30", "-o", "json"];
    let out = ropa(&[&["incident"][..], &flows, &args].concat());
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let it: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(it["schema"], "ropa/incident/1");
    let party = |id: &str| it["recipients"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap().clone();
    let ids: Vec<&str> = it["recipients"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["google-analytics", "google-us", "meta-ads", "meta-us", "microsoft-ads", "microsoft-us"]);

    let meta = party("meta-ads");
    assert_eq!(meta["name"], "Meta Platforms Ireland Limited");
    assert_eq!(meta["country"], "IE");
    let got: Vec<[&str; 3]> =
        meta["got"].as_array().unwrap().iter().map(|it| ["item", "sent", "form"].map(|key| it[key].as_str().unwrap())).collect();
    // It can look the hashes up: it has the addresses of its own users.
    assert_eq!(
        got,
        [
            ["customer.email", "pseudonymised", "plain"],
            ["customer.phone", "pseudonymised", "plain"],
            ["customer.segment", "plain", "plain"]
        ]
    );
    assert_eq!(meta["got"][2]["since"], "2016-02-15");
    assert_eq!(meta["got"][2]["until"], "2020-10-16");
    assert_eq!(meta["got"][2]["gates"], json!([]));
    let categories: Vec<&str> = meta["got"][2]["sensitive"].as_array().unwrap().iter().map(|it| it["category"].as_str().unwrap()).collect();
    assert_eq!(categories, ["special.health.pregnancy", "special.union"]);
    let path: Vec<&str> =
        meta["got"][2]["sensitive"][0]["path"].as_array().unwrap().iter().map(|it| it["flow"].as_str().unwrap()).collect();
    assert_eq!(
        path,
        [
            "collects:customer",
            "customer-pages->policy-system",
            "policy-system->warehouse",
            "derives:segment",
            "warehouse->marketing-hub",
            "marketing-hub->meta-ads#customer-list"
        ]
    );
    // Asked for in October, confirmed only in January.
    assert_eq!(meta["deletions"][0]["requested"], "2020-10-21");
    assert_eq!(meta["deletions"][0]["confirmed"], Value::Null);
    assert_eq!(meta["still_held"], json!(["customer.email", "customer.phone", "customer.segment"]));
    let analytics = party("google-analytics");
    assert_eq!(analytics["deletions"][0]["confirmed"], "2020-11-13");
    assert_eq!(analytics["still_held"], json!([]));
    assert_eq!(party("microsoft-us")["works_for"], json!(["microsoft-ads", "microsoft-clarity"]));

    let groups: Vec<(&str, &Value, &Value)> =
        it["groups"].as_array().unwrap().iter().map(|it| (it["subject"].as_str().unwrap(), &it["count"], &it["within"])).collect();
    assert_eq!(groups, [("customer", &json!(700_000), &json!("visitor")), ("visitor", &json!(1_000_000), &Value::Null)]);
    assert_eq!(it["people_at_most"], 1_000_000);
    assert_eq!(
        it["clock"],
        json!({ "aware": "2020-10-15T09:30", "from_start_of_day": false, "deadline": "2020-10-18T09:30", "state": "past" })
    );
    let letters: Vec<&str> = it["report"].as_array().unwrap().iter().map(|it| it["letter"].as_str().unwrap()).collect();
    assert_eq!(letters, ["a", "b", "c", "d"]);
}

#[test]
fn a_declared_incident_knows_its_flows_and_its_clock() {
    let out = ropa(&["incident", "--id", "lists-and-tags", "--dir", "examples/insurer", "--today", "2020-12-01"]);
    let text = String::from_utf8(out.stdout).unwrap();
    shows(&text, &["Customer data with advertising platforms", "documented in: DSO-2020-116", "authority told on: 2020-10-17"]);
    shows(&text, &["aware since: 2020-10-15T09:30", "72 hours end: 2020-10-18T09:30", "before 2020-12-01"]);
    shows(
        &text,
        &[
            "adobe",
            "id.national in customer.personnummer by customer › customer-pages › tag-manager › adobe",
            "Insured child",
            "children are among them",
        ],
    );
    // It asks, and does not decide.
    shows(&text, &["To be decided", "Art. 34"]);
    for verdict in ["notifiable", "must be notified", "has to be notified", "is a breach"] {
        assert!(!text.contains(verdict), "{verdict}");
    }
}

fn asked(yaml: &str, pattern: &str, aware: Option<&str>, today: &str) -> (String, String, Value) {
    let answer = answer(yaml, today);
    let asking = incident::Asking {
        flows: incident::flows_named(&answer.map.model, pattern),
        aware: aware.map(|it| Moment::try_from(it.to_owned()).unwrap()),
        ..incident::Asking::default()
    };
    let found = incident::incident(&answer.map, &answer.sources, &asking);
    let page = incident::page(&found);
    (page.plain(), page.markdown(), serde_json::to_value(&found).unwrap())
}

#[test]
fn a_day_alone_counts_from_its_start_and_says_so() {
    let (text, _, view) = asked(SHOP, "shop->mailer#news", Some("2026-08-30"), TODAY);
    shows(
        &text,
        &["aware since: 2026-08-30 (only the day is known: counted from its start)", "72 hours end: 2026-09-02T00:00", "after 2026-09-01"],
    );
    assert_eq!(view["clock"]["state"], "ahead");
    assert_eq!(asked(SHOP, "shop->*", Some("2026-08-29T10:00"), TODAY).2["clock"]["state"], "today");
    assert_eq!(asked(SHOP, "shop->*", Some("2026-08-28T23:59"), TODAY).2["clock"]["state"], "past");
    assert!(Moment::try_from("2026-08-29T25:00".to_owned()).is_err());
    assert!(Moment::try_from("29 August".to_owned()).is_err());
    let (text, ..) = asked(SHOP, "shop->*", None, TODAY);
    shows(&text, &["When did the organisation become aware of it?"]);
}

#[test]
fn what_nobody_has_said_is_an_open_question() {
    let yaml = SHOP.replace(", count: 1200", "").replace(", since: 2020-01-07", "");
    let (text, _, view) = asked(&yaml, "shop->mailer#*", None, TODAY);
    shows(&text, &["open: Since when did shop->mailer#news carry data? (`since:` at registry/all.yaml:"]);
    shows(&text, &["open: About how many people are Customer (customer)? (`count:` at registry/all.yaml:3)"]);
    shows(&text, &["shop->mailer#news is not declared stopped", "mailer still holds 1 item, and no deletion is on record"]);
    assert_eq!(view["people_at_most"], Value::Null);
}

#[test]
fn a_path_that_began_after_the_stop_is_asked_about() {
    let yaml = "
fields: { email: contact.email }
subjects: { customer: Customer }
systems:
  form: { collects: { customer: email }, sends: { hub: { fields: email, since: 2024-01-07 } } }
  hub: { sends: { ads: { fields: email, since: 2018-01-07, stopped: 2020-10-16 } } }
recipients: { ads: {} }
";
    let (text, _, view) = asked(yaml, "hub->ads", None, TODAY);
    shows(&text, &["Some paths lead through form->hub, which began only after the stop"]);
    assert_eq!(view["recipients"][0]["got"][0]["begun_after"], json!(["form->hub"]));
}

#[test]
fn a_suspect_flow_inside_is_followed_to_whoever_got_it() {
    let yaml = SHOP.replace("  shop:\n    collects:", "  till: { sends: { shop#sales: { fields: order } }, collects: { customer: { fields: [order], for: selling } } }\n  shop:\n    collects:").replace("fields: [email], for: news", "fields: [email, order], for: news");
    let (_, _, view) = asked(&yaml, "till->shop#sales", None, TODAY);
    let ids: Vec<&Value> = view["recipients"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, ["cloud", "mailer"]);
    assert_eq!(view["recipients"][1]["got"].as_array().unwrap().len(), 1, "{view:#}");
}

#[test]
fn nothing_declared_changes_the_structure_of_the_markdown() {
    let yaml = SHOP.replace("title: Customer,", "title: \"# <b>|*x*\\n- y\",");
    let (_, markdown, _) = asked(&yaml, "shop->mailer#news", None, TODAY);
    assert!(markdown.contains("- \\# \\<b\\>\\|\\*x\\* - y (customer)"), "{markdown}");
    assert!(!markdown.lines().any(|line| line.starts_with("- y") || line.contains("<b>")), "{markdown}");
}

#[test]
fn an_incident_names_flows_that_exist() {
    let yaml = format!("{SHOP}incidents:\n  leak: {{ date: 2026-08-01, flows: [shop->mailer#newz] }}\n  silent: {{ date: 2026-08-01 }}\n");
    let answer = answer_texts("version: 1", &[("registry/all.yaml", &yaml)], None, day(TODAY));
    let found: Vec<_> =
        answer.findings.iter().map(|it| (it.rule.id, it.message.as_str(), it.help.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        found,
        [
            ("unknown-name", "no flow is called `shop->mailer#newz`", "did you mean `shop->mailer#news`?"),
            ("invalid-value", "an incident without `flows:`", "say on which day it was found, and which flows it is about")
        ]
    );
}
