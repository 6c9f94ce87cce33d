//! `ropa suggest`: the next gaps to close, with the edit for each.

use serde::Serialize;

use super::args::{Format, SuggestArgs};
use super::out;
use crate::Answer;
use crate::finding::{Edit, Effort, Finding, Fix, Level};

#[derive(Serialize)]
struct SuggestView<'a> {
    schema: &'static str,
    suggestions: Vec<View<'a>>,
}

#[derive(Serialize)]
struct View<'a> {
    key: &'a str,
    level: Level,
    message: &'a str,
    effort: &'static str,
    place: Option<crate::source::Place>,
    edit: &'static str,
    yaml: &'a str,
}

/// Prints them.
pub fn run(args: &SuggestArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    let (verdict, _) = answer.judged();
    let open: Vec<&Finding> = verdict.findings.iter().filter(|it| it.counts()).map(|it| &it.finding).collect();
    let mut all: Vec<(&Finding, Fix)> = open.iter().filter_map(|it| Some((*it, it.remedy()?))).collect();
    all.sort_by_key(|(it, fix)| (fix.effort, std::cmp::Reverse(it.level)));
    let shown = &all[..all.len().min(args.count)];
    let text = match args.output {
        Format::Json => {
            out::json(&SuggestView { schema: "ropa/suggestions/1", suggestions: shown.iter().map(|it| view(&answer, it)).collect() })?
        }
        Format::Text => {
            let mut text: String = shown.iter().enumerate().map(|(at, it)| told(&answer, at + 1, it)).collect();
            text.push_str(&end(open.len(), all.len(), shown.len()));
            text
        }
    };
    out::print(&text)?;
    Ok(0)
}

/// What is left after those shown.
fn end(open: usize, all: usize, shown: usize) -> String {
    let mut left = Vec::new();
    if all > shown {
        left.push(format!("{} with an edit to paste: `ropa suggest -n {all}`", all - shown));
    }
    if open > all {
        left.push(format!("{} that no line of YAML closes: `ropa check`", open - all));
    }
    match (open, left.is_empty()) {
        (0, _) => "no gap is open\n".to_owned(),
        (_, true) => "these are all\n".to_owned(),
        _ => format!("open too: {}\n", left.join("; ")),
    }
}

fn view<'a>(answer: &Answer, (it, fix): &'a (&'a Finding, Fix)) -> View<'a> {
    let (edit, span) = match fix.edit {
        Edit::Add(span) => ("add", Some(span)),
        Edit::Beside(span) => ("beside", Some(span)),
        Edit::Join(span) => ("join", Some(span)),
        Edit::Replace(span) => ("replace", Some(span)),
        Edit::Declare => ("declare", None),
    };
    let place = span.map(|span| answer.sources.place(span));
    View { key: &it.key, level: it.level, message: &it.message, effort: fix.effort.words(), place, edit, yaml: &fix.yaml }
}

fn told(answer: &Answer, number: usize, (it, fix): &(&Finding, Fix)) -> String {
    let place = |span| {
        let place = answer.sources.place(span);
        (format!("{}:{}:{}", place.file, place.line, place.column), answer.sources.text(span))
    };
    let where_to = match fix.edit {
        Edit::Add(span) => format!("{}: under `{}` add", place(span).0, place(span).1),
        Edit::Beside(span) => format!("{}: beside `{}` add", place(span).0, place(span).1),
        Edit::Join(span) => format!("{}: in the list with `{}` add", place(span).0, place(span).1),
        Edit::Replace(span) => format!("{}: instead of `{}` write", place(span).0, place(span).1),
        Edit::Declare => "in any file of registry/ write".to_owned(),
    };
    let question = it.question.as_ref().map(|it| format!("   {it}\n")).unwrap_or_default();
    let yaml: String = fix.yaml.lines().map(|line| format!("       {line}\n")).collect();
    let kind = match fix.effort {
        Effort::Write => String::new(),
        effort => format!(" ({})", effort.words()),
    };
    format!("{number}. {}\n{question}   {where_to}{kind}\n\n{yaml}\n   closes {} {}\n\n", it.message, it.level, it.key)
}
