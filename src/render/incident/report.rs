//! What Art. 33(3) asks for, each letter with what the map knows and what people must say.

use super::{Asking, Incident, Letter};
use crate::finding::listed;
use crate::flow::Map;
use crate::model::Model;
use crate::render::view::figures::grouped;

/// Letters (a) to (d).
pub(super) fn letters(model: &Model, it: &Incident) -> Vec<Letter> {
    vec![nature(it), contact(model), consequences(it), measures(it)]
}

fn nature(it: &Incident) -> Letter {
    let mut facts = Vec::new();
    let mut questions = vec!["What happened, and how did it come to light?".to_owned()];
    for flow in &it.flows {
        let since = flow.since.as_ref().map_or_else(|| "since a day nobody has stated".to_owned(), |day| format!("since {day}"));
        let until = flow.stopped.as_ref().map_or_else(|| format!("still open on {}", it.today), |day| format!("stopped {day}"));
        facts.push(format!("{}: {since}, {until}", flow.id));
        if flow.since.is_none() {
            questions.push(format!("Since when did {} carry data? (`since:` at {}:{})", flow.id, flow.file, flow.line));
        }
    }
    for group in &it.groups {
        let within = group.within.as_ref().map_or(String::new(), |wider| format!(", counted among {wider}"));
        match group.count {
            Some(count) => facts.push(format!("about {} of {} ({}){within}", grouped(count, ","), group.title, group.subject)),
            None => questions.push(format!("About how many people are {} ({})? (`count:` at {})", group.title, group.subject, group.place)),
        }
    }
    if let Some(most) = it.people_at_most.filter(|_| it.groups.len() > 1) {
        facts.push(format!("at most {} people, since groups may overlap", grouped(most, ",")));
    }
    let items: std::collections::BTreeSet<&str> = it.groups.iter().flat_map(|group| &group.items).map(String::as_str).collect();
    facts.push(format!("{} of data: {}", plural(items.len(), "item"), items.into_iter().collect::<Vec<_>>().join(", ")));
    if !it.groups.is_empty() {
        questions.push("Do these counts fit the time of the incident? They are those declared now.".to_owned());
    }
    questions.push("About how many records are concerned?".to_owned());
    let unknown = it.recipients.iter().flat_map(|party| &party.got).filter(|got| got.unknown).map(|got| got.item.as_str());
    let unknown: std::collections::BTreeSet<&str> = unknown.collect();
    if !unknown.is_empty() {
        questions.push(format!("What is in {}? Nobody has said what it is.", unknown.into_iter().collect::<Vec<_>>().join(", ")));
    }
    let later: std::collections::BTreeSet<&str> =
        it.recipients.iter().flat_map(|party| &party.got).flat_map(|got| &got.begun_after).map(String::as_str).collect();
    if !later.is_empty() {
        let later = later.into_iter().collect::<Vec<_>>().join(", ");
        questions.push(format!(
            "Some paths lead through {later}, which began only after the stop: did these items get there another way before?"
        ));
    }
    Letter {
        letter: 'a',
        asks: "the nature of the breach, with the categories and approximate numbers of data subjects and of records concerned",
        facts,
        questions,
    }
}

fn contact(model: &Model) -> Letter {
    let (mut facts, mut questions) = (Vec::new(), Vec::new());
    let organisation = model.settings.organisation.as_ref();
    let dpo = organisation.and_then(|it| it.dpo.as_ref());
    let words = dpo.iter().flat_map(|it| [it.name.as_ref(), it.email.as_ref(), it.contact.as_ref()]).flatten();
    let said: Vec<&str> = words.map(|word| word.value.as_str()).collect();
    if !said.is_empty() {
        facts.push(format!("data protection officer: {}", said.join(", ")));
    }
    if let Some(contact) = organisation.and_then(|it| it.contact.as_ref()) {
        facts.push(format!("organisation: {}", contact.value));
    }
    if facts.is_empty() {
        questions.push("Who can tell more, and how are they reached? (`dpo:` or `contact:` under `organisation:` in ropa.yaml)".to_owned());
    }
    Letter { letter: 'b', asks: "the name and contact of the data protection officer or of another who can tell more", facts, questions }
}

