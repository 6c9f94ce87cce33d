//! Whose a request, tag, call or package is: the signatures of the registry, arranged for looking up.

use std::collections::HashMap;

use super::address::{Address, is_within, registrable};
use super::leaves::Leaf;
use crate::declare::{EndpointDecl, ParameterDecl, SignatureDecl};
use crate::law::{Catalogue, Law, domains};
use crate::source::{Entries, Short, like};

/// The signatures of a law.
#[derive(Debug)]
pub struct Signatures<'a> {
    catalogue: &'a Catalogue,
    endpoints: Vec<Endpoint<'a>>,
    /// Numbers of endpoints, by the domain they are at.
    at: HashMap<&'a str, Vec<usize>>,
    /// Those at any host.
    anywhere: Vec<usize>,
    /// Hosts of vendors, scripts included.
    hosts: HashMap<&'a str, &'a str>,
    /// Vendors by what they are called: their ids, and the names of their domains.
    called: HashMap<String, &'a str>,
    /// Categories that a common name of a parameter stands for.
    names: HashMap<String, &'a str>,
}

/// A place where a vendor receives data.
#[derive(Debug)]
pub struct Endpoint<'a> {
    /// Entry of the vendor catalogue.
    pub vendor: &'a str,
    /// The vendor's sub-function.
    pub feature: Option<&'a str>,
    /// On a host of the organisation itself it is the organisation's own.
    pub self_hosted: bool,
    host: &'a str,
    path: &'a str,
    with: Vec<(&'a str, &'a str)>,
    parameters: Parameters<'a>,
}

/// What the parameters of an endpoint or call are.
#[derive(Debug, Default)]
pub struct Parameters<'a> {
    exact: HashMap<&'a str, Parameter<'a>>,
    patterns: Vec<(&'a str, Parameter<'a>)>,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// Its category.
    pub category: &'a str,
    /// The vendor's sub-function it shows to be on.
    pub feature: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// Arranges what is declared.
    pub fn of(decl: &'a Entries<Short<ParameterDecl>>) -> Parameters<'a> {
        let mut found = Parameters::default();
        for entry in decl.iter() {
            let Some(category) = entry.value.is.as_ref() else { continue };
            let what = Parameter { category: &category.value, feature: entry.value.feature.as_ref().map(|it| it.value.as_str()) };
            let name = entry.key.value.as_str();
            if name.contains('*') {
                found.patterns.push((name, what));
            } else {
                found.exact.insert(name, what);
            }
        }
        // The pattern that says most comes first.
        found.patterns.sort_by_key(|(name, _)| (std::cmp::Reverse(name.len()), *name));
        found
    }

    /// What a parameter is, by its path.
    pub fn get(&self, path: &str) -> Option<Parameter<'a>> {
        self.exact.get(path).copied().or_else(|| self.patterns.iter().find(|(name, _)| like(name, path)).map(|(_, what)| *what))
    }
}

impl<'a> Endpoint<'a> {
    /// What one of its parameters is, with the function it serves.
    pub fn parameter(&self, path: &str) -> Option<Parameter<'a>> {
        let found = self.parameters.get(path)?;
        Some(Parameter { feature: found.feature.or(self.feature), ..found })
    }
}

