//! What is added to a project one morning, and what a check says before and after.

use proptest::prelude::*;

use super::category::CATEGORIES;
use super::declared::{Derive, Project, Selector, Send, What, Word};
use super::dress::{FORMS, Policy, dressed};
use super::generate::{ANY, derive, hold_together, selector, send};

/// A change; positions are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Change {
    /// A field more in the list of a flow.
    Field(usize, usize),
    /// A field more in what is collected.
    Collected(usize, usize),
    Flow(usize, Send),
    Derive(usize, Derive),
    Subprocessor(usize, usize, Selector),
    /// A flow sends as it is what it sent in another form.
    Bare(usize),
    /// A field gives away more.
    Reveals(usize, usize),
}

/// Something more.
pub fn addition() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => (ANY, ANY).prop_map(|(at, field)| Change::Field(at, field)),
        1 => (ANY, ANY).prop_map(|(at, field)| Change::Collected(at, field)),
        2 => (ANY, send()).prop_map(|(at, it)| Change::Flow(at, it)),
        2 => (ANY, derive()).prop_map(|(at, it)| Change::Derive(at, it)),
        1 => (ANY, ANY, selector(2)).prop_map(|(at, to, it)| Change::Subprocessor(at, to, it)),
    ]
}

/// Something more in a flow, or less protection.
pub fn growth() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => addition(),
        2 => ANY.prop_map(Change::Bare),
        2 => (ANY, 0..CATEGORIES.len()).prop_map(|(field, category)| Change::Reveals(field, category)),
    ]
}

/// A project, a change, and numbers to choose by.
pub fn changed(change: impl Strategy<Value = Change>) -> impl Strategy<Value = (Project, Change, u64)> {
    (dressed(), change, any::<u64>()).prop_map(|(mut project, change, choice)| {
        project.dress.policies.iter_mut().for_each(steady);
        (project, change, choice)
    })
}

/// A policy that denies a form and not what is more exposed is met by exposing more: it denies both
/// here. A form that lifts one lifts it for every form that is less exposed.
pub fn steady(policy: &mut Policy) {
    if let Some(worst) = policy.forms.iter().max().copied() {
        policy.forms = (0..=worst).collect();
    }
    if let Some(unless) = &mut policy.unless
        && let Some(least) = unless.forms.iter().min().copied()
    {
        unless.forms = (least..FORMS.len()).collect();
    }
}

impl Change {
    /// The project after it; nothing where it has no place there.
    pub fn of(&self, project: &Project) -> Option<Project> {
        let mut after = project.clone();
        let nodes = project.nodes.len();
        match self {
            Change::Field(at, field) => {
                let mut all: Vec<&mut Send> = after.nodes.iter_mut().flat_map(|it| &mut it.sends).collect();
                let count = all.len().max(1);
                more(&mut all.get_mut(at % count)?.fields, field % project.fields.len())?;
            }
            Change::Collected(at, field) => {
                let mut all: Vec<&mut Selector> = after.nodes.iter_mut().flat_map(|it| &mut it.collects).map(|it| &mut it.fields).collect();
                let count = all.len().max(1);
                more(all.get_mut(at % count)?, field % project.fields.len())?;
            }
            Change::Flow(at, it) => {
                let from = at % nodes;
                let it = Send { to: (from + 1 + it.to % (nodes - 1)) % nodes, ..it.clone() };
                let sends = &mut after.nodes[from].sends;
                let known = sends.iter().any(|other| (other.to, other.label) == (it.to, it.label));
                (!known).then(|| sends.push(it))?;
            }
            Change::Derive(at, it) => {
                let subjects = project.subjects.len();
                let mut it = Derive { field: it.field % project.fields.len(), ..it.clone() };
                it.of.iter_mut().for_each(|it| *it %= subjects);
                it.of.sort();
                it.of.dedup();
                let derives = &mut after.nodes[at % nodes].derives;
                let known = derives.iter().any(|other| other.field == it.field);
                (!known).then(|| derives.push(it))?;
            }
            Change::Subprocessor(at, to, fields) => {
                let recipients: Vec<usize> = (0..nodes).filter(|it| project.nodes[*it].recipient.is_some()).collect();
                let (from, to) = (recipients[at % recipients.len()], recipients[to % recipients.len()]);
                let all = &mut after.nodes[from].recipient.as_mut()?.subprocessors;
                let known = from == to || all.iter().any(|it| it.0 == to);
                (!known).then(|| all.push((to, fields.clone())))?;
            }
            Change::Bare(at) => {
                let words = after.nodes.iter_mut().flat_map(|it| &mut it.sends).flat_map(|it| &mut it.fields.words);
                let mut words: Vec<&mut Word> = words.filter(|it| !it.transforms.is_empty()).collect();
                let count = words.len().max(1);
                words.get_mut(at % count)?.transforms.clear();
            }
            Change::Reveals(field, category) => {
                let said = after.fields[field % project.fields.len()].said.as_mut()?;
                (!said.reveals.contains(category)).then(|| said.reveals.push(*category))?;
            }
        }
        hold_together(&mut after);
        Some(after)
    }
}

/// One field more in a list of words that does not name everything anyway, and sends none of it in another
/// form: that is another sort of change.
fn more(list: &mut Selector, field: usize) -> Option<()> {
    let word = Word { excludes: false, subject: None, what: What::Field(field), transforms: Vec::new() };
    let other = |it: &Word| !it.transforms.is_empty() && !matches!(it.what, What::Field(known) if known != field);
    let named = list.words.iter().any(|it| !it.excludes) && !list.words.iter().any(other);
    named.then(|| list.words.push(word))
}
