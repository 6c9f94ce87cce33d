//! Does everyone who holds data keep them as long as they may? Art. 5(1)(e) GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::{Case, Family};
use crate::declare::{Duration, Retention, Role};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, few};
use crate::flow::Exposure;
use crate::model::{Activity, ActivityId, FieldId, FlowKind, Item, Model, Node, NodeId, NodeKind};
use crate::source::{Span, Spanned};

pub(super) static FAMILY: Family = Family { rules: &[&RECIPIENT_KEEPS_LONGER, &RETENTION_WITHOUT_TRIGGER, &STORE_EXCEEDS_ACTIVITY], check };

static RECIPIENT_KEEPS_LONGER: Rule = Rule {
    id: "recipient-keeps-longer",
    summary: "a recipient keeps data longer than what they were sent for allows, or nobody knows how long",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.1.e", "gdpr.28.3.g", "cnil.san-2023-006"],
    doc: include_str!("docs/recipient-keeps-longer.md"),
};

static RETENTION_WITHOUT_TRIGGER: Rule = Rule {
    id: "retention-without-trigger",
    summary: "a long period is declared without the event it counts from",
    level: Level::Note,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.5.1.e", "gdpr.30.1.f"],
    doc: include_str!("docs/retention-without-trigger.md"),
};

static STORE_EXCEEDS_ACTIVITY: Rule = Rule {
    id: "store-exceeds-activity",
    summary: "a system keeps data longer than any activity that uses them there allows",
    level: Level::Warning,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.5.1.e"],
    doc: include_str!("docs/store-exceeds-activity.md"),
};

/// A year and a day: what is kept longer has an age that depends on where the count begins.
const LONG: u64 = 366;

/// From so many activities on they are named together.
const FEW: usize = 4;

fn check(case: &Case, out: &mut Findings) {
    let there = running(case);
    for (id, exposures) in case.by_recipient() {
        recipient(case, id, &exposures, &there, out);
    }
    triggers(case, out);
    stores(case, there, out);
}

/// The activities that run in each system.
type Running = BTreeMap<NodeId, Vec<ActivityId>>;

fn running(case: &Case) -> Running {
    let mut all = Running::new();
    for (at, processing) in case.map.processing().iter().enumerate() {
        for system in &processing.systems {
            all.entry(*system).or_default().push(ActivityId::from_index(at));
        }
    }
    all
}

/// What a declared retention says of a field.
#[derive(Clone, Copy)]
struct Kept<'a> {
    length: &'a Spanned<Duration>,
    /// The event it counts from.
    after: Option<&'a str>,
    /// A law asks for it.
    by_law: bool,
}

impl Kept<'_> {
    fn days(&self) -> u64 {
        self.length.value.days()
    }

    /// `12m after end of contract`.
    fn shown(&self) -> String {
        let length = Duration { after: None, ..self.length.value.clone() };
        self.after.map_or_else(|| length.to_string(), |after| format!("{length} after {after}"))
    }

    /// Without the event.
    fn length(&self) -> Duration {
        Duration { after: None, ..self.length.value.clone() }
    }

    fn counts_as(&self, other: &Kept) -> bool {
        let word = |it: Option<&str>| it.map(|it| it.trim().to_lowercase());
        word(self.after) == word(other.after)
    }
}

/// The entry for the deepest category a field belongs to; among equals the longest.
fn kept<'a>(model: &Model, retention: Option<&'a Retention>, field: FieldId) -> Option<Kept<'a>> {
    let entries = match retention? {
        Retention::Word(length) => return Some(Kept { length, after: length.value.after.as_deref(), by_law: false }),
        Retention::Map(entries) => entries,
    };
    let told = entries.iter().filter_map(|entry| {
        let category = model.category_named(&entry.key.value)?;
        model.field(field).is_closed.binary_search(&category).ok()?;
        let length = entry.value.keep.as_ref()?;
        let after = entry.value.after.as_ref().map(|text| text.value.in_language("en")).or(length.value.after.as_deref());
        let kept = Kept { length, after, by_law: entry.value.law.is_some() };
        Some(((model.category(category).depth, kept.days()), kept))
    });
    told.max_by_key(|(rank, _)| *rank).map(|(_, kept)| kept)
}

fn declared(node: &Node) -> Option<&Retention> {
    match &node.kind {
        NodeKind::System(decl) => decl.retention.as_ref(),
        NodeKind::Recipient(it) => it.decl.retention.as_ref(),
    }
}

/// How long an item may be kept, and who says so.
struct Allowed<'a> {
    by: &'a str,
    kept: Kept<'a>,
}

