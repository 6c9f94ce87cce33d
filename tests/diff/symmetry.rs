//! What comes one way goes the other way, whatever the project.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ropa::diff::{Diff, Turn};

use crate::project::{Files, compared, differing, project};

/// Edits of the project, each of which may be made or not.
const EDITS: &[(&str, &str, &str)] = &[
    ("registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]"),
    ("registry/data.yaml", "segment: [postcode]", "segment: [visits]"),
    ("registry/data.yaml", ", gate: consent.ads }\n      ads-two", " }\n      ads-two"),
    ("registry/data.yaml", "[segment, -special]", "[segment]"),
    ("registry/data.yaml", "for: ads\n", "for: [ads, orders]\n"),
    ("registry/data.yaml", "archive: { fields: all", "archive: { fields: [contact, cart]"),
    ("registry/data.yaml", "      ads-one: { fields: [segment], gate: consent.ads }\n", ""),
    ("registry/shop.yaml", "email|sha256", "email"),
    ("registry/shop.yaml", "email|sha256", "email|encrypt, cart"),
    ("registry/shop.yaml", "cart, visits]", "cart, visits, height]"),
    ("registry/shop.yaml", "  shop:\n    title", "  website:\n    title"),
    ("registry/catalog.yaml", "visits: { is: behaviour.pages }", "visits: { is: behaviour.pages, reveals: [special.union] }"),
    ("registry/catalog.yaml", "postcode: contact.postcode", "postcode: special.health"),
    ("registry/recipients.yaml", "subprocessors: [ads-sub]", "subprocessors: [ads-sub, mailer]"),
    ("registry/recipients.yaml", "ads-sub: { role: processor, country: IE }", "ads-sub: { role: processor, country: US }"),
    ("registry/recipients.yaml", "mailer: { role: processor,", "mailer: { role: controller, matches: [email],"),
    ("registry/recipients.yaml", "retention: 90d", "retention: 1y"),
];

fn made(chosen: &[bool]) -> Files {
    let mut files = project();
    for ((path, was, is), _) in EDITS.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
        let text = &mut files.iter_mut().find(|it| it.0 == *path).unwrap().1;
        *text = text.replace(was, is);
    }
    files
}

fn about(diff: &Diff, turn: Turn) -> BTreeSet<(String, String, String)> {
    let rows = diff.exposures.iter().filter(|it| it.turn == turn).map(|it| it.row());
    rows.map(|row| (row.flow.clone(), row.item.clone(), row.activity.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_state_is_as_itself(chosen in prop::collection::vec(any::<bool>(), EDITS.len())) {
        let files = made(&chosen);
        prop_assert!(differing(&files, &files).0.is_empty());
    }

    #[test]
    fn what_is_added_one_way_is_removed_the_other(
        one in prop::collection::vec(any::<bool>(), EDITS.len()),
        other in prop::collection::vec(any::<bool>(), EDITS.len()),
    ) {
        let (one, other) = (made(&one), made(&other));
        let (there, _, _) = differing(&one, &other);
        let (back, _, _) = differing(&other, &one);
        // A move that gains nothing one way may be more the other way.
        let moved = |diff: &Diff| diff.count(Turn::Moved) > 0;
        if !moved(&there) && !moved(&back) {
            prop_assert_eq!(about(&there, Turn::Added), about(&back, Turn::Removed));
            prop_assert_eq!(about(&there, Turn::Removed), about(&back, Turn::Added));
        }
        let stronger = about(&there, Turn::Strengthened);
        prop_assert!(stronger.is_subset(&about(&back, Turn::Weakened)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_otherwise_has_an_edit_behind_it(
        one in prop::collection::vec(any::<bool>(), EDITS.len()),
        other in prop::collection::vec(any::<bool>(), EDITS.len()),
    ) {
        let (found, _, _) = compared(&made(&one), &made(&other));
        for it in &found.exposures {
            prop_assert!(!it.causes.is_empty(), "{:?} {:?}", it.turn, it.row());
        }
    }
}
