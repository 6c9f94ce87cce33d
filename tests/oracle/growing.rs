//! More data never silence a rule, and less never make one speak: so nothing that is added turns a failing
//! check green, and nothing that is removed a green one red. Rule by rule, and at every level: a whole check
//! of a random project always finds something.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ropa::finding::Basis;
use ropa::rules;
use ropa::verdict::{Accept, Judged, Lock, accept};

use super::changes::Change;
use super::checks::{Checked, check};
use super::declared::{Collect, Node, Project, What, Word};
use super::dress::dressed;
use super::generate::{ANY, hold_together};
use super::yaml::one_file;

/// Rules that more data answer: they ask why something is there that nothing is done with.
static ASIDE: &[&str] = &[
    // Rows that nothing computed needs.
    "stale-lock",
    // An activity that nothing is for.
    "subjects-or-data-missing",
    // A processor whose work has ended, and begins again.
    "contract-end-deletion-unproven",
    // What a role reads and none of its activities uses.
    "role-access-without-need",
];

/// Rules that may fall silent for another that then speaks: nobody relies on a consent there is a way around.
static TAKEN_OVER: &[(&str, &str)] = &[("consent-unproven", "consent-flow-not-gated")];

/// Rules that hang on what is reached.
fn reached() -> impl Iterator<Item = &'static str> {
    rules::all().filter(|it| it.basis != Basis::Language).map(|it| it.id).filter(|id| !ASIDE.contains(id))
}

/// Something less; positions are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Removal {
    Flow(usize),
    /// A field in the list of a flow.
    Field(usize),
    /// A field in what is collected.
    Collected(usize),
    Derive(usize),
    Subprocessor(usize),
}

/// Something less.
pub fn removal() -> impl Strategy<Value = Removal> {
    prop_oneof![
        2 => ANY.prop_map(Removal::Flow),
        2 => ANY.prop_map(Removal::Field),
        1 => ANY.prop_map(Removal::Collected),
        2 => ANY.prop_map(Removal::Derive),
        1 => ANY.prop_map(Removal::Subprocessor),
    ]
}

/// A project and what is taken away.
pub fn removed() -> impl Strategy<Value = (Project, Removal)> {
    (dressed(), removal()).prop_map(|(mut project, removal)| {
        project.dress.policies.iter_mut().for_each(super::changes::steady);
        (project, removal)
    })
}

impl Removal {
    /// The project after it; nothing where there is nothing of the kind.
    fn of(&self, project: &Project) -> Option<Project> {
        let mut after = project.clone();
        match *self {
            Removal::Flow(at) => take(&mut after, at, |node| &mut node.sends)?,
            Removal::Derive(at) => take(&mut after, at, |node| &mut node.derives)?,
            Removal::Subprocessor(at) => {
                let all = after.nodes.iter_mut().filter_map(|it| it.recipient.as_mut()).map(|it| &mut it.subprocessors);
                one(all, at)?;
            }
            Removal::Field(at) => word(after.nodes.iter_mut().flat_map(|it| &mut it.sends).map(|it| &mut it.fields.words), at)?,
            Removal::Collected(at) => word(after.nodes.iter_mut().flat_map(|it| &mut it.collects).map(|it| &mut it.fields.words), at)?,
        }
        hold_together(&mut after);
        // A name that nothing derives any more would be written into the dictionary, where lists find it.
        let declared = |it: &Project| it.fields.iter().filter(|it| it.said.is_some()).count();
        (declared(&after) == declared(project)).then_some(after)
    }
}

fn take<T>(project: &mut Project, at: usize, list: impl Fn(&mut Node) -> &mut Vec<T>) -> Option<()> {
    one(project.nodes.iter_mut().map(list), at)
}

/// Takes one of all that stands in some lists.
fn one<'l, T: 'l>(lists: impl Iterator<Item = &'l mut Vec<T>>, at: usize) -> Option<()> {
    let mut lists: Vec<&mut Vec<T>> = lists.filter(|it| !it.is_empty()).collect();
    let count = lists.len().max(1);
    let list = lists.get_mut(at % count)?;
    let length = list.len();
    list.remove(at / count % length);
    Some(())
}

/// Takes a field out of a list of words that names others and nothing wider: a field that only loses one of
/// its words would go out in another form, and a list that names nothing takes everything.
fn word<'l>(lists: impl Iterator<Item = &'l mut Vec<Word>>, at: usize) -> Option<()> {
    let field = |it: &Word| if let What::Field(field) = it.what { Some(field).filter(|_| !it.excludes) } else { None };
    let mut lists: Vec<_> = lists.filter(|list| list.iter().any(|it| field(it).is_some())).collect();
    let count = lists.len().max(1);
    let list = lists.get_mut(at % count)?;
    let fields: Vec<usize> = list.iter().filter_map(field).collect();
    let gone = fields[at / count % fields.len()];
    list.retain(|it| field(it) != Some(gone));
    let others = list.iter().filter(|it| !it.excludes);
    (others.clone().count() > 0 && others.clone().all(|it| field(it).is_some())).then_some(())
}

/// Whether an addition silences a rule: it had findings that count, and has none any more.
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
    let (less, more) = (check(before, &one_file(before), &lock)?, check(&after, &one_file(&after), &lock)?);
    let derived = matches!(change, Change::Derive(..));
    silenced(before, derived, &less, &more).map(|why| format!("{change:?}: {why}; after it:\n{}", one_file(&after)))
}

/// Whether a rule that has nothing to say says something once there is less.
pub fn turns_red((before, removal): &(Project, Removal)) -> Option<String> {
    let after = removal.of(before)?;
    let first = check(before, &one_file(before), &Lock::default())?;
    let lock = accept(&first.map, &first.verdict, &Lock::default(), Accept::All);
    let (more, less) = (check(before, &one_file(before), &lock)?, check(&after, &one_file(&after), &lock)?);
    let derived = matches!(removal, Removal::Derive(..));
    silenced(&after, derived, &less, &more).map(|why| format!("{removal:?}: {why}; after it:\n{}", one_file(&after)))
}

/// The rule that speaks where there is less, and not where there is more.
fn silenced(smaller: &Project, derived: bool, less: &Checked, more: &Checked) -> Option<String> {
    // What is collected by an exclusion loses fields that turn out to give it away, and nothing says so yet.
    let without = |it: &Collect| it.fields.words.iter().any(|word| word.excludes && matches!(word.what, What::Category(_)));
    if derived && smaller.nodes.iter().flat_map(|it| &it.collects).any(without) {
        return None;
    }
    // An exclusion takes out what turns out to give away what it names; that is said, and not silent.
    if said(less, "excluded-by-reveal") != said(more, "excluded-by-reveal") {
        return None;
    }
    reached().find_map(|rule| {
        let (few, many) = (counting(less, rule), counting(more, rule));
        let instead = TAKEN_OVER.iter().any(|(silent, other)| *silent == rule && !counting(more, other).is_empty());
        let silenced = !few.is_empty() && many.is_empty() && !instead;
        silenced.then(|| format!("{rule} says {few:?} only where there is less"))
    })
}

fn said<'c>(checked: &'c Checked, rule: &str) -> BTreeSet<&'c str> {
    let of = |it: &&Judged| it.finding.rule.id == rule;
    checked.verdict.findings.iter().filter(of).map(|it| it.finding.key.as_str()).collect()
}

fn counting<'c>(checked: &'c Checked, rule: &str) -> BTreeSet<&'c str> {
    let counts = |it: &&Judged| it.counts() && it.finding.rule.id == rule;
    checked.verdict.findings.iter().filter(counts).map(|it| it.finding.key.as_str()).collect()
}
