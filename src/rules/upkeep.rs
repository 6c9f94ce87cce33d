//! Is the record written out and looked after? Art. 5(2) and 24(1) GDPR.

use std::collections::BTreeMap;

use super::case::listed;
use super::record::FEW;
use super::{Case, Family};
use crate::declare::{ActivityStatus, Date, Dpia, Duration, Measure, Retention, Text, Word};
use crate::finding::{Basis, Edit, Effort, Findings, Level, Rule};
use crate::model::{Activity, ActivityId, Flow, Model, NodeKind};
use crate::source::{Short, Span, Spanned};

pub(super) static FAMILY: Family = Family { rules: &[&PLACEHOLDER_OR_VAGUE, &RECORD_STALE], check };

static PLACEHOLDER_OR_VAGUE: Rule = Rule {
    id: "placeholder-or-vague",
    summary: "a text of the record is there and says nothing",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.5.1.b", "gdpr.30.1", "dpc.ropa-2023"],
    doc: include_str!("docs/placeholder-or-vague.md"),
};

static RECORD_STALE: Rule = Rule {
    id: "record-stale",
    summary: "nobody has reviewed an activity for too long, or since one of its flows changed",
    level: Level::Warning,
    basis: Basis::Guidance,
    since: "0.1",
    citations: &["gdpr.5.2", "gdpr.24.1"],
    doc: include_str!("docs/record-stale.md"),
};

fn check(case: &Case, out: &mut Findings) {
    empty_words(case.model(), out);
    for (at, activity) in case.model().activities.iter().enumerate() {
        stale(case, ActivityId::from_index(at), activity, out);
    }
}

/// What stands for a text that is still to come, by language. A text counts only if it is nothing else.
static PLACEHOLDERS: &[(&str, &[&str])] = &[
    ("any", &["tbd", "tba", "tbc", "todo", "fixme", "xxx", "n/a", "n.a", "na", "lorem ipsum", "placeholder"]),
    ("en", &["to do", "to be determined", "to be defined", "to be done", "to follow", "not applicable", "pending", "unknown"]),
    ("sv", &["att göra", "ej tillämpligt", "kommer senare", "fylls i senare", "okänt"]),
    ("fr", &["à définir", "à compléter", "à déterminer", "à venir", "sans objet", "s.o", "n.d", "inconnu"]),
    ("de", &["folgt", "wird nachgereicht", "k.a", "k. a", "keine angabe", "entfällt", "noch offen", "zu klären", "unbekannt"]),
];

/// Pointers to some other text.
static POINTERS: &[(&str, &[&str])] = &[
    ("en", &["see policy", "see the policy", "see privacy policy", "see our privacy policy", "see above", "see below", "as per policy"]),
    ("en", &["according to policy", "see contract", "see the contract", "see wiki", "see intranet"]),
    (
        "sv",
        &["se policy", "se policyn", "se vår policy", "enligt policy", "enligt policyn", "se integritetspolicyn", "se ovan", "se avtal"],
    ),
    ("fr", &["voir politique", "voir la politique", "selon la politique", "voir la politique de confidentialité", "voir ci-dessus"]),
    (
        "de",
        &["siehe richtlinie", "siehe die richtlinie", "laut richtlinie", "gemäß richtlinie", "siehe datenschutzerklärung", "siehe oben"],
    ),
];

/// Purposes that fit any processing, without the particle before them. The Article 29 Working Party
/// names several of these (opinion 03/2013).
static VAGUE: &[(&str, &[&str])] = &[
    ("any", &["marketing", "it", "analytics", "administration", "research", "profiling"]),
    ("en", &["marketing purposes", "business purposes", "business", "internal purposes", "administrative purposes", "various"]),
    ("en", &["various purposes", "other", "other purposes", "general", "miscellaneous", "analysis", "statistics", "operations"]),
    ("en", &["improve services", "improve our services", "improve the service", "improving services", "improving our services"]),
    ("en", &["improvement of services", "service improvement", "improve user experience", "improving users' experience"]),
    ("en", &["it security", "it-security purposes", "future research", "communication", "customer relations"]),
    (
        "sv",
        &["marknadsföring", "förbättra tjänster", "förbättra våra tjänster", "förbättra tjänsten", "förbättring av tjänster", "it-drift"],
    ),
    (
        "sv",
        &["analys", "statistik", "affärsändamål", "interna ändamål", "diverse", "övrigt", "olika ändamål", "forskning", "kommunikation"],
    ),
    ("fr", &["améliorer les services", "améliorer nos services", "amélioration des services", "finalités commerciales", "informatique"]),
    ("fr", &["analyse", "analyses", "statistiques", "divers", "autre", "autres", "recherche", "usage interne", "fins commerciales"]),
    (
        "de",
        &["dienste verbessern", "verbesserung der dienste", "verbesserung unserer dienste", "verbesserung der services", "werbung", "edv"],
    ),
    (
        "de",
        &["analyse", "statistik", "geschäftszwecke", "geschäftliche zwecke", "interne zwecke", "verschiedenes", "sonstiges", "forschung"],
    ),
];

