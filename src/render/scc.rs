//! `ropa export scc`: the annexes of the standard contractual clauses of Decision (EU) 2021/914 for
//! one importer, each value declared or computed, and what nobody has said marked with its key.

mod parties;

use std::collections::{BTreeMap, BTreeSet};

use parties::{exporter, identity, importer};

use super::page::Page;
use super::view::written;
use crate::declare::{Measure, Retention, Subprocessing, TransferDecl};
use crate::flow::{Exposure, Map};
use crate::model::{ActivityId, CategoryId, Flow, FlowKind, Item, Model, NodeId, Recipient};
use crate::source::Short;

const LANGUAGE: &str = "en";
const CLAUSES: &str = "scc";

/// The recipients whose transfers rest on the clauses, or fall back on them.
pub fn importers(model: &Model) -> Vec<NodeId> {
    let all = (0..model.nodes.len()).map(NodeId::from_index);
    all.filter(|id| model.recipient(*id).is_some_and(|it| clauses(it).next().is_some())).collect()
}

/// The annexes of some importers, one after the other.
pub fn annexes(map: &Map, importers: &[NodeId]) -> String {
    let mut page = Page::default();
    for id in importers {
        if let Some(recipient) = map.model.recipient(*id) {
            annex(&mut page, &Importer { map, id: *id, recipient, exposures: exposures(map, *id) });
        }
    }
    page.markdown()
}

struct Importer<'a> {
    map: &'a Map,
    id: NodeId,
    recipient: &'a Recipient,
    exposures: Vec<&'a Exposure>,
}

/// Its own transfers and those of its features that rest on the clauses.
fn clauses(it: &Recipient) -> impl Iterator<Item = TransferDecl> + '_ {
    let features = it.features.iter().filter_map(|(_, feature)| feature.transfer.as_ref()).flat_map(|it| it.all());
    let all = it.transfers.iter().cloned().chain(features);
    all.filter(|it| [it.mechanism.as_ref(), it.fallback.as_ref()].into_iter().flatten().any(|word| word.value == CLAUSES))
}

/// What arrives by flows that the clauses cover; everything, where the flows do not differ in that.
fn exposures(map: &Map, id: NodeId) -> Vec<&Exposure> {
    let model = &map.model;
    let covers = |it: &TransferDecl| [it.mechanism.as_ref(), it.fallback.as_ref()].into_iter().flatten().any(|word| word.value == CLAUSES);
    let all: Vec<&Exposure> = map.exposures.iter().filter(|it| model.flow(it.flow).to == id).collect();
    let covered: Vec<&Exposure> = all.iter().copied().filter(|it| model.transfers_in(model.flow(it.flow)).iter().any(covers)).collect();
    if covered.is_empty() { all } else { covered }
}

fn annex(page: &mut Page, it: &Importer) {
    let node = it.map.model.node(it.id);
    page.heading(1, format!("Annexes to the standard contractual clauses: {}", node.title(LANGUAGE)));
    page.text(format!(
        "Commission Implementing Decision (EU) 2021/914. Computed from the register on {}; a draft for the parties, who sign what they have checked.",
        it.map.today
    ));
    instrument(page, it);
    page.heading(2, "Annex I");
    page.heading(3, "A. List of parties");
    exporter(page, it);
    importer(page, it);
    page.heading(3, "B. Description of transfer");
    description(page, it);
    page.heading(3, "C. Competent supervisory authority");
    let authority = it.map.model.settings.organisation.as_ref().and_then(|it| it.authority.as_ref());
    said(page, 0, "Authority under Clause 13", authority.map(|word| word.value.clone()), "authority", "organisation in ropa.yaml");
    page.heading(2, "Annex II: technical and organisational measures");
    measures(page, it);
    page.heading(2, "Annex III: list of sub-processors");
    subprocessors(page, it);
}

/// A value, or what to declare where.
fn said(page: &mut Page, depth: usize, name: &str, value: Option<String>, key: &str, place: &str) {
    let value = value.filter(|value| !value.trim().is_empty());
    page.item(depth, format!("{name}: {}", value.unwrap_or_else(|| missing(key, place))));
}

fn missing(key: &str, place: &str) -> String {
    format!("MISSING (declare {key}: of {place})")
}

fn module(it: &Importer) -> Option<u64> {
    clauses(it.recipient).find_map(|it| it.module.as_ref().map(|module| module.value))
}

