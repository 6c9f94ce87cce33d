//! What every importer has at hand, and the one look at a request that captures of all kinds share.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::address::{Address, host_name, is_loopback, is_within, registrable};
use super::digest;
use super::identifiers::identify;
use super::leaves::{Leaf, Leaves, Told};
use super::persona::{Hit, Persona};
use super::seen::{Notes, Observation, Party, SeenForm, Strength};
use super::signatures::{Endpoint, Parameter, Signatures};
use crate::source::like;

/// What a source is read with.
#[derive(Debug)]
pub struct Desk<'a> {
    /// Whose requests, tags, calls and packages are.
    pub signatures: Signatures<'a>,
    /// Every category there is, for sources that name categories themselves.
    pub categories: BTreeSet<String>,
    /// Values to find again.
    pub persona: Persona,
    /// Domains of the organisation; where none is named, those of the pages themselves.
    pub first_party: Vec<String>,
    /// Hosts that the project's own recipients declare.
    pub recipients: Vec<(String, String)>,
    /// Patterns of addresses, and the categories they give away.
    pub sensitive: Vec<(String, Vec<String>)>,
}

/// A request, as far as its source tells.
#[derive(Debug, Default)]
pub struct Request<'a> {
    /// Its number or name in the file.
    pub entry: Cow<'a, str>,
    /// Where it goes.
    pub url: &'a str,
    /// The page it was made from.
    pub page: Option<&'a str>,
    /// The `Referer` that it carries.
    pub referer: Option<&'a str>,
    /// What else it carries: cookies and headers, as `cookie.name` and `header.name`.
    pub beside: Vec<(String, &'a str)>,
    /// What it carries as its body.
    pub body: Body<'a>,
    /// The script that made it.
    pub initiator: Option<&'a str>,
}

/// The body of a request.
#[derive(Debug, Default)]
pub enum Body<'a> {
    /// None.
    #[default]
    None,
    /// As sent.
    Bytes(Cow<'a, [u8]>),
    /// As the source has taken it apart.
    Given(Vec<(String, String)>),
    /// There was one, which the source has not kept.
    LeftOut,
}

/// Texts that stand where a value is missing.
const MISSING: &[&str] = &["undefined", "null", "none", "nan", "(not set)", "(none)", "[object object]", "false"];