impl<'a> Signatures<'a> {
    /// Arranges the signatures of a catalogue, and the vendors of a law.
    pub fn of(law: &'a Law, catalogue: &'a Catalogue) -> Signatures<'a> {
        let mut all = Signatures {
            catalogue,
            endpoints: Vec::new(),
            at: HashMap::new(),
            anywhere: Vec::new(),
            hosts: HashMap::new(),
            called: law.vendors.ids().map(|id| (plain_name(id), id)).collect(),
            names: HashMap::new(),
        };
        for (vendor, decl) in law.vendors.iter() {
            for host in decl.hosts.iter() {
                all.hosts.entry(&host.value).or_insert(vendor);
                // Facebook is Meta, and Pardot is Salesforce: what a vendor is called, its domains say too.
                let name = plain_name(registrable(&host.value).split('.').next().unwrap_or_default());
                if name.len() >= BEGINS {
                    all.called.entry(name).or_insert(vendor);
                }
            }
        }
        for (vendor, decl) in &catalogue.signatures {
            for script in decl.scripts.iter() {
                let host = script.value.split('/').next().unwrap_or_default();
                if !host.contains('*') {
                    all.hosts.entry(host).or_insert(vendor);
                }
            }
            for endpoint in decl.endpoints.iter() {
                all.endpoint(vendor, &endpoint.value);
            }
        }
        for (category, names) in &catalogue.names {
            for name in names.iter() {
                all.names.entry(plain_name(&name.value)).or_insert(category);
            }
        }
        all
    }

    fn endpoint(&mut self, vendor: &'a str, decl: &'a EndpointDecl) {
        for at in decl.at.iter() {
            let (address, with) = at.value.split_once('?').unwrap_or((&at.value, ""));
            let (host, path) = address.find('/').map_or((address, "/*"), |slash| address.split_at(slash));
            let host = host.strip_prefix("*.").unwrap_or(host);
            let number = self.endpoints.len();
            if host.contains('*') {
                self.anywhere.push(number);
            } else {
                self.at.entry(host).or_default().push(number);
            }
            self.endpoints.push(Endpoint {
                vendor,
                feature: decl.feature.as_ref().map(|it| it.value.as_str()),
                self_hosted: decl.self_hosted.as_ref().is_some_and(|it| it.value),
                host,
                path: path.trim_end_matches('/'),
                with: with.split('&').filter_map(|it| it.split_once('=')).collect(),
                parameters: Parameters::of(&decl.parameters),
            });
        }
    }

    /// The endpoints of one vendor that a request goes to, the one that says most about it first. A host's own
    /// come before those of any host.
    pub fn endpoints_of(&self, host: &str, address: &Address, leaves: &[Leaf]) -> Vec<&Endpoint<'a>> {
        let fitting = |numbers: &mut dyn Iterator<Item = &usize>| -> Vec<&Endpoint<'a>> {
            let mut all: Vec<&Endpoint> = numbers.map(|at| &self.endpoints[*at]).filter(|it| fits(it, host, address, leaves)).collect();
            all.sort_by_key(|it| std::cmp::Reverse((it.path.replace('*', "").len(), it.with.len())));
            if let Some(vendor) = all.first().map(|it| it.vendor) {
                all.retain(|it| it.vendor == vendor);
            }
            all
        };
        let own = fitting(&mut domains(host).filter_map(|domain| self.at.get(domain)).flatten());
        if own.is_empty() { fitting(&mut self.anywhere.iter()) } else { own }
    }

    /// Whether some endpoint could be at any host under this path: a first party may lend its name to a vendor.
    pub fn is_lent(&self, address: &Address) -> bool {
        self.anywhere.iter().any(|at| is_at(&self.endpoints[*at], address))
    }

    /// The vendor that a host belongs to.
    pub fn vendor_of(&self, host: &str) -> Option<&'a str> {
        domains(host).find_map(|domain| self.hosts.get(domain).copied())
    }

    /// The category that a common name of a parameter stands for; its last part counts.
    pub fn common(&self, path: &str) -> Option<&'a str> {
        let last = path.rsplit(['.', '[', ':']).next().unwrap_or(path);
        self.names.get(&plain_name(last)).or_else(|| self.names.get(&plain_name(path))).copied()
    }

    /// The signature of a vendor.
    pub fn signature(&self, vendor: &str) -> Option<&'a SignatureDecl> {
        self.catalogue.signatures.get(vendor)
    }

    /// Every signature, by vendor.
    pub fn all(&self) -> impl Iterator<Item = (&'a str, &'a SignatureDecl)> {
        self.catalogue.signatures.iter().map(|(vendor, decl)| (vendor.as_str(), decl))
    }

    /// The vendor whose name or id a text is or begins with, however it is written: `Google Analytics` is Google.
    pub fn vendor_named(&self, name: &str) -> Option<&'a str> {
        let mut plain = String::new();
        let mut ends = Vec::new();
        let mut before = ' ';
        for letter in name.chars() {
            // Only whole words count: `metadata` is not Meta, and `Metabase` neither.
            if !letter.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase()) {
                ends.push(plain.len());
            }
            plain.extend(letter.is_alphanumeric().then_some(letter).into_iter().flat_map(char::to_lowercase));
            before = letter;
        }
        let begins = |end: &usize| self.called.get(&plain[..*end]).filter(|_| *end >= BEGINS);
        self.called.get(&plain).or_else(|| ends.iter().rev().find_map(begins)).copied()
    }
}

/// A name of fewer letters says too little where it only begins another, or a domain.
const BEGINS: usize = 4;

fn is_at(endpoint: &Endpoint, address: &Address) -> bool {
    like(endpoint.path, address.path.trim_end_matches('/'))
}

fn fits(endpoint: &Endpoint, host: &str, address: &Address, leaves: &[Leaf]) -> bool {
    let host_fits = if endpoint.host.contains('*') { like(endpoint.host, host) } else { is_within(host, endpoint.host) };
    let has = |(key, value): &(&str, &str)| leaves.iter().any(|leaf| leaf.path == *key && like(value, &leaf.value));
    host_fits && is_at(endpoint, address) && endpoint.with.iter().all(has)
}

/// A name without case, signs and spaces.
pub(super) fn plain_name(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