fn instrument(page: &mut Page, it: &Importer) {
    let id = &it.map.model.node(it.id).id;
    let all: Vec<TransferDecl> = clauses(it.recipient).collect();
    if all.is_empty() {
        page.item(
            0,
            format!(
                "Transfers to {id} are not declared to rest on these clauses: add transfer: {{ mechanism: scc, module: … }} once they do"
            ),
        );
    }
    for transfer in &all {
        let first = transfer.mechanism.as_ref().map(|word| word.value.as_str());
        if first != Some(CLAUSES) {
            page.item(
                0,
                format!(
                    "These clauses are the fallback; transfers rest on {} as long as it holds",
                    first.unwrap_or("an instrument nobody has named")
                ),
            );
        }
    }
    let module = module(it);
    said(page, 0, "Module", module.map(|number| format!("{number} ({})", between(number))), "transfer.module", id);
    if !all.is_empty() {
        let assessment = all.iter().find_map(|it| it.assessment.as_ref()).map(|word| word.value.clone());
        said(page, 0, "Assessment of the law of the country, Clause 14", assessment, "transfer.assessment", id);
    }
}

fn between(module: u64) -> &'static str {
    match module {
        1 => "controller to controller",
        2 => "controller to processor",
        3 => "processor to processor",
        4 => "processor to controller",
        _ => "no such module",
    }
}

fn title(model: &Model, id: ActivityId) -> String {
    let it = model.activity(id);
    it.decl.title.as_ref().map_or(it.id.as_str(), |text| text.in_language(LANGUAGE)).to_owned()
}

/// The activities that disclose to it, also through those it works for.
fn purposes(it: &Importer) -> Vec<ActivityId> {
    let own: BTreeSet<ActivityId> = it.exposures.iter().filter_map(|it| it.activity).collect();
    if !own.is_empty() {
        return own.into_iter().collect();
    }
    let disclosing = |open: bool| {
        let all = it.map.processing().iter().enumerate();
        let all = all.filter(move |(_, known)| known.recipients.get(&it.id).is_some_and(|how| how.open || !open));
        all.map(|(at, _)| ActivityId::from_index(at)).collect::<Vec<_>>()
    };
    // Where every way has stopped, what was kept is processed for what it was sent for.
    let open = disclosing(true);
    if open.is_empty() { disclosing(false) } else { open }
}

fn description(page: &mut Page, it: &Importer) {
    let model = &it.map.model;
    let id = &model.node(it.id).id;
    let items: BTreeSet<Item> = it.exposures.iter().map(|it| it.item).collect();
    page.item(0, "Categories of data subjects");
    if items.is_empty() {
        page.item(1, format!("no open flow brings personal data to {id} on {}", it.map.today));
    }
    let subjects: BTreeSet<_> = items.iter().map(|item| item.subject).collect();
    for subject in subjects.into_iter().map(|id| model.subject(id)) {
        let count = subject.decl.count.as_ref().map_or(String::new(), |count| format!(", about {}", count.value));
        page.item(1, format!("{}{count}", subject.decl.title.as_ref().map_or(subject.id.as_str(), |text| text.in_language(LANGUAGE))));
    }
    page.item(0, "Categories of personal data");
    for (category, fields) in by_category(it) {
        page.item(1, format!("{category}: {}", fields.into_iter().collect::<Vec<_>>().join(", ")));
    }
    sensitive(page, it);
    page.item(0, "Frequency of the transfer");
    let frequencies = frequencies(it);
    if frequencies.is_empty() {
        page.item(1, format!("no flow leads to {id}"));
    }
    for (flow, frequency) in frequencies {
        page.item(1, format!("{flow}: {}", frequency.unwrap_or_else(|| missing("frequency", "this flow"))));
    }
    let activities = purposes(it);
    let nature: BTreeSet<&str> =
        activities.iter().flat_map(|id| model.activity(*id).decl.operations.iter()).map(|text| text.in_language(LANGUAGE)).collect();
    let kind = it.recipient.kind.as_ref().and_then(|kind| model.law.kinds.get(kind)?.title.as_ref()).map(|text| text.in_language(LANGUAGE));
    let nature: Vec<&str> = kind.into_iter().chain(nature).collect();
    said(page, 0, "Nature of the processing", (!nature.is_empty()).then(|| nature.join("; ")), "operations", "the activities");
    page.item(0, "Purposes of the transfer and further processing");
    for id in &activities {
        let decl = &model.activity(*id).decl;
        let purpose: Vec<&str> = decl.purpose.iter().map(|text| text.in_language(LANGUAGE)).collect();
        let purpose = if purpose.is_empty() { missing("purpose", model.activity_id(*id)) } else { purpose.join("; ") };
        page.item(1, format!("{}: {purpose}", title(model, *id)));
    }
    if activities.is_empty() {
        page.item(1, missing("for", "the flows"));
    }
    if !it.recipient.decl.own_purposes.is_empty() {
        let own: Vec<&str> = it.recipient.decl.own_purposes.iter().map(|word| word.value.as_str()).collect();
        page.item(1, format!("purposes of its own: {}", own.join(", ")));
    }
    page.item(0, "Period of retention");
    let kept = it.recipient.decl.retention.as_ref().map(periods).unwrap_or_default();
    if kept.is_empty() {
        page.item(1, missing("retention", id));
    }
    for period in kept {
        page.item(1, period);
    }
    let below = below(it);
    let names: Vec<&str> = below.iter().map(|id| model.node(*id).title(LANGUAGE)).collect();
    page.fact(
        0,
        "Transfers to sub-processors",
        Some(if names.is_empty() { "none declared".to_owned() } else { format!("{}: see Annex III", names.join(", ")) }),
    );
}

