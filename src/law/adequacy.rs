//! Adequacy: which third countries the Commission has found adequate, for whom, from when to when.

use super::given::Law;
use crate::declare::Date;

/// The scope of a decision that covers every recipient in a country.
pub const ADEQUATE_FOR_ALL: &str = "all";

/// A decision in force on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adequacy {
    /// Whom it covers: `all`, or a group such as `commercial`, `dpf`.
    pub scope: String,
    /// Number of the decision.
    pub reference: String,
}

impl Law {
    /// The decisions on a country that are in force on a day (`until` is the first day without).
    pub fn adequacy(&self, country: &str, today: Date) -> Vec<Adequacy> {
        let decisions = self.countries.get(country).map(|it| it.adequacy.iter()).into_iter().flatten();
        decisions
            .filter(|it| it.from.as_ref().is_none_or(|from| from.value <= today))
            .filter(|it| it.until.as_ref().is_none_or(|until| today < until.value))
            .map(|it| Adequacy {
                scope: it.scope.as_ref().map_or(ADEQUATE_FOR_ALL.to_owned(), |scope| scope.value.clone()),
                reference: it.reference.as_ref().map_or(String::new(), |reference| reference.value.clone()),
            })
            .collect()
    }
}