/// Particles that may stand before a purpose.
static PARTICLES: &[&str] = &["to ", "for ", "att ", "för att ", "för ", "pour ", "zur ", "für ", "zum "];

/// What a text is where.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Purpose,
    Interest,
    Measure,
    After,
    Name,
    Why,
    Answer,
    Reference,
}

impl Part {
    fn key(self) -> &'static str {
        match self {
            Part::Purpose => "purpose",
            Part::Interest => "interest",
            Part::Measure => "security",
            Part::After => "retention",
            Part::Name => "name",
            Part::Why => "why",
            Part::Answer => "answer",
            Part::Reference => "ref",
        }
    }

    /// How a message names it.
    fn of(self, id: &str) -> String {
        match self {
            Part::Purpose => format!("the purpose of `{id}`"),
            Part::Interest => format!("the interest of `{id}`"),
            Part::Measure if id.is_empty() => "a security measure of the organisation".to_owned(),
            Part::Measure => format!("a security measure of `{id}`"),
            Part::After => format!("what the retention of `{id}` counts from"),
            Part::Name => format!("the name of `{id}`"),
            Part::Why => format!("the reason for the waiver of `{id}`"),
            Part::Answer => format!("the answer to `{id}`"),
            Part::Reference => format!("a reference of `{id}`"),
        }
    }

    /// A text that would do.
    fn example(self) -> &'static str {
        match self {
            Part::Purpose => "<To write once a month about new products to those who asked for it>",
            Part::Interest => "<To keep the site available when it is attacked>",
            Part::Measure => "<Personal logins with a second factor>",
            Part::After => "<the last order>",
            Part::Name => "<Example Ltd>",
            Part::Why => "<The supplier changes the report in the autumn release>",
            Part::Answer => "<Support is given from the Union and sees no content>",
            Part::Reference => "<CONTRACT-7>",
        }
    }
}

/// A text of the project that readers of the record rely on.
struct Said<'a> {
    section: &'static str,
    id: &'a str,
    part: Part,
    texts: Vec<&'a str>,
    span: Span,
    /// The time it belongs to, which is replaced as a whole.
    time: Option<&'a Duration>,
}

