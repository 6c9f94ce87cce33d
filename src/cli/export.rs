//! `ropa export`.

use std::io::{self, IsTerminal};

use super::args::{ExportArgs, ExportFormat, ExportTemplate};
use super::{chosen, model, out};
use crate::Answer;
use crate::render::view::Figures;
use crate::render::view::tables::{self, Book, Template, Written};
use crate::render::{csv, dpv, graph, json, markdown, xlsx};

/// Writes the register for spreadsheets, documents and programs.
pub fn run(args: &ExportArgs) -> anyhow::Result<u8> {
    chosen::check(args)?;
    let tables = matches!(args.format, ExportFormat::Csv | ExportFormat::Xlsx | ExportFormat::Markdown);
    if !tables {
        let options = [("template", args.template.is_some()), ("section", args.section.is_some()), ("lang", args.lang.is_some())];
        if let Some((option, _)) = options.into_iter().find(|(_, given)| *given) {
            anyhow::bail!("`--{option}` chooses among tables: csv, xlsx and markdown\nhelp: leave it out, or choose one of these formats");
        }
    }
    if args.format == ExportFormat::Xlsx && args.out.is_none() && io::stdout().is_terminal() {
        anyhow::bail!("a workbook is no text for a terminal\nhelp: name a file: `--out register.xlsx`");
    }
    let mut answer = out::project(&args.project)?;
    if args.format == ExportFormat::Model {
        model::settle(&mut answer);
    }
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let bytes = match args.format {
        ExportFormat::Json => out::json(&json::register(&answer.map, &answer.sources))?.into_bytes(),
        ExportFormat::Csv => {
            let only = args.section.as_deref().unwrap_or("activities");
            let book = book(&mut answer, args, Some(only))?;
            book.tables.iter().map(csv::section).collect::<String>().into_bytes()
        }
        ExportFormat::Xlsx => xlsx::workbook(&book(&mut answer, args, args.section.as_deref())?)?,
        ExportFormat::Markdown => markdown::document(&book(&mut answer, args, args.section.as_deref())?).into_bytes(),
        ExportFormat::Dot => graph::dot(&chosen::diagram(&answer.map, args)?).into_bytes(),
        ExportFormat::Mermaid => graph::mermaid(&chosen::diagram(&answer.map, args)?).into_bytes(),
        ExportFormat::Scc => chosen::annexes(&answer.map, args)?.into_bytes(),
        ExportFormat::Dpv => out::json(&dpv::register(&answer.map))?.into_bytes(),
        ExportFormat::Model => model::written(&answer, args.revision.as_deref())?.into_bytes(),
    };
    if let Some(path) = &args.out {
        out::beside_inputs(&answer, path)?;
    }
    out::put(args.out.as_deref(), &bytes)?;
    Ok(0)
}

/// The register as tables, in the language and the template that were asked for.
fn book(answer: &mut Answer, args: &ExportArgs, only: Option<&str>) -> anyhow::Result<Book> {
    let (verdict, _) = answer.judged();
    let language = out::language(answer, args.lang.as_deref())?;
    let template = match args.template {
        None | Some(ExportTemplate::Plain) => Template::Plain,
        Some(ExportTemplate::Cnil) => Template::Cnil,
        Some(ExportTemplate::Ico) => Template::Ico,
    };
    // A document is read by people, a table by programs too.
    let figures = if args.format == ExportFormat::Markdown { Figures::Words } else { Figures::Plain };
    Ok(tables::book(&answer.map, &answer.sources, &verdict, Written { language: &language, template, figures }, only))
}
