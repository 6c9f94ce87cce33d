//! Does the instrument fit the transfer? Art. 45 to 49 GDPR.

use std::collections::{BTreeMap, BTreeSet};

use super::case::listed;
use super::leg::{Leg, legs, modules, place_name};
use super::{Case, Family};
use crate::declare::{Channel, Frequency, ListedDecl, TransferDecl, Word};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule, few};
use crate::flow::Exposure;
use crate::law::{Doubt, Ground, clauses_have_modules, clauses_need_module};
use crate::model::{Flow, FlowId, FlowKind, NodeId, SubjectId};
use crate::source::{Span, scalar};

pub(super) static FAMILY: Family =
    Family { rules: &[&MECHANISM_SCOPE_MISMATCH, &SCC_MODULE_MISMATCH, &SCC_WITHOUT_TIA, &DEROGATION_FOR_SYSTEMATIC_TRANSFER], check };

static MECHANISM_SCOPE_MISMATCH: Rule = Rule {
    id: "mechanism-scope-mismatch",
    summary: "the declared instrument is in force and does not cover the recipient or its country",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.45", "cjeu.c-311-18"],
    doc: include_str!("docs/mechanism-scope-mismatch.md"),
};

static SCC_MODULE_MISMATCH: Rule = Rule {
    id: "scc-module-mismatch",
    summary: "the module of the standard clauses is not that of the two parties' roles",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.46.2.c", "scc.2021-914"],
    doc: include_str!("docs/scc-module-mismatch.md"),
};

static SCC_WITHOUT_TIA: Rule = Rule {
    id: "scc-without-tia",
    summary: "a transfer rests on safeguards, and no assessment of the law of the country is named",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.46.1", "cjeu.c-311-18", "edpb.rec-01-2020"],
    doc: include_str!("docs/scc-without-tia.md"),
};

static DEROGATION_FOR_SYSTEMATIC_TRANSFER: Rule = Rule {
    id: "derogation-for-systematic-transfer",
    summary: "a derogation for exceptions carries data that go all the time, or lacks what it asks for",
    level: Level::Error,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.49.1", "gdpr.r111", "dpc.meta-2023"],
    doc: include_str!("docs/derogation-for-systematic-transfer.md"),
};

/// The instrument in use for one country.
struct Used<'a> {
    country: &'a str,
    transfer: &'a TransferDecl,
    mechanism: &'a Word,
}

fn check(case: &Case, out: &mut Findings) {
    let staff = staff(case);
    for leg in legs(case) {
        let mut clauses = Vec::new();
        let mut unassessed = Vec::new();
        for country in &leg.countries {
            match case.law().carries(&leg.transfers, country, case.today()) {
                Ok(Ground::Instrument(transfer, mechanism)) => {
                    let used = Used { country, transfer, mechanism };
                    entry(case, &leg, &used, &staff, out);
                    derogation(case, &leg, &used, out);
                    let stated = transfer.assessment.as_ref().is_some_and(|it| it.value != "unknown");
                    if case.law().asks_for_assessment(mechanism, case.today()) && !stated {
                        unassessed.push((*country, mechanism));
                    }
                    if mechanism.value == "scc" {
                        clauses.push(used);
                    }
                }
                Ok(Ground::Decision) => {}
                Err(doubts) => unfit(case, &leg, country, &doubts, &staff, out),
            }
        }
        module(case, &leg, &clauses, out);
        assessment(case, &leg, &unassessed, out);
    }
}

/// Groups of people of whom the organisation collects data on employment: its staff.
fn staff(case: &Case) -> BTreeSet<SubjectId> {
    let model = case.model();
    let Some(employment) = model.category_named("employment") else { return BTreeSet::new() };
    let collects = model.nodes.iter().filter(|node| node.is_system()).flat_map(|node| &node.collects);
    let of_work = |field| model.field(field).is.iter().any(|it| model.is_below(*it, employment));
    collects.filter(|it| it.fields.iter().any(|(field, _)| of_work(*field))).map(|it| it.subject).collect()
}

/// What an entry of the list has to cover for what goes.
fn needed(leg: &Leg, staff: &BTreeSet<SubjectId>) -> BTreeSet<&'static str> {
    leg.exposures.iter().map(|it| if staff.contains(&it.item.subject) { "hr" } else { "non-hr" }).collect()
}

