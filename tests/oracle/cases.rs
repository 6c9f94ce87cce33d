//! Small projects whose answer is worked out by hand, where random ones once told two answers apart.

use std::collections::BTreeSet;

use ropa::answer_texts;
use ropa::flow::{Label, Wanted};

use super::compare::{map_of_texts, product_rows, today};

/// A dictionary and two groups of people.
const CATALOG: &str = "
fields: { email: contact.email, phone: contact.phone, product: { is: contract, reveals: [special.union] }, legacy: unknown }
subjects: { visitor: Visitor, customer: Customer }
";

/// The rows of a project, without their gates, activities and labels.
fn delivered(declared: &str) -> BTreeSet<String> {
    let map = map_of_texts(&[("registry/all.yaml", &format!("{CATALOG}{declared}"))]);
    let short = |row: String| row.split(" gates ").next().unwrap().to_owned();
    product_rows(&map).into_iter().map(short).collect()
}

fn rows<const N: usize>(rows: [&str; N]) -> BTreeSet<String> {
    rows.map(str::to_owned).into()
}

/// What an open flow keeps bringing is held, whatever was purged once.
#[test]
fn a_purge_on_a_flow_that_has_not_stopped_hides_nothing() {
    for life in ["purged: 2026-01-01", "stopped: 2027-01-01, purged: 2026-01-01"] {
        let found = delivered(&format!(
            "
systems:
  web: {{ collects: {{ visitor: [email] }}, sends: {{ crm: {{ fields: [email], {life} }} }} }}
  crm: {{ sends: {{ ads: [email] }} }}
recipients: {{ ads: {{ country: SE }} }}
"
        ));
        assert_eq!(found, rows(["crm->ads visitor.email plain"]), "{life}");
    }
}

/// A transform that claims `anonymised` needs a method wherever it stands.
#[test]
fn an_aggregate_among_the_inputs_of_a_derivation_needs_a_method() {
    let found = delivered(
        "
systems:
  web: { collects: { visitor: [email] }, derives: { score: [email|aggregate] }, sends: { ads: [score] } }
recipients: { ads: { country: SE } }
",
    );
    assert_eq!(found, rows(["web->ads visitor.score pseudonymised"]));
}

/// Unknown fields are all fields, and so is a list of exclusions; a recipient that matches these
/// matches every other.
#[test]
fn matches_are_read_like_every_other_list_of_words() {
    for matches in ["matches: unknown", "holds: unknown", "matches: [-phone]"] {
        let found = delivered(&format!(
            "
systems:
  web: {{ collects: {{ visitor: [email] }}, sends: {{ ads: [email|sha256] }} }}
recipients: {{ ads: {{ country: SE, {matches} }} }}
"
        ));
        assert_eq!(found, rows(["web->ads visitor.email plain"]), "{matches}");
    }
}

/// `matches` and `holds` are two lists: `unknown` stands alone in each.
#[test]
fn unknown_may_stand_in_matches_and_in_holds() {
    let found = delivered(
        "
systems:
  web: { collects: { visitor: [email] }, sends: { ads: [email|sha256] } }
recipients: { ads: { country: SE, matches: unknown, holds: unknown } }
",
    );
    assert_eq!(found, rows(["web->ads visitor.email plain"]));
}

/// A stop that is still to come says nothing about a deletion that is confirmed.
#[test]
fn a_deletion_before_a_later_stop_is_a_deletion() {
    let found = delivered(
        "
systems:
  web: { collects: { visitor: [email] }, sends: { crm: { fields: [email], stopped: 2026-01-01, purged: 2026-02-01 } } }
  crm: { sends: { ads: { fields: [email], stopped: 2027-01-01 } } }
recipients:
  ads: { country: SE, deletions: [{ requested: 2026-02-15, confirmed: 2026-03-01 }], sends: { other: [email] } }
  other: { country: SE }
",
    );
    assert_eq!(found, rows([]));
}

/// Of two words for the same field that which leaves the item more exposed gives its form: here what
/// comes in is encrypted.
#[test]
fn between_equal_words_the_form_that_comes_in_decides() {
    let found = delivered(
        "
systems:
  web: { collects: { visitor: [email] }, sends: { crm: [email|encrypt] } }
  crm: { sends: { ads: [email, email|decrypt|sha256] } }
recipients: { ads: { country: SE } }
",
    );
    assert_eq!(found, rows(["crm->ads visitor.email pseudonymised"]));
}

