//! `ropa rules` and `ropa explain`.

use serde::Serialize;

use super::args::{ExplainArgs, Format, RulesArgs};
use super::out;
use crate::finding::{Basis, Level, Rule};
use crate::rules;
use crate::source::nearest;

#[derive(Serialize)]
struct RulesView {
    schema: &'static str,
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
struct RuleView {
    id: &'static str,
    level: Level,
    summary: &'static str,
    basis: Basis,
    since: &'static str,
    citations: &'static [&'static str],
}

/// Lists every rule.
pub fn list(args: &RulesArgs) -> anyhow::Result<u8> {
    let text = match args.output {
        Format::Json => {
            let view = |rule: &Rule| RuleView {
                id: rule.id,
                level: rule.level,
                summary: rule.summary,
                basis: rule.basis,
                since: rule.since,
                citations: rule.citations,
            };
            out::json(&RulesView { schema: "ropa/rules/1", rules: rules::all().map(view).collect() })?
        }
        Format::Text => {
            let width = rules::all().map(|rule| rule.id.len()).max().unwrap_or_default();
            let line = |rule: &Rule| format!("{:width$}  {:7}  {:9}  {}\n", rule.id, rule.level.word(), rule.basis.word(), rule.summary);
            rules::all().map(line).collect()
        }
    };
    out::print(&text)?;
    Ok(0)
}

/// Prints the page of a rule.
pub fn explain(args: &ExplainArgs) -> anyhow::Result<u8> {
    // `policy:<id>` is one of the house's own; the page of `policy` tells about all of them.
    let id = args.rule.split(':').next().unwrap_or_default();
    let Some(rule) = rules::all().find(|rule| rule.id == id) else {
        let near = nearest(&args.rule, rules::all().map(|rule| rule.id));
        let help = near.map_or("`ropa rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        anyhow::bail!("no rule is called `{}`\nhelp: {help}", args.rule);
    };
    out::print(rule.doc)?;
    Ok(0)
}
