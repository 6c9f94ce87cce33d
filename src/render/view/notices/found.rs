//! What is so for the people a notice is for, and what of it they hear.

use std::collections::BTreeSet;

use super::Reading;
use crate::declare::Date;
use crate::flow::{Outflow, Purpose, Told, outflows, purposes};
use crate::model::{ActivityId, Model, NodeId, Notice, SubjectId};

/// The groups whose data a flow gives away, each with the activity it serves.
type Serves = BTreeSet<(SubjectId, Option<ActivityId>)>;

/// What happens on a day of which people have to hear.
pub(super) struct Reality<'a> {
    pub(super) day: Date,
    pub(super) purposes: Vec<Purpose<'a>>,
    /// Each flow with the groups and activities it serves.
    pub(super) outflows: Vec<(Outflow<'a>, Serves)>,
}

impl<'a> Reality<'a> {
    pub(super) fn of(reading: &Reading<'a>, day: Date) -> Reality<'a> {
        let served = |it: Outflow<'a>| {
            let serves: Serves = it.exposures.iter().map(|it| (it.item.subject, it.activity)).collect();
            (it, serves)
        };
        Reality { day, purposes: purposes(reading.map, day), outflows: outflows(reading.map, day).into_iter().map(served).collect() }
    }
}

/// What is so for the people a notice is for, and what of it nobody tells them although this notice should.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) activities: BTreeSet<ActivityId>,
    pub(super) bases: BTreeSet<&'a str>,
    pub(super) recipients: BTreeSet<NodeId>,
    pub(super) countries: BTreeSet<&'a str>,
    /// What carries data abroad, as notices may name it.
    pub(super) mechanisms: BTreeSet<&'a str>,
    pub(super) sources: BTreeSet<&'a str>,
    pub(super) silent: Silent<'a>,
    /// Activities whose storage periods it should tell.
    pub(super) kept: BTreeSet<ActivityId>,
    /// Somebody tells a storage period.
    pub(super) retention: bool,
}

/// What nobody tells.
#[derive(Default)]
pub(super) struct Silent<'a> {
    pub(super) activities: BTreeSet<ActivityId>,
    pub(super) bases: BTreeSet<&'a str>,
    pub(super) recipients: BTreeSet<NodeId>,
    pub(super) countries: BTreeSet<&'a str>,
    pub(super) mechanisms: BTreeSet<String>,
    pub(super) sources: BTreeSet<&'a str>,
    pub(super) copy: bool,
}

impl<'a> Found<'a> {
    pub(super) fn of(reading: &Reading<'a>, reality: &Reality<'a>, told: &mut Told<'a>, at: usize, notice: &'a Notice) -> Found<'a> {
        let model = reading.model();
        let within = |subject: SubjectId| model.nearness(notice, subject).is_some();
        let mut it = Found::default();
        for Purpose { activity, subject, basis } in reality.purposes.iter().copied().filter(|it| within(it.subject)) {
            it.activities.insert(activity);
            it.bases.extend(basis);
            let heard = told.on(subject, reality.day);
            let Some((_, named)) = heard.notice(Some(activity)).filter(|(tells, _)| *tells == at) else { continue };
            it.silent.activities.extend((!named).then_some(activity));
            it.silent.bases.extend(basis.filter(|basis| !heard.bases.contains(basis)));
            it.retention |= heard.retention;
            it.kept.insert(activity);
        }
        for (out, serves) in &reality.outflows {
            let to = out.flow.to;
            for (subject, activity) in serves.iter().copied().filter(|(subject, _)| within(*subject)) {
                it.recipients.insert(to);
                it.countries.extend(model.own_countries(to).into_iter().flatten());
                it.mechanisms.extend(named(model, out, notice, reality.day));
                let heard = told.on(subject, out.day);
                if heard.notice(activity).is_none_or(|(tells, _)| tells != at) {
                    continue;
                }
                it.silent.recipients.extend((out.named && !heard.names(model, to)).then_some(to));
                for place in &out.abroad {
                    it.silent.countries.extend((!heard.countries.contains(place.country)).then_some(place.country));
                    it.silent.mechanisms.extend(heard.unsaid(place).cloned());
                    it.silent.copy |= place.copy && !heard.copy;
                }
            }
        }
        it.obtained(reading, reality.day, told, at, within);
        it
    }

    /// Where data of these people come from, if not from themselves.
    fn obtained(&mut self, reading: &Reading<'a>, day: Date, told: &mut Told<'a>, at: usize, within: impl Fn(SubjectId) -> bool) {
        let model = reading.model();
        let free = |id: &str| model.origins.iter().any(|it| it.id == id && it.decl.informed.as_ref().is_some_and(|it| it.exempt.is_some()));
        for collect in model.nodes.iter().flat_map(|node| &node.collects).filter(|it| within(it.subject)) {
            let Some(source) = collect.decl.source.as_ref().map(|word| word.value.as_str()) else { continue };
            self.sources.insert(source);
            let heard = told.on(collect.subject, day);
            let tells = heard.notice(collect.activities.first().copied()).is_some_and(|(tells, _)| tells == at);
            self.silent.sources.extend((tells && !heard.sources.contains(source) && !free(source)).then_some(source));
        }
    }
}

/// The instruments a notice names of those that carry what a flow takes abroad, or would take over.
fn named<'n>(model: &Model, out: &Outflow, notice: &'n Notice, day: Date) -> impl Iterator<Item = &'n str> {
    let mut declared = model.transfers_in(out.flow);
    declared.retain(|it| it.until.as_ref().is_none_or(|until| day < until.value));
    let stated = move |word: &str| declared.iter().any(|it| it.mechanism.iter().chain(it.fallback.iter()).any(|it| it.value == word));
    let words = notice.decl.mechanisms.iter().map(|word| word.value.as_str());
    words.filter(move |word| out.abroad.iter().any(|place| place.is_named_by(word)) || stated(word))
}
