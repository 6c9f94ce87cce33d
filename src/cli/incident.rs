//! `ropa incident`: what went through some flows, and what a notification asks about it.

use super::args::{IncidentArgs, PageFormat};
use super::out;
use crate::model::Model;
use crate::render::incident::{self, Asking, flows_named};
use crate::source::nearest;

/// Prints what is known of an incident.
pub fn run(args: &IncidentArgs) -> anyhow::Result<u8> {
    let mut answer = out::project_in(&args.dir, &args.day)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let model = &answer.map.model;
    let mut asking = match &args.id {
        Some(id) => declared(model, id)?,
        None => named(model, &args.flows)?,
    };
    asking.aware = args.aware.or(asking.aware);
    let found = incident::incident(&answer.map, &answer.sources, &asking);
    let text = match args.output {
        PageFormat::Json => out::json(&found)?,
        PageFormat::Text => incident::page(&found).plain(),
        PageFormat::Markdown => incident::page(&found).markdown(),
    };
    out::print(&text)?;
    Ok(0)
}

fn declared(model: &Model, id: &str) -> anyhow::Result<Asking> {
    model.incidents.iter().find(|it| it.id == id).map(Asking::of).ok_or_else(|| {
        let near = nearest(id, model.incidents.iter().map(|it| it.id.as_str()));
        anyhow::anyhow!("no incident is called `{id}`{}", did_you_mean(near))
    })
}

fn named(model: &Model, patterns: &[String]) -> anyhow::Result<Asking> {
    let mut asking = Asking::default();
    for pattern in patterns {
        let found = flows_named(model, pattern);
        if found.is_empty() {
            let near = nearest(pattern, model.flows.iter().map(|it| it.id.as_str()));
            let what = if pattern.contains('*') { "no flow is like" } else { "no flow is called" };
            anyhow::bail!("{what} `{pattern}`; flows are called `sender->target#label`{}", did_you_mean(near));
        }
        asking.flows.extend(found);
    }
    Ok(asking)
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!("\nhelp: did you mean `{near}`?")).unwrap_or_default()
}
