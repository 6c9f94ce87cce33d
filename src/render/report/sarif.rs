//! SARIF 2.1.0 (OASIS): rules with their pages, results with places, paths as code flows, and a
//! fingerprint of meaning.

use serde_json::{Value, json};

use super::Report;
use crate::finding::{Finding, Hop, Rule, capital};
use crate::source::{Place, Span};
use crate::verdict::Judged;

/// The log of one run.
pub fn log(of: &Report) -> Value {
    let rules = of.rules();
    let results: Vec<Value> = of.verdict.findings.iter().map(|it| result(of, it, &rules)).collect();
    let described: Vec<Value> = rules.iter().map(|(id, rule)| described(of, id, rule)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "ropa", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": described } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "The root of the repository." } } },
            "results": results,
        }],
    })
}

fn described(of: &Report, id: &str, rule: &Rule) -> Value {
    // A house policy says itself why it is there.
    let name = id.strip_prefix("policy:");
    let policy = name.and_then(|name| of.model.policies.iter().find(|it| it.id == name));
    let why = policy.and_then(|it| it.decl.why.as_ref()).map(|why| why.in_language("en"));
    let help = plain(rule.doc);
    json!({
        "id": id,
        "shortDescription": { "text": sentence(why.unwrap_or(rule.summary)) },
        "fullDescription": { "text": sentence(why.unwrap_or(rule.summary)) },
        "help": { "text": help, "markdown": rule.doc },
        "defaultConfiguration": { "level": rule.level },
        "properties": { "tags": ["privacy", rule.basis.word()], "basis": rule.basis.word(), "since": rule.since, "citations": rule.citations },
    })
}

fn result(of: &Report, judged: &Judged, rules: &[(String, &'static Rule)]) -> Value {
    let finding = &judged.finding;
    let id = finding.rule_id();
    let mut out = json!({
        "ruleId": id,
        "ruleIndex": rules.iter().position(|(known, _)| *known == id),
        "level": finding.level,
        "message": { "text": message(finding) },
        "locations": [{ "physicalLocation": physical(&of.place(finding)) }],
        "partialFingerprints": { "ropaKey/v1": finding.key },
        "properties": { "key": finding.key, "law": of.articles(finding), "question": finding.question },
    });
    let related = finding.labels.iter().enumerate().skip(1);
    let related: Vec<Value> = related.filter_map(|(at, label)| located(of, at, label.span, &label.text)).collect();
    if !related.is_empty() {
        out["relatedLocations"] = Value::Array(related);
    }
    if !finding.path.is_empty() {
        let steps: Vec<Value> = finding.path.iter().map(|hop| json!({ "location": step(of, hop) })).collect();
        out["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps }] }]);
    }
    if let Some(suppression) = suppression(of, judged) {
        out["suppressions"] = json!([suppression]);
    }
    out
}

/// Why a finding does not count: somebody answers for it in the declarations, or it was there before.
fn suppression(of: &Report, judged: &Judged) -> Option<Value> {
    let by = |who: Option<&str>, why: Option<&str>| [why, who].into_iter().flatten().collect::<Vec<_>>().join(" — ");
    if let Some(waiver) = judged.waived.and_then(|at| of.model.waivers.get(at)) {
        let decl = &waiver.decl;
        let said = by(decl.by.as_ref().map(|it| it.value.as_str()), decl.why.as_ref().map(|it| it.in_language("en")));
        return Some(
            json!({ "kind": "external", "status": "accepted", "justification": said, "location": { "physicalLocation": physical(&of.sources.place(waiver.span)) } }),
        );
    }
    if let Some(answer) = judged.answered.and_then(|at| of.model.answers.get(at)) {
        let decl = &answer.decl;
        let said = by(decl.by.as_ref().map(|it| it.value.as_str()), decl.answer.as_ref().map(|it| it.in_language("en")));
        return Some(json!({ "kind": "external", "status": "accepted", "justification": said }));
    }
    judged
        .debt
        .then(|| json!({ "kind": "external", "status": "underReview", "justification": "there from the start and not yet reviewed" }))
}

fn message(finding: &Finding) -> String {
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(finding.message.clone()).chain(help).collect()
}

fn step(of: &Report, hop: &Hop) -> Value {
    let text = format!("{} holds {} ({}), by {}", hop.node, hop.item, hop.form, hop.flow);
    let message = json!({ "text": from(of, hop.span, &text) });
    // A step of a vendor of the catalogue lies in no file of the repository.
    match of.sources.here(hop.span) {
        None => json!({ "message": message }),
        Some(place) => json!({ "physicalLocation": physical(&place), "message": message }),
    }
}

fn located(of: &Report, id: usize, span: Span, text: &str) -> Option<Value> {
    let mut out = json!({ "id": id, "physicalLocation": physical(&of.sources.here(span)?) });
    let text = from(of, span, text);
    if !text.is_empty() {
        out["message"] = json!({ "text": text });
    }
    Some(out)
}

/// What is said at a place, with the place itself where that is in another repository.
fn from(of: &Report, span: Span, text: &str) -> String {
    match of.sources.get(span.file).imported {
        Some(_) => [text, &format!("({})", of.sources.place(span))].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" "),
        None => text.to_owned(),
    }
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(&place.file), "uriBaseId": "SRCROOT" },
        "region": { "startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column },
    })
}

/// A path as a relative reference (RFC 3986): what has another meaning there is percent-encoded.
fn uri(path: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    path.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// With a capital at its beginning and a full stop at its end.
fn sentence(text: &str) -> String {
    format!("{}{}", capital(text), if text.ends_with('.') { "" } else { "." })
}

/// A page without its fences, for readers that show no Markdown.
fn plain(doc: &str) -> String {
    doc.lines().filter(|line| !line.starts_with("```")).collect::<Vec<_>>().join("\n")
}
