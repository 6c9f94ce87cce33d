//! Policies of the house, asked a second time: what the page of `policy` says, of what the walks bring.

use std::collections::{BTreeMap, BTreeSet};

use ropa::verdict::Lock;

use super::category::{CATEGORIES, COUNTRIES, is_below};
use super::checks::check;
use super::compare::difference;
use super::declared::{Form, Item, Project, Selector, What, Word};
use super::dress::{FORMS, Place, Policy, Serves};
use super::rows::{countries, rows, sums};
use super::walks::{Flow, Walks};
use super::yaml::country_word;

/// What a flow brings, to whomever.
struct Delivery {
    flow: usize,
    item: Item,
    form: Form,
    gates: u32,
    labels: u32,
}

/// Whether the findings of `policy` are those of the page: the policy, the flow, the items.
pub fn policies_differ(project: &Project, text: &str) -> Option<String> {
    let checked = check(project, text, &Lock::default()).expect("generated projects hold together");
    let mut product = BTreeSet::new();
    for it in checked.verdict.findings.iter().map(|it| &it.finding).filter(|it| it.rule.id == "policy") {
        product.extend(it.subjects.iter().map(|subject| format!("{} {} {}", it.key, subject.item, subject.form)));
    }
    let walks = Walks::of(project);
    let deliveries = deliveries(&walks);
    let mut naive = BTreeSet::new();
    for (at, policy) in project.dress.policies.iter().enumerate() {
        let all: Vec<&Delivery> = deliveries.iter().filter(|it| denied(&walks, policy, it)).collect();
        let told = told(&walks, &all);
        for it in all.iter().filter(|it| told.contains(&it.flow)) {
            naive.insert(format!("policy:p{at}@{} {} {}", walks.flows[it.flow].id, project.item_id(it.item), it.form.word()));
        }
    }
    difference("policies", &product, &naive)
}

/// Told once, at the flow that brings it to whom a sub-processor works for; of sub-processors that have it
/// from nobody else, first those that nobody of them works for, then by name.
fn told(walks: &Walks, denied: &[&Delivery]) -> BTreeSet<usize> {
    let flow = |at: usize| &walks.flows[at];
    let passes = |at: usize| flow(at).id.ends_with("#subprocessor");
    let items = |at: usize| denied.iter().filter(|it| it.flow == at).map(|it| it.item).collect::<BTreeSet<Item>>();
    let all: BTreeSet<usize> = denied.iter().map(|it| it.flow).collect();
    let mut told: BTreeSet<usize> = all.iter().copied().filter(|at| !passes(*at)).collect();
    let mut settled = told.clone();
    while settled != all {
        let open: Vec<usize> = all.difference(&settled).copied().collect();
        let brought = |node: usize| settled.iter().filter(|at| flow(**at).to == node).flat_map(|at| items(*at)).collect::<BTreeSet<Item>>();
        let known = open.iter().copied().find(|at| items(*at).is_subset(&brought(flow(*at).from)));
        let free = |at: &usize| open.iter().all(|other| flow(*other).to != flow(*at).from);
        let by_name = |at: &usize| flow(*at).id.clone();
        let first = || open.iter().copied().filter(free).min_by_key(by_name).or_else(|| open.iter().copied().min_by_key(by_name));
        let next = known.or_else(|| first().filter(|at| told.insert(*at))).unwrap();
        settled.insert(next);
    }
    told
}

/// The exposures, and what open flows bring to systems.
fn deliveries(walks: &Walks) -> Vec<Delivery> {
    let sums = sums(walks);
    let outside = rows(walks, &sums).into_iter();
    let mut all: Vec<Delivery> =
        outside.map(|it| Delivery { flow: it.flow, item: it.item, form: it.form, gates: it.gates, labels: it.labels }).collect();
    let mut inside: BTreeMap<(usize, Item, Form), (u32, u32)> = BTreeMap::new();
    for (state, sum) in sums.iter().filter(|it| !it.0.past) {
        for hop in &walks.onward[state] {
            let Some(at) = hop.flow else { continue };
            let flow = &walks.flows[at];
            if flow.is_stopped() || walks.project.nodes[flow.to].recipient.is_some() {
                continue;
            }
            // A gate counts when every way passes it, what is given away when any way brings it.
            let gates = sum.gates | flow.gates;
            let known = inside.entry((at, state.item, hop.to.form)).or_insert((gates, 0));
            *known = (known.0 & gates, known.1 | sum.labels);
        }
    }
    all.extend(inside.into_iter().map(|((flow, item, form), (gates, labels))| Delivery { flow, item, form, gates, labels }));
    all
}

