//! Observations as they stand in a file: sorted, without a value that was sent, fit for git. Written by
//! `ropa observe`, read again as a kind of captures.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::seen::{Coverage, Locator, Notes, Observation, Party, SeenForm, Sighting, Strength};

/// The form of the file; it has no other number yet.
pub const SCHEMA: &str = "ropa/observations/1";

/// What some captures show.
#[derive(Debug, Serialize, Deserialize)]
pub struct Written<'a> {
    /// [`SCHEMA`].
    pub schema: Cow<'a, str>,
    /// Every observation, in the order of their parts.
    pub observations: Vec<Row<'a>>,
    /// How much was understood.
    pub coverage: Cow<'a, Coverage>,
}

/// One observation.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row<'a> {
    /// The system that sends, where it was named.
    #[serde(default)]
    pub system: Option<Cow<'a, str>>,
    /// The vendor's id, the project's recipient, or the host.
    pub recipient: Cow<'a, str>,
    /// Which of these it is.
    pub known: Known,
    /// The host it went to.
    #[serde(default)]
    pub host: Cow<'a, str>,
    /// The parameter.
    #[serde(default)]
    pub field: Cow<'a, str>,
    /// Its category.
    #[serde(default)]
    pub category: Option<Cow<'a, str>>,
    /// The persona's item.
    #[serde(default)]
    pub item: Option<Cow<'a, str>>,
    /// Its form.
    pub form: SeenForm,
    /// How sure.
    pub strength: Strength,
    /// The vendor's sub-function.
    #[serde(default)]
    pub feature: Option<Cow<'a, str>>,
    /// What the page's address gives away.
    #[serde(default)]
    pub reveals: Cow<'a, [String]>,
    /// How often.
    pub times: usize,
    /// The host whose script caused it.
    #[serde(default)]
    pub initiator: Option<Cow<'a, str>>,
    /// Where first.
    pub locator: Cow<'a, Locator>,
}

/// Who a recipient's name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// The vendor catalogue.
    Vendor,
    /// The project.
    Recipient,
    /// Nobody: it is a domain, or a name that the source gives.
    Unknown,
}

impl<'a> Written<'a> {
    /// What some notes say, about a system if one is named.
    pub fn of(notes: &'a Notes, system: Option<&'a str>) -> Written<'a> {
        let row = |(seen, sighting): (&'a Observation, &'a Sighting)| Row {
            system: system.map(Cow::Borrowed),
            recipient: seen.recipient.id().into(),
            known: match seen.recipient {
                Party::Vendor(_) => Known::Vendor,
                Party::Recipient(_) => Known::Recipient,
                Party::Unknown(_) => Known::Unknown,
            },
            host: seen.host.as_str().into(),
            field: seen.field.as_str().into(),
            category: seen.category.as_deref().map(Cow::Borrowed),
            item: seen.item.as_deref().map(Cow::Borrowed),
            form: seen.form,
            strength: seen.strength,
            feature: seen.feature.as_deref().map(Cow::Borrowed),
            reveals: seen.reveals.as_slice().into(),
            times: sighting.times,
            initiator: sighting.initiator.as_deref().map(Cow::Borrowed),
            locator: Cow::Borrowed(&sighting.at),
        };
        Written { schema: SCHEMA.into(), observations: notes.seen.iter().map(row).collect(), coverage: Cow::Borrowed(&notes.coverage) }
    }

    /// The same as notes.
    pub fn into_notes(self) -> Notes {
        let mut seen: BTreeMap<Observation, Sighting> = BTreeMap::new();
        for row in self.observations {
            let id = row.recipient.into_owned();
            let recipient = match row.known {
                Known::Vendor => Party::Vendor(id),
                Known::Recipient => Party::Recipient(id),
                Known::Unknown => Party::Unknown(id),
            };
            let observation = Observation {
                recipient,
                host: row.host.into_owned(),
                field: row.field.into_owned(),
                category: row.category.map(Cow::into_owned),
                item: row.item.map(Cow::into_owned),
                form: row.form,
                strength: row.strength,
                feature: row.feature.map(Cow::into_owned),
                reveals: row.reveals.into_owned(),
            };
            let at = row.locator.into_owned();
            seen.insert(observation, Sighting { at, initiator: row.initiator.map(Cow::into_owned), times: row.times });
        }
        Notes { seen, coverage: self.coverage.into_owned(), ..Notes::default() }
    }
}