impl Desk<'_> {
    /// Takes down what a request shows. Nothing it carries is kept.
    pub fn request(&self, request: &Request, notes: &mut Notes) {
        let entry = request.entry.as_ref();
        notes.coverage.entries += 1;
        let Some(address) = Address::of(request.url).filter(Address::is_sent) else {
            notes.coverage.nowhere += 1;
            return;
        };
        let host = host_name(address.host);
        let own = self.is_own(&host, request.page);
        if own && !self.signatures.is_lent(&address) {
            notes.coverage.first_party += 1;
            return;
        }
        let mut leaves = Leaves::with(&self.persona);
        leaves.query(address.query);
        leaves.path(address.path);
        let read = match &request.body {
            Body::None => true,
            Body::Bytes(bytes) => leaves.body(bytes),
            Body::Given(values) => {
                values.iter().for_each(|(path, value)| leaves.given(path, value));
                true
            }
            Body::LeftOut => false,
        };
        let endpoints = self.signatures.endpoints_of(&host, &address, &leaves.found);
        if own && endpoints.first().is_none_or(|it| it.self_hosted) {
            notes.coverage.first_party += 1;
            return;
        }
        if !read || leaves.cut {
            notes.undecoded(entry);
        }
        if matches!(request.body, Body::LeftOut) {
            notes.remark(format!("`{}` has left out bodies of requests, or what websockets carried: it is not seen", notes.file));
        }
        notes.host(&host);
        let party = self.party(&host, endpoints.first().copied());
        let sight = Sight { desk: self, party, host: &host, endpoints, entry, initiator: request.initiator };
        sight.implied(request, notes);
        for leaf in &leaves.found {
            sight.leaf(leaf, notes);
        }
        sight.told(leaves.told, notes);
        sight.elsewhere(&address, request, notes);
    }

    /// Whether a host is the organisation's own, by its declared domains, or else by the page that asks it.
    pub(super) fn is_first_party(&self, host: &str, page: Option<&str>) -> bool {
        if !self.first_party.is_empty() {
            return self.first_party.iter().any(|domain| is_within(host, domain));
        }
        page.and_then(Address::of).is_some_and(|page| registrable(&host_name(page.host)) == registrable(host))
    }

    /// Whether a host is the organisation's own, or this very machine.
    pub(super) fn is_own(&self, host: &str, page: Option<&str>) -> bool {
        is_loopback(host) || self.is_first_party(host, page)
    }

    /// Whose a host is, if anybody knows.
    pub(super) fn owner(&self, host: &str, endpoint: Option<&Endpoint>) -> Option<Party> {
        let declared = self.recipients.iter().find(|(domain, _)| is_within(host, domain));
        let vendor = || endpoint.map(|it| it.vendor).or_else(|| self.signatures.vendor_of(host));
        let declared = declared.map(|(_, id)| Party::Recipient(id.clone()));
        declared.or_else(|| vendor().map(|vendor| Party::Vendor(vendor.to_owned())))
    }

    /// Whom a host belongs to.
    pub(super) fn party(&self, host: &str, endpoint: Option<&Endpoint>) -> Party {
        self.owner(host, endpoint).unwrap_or_else(|| Party::Unknown(registrable(host).to_owned()))
    }

    /// The categories that an address gives away.
    pub fn reveals(&self, text: &str) -> Vec<String> {
        let Some(address) = Address::of(text) else { return Vec::new() };
        let path =
            if address.query.is_empty() { Cow::Borrowed(address.path) } else { format!("{}?{}", address.path, address.query).into() };
        let fits = self.sensitive.iter().filter(|(pattern, _)| like(pattern, &path));
        let all: BTreeSet<&String> = fits.flat_map(|(_, categories)| categories).collect();
        all.into_iter().cloned().collect()
    }

    /// What a value is, by its name and look; nothing for what is no data.
    pub fn read(&self, path: &str, value: &str, known: Option<Parameter>) -> Option<Reading> {
        let digest = digest::of_form(value);
        if digest.as_ref().is_some_and(digest::is_of_nothing) || MISSING.contains(&value.trim().to_lowercase().as_str()) {
            return None;
        }
        let hits: Vec<Hit> = self.persona.find(value).into_iter().collect();
        let (category, strength) = match known {
            Some(parameter) => (Some(parameter.category), Strength::Named),
            // What a value of the persona is, the persona says best.
            None if !hits.is_empty() => (None, Strength::Proven),
            None => {
                (self.signatures.common(path).or_else(|| identify(value).find(|it| it.alone).map(|it| it.category)), Strength::Possible)
            }
        };
        if category.is_none() && hits.is_empty() {
            return None;
        }
        // An identifier of a browser is what it is, however random it looks.
        let hashed = digest.is_some() && category.is_none_or(|it| it.split('.').next() != Some("online"));
        Some(Reading {
            category: category.map(str::to_owned),
            feature: known.and_then(|it| it.feature).map(str::to_owned),
            form: if hashed { SeenForm::Pseudonymised } else { SeenForm::Plain },
            strength,
            items: hits.iter().map(|it| it.item.to_owned()).collect(),
        })
    }
}

/// What a value was read as.
#[derive(Debug)]
pub struct Reading {
    /// Its category.
    pub category: Option<String>,
    /// The vendor's sub-function it shows.
    pub feature: Option<String>,
    /// Its form.
    pub form: SeenForm,
    /// How sure, without the persona.
    pub strength: Strength,
    /// Items of the persona in it.
    pub items: Vec<String>,
}

/// One request on its way to a recipient.
struct Sight<'d, 'a> {
    desk: &'d Desk<'a>,
    party: Party,
    host: &'d str,
    /// The one that says most about the request first.
    endpoints: Vec<&'d Endpoint<'a>>,
    entry: &'d str,
    initiator: Option<&'d str>,
}

