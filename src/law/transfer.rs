//! What carries a transfer to a third country on a day: Chapter V GDPR.

use std::collections::BTreeSet;
use std::fmt;

use super::adequacy::ADEQUATE_FOR_ALL;
use super::given::Law;
use crate::declare::{Date, MechanismDecl, TransferDecl, Word};

/// The scope of a decision that covers commercial organisations; `commercial: true` answers for it.
const COMMERCIAL: &str = "commercial";

/// First day on which the standard clauses of Decision (EU) 2021/914, which have modules, could be used.
const CLAUSES_HAVE_MODULES: Date = Date(jiff::civil::date(2021, 6, 27));

/// First day on which the older standard clauses, which have none, no longer counted (its Art. 4(4)).
const OLDER_CLAUSES_ENDED: Date = Date(jiff::civil::date(2022, 12, 27));

/// The day of the judgment C-311/18, which asks for an assessment of the law of the country.
const ASSESSMENT_ASKED: Date = Date(jiff::civil::date(2020, 7, 16));

/// What carries a transfer.
#[derive(Clone, Copy, Debug)]
pub enum Ground<'a> {
    /// An adequacy decision that covers whoever is there.
    Decision,
    /// A declared instrument, and the word that names it.
    Instrument(&'a TransferDecl, &'a Word),
}

/// Why an instrument does not carry a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody has said which instrument it is.
    Unnamed,
    /// What is declared begins later.
    Later(Date),
    /// What is declared has ended.
    Ended(Date),
    /// The instrument itself begins later.
    NotYetValid(String, Date),
    /// The instrument itself is no longer valid.
    NoLongerValid(String, Date),
    /// The instrument serves other countries.
    OtherCountries(String),
    /// It rests on an adequacy decision of a scope of which none holds.
    NoDecision(String, Date),
    /// It rests on adequacy, and the decision covers only these groups.
    Narrower(Vec<String>),
    /// The instrument covers those on a list, and no entry is named.
    Unlisted(String),
}

impl Doubt {
    /// Whether an instrument is in force and does not fit; else none is in force.
    pub fn is_of_scope(&self) -> bool {
        matches!(self, Doubt::OtherCountries(_) | Doubt::Narrower(_) | Doubt::Unlisted(_))
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Doubt::Unnamed => f.write_str("nobody has said on which instrument it rests"),
            Doubt::Later(day) => write!(f, "its instrument holds only from {day}"),
            Doubt::Ended(day) => write!(f, "its instrument ended on {day}"),
            Doubt::NotYetValid(id, day) => write!(f, "`{id}` is valid only from {day}"),
            Doubt::NoLongerValid(id, day) => write!(f, "`{id}` has not been valid since {day}"),
            Doubt::OtherCountries(id) => write!(f, "`{id}` does not serve this country"),
            Doubt::NoDecision(scope, day) if scope == ADEQUATE_FOR_ALL => write!(f, "no adequacy decision holds on {day}"),
            Doubt::NoDecision(scope, day) => write!(f, "no adequacy decision for `{scope}` holds on {day}"),
            Doubt::Narrower(scopes) => write!(f, "the adequacy decision covers only recipients under `{}`", scopes.join("`, `")),
            Doubt::Unlisted(id) => write!(f, "`{id}` covers only organisations on its list, and no entry of the list is named"),
        }
    }
}

