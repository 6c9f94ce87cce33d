//! The drawings of the register: they say what the map says, stay small, and are the same every time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fmt::Write;

use ropa::answer_texts;
use ropa::declare::Date;
use ropa::finding::Rule;
use ropa::render::html::{Options, Site};
use ropa::rules;

const SETTINGS: &str =
    "version: 1\norganisation: { name: Example, country: SE, contact: privacy@example.org, dpo: DPO }\nlanguages: [en]\n";

/// The page at a path.
fn page(project: &str, path: &str) -> String {
    let mut answer = answer_texts(SETTINGS, &[("registry/all.yaml", project)], None, Date::try_from("2026-09-01".to_owned()).unwrap());
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    let (verdict, _) = answer.judged();
    let known: Vec<&'static Rule> = rules::all().collect();
    let pages = Site::new(&answer.map, &answer.sources, &verdict, &known, Options::default()).unwrap().pages().unwrap();
    pages.into_iter().find(|(name, _)| name == path).unwrap().1
}

/// The first drawing of a page.
fn drawing(page: &str) -> &str {
    let start = page.find("<figure class=\"diagram\">").unwrap();
    &page[start..start + page[start..].find("</figure>").unwrap()]
}

const SHOP: &str = "\
subjects: { buyer: Buyer }
fields: { email: contact.email, visit: special.health }
systems:
  shop: { zone: web, collects: { buyer: [email, visit] }, sends: { crm: all } }
  crm:
    zone: core
    sends:
      mailer: [email]
      clinic: [email, visit]
      old: { fields: [visit], stopped: 2025-01-01 }
recipients:
  mailer: { title: \"<b>Mail & co</b>\", country: SE, subprocessors: [cloud] }
  clinic: { country: SE }
  old: { country: SE }
  cloud: { country: SE }
";

#[test]
fn boxes_and_arrows_say_what_the_map_says() {
    let page = page(SHOP, "recipients/mailer.html");
    let drawing = drawing(&page);
    let count = |what: &str| drawing.matches(what).count();
    assert_eq!((count("class=\"box person"), count("class=\"box system"), count("class=\"box recipient")), (1, 2, 2), "{drawing}");
    // Buyer to shop, shop to crm, crm to mailer, mailer to cloud; only the second carries health data.
    assert_eq!((count("class=\"arrow"), count("arrow sensitive"), count("below\"")), (4, 1, 1), "{drawing}");
    assert_eq!(count("class=\"zone\""), 2);
    assert!(drawing.contains("&lt;b&gt;Mail &amp; co&lt;&#x2F;b&gt;") || drawing.contains("&lt;b&gt;Mail &amp; co&lt;/b&gt;"), "{drawing}");
    assert!(!drawing.contains("<b>"));
}

#[test]
fn what_has_stopped_is_drawn_as_stopped() {
    let page = page(SHOP, "recipients/old.html");
    let last =
        drawing(&page).split("<g class=\"arrow").find(|it| it.contains("crm-&gt;old") || it.contains("crm->old")).unwrap().to_owned();
    assert!(last.starts_with(" stopped\">"), "{last}");
}

#[test]
fn boxes_do_not_cover_each_other_and_a_crowd_is_counted() {
    let mut project =
        "subjects: { buyer: Buyer }\nfields: { email: contact.email }\nsystems:\n  hub:\n    collects: { buyer: [email] }\n    sends:\n"
            .to_owned();
    for id in 0..90 {
        writeln!(project, "      r{id}: [email]").unwrap();
    }
    project.push_str("recipients:\n");
    for id in 0..90 {
        writeln!(project, "  r{id}: {{ country: SE }}").unwrap();
    }
    let page = page(&project, "systems/hub.html");
    let drawing = drawing(&page);
    assert!(drawing.contains("79 more") && drawing.contains("A box that counts"), "{drawing}");
    let number = |rect: &str, name: &str| -> i32 {
        let at = rect.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        rect[at..].split('"').next().unwrap().parse().unwrap()
    };
    let boxes: Vec<(i32, i32)> = drawing
        .split("<g class=\"box")
        .skip(1)
        .map(|it| it.split("<rect").nth(1).unwrap())
        .map(|rect| (number(rect, "x"), number(rect, "y")))
        .collect();
    assert!(boxes.len() <= 60);
    for (at, (x, y)) in boxes.iter().enumerate() {
        for (other_x, other_y) in &boxes[..at] {
            assert!((x - other_x).abs() >= 156 || (y - other_y).abs() >= 34, "{boxes:?}");
        }
    }
}
