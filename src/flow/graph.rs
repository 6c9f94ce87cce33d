//! Nodes and flows as a graph.

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::finding::{Findings, INVALID_VALUE};
use crate::model::{FlowId, FlowKind, Model, NodeId};

/// Who can pass anything on to whom.
#[derive(Debug)]
pub struct FlowGraph {
    graph: DiGraph<NodeId, FlowId>,
}

impl FlowGraph {
    /// The graph of a model's flows.
    pub fn of(model: &Model) -> FlowGraph {
        let mut graph = DiGraph::with_capacity(model.nodes.len(), model.flows.len());
        for at in 0..model.nodes.len() {
            graph.add_node(NodeId::from_index(at));
        }
        // The newest edge of a node is listed first: added from the last, flows come out by id.
        for (at, flow) in model.flows.iter().enumerate().rev() {
            graph.add_edge(index(flow.from), index(flow.to), FlowId::from_index(at));
        }
        FlowGraph { graph }
    }

    /// The flows that leave a node, by id.
    pub fn leaving(&self, node: NodeId) -> impl Iterator<Item = FlowId> {
        self.graph.edges_directed(index(node), Direction::Outgoing).map(|edge| *edge.weight())
    }

    /// Reports chains of sub-processors that lead back to themselves.
    pub fn check(&self, model: &Model, out: &mut Findings) {
        let chains =
            self.graph.filter_map(|_, node| Some(*node), |_, flow| (model.flow(*flow).kind == FlowKind::Subprocessor).then_some(*flow));
        for circle in kosaraju_scc(&chains).into_iter().filter(|circle| circle.len() > 1) {
            let mut ids: Vec<NodeId> = circle.into_iter().map(|at| chains[at]).collect();
            ids.sort();
            let names: Vec<_> = ids.iter().map(|id| format!("`{}`", model.node(*id).id)).collect();
            let finding = out.report(&INVALID_VALUE, &[&model.node(ids[0]).id]);
            finding.say(format!("the sub-processors {} work for each other in a circle", names.join(", ")));
            let within =
                |flow: &&crate::model::Flow| flow.kind == FlowKind::Subprocessor && ids.contains(&flow.from) && ids.contains(&flow.to);
            for flow in model.flows.iter().filter(within) {
                finding.at(flow.span, "");
            }
            finding.help("remove one of them from `subprocessors`");
        }
    }
}

fn index(node: NodeId) -> NodeIndex {
    NodeIndex::new(node.index())
}
