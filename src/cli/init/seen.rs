//! What captures show, as the first texts of a project: who was seen, and nothing that anybody decided.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::from::{Begun, Capture, free};
use crate::evidence::{Party, Strength};
use crate::finding::listed;
use crate::render::observations;
use crate::source::scalar;

/// The section of ropa.yaml that names the captures.
pub fn evidence(begun: &Begun) -> String {
    let mut out = EVIDENCE.to_owned();
    for capture in &begun.captures {
        let _ = writeln!(out, "  {}:", scalar(&capture.id));
        let _ = writeln!(out, "    kind: {}\n    files: {}\n    of: {}", capture.kind.id, scalar(&capture.file), scalar(&capture.system));
        let own: Vec<String> = capture.first_party.iter().map(|it| scalar(it)).collect();
        if !own.is_empty() {
            let others = capture.other_sites();
            let more =
                if others.is_empty() { String::new() } else { format!("   # pages of {} were visited too", listed(quoted(&others))) };
            let _ = writeln!(out, "    first-party: [{}]{more}", own.join(", "));
        } else if capture.is_of_site() {
            out.push_str("    # first-party: […]   # your own domains: until they are named, they count as recipients\n");
        }
    }
    out
}

const EVIDENCE: &str = "# What `ropa check` holds against the map. For people to add, where they know it: `on:`, the day of the capture;
# `consented:`, the gates that were open, or `none`; `persona:`, a file with values of a made-up person to find again.
evidence:
";

/// The first file of the registry. It declares no flow: one that is declared because it was seen would make
/// every check green, and the record would say that somebody meant it.
pub fn registry(begun: &Begun, team: &str) -> String {
    let mut out = START.replace("TEAM", &scalar(team));
    let systems: BTreeMap<&str, BTreeSet<&str>> = begun.captures.iter().fold(BTreeMap::new(), |mut all, it| {
        all.entry(&it.system).or_insert_with(BTreeSet::new).insert(&it.id);
        all
    });
    let seen_in = |captures: &BTreeSet<&str>| format!("seen in {}", listed(captures.iter().map(|it| (*it).to_owned())));
    out.push_str(&aligned(systems.iter().map(|(system, captures)| (format!("  {}: {{}}", scalar(system)), seen_in(captures))).collect()));
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let (known, unknown): (Vec<&Party>, Vec<&Party>) = begun.parties().into_iter().partition(|it| matches!(it, Party::Vendor(_)));
    if !known.is_empty() || !unknown.is_empty() {
        out.push_str(RECIPIENTS);
    }
    for (parties, head) in [(known, KNOWN), (unknown, UNKNOWN)].into_iter().filter(|(parties, _)| !parties.is_empty()) {
        let row = |party: &Party| {
            let id = free(party.plain_id(), |id| ids.contains(id) || systems.contains_key(id));
            let row = (format!("  {}: {}", scalar(&id), facts(party)), shown(begun, party));
            ids.insert(id);
            row
        };
        out.push_str(head);
        out.push_str(&aligned(parties.into_iter().map(row).collect()));
    }
    out + FLOW
}

const START: &str = "# Begun from captures: who was seen receiving data, and nothing that anybody has decided. No flow is declared, so
# `ropa check` reports each one, until somebody writes down what goes there and what for, or stops it.
team: TEAM

systems:                                  # what sends; another name for one is changed under `of:` in ropa.yaml too
";

const RECIPIENTS: &str = "
recipients:                               # who was seen, how sure that is, and by which capture
";

const KNOWN: &str = "  # Vendors of the catalogue, which lends what is known of them: their names, functions, where they are. For people
  # to say: `role:` (processor, joint-controller or controller), `contract:`, `transfer:` out of the EEA, `retention:`.
";

const UNKNOWN: &str =
    "  # Nobody of the catalogue. For people to say: `name:`, the legal one, `country:`, `role:`, `contract:`; or `vendor:`,
  # where it is one of the catalogue after all. What is the organisation's own goes under `first-party:` in ropa.yaml.
";

