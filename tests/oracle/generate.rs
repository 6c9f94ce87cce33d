//! Small random projects that are valid as declarations.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;

use super::category::{CATEGORIES, COUNTRIES, DAYS, GATES, TODAY, TRANSFORMS};
use super::declared::{Collect, Deletion, Derive, Field, Node, Project, Recipient, Said, Selector, Send, Stated, What, Word};

/// Positions are drawn from a wide range and taken modulo what there is.
pub const ANY: std::ops::Range<usize> = 0..60;

/// Labels of flows, which are names of features too.
const LABELS: [&str; 2] = ["a", "b"];

/// A project.
pub fn project() -> impl Strategy<Value = Project> {
    let catalog = (any::<[bool; 2]>(), vec(field(), 3..=7), 0..=3usize, 0..=2usize, vec(0..2usize, 0..=2));
    let nodes = (2..=6usize, vec(recipient(), 1..=4));
    let moves = (vec((ANY, collect()), 1..=4), vec((ANY, derive()), 0..=4), vec((ANY, send()), 2..=12));
    let behind = (vec((ANY, ANY, selector(2)), 0..=2), vec((ANY, ANY, selector(2)), 0..=3));
    let within = (vec((ANY, ANY, selector(2)), 0..=2), vec((ANY, selector(2)), 0..=2));
    (catalog, nodes, moves, behind, within).prop_map(
        |((subjects, fields, derived, activities, default_for), (systems, recipients), moves, behind, within)| {
            let default_for = distinct(default_for.into_iter().filter(|it| *it < activities).collect());
            let mut project = Project { subjects: vec![None], fields, activities, default_for, ..Project::default() };
            project.subjects.extend(subjects[0].then_some(subjects[1].then_some(0)));
            project.fields.extend((0..derived).map(|_| Field { said: None }));
            project.nodes.extend((0..systems).map(|_| Node::default()));
            project.nodes.extend(recipients.into_iter().map(|it| Node { recipient: Some(it), ..Node::default() }));
            place(&mut project, moves, behind, systems);
            inside(&mut project, within, systems);
            hold_together(&mut project);
            project
        },
    )
}

type Moves = (Vec<(usize, Collect)>, Vec<(usize, Derive)>, Vec<(usize, Send)>);
type Behind = (Vec<(usize, usize, Selector)>, Vec<(usize, usize, Selector)>);
type Within = (Vec<(usize, usize, Selector)>, Vec<(usize, Selector)>);

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

/// Puts what moves nothing at systems.
fn inside(project: &mut Project, (uses, access): Within, systems: usize) {
    for (at, activity, fields) in uses {
        let all = &mut project.nodes[at % systems].uses;
        if project.activities > 0 && all.iter().all(|it| it.0 != activity % project.activities) {
            all.push((activity % project.activities, fields));
        }
    }
    for (at, fields) in access {
        project.nodes[at % systems].access.push(fields);
    }
}

/// Makes every word name something that is declared.
pub fn hold_together(project: &mut Project) {
    let derived: Vec<usize> = project.nodes.iter().flat_map(|it| &it.derives).map(|it| it.field).collect();
    for (at, field) in project.fields.iter_mut().enumerate() {
        if field.said.is_none() && !derived.contains(&at) {
            field.said = Some(Said { is: vec![0], reveals: Vec::new() });
        }
    }
    let (fields, subjects, activities) = (project.fields.len(), project.subjects.len(), project.activities);
    let all_said = project.fields.iter().all(|it| it.said.is_some());
    let sends = project.nodes.iter().flat_map(|it| &it.sends).filter(|it| it.stopped.is_none_or(|day| day > TODAY));
    let open: Vec<(usize, Option<&str>)> = sends.map(|it| (it.to, it.label)).collect();
    for (at, node) in project.nodes.iter_mut().enumerate() {
        for it in &mut node.collects {
            words(&mut it.fields, fields, 0);
            it.fields.words.iter_mut().for_each(|word| word.transforms.clear());
            known(&mut it.activities, activities);
        }
        for it in &mut node.derives {
            words(&mut it.from, fields, subjects);
            // Whether a derivation leaves a field out by what that field is could depend on itself.
            it.from.words.retain(|word| all_said || !word.excludes || !matches!(word.what, What::Category(_)));
        }
        for it in &mut node.sends {
            words(&mut it.fields, fields, subjects);
            known(&mut it.activities, activities);
        }
        let inside = node.hosted.iter_mut().chain(&mut node.uses).map(|it| &mut it.1);
        inside.chain(&mut node.access).for_each(|it| words(it, fields, subjects));
        let Some(recipient) = &mut node.recipient else { continue };
        recipient.subprocessors.iter_mut().for_each(|it| words(&mut it.1, fields, subjects));
        recipient.features.retain(|it| open.contains(&(at, Some(it.0))));
        let features = recipient.features.iter_mut().map(|it| &mut it.1);
        let lists = [&mut recipient.matches, &mut recipient.holds].into_iter().chain(features);
        for selector in lists.chain(recipient.deletions.iter_mut().map(|it| &mut it.scope)) {
            words(selector, fields, subjects);
            selector.words.iter_mut().for_each(|word| word.transforms.clear());
        }
    }
}

