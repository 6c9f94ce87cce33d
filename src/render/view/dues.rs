//! What has an end: contracts, transfers, looks at lists, waivers, notices, deletions; reviews that are
//! over, and incidents whose clock runs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::notices::notice_link;
use super::transfer::instrument;
use super::{Badge, Link, Phrase, Reading};
use crate::declare::{ActivityStatus, ContractDecl, Date, FeatureState, Moment, TransferDecl};
use crate::flow::Told;
use crate::model::{Incident, NodeId, Recipient};
use crate::render::incident::deadline;
use crate::source::Span;

/// Days ahead that are shown.
const AHEAD: i32 = 90;
/// Days ahead that are near.
const NEAR: i64 = 30;
/// Rows of what is past, and of what is to come, at most.
const MOST: usize = 20;
/// Activities without a review, at most.
const REVIEWS: usize = 10;

/// Something that ends on a day.
#[derive(Clone, Debug, Serialize)]
pub struct Due {
    /// The first day without it.
    pub day: String,
    /// How far that is.
    pub state: Badge,
    /// What ends.
    pub what: String,
    /// Whose it is.
    pub of: Link,
    /// More about it.
    pub detail: Option<String>,
    /// `file:line`.
    pub place: String,
}

/// What ends soon, what is over first.
#[derive(Clone, Debug, Serialize)]
pub struct Dues {
    /// By day.
    pub rows: Vec<Due>,
    /// How many more are over.
    pub more_past: usize,
    /// How many more are to come.
    pub more_ahead: usize,
}

/// An activity that nobody has reviewed in time.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The activity.
    pub activity: Link,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Day of the last review.
    pub reviewed: Option<String>,
    /// Day from which on it is too long ago.
    pub due: Option<String>,
}

/// Activities that nobody has reviewed in time.
#[derive(Clone, Debug, Serialize)]
pub struct Reviews {
    /// How long a review holds.
    pub every: String,
    /// Those never reviewed first, then by day.
    pub rows: Vec<Review>,
    /// How many more there are.
    pub more: usize,
}

/// A day, or a minute of one.
#[derive(Clone, Debug, Serialize)]
pub struct Instant {
    /// For programs.
    pub iso: String,
    /// As the reader writes it.
    pub text: String,
}

/// An incident that no authority is said to have been told of.
#[derive(Clone, Debug, Serialize)]
pub struct OpenIncident {
    /// Its title.
    pub title: Phrase,
    /// Its id.
    pub id: String,
    /// When the organisation became aware of it.
    pub aware: Option<Instant>,
    /// The end of the 72 hours of Art. 33(1).
    pub deadline: Option<Instant>,
    /// Whether that is over.
    pub state: Badge,
    /// `file:line`.
    pub place: String,
}

struct End {
    day: Date,
    what: &'static str,
    of: Link,
    detail: Option<String>,
    span: Span,
}

/// What ends within three months of the day, and what has ended and should have been renewed.
pub fn dues(reading: &Reading) -> Dues {
    let (model, today) = (reading.model(), reading.map.today);
    let mut all = Vec::new();
    // What nothing reaches any more needs no contract and no transfer.
    let reached: BTreeSet<NodeId> = reading.map.exposures.iter().map(|it| model.flow(it.flow).to).collect();
    for at in 0..model.nodes.len() {
        let id = NodeId::from_index(at);
        let Some(it) = model.recipient(id) else { continue };
        if reached.contains(&id) {
            agreements(reading, id, it, &mut all);
            looks(reading, id, it, &mut all);
        }
        for (deletion, _) in &it.deletions {
            if let (Some(day), Some(asked)) = (deletion.due(today), deletion.requested.as_ref()) {
                let detail = Some(reading.on_day("requested", asked.value));
                all.push(End { day, what: "due_deletion", of: reading.node(id), detail, span: asked.span });
            }
        }
    }
    for it in &model.waivers {
        let Some(day) = it.expires.filter(|_| it.date.is_none_or(|date| date <= today)) else { continue };
        let of = Link { text: it.finding.clone(), lang: None, id: it.finding.clone(), href: Some("house.html#waivers".to_owned()) };
        all.push(End { day, what: "due_waiver", of, detail: it.decl.by.as_ref().map(|by| by.value.clone()), span: it.span });
    }
    let mut told = Told::of(model);
    for it in &model.notices {
        let Some(until) = it.decl.until.as_ref() else { continue };
        // A notice that another has followed is no gap.
        let followed = until.value <= today && it.subjects.iter().all(|subject| told.on(*subject, today).notice(None).is_some());
        if !followed {
            all.push(End { day: until.value, what: "due_notice", of: notice_link(reading, it), detail: None, span: until.span });
        }
    }
    shown(reading, all)
}

