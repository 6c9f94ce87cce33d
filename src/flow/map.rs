//! The map: everything that follows from a model on a day.

use std::collections::BTreeSet;

use super::countries::Countries;
use super::exposure::{Exposure, exposures};
use super::graph::FlowGraph;
use super::held;
use super::reach::{Reach, State, reach};
use super::walk::Walks;
use crate::declare::Date;
use crate::finding::Findings;
use crate::law::Form;
use crate::model::{ActivityId, Item, Model, NodeId, Selector, Taken};

/// A model and what follows from it on a day.
#[derive(Debug)]
pub struct Map {
    /// What is declared.
    pub model: Model,
    /// The day.
    pub today: Date,
    /// Who passes on to whom.
    pub graph: FlowGraph,
    /// Who holds what.
    pub reach: Reach,
    /// Where recipients are.
    pub countries: Countries,
    /// What open flows deliver to recipients.
    pub exposures: Vec<Exposure>,
    activity_items: Vec<Vec<Item>>,
}

impl Map {
    /// Computes the map; what contradicts it in the declarations becomes findings.
    pub fn of(model: Model, today: Date, out: &mut Findings) -> Map {
        let graph = FlowGraph::of(&model);
        graph.check(&model, out);
        let mut reach = reach(&model, &graph, today);
        let countries = Countries::on(&model, today);
        let exposures = exposures(&model, &mut reach, &countries, today);
        held::check(&model, &reach, today, out);
        let mut map = Map { model, today, graph, reach, countries, exposures, activity_items: Vec::new() };
        map.activity_items = map.all_activity_items();
        map
    }

    /// Finds walks through it.
    pub fn walks(&self) -> Walks<'_> {
        Walks::new(&self.model, &self.reach, self.today)
    }
}

impl Map {
    /// The personal items an activity works on: those of every `collects`, `uses`, `access` and open
    /// flow that names it, as far as they are really held there; sorted.
    pub fn items_of(&self, activity: ActivityId) -> &[Item] {
        &self.activity_items[activity.index()]
    }

    fn all_activity_items(&self) -> Vec<Vec<Item>> {
        let model = &self.model;
        let mut all: Vec<BTreeSet<Item>> = vec![BTreeSet::new(); model.activities.len()];
        for (at, node) in model.nodes.iter().enumerate() {
            let id = NodeId::from_index(at);
            for collect in &node.collects {
                for activity in &collect.activities {
                    let items = collect.fields.iter().map(|(field, _)| Item { subject: collect.subject, field: *field });
                    all[activity.index()].extend(items);
                }
            }
            let uses = node.uses.iter().map(|it| (std::slice::from_ref(&it.activity), &it.selector));
            let access = node.access.iter().map(|it| (it.activities.as_slice(), &it.selector));
            let open = node.sends.iter().map(|id| model.flow(*id)).filter(|flow| !flow.is_stopped(self.today));
            let flows = open.map(|it| (it.activities.as_slice(), &it.selector));
            for (activities, selector) in uses.chain(access).chain(flows).filter(|(activities, _)| !activities.is_empty()) {
                let items: Vec<Item> = self.held(id, selector).collect();
                for activity in activities {
                    all[activity.index()].extend(&items);
                }
            }
        }
        let personal = |items: BTreeSet<Item>| items.into_iter().filter(|item| self.is_personal(*item)).collect();
        all.into_iter().map(personal).collect()
    }

    /// What a selector takes of what a node holds today and in a form that is personal data.
    fn held<'s>(&'s self, node: NodeId, selector: &'s Selector) -> impl Iterator<Item = Item> + 's {
        let states = self.reach.at(node).iter().map(|id| self.reach.state(*id));
        let personal = |state: &&State| match selector.take(&self.model, state.item) {
            Taken::Yes(step, _) => step.apply(state.form) != Form::Anonymised,
            Taken::No | Taken::Revealing(_) => false,
        };
        states.filter(|it| !it.past && it.form != Form::Anonymised).filter(personal).map(|it| it.item)
    }

    /// Whether an item is about a person by what its field is.
    fn is_personal(&self, item: Item) -> bool {
        let field = self.model.field(item.field);
        field.unknown || field.is.iter().chain(&field.reveals).any(|it| self.model.category(*it).personal)
    }
}
