//! Small random projects that are valid as declarations.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;

use super::category::{CATEGORIES, COUNTRIES, DAYS, GATES, TODAY, TRANSFORMS};
use super::declared::{Collect, Deletion, Derive, Field, Node, Project, Recipient, Said, Selector, Send, What, Word};

/// Positions are drawn from a wide range and taken modulo what there is.
const ANY: std::ops::Range<usize> = 0..60;

/// A project.
pub fn project() -> impl Strategy<Value = Project> {
    let catalog = (any::<[bool; 2]>(), vec(field(), 3..=7), 0..=3usize, 0..=2usize);
    let nodes = (2..=6usize, vec(recipient(), 1..=4));
    let moves = (vec((ANY, collect()), 1..=4), vec((ANY, derive()), 0..=4), vec((ANY, send()), 2..=12));
    let behind = (vec((ANY, ANY, selector(2)), 0..=2), vec((ANY, ANY, selector(2)), 0..=3));
    (catalog, nodes, moves, behind).prop_map(|((subjects, fields, derived, activities), (systems, recipients), moves, behind)| {
        let mut project = Project { subjects: vec![None], fields, activities, ..Project::default() };
        project.subjects.extend(subjects[0].then_some(subjects[1].then_some(0)));
        project.fields.extend((0..derived).map(|_| Field { said: None }));
        project.nodes.extend((0..systems).map(|_| Node::default()));
        project.nodes.extend(recipients.into_iter().map(|it| Node { recipient: Some(it), ..Node::default() }));
        place(&mut project, moves, behind, systems);
        hold_together(&mut project);
        project
    })
}

type Moves = (Vec<(usize, Collect)>, Vec<(usize, Derive)>, Vec<(usize, Send)>);
type Behind = (Vec<(usize, usize, Selector)>, Vec<(usize, usize, Selector)>);

/// Puts everything at a node where its key is still free.
fn place(project: &mut Project, (collects, derives, sends): Moves, (hosted, subprocessors): Behind, systems: usize) {
    let (nodes, fields, subjects) = (project.nodes.len(), project.fields.len(), project.subjects.len());
    for (at, mut collect) in collects {
        // Mostly systems collect.
        let node = if at < 45 { at % systems } else { at % nodes };
        collect.subject %= subjects;
        if !project.nodes[node].collects.iter().any(|it| it.subject == collect.subject) {
            project.nodes[node].collects.push(collect);
        }
    }
    for (at, mut derive) in derives {
        // Names that stand in no dictionary come last.
        derive.field = fields - 1 - derive.field % fields;
        derive.of.iter_mut().for_each(|it| *it %= subjects);
        derive.of.sort();
        derive.of.dedup();
        if !project.nodes[at % nodes].derives.iter().any(|it| it.field == derive.field) {
            project.nodes[at % nodes].derives.push(derive);
        }
    }
    for (at, mut send) in sends {
        let from = at % nodes;
        send.to = (from + 1 + send.to % (nodes - 1)) % nodes;
        send.activities.retain(|it| *it < project.activities);
        if !project.nodes[from].sends.iter().any(|it| (it.to, it.label) == (send.to, send.label)) {
            project.nodes[from].sends.push(send);
        }
    }
    for (at, to, fields) in hosted {
        let to = systems + to % (nodes - systems);
        if !project.nodes[at % systems].hosted.iter().any(|it| it.0 == to) {
            project.nodes[at % systems].hosted.push((to, fields));
        }
    }
    for (at, to, fields) in subprocessors {
        let (from, to) = (systems + at % (nodes - systems), systems + to % (nodes - systems));
        let recipient = project.nodes[from].recipient.as_mut().unwrap();
        if from != to && !recipient.subprocessors.iter().any(|it| it.0 == to) {
            recipient.subprocessors.push((to, fields));
        }
    }
}

