//! Systems and recipients: merged from their files, with what they collect, derive, use and show.

use std::collections::BTreeMap;

use super::words::Transforms;
use super::{Declared, Resolver, declare, facts, section};
use crate::declare::{AccessDecl, CollectDecl, DeclaredFile, DeriveDecl, FlowDecl, HostedDecl, SystemDecl, UsesDecl, Word};
use crate::finding::{DUPLICATE_ID, EXCLUDED_BY_REVEAL, Findings, INVALID_VALUE, UNKNOWN_NAME};
use crate::law::{Form, Step};
use crate::model::names::{check_id, local, namespace, unknown};
use crate::model::{Access, ActivityId, Collect, Country, Derive, FieldId, GateId, Node, NodeKind, Selector, SubjectId, Taken, Use, What};
use crate::source::{Entries, Entry, Many, Short, Span, Spanned};

/// A section of one node as one file writes it.
pub(super) struct Part<T> {
    pub entry: Entry<T>,
    pub file: usize,
}

/// Everything that moves data at one node, from all files that speak of it.
#[derive(Default)]
pub(super) struct Parts {
    collects: Vec<Part<Short<CollectDecl>>>,
    derives: Vec<Part<Short<DeriveDecl>>>,
    uses: Vec<Part<UsesDecl>>,
    access: Vec<Part<AccessDecl>>,
    pub sends: Vec<Part<Box<Short<FlowDecl>>>>,
    pub hosted: Vec<HostedDecl>,
}

fn parts<T>(into: &mut Vec<Part<T>>, from: &mut Entries<T>, file: usize) {
    into.extend(std::mem::take(from).0.into_iter().map(|entry| Part { entry, file }));
}

