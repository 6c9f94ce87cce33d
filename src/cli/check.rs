//! `ropa check`.

use anyhow::Context;

use super::args::{CheckArgs, Format, Output};
use super::out;
use crate::Answer;
use crate::render::{file, findings, text};
use crate::verdict::Verdict;

/// Runs the check and prints it in every format that was asked for.
pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    out::unmixed(&args.output)?;
    let mut answer = out::project(&args.project)?;
    for path in args.output.iter().filter_map(|it| it.file.as_ref()) {
        out::beside_inputs(&answer.project.root, path)?;
    }
    let (verdict, _) = answer.judged();
    for output in &args.output {
        write(output, &verdict, &answer)?;
    }
    let stale = args.locked && verdict.findings.iter().any(|it| it.counts() && it.finding.rule.id == "stale-lock");
    let status = verdict.status(args.fail_on.level()).max(u8::from(stale));
    // The process ends here: freeing a large map piece by piece would be a tenth of the work.
    std::mem::forget((answer, verdict));
    Ok(status)
}

fn write(output: &Output<Format>, verdict: &Verdict, answer: &Answer) -> anyhow::Result<()> {
    let colour = output.file.is_none() && out::in_colour();
    let text = match output.format {
        Format::Json => out::json(&findings::findings(verdict, &answer.sources))?.into_bytes(),
        Format::Text => {
            let mut text = Vec::new();
            text::findings(&mut text, verdict, &answer.sources, &answer.map.model.law, colour)?;
            text
        }
    };
    match &output.file {
        Some(path) => file::replace(path, &text),
        None => out::print(std::str::from_utf8(&text).context("writing findings")?),
    }
}
