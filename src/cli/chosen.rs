//! What of a project an export shows: everything, or what was chosen.

use super::args::{ExportArgs, ExportFormat};
use super::trace;
use crate::flow::{Map, items_named};
use crate::model::NodeId;
use crate::render::graph::{self, Around};
use crate::render::scc;
use crate::source::nearest;

/// Refuses a choice that the format cannot make.
pub fn check(args: &ExportArgs) -> anyhow::Result<()> {
    let graph = matches!(args.format, ExportFormat::Dot | ExportFormat::Mermaid);
    let scc = args.format == ExportFormat::Scc;
    if args.revision.is_some() && args.format != ExportFormat::Model {
        anyhow::bail!("`--revision` is for model");
    }
    if args.recipient.is_some() && !graph && !scc {
        anyhow::bail!("`--recipient` is for dot, mermaid and scc");
    }
    if (args.system.is_some() || args.item.is_some()) && !graph {
        anyhow::bail!("`--system` and `--item` are for dot and mermaid");
    }
    Ok(())
}

/// The diagram that was asked for.
pub fn diagram(map: &Map, args: &ExportArgs) -> anyhow::Result<graph::Graph> {
    let around = match (&args.recipient, &args.system, &args.item) {
        (Some(id), ..) => Around::Node(node(map, id, "recipient")?),
        (_, Some(id), _) => Around::Node(node(map, id, "system")?),
        (_, _, Some(word)) => Around::Items(items_named(map, word).ok_or_else(|| trace::unknown(map, word))?),
        (None, None, None) => Around::All,
    };
    Ok(graph::graph(map, &around))
}

/// The annexes for one importer, or for all that rest on the clauses.
pub fn annexes(map: &Map, args: &ExportArgs) -> anyhow::Result<String> {
    let importers = match &args.recipient {
        Some(id) => vec![node(map, id, "recipient")?],
        None => scc::importers(&map.model),
    };
    if importers.is_empty() {
        anyhow::bail!("no recipient's transfer rests on `scc`; name one with `--recipient` to see what is missing");
    }
    Ok(scc::annexes(map, &importers))
}

fn node(map: &Map, id: &str, kind: &str) -> anyhow::Result<NodeId> {
    let is_kind = |it: &NodeId| map.model.node(*it).is_system() == (kind == "system");
    map.model.node_named(id).filter(is_kind).ok_or_else(|| {
        let known = map.model.nodes.iter().filter(|it| it.is_system() == (kind == "system")).map(|it| it.id.as_str());
        let near = nearest(id, known).map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
        anyhow::anyhow!("no {kind} is called `{id}`{near}")
    })
}
