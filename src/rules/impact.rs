//! Is the risk to people assessed? Art. 35 and 36 GDPR.

use std::collections::BTreeMap;

use super::{Case, Family};
use crate::declare::{ActivityStatus, Dpia, DpiaStatus, Trait};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::model::{Activity, ActivityId, Field, FlowId};
use crate::source::Span;

pub(super) static FAMILY: Family = Family { rules: &[&DPIA_MISSING, &PRIOR_CONSULTATION_MISSING], check };

static DPIA_MISSING: Rule = Rule {
    id: "dpia-missing",
    summary: "an activity meets at least two criteria for a high risk, and no impact assessment is declared",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.35", "gdpr.35.3", "wp29.248"],
    doc: include_str!("docs/dpia-missing.md"),
};

static PRIOR_CONSULTATION_MISSING: Rule = Rule {
    id: "prior-consultation-missing",
    summary: "an impact assessment leaves a high risk, and the authority was not consulted",
    level: Level::Error,
    basis: Basis::Statute,
    since: "0.1",
    citations: &["gdpr.36"],
    doc: include_str!("docs/prior-consultation-missing.md"),
};

/// How many of the nine criteria of WP248 usually call for an assessment.
pub(super) const ENOUGH: usize = 2;

/// People from which a group is large scale by itself: a rule of thumb, the guidelines name no number.
const LARGE_SCALE: u64 = 100_000;

/// What `residual:` says of a high risk, in the languages of the register.
const HIGH: &[&str] = &["high", "very high", "hög", "högt", "mycket hög", "élevé", "élevée", "très élevé", "hoch", "sehr hoch"];

/// A criterion of WP248 that an activity meets, and where that is seen.
pub(super) struct Criterion {
    name: &'static str,
    /// Said in so many words, not concluded.
    stated: bool,
    span: Span,
    text: String,
}

/// For each activity, the first of its open flows to a recipient that matches what it gets.
pub(super) type Matching = BTreeMap<ActivityId, FlowId>;

fn check(case: &Case, out: &mut Findings) {
    let matching = matching(case);
    for (id, activity) in case.own_activities() {
        let criteria = criteria(case, id, activity, &matching);
        if criteria.len() >= ENOUGH {
            assessed(activity, &criteria, out);
        }
        consulted(activity, out);
    }
}

/// Which activities send items to a recipient that can match them back to people it knows.
pub(super) fn matching(case: &Case) -> Matching {
    let model = case.model();
    let mut all = Matching::new();
    for exposure in case.exposures() {
        let Some(id) = exposure.activity.filter(|id| !all.contains_key(id)) else { continue };
        let selectors = model.recipient(model.flow(exposure.flow).to).map(|it| it.matches.as_slice()).unwrap_or_default();
        if selectors.iter().any(|it| it.includes(model, exposure.item)) {
            all.insert(id, exposure.flow);
        }
    }
    all
}

/// The criteria of WP248 that an activity meets, in the order of the guidelines.
pub(super) fn criteria(case: &Case, id: ActivityId, activity: &Activity, matching: &Matching) -> Vec<Criterion> {
    let model = case.model();
    let processing = case.map.of_activity(id);
    let stated = |name: &'static str, wanted: Trait| {
        let word = activity.decl.traits.iter().find(|it| it.value == wanted)?;
        Some(Criterion { name, stated: true, span: word.span, text: format!("stated: {name}") })
    };
    let sensitive = || {
        let special = processing.sensitive.iter().filter(|(it, _)| model.category(**it).art9.is_some() || model.category(**it).art10);
        let found = special.flat_map(|(category, fields)| fields.iter().map(move |field| (*category, model.field(*field))));
        // What is such data by itself says more than what only reveals them.
        let is = |category, field: &Field| field.is.iter().any(|own| model.is_below(category, *own) || model.is_below(*own, category));
        let (own, category, field) = found.map(|(category, field)| (is(category, field), category, field)).min_by_key(|it| !it.0)?;
        let text = format!("`{}` {} `{}`", field.id, if own { "is" } else { "reveals" }, model.category(category).id);
        Some(Criterion { name: "sensitive data", stated: own, span: field.span, text })
    };
    let people = || {
        let counts =
            processing.items.iter().filter_map(|it| Some((model.subject(it.subject), model.subject(it.subject).decl.count.as_ref()?)));
        let (subject, count) = counts.max_by_key(|(_, count)| count.value).filter(|(_, count)| count.value >= LARGE_SCALE)?;
        Some(Criterion {
            name: "large scale",
            stated: false,
            span: count.span,
            text: format!("about {} people: `{}`", count.value, subject.id),
        })
    };
    let matched = || {
        let flow = model.flow(*matching.get(&id)?);
        let text = format!("`{}` matches what it gets with people it knows", model.node(flow.to).id);
        Some(Criterion { name: "matched data sets", stated: false, span: flow.span, text })
    };
    let vulnerable = || {
        let groups = processing.items.iter().flat_map(|it| model.subject_chain(it.subject)).map(|it| model.subject(it));
        let mut marked = groups.filter_map(|it| {
            let marks = it.decl.vulnerable.iter().chain(it.decl.child.iter());
            Some((it, marks.into_iter().find(|mark| mark.value)?.span))
        });
        let (subject, span) = marked.next()?;
        Some(Criterion { name: "vulnerable people", stated: true, span, text: format!("`{}` needs special care", subject.id) })
    };
    let all = [
        stated("scoring", Trait::Scoring),
        stated("automated decisions", Trait::AutomatedDecision),
        stated("systematic monitoring", Trait::Monitoring),
        sensitive(),
        stated("large scale", Trait::LargeScale).or_else(people),
        stated("matched data sets", Trait::Matching).or_else(matched),
        vulnerable(),
        stated("innovative use", Trait::Innovative),
        stated("a right or service at stake", Trait::BlocksRight),
    ];
    all.into_iter().flatten().collect()
}

