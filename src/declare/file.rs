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
use crate::source::{self, Entries, FileId, Many, Maybe, Project, Short, Source, Sources, Spanned, Translated};

/// Who says it: what ships inside the program, or the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Built in.
    Given,
    /// The project's own, laid over what is built in.
    Project,
}

/// A file as written.
#[derive(Debug)]
pub struct DeclaredFile {
    /// Who says it.
    pub layer: Layer,
    /// Which text it is.
    pub file: FileId,
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

/// Reads every declaration file of a project, several at once; the result is in the order of paths.
pub fn read(sources: &Sources, project: &Project, out: &mut Findings) -> Vec<DeclaredFile> {
    let parsed: Vec<_> = project.files.par_iter().map(|file| parse(*file, sources.get(*file), Layer::Project)).collect();
    let mut files = Vec::with_capacity(parsed.len());
    for (file, problems) in parsed {
        files.extend(file);
        out.extend(problems);
    }
    files
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
    (decl.map(|decl| DeclaredFile { layer, file, decl, texts }), out)
}
