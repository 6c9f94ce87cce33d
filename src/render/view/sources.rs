//! Where things come from: data that were not obtained from the people themselves, Art. 14, and the
//! register itself.

use serde::Serialize;

use super::passage::{collection, passage};
use super::shown::{NAMES, ROWS};
use super::{Badge, Index, Line, Link, Passage, Phrase, Reading, Shown, Value};
use crate::declare::{ConsentProof, Informed, Layer, Word};
use crate::model::{DeclarationFile, FlowId, FlowKind, NodeId, Origin};
use crate::source::{FileId, Source, Spanned};

/// Files that are listed, at most.
const FILES: usize = 2_000;

/// Sections whose counts have columns of their own.
const SECTIONS: [&str; 4] = ["systems", "recipients", "activities", "fields"];

/// A declared source.
#[derive(Clone, Debug, Serialize)]
pub struct OriginView {
    /// Its title and place on the page.
    pub link: Link,
    /// Where it is declared.
    pub place: String,
    /// Who supplies the data, who collected them, what was asked and said.
    pub lines: Vec<Line>,
    /// What comes from it, by system.
    pub supplies: Shown<Supply>,
}

/// What comes into a system.
#[derive(Clone, Debug, Serialize)]
pub struct Supply {
    /// The system.
    pub system: Link,
    /// What comes.
    pub passage: Passage,
}

