//! Policies: every name in them must exist, or they would deny nothing without a word.

use std::collections::BTreeSet;

use super::Resolver;
use super::words::Transforms;
use crate::declare::{ExceptionDecl, PolicyDecl, Role, Word};
use crate::finding::INVALID_VALUE;
use crate::law::Form;
use crate::model::names::{check_id, unknown};
use crate::model::policy::{Exception, Policy, Target};
use crate::model::{ActivityId, GateId, Node, NodeId};
use crate::source::{Many, Spanned};

/// The keys that say where something goes, as `to` and `unless` share them.
struct Where<'a> {
    role: &'a Many<Spanned<Role>>,
    kind: &'a Many<Word>,
    country: &'a Many<Word>,
    recipient: &'a Many<Word>,
    system: &'a Many<Word>,
    zone: &'a Many<Word>,
    tag: &'a Many<Word>,
}

macro_rules! place {
    ($from:expr) => {
        Where {
            role: &$from.role,
            kind: &$from.kind,
            country: &$from.country,
            recipient: &$from.recipient,
            system: &$from.system,
            zone: &$from.zone,
            tag: &$from.tag,
        }
    };
}

impl Resolver<'_> {
    pub(super) fn policies(&mut self) {
        for entry in self.model.settings.policies.0.clone() {
            check_id(&entry.key.value, entry.key.span, false, self.out);
            let decl: PolicyDecl = entry.value;
            if decl.deny.is_empty() {
                self.out
                    .report(&INVALID_VALUE, &[&entry.key.value])
                    .say(format!("the policy `{}` does not say what it denies", entry.key.value))
                    .at(entry.key.span, "")
                    .help("add `deny:` with fields, categories or subjects");
            }
            let (deny, _) = self.selector(&decl.deny, Transforms::Refused("`form:` says in which form something is denied"));
            let forms = self.forms(&decl.form).unwrap_or_else(|| vec![Form::Plain, Form::Encrypted, Form::Pseudonymised]);
            let activities = self.activities_or_tags(&decl.activities);
            let to = match decl.to.as_ref() {
                None => Target { external: true, ..Target::default() },
                Some(to) => {
                    if let Some(scope) = to.scope.as_ref().filter(|scope| scope.value != "external") {
                        self.out
                            .report(&INVALID_VALUE, &[&scope.value])
                            .say(format!("`{}` is no place a policy knows", scope.value))
                            .at(scope.span, "")
                            .help(format!("write `external`, or `to: {{ recipient: {} }}` with the key that is meant", scope.value));
                    }
                    Target { external: to.scope.is_some(), ..self.target(&place!(to)) }
                }
            };
            if decl.unless.as_ref().is_some_and(|it| *it == ExceptionDecl::default()) {
                self.out
                    .report(&INVALID_VALUE, &[&entry.key.value, "unless"])
                    .say(format!("`unless:` of the policy `{}` says nothing, and would lift it everywhere", entry.key.value))
                    .at(entry.key.span, "")
                    .help("say what lifts it, or remove `unless:`");
            }
            let unless = decl.unless.as_ref().map(|it| Exception {
                gates: self.gates_named(&it.gate),
                forms: self.forms(&it.form),
                bases: words(&it.basis).inspect(|_| {
                    for word in it.basis.iter() {
                        self.basis(word);
                    }
                }),
                activities: self.activities_or_tags(&it.activities),
                to: self.target(&place!(it)),
            });
            self.model.policies.push(Policy { id: entry.key.value, deny, forms, activities, to, unless, decl, span: entry.key.span });
        }
        self.model.policies.sort_by(|a, b| a.id.cmp(&b.id));
    }

    fn target(&mut self, it: &Where) -> Target {
        for word in it.kind.iter().filter(|word| self.model.law.kinds.get(word).is_none()) {
            unknown("kind of recipient", word, word.span, self.model.law.kinds.ids(), self.out);
        }
        for word in it.country.iter().filter(|word| word.value != "outside-eea") {
            self.place(word);
        }
        let named = !it.recipient.is_empty() || !it.system.is_empty();
        let mut nodes: Vec<NodeId> = it.recipient.iter().filter_map(|word| self.a_recipient(word)).collect();
        nodes.extend(it.system.iter().filter_map(|word| self.a_system(word)));
        let zones: BTreeSet<&str> = self.model.nodes.iter().filter_map(Node::zone).map(|it| it.value.as_str()).collect();
        let tags: BTreeSet<&str> = self.model.nodes.iter().flat_map(Node::tags).map(|it| it.value.as_str()).collect();
        for (kind, all, known) in [("zone", it.zone, zones), ("tag of a system or recipient", it.tag, tags)] {
            for word in all.iter().filter(|word| !known.contains(word.value.as_str())) {
                unknown(kind, word, word.span, known.iter().copied(), self.out);
            }
        }
        Target {
            external: false,
            roles: (!it.role.is_empty()).then(|| it.role.iter().map(|role| role.value).collect()),
            kinds: words(it.kind),
            countries: words(it.country),
            nodes: named.then_some(nodes),
            zones: words(it.zone),
            tags: words(it.tag),
        }
    }

    fn a_system(&mut self, word: &Word) -> Option<NodeId> {
        let id = NodeId(self.nodes.expect(word, self.out)?);
        if !self.model.node(id).is_system() {
            self.out
                .report(&INVALID_VALUE, &[&word.value])
                .say(format!("`{}` is a recipient, not a system of the organisation itself", word.value))
                .at(word.span, "")
                .help(format!("write `recipient: {}`, or name a system", word.value));
            return None;
        }
        Some(id)
    }

    fn forms(&mut self, all: &Many<Word>) -> Option<Vec<Form>> {
        let mut forms = Vec::new();
        for word in all.iter() {
            match Form::named(word) {
                Some(form) => forms.push(form),
                None => {
                    self.out
                        .report(&INVALID_VALUE, &[&word.value])
                        .say(format!("`{}` is none of the forms `plain`, `pseudonymised`, `encrypted`, `anonymised`", word.value))
                        .at(word.span, "");
                }
            }
        }
        (!all.is_empty()).then_some(forms)
    }

    fn gates_named(&mut self, all: &Many<Word>) -> Option<Vec<GateId>> {
        let gates = all.iter().filter_map(|word| self.gates.expect(word, self.out)).map(GateId).collect();
        (!all.is_empty()).then_some(gates)
    }

    /// Activities by id or by tag; a word that is neither is a finding.
    fn activities_or_tags(&mut self, all: &Many<Word>) -> Option<Vec<ActivityId>> {
        let mut found = Vec::new();
        for word in all.iter() {
            if let Some(id) = self.activities.get(word) {
                found.push(ActivityId(id));
                continue;
            }
            let tagged = |at: &usize| self.model.activities[*at].decl.tags.iter().any(|tag| tag.value == word.value);
            let with: Vec<usize> = (0..self.model.activities.len()).filter(tagged).collect();
            if with.is_empty() {
                unknown("activity or tag of one", word, word.span, self.activities.ids(), self.out);
            }
            found.extend(with.into_iter().map(ActivityId::from_index));
        }
        (!all.is_empty()).then_some(found)
    }
}

fn words(all: &Many<Word>) -> Option<Vec<String>> {
    (!all.is_empty()).then(|| all.iter().map(|word| word.value.clone()).collect())
}
