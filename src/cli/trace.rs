//! `ropa trace`: everyone who holds an item, a field, or what is known of a group of people.

use super::args::{Format, TraceArgs};
use super::out;
use crate::flow::{Map, items_named};
use crate::render::trace;
use crate::source::nearest;

/// Prints who holds what was asked for.
pub fn run(args: &TraceArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let map = &answer.map;
    let items = items_named(map, &args.word).ok_or_else(|| unknown(map, &args.word))?;
    let found = trace::trace(map, &answer.sources, &args.word, &items);
    let text = match args.output {
        Format::Json => out::json(&found)?,
        Format::Text => trace::page(&found).plain(),
    };
    out::print(&text)?;
    Ok(0)
}

/// What is said to a word that names nothing, with the nearest one that does.
pub(super) fn unknown(map: &Map, word: &str) -> anyhow::Error {
    let model = &map.model;
    let items: Vec<String> = map.reach.states.iter().map(|state| model.item_id(state.item)).collect();
    let fields = model.fields.iter().map(|it| it.id.as_str());
    let known = fields.chain(model.subjects.iter().map(|it| it.id.as_str())).chain(model.categories.iter().map(|it| it.id.as_str()));
    let near = nearest(word, items.iter().map(String::as_str).chain(known));
    let near = near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default();
    anyhow::anyhow!("no item, field, category or subject is called `{word}`{near}")
}