/// The nearest of them, in order.
fn shown(reading: &Reading, mut all: Vec<End>) -> Dues {
    let today = reading.map.today;
    all.retain(|it| it.day <= today.days_later(AHEAD));
    all.sort_by(|a, b| (a.day, a.what, &a.of.id, a.span).cmp(&(b.day, b.what, &b.of.id, b.span)));
    all.dedup_by(|a, b| (a.day, a.what, &a.of.id, a.span) == (b.day, b.what, &b.of.id, b.span));
    let (past, ahead): (Vec<End>, Vec<End>) = all.into_iter().partition(|it| it.day <= today);
    let (more_past, more_ahead) = (past.len().saturating_sub(MOST), ahead.len().saturating_sub(MOST));
    let rows = past.into_iter().take(MOST).chain(ahead.into_iter().take(MOST)).map(|it| Due {
        day: it.day.to_string(),
        state: far(reading, it.day),
        what: reading.word(it.what),
        of: it.of,
        detail: it.detail,
        place: reading.place(it.span),
    });
    Dues { rows: rows.collect(), more_past, more_ahead }
}

/// How far a day is from today.
fn far(reading: &Reading, day: Date) -> Badge {
    let days = reading.map.today.days_until(day);
    let (one, several) = if days < 0 { ("due_ago_one", "due_ago") } else { ("due_in_one", "due_in") };
    let text = match days.unsigned_abs() {
        0 => reading.word("due_today"),
        1 => reading.word(one),
        count => reading.word(several).replace("{}", &reading.number(count)),
    };
    let kind = match days {
        ..=0 => "error",
        1..=NEAR => "warning",
        _ => "kind",
    };
    Badge { kind, text }
}

/// Contracts and transfers of a recipient and of its functions.
fn agreements(reading: &Reading, id: NodeId, it: &Recipient, all: &mut Vec<End>) {
    let features = it.features.iter().map(|(_, feature)| feature);
    for contract in it.contract.iter().chain(features.clone().filter_map(|it| it.contract.as_ref())) {
        if let Some(day) = contract.expires.as_ref() {
            all.push(End { day: day.value, what: "due_contract", of: reading.node(id), detail: kind(reading, contract), span: day.span });
        }
    }
    let own = features.filter_map(|it| it.transfer.as_ref()).map(|it| it.all());
    for transfers in std::iter::once(it.transfers.clone()).chain(own) {
        instruments(reading, id, &transfers, all);
    }
}

