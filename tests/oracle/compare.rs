//! The product's answer beside the oracle's.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::LazyLock;

use ropa::declare::{Date, DeclaredFile, FileDecl, Layer, parse, settings};
use ropa::finding::{Finding, Findings};
use ropa::flow::{Exposure, Label, Map, Wanted};
use ropa::law::{Law, given};
use ropa::model::resolve;
use ropa::source::{Source, Sources};

use super::category::{CATEGORIES, DAYS, GATES, TODAY};
use super::declared::Project;
use super::rows::{Row, held, rows, sums, written};
use super::select::UNKNOWN;
use super::walks::Walks;
use super::witness::{Shortest, Show, gate_bits, replay};
use super::yaml::{SETTINGS, spread};

/// Findings that say only that a word takes nothing of what is held.
static HARMLESS: &[&str] = &["item-not-held", "empty-selection", "excluded-by-reveal"];

/// What ships inside the program: read once, for it is most of what is read.
static GIVEN: LazyLock<Vec<FileDecl>> = LazyLock::new(|| {
    let (mut sources, mut out) = (Sources::default(), Findings::default());
    given(&mut sources, &mut out).into_iter().map(|file| file.decl).collect()
});

/// The product's map for texts, all of it read.
pub fn map_of_texts(files: &[(&str, &str)]) -> Map {
    let answer = ropa::answer_texts(SETTINGS, files, None, today());
    sound(&answer.findings);
    answer.map
}

/// The product's map for one text, by the same steps.
pub fn map_of(text: &str) -> Map {
    let (map, findings) = read(SETTINGS, text);
    sound(&findings);
    map
}

/// The same for other settings, with what is found on the way.
pub fn read(settings_text: &str, text: &str) -> (Map, Findings) {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let mut files: Vec<DeclaredFile> = Vec::new();
    for decl in GIVEN.iter() {
        files.push(DeclaredFile {
            layer: Layer::Given,
            file: sources.add(Source::new("", "")),
            repository: None,
            decl: decl.clone(),
            texts: Vec::new(),
        });
    }
    let file = sources.add(Source::new("ropa.yaml", settings_text));
    let settings = settings(&sources, file, &mut findings);
    let file = sources.add(Source::new("registry/all.yaml", text));
    let (declared, problems) = parse(file, sources.get(file), Layer::Project);
    files.extend(declared);
    findings.extend(problems);
    let law = Law::of(&mut files, &mut findings);
    let model = resolve(law, settings, files, &mut findings);
    let map = Map::of(model, today(), &mut findings);
    (map, findings)
}

pub fn today() -> Date {
    Date::try_from(DAYS[TODAY].to_owned()).unwrap()
}

/// What is wrong with declarations.
pub fn wrong(findings: &Findings) -> impl Iterator<Item = &Finding> {
    // A circle of sub-processors is wrong, and reach must bear it all the same.
    findings.iter().filter(|it| !HARMLESS.contains(&it.rule.id) && !it.message.ends_with("in a circle"))
}

pub fn sound(findings: &Findings) {
    let wrong: Vec<_> = wrong(findings).map(|it| (&it.key, &it.message)).collect();
    assert!(wrong.is_empty(), "the declarations are not valid: {wrong:?}");
}

/// The product's exposures as text.
pub fn product_rows(map: &Map) -> BTreeSet<String> {
    let text = |it: &Exposure| {
        let gates: Vec<&str> = it.gates.iter().map(|gate| map.model.gates[gate.index()].id.as_str()).collect();
        let activity = it.activity.map_or("-", |it| map.model.activity_id(it));
        let (flow, item, form) = (&map.model.flow(it.flow).id, map.model.item_id(it.item), it.form.word());
        format!("{flow} {item} {form} gates {gates:?} for {activity} labels {:?}", it.labels)
    };
    map.exposures.iter().map(text).collect()
}

/// The product's states as text.
pub fn product_states(map: &Map) -> BTreeSet<String> {
    let text = |state: &ropa::flow::State| {
        let gates: Vec<&str> =
            map.reach.gate_sets.get(state.gates).iter().map(|gate| map.model.gates[*gate as usize].id.as_str()).collect();
        let mut labels: Vec<&str> = map.reach.label_sets.get(state.labels).iter().map(|label| label_name(map, Label(*label))).collect();
        labels.sort();
        let (node, item, form) = (&map.model.node(state.node).id, map.model.item_id(state.item), state.form.word());
        format!("{node} {item} {form} past {} gates {gates:?} labels {labels:?}", state.past)
    };
    map.reach.states.iter().map(text).collect()
}

fn label_name(map: &Map, label: Label) -> &str {
    match label {
        Label::PERSONAL => "personal",
        Label::UNKNOWN => "unknown",
        _ => &map.model.category(label.category().unwrap()).id,
    }
}

/// What differs between two sets of lines; `None` if nothing does.
pub fn difference(what: &str, product: &BTreeSet<String>, oracle: &BTreeSet<String>) -> Option<String> {
    let list = |head: &str, lines: Vec<&String>| lines.iter().map(|line| format!("\n  {head} {line}")).collect::<String>();
    let only = (product.difference(oracle).collect::<Vec<_>>(), oracle.difference(product).collect::<Vec<_>>());
    let same = only.0.is_empty() && only.1.is_empty();
    (!same).then(|| format!("{what}:{}{}", list("product only:", only.0), list("oracle only: ", only.1)))
}

/// Whether exposures and states are those of all walks.
pub fn rows_differ(project: &Project, text: &str) -> Option<String> {
    let walks = Walks::of(project);
    let sums = sums(&walks);
    let map = map_of(text);
    difference("states", &product_states(&map), &held(&walks, &sums))
        .or_else(|| difference("exposures", &product_rows(&map), &written(&walks, &rows(&walks, &sums))))
}

