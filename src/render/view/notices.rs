//! What people were told beside what is: every notice held against what the organisation does with the
//! data of those it is for.

mod found;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use self::found::{Found, Reality};
use super::record::retention_values;
use super::transfer::instrument;
use super::{Badge, Link, Phrase, Reading};
use crate::declare::{Date, Duration, Retention, RetentionItem};
use crate::flow::{Told, exempt, unassigned};
use crate::model::{ActivityId, CategoryId, NodeId, Notice, SubjectId};

/// Entries of one cell, at most.
const MOST: usize = 40;

/// Something people were told, or could have been.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// What.
    pub text: String,
    /// Its language, where that is another than the page's.
    pub lang: Option<String>,
    /// Its page.
    pub href: Option<String>,
    /// More about it.
    pub detail: Option<String>,
}

/// One thing that Art. 13 and 14 ask to be told.
#[derive(Clone, Debug, Serialize)]
pub struct Aspect {
    /// What it is.
    pub title: String,
    /// Told, and so it is; where nothing was compared, all that was told.
    pub true_told: Vec<Said>,
    /// So it is, and nobody tells it.
    pub not_told: Vec<Said>,
    /// Told, and not so.
    pub not_true: Vec<Said>,
}

/// One notice.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeView {
    /// Its place on the page.
    pub anchor: String,
    /// Its title.
    pub title: Phrase,
    /// Its id.
    pub id: String,
    /// `file:line`.
    pub place: String,
    /// Whether it is in force.
    pub state: Badge,
    /// For whom; empty for everybody.
    pub subjects: Vec<String>,
    /// In force since.
    pub since: Option<String>,
    /// First day it is no longer in force.
    pub until: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it is, as a text.
    pub url: Option<String>,
    /// It is over: what it told is compared with nothing.
    pub over: bool,
    /// What it tells.
    pub aspects: Vec<Aspect>,
}

/// A group of people that no notice in force is for.
#[derive(Clone, Debug, Serialize)]
pub struct Untold {
    /// The group.
    pub subject: String,
    /// An exemption is claimed, or nothing has begun.
    pub exempt: bool,
    /// What their data are used for.
    pub activities: Vec<Link>,
    /// Who gets them.
    pub recipients: Vec<Link>,
}

/// What people were told.
#[derive(Clone, Debug, Serialize)]
pub struct NoticesPage {
    /// Those in force first, then those to come, then those that are over.
    pub notices: Vec<NoticeView>,
    /// Groups that no notice in force is for.
    pub untold: Vec<Untold>,
    /// Activities that no notice in force describes.
    pub undescribed: Vec<Link>,
}

/// Every notice beside what is, and who is told nothing.
pub fn notices(reading: &Reading) -> NoticesPage {
    let (model, today) = (reading.model(), reading.map.today);
    let mut told = Told::of(model);
    let mut realities: BTreeMap<Date, Reality> = BTreeMap::new();
    let mut all: Vec<_> = model.notices.iter().enumerate().map(|(at, it)| (order(it, today), at, it)).collect();
    all.sort_by_key(|(order, at, _)| (*order, *at));
    let mut views = Vec::with_capacity(all.len());
    for (_, at, it) in all {
        let day = it.decl.since.as_ref().map_or(today, |since| since.value.max(today));
        let over = !it.is_in_force(day);
        let found = if over {
            Found::default()
        } else {
            realities.entry(day).or_insert_with(|| Reality::of(reading, &mut told, day)).found(reading, at, it)
        };
        views.push(view(reading, it, over, &found));
    }
    let reality = realities.remove(&today).unwrap_or_else(|| Reality::of(reading, &mut told, today));
    NoticesPage { notices: views, untold: untold(reading, &reality, &mut told), undescribed: undescribed(reading, &reality, &mut told) }
}

/// In force, to come, over.
fn order(it: &Notice, today: Date) -> usize {
    let ahead = it.decl.since.as_ref().is_some_and(|since| today < since.value);
    if it.is_in_force(today) {
        0
    } else if ahead {
        1
    } else {
        2
    }
}

/// A notice with its place on its page.
pub(super) fn notice_link(reading: &Reading, it: &Notice) -> Link {
    let Phrase { text, lang } = reading.title(it.decl.title.as_deref(), &it.id);
    Link { text, lang, id: it.id.clone(), href: Some(format!("notices.html#notice-{}", it.id)) }
}

