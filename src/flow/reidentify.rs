//! Who can turn a pseudonym back into a person.
//!
//! A vendor (all recipients of one `vendor`, or a recipient by itself) that matches, collects or
//! receives a field in plain can look up the pseudonym of that field, and of a field made from it
//! alone (recital 26 GDPR; C-413/23 P).

use std::collections::HashSet;

use crate::model::{FieldId, Item, Model, NodeId, What};

/// What each vendor can look up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lookup {
    /// Fields that a group of recipients holds in plain.
    plain: HashSet<(u32, FieldId)>,
}

/// Fields from which each field is made alone, directly or in steps.
#[derive(Debug)]
pub struct Bases(Vec<Vec<FieldId>>);

impl Bases {
    /// Computes them.
    pub fn of(model: &Model) -> Bases {
        let mut direct: Vec<Vec<FieldId>> = vec![Vec::new(); model.fields.len()];
        for derive in model.nodes.iter().flat_map(|node| &node.derives) {
            if let [word] = derive.from.takes.as_slice()
                && let What::Field(field) = word.what
                && derive.from.unknown.is_none()
            {
                direct[derive.field.index()].push(field);
            }
        }
        let closed = |field: usize| {
            let mut all = direct[field].clone();
            let mut at = 0;
            while at < all.len() {
                for base in &direct[all[at].index()] {
                    if !all.contains(base) {
                        all.push(*base);
                    }
                }
                at += 1;
            }
            all
        };
        Bases((0..direct.len()).map(closed).collect())
    }

    /// What one field is made from alone.
    pub fn get(&self, field: FieldId) -> &[FieldId] {
        &self.0[field.index()]
    }
}

impl Lookup {
    /// What recipients collect themselves.
    pub fn collected(model: &Model) -> Lookup {
        let mut plain = HashSet::new();
        for node in &model.nodes {
            let Some(recipient) = node.recipient() else { continue };
            for (field, _) in node.collects.iter().flat_map(|it| &it.fields) {
                plain.insert((recipient.group, *field));
            }
        }
        Lookup { plain }
    }

    /// Notes that a group holds a field in plain; says whether that is news.
    pub fn holds(&mut self, group: u32, field: FieldId) -> bool {
        self.plain.insert((group, field))
    }

    /// Whether the vendor behind a recipient can look up the pseudonym of an item.
    pub fn finds(&self, model: &Model, groups: &Groups, bases: &Bases, recipient: NodeId, item: Item) -> bool {
        let Some(group) = model.recipient(recipient).map(|it| it.group) else { return false };
        let knows = |field: FieldId| {
            let item = Item { field, ..item };
            self.plain.contains(&(group, field))
                || groups.of_group(group).iter().any(|node| {
                    let lists = model.recipient(*node).map(|it| it.matches.as_slice()).unwrap_or_default();
                    lists.iter().any(|selector| selector.includes(model, item))
                })
        };
        // A name that is both collected and derived may stand for something else where it is
        // collected; the pseudonym is looked up all the same.
        knows(item.field) || bases.get(item.field).iter().any(|base| knows(*base))
    }
}

/// The recipients of each vendor that can match anything.
pub(super) struct Groups(Vec<Vec<NodeId>>);

impl Groups {
    pub fn of(model: &Model) -> Groups {
        let mut groups = Vec::new();
        for (at, node) in model.nodes.iter().enumerate() {
            let Some(recipient) = node.recipient() else { continue };
            let group = recipient.group as usize;
            if groups.len() <= group {
                groups.resize(group + 1, Vec::new());
            }
            if !recipient.matches.is_empty() {
                groups[group].push(NodeId::from_index(at));
            }
        }
        Groups(groups)
    }

    fn of_group(&self, group: u32) -> &[NodeId] {
        self.0.get(group as usize).map_or(&[], Vec::as_slice)
    }
}