fn known(stated: &mut Stated, activities: usize) {
    stated.iter_mut().for_each(|all| all.retain(|it| *it < activities));
}

pub fn words(selector: &mut Selector, fields: usize, subjects: usize) {
    for word in &mut selector.words {
        word.subject = word.subject.filter(|it| *it < subjects);
        if let What::Field(field) = &mut word.what {
            *field %= fields;
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
    let feature = of(prop_oneof![1 => silent(), 1 => selector(1)]);
    (place, matches, [feature.clone(), feature], vec(deletion, 0..=1)).prop_map(
        |((vendor, country, processing, access_from), (matches, holds), features, deletions)| {
            let features = LABELS.into_iter().zip(features).filter_map(|(label, it)| Some((label, it?))).collect();
            Recipient { vendor, country, processing, access_from, matches, holds, features, subprocessors: Vec::new(), deletions }
        },
    )
}

fn collect() -> impl Strategy<Value = Collect> {
    let fields = prop_oneof![1 => Just(Selector { unknown: true, words: Vec::new() }), 9 => vec(word(), 1..=3).prop_map(|words| Selector { unknown: false, words })];
    (ANY, fields, activities(), gates()).prop_map(|(subject, fields, activities, gates)| Collect { subject, fields, activities, gates })
}

pub fn derive() -> impl Strategy<Value = Derive> {
    // Of few fields: two names made from one, or one from the other.
    let alone = (0..3usize, prop_oneof![3 => Just(Vec::new()), 1 => vec(0..TRANSFORMS.len(), 1..=1)]).prop_map(|(field, transforms)| {
        Selector { unknown: false, words: vec![Word { excludes: false, subject: None, what: What::Field(field), transforms }] }
    });
    (
        0..5usize,
        prop_oneof![2 => selector(0), 1 => alone],
        prop_oneof![3 => Just(Vec::new()), 1 => vec(ANY, 1..=2)],
        weighted(0.4, 0..TRANSFORMS.len()),
        any::<bool>(),
    )
        .prop_map(|(field, from, of, transform, method)| Derive { field, from, of, transform, method })
}

pub fn send() -> impl Strategy<Value = Send> {
    let target = (ANY, of(prop_oneof![Just(LABELS[0]), Just(LABELS[1])]));
    // What is purged and goes on through a flow that is still to stop is seldom met by chance.
    let gone = (0..=TODAY, 0..=TODAY).prop_map(|(stopped, purged)| (Some(stopped), Some(purged)));
    let ending = (TODAY + 1..DAYS.len()).prop_map(|stopped| (Some(stopped), None));
    let life = prop_oneof![6 => Just((None, None)), 3 => (of(day()), of(day())), 1 => gone, 1 => ending];
    (target, selector(3), activities(), gates(), any::<bool>(), life).prop_map(
        |((to, label), fields, activities, gates, method, (stopped, purged))| Send {
            to,
            label,
            fields,
            activities,
            gates,
            method,
            stopped,
            purged,
        },
    )
}

fn day() -> impl Strategy<Value = usize> {
    0..DAYS.len()
}

fn activities() -> impl Strategy<Value = Stated> {
    prop_oneof![2 => Just(None), 3 => vec(0..2usize, 0..=2).prop_map(|all| Some(distinct(all)))]
}

fn gates() -> impl Strategy<Value = Stated> {
    prop_oneof![4 => Just(None), 5 => vec(1..GATES.len(), 0..=2).prop_map(|all| Some(distinct(all)))]
}

/// A list of words; `silence` is how often, in ten, nothing is written.
pub fn selector(silence: u32) -> impl Strategy<Value = Selector> {
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
