//! Names and marks that thousands of rows repeat: made once, and once made into what templates read.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};

use super::{Badge, Link, Reading};
use crate::flow::Map;
use crate::law::Form;
use crate::model::{ActivityId, FieldId, NodeId};

/// Something that many rows show.
#[derive(Clone, Debug)]
pub struct Once<T>(Arc<(T, tera::Value)>);

impl<T: Serialize> From<T> for Once<T> {
    fn from(it: T) -> Once<T> {
        let value = tera::Value::from_serializable(&it);
        Once(Arc::new((it, value)))
    }
}

impl<T> Deref for Once<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T> Serialize for Once<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.1.serialize(serializer)
    }
}

/// What has been shown before, in one language.
pub struct Names {
    activities: Vec<OnceLock<Once<Link>>>,
    nodes: Vec<OnceLock<Once<Link>>>,
    fields: Vec<OnceLock<Once<Link>>>,
    forms: Vec<OnceLock<Once<Badge>>>,
}

impl Names {
    /// Nothing yet; places for everything a map has.
    pub fn of(map: &Map) -> Names {
        let model = &map.model;
        let places = |count| std::iter::repeat_with(OnceLock::new).take(count).collect();
        Names {
            activities: places(model.activities.len()),
            nodes: places(model.nodes.len()),
            fields: places(model.fields.len()),
            forms: Form::ALL.map(|_| OnceLock::new()).into(),
        }
    }
}

impl Reading<'_> {
    /// An activity with its page, for rows that name many.
    pub fn to_activity(&self, id: ActivityId) -> Once<Link> {
        self.names.activities[id.index()].get_or_init(|| self.activity(id).into()).clone()
    }

    /// A system or recipient with its page, for rows that name many.
    pub fn to_node(&self, id: NodeId) -> Once<Link> {
        self.names.nodes[id.index()].get_or_init(|| self.node(id).into()).clone()
    }

    /// A field with its page, for rows that name many.
    pub fn to_field(&self, id: FieldId) -> Once<Link> {
        self.names.fields[id.index()].get_or_init(|| self.field_link(id).into()).clone()
    }

    /// A mark for a form.
    pub fn form(&self, form: Form) -> Once<Badge> {
        let mark = || Badge { kind: form.word(), text: self.choice("form", &form) };
        self.names.forms[form as usize].get_or_init(|| mark().into()).clone()
    }
}
