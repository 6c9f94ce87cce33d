//! `ropa`: which personal and sensitive fields reach which external recipients, by which path, on
//! what ground. ARCHITECTURE.md draws the house; each module's first line says what it is for.

pub mod cli;
pub mod declare;
pub mod diff;
pub mod evidence;
pub mod finding;
pub mod flow;
pub mod law;
pub mod model;
pub mod render;
pub mod rules;
pub mod source;
pub mod verdict;

use std::collections::BTreeMap;
use std::path::Path;

use crate::declare::{Date, Layer};
use crate::diff::{Diff, Known, State};
use crate::evidence::Evidence;
use crate::finding::{Findings, Level, Rule};
use crate::flow::Map;
use crate::law::Law;
use crate::rules::Case;
use crate::source::edits::Texts;
use crate::source::{Captures, FileId, Opened, ProblemKind, Project, Source, Sources};
use crate::verdict::{Lock, Verdict, judge};

/// A project read and its map computed.
#[derive(Debug)]
pub struct Answer {
    /// Every text, those built in included.
    pub sources: Sources,
    /// Which texts are the project's.
    pub project: Project,
    /// What is declared and what follows.
    pub map: Map,
    /// What is wrong with the declarations themselves. While there is an error among them the map
    /// is that of what could be understood, and no rule should be asked about it.
    pub findings: Findings,
    /// What the project's captures show, once [`Answer::observe`] has read them.
    pub evidence: Evidence,
}

impl Answer {
    /// Reads the captures that the project holds against its map; what cannot be read becomes findings. A
    /// map that was not understood is held against nothing.
    pub fn observe(&mut self) {
        if self.is_sound() && self.evidence.captured.is_empty() {
            self.evidence = evidence::gather(&self.map.model, &self.project.captures, &mut self.findings);
        }
    }

    /// Whether every declaration was understood, so that the map can be relied on.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(|finding| finding.level == Level::Error)
    }
}

impl Answer {
    /// What is otherwise here than in an earlier state, with the edit behind each change. A lock that
    /// cannot be read accepts nothing.
    pub fn since(&self, base: &Answer) -> Diff {
        let lock = self.lock(&mut Findings::default());
        let mut found = diff::diff(State::Map(&base.map), State::Map(&self.map), &lock);
        diff::causes(&mut found, base.known(), self.known(), &|texts| self.map_with(texts));
        found
    }

    /// The lock of the project; what is wrong with it becomes findings.
    pub fn lock(&self, out: &mut Findings) -> Lock {
        self.project.lock.map(|file| Lock::read(&self.sources, file, out)).unwrap_or_default()
    }

    fn known(&self) -> Known<'_> {
        Known { map: &self.map, texts: Texts { sources: &self.sources, project: &self.project } }
    }

    /// The map as it would be with other texts, by their paths below the project's folder; nothing where
    /// they are not understood.
    fn map_with(&self, texts: &[(String, String)]) -> Option<Map> {
        let mut opened = Opened { project: Project { root: self.project.root.clone(), ..Project::default() }, ..Opened::default() };
        let mut other: BTreeMap<&str, &str> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let mut add = |file: &FileId| {
            let source = self.sources.get(*file);
            let text = other.remove(self.project.below(&source.path)).unwrap_or(&source.text);
            opened.sources.add(Source::new(source.path.as_str(), text))
        };
        let files: Vec<FileId> = [self.project.settings].iter().chain(&self.project.files).map(&mut add).collect();
        (opened.project.settings, opened.project.files) = (files[0], files[1..].to_vec());
        // Models are opened by the settings as they would be, and are those that are here.
        let model = |path: &str| self.sources.iter().find(|(_, it)| it.path == self.project.named(path)).map(|(_, it)| it.text.clone());
        let Opened { sources, project, problems, .. } = &mut opened;
        project.imports = source::imports(project.settings, "", sources, problems, |path| model(path).ok_or_else(missing));
        for import in &mut project.imports {
            for file in &import.files {
                if let Some(text) = other.remove(sources.get(*file).path.as_str()) {
                    sources.replace(*file, text);
                }
            }
            let Some(brought) = sources.get(import.settings).imported else { continue };
            let more = other.iter().filter(|(path, _)| path.strip_prefix(&import.namespace).is_some_and(|it| it.starts_with(':')));
            let more = more.map(|(path, text)| sources.add(Source::imported(*path, *text, brought)));
            import.files.extend(more);
        }
        let own = other.iter().filter(|(path, _)| path.starts_with("registry/"));
        project.files.extend(own.map(|(path, text)| sources.add(Source::new(*path, *text))));
        let answer = compute(opened, self.map.today);
        answer.is_sound().then_some(answer.map)
    }

    /// What the rules, the lock and the waivers say to the project; with the lock as it was read. Takes
    /// the findings of the declarations over; while there is an error among them, they are all there is.
    pub fn judged(&mut self) -> (Verdict, Lock) {
        self.observe();
        let mut found = std::mem::take(&mut self.findings);
        let lock = self.lock(&mut found);
        if found.iter().any(|it| it.level == Level::Error) {
            return (Verdict::unsound(found, &self.map), lock);
        }
        let case = Case::of(&self.map, &self.evidence);
        rules::check(&case, &mut found);
        let known: Vec<&'static Rule> = rules::all().collect();
        let verdict = judge(&self.map, &case.walks, found, &lock, &known);
        (verdict, lock)
    }
}