/// A file of declarations.
#[derive(Clone, Debug, Serialize)]
pub struct FileRow {
    /// Its path.
    pub path: String,
    /// Who runs what it declares.
    pub team: Option<String>,
    /// Of what everybody asks for: systems, recipients, activities, fields.
    pub counts: [usize; 4],
    /// What else it holds: the key of the section and how many.
    pub others: Vec<(&'static str, usize)>,
}

/// What another repository declares.
#[derive(Clone, Debug, Serialize)]
pub struct ImportRow {
    /// What its names begin with here.
    pub namespace: String,
    /// Whether the project answers for it, or it is a neighbour.
    pub taken: Badge,
    /// The model it was read from.
    pub model: String,
    /// The line that imports it.
    pub place: String,
    /// What the model says it was made from.
    pub revision: Option<String>,
    /// How many of each section with a column it declares.
    pub counts: [usize; 4],
}

/// Where data and register come from.
#[derive(Clone, Debug, Serialize)]
pub struct SourcesPage {
    /// Declared sources.
    pub origins: Shown<OriginView>,
    /// What recipients send back or in.
    pub received: Shown<Supply>,
    /// The project's files.
    pub files: Shown<FileRow>,
    /// How many of each section with a column the project declares.
    pub totals: [usize; 4],
    /// The models of other repositories.
    pub imports: Shown<ImportRow>,
    /// Other texts that were read: settings, lock, templates.
    pub others: Shown<String>,
    /// What ships with the program.
    pub given: Vec<FileRow>,
    /// The version of the program.
    pub version: &'static str,
}

/// The page on where things come from.
pub fn sources(reading: &Reading, index: &Index) -> SourcesPage {
    let model = reading.model();
    let outside = |id: &FlowId| {
        let flow = model.flow(*id);
        flow.kind == FlowKind::Sends && model.recipient(flow.from).is_some() && model.node(flow.to).is_system()
    };
    let (imported, files): (Vec<_>, Vec<_>) = model.files.iter().partition(|it| model.repositories.contains_key(&it.file));
    let (own, given): (Vec<_>, Vec<_>) = files.into_iter().partition(|it| it.layer == Layer::Project);
    let mut totals = [0; 4];
    for (total, count) in own.iter().flat_map(|it| counts(it).into_iter().enumerate()) {
        totals[total] += count;
    }
    let declares = |id| model.files.binary_search_by_key(&id, |it| it.file).is_ok();
    let is_model = |id| reading.sources.iter().any(|(_, it)| it.imported.is_some_and(|it| it.model == id));
    let other = |(id, _): &(FileId, &Source)| !declares(*id) && !is_model(*id);
    SourcesPage {
        origins: Shown::first(&model.origins, ROWS, |it| origin(reading, it)),
        received: Shown::first((0..model.flows.len()).map(FlowId::from_index).filter(outside), ROWS, |id| {
            let flow = model.flow(id);
            Supply { system: reading.node(flow.to), passage: passage(reading, index, id, flow.from) }
        }),
        files: Shown::first(own, FILES, |it| file(reading, it)),
        totals,
        imports: Shown::first(imports(reading, &imported), ROWS, |it| it),
        others: Shown::first(reading.sources.iter().filter(other), NAMES, |(_, source)| source.path.clone()),
        given: given.into_iter().map(|it| file(reading, it)).collect(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn counts(it: &DeclarationFile) -> [usize; 4] {
    SECTIONS.map(|section| it.holds.iter().find(|(name, _)| *name == section).map_or(0, |(_, count)| *count))
}

/// One row for each repository whose files there are.
fn imports(reading: &Reading, files: &[&DeclarationFile]) -> Vec<ImportRow> {
    let mut all: Vec<ImportRow> = Vec::new();
    for it in files {
        let Some(repository) = reading.model().repositories.get(&it.file) else { continue };
        let Some(brought) = reading.sources.get(it.file).imported else { continue };
        let at = all.iter().position(|row| row.namespace == repository.namespace).unwrap_or_else(|| {
            let (kind, word) = if repository.whole { ("note", "imports_whole") } else { ("neighbour", "neighbour") };
            all.push(ImportRow {
                namespace: repository.namespace.clone(),
                taken: Badge { kind, text: reading.word(word) },
                model: reading.sources.get(brought.model).path.clone(),
                place: reading.place(brought.line),
                revision: repository.revision.as_ref().map(|it| reading.document(it)),
                counts: [0; 4],
            });
            all.len() - 1
        });
        for (sum, count) in all[at].counts.iter_mut().zip(counts(it)) {
            *sum += count;
        }
    }
    all.sort_by(|a, b| a.namespace.cmp(&b.namespace));
    all
}

fn file(reading: &Reading, it: &DeclarationFile) -> FileRow {
    FileRow {
        path: reading.sources.get(it.file).path.clone(),
        team: it.team.as_ref().map(|team| reading.document(&reading.team(team))),
        counts: counts(it),
        others: it.holds.iter().filter(|(name, _)| !SECTIONS.contains(name)).copied().collect(),
    }
}

fn origin(reading: &Reading, it: &Origin) -> OriginView {
    let nodes = reading.model().nodes.iter().enumerate();
    let from = nodes.flat_map(|(at, node)| node.collects.iter().map(move |collect| (NodeId::from_index(at), collect)));
    let from = from.filter(|(_, collect)| collect.decl.source.as_ref().is_some_and(|id| id.value == it.id));
    OriginView {
        link: reading.origin(&it.id),
        place: reading.place(it.span),
        lines: lines(reading, it),
        supplies: Shown::first(from, ROWS, |(at, collect)| Supply { system: reading.node(at), passage: collection(reading, at, collect) }),
    }
}

fn lines(reading: &Reading, it: &Origin) -> Vec<Line> {
    let decl = &it.decl;
    let word = |word: &Word| reading.declared(word.value.as_str(), word.span);
    let supplier = decl.from.iter().map(|from| match it.from {
        Some(id) => {
            let link = reading.node(id);
            reading.declared(link.text, from.span).link(link.href)
        }
        None => word(from),
    });
    let mut lines = vec![
        reading.line("supplier", supplier.collect(), reading.missing("from")),
        reading.line("first_collector", decl.collector.iter().map(word).collect(), reading.missing("collector")),
        reading.line("collected_on", decl.collected.iter().map(|day| reading.dated(day)).collect(), reading.missing("collected")),
        reading.line("contact", decl.contact.iter().map(word).collect(), reading.missing("contact")),
        reading.line("consent_proof", decl.consent.iter().map(|it| proof(reading, it)).collect(), reading.missing("consent")),
        reading.line("people_informed", decl.informed.iter().map(|it| informed(reading, it)).collect(), reading.missing("informed")),
    ];
    if let Some(named) = decl.named.as_ref() {
        lines.push(Line { label: reading.word("named_to_people"), values: vec![said(reading, named)] });
    }
    lines
}

fn said(reading: &Reading, it: &Spanned<bool>) -> Value {
    reading.declared(reading.word(if it.value { "yes" } else { "no" }), it.span)
}

fn proof(reading: &Reading, it: &ConsentProof) -> Value {
    let mut value = match it.proof.as_ref() {
        Some(proof) => reading.declared(proof.value.as_str(), proof.span),
        None => reading.missing("consent.proof"),
    };
    let per_record = it.per_record.as_ref().map(|each| if each.value { "proof_per_person" } else { "proof_not_per_person" });
    value.details.extend(per_record.map(|key| reading.word(key)));
    value.details.extend(it.form.as_ref().map(|form| reading.pair(reading.word("consent_form"), reading.document(&form.value))));
    value.details.extend(it.version.as_ref().map(|version| format!("{} {}", reading.word("version"), version.value)));
    value.details.extend(it.audited.as_ref().map(|day| reading.on_day("audited", day.value)));
    value
}

/// How people were told, Art. 14(3), or why they need not be, Art. 14(5).
fn informed(reading: &Reading, it: &Informed) -> Value {
    let mut value = match (it.notice.as_ref(), it.exempt.as_ref()) {
        (Some(notice), _) => {
            let known = reading.model().notices.iter().find(|it| it.id == notice.value).and_then(|it| it.decl.title.as_ref());
            {
                let title = reading.title(known.map(|text| &text.value), &notice.value);
                reading.declared(title.text, notice.span).spoken(title.lang)
            }
        }
        (None, Some(exempt)) => {
            let why = it.why.as_ref().map_or_else(|| reading.word("missing"), |text| reading.text(text));
            let mut value = reading.not_applicable(reading.pair(&exempt.value, why));
            value.origin.place = Some(reading.place(exempt.span));
            return value;
        }
        (None, None) => reading.missing("informed.notice"),
    };
    value.details.extend(it.by.as_ref().map(|day| reading.on_day("informed_by", day.value)));
    value
}

impl Reading<'_> {
    /// The title of a declared source, with its place on the page of sources.
    pub fn origin(&self, id: &str) -> Link {
        let title = self.model().origin_named(id).and_then(|it| it.decl.title.as_deref());
        let Phrase { text, lang } = self.title(title, id);
        Link { text, lang, id: id.to_owned(), href: self.links.origin(id) }
    }
}
