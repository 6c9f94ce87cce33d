//! Data from elsewhere: is consent proven, is the source known, were people told?

use super::super::Case;
use super::super::case::listed;
use super::trail::Trail;
use super::{ART14_NOTICE_MISSING, BOUGHT_DATA_NO_CONSENT_PROOF, BOUGHT_DATA_NO_SOURCE, PARTNER_NOT_NAMED_AT_COLLECTION};
use crate::declare::{Date, Role, Word};
use crate::finding::{Edit, Effort, Findings, Level};
use crate::flow::Exposure;
use crate::model::{FlowKind, Notice};

/// How long the French authority's practice takes prospects' data to be fresh: three years.
const FRESH_MONTHS: i32 = 36;

/// What has to be at hand for a consent that somebody else obtained.
pub(super) fn consent_proof(case: &Case, trail: &Trail, out: &mut Findings) {
    let Some((activity, flow)) = trail.marketing_on_consent(case) else { return };
    let origin = trail.origin;
    let today = case.today();
    let decl = origin.decl.consent.as_ref();
    let per_record = decl.and_then(|it| it.per_record.as_ref());
    let audited = decl.and_then(|it| it.audited.as_ref());
    let parts = [
        ("proof", decl.is_some_and(|it| it.proof.is_some()), "proof: <where the proof is kept>".to_owned()),
        ("per-record: true", per_record.is_some_and(|it| it.value), "per-record: <true>".to_owned()),
        ("form", decl.is_some_and(|it| it.form.is_some()), "form: <the form people filled in>".to_owned()),
        ("version", decl.is_some_and(|it| it.version.is_some()), "version: <v1>".to_owned()),
        ("audited", audited.is_some_and(|it| it.value <= today), format!("audited: <{today}>")),
    ];
    let lacking: Vec<_> = parts.iter().filter(|(_, said, _)| !said).collect();
    if lacking.is_empty() {
        return;
    }
    let id = &origin.id;
    let what = match decl {
        None => "no proof of that consent is declared".to_owned(),
        Some(_) => format!("its proof of consent lacks {}", listed(lacking.iter().map(|(key, ..)| format!("`{key}`")))),
    };
    let finding = out.report(&BOUGHT_DATA_NO_CONSENT_PROOF, &[id]);
    finding.say(format!("data from `{id}` serve `{}`, marketing that takes consent, and {what}", case.model().activity_id(activity)));
    finding.at(origin.span, "bought or received here");
    for (_, collect) in &trail.collects {
        finding.at(collect.span, "collected here");
    }
    if let Some(flow) = flow {
        trail.show(case, finding, flow);
    }
    case.about(finding, trail.exposures.iter().copied().filter(|it| Some(it.flow) == flow));
    let yaml: Vec<&str> = lacking.iter().map(|(.., yaml)| yaml.as_str()).collect();
    let whole = format!("consent: {{ {} }}", yaml.join(", "));
    finding.help(format!(
        "have the supplier show it for every person, look at the form, and write it under `{id}`; until then keep the data out of `{}`",
        case.model().activity_id(activity)
    ));
    // What is denied cannot be added.
    let denied = per_record.is_some_and(|it| !it.value) || audited.is_some_and(|it| it.value > today);
    let first = decl.and_then(|it| {
        let words = it.proof.iter().chain(it.form.iter()).chain(it.version.iter()).map(|it| it.span);
        words.chain(it.per_record.iter().map(|it| it.span)).chain(it.audited.iter().map(|it| it.span)).min()
    });
    match (decl, first) {
        (None, _) => {
            finding.fix(Edit::Add(origin.span), Effort::Agree, whole);
        }
        (Some(_), Some(first)) if !denied => {
            finding.fix(Edit::Beside(first), Effort::Agree, yaml.join("\n"));
        }
        _ => {}
    }
}