/// An instrument is in force and does not cover this recipient or country.
fn unfit(case: &Case, leg: &Leg, country: &str, doubts: &[Doubt], staff: &BTreeSet<SubjectId>, out: &mut Findings) {
    let Some(doubt) = doubts.iter().find(|it| it.is_of_scope()) else { return };
    let id = &case.model().node(leg.to).id;
    let finding = out.report(&MECHANISM_SCOPE_MISMATCH, &[&leg.id, country]);
    finding
        .say(format!("{} to `{id}` in {}: {doubt}", case.items(leg.exposures.iter().copied(), "goes", "go"), place_name(case, country)))
        .at(leg.place(case, country), "does not cover it");
    let here = leg.declared(country);
    let mechanism = here.and_then(|it| it.mechanism.as_ref());
    let name = case.model().recipient(leg.to).and_then(|it| it.name.as_deref()).unwrap_or("Legal Name Inc");
    let entry = format!("{{ entity: {}, checked: <{}>, covers: [<{}>] }}", scalar(&format!("<{name}>")), case.today(), {
        let covers: Vec<&str> = needed(leg, staff).into_iter().collect();
        covers.join(">, <")
    });
    match doubt {
        Doubt::Narrower(scopes) if scopes.iter().any(|it| it == "commercial") => {
            finding.help("add `commercial: true` if it is a commercial organisation; else declare `mechanism: scc` with its module");
            if let Some(mechanism) = mechanism.filter(|_| here.is_some_and(|it| it.commercial.is_none())) {
                leg.fix(case, finding, mechanism, Effort::Ask, &["commercial: <true>".to_owned()]);
            }
        }
        Doubt::Narrower(_) | Doubt::Unlisted(_) => {
            finding.help(format!(
                "look it up on the list and add `listed: {}`; if it is not there, declare `scc` with its module",
                entry.replace(['<', '>'], "")
            ));
            if let Some(mechanism) = mechanism.filter(|_| here.is_some_and(|it| it.listed.is_none())) {
                leg.fix(case, finding, mechanism, Effort::Ask, &[format!("listed: {entry}")]);
            }
        }
        _ => {
            finding.help(format!(
                "declare the instrument that serves this country: `transfer: {{ country: {}, mechanism: scc, module: 2, assessment: … }}`",
                scalar(country)
            ));
        }
    }
    case.about(finding, leg.exposures.iter().copied());
    case.show(finding, leg.exposures[0], None);
}

/// The entry of a framework's list that carries the transfer: whose, how old, for what.
fn entry(case: &Case, leg: &Leg, used: &Used, staff: &BTreeSet<SubjectId>, out: &mut Findings) {
    let resting = case.law().is_adequacy(used.mechanism);
    let Some(listed) = used.transfer.listed.as_ref().filter(|_| resting) else { return };
    let Some(entity) = listed.entity.as_ref() else { return };
    let mut doubts = covers(leg, listed, staff);
    match listed.checked.as_ref() {
        Some(day) if listed.lapses().is_some_and(|end| end < case.today()) => {
            let message = format!("its entry was last looked up on {}, and entries lapse after a year", day.value);
            doubts.push((Level::Warning, message, day.span));
        }
        None => doubts.push((Level::Warning, "nobody has said when its entry was looked up".to_owned(), entity.span)),
        Some(_) => {}
    }
    let name = case.model().recipient(leg.to).and_then(|it| it.name.as_deref());
    if let Some(name) = name.filter(|name| name.trim().to_lowercase() != entity.value.trim().to_lowercase()) {
        doubts.push((Level::Note, format!("the entry is that of `{}`, and its legal name is `{name}`", entity.value), entity.span));
    }
    doubts.sort_by_key(|it| std::cmp::Reverse(it.0));
    let Some((level, first, span)) = doubts.first() else { return };
    let finding = out.report(&MECHANISM_SCOPE_MISMATCH, &[&leg.id, used.country]);
    finding
        .level(*level)
        .say(format!("`{}` in {} rests on `{}`: {first}", case.model().node(leg.to).id, used.country, used.mechanism.value))
        .at(*span, "")
        .help("look the recipient up on the list of the framework, and write down the entity, the day and what its entry covers");
    if *level == Level::Warning {
        match listed.checked.as_ref() {
            Some(day) if day.span == *span => {
                finding.fix(Edit::Replace(day.span), Effort::Ask, format!("<{}>", case.today()));
            }
            None if *span == entity.span && !bare(listed) => {
                finding.fix(Edit::Beside(entity.span), Effort::Ask, format!("checked: <{}>", case.today()));
            }
            _ if listed.covers.first().is_some_and(|it| it.span == *span) => {
                finding.ask("do these data of staff go there in the context of their employment?");
            }
            _ => {}
        }
    }
    for (_, more, span) in &doubts[1..] {
        finding.note(more.clone()).at(*span, "");
    }
    case.about(finding, leg.exposures.iter().copied());
    case.show(finding, leg.exposures[0], None);
}

