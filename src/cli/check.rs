//! `ropa check`.

use super::args::{CheckArgs, Output};
use super::out;
use crate::render::report::{Format, Report};

/// Runs the check and prints it in every format that was asked for.
pub fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    out::unmixed(&args.output)?;
    let mut answer = out::project(&args.project)?;
    for path in args.output.iter().filter_map(|it| it.file.as_ref()) {
        out::beside_inputs(&answer, path)?;
    }
    let (verdict, _) = answer.judged();
    let report = Report { verdict: &verdict, sources: &answer.sources, model: &answer.map.model, fail_on: args.fail_on.level() };
    for output in &args.output {
        write(output, &report)?;
    }
    let stale = args.locked && verdict.findings.iter().any(|it| it.counts() && it.finding.rule.id == "stale-lock");
    let status = verdict.status(args.fail_on.level()).max(u8::from(stale));
    // The process ends here: freeing a large map piece by piece would be a tenth of the work.
    std::mem::forget((answer, verdict));
    Ok(status)
}

fn write(output: &Output<&'static Format>, report: &Report) -> anyhow::Result<()> {
    let text = (output.format.write)(report, output.file.is_none() && out::in_colour())?;
    out::put(output.file.as_deref(), text.as_bytes())
}
