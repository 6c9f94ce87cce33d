//! The comment on a pull request: short, worst first, and nothing declared is markup in it.

use pulldown_cmark::{Options, Parser, html};
use ropa::render::diff::{Compared, Side, markdown, text};

use crate::project::{Files, compared, edited, project};

/// The comment on an edit, and what a terminal shows.
fn told(base: &Files, head: &Files) -> (String, String) {
    let (diff, old, new) = compared(base, head);
    let side = |answer| -> Side { Side { name: "main", commit: None, sources: answer, empty: false } };
    let compared =
        Compared { base: side(&old.sources), head: side(&new.sources), diff: &diff, readable: true, lock: "ropa.lock", owners: None };
    (markdown(&compared), text(&compared, false))
}

fn shown(comment: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(comment, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH));
    out
}

/// The shop sends everything to so many new recipients.
fn many(count: usize) -> Files {
    let (mut sends, mut recipients) = (String::new(), String::from("recipients:\n"));
    for at in 0..count {
        sends.push_str(&format!("      new-{at:03}: {{ fields: [cart], for: orders }}\n"));
        recipients.push_str(&format!("  new-{at:03}: {{ role: processor, country: {} }}\n", if at == 321 { "US" } else { "SE" }));
    }
    let mut head = edited(&project(), "registry/shop.yaml", "      warehouse: all\n", &format!("      warehouse: all\n{sends}"));
    head.push(("registry/new.yaml", recipients));
    head
}

#[test]
fn five_hundred_new_exposures_fit_and_the_worst_comes_first() {
    let (comment, _) = told(&project(), &many(500));
    assert!(comment.starts_with("**Somebody needs to look:** 500 exposures added, not accepted; 500 other changes.\n"), "{comment:.300}");
    assert!(comment.chars().count() < 60_000, "{}", comment.chars().count());
    let rows: Vec<&str> = comment.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), 10);
    assert!(
        rows[0].starts_with("| `new-321` (`US`) | `buyer.cart` | new: plain, behind no gate, gives `special.health` away, to `US`"),
        "{}",
        rows[0]
    );
    assert!(comment.contains("490 more rows are folded below"), "{comment:.3000}");
    assert!(comment.ends_with("</details>\n\n<sub>`main` compared with `main`</sub>\n\n<!-- ropa diff -->\n"));
}

#[test]
fn far_more_is_cut_and_said() {
    let (comment, _) = told(&project(), &many(900));
    assert!(comment.chars().count() < 60_000, "{}", comment.chars().count());
    assert!(comment.contains(" more: `ropa diff` prints them all\n\n</details>\n"), "{}", &comment[comment.len() - 300..]);
}

#[test]
fn nothing_declared_is_markup_a_mention_or_a_reference() {
    let evil = "</details><script>alert(1)</script>@octocat #1 [x](javascript:alert(1)) ![i](http://x.example/i.png) `tick` | cell | \\\\| \\u001b[31m -->";
    let base = edited(&project(), "registry/catalog.yaml", "purpose: To deliver,", "purpose: [To deliver],");
    let head = edited(&base, "registry/catalog.yaml", "purpose: [To deliver],", &format!("purpose: [To deliver, \"{evil}\"],"));
    let head = edited(&head, "registry/shop.yaml", "email|sha256", "email");
    let head = edited(&head, "registry/recipients.yaml", "ref: legal/a.pdf", "ref: '@org/team **bold** <img src=x>'");
    let (comment, plain) = told(&base, &head);
    assert!(comment.contains("octocat") && comment.contains("bold"), "{comment}");
    let html = shown(&comment);
    for tag in ["<script", "<img", "<a ", "<strong>bold", "</details><"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
    assert_eq!(html.matches("</details>").count(), 1, "{html}");
    // A mention and a reference stand in code, where they tell nobody.
    for word in ["@octocat", "#1", "@org/team"] {
        for (at, _) in html.match_indices(word) {
            let (open, close) = (html[..at].rfind("<code>").unwrap_or(0), html[..at].rfind("</code>").unwrap_or(0));
            assert!(open > close, "{word} is not in code: {html}");
        }
        assert!(html.contains(word), "{word}: {html}");
    }
    // The row of the table keeps its four cells.
    let row = html.split("<tr>").nth(2).unwrap();
    assert_eq!(row.matches("<td>").count(), 4, "{row}");
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
}

#[test]
fn a_changed_fact_alone_asks_for_no_decision() {
    let head = edited(&project(), "registry/recipients.yaml", "role: joint-controller", "role: controller");
    let (comment, plain) = told(&project(), &head);
    assert!(comment.starts_with("**Nobody gets more:** 1 other change.\n"), "{comment}");
    assert!(comment.contains("recipient `ads-one`: `role` is `controller`, was `joint-controller`"), "{comment}");
    assert!(comment.contains("`registry/recipients.yaml:2:20` `controller`, was `joint-controller`"), "{comment}");
    assert!(plain.contains("~ recipient `ads-one`: `role` is `controller`, was `joint-controller`\n"), "{plain}");
    assert!(!comment.contains("How to go on") && !comment.contains("ropa accept"), "{comment}");
}

#[test]
fn what_has_not_changed_is_not_spoken_of() {
    let head = edited(&project(), "registry/shop.yaml", "email|sha256", "email");
    let (comment, _) = told(&project(), &head);
    for known in ["ads-one", "ads-two", "archive", "visits"] {
        assert!(!comment.contains(known), "{known}: {comment}");
    }
    assert!(comment.contains("| `mailer` | `buyer.email` | in plain where it was pseudonymised, for `orders` |"), "{comment}");
    assert!(comment.contains("`registry/shop.yaml:9:26` `email`, was <code>email&#124;sha256</code>"), "{comment}");
}