/// From whom, who asked people first, and when.
pub(super) fn source_known(case: &Case, trail: &Trail, out: &mut Findings) {
    let (origin, decl) = (trail.origin, &trail.origin.decl);
    let id = &origin.id;
    let told = decl.informed.as_ref().and_then(|it| it.by.as_ref()).map_or(case.today(), |it| it.value);
    let parts = [
        ("from", decl.from.is_some(), "from: <the supplier>".to_owned(), "who supplied them"),
        ("collector", decl.collector.is_some(), "collector: <who asked people first>".to_owned(), "who collected them from people"),
        ("collected", decl.collected.is_some(), format!("collected: <{told}>"), "when that was"),
    ];
    let lacking: Vec<_> = parts.iter().filter(|(_, said, ..)| !said).collect();
    if !lacking.is_empty() {
        let what = listed(lacking.iter().map(|(.., what)| (*what).to_owned()));
        let keys = listed(lacking.iter().map(|(key, ..)| format!("`{key}:`")));
        let finding = out.report(&BOUGHT_DATA_NO_SOURCE, &[id]);
        finding.say(format!("data come from `{id}`, and nobody has said {what}")).at(origin.span, "");
        for (_, collect) in &trail.collects {
            finding.at(collect.span, "collected here");
        }
        finding.help(format!("ask the supplier and add {keys} to `{id}`; what cannot be traced cannot be told to people, who may ask"));
        let yaml: Vec<&str> = lacking.iter().map(|(_, _, yaml, _)| yaml.as_str()).collect();
        finding.fix(Edit::Add(origin.span), Effort::Ask, yaml.join("\n"));
        case.about(finding, trail.exposures.iter().copied());
        return;
    }
    let Some(collected) = decl.collected.as_ref().filter(|it| it.value.months_later(FRESH_MONTHS) < case.today()) else { return };
    let finding = out.report(&BOUGHT_DATA_NO_SOURCE, &[id]);
    finding
        .level(Level::Warning)
        .say(format!("data from `{id}` were collected on {}, more than three years ago, and are still in use", collected.value))
        .at(collected.span, "collected then")
        .note("three years is what the French authority is said to take as a limit for prospects; no law fixes it")
        .help("ask the supplier for newer data, or take the records out that nobody has renewed");
    for (_, collect) in &trail.collects {
        finding.at(collect.span, "collected from here");
    }
    case.about(finding, trail.exposures.iter().copied());
}

/// Whether the list people were shown when they agreed named the organisation.
pub(super) fn buyer_named(case: &Case, trail: &Trail, out: &mut Findings) {
    let origin = trail.origin;
    let named = origin.decl.named.as_ref();
    // Without consent nobody has to be named one by one; whoever knows that he was not is warned.
    let served = trail.asked_for(case, named.is_some());
    if named.is_some_and(|it| it.value) || served.is_empty() {
        return;
    }
    let id = &origin.id;
    let what = match named {
        Some(_) => "the partners it named to people did not include the organisation",
        None => "nobody has said whether the partners it named to people include the organisation",
    };
    let activities = listed(served.iter().map(|it| format!("`{}`", case.model().activity_id(*it))));
    let finding = out.report(&PARTNER_NOT_NAMED_AT_COLLECTION, &["sources", id]);
    finding.say(format!("data from `{id}` serve {activities}, and {what}"));
    finding.at(named.map_or(origin.span, |it| it.span), if named.is_some() { "not named" } else { "named or not?" });
    for (_, collect) in &trail.collects {
        finding.at(collect.span, "collected here");
    }
    let reached = trail.exposures.iter().find(|it| it.activity.is_some_and(|activity| served.contains(&activity)));
    if let Some(exposure) = reached {
        trail.show(case, finding, exposure.flow);
    }
    case.about(finding, trail.exposures.iter().copied());
    match named {
        Some(_) => finding.help("leave these records out, or ask people yourself before you use them"),
        None => finding
            .help(format!("look at the list that the form showed on the day of collection and add `named: true` to `{id}`, if it is true"))
            .fix(Edit::Add(origin.span), Effort::Ask, "named: <true>"),
    };
}

/// Whether people whose data came from elsewhere were told, and in time.
pub(super) fn told(case: &Case, trail: &Trail, out: &mut Findings) {
    let origin = trail.origin;
    let id = &origin.id;
    let informed = origin.decl.informed.as_ref();
    let notice = informed.and_then(|it| it.notice.as_ref());
    let exempt = informed.and_then(|it| it.exempt.as_ref());
    match (notice, exempt) {
        (Some(notice), _) => told_in_time(case, trail, notice, out),
        (None, Some(exempt)) => {
            let letter = exempt.value.strip_prefix("art14.5.").filter(|it| ["a", "b", "c", "d"].contains(it));
            let reasoned = informed.is_some_and(|it| it.why.is_some());
            if letter.is_some() && reasoned {
                return;
            }
            let finding = out.report(&ART14_NOTICE_MISSING, &[id]);
            if letter.is_some() {
                finding
                    .say(format!("people in `{id}` are not told on the ground of `{}`, and no reason is given", exempt.value))
                    .at(exempt.span, "why?")
                    .help("say why it holds, with `why:`, and what is done instead to make it known")
                    .fix(Edit::Beside(exempt.span), Effort::Ask, "why: <why telling them is impossible or out of proportion>");
            } else {
                finding
                    .say(format!("people in `{id}` are not told on the ground of `{}`, which Art. 14(5) does not have", exempt.value))
                    .at(exempt.span, "not among the letters a to d")
                    .help("name the letter, such as `exempt: art14.5.b`, with a `why:`; or tell people");
            }
            case.about(finding, trail.exposures.iter().copied());
        }
        (None, None) => {
            let finding = out.report(&ART14_NOTICE_MISSING, &[id]);
            finding.say(format!("nobody has said how the people in `{id}` were told that their data were obtained"));
            finding.at(origin.span, "nothing said of this");
            for (_, collect) in &trail.collects {
                finding.at(collect.span, "collected here");
            }
            let by = informed.and_then(|it| it.by.as_ref());
            let day = by.map_or_else(|| trail.origin.decl.collected.as_ref().map_or(case.today(), |it| it.value), |it| it.value);
            match (fitting(case, trail, day), by) {
                (Some(found), Some(by)) => {
                    finding.fix(Edit::Beside(by.span), Effort::Agree, format!("notice: <{}>", found.id));
                }
                (Some(found), None) if informed.is_none() => {
                    finding.fix(Edit::Add(origin.span), Effort::Agree, format!("informed: {{ notice: <{}>, by: <{day}> }}", found.id));
                }
                _ => {}
            }
            finding
                .help(format!("tell them, and add `informed: {{ notice: …, by: {day} }}` to `{id}`; or `exempt: art14.5.b` with a `why:`"));
            case.about(finding, trail.exposures.iter().copied());
        }
    }
}

