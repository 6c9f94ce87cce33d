//! One finding, and the list they are collected in.

use std::collections::HashSet;
use std::fmt;

use super::fix::{Edit, Effort, Fix};
use super::{Level, Rule, capital, language};
use crate::source::{Problem, Span};

/// A place and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; may be empty for the primary place.
    pub text: String,
}

/// One step of a path: what arrives where, in which form, by which flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The system or recipient that holds the item after this step.
    pub node: String,
    /// `subject.field`.
    pub item: String,
    /// The form it has there.
    pub form: &'static str,
    /// The flow, `collects:<subject>` at the origin, or `derives:<field>`.
    pub flow: String,
    /// Where the step is declared.
    pub span: Span,
    /// The flow is declared stopped, and what it brought is still there.
    pub stopped: bool,
}

/// What a finding speaks of: an item in a form, and what it gives away there. A waiver answers for
/// that and nothing beyond it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// `subject.field`.
    pub item: String,
    /// The form it arrives in.
    pub form: &'static str,
    /// Labels of the exposure, sorted.
    pub labels: Vec<String>,
}

impl fmt::Display for Subject {
    /// As a waiver's `covers:` writes it: `customer.segment:plain:special.union,to:US`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}:{}", self.item, self.form, if self.labels.is_empty() { "-".to_owned() } else { self.labels.join(",") })
    }
}

/// One thing found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The house policy it speaks for, if the rule is `policy`.
    pub policy: Option<String>,
    /// Its own level, at most the rule's unless the project set another.
    pub level: Level,
    /// `rule@item@flow`, `rule@id`: meaning, never a line number.
    pub key: String,
    /// What is the case, in one line.
    pub message: String,
    /// The edit to make.
    pub help: Option<String>,
    /// Further remarks, each with its own line.
    pub notes: Vec<String>,
    /// The first is the line a person would edit.
    pub labels: Vec<Label>,
    /// How the data get there.
    pub path: Vec<Hop>,
    /// Articles beyond those of the rule.
    pub citations: Vec<String>,
    /// What only people can decide: answered under `answers:`.
    pub question: Option<String>,
    /// The items it speaks of, each once; empty where it is not about items.
    pub subjects: Vec<Subject>,
    /// The edit that closes it, where it can be written down.
    pub fix: Option<Fix>,
}

impl Finding {
    /// The rule's id, `policy:<name>` for a house policy.
    pub fn rule_id(&self) -> String {
        match &self.policy {
            Some(name) => format!("{}:{name}", self.rule.id),
            None => self.rule.id.to_owned(),
        }
    }

    /// Makes it speak for a policy of the house: `policy:<id>` is its rule, in its key too.
    pub fn under_policy(&mut self, policy: &str) -> &mut Self {
        self.key = self.key.replacen(self.rule.id, &format!("{}:{policy}", self.rule.id), 1);
        self.policy = Some(policy.to_owned());
        self
    }

    /// Sets what is the case.
    pub fn say(&mut self, message: impl Into<String>) -> &mut Self {
        self.message = message.into();
        self
    }

    /// Adds a place; the first is the primary one.
    pub fn at(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        let label = Label { span, text: text.into() };
        if !self.labels.iter().any(|known| known.span == span) {
            self.labels.push(label);
        }
        self
    }

    /// Sets the edit to make.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a remark.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Sets the level of this one finding.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.level = level;
        self
    }

    /// Cites one more article.
    pub fn cite(&mut self, article: impl Into<String>) -> &mut Self {
        self.citations.push(article.into());
        self
    }

    /// Asks what no rule can decide; an entry under `answers:` with the finding's key settles it.
    pub fn ask(&mut self, question: impl Into<String>) -> &mut Self {
        self.question = Some(capital(&question.into())).filter(|it| !it.is_empty());
        self
    }

    /// Sets the items it speaks of.
    pub fn about(&mut self, subjects: impl IntoIterator<Item = Subject>) -> &mut Self {
        self.subjects = subjects.into_iter().collect();
        self.subjects.sort();
        self.subjects.dedup();
        self
    }

    /// Sets the edit that closes it.
    pub fn fix(&mut self, edit: Edit, effort: Effort, yaml: impl Into<String>) -> &mut Self {
        self.fix = Some(Fix { edit, yaml: yaml.into(), effort });
        self
    }

    /// Sets the path and labels each of its steps.
    pub fn path(&mut self, path: Vec<Hop>) -> &mut Self {
        for hop in &path {
            let held = match hop.form {
                "plain" => format!("`{}` holds `{}`", hop.node, hop.item),
                form => format!("`{}` holds `{}`, {form}", hop.node, hop.item),
            };
            self.at(hop.span, if hop.stopped { format!("{held} (flow stopped, data kept)") } else { held });
        }
        self.path = path;
        self
    }

    /// All articles, the rule's first.
    pub fn cited(&self) -> impl Iterator<Item = &str> {
        self.rule.citations.iter().copied().chain(self.citations.iter().map(String::as_str))
    }
}

/// Findings as they are made; [`Findings::sorted`] puts them in order at the end.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// A new finding of a rule about the named things, which make its key.
    pub fn report(&mut self, rule: &'static Rule, about: &[&str]) -> &mut Finding {
        let key = std::iter::once(rule.id).chain(about.iter().copied()).collect::<Vec<_>>().join("@");
        self.0.push(Finding {
            rule,
            policy: None,
            level: rule.level,
            key,
            message: rule.summary.to_owned(),
            help: None,
            notes: Vec::new(),
            labels: Vec::new(),
            path: Vec::new(),
            citations: Vec::new(),
            question: None,
            subjects: Vec::new(),
            fix: None,
        });
        self.0.last_mut().expect("a finding was just pushed")
    }

    /// Takes over what is wrong with a text.
    pub fn problem(&mut self, problem: Problem, about: &str) {
        let finding = self.report(language::of(problem.kind), &[about]);
        finding.say(problem.message).at(problem.span, "");
        finding.help = problem.help;
        if let Some((span, text)) = problem.other {
            finding.at(span, text);
        }
    }

    /// The finding made last.
    pub fn last_mut(&mut self) -> Option<&mut Finding> {
        self.0.last_mut()
    }

    /// Takes over other findings.
    pub fn extend(&mut self, more: Findings) {
        self.0.extend(more.0);
    }

    /// Whether nothing has been found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps some and says how many were left out.
    pub fn keep(&mut self, wanted: impl Fn(&Finding) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(wanted);
        before - self.0.len()
    }

    /// Every finding so far.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// By place, then rule, then key; each key and place once.
    pub fn sorted(mut self) -> Vec<Finding> {
        let place = |it: &Finding| it.labels.first().map(|label| label.span).unwrap_or_default();
        self.0.sort_by(|a, b| (place(a), a.rule.id, &a.key, &a.message).cmp(&(place(b), b.rule.id, &b.key, &b.message)));
        let mut seen = HashSet::new();
        self.0.retain(|it| seen.insert((it.key.clone(), place(it), it.message.clone())));
        self.0
    }
}
