//! Were people told what really happens? Art. 13 and 14 GDPR.

mod tell;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use self::tell::{ToTell, Told, ids, joined};
use super::case::listed;
use super::leg::place_name;
use super::{Case, Family};
use crate::declare::{ActivityStatus, Date, Role};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule, few};
use crate::flow::Exposure;
use crate::law::{Form, Ground};
use crate::model::{ActivityId, Flow, FlowKind, Item, NodeId, Notice, SubjectId};
use crate::source::{Span, scalar};

pub(super) static FAMILY: Family =
    Family { rules: &[&RECIPIENT_NOT_IN_NOTICE, &TRANSFER_NOT_IN_NOTICE, &PURPOSE_BASIS_OR_RETENTION_NOT_IN_NOTICE], check };

static RECIPIENT_NOT_IN_NOTICE: Rule = Rule {
    id: "recipient-not-in-notice",
    summary: "data go to recipients of whom the notice in force says nothing",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.13.1.e", "gdpr.14.1.e", "cjeu.c-413-23-p"],
    doc: include_str!("docs/recipient-not-in-notice.md"),
};

static TRANSFER_NOT_IN_NOTICE: Rule = Rule {
    id: "transfer-not-in-notice",
    summary: "data go to third countries of which the notice in force says nothing, or not enough",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.13.1.f", "gdpr.14.1.f", "imy.di-2019-4062"],
    doc: include_str!("docs/transfer-not-in-notice.md"),
};

static PURPOSE_BASIS_OR_RETENTION_NOT_IN_NOTICE: Rule = Rule {
    id: "purpose-basis-or-retention-not-in-notice",
    summary: "the notice in force is silent on a purpose, a legal basis or how long data are kept",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.13.1.c", "gdpr.13.2.a", "gdpr.13.3"],
    doc: include_str!("docs/purpose-basis-or-retention-not-in-notice.md"),
};

/// Whether a notice is in force on a day.
fn is_in_force(notice: &Notice, day: Date) -> bool {
    notice.decl.since.as_ref().is_none_or(|since| since.value <= day) && notice.decl.until.as_ref().is_none_or(|until| day < until.value)
}

/// A third country and what carries data there, as a notice tells it.
struct Abroad<'a> {
    country: &'a str,
    /// The instrument in use, if there is one.
    mechanism: Option<String>,
    /// An adequacy decision, however it is named.
    decision: bool,
    /// People can ask for a copy of it.
    copy: bool,
}

/// What was found, by the notice that should say it.
#[derive(Default)]
struct Gaps<'a> {
    recipients: BTreeMap<usize, ToTell<'a>>,
    transfers: BTreeMap<usize, ToTell<'a>>,
    purposes: BTreeMap<usize, ToTell<'a>>,
    /// Groups that no notice in force is for.
    untold: BTreeMap<SubjectId, ToTell<'a>>,
}

fn check(case: &Case, out: &mut Findings) {
    let model = case.model();
    let mut told = Told::of(model);
    let mut gaps = Gaps::default();
    let exempt = exempt(case);
    purposes(case, &mut told, &mut gaps);
    disclosures(case, &mut told, &mut gaps);
    gaps.untold.retain(|subject, _| !exempt.contains(subject));
    if model.notices.is_empty() {
        nothing_said(case, gaps.untold, out);
        return;
    }
    for (subject, to_tell) in &gaps.untold {
        untold(case, *subject, to_tell, out);
    }
    for (at, to_tell) in &gaps.recipients {
        recipients_missing(case, &model.notices[*at], to_tell, out);
    }
    for (at, to_tell) in &gaps.transfers {
        transfers_missing(case, &model.notices[*at], to_tell, out);
    }
    for (at, to_tell) in &gaps.purposes {
        purposes_missing(case, &model.notices[*at], to_tell, out);
    }
}