/// A notice for these people that was in force on a day; one that names the source before others.
fn fitting<'a>(case: &Case<'a>, trail: &Trail, day: Date) -> Option<&'a Notice> {
    let model = case.model();
    let for_them = |notice: &&Notice| {
        let subjects = || notice.subjects.iter();
        trail.collects.iter().all(|(_, collect)| subjects().any(|it| model.is_within(collect.subject, *it)))
    };
    let names = |notice: &Notice| notice.decl.sources.iter().any(|it| it.value == trail.origin.id);
    model.notices.iter().filter(|it| it.is_in_force(day)).filter(for_them).min_by_key(|it| (!names(it), &it.id))
}

fn told_in_time(case: &Case, trail: &Trail, word: &Word, out: &mut Findings) {
    let origin = trail.origin;
    let id = &origin.id;
    let collected = origin.decl.collected.as_ref();
    let Some(by) = origin.decl.informed.as_ref().and_then(|it| it.by.as_ref()) else {
        let day = collected.map_or(case.today(), |it| it.value);
        out.report(&ART14_NOTICE_MISSING, &[id])
            .level(Level::Warning)
            .say(format!("nobody has said by which day the people in `{id}` were told"))
            .at(word.span, "when?")
            .help("add `by:` with the day; it is one month at most after the data were obtained")
            .fix(Edit::Beside(word.span), Effort::Ask, format!("by: <{day}>"));
        return;
    };
    let notice = case.model().notices.iter().find(|it| it.id == word.value);
    if let Some(notice) = notice.filter(|it| !it.is_in_force(by.value)) {
        let finding = out.report(&ART14_NOTICE_MISSING, &[id]);
        finding
            .say(format!("the people in `{id}` are to be told on {} by `{}`, which is not in force then", by.value, notice.id))
            .at(word.span, "not in force then")
            .help("name the notice that people really got, or the day they got this one");
        for day in notice.decl.since.iter().chain(notice.decl.until.iter()) {
            finding.at(day.span, "says when it is in force");
        }
        case.about(finding, trail.exposures.iter().copied());
        return;
    }
    if let Some(collected) = collected.filter(|it| it.value.months_later(1) < by.value) {
        let finding = out.report(&ART14_NOTICE_MISSING, &[id]);
        finding
            .say(format!(
                "the people in `{id}` are told on {}, more than a month after their data were collected on {}",
                by.value, collected.value
            ))
            .at(by.span, "late")
            .at(collected.span, "collected then")
            .help("tell people within a month of obtaining their data, and before anybody contacts them or gets the data")
            .ask(format!("on which day were the data of `{id}` obtained, and were people told within a month of that?"));
        case.about(finding, trail.exposures.iter().copied());
        return;
    }
    if by.value <= case.today() {
        return;
    }
    let open: Vec<&Exposure> = trail.exposures.iter().copied().filter(|it| is_disclosure(case, it)).collect();
    let Some(first) = open.first() else { return };
    let finding = out.report(&ART14_NOTICE_MISSING, &[id]);
    finding
        .say(format!(
            "the people in `{id}` are told on {} only, and {} of theirs already {} to `{}`",
            by.value,
            case.named_items(open.iter().copied()),
            if open.iter().all(|it| it.item == first.item) { "goes" } else { "go" },
            case.model().node(case.model().flow(first.flow).to).id
        ))
        .at(by.span, "not yet");
    trail.show(case, finding, first.flow);
    case.about(finding, open.iter().copied());
    finding.help("tell people before the first contact and the first disclosure, or hold the flow back until then");
}

/// Whether somebody gets the data for himself already, or contacts people with them.
fn is_disclosure(case: &Case, exposure: &Exposure) -> bool {
    let flow = case.model().flow(exposure.flow);
    let begun = flow.decl.since.as_ref().is_none_or(|it| it.value <= case.today());
    let own = case.model().role_in(flow) != Some(Role::Processor) || !flow.decl.contact_by.is_empty();
    flow.kind == FlowKind::Sends && begun && own
}
