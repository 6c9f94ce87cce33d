//! The front page: what is in the register, what is most serious in it, what comes next, and who keeps it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::changes::{Compared, turns};
use super::concerns::concern;
use super::dues::{dues, incidents, reviews};
use super::record::organisation_lines;
use super::teams::teams;
use super::{Badge, Concern, Dues, Line, Link, OpenIncident, Reading, Reviews, Teams};
use crate::declare::Role;
use crate::finding::{Basis, Level, Rule};
use crate::flow::Exposure;
use crate::model::{CategoryId, GateId, NodeId};
use crate::verdict::{Judged, Verdict};

/// Findings that are named.
const WORST: usize = 5;
/// Recipients of sensitive data that are named.
const RECIPIENTS: usize = 10;

/// A number with its name.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// What is counted.
    pub title: String,
    /// Its class in the style sheet.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
    /// The page that lists them.
    pub href: String,
}

/// Somebody outside who gets sensitive data.
#[derive(Clone, Debug, Serialize)]
pub struct SensitiveRow {
    /// Who.
    pub link: Link,
    /// In which role.
    pub role: Option<String>,
    /// Which data.
    pub categories: Vec<Badge>,
    /// Where it and those who work for it are, outside the EEA.
    pub countries: Vec<String>,
    /// What holds any of it back.
    pub gates: Vec<String>,
    /// Some of it comes through nothing that could hold it back.
    pub ungated: bool,
}

/// The front page.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Art. 30(1)(a).
    pub organisation: Vec<Line>,
    /// How much there is of everything.
    pub counts: Vec<Count>,
    /// Findings by level.
    pub gaps: Vec<Count>,
    /// The most serious of those that are open.
    pub worst: Vec<Concern>,
    /// The open ones by team.
    pub teams: Teams,
    /// Who gets sensitive data.
    pub sensitive: Vec<SensitiveRow>,
    /// How many more there are.
    pub more_sensitive: usize,
    /// What the changes are counted from.
    pub heading: String,
    /// There was nothing before to compare with, in words.
    pub from_nothing: Option<String>,
    /// How what is computed differs from that.
    pub changes: Vec<Count>,
    /// What ends soon.
    pub dues: Dues,
    /// Incidents that are open.
    pub incidents: Vec<OpenIncident>,
    /// Activities whose review is over.
    pub reviews: Reviews,
    /// How far what is declared has been seen to be so.
    pub evidence: Vec<Line>,
}

/// The front page of a register.
pub fn overview(reading: &Reading, verdict: &Verdict, compared: &Compared) -> Overview {
    let model = reading.model();
    let recipients = model.nodes.iter().filter(|node| !node.is_system()).count();
    let processor = model.activities.iter().filter(|it| it.is_processor()).count();
    let plain = |word: &str, count, page: &str| Count { title: reading.word(word), kind: "plain", count, href: page.to_owned() };
    let mut counts = vec![plain("controller_register", model.activities.len() - processor, "controller.html")];
    counts.extend((processor > 0).then(|| plain("processor_register", processor, "processor.html")));
    counts.extend([
        plain("systems", model.nodes.len() - recipients, "systems.html"),
        plain("recipients", recipients, "recipients.html"),
        plain("fields", model.fields.len() - 1, "fields.html"),
        plain("exposures", reading.map.exposures.len(), "search.html"),
    ]);
    let (sensitive, more_sensitive) = sensitive(reading);
    Overview {
        organisation: organisation_lines(reading, model.settings.organisation.as_ref()),
        counts,
        gaps: gaps(reading, verdict),
        worst: worst(verdict).into_iter().map(|at| concern(reading, at, &verdict.findings[at])).collect(),
        teams: teams(reading, verdict),
        sensitive,
        more_sensitive,
        from_nothing: compared.from_nothing.then(|| compared.nothing(reading)),
        heading: compared.heading(reading),
        changes: turns(reading, verdict, compared),
        dues: dues(reading),
        incidents: incidents(reading),
        reviews: reviews(reading),
        evidence: evidence(reading),
    }
}

fn gaps(reading: &Reading, verdict: &Verdict) -> Vec<Count> {
    let sum = &verdict.summary;
    let count = |title, kind, anchor: &str, count| Count { title, kind, count, href: format!("gaps.html#{anchor}") };
    let level = |level: Level, found| count(reading.choice("level", &level), level.word(), level.word(), found);
    vec![
        level(Level::Error, sum.error),
        level(Level::Warning, sum.warning),
        level(Level::Note, sum.note),
        count(reading.word("waived"), "waived", "waived", sum.waived),
        count(reading.word("answered"), "waived", "answered", sum.answered),
        count(reading.word("debt"), "debt", "debt", sum.debt),
    ]
}

