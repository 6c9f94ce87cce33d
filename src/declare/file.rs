//! One declaration file: any section may stand in any file.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::activity::ActivityDecl;
use super::catalog::{CategoryDecl, FieldDecl, GateDecl, SubjectDecl};
use super::evidence::SignatureDecl;
use super::given::{ArticleDecl, BasisDecl, ConditionDecl, CountryDecl, KindDecl, MechanismDecl, TransformDecl, VendorDecl};
use super::people::{AnswerDecl, ControllerDecl, IncidentDecl, NoticeDecl, RoleDecl, SourceDecl, TeamDecl, WaiverDecl};
use super::recipient::RecipientDecl;
use super::settings::Settings;
use super::system::SystemDecl;
use super::value::{Text, Word};
use crate::finding::Findings;
use crate::source::{self, Entries, FileId, Import, Many, Maybe, Project, Short, Source, Sources, Spanned, Translated};

/// Who says it: what ships inside the program, or the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Built in.
    Given,
    /// The project's own, laid over what is built in.
    Project,
}

/// Another repository, as the project sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// What its names begin with.
    pub namespace: String,
    /// The project answers for all of it, as for its own.
    pub whole: bool,
    /// What its model says it was made from.
    pub revision: Option<String>,
}

/// What another repository says of itself in its `ropa.yaml`.
#[derive(Debug)]
pub struct Imported {
    /// Which one it is.
    pub repository: Repository,
    /// Its `ropa.yaml`.
    pub file: FileId,
    /// What that says.
    pub settings: Settings,
}

/// A file as written.
#[derive(Debug)]
pub struct DeclaredFile {
    /// Who says it.
    pub layer: Layer,
    /// Which text it is.
    pub file: FileId,
    /// Which other repository it comes from.
    pub repository: Option<Repository>,
    /// What it says.
    pub decl: FileDecl,
    /// Its texts that are written by language.
    pub texts: Vec<Translated>,
}

/// Everything a declaration file may hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct FileDecl {
    /// Default for the file: who runs its systems.
    pub team: Maybe<Word>,
    /// Default for the file: activities of collects, uses, access and sends.
    #[serde(rename = "for")]
    pub activities_default: Many<Word>,
    /// Default for the file: country of its systems and recipients.
    pub country: Maybe<Word>,
    /// Categories of data.
    pub categories: Entries<CategoryDecl>,
    /// The data dictionary.
    pub fields: Entries<Short<FieldDecl>>,
    /// Groups of people.
    pub subjects: Entries<Short<SubjectDecl>>,
    /// Processing activities.
    pub activities: Entries<Box<ActivityDecl>>,
    /// What can hold a flow back.
    pub gates: Entries<GateDecl>,
    /// The organisation's systems.
    pub systems: Entries<Box<SystemDecl>>,
    /// External parties.
    pub recipients: Entries<Box<RecipientDecl>>,
    /// Groups of staff.
    pub roles: Entries<RoleDecl>,
    /// What people were told.
    pub notices: Entries<NoticeDecl>,
    /// Where received data come from.
    pub sources: Entries<SourceDecl>,
    /// Those on whose behalf a processor acts.
    pub controllers: Entries<ControllerDecl>,
    /// Teams.
    pub teams: Entries<TeamDecl>,
    /// Findings somebody answers for.
    pub waivers: Many<Spanned<WaiverDecl>>,
    /// Answers to questions, by the key of the finding that asks.
    pub answers: Entries<AnswerDecl>,
    /// Flows through which data went where they should not have.
    pub incidents: Entries<IncidentDecl>,
    /// Countries.
    pub countries: Entries<CountryDecl>,
    /// Articles that can be cited.
    pub articles: Entries<ArticleDecl>,
    /// Legal bases.
    pub bases: Entries<BasisDecl>,
    /// Conditions of Art. 9(2).
    pub conditions: Entries<ConditionDecl>,
    /// Instruments of Chapter V.
    pub mechanisms: Entries<MechanismDecl>,
    /// Transforms.
    pub transforms: Entries<TransformDecl>,
    /// Sorts of business.
    pub kinds: Entries<KindDecl>,
    /// The vendor catalogue.
    pub vendors: Entries<VendorDecl>,
    /// How vendors are told from requests, code and packages.
    pub signatures: Entries<SignatureDecl>,
    /// Common names of parameters, by the category they stand for.
    pub parameter_names: Entries<Many<Word>>,
    /// Words of the register.
    pub words: Entries<Spanned<Text>>,
}

/// The keys that speak for the other entries of their file.
pub const FILE_DEFAULTS: &[&str] = &["team", "for", "country"];

impl FileDecl {
    /// Whether it says anything about systems or who receives from them.
    pub fn declares(&self) -> bool {
        !self.systems.is_empty() || !self.recipients.is_empty() || !self.activities.is_empty()
    }
}

/// Reads `ropa.yaml`; what is wrong with it becomes findings.
pub fn settings(sources: &Sources, file: FileId, out: &mut Findings) -> Settings {
    let mut problems = Vec::new();
    let source = sources.get(file);
    let mut texts = Vec::new();
    let settings = source::read_with_texts(file, &source.text, &mut problems, &mut texts).unwrap_or_default();
    for problem in problems {
        out.problem(problem, &source.path);
    }
    Settings { texts, ..settings }
}

/// Reads every declaration file of a project and of what it imports, several at once; its own come first,
/// each in the order of paths.
pub fn read(sources: &Sources, project: &Project, out: &mut Findings) -> Vec<DeclaredFile> {
    let own = project.files.iter().map(|file| (*file, None));
    let imported = project.imports.iter().flat_map(|import| import.files.iter().map(move |file| (*file, Some(repository(import)))));
    let files: Vec<(FileId, Option<Repository>)> = own.chain(imported).collect();
    let parsed: Vec<_> = files.par_iter().map(|(file, _)| parse(*file, sources.get(*file), Layer::Project)).collect();
    let mut read = Vec::with_capacity(parsed.len());
    for ((file, problems), (_, repository)) in parsed.into_iter().zip(files) {
        read.extend(file.map(|file| DeclaredFile { repository, ..file }));
        out.extend(problems);
    }
    read
}

/// Reads what the imported repositories say of themselves.
pub fn imported(sources: &Sources, project: &Project, out: &mut Findings) -> Vec<Imported> {
    let all = project.imports.iter();
    all.map(|it| Imported { repository: repository(it), file: it.settings, settings: settings(sources, it.settings, out) }).collect()
}

fn repository(import: &Import) -> Repository {
    Repository { namespace: import.namespace.clone(), whole: import.whole, revision: import.revision.clone() }
}

/// Reads one declaration file.
pub fn parse(file: FileId, source: &Source, layer: Layer) -> (Option<DeclaredFile>, Findings) {
    let mut problems = Vec::new();
    let mut texts = Vec::new();
    let decl = source::read_with_texts(file, &source.text, &mut problems, &mut texts);
    let mut out = Findings::default();
    for problem in problems {
        out.problem(problem, &source.path);
    }
    (decl.map(|decl| DeclaredFile { layer, file, repository: None, decl, texts }), out)
}