/// The longest of what the activities of a flow allow; where one of them is silent, what the sender
/// keeps. A host may keep no longer than what uses the data in its system.
fn allowed<'a>(case: &Case<'a>, exposures: &[&Exposure], there: &Running) -> Option<Allowed<'a>> {
    let model = case.model();
    let (flow, item) = (model.flow(exposures[0].flow), exposures[0].item);
    let activities: BTreeSet<ActivityId> = exposures.iter().filter_map(|it| it.activity).collect();
    let sent = || {
        let sender = model.node(flow.from);
        Some(Allowed { by: &sender.id, kept: kept(model, declared(sender), item.field)? })
    };
    let hosted = || {
        let running = there.get(&flow.from).filter(|_| flow.kind == FlowKind::Hosting)?;
        longest(case, using(case, running, item), item.field)
    };
    longest(case, activities, item.field).or_else(sent).or_else(hosted)
}

/// Those of some activities that process an item.
fn using(case: &Case, activities: &[ActivityId], item: Item) -> impl Iterator<Item = ActivityId> {
    activities.iter().copied().filter(move |id| case.map.of_activity(*id).items.contains(&item))
}

/// The longest of what some activities allow, if all of them say it.
fn longest<'a>(case: &Case<'a>, activities: impl IntoIterator<Item = ActivityId>, field: FieldId) -> Option<Allowed<'a>> {
    let of = |id| {
        let activity = case.activity(id);
        Some(Allowed { by: &activity.id, kept: kept(case.model(), activity.decl.retention.as_ref(), field)? })
    };
    let all: Option<Vec<Allowed>> = activities.into_iter().map(of).collect();
    all?.into_iter().max_by_key(|it| it.kept.days())
}

/// Things grouped by the two lines they compare, in the order in which they came: places say which belong
/// together, and never which comes first.
struct Grouped<T> {
    at: BTreeMap<(Span, Span), usize>,
    all: Vec<T>,
}

impl<T> Grouped<T> {
    fn new() -> Grouped<T> {
        Grouped { at: BTreeMap::new(), all: Vec::new() }
    }

    fn group(&mut self, key: (Span, Span), new: impl FnOnce() -> T) -> &mut T {
        let at = *self.at.entry(key).or_insert(self.all.len());
        if at == self.all.len() {
            self.all.push(new());
        }
        &mut self.all[at]
    }
}

/// Items that compare in the same way: both lines are the same.
struct Compared<'a> {
    theirs: Kept<'a>,
    ours: Allowed<'a>,
    exposures: Vec<&'a Exposure>,
    processor: bool,
}

fn recipient(case: &Case, id: NodeId, exposures: &[&Exposure], there: &Running, out: &mut Findings) {
    let model = case.model();
    let node = model.node(id);
    let Some(it) = node.recipient() else { return };
    if it.role == Some(Role::Authority) {
        return;
    }
    let mut longer: Grouped<Compared> = Grouped::new();
    let mut shifted: Grouped<Compared> = Grouped::new();
    let mut missing: Vec<(Allowed, &Exposure)> = Vec::new();
    for same in exposures.chunk_by(|a, b| (a.flow, a.item) == (b.flow, b.item)) {
        let Some(ours) = allowed(case, same, there) else { continue };
        let flow = model.flow(same[0].flow);
        let Some(theirs) = kept(model, declared(node), same[0].item.field) else {
            // A host keeps what its system keeps, and sub-processors are bound through their processor.
            if flow.kind == FlowKind::Sends {
                missing.push((ours, same[0]));
            }
            continue;
        };
        let list = match () {
            () if theirs.by_law => continue,
            () if theirs.days() > ours.kept.days() => &mut longer,
            () if theirs.after.is_some() && !theirs.counts_as(&ours.kept) => &mut shifted,
            () => continue,
        };
        let key = (theirs.length.span, ours.kept.length.span);
        let entry = list.group(key, || Compared { theirs, ours, exposures: Vec::new(), processor: false });
        entry.exposures.extend(same);
        // For those who work for a processor, the processor answers: Art. 28(4).
        entry.processor |= flow.kind != FlowKind::Subprocessor && model.role_in(flow) == Some(Role::Processor);
    }
    if !longer.all.is_empty() {
        keeps_longer(case, node, &longer.all, out);
    } else if !missing.is_empty() {
        says_nothing(case, node, &missing, out);
    } else if let Some(compared) = shifted.all.first() {
        counts_otherwise(case, node, compared, out);
    }
}

