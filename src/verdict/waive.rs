//! Waivers: findings that somebody answers for until a day.

use crate::declare::Date;
use crate::finding::{Basis, Finding, Findings, Level, Rule, Subject, few};
use crate::model::{Model, Waiver};
use crate::source::like;

pub(super) static EXPIRED_WAIVER: Rule = Rule {
    id: "expired-waiver",
    summary: "a waiver is past its date and no longer counts",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/expired-waiver.md"),
};

pub(super) static UNUSED_WAIVER: Rule = Rule {
    id: "unused-waiver",
    summary: "a waiver matches no finding",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/unused-waiver.md"),
};

pub(super) static DUE_WAIVER: Rule = Rule {
    id: "due-waiver",
    summary: "a waiver ends within six weeks",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/due-waiver.md"),
};

pub(super) static UNBOUND_WAIVER: Rule = Rule {
    id: "unbound-waiver",
    summary: "a waiver does not say which items it answers for",
    level: Level::Note,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/unbound-waiver.md"),
};

pub(super) static OVERLONG_WAIVER: Rule = Rule {
    id: "overlong-waiver",
    summary: "a waiver has no end, or one more than twelve months after it was given",
    level: Level::Error,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.5.2"],
    doc: include_str!("docs/overlong-waiver.md"),
};

/// Whether a waiver counts on a day.
pub(super) fn is_in_force(waiver: &Waiver, today: Date) -> bool {
    waiver.date.is_some_and(|date| date <= today) && waiver.expires.is_some_and(|expires| today < expires)
}

/// Whether a waiver speaks of a finding. A pattern does not reach flows newer than itself: nobody
/// could have had them in mind.
pub(super) fn matches(model: &Model, waiver: &Waiver, finding: &Finding) -> bool {
    if !finding.rule.can_be_waived() || !like(&waiver.finding, &finding.key) {
        return false;
    }
    let newer = || {
        let flow = finding.key.rsplit('@').next().and_then(|id| model.flow_named(id))?;
        Some(flow_since(model, flow)? > waiver.date?)
    };
    !waiver.finding.contains('*') || !newer().unwrap_or(false)
}

/// What a finding speaks of beyond what a waiver covers; nothing where the waiver does not say.
pub(super) fn beyond<'f>(waiver: &Waiver, finding: &'f Finding) -> Vec<&'f Subject> {
    let open = |it: &&Subject| !waiver.covers.iter().any(|row| row.holds(it));
    if waiver.covers.is_empty() { Vec::new() } else { finding.subjects.iter().filter(open).collect() }
}

/// Says on a finding which part of it a waiver in force does not answer for.
pub(super) fn outgrown(waiver: &Waiver, finding: &mut Finding) {
    let names: Vec<String> = beyond(waiver, finding)
        .into_iter()
        .map(|it| match it.labels.as_slice() {
            [] => format!("`{}` {}", it.item, it.form),
            labels => format!("`{}` {} ({})", it.item, it.form, labels.join(", ")),
        })
        .collect();
    finding.at(waiver.span, "waived for less");
    finding.note(format!("the waiver does not cover {}", few(names.into_iter())));
}

fn flow_since(model: &Model, flow: crate::model::FlowId) -> Option<Date> {
    model.flow(flow).decl.since.as_ref().map(|it| it.value)
}

/// What a waiver has been good for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Uses {
    /// Some finding has its key.
    pub any: bool,
    /// Some such finding speaks of items.
    pub items: bool,
}

/// Days ahead in which a waiver counts as due: six weeks.
const DUE: i32 = 42;

/// Reports waivers that are over, that have no end in sight, or that nothing needs.
pub(super) fn check(waivers: &[Waiver], uses: &[Uses], today: Date, out: &mut Findings) {
    for (waiver, uses) in waivers.iter().zip(uses) {
        let used = &uses.any;
        let key = &waiver.finding;
        let given = waiver.date.unwrap_or(today);
        match waiver.expires {
            None => {
                out.report(&OVERLONG_WAIVER, &[key])
                    .say(format!("the waiver of `{key}` has no end"))
                    .at(waiver.span, "")
                    .help("add `expires:`, at most twelve months ahead");
            }
            Some(expires) if given.months_later(12) < expires => {
                out.report(&OVERLONG_WAIVER, &[key])
                    .say(format!("the waiver of `{key}` runs until {expires}, more than twelve months after it was given"))
                    .at(waiver.span, "")
                    .help(format!("set `expires:` to {} or earlier", given.months_later(12)));
            }
            Some(expires) if expires <= today => {
                out.report(&EXPIRED_WAIVER, &[key])
                    .say(format!("the waiver of `{key}` ended on {expires}"))
                    .at(waiver.span, "")
                    .help("close the gap and remove the waiver, or give it a new reason and date");
            }
            Some(_) if today < given => {
                out.report(&UNUSED_WAIVER, &[key])
                    .say(format!("the waiver of `{key}` begins only on {given}"))
                    .at(waiver.span, "")
                    .help("if it was given earlier, set `date:` to that day")
                    .level(Level::Note);
            }
            Some(_) if !used && out.iter().any(|it| !it.rule.can_be_waived() && like(key, &it.key)) => {
                out.report(&UNUSED_WAIVER, &[key])
                    .say(format!("`{key}` is a finding that no waiver answers for"))
                    .at(waiver.span, "")
                    .help("exposures are accepted in the lock: run `ropa accept` and have `ropa.lock` reviewed; remove the waiver");
            }
            Some(_) if !used && out.iter().any(|it| like(key, &it.key)) => {
                out.report(&UNUSED_WAIVER, &[key])
                    .say(format!("every flow that `{key}` could mean is newer than the waiver of {given}"))
                    .at(waiver.span, "")
                    .help("look at the newer flows and give each a waiver of its own, or a new date to this one");
            }
            Some(_) if !used => {
                out.report(&UNUSED_WAIVER, &[key])
                    .say(format!("no finding has the key `{key}`"))
                    .at(waiver.span, "")
                    .help("remove the waiver, or copy the key that `ropa check` prints");
            }
            // A short waiver is due only when half of its time is over.
            Some(expires) if expires <= today.days_later(DUE) && given.days_until(today) >= today.days_until(expires) => {
                out.report(&DUE_WAIVER, &[key])
                    .say(format!("the waiver of `{key}` ends on {expires}"))
                    .at(waiver.span, "")
                    .help("close the gap before then, or give the waiver a new reason and date");
            }
            Some(_) => {}
        }
        if uses.items && waiver.covers.is_empty() && is_in_force(waiver, today) {
            out.report(&UNBOUND_WAIVER, &[key])
                .say(format!(
                    "the waiver of `{key}` does not say which items it answers for: it would cover whatever the flow carries later"
                ))
                .at(waiver.span, "")
                .help("run `ropa waive` with its key: it writes `covers:`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn a_star_stands_for_any_part_of_a_key() {
        assert!(like("a@*@crm->adobe", "a@customer.email@crm->adobe"));
        assert!(like("a@*", "a@b"));
        assert!(like("a@b", "a@b"));
        assert!(!like("a@b", "a@bc"));
        assert!(!like("a@*@crm", "a@b@crm->x"));
        assert!(like("*@x@*", "a@x@x"));
    }
}
