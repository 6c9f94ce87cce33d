//! Each change names the words its author edited.

use crate::project::{By, Files, edited, project, told};

/// Each change that begins so has this cause, alone and among other edits; and by sight alone too.
fn cause(base: &Files, head: &Files, change: &str, cause: &str) {
    by(&[By::Trial, By::Sight], base, head, change, cause);
}

fn by(ways: &[By], base: &Files, head: &Files, change: &str, cause: &str) {
    // Edits beside it that do nothing, or something else: all over the project, and on the same walk.
    let noise = edited(head, "registry/catalog.yaml", "To deliver,", "To deliver goods,");
    let noise = edited(&noise, "registry/shop.yaml", "title: The shop", "title: Our shop");
    let noise = edited(&noise, "registry/recipients.yaml", "retention: 90d", "retention: 30d");
    let noise = edited(&noise, "registry/catalog.yaml", "reviews: profile", "reviews: contract");
    for (head, way) in [(head, By::Trial)].into_iter().chain(ways.iter().map(|way| (&noise, *way))) {
        let told = told(base, head, way);
        let about: Vec<_> = told.iter().filter(|it| it.starts_with(change)).collect();
        assert!(!about.is_empty(), "nothing begins with `{change}`:\n{}", told.join("\n"));
        for line in about {
            assert!(line.ends_with(&format!(" <- {cause}")), "{way:?}, not `{cause}`:\n{}", told.join("\n"));
        }
    }
}

/// One edit of the project.
fn edit(path: &str, was: &str, is: &str, change: &str, by: &str) {
    let base = project();
    cause(&base, &edited(&base, path, was, is), change, by);
}

#[test]
fn a_word_in_a_derivation() {
    edit("registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]", "weakened buyer.segment", "data.yaml:6: cart");
    edit("registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]", "inference-added segment", "data.yaml:6: cart");
    // In the long form it is the same word.
    let long = "segment: { from: [postcode, cart] }";
    edit("registry/data.yaml", "segment: [postcode]", long, "weakened buyer.segment", "data.yaml:6: cart");
}

#[test]
fn what_a_field_reveals() {
    let is = "visits: { is: behaviour.pages, reveals: [special.union] }";
    edit(
        "registry/catalog.yaml",
        "visits: { is: behaviour.pages }",
        is,
        "weakened buyer.visits",
        "catalog.yaml:9: reveals: [special.union]",
    );
    edit(
        "registry/catalog.yaml",
        "reveals: [special.health]",
        "reveals: [special.health, special.union]",
        "weakened buyer.cart",
        "catalog.yaml:7: special.union",
    );
}

#[test]
fn what_a_category_is() {
    let base = edited(&project(), "registry/catalog.yaml", "postcode: contact.postcode", "postcode: area");
    let base = edited(&base, "registry/catalog.yaml", "categories:\n", "categories:\n  area: {}\n");
    let head = edited(&base, "registry/catalog.yaml", "  area: {}", "  area: { art9: health }");
    cause(&base, &head, "weakened buyer.postcode", "catalog.yaml:3: art9: health");
}

#[test]
fn a_default_of_a_file() {
    edit("registry/data.yaml", "for: ads\n", "for: orders\n", "added buyer.segment warehouse->ads-one", "data.yaml:2: orders (was ads)");
    let base = edited(&project(), "registry/recipients.yaml", "mailer: { role: processor, country: SE }", "mailer: { role: processor }");
    let base = edited(&base, "registry/recipients.yaml", "recipients:\n", "country: SE\nrecipients:\n");
    let head = edited(&base, "registry/recipients.yaml", "country: SE\nrecipients", "country: US\nrecipients");
    cause(&base, &head, "weakened buyer.email shop->mailer", "recipients.yaml:1: US (was SE)");
}

#[test]
fn for_what_a_gate_was_asked() {
    edit("registry/catalog.yaml", "for: [ads]", "for: [ads, orders]", "gate-changed consent.ads for", "catalog.yaml:15: orders");
}

#[test]
fn who_works_for_a_recipient() {
    let is = "subprocessors: [ads-sub, mailer]";
    edit("registry/recipients.yaml", "subprocessors: [ads-sub]", is, "added buyer.segment ads-three->mailer", "recipients.yaml:4: mailer");
    edit("registry/recipients.yaml", "subprocessors: [ads-sub]", is, "subprocessor-added ads-three mailer", "recipients.yaml:4: mailer");
}

