//! What is so for the people a notice is for, and what of it they hear.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Reading;
use crate::declare::Date;
use crate::flow::{Outflow, Purpose, Told, outflows, purposes};
use crate::model::{ActivityId, Model, NodeId, Notice, SubjectId};

/// The groups whose data a flow gives away, each with the activity it serves.
type Serves = BTreeSet<(SubjectId, Option<ActivityId>)>;

/// What happens on a day of which people have to hear, and what of it each notice leaves out.
pub(super) struct Reality<'a> {
    pub(super) day: Date,
    pub(super) purposes: Vec<Purpose<'a>>,
    /// Each flow with the groups and activities it serves.
    pub(super) outflows: Vec<(Outflow<'a>, Serves)>,
    /// What is so for the people of a notice: most notices are for the same few groups.
    so: BTreeMap<Vec<SubjectId>, Rc<So<'a>>>,
    silent: BTreeMap<usize, Silent<'a>>,
}

impl<'a> Reality<'a> {
    pub(super) fn of(reading: &Reading<'a>, told: &mut Told<'a>, day: Date) -> Reality<'a> {
        let served = |it: Outflow<'a>| {
            let serves: Serves = it.exposures.iter().map(|it| (it.item.subject, it.activity)).collect();
            (it, serves)
        };
        let outflows = outflows(reading.map, day).into_iter().map(served).collect();
        let mut it = Reality { day, purposes: purposes(reading.map, day), outflows, so: BTreeMap::new(), silent: BTreeMap::new() };
        it.hear(reading, told);
        it
    }

    /// Goes once through everything people have to hear: what nobody tells is left out by the notice that should.
    fn hear(&mut self, reading: &Reading<'a>, told: &mut Told<'a>) {
        let model = reading.model();
        for Purpose { activity, subject, basis } in self.purposes.iter().copied() {
            let heard = told.on(subject, self.day);
            let Some((tells, named)) = heard.notice(Some(activity)) else { continue };
            let silent = self.silent.entry(tells).or_default();
            silent.activities.extend((!named).then_some(activity));
            silent.bases.extend(basis.filter(|basis| !heard.bases.contains(basis)));
            silent.retention |= heard.retention;
            silent.kept.insert(activity);
        }
        for (out, serves) in &self.outflows {
            let to = out.flow.to;
            for (subject, activity) in serves.iter().copied() {
                let heard = told.on(subject, out.day);
                let Some((tells, _)) = heard.notice(activity) else { continue };
                let silent = self.silent.entry(tells).or_default();
                silent.recipients.extend((out.named && !heard.names(model, to)).then_some(to));
                for place in &out.abroad {
                    silent.countries.extend((!heard.countries.contains(place.country)).then_some(place.country));
                    silent.mechanisms.extend(heard.unsaid(place).cloned());
                    silent.copy |= place.copy && !heard.copy;
                }
            }
        }
        let free = |id: &str| model.origins.iter().any(|it| it.id == id && it.decl.informed.as_ref().is_some_and(|it| it.exempt.is_some()));
        for collect in model.nodes.iter().flat_map(|node| &node.collects) {
            let Some(source) = collect.decl.source.as_ref().map(|word| word.value.as_str()) else { continue };
            let heard = told.on(collect.subject, self.day);
            let Some((tells, _)) = heard.notice(collect.activities.first().copied()) else { continue };
            let silent = self.silent.entry(tells).or_default();
            silent.sources.extend((!heard.sources.contains(source) && !free(source)).then_some(source));
        }
    }

    /// What a notice that is not over is held against.
    pub(super) fn found(&mut self, reading: &Reading<'a>, at: usize, notice: &'a Notice) -> Found<'a> {
        let model = reading.model();
        let within = |subject: SubjectId| model.nearness(notice, subject).is_some();
        let so = match self.so.get(&notice.subjects) {
            Some(so) => Rc::clone(so),
            None => {
                let so = Rc::new(self.so(reading, within));
                self.so.insert(notice.subjects.clone(), Rc::clone(&so));
                so
            }
        };
        let mut mechanisms = BTreeSet::new();
        if !notice.decl.mechanisms.is_empty() {
            let theirs = self.outflows.iter().filter(|(_, serves)| serves.iter().any(|(subject, _)| within(*subject)));
            mechanisms.extend(theirs.flat_map(|(out, _)| named(model, out, notice, self.day)));
        }
        Found { so, mechanisms, silent: self.silent.remove(&at).unwrap_or_default() }
    }

    fn so(&self, reading: &Reading<'a>, within: impl Fn(SubjectId) -> bool) -> So<'a> {
        let model = reading.model();
        let mut so = So::default();
        for it in self.purposes.iter().filter(|it| within(it.subject)) {
            so.activities.insert(it.activity);
            so.bases.extend(it.basis);
        }
        let outflows = self.outflows.iter().filter(|(_, serves)| serves.iter().any(|(subject, _)| within(*subject)));
        so.recipients.extend(outflows.map(|(out, _)| out.flow.to));
        so.countries.extend(so.recipients.iter().flat_map(|to| model.own_countries(*to)).flatten());
        let collected = model.nodes.iter().flat_map(|node| &node.collects).filter(|it| within(it.subject));
        so.sources.extend(collected.filter_map(|it| it.decl.source.as_ref()).map(|word| word.value.as_str()));
        so
    }
}

/// What is so for the people a notice is for.
#[derive(Default)]
pub(super) struct So<'a> {
    pub(super) activities: BTreeSet<ActivityId>,
    pub(super) bases: BTreeSet<&'a str>,
    pub(super) recipients: BTreeSet<NodeId>,
    pub(super) countries: BTreeSet<&'a str>,
    pub(super) sources: BTreeSet<&'a str>,
}

/// What a notice is held against.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) so: Rc<So<'a>>,
    /// What carries data abroad, as the notice may name it.
    pub(super) mechanisms: BTreeSet<&'a str>,
    pub(super) silent: Silent<'a>,
}

/// What nobody tells although this notice should.
#[derive(Default)]
pub(super) struct Silent<'a> {
    pub(super) activities: BTreeSet<ActivityId>,
    pub(super) bases: BTreeSet<&'a str>,
    pub(super) recipients: BTreeSet<NodeId>,
    pub(super) countries: BTreeSet<&'a str>,
    pub(super) mechanisms: BTreeSet<String>,
    pub(super) sources: BTreeSet<&'a str>,
    pub(super) copy: bool,
    /// Activities whose storage periods it should tell.
    pub(super) kept: BTreeSet<ActivityId>,
    /// Somebody tells a storage period.
    pub(super) retention: bool,
}

/// The instruments a notice names of those that carry what a flow takes abroad, or would take over.
fn named<'n>(model: &Model, out: &Outflow, notice: &'n Notice, day: Date) -> impl Iterator<Item = &'n str> {
    let mut declared = model.transfers_in(out.flow);
    declared.retain(|it| it.until.as_ref().is_none_or(|until| day < until.value));
    let stated = move |word: &str| declared.iter().any(|it| it.mechanism.iter().chain(it.fallback.iter()).any(|it| it.value == word));
    let words = notice.decl.mechanisms.iter().map(|word| word.value.as_str());
    words.filter(move |word| out.abroad.iter().any(|place| place.is_named_by(word)) || stated(word))
}
