//! Where a recipient is: establishment, processing and remote access, closed over those who work
//! for it (EDPB Guidelines 05/2021).

use std::collections::BTreeMap;

use crate::declare::Date;
use crate::model::{Model, NodeId};

/// A country data go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Its code; `None` where nobody knows, which counts as a third country without adequacy.
    pub country: Option<String>,
    /// In the EEA on the day.
    pub eea: bool,
}

impl Destination {
    /// The code, or `unknown`.
    pub fn code(&self) -> &str {
        self.country.as_deref().unwrap_or("unknown")
    }
}

/// The countries of every recipient on a day.
#[derive(Debug)]
pub struct Countries(BTreeMap<NodeId, Vec<Destination>>);

impl Countries {
    /// Computes them.
    pub fn on(model: &Model, today: Date) -> Countries {
        let recipients = (0..model.nodes.len()).map(NodeId::from_index).filter(|id| model.recipient(*id).is_some());
        Countries(recipients.map(|id| (id, destinations(model, model.countries(id), today))).collect())
    }

    /// The countries of a recipient and of all who work for it, sorted.
    pub fn of(&self, recipient: NodeId) -> &[Destination] {
        self.0.get(&recipient).map_or(&[], Vec::as_slice)
    }
}

fn destinations(model: &Model, codes: Vec<Option<&str>>, today: Date) -> Vec<Destination> {
    let place =
        |code: Option<&str>| Destination { country: code.map(str::to_owned), eea: code.is_some_and(|code| model.law.is_eea(code, today)) };
    codes.into_iter().map(place).collect()
}