/// Whether nothing but an entity is declared, perhaps as a word alone.
fn bare(listed: &ListedDecl) -> bool {
    listed.checked.is_none() && listed.covers.is_empty()
}

/// What an entry says it covers, against what goes. Data on staff are only taken to be such.
fn covers(leg: &Leg, listed: &ListedDecl, staff: &BTreeSet<SubjectId>) -> Vec<(Level, String, Span)> {
    let Some(first) = listed.covers.first() else { return Vec::new() };
    let lacking = needed(leg, staff).into_iter().filter(|it| !listed.covers.iter().any(|word| word.value == *it));
    let doubt = |what: &str| match what {
        "hr" => (Level::Warning, "its entry does not cover `hr`, data on staff, which go there too".to_owned(), first.span),
        _ => (Level::Error, "its entry covers only data on staff, and others' go there".to_owned(), first.span),
    };
    lacking.map(doubt).collect()
}

/// A module in words.
fn parties(module: u64) -> &'static str {
    match module {
        1 => "controller to controller",
        2 => "controller to processor",
        3 => "processor to processor",
        4 => "processor to controller",
        _ => "no module there is",
    }
}

fn module(case: &Case, leg: &Leg, clauses: &[Used], out: &mut Findings) {
    let Some(first) = clauses.first().filter(|_| clauses_have_modules(case.today())) else { return };
    // Both sets of clauses may have been signed, one entry each.
    let declared: BTreeMap<u64, Span> = leg
        .transfers
        .iter()
        .filter(|it| it.mechanism.iter().chain(it.fallback.iter()).any(|word| word.value == "scc"))
        .filter_map(|it| it.module.as_ref().map(|module| (module.value, module.span)))
        .collect();
    let modules = modules(case, leg);
    let lacking: Vec<(u64, &Exposure)> = modules.iter().filter(|(it, _)| !declared.contains_key(it)).map(|(it, at)| (*it, *at)).collect();
    let Some((expected, exposure)) = lacking.first() else { return };
    if declared.is_empty() && !clauses_need_module(case.today()) {
        return;
    }
    let model = case.model();
    let flow = model.flow(exposure.flow);
    let finding = out.report(&SCC_MODULE_MISMATCH, &[&leg.id]);
    let wanted = listed(lacking.iter().map(|(it, at)| {
        let from = &model.node(model.flow(at.flow).from).id;
        format!("`{from}` to `{}` is module {it} ({})", model.node(leg.to).id, parties(*it))
    }));
    match declared.iter().next() {
        Some((module, span)) => {
            let said = listed(declared.keys().map(|it| format!("{it} ({})", parties(*it))));
            finding.say(format!("the standard clauses with `{}` are declared with module {said}, and {wanted}", leg.id)).at(*span, "");
            finding.help(format!("sign and declare `module: {expected}`, or correct the role of one of the two"));
            if declared.len() == 1 && modules.len() == 1 {
                finding.fix(Edit::Replace(*span), Effort::Agree, expected.to_string());
            } else if modules.len() > 1 && modules.contains_key(module) {
                finding.help(format!(
                    "declare both: `transfer: [{{ mechanism: scc, module: {module} }}, {{ mechanism: scc, module: {expected} }}]`"
                ));
            }
        }
        None => {
            finding.level(Level::Warning);
            finding.say(format!("the standard clauses with `{}` name no module, and {wanted}", leg.id));
            finding.at(first.mechanism.span, "which module?").help(format!("add `module: {expected}`"));
            if lacking.len() == 1 {
                leg.fix(case, finding, first.mechanism, Effort::Ask, &[format!("module: {expected}")]);
            }
        }
    }
    finding.at(flow.span, "goes this way");
    case.about(finding, leg.exposures.iter().copied());
    case.show(finding, exposure, None);
}