fn keeps_longer(case: &Case, node: &Node, all: &[Compared], out: &mut Findings) {
    let id = &node.id;
    let first = &all[0];
    let finding = out.report(&RECIPIENT_KEEPS_LONGER, &[id]);
    let (ours, theirs) = (&first.ours, &first.theirs);
    finding
        .say(format!(
            "`{id}` keeps {} for {}; `{}` allows {}",
            case.named_items(first.exposures.iter().copied()),
            theirs.shown(),
            ours.by,
            ours.kept.shown()
        ))
        .at(theirs.length.span, "kept so long")
        .at(ours.kept.length.span, format!("what `{}` allows", ours.by));
    if !theirs.counts_as(&ours.kept) {
        finding.note("the two do not count from the same event");
    }
    for more in &all[1..] {
        finding
            .note(format!(
                "it keeps {} for {}; `{}` allows {}",
                case.named_items(more.exposures.iter().copied()),
                more.theirs.shown(),
                more.ours.by,
                more.ours.kept.shown()
            ))
            .at(more.theirs.length.span, "and so long")
            .at(more.ours.kept.length.span, format!("what `{}` allows", more.ours.by));
    }
    if !all.iter().any(|it| it.processor) {
        finding.level(Level::Warning);
    }
    case.about(finding, all.iter().flat_map(|it| it.exposures.iter().copied()));
    case.show(finding, first.exposures[0], None);
    let shortest = all.iter().map(|it| it.ours.kept).min_by_key(Kept::days).map(|it| it.length());
    let Some(shortest) = shortest else { return };
    finding.help(format!(
        "agree on {shortest} with `{id}` and declare it, or name the law that makes it keep them: `{{ keep: {}, law: … }}`",
        theirs.length()
    ));
    if all.iter().all(|it| it.theirs.length.span == theirs.length.span) {
        finding.fix(Edit::Replace(theirs.length.span), Effort::Agree, format!("<{shortest}>"));
    }
}

fn says_nothing(case: &Case, node: &Node, missing: &[(Allowed, &Exposure)], out: &mut Findings) {
    let model = case.model();
    let id = &node.id;
    let (ours, first) = &missing[0];
    let exposures = || missing.iter().map(|(_, exposure)| *exposure);
    let finding = out.report(&RECIPIENT_KEEPS_LONGER, &[id]);
    finding
        .say(format!("nobody has said how long `{id}` keeps {}; `{}` allows {}", case.named_items(exposures()), ours.by, ours.kept.shown()))
        .at(node.span, "kept for how long?")
        .at(ours.kept.length.span, format!("what `{}` allows", ours.by))
        .level(Level::Warning);
    case.about(finding, exposures());
    case.show(finding, first, None);
    let shortest = missing.iter().map(|(ours, _)| ours.kept).min_by_key(Kept::days).map(|it| it.length());
    let Some(shortest) = shortest else { return };
    match declared(node) {
        Some(Retention::Map(entries)) if !entries.is_empty() => {
            // One line for each category, no longer than what any field of it allows.
            let mut lines: BTreeMap<&str, Duration> = BTreeMap::new();
            for (ours, exposure) in missing {
                let Some(category) = model.field(exposure.item.field).is.first() else { continue };
                let known = lines.entry(&model.category(*category).id).or_insert_with(|| ours.kept.length());
                if ours.kept.days() < known.days() {
                    *known = ours.kept.length();
                }
            }
            let said = listed(lines.keys().map(|it| format!("`{it}`")));
            finding.help(format!(
                "ask, and add {} to the `retention:` of `{id}`",
                if said.is_empty() { "the category".to_owned() } else { said }
            ));
            if !lines.is_empty() {
                let yaml: Vec<String> = lines.iter().map(|(category, length)| format!("{category}: <{length}>")).collect();
                finding.fix(Edit::Beside(entries[0].key.span), Effort::Ask, yaml.join("\n"));
            }
        }
        _ => {
            finding.help(format!("ask, and add `retention: {shortest}`, or what was agreed, to `{id}`"));
            if declared(node).is_none() {
                finding.fix(Edit::Add(node.span), Effort::Ask, format!("retention: <{shortest}>"));
            }
        }
    }
}

fn counts_otherwise(case: &Case, node: &Node, it: &Compared, out: &mut Findings) {
    let id = &node.id;
    let finding = out.report(&RECIPIENT_KEEPS_LONGER, &[id]);
    finding
        .say(format!(
            "`{id}` keeps {} for {}; `{}` allows {}, and counts from something else",
            case.named_items(it.exposures.iter().copied()),
            it.theirs.shown(),
            it.ours.by,
            it.ours.kept.shown()
        ))
        .at(it.theirs.length.span, "counted from here")
        .at(it.ours.kept.length.span, "and from here")
        .help("let both count from the same event, or answer the question")
        .ask(format!("does `{id}` delete no later than `{}` asks for?", it.ours.by))
        .level(Level::Note);
    case.about(finding, it.exposures.iter().copied());
    case.show(finding, it.exposures[0], None);
}