/// Groups that need not be told: their data come only from sources for which an exemption of Art. 14(5)
/// is claimed, or only for activities that have not begun.
fn exempt(case: &Case) -> BTreeSet<SubjectId> {
    let model = case.model();
    let free = |id: &str| {
        let source = model.origins.iter().find(|it| it.id == id);
        source.and_then(|it| it.decl.informed.as_ref()).is_some_and(|it| it.exempt.is_some())
    };
    let ahead = |id: &ActivityId| case.activity(*id).decl.created.as_ref().is_some_and(|day| case.today() < day.value);
    let mut all: BTreeMap<SubjectId, bool> = BTreeMap::new();
    for collect in model.nodes.iter().flat_map(|node| &node.collects) {
        let later = !collect.activities.is_empty() && collect.activities.iter().all(ahead);
        *all.entry(collect.subject).or_insert(true) &= later || collect.decl.source.as_ref().is_some_and(|it| free(&it.value));
    }
    all.into_iter().filter(|(_, exempt)| *exempt).map(|(subject, _)| subject).collect()
}

/// Whether an activity is the organisation's own and goes on: people are told by whoever decides.
fn is_told(case: &Case, id: ActivityId) -> bool {
    let decl = &case.activity(id).decl;
    let begun = decl.created.as_ref().is_none_or(|day| day.value <= case.today());
    let active = decl.status.as_ref().is_none_or(|it| it.value == ActivityStatus::Active);
    case.is_own(id) && begun && active
}

/// What the organisation's own activities process, and for which groups of people.
fn purposes<'a>(case: &Case<'a>, told: &mut Told, gaps: &mut Gaps<'a>) {
    let model = case.model();
    for id in (0..model.activities.len()).map(ActivityId::from_index).filter(|id| is_told(case, *id)) {
        let subjects: BTreeSet<SubjectId> = case.map.of_activity(id).items.iter().map(|it| it.subject).collect();
        let basis = model.activity(id).decl.basis.as_ref().map(|it| it.value.as_str()).filter(|it| *it != "unknown");
        for subject in subjects {
            let heard = told.on(subject, case.today());
            let Some((at, named)) = heard.notice(Some(id)) else {
                let it = gaps.untold.entry(subject).or_default();
                it.subjects.insert(subject);
                it.activities.insert(id);
                it.bases.extend(basis);
                continue;
            };
            let basis = basis.filter(|basis| !heard.bases.contains(basis));
            if !named || basis.is_some() || !heard.retention {
                let it = gaps.purposes.entry(at).or_default();
                it.subjects.insert(subject);
                it.activities.extend((!named).then_some(id));
                it.bases.extend(basis);
                it.retention |= !heard.retention;
            }
        }
    }
    // Groups whose data nothing is said to be for; those of a processor's activities are not its own.
    for subject in unassigned(case) {
        if told.on(subject, case.today()).notice(None).is_none() {
            gaps.untold.entry(subject).or_default().subjects.insert(subject);
        }
    }
}

/// Groups of whom personal data are held and no activity says that it processes them.
fn unassigned(case: &Case) -> BTreeSet<SubjectId> {
    let states = case.map.reach.states.iter().filter(|it| !it.past && it.form != Form::Anonymised && case.map.reach.is_personal(it));
    let held: BTreeSet<SubjectId> = states.map(|it| it.item.subject).collect();
    let assigned: BTreeSet<SubjectId> = case.map.processing.iter().flat_map(|it| &it.items).map(|it| it.subject).collect();
    held.difference(&assigned).copied().collect()
}

