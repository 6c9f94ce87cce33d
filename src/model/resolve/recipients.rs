//! Recipients: what they state, what the vendor catalogue lends them, and whom they name.

use std::collections::BTreeMap;

use super::nodes::node;
use super::{Declared, Resolver};
use crate::declare::{Deletion, RecipientDecl, VendorDecl, Word};
use crate::finding::INVALID_VALUE;
use crate::law::Step;
use crate::model::names::unknown;
use crate::model::{Node, NodeId, NodeKind, Recipient, Selector, What};
use crate::source::Many;

impl Resolver<'_> {
    pub(super) fn recipient(&mut self, id: String, recipient: Declared<Box<RecipientDecl>>, vendors: &mut BTreeMap<String, u32>) -> Node {
        let defaults = self.defaults[recipient.file].clone();
        let decl = recipient.value;
        let vendor = match decl.vendor.as_ref() {
            Some(word) if self.model.law.vendors.get(word).is_none() => {
                unknown("vendor", word, word.span, self.model.law.vendors.ids(), self.out);
                None
            }
            Some(word) => Some(word.value.clone()),
            None => None,
        };
        let facts = vendor.as_ref().and_then(|it| self.model.law.vendors.get(it)).cloned().unwrap_or_default();
        let next = vendors.len() as u32;
        let group = *vendors.entry(vendor.clone().unwrap_or_else(|| format!("\u{0}{id}"))).or_insert(next);
        let country = decl.country.cloned().or(facts.country.into_option()).or(defaults.country);
        let kind = decl.kind.cloned().or(facts.kind.into_option());
        let kinds = kind.iter().chain(decl.features.iter().filter_map(|it| it.value.kind.as_ref()));
        for kind in kinds.filter(|kind| self.model.law.kinds.get(kind).is_none()) {
            unknown("kind of recipient", kind, kind.span, self.model.law.kinds.ids(), self.out);
        }
        let or_facts = |own: &Many<Word>, facts: Many<Word>| if own.is_empty() { facts.0 } else { own.0.clone() };
        let it = Recipient {
            name: decl.name.as_ref().or(facts.name.as_ref()).map(|it| it.value.clone()),
            vendor,
            group,
            role: decl.role.as_ref().map(|it| it.value),
            kind: kind.map(|it| it.value),
            country: self.country(country.as_ref()),
            processing: self.places(or_facts(&decl.processing, facts.processing)),
            access_from: self.places(decl.access_from.0.clone()),
            transfers: decl.transfer.as_ref().map(|it| it.all()).unwrap_or_default(),
            contract: decl.contract.cloned(),
            subprocessors: Vec::new(),
            matches: Vec::new(),
            features: decl.features.iter().map(|it| (it.key.clone(), it.value.0.clone())).collect(),
            deletions: Vec::new(),
            decl,
        };
        let team = defaults.team.map(|it| it.value);
        Node { team, ..node(id, NodeKind::Recipient(Box::new(it)), recipient.span) }
    }

    /// What of a recipient needs other nodes and the dictionary: sub-processors, matches, deletions.
    pub(super) fn recipients_complete(&mut self) {
        for at in 0..self.model.nodes.len() {
            let NodeKind::Recipient(it) = &self.model.nodes[at].kind else { continue };
            let (decl, vendor) = (it.decl.clone(), it.vendor.clone());
            let facts = vendor.and_then(|it| self.model.law.vendors.get(&it)).cloned().unwrap_or_default();
            let mut subprocessors = Vec::new();
            for sub in decl.subprocessors.iter().filter_map(|it| it.id.as_ref()) {
                subprocessors.extend(self.a_recipient(sub));
            }
            let features = decl.features.iter().map(|it| &it.value.matches);
            let mut matches = Vec::new();
            for words in [&decl.matches, &decl.holds].into_iter().chain(features).filter(|words| !words.is_empty()) {
                matches.push(self.plain_selector(words, "what a recipient matches is matched plain"));
            }
            // The catalogue speaks of categories; a project that has renamed them is not wrong.
            let lent = self.catalogue_matches(&facts);
            if decl.matches.is_empty() && !lent.is_empty() {
                matches.push(Selector { takes: lent, ..Selector::default() });
            }
            let mut deletions = Vec::new();
            for deletion in decl.deletions.iter() {
                let scope = self.plain_selector(&deletion.scope, "a deletion covers an item in every form");
                self.deletion_dates(deletion, &scope);
                deletions.push((deletion.clone(), if deletion.scope.is_empty() { Selector::all() } else { scope }));
            }
            self.parties(&decl);
            let NodeKind::Recipient(it) = &mut self.model.nodes[at].kind else { continue };
            (it.subprocessors, it.matches, it.deletions) = (subprocessors, matches, deletions);
        }
    }

    /// A deletion is asked for before it is confirmed.
    fn deletion_dates(&mut self, deletion: &Deletion, scope: &Selector) {
        let (requested, confirmed) = (deletion.requested.as_ref(), deletion.confirmed.as_ref());
        if let Some(confirmed) = confirmed
            && requested.is_none_or(|requested| confirmed.value < requested.value)
        {
            let message = match requested {
                Some(requested) => {
                    format!("this deletion is confirmed on {}, before it was requested on {}", confirmed.value, requested.value)
                }
                None => "this deletion is confirmed, and nobody has said when it was requested".to_owned(),
            };
            let finding = self.out.report(&INVALID_VALUE, &["deletion"]);
            finding.say(message).at(confirmed.span, "").help("correct the dates: `requested:` comes before `confirmed:`");
            if let Some(span) = scope.span() {
                finding.at(span, "what it covers");
            }
        }
    }

    fn catalogue_matches(&self, facts: &VendorDecl) -> Vec<crate::model::Word> {
        let categories = facts.matches.iter().filter_map(|word| Some((self.model.category_named(&word.value)?, word)));
        categories
            .map(|(category, word)| crate::model::Word {
                subject: None,
                what: What::Category(category),
                step: Step::NONE,
                held_back: false,
                text: word.value.clone(),
                span: word.span,
            })
            .collect()
    }

    /// The recipient a word names, or a finding.
    pub(super) fn a_recipient(&mut self, word: &Word) -> Option<NodeId> {
        let id = NodeId(self.nodes.expect(word, self.out)?);
        if self.model.node(id).is_system() {
            self.out
                .report(&INVALID_VALUE, &[&word.value])
                .say(format!("`{}` is a system of the organisation itself, not a recipient", word.value))
                .at(word.span, "")
                .help("name a recipient");
            return None;
        }
        Some(id)
    }

    /// What a recipient's contract and transfers name must exist.
    fn parties(&mut self, decl: &RecipientDecl) {
        let features = decl.features.iter();
        let contracts: Vec<_> = decl.contract.iter().chain(features.clone().filter_map(|it| it.value.contract.as_ref())).collect();
        for contract in contracts {
            for word in contract.authorised.iter().chain(contract.notified.iter()) {
                self.a_recipient(word);
            }
            for word in contract.activities.iter() {
                self.activities.expect(word, self.out);
            }
            for word in contract.subjects.iter() {
                self.subjects.expect(word, self.out);
            }
            self.plain_selector(&contract.data, "a contract covers an item in every form");
        }
        let transfers: Vec<_> =
            decl.transfer.iter().chain(features.filter_map(|it| it.value.transfer.as_ref())).flat_map(|it| it.all()).collect();
        for transfer in transfers {
            for word in transfer.mechanism.iter().chain(transfer.fallback.iter()) {
                if word.value != "unknown" && self.model.law.mechanisms.get(word).is_none() {
                    unknown("transfer mechanism", word, word.span, self.model.law.mechanisms.ids(), self.out);
                }
            }
            if let Some(word) = transfer.country.as_ref() {
                self.place(word);
            }
        }
        self.categories_of(decl.retention.as_ref());
    }
}