/// Why a model is not read that is not among the texts in memory.
fn missing() -> (ProblemKind, String) {
    (ProblemKind::Unreadable, "there is no such text".to_owned())
}

/// Reads the project in a folder and computes its map on a day.
pub fn answer(root: &Path, today: Date) -> Answer {
    compute(source::load(root), today)
}

/// The same for texts that are already in memory: `ropa.yaml`, files by path (those below `evidence/` are
/// captures), and the lock.
pub fn answer_texts(settings: &str, files: &[(&str, &str)], lock: Option<&str>, today: Date) -> Answer {
    let mut sources = Sources::default();
    let settings = sources.add(Source::new("ropa.yaml", settings));
    let mut files = files.to_vec();
    files.sort();
    let (captures, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.starts_with("evidence/"));
    let captures = Captures::Texts(captures.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect());
    // What is imported is no declaration of the project's own, as a folder keeps it apart from `registry/`.
    let (models, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.starts_with("models/"));
    let files = files.iter().map(|(path, text)| sources.add(Source::new(*path, *text))).collect();
    let lock = lock.map(|text| sources.add(Source::new("ropa.lock", text)));
    let mut problems = Vec::new();
    let model = |path: &str| models.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).to_owned());
    let imports = source::imports(settings, "", &mut sources, &mut problems, |path| model(path).ok_or_else(missing));
    let project = Project { root: ".".into(), prefix: String::new(), settings, files, lock, templates: Vec::new(), imports, captures };
    compute(Opened { sources, project, problems, evidence: false }, today)
}

/// The same for texts that were opened, be it in a folder or in a revision of its repository.
pub fn compute(opened: Opened, today: Date) -> Answer {
    let Opened { mut sources, project, problems, evidence } = opened;
    let mut findings = Findings::default();
    for problem in problems {
        let path = sources.get(problem.span.file).path.clone();
        findings.problem(problem, &path);
    }
    let mut settings = declare::settings(&sources, project.settings, &mut findings);
    let mut files = law::given(&mut sources, &mut findings);
    files.extend(declare::read(&sources, &project, &mut findings));
    let imported = declare::imported(&sources, &project, &mut findings);
    let empty = !files.iter().any(|file| file.layer == Layer::Project && file.decl.declares());
    if empty && !evidence && findings.is_empty() {
        let span = source::Span { file: project.settings, start: 0, end: 0 };
        findings
            .report(&finding::NOTHING_DECLARED, &["registry"])
            .say("nothing is declared: no file in `registry/` holds a system, recipient or activity")
            .at(span, "")
            .help("declare systems and recipients in `registry/*.yaml`");
    }
    model::join(&mut settings, &mut files, imported, &mut findings);
    let law = Law::of(&mut files, &mut findings);
    let model = model::resolve(law, settings, files, &mut findings);
    let mut map_findings = Findings::default();
    let map = Map::of(model, today, &mut map_findings);
    // Half-understood declarations make every later question a guess.
    if !findings.iter().any(|finding| finding.level == Level::Error) {
        // What a neighbour's declarations come to is for its own check to say.
        map_findings.keep(|it| verdict::is_ours(&map.model, it));
        findings.extend(map_findings);
    }
    Answer { sources, project, map, findings, evidence: Evidence::default() }
}
