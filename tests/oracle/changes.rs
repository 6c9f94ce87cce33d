//! What is added to a project one morning, and what a check says before and after.

use proptest::prelude::*;
use ropa::finding::Level;
use ropa::verdict::{Accept, Judged, Lock, accept};

use super::category::CATEGORIES;
use super::checks::{Checked, check};
use super::declared::{Collect, Derive, Project, Selector, Send, What, Word};
use super::dress::{FORMS, Policy, dressed};
use super::generate::{ANY, derive, hold_together, selector, send};
use super::yaml::one_file;

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
fn steady(policy: &mut Policy) {
    if let Some(worst) = policy.forms.iter().max().copied() {
        policy.forms = (0..=worst).collect();
    }
    if let Some(unless) = &mut policy.unless {
        if let Some(least) = unless.forms.iter().min().copied() {
            unless.forms = (least..FORMS.len()).collect();
        }
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

/// One field more in a list of words that does not name everything anyway.
fn more(list: &mut Selector, field: usize) -> Option<()> {
    let word = Word { excludes: false, subject: None, what: What::Field(field), transforms: Vec::new() };
    let named = list.words.iter().any(|it| !it.excludes);
    named.then(|| list.words.push(word))
}

/// Rules that ask who is reached.
static REACHED: &[&str] = &[
    "new-exposure",
    "weakened-exposure",
    "inferred-special-category",
    "special-category-no-art9",
    "special-category-to-adtech",
    "national-id-to-external",
    "consent-flow-not-gated",
    "flow-without-activity",
    "contract-scope-exceeded",
    "transfer-no-mechanism",
    "processor-without-contract",
    "policy",
];

/// Whether an addition silences a rule: it had errors that count, and has none any more.
pub fn turns_green((before, change, choice): &(Project, Change, u64)) -> Option<String> {
    let after = change.of(before)?;
    let first = check(before, &one_file(before), &Lock::default())?;
    let mut lock = accept(&first.map, &first.verdict, &Lock::default(), Accept::All);
    // Some of it was never accepted, some only in a form in which it is not sent.
    let mut at = 0;
    lock.rows.retain_mut(|(row, ..)| {
        at += 2;
        let fate = choice >> (at % 64) & 3;
        if fate == 1 {
            row.form = ropa::law::Form::Anonymised;
        }
        fate != 0
    });
    let was = check(before, &one_file(before), &lock)?;
    let is = check(&after, &one_file(&after), &lock)?;
    // What is collected by an exclusion loses fields that turn out to give it away, and nothing says so yet.
    let without = |it: &Collect| it.fields.words.iter().any(|word| word.excludes && matches!(word.what, What::Category(_)));
    if matches!(change, Change::Derive(..)) && before.nodes.iter().flat_map(|it| &it.collects).any(without) {
        return None;
    }
    // An exclusion takes out what turns out to give away what it names; that is said, and not silent.
    if said(&is, "excluded-by-reveal") != said(&was, "excluded-by-reveal") {
        return None;
    }
    REACHED.iter().find_map(|rule| {
        let (before, now) = (errors(&was, rule), errors(&is, rule));
        let silenced = !before.is_empty() && now.is_empty();
        silenced.then(|| format!("{change:?} silences {before:?}; after it:\n{}", one_file(&after)))
    })
}

fn said<'c>(checked: &'c Checked, rule: &str) -> Vec<&'c str> {
    let of = |it: &&Judged| it.finding.rule.id == rule;
    checked.verdict.findings.iter().filter(of).map(|it| it.finding.key.as_str()).collect()
}

fn errors<'c>(checked: &'c Checked, rule: &str) -> Vec<&'c str> {
    let counts = |it: &&Judged| it.counts() && it.finding.rule.id == rule && it.finding.level == Level::Error;
    checked.verdict.findings.iter().filter(counts).map(|it| it.finding.key.as_str()).collect()
}
