//! The matrix: which field reaches which recipient, in its most exposed form.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Badge, Link, Once, Reading};
use crate::flow::Exposure;
use crate::law::Form;
use crate::model::{FieldId, NodeId};

/// Cells of one table, at most: nobody reads a larger one, and a browser hardly opens it.
const CELLS: usize = 50_000;

/// One field at one recipient.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixCell {
    /// The form, or none where the field does not get there.
    pub form: Option<Once<Badge>>,
    /// It is or reveals something sensitive there.
    pub sensitive: bool,
    /// Groups of people whose data it is, for the screen reader and the pointer.
    pub about: String,
}

/// One field.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixRow {
    /// Its title.
    pub title: String,
    /// Its id.
    pub id: String,
    /// The sensitive categories it is or reveals anywhere.
    pub labels: Vec<Badge>,
    /// One cell a recipient.
    pub cells: Vec<MatrixCell>,
}

/// Fields by recipients.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixPage {
    /// The recipients that get anything.
    pub recipients: Vec<Link>,
    /// The fields that get anywhere.
    pub rows: Vec<MatrixRow>,
    /// There would be more cells than anyone can read; the recipients' pages say the same.
    pub too_large: bool,
    /// Fields that reach no recipient.
    pub kept: Vec<String>,
    /// Recipients that get nothing on the day.
    pub idle: Vec<Link>,
    /// The forms, for the legend.
    pub forms: Vec<Once<Badge>>,
}

/// The matrix of all exposures.
pub fn matrix(reading: &Reading) -> MatrixPage {
    let model = reading.model();
    let mut cells: BTreeMap<FieldId, BTreeMap<NodeId, Vec<&Exposure>>> = BTreeMap::new();
    let mut reached: BTreeMap<NodeId, usize> = BTreeMap::new();
    for exposure in &reading.map.exposures {
        let to = model.flow(exposure.flow).to;
        cells.entry(exposure.item.field).or_default().entry(to).or_default().push(exposure);
        *reached.entry(to).or_default() += 1;
    }
    let too_large = cells.len() * reached.len() > CELLS;
    let rows = cells.iter().filter(|_| !too_large).map(|(field, at)| {
        let mut labels: Vec<_> = at.values().flatten().flat_map(|exposure| exposure.sensitive.iter().copied()).collect();
        labels.sort();
        labels.dedup();
        MatrixRow {
            title: reading.field(*field),
            id: model.field(*field).id.clone(),
            labels: labels.into_iter().map(|id| reading.sensitive(id)).collect(),
            cells: reached.keys().map(|to| cell(reading, at.get(to).map_or(&[], Vec::as_slice))).collect(),
        }
    });
    let kept = (1..model.fields.len()).map(FieldId::from_index).filter(|id| !cells.contains_key(id)).map(|id| reading.field(id));
    let idle = (0..model.nodes.len()).map(NodeId::from_index).filter(|id| model.recipient(*id).is_some() && !reached.contains_key(id));
    MatrixPage {
        rows: rows.collect(),
        too_large,
        kept: kept.collect(),
        idle: idle.map(|id| reading.node(id)).collect(),
        forms: [Form::Plain, Form::Pseudonymised, Form::Encrypted].into_iter().map(|form| reading.form(form)).collect(),
        recipients: reached.keys().map(|id| reading.node(*id)).collect(),
    }
}

fn cell(reading: &Reading, exposures: &[&Exposure]) -> MatrixCell {
    let mut subjects: Vec<_> = exposures.iter().map(|it| it.item.subject).collect();
    subjects.sort();
    subjects.dedup();
    MatrixCell {
        form: exposures.iter().map(|it| it.form).min().map(|form| reading.form(form)),
        sensitive: exposures.iter().any(|it| it.unknown || !it.sensitive.is_empty()),
        about: subjects.into_iter().map(|id| reading.subject(id)).collect::<Vec<_>>().join(", "),
    }
}