/// Makes every word name something that is declared.
fn hold_together(project: &mut Project) {
    let derived: Vec<usize> = project.nodes.iter().flat_map(|it| &it.derives).map(|it| it.field).collect();
    for (at, field) in project.fields.iter_mut().enumerate() {
        if field.said.is_none() && !derived.contains(&at) {
            field.said = Some(Said { is: vec![0], reveals: Vec::new() });
        }
    }
    let (fields, subjects) = (project.fields.len(), project.subjects.len());
    let deleting: Vec<bool> = project.nodes.iter().map(|it| it.recipient.as_ref().is_some_and(|it| !it.deletions.is_empty())).collect();
    let dictionary: Vec<usize> = (0..fields).filter(|it| project.fields[*it].said.is_some()).collect();
    for node in &mut project.nodes {
        for it in &mut node.collects {
            words(&mut it.fields, dictionary.len(), 1);
            for word in &mut it.fields.words {
                (word.subject, word.transforms) = (None, Vec::new());
                if let What::Field(field) = &mut word.what {
                    *field = dictionary[*field];
                }
            }
        }
        for it in &mut node.derives {
            words(&mut it.from, fields, subjects);
            let method = it.method;
            it.from.words.iter_mut().for_each(|word| word.transforms.retain(|it| method || !asks_method(*it)));
            // Whether a derivation leaves a field out by category could depend on itself.
            it.from.words.retain(|word| !word.excludes || !matches!(word.what, What::Category(_)));
        }
        // A deletion before a stop that is still to come.
        node.sends.iter_mut().filter(|it| deleting[it.to]).for_each(|it| it.stopped = it.stopped.filter(|day| *day <= TODAY));
        let hosted = node.hosted.iter_mut().map(|it| &mut it.1);
        hosted.chain(node.sends.iter_mut().map(|it| &mut it.fields)).for_each(|it| words(it, fields, subjects));
        let Some(recipient) = &mut node.recipient else { continue };
        recipient.subprocessors.iter_mut().for_each(|it| words(&mut it.1, fields, subjects));
        let both = !recipient.holds.is_silent() && !recipient.matches.is_silent();
        for selector in [&mut recipient.matches, &mut recipient.holds] {
            selector.unknown = false;
            // Whether the two lists are one is not said, and a list of exclusions is not asked for.
            if both || selector.words.iter().all(|word| word.excludes) {
                selector.words.iter_mut().for_each(|word| word.excludes = false);
            }
        }
        let plain =
            [&mut recipient.matches, &mut recipient.holds].into_iter().chain(recipient.deletions.iter_mut().map(|it| &mut it.scope));
        for selector in plain {
            words(selector, fields, subjects);
            selector.words.iter_mut().for_each(|word| word.transforms.clear());
        }
    }
}

fn asks_method(transform: usize) -> bool {
    matches!(TRANSFORMS[transform], "aggregate" | "anonymise")
}

fn words(selector: &mut Selector, fields: usize, subjects: usize) {
    let several = selector.words.len() > 1;
    for word in &mut selector.words {
        word.subject = word.subject.filter(|it| *it < subjects);
        if let What::Field(field) = &mut word.what {
            *field %= fields;
        }
        // Beside other words: which of two forms is the more exposed may depend on what comes in.
        if let Some(undone) = word.transforms.iter().position(|it| matches!(TRANSFORMS[*it], "decrypt" | "detokenise")).filter(|_| several)
        {
            word.transforms.truncate(undone + 1);
        }
        if word.excludes {
            word.transforms.clear();
            // `-all` would leave nothing.
            if word.what == What::All && word.subject.is_none() {
                word.what = What::Category(0);
            }
        }
    }
}

fn field() -> impl Strategy<Value = Field> {
    let category = || 0..CATEGORIES.len();
    let is = prop_oneof![8 => vec(category(), 1..=1), 2 => vec(category(), 2..=2), 1 => Just(Vec::new())];
    let reveals = prop_oneof![3 => Just(Vec::new()), 2 => vec(category(), 1..=2)];
    (is, reveals).prop_map(|(is, reveals)| Field { said: Some(Said { is: distinct(is), reveals: distinct(reveals) }) })
}

