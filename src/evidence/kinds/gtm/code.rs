//! Tags that are code or an image: their calls and addresses, and the variables in them.

use std::collections::{BTreeSet, HashSet};

use super::export::references;
use super::slots::Meaning;
use super::tags::{Container, Place, Sink, form_of, shown};
use crate::evidence::address::Address;
use crate::evidence::code::{Mode, Told, Whose, is_name, is_namespace, markup, mentions};
use crate::evidence::leaves::Leaves;
use crate::evidence::seen::{Notes, Party, Strength};
use crate::evidence::signatures::Endpoint;

/// To whom an address speaks.
enum Spoken<'a> {
    Nobody,
    /// The organisation itself.
    Own,
    To(Sink<'a>),
}

impl<'a> Container<'_, 'a, '_> {
    /// A tag of a page's code.
    pub(super) fn html(&self, code: &str, name: &str, notes: &mut Notes) {
        let code = markup::without_comments(code);
        let mut sinks: Vec<Sink> = Vec::new();
        let mut used: HashSet<&str> = HashSet::new();
        for call in self.code.calls(&code) {
            // What is pushed into the container's own data layer goes to its own variables.
            if call.feature == Some("tag-manager") {
                continue;
            }
            let mut sink = Sink::of(call.vendor, "");
            sink.feature = call.feature;
            sink.see(name, notes);
            for member in call.members.iter().filter(|it| !it.is_constant() && is_name(&it.path)) {
                let reached = self.variables.reach(member.expression);
                used.extend(references(member.expression));
                let known = call.parameters.get(&member.path);
                let key = member.path.rsplit('.').next().unwrap_or_default();
                let place = Place { path: &member.path, key, known, meaning: Meaning::Chosen };
                if references(member.expression).next().is_some() {
                    self.origins(&sink, &place, &reached, name, notes);
                    self.limits(&reached, name, notes);
                } else if let Some(known) = known {
                    let feature = known.feature.or(sink.feature);
                    sink.see_field(&member.path, known.category, form_of(&[key]), feature, name, notes);
                }
            }
            sinks.push(sink);
        }
        let mut own = false;
        for mention in mentions(&code) {
            match self.address(&mention.address, mention.mode, name, notes) {
                Spoken::To(sink) => sinks.push(sink),
                Spoken::Own => own = true,
                Spoken::Nobody => {}
            }
        }
        if sinks.is_empty() && !own {
            notes.remark(format!("the code of the tag `{name}` names no recipient that is known"));
        }
        notes.coverage.first_party += usize::from(sinks.is_empty() && own);
        let rest: BTreeSet<&str> = references(&code).filter(|it| !used.contains(it)).collect();
        self.rest(&rest, &sinks, name, notes);
    }

    /// A tag that is the address of an image.
    pub(super) fn image(&self, address: &str, name: &str, notes: &mut Notes) {
        let address = markup::unescaped(address.trim());
        let address = if address.starts_with("//") { format!("https:{address}").into() } else { address };
        match self.address(&address, Mode::Loaded, name, notes) {
            Spoken::To(_) => {}
            Spoken::Own => notes.coverage.first_party += 1,
            Spoken::Nobody => notes.remark(format!("the tag `{name}` has no address that can be read")),
        }
    }

    /// An address in code, with what its query carries.
    fn address(&self, address: &str, mode: Mode, name: &str, notes: &mut Notes) -> Spoken<'a> {
        match self.code.whose(address) {
            Whose::Nobodys => Spoken::Nobody,
            Whose::Own => Spoken::Own,
            Whose::Theirs { host, told: Told::Host, .. } if mode == Mode::Written && is_namespace(&host) => Spoken::Nobody,
            Whose::Theirs { party, host, endpoints, told } => {
                notes.host(&host);
                let strength = if told == Told::Address { Strength::Named } else { Strength::Possible };
                let sink = Sink { party, host, vendor: None, feature: endpoints.first().and_then(|it| it.feature), strength };
                sink.see(name, notes);
                self.query(&sink, &endpoints, address, name, notes);
                Spoken::To(sink)
            }
        }
    }

    fn query(&self, sink: &Sink<'a>, endpoints: &[&Endpoint<'a>], address: &str, name: &str, notes: &mut Notes) {
        let Some(address) = Address::of(address) else { return };
        let mut leaves = Leaves::default();
        leaves.query(address.query);
        leaves.path(address.path);
        for leaf in leaves.found.iter().filter(|it| is_name(&it.path)) {
            let reached = self.variables.reach(&leaf.value);
            let key = leaf.field().rsplit(['.', '[']).next().unwrap_or_default().trim_end_matches(']');
            let known = endpoints.iter().find_map(|it| it.parameter(&leaf.path));
            let place = Place { path: leaf.field(), key, known, meaning: Meaning::Chosen };
            self.origins(sink, &place, &reached, name, notes);
            self.limits(&reached, name, notes);
        }
    }

    /// Variables in code of which nobody sees where they go: to one of those it speaks to, perhaps.
    fn rest(&self, names: &BTreeSet<&str>, sinks: &[Sink<'a>], name: &str, notes: &mut Notes) {
        let mut told: BTreeSet<&Party> = BTreeSet::new();
        for sink in sinks.iter().filter(|it| told.insert(&it.party)) {
            let sink = Sink { strength: Strength::Possible, feature: None, ..sink.clone() };
            for variable in names {
                let reached = self.variables.behind(std::iter::once(*variable));
                let place = Place { path: shown(variable), key: variable, known: None, meaning: Meaning::Fixed };
                self.origins(&sink, &place, &reached, name, notes);
            }
        }
    }
}