fn view(reading: &Reading, it: &Notice, over: bool, found: &Found) -> NoticeView {
    let today = reading.map.today;
    let since = it.decl.since.as_ref().map(|day| day.value.to_string());
    let until = it.decl.until.as_ref().map(|day| day.value.to_string());
    let state = match order(it, today) {
        0 => Badge { kind: "good", text: reading.word("waiver_in_force") },
        1 => Badge { kind: "note", text: reading.word("notice_ahead") },
        _ => Badge { kind: "stopped", text: reading.word("waiver_ended") },
    };
    let all = [
        activities(reading, it, found),
        recipients(reading, it, found),
        countries(reading, it, found),
        mechanisms(reading, it, found),
        copy(reading, it, found),
        bases(reading, it, found),
        retention(reading, it, found),
        sources(reading, it, found),
    ];
    let aspects = all.into_iter().filter(|it| !(it.true_told.is_empty() && it.not_told.is_empty() && it.not_true.is_empty()));
    NoticeView {
        anchor: format!("notice-{}", it.id),
        title: reading.title(it.decl.title.as_deref(), &it.id),
        id: it.id.clone(),
        place: reading.place(it.span),
        state,
        subjects: it.subjects.iter().map(|id| reading.subject(*id)).collect(),
        since,
        until,
        version: it.decl.version.as_ref().map(|word| word.value.clone()),
        url: it.decl.url.as_ref().map(|word| word.value.clone()),
        over,
        aspects: aspects.map(|aspect| if over { all_told(aspect) } else { aspect }).collect(),
    }
}

/// What a notice that is over told: nobody asks whether it is so today.
fn all_told(mut aspect: Aspect) -> Aspect {
    let mut told = std::mem::take(&mut aspect.not_true);
    told.iter_mut().for_each(|it| it.detail = None);
    aspect.true_told.extend(told);
    aspect
}

/// What is told, each with whether it is so, and what is not told.
fn aspect(reading: &Reading, title: &str, told: Vec<(Said, bool)>, not_told: Vec<Said>) -> Aspect {
    let (so, not): (Vec<_>, Vec<_>) = told.into_iter().partition(|(_, so)| *so);
    let bounded = |mut all: Vec<Said>| {
        let more = all.len().saturating_sub(MOST);
        all.truncate(MOST);
        all.extend((more > 0).then(|| said(reading.word("and_more").replace("{}", &reading.number(more as u64)))));
        all
    };
    let plain = |all: Vec<(Said, bool)>| bounded(all.into_iter().map(|(said, _)| said).collect());
    Aspect { title: reading.word(title), true_told: plain(so), not_told: bounded(not_told), not_true: plain(not) }
}

fn said(text: String) -> Said {
    Said { text, lang: None, href: None, detail: None }
}

fn linked(link: Link) -> Said {
    Said { text: link.text, lang: link.lang, href: link.href, detail: None }
}

fn activities(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let told = it.activities.iter().map(|id| {
        let so = found.so.activities.contains(id);
        let status = reading.model().activity(*id).decl.status.as_ref().map(|it| reading.choice("status", &it.value));
        let detail = (!so).then(|| status.unwrap_or_else(|| reading.word("notice_idle")));
        (Said { detail, ..linked(reading.activity(*id)) }, so)
    });
    let silent = found.silent.activities.iter().map(|id| linked(reading.activity(*id)));
    aspect(reading, "activities", told.collect(), silent.collect())
}

fn recipients(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let model = reading.model();
    let told = it.decl.recipients.iter().map(|word| match model.node_named(&word.value) {
        Some(id) => (linked(reading.node(id)), found.so.recipients.contains(&id)),
        None => {
            let of_kind = |id: &&NodeId| model.recipient(**id).and_then(|it| it.kind.as_deref()) == Some(word.value.as_str());
            let names: Vec<String> = found.so.recipients.iter().filter(of_kind).map(|id| reading.node(*id).text).collect();
            let detail = (!names.is_empty()).then(|| names.join(", "));
            (Said { detail, ..said(reading.kind(&word.value)) }, !names.is_empty())
        }
    });
    let silent = found.silent.recipients.iter().map(|id| {
        let detail = model.recipient(*id).and_then(|it| it.kind.as_ref()).map(|kind| reading.kind(kind));
        Said { detail, ..linked(reading.node(*id)) }
    });
    aspect(reading, "recipients", told.collect(), silent.collect())
}

fn countries(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let name = |code: &str| said(reading.country(Some(code)));
    let told = it.decl.countries.iter().map(|word| (name(&word.value), found.so.countries.contains(word.value.as_str())));
    aspect(reading, "third_countries", told.collect(), found.silent.countries.iter().map(|code| name(code)).collect())
}

fn mechanisms(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let name = |id: &str| said(instrument(reading, id));
    let told = it.decl.mechanisms.iter().map(|word| (name(&word.value), found.mechanisms.contains(word.value.as_str())));
    aspect(reading, "mechanism", told.collect(), found.silent.mechanisms.iter().map(|id| name(id)).collect())
}

fn copy(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let told = it.decl.copy.iter().map(|word| (said(word.value.clone()), true));
    let silent = found.silent.copy.then(|| said(reading.word("notice_no_copy")));
    aspect(reading, "notice_copy", told.collect(), silent.into_iter().collect())
}

fn bases(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let told = it.decl.bases.iter().map(|word| (said(reading.basis(&word.value)), found.so.bases.contains(word.value.as_str())));
    aspect(reading, "basis", told.collect(), found.silent.bases.iter().map(|id| said(reading.basis(id))).collect())
}

/// A storage period: for which category, for how many days, and in words.
struct Period {
    category: Option<CategoryId>,
    days: Option<u64>,
    text: String,
}

