//! Answers to what no rule can decide.

use crate::declare::Date;
use crate::finding::{Basis, Finding, Findings, Level, Rule};
use crate::model::{Answer, Model};

pub(super) static UNUSED_ANSWER: Rule = Rule {
    id: "unused-answer",
    summary: "an answer stands where no question is asked",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/unused-answer.md"),
};

/// The answer to the question a finding asks, given by the day.
pub(super) fn answer(model: &Model, finding: &Finding, today: Date) -> Option<usize> {
    finding.question.as_ref()?;
    let at = model.answers.binary_search_by(|it| it.finding.as_str().cmp(&finding.key)).ok()?;
    is_given(&model.answers[at], today).then_some(at)
}

fn is_given(answer: &Answer, today: Date) -> bool {
    answer.decl.answer.is_some() && answer.decl.on.as_ref().is_some_and(|day| day.value <= today)
}

/// Reports answers that no question needs: they would answer the next one before it is asked.
pub(super) fn check(answers: &[Answer], today: Date, out: &mut Findings) {
    for answer in answers {
        let key = &answer.finding;
        // On an earlier day the question may not have come up yet.
        let ahead = answer.decl.on.as_ref().is_some_and(|day| today < day.value);
        let found = out.iter().find(|it| it.key == *key);
        let (message, help) = match found {
            Some(finding) if finding.question.is_none() => (
                format!("`{key}` asks no question that an answer could settle"),
                "close the gap, or waive it with `waivers:`; remove the answer",
            ),
            Some(_) if is_given(answer, today) => continue,
            Some(_) => (format!("the answer to `{key}` is given only later"), "if it was given earlier, set `on:` to that day"),
            None if ahead => continue,
            None => (format!("no finding has the key `{key}`"), "remove the answer, or copy the key that `ropa check` prints"),
        };
        let finding = out.report(&UNUSED_ANSWER, &[key]);
        finding.say(message).at(answer.span, "").help(help);
        if ahead {
            finding.level(Level::Note);
        }
    }
}