/// What leaves, held against what people are told on the day from which it does.
fn disclosures<'a>(case: &Case<'a>, told: &mut Told, gaps: &mut Gaps<'a>) {
    let model = case.model();
    let own = own_items(case);
    let helpers = helpers(case);
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        if !model.node(flow.from).is_system() && !helpers.contains(&flow.from) {
            continue;
        }
        let day = flow.decl.since.as_ref().map_or(case.today(), |since| since.value.max(case.today()));
        // Categories will do, so those who work for a recipient need no name of their own. An authority
        // with an inquiry is no recipient, Art. 4(9).
        let inquiry = model.recipient(flow.to).and_then(|it| it.decl.inquiry.as_ref()).is_some_and(|it| it.value);
        let named = flow.kind != FlowKind::Subprocessor && !inquiry;
        let abroad = abroad(case, flow);
        for exposure in exposures {
            if !exposure.activity.map_or_else(|| own.contains(&exposure.item), |it| case.is_own(it)) {
                continue;
            }
            let subject = exposure.item.subject;
            let heard = told.on(subject, day);
            let Some((at, _)) = heard.notice(exposure.activity) else {
                let it = gaps.untold.entry(subject).or_default();
                it.subjects.insert(subject);
                it.exposures.push(exposure);
                it.recipients.extend(named.then_some(flow.to));
                for place in &abroad {
                    it.countries.insert(place.country);
                    it.mechanisms.extend(place.mechanism.clone());
                    it.copy |= place.copy;
                }
                continue;
            };
            if named && !heard.names(model, flow.to) {
                let it = gaps.recipients.entry(at).or_default();
                it.subjects.insert(subject);
                it.exposures.push(exposure);
                it.recipients.insert(flow.to);
            }
            for place in &abroad {
                let country = !heard.countries.contains(place.country);
                let said = |it: &String| heard.mechanisms.contains(it.as_str()) || place.decision && heard.mechanisms.contains("adequacy");
                let mechanism = place.mechanism.as_ref().filter(|it| !said(it));
                let copy = place.copy && !heard.copy;
                if country || mechanism.is_some() || copy {
                    let it = gaps.transfers.entry(at).or_default();
                    it.subjects.insert(subject);
                    it.exposures.push(exposure);
                    it.countries.extend(country.then_some(place.country));
                    it.mechanisms.extend(mechanism.cloned());
                    it.copy |= copy;
                }
            }
        }
    }
}

/// Items that an activity of the organisation's own processes, or none that is known.
fn own_items(case: &Case) -> BTreeSet<Item> {
    let of = |own: bool| {
        let activities = (0..case.model().activities.len()).map(ActivityId::from_index).filter(move |id| case.is_own(*id) == own);
        activities.flat_map(|id| case.map.of_activity(id).items.iter().copied())
    };
    let others: BTreeSet<Item> = of(false).collect();
    let known = case.exposures().iter().map(|it| it.item).filter(|it| !others.contains(it));
    of(true).chain(known).collect()
}

/// Recipients that pass on what they get on behalf of the organisation or together with it. Whoever
/// decides for itself tells people itself.
fn helpers(case: &Case) -> BTreeSet<NodeId> {
    let model = case.model();
    let mut next: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
    let mut queue = Vec::new();
    for (flow, _) in case.by_flow() {
        let flow = model.flow(flow);
        if matches!(model.role_in(flow), Some(Role::Controller | Role::Authority)) {
            continue;
        }
        if model.node(flow.from).is_system() {
            queue.push(flow.to);
        }
        next.entry(flow.from).or_default().insert(flow.to);
    }
    let mut all = BTreeSet::new();
    while let Some(id) = queue.pop() {
        if all.insert(id) {
            queue.extend(next.get(&id).into_iter().flatten());
        }
    }
    all
}

fn abroad<'a>(case: &Case<'a>, flow: &Flow) -> Vec<Abroad<'a>> {
    let (model, law, today) = (case.model(), case.law(), case.today());
    let transfers = model.transfers_in(flow);
    let countries = model.own_countries(flow.to).into_iter().flatten().filter(|it| !law.is_eea(it, today));
    countries
        .map(|country| match law.carries(&transfers, country, today) {
            Ok(Ground::Decision) => Abroad { country, mechanism: Some("adequacy".to_owned()), decision: true, copy: false },
            Ok(Ground::Instrument(_, word)) => {
                let article = law.mechanisms.get(word).and_then(|it| it.article.as_ref());
                let decision = article.is_some_and(|it| it.value == "gdpr.45");
                Abroad { country, mechanism: Some(word.value.clone()), decision, copy: law.is_safeguard(word) }
            }
            Err(_) => Abroad { country, mechanism: None, decision: false, copy: false },
        })
        .collect()
}