/// The most serious open findings by their positions: the heaviest first, of these what is about sensitive
/// data, and the worst of each rule before the second of any.
fn worst(verdict: &Verdict) -> Vec<usize> {
    let mut open: Vec<(usize, &Judged)> = verdict.findings.iter().enumerate().filter(|(_, it)| it.counts()).collect();
    open.sort_by_key(|(at, it)| {
        let rule = it.finding.rule;
        (Reverse(it.finding.level), !is_of_sensitive(rule), rests_on(rule.basis), Reverse(gives_away(it)), *at)
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut ranked: Vec<_> = open
        .into_iter()
        .map(|(at, it)| {
            let nth = seen.entry(it.finding.rule_id()).or_default();
            *nth += 1;
            (Reverse(it.finding.level), *nth, at)
        })
        .collect();
    ranked.sort_by_key(|(level, nth, _)| (*level, *nth));
    ranked.into_iter().take(WORST).map(|(_, _, at)| at).collect()
}

/// Whether a rule is about sensitive data: it rests on Art. 9, 10 or 87.
fn is_of_sensitive(rule: &Rule) -> bool {
    let article = |id: &str| matches!(id.split('.').nth(1), Some("9" | "10" | "87")) && id.starts_with("gdpr.");
    rule.citations.iter().any(|id| article(id))
}

/// What a finding rests on, the firmest ground first.
fn rests_on(basis: Basis) -> usize {
    let order = [Basis::Statute, Basis::House, Basis::Lock, Basis::Guidance, Basis::Heuristic, Basis::Language];
    order.iter().position(|it| *it == basis).unwrap_or(order.len())
}

/// How many items that give something away it speaks of, and how many at all.
fn gives_away(it: &Judged) -> (usize, usize) {
    let subjects = &it.finding.subjects;
    let telling = subjects.iter().filter(|it| it.labels.iter().any(|label| !label.starts_with("to:")));
    (telling.count(), subjects.len())
}

/// What somebody gets that is or reveals something sensitive.
#[derive(Default)]
struct Sensitive {
    categories: BTreeSet<CategoryId>,
    unknown: bool,
    gates: BTreeSet<GateId>,
    ungated: bool,
}

impl Sensitive {
    fn add(&mut self, exposure: &Exposure) {
        self.categories.extend(&exposure.sensitive);
        self.unknown |= exposure.unknown;
        self.gates.extend(&exposure.gates);
        self.ungated |= exposure.gates.is_empty();
    }
}

/// Those who decide for themselves before those who work for others; of these, those whom nothing holds
/// anything back from, then those who get most.
fn sensitive(reading: &Reading) -> (Vec<SensitiveRow>, usize) {
    let model = reading.model();
    let mut all: BTreeMap<NodeId, Sensitive> = BTreeMap::new();
    for exposure in reading.map.exposures.iter().filter(|it| it.unknown || !it.sensitive.is_empty()) {
        all.entry(model.flow(exposure.flow).to).or_default().add(exposure);
    }
    let role = |id: NodeId| model.recipient(id).and_then(|it| it.role);
    let mut sorted: Vec<(NodeId, Sensitive)> = all.into_iter().collect();
    sorted.sort_by_key(|(id, it)| (role(*id) == Some(Role::Processor), !it.ungated, Reverse(it.categories.len()), *id));
    let more = sorted.len().saturating_sub(RECIPIENTS);
    let row = |(id, it): (NodeId, Sensitive)| {
        let mut categories: Vec<Badge> = it.categories.iter().map(|id| Badge { kind: "sensitive", text: reading.category(*id) }).collect();
        categories.extend(it.unknown.then(|| Badge { kind: "sensitive", text: reading.word("possibly_sensitive") }));
        SensitiveRow {
            link: reading.node(id),
            role: role(id).map(|role| reading.choice("role", &role)),
            categories,
            countries: reading.outside(id),
            gates: reading.gates(&it.gates.into_iter().collect::<Vec<_>>()),
            ungated: it.ungated,
        }
    };
    (sorted.into_iter().take(RECIPIENTS).map(row).collect(), more)
}

/// What has been seen of what is declared: nothing, so that the register rests on declarations.
fn evidence(reading: &Reading) -> Vec<Line> {
    vec![reading.line("observed", Vec::new(), reading.computed(reading.word("observed_none")))]
}
