//! The page of `ropa trace`: first whom to name and to tell, then the organisation's own systems.

use std::collections::BTreeSet;

use super::{Asked, Held, Holder, Passing, Trace, Way};
use crate::finding::listed;
use crate::render::page::Page;

/// Everyone who holds what was asked for, for people.
pub fn page(trace: &Trace) -> Page {
    let mut page = Page::default();
    let Trace { word, today, .. } = trace;
    let holds = |it: &&Holder, state: &str| it.holds.iter().any(|held| held.state == state);
    let of = |kind: &'static str| trace.holders.iter().filter(move |it| it.kind == kind && holds(it, "held")).collect::<Vec<_>>();
    let (recipients, systems) = (of("recipient"), of("system"));
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    if recipients.is_empty() && systems.is_empty() {
        page.heading(1, format!("{word}: nobody holds it as personal data on {today}"));
        if trace.items.is_empty() {
            page.text("nothing collects or derives it");
        }
    } else {
        let held = format!("{} and {}", count(systems.len(), "system"), count(recipients.len(), "recipient"));
        page.heading(1, format!("{word}: held on {today} by {held}"));
    }
    if trace.items.len() > 1 || trace.items.first().is_some_and(|it| it != word) {
        page.fact(0, "items", Some(trace.items.join(", ")));
    }
    if !trace.not_personal.is_empty() {
        page.fact(0, "not about a person, and left out", Some(trace.not_personal.join(", ")));
    }
    for other in &trace.undescribed {
        page.item(0, format!("nobody has said what {} is; it may be among that, held by {}", other.item, other.holders.join(", ")));
    }
    if !recipients.is_empty() {
        page.heading(2, "Recipients: to be named on request, Art. 15(1)(c), and told of an erasure or correction, Art. 19");
    }
    for holder in recipients {
        recipient(&mut page, holder);
    }
    if !systems.is_empty() {
        page.heading(2, "Systems of the organisation itself");
    }
    for holder in systems {
        system(&mut page, holder);
    }
    elsewhere(&mut page, trace, "anonymised", "Held only as anonymised: no longer personal data");
    elsewhere(&mut page, trace, "past", "No longer held: purged, or deletion confirmed");
    if !trace.readers.is_empty() {
        page.heading(2, "Staff who may read it: not recipients");
    }
    for reader in &trace.readers {
        let grounds = if reader.grounds.is_empty() { String::new() } else { format!(", for {}", reader.grounds.join(", ")) };
        page.item(0, format!("{} in {}: {}{grounds}", reader.title, reader.system, reader.items.join(", ")));
    }
    page
}

fn recipient(page: &mut Page, it: &Holder) {
    page.item(0, heading(it));
    let missing = |key: &str| format!("missing (add `{key}:` to {}, {}:{})", it.id, it.file, it.line);
    page.fact(1, "legal name", Some(it.name.clone().unwrap_or_else(|| missing("name"))));
    page.fact(1, "contact", Some(it.contact.clone().unwrap_or_else(|| missing("contact"))));
    page.fact(1, "country", Some(it.country.clone().unwrap_or_else(|| missing("country"))));
    let beyond: Vec<&str> = it.countries.iter().map(String::as_str).filter(|code| it.country.as_deref() != Some(code)).collect();
    page.fact(1, "also in, itself or through those who work for it", (!beyond.is_empty()).then(|| beyond.join(", ")));
    page.fact(1, "works for", (!it.works_for.is_empty()).then(|| it.works_for.join(", ")));
    if it.inquiry {
        page.item(1, "an authority under a particular inquiry: no recipient, Art. 4(9)");
    } else if !it.tell {
        page.item(1, "nothing was disclosed to it: it collects this itself");
    }
    held(page, it, "held");
    let earlier: BTreeSet<&Way> = it.holds.iter().filter(|held| held.state == "past").flat_map(|held| &held.ways).collect();
    for one in earlier {
        page.item(1, format!("earlier, and deleted since: {}", way(one)));
    }
    page.fact(1, "erasure", Some(passing(&it.erase)));
    page.fact(1, "objection", Some(passing(&it.suppress)));
    for deletion in &it.deletions {
        page.item(1, asked(deletion));
    }
}

fn system(page: &mut Page, it: &Holder) {
    page.item(0, heading(it));
    let contact = it.contact.as_ref().map_or(String::new(), |contact| format!(", {contact}"));
    page.fact(1, "run by", it.team.as_ref().map(|team| format!("{team}{contact}")));
    held(page, it, "held");
    page.fact(1, "erasure", Some(passing(&it.erase)));
}

