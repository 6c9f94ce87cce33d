//! `ropa observe`: what a capture says, with or without a project.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{ObserveArgs, ObserveFormat};
use super::out;
use crate::evidence::{self, Desk, Notes, Persona, Unread, Written};
use crate::law::Catalogue;
use crate::render::{file, observations};
use crate::source::{self, Opened};
use crate::{Answer, compute};

/// Reads the captures and prints what they show.
pub fn run(args: &ObserveArgs) -> anyhow::Result<u8> {
    let mut answer = project(args)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let model = &answer.map.model;
    if let Some(of) = args.of.as_deref().filter(|it| !model.nodes.is_empty() && model.node_named(it).is_none()) {
        let near = source::nearest(of, model.nodes.iter().map(|it| it.id.as_str()));
        let near = near.map(|it| format!("\nhelp: did you mean `{it}`?")).unwrap_or_default();
        anyhow::bail!("no system is called `{of}`{near}");
    }
    let kind = evidence::named(&args.kind).with_context(|| format!("no kind of captures is called `{}`", args.kind))?;
    let catalogue = Catalogue::of(&model.law);
    let mut desk = Desk { persona: persona(args.persona.as_deref())?, ..Desk::of(model, &catalogue) };
    desk.first_party.extend(args.first_party.iter().map(|it| it.to_lowercase()));
    let mut all = Notes::default();
    for path in &args.files {
        let name = path.display().to_string().replace('\\', "/");
        let read = source::capture(path).map_err(Unread).and_then(|reader| kind.read(&name, reader, &desk));
        all.add(read.map_err(|Unread(why)| anyhow::anyhow!("`{name}` {why}"))?);
    }
    let written = Written::of(&all, args.of.as_deref());
    if let Some(path) = &args.write {
        out::beside_inputs_but_kept(&answer, path)?;
        let same = |read: &Path| read.canonicalize().is_ok_and(|it| path.canonicalize().is_ok_and(|to| it == to));
        if args.files.iter().map(PathBuf::as_path).chain(args.persona.as_deref()).any(same) {
            anyhow::bail!("`{}` is what was read, and nothing is written there", path.display());
        }
        file::replace(path, out::json(&written)?.as_bytes())?;
    }
    let text = match args.output {
        ObserveFormat::Json => out::json(&written)?,
        ObserveFormat::Text => observations::text(&all, &model.law),
        ObserveFormat::Yaml => observations::yaml(&all, args.of.as_deref()),
    };
    out::print(&text)?;
    Ok(0)
}

/// The project there is, or an empty one.
fn project(args: &ObserveArgs) -> anyhow::Result<Answer> {
    let opened = match source::find_root(&args.project) {
        Ok(root) => Opened { evidence: true, ..source::load(&root) },
        Err(_) => Opened::nothing(),
    };
    Ok(compute(opened, out::today(&args.day)))
}

fn persona(path: Option<&Path>) -> anyhow::Result<Persona> {
    let Some(path) = path else { return Ok(Persona::default()) };
    evidence::persona_of(&source::text(path)?).map_err(|Unread(why)| anyhow::anyhow!("`{}` {why}", path.display()))
}