/// Shows what tells most: the exposure that gives most away.
fn show(case: &Case, finding: &mut Finding, exposures: &[&Exposure]) {
    case.about(finding, exposures.iter().copied());
    if let Some(worst) = exposures.iter().min_by_key(|it| Reverse((it.sensitive.len(), it.unknown))) {
        case.show(finding, worst, None);
    }
}

/// Where a group's data are collected, else where they go.
fn origin(case: &Case, subjects: &BTreeSet<SubjectId>, to_tell: &ToTell) -> Option<Span> {
    let model = case.model();
    let collects = model.nodes.iter().flat_map(|node| &node.collects).filter(|it| subjects.contains(&it.subject));
    let collected = collects.map(|it| it.span).min();
    collected.or_else(|| to_tell.exposures.first().map(|it| model.flow(it.flow).span)).or_else(|| {
        let subject = subjects.iter().next()?;
        Some(model.subject(*subject).span)
    })
}

fn untold(case: &Case, subject: SubjectId, to_tell: &ToTell, out: &mut Findings) {
    let model = case.model();
    let id = &model.subject(subject).id;
    let Some(place) = origin(case, &to_tell.subjects, to_tell) else { return };
    let finding = out.report(&RECIPIENT_NOT_IN_NOTICE, &["subjects", id]);
    let whom = match to_tell.recipients.is_empty() {
        true => String::new(),
        false => {
            format!(", nor that {}", case.items(to_tell.exposures.iter().copied(), "goes", "go") + " to " + &to_tell.recipients(model))
        }
    };
    finding
        .say(format!("no notice in force tells `{id}` what their data are used for{whom}"))
        .at(place, "not told here")
        .help(format!("declare the notice they are given, with `for: [{}]` and the day it holds from", scalar(id)));
    let whole = ToTell { subjects: to_tell.subjects.clone(), retention: true, ..ToTell::default() };
    let yaml = joined([to_tell, &whole]).notice(case, id);
    finding.fix(Edit::Declare, Effort::Agree, yaml);
    show(case, finding, &to_tell.exposures);
}

/// The project declares no notices at all: one question to its author, not one finding for each group.
fn nothing_said(case: &Case, untold: BTreeMap<SubjectId, ToTell>, out: &mut Findings) {
    let mut all = joined(untold.values());
    all.retention = true;
    let Some(place) = origin(case, &all.subjects, &all).filter(|_| !all.subjects.is_empty()) else { return };
    let finding = out.report(&RECIPIENT_NOT_IN_NOTICE, &["notices"]);
    finding
        .level(Level::Warning)
        .say(format!("no notice is declared: nobody has said what {} are told", all.subjects(case.model())))
        .at(place, "not told here")
        .help("declare what they are told under `notices:`, with recipients, bases, retention and the day it holds from");
    let yaml = all.notice(case, "privacy");
    finding.fix(Edit::Declare, Effort::Agree, yaml);
    case.about(finding, all.exposures.iter().copied());
}

/// A notice in a message, with its day where that is still to come.
fn called(case: &Case, notice: &Notice) -> String {
    match notice.decl.since.as_ref().filter(|day| case.today() < day.value) {
        Some(day) => format!("`{}`, in force from {},", notice.id, day.value),
        None => format!("`{}`", notice.id),
    }
}

