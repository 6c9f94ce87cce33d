//! `ropa export model`: what a repository declares, as one file for others to import.

use anyhow::Context;

use crate::Answer;
use crate::finding::{DANGLING_IMPORT, EMPTY_SELECTION, ITEM_NOT_HELD, Rule, UNKNOWN_NAME};
use crate::source::bundle;

/// What is wrong as long as another repository is not there: two that name each other could else never
/// export the first model.
static OPEN: &[&Rule] = &[&UNKNOWN_NAME, &DANGLING_IMPORT, &ITEM_NOT_HELD, &EMPTY_SELECTION];

/// Passes over what only the model of another repository can settle.
pub fn settle(answer: &mut Answer) {
    answer.findings.keep(|it| OPEN.iter().all(|rule| rule.id != it.rule.id));
}

/// The model: `ropa.yaml` and the declarations, word for word.
pub fn written(answer: &Answer, revision: Option<&str>) -> anyhow::Result<String> {
    let project = &answer.project;
    let namespace = answer.map.model.settings.namespace.as_ref();
    let namespace = namespace
        .context("nobody has said what the names of this project begin with elsewhere\nhelp: add to `ropa.yaml`: `namespace: shop`")?;
    let files = project.files.iter().chain([&project.settings]).map(|file| answer.sources.get(*file));
    bundle(namespace, revision, files.map(|it| (project.below(&it.path), it.text.as_str())))
}
