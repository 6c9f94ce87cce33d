//! Exposures: what each flow delivers to a recipient, behind which gates, giving away what.

use super::countries::Countries;
use super::labels::Label;
use super::sets::{SetId, Sets};
use super::state::{Hop, Reach, StateId};
use crate::declare::Date;
use crate::law::Form;
use crate::model::{ActivityId, CategoryId, FlowId, GateId, Item, Model};

/// The state at the sender of a flow, and the one it leads to.
pub type Ends = (StateId, StateId);

/// A flow delivers an item to a recipient.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// The delivering flow.
    pub flow: FlowId,
    /// The item.
    pub item: Item,
    /// The form in which the recipient has it.
    pub form: Form,
    /// Gates on every way, implied ones included; sorted.
    pub gates: Vec<GateId>,
    /// The activity it is for; none for hosting and sub-processing, which serve what brought the
    /// data to their sender.
    pub activity: Option<ActivityId>,
    /// The sensitive categories it is or reveals on arrival; sorted.
    pub sensitive: Vec<CategoryId>,
    /// Nobody has said what it is.
    pub unknown: bool,
    /// `sensitive`, `unknown`, and `to:XX` for each country outside the EEA; sorted.
    pub labels: Vec<String>,
    /// Countries of the recipient and all who work for it; `unknown` where one is not known.
    pub countries: Vec<String>,
    /// The states at the sender that it comes from, and the one it leads to.
    pub ends: Vec<Ends>,
    /// The same for the item in every form that is personal data: labels come in by any of them.
    pub all_ends: Vec<Ends>,
    /// It concerns the project itself, and is not what neighbours do among themselves.
    pub ours: bool,
}

/// One way an item arrives through a flow, before ways are joined.
struct Arrival {
    flow: FlowId,
    item: Item,
    form: Form,
    gates: SetId,
    labels: SetId,
    ends: Ends,
}

/// Everything that open flows deliver to recipients, sorted by flow, item, form and activity.
pub fn exposures(model: &Model, reach: &mut Reach, countries: &Countries, today: Date) -> Vec<Exposure> {
    let mut sets = std::mem::take(&mut reach.gate_sets);
    let mut arrivals = Vec::new();
    for transition in &reach.transitions {
        let Hop::Flow(flow_id) = transition.hop else { continue };
        let (from, to) = (reach.state(transition.from), reach.state(transition.to));
        let flow = model.flow(flow_id);
        if model.node(to.node).is_system() || flow.is_stopped(today) || from.past {
            continue;
        }
        let own = sets.of(flow.gates.iter().map(|gate| gate.0));
        let gates = sets.union(from.gates, own);
        arrivals.push(Arrival {
            flow: flow_id,
            item: to.item,
            form: to.form,
            gates,
            labels: from.labels,
            ends: (transition.from, transition.to),
        });
    }
    arrivals.sort_by_key(|it| (it.flow, it.item, it.form, it.ends));
    let mut out = Vec::new();
    for same in arrivals.chunk_by(|a, b| (a.flow, a.item) == (b.flow, b.item)) {
        deliver(model, reach, countries, &mut sets, same, &mut out);
    }
    reach.gate_sets = sets;
    out
}

/// The exposures of one item through one flow.
fn deliver(model: &Model, reach: &mut Reach, countries: &Countries, sets: &mut Sets, same: &[Arrival], out: &mut Vec<Exposure>) {
    let personal: Vec<&Arrival> =
        same.iter().filter(|it| it.form != Form::Anonymised && reach.label_sets.get(it.labels).contains(&Label::PERSONAL.0)).collect();
    let Some(first) = personal.first() else { return };
    // What the item gives away does not depend on its form: all its ways count.
    let labels = personal.iter().fold(SetId::EMPTY, |all, it| reach.label_sets.union(all, it.labels));
    let labels = reach.label_sets.get(labels);
    let sensitive: Vec<CategoryId> = labels.iter().filter_map(|label| Label(*label).category()).collect();
    let unknown = labels.contains(&Label::UNKNOWN.0);
    let flow = model.flow(first.flow);
    let places = countries.of(flow.to);
    let mut said: Vec<String> = sensitive.iter().map(|category| model.category(*category).id.clone()).collect();
    said.extend(unknown.then(|| "unknown".to_owned()));
    said.extend(places.iter().filter(|it| !it.eea).map(|it| format!("to:{}", it.code())));
    said.sort();
    let places: Vec<String> = places.iter().map(|it| it.code().to_owned()).collect();

    let mut ways: Vec<(Form, SetId, Vec<Ends>)> = Vec::new();
    for arrival in &personal {
        match ways.last_mut().filter(|way| way.0 == arrival.form) {
            Some(way) => {
                way.1 = sets.intersection(way.1, arrival.gates);
                way.2.push(arrival.ends);
            }
            None => ways.push((arrival.form, arrival.gates, vec![arrival.ends])),
        }
    }
    let kept: Vec<bool> =
        ways.iter().enumerate().map(|(at, way)| !ways[..at].iter().any(|exposed| sets.is_subset(exposed.1, way.1))).collect();
    for (way, _) in ways.into_iter().zip(kept).filter(|(_, kept)| *kept) {
        let gates: Vec<GateId> = sets.get(way.1).iter().map(|gate| GateId(*gate)).collect();
        let activities: Vec<Option<ActivityId>> =
            if flow.activities.is_empty() { vec![None] } else { flow.activities.iter().map(|it| Some(*it)).collect() };
        for activity in activities {
            out.push(Exposure {
                flow: first.flow,
                item: first.item,
                form: way.0,
                gates: gates.clone(),
                activity,
                sensitive: sensitive.clone(),
                unknown,
                labels: said.clone(),
                countries: places.clone(),
                ends: way.2.clone(),
                all_ends: personal.iter().map(|it| it.ends).collect(),
                ours: true,
            });
        }
    }
}
