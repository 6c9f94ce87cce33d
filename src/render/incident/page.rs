//! The page of `ropa incident`, for a terminal or as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use super::{Got, Incident, Party};
use crate::render::page::Page;
use crate::render::trace::{deletion, way_to_erase};
use crate::render::view::figures::grouped;

/// What is known of an incident, for people.
pub fn page(it: &Incident) -> Page {
    let mut page = Page::default();
    let name = it.title.as_ref().or(it.id.as_ref()).map_or(String::new(), |name| format!(": {name}"));
    page.heading(1, format!("Incident{name}, as known on {}", it.today));
    page.text("Facts from the map, and questions it cannot answer. Whether a breach is to be notified is for people to decide.");
    page.fact(0, "found on", it.date.as_ref());
    page.fact(0, "documented in", it.reference.as_ref());
    page.fact(0, "authority told on", it.notified.as_ref());
    clock(&mut page, it);
    page.heading(2, "Flows");
    for flow in &it.flows {
        page.item(0, &flow.id);
        let grounds = flow.activities.iter().map(|it| format!("{} ({})", it.activity, it.basis.as_deref().unwrap_or("no basis stated")));
        let grounds: Vec<String> = grounds.collect();
        page.fact(1, "since", Some(flow.since.as_deref().unwrap_or("nobody has said")));
        page.fact(1, "until", Some(flow.stopped.as_deref().unwrap_or("still open")));
        page.fact(1, "for", Some(if grounds.is_empty() { "no named activity".to_owned() } else { grounds.join(", ") }));
        page.fact(1, "its gates", Some(if flow.gates.is_empty() { "none".to_owned() } else { flow.gates.join(", ") }));
        page.fact(1, "channel", flow.channel.as_ref());
        page.fact(1, "frequency", flow.frequency.as_ref());
        page.fact(1, "declared at", Some(format!("{}:{}", flow.file, flow.line)));
    }
    page.heading(2, "Who got what");
    if it.recipients.is_empty() {
        page.text("No recipient outside the organisation got personal data through these flows.");
    }
    for one in &it.recipients {
        party(&mut page, it, one);
    }
    page.heading(2, "People");
    for group in &it.groups {
        let count = group.count.map_or_else(|| "count missing".to_owned(), |count| format!("about {}", grouped(count, ",")));
        let within = group.within.as_ref().map_or(String::new(), |wider| format!(", counted among {wider}"));
        let child = if group.child { ", children" } else { "" };
        page.item(0, format!("{} ({}{child}): {count}{within}; {}", group.title, group.subject, group.items.join(", ")));
    }
    for letter in &it.report {
        page.heading(2, format!("Art. 33(3)({}): {}", letter.letter, letter.asks));
        for fact in &letter.facts {
            page.item(0, fact);
        }
        for question in &letter.questions {
            page.item(0, format!("open: {question}"));
        }
    }
    page.heading(2, "To be decided");
    for question in &it.questions {
        page.item(0, question);
    }
    page
}

fn clock(page: &mut Page, it: &Incident) {
    let Some(clock) = &it.clock else { return };
    let start = if clock.from_start_of_day { " (only the day is known: counted from its start)" } else { "" };
    page.fact(0, "aware since", Some(format!("{}{start}", clock.aware)));
    let state = match clock.state {
        "past" => format!("before {}", it.today),
        "today" => format!("on {} itself", it.today),
        _ => format!("after {}", it.today),
    };
    page.fact(0, "72 hours end", Some(format!("{}, on the clock of that time; that is {state}", clock.deadline)));
}

fn party(page: &mut Page, it: &Incident, party: &Party) {
    let title = if party.title == party.id { String::new() } else { format!(": {}", party.title) };
    let role = party.role.map_or(String::new(), |role| format!(" ({role})"));
    page.item(0, format!("{}{title}{role}", party.id));
    let missing = |key: &str| format!("missing (add `{key}:` to {}, {}:{})", party.id, party.file, party.line);
    page.fact(1, "legal name", Some(party.name.clone().unwrap_or_else(|| missing("name"))));
    page.fact(1, "country", Some(party.country.clone().unwrap_or_else(|| missing("country"))));
    page.fact(1, "contact", party.contact.as_ref());
    page.fact(1, "works for", (!party.works_for.is_empty()).then(|| party.works_for.join(", ")));
    let mut flows: BTreeMap<(usize, &str), Vec<&Got>> = BTreeMap::new();
    for got in &party.got {
        let asked = it.flows.iter().position(|flow| flow.id == got.flow).unwrap_or(usize::MAX);
        flows.entry((asked, &got.flow)).or_default().push(got);
    }
    for ((_, flow), all) in flows {
        got(page, flow, &all);
    }
    for asked in &party.deletions {
        page.item(1, deletion(asked));
    }
    page.fact(1, "erasure", Some(way_to_erase(&party.erase)));
    let held = if party.still_held.is_empty() { "nothing".to_owned() } else { party.still_held.join(", ") };
    page.fact(1, &format!("still held on {}", it.today), Some(held));
}

/// What came by one flow: items in the same form, behind the same gates, together.
fn got(page: &mut Page, flow: &str, all: &[&Got]) {
    let period = all.first().map(|it| match (&it.since, &it.until) {
        (Some(since), Some(until)) => format!(", {since} to {until}"),
        (Some(since), None) => format!(", since {since}"),
        (None, Some(until)) => format!(", until {until}"),
        (None, None) => String::new(),
    });
    page.item(1, format!("by {flow}{}", period.unwrap_or_default()));
    let mut forms: BTreeMap<(&str, &str, &[String]), Vec<&str>> = BTreeMap::new();
    for it in all {
        forms.entry((it.form, it.sent, &it.gates)).or_default().push(&it.item);
    }
    for ((form, sent, gates), mut items) in forms {
        items.dedup();
        let sent = if form == sent { String::new() } else { format!(" (sent {sent}, and it can look them up)") };
        let gates = if gates.is_empty() { "behind no gate".to_owned() } else { format!("behind {}", gates.join(", ")) };
        page.item(2, format!("{form}{sent}, {gates}: {}", items.join(", ")));
    }
    let mut routes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut ways = BTreeSet::new();
    for it in all {
        routes.entry(&it.route).or_default().insert(&it.item);
        ways.extend(it.sensitive.iter().map(|brought| (&brought.category, &it.item, &brought.route)));
    }
    for (route, items) in routes {
        page.item(2, format!("path {route}: {}", items.into_iter().collect::<Vec<_>>().join(", ")));
    }
    for (category, item, route) in ways {
        page.item(2, format!("{category} in {item} by {route}"));
    }
}
