//! Were people told what really happens? Art. 13 and 14 GDPR.

mod tell;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use self::tell::{ToTell, ids, joined};
use super::case::listed;
use super::leg::place_name;
use super::{Case, Family};
use crate::finding::{Basis, Edit, Effort, Finding, Findings, Level, Rule, few};
use crate::flow::{Exposure, Outflow, Purpose, Told, exempt, outflows, purposes, unassigned};
use crate::model::{Notice, SubjectId};
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
    let exempt = exempt(model, case.today());
    of_purposes(case, &mut told, &mut gaps);
    of_outflows(case, &mut told, &mut gaps);
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

/// What the organisation's own activities do, held against what each group is told of it.
fn of_purposes<'a>(case: &Case<'a>, told: &mut Told, gaps: &mut Gaps<'a>) {
    for Purpose { activity, subject, basis } in purposes(case.map, case.today()) {
        let heard = told.on(subject, case.today());
        let Some((at, named)) = heard.notice(Some(activity)) else {
            let it = gaps.untold.entry(subject).or_default();
            it.subjects.insert(subject);
            it.activities.insert(activity);
            it.bases.extend(basis);
            continue;
        };
        let basis = basis.filter(|basis| !heard.bases.contains(basis));
        if !named || basis.is_some() || !heard.retention {
            let it = gaps.purposes.entry(at).or_default();
            it.subjects.insert(subject);
            it.activities.extend((!named).then_some(activity));
            it.bases.extend(basis);
            it.retention |= !heard.retention;
        }
    }
    // Groups whose data nothing is said to be for; those of a processor's activities are not its own.
    for subject in unassigned(case.map) {
        if told.on(subject, case.today()).notice(None).is_none() {
            gaps.untold.entry(subject).or_default().subjects.insert(subject);
        }
    }
}

/// What leaves, held against what people are told on the day from which it does.
fn of_outflows<'a>(case: &Case<'a>, told: &mut Told, gaps: &mut Gaps<'a>) {
    let model = case.model();
    for Outflow { flow, day, named, abroad, exposures } in outflows(case.map, case.today()) {
        for exposure in exposures {
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
                let mechanism = heard.unsaid(place);
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