fn recipients_missing(case: &Case, notice: &Notice, to_tell: &ToTell, out: &mut Findings) {
    let model = case.model();
    let place = notice.decl.recipients.first().map_or(notice.span, |word| word.span);
    let names = to_tell.recipients(model);
    let finding = out.report(&RECIPIENT_NOT_IN_NOTICE, &[&notice.id]);
    finding
        .say(format!("{} says nothing of {names}, to whom data of {} go", called(case, notice), to_tell.subjects(model)))
        .at(place, if notice.decl.recipients.is_empty() { "no `recipients:` here" } else { "not in this list" })
        .help(format!("publish a version of `{}` with {names} or the kind of each among its `recipients:`, or stop the flows", notice.id));
    to_tell.fix(case, notice, finding);
    show(case, finding, &to_tell.exposures);
}

fn transfers_missing(case: &Case, notice: &Notice, to_tell: &ToTell, out: &mut Findings) {
    let countries = listed(to_tell.countries.iter().map(|it| place_name(case, it)));
    let mechanisms = listed(ids(to_tell.mechanisms.iter().map(String::as_str)));
    let mut open = Vec::new();
    if !to_tell.mechanisms.is_empty() {
        open.push(format!("does not say that data leave the EEA on {mechanisms}"));
    }
    if to_tell.copy {
        open.push("does not say how to obtain a copy of the safeguards".to_owned());
    }
    let items = case.items(to_tell.exposures.iter().copied(), "goes", "go");
    let finding = out.report(&TRANSFER_NOT_IN_NOTICE, &[&notice.id]);
    if to_tell.countries.is_empty() {
        let place = notice.decl.mechanisms.first().or(notice.decl.countries.first()).map_or(notice.span, |word| word.span);
        finding.level(Level::Warning).say(format!("{} {}", called(case, notice), listed(open))).at(place, "");
        finding.help("say in the notice on which instrument data leave the EEA, and how people get a copy of it: `mechanisms:`, `copy:`");
    } else {
        let place = notice.decl.countries.first().map_or(notice.span, |word| word.span);
        finding
            .say(format!("{} says nothing of {countries}, where {items}", called(case, notice)))
            .at(place, if notice.decl.countries.is_empty() { "no `countries:` here" } else { "not in this list" });
        let codes: Vec<String> = to_tell.countries.iter().map(|it| scalar(it)).collect();
        finding.help(format!("publish a version of `{}` with `countries: [{}]`, or stop the flows", notice.id, codes.join(", ")));
        for more in open {
            finding.note(format!("it {more}"));
        }
    }
    to_tell.fix(case, notice, finding);
    show(case, finding, &to_tell.exposures);
}

fn purposes_missing(case: &Case, notice: &Notice, to_tell: &ToTell, out: &mut Findings) {
    let model = case.model();
    let mut silent = Vec::new();
    if !to_tell.activities.is_empty() {
        let names = ids(to_tell.activities.iter().map(|it| model.activity_id(*it)));
        silent.push(few(names.into_iter()));
    }
    if !to_tell.bases.is_empty() {
        let basis = if to_tell.bases.len() == 1 { "basis" } else { "bases" };
        silent.push(format!("the {basis} {}", listed(ids(to_tell.bases.iter().copied()))));
    }
    if to_tell.retention {
        silent.push("how long data are kept".to_owned());
    }
    let place = notice.decl.activities.first().map_or(notice.span, |word| word.span);
    let finding = out.report(&PURPOSE_BASIS_OR_RETENTION_NOT_IN_NOTICE, &[&notice.id]);
    finding
        .say(format!("`{}` tells {} nothing of {}", notice.id, to_tell.subjects(model), silent.join(", nor of ")))
        .at(place, "not said here")
        .help(format!("publish a version of `{}` that says it: `activities:`, `bases:`, `retention:`", notice.id));
    for id in &to_tell.activities {
        finding.at(model.activity(*id).span, "not in the notice");
    }
    to_tell.fix(case, notice, finding);
}
