//! Generated projects as the text a team would write, in one file or spread over several.

use super::category::{CATEGORIES, COUNTRIES, DAYS, GATES, OWN_CATEGORIES, TRANSFORMS};
use super::declared::{Collect, Derive, Project, Selector, Send, Stated, What, Word};
use super::dress::{BASES, FORMS, KINDS, NAMES, Place, ROLES, Serves, Unless};

/// `ropa.yaml`.
pub static SETTINGS: &str = "version: 1\norganisation: { name: Org, country: SE }\n";

/// One entry of a section.
struct Entry {
    section: &'static str,
    id: String,
    text: String,
}

/// Everything in one file.
pub fn one_file(project: &Project) -> String {
    file(project, &entries(project, true).iter().collect::<Vec<_>>())
}

/// The same in several files, systems in parts, each file in another order.
pub fn spread(project: &Project, count: usize) -> Vec<(String, String)> {
    let entries = entries(project, false);
    let mut files: Vec<Vec<&Entry>> = vec![Vec::new(); count];
    for (at, entry) in entries.iter().enumerate() {
        // An id stands once in a file.
        let free = |file: &Vec<&Entry>| !file.iter().any(|it| (it.section, &it.id) == (entry.section, &entry.id));
        let position = (0..count).map(|step| (at * 7 + step) % count).find(|it| free(&files[*it]));
        match position {
            Some(position) => files[position].insert(0, entry),
            None => files.push(vec![entry]),
        }
    }
    files
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.is_empty())
        .map(|(at, entries)| (format!("registry/{at}.yaml"), file(project, entries)))
        .collect()
}

fn file(project: &Project, entries: &[&Entry]) -> String {
    // The default is the file's own: here all files have the same.
    let default = Some(project.default_for.clone()).filter(|it| !it.is_empty());
    let mut out = activities(&default).map(|it| format!("{it}\n")).unwrap_or_default();
    let mut sections: Vec<&str> = Vec::new();
    for entry in entries {
        if !sections.contains(&entry.section) {
            sections.push(entry.section);
        }
    }
    for section in sections {
        out += &format!("{section}:\n");
        for entry in entries.iter().filter(|entry| entry.section == section) {
            out += &format!("  {}: {}\n", entry.id, entry.text);
        }
    }
    out
}

fn entries(project: &Project, whole: bool) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut add = |section, id: String, text: String| out.push(Entry { section, id, text });
    for (id, text) in OWN_CATEGORIES {
        add("categories", (*id).to_owned(), (*text).to_owned());
    }
    for (at, field) in project.fields.iter().enumerate() {
        let Some(said) = &field.said else { continue };
        let names = |ids: &[usize]| ids.iter().map(|it| CATEGORIES[*it].id).collect::<Vec<_>>().join(", ");
        let is = if said.is.is_empty() { "unknown".to_owned() } else { names(&said.is) };
        add("fields", project.field_id(at), format!("{{ is: [{is}], reveals: [{}] }}", names(&said.reveals)));
    }
    for (at, wider) in project.subjects.iter().enumerate() {
        let is = wider.map(|it| format!(", is: {}", project.subject_id(it))).unwrap_or_default();
        add("subjects", project.subject_id(at).to_owned(), format!("{{ title: T{is} }}"));
    }
    for at in 0..project.activities {
        add("activities", format!("a{at}"), activity(project, at));
    }
    for gate in &GATES[1..] {
        add("gates", (*gate).to_owned(), "{ title: T }".to_owned());
    }
    for vendor in 0..2 {
        add(
            "vendors",
            format!("v{vendor}"),
            if vendor == 0 { "{ name: V, country: SE }" } else { "{ name: V, matches: [contact] }" }.to_owned(),
        );
    }
    for (at, node) in project.nodes.iter().enumerate() {
        let id = project.node_id(at);
        let parts = parts(project, at, whole || node.recipient.is_some());
        let head = || [vec!["title: T".to_owned()], worn(project, at)].concat().join(", ");
        if node.recipient.is_some() {
            add("recipients", id, format!("{{ {} }}", parts.join(", ")));
        } else if whole {
            add("systems", id, format!("{{ {}, {} }}", head(), parts.join(", ")).replace(",  }", " }"));
        } else {
            add("systems", id.clone(), format!("{{ {} }}", head()));
            for part in parts {
                add("systems", id.clone(), format!("{{ extends: true, {part} }}"));
            }
        }
    }
    // What policies name must exist somewhere; nothing flows here.
    if !project.dress.policies.is_empty() {
        for (at, name) in NAMES.iter().enumerate() {
            add("systems", format!("idle{at}"), format!("{{ zone: {name}, tags: [{name}] }}"));
        }
    }
    out
}