fn heading(it: &Holder) -> String {
    let title = if it.title == it.id { String::new() } else { format!(": {}", it.title) };
    let what: Vec<&str> = it.role.into_iter().chain(it.business.as_deref()).collect();
    let what = if what.is_empty() { String::new() } else { format!(" ({})", what.join(", ")) };
    format!("{}{title}{what}", it.id)
}

/// What is held, items that came the same way together.
fn held(page: &mut Page, it: &Holder, state: &str) {
    let same =
        |it: &&Held, other: &&Held| (it.form, &it.route, &it.ways, &it.labels) == (other.form, &other.route, &other.ways, &other.labels);
    let mut all: Vec<&Held> = it.holds.iter().filter(|held| held.state == state).collect();
    all.sort_by(|a, b| (a.form, &a.route, &a.ways, &a.labels, &a.item).cmp(&(b.form, &b.route, &b.ways, &b.labels, &b.item)));
    for items in all.chunk_by(same) {
        let Held { form, route, ways, labels, .. } = items[0];
        let names: Vec<&str> = items.iter().map(|it| it.item.as_str()).collect();
        page.item(1, format!("{form}: {}", names.join(", ")));
        page.fact(2, "is or reveals", (!labels.is_empty()).then(|| labels.join(", ")));
        page.fact(2, "path", Some(route));
        for one in ways {
            page.item(2, way(one));
        }
    }
}

fn way(it: &Way) -> String {
    let mut parts = vec![match it.by.split_once(':') {
        Some(("collects", subject)) => format!("collected from {subject}"),
        Some(("derives", field)) => format!("derived here as {field}"),
        _ => it.by.clone(),
    }];
    parts.extend(it.since.as_ref().map(|day| format!("since {day}")));
    parts.extend(it.stopped.as_ref().map(|day| format!("stopped {day}")));
    parts.extend(it.purged.as_ref().map(|day| format!("purged {day}")));
    let grounds = it.grounds.iter().map(|it| match &it.basis {
        Some(basis) => format!("{} ({basis})", it.activity),
        None => format!("{} (no basis stated)", it.activity),
    });
    match it.grounds.is_empty() {
        // What is derived serves whatever it is used for later; what comes in was collected for something.
        true if it.by.starts_with("derives:") => {}
        true => parts.push("for no named activity".to_owned()),
        false => parts.push(format!("for {}", listed(grounds))),
    }
    parts.join(", ")
}

/// How an erasure or objection gets somewhere.
pub(in crate::render) fn passing(it: &Passing) -> String {
    match (&it.how, &it.none) {
        (Some("api"), _) => "by program".to_owned(),
        (Some("ticket"), _) => "by ticket".to_owned(),
        (Some(_), _) => "by hand".to_owned(),
        (None, Some(why)) => format!("none: {why}"),
        (None, None) if it.through.is_empty() => "nobody has said how".to_owned(),
        (None, None) => format!("through {}", it.through.join(", ")),
    }
}

/// A deletion and how far it is.
pub(in crate::render) fn asked(it: &Asked) -> String {
    let scope = if it.scope.is_empty() { "all".to_owned() } else { it.scope.join(", ") };
    let reference = it.reference.as_ref().map_or(String::new(), |text| format!(", {text}"));
    let asked = it.requested.as_ref().map_or_else(|| "on a day nobody has stated".to_owned(), |day| format!("on {day}"));
    let state = it.confirmed.as_ref().map_or_else(|| "not confirmed".to_owned(), |day| format!("confirmed on {day}"));
    format!("deletion asked for {asked} ({scope}{reference}): {state}")
}

/// Those who have it in another state only.
fn elsewhere(page: &mut Page, trace: &Trace, state: &str, title: &str) {
    let mut begun = false;
    for holder in &trace.holders {
        let held: BTreeSet<&str> = holder.holds.iter().filter(|it| it.state == "held").map(|it| it.item.as_str()).collect();
        let here: Vec<&Held> = holder.holds.iter().filter(|it| it.state == state && !held.contains(it.item.as_str())).collect();
        if here.is_empty() {
            continue;
        }
        if !std::mem::replace(&mut begun, true) {
            page.heading(2, title);
        }
        let mut names: Vec<&str> = here.iter().map(|it| it.item.as_str()).collect();
        names.dedup();
        page.item(0, format!("{}: {}", heading(holder), names.join(", ")));
        let ways: BTreeSet<&Way> = here.iter().flat_map(|it| &it.ways).collect();
        for one in ways {
            page.item(1, way(one));
        }
        for deletion in holder.deletions.iter().filter(|it| state == "past" && it.confirmed.is_some()) {
            page.item(1, asked(deletion));
        }
    }
}
