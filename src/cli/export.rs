//! `ropa export` and `ropa render`.

use std::path::Path;

use anyhow::Context;

use super::args::{ExportArgs, ExportFormat, RenderArgs};
use super::{chosen, out};
use crate::render::{dpv, file, graph, html, json};
use crate::rules;

/// Writes the register for other programs.
pub fn run(args: &ExportArgs) -> anyhow::Result<u8> {
    chosen::check(args)?;
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let text = match args.format {
        ExportFormat::Json => out::json(&json::register(&answer.map, &answer.sources))?,
        ExportFormat::Dot => graph::dot(&chosen::diagram(&answer.map, args)?),
        ExportFormat::Mermaid => graph::mermaid(&chosen::diagram(&answer.map, args)?),
        ExportFormat::Scc => chosen::annexes(&answer.map, args)?,
        ExportFormat::Dpv => out::json(&dpv::register(&answer.map))?,
    };
    match &args.out {
        Some(path) => {
            out::beside_inputs(&answer.project.root, path)?;
            file::replace(path, text.as_bytes())?;
        }
        None => out::print(&text)?,
    }
    Ok(0)
}

/// Writes the register as pages.
pub fn render(args: &RenderArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    // Pages lie in a folder of their own; `index.html` stands for any of them.
    out::beside_inputs(&answer.project.root, &args.out.join("index.html"))?;
    let (verdict, _) = answer.judged();
    let own = |id: &crate::source::FileId| {
        let source = answer.sources.get(*id);
        let name = Path::new(&source.path).file_name().map(|name| name.to_string_lossy().into_owned());
        (name.unwrap_or_default(), source.text.clone())
    };
    let templates: Vec<(String, String)> = answer.project.templates.iter().map(own).collect();
    let pages = html::site(&answer.map, &answer.sources, &verdict, &rules::all().collect::<Vec<_>>(), &templates)?;
    file::write(&args.out, &pages).with_context(|| format!("writing the register to `{}`", args.out.display()))?;
    let first = args.out.join("index.html");
    out::print(&format!("{} pages; open {}\n", pages.len(), first.display()))?;
    Ok(0)
}