impl<'a> Said<'a> {
    fn text(section: &'static str, id: &'a str, part: Part, text: &'a Spanned<Text>) -> Said<'a> {
        let texts = text.plain.iter().chain(text.by_language.iter().map(|it| &it.value)).map(String::as_str).collect();
        Said { section, id, part, texts, span: text.span, time: None }
    }

    /// What would do in its place.
    fn example(&self) -> String {
        match self.time {
            Some(time) => format!("<{}>", Duration { after: Some("the last order".to_owned()), ..time.clone() }),
            None => self.part.example().to_owned(),
        }
    }

    fn reference(section: &'static str, id: &'a str, word: &'a Word) -> Said<'a> {
        let part = Part::Reference;
        Said { section, id, part, texts: vec![word.value.as_str()], span: word.span, time: None }
    }

    /// What is wrong with it.
    fn doubt(&self) -> Option<String> {
        self.texts.iter().find_map(|text| doubt(self.part, text))
    }
}

/// Words in the longest phrase of the lists, with room for a particle.
const MOST_WORDS: usize = 8;

/// What is wrong with a text, for a message; whole texts only.
fn doubt(part: Part, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // No phrase that says nothing is that long.
    if !text.starts_with('<') && text.split_whitespace().nth(MOST_WORDS).is_some() {
        return None;
    }
    let plain = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_end_matches(['.', '!', ':', ';', ',']);
    let among = |lists: &[(&str, &[&str])], text: &str| lists.iter().any(|(_, list)| list.contains(&text));
    let shown = || text.replace('`', "'").replace('\n', " ");
    // That nobody knows a purpose or a measure is a gap of its own.
    let unknown = plain == "unknown" && matches!(part, Part::Purpose | Part::Measure);
    if text.starts_with('<') && text.ends_with('>') {
        Some("is still an example in angle brackets".to_owned())
    } else if !text.chars().any(char::is_alphanumeric) || among(PLACEHOLDERS, plain) && !unknown {
        Some(format!("says only `{}`", shown()))
    } else if part == Part::Reference {
        None
    } else if !text.contains(char::is_whitespace) && ["http://", "https://", "www."].iter().any(|it| plain.starts_with(it)) {
        Some("is only a link".to_owned())
    } else if among(POINTERS, plain) {
        Some(format!("only points elsewhere: `{}`", shown()))
    } else if part == Part::Purpose {
        let bare = PARTICLES.iter().find_map(|it| plain.strip_prefix(it)).unwrap_or(plain);
        (among(VAGUE, plain) || among(VAGUE, bare)).then(|| format!("says only `{}`, which could be anything", shown()))
    } else {
        None
    }
}

/// Section, id and key of a text.
type Place<'a> = (&'a str, &'a str, &'a str);

fn empty_words(model: &Model, out: &mut Findings) {
    let mut all: BTreeMap<Place, Vec<(Said, String)>> = BTreeMap::new();
    for said in texts(model) {
        if let Some(doubt) = said.doubt() {
            all.entry((said.section, said.id, said.part.key())).or_default().push((said, doubt));
        }
    }
    for ((section, id, key), found) in all {
        let Some((first, doubt)) = found.first() else { continue };
        let parts: Vec<&str> = [section, id, key].into_iter().filter(|it| !it.is_empty()).collect();
        let finding = out.report(&PLACEHOLDER_OR_VAGUE, &parts);
        finding.say(format!("{} {doubt}", first.part.of(id))).help(match first.part {
            Part::Purpose => "write out what is done with the data and for whom, as a stranger would have to be told",
            Part::Interest => "write out whose interest it is and in what",
            Part::Measure => "write out what is done; a reference can stand beside it",
            Part::After => "name the event the time counts from",
            Part::Name => "write the legal name, as it stands in the contract",
            Part::Why => "write out why this may stay as it is until then",
            Part::Answer => "write out what was found out or decided; until then the question is open",
            Part::Reference => "write where it is, as somebody else would find it",
        });
        for (said, _) in &found {
            finding.at(said.span, "");
        }
        if let [(only, _)] = found.as_slice() {
            finding.fix(Edit::Replace(only.span), Effort::Write, only.example());
        }
    }
}

/// Every text that the rule reads.
fn texts(model: &Model) -> Vec<Said<'_>> {
    let mut all = Vec::new();
    measures("organisation", "", &model.settings.security, &mut all);
    for activity in &model.activities {
        let (id, decl) = (activity.id.as_str(), &activity.decl);
        all.extend(decl.purpose.iter().map(|it| Said::text("activities", id, Part::Purpose, it)));
        all.extend(decl.interest.iter().map(|it| Said::text("activities", id, Part::Interest, it)));
        let assessed = decl.compatible.iter().filter_map(|it| it.assessment.as_ref());
        let dpia = match decl.dpia.as_ref() {
            Some(Dpia::Word(word)) => Some(word),
            Some(Dpia::Map(map)) => map.reference.as_ref().or(map.none.as_ref()),
            None => None,
        };
        all.extend(decl.lia.iter().chain(assessed).chain(dpia).map(|it| Said::reference("activities", id, it)));
        measures("activities", id, &decl.security, &mut all);
        events("activities", id, decl.retention.as_ref(), &mut all);
    }
    for node in &model.nodes {
        match &node.kind {
            NodeKind::System(decl) => {
                measures("systems", &node.id, &decl.security, &mut all);
                events("systems", &node.id, decl.retention.as_ref(), &mut all);
            }
            NodeKind::Recipient(it) => {
                let part = Part::Name;
                let name = it.decl.name.iter().map(|name| (vec![name.value.as_str()], name.span));
                all.extend(name.map(|(texts, span)| Said { section: "recipients", id: &node.id, part, texts, span, time: None }));
                let agreed = it.decl.contract.iter().filter_map(|it| it.reference.as_ref());
                let assessed = it.transfers.iter().filter_map(|it| it.assessment.as_ref());
                all.extend(agreed.chain(assessed).map(|it| Said::reference("recipients", &node.id, it)));
                measures("recipients", &node.id, &it.decl.security, &mut all);
                events("recipients", &node.id, it.decl.retention.as_ref(), &mut all);
            }
        }
    }
    for gate in &model.gates {
        let proofs = gate.decl.iter().flat_map(|it| it.proof.iter().chain(it.withdrawal.iter()));
        all.extend(proofs.map(|it| Said::reference("gates", &gate.id, it)));
    }
    for answer in &model.answers {
        all.extend(answer.decl.answer.iter().map(|it| Said::text("answers", &answer.finding, Part::Answer, it)));
    }
    for waiver in &model.waivers {
        all.extend(waiver.decl.why.iter().map(|it| Said::text("waivers", &waiver.finding, Part::Why, it)));
    }
    all
}