#[test]
fn a_transform() {
    edit("registry/shop.yaml", "email|sha256", "email", "weakened buyer.email shop->mailer", "shop.yaml:9: email (was email|sha256)");
    edit(
        "registry/shop.yaml",
        "email|sha256",
        "email|encrypt",
        "strengthened buyer.email",
        "shop.yaml:9: email|encrypt (was email|sha256)",
    );
}

#[test]
fn what_all_takes_from_now_on() {
    edit("registry/shop.yaml", "cart, visits]", "cart, visits, height]", "added buyer.height warehouse->archive", "shop.yaml:6: height");
}

#[test]
fn an_extension_in_another_file() {
    let base = project();
    let mut head = base.clone();
    let text = "systems:\n  warehouse:\n    extends: true\n    sends:\n      mailer: { fields: [visits], for: orders }\n";
    head.push(("registry/more.yaml", text.to_owned()));
    cause(&base, &head, "added buyer.visits warehouse->mailer", "more.yaml:5: mailer");
    // One more word in an extension that was there.
    let wider = edited(&head, "registry/more.yaml", "[visits]", "[visits, postcode]");
    cause(&head, &wider, "added buyer.postcode warehouse->mailer", "more.yaml:5: postcode");
}

#[test]
fn what_overrides_a_vendor() {
    edit(
        "registry/recipients.yaml",
        "vendor: aws, country: SE",
        "vendor: aws, country: US",
        "weakened buyer.cart warehouse->archive",
        "recipients.yaml:7: US (was SE)",
    );
    edit(
        "registry/recipients.yaml",
        "vendor: aws, country: SE",
        "vendor: aws",
        "country-removed archive SE",
        "recipients.yaml:7: - (was country: SE)",
    );
    let base = project();
    let mut head = base.clone();
    head.push(("registry/vendors.yaml", "vendors:\n  aws: { kind: advertising }\n".to_owned()));
    cause(&base, &head, "recipient-changed archive kind", "vendors.yaml:2: aws: { kind: advertising }");
}

#[test]
fn a_role_and_a_contract() {
    edit(
        "registry/recipients.yaml",
        "role: joint-controller",
        "role: controller",
        "recipient-changed ads-one role",
        "recipients.yaml:2: controller (was joint-controller)",
    );
    edit(
        "registry/recipients.yaml",
        "ref: legal/a.pdf",
        "ref: legal/b.pdf",
        "recipient-changed archive contract",
        "recipients.yaml:7: legal/b.pdf (was legal/a.pdf)",
    );
    edit(
        "registry/catalog.yaml",
        "basis: consent",
        "basis: legitimate-interest",
        "activity-changed ads basis",
        "catalog.yaml:13: legitimate-interest (was consent)",
    );
    edit(
        "registry/catalog.yaml",
        "retention: 24m",
        "retention: 36m",
        "activity-changed orders retention",
        "catalog.yaml:12: 36m (was 24m)",
    );
}

#[test]
fn a_country_at_the_end_of_a_chain() {
    let (was, is) = ("ads-sub: { role: processor, country: IE }", "ads-sub: { role: processor, country: US }");
    for change in ["weakened buyer.segment warehouse->ads-three", "weakened buyer.segment ads-three->ads-sub", "country-added ads-three US"]
    {
        edit("registry/recipients.yaml", was, is, change, "recipients.yaml:5: US (was IE)");
    }
}

#[test]
fn a_gate_that_is_gone_shows_where_it_was() {
    let (was, is) = (", gate: consent.ads }\n      ads-two", " }\n      ads-two");
    edit("registry/data.yaml", was, is, "weakened buyer.segment warehouse->ads-one", "data.yaml:8: - (was gate: consent.ads)");
}

#[test]
fn an_exclusion_that_is_gone_shows_where_it_was() {
    let base = edited(&project(), "registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]");
    let head = edited(&base, "registry/data.yaml", "[segment, -special]", "[segment]");
    cause(&base, &head, "added buyer.segment warehouse->ads-three", "data.yaml:10: - (was -special)");
    cause(&base, &head, "added buyer.segment ads-three->ads-sub", "data.yaml:10: - (was -special)");
}

