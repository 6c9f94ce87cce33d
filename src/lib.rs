//! `ropa`: which personal and sensitive fields reach which external recipients, by which path, on
//! what ground. ARCHITECTURE.md draws the house; each module's first line says what it is for.

pub mod cli;
pub mod declare;
pub mod finding;
pub mod flow;
pub mod law;
pub mod model;
pub mod render;
pub mod rules;
pub mod source;
pub mod verdict;

use std::path::Path;

use crate::declare::{Date, Layer};
use crate::finding::{Findings, Level, Rule};
use crate::flow::Map;
use crate::law::Law;
use crate::rules::Case;
use crate::source::{Problem, ProblemKind, Project, Source, Sources};
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
}

impl Answer {
    /// Whether every declaration was understood, so that the map can be relied on.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(|finding| finding.level == Level::Error)
    }
}

impl Answer {
    /// What the rules, the lock and the waivers say to the project; with the lock as it was read. Takes
    /// the findings of the declarations over; while there is an error among them, they are all there is.
    pub fn judged(&mut self) -> (Verdict, Lock) {
        let mut found = std::mem::take(&mut self.findings);
        let lock = self.project.lock.map(|file| Lock::read(&self.sources, file, &mut found)).unwrap_or_default();
        if found.iter().any(|it| it.level == Level::Error) {
            return (Verdict::unsound(found, &self.map), lock);
        }
        let case = Case::of(&self.map);
        rules::check(&case, &mut found);
        let known: Vec<&'static Rule> = rules::all().collect();
        let verdict = judge(&self.map, &case.walks, found, &lock, &known);
        (verdict, lock)
    }
}

/// Reads the project in a folder and computes its map on a day.
pub fn answer(root: &Path, today: Date) -> Answer {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let project = source::load(root, &mut sources, &mut problems);
    compute(sources, project, problems, today)
}

/// The same for texts that are already in memory: `ropa.yaml`, files by path, and the lock.
pub fn answer_texts(settings: &str, files: &[(&str, &str)], lock: Option<&str>, today: Date) -> Answer {
    let mut sources = Sources::default();
    let settings = sources.add(Source::new("ropa.yaml", settings));
    let mut files = files.to_vec();
    files.sort();
    // What is imported is no declaration of the project's own, as a folder keeps it apart from `registry/`.
    let (models, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| path.starts_with("models/"));
    let files = files.iter().map(|(path, text)| sources.add(Source::new(*path, *text))).collect();
    let lock = lock.map(|text| sources.add(Source::new("ropa.lock", text)));
    let mut problems = Vec::new();
    let model = |path: &str| models.iter().find(|(known, _)| *known == path).map(|(_, text)| (*text).to_owned());
    let missing = || (ProblemKind::Unreadable, "there is no such text".to_owned());
    let imports = source::imports(settings, "", &mut sources, &mut problems, |path| model(path).ok_or_else(missing));
    let project = Project { root: ".".into(), settings, files, lock, templates: Vec::new(), imports };
    compute(sources, project, problems, today)
}

fn compute(mut sources: Sources, project: Project, problems: Vec<Problem>, today: Date) -> Answer {
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
    if empty && findings.is_empty() {
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
    Answer { sources, project, map, findings }
}
