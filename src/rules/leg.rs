//! What rules on transfers look at: one leg of a way, to one recipient outside the EEA.

use std::collections::BTreeMap;

use super::Case;
use crate::declare::{Role, TransferDecl, Word};
use crate::finding::{Edit, Effort, Finding};
use crate::flow::Exposure;
use crate::model::NodeId;
use crate::source::{Span, scalar};

/// Data that go to one recipient outside the EEA, by all flows that rest on the same instruments.
pub(super) struct Leg<'a> {
    /// The recipient.
    pub to: NodeId,
    /// Its id; `recipient#feature` where the feature has an instrument of its own.
    pub id: String,
    /// The feature.
    pub feature: Option<&'a str>,
    /// What is declared to carry the data.
    pub transfers: Vec<TransferDecl>,
    /// The recipient's own countries outside the EEA.
    pub countries: Vec<&'a str>,
    /// What goes.
    pub exposures: Vec<&'a Exposure>,
}

/// Every such leg, by recipient.
pub(super) fn legs<'a>(case: &Case<'a>) -> Vec<Leg<'a>> {
    let model = case.model();
    let mut all: BTreeMap<(NodeId, Option<&str>), Vec<&Exposure>> = BTreeMap::new();
    for (flow, exposures) in case.by_flow() {
        let flow = model.flow(flow);
        let own = model.feature(flow).and_then(|feature| feature.transfer.as_ref()).and(flow.label.as_deref());
        all.entry((flow.to, own)).or_default().extend(exposures);
    }
    let leg = |((to, feature), exposures): ((NodeId, Option<&'a str>), Vec<&'a Exposure>)| {
        let abroad = |country: &&str| !case.law().is_eea(country, case.today());
        let countries: Vec<&str> = model.own_countries(to).into_iter().flatten().filter(abroad).collect();
        let id = &model.node(to).id;
        let id = feature.map_or_else(|| id.clone(), |feature| format!("{id}#{feature}"));
        let transfers = model.transfers_in(model.flow(exposures[0].flow));
        (!countries.is_empty()).then_some(Leg { to, id, feature, transfers, countries, exposures })
    };
    all.into_iter().filter_map(leg).collect()
}

impl Leg<'_> {
    /// What is declared for a country: by its name, else for every third country.
    pub fn declared(&self, country: &str) -> Option<&TransferDecl> {
        let named = self.transfers.iter().find(|it| it.country.as_ref().is_some_and(|it| it.value == country));
        named.or_else(|| self.transfers.iter().find(|it| it.country.is_none()))
    }

    /// The place of the instrument for a country, or of whoever should have one.
    pub fn place(&self, case: &Case, country: &str) -> Span {
        let declared = self.declared(country);
        let word = declared.and_then(|it| it.mechanism.as_ref().or(it.country.as_ref()));
        word.map_or(case.model().node(self.to).span, |word| word.span)
    }

    /// Writes keys beside a declared instrument, whichever of its forms it has.
    pub fn fix(&self, case: &Case, finding: &mut Finding, mechanism: &Word, effort: Effort, lines: &[String]) {
        use crate::declare::TransfersDecl::{List, Map, Word};
        let Some(recipient) = case.model().recipient(self.to) else { return };
        let feature = recipient.features.iter().find(|(name, _)| Some(name.value.as_str()) == self.feature).map(|(_, it)| it);
        match feature.map_or(&recipient.decl.transfer, |it| &it.transfer).as_ref() {
            Some(Word(_)) => {
                let yaml = format!("{{ mechanism: {}, {} }}", scalar(&mechanism.value), lines.join(", "));
                finding.fix(Edit::Replace(mechanism.span), effort, yaml);
            }
            Some(Map(_)) => {
                finding.fix(Edit::Beside(mechanism.span), effort, lines.join("\n"));
            }
            // One of a list may be a word alone, with no map to write into.
            Some(List(_)) | None => {}
        }
    }
}

/// `India (IN)`.
pub(super) fn place_name(case: &Case, country: &str) -> String {
    format!("{} ({country})", case.law().country_name(country, "en"))
}

/// The modules that the roles of sender and recipient ask for, each with one thing sent that way.
/// Silent where nobody has said the roles.
pub(super) fn modules<'a>(case: &Case, leg: &Leg<'a>) -> BTreeMap<u64, &'a Exposure> {
    let model = case.model();
    let mut all = BTreeMap::new();
    for exposure in &leg.exposures {
        let flow = model.flow(exposure.flow);
        let sender = match model.recipient(flow.from) {
            None => Some(exposure.activity.is_some_and(|activity| !case.is_own(activity))),
            Some(it) => it.role.map(|role| role == Role::Processor),
        };
        let recipient = model.role_in(flow).map(|role| role == Role::Processor);
        let (Some(sender), Some(recipient)) = (sender, recipient) else { continue };
        let module = match (sender, recipient) {
            (false, false) => 1,
            (false, true) => 2,
            (true, true) => 3,
            (true, false) => 4,
        };
        all.entry(module).or_insert(*exposure);
    }
    all
}
