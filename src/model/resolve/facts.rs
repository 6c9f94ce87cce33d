//! Static facts of fields: what each is and reveals, whatever reaches where.
//!
//! Selectors are resolved on these alone. A derived name without dictionary entry has the
//! categories of its inputs; every derived name reveals what any `derives` of it takes in, reached
//! or not. For this closure a `from` list takes what its words name and leaves out what it excludes
//! by name or own category: exclusions by what a field reveals would make the question circular.

use crate::model::{CategoryId, FieldId, Model, What};

/// Completes `is`, `reveals` and their closures for every field of the model.
pub(super) fn complete(model: &mut Model) {
    let inputs = |model: &Model, undeclared_only: bool| -> Vec<(FieldId, Vec<FieldId>)> {
        let derives = model.nodes.iter().flat_map(|node| &node.derives);
        derives
            .filter(|derive| !undeclared_only || model.field(derive.field).decl.is_none())
            .map(|derive| (derive.field, taken(model, derive)))
            .collect()
    };
    close(model);
    // Least fixpoints: each round can only add categories, of which there are finitely many.
    loop {
        let mut changed = false;
        for (field, inputs) in inputs(model, true) {
            for input in inputs {
                let (is, unknown) = (model.field(input).is.clone(), model.field(input).unknown);
                let field = &mut model.fields[field.index()];
                changed |= add(&mut field.is, &is) | (unknown && !field.unknown);
                field.unknown |= unknown;
            }
        }
        if !changed {
            break;
        }
        close(model);
    }
    let all = inputs(model, false);
    loop {
        let mut changed = false;
        for (field, inputs) in &all {
            for input in inputs {
                let gives = [model.field(*input).is.clone(), model.field(*input).reveals.clone()].concat();
                let unknown = model.field(*input).unknown || model.field(*input).reveals_unknown;
                let field = &mut model.fields[field.index()];
                changed |= add(&mut field.reveals, &gives) | (unknown && !field.reveals_unknown);
                field.reveals_unknown |= unknown;
            }
        }
        if !changed {
            break;
        }
    }
    close(model);
}

fn add(known: &mut Vec<CategoryId>, more: &[CategoryId]) -> bool {
    let before = known.len();
    known.extend_from_slice(more);
    known.sort();
    known.dedup();
    known.len() > before
}

fn close(model: &mut Model) {
    let closed = |model: &Model, of: &[CategoryId]| -> Vec<CategoryId> {
        let chain = |category: &CategoryId| std::iter::successors(Some(*category), |it| model.category(*it).parent);
        let mut all: Vec<_> = of.iter().flat_map(chain).collect();
        all.sort();
        all.dedup();
        all
    };
    for at in 0..model.fields.len() {
        let is = closed(model, &model.fields[at].is);
        let reveals = closed(model, &model.fields[at].reveals);
        let field = &mut model.fields[at];
        (field.is_closed, field.reveals_closed) = (is, reveals);
    }
}

fn taken(model: &Model, derive: &crate::model::Derive) -> Vec<FieldId> {
    let selector = &derive.from;
    let has = |field: &crate::model::Field, what: What| match what {
        What::Category(category) => field.is_closed.binary_search(&category).is_ok(),
        What::All | What::Field(_) => false,
    };
    let left_out = |id: FieldId| {
        let field = model.field(id);
        selector.excludes.iter().any(|word| word.subject.is_none() && (word.what == What::Field(id) || has(field, word.what)))
    };
    let open = selector.is_open();
    let named = selector.takes.iter().filter_map(|word| match word.what {
        What::Field(field) => Some(field),
        _ => None,
    });
    let mut fields: Vec<FieldId> = named.collect();
    // Only lists that name a category or all need a look at the whole dictionary.
    if open || selector.takes.iter().any(|word| matches!(word.what, What::Category(_))) {
        let all = (1..model.fields.len()).map(FieldId::from_index);
        fields.extend(all.filter(|id| open || selector.takes.iter().any(|word| has(model.field(*id), word.what))));
    }
    fields.retain(|id| *id != derive.field && !left_out(*id));
    fields.sort();
    fields.dedup();
    fields
}