fn consequences(it: &Incident) -> Letter {
    let mut facts: Vec<String> = it
        .sensitive
        .iter()
        .map(|row| format!("{} ({}): {}, with {}", row.category, row.law, row.items.join(", "), row.recipients.join(", ")))
        .collect();
    for (what, is) in [("children", true), ("people who need special care", false)] {
        let groups = it.groups.iter().filter(|group| if is { group.child } else { group.vulnerable && !group.child });
        let names: Vec<String> = groups.map(|group| group.title.clone()).collect();
        if !names.is_empty() {
            facts.push(format!("{what} are among them: {}", listed(names)));
        }
    }
    let looked_up = it.recipients.iter().filter(|party| party.got.iter().any(|got| got.sent != got.form)).map(|party| party.id.clone());
    let looked_up: Vec<String> = looked_up.collect();
    if !looked_up.is_empty() {
        facts.push(format!("what went out pseudonymised can be looked up by {}", listed(looked_up)));
    }
    let questions = vec!["What can follow from it for the people concerned, and how likely is that?".to_owned()];
    Letter { letter: 'c', asks: "the likely consequences", facts, questions }
}

fn measures(it: &Incident) -> Letter {
    let mut facts = Vec::new();
    let mut questions = Vec::new();
    let open: Vec<String> = it.flows.iter().filter(|flow| flow.open).map(|flow| flow.id.clone()).collect();
    let stopped = it.flows.len() - open.len();
    if stopped > 0 {
        facts.push(format!("{} stopped by {}", plural(stopped, "flow"), it.today));
    }
    if !open.is_empty() {
        questions.push(format!("{} not declared stopped: what is done about it?", listed(open.into_iter().map(|id| format!("{id} is")))));
    }
    for party in &it.recipients {
        for deletion in &party.deletions {
            facts.push(format!("{}: {}", party.id, crate::render::trace::deletion(deletion)));
        }
        match (party.still_held.is_empty(), party.deletions.is_empty()) {
            (true, _) => facts.push(format!("{} holds none of it any more", party.id)),
            (false, true) => questions.push(format!(
                "{} still holds {}, and no deletion is on record: was it asked for?",
                party.id,
                plural(party.still_held.len(), "item")
            )),
            (false, false) => facts.push(format!("{} still holds {} on {}", party.id, plural(party.still_held.len(), "item"), it.today)),
        }
    }
    questions.push("What else was done or is proposed, also to mitigate what can follow for people?".to_owned());
    Letter { letter: 'd', asks: "the measures taken or proposed", facts, questions }
}

/// What the law asks beyond the letters.
pub(super) fn questions(map: &Map, asking: &Asking, it: &Incident) -> Vec<String> {
    let model = &map.model;
    let mut all = vec![
        "Is it a personal data breach in the sense of Art. 4(12), and is a risk to the rights and freedoms of people unlikely (Art. 33(1))?".to_owned(),
        "Is a high risk to people likely, so that they are to be told without undue delay (Art. 34)?".to_owned(),
    ];
    match &it.clock {
        None => all.push(
            "When did the organisation become aware of it? The 72 hours of Art. 33(1) begin then (`--aware`, or `aware:` of the incident)"
                .to_owned(),
        ),
        Some(clock) if clock.state == "past" && it.notified.is_none() => {
            all.push("The 72 hours have passed and no notification is on record: if one is due, what are the reasons for the delay (Art. 33(1))?".to_owned());
        }
        Some(clock) => {
            if it.notified.as_ref().is_some_and(|day| day.as_str() > &clock.deadline[..10]) {
                all.push("The authority was told after the 72 hours: are the reasons for the delay given (Art. 33(1))?".to_owned());
            }
        }
    }
    let flows = asking.flows.iter().map(|id| model.flow(*id));
    let activities: std::collections::BTreeSet<_> = flows.flat_map(|flow| flow.activities.iter().copied()).collect();
    let for_others = activities.iter().map(|id| model.activity(*id)).filter(|it| it.is_processor());
    let controllers: std::collections::BTreeSet<String> =
        for_others.flat_map(|it| it.decl.on_behalf_of.iter()).map(|word| word.value.clone()).collect();
    if !controllers.is_empty() {
        all.push(format!("Have {} been told without undue delay (Art. 33(2))?", listed(controllers)));
    }
    if it.id.is_none() {
        all.push("Where is it documented (Art. 33(5))? An entry under `incidents:` keeps it with the register".to_owned());
    } else if it.reference.is_none() {
        all.push("Where is it documented (Art. 33(5))? Add `ref:` to the incident".to_owned());
    }
    all
}

fn plural(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