/// The case of Art. 35(3) that criteria make up. That data only reveal something, and that a group is
/// large by its number alone, are two conclusions: together they ask for an assessment, not for sure.
fn required(criteria: &[Criterion]) -> Option<&'static str> {
    let find = |name: &str| criteria.iter().find(|it| it.name == name);
    let large = find("large scale");
    let special = large.is_some_and(|large| find("sensitive data").is_some_and(|it| it.stated || large.stated));
    let evaluation = ["scoring", "automated decisions", "a right or service at stake"].into_iter().filter_map(find).count();
    match () {
        () if special => Some("Art. 35(3)(b)"),
        () if evaluation >= 2 => Some("Art. 35(3)(a)"),
        () if large.is_some() && find("systematic monitoring").is_some() => Some("Art. 35(3)(c)"),
        () => None,
    }
}

/// Whether an activity has neither an assessment, begun at least, nor a reason against one.
pub(super) fn is_unassessed(activity: &Activity) -> bool {
    matches!(assessment(activity), Assessment::Missing | Assessment::Planned(_) | Assessment::Unnamed(_))
}

/// What is declared of an impact assessment.
enum Assessment {
    Declared,
    Ongoing(Span),
    Planned(Span),
    Unnamed(Span),
    Refused(Span),
    Missing,
}

fn assessment(activity: &Activity) -> Assessment {
    let map = match activity.decl.dpia.as_ref() {
        None => return Assessment::Missing,
        Some(Dpia::Word(_)) => return Assessment::Declared,
        Some(Dpia::Map(map)) => map,
    };
    match (map.none.as_ref(), map.status.as_ref()) {
        (Some(why), _) => Assessment::Refused(why.span),
        (None, Some(status)) if status.value == DpiaStatus::Planned => Assessment::Planned(status.span),
        (None, Some(status)) if status.value == DpiaStatus::Ongoing => Assessment::Ongoing(status.span),
        (None, _) if map.reference.is_some() => Assessment::Declared,
        (None, Some(status)) => Assessment::Unnamed(status.span),
        (None, None) => Assessment::Missing,
    }
}

fn assessed(activity: &Activity, criteria: &[Criterion], out: &mut Findings) {
    let name = &activity.id;
    let required = required(criteria);
    // An assessment is due before the processing begins.
    let begun = activity.decl.status.as_ref().is_none_or(|it| it.value != ActivityStatus::Planned);
    let state = assessment(activity);
    let (lacking, span, text) = match &state {
        Assessment::Declared => return,
        Assessment::Refused(_) if required.is_none() => return,
        Assessment::Ongoing(_) if !begun => return,
        Assessment::Refused(span) => ("gives a reason against an impact assessment", *span, "the reason"),
        Assessment::Ongoing(span) => ("its impact assessment is still being written", *span, "not finished"),
        Assessment::Planned(span) => ("its impact assessment is only planned", *span, "not begun"),
        Assessment::Unnamed(span) => ("does not say where its impact assessment is", *span, "`ref` is missing"),
        Assessment::Missing => ("names no impact assessment", activity.span, "no impact assessment here"),
    };
    let error = required.is_some() && begun && !matches!(state, Assessment::Refused(_) | Assessment::Ongoing(_));
    let names: Vec<&str> = criteria.iter().map(|it| it.name).collect();
    let asks = required.map(|it| format!("; {it} asks for one")).unwrap_or_default();
    let finding = out.report(&DPIA_MISSING, &[name]);
    finding
        .level(if error { Level::Error } else { Level::Warning })
        .say(format!("`{name}` meets {} of nine criteria for a high risk ({}) and {lacking}{asks}", names.len(), names.join(", ")))
        .at(span, text);
    for it in criteria {
        finding.at(it.span, it.text.clone());
    }
    match state {
        Assessment::Refused(_) => {
            let case = required.unwrap_or_default();
            finding
                .ask(format!("does the reason hold although {case} names this case, and who decided so?"))
                .help("assess the risk and name the document with `dpia: { ref: … }`, or answer why the reason holds");
        }
        Assessment::Missing if activity.decl.dpia.is_none() => {
            finding
                .help(format!("assess the risk and add to `{name}`: `dpia: {{ ref: DPIA-1, status: done }}`, or say why none is needed"))
                .fix(Edit::Add(activity.span), Effort::Agree, "dpia: { ref: <DPIA-1>, status: <done> }");
        }
        Assessment::Unnamed(span) => {
            finding.help(format!("add `ref: DPIA-1` to the `dpia` of `{name}`")).fix(Edit::Beside(span), Effort::Ask, "ref: <DPIA-1>");
        }
        _ => {
            finding.help(format!("finish the assessment of `{name}` and name it: `dpia: {{ ref: DPIA-1, status: done }}`"));
        }
    }
}

fn consulted(activity: &Activity, out: &mut Findings) {
    let Some(Dpia::Map(map)) = activity.decl.dpia.as_ref() else { return };
    let Some(residual) = map.residual.as_ref().filter(|it| HIGH.contains(&it.value.trim().to_lowercase().as_str())) else { return };
    if map.consulted.is_some() {
        return;
    }
    out.report(&PRIOR_CONSULTATION_MISSING, &[&activity.id])
        .say(format!("the impact assessment of `{}` leaves a high risk, and no consultation of the authority is declared", activity.id))
        .at(residual.span, "the risk that remains")
        .at(activity.span, "the activity")
        .help("consult the authority before the processing begins and add `consulted: CASE-17` to `dpia`, or lower the risk and say so")
        .fix(Edit::Beside(residual.span), Effort::Agree, "consulted: <CASE-17>");
}
