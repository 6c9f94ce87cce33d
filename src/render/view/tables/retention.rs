//! Storage periods: each activity and each category of its data.

use super::super::Reading;
use super::Case;
use super::cells::{Cell, Row, Table, absent, columns};
use crate::declare::{Duration, Retention, RetentionItem};
use crate::model::{ActivityId, CategoryId};
use crate::source::Span;

const WORDS: &[&str] = &["activity", "export_id", "categories_of_data", "retention", "export_counts_from", "export_law", "place"];

/// One row for each category an activity processes, and for each it only names.
pub(super) fn table(case: &Case) -> Table {
    let reading = &case.reading;
    let rows = (0..reading.model().activities.len()).map(ActivityId::from_index).flat_map(|id| of_activity(reading, id)).collect();
    Table { id: "", title: String::new(), columns: columns(reading, WORDS), rows, wide: false }
}

fn of_activity(reading: &Reading, id: ActivityId) -> Vec<Row> {
    let model = reading.model();
    let activity = &model.activities[id.index()];
    let processed: Vec<CategoryId> = reading.processing[id.index()].categories(model).into_keys().collect();
    let category = |id: CategoryId| Cell::Text(reading.category(id));
    // Fields of which nobody has said what they are belong to no category, and are kept all the same.
    let unknown = reading.processing[id.index()].unknown(model).map(|field| {
        let text = format!("{} – {}", absent(reading, "is"), reading.field(field));
        Cell::Missing(text)
    });
    let unknown: Vec<Cell> = unknown.collect();
    match activity.decl.retention.as_ref() {
        Some(Retention::Map(by_category)) => {
            let named = |key: &str| model.category_named(key);
            // The nearest category above answers for one that is not named itself.
            let above = |id: CategoryId| {
                let over = by_category.iter().filter(|entry| named(&entry.key).is_some_and(|above| model.is_below(id, above)));
                over.max_by_key(|entry| named(&entry.key).map_or(0, |id| model.category(id).depth))
            };
            let mut rows: Vec<Row> = processed
                .iter()
                .map(|of| match above(*of) {
                    Some(entry) => period(reading, id, category(*of), &entry.value, &model.category(*of).id, entry.key.span),
                    None => silent(reading, id, category(*of), &format!("retention.{}", model.category(*of).id)),
                })
                .collect();
            let unused =
                by_category.iter().filter(|entry| !processed.iter().any(|of| named(&entry.key).is_some_and(|it| model.is_below(*of, it))));
            rows.extend(unused.map(|entry| {
                let title = named(&entry.key).map_or_else(|| Cell::Text(entry.key.value.clone()), category);
                period(reading, id, title, &entry.value, &entry.key.value, entry.key.span)
            }));
            rows.extend(unknown.into_iter().map(|of| silent(reading, id, of, "retention")));
            rows
        }
        Some(Retention::Word(duration)) => {
            let mut over: Vec<Cell> = processed.into_iter().map(category).chain(unknown).collect();
            if over.is_empty() {
                over.push(Cell::Text(reading.word("all_categories")));
            }
            let one = |of| row(reading, id, of, length(reading, duration), counts_from(reading, duration), None, duration.span);
            over.into_iter().map(one).collect()
        }
        None => {
            let mut over: Vec<Cell> = processed.into_iter().map(category).chain(unknown).collect();
            if over.is_empty() {
                over.push(Cell::missing(reading, "collects, uses, access, sends"));
            }
            over.into_iter().map(|of| silent(reading, id, of, "retention")).collect()
        }
    }
}

fn period(reading: &Reading, id: ActivityId, category: Cell, it: &RetentionItem, key: &str, span: Span) -> Row {
    let keep = it.keep.as_ref().map_or_else(|| Cell::missing(reading, &format!("retention.{key}.keep")), |keep| length(reading, keep));
    let from = match (it.after.as_ref(), it.keep.as_ref()) {
        (Some(after), _) => Cell::spoken(reading.phrase(after)),
        (None, Some(keep)) => counts_from(reading, keep),
        (None, None) => Cell::missing(reading, &format!("retention.{key}.after")),
    };
    row(reading, id, category, keep, from, it.law.as_ref().map(|law| law.value.clone()), span)
}

fn silent(reading: &Reading, id: ActivityId, category: Cell, key: &str) -> Row {
    let from = Cell::missing(reading, key);
    row(reading, id, category, Cell::missing(reading, key), from, None, reading.model().activities[id.index()].span)
}

fn row(reading: &Reading, id: ActivityId, category: Cell, keep: Cell, from: Cell, law: Option<String>, span: Span) -> Row {
    let link = reading.activity(id);
    let law = law.map_or_else(|| Cell::Missing(reading.word("nothing_here")), Cell::Text);
    let cells = vec![Cell::title(&link), Cell::Text(link.id.clone()), category, keep, from, law, Cell::Text(reading.place(span))];
    Row { id: link.id, title: link.text, cells }
}

/// The length alone: what it counts from has a column of its own.
fn length(reading: &Reading, it: &Duration) -> Cell {
    Cell::Text(reading.duration(&Duration { after: None, ..it.clone() }))
}

fn counts_from(reading: &Reading, it: &Duration) -> Cell {
    it.after.clone().map_or_else(|| Cell::Missing(reading.word("nothing_here")), Cell::Text)
}
