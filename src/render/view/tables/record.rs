//! One activity and the questions a template asks about it.

use super::super::record::{disclosed, measures};
use super::super::{Reading, RecordPage, Value, record};
use super::cells::{Cell, absent, labelled, said};
use crate::declare::{ActivityDecl, MeasureKind, Role};
use crate::flow::Processing;
use crate::model::{Activity, ActivityId, CategoryId, NodeId, NodeKind};

/// What a column asks of an activity.
pub(super) struct Ask {
    /// The letter of Art. 30 that asks it.
    pub letter: Option<&'static str>,
    /// The part of a sheet it stands in: the key of its title among the words.
    pub block: Option<&'static str>,
    /// The key of its title among the words.
    pub word: &'static str,
    /// The title an authority gave it; it stands in every language.
    pub title: Option<&'static str>,
    /// The answer.
    pub cell: fn(&Record) -> Cell,
}

/// A question beyond Art. 30, or of a template that names no letters.
pub(super) const fn ask(word: &'static str, cell: fn(&Record) -> Cell) -> Ask {
    Ask { letter: None, block: None, word, title: None, cell }
}

/// A question of a letter of Art. 30.
pub(super) const fn asked_by(letter: &'static str, word: &'static str, cell: fn(&Record) -> Cell) -> Ask {
    Ask { letter: Some(letter), block: None, word, title: None, cell }
}

/// A question of a part of a sheet.
pub(super) const fn asked_in(block: &'static str, word: &'static str, cell: fn(&Record) -> Cell) -> Ask {
    Ask { letter: None, block: Some(block), word, title: None, cell }
}

/// A question in the words of an authority's template.
pub(super) const fn titled(word: &'static str, title: &'static str, cell: fn(&Record) -> Cell) -> Ask {
    Ask { letter: None, block: None, word, title: Some(title), cell }
}

/// An activity as its page says it, and where the page comes from.
pub(super) struct Record<'a> {
    pub reading: &'a Reading<'a>,
    pub id: ActivityId,
    pub activity: &'a Activity,
    pub decl: &'a ActivityDecl,
    pub processing: &'a Processing,
    pub page: RecordPage,
}

impl<'a> Record<'a> {
    pub fn of(reading: &'a Reading<'a>, id: ActivityId) -> Record<'a> {
        let activity = &reading.model().activities[id.index()];
        let processing = &reading.processing[id.index()];
        Record { reading, id, activity, decl: &activity.decl, processing, page: record(reading, id) }
    }

    /// The values under a label of the page.
    pub fn values(&self, label: &str) -> Option<&[Value]> {
        let lines = self.page.sections.iter().chain([&self.page.further]).flat_map(|it| &it.lines);
        labelled(lines, &self.reading.word(label)).map(|line| line.values.as_slice())
    }

    /// What the page says under a label; where it has no such line, that the key is missing.
    pub fn line(&self, label: &str, key: &str) -> Cell {
        self.values(label).map_or_else(|| Cell::missing(self.reading, key), Cell::of)
    }

    /// What the page says under a label it has only where there is something to say.
    pub fn line_or_none(&self, label: &str) -> Cell {
        self.values(label).map_or_else(|| Cell::Text(self.reading.word("none")), Cell::of)
    }

    /// The measures of the activity, and of each system it runs in.
    pub fn measures(&self) -> Cell {
        let label = self.reading.word("measures");
        let lines = self.page.sections.iter().map(|it| &it.lines).find(|lines| labelled(*lines, &label).is_some());
        let mut texts = Vec::new();
        for line in lines.into_iter().flatten() {
            let all_missing = line.values.iter().all(|it| it.origin.kind == "missing");
            let of = |it: &Value| if line.label == label { said(it) } else { self.reading.pair(&line.label, said(it)) };
            texts.extend(line.values.iter().map(|it| (all_missing, of(it))));
        }
        if texts.iter().all(|(missing, _)| *missing) {
            return Cell::missing(self.reading, "security");
        }
        Cell::list(texts.into_iter().map(|(_, text)| text).collect(), Cell::missing(self.reading, "security"))
    }

    /// The measures of one kind, the systems' own included.
    pub fn measures_of(&self, kind: MeasureKind) -> Cell {
        let model = self.reading.model();
        let own = model.measures(self.decl);
        let systems = self.processing.systems.iter().filter_map(|id| match &model.node(*id).kind {
            NodeKind::System(system) => Some((Some(*id), &*system.security)),
            NodeKind::Recipient(_) => None,
        });
        let mut texts = Vec::new();
        for (system, all) in [(None, own)].into_iter().chain(systems) {
            let values = measures(self.reading, all);
            let of_kind = all.iter().zip(&values).filter(|(it, _)| it.kind.as_ref().map_or(MeasureKind::Other, |it| it.value) == kind);
            texts.extend(of_kind.map(|(_, value)| match system {
                Some(id) => self.reading.pair(self.reading.node(id).text, said(value)),
                None => said(value),
            }));
        }
        Cell::list(texts, Cell::missing(self.reading, "security"))
    }

    /// The categories listed in one group of a template, each with its fields.
    pub fn data_in(&self, group: &str) -> Cell {
        let model = self.reading.model();
        let categories = self.processing.categories(model);
        let here = categories.iter().filter(|(id, _)| self.group(**id) == group);
        let mut texts: Vec<String> = here
            .map(|(id, of)| {
                let fields: Vec<String> = of.iter().map(|field| self.reading.field(*field)).collect();
                format!("{} – {}", self.reading.category(*id), fields.join(", "))
            })
            .collect();
        if group == "other" {
            let unknown = self.processing.unknown(model);
            texts.extend(unknown.map(|id| format!("{} – {}", absent(self.reading, "is"), self.reading.field(id))));
        }
        Cell::list(texts, Cell::Text(self.reading.word("none")))
    }

    /// The group a category is listed in, its own or that of the nearest one above it.
    fn group(&self, id: CategoryId) -> &'a str {
        let model = self.reading.model();
        let line = std::iter::successors(Some(id), |it| model.category(*it).parent);
        line.filter_map(|it| model.category(it).decl.group.as_ref()).map(|group| group.value.as_str()).next().unwrap_or("other")
    }

    /// Recipients outside, those who act on instructions or those who do not.
    pub fn recipients(&self, processors: bool) -> Cell {
        let all = self.processing.recipients.iter().filter(|(id, _)| self.is_processor(**id) == processors);
        let texts = all.map(|(id, how)| said(&disclosed(self.reading, *id, how))).collect();
        Cell::list(texts, Cell::Text(self.reading.word("none")))
    }

    /// Whether a recipient acts on instructions.
    pub fn is_processor(&self, id: NodeId) -> bool {
        self.reading.model().recipient(id).is_some_and(|it| it.role == Some(Role::Processor))
    }

    /// Where it is declared.
    pub fn place(&self) -> Cell {
        Cell::Text(self.page.place.clone())
    }
}