fn parts(project: &Project, at: usize, whole: bool) -> Vec<String> {
    let node = &project.nodes[at];
    let mut parts = Vec::new();
    let map = |key: &str, entries: Vec<String>| (!entries.is_empty()).then(|| format!("{key}: {{ {} }}", entries.join(", ")));
    if let Some(it) = &node.recipient {
        let country = |it: &usize| COUNTRIES[*it].0;
        let list = |all: &[usize]| format!("[{}]", all.iter().map(country).collect::<Vec<_>>().join(", "));
        parts.push("title: T".to_owned());
        parts.extend(worn(project, at));
        parts.extend(it.vendor.map(|vendor| format!("vendor: v{vendor}")));
        parts.extend(it.country.map(|it| format!("country: {}", country(&it))));
        parts.extend((!it.processing.is_empty()).then(|| format!("processing: {}", list(&it.processing))));
        parts.extend((!it.access_from.is_empty()).then(|| format!("access-from: {}", list(&it.access_from))));
        parts.extend(selector(project, &it.matches).map(|it| format!("matches: {it}")));
        parts.extend(selector(project, &it.holds).map(|it| format!("holds: {it}")));
        let features = it.features.iter().map(|(label, matches)| match selector(project, matches) {
            None => format!("{label}: on"),
            Some(matches) => format!("{label}: {{ state: on, matches: {matches} }}"),
        });
        parts.extend(map("features", features.collect()));
        parts.extend((!it.subprocessors.is_empty()).then(|| format!("subprocessors: {}", narrowed(project, &it.subprocessors))));
        let deletions = it.deletions.iter().map(|deletion| {
            let scope = selector(project, &deletion.scope).map(|it| format!(", scope: {it}")).unwrap_or_default();
            let confirmed = deletion.confirmed.map(|it| format!(", confirmed: {}", DAYS[it])).unwrap_or_default();
            format!("{{ requested: 2025-01-05{scope}{confirmed} }}")
        });
        let deletions: Vec<_> = deletions.collect();
        parts.extend((!deletions.is_empty()).then(|| format!("deletions: [{}]", deletions.join(", "))));
    }
    parts.extend((!node.hosted.is_empty()).then(|| format!("hosted: {}", narrowed(project, &node.hosted))));
    parts.extend(map("collects", node.collects.iter().map(|it| collect(project, it)).collect()));
    parts.extend(map("derives", node.derives.iter().map(|it| derive(project, it)).collect()));
    let taken = |it: &Selector| selector(project, it).unwrap_or_else(|| "all".to_owned());
    parts.extend(map("uses", node.uses.iter().map(|(activity, it)| format!("a{activity}: {}", taken(it))).collect()));
    parts.extend(map("access", node.access.iter().enumerate().map(|(role, it)| format!("role{role}: {}", taken(it))).collect()));
    // Each flow may stand in a file of its own.
    let sends: Vec<String> = node.sends.iter().map(|it| send(project, at, it)).collect();
    if whole {
        parts.extend(map("sends", sends));
    } else {
        parts.extend(sends.into_iter().filter_map(|it| map("sends", vec![it])));
    }
    parts
}

/// What its dress says of a system or recipient.
fn worn(project: &Project, at: usize) -> Vec<String> {
    let Some(it) = project.dress.node(at) else { return Vec::new() };
    let mut parts: Vec<String> = it.zone.map(|it| format!("zone: {}", NAMES[it])).into_iter().collect();
    parts.extend((!it.tags.is_empty()).then(|| format!("tags: {}", list(&it.tags, |it| NAMES[it]))));
    if project.nodes[at].recipient.is_some() {
        parts.extend(it.kind.map(|it| format!("kind: {}", KINDS[it])));
        parts.extend(it.role.map(|it| format!("role: {}", ROLES[it])));
        parts.extend(it.contract.as_ref().map(|data| {
            let data = selector(project, data).map(|it| format!(", data: {it}")).unwrap_or_default();
            format!("contract: {{ type: dpa, ref: X, signed: 2024-01-10{data} }}")
        }));
        parts.extend(it.transfer.then(|| "transfer: { mechanism: scc, since: 2024-01-10 }".to_owned()));
    }
    parts
}