fn distinct(mut all: Vec<usize>) -> Vec<usize> {
    all.sort();
    all.dedup();
    all
}

fn recipient() -> impl Strategy<Value = Recipient> {
    let country = || 0..COUNTRIES.len();
    let place = (weighted(0.5, 0..2usize), weighted(0.8, country()), vec(country(), 0..=1), vec(country(), 0..=1));
    let silent = || Just(Selector::default());
    let matches = (prop_oneof![3 => silent(), 1 => selector(1)], prop_oneof![5 => silent(), 1 => selector(1)]);
    let deletion = (selector(3), weighted(0.8, day())).prop_map(|(scope, confirmed)| Deletion { scope, confirmed });
    (place, matches, vec(deletion, 0..=1)).prop_map(|((vendor, country, processing, access_from), (matches, holds), deletions)| Recipient {
        vendor,
        country,
        processing,
        access_from,
        matches,
        holds,
        subprocessors: Vec::new(),
        deletions,
    })
}

fn collect() -> impl Strategy<Value = Collect> {
    let fields = prop_oneof![1 => Just(Selector { unknown: true, words: Vec::new() }), 9 => vec(word(), 1..=3).prop_map(|words| Selector { unknown: false, words })];
    (ANY, fields, gates()).prop_map(|(subject, fields, gates)| Collect { subject, fields, gates })
}

fn derive() -> impl Strategy<Value = Derive> {
    (0..5usize, selector(0), prop_oneof![3 => Just(Vec::new()), 1 => vec(ANY, 1..=2)], weighted(0.4, 0..TRANSFORMS.len()), any::<bool>())
        .prop_map(|(field, from, of, transform, method)| Derive { field, from, of, transform, method })
}

fn send() -> impl Strategy<Value = Send> {
    let target = (ANY, of(prop_oneof![Just("a"), Just("b")]));
    let life = prop_oneof![3 => Just((None, None)), 2 => (of(day()), of(day()))];
    (target, selector(3), vec(0..2usize, 0..=2), gates(), any::<bool>(), life).prop_map(
        |((to, label), fields, activities, gates, method, (stopped, purged))| {
            let activities = distinct(activities);
            // Only what no longer comes can be purged.
            let purged = purged.filter(|purged| stopped.is_some_and(|stopped| stopped <= *purged));
            Send { to, label, fields, activities, gates, method, stopped, purged }
        },
    )
}

fn day() -> impl Strategy<Value = usize> {
    0..DAYS.len()
}

fn gates() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![2 => Just(Vec::new()), 2 => vec(1..GATES.len(), 1..=2).prop_map(distinct)]
}

/// A list of words; `silence` is how often, in ten, nothing is written.
fn selector(silence: u32) -> impl Strategy<Value = Selector> {
    let written = prop_oneof![
        1 => Just(Selector { unknown: true, words: Vec::new() }),
        12 => vec(word(), 1..=4).prop_map(|words| Selector { unknown: false, words }),
    ];
    prop_oneof![silence.max(1) => Just(Selector::default()), 10 - silence => written]
}

fn word() -> impl Strategy<Value = Word> {
    let what = prop_oneof![4 => ANY.prop_map(What::Field), 3 => (0..CATEGORIES.len()).prop_map(What::Category), 2 => Just(What::All)];
    let transforms = prop_oneof![4 => Just(Vec::new()), 3 => vec(0..TRANSFORMS.len(), 1..=1), 1 => vec(0..TRANSFORMS.len(), 2..=3)];
    (prop::bool::weighted(0.2), weighted(0.3, 0..2usize), what, transforms).prop_map(|(excludes, subject, what, transforms)| Word {
        excludes,
        subject,
        what,
        transforms,
    })
}