fn by_category(it: &Importer) -> BTreeMap<String, BTreeSet<String>> {
    let model = &it.map.model;
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for exposure in &it.exposures {
        let field = model.field(exposure.item.field);
        let form = if exposure.form == crate::law::Form::Plain { String::new() } else { format!(" ({})", exposure.form.word()) };
        let name = field.decl.as_ref().and_then(|it| it.title.as_ref()).map_or(field.id.as_str(), |text| text.in_language(LANGUAGE));
        let own: Vec<String> = field.is.iter().filter(|id| model.category(**id).personal).map(|id| category(model, *id)).collect();
        let own = if own.is_empty() { vec![missing("is", &format!("field {}", field.id))] } else { own };
        for title in own {
            all.entry(title).or_default().insert(format!("{name}{form}"));
        }
    }
    all
}

fn category(model: &Model, id: CategoryId) -> String {
    let it = model.category(id);
    it.decl.title.as_ref().map_or(it.id.as_str(), |text| text.in_language(LANGUAGE)).to_owned()
}

fn sensitive(page: &mut Page, it: &Importer) {
    let model = &it.map.model;
    let id = &model.node(it.id).id;
    let mut found: BTreeMap<CategoryId, BTreeSet<String>> = BTreeMap::new();
    for exposure in &it.exposures {
        for category in &exposure.sensitive {
            found.entry(*category).or_default().insert(model.item_id(exposure.item));
        }
    }
    if found.is_empty() {
        page.item(0, "Sensitive data: none");
        return;
    }
    page.item(0, "Sensitive data");
    for (id, items) in &found {
        let law = model.category(*id).law();
        page.item(1, format!("{} ({law}), in {}", category(model, *id), items.iter().cloned().collect::<Vec<_>>().join(", ")));
    }
    page.item(0, "Restrictions or safeguards for the sensitive data");
    let own = it.exposures.iter().filter(|it| !it.sensitive.is_empty());
    let gates: BTreeSet<&str> = own.clone().flat_map(|it| model.shown_gates(&it.gates)).collect();
    let forms: BTreeSet<&str> = own.filter(|it| it.form != crate::law::Form::Plain).map(|it| it.form.word()).collect();
    let safeguards: Vec<String> = clauses(it.recipient)
        .flat_map(|it| it.safeguards.iter().map(|text| text.in_language(LANGUAGE).to_owned()).collect::<Vec<_>>())
        .collect();
    page.fact(1, "held back by", (!gates.is_empty()).then(|| gates.into_iter().collect::<Vec<_>>().join(", ")));
    page.fact(1, "sent", (!forms.is_empty()).then(|| forms.into_iter().collect::<Vec<_>>().join(", ")));
    for safeguard in &safeguards {
        page.item(1, safeguard);
    }
    if safeguards.is_empty() {
        page.item(1, missing("transfer.safeguards", id));
    }
}