const FLOW: &str = "
# What is meant to be is declared in this form; `ropa check` has the fields and functions that were seen.
#
# subjects: { customer: Customer }        # groups of people
# fields: { email: contact.email }        # the data dictionary: name -> category
# activities:                             # one record of Art. 30(1) each
#   mailings: { purpose: To offer what customers may like, basis: consent, retention: 12m }
# systems:                                # under `systems:` above
#   SYSTEM:
#     collects: { customer: { fields: [email], for: mailings } }
#     sends: { RECIPIENT: { fields: [email], for: mailings } }
";

/// What the captures know of somebody.
fn facts(party: &Party) -> String {
    match (party, party.domain()) {
        (Party::Vendor(vendor), _) => format!("{{ vendor: {} }}", scalar(vendor)),
        (_, Some(domain)) => format!("{{ hosts: [{}] }}", scalar(domain)),
        _ => "{}".to_owned(),
    }
}

/// Lines of YAML, with what is said beside each below each other.
fn aligned(rows: Vec<(String, String)>) -> String {
    let width = rows.iter().map(|(yaml, _)| yaml.chars().count()).max().unwrap_or(0).clamp(41, 60);
    rows.iter().map(|(yaml, beside)| format!("{yaml:<width$} # {beside}\n")).collect()
}

/// Which captures show somebody, those that are surest first.
fn shown(begun: &Begun, party: &Party) -> String {
    let mut by_strength: BTreeMap<Reverse<Strength>, Vec<String>> = BTreeMap::new();
    for capture in &begun.captures {
        let strongest = capture.notes.seen.keys().filter(|it| it.recipient == *party).map(|it| it.strength).max();
        strongest.into_iter().for_each(|it| by_strength.entry(Reverse(it)).or_default().push(capture.id.clone()));
    }
    by_strength.into_iter().map(|(Reverse(strength), ids)| format!("{} by {}", strength.word(), listed(ids))).collect::<Vec<_>>().join(", ")
}

/// What is printed: who was seen, what that rests on, how to go on.
pub fn said(begun: &Begun) -> String {
    let mut out = observations::summary(&begun.notes(), &begun.given.map.model.law);
    out.push('\n');
    let unsaid: Vec<&str> =
        begun.captures.iter().filter(|it| it.is_of_site() && it.first_party.is_empty()).map(|it| it.file.as_str()).collect();
    let own: BTreeSet<&str> = begun.captures.iter().flat_map(|it| &it.first_party).map(String::as_str).collect();
    if !own.is_empty() {
        let own: Vec<&str> = own.into_iter().collect();
        let _ = writeln!(out, "Own domains: {}. If that is wrong or not all, change `first-party:` in ropa.yaml.", listed(quoted(&own)));
    }
    if !unsaid.is_empty() {
        let files = listed(quoted(&unsaid));
        let _ = writeln!(
            out,
            "Own domains are not known for {files}: name them under `first-party:` in ropa.yaml, and they no longer count as recipients."
        );
    }
    out.push_str(NEXT);
    for capture in begun.captures.iter().filter(|it| it.kind.raw) {
        let _ = writeln!(
            out,
            "next: `{}` holds what was sent, and does not belong into git; this keeps what was seen, without a value:\n        {}\n      then name that file in ropa.yaml instead, with `kind: observations`",
            capture.file,
            command(capture)
        );
    }
    out.truncate(out.trim_end().len());
    out
}

const NEXT: &str = "
next: `ropa check` reports each of these, with the lines that declare it: declare what is meant to be, and stop the rest
next: `ropa accept --unreviewed` counts what is open as debt in ropa.lock, so that from then on a check fails on what is new
";

/// What writes the observations of a recording.
fn command(capture: &Capture) -> String {
    let own: String = capture.first_party.iter().map(|it| format!(" --first-party {}", quote(it))).collect();
    let folder = capture.file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let to = format!("{folder}{}-seen.json", capture.id);
    format!("ropa observe {} {} --of {}{own} --write {}", capture.kind.id, quote(&capture.file), quote(&capture.system), quote(&to))
}

/// A word as a shell reads it.
fn quote(word: &str) -> String {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./@:+".contains(&byte));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn quoted(words: &[&str]) -> Vec<String> {
    words.iter().map(|it| format!("`{it}`")).collect()
}

impl Capture {
    /// Whether it is of a site, whose own domains tell what leaves.
    fn is_of_site(&self) -> bool {
        self.kind.system == "website" && self.kind.id != "observations"
    }
}
