//! Activities, roles, notices, sources, controllers, teams, waivers: everything that names the rest.

use std::collections::BTreeSet;

use super::{Resolver, section};
use crate::declare::{DeclaredFile, Retention, WaiverDecl, Word};
use crate::finding::INVALID_VALUE;
use crate::model::names::{check_id, local, namespace, unknown};
use crate::model::{
    Activity, ActivityId, Answer, Controller, Covered, Incident, NodeId, Notice, Origin, RoleGroup, SubjectId, Team, Waiver,
};
use crate::source::Span;

impl Resolver<'_> {
    /// What nodes refer to, before the nodes are known.
    pub(super) fn records(&mut self, files: &mut [DeclaredFile]) {
        let activities = section(files, |file| &mut file.activities, self.out);
        for (at, (id, it)) in activities.iter().enumerate() {
            check_id(local(id), it.span, false, self.out);
            self.activities.insert(id, at, it.span);
        }
        self.model.activities =
            activities.into_iter().map(|(id, it)| Activity { id, joint: Vec::new(), data: None, decl: it.value, span: it.span }).collect();
        for (id, it) in section(files, |file| &mut file.roles, self.out) {
            check_id(local(&id), it.span, false, self.out);
            let activities = self.known_activities(&it.value.activities);
            self.model.roles.push(RoleGroup { id, activities, decl: it.value, span: it.span });
        }
        for (id, it) in section(files, |file| &mut file.controllers, self.out) {
            check_id(local(&id), it.span, false, self.out);
            if let Some(country) = it.value.country.as_ref() {
                self.place(country);
            }
            self.model.controllers.push(Controller { id, decl: it.value, span: it.span });
        }
        for (id, it) in section(files, |file| &mut file.teams, self.out) {
            check_id(local(&id), it.span, false, self.out);
            self.model.teams.push(Team { id, decl: it.value, span: it.span });
        }
        for gate in 0..self.model.gates.len() {
            let words = self.model.gates[gate].decl.as_ref().map(|it| it.activities.0.clone()).unwrap_or_default();
            self.model.gates[gate].activities = self.known_activities(&words);
        }
    }

    /// What refers to nodes, after the nodes are known.
    pub(super) fn waivers(&mut self, files: &mut [DeclaredFile]) {
        self.settings();
        self.defaults_exist();
        self.activities_complete();
        self.policies();
        for (id, it) in section(files, |file| &mut file.notices, self.out) {
            check_id(local(&id), it.span, false, self.out);
            let decl = it.value;
            let subjects = decl.subjects.iter().filter_map(|word| self.subjects.expect(word, self.out)).map(SubjectId).collect();
            let activities = self.known_activities(&decl.activities);
            for word in decl.recipients.iter() {
                self.recipient_or_kind(word);
            }
            for word in decl.countries.iter() {
                self.place(word);
            }
            for word in decl.bases.iter() {
                self.basis(word);
            }
            for word in decl.mechanisms.iter().filter(|word| self.model.law.mechanisms.get(word).is_none()) {
                unknown("transfer mechanism", word, word.span, self.model.law.mechanisms.ids(), self.out);
            }
            self.categories_of(decl.retention.as_ref());
            self.model.notices.push(Notice { id, subjects, activities, decl, span: it.span });
        }
        for (id, it) in section(files, |file| &mut file.sources, self.out) {
            check_id(local(&id), it.span, false, self.out);
            // A supplier may be a recipient or anybody else in the world.
            let from = it.value.from.as_ref().and_then(|word| self.nodes.get(word)).map(NodeId);
            if let Some(notice) = it.value.informed.as_ref().and_then(|it| it.notice.as_ref())
                && !self.model.notices.iter().any(|it| it.id == notice.value)
            {
                unknown("notice", notice, notice.span, self.model.notices.iter().map(|it| it.id.as_str()), self.out);
            }
            self.model.origins.push(Origin { id, from, decl: it.value, span: it.span });
        }
        self.sources_exist();
        for file in files.iter_mut() {
            for waiver in std::mem::take(&mut file.decl.waivers).0 {
                let (decl, span) = (waiver.value, waiver.span);
                self.waiver_says_enough(&decl, span);
                let Some(finding) = decl.finding.cloned() else { continue };
                let mut covers = Vec::new();
                for row in decl.covers.iter() {
                    match Covered::read(row) {
                        Some(covered) => {
                            self.covered_exists(&covered, row);
                            covers.push(covered);
                        }
                        None => {
                            self.out
                                .report(&INVALID_VALUE, &["covers"])
                                .say(format!("`{}` is no row of what a waiver covers", row.value))
                                .at(row.span, "")
                                .help("write `item:form:labels`, as in `customer.segment:plain:special.union,to:US`, or run `ropa waive`");
                        }
                    }
                }
                self.model.waivers.push(Waiver {
                    finding: finding.value,
                    expires: decl.expires.as_ref().map(|it| it.value),
                    date: decl.date.as_ref().map(|it| it.value),
                    covers,
                    decl,
                    span: finding.span,
                });
            }
        }
        self.model.waivers.sort_by_key(|waiver| waiver.span);
        for (finding, it) in section(files, |file| &mut file.answers, self.out) {
            let said = [("answer", it.value.answer.is_some()), ("by", it.value.by.is_some()), ("on", it.value.on.is_some())];
            self.says_enough("an answer", &said, it.span, "say what was found out or decided, who says so, and on which day");
            self.model.answers.push(Answer { finding, decl: it.value, span: it.span });
        }
    }

    /// Incidents name flows, which are known only when all nodes are.
    pub(super) fn incidents(&mut self, files: &mut [DeclaredFile]) {
        for (id, it) in section(files, |file| &mut file.incidents, self.out) {
            check_id(local(&id), it.span, false, self.out);
            let said = [("date", it.value.date.is_some()), ("flows", !it.value.flows.is_empty())];
            self.says_enough("an incident", &said, it.span, "say on which day it was found, and which flows it is about");
            let mut flows = Vec::new();
            for word in it.value.flows.iter() {
                match self.model.flow_named(word) {
                    Some(flow) => flows.push(flow),
                    None => unknown("flow", word, word.span, self.model.flows.iter().map(|it| it.id.as_str()), self.out),
                }
            }
            flows.sort();
            flows.dedup();
            self.model.incidents.push(Incident { id, flows, decl: it.value, span: it.span });
        }
    }

    /// The item and the labels of a row that a waiver covers.
    fn covered_exists(&mut self, covered: &Covered, row: &Word) {
        let (subject, field) = covered.item.split_once('.').unwrap_or((&covered.item, ""));
        if self.subjects.get(subject).is_none() {
            unknown("subject", subject, row.span, self.subjects.ids(), self.out);
        } else if self.fields.get(field).is_none() && field != "unknown" {
            unknown("field", field, row.span, self.fields.ids(), self.out);
        }
        for label in covered.labels.iter().filter(|label| *label != "unknown" && !label.starts_with("to:")) {
            if self.categories.get(label).is_none() {
                unknown("category", label, row.span, self.categories.ids(), self.out);
            }
        }
    }

    /// What a file says for all it holds must exist, even where nothing in it takes that up.
    fn defaults_exist(&mut self) {
        for defaults in self.defaults.clone() {
            if let Some(country) = &defaults.country {
                self.place(country);
            }
            for word in defaults.activities.iter().filter(|word| word.value != "none") {
                self.activities.expect(word, self.out);
            }
        }
    }

    /// Somebody answers for a finding only where who, why and since when are said.
    fn waiver_says_enough(&mut self, decl: &WaiverDecl, span: Span) {
        let said =
            [("finding", decl.finding.is_some()), ("why", decl.why.is_some()), ("by", decl.by.is_some()), ("date", decl.date.is_some())];
        let help = "say which finding it waives (the key that `ropa check` prints), why, by whom, and from when";
        self.says_enough("a waiver", &said, span, help);
    }

    fn says_enough(&mut self, what: &str, said: &[(&str, bool)], span: Span, help: &str) {
        let missing: Vec<String> = said.iter().filter(|(_, said)| !said).map(|(key, _)| format!("`{key}:`")).collect();
        if !missing.is_empty() {
            let key = what.rsplit(' ').next().unwrap_or_default();
            self.out.report(&INVALID_VALUE, &[key]).say(format!("{what} without {}", missing.join(", "))).at(span, "").help(help);
        }
    }

    fn known_activities(&mut self, words: &[Word]) -> Vec<ActivityId> {
        let mut all: Vec<_> = words.iter().filter_map(|word| self.activities.expect(word, self.out)).map(ActivityId).collect();
        all.sort();
        all.dedup();
        all
    }

    fn settings(&mut self) {
        let organisations: Vec<_> = self
            .model
            .settings
            .organisation
            .iter()
            .cloned()
            .chain(self.model.settings.entities.iter().map(|it| it.value.clone()))
            .collect();
        for word in organisations.iter().flat_map(|it| it.country.iter().chain(it.profile.iter())) {
            self.place(word);
        }
        let spoken: BTreeSet<String> =
            self.model.law.words.iter().flat_map(|(_, text)| text.by_language.iter()).map(|it| it.key.value.clone()).collect();
        for word in self.model.settings.languages.iter().filter(|word| !spoken.contains(&word.value)) {
            unknown("language of the register", word, word.span, spoken.iter().map(String::as_str), self.out);
        }
        if let Some(version) = self.model.settings.version.as_ref()
            && version.value != 1
        {
            self.out
                .report(&INVALID_VALUE, &["version"])
                .say(format!("version {} of the language is not known to this program", version.value))
                .at(version.span, "")
                .help("this program reads version 1");
        }
    }

    fn activities_complete(&mut self) {
        for at in 0..self.model.activities.len() {
            // Taken out while names are looked up, put back below.
            let decl = std::mem::take(&mut self.model.activities[at].decl);
            let joint = decl.joint.iter().filter_map(|word| self.a_recipient(word)).collect();
            if let Some(word) = decl.basis.as_ref() {
                self.basis(word);
            }
            for entry in decl.special.iter() {
                self.categories.expect(&entry.key, self.out);
                if let Some(letter) = entry.value.condition.as_ref()
                    && self.model.law.conditions.get(letter).is_none()
                {
                    unknown("condition of Art. 9(2)", letter, letter.span, self.model.law.conditions.ids(), self.out);
                }
            }
            self.known_activities(&decl.compatible.iter().filter_map(|it| it.from.cloned()).collect::<Vec<_>>());
            for word in decl.on_behalf_of.iter().filter(|word| !self.model.controllers.iter().any(|it| it.id == word.value)) {
                unknown("controller", word, word.span, self.model.controllers.iter().map(|it| it.id.as_str()), self.out);
            }
            if let Some(word) = decl.entity.as_ref()
                && self.model.settings.entities.get(word).is_none()
            {
                unknown("entity", word, word.span, self.model.settings.entities.iter().map(|it| it.key.value.as_str()), self.out);
            }
            for word in decl.recipients.iter() {
                self.recipient_or_kind(word);
            }
            for word in decl.countries.iter() {
                self.place(word);
            }
            let data = (!decl.data.is_empty()).then(|| self.plain_selector(&decl.data, "a purpose needs an item, in whatever form"));
            self.categories_of(decl.retention.as_ref());
            let activity = &mut self.model.activities[at];
            (activity.joint, activity.data, activity.decl) = (joint, data, decl);
        }
        let systems: Vec<_> = self
            .model
            .nodes
            .iter()
            .filter_map(|node| match &node.kind {
                crate::model::NodeKind::System(decl) => decl.retention.cloned(),
                crate::model::NodeKind::Recipient(_) => None,
            })
            .collect();
        for retention in systems {
            self.categories_of(Some(&retention));
        }
        let named: Vec<_> = self.model.gates.iter().filter_map(|it| it.decl.as_ref()).flat_map(|it| it.named.0.clone()).collect();
        for word in named {
            self.a_recipient(&word);
        }
        self.teams();
    }

    /// Where teams are declared, only those exist; of each repository by itself.
    fn teams(&mut self) {
        let known: BTreeSet<String> = self.model.teams.iter().map(|it| it.id.clone()).collect();
        let declares = |word: &Word| known.iter().any(|id| namespace(id) == self.model.repository(word));
        let defaults = self.defaults.iter().filter_map(|it| it.team.clone());
        let own = self.model.nodes.iter().filter_map(|node| match &node.kind {
            crate::model::NodeKind::System(decl) => decl.team.cloned(),
            crate::model::NodeKind::Recipient(_) => None,
        });
        for word in defaults.chain(own).filter(|word| !known.contains(&word.value) && declares(word)).collect::<Vec<_>>() {
            unknown("team", &word, word.span, known.iter().map(String::as_str), self.out);
        }
    }

    fn sources_exist(&mut self) {
        let words: Vec<_> = self.model.nodes.iter().flat_map(|node| &node.collects).filter_map(|it| it.decl.source.cloned()).collect();
        for word in words.iter().filter(|word| !self.model.origins.iter().any(|it| it.id == word.value)) {
            unknown("source", word, word.span, self.model.origins.iter().map(|it| it.id.as_str()), self.out);
        }
    }

    fn recipient_or_kind(&mut self, word: &Word) {
        if self.model.law.kinds.get(word).is_none() && self.nodes.get(word).is_none() {
            unknown("recipient or kind of recipient", word, word.span, self.nodes.ids().chain(self.model.law.kinds.ids()), self.out);
        }
    }

    /// Retention by category names categories.
    pub(super) fn categories_of(&mut self, retention: Option<&Retention>) {
        if let Some(Retention::Map(entries)) = retention {
            for entry in entries.iter() {
                self.categories.expect(&entry.key, self.out);
            }
        }
    }
}