impl Sight<'_, '_> {
    fn see(&self, field: &str, reading: Reading, reveals: Vec<String>, notes: &mut Notes) {
        let mut see = |item: Option<String>, strength| {
            let observation = Observation {
                recipient: self.party.clone(),
                host: self.host.to_owned(),
                field: field.to_owned(),
                category: reading.category.clone(),
                item,
                form: reading.form,
                strength,
                feature: reading.feature.clone(),
                reveals: reveals.clone(),
            };
            notes.see(observation, self.entry, self.initiator);
        };
        if reading.items.is_empty() {
            return see(None, reading.strength);
        }
        for item in reading.items {
            see(Some(item), Strength::Proven);
        }
    }

    /// Items of the persona in an address.
    fn found(&self, text: &str) -> Vec<String> {
        if self.desk.persona.is_empty() {
            return Vec::new();
        }
        let mut leaves = Leaves::default();
        leaves.given("", text);
        leaves.found.iter().flat_map(|leaf| self.desk.persona.find(&leaf.value)).map(|hit| hit.item.to_owned()).collect()
    }

    /// What every request shows.
    fn implied(&self, request: &Request, notes: &mut Notes) {
        // A frame of a third party names itself, and not the page.
        let of_site = |it: &&str| Address::of(it).is_some_and(|it| self.desk.is_first_party(&host_name(it.host), request.page));
        let page = request.referer.filter(of_site);
        let mut see = |field, category: &str, items: Vec<String>, reveals| {
            // A value of the persona in the address is more than what every request shows.
            let form = if items.is_empty() { SeenForm::Implied } else { SeenForm::Plain };
            let reading = Reading { category: Some(category.to_owned()), feature: None, form, strength: Strength::Proven, items };
            self.see(field, reading, reveals, notes);
        };
        see("ip", "online.ip", Vec::new(), Vec::new());
        see("user-agent", "online.user-agent", Vec::new(), Vec::new());
        if let Some(page) = page {
            see("referer", "behaviour.pages", self.found(page), self.desk.reveals(page));
        }
    }

    fn leaf(&self, leaf: &Leaf, notes: &mut Notes) {
        let known = self.endpoints.iter().find_map(|it| it.parameter(&leaf.path));
        match self.desk.read(&leaf.path, &leaf.value, known) {
            Some(mut reading) => {
                // What no signature lists belongs to whatever the request is for.
                reading.feature = reading.feature.or_else(|| self.endpoints.first()?.feature.map(str::to_owned));
                self.see(if leaf.path.is_empty() { "body" } else { leaf.field() }, reading, self.desk.reveals(&leaf.value), notes)
            }
            None => notes.coverage.unexplained += usize::from(known.is_none()),
        }
    }

    /// The persona in names: what is a key leaves as well as what stands behind it.
    fn told(&self, told: BTreeSet<Told>, notes: &mut Notes) {
        for it in told {
            let form = if it.digest { SeenForm::Pseudonymised } else { SeenForm::Plain };
            let reading = Reading { category: None, feature: None, form, strength: Strength::Proven, items: vec![it.item] };
            self.see(&it.field, reading, Vec::new(), notes);
        }
    }

    /// The persona in the path, in cookies and headers: no parameter, and yet it leaves.
    fn elsewhere(&self, address: &Address, request: &Request, notes: &mut Notes) {
        if self.desk.persona.is_empty() {
            return;
        }
        let path = std::iter::once(("path", address.path.split(';').next().unwrap_or_default()));
        let beside = request.beside.iter().map(|(field, value)| (field.as_str(), *value));
        for (field, value) in path.chain(beside) {
            let mut leaves = Leaves::with(&self.desk.persona);
            leaves.given(field, value);
            self.told(leaves.told, notes);
            for leaf in leaves.found {
                let items: Vec<String> = self.desk.persona.find(&leaf.value).into_iter().map(|it| it.item.to_owned()).collect();
                if !items.is_empty() {
                    let hashed = digest::of_form(&leaf.value).is_some();
                    let form = if hashed { SeenForm::Pseudonymised } else { SeenForm::Plain };
                    self.see(
                        leaf.field(),
                        Reading { category: None, feature: None, form, strength: Strength::Proven, items },
                        Vec::new(),
                        notes,
                    );
                }
            }
        }
    }
}