/// Whether the same declarations in other files, or read by other threads, have another answer.
pub fn parts_differ(project: &Project, text: &str) -> Option<String> {
    let told = |map: &Map| {
        let walk = |it: &Exposure| format!("{:?}", names(map, Some(map.walks().witness(it))));
        let walks: BTreeSet<String> = map.exposures.iter().map(walk).collect();
        (product_rows(map), product_states(map), walks)
    };
    let in_pool = |threads: usize, files: &[(&str, &str)]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| told(&map_of_texts(files)))
    };
    let whole = told(&map_of(text));
    let others = [(1, 3), (16, 1), (16, 5)].map(|(threads, count)| (threads, spread(project, count)));
    others.iter().find_map(|(threads, files)| {
        let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.reverse();
        let parts = in_pool(*threads, &files);
        let all = difference("rows", &parts.0, &whole.0).or_else(|| difference("states", &parts.1, &whole.1));
        all.or_else(|| difference("witnesses", &parts.2, &whole.2))
    })
}

/// Whether every walk the product shows can be walked, shows what it should and is the shortest.
pub fn witnesses_differ(project: &Project, text: &str) -> Option<String> {
    let walks = Walks::of(project);
    let (rows, shortest) = (rows(&walks, &sums(&walks)), Shortest::of(&walks));
    let map = map_of(text);
    map.exposures.iter().find_map(|exposure| {
        let same = |row: &&Row| {
            let names = (&walks.flows[row.flow].id, project.item_id(row.item), row.form.word());
            names == (&map.model.flow(exposure.flow).id, map.model.item_id(exposure.item), exposure.form.word())
        };
        // A row the oracle does not have is for the other comparison to tell.
        let row = rows.iter().find(same)?;
        witness_differs(&shortest, &walks, &map, exposure, row)
            .map(|why| format!("{}\n  {why}", product_rows(&map).into_iter().collect::<Vec<_>>().join("\n  ")))
    })
}

fn witness_differs(shortest: &Shortest, walks: &Walks, map: &Map, exposure: &Exposure, row: &Row) -> Option<String> {
    let shown = map.walks();
    let gates = gate_bits(exposure.gates.iter().map(|gate| map.model.gates[gate.index()].id.as_str()));
    let within = shortest.to(row, Show::Within(gates));
    let (show, best) = match within {
        Some(best) => (Show::Within(gates), Some(best)),
        None => (Show::Any, shortest.to(row, Show::Any)),
    };
    let mut wrong = walk_differs(walks, map, row, show, Some(shown.witness(exposure)), best);
    for (at, gate) in GATES.iter().enumerate() {
        // A gate no declaration implies is no gate of the model.
        let Some(id) = map.model.gate_named(gate) else { continue };
        let walk = shown.delivered(exposure, &Wanted::Avoiding(id));
        let best = shortest.to(row, Show::Avoiding(at));
        if (gates & 1 << at != 0) != best.is_none() {
            wrong = wrong.or(Some(format!("the oracle contradicts itself on {gate}")));
        }
        wrong = wrong.or_else(|| walk_differs(walks, map, row, Show::Avoiding(at), walk, best));
    }
    let unknown = exposure.unknown.then_some((UNKNOWN, Label::UNKNOWN));
    let sensitive = exposure.sensitive.iter().map(|it| {
        let at = CATEGORIES.iter().position(|category| category.id == map.model.category(*it).id).unwrap();
        (1 << at, Label::of(*it))
    });
    for (bit, label) in sensitive.chain(unknown) {
        let walk = shown.delivered(exposure, &Wanted::Bringing(label));
        let best = shortest.to(row, Show::Bringing(bit));
        if best.is_none() {
            wrong = wrong.or(Some(format!("no walk of the oracle brings {:?}", label_name(map, label))));
        }
        wrong = wrong.or_else(|| walk_differs(walks, map, row, Show::Bringing(bit), walk, best));
    }
    wrong
}

fn walk_differs(
    walks: &Walks,
    map: &Map,
    row: &Row,
    show: Show,
    walk: Option<Vec<ropa::flow::Step>>,
    best: Option<Vec<String>>,
) -> Option<String> {
    let about = |what: String| {
        Some(format!("{} {} {} {show:?}: {what}", walks.flows[row.flow].id, walks.project.item_id(row.item), row.form.word()))
    };
    let (walk, best) = match (walk, best) {
        (None, None) => return None,
        (Some(walk), Some(best)) => (walk, best),
        (walk, best) => return about(format!("product {:?}, oracle {best:?}", names(map, walk))),
    };
    let hops = map.walks().hops(&walk);
    match replay(walks, row, show, &hops) {
        Err(why) => return about(format!("{why} in {hops:?}")),
        Ok(walked) if !shows(show, walked.gates, walked.labels) => return about(format!("{hops:?} does not show it")),
        Ok(_) => {}
    }
    let shown: Vec<String> = hops[1..].iter().map(|hop| hop.flow.clone()).collect();
    if shown == best { None } else { about(format!("product {shown:?}, oracle {best:?}")) }
}

fn shows(show: Show, gates: u32, labels: u32) -> bool {
    match show {
        Show::Any => true,
        Show::Within(allowed) => gates & !allowed == 0,
        Show::Avoiding(gate) => gates & 1 << gate == 0,
        Show::Bringing(label) => labels & label != 0,
    }
}

fn names(map: &Map, walk: Option<Vec<ropa::flow::Step>>) -> impl Debug {
    walk.map(|walk| map.walks().hops(&walk).into_iter().map(|hop| hop.flow).collect::<Vec<_>>())
}
