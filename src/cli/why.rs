//! `ropa why`: the path of an item to a recipient, and the ground it rests on.

use std::fmt::Write;

use serde::Serialize;

use super::args::{Format, WhyArgs};
use super::out;
use crate::finding::Hop;
use crate::flow::{Exposure, Label, Map, Walks, Wanted};
use crate::model::{Basis, CategoryId, FlowId, Item, NodeId};
use crate::render::findings::{HopView, hops};
use crate::render::text::path;
use crate::source::{Sources, nearest};

/// One way in which a node holds an item.
struct Way {
    item: Item,
    /// The flow that delivers it, if any does.
    flow: Option<FlowId>,
    form: &'static str,
    gates: Vec<String>,
    labels: Vec<String>,
    activity: Option<String>,
    open: bool,
    path: Vec<Hop>,
    /// Sensitive categories that come in by another way than `path`, each with its own.
    brought: Vec<(String, Vec<Hop>)>,
}

#[derive(Serialize)]
struct WhyView<'a> {
    schema: &'static str,
    ways: Vec<WayView<'a>>,
}

#[derive(Serialize)]
struct WayView<'a> {
    item: String,
    recipient: &'a str,
    flow: Option<&'a str>,
    form: &'static str,
    gates: &'a [String],
    labels: &'a [String],
    activity: Option<&'a str>,
    basis: Option<String>,
    open: bool,
    path: Vec<HopView<'a>>,
    brought: Vec<BroughtView<'a>>,
}

#[derive(Serialize)]
struct BroughtView<'a> {
    label: &'a str,
    path: Vec<HopView<'a>>,
}

/// Prints every way, the open ones first.
pub fn run(args: &WhyArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let map = &answer.map;
    let node = node(map, &args.recipient)?;
    let items = items(map, &args.item)?;
    let ways = ways(map, &map.walks(), node, &items);
    let text = match args.output {
        Format::Json => {
            out::json(&WhyView { schema: "ropa/why/1", ways: ways.iter().map(|way| view(map, &answer.sources, node, way)).collect() })?
        }
        Format::Text if ways.is_empty() => format!("`{}` does not reach `{}`\n", args.item, args.recipient),
        Format::Text => ways.iter().map(|way| shown(map, &answer.sources, node, way)).collect::<Vec<_>>().join("\n"),
    };
    out::print(&text)?;
    Ok(0)
}

fn node(map: &Map, id: &str) -> anyhow::Result<NodeId> {
    map.model.node_named(id).ok_or_else(|| {
        let near = nearest(id, map.model.nodes.iter().map(|node| node.id.as_str()));
        anyhow::anyhow!(
            "no system or recipient is called `{id}`{}",
            near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default()
        )
    })
}

/// The items a word stands for: one, or those of a field.
fn items(map: &Map, word: &str) -> anyhow::Result<Vec<Item>> {
    let model = &map.model;
    let (subject, field) = match word.split_once('.') {
        Some((subject, field)) => (model.subject_named(subject), model.field_named(field)),
        None => (None, model.field_named(word)),
    };
    let mut items: Vec<Item> = map.reach.states.iter().map(|state| state.item).collect();
    items.sort();
    items.dedup();
    let known: Vec<String> = items.iter().map(|item| model.item_id(*item)).collect();
    if let Some(field) = field.filter(|_| subject.is_some() || !word.contains('.')) {
        items.retain(|item| item.field == field && subject.is_none_or(|it| it == item.subject));
        return Ok(items);
    }
    let near = nearest(word, known.iter().map(String::as_str).chain(model.fields.iter().map(|field| field.id.as_str())));
    anyhow::bail!(
        "no item is called `{word}`; write `subject.field` or a field{}",
        near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default()
    )
}

