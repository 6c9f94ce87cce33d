//! Findings for people: what is the case, where, by which path, and the edit to make.

use std::io::{self, Write};

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level as Look, Origin, Renderer, Snippet};

use crate::finding::{Finding, Hop, Label, Level};
use crate::law::Law;
use crate::source::{FileId, Sources};
use crate::verdict::Verdict;

/// Labels this many lines apart are shown in one piece of source.
const NEAR: u32 = 6;
/// A line longer than this is named, not shown.
const LONG: usize = 2_000;

/// Writes every finding that is not waived, and the sums.
pub fn findings(out: &mut dyn Write, verdict: &Verdict, sources: &Sources, law: &Law, colour: bool) -> io::Result<()> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for judged in verdict.findings.iter().filter(|it| it.counts()) {
        finding(out, &judged.finding, sources, law, &renderer)?;
    }
    summary(out, verdict)
}

fn finding(out: &mut dyn Write, finding: &Finding, sources: &Sources, law: &Law, renderer: &Renderer) -> io::Result<()> {
    let look = match finding.level {
        Level::Error => Look::ERROR,
        Level::Warning => Look::WARNING,
        Level::Note => Look::NOTE,
    };
    let mut main = Group::with_title(look.primary_title(&finding.message).id(finding.rule_id()));
    for piece in pieces(&finding.labels, sources) {
        main = main.element(shown(&piece, finding.labels.first(), sources));
    }
    if !finding.path.is_empty() {
        main = main.element(Look::NOTE.with_name("path").message(path(&finding.path)));
    }
    let articles: Vec<&str> = finding.cited().map(|id| article(law, id)).collect();
    if !articles.is_empty() {
        main = main.element(Look::NOTE.with_name("law").message(articles.join("; ")));
    }
    for note in &finding.notes {
        main = main.element(Look::NOTE.message(note));
    }
    if let Some(question) = &finding.question {
        main = main.element(Look::NOTE.with_name("question").message(question));
    }
    main = main.element(Look::NOTE.with_name("key").message(&finding.key));
    if let Some(help) = &finding.help {
        main = main.element(Look::HELP.message(help));
    }
    writeln!(out, "{}\n", renderer.render(&[main]))
}

/// How an article is cited in English; its id where the registry does not know it.
pub fn article<'a>(law: &'a Law, id: &'a str) -> &'a str {
    law.articles.get(id).and_then(|it| it.title.as_ref()).map_or(id, |title| title.in_language("en"))
}

/// `visitor › website › meta-ads`: from the people to the last who holds the data.
pub fn path(path: &[Hop]) -> String {
    let mut steps: Vec<String> = Vec::new();
    for hop in path {
        if let Some(subject) = hop.flow.strip_prefix("collects:") {
            steps.push(subject.to_owned());
        }
        match hop.flow.strip_prefix("derives:") {
            Some(field) => {
                if let Some(last) = steps.last_mut() {
                    last.push_str(&format!(" (derives {field})"));
                }
            }
            None => steps.push(hop.node.clone()),
        }
    }
    steps.join(" › ")
}

/// Labels of one file that stand near each other.
struct Piece<'a> {
    file: FileId,
    first: u32,
    last: u32,
    labels: Vec<&'a Label>,
}

/// In the order of the labels: the primary place first.
fn pieces<'a>(labels: &'a [Label], sources: &Sources) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece> = Vec::new();
    for label in labels {
        let source = sources.get(label.span.file);
        let (first, last) = (source.position(label.span.start).0, source.position(label.span.end).0);
        let near = pieces.iter_mut().find(|it| it.file == label.span.file && it.first <= last + NEAR && first <= it.last + NEAR);
        match near {
            Some(piece) => {
                (piece.first, piece.last) = (piece.first.min(first), piece.last.max(last));
                piece.labels.push(label);
            }
            None => pieces.push(Piece { file: label.span.file, first, last, labels: vec![label] }),
        }
    }
    pieces
}

fn shown<'a>(piece: &Piece<'a>, primary: Option<&Label>, sources: &'a Sources) -> Element<'a> {
    let source = sources.get(piece.file);
    let range = source.line_range(piece.first, piece.last);
    let text = &source.text[range.clone()];
    if text.is_empty() || text.lines().any(|line| line.len() > LONG) {
        return Element::from(Origin::path(&source.path).line(piece.first as usize));
    }
    let annotation = |label: &&'a Label| -> Annotation<'a> {
        let kind = if primary == Some(*label) { AnnotationKind::Primary } else { AnnotationKind::Context };
        let start = (label.span.start as usize).clamp(range.start, range.end) - range.start;
        let end = (label.span.end as usize).clamp(range.start, range.end) - range.start;
        let annotation = kind.span(start..end.max(start));
        if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
    };
    let snippet = Snippet::source(text).line_start(piece.first as usize).path(source.path.as_str());
    Element::from(snippet.annotations(piece.labels.iter().map(annotation)))
}

/// Labels with the source around them, under no title.
pub fn snippet(labels: &[Label], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let pieces = pieces(labels, sources);
    let group = Group::with_level(Look::NOTE).elements(pieces.iter().map(|piece| shown(piece, labels.first(), sources)));
    renderer.render(&[group])
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

fn summary(out: &mut dyn Write, verdict: &Verdict) -> io::Result<()> {
    writeln!(out, "{}", summed(verdict))?;
    if verdict.sound && verdict.unlocked && verdict.summary.exposures > 0 {
        writeln!(out, "nothing is accepted yet: review the exposures above and run `ropa accept`")?;
    }
    Ok(())
}

/// The sums in a line.
pub fn summed(verdict: &Verdict) -> String {
    let sums = &verdict.summary;
    let mut line = format!("{}, {}, {}", count(sums.error, "error"), count(sums.warning, "warning"), count(sums.note, "note"));
    if sums.waived > 0 {
        line.push_str(&format!(", {} waived", sums.waived));
    }
    if sums.answered > 0 {
        line.push_str(&format!(", {} answered", sums.answered));
    }
    if sums.off > 0 {
        line.push_str(&format!(", {} off", count(sums.off, "rule")));
    }
    if sums.debt > 0 {
        line.push_str(&format!(", {} unreviewed from the start", sums.debt));
    }
    if sums.neighbours > 0 {
        line.push_str(&format!(", {} left to neighbours", sums.neighbours));
    }
    if !verdict.sound {
        return format!("{line}; who is reached is not judged until the declarations are understood");
    }
    let size = format!(
        "{} of {} through {} from {} to {}",
        count(sums.exposures, "exposure"),
        count(sums.items, "item"),
        count(sums.flows, "flow"),
        count(sums.systems, "system"),
        count(sums.recipients, "recipient")
    );
    format!("{line}; {size}")
}
