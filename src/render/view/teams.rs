//! Whose gaps there are: open findings by the team that would mend them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Reading;
use crate::finding::{Finding, Level};
use crate::model::{Model, NodeId};
use crate::verdict::Verdict;

/// Teams with a row of their own, at most; the rest is one row.
const MOST: usize = 15;
/// Width of the longest bar.
const WIDTH: usize = 240;

/// The open findings of one team, of one level.
#[derive(Clone, Debug, Serialize)]
pub struct TeamCount {
    /// `error`, `warning`, `note`.
    pub kind: &'static str,
    /// How many.
    pub count: usize,
    /// Where its bar begins.
    pub x: usize,
    /// How wide it is.
    pub width: usize,
}

/// The open findings of one team.
#[derive(Clone, Debug, Serialize)]
pub struct TeamRow {
    /// Its title; none for findings that are nobody's.
    pub title: Option<String>,
    /// By level, the heaviest first.
    pub counts: Vec<TeamCount>,
}

/// Open findings by team.
#[derive(Clone, Debug, Serialize)]
pub struct Teams {
    /// The levels in words, the heaviest first.
    pub levels: Vec<String>,
    /// Who has most of the heaviest first; what is nobody's last.
    pub rows: Vec<TeamRow>,
    /// How many teams the last row but that of nobody stands for, where there are too many.
    pub others: usize,
    /// Width of the longest bar.
    pub width: usize,
}

/// How many there are of each level, the heaviest first.
type Counts = [usize; Level::ALL.len()];

/// The open findings of a verdict by team.
pub fn teams(reading: &Reading, verdict: &Verdict) -> Teams {
    let heaviest = || Level::ALL.into_iter().rev();
    let mut by_team: BTreeMap<Option<&str>, Counts> = BTreeMap::new();
    for it in verdict.findings.iter().filter(|it| it.counts()) {
        let counts = by_team.entry(team_of(reading.model(), &it.finding)).or_default();
        for (count, _) in counts.iter_mut().zip(heaviest()).filter(|(_, level)| *level == it.finding.level) {
            *count += 1;
        }
    }
    let nobody = by_team.remove(&None);
    let mut known: Vec<(&str, Counts)> = by_team.into_iter().filter_map(|(team, counts)| Some((team?, counts))).collect();
    known.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let rest = known.split_off(known.len().min(MOST));
    let others = rest.iter().fold(Counts::default(), |mut all, (_, counts)| {
        all.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        all
    });
    let mut rows: Vec<(Option<String>, Counts)> = known.into_iter().map(|(team, counts)| (Some(reading.team(team)), counts)).collect();
    let count = reading.number(rest.len() as u64);
    rows.extend((!rest.is_empty()).then(|| (Some(reading.word("teams_more").replace("{}", &count)), others)));
    rows.extend(nobody.map(|counts| (None, counts)));
    let longest = rows.iter().map(|(_, counts)| counts.iter().sum::<usize>()).max().unwrap_or(1);
    Teams {
        levels: heaviest().map(|level| reading.choice("level", &level)).collect(),
        rows: rows.into_iter().map(|(title, counts)| TeamRow { title, counts: bars(counts, longest) }).collect(),
        others: rest.len(),
        width: WIDTH,
    }
}

/// The counts of one team as parts of a bar.
fn bars(counts: Counts, longest: usize) -> Vec<TeamCount> {
    let mut x = 0;
    let levels = Level::ALL.into_iter().rev();
    let part = |(level, count): (Level, usize)| {
        let width = (count * WIDTH / longest).max(usize::from(count > 0));
        x += width;
        TeamCount { kind: level.word(), count, x: x - width, width }
    };
    levels.zip(counts).map(part).collect()
}

/// The team that would mend a finding: whose file it points into, or the system there that it names; where
/// that is nobody's, whose system it names.
pub fn team_of<'a>(model: &'a Model, finding: &Finding) -> Option<&'a str> {
    let place = finding.labels.first().map(|label| label.span.file);
    let named = finding.key.split('@').skip(1).filter_map(|part| sender(model, part)).map(|id| model.node(id));
    let here = named.clone().find(|node| Some(node.span.file) == place).and_then(|node| node.team.as_deref());
    let file = || model.file_teams.get(&place?).map(String::as_str);
    here.or_else(file).or_else(|| named.clone().find_map(|node| node.team.as_deref()))
}

/// The system or recipient that a part of a key is, or whose flow.
fn sender(model: &Model, part: &str) -> Option<NodeId> {
    model.flow_named(part).map(|id| model.flow(id).from).or_else(|| model.node_named(part))
}