fn kind(reading: &Reading, contract: &ContractDecl) -> Option<String> {
    let kind = contract.kind.as_ref().map(|word| reading.choice("contract", &word.value));
    let reference = contract.reference.as_ref().map(|word| word.value.clone());
    let said: Vec<String> = kind.into_iter().chain(reference).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// What transfers rest on: the ends that are declared, and those of the instruments themselves.
fn instruments(reading: &Reading, id: NodeId, transfers: &[TransferDecl], all: &mut Vec<End>) {
    let (model, law, today) = (reading.model(), reading.law(), reading.map.today);
    let outside: Vec<&str> = model.own_countries(id).into_iter().flatten().filter(|it| !law.is_eea(it, today)).collect();
    let carried = |country: &str, day: Date| law.carries(transfers, country, day).is_ok();
    let end = |day, what, detail: String, span| End { day, what, of: reading.node(id), detail: Some(detail), span };
    for transfer in transfers {
        let name = || transfer.mechanism.as_ref().map_or_else(|| reading.word("missing"), |word| instrument(reading, word));
        if let Some(until) = transfer.until.as_ref() {
            // One that another has followed is no gap.
            let concerned = outside.iter().filter(|it| transfer.country.as_ref().is_none_or(|own| own.value == **it));
            if until.value > today || concerned.into_iter().any(|it| !carried(it, today)) {
                all.push(end(until.value, "due_transfer", name(), until.span));
            }
        }
        let over = transfer.until.as_ref().is_some_and(|until| until.value <= today);
        let rests = transfer.mechanism.as_ref().is_some_and(|word| law.is_adequacy(word));
        if let Some(listed) = transfer.listed.as_ref().filter(|_| rests && !over)
            && let (Some(day), Some(checked)) = (listed.lapses(), listed.checked.as_ref())
        {
            let entity = listed.entity.as_ref().map_or_else(name, |word| word.value.clone());
            all.push(end(day, "due_listing", entity, checked.span));
        }
    }
    for country in outside.iter().filter(|it| carried(it, today)) {
        let last = law.ends(transfers, country).into_iter().find(|day| today < *day && !carried(country, *day));
        if let Some(day) = last.filter(|day| !transfers.iter().any(|it| it.until.as_ref().is_some_and(|until| until.value == *day))) {
            all.push(end(day, "due_ground", reading.country(Some(country)), model.node(id).span));
        }
    }
}

/// Functions of a vendor that widen what it takes, when they were last seen to be off.
fn looks(reading: &Reading, id: NodeId, it: &Recipient, all: &mut Vec<End>) {
    let Some(vendor) = it.vendor.as_ref().and_then(|vendor| reading.law().vendors.get(vendor)) else { return };
    for (name, feature) in &it.features {
        let widens = vendor.features.get(name).and_then(|it| it.widens.as_ref()).is_some_and(|it| it.value);
        let off = feature.state_on(reading.map.today) == Some(FeatureState::Off);
        if let (true, true, Some(day), Some(seen)) = (widens, off, feature.look_again(), feature.verified.as_ref()) {
            let detail = Some(name.value.clone());
            all.push(End { day, what: "due_look", of: reading.node(id), detail, span: seen.span });
        }
    }
}

/// Activities whose last review is too long ago, or that have none.
pub fn reviews(reading: &Reading) -> Reviews {
    let model = reading.model();
    let every = model.settings.reviewed_for();
    let mut rows = Vec::new();
    for (at, it) in model.activities.iter().enumerate() {
        let ended = it.decl.status.as_ref().is_some_and(|status| status.value == ActivityStatus::Ended);
        let reviewed = it.decl.reviewed.as_ref().map(|day| day.value);
        let due = reviewed.map(|day| day.later(&every));
        if !ended && due.is_none_or(|day| day < reading.map.today) {
            rows.push((due, at, reviewed));
        }
    }
    rows.sort();
    let more = rows.len().saturating_sub(REVIEWS);
    let row = |(due, at, reviewed): (Option<Date>, usize, Option<Date>)| Review {
        activity: reading.activity(crate::model::ActivityId::from_index(at)),
        owner: model.activities[at].decl.owner.as_ref().map(|word| word.value.clone()),
        reviewed: reviewed.map(|day| day.to_string()),
        due: due.map(|day| day.to_string()),
    };
    Reviews { every: reading.duration(&every), rows: rows.into_iter().take(REVIEWS).map(row).collect(), more }
}

/// Incidents known by the day and not notified by then, the longest known first.
pub fn incidents(reading: &Reading) -> Vec<OpenIncident> {
    let today = reading.map.today;
    let known = |it: &&Incident| {
        let found = it.decl.date.as_ref().is_none_or(|day| day.value <= today);
        found && it.decl.aware.as_ref().is_none_or(|moment| moment.value.date <= today)
    };
    let told = |it: &&Incident| it.decl.notified.as_ref().is_some_and(|day| day.value <= today);
    let mut open: Vec<&Incident> = reading.model().incidents.iter().filter(known).filter(|it| !told(it)).collect();
    open.sort_by_key(|it| (it.decl.aware.as_ref().map(|moment| moment.value), &it.id));
    open.into_iter().map(|it| incident(reading, it)).collect()
}

fn incident(reading: &Reading, it: &Incident) -> OpenIncident {
    let end = it.decl.aware.as_ref().map(|moment| deadline(moment.value));
    OpenIncident {
        title: reading.title(it.decl.title.as_deref(), &it.id),
        id: it.id.clone(),
        aware: it.decl.aware.as_ref().map(|moment| instant(reading, moment.value)),
        deadline: end.map(|moment| instant(reading, moment)),
        state: end.map_or_else(|| Badge { kind: "missing", text: reading.word("missing") }, |moment| far(reading, moment.date)),
        place: reading.place(it.span),
    }
}

fn instant(reading: &Reading, moment: Moment) -> Instant {
    let time = moment.time.map_or(String::new(), |time| format!(" {:02}:{:02}", time.hour(), time.minute()));
    Instant { iso: moment.to_string(), text: format!("{}{time}", reading.date(moment.date)) }
}