impl Resolver<'_> {
    pub(super) fn nodes(&mut self, files: &mut [DeclaredFile]) {
        let mut moves: BTreeMap<String, Parts> = BTreeMap::new();
        let systems = self.systems(files, &mut moves);
        let mut recipients = section(files, |file| &mut file.recipients, self.out);
        for (id, recipient) in &mut recipients {
            let parts_of = moves.entry(id.clone()).or_default();
            parts(&mut parts_of.collects, &mut recipient.value.collects, recipient.file);
            parts(&mut parts_of.derives, &mut recipient.value.derives, recipient.file);
            parts(&mut parts_of.sends, &mut recipient.value.sends, recipient.file);
            if let Some(system) = systems.get(id) {
                self.out
                    .report(&crate::finding::NAME_CLASH, &[id])
                    .say(format!("`{id}` is both a system and a recipient"))
                    .at(recipient.span, "a recipient here")
                    .at(system.span, "a system here")
                    .help("rename one of the two; a flow could not tell them apart");
            }
        }
        recipients.retain(|id, _| !systems.contains_key(id));

        // Every node is known by name before any of them is looked at.
        let mut ids: Vec<(&String, Span)> = systems.iter().map(|(id, it)| (id, it.span)).collect();
        ids.extend(recipients.iter().map(|(id, it)| (id, it.span)));
        ids.sort();
        for (at, (id, span)) in ids.iter().enumerate() {
            check_id(local(id), *span, false, self.out);
            self.nodes.insert(id, at, *span);
        }
        let mut nodes: Vec<Node> = systems.into_iter().map(|(id, it)| self.system(id, it)).collect();
        let mut vendors = BTreeMap::new();
        for (id, it) in recipients {
            let node = self.recipient(id, it, &mut vendors);
            nodes.push(node);
        }
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        self.model.nodes = nodes;

        // Derivations first: what fields are and reveal follows from them, and selectors ask that.
        for at in 0..self.model.nodes.len() {
            let derives = moves.get_mut(&self.model.nodes[at].id).map(|it| std::mem::take(&mut it.derives)).unwrap_or_default();
            self.model.nodes[at].derives = derives.into_iter().filter_map(|part| self.derive(part)).collect();
        }
        facts::complete(&mut self.model);
        for at in 0..self.model.nodes.len() {
            let Some(parts) = moves.get_mut(&self.model.nodes[at].id) else { continue };
            let (collects, uses, access) =
                (std::mem::take(&mut parts.collects), std::mem::take(&mut parts.uses), std::mem::take(&mut parts.access));
            let collects = collects.into_iter().filter_map(|part| self.collect(part)).collect();
            let uses = uses.into_iter().filter_map(|part| self.uses(part)).collect();
            let access = access.into_iter().map(|part| self.access(part)).collect();
            let node = &mut self.model.nodes[at];
            (node.collects, node.uses, node.access) = (collects, uses, access);
        }
        self.recipients_complete();
        self.flows(moves);
    }

    /// Systems with their extensions from other files.
    fn systems(&mut self, files: &mut [DeclaredFile], moves: &mut BTreeMap<String, Parts>) -> BTreeMap<String, Declared<Box<SystemDecl>>> {
        let mut systems = BTreeMap::new();
        let mut extensions: Vec<(Word, Box<SystemDecl>, usize)> = Vec::new();
        for (at, file) in files.iter_mut().enumerate() {
            for entry in std::mem::take(&mut file.decl.systems).0 {
                let mut decl = entry.value;
                let into = moves.entry(entry.key.value.clone()).or_default();
                parts(&mut into.collects, &mut decl.collects, at);
                parts(&mut into.derives, &mut decl.derives, at);
                parts(&mut into.uses, &mut decl.uses, at);
                parts(&mut into.access, &mut decl.access, at);
                parts(&mut into.sends, &mut decl.sends, at);
                into.hosted.extend(std::mem::take(&mut decl.hosted).0.into_iter().map(|it| it.0));
                if decl.extends.as_ref().is_some_and(|it| it.value) {
                    extensions.push((entry.key, decl, at));
                } else {
                    let again = systems.get(&entry.key.value).map(|first: &Declared<Box<SystemDecl>>| (first.span, entry.key.clone()));
                    match again {
                        Some((first, id)) => duplicate_system(&id, first, self.out),
                        None => declare(&mut systems, entry.key, decl, at, self.out),
                    }
                }
            }
        }
        for (id, decl, _) in extensions {
            if !systems.contains_key(&id.value) {
                unknown("system", &id.value, id.span, systems.keys().map(String::as_str), self.out);
                moves.remove(&id.value);
                continue;
            }
            if let Some(key) = only_in_base(&decl) {
                self.out
                    .report(&INVALID_VALUE, &[&id.value])
                    .say(format!("`{key}` of `{}` belongs where the system is declared", id.value))
                    .at(id.span, "extended here")
                    .at(systems[&id.value].span, "declared here")
                    .help("an extension adds to `sends`, `collects`, `uses`, `derives`, `access` and `hosted` only");
            }
        }
        systems
    }

    fn system(&mut self, id: String, system: Declared<Box<SystemDecl>>) -> Node {
        let defaults = self.defaults[system.file].clone();
        let mut decl = system.value;
        decl.location = decl.location.or(defaults.country.into());
        self.country(decl.location.as_ref());
        let team = decl.team.as_ref().or(defaults.team.as_ref());
        Node { team: team.map(|it| it.value.clone()), ..node(id, NodeKind::System(decl), system.span) }
    }

    fn collect(&mut self, part: Part<Short<CollectDecl>>) -> Option<Collect> {
        let decl = part.entry.value.0;
        let activities = self.for_activities(&decl.activities, part.file);
        let gates = self.gate_list(&decl.gate);
        let subject = SubjectId(self.subjects.expect(&part.entry.key, self.out)?);
        let selector = self.plain_selector(&decl.fields, "items start plain; a transform stands where they flow");
        if let Some(word) = selector.takes.iter().chain(&selector.excludes).find(|word| word.subject.is_some_and(|it| it != subject)) {
            self.out
                .report(&INVALID_VALUE, &[&part.entry.key.value])
                .say(format!("the fields here are those of `{}`; another subject has a line of its own", part.entry.key.value))
                .at(word.span, "")
                .help("name the field alone");
        }
        if decl.fields.is_empty() {
            self.out
                .report(&INVALID_VALUE, &[&part.entry.key.value])
                .say(format!("nothing is named that is collected from `{}`", part.entry.key.value))
                .at(part.entry.key.span, "")
                .help("list the fields, or write `unknown` where nobody knows");
        }
        let fields = self.dictionary(&selector, subject);
        Some(Collect { subject, fields, activities, gates, decl, span: part.entry.key.span })
    }

    /// The fields of the dictionary a selector takes; a word that takes none is a finding.
    fn dictionary(&mut self, selector: &Selector, subject: SubjectId) -> Vec<(FieldId, Span)> {
        if let Some(span) = selector.unknown {
            return vec![(FieldId::UNKNOWN, span)];
        }
        let named = |word: &crate::model::Word| match word.what {
            What::Field(field) if word.subject.is_none_or(|it| it == subject) => Some((field, word.span)),
            _ => None,
        };
        // Most lists just name fields: nothing to search for.
        if selector.excludes.is_empty() && selector.takes.iter().all(|word| named(word).is_some()) {
            let mut fields: Vec<_> = selector.takes.iter().filter_map(named).collect();
            fields.sort_by_key(|(field, _)| *field);
            fields.dedup_by_key(|(field, _)| *field);
            return fields;
        }
        let mut fields = BTreeMap::new();
        for field in (1..self.model.fields.len()).map(FieldId::from_index) {
            let declared = self.model.field(field).decl.is_some() || selector.takes.iter().any(|word| word.what == What::Field(field));
            match selector.take(&self.model, crate::model::Item { subject, field }) {
                Taken::Yes(_, word) if declared => {
                    fields.entry(field).or_insert(word.map(|word| word.span));
                }
                // What somebody learns to be revealing must not leave the collection without a word.
                Taken::Revealing(word) if declared => {
                    let item = self.model.item_id(crate::model::Item { subject, field });
                    self.out
                        .report(&EXCLUDED_BY_REVEAL, &[&item, &word.text])
                        .say(format!("`{item}` is not collected because it reveals what `{}` leaves out", word.text))
                        .at(word.span, "left out here")
                        .help(format!("if it is collected all the same, name `{}` among the fields", self.model.field(field).id));
                }
                _ => {}
            }
        }
        let unused: Vec<_> = selector.takes.iter().filter(|word| !fields.values().any(|span| *span == Some(word.span))).collect();
        for word in unused {
            if !fields.keys().any(|field| word.takes(&self.model, crate::model::Item { subject, field: *field })) {
                let name = self.model.word_name(word);
                self.out
                    .report(&crate::finding::EMPTY_SELECTION, &[&name, &self.model.subject(subject).id])
                    .say(format!("`{name}` takes no field of the dictionary"))
                    .at(word.span, "")
                    .help("name a field that is declared, or declare fields of this category");
            }
        }
        let at = selector.span().unwrap_or_default();
        fields.into_iter().map(|(field, span)| (field, span.unwrap_or(at))).collect()
    }

    fn derive(&mut self, part: Part<Short<DeriveDecl>>) -> Option<Derive> {
        let decl = part.entry.value.0;
        let field = FieldId(self.fields.get(&part.entry.key.value)?);
        let transforms = if decl.method.is_some() { Transforms::Proven } else { Transforms::Unproven };
        let (from, mut unproven) = self.selector(&decl.from, transforms);
        let of = decl.of.iter().filter_map(|word| self.subjects.expect(word, self.out)).map(SubjectId).collect();
        let step = decl.transform.as_ref().and_then(|word| self.step(word, word.span)).map(|step| {
            let held_back = step.apply(Form::Plain) == Form::Anonymised && decl.method.is_none();
            unproven |= held_back;
            if held_back { Step::to(Form::Pseudonymised) } else { step }
        });
        if decl.from.is_empty() {
            let id = &part.entry.key.value;
            self.out
                .report(&INVALID_VALUE, &[id])
                .say(format!("`{id}` is derived from nothing"))
                .at(part.entry.key.span, "")
                .help(format!("list its inputs: `{id}: [field, …]`"));
        }
        Some(Derive { field, from, of, step, unproven, decl, span: part.entry.key.span })
    }

    fn uses(&mut self, part: Part<UsesDecl>) -> Option<Use> {
        let activity = ActivityId(self.activities.expect(&part.entry.key, self.out)?);
        let selector = self.selector(&part.entry.value, Transforms::Proven).0;
        Some(Use { activity, selector, span: part.entry.key.span })
    }

    fn access(&mut self, part: Part<AccessDecl>) -> Access {
        let key = &part.entry.key;
        let role = self.model.roles.iter().find(|role| role.id == key.value);
        let mut activities = role.map(|it| it.activities.clone()).unwrap_or_default();
        let declared = self.model.roles.iter().any(|role| namespace(&role.id) == self.model.repository(key));
        if role.is_none() && declared {
            let known: Vec<_> = self.model.roles.iter().map(|it| it.id.clone()).collect();
            unknown("role", &key.value, key.span, known.iter().map(String::as_str), self.out);
        }
        if activities.is_empty() {
            activities = self.for_activities(&Many::default(), part.file);
        }
        let selector = self.selector(&part.entry.value, Transforms::Proven).0;
        Access { role: part.entry.key.value, activities, selector, span: part.entry.key.span }
    }

    /// The activities of `for:`, or the file's; `none` undoes the file's.
    pub(super) fn for_activities(&mut self, own: &[Word], file: usize) -> Vec<ActivityId> {
        let words = if own.is_empty() { self.defaults[file].activities.as_slice() } else { own };
        let mut all: Vec<_> = words
            .iter()
            .filter(|word| word.value != "none")
            .filter_map(|word| self.activities.expect(word, self.out))
            .map(ActivityId)
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// The gates of `gate:` with all they imply; `none` means none.
    pub(super) fn gate_list(&mut self, words: &[Word]) -> Vec<GateId> {
        let own: Vec<_> = words.iter().filter(|word| word.value != "none").filter_map(|word| self.gates.expect(word, self.out)).collect();
        let mut all: Vec<_> = own.into_iter().flat_map(|gate| self.model.gates[gate as usize].implies.clone()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// A country as declared; a code that is none is a finding.
    pub(super) fn country(&mut self, word: Option<&Word>) -> Country {
        match word {
            None => Country::Missing,
            Some(word) if word.value == "unknown" => Country::Unknown(word.span),
            Some(word) => {
                self.place(word);
                Country::Known(word.clone())
            }
        }
    }

    pub(super) fn places(&mut self, words: Vec<Word>) -> Vec<Spanned<String>> {
        words.into_iter().inspect(|word| self.place(word)).collect()
    }

    /// Reports a country code that is none.
    pub(super) fn place(&mut self, word: &Word) {
        if word.value == "unknown" || self.model.law.countries.get(word).is_some() {
            return;
        }
        // Common words that are no code, or the code of somewhere else by one letter.
        let meant = match word.value.to_uppercase().as_str() {
            "UK" | "ENGLAND" | "SCOTLAND" => Some("GB"),
            "USA" => Some("US"),
            "EL" => Some("GR"),
            _ => None,
        };
        match meant.filter(|code| self.model.law.countries.get(code).is_some()) {
            Some(code) => {
                self.out
                    .report(&UNKNOWN_NAME, &[&word.value])
                    .say(format!("no country is called `{}`", word.value))
                    .at(word.span, "")
                    .help(format!("did you mean `{code}`?"));
            }
            None => unknown("country", word, word.span, self.model.law.countries.ids(), self.out),
        }
    }
}

pub(super) fn node(id: String, kind: NodeKind, span: Span) -> Node {
    Node {
        id,
        kind,
        team: None,
        collects: Vec::new(),
        derives: Vec::new(),
        uses: Vec::new(),
        access: Vec::new(),
        sends: Vec::new(),
        receives: Vec::new(),
        span,
    }
}

/// A key that says something about the system itself, if the extension has one.
fn only_in_base(decl: &SystemDecl) -> Option<&'static str> {
    let own = [
        ("title", decl.title.is_some()),
        ("team", decl.team.is_some()),
        ("zone", decl.zone.is_some()),
        ("tags", !decl.tags.is_empty()),
        ("location", decl.location.is_some()),
        ("log", decl.log.is_some()),
        ("retention", decl.retention.is_some()),
        ("erase", decl.erase.is_some()),
        ("security", !decl.security.is_empty()),
        ("hosts", !decl.hosts.is_empty()),
        ("technology", !decl.technology.is_empty()),
    ];
    own.into_iter().find(|(_, said)| *said).map(|(key, _)| key)
}

fn duplicate_system(again: &Word, first: Span, out: &mut Findings) {
    out.report(&DUPLICATE_ID, &[&again.value])
        .say(format!("the system `{}` is declared twice", again.value))
        .at(again.span, "declared again here")
        .at(first, "first declared here")
        .help("keep one of the two, or let this one add to the other with `extends: true`");
}
