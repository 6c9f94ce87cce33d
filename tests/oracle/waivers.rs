//! Waivers bound to items: what one answers for, before and after a flow has grown.

use ropa::finding::{Finding, Subject};
use ropa::verdict::{Judged, Lock};

use super::changes::Change;
use super::checks::{Checked, check};
use super::declared::Project;
use super::yaml::one_file;

/// Whether a waiver with the rows of one finding answers for anything else, or later for more.
pub fn outgrown((project, change, choice): &(Project, Change, u64)) -> Option<String> {
    let text = one_file(project);
    let plain = check(project, &text, &Lock::default())?;
    let speaking: Vec<&Finding> =
        plain.verdict.findings.iter().map(|it| &it.finding).filter(|it| !it.subjects.is_empty() && it.rule.can_be_waived()).collect();
    let chosen = *speaking.get(*choice as usize % speaking.len().max(1))?;
    let rows: Vec<String> = chosen.subjects.iter().map(ToString::to_string).collect();
    let waiver = format!(
        "waivers:\n  - finding: '{}'\n    why: W\n    by: B\n    date: 2026-06-01\n    expires: 2026-12-01\n    covers: ['{}']\n",
        chosen.key,
        rows.join("', '")
    );
    let waived = |checked: &Checked| -> Vec<String> {
        checked.verdict.findings.iter().filter(|it| it.waived.is_some()).map(|it| it.finding.key.clone()).collect()
    };
    let with = check(project, &format!("{text}{waiver}"), &Lock::default())?;
    if waived(&with) != [chosen.key.clone()] {
        return Some(format!("{waiver}waives {:?}", waived(&with)));
    }
    let others = |checked: &Checked| -> Vec<String> {
        let others = checked.verdict.findings.iter().filter(|it| it.finding.key != chosen.key);
        others.map(|it| super::checks::told(&it.finding)).collect()
    };
    if others(&with) != others(&plain) {
        return Some(format!("{waiver}changes another finding"));
    }
    let after = change.of(project)?;
    let grown = check(&after, &format!("{}{waiver}", one_file(&after)), &Lock::default())?;
    grown.verdict.findings.iter().find_map(|it| {
        let own = it.finding.key == chosen.key;
        if it.waived.is_some() != (own && it.finding.subjects.iter().all(|it| covered(it, &rows))) {
            let told = |subjects: &[Subject]| subjects.iter().map(ToString::to_string).collect::<Vec<_>>();
            return Some(format!(
                "{waiver}{} waived: {}; it was about {rows:?} and is about {:?} after {change:?}:\n{}",
                it.finding.key,
                it.waived.is_some(),
                told(&it.finding.subjects),
                one_file(&after)
            ));
        }
        silently(it, chosen).map(|why| format!("{waiver}{why} after {change:?}:\n{}", one_file(&after)))
    })
}

/// Whether a row says so much of a subject: its item, in no form less exposed, with all its labels.
fn covered(subject: &Subject, rows: &[String]) -> bool {
    let rank = |form: &str| ["plain", "pseudonymised", "encrypted", "anonymised"].iter().position(|it| *it == form).unwrap();
    rows.iter().any(|row| {
        let parts: Vec<&str> = row.split(':').collect();
        let labels = row.splitn(3, ':').nth(2).unwrap();
        parts[0] == subject.item
            && rank(parts[1]) <= rank(subject.form)
            && subject.labels.iter().all(|label| labels.split(',').any(|it| it == label))
    })
}

/// What a waived finding says without having said it when it was waived: an item in its message.
fn silently(it: &Judged, chosen: &Finding) -> Option<String> {
    it.waived?;
    // Of a long list only the first are named.
    if chosen.message.contains(" more") {
        return None;
    }
    let named = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let known: Vec<String> = chosen.subjects.iter().map(|it| it.item.clone()).chain(named(&chosen.message)).collect();
    let item = |word: &&String| ["visitor.", "customer."].iter().any(|it| word.starts_with(it));
    let new: Vec<String> = named(&it.finding.message).iter().filter(item).filter(|it| !known.contains(it)).cloned().collect();
    (!new.is_empty()).then(|| format!("{} is waived and now speaks of {new:?}: {}", it.finding.key, it.finding.message))
}