fn assessment(case: &Case, leg: &Leg, unassessed: &[(&str, &Word)], out: &mut Findings) {
    let Some((_, mechanism)) = unassessed.first() else { return };
    let countries = listed(unassessed.iter().map(|(country, _)| place_name(case, country)));
    let finding = out.report(&SCC_WITHOUT_TIA, &[&leg.id]);
    finding
        .say(format!(
            "what goes to `{}` in {countries} rests on `{}`, and no assessment of the law there is named",
            case.model().node(leg.to).id,
            mechanism.value
        ))
        .at(mechanism.span, "no assessment")
        .help("assess whether the law and practice there leave the safeguards whole, and add `assessment:` with where that is written");
    if !leg.transfers.iter().any(|it| it.assessment.is_some()) {
        leg.fix(case, finding, mechanism, Effort::Agree, &["assessment: <TIA-1>".to_owned()]);
    }
    case.about(finding, leg.exposures.iter().copied());
    case.show(finding, leg.exposures[0], None);
}

fn derogation(case: &Case, leg: &Leg, used: &Used, out: &mut Findings) {
    let Some(article) = case.law().derogation(used.mechanism) else { return };
    let model = case.model();
    let all: BTreeSet<FlowId> = leg.exposures.iter().map(|it| it.flow).collect();
    let often: BTreeSet<FlowId> = all.into_iter().filter(|it| is_steady(case, *it, &mut BTreeSet::new())).collect();
    let steady: Vec<&Exposure> = leg.exposures.iter().copied().filter(|it| often.contains(&it.flow)).collect();
    let flows = few(often.iter().map(|it| format!("`{}`", model.flow(*it).id)));
    let goes = if often.len() == 1 { "goes" } else { "go" };
    let compelling = article == "gdpr.49.1.sub2";
    let mut lines = Vec::new();
    if compelling && used.transfer.safeguards.is_empty() {
        lines.push("safeguards: [<what protects the data there>]".to_owned());
    }
    if compelling && used.transfer.authority_informed.is_none() {
        lines.push(format!("authority-informed: <{}>", case.today()));
    }
    if steady.is_empty() && lines.is_empty() {
        return;
    }
    let finding = out.report(&DEROGATION_FOR_SYSTEMATIC_TRANSFER, &[&leg.id, used.country]);
    finding.at(used.mechanism.span, "meant for exceptions").cite(article);
    let place = format!("`{}` in {}", model.node(leg.to).id, place_name(case, used.country));
    let keys = listed(lines.iter().filter_map(|it| it.split(':').next()).map(|key| format!("`{key}:`")));
    if steady.is_empty() {
        finding
            .say(format!("what goes to {place} rests on `{}`, which asks for {keys}", used.mechanism.value))
            .help(format!("add {keys}: the safeguards are part of the record, and the authority is told"));
        leg.fix(case, finding, used.mechanism, Effort::Agree, &lines);
    } else {
        finding
            .say(format!("{flows} to {place} {goes} on all the time, on the ground of `{}`", used.mechanism.value))
            .help("agree on an instrument of Art. 46 such as `scc`; or declare `frequency: occasional` if that is what happens");
        finding.at(model.flow(steady[0].flow).span, "goes this way");
        if !lines.is_empty() {
            finding.note(format!("it also asks for {keys}"));
        }
        if !compelling && !matches!(article, "gdpr.49.1.b" | "gdpr.49.1.c" | "gdpr.49.1.e") {
            finding.level(Level::Warning).ask("why can no instrument of Art. 46 carry this, and in what is it an exception?");
        }
    }
    let shown = steady.first().copied().unwrap_or(leg.exposures[0]);
    case.about(finding, if steady.is_empty() { leg.exposures.clone() } else { steady });
    case.show(finding, shown, None);
}

/// Whether data go by a flow again and again, as far as it says.
fn is_steady(case: &Case, id: FlowId, seen: &mut BTreeSet<NodeId>) -> bool {
    let flow: &Flow = case.model().flow(id);
    match flow.kind {
        FlowKind::Hosting => true,
        // What is passed on comes as often as it comes in.
        FlowKind::Subprocessor => {
            let open = |id: &&FlowId| !case.model().flow(**id).is_stopped(case.today());
            seen.insert(flow.from) && case.model().node(flow.from).receives.iter().filter(open).any(|id| is_steady(case, *id, seen))
        }
        FlowKind::Sends => match (flow.decl.frequency.as_ref(), flow.decl.channel.as_ref()) {
            (Some(frequency), _) => frequency.value == Frequency::Continuous,
            (None, Some(channel)) => matches!(channel.value, Channel::Tag | Channel::Sdk | Channel::Api | Channel::Batch),
            (None, None) => false,
        },
    }
}
