//! Changes for programs: `ropa/diff/1`.

use serde_json::{Value, json as object};

use super::{Compared, Side};
use crate::diff::{Exposed, Fact, Turn};
use crate::render::findings::hops;
use crate::verdict::Row;

/// Every change, in the order of the comparison.
pub fn json(compared: &Compared) -> Value {
    let diff = compared.diff;
    let count = |turn| diff.count(turn);
    let changes: Vec<Value> = diff.exposures.iter().map(|it| exposed(compared, it)).chain(diff.facts.iter().map(fact)).collect();
    object!({
        "schema": "ropa/diff/1",
        "base": side(&compared.base),
        "head": side(&compared.head),
        "summary": {
            "open": diff.open().count(),
            "added": count(Turn::Added),
            "weakened": count(Turn::Weakened),
            "strengthened": count(Turn::Strengthened),
            "removed": count(Turn::Removed),
            "moved": count(Turn::Moved),
            "other": diff.facts.len(),
        },
        "changes": changes,
    })
}

fn side(side: &Side) -> Value {
    object!({ "name": side.name, "commit": side.commit, "empty": side.empty })
}

fn exposed(compared: &Compared, it: &Exposed) -> Value {
    let row = it.row();
    let past = matches!(it.turn, Turn::Removed | Turn::Strengthened);
    let sources = if past { compared.base.sources } else { compared.head.sources };
    object!({
        "kind": format!("exposure-{}", it.turn.word()),
        "flow": row.flow,
        "item": row.item,
        "recipient": row.recipient(),
        "activity": row.activity,
        "before": it.before.as_ref().map(row_value),
        "after": it.after.as_ref().map(row_value),
        "accepted": it.accepted,
        "path": hops(&it.path, sources),
    })
}

fn row_value(row: &Row) -> Value {
    object!({ "flow": row.flow, "form": row.form.word(), "gates": row.gates, "labels": row.labels })
}

fn fact(it: &Fact) -> Value {
    let mut value = object!({
        "kind": format!("{}-{}", it.noun.word(), it.verb.word()),
        "what": it.what,
        "was": it.was,
        "is": it.is,
    });
    value[it.noun.owner()] = object!(it.id);
    value
}