fn activity(project: &Project, at: usize) -> String {
    let Some(it) = project.dress.activity(at) else { return "{ title: T }".to_owned() };
    let basis = it.basis.map(|it| format!(", basis: {}", BASES[it])).unwrap_or_default();
    let special = if it.special { ", special: { special: { condition: e } }" } else { "" };
    let tag = it.tag.map(|it| format!(", tags: [{}]", NAMES[it])).unwrap_or_default();
    format!("{{ title: T, purpose: To do what it says{basis}{special}{tag} }}")
}

/// `ropa.yaml` with the policies of its dress.
pub fn settings(project: &Project) -> String {
    let mut out = SETTINGS.to_owned();
    for (at, it) in project.dress.policies.iter().enumerate() {
        let mut parts = vec![format!("deny: {}", selector(project, &it.deny).unwrap_or_else(|| "all".to_owned()))];
        parts.extend(forms(&it.forms));
        parts.extend(serves(&it.serves));
        let to = places(project, &it.to);
        parts.extend(it.to.external.then(|| "to: external".to_owned()));
        parts.extend((!to.is_empty()).then(|| format!("to: {{ {} }}", to.join(", "))));
        parts.extend(it.unless.as_ref().map(|it| {
            let mut parts = places(project, &it.to);
            parts.extend((!it.gates.is_empty()).then(|| format!("gate: {}", list(&it.gates, |it| GATES[it]))));
            parts.extend(forms(&it.forms));
            parts.extend((!it.bases.is_empty()).then(|| format!("basis: {}", list(&it.bases, |it| BASES[it]))));
            parts.extend(serves(&it.serves));
            format!("unless: {{ {} }}", parts.join(", "))
        }));
        out += &format!("{}  p{at}: {{ {} }}\n", if at == 0 { "policies:\n" } else { "" }, parts.join(", "));
    }
    out
}

fn list<T: AsRef<str>>(all: &[usize], name: impl Fn(usize) -> T) -> String {
    let mut names: Vec<String> = all.iter().map(|it| name(*it).as_ref().to_owned()).collect();
    names.sort();
    names.dedup();
    format!("[{}]", names.join(", "))
}

fn forms(all: &[usize]) -> Option<String> {
    (!all.is_empty()).then(|| format!("form: {}", list(all, |it| FORMS[it].word())))
}

fn serves(all: &[Serves]) -> Option<String> {
    let name = |it: usize| match all[it] {
        Serves::Activity(at) => format!("a{at}"),
        Serves::Tag(at) => NAMES[at].to_owned(),
    };
    (!all.is_empty()).then(|| format!("for: {}", list(&(0..all.len()).collect::<Vec<_>>(), name)))
}

/// Whether an exception has a key: an empty one is none.
pub fn unless_says(it: &Unless) -> bool {
    !(it.gates.is_empty() && it.forms.is_empty() && it.bases.is_empty() && it.serves.is_empty() && it.to.is_silent())
}

/// The word of a policy for a country; `outside-eea` stands for the one nobody knows.
pub fn country_word(country: usize) -> &'static str {
    if COUNTRIES[country].0 == "unknown" { "outside-eea" } else { COUNTRIES[country].0 }
}

fn places(project: &Project, it: &Place) -> Vec<String> {
    let (systems, recipients): (Vec<usize>, Vec<usize>) = it.nodes.iter().partition(|it| project.nodes[**it].recipient.is_none());
    let id = |it| project.node_id(it);
    let parts = [
        ("role", list(&it.roles, |it| ROLES[it])),
        ("kind", list(&it.kinds, |it| KINDS[it])),
        ("country", list(&it.countries, country_word)),
        ("recipient", list(&recipients, id)),
        ("system", list(&systems, id)),
        ("zone", list(&it.zones, |it| NAMES[it])),
        ("tag", list(&it.tags, |it| NAMES[it])),
    ];
    parts.into_iter().filter(|it| it.1 != "[]").map(|(key, all)| format!("{key}: {all}")).collect()
}

