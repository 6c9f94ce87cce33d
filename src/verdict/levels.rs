//! Levels as the project sets them.

use std::collections::BTreeMap;

use crate::declare::{SettingLevel, Settings};
use crate::finding::{Basis, Findings, INVALID_VALUE, Rule, UNKNOWN_NAME};
use crate::source::nearest;

/// The level set for each rule; what cannot be set is a finding.
pub(super) fn levels(settings: &Settings, known: &[&'static Rule], out: &mut Findings) -> BTreeMap<String, SettingLevel> {
    let mut levels = BTreeMap::new();
    for entry in settings.levels.iter() {
        let id = &entry.key.value;
        let Some(rule) = known.iter().find(|rule| rule.id == id) else {
            let finding = out.report(&UNKNOWN_NAME, &[id]);
            finding.say(format!("no rule is called `{id}`")).at(entry.key.span, "");
            if id.starts_with("policy:") {
                finding.help("the level of a policy stands in the policy itself: `level: warning`; `policy` sets that of all");
                continue;
            }
            match nearest(id, known.iter().map(|rule| rule.id)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`ropa rules` lists them"),
            };
            continue;
        };
        let Some(level) = entry.value.level.as_ref() else { continue };
        if rule.basis == Basis::Language {
            out.report(&INVALID_VALUE, &[id])
                .say(format!("`{id}` is a rule of the language and cannot be set to another level"))
                .at(entry.key.span, "")
                .help("remove the line");
            continue;
        }
        if level.value == SettingLevel::Off && rule.basis == Basis::Lock {
            out.report(&INVALID_VALUE, &[id])
                .say(format!("`{id}` keeps the lock and the waivers honest and cannot be turned off"))
                .at(level.span, "")
                .help("give it another level, or remove the line");
            continue;
        }
        if level.value == SettingLevel::Off && entry.value.why.is_none() {
            out.report(&INVALID_VALUE, &[id])
                .say(format!("`{id}` is turned off without a reason"))
                .at(level.span, "")
                .help(format!("write `{id}: {{ level: off, why: … }}`"));
            continue;
        }
        levels.insert(id.clone(), level.value);
    }
    levels
}
