//! A small layered layout: columns from left to right, zones as groups, crossings kept few. All
//! numbers are whole pixels, so that the same facts give the same drawing everywhere.

use std::collections::BTreeMap;

use serde::Serialize;

const WIDTH: i32 = 156;
const HEIGHT: i32 = 34;
const GAP: i32 = 12;
const BETWEEN: i32 = 74;
const MARGIN: i32 = 16;
const HEADING: i32 = 18;
/// Letters of a title that fit into a box.
const LETTERS: usize = 21;
/// Passes that order the columns by their neighbours.
const PASSES: usize = 4;

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxKind {
    /// A group of people.
    Person,
    /// One of the organisation's own systems.
    System,
    /// Somebody outside.
    Recipient,
    /// Several that do not fit.
    More,
}

/// A box before it has a place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What readers see.
    pub title: String,
    /// What it stands for.
    pub kind: BoxKind,
    /// Its trust boundary.
    pub zone: Option<String>,
    /// Its page, from the root of the language.
    pub href: Option<String>,
    /// The drawing is about it.
    pub here: bool,
    /// Its column, from left to right.
    pub column: i32,
}

impl Node {
    /// A box in a column; columns count from left to right.
    pub fn new(title: String, kind: BoxKind, column: i32) -> Node {
        Node { title, kind, zone: None, href: None, here: false, column }
    }
}

/// An arrow between two boxes.
#[derive(Clone, Debug)]
pub struct Arrow {
    /// Position of the box it leaves.
    pub from: usize,
    /// Position of the box it leads to.
    pub to: usize,
    /// What goes there.
    pub title: String,
    /// Something sensitive goes there on the day.
    pub sensitive: bool,
    /// Nothing goes there any more.
    pub stopped: bool,
    /// Hosting or sub-processing.
    pub below: bool,
}

/// A box in its place.
#[derive(Clone, Debug, Serialize)]
pub struct Placed {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    /// Where its text begins.
    text_x: i32,
    text_y: i32,
    /// What fits of its title.
    text: String,
    title: String,
    kind: BoxKind,
    here: bool,
    href: Option<String>,
}

/// A frame around neighbours of one zone.
#[derive(Clone, Debug, Serialize)]
pub struct Zone {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
    text_x: i32,
    text_y: i32,
    name: String,
}

/// An arrow as it is drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Drawn {
    /// The line.
    path: String,
    /// Its tip.
    tip: String,
    title: String,
    sensitive: bool,
    stopped: bool,
    below: bool,
}

/// Everything in its place.
#[derive(Clone, Debug, Serialize)]
pub struct Around {
    width: i32,
    height: i32,
    zones: Vec<Zone>,
    arrows: Vec<Drawn>,
    boxes: Vec<Placed>,
}

/// Finds a place for everything.
pub fn place(nodes: Vec<Node>, arrows: Vec<Arrow>) -> Around {
    let columns = ordered(&nodes, &arrows);
    let mut at: Vec<(i32, i32)> = vec![(0, 0); nodes.len()];
    let mut zones = Vec::new();
    let heights: Vec<i32> = columns.iter().map(|column| tall(&nodes, column)).collect();
    let tallest = heights.iter().copied().max().unwrap_or_default();
    for (number, column) in columns.iter().enumerate() {
        let x = MARGIN + number as i32 * (WIDTH + BETWEEN);
        let mut y = MARGIN + (tallest - heights[number]) / 2;
        for same in column.chunk_by(|a, b| nodes[*a].zone == nodes[*b].zone) {
            let zone = nodes[same[0]].zone.as_ref();
            let top = y;
            y += zone.map_or(0, |_| HEADING);
            for id in same {
                at[*id] = (x, y);
                y += HEIGHT + GAP;
            }
            if let Some(name) = zone {
                let height = y - top - GAP + 8;
                zones.push(Zone { x: x - 8, y: top, width: WIDTH + 16, height, text_x: x, text_y: top + 13, name: name.clone() });
                y += 8;
            }
        }
    }
    let boxes = nodes
        .iter()
        .zip(&at)
        .map(|(node, (x, y))| Placed {
            x: *x,
            y: *y,
            width: WIDTH,
            height: HEIGHT,
            text_x: x + WIDTH / 2,
            text_y: y + HEIGHT / 2 + 4,
            text: short(&node.title),
            title: node.title.clone(),
            kind: node.kind,
            here: node.here,
            href: node.href.clone(),
        })
        .collect();
    let arrows = arrows.into_iter().map(|it| drawn(&nodes, &at, it)).collect();
    let width = 2 * MARGIN + columns.len() as i32 * (WIDTH + BETWEEN) - BETWEEN + 40;
    Around { width, height: tallest + 2 * MARGIN, zones, arrows, boxes }
}

