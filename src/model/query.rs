//! Questions to a model that need nothing but the model.

use std::collections::BTreeSet;

use super::ids::{ActivityId, CategoryId, FieldId, FlowId, GateId, Item, NodeId, SubjectId};
use super::names::namespace;
use super::node::{Basis, Country, Flow, Node, Recipient};
use super::selector::{Selector, Taken, What, Word};
use super::{Activity, Category, Field, Gate, Model, Notice, Origin, RoleGroup, Subject};
use crate::declare::{self, ActivityDecl, ContractDecl, FeatureDecl, Measure, Role, TransferDecl};
use crate::law::Step;
use crate::source::{Short, Span, Translated};

fn find<T>(arena: &[T], id: &str, key: impl Fn(&T) -> &str) -> Option<usize> {
    arena.binary_search_by(|entry| key(entry).cmp(id)).ok()
}

impl Model {
    /// The languages of the register, each once, the first of the project first; English where it names none.
    pub fn languages(&self) -> Vec<&str> {
        let mut tags: Vec<&str> = Vec::new();
        for word in self.settings.languages.iter() {
            if !tags.contains(&word.value.as_str()) {
                tags.push(&word.value);
            }
        }
        if tags.is_empty() { vec!["en"] } else { tags }
    }

    /// Texts of the project that are written by language and not in this one.
    pub fn untranslated<'a>(&'a self, language: &str) -> impl Iterator<Item = &'a Translated> {
        self.texts.iter().filter(move |it| !it.languages.iter().any(|known| known == language))
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// A flow.
    pub fn flow(&self, id: FlowId) -> &Flow {
        &self.flows[id.index()]
    }

    /// A field.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.index()]
    }

    /// A category.
    pub fn category(&self, id: CategoryId) -> &Category {
        &self.categories[id.index()]
    }

    /// A subject.
    pub fn subject(&self, id: SubjectId) -> &Subject {
        &self.subjects[id.index()]
    }

    /// The id of an activity.
    pub fn activity_id(&self, id: ActivityId) -> &str {
        &self.activities[id.index()].id
    }

    /// `subject.field`.
    pub fn item_id(&self, item: Item) -> String {
        format!("{}.{}", self.subject(item.subject).id, self.field(item.field).id)
    }

    /// The place where a flow takes an item: the word that names it, else the flow.
    pub fn taken_at(&self, flow: &Flow, item: Item) -> Span {
        match flow.selector.take(self, item) {
            Taken::Yes(_, Some(word)) => word.span,
            Taken::Yes(_, None) | Taken::No | Taken::Revealing(_) => flow.span,
        }
    }

    /// A word of a selector as it could be written, without transforms.
    pub fn word_name(&self, word: &Word) -> String {
        let what = match word.what {
            What::All => None,
            What::Field(field) => Some(self.field(field).id.as_str()),
            What::Category(category) => Some(self.category(category).id.as_str()),
        };
        let parts: Vec<&str> = [word.subject.map(|it| self.subject(it).id.as_str()), what].into_iter().flatten().collect();
        if parts.is_empty() { "all".to_owned() } else { parts.join(".") }
    }

    /// A list of words as a selector, where transforms mean nothing: contracts, ceilings. Words that
    /// name nothing have been reported and are left out.
    pub fn selector(&self, words: &[declare::Word]) -> Selector {
        let mut selector = Selector::default();
        for written in words {
            let text = written.value.trim();
            let (excludes, name) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim_start()));
            let Some((subject, what)) = self.meaning(name) else { continue };
            let word = Word { subject, what, step: Step::NONE, held_back: false, text: text.to_owned(), span: written.span };
            if excludes { selector.excludes.push(word) } else { selector.takes.push(word) }
        }
        selector
    }

    /// What a word names: the longest declared category wins over subject and rest.
    fn meaning(&self, name: &str) -> Option<(Option<SubjectId>, What)> {
        let thing = |name: &str| {
            let field = || self.field_named(name).filter(|it| *it != FieldId::UNKNOWN).map(What::Field);
            self.category_named(name).map(What::Category).or_else(field)
        };
        if name == "all" {
            return Some((None, What::All));
        }
        if let Some(what) = thing(name) {
            return Some((None, what));
        }
        if let Some(subject) = self.subject_named(name) {
            return Some((Some(subject), What::All));
        }
        let (subject, rest) = name.split_once('.')?;
        let what = if rest == "all" { What::All } else { thing(rest)? };
        Some((Some(self.subject_named(subject)?), what))
    }

    /// Whether a list of recipients, each an id or a kind, names a recipient.
    pub fn names_recipient(&self, words: &[declare::Word], recipient: NodeId) -> bool {
        let kind = self.recipient(recipient).and_then(|it| it.kind.as_deref());
        words.iter().any(|word| word.value == self.node(recipient).id || Some(word.value.as_str()) == kind)
    }

    /// The repository a word stands in; none for the project's own.
    pub fn repository(&self, word: &declare::Word) -> Option<&str> {
        self.repositories.get(&word.span.file).map(|it| it.namespace.as_str())
    }

    /// Whether the project answers for what stands at a place: it is its own, or imported whole.
    pub fn is_ours(&self, place: Span) -> bool {
        self.repositories.get(&place.file).is_none_or(|it| it.whole)
    }

    /// The measures that hold for an activity: its own, else those that hold everywhere in the organisation.
    pub fn measures<'a>(&'a self, decl: &'a ActivityDecl) -> &'a [Short<Measure>] {
        let others = decl.entity.as_ref().is_some_and(|entity| namespace(entity).is_some());
        if decl.security.is_empty() && !others { &self.settings.security } else { &decl.security }
    }

    /// The country whose national rules the organisation follows: its profile, else its country.
    pub fn profile(&self) -> Option<&str> {
        let organisation = self.settings.organisation.as_ref()?;
        organisation.profile.as_ref().or(organisation.country.as_ref()).map(|word| word.value.as_str())
    }

    /// The basis a flow rests on for one of its activities: its own, else the activity's. `None` where
    /// nobody has said, or said that it is unknown.
    pub fn basis_in<'a>(&'a self, flow: &'a Flow, activity: ActivityId) -> Option<&'a str> {
        match &flow.basis {
            Some(Basis::Known(word)) => Some(word.value.as_str()),
            Some(Basis::Unknown(_)) => None,
            None => self.activity(activity).decl.basis.as_ref().map(|word| word.value.as_str()).filter(|it| *it != "unknown"),
        }
    }

    /// An activity.
    pub fn activity(&self, id: ActivityId) -> &Activity {
        &self.activities[id.index()]
    }

    /// The node with an id.
    pub fn node_named(&self, id: &str) -> Option<NodeId> {
        find(&self.nodes, id, |it| &it.id).map(NodeId::from_index)
    }

    /// The flow with an id.
    pub fn flow_named(&self, id: &str) -> Option<FlowId> {
        find(&self.flows, id, |it| &it.id).map(FlowId::from_index)
    }

    /// The activity with an id.
    pub fn activity_named(&self, id: &str) -> Option<ActivityId> {
        find(&self.activities, id, |it| &it.id).map(ActivityId::from_index)
    }

    /// The category with an id.
    pub fn category_named(&self, id: &str) -> Option<CategoryId> {
        find(&self.categories, id, |it| &it.id).map(CategoryId::from_index)
    }

    /// The field with an id.
    pub fn field_named(&self, id: &str) -> Option<FieldId> {
        // `unknown` stands first, out of order.
        if id == "unknown" {
            return Some(FieldId::UNKNOWN);
        }
        find(&self.fields[1..], id, |it| &it.id).map(|at| FieldId::from_index(at + 1))
    }

    /// The subject with an id.
    pub fn subject_named(&self, id: &str) -> Option<SubjectId> {
        find(&self.subjects, id, |it| &it.id).map(SubjectId::from_index)
    }

    /// The gate with an id.
    pub fn gate_named(&self, id: &str) -> Option<GateId> {
        find(&self.gates, id, |it| &it.id).map(GateId::from_index)
    }

    /// The role with an id, where roles are declared.
    pub fn role_named(&self, id: &str) -> Option<&RoleGroup> {
        find(&self.roles, id, |it| &it.id).map(|at| &self.roles[at])
    }

    /// The source of received data with an id.
    pub fn origin_named(&self, id: &str) -> Option<&Origin> {
        find(&self.origins, id, |it| &it.id).map(|at| &self.origins[at])
    }

    /// Whether a field is of the category with an id, or of one below it.
    pub fn field_is(&self, field: FieldId, category: &str) -> bool {
        self.category_named(category).is_some_and(|it| self.field(field).is_closed.binary_search(&it).is_ok())
    }

    /// Whether a subject is another, or one of those it is.
    pub fn is_within(&self, subject: SubjectId, wider: SubjectId) -> bool {
        self.subject_chain(subject).any(|it| it == wider)
    }

    /// A subject and the wider ones it is, from the narrowest.
    pub fn subject_chain(&self, subject: SubjectId) -> impl Iterator<Item = SubjectId> {
        // A chain that leads back to itself is an error already reported; it must not loop here.
        std::iter::successors(Some(subject), |it| self.subject(*it).is).take(self.subjects.len().max(1))
    }

    /// How near a notice is to a group: nought where it names the group itself, more for wider ones, and
    /// most for everybody; none where it is for others.
    pub fn nearness(&self, notice: &Notice, subject: SubjectId) -> Option<usize> {
        match notice.subjects.is_empty() {
            true => Some(usize::MAX),
            false => self.subject_chain(subject).position(|it| notice.subjects.contains(&it)),
        }
    }

    /// How many wider groups a subject belongs to.
    pub fn subject_depth(&self, subject: SubjectId) -> u32 {
        self.subject_chain(subject).count() as u32 - 1
    }

    /// Whether a category is another or stands below it.
    pub fn is_below(&self, category: CategoryId, above: CategoryId) -> bool {
        std::iter::successors(Some(category), |it| self.category(*it).parent).any(|it| it == above)
    }

    /// The gates that say something no other of them implies.
    pub fn telling_gates(&self, gates: &[GateId]) -> impl Iterator<Item = &Gate> {
        let implied = |gate: &GateId| gates.iter().any(|other| other != gate && self.gates[other.index()].implies.contains(gate));
        gates.iter().filter(move |gate| !implied(gate)).map(|gate| &self.gates[gate.index()])
    }

    /// Their ids, for people to read.
    pub fn shown_gates(&self, gates: &[GateId]) -> Vec<&str> {
        self.telling_gates(gates).map(|gate| gate.id.as_str()).collect()
    }

    /// Whether what a gate asks was asked for an activity. A gate that only follows from the names
    /// of others was asked for what all of them were.
    pub fn asked_for(&self, gate: &Gate, activity: ActivityId) -> bool {
        let own = |gate: &Gate| gate.activities.is_empty() || gate.activities.contains(&activity);
        let below = |other: &&Gate| other.decl.is_some() && other.id.strip_prefix(&gate.id).is_some_and(|rest| rest.starts_with('.'));
        if gate.decl.is_some() { own(gate) } else { self.gates.iter().filter(below).all(own) }
    }

    /// The recipient a node is.
    pub fn recipient(&self, id: NodeId) -> Option<&Recipient> {
        self.node(id).recipient()
    }

    /// The feature of a vendor that a flow is, if its target declares one of that name.
    pub fn feature(&self, flow: &Flow) -> Option<&FeatureDecl> {
        let label = flow.label.as_deref()?;
        let features = &self.recipient(flow.to)?.features;
        features.iter().find(|(name, _)| name.value == label).map(|(_, feature)| feature)
    }

    /// The legal role its recipient has in a flow: the feature's own, else the recipient's.
    pub fn role_in(&self, flow: &Flow) -> Option<Role> {
        let own = self.feature(flow).and_then(|feature| feature.role.as_ref()).map(|role| role.value);
        own.or_else(|| self.recipient(flow.to)?.role)
    }

    /// The kind of business its recipient is in a flow: the feature's own, else the recipient's.
    pub fn kind_in<'a>(&'a self, flow: &'a Flow) -> Option<&'a str> {
        let own = self.feature(flow).and_then(|feature| feature.kind.as_ref()).map(|kind| kind.value.as_str());
        own.or_else(|| self.recipient(flow.to)?.kind.as_deref())
    }

    /// The contract that covers a flow.
    pub fn contract_in<'a>(&'a self, flow: &'a Flow) -> Option<&'a ContractDecl> {
        let own = self.feature(flow).and_then(|feature| feature.contract.as_ref());
        own.or_else(|| self.recipient(flow.to)?.contract.as_ref())
    }

    /// The transfers that cover a flow.
    pub fn transfers_in(&self, flow: &Flow) -> Vec<TransferDecl> {
        let own = self.feature(flow).and_then(|feature| feature.transfer.as_ref()).map(|it| it.all());
        own.unwrap_or_else(|| self.recipient(flow.to).map(|it| it.transfers.clone()).unwrap_or_default())
    }

    /// A recipient and all who work for it, directly or further down; sorted.
    pub fn chain(&self, recipient: NodeId) -> Vec<NodeId> {
        let mut chain = vec![recipient];
        let mut seen = BTreeSet::from([recipient]);
        let mut at = 0;
        while at < chain.len() {
            for next in self.recipient(chain[at]).map(|it| it.subprocessors.as_slice()).unwrap_or_default() {
                if seen.insert(*next) {
                    chain.push(*next);
                }
            }
            at += 1;
        }
        chain.sort();
        chain
    }

    /// Where a recipient is established, processes and is accessed from, without its chain.
    /// `None` stands for a country nobody knows.
    pub fn own_countries(&self, recipient: NodeId) -> Vec<Option<&str>> {
        let Some(it) = self.recipient(recipient) else { return Vec::new() };
        let country = match &it.country {
            Country::Known(code) => Some(code.value.as_str()),
            Country::Unknown(_) | Country::Missing => None,
        };
        let places = it.processing.iter().chain(&it.access_from);
        let mut all: Vec<_> =
            std::iter::once(country).chain(places.map(|code| Some(code.value.as_str()).filter(|code| *code != "unknown"))).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The countries of a recipient, closed over those who work for it.
    pub fn countries(&self, recipient: NodeId) -> Vec<Option<&str>> {
        let mut all: Vec<_> = self.chain(recipient).into_iter().flat_map(|it| self.own_countries(it)).collect();
        all.sort();
        all.dedup();
        all
    }
}
