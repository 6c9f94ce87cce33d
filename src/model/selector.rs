//! Selectors: which items a list of words takes, and in which form.

use super::Model;
use super::ids::{CategoryId, FieldId, Item, SubjectId};
use crate::law::Step;
use crate::source::Span;

/// A list of words, resolved. The order in which they were written never matters.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// Words that take.
    pub takes: Vec<Word>,
    /// Words that exclude; they win.
    pub excludes: Vec<Word>,
    /// Stated as `unknown`, and where: reaches as all.
    pub unknown: Option<Span>,
    /// Nothing was written: all, now and later.
    pub silent: bool,
}

/// One word of a selector.
#[derive(Clone, Debug)]
pub struct Word {
    /// Only items of this subject, or of one that is it.
    pub subject: Option<SubjectId>,
    /// What it names.
    pub what: What,
    /// What its transforms do.
    pub step: Step,
    /// It would anonymise, and no method is stated: it counts as pseudonymising.
    pub held_back: bool,
    /// As written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What a word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Everything.
    All,
    /// Fields whose own category is this one or below.
    Category(CategoryId),
    /// One field.
    Field(FieldId),
}

/// What a selector does with an item.
#[derive(Clone, Copy, Debug)]
pub enum Taken<'a> {
    /// It is taken, by this word if any was written, and comes out in a form.
    Yes(Step, Option<&'a Word>),
    /// It is not.
    No,
    /// A word takes it, and an exclusion removes it for what it reveals.
    Revealing(&'a Word),
}

impl Selector {
    /// Takes everything, as when nothing is written.
    pub fn all() -> Selector {
        Selector { silent: true, ..Selector::default() }
    }

    /// Whether anything not named by name can be taken: `all`, silence, `unknown`, only exclusions.
    pub fn is_open(&self) -> bool {
        self.silent || self.unknown.is_some() || self.starts_from_all() || self.takes.iter().any(|word| word.what == What::All)
    }

    fn starts_from_all(&self) -> bool {
        self.takes.is_empty() && !self.excludes.is_empty()
    }

    /// What happens to an item.
    pub fn take(&self, model: &Model, item: Item) -> Taken<'_> {
        let open = self.silent || self.unknown.is_some() || self.starts_from_all();
        let taken = if open { Some((Step::NONE, None)) } else { self.best(model, item) };
        let Some((step, word)) = taken else { return Taken::No };
        let field = &model.fields[item.field.index()];
        let mut revealing = None;
        for word in &self.excludes {
            if !word.covers_subject(model, item.subject) {
                continue;
            }
            match word.what {
                What::Category(category) if field.is_closed.binary_search(&category).is_ok() => return Taken::No,
                What::Category(category) if field.reveals_closed.binary_search(&category).is_ok() => revealing = Some(word),
                What::Category(_) => {}
                _ if word.takes(model, item) => return Taken::No,
                _ => {}
            }
        }
        match revealing {
            Some(word) => Taken::Revealing(word),
            None => Taken::Yes(step, word),
        }
    }

    /// Whether a list of what somebody is able to do holds an item: nobody is less able for what it gives away.
    pub fn includes(&self, model: &Model, item: Item) -> bool {
        !matches!(self.take(model, item), Taken::No)
    }

    /// The form the most specific word gives; among equals the most exposed.
    fn best(&self, model: &Model, item: Item) -> Option<(Step, Option<&Word>)> {
        let mut best: Option<(Rank, Step, &Word)> = None;
        for word in self.takes.iter().filter(|word| word.takes(model, item)) {
            let rank = word.rank(model);
            best = match best {
                Some((known, step, first)) if known == rank => Some((rank, step.or(word.step), first)),
                Some(better) if better.0 > rank => Some(better),
                _ => Some((rank, word.step, word)),
            };
        }
        best.map(|(_, step, word)| (step, Some(word)))
    }
}

/// subject.field > field > deeper category > category > subject > all; within each, the narrower
/// subject.
type Rank = (u8, u32, u32);

impl Word {
    /// Whether the word takes the item, by its own category alone.
    pub fn takes(&self, model: &Model, item: Item) -> bool {
        self.covers_subject(model, item.subject)
            && match self.what {
                What::All => true,
                What::Field(field) => field == item.field,
                What::Category(category) => model.fields[item.field.index()].is_closed.binary_search(&category).is_ok(),
            }
    }

    fn covers_subject(&self, model: &Model, subject: SubjectId) -> bool {
        self.subject.is_none_or(|wider| model.is_within(subject, wider))
    }

    fn rank(&self, model: &Model) -> Rank {
        let subject = self.subject.map_or(0, |subject| model.subject_depth(subject) + 1);
        match self.what {
            What::Field(_) => (3, 0, subject),
            What::Category(category) => (2, model.categories[category.index()].depth, subject),
            What::All => (if subject > 0 { 1 } else { 0 }, 0, subject),
        }
    }
}

impl Selector {
    /// The place of its first word.
    pub fn span(&self) -> Option<Span> {
        self.takes.iter().chain(&self.excludes).map(|word| word.span).chain(self.unknown).min()
    }
}