/// The boxes of each column from top to bottom: neighbours of one zone together, near to what they are
/// joined with.
fn ordered(nodes: &[Node], arrows: &[Arrow]) -> Vec<Vec<usize>> {
    let mut columns: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        columns.entry(node.column).or_default().push(at);
    }
    let mut columns: Vec<Vec<usize>> = columns.into_values().collect();
    for column in &mut columns {
        column.sort_by_key(|at| (&nodes[*at].zone, *at));
    }
    let mut joined: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for arrow in arrows {
        joined[arrow.from].push(arrow.to);
        joined[arrow.to].push(arrow.from);
    }
    // Positions in thousandths, so that means need no fractions.
    let mut position = vec![0_i64; nodes.len()];
    for _ in 0..PASSES {
        for column in &columns {
            let height = column.len() as i64;
            for (number, at) in column.iter().enumerate() {
                position[*at] = (2 * number as i64 + 1) * 1_000 / (2 * height);
            }
        }
        for column in &mut columns {
            let mean = |all: &[usize]| all.iter().map(|it| position[*it]).sum::<i64>().checked_div(all.len() as i64);
            let wanted: BTreeMap<usize, i64> = column.iter().map(|at| (*at, mean(&joined[*at]).unwrap_or(position[*at]))).collect();
            let mut zones: BTreeMap<Option<&str>, Vec<i64>> = BTreeMap::new();
            for at in column.iter() {
                zones.entry(nodes[*at].zone.as_deref()).or_default().push(wanted[at]);
            }
            let of_zone = |at: &usize| {
                let all = &zones[&nodes[*at].zone.as_deref()];
                all.iter().sum::<i64>() / all.len().max(1) as i64
            };
            column.sort_by_key(|at| (of_zone(at), nodes[*at].zone.clone(), wanted[at], *at));
        }
    }
    columns
}

fn tall(nodes: &[Node], column: &[usize]) -> i32 {
    let zones = column.chunk_by(|a, b| nodes[*a].zone == nodes[*b].zone).filter(|same| nodes[same[0]].zone.is_some()).count() as i32;
    column.len() as i32 * (HEIGHT + GAP) - GAP + zones * (HEADING + 8)
}

fn drawn(nodes: &[Node], at: &[(i32, i32)], arrow: Arrow) -> Drawn {
    let ((x1, y1), (x2, y2)) = (at[arrow.from], at[arrow.to]);
    let (y1, y2) = (y1 + HEIGHT / 2, y2 + HEIGHT / 2);
    let forward = nodes[arrow.from].column < nodes[arrow.to].column;
    // What goes back, or stays in its column, leaves and arrives at the right side.
    let (start, end, bend) = if forward { (x1 + WIDTH, x2, (x2 - x1 - WIDTH) / 2) } else { (x1 + WIDTH, x2 + WIDTH, 44) };
    let (control, side) = if forward { (end - bend, -7) } else { (end + bend, 7) };
    Drawn {
        path: format!("M{start} {y1}C{} {y1} {control} {y2} {end} {y2}", start + bend),
        tip: format!("M{end} {y2}l{side} -4v8z"),
        title: arrow.title,
        sensitive: arrow.sensitive,
        stopped: arrow.stopped,
        below: arrow.below,
    }
}

fn short(title: &str) -> String {
    if title.chars().count() <= LETTERS {
        return title.to_owned();
    }
    let mut text: String = title.chars().take(LETTERS - 1).collect();
    text.push('…');
    text
}