fn narrowed(project: &Project, all: &[(usize, Selector)]) -> String {
    let entry = |(id, fields): &(usize, Selector)| match selector(project, fields) {
        None => project.node_id(*id),
        Some(fields) => format!("{{ id: {}, fields: {fields} }}", project.node_id(*id)),
    };
    format!("[{}]", all.iter().map(entry).collect::<Vec<_>>().join(", "))
}

fn collect(project: &Project, it: &Collect) -> String {
    let fields = selector(project, &it.fields).unwrap_or_else(|| "all".to_owned());
    let parts: Vec<_> = [Some(format!("fields: {fields}")), activities(&it.activities), gates(&it.gates)].into_iter().flatten().collect();
    format!("{}: {{ {} }}", project.subject_id(it.subject), parts.join(", "))
}

fn derive(project: &Project, it: &Derive) -> String {
    let from = selector(project, &it.from).unwrap_or_else(|| "all".to_owned());
    let of: Vec<_> = it.of.iter().map(|it| project.subject_id(*it)).collect();
    let of = if of.is_empty() { String::new() } else { format!(", of: [{}]", of.join(", ")) };
    let form = it.transform.map(|it| format!(", as: {}", TRANSFORMS[it])).unwrap_or_default();
    format!("{}: {{ from: {from}{of}{form}{} }}", project.field_id(it.field), method(it.method))
}

fn send(project: &Project, from: usize, it: &Send) -> String {
    let mut parts = Vec::new();
    parts.extend(selector(project, &it.fields).map(|it| format!("fields: {it}")));
    parts.extend(activities(&it.activities));
    parts.extend(gates(&it.gates));
    parts.extend(project.dress.basis(from, it.to).map(|it| format!("basis: {}", BASES[it])));
    parts.extend(it.stopped.map(|it| format!("stopped: {}", DAYS[it])));
    parts.extend(it.purged.map(|it| format!("purged: {}", DAYS[it])));
    let text = format!("{{ {}{} }}", parts.join(", "), method(it.method));
    format!("{}: {}", target(project, it), text.replace("{ , ", "{ ").replace("{  }", "{}"))
}

/// A key of `sends`, and the second half of the id of a flow.
pub fn target(project: &Project, it: &Send) -> String {
    match it.label {
        Some(label) => format!("{}#{label}", project.node_id(it.to)),
        None => project.node_id(it.to),
    }
}

fn activities(stated: &Stated) -> Option<String> {
    stated.as_ref().map(|all| named("for", all.iter().map(|it| format!("a{it}")).collect()))
}

fn gates(stated: &Stated) -> Option<String> {
    stated.as_ref().map(|all| named("gate", all.iter().map(|it| GATES[*it].to_owned()).collect()))
}

fn named(key: &str, names: Vec<String>) -> String {
    if names.is_empty() { format!("{key}: none") } else { format!("{key}: [{}]", names.join(", ")) }
}

fn method(stated: bool) -> &'static str {
    if stated { ", method: counted" } else { "" }
}

/// A selector as written; `None` where nothing is.
pub fn selector(project: &Project, it: &Selector) -> Option<String> {
    if it.unknown {
        return Some("unknown".to_owned());
    }
    let words: Vec<_> = it.words.iter().map(|it| word(project, it)).collect();
    (!words.is_empty()).then(|| format!("[{}]", words.join(", ")))
}

fn word(project: &Project, it: &Word) -> String {
    let what = match it.what {
        What::All => None,
        What::Category(category) => Some(CATEGORIES[category].id.to_owned()),
        What::Field(field) => Some(project.field_id(field)),
    };
    let parts: Vec<_> = it.subject.map(|it| project.subject_id(it).to_owned()).into_iter().chain(what).collect();
    let name = if parts.is_empty() { "all".to_owned() } else { parts.join(".") };
    let transforms: String = it.transforms.iter().map(|it| format!("|{}", TRANSFORMS[*it])).collect();
    format!("{}{name}{transforms}", if it.excludes { "-" } else { "" })
}