/// A long period without the event it counts from, with the category it is for.
type Open<'a> = (Option<&'a str>, &'a Spanned<Duration>);

/// A short period is counted from when the data came in; of a long one, that may be anything.
fn triggers(case: &Case, out: &mut Findings) {
    let open: Vec<(&Activity, Vec<Open>)> =
        case.own_activities().map(|(_, it)| (it, without_trigger(it))).filter(|(_, open)| !open.is_empty()).collect();
    if open.len() >= FEW {
        let names = few(open.iter().map(|(it, _)| format!("`{}`", it.id)));
        let finding = out.report(&RETENTION_WITHOUT_TRIGGER, &["organisation"]);
        finding
            .say(format!("{names} keep data for longer than a year and do not say from when"))
            .help("add the event that each counts from, such as `24m after the case is closed`");
        for (_, length) in open.iter().flat_map(|(_, open)| open) {
            finding.at(length.span, "from when?");
        }
        return;
    }
    for (activity, open) in open {
        trigger(activity, &open, out);
    }
}

fn without_trigger(activity: &Activity) -> Vec<Open<'_>> {
    let all: Vec<Open> = match activity.decl.retention.as_ref() {
        None => Vec::new(),
        Some(Retention::Word(length)) => vec![(None, length)],
        Some(Retention::Map(entries)) => entries
            .iter()
            .filter(|entry| entry.value.after.is_none() && entry.value.law.is_none())
            .filter_map(|entry| Some((Some(entry.key.value.as_str()), entry.value.keep.as_ref()?)))
            .collect(),
    };
    all.into_iter().filter(|(_, it)| it.value.after.is_none() && it.value.days() > LONG).collect()
}

fn trigger(activity: &Activity, open: &[Open], out: &mut Findings) {
    let id = &activity.id;
    let categories = listed(open.iter().filter_map(|(category, _)| Some(format!("`{}`", (*category)?))));
    let what = if categories.is_empty() { "data".to_owned() } else { categories };
    let lengths: BTreeSet<String> = open.iter().map(|(_, it)| it.value.to_string()).collect();
    let finding = out.report(&RETENTION_WITHOUT_TRIGGER, &[id]);
    finding.say(format!("`{id}` keeps {what} for {} and does not say from when", listed(lengths)));
    for (_, length) in open {
        finding.at(length.span, "from when?");
    }
    finding.help(format!("add the event it counts from, such as `{} after the case is closed`", open[0].1.value));
    if let [(_, length)] = open {
        finding.fix(Edit::Replace(length.span), Effort::Ask, format!("{} after <the case is closed>", length.value));
    }
}

fn stores(case: &Case, there: Running, out: &mut Findings) {
    let model = case.model();
    for (system, there) in there {
        let node = model.node(system);
        let Some(retention) = declared(node) else { continue };
        let mut beyond: Grouped<(Kept, Allowed, Vec<Item>)> = Grouped::new();
        for item in case.held(system) {
            let Some(theirs) = kept(model, Some(retention), item.field).filter(|it| !it.by_law) else { continue };
            let Some(ours) = longest(case, using(case, &there, item), item.field) else { continue };
            if theirs.days() > ours.kept.days() {
                let key = (theirs.length.span, ours.kept.length.span);
                beyond.group(key, || (theirs, ours, Vec::new())).2.push(item);
            }
        }
        let all = beyond.all;
        if let Some((theirs, ours, items)) = all.first() {
            let finding = out.report(&STORE_EXCEEDS_ACTIVITY, &[&node.id]);
            finding
                .say(format!(
                    "`{}` keeps {} for {}; the longest that any activity there allows is {}, for `{}`",
                    node.id,
                    case.item_names(items.iter().copied()),
                    theirs.shown(),
                    ours.kept.shown(),
                    ours.by
                ))
                .help(format!(
                    "delete after {} in `{}`, name the activity that needs them longer, or the law: `{{ keep: {}, law: … }}`",
                    ours.kept.length(),
                    node.id,
                    theirs.length()
                ));
            for (theirs, ours, _) in &all {
                finding.at(theirs.length.span, "kept so long").at(ours.kept.length.span, format!("what `{}` allows", ours.by));
            }
            let shortest = all.iter().map(|(_, ours, _)| ours.kept).min_by_key(Kept::days).map(|it| it.length());
            if let Some(shortest) = shortest.filter(|_| all.iter().all(|it| it.0.length.span == theirs.length.span)) {
                finding.fix(Edit::Replace(theirs.length.span), Effort::Change, format!("<{shortest}>"));
            }
        }
    }
}
