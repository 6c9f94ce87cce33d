//! A project as the generator declares it. Everything is named by position.

use super::dress::Dress;

/// The forms, from the most exposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Plain,
    Pseudonymised,
    Encrypted,
    Anonymised,
}

impl Form {
    pub fn word(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Pseudonymised => "pseudonymised",
            Form::Encrypted => "encrypted",
            Form::Anonymised => "anonymised",
        }
    }
}

/// Everything a project declares.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// For each subject the wider one it is.
    pub subjects: Vec<Option<usize>>,
    pub fields: Vec<Field>,
    /// How many activities there are.
    pub activities: usize,
    /// What every file says its lines are for where these are silent.
    pub default_for: Vec<usize>,
    pub nodes: Vec<Node>,
    /// What the walks do not depend on.
    pub dress: Dress,
}

/// A name for data; without `said` it stands in no dictionary and is only derived.
#[derive(Clone, Debug)]
pub struct Field {
    pub said: Option<Said>,
}

/// A dictionary entry.
#[derive(Clone, Debug)]
pub struct Said {
    /// Categories; none stands for `unknown`.
    pub is: Vec<usize>,
    pub reveals: Vec<usize>,
}

/// Names that stand in a list: silent, `none` where the list is empty, or these.
pub type Stated = Option<Vec<usize>>;

/// A system, or a recipient.
#[derive(Clone, Debug, Default)]
pub struct Node {
    pub recipient: Option<Recipient>,
    pub collects: Vec<Collect>,
    pub derives: Vec<Derive>,
    pub sends: Vec<Send>,
    /// Recipients that host it, with what they hold.
    pub hosted: Vec<(usize, Selector)>,
    /// Activities inside it, with what they work on.
    pub uses: Vec<(usize, Selector)>,
    /// What each group of staff may read.
    pub access: Vec<Selector>,
}

/// What only a recipient has.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    pub vendor: Option<usize>,
    pub country: Option<usize>,
    pub processing: Vec<usize>,
    pub access_from: Vec<usize>,
    pub matches: Selector,
    pub holds: Selector,
    /// Sub-functions that are on, with what they match.
    pub features: Vec<(&'static str, Selector)>,
    pub subprocessors: Vec<(usize, Selector)>,
    pub deletions: Vec<Deletion>,
}

/// A deletion and the day it was confirmed.
#[derive(Clone, Debug)]
pub struct Deletion {
    pub scope: Selector,
    pub confirmed: Option<usize>,
}

#[derive(Clone, Debug)]
pub struct Collect {
    pub subject: usize,
    pub fields: Selector,
    pub activities: Stated,
    pub gates: Stated,
}

#[derive(Clone, Debug)]
pub struct Derive {
    pub field: usize,
    pub from: Selector,
    pub of: Vec<usize>,
    pub transform: Option<usize>,
    pub method: bool,
}

#[derive(Clone, Debug)]
pub struct Send {
    pub to: usize,
    pub label: Option<&'static str>,
    pub fields: Selector,
    pub activities: Stated,
    pub gates: Stated,
    pub method: bool,
    pub stopped: Option<usize>,
    pub purged: Option<usize>,
}

/// What is written as a list of words.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// `unknown`, alone.
    pub unknown: bool,
    pub words: Vec<Word>,
}

impl Selector {
    /// Nothing is written.
    pub fn is_silent(&self) -> bool {
        !self.unknown && self.words.is_empty()
    }
}

#[derive(Clone, Debug)]
pub struct Word {
    pub excludes: bool,
    pub subject: Option<usize>,
    pub what: What,
    pub transforms: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `all`, or a bare subject.
    All,
    Category(usize),
    Field(usize),
}

/// The item of a subject, by position; the field after the last is the unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    pub subject: usize,
    pub field: usize,
}

impl Project {
    pub fn unknown(&self) -> usize {
        self.fields.len()
    }

    pub fn subject_id(&self, subject: usize) -> &'static str {
        ["visitor", "customer"][subject]
    }

    pub fn field_id(&self, field: usize) -> String {
        match self.fields.get(field) {
            None => "unknown".to_owned(),
            Some(_) => format!("f{field}"),
        }
    }

    pub fn item_id(&self, item: Item) -> String {
        format!("{}.{}", self.subject_id(item.subject), self.field_id(item.field))
    }

    pub fn node_id(&self, node: usize) -> String {
        let kind = if self.nodes[node].recipient.is_some() { "r" } else { "s" };
        format!("{kind}{node}")
    }

    /// A subject and the wider ones it is.
    pub fn wider(&self, subject: usize) -> Vec<usize> {
        let mut all = vec![subject];
        while let Some(next) = self.subjects[all[all.len() - 1]] {
            all.push(next);
        }
        all
    }
}