/// How often each declared flow carries data to it or to those it works for.
fn frequencies(it: &Importer) -> BTreeMap<String, Option<String>> {
    let model = &it.map.model;
    let mut all = BTreeMap::new();
    let mut queue: Vec<&Flow> = it.exposures.iter().map(|it| model.flow(it.flow)).collect();
    let mut seen = BTreeSet::new();
    while let Some(flow) = queue.pop() {
        if !seen.insert(&flow.id) {
            continue;
        }
        match flow.kind {
            FlowKind::Sends => {
                let stopped = flow.stopped.filter(|_| flow.is_stopped(it.map.today)).map(|day| format!("none since {day}"));
                all.insert(flow.id.clone(), stopped.or_else(|| flow.decl.frequency.as_ref().map(|word| written(&word.value))));
            }
            FlowKind::Hosting => {
                all.insert(flow.id.clone(), Some("continuous, as long as it hosts the system".to_owned()));
            }
            FlowKind::Subprocessor => {
                queue.extend(model.node(flow.from).receives.iter().map(|id| model.flow(*id)));
            }
        }
    }
    all
}

fn periods(it: &Retention) -> Vec<String> {
    match it {
        Retention::Word(duration) => vec![format!("{} for all data", duration.value)],
        Retention::Map(entries) => entries
            .iter()
            .map(|entry| {
                let keep = entry.value.keep.as_ref().map_or_else(|| missing("keep", &entry.key.value), |keep| keep.value.to_string());
                let after = entry.value.after.as_ref().map_or(String::new(), |text| format!(" after {}", text.in_language(LANGUAGE)));
                format!("{}: {keep}{after}", entry.key.value)
            })
            .collect(),
    }
}

fn measures(page: &mut Page, it: &Importer) {
    let id = &it.map.model.node(it.id).id;
    for measure in it.recipient.decl.security.iter() {
        page.item(0, shown(measure));
    }
    if it.recipient.decl.security.is_empty() {
        page.item(0, missing("security", id));
    }
    let safeguards = clauses(it.recipient);
    for safeguard in safeguards.flat_map(|it| it.safeguards.0) {
        page.item(0, format!("supplementary: {}", safeguard.in_language(LANGUAGE)));
    }
}

fn shown(it: &Short<Measure>) -> String {
    let text = it.measure.as_ref().map_or_else(|| missing("measure", "this entry"), |text| text.in_language(LANGUAGE).to_owned());
    let kind = it.kind.as_ref().map(|kind| written(&kind.value));
    let letter = it.art32.as_ref().map(|letter| format!("Art. 32(1)({})", letter.value));
    let more: Vec<String> = kind.into_iter().chain(letter).collect();
    if more.is_empty() { text } else { format!("{text} ({})", more.join(", ")) }
}

fn below(it: &Importer) -> Vec<NodeId> {
    it.map.model.chain(it.id).into_iter().filter(|member| *member != it.id).collect()
}

fn subprocessors(page: &mut Page, it: &Importer) {
    let model = &it.map.model;
    let id = &model.node(it.id).id;
    let contract = it.recipient.contract.as_ref();
    let how = contract.and_then(|it| it.subprocessing.as_ref()).map(|how| match how.value {
        Subprocessing::Specific => "specific prior authorisation: only those listed",
        Subprocessing::General => "general written authorisation: the list is for information",
    });
    if matches!(module(it), Some(1 | 4)) {
        page.item(0, "not asked for by this module");
        return;
    }
    said(page, 0, "Authorisation, Clause 9(a)", how.map(str::to_owned), "contract.subprocessing", id);
    let below = below(it);
    if below.is_empty() {
        page.item(0, "none declared");
    }
    for member in below {
        let node = model.node(member);
        let Some(other) = node.recipient() else { continue };
        page.item(0, &node.id);
        identity(page, &node.id, other);
        let what = other
            .kind
            .as_ref()
            .and_then(|kind| model.law.kinds.get(kind)?.title.as_ref())
            .map(|text| text.in_language(LANGUAGE).to_owned());
        said(page, 1, "Subject matter", what, "kind", &node.id);
        let fields: BTreeSet<String> = map_items(it.map, member);
        let nothing = || format!("nothing by an open flow on {}", it.map.today);
        page.item(1, format!("Data: {}", if fields.is_empty() { nothing() } else { fields.into_iter().collect::<Vec<_>>().join(", ") }));
        let kept = other.decl.retention.as_ref().map(periods).filter(|all| !all.is_empty());
        said(page, 1, "Duration", kept.map(|all| all.join("; ")), "retention", &node.id);
    }
}

fn map_items(map: &Map, member: NodeId) -> BTreeSet<String> {
    map.exposures.iter().filter(|it| map.model.flow(it.flow).to == member).map(|it| map.model.item_id(it.item)).collect()
}
