//! The map: everything that follows from a model on a day.

use std::sync::OnceLock;

use super::countries::Countries;
use super::exposure::{Exposure, exposures};
use super::graph::FlowGraph;
use super::held;
use super::ours::Ours;
use super::processing::{Processing, processing};
use super::reach::reach;
use super::state::{Reach, StateId};
use super::walk::Walks;
use crate::declare::Date;
use crate::finding::{Findings, Subject};
use crate::model::{ActivityId, FlowId, Model};

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
    /// What open flows deliver to recipients, those of neighbours included.
    pub exposures: Vec<Exposure>,
    /// What of it concerns the project itself; all of it where there are no neighbours.
    ours: Option<Ours>,
    /// What each activity processes, once somebody has asked.
    processing: OnceLock<Vec<Processing>>,
}

impl Map {
    /// Computes the map; what contradicts it in the declarations becomes findings.
    pub fn of(model: Model, today: Date, out: &mut Findings) -> Map {
        let graph = FlowGraph::of(&model);
        graph.check(&model, out);
        let mut reach = reach(&model, &graph, today);
        let countries = Countries::on(&model, today);
        let mut exposures = exposures(&model, &mut reach, &countries, today);
        let ours = Ours::of(&model, &reach, &mut exposures);
        held::check(&model, &reach, today, out);
        Map { model, today, graph, reach, countries, exposures, ours, processing: OnceLock::new() }
    }

    /// The exposures that the project answers for: some way to them begins in its own declarations, passes
    /// through them or ends there.
    pub fn ours(&self) -> &[Exposure] {
        self.ours.as_ref().map_or(&self.exposures, |it| &it.exposures)
    }

    /// Whether what a state holds concerns the project.
    pub fn is_ours(&self, state: StateId) -> bool {
        self.ours.as_ref().is_none_or(|it| it.holds(state))
    }

    /// Finds walks through it.
    pub fn walks(&self) -> Walks<'_> {
        Walks::new(&self.model, &self.reach, self.today)
    }
}

impl Map {
    /// What a finding on an exposure speaks of.
    pub fn subject_of(&self, exposure: &Exposure) -> Subject {
        Subject { item: self.model.item_id(exposure.item), form: exposure.form.word(), labels: exposure.labels.clone() }
    }

    /// The exposures of each flow that has any the project answers for.
    pub fn by_flow(&self) -> impl Iterator<Item = (FlowId, &[Exposure])> {
        self.ours().chunk_by(|a, b| a.flow == b.flow).map(|all| (all[0].flow, all))
    }

    /// What each activity processes, in the order of the model's activities.
    pub fn processing(&self) -> &[Processing] {
        self.processing.get_or_init(|| processing(&self.model, &self.reach, self.today))
    }

    /// What an activity processes.
    pub fn of_activity(&self, activity: ActivityId) -> &Processing {
        &self.processing()[activity.index()]
    }
}
