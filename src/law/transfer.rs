//! What carries a transfer to a third country on a day: Chapter V GDPR.

use std::fmt;

use super::adequacy::ADEQUATE_FOR_ALL;
use super::given::Law;
use crate::declare::{Date, TransferDecl};

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
            Doubt::NoDecision(scope, day) => write!(f, "no adequacy decision for `{scope}` holds on {day}"),
        }
    }
}

impl Law {
    /// Whether something carries transfers to a country on a day: an adequacy decision for all, one
    /// for the group the recipient is declared to belong to, or a declared instrument. Else why not:
    /// empty where nothing is declared for this country.
    pub fn carries(&self, transfers: &[TransferDecl], country: &str, today: Date) -> Result<(), Vec<Doubt>> {
        let adequate = self.adequacy(country, today);
        if adequate.iter().any(|it| it.scope == ADEQUATE_FOR_ALL) {
            return Ok(());
        }
        let mut doubts = Vec::new();
        for transfer in transfers.iter().filter(|it| it.country.as_ref().is_none_or(|it| it.value == country)) {
            match self.holds(transfer, country, today) {
                Ok(()) => return Ok(()),
                Err(more) => doubts.extend(more),
            }
        }
        Err(doubts)
    }

    /// Whether a declared transfer to a country holds on a day, by its instrument or the one that is
    /// to take over.
    pub fn holds(&self, transfer: &TransferDecl, country: &str, today: Date) -> Result<(), Vec<Doubt>> {
        if let Some(day) = transfer.since.as_ref().filter(|day| today < day.value) {
            return Err(vec![Doubt::Later(day.value)]);
        }
        if let Some(day) = transfer.until.as_ref().filter(|day| day.value <= today) {
            return Err(vec![Doubt::Ended(day.value)]);
        }
        let commercial = transfer.commercial.as_ref().is_some_and(|it| it.value);
        if commercial && self.adequacy(country, today).iter().any(|it| it.scope == "commercial") {
            return Ok(());
        }
        let mut doubts = Vec::new();
        for mechanism in transfer.mechanism.iter().chain(transfer.fallback.iter()) {
            match self.refuses(mechanism, country, today) {
                None => return Ok(()),
                Some(doubt) => doubts.push(doubt),
            }
        }
        Err(doubts)
    }

    /// Why an instrument cannot carry transfers to a country on a day.
    fn refuses(&self, mechanism: &str, country: &str, today: Date) -> Option<Doubt> {
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
        let scope = match it.adequacy.as_ref() {
            Some(scope) => scope.value.as_str(),
            None if mechanism == "adequacy" => ADEQUATE_FOR_ALL,
            None => return None,
        };
        let holds = self.adequacy(country, today).iter().any(|it| it.scope == scope);
        (!holds).then(|| Doubt::NoDecision(scope.to_owned(), today))
    }
}
