//! A flowchart of Mermaid. Its ids are numbers: words such as `end` mean something to it.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Graph, Party};

/// A flowchart.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (zone_number, (zone, nodes)) in graph.zones.iter().enumerate() {
        let inside = if zone.is_empty() { "  " } else { "    " };
        if !zone.is_empty() {
            write(&mut out, format_args!("  subgraph z{zone_number}[{}]\n", quoted(zone)));
        }
        for node in nodes {
            let number = numbers.len();
            numbers.insert(&node.id, number);
            write(&mut out, format_args!("{inside}n{number}[{}]\n", quoted(&shown(node))));
        }
        if !zone.is_empty() {
            out.push_str("  end\n");
        }
    }
    for node in &graph.outside {
        let number = numbers.len();
        numbers.insert(&node.id, number);
        write(&mut out, format_args!("  n{number}([{}])\n", quoted(&shown(node))));
    }
    let mut marked = Vec::new();
    for (number, arrow) in graph.arrows.iter().enumerate() {
        let line = if arrow.stopped { "-.->" } else { "-->" };
        let (from, to) = (numbers[arrow.from.as_str()], numbers[arrow.to.as_str()]);
        write(&mut out, format_args!("  n{from} {line}|{}| n{to}\n", quoted(&arrow.text())));
        if arrow.sensitive {
            marked.push(number.to_string());
        }
    }
    if !marked.is_empty() {
        write(&mut out, format_args!("  linkStyle {} stroke:#b00020,color:#b00020\n", marked.join(",")));
    }
    out
}

/// The title, and the third countries behind it.
fn shown(node: &Party) -> String {
    if node.third.is_empty() { node.title.clone() } else { format!("{} ({})", node.title, node.third.join(", ")) }
}

/// A quoted label: what Mermaid or HTML could take for its own is written as an entity.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match letter {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' | '|' | ';' | '*' | '_' => {
                write(&mut out, format_args!("#{};", u32::from(letter)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn write(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}