fn ways(map: &Map, walks: &Walks, node: NodeId, items: &[Item]) -> Vec<Way> {
    let model = &map.model;
    let mut ways = Vec::new();
    for exposure in map.exposures.iter().filter(|it| model.flow(it.flow).to == node && items.contains(&it.item)) {
        ways.push(Way {
            item: exposure.item,
            flow: Some(exposure.flow),
            form: exposure.form.word(),
            gates: model.shown_gates(&exposure.gates).into_iter().map(str::to_owned).collect(),
            labels: exposure.labels.clone(),
            activity: exposure.activity.map(|it| model.activity_id(it).to_owned()),
            open: true,
            brought: brought(map, walks, exposure),
            path: walks.hops(&walks.witness(exposure)),
        });
    }
    // What a node holds without an open flow: collected, derived, kept from a stopped one, or
    // anonymised.
    for id in map.reach.at(node) {
        let state = map.reach.state(*id);
        let path = walks.hops(&walks.to(*id));
        let shown = ways.iter().any(|way: &Way| way.open && way.item == state.item && way.form == state.form.word());
        if !items.contains(&state.item) || shown {
            continue;
        }
        let gates: Vec<_> = map.reach.gate_sets.get(state.gates).iter().map(|gate| crate::model::GateId(*gate)).collect();
        ways.push(Way {
            item: state.item,
            flow: path.last().and_then(|hop| model.flow_named(&hop.flow)),
            form: state.form.word(),
            gates: model.shown_gates(&gates).into_iter().map(str::to_owned).collect(),
            labels: Vec::new(),
            activity: None,
            open: false,
            brought: Vec::new(),
            path,
        });
    }
    ways
}

fn brought(map: &Map, walks: &Walks, exposure: &Exposure) -> Vec<(String, Vec<Hop>)> {
    let witness = walks.witness(exposure);
    let by = |category: &CategoryId| {
        let walk = walks.delivered(exposure, &Wanted::Bringing(Label::of(*category)))?;
        (walk != witness).then(|| (map.model.category(*category).id.clone(), walks.hops(&walk)))
    };
    exposure.sensitive.iter().filter_map(by).collect()
}

fn basis(map: &Map, way: &Way) -> Option<String> {
    let own = way.flow.and_then(|flow| map.model.flow(flow).basis.as_ref()).map(|basis| match basis {
        Basis::Known(word) => word.value.clone(),
        Basis::Unknown(_) => "unknown".to_owned(),
    });
    let activity = way.activity.as_deref().and_then(|id| map.model.activity_named(id))?;
    own.or_else(|| map.model.activities[activity.index()].decl.basis.as_ref().map(|word| word.value.clone()))
}

fn view<'a>(map: &'a Map, sources: &Sources, node: NodeId, way: &'a Way) -> WayView<'a> {
    WayView {
        item: map.model.item_id(way.item),
        recipient: &map.model.node(node).id,
        flow: way.flow.map(|flow| map.model.flow(flow).id.as_str()),
        form: way.form,
        gates: &way.gates,
        labels: &way.labels,
        activity: way.activity.as_deref(),
        basis: basis(map, way),
        open: way.open,
        path: hops(&way.path, sources),
        brought: way.brought.iter().map(|(label, path)| BroughtView { label, path: hops(path, sources) }).collect(),
    }
}

fn shown(map: &Map, sources: &Sources, node: NodeId, way: &Way) -> String {
    let (item, id) = (map.model.item_id(way.item), &map.model.node(node).id);
    let stopped = way.path.last().is_some_and(|hop| hop.stopped);
    let verb = match way.flow {
        None => "is held by",
        Some(_) if stopped => "was brought to",
        Some(_) => "reaches",
    };
    let mut text = format!("{item} {verb} {id}, {}\n", way.form);
    let mut line = |name: &str, value: String| writeln!(text, "  {name:9} {value}").expect("writing to a string cannot fail");
    line("path", path(&way.path));
    if way.open {
        let activity = way.activity.as_deref().unwrap_or("none named");
        line("for", basis(map, way).map_or(activity.to_owned(), |basis| format!("{activity}, on the basis of {basis}")));
        line("behind", if way.gates.is_empty() { "no gate".to_owned() } else { way.gates.join(", ") });
    }
    if !way.labels.is_empty() {
        line("marked", way.labels.join(", "));
    }
    for (category, hops) in &way.brought {
        line("", format!("{category} comes in by {}", path(hops)));
    }
    let width = way.path.iter().map(|hop| hop.flow.chars().count()).max().unwrap_or_default();
    for (number, hop) in way.path.iter().enumerate() {
        let place = sources.place(hop.span);
        let stopped = if hop.stopped { "  (stopped)" } else { "" };
        let step = format!("{:width$}  {}:{}:{}{stopped}", hop.flow, place.file, place.line, place.column);
        line(&format!("{:>2}", number + 1), step);
    }
    text
}