fn measures<'a>(section: &'static str, id: &'a str, measures: &'a [Short<Measure>], all: &mut Vec<Said<'a>>) {
    all.extend(measures.iter().filter_map(|it| it.measure.as_ref()).map(|it| Said::text(section, id, Part::Measure, it)));
}

/// What times count from: `10y after end of contract`, or a text of its own.
fn events<'a>(section: &'static str, id: &'a str, retention: Option<&'a Retention>, all: &mut Vec<Said<'a>>) {
    let mut counted = |it: &'a Spanned<Duration>| {
        if let Some(after) = it.after.as_ref() {
            all.push(Said { section, id, part: Part::After, texts: vec![after.as_str()], span: it.span, time: Some(&it.value) });
        }
    };
    match retention {
        None => {}
        Some(Retention::Word(time)) => counted(time),
        Some(Retention::Map(entries)) => {
            entries.iter().filter_map(|it| it.value.keep.as_ref()).for_each(&mut counted);
            all.extend(entries.iter().filter_map(|it| it.value.after.as_ref()).map(|it| Said::text(section, id, Part::After, it)));
        }
    }
}

fn stale(case: &Case, id: ActivityId, activity: &Activity, out: &mut Findings) {
    let asked = case.model().settings.review_every.as_ref();
    let (name, decl, today) = (&activity.id, &activity.decl, case.today());
    if decl.status.as_ref().is_some_and(|it| it.value == ActivityStatus::Ended) {
        return;
    }
    let help = format!("review `{name}` against its flows, then set `reviewed:` to that day");
    let Some(reviewed) = decl.reviewed.as_ref() else {
        if let Some(every) = asked {
            out.report(&RECORD_STALE, &[name])
                .say(format!("`{name}` has never been reviewed, and the project reviews every {}", every.value))
                .at(activity.span, "no `reviewed:` here")
                .help(help)
                .fix(Edit::Add(activity.span), Effort::Ask, format!("reviewed: <{today}>"));
        }
        return;
    };
    let every = case.model().settings.reviewed_for();
    let since = |day: Option<Date>| day.filter(|day| reviewed.value < *day && *day <= today);
    let mut changed: Vec<(&Flow, Span, String)> = Vec::new();
    for flow in case.map.of_activity(id).flows.iter().map(|id| case.model().flow(*id)) {
        for (day, what) in [(flow.decl.since.as_ref(), "began"), (flow.decl.stopped.as_ref(), "stopped")] {
            if let (Some(word), Some(day)) = (day, since(day.map(|it| it.value))) {
                changed.push((flow, word.span, format!("`{}` {what} on {day}", flow.id)));
            }
        }
    }
    let mut why: Vec<String> = Vec::new();
    if reviewed.value.later(&every) < today {
        why.push(format!("that is more than {every} ago"));
    }
    let more = changed.len().saturating_sub(FEW);
    why.extend(changed.iter().take(FEW).map(|(_, _, what)| what.clone()));
    why.extend((more > 0).then(|| format!("{more} more")));
    if why.is_empty() {
        return;
    }
    let finding = out.report(&RECORD_STALE, &[name]);
    finding
        .say(format!("`{name}` was last reviewed on {}: {}", reviewed.value, listed(why)))
        .at(reviewed.span, "last review")
        .help(help)
        .fix(Edit::Replace(reviewed.span), Effort::Ask, format!("<{today}>"));
    for (_, span, _) in changed.iter().take(FEW) {
        finding.at(*span, "after the review");
    }
}
