//! The names in one file, written out in full: which words of each section are names, and of what.

use std::collections::{BTreeMap, BTreeSet};

use crate::declare::{
    ActivityDecl, CollectDecl, ContractDecl, FileDecl, FlowDecl, GateDecl, NoticeDecl, RecipientDecl, Settings, SourceDecl, SystemDecl,
    Word,
};
use crate::finding::{DANGLING_IMPORT, Findings, INVALID_ID};
use crate::model::names::{is_reserved, valid_id};
use crate::source::{Entries, Many, Short, Span};

/// What a repository declares, where a word may be one of its names or something else.
#[derive(Debug)]
pub(super) struct Known {
    /// Systems and recipients.
    pub nodes: BTreeSet<String>,
    /// Sources of received data.
    pub sources: BTreeSet<String>,
}

/// Where a word stands, and who else there is.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// What others call the project.
    pub own: Option<&'a str>,
    /// The repository of the file; none for the project's own.
    pub here: Option<&'a str>,
    /// Repositories that the project imports, and where it says so.
    pub imported: &'a BTreeMap<String, Span>,
    /// What each of them declares.
    pub known: &'a BTreeMap<String, Known>,
}

impl Scope<'_> {
    /// Policies, which may name what is another's.
    pub fn settings(self, settings: &mut Settings, out: &mut Findings) {
        for policy in settings.policies.0.iter_mut().map(|it| &mut it.value) {
            policy.activities.0.iter_mut().for_each(|word| self.own_name(word));
            if let Some(to) = policy.to.as_mut() {
                self.names(to.0.recipient.0.iter_mut().chain(&mut to.0.system.0), out);
            }
            if let Some(unless) = policy.unless.as_mut() {
                unless.activities.0.iter_mut().for_each(|word| self.own_name(word));
                self.names(unless.gate.0.iter_mut().chain(&mut unless.recipient.0).chain(&mut unless.system.0), out);
            }
        }
    }

    /// Every name of a file.
    pub fn file(self, decl: &mut FileDecl, out: &mut Findings) {
        self.loose(decl.team.as_mut());
        self.names(&mut decl.activities_default.0, out);
        self.ids(&mut decl.activities, out);
        self.ids(&mut decl.gates, out);
        self.ids(&mut decl.recipients, out);
        self.ids(&mut decl.roles, out);
        self.ids(&mut decl.notices, out);
        self.ids(&mut decl.sources, out);
        self.ids(&mut decl.controllers, out);
        self.ids(&mut decl.teams, out);
        decl.activities.0.iter_mut().for_each(|it| self.activity(&mut it.value, out));
        decl.gates.0.iter_mut().for_each(|it| self.gate(&mut it.value, out));
        for entry in &mut decl.systems.0 {
            // Only what adds to a system can stand in another repository than the system.
            let adds = entry.value.extends.as_ref().is_some_and(|it| it.value);
            if adds {
                self.name(&mut entry.key, out)
            } else {
                self.id(&mut entry.key, out)
            }
            self.system(&mut entry.value, out);
        }
        decl.recipients.0.iter_mut().for_each(|it| self.recipient(&mut it.value, out));
        decl.roles.0.iter_mut().for_each(|it| self.names(&mut it.value.activities.0, out));
        decl.notices.0.iter_mut().for_each(|it| self.notice(&mut it.value, out));
        decl.sources.0.iter_mut().for_each(|it| self.source(&mut it.value, out));
        decl.incidents.0.iter_mut().flat_map(|it| &mut it.value.flows.0).for_each(|it| self.flow_id(it, out));
    }

    fn activity(self, decl: &mut ActivityDecl, out: &mut Findings) {
        self.names(decl.entity.as_mut(), out);
        self.names(decl.joint.0.iter_mut().chain(&mut decl.on_behalf_of.0), out);
        self.names(decl.compatible.0.iter_mut().filter_map(|it| it.from.as_mut()), out);
        self.recipients(&mut decl.recipients, out);
    }

    fn gate(self, decl: &mut GateDecl, out: &mut Findings) {
        self.names(decl.activities.0.iter_mut().chain(&mut decl.named.0), out);
    }

    fn system(self, decl: &mut SystemDecl, out: &mut Findings) {
        self.loose(decl.team.as_mut());
        self.names(decl.hosted.0.iter_mut().filter_map(|it| it.0.id.as_mut()), out);
        self.keys(&mut decl.uses, out);
        self.loose(decl.access.0.iter_mut().map(|entry| &mut entry.key));
        self.moves(&mut decl.collects, &mut decl.sends, out);
    }

    fn recipient(self, decl: &mut RecipientDecl, out: &mut Findings) {
        self.names(decl.subprocessors.0.iter_mut().filter_map(|it| it.0.id.as_mut()), out);
        let features = decl.features.0.iter_mut().filter_map(|it| it.value.0.contract.as_mut());
        decl.contract.as_mut().into_iter().chain(features).for_each(|it| self.contract(it, out));
        self.moves(&mut decl.collects, &mut decl.sends, out);
    }

    fn contract(self, decl: &mut ContractDecl, out: &mut Findings) {
        self.names(decl.activities.0.iter_mut().chain(&mut decl.authorised.0).chain(&mut decl.notified.0), out);
    }

    fn moves(self, collects: &mut Entries<Short<CollectDecl>>, sends: &mut Entries<Box<Short<FlowDecl>>>, out: &mut Findings) {
        for it in collects.0.iter_mut().map(|it| &mut it.value.0) {
            self.names(it.activities.0.iter_mut().chain(&mut it.gate.0).chain(it.source.as_mut()), out);
        }
        self.keys(sends, out);
        for it in sends.0.iter_mut().map(|it| &mut it.value.0) {
            self.names(it.activities.0.iter_mut().chain(&mut it.gate.0), out);
        }
    }

    fn notice(self, decl: &mut NoticeDecl, out: &mut Findings) {
        self.names(&mut decl.activities.0, out);
        self.recipients(&mut decl.recipients, out);
        decl.sources.0.iter_mut().for_each(|word| self.name_or_text(word, |known| &known.sources));
    }

    fn source(self, decl: &mut SourceDecl, out: &mut Findings) {
        // A supplier may be a recipient or anybody else in the world.
        decl.from.as_mut().into_iter().for_each(|word| self.name_or_text(word, |known| &known.nodes));
        self.names(decl.informed.as_mut().into_iter().filter_map(|it| it.notice.as_mut()), out);
    }

    /// A word that can only be a name; of a flow, what stands behind `#` is none.
    fn name(self, word: &mut Word, out: &mut Findings) {
        let (to, label) = word.value.split_at(word.value.find('#').unwrap_or(word.value.len()));
        if is_reserved(to) {
            return;
        }
        match to.split_once('/') {
            None => word.value = format!("{}{label}", self.full(to)),
            Some((namespace, rest)) if self.own == Some(namespace) => word.value = format!("{rest}{label}"),
            Some((namespace, _)) if self.imported.contains_key(namespace) || !valid_id(namespace, false) => {}
            Some((namespace, _)) => self.dangling(word, namespace, out),
        }
    }

    fn names<'w>(self, words: impl IntoIterator<Item = &'w mut Word>, out: &mut Findings) {
        words.into_iter().for_each(|word| self.name(word, out));
    }

    fn keys<T>(self, entries: &mut Entries<T>, out: &mut Findings) {
        self.names(entries.0.iter_mut().map(|entry| &mut entry.key), out);
    }

    fn full(self, local: &str) -> String {
        self.here.map_or_else(|| local.to_owned(), |here| format!("{here}/{local}"))
    }

    /// A word that may be a name of the project's own with its namespace, and else stays what it is.
    fn own_name(self, word: &mut Word) {
        if let Some((_, rest)) = word.value.split_once('/').filter(|(namespace, _)| self.own == Some(namespace)) {
            word.value = rest.to_owned();
        }
    }

    /// A word that is a name only where its repository declares it: else a kind, a tag or a text.
    fn name_or_text(self, word: &mut Word, among: impl Fn(&Known) -> &BTreeSet<String>) {
        if self.here.and_then(|here| self.known.get(here)).is_some_and(|it| among(it).contains(&word.value)) {
            word.value = self.full(&word.value);
        }
        self.own_name(word);
    }

    /// Recipients by id or by kind.
    fn recipients(self, words: &mut Many<Word>, out: &mut Findings) {
        for word in &mut words.0 {
            if word.value.contains('/') { self.name(word, out) } else { self.name_or_text(word, |known| &known.nodes) }
        }
    }

    /// Teams and roles: where a repository declares none, their names are texts.
    fn loose<'w>(self, words: impl IntoIterator<Item = &'w mut Word>) {
        for word in words {
            self.own_name(word);
            if !word.value.contains('/') {
                word.value = self.full(&word.value);
            }
        }
    }

    /// `sender->target#label`.
    fn flow_id(self, word: &mut Word, out: &mut Findings) {
        let Some((from, to)) = word.value.split_once("->") else { return };
        let mut ends = [from, to].map(|it| Word { value: it.to_owned(), span: word.span });
        self.names(&mut ends, out);
        word.value = ends.map(|it| it.value).join("->");
    }

    /// What is declared under a key belongs to the repository of the file.
    fn id(self, key: &mut Word, out: &mut Findings) {
        match key.value.split_once('/') {
            None => key.value = self.full(&key.value),
            Some((namespace, _)) if self.here == Some(namespace) => {}
            Some((namespace, rest)) if self.here.is_none() && self.own == Some(namespace) => key.value = rest.to_owned(),
            Some((_, rest)) => {
                out.report(&INVALID_ID, &[&key.value])
                    .say(format!("`{}` would be declared for another repository", key.value))
                    .at(key.span, "")
                    .help(format!("an id has no `/`: write `{rest}`; what is added to a system of another stands under `extends: true`"));
            }
        }
    }

    fn ids<T>(self, section: &mut Entries<T>, out: &mut Findings) {
        section.0.iter_mut().for_each(|entry| self.id(&mut entry.key, out));
    }

    fn dangling(self, word: &Word, namespace: &str, out: &mut Findings) {
        let named = match self.here {
            Some(here) => format!("`{here}` names `{}`", word.value),
            None => format!("`{}` is named", word.value),
        };
        let finding = out.report(&DANGLING_IMPORT, &[namespace]);
        finding.say(format!("{named}, and the repository `{namespace}` is not imported")).at(word.span, "named here");
        if let Some(line) = self.here.and_then(|here| self.imported.get(here)) {
            finding.at(*line, "imported here");
        }
        let itself = if self.own.is_none() { format!("; or `namespace: {namespace}`, if that is this project") } else { String::new() };
        finding.help(format!("add to `ropa.yaml`: `imports: {{ {namespace}: models/{namespace}.yaml }}`{itself}"));
    }
}
