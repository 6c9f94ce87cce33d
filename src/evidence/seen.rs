//! What is observed: one record whatever the source, and how much of the source was understood.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};

use super::address::{Address, host_name, is_loopback, registrable};

/// How sure it is that something leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Somebody allows it: a content security policy.
    Permitted,
    /// By a shape, a common name, or a model that takes more than is sent.
    Possible,
    /// A parameter that the vendor gives this meaning.
    Named,
    /// A value of the persona was found, or the request itself shows it.
    Proven,
}

impl Strength {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Strength::Permitted => "permitted",
            Strength::Possible => "possible",
            Strength::Named => "named",
            Strength::Proven => "proven",
        }
    }
}

/// The form in which it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SeenForm {
    /// As it is.
    #[serde(rename = "plain")]
    Plain,
    /// As a digest: still personal data.
    #[serde(rename = "pseudonymised")]
    Pseudonymised,
    /// Every request shows it: the address, the browser, the page.
    #[serde(rename = "implied")]
    Implied,
    /// The source does not tell.
    #[serde(rename = "-")]
    Unknown,
}

impl SeenForm {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            SeenForm::Plain => "plain",
            SeenForm::Pseudonymised => "pseudonymised",
            SeenForm::Implied => "implied",
            SeenForm::Unknown => "-",
        }
    }
}

/// To whom something was seen going.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A recipient that the project declares, by its own `hosts:`.
    Recipient(String),
    /// An entry of the vendor catalogue.
    Vendor(String),
    /// A domain, or a name that the source gives, which nobody knows.
    Unknown(String),
}

impl Party {
    /// The id, domain or name.
    pub fn id(&self) -> &str {
        match self {
            Party::Recipient(id) | Party::Vendor(id) | Party::Unknown(id) => id,
        }
    }

    /// The same as a declaration could call it.
    pub fn plain_id(&self) -> String {
        plain(self.id())
    }

    /// The domain of somebody unknown, where it is one and no name that a source gives.
    pub fn domain(&self) -> Option<&str> {
        let is_name = |it: &str| it.contains('.') && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        match self {
            Party::Unknown(id) if is_name(id) || id.parse::<Ipv6Addr>().is_ok() => Some(id),
            _ => None,
        }
    }
}

/// A name as an id: what no id may hold becomes `-`.
pub fn plain(name: &str) -> String {
    name.chars().map(|it| if it.is_alphanumeric() || it == '-' || it == '_' { it } else { '-' }).collect()
}

/// Where something was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Locator {
    /// The file, below the folder of the project.
    pub file: String,
    /// The entry: the number of a request from 1, the name of a tag, model or package.
    pub entry: String,
    /// The path of the parameter; empty where the entry as a whole shows it.
    pub parameter: String,
}

/// What makes one observation another: nothing here is a value that was sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// To whom.
    pub recipient: Party,
    /// The host it went to; empty where the source names none.
    pub host: String,
    /// The parameter, column or property, as the source calls it; empty where only the recipient is known.
    pub field: String,
    /// The category, where it is known; `unknown` where each site chooses what it sends there.
    pub category: Option<String>,
    /// The persona's item that was found there: `customer.email`.
    pub item: Option<String>,
    /// In which form.
    pub form: SeenForm,
    /// How sure.
    pub strength: Strength,
    /// The vendor's sub-function that shows.
    pub feature: Option<String>,
    /// Categories that the page's address gives away.
    pub reveals: Vec<String>,
}

impl Observation {
    /// Something goes to a recipient, and no more is known of it.
    pub fn toward(recipient: Party, host: &str, strength: Strength) -> Observation {
        Observation {
            recipient,
            host: host.to_owned(),
            field: String::new(),
            category: None,
            item: None,
            form: SeenForm::Unknown,
            strength,
            feature: None,
            reveals: Vec::new(),
        }
    }

    /// The last part of the parameter's path: what a site calls a slot that it fills as it likes.
    pub fn own_name(&self) -> &str {
        self.field.rsplit(['.', '[']).next().unwrap_or_default().trim_end_matches(']')
    }
}

/// Where an observation was made first, and how often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The first place.
    pub at: Locator,
    /// The host whose script caused it, where the capture tells.
    pub initiator: Option<String>,
    /// How often.
    pub times: usize,
}

