//! What a check says, in every form somebody reads it: one file a format, all in one slice.

mod github;
mod gitlab;
mod junit;
mod markdown;
mod sarif;

use std::cmp::Reverse;

use anyhow::Context as _;

use super::{findings, text};
use crate::finding::{Finding, Level, Rule};
use crate::model::Model;
use crate::source::{Place, Sources};
use crate::verdict::{Judged, Verdict};

/// A check and what it takes to tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was found.
    pub verdict: &'a Verdict,
    /// The texts it was found in.
    pub sources: &'a Sources,
    /// What is declared, with what is given.
    pub model: &'a Model,
    /// The lowest level that makes the check fail.
    pub fail_on: Level,
}

/// One format.
#[derive(Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// Who reads it.
    pub about: &'static str,
    /// Writes it; the flag asks for colours, which only people are shown.
    pub write: fn(&Report, bool) -> anyhow::Result<String>,
}

/// Every format.
pub static FORMATS: &[Format] = &[
    Format { name: "text", about: "For people, with pieces of source", write: plain },
    Format { name: "json", about: "For programs: ropa/findings/1", write: |of, _| json(&findings::findings(of.verdict, of.sources)) },
    Format { name: "sarif", about: "SARIF 2.1.0, for code scanning", write: |of, _| json(&sarif::log(of)) },
    Format { name: "github", about: "Annotations of a GitHub workflow", write: |of, _| Ok(github::annotations(of)) },
    Format { name: "gitlab", about: "Code quality report of GitLab", write: |of, _| json(&gitlab::report(of)) },
    Format { name: "junit", about: "JUnit XML, for test reports", write: |of, _| Ok(junit::suite(of)) },
    Format { name: "markdown", about: "Summary of a job, for people on the web", write: |of, _| Ok(markdown::summary(of)) },
];

fn plain(of: &Report, colour: bool) -> anyhow::Result<String> {
    let mut text = Vec::new();
    text::findings(&mut text, of.verdict, of.sources, &of.model.law, colour)?;
    String::from_utf8(text).context("writing findings")
}

/// Any data as indented JSON, with a line break at its end.
pub fn json(data: &impl serde::Serialize) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(data).context("writing JSON")?;
    text.push('\n');
    Ok(text)
}

impl<'a> Report<'a> {
    /// What counts, the heaviest first; within a level as the verdict has it.
    fn open(&self) -> Vec<&'a Judged> {
        let mut open: Vec<_> = self.verdict.findings.iter().filter(|it| it.counts()).collect();
        open.sort_by_key(|it| Reverse(it.finding.level));
        open
    }

    /// Where a person would begin: the finding's first place in this repository, else the line that imports
    /// it, else the settings of the project.
    fn place(&self, finding: &Finding) -> Place {
        let here = |imported: bool| {
            let spans = finding.labels.iter().map(|label| label.span);
            spans.filter(|it| self.sources.get(it.file).imported.is_some() == imported).find_map(|it| self.sources.here(it))
        };
        here(false).or_else(|| here(true)).unwrap_or_else(|| {
            let settings = self.sources.iter().map(|(_, source)| &source.path).find(|path| path.ends_with("ropa.yaml"));
            Place { file: settings.cloned().unwrap_or_default(), line: 1, column: 1, end_line: 1, end_column: 1 }
        })
    }

    /// The rules that found something, each once, by id.
    fn rules(&self) -> Vec<(String, &'static Rule)> {
        let mut rules: Vec<_> = self.verdict.findings.iter().map(|it| (it.finding.rule_id(), it.finding.rule)).collect();
        rules.sort_by(|a, b| a.0.cmp(&b.0));
        rules.dedup_by(|a, b| a.0 == b.0);
        rules
    }

    /// The articles a finding cites, as they are cited in English.
    fn articles(&self, finding: &'a Finding) -> Vec<&'a str> {
        finding.cited().map(|id| text::article(&self.model.law, id)).collect()
    }

    /// The message, the path, the law and the edit, a line each.
    fn lines(&self, finding: &'a Finding) -> Vec<String> {
        let mut lines = vec![finding.message.clone()];
        let first = finding.labels.first().filter(|label| self.sources.get(label.span.file).imported.is_some());
        lines.extend(first.map(|label| format!("place: {}", self.sources.place(label.span))));
        lines.extend((!finding.path.is_empty()).then(|| format!("path: {}", text::path(&finding.path))));
        let articles = self.articles(finding);
        lines.extend((!articles.is_empty()).then(|| format!("law: {}", articles.join("; "))));
        lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
        lines.extend(finding.question.iter().map(|question| format!("question: {question}")));
        lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
        lines.push(format!("key: {}", finding.key));
        lines
    }
}
