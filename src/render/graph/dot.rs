//! The language of Graphviz.

use std::fmt::Write;

use super::{Arrow, Graph, Party};

/// A directed graph for `dot`.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph ropa {\n  rankdir=LR;\n  node [shape=box, fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\", fontsize=10];\n",
    );
    for (number, (zone, nodes)) in graph.zones.iter().enumerate() {
        let inside = if zone.is_empty() { "  " } else { "    " };
        if !zone.is_empty() {
            write(&mut out, format_args!("  subgraph cluster_{number} {{\n    label={};\n", quoted(zone)));
        }
        for node in nodes {
            write(&mut out, format_args!("{inside}{} [label={}];\n", quoted(&node.id), quoted(&shown(node))));
        }
        if !zone.is_empty() {
            out.push_str("  }\n");
        }
    }
    for node in &graph.outside {
        let border = if node.third.is_empty() { "" } else { ", color=\"#b35900\"" };
        write(&mut out, format_args!("  {} [label={}, style=rounded{border}];\n", quoted(&node.id), quoted(&shown(node))));
    }
    for arrow in &graph.arrows {
        let label = quoted(&arrow.text());
        write(&mut out, format_args!("  {} -> {} [label={label}{}];\n", quoted(&arrow.from), quoted(&arrow.to), look(arrow)));
    }
    out.push_str("}\n");
    out
}

fn shown(node: &Party) -> String {
    if node.third.is_empty() { node.title.clone() } else { format!("{} ({})", node.title, node.third.join(", ")) }
}

fn look(arrow: &Arrow) -> String {
    let mut look = String::new();
    if arrow.sensitive {
        look.push_str(", color=\"#b00020\", fontcolor=\"#b00020\", penwidth=2");
    }
    if arrow.stopped {
        look.push_str(", style=dashed");
    }
    look
}

/// A quoted id; a backslash would begin an escape of Graphviz' own.
fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn write(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}
