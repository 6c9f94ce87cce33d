//! Can the record be read in each of its languages?

use super::{Case, Family};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, few, listed};
use crate::source::Translated;

pub(super) static FAMILY: Family = Family { rules: &[&UNTRANSLATED_TEXT], check };

static UNTRANSLATED_TEXT: Rule = Rule {
    id: "untranslated-text",
    summary: "texts of the register are not written in one of its languages, and stand there in another",
    level: Level::Note,
    basis: Basis::Heuristic,
    since: "0.1",
    citations: &["gdpr.30.4"],
    doc: include_str!("docs/untranslated-text.md"),
};

/// Texts that are named and shown; the others are counted.
const SHOWN: usize = 3;

fn check(case: &Case, out: &mut Findings) {
    for language in case.model().languages() {
        texts(case, language, out);
        words(case, language, out);
    }
}

/// One finding for each language, however many texts lack it.
fn texts(case: &Case, language: &str, out: &mut Findings) {
    let all: Vec<&Translated> = case.model().untranslated(language).collect();
    let Some(first) = all.first() else { return };
    let mut paths: Vec<&str> = Vec::new();
    for it in &all {
        if !paths.contains(&it.path.as_str()) && paths.len() < SHOWN {
            paths.push(&it.path);
        }
    }
    let named = listed(paths.iter().map(|path| format!("`{path}`")));
    let finding = out.report(&UNTRANSLATED_TEXT, &[language]);
    finding
        .say(match all.len() {
            1 => format!("{named} is not written in `{language}`, a language of the register"),
            count => format!("{count} texts are not written in `{language}`, a language of the register, among them {named}"),
        })
        .help(format!("add `{language}: …` beside the languages that are there"));
    for it in all.iter().take(SHOWN) {
        finding.at(it.span, format!("not in `{language}`"));
    }
    if all.len() == 1 {
        finding.fix(Edit::Beside(first.span), Effort::Write, format!("{language}: <the same in this language>"));
    }
}

/// A language that a project adds needs the words of the register too.
fn words(case: &Case, language: &str, out: &mut Findings) {
    let Some(place) = case.model().settings.languages.iter().find(|word| word.value == language) else { return };
    let own = |key: &str| case.model().texts.iter().any(|it| it.path == format!("words.{key}"));
    let all = case.law().words.iter().filter(|(key, text)| text.spoken(language).1.is_some() && !own(key));
    let lacking: Vec<String> = all.map(|(key, _)| format!("`{key}`")).collect();
    if lacking.is_empty() {
        return;
    }
    out.report(&UNTRANSLATED_TEXT, &[language, "words"])
        .say(format!("the register has no words in `{language}` for {}, and uses those of another language", few(lacking.into_iter())))
        .at(place.span, "")
        .help(format!("add them in a file of the project: `words: {{ register: {{ {language}: … }} }}`"));
}
