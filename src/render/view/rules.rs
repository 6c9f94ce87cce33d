//! The appendix: every rule the register was held against.

use pulldown_cmark::{Event, Parser, Tag, html};
use serde::Serialize;

use super::{Article, Phrase, Reading};
use crate::finding::Rule;
use crate::verdict::Verdict;

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct RuleRow {
    /// Its id, which is its place on the page.
    pub id: String,
    /// What it finds, in a sentence.
    pub summary: Phrase,
    /// The highest level of a finding, in words.
    pub level: String,
    /// Its class in the style sheet.
    pub level_kind: &'static str,
    /// What it rests on.
    pub basis: String,
    /// The version that first had it.
    pub since: String,
    /// The articles it rests on.
    pub articles: Vec<Article>,
    /// How many findings it has, waived and answered ones included.
    pub findings: usize,
    /// The house has turned it off.
    pub off: bool,
    /// Its page without the examples, as HTML made from text that ships with the program.
    pub page: String,
}

/// Every rule.
#[derive(Clone, Debug, Serialize)]
pub struct RulesPage {
    /// In the order of `ropa rules`.
    pub rules: Vec<RuleRow>,
}

/// The appendix on rules.
pub fn rules(reading: &Reading, verdict: &Verdict, all: &[&'static Rule]) -> RulesPage {
    let off = |rule: &Rule| {
        let set = reading.model().settings.levels.iter().find(|it| it.key.value == rule.id);
        set.and_then(|it| it.value.level.as_ref()).is_some_and(|level| level.value.level().is_none())
    };
    let row = |rule: &&'static Rule| RuleRow {
        id: rule.id.to_owned(),
        summary: reading.summary(rule),
        level: reading.choice("level", &rule.level),
        level_kind: rule.level.word(),
        basis: reading.choice("rule_basis", &rule.basis),
        since: rule.since.to_owned(),
        articles: rule.citations.iter().map(|id| super::gaps::article(reading, id)).collect(),
        findings: verdict.findings.iter().filter(|it| it.finding.rule.id == rule.id).count(),
        off: off(rule),
        page: page(rule.doc),
    };
    RulesPage { rules: all.iter().map(row).collect() }
}

/// A rule's page without its title and examples; its headings stand two levels lower.
fn page(doc: &str) -> String {
    let text = doc.split_once('\n').map_or(doc, |(_, rest)| rest);
    let text = text.split_once("\n## Examples").map_or(text, |(before, _)| before);
    let mut out = String::new();
    let lowered = Parser::new(text).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => Event::Start(Tag::Heading { level: lower(level), id, classes, attrs }),
        Event::End(pulldown_cmark::TagEnd::Heading(level)) => Event::End(pulldown_cmark::TagEnd::Heading(lower(level))),
        // Angle brackets in prose are text.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    html::push_html(&mut out, lowered);
    out
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel as At;
    match level {
        At::H1 => At::H3,
        At::H2 => At::H4,
        At::H3 => At::H5,
        _ => At::H6,
    }
}