/// A row names what the item gives away in any form it arrives in, and can show each of these.
#[test]
fn every_label_of_a_row_has_a_walk_that_brings_it() {
    let declared = "
systems:
  web: { collects: { visitor: [product, email] }, derives: { email: [product|encrypt] }, sends: { ads: all } }
recipients: { ads: { country: SE } }
";
    let map = map_of_texts(&[("registry/all.yaml", &format!("{CATALOG}{declared}"))]);
    let row = map.exposures.iter().find(|it| map.model.item_id(it.item) == "visitor.email").unwrap();
    assert_eq!(row.labels, ["special.union"]);
    let wanted = Wanted::Bringing(Label::of(map.model.category_named("special.union").unwrap()));
    let walk = map.walks().delivered(row, &wanted);
    assert!(walk.is_some_and(|walk| map.walks().hops(&walk).len() == 3));
}

/// When a pseudonym turns out to be one that its holder can look up, what was derived from it is
/// derived from the plain item.
#[test]
fn a_derived_form_follows_an_input_that_is_looked_up_later() {
    let found = delivered(
        "
systems:
  web:
    collects: { visitor: [email], customer: [email] }
    sends: { ads: [customer.email, visitor.email|sha256], ads#again: [customer.email|sha256] }
  crm: { derives: { score: [visitor.email, customer.email] }, sends: { other: [visitor.score] } }
recipients:
  ads: { country: SE, sends: { crm: all } }
  other: { country: SE }
",
    );
    assert!(found.contains("crm->other visitor.score plain"), "{found:?}");
}

/// Nobody has said what `legacy` is, so nobody has said all that `email` gives away, nor `score`.
#[test]
fn what_nobody_knows_is_revealed_through_derivations_in_steps() {
    let declared = "
systems:
  web: { collects: { visitor: [score] }, sends: { ads: [score] } }
  crm: { derives: { score: [email], email: [legacy] } }
recipients: { ads: { country: SE } }
";
    let map = map_of_texts(&[("registry/all.yaml", &format!("{CATALOG}{declared}"))]);
    assert_eq!(map.exposures.iter().map(|row| row.labels.join(",")).collect::<Vec<_>>(), ["unknown"]);
}

/// Among walks of one length the least flows decide, and not from whom the first item is collected.
#[test]
fn flows_decide_between_walks_before_collections_do() {
    let declared = "
systems:
  web:
    collects: { customer: [product], visitor: [product] }
    derives: { score: { from: [product], of: visitor } }
    sends: { crm: all }
  crm: { derives: { score: { from: [product], as: sha256 } }, sends: { ads: [visitor.score|sha256] } }
recipients: { ads: { country: SE } }
";
    let map = map_of_texts(&[("registry/all.yaml", &format!("{CATALOG}{declared}"))]);
    let walk = map.walks().witness(&map.exposures[0]);
    let hops: Vec<String> = map.walks().hops(&walk).into_iter().map(|hop| hop.flow).collect();
    assert_eq!(hops, ["collects:visitor", "web->crm", "derives:score", "crm->ads"]);
}

/// Keys of the findings of one rule, or of one policy.
fn found(settings: &str, declared: &str, rule: &str) -> Vec<String> {
    let text = format!("{CATALOG}{declared}");
    let mut answer = answer_texts(&format!("version: 1\n{settings}"), &[("registry/all.yaml", &text)], None, today());
    let (verdict, _) = answer.judged();
    assert!(verdict.sound, "{text}");
    let keys = verdict.findings.iter().map(|it| it.finding.key.clone());
    let mut keys: Vec<String> = keys.filter(|key| key.split('@').next() == Some(rule)).collect();
    keys.sort();
    keys
}

/// What a recipient passes on is told with the flow that brings it; what it has from elsewhere by itself.
#[test]
fn a_policy_is_told_of_what_a_sub_processor_gets_from_nobody_else() {
    let declared = |collects: &str| {
        format!(
            "
systems: {{ shop: {{ collects: {{ customer: [email] }}, sends: {{ crm: [email] }} }} }}
recipients: {{ crm: {{ {collects}subprocessors: [host] }}, host: {{}} }}
"
        )
    };
    let told = |collects: &str| found("policies: { p: { deny: all } }\n", &declared(collects), "policy:p");
    assert_eq!(told(""), ["policy:p@shop->crm"]);
    assert_eq!(told("collects: { customer: [phone] }, "), ["policy:p@crm->host#subprocessor", "policy:p@shop->crm"]);
}

/// That a field gives something away makes nobody less able to match it.
#[test]
fn what_is_left_out_of_matches_is_what_it_is_and_not_what_it_gives_away() {
    let declared = "
systems: { shop: { collects: { customer: [product] }, sends: { ads: [product] } } }
recipients: { ads: { kind: advertising, role: processor, matches: [contract, -special] } }
";
    assert_eq!(found("", declared, "role-mismatch"), ["role-mismatch@ads"]);
}
