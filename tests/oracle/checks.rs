//! The product's check of a generated project, and whether its answer hangs on what must not matter.

use std::collections::{BTreeMap, BTreeSet};

use ropa::answer_texts;
use ropa::evidence::Evidence;
use ropa::finding::{Basis, Finding, Findings, Rule};
use ropa::flow::Map;
use ropa::rules::{self, Case};
use ropa::verdict::{Lock, Verdict, judge};

use super::compare::{difference, read, sound, today, wrong};
use super::declared::Project;
use super::yaml::{settings, spread};

/// A map and what is said to it.
pub struct Checked {
    pub map: Map,
    pub verdict: Verdict,
}

/// Checks a project as one text, beside a lock; nothing where its declarations do not hold together.
pub fn check(project: &Project, text: &str, lock: &Lock) -> Option<Checked> {
    let (map, found) = read(&settings(project), text);
    let holds = wrong(&found).next().is_none();
    holds.then(|| verdict(map, found, lock))
}

fn verdict(map: Map, mut found: Findings, lock: &Lock) -> Checked {
    let nothing = Evidence::default();
    let case = Case::of(&map, &nothing);
    rules::check(&case, &mut found);
    let known: Vec<&'static Rule> = rules::all().collect();
    let verdict = judge(&map, &case.walks, found, lock, &known);
    Checked { map, verdict }
}

/// Everything a finding says, but for the places where it says so.
pub fn told(it: &Finding) -> String {
    let path: Vec<String> = it.path.iter().map(|hop| format!("{} {} {} {}", hop.flow, hop.node, hop.item, hop.form)).collect();
    let subjects: Vec<String> = it.subjects.iter().map(ToString::to_string).collect();
    let labels: Vec<&str> = it.labels.iter().map(|label| label.text.as_str()).collect();
    let cited: Vec<&str> = it.cited().collect();
    let said = (&it.help, &it.notes, &it.question, it.fix.as_ref().map(|fix| &fix.yaml));
    format!("{} {}: {} {said:?} {labels:?} {cited:?} {subjects:?} {path:?}", it.level, it.key, it.message)
}

/// Every finding with how often it is made, as lines; those of the language come before rules are asked.
fn lines(checked: &Checked) -> BTreeSet<String> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for it in checked.verdict.findings.iter().filter(|it| it.finding.rule.basis != Basis::Language) {
        *count.entry(told(&it.finding)).or_default() += 1;
    }
    count.into_iter().map(|(line, times)| format!("{times} x {line}")).collect()
}

/// Whether rules answer otherwise when the same declarations stand in other files, or are read by
/// other threads; or whether two findings share a key and differ in what they say.
pub fn answers_differ(project: &Project, text: &str) -> Option<String> {
    let in_pool = |threads: usize, files: &[(&str, &str)]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let answer = answer_texts(&settings(project), files, None, today());
            sound(&answer.findings);
            lines(&verdict(answer.map, answer.findings, &Lock::default()))
        })
    };
    let (map, found) = read(&settings(project), text);
    sound(&found);
    let whole = lines(&verdict(map, found, &Lock::default()));
    [(1, 3), (16, 5)].into_iter().find_map(|(threads, count)| {
        let parts = spread(project, count);
        let mut files: Vec<(&str, &str)> = parts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.reverse();
        difference("findings", &in_pool(threads, &files), &whole)
    })
}

/// Whether two findings of one check share a key and say something else.
pub fn keys_shared(project: &Project, text: &str) -> Option<String> {
    let (map, found) = read(&settings(project), text);
    sound(&found);
    let checked = verdict(map, found, &Lock::default());
    let mut said: BTreeMap<&str, &str> = BTreeMap::new();
    checked.verdict.findings.iter().map(|it| &it.finding).find_map(|it| {
        let other = said.insert(&it.key, &it.message)?;
        (other != it.message).then(|| format!("{}:\n  {other}\n  {}", it.key, it.message))
    })
}
