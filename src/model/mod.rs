//! Names resolved: typed ids, arenas sorted by id, questions that only read.

mod activity;
mod catalog;
mod evidence;
mod file;
mod gate;
mod ids;
mod join;
mod names;
mod node;
mod policy;
mod query;
mod resolve;
mod selector;

pub use activity::{Activity, Answer, Controller, Covered, Incident, Notice, Origin, RoleGroup, Team, Waiver};
pub use catalog::{Category, Field, Subject};
pub use evidence::Capture;
pub use file::DeclarationFile;
pub use gate::Gate;
pub use ids::{ActivityId, CategoryId, FieldId, FlowId, GateId, Item, NodeId, SubjectId};
pub use join::{in_full, join};
pub use names::{namespace, valid_id};
pub use node::{Access, Basis, Collect, Country, Derive, Flow, FlowKind, Node, NodeKind, Recipient, Use};
pub use policy::{Exception, Policy, Target};
pub use resolve::resolve;
pub use selector::{Selector, Taken, What, Word};

use std::collections::BTreeMap;

use crate::declare::{Repository, Settings};
use crate::law::Law;
use crate::source::{FileId, Translated};

/// A project with every name resolved. A value: two of them can be compared.
#[derive(Debug)]
pub struct Model {
    /// What is given.
    pub law: Law,
    /// `ropa.yaml`.
    pub settings: Settings,
    /// The texts of other repositories, and whose they are.
    pub repositories: BTreeMap<FileId, Repository>,
    /// The files of declarations, those built in last.
    pub files: Vec<DeclarationFile>,
    /// Categories, sorted by id.
    pub categories: Vec<Category>,
    /// Fields: `unknown` first, then declared and derived ones, sorted by id.
    pub fields: Vec<Field>,
    /// Subjects, sorted by id.
    pub subjects: Vec<Subject>,
    /// Gates and the gates they imply, sorted by id.
    pub gates: Vec<Gate>,
    /// Activities, sorted by id.
    pub activities: Vec<Activity>,
    /// Systems and recipients, sorted by id.
    pub nodes: Vec<Node>,
    /// Flows, sorted by id; hosting and sub-processing are flows too.
    pub flows: Vec<Flow>,
    /// Staff roles, sorted by id.
    pub roles: Vec<RoleGroup>,
    /// Notices, sorted by id.
    pub notices: Vec<Notice>,
    /// Sources of received data, sorted by id.
    pub origins: Vec<Origin>,
    /// Controllers the organisation acts for, sorted by id.
    pub controllers: Vec<Controller>,
    /// Teams, sorted by id.
    pub teams: Vec<Team>,
    /// The team of each file that says whose it is.
    pub file_teams: BTreeMap<FileId, String>,
    /// Policies of the house, sorted by id.
    pub policies: Vec<Policy>,
    /// Waivers, in the order of their places.
    pub waivers: Vec<Waiver>,
    /// Answers, sorted by the key of the finding that asks.
    pub answers: Vec<Answer>,
    /// Incidents, sorted by id.
    pub incidents: Vec<Incident>,
    /// Captures to hold against the map, in the order of `ropa.yaml`.
    pub evidence: Vec<Capture>,
    /// Texts of the project that are written by language, by place; what they are laid over counts too.
    pub texts: Vec<Translated>,
}