fn denied(walks: &Walks, policy: &Policy, it: &Delivery) -> bool {
    let flow = &walks.flows[it.flow];
    let form = if policy.forms.is_empty() { it.form != Form::Anonymised } else { named(&policy.forms, it.form) };
    let nowhere = policy.to.is_silent();
    let place = Place { external: nowhere || policy.to.external, ..policy.to.clone() };
    // One activity for which it is denied and nothing lifts it is enough.
    let none = [None];
    let activities: Vec<Option<usize>> = flow.activities.iter().copied().map(Some).collect();
    let activities = if activities.is_empty() { &none[..] } else { &activities };
    form && takes(walks, &policy.deny, it)
        && goes(walks.project, flow, &place, false)
        && activities.iter().any(|activity| serves(walks.project, &policy.serves, *activity) && !lifted(walks, policy, it, *activity))
}

fn lifted(walks: &Walks, policy: &Policy, it: &Delivery, activity: Option<usize>) -> bool {
    let Some(unless) = &policy.unless else { return false };
    let (project, flow) = (walks.project, &walks.flows[it.flow]);
    let own = flow.sent.then(|| project.dress.basis(flow.from, flow.to)).flatten();
    let basis = own.or_else(|| project.dress.activity(activity?)?.basis).filter(|_| activity.is_some());
    (unless.gates.is_empty() || unless.gates.iter().any(|gate| it.gates & 1 << gate != 0))
        && (unless.forms.is_empty() || named(&unless.forms, it.form))
        && (unless.bases.is_empty() || basis.is_some_and(|basis| unless.bases.contains(&basis)))
        && serves(project, &unless.serves, activity)
        && goes(project, flow, &unless.to, true)
}

fn named(forms: &[usize], form: Form) -> bool {
    forms.iter().any(|it| FORMS[*it] == form)
}

fn serves(project: &Project, all: &[Serves], activity: Option<usize>) -> bool {
    let fits = |it: &Serves| match *it {
        Serves::Activity(wanted) => activity == Some(wanted),
        Serves::Tag(tag) => activity.and_then(|at| project.dress.activity(at)).is_some_and(|it| it.tag == Some(tag)),
    };
    all.is_empty() || all.iter().any(fits)
}

/// Denied by name, by category, by subject; `-` leaves some out. What gives a category away counts as it.
fn takes(walks: &Walks, deny: &Selector, it: &Delivery) -> bool {
    let about = |word: &Word| word.subject.is_none_or(|subject| walks.project.wider(it.item.subject).contains(&subject));
    let is = |word: &Word| {
        about(word)
            && match word.what {
                What::All => true,
                What::Field(field) => field == it.item.field,
                What::Category(category) => walks.facts.belongs(it.item.field, category),
            }
    };
    let gives = |word: &Word| {
        let What::Category(category) = word.what else { return false };
        let brought = (0..CATEGORIES.len()).any(|at| it.labels & 1 << at != 0 && is_below(at, category));
        about(word) && (brought || walks.facts.gives_away(it.item.field, category))
    };
    let (out, words): (Vec<&Word>, Vec<&Word>) = deny.words.iter().partition(|word| word.excludes);
    let taken = words.is_empty() || words.iter().any(|word| is(word) || gives(word));
    taken && !out.into_iter().any(is)
}

/// Whether a flow goes there; with `only`, to no other country.
fn goes(project: &Project, flow: &Flow, to: &Place, only: bool) -> bool {
    let node = &project.nodes[flow.to];
    let dress = project.dress.node(flow.to).unwrap();
    let outside = node.recipient.is_some();
    let places = if outside { countries(project, flow.to) } else { BTreeSet::new() };
    let fits = |place: &(&str, bool)| {
        to.countries.iter().any(|it| match country_word(*it) {
            "outside-eea" => !place.1,
            _ => *place == COUNTRIES[*it],
        })
    };
    let there = if only { !places.is_empty() && places.iter().all(fits) } else { places.iter().any(fits) };
    let one = |wanted: &[usize], has: Option<usize>| wanted.is_empty() || has.is_some_and(|has| wanted.contains(&has));
    (outside || !to.external)
        && one(&to.roles, dress.role.filter(|_| outside))
        && one(&to.kinds, dress.kind.filter(|_| outside))
        && (to.countries.is_empty() || there)
        && one(&to.nodes, Some(flow.to))
        && one(&to.zones, dress.zone)
        && (to.tags.is_empty() || to.tags.iter().any(|tag| dress.tags.contains(tag)))
}