impl Period {
    fn all(reading: &Reading, it: Option<&Retention>) -> Vec<Period> {
        let texts = retention_values(reading, it).into_iter().map(|value| value.text);
        let days = |it: Option<&Duration>| it.map(Duration::days);
        let known: Vec<_> = match it {
            None => Vec::new(),
            Some(Retention::Word(time)) => vec![(None, days(Some(&time.value)))],
            Some(Retention::Map(all)) => {
                let keep = |it: &RetentionItem| days(it.keep.as_ref().map(|keep| &keep.value));
                all.iter().map(|entry| (reading.model().category_named(&entry.key), keep(&entry.value))).collect()
            }
        };
        known.into_iter().zip(texts).map(|((category, days), text)| Period { category, days, text }).collect()
    }

    /// Whether they say the same of data they both speak of.
    fn agrees(&self, reading: &Reading, other: &Period) -> bool {
        let shared = match (self.category, other.category) {
            (Some(a), Some(b)) => reading.model().is_below(a, b) || reading.model().is_below(b, a),
            _ => true,
        };
        shared && self.days.is_some() && self.days == other.days
    }
}

fn retention(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let told = Period::all(reading, it.decl.retention.as_ref());
    let mut kept: Vec<(Period, ActivityId)> = Vec::new();
    for id in &found.silent.kept {
        let periods = Period::all(reading, reading.model().activity(*id).decl.retention.as_ref());
        kept.extend(periods.into_iter().map(|period| (period, *id)));
    }
    let none = kept.is_empty().then(|| reading.word("notice_no_period"));
    let shown = told.iter().map(|period| {
        let so = kept.iter().any(|(other, _)| period.agrees(reading, other));
        (Said { detail: none.clone(), ..said(period.text.clone()) }, so)
    });
    // Where another notice tells them, this one need not.
    let silent = !told.is_empty() || !found.silent.retention;
    let mut untold: BTreeMap<ActivityId, Vec<&str>> = BTreeMap::new();
    for (period, id) in kept.iter().filter(|(period, _)| silent && !told.iter().any(|other| other.agrees(reading, period))) {
        untold.entry(*id).or_default().push(&period.text);
    }
    let untold = untold.into_iter().map(|(id, periods)| Said { detail: Some(periods.join("; ")), ..linked(reading.activity(id)) });
    aspect(reading, "retention", shown.collect(), untold.collect())
}

fn sources(reading: &Reading, it: &Notice, found: &Found) -> Aspect {
    let origin = |id: &str| reading.model().origins.iter().find(|it| it.id == id);
    let name = |id: &str| {
        let title = origin(id).and_then(|it| it.decl.title.as_ref());
        said(title.map_or_else(|| id.to_owned(), |text| reading.text(text)))
    };
    // A text that is no declared source can be held against nothing.
    let told = it.decl.sources.iter().map(|word| {
        let id = word.value.as_str();
        (name(id), found.so.sources.contains(id) || origin(id).is_none())
    });
    aspect(reading, "sources", told.collect(), found.silent.sources.iter().map(|id| name(id)).collect())
}

/// Groups that no notice in force is for, with what happens to their data.
fn untold<'a>(reading: &Reading<'a>, reality: &Reality<'a>, told: &mut Told<'a>) -> Vec<Untold> {
    type Used = (BTreeSet<ActivityId>, BTreeSet<NodeId>);
    let mut all: BTreeMap<SubjectId, Used> = BTreeMap::new();
    for it in &reality.purposes {
        if told.on(it.subject, reality.day).notice(None).is_none() {
            all.entry(it.subject).or_default().0.insert(it.activity);
        }
    }
    for (out, serves) in &reality.outflows {
        for (subject, _) in serves {
            if told.on(*subject, out.day).notice(None).is_none() {
                all.entry(*subject).or_default().1.insert(out.flow.to);
            }
        }
    }
    for subject in unassigned(reading.map) {
        if told.on(subject, reality.day).notice(None).is_none() {
            all.entry(subject).or_default();
        }
    }
    let exempt = exempt(reading.model(), reality.day);
    let row = |(subject, (activities, recipients)): (SubjectId, Used)| Untold {
        subject: reading.subject(subject),
        exempt: exempt.contains(&subject),
        activities: activities.into_iter().map(|id| reading.activity(id)).collect(),
        recipients: recipients.into_iter().map(|id| reading.node(id)).collect(),
    };
    all.into_iter().map(row).collect()
}

/// Activities that no notice in force describes to any of the groups whose data they process.
fn undescribed<'a>(reading: &Reading<'a>, reality: &Reality<'a>, told: &mut Told<'a>) -> Vec<Link> {
    let mut all: BTreeMap<ActivityId, bool> = BTreeMap::new();
    for it in &reality.purposes {
        let described = told.on(it.subject, reality.day).notice(Some(it.activity)).is_some_and(|(_, named)| named);
        *all.entry(it.activity).or_default() |= described;
    }
    all.into_iter().filter(|(_, described)| !described).map(|(id, _)| reading.activity(id)).collect()
}