#[test]
fn a_new_flow_is_the_cause_of_all_it_brings() {
    let is = "ads-one: { fields: [segment], gate: consent.ads }\n      mailer: [visits, postcode]";
    let was = "ads-one: { fields: [segment], gate: consent.ads }";
    edit("registry/data.yaml", was, is, "added buyer.visits warehouse->mailer", "data.yaml:9: mailer: [visits, postcode]");
    edit("registry/data.yaml", was, is, "added buyer.postcode warehouse->mailer", "data.yaml:9: mailer: [visits, postcode]");
}

#[test]
fn a_field_in_the_dictionary_is_not_the_cause_where_a_list_takes_it() {
    // Both are needed: what can be taken back alone is the word in the list.
    let base = project();
    let head = edited(&base, "registry/catalog.yaml", "  email: contact.email\n", "  email: contact.email\n  phone: contact.phone\n");
    let head = edited(&head, "registry/shop.yaml", "cart, visits]", "cart, visits, phone]");
    cause(&base, &head, "added buyer.phone warehouse->archive", "shop.yaml:6: phone");
}

#[test]
fn two_edits_have_their_parts() {
    let base = project();
    let head = edited(&base, "registry/shop.yaml", "email|sha256", "email");
    let head =
        edited(&head, "registry/recipients.yaml", "mailer: { role: processor, country: SE }", "mailer: { role: processor, country: US }");
    let both = "recipients.yaml:6: US (was SE) + shop.yaml:9: email (was email|sha256)";
    by(&[By::Trial], &base, &head, "weakened buyer.email shop->mailer", both);
}

#[test]
fn a_hash_that_another_flow_turns_back() {
    let base =
        edited(&project(), "registry/recipients.yaml", "mailer: { role: processor,", "mailer: { role: processor, matches: [postcode],");
    let head = edited(&base, "registry/recipients.yaml", "matches: [postcode]", "matches: [postcode, email]");
    cause(&base, &head, "weakened buyer.email shop->mailer", "recipients.yaml:6: email");
}

#[test]
fn an_entry_that_moved_to_a_file_with_another_default() {
    let base = edited(&project(), "registry/recipients.yaml", "  mailer: { role: processor, country: SE }\n", "");
    let entry = "recipients:\n  mailer: { role: processor }\n";
    let (mut old, mut new) = (base.clone(), base);
    old.push(("registry/here.yaml", format!("country: SE\n{entry}")));
    new.push(("registry/there.yaml", format!("country: US\n{entry}")));
    cause(&old, &new, "weakened buyer.email shop->mailer", "there.yaml:1: US (was SE)");
    let mut new = edited(&old, "registry/here.yaml", "  mailer: { role: processor }\n", "  other: {}\n");
    new.push(("registry/there.yaml", format!("country: US\n{entry}")));
    by(&[By::Trial], &old, &new, "weakened buyer.email shop->mailer", "there.yaml:3: mailer (was mailer)");
}

#[test]
fn a_file_that_is_gone_is_shown_as_it_was() {
    let base = project();
    let mut with = base.clone();
    with.push((
        "registry/extra.yaml",
        "systems:\n  warehouse:\n    extends: true\n    sends:\n      mailer: { fields: [visits], for: orders }\n".to_owned(),
    ));
    cause(
        &with,
        &base,
        "removed buyer.visits warehouse->mailer",
        "extra.yaml:2: - (was warehouse:\n    extends: true\n    sends:\n      mailer: { fields: [visits], for: orders })",
    );
}

#[test]
fn one_anchor_is_one_edit_wherever_its_aliases_stand() {
    let base = edited(
        &project(),
        "registry/data.yaml",
        "ads-two: { fields: [segment, visits], gate: consent.ads }",
        "ads-two: { fields: &both [segment], gate: consent.ads }",
    );
    let base = edited(&base, "registry/data.yaml", "archive: { fields: all, for: orders }", "archive: { fields: *both, for: orders }");
    let head = edited(&base, "registry/data.yaml", "&both [segment]", "&both [segment, visits]");
    cause(&base, &head, "added buyer.visits warehouse->ads-two", "data.yaml:9: visits");
    cause(&base, &head, "added buyer.visits warehouse->archive", "data.yaml:9: visits");
}
