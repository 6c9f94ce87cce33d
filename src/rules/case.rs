//! What rules look at, and how they show it.

use crate::declare::Date;
use crate::finding::{Finding, Findings, Rule};
use crate::flow::{Exposure, Label, Map, Walks, Wanted};
use crate::law::Law;
use crate::model::{Activity, ActivityId, CategoryId, Flow, FlowId, FlowKind, Item, Model};

/// Everything a rule may read.
pub struct Case<'a> {
    /// The map.
    pub map: &'a Map,
    /// Walks through it.
    pub walks: Walks<'a>,
}

impl<'a> Case<'a> {
    /// The case a map makes.
    pub fn of(map: &'a Map) -> Case<'a> {
        Case { map, walks: map.walks() }
    }

    pub(super) fn model(&self) -> &'a Model {
        &self.map.model
    }

    pub(super) fn law(&self) -> &'a Law {
        &self.map.model.law
    }

    pub(super) fn today(&self) -> Date {
        self.map.today
    }

    /// Exposures of declared flows, each item and flow once, whatever activities it is for.
    pub(super) fn sent(&self) -> impl Iterator<Item = &'a Exposure> {
        let mut last = None;
        self.map.exposures.iter().filter(move |it| {
            let new = last != Some((it.flow, it.item));
            last = Some((it.flow, it.item));
            new && self.model().flow(it.flow).kind == FlowKind::Sends
        })
    }

    /// The exposures of each flow that has any.
    pub(super) fn by_flow(&self) -> impl Iterator<Item = (FlowId, &'a [Exposure])> {
        self.map.exposures.chunk_by(|a, b| a.flow == b.flow).map(|all| (all[0].flow, all))
    }

    /// The activities a flow is for.
    pub(super) fn activities(&self, flow: &Flow) -> impl Iterator<Item = &'a Activity> {
        flow.activities.iter().map(|id| self.activity(*id))
    }

    pub(super) fn activity(&self, id: ActivityId) -> &'a Activity {
        &self.map.model.activities[id.index()]
    }

    /// A finding on an exposure, keyed by item and flow, placed where the flow takes the item.
    pub(super) fn report<'f>(&self, out: &'f mut Findings, rule: &'static Rule, exposure: &Exposure) -> &'f mut Finding {
        let flow = self.model().flow(exposure.flow);
        let finding = out.report(rule, &[&self.model().item_id(exposure.item), &flow.id]);
        finding.at(self.model().taken_at(flow, exposure.item), "leaves here")
    }

    /// Shows the way of an exposure, from where a category comes in if one is named.
    pub(super) fn show(&self, finding: &mut Finding, exposure: &Exposure, category: Option<CategoryId>) {
        let bringing = category.and_then(|it| self.walks.delivered(exposure, &Wanted::Bringing(Label::of(it))));
        let walk = bringing.unwrap_or_else(|| self.walks.witness(exposure));
        finding.path(self.walks.hops(&walk));
    }

    /// The ids of some categories, for a message.
    pub(super) fn named(&self, categories: &[CategoryId]) -> String {
        let ids = categories.iter().map(|it| format!("`{}`", self.model().category(*it).id));
        listed(ids)
    }

    /// The ids of the items of some exposures, each once, for a message.
    pub(super) fn named_items<'e>(&self, exposures: impl IntoIterator<Item = &'e Exposure>) -> String {
        self.items(exposures, "", "").trim_end().to_owned()
    }

    /// The same, followed by the verb that one or several of them take.
    pub(super) fn items<'e>(&self, exposures: impl IntoIterator<Item = &'e Exposure>, one: &str, several: &str) -> String {
        let mut items: Vec<Item> = exposures.into_iter().map(|it| it.item).collect();
        items.sort();
        items.dedup();
        let shown = 4;
        let more = items.len().saturating_sub(shown);
        let names = items.iter().take(shown).map(|it| format!("`{}`", self.model().item_id(*it)));
        let more = (more > 0).then(|| format!("{more} more"));
        format!("{} {}", listed(names.chain(more)), if items.len() == 1 { one } else { several })
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
