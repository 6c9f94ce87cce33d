//! Changes for people at a terminal.

use super::Compared;

/// The summary, then each change by its sign.
pub fn text(compared: &Compared, _colour: bool) -> String {
    let mut out = String::new();
    for it in &compared.diff.exposures {
        out.push_str(&format!("{} {} {} {}\n", it.turn.word(), it.row().item, it.row().flow, it.accepted));
    }
    for it in &compared.diff.facts {
        out.push_str(&format!("~ {} {} {:?} {:?} {:?} {}\n", it.noun.word(), it.id, it.what, it.was, it.is, it.verb.word()));
    }
    for it in &compared.diff.causes {
        out.push_str(&format!("{:?} {:?} {:?}\n", compared.head.sources.place(it.place), compared.head.sources.text(it.place), it.before.map(|it| compared.base.sources.text(it))));
    }
    out
}
