//! What the words of a node's selectors take of what it really holds.

use super::state::Reach;
use crate::declare::{Date, FeatureState};
use crate::finding::{EMPTY_SELECTION, EXCLUDED_BY_REVEAL, FEATURE_MISMATCH, Findings, ITEM_NOT_HELD};
use crate::model::{FlowKind, Model, Node, NodeId, Selector, Taken, What, Word};
use crate::source::nearest;

/// Reports words that take nothing of what their node ever holds, exclusions that work by what a
/// field reveals, and features that contradict their flows.
pub fn check(model: &Model, reach: &Reach, today: Date, out: &mut Findings) {
    for (at, node) in model.nodes.iter().enumerate() {
        let id = NodeId::from_index(at);
        for flow in node.sends.iter().map(|id| model.flow(*id)) {
            let owner = format!("{} to `{}`", if flow.kind == FlowKind::Sends { "sends" } else { "passes" }, model.node(flow.to).id);
            words(model, reach, id, &flow.selector, &owner, &flow.id, out);
        }
        for derive in &node.derives {
            let field = &model.field(derive.field).id;
            words(model, reach, id, &derive.from, &format!("derives `{field}` from"), &format!("{}:{field}", node.id), out);
        }
        for it in &node.uses {
            let key = format!("{}:{}", node.id, model.activity_id(it.activity));
            words(model, reach, id, &it.selector, "uses", &key, out);
        }
        for it in &node.access {
            words(model, reach, id, &it.selector, &format!("lets `{}` read", it.role), &format!("{}:{}", node.id, it.role), out);
        }
        features(model, node, today, out);
    }
}

fn words(model: &Model, reach: &Reach, node: NodeId, selector: &Selector, does: &str, key: &str, out: &mut Findings) {
    let held = reach.at(node);
    for word in selector.takes.iter().filter(|word| word.what != What::All || word.subject.is_some()) {
        if !held.iter().any(|id| word.takes(model, reach.state(*id).item)) {
            not_held(model, reach, node, word, does, key, out);
        }
    }
    if let Some(first) = selector.excludes.first()
        && !held.is_empty()
        && !held.iter().any(|id| !matches!(selector.take(model, reach.state(*id).item), Taken::No))
        && selector.is_open()
    {
        out.report(&EMPTY_SELECTION, &["all", key])
            .say(format!("`{key}` takes nothing: all that `{}` holds is left out", model.node(node).id))
            .at(first.span, "leaves nothing")
            .help("remove the flow or the use, or an exclusion");
    }
    let mut noted = Vec::new();
    for id in held {
        let state = reach.state(*id);
        if let Taken::Revealing(word) = selector.take(model, state.item)
            && !noted.contains(&state.item)
        {
            noted.push(state.item);
            let item = model.item_id(state.item);
            let What::Category(category) = word.what else { continue };
            let reveals = model.field(state.item.field).reveals.iter().filter(|it| model.is_below(**it, category));
            let reveals: Vec<_> = reveals.map(|it| format!("`{}`", model.category(*it).id)).collect();
            out.report(&EXCLUDED_BY_REVEAL, &[&item, key])
                .say(format!("`{item}` is left out of `{key}` because it reveals {}", reveals.join(", ")))
                .at(word.span, "left out here")
                .help(format!("if it flows all the same, name `{}` among the fields", model.field(state.item.field).id));
        }
    }
}

fn not_held(model: &Model, reach: &Reach, node: NodeId, word: &Word, does: &str, key: &str, out: &mut Findings) {
    let id = &model.node(node).id;
    let named = model.word_name(word);
    if let What::Field(field) = word.what {
        let mut known: Vec<&str> = reach.at(node).iter().map(|it| model.field(reach.state(*it).item.field).id.as_str()).collect();
        known.dedup();
        let finding = out.report(&ITEM_NOT_HELD, &[&named, key]);
        finding.say(format!("`{id}` {does} `{named}`, which it never holds")).at(word.span, "nothing brings it here");
        // Another subject may hold it: the most likely slip after a typing error.
        match nearest(&model.field(field).id, known) {
            Some(near) if near != model.field(field).id => finding.help(format!("did you mean `{near}`?")),
            _ => finding.help(format!("let `{id}` collect or derive it, or let a flow to `{id}` carry it")),
        };
    } else {
        out.report(&EMPTY_SELECTION, &[&named, key])
            .say(format!("`{id}` {does} `{named}`, which takes nothing of what it holds"))
            .at(word.span, "takes nothing")
            .help("remove the word, or let the fields it means come in");
    }
}

/// `on` needs a flow of that label, `off` forbids one.
fn features(model: &Model, node: &Node, today: Date, out: &mut Findings) {
    let Some(recipient) = node.recipient() else { return };
    for (name, feature) in &recipient.features {
        let Some(state) = feature.state_on(today) else { continue };
        let flow = node
            .receives
            .iter()
            .map(|id| model.flow(*id))
            .find(|flow| flow.label.as_deref() == Some(&name.value) && !flow.is_stopped(today));
        let key = format!("{}#{}", node.id, name.value);
        match (state, flow) {
            (FeatureState::On, None) => {
                out.report(&FEATURE_MISMATCH, &[&key])
                    .say(format!("`{key}` is on, and no open flow goes to it"))
                    .at(name.span, "on here")
                    .help(format!("declare what it receives: `sends: {{ {key}: [field, …] }}`, or turn it off"));
            }
            (FeatureState::Off, Some(flow)) => {
                out.report(&FEATURE_MISMATCH, &[&key])
                    .say(format!("`{key}` is off, and `{}` sends to it", model.node(flow.from).id))
                    .at(name.span, "off here")
                    .at(flow.span, "sent here")
                    .help("remove the flow or give it `stopped:`, or turn the feature on");
            }
            _ => {}
        }
    }
}