/// How much of a source was understood. A number that is not zero is worth a look.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Requests, tags, models, packages: whatever the source is made of.
    pub entries: usize,
    /// Of these, what stayed within the organisation.
    pub first_party: usize,
    /// Of these, what goes nowhere: `data:` addresses, paused tags.
    pub nowhere: usize,
    /// How many pages the capture has seen.
    pub pages: usize,
    /// Hosts that are no first party, sorted.
    pub hosts: BTreeSet<String>,
    /// Bodies that could not be decoded, as `file:entry`.
    pub undecoded: BTreeSet<String>,
    /// Types of tags, templates and transports that nobody knows.
    pub unknown: BTreeSet<String>,
    /// Parameters of recipients that no signature explains.
    pub unexplained: usize,
    /// Whatever else limits what was seen, each once.
    pub remarks: BTreeSet<String>,
}

impl Coverage {
    /// Adds up.
    pub fn add(&mut self, other: Coverage) {
        self.files += other.files;
        self.entries += other.entries;
        self.first_party += other.first_party;
        self.nowhere += other.nowhere;
        self.pages += other.pages;
        self.unexplained += other.unexplained;
        self.hosts.extend(other.hosts);
        self.undecoded.extend(other.undecoded);
        self.unknown.extend(other.unknown);
        self.remarks.extend(other.remarks);
    }
}

/// Distinct observations of one file, at most: a capture made to fill the memory ends in a remark.
const OBSERVATIONS: usize = 50_000;
/// Entries of a list of the coverage, at most.
const LISTED: usize = 1_000;

/// What the reading of one file has found.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// The file, as locators name it.
    pub file: String,
    /// Each distinct observation.
    pub seen: BTreeMap<Observation, Sighting>,
    /// How much was understood.
    pub coverage: Coverage,
    /// Domains of the pages that were visited, where the capture says which they are, the first one first.
    pub sites: Vec<String>,
}

impl Notes {
    /// Begins the notes on a file.
    pub fn on(file: impl Into<String>) -> Notes {
        Notes { file: file.into(), coverage: Coverage { files: 1, ..Coverage::default() }, ..Notes::default() }
    }

    /// Adds what other notes say.
    pub fn add(&mut self, other: Notes) {
        self.coverage.add(other.coverage);
        other.sites.iter().for_each(|it| self.site(it));
        for (observation, sighting) in other.seen {
            let times = sighting.times;
            self.seen.entry(observation).or_insert(Sighting { times: 0, ..sighting }).times += times;
        }
    }

    /// Takes down an observation.
    pub fn see(&mut self, observation: Observation, entry: &str, initiator: Option<&str>) {
        if self.seen.len() >= OBSERVATIONS && !self.seen.contains_key(&observation) {
            self.remark(format!("only the first {OBSERVATIONS} different observations of `{}` are kept", self.file));
            return;
        }
        let parameter = observation.field.clone();
        let sighting = self.seen.entry(observation).or_insert_with(|| Sighting {
            at: Locator { file: self.file.clone(), entry: entry.to_owned(), parameter },
            initiator: initiator.map(str::to_owned),
            times: 0,
        });
        sighting.times += 1;
    }

    /// A limit of what was seen.
    pub fn remark(&mut self, text: impl Into<String>) {
        listed(&mut self.coverage.remarks, text.into());
    }

    /// A body that nobody can read.
    pub fn undecoded(&mut self, entry: &str) {
        let place = format!("{}:{entry}", self.file);
        listed(&mut self.coverage.undecoded, place);
    }

    /// A type that nobody knows.
    pub fn unknown(&mut self, what: impl Into<String>) {
        listed(&mut self.coverage.unknown, what.into());
    }

    /// A page that was visited.
    pub fn page(&mut self, url: &str) {
        if let Some(page) = Address::of(url).filter(Address::is_sent) {
            let host = host_name(page.host);
            if !is_loopback(&host) {
                self.site(registrable(&host));
            }
        }
    }

    fn site(&mut self, domain: &str) {
        if self.sites.len() < LISTED && !self.sites.iter().any(|it| it == domain) {
            self.sites.push(domain.to_owned());
        }
    }

    /// A host outside the organisation.
    pub fn host(&mut self, host: &str) {
        if !self.coverage.hosts.contains(host) {
            listed(&mut self.coverage.hosts, host.to_owned());
        }
    }
}

fn listed(list: &mut BTreeSet<String>, entry: String) {
    if list.len() < LISTED {
        list.insert(entry);
    }
}