impl Law {
    /// What carries transfers to a country on a day: an adequacy decision for all, one for the group
    /// the recipient is declared to belong to, or a declared instrument. Else why not: empty where
    /// nothing is declared for this country; where something names it, only of that.
    pub fn carries<'a>(&self, transfers: &'a [TransferDecl], country: &str, today: Date) -> Result<Ground<'a>, Vec<Doubt>> {
        let adequate = self.adequacy(country, today);
        if adequate.iter().any(|it| it.scope == ADEQUATE_FOR_ALL) {
            return Ok(Ground::Decision);
        }
        let (mut named, mut any) = (Vec::new(), Vec::new());
        for transfer in transfers.iter().filter(|it| it.country.as_ref().is_none_or(|it| it.value == country)) {
            match self.holds(transfer, country, today) {
                Ok(ground) => return Ok(ground),
                Err(more) if transfer.country.is_some() => named.extend(more),
                Err(more) => any.extend(more),
            }
        }
        Err(if named.is_empty() { any } else { named })
    }

    /// What of a declared transfer to a country holds on a day: its instrument, or the one that is to
    /// take over.
    pub fn holds<'a>(&self, transfer: &'a TransferDecl, country: &str, today: Date) -> Result<Ground<'a>, Vec<Doubt>> {
        if let Some(day) = transfer.since.as_ref().filter(|day| today < day.value) {
            return Err(vec![Doubt::Later(day.value)]);
        }
        if let Some(day) = transfer.until.as_ref().filter(|day| day.value <= today) {
            return Err(vec![Doubt::Ended(day.value)]);
        }
        let commercial = transfer.commercial.as_ref().is_some_and(|it| it.value);
        if commercial && self.adequacy(country, today).iter().any(|it| it.scope == COMMERCIAL) {
            return Ok(Ground::Decision);
        }
        let mut doubts = Vec::new();
        for mechanism in transfer.mechanism.iter().chain(transfer.fallback.iter()) {
            match self.refuses(transfer, mechanism, country, today) {
                None => return Ok(Ground::Instrument(transfer, mechanism)),
                Some(doubt) => doubts.push(doubt),
            }
        }
        if doubts.is_empty() {
            doubts.push(Doubt::Unnamed);
        }
        Err(doubts)
    }

    /// Why an instrument cannot carry transfers to a country on a day.
    fn refuses(&self, transfer: &TransferDecl, mechanism: &str, country: &str, today: Date) -> Option<Doubt> {
        let id = || mechanism.to_owned();
        let Some(it) = self.mechanisms.get(mechanism) else { return Some(Doubt::Unnamed) };
        if let Some(day) = it.until.as_ref().filter(|day| day.value <= today) {
            return Some(Doubt::NoLongerValid(id(), day.value));
        }
        if let Some(day) = it.from.as_ref().filter(|day| today < day.value) {
            return Some(Doubt::NotYetValid(id(), day.value));
        }
        if !it.countries.is_empty() && !it.countries.iter().any(|it| it.value == country) {
            return Some(Doubt::OtherCountries(id()));
        }
        let scopes: Vec<String> = self.adequacy(country, today).into_iter().map(|it| it.scope).collect();
        let holds = |scope: &str| scopes.iter().any(|it| it == scope);
        let listed = transfer.listed.as_ref().is_some_and(|it| it.entity.is_some());
        match it.adequacy.as_ref() {
            Some(scope) if !holds(scope) => Some(Doubt::NoDecision(scope.value.clone(), today)),
            Some(_) => (self.asks_for_entry(it) && !listed).then(|| Doubt::Unlisted(id())),
            None if mechanism != "adequacy" || holds(ADEQUATE_FOR_ALL) => None,
            None if scopes.is_empty() => Some(Doubt::NoDecision(ADEQUATE_FOR_ALL.to_owned(), today)),
            // A named entry says which group the recipient belongs to.
            None if listed && scopes.iter().any(|scope| self.is_framework(scope)) => None,
            None => Some(Doubt::Narrower(scopes)),
        }
    }

    /// Whether an instrument covers only those on a list that can be looked up: not that of a
    /// framework which is over.
    fn asks_for_entry(&self, it: &MechanismDecl) -> bool {
        it.until.is_none() && it.adequacy.as_ref().is_some_and(|scope| self.is_framework(scope))
    }

    /// Whether a decision of this scope covers those who joined a framework.
    fn is_framework(&self, scope: &str) -> bool {
        let named = self.mechanisms.iter().filter_map(|(_, it)| it.adequacy.as_ref()).any(|it| it.value == scope);
        named && scope != COMMERCIAL && scope != ADEQUATE_FOR_ALL
    }

    /// Whether an instrument rests on an adequacy decision.
    pub fn is_adequacy(&self, mechanism: &str) -> bool {
        self.article_of(mechanism) == Some("gdpr.45")
    }

    /// The days on which something ends that can carry transfers to a country: the decisions on it, and the
    /// instruments that are named.
    pub fn ends(&self, transfers: &[TransferDecl], country: &str) -> BTreeSet<Date> {
        let decisions = self.countries.get(country).map(|it| it.adequacy.iter()).into_iter().flatten().filter_map(|it| it.until.as_ref());
        let named = transfers.iter().flat_map(|it| it.mechanism.iter().chain(it.fallback.iter()));
        let instruments = named.filter_map(|word| self.mechanisms.get(word)?.until.as_ref());
        decisions.chain(instruments).map(|day| day.value).collect()
    }

    /// Whether an instrument is one of Art. 46 and 47: safeguards that two parties agree on.
    pub fn is_safeguard(&self, mechanism: &str) -> bool {
        self.article_of(mechanism).is_some_and(|it| it.starts_with("gdpr.46") || it.starts_with("gdpr.47"))
    }

    /// Whether safeguards are to be assessed against the law of the country on a day.
    pub fn asks_for_assessment(&self, mechanism: &str, today: Date) -> bool {
        ASSESSMENT_ASKED <= today && self.is_safeguard(mechanism)
    }

    /// The derogation of Art. 49 that an instrument is: `gdpr.49.1.b`.
    pub fn derogation(&self, mechanism: &str) -> Option<&str> {
        self.article_of(mechanism).filter(|it| it.starts_with("gdpr.49"))
    }

    fn article_of(&self, mechanism: &str) -> Option<&str> {
        self.mechanisms.get(mechanism)?.article.as_ref().map(|it| it.value.as_str())
    }
}

/// Whether standard clauses can have a module on a day.
pub fn clauses_have_modules(today: Date) -> bool {
    CLAUSES_HAVE_MODULES <= today
}

/// Whether standard clauses must have one: the sets without are over.
pub fn clauses_need_module(today: Date) -> bool {
    OLDER_CLAUSES_ENDED <= today
}
