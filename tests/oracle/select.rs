//! What a list of words takes, and the static facts of fields it asks.

use std::collections::BTreeSet;

use super::category::{CATEGORIES, depth, is_below, transformed};
use super::declared::{Derive, Form, Item, Project, Selector, What, Word};

/// Its label: somebody is concerned.
pub const PERSONAL: u32 = 1 << 31;
/// Its label: nobody has said what it is.
pub const UNKNOWN: u32 = 1 << 30;

/// What each field is and reveals, whatever reaches where.
pub struct Facts<'a> {
    project: &'a Project,
    is: Vec<BTreeSet<usize>>,
    reveals: Vec<BTreeSet<usize>>,
    /// Nobody has said what it is, or what something is that it is made from.
    unknown: Vec<bool>,
}

impl<'a> Facts<'a> {
    /// Works them out by repeating the definition until nothing is new.
    pub fn of(project: &'a Project) -> Facts<'a> {
        let none = vec![BTreeSet::new(); project.fields.len() + 1];
        let mut facts = Facts { project, is: none.clone(), reveals: none, unknown: vec![false; project.fields.len()] };
        for (field, entry) in project.fields.iter().enumerate() {
            if let Some(said) = &entry.said {
                facts.is[field].extend(&said.is);
                facts.reveals[field].extend(&said.reveals);
                facts.unknown[field] = said.is.is_empty();
            }
        }
        loop {
            let before = (facts.is.clone(), facts.reveals.clone(), facts.unknown.clone());
            for derive in project.nodes.iter().flat_map(|node| &node.derives) {
                for input in facts.inputs(derive) {
                    let (is, reveals) = (facts.is[input].clone(), facts.reveals[input].clone());
                    if project.fields[derive.field].said.is_none() {
                        facts.is[derive.field].extend(&is);
                    }
                    facts.reveals[derive.field].extend(is.iter().chain(&reveals));
                    facts.unknown[derive.field] |= facts.unknown[input];
                }
            }
            if before == (facts.is.clone(), facts.reveals.clone(), facts.unknown.clone()) {
                return facts;
            }
        }
    }

    /// The fields a derivation may take in, for whomever.
    fn inputs(&self, derive: &Derive) -> Vec<usize> {
        let words = &derive.from.words;
        let names = |word: &Word, field: usize| match word.what {
            What::All => true,
            What::Field(it) => it == field,
            What::Category(category) => self.belongs(field, category),
        };
        let open = derive.from.unknown || words.iter().all(|word| word.excludes);
        let taken = |field: &usize| open || words.iter().any(|word| !word.excludes && names(word, *field));
        let left = |field: &usize| words.iter().any(|word| word.excludes && word.subject.is_none() && names(word, *field));
        (0..self.project.fields.len()).filter(|field| taken(field) && !left(field)).collect()
    }

    /// Whether a field's own category is one or stands below it.
    pub fn belongs(&self, field: usize, category: usize) -> bool {
        self.is[field].iter().any(|it| is_below(*it, category))
    }

    /// Whether it reveals a category, or one below it.
    pub fn gives_away(&self, field: usize, category: usize) -> bool {
        self.reveals[field].iter().any(|it| is_below(*it, category))
    }

    /// The form in which a list of words that takes everything when silent takes an item.
    pub fn take(&self, selector: &Selector, proven: bool, item: Item, form: Form) -> Option<Form> {
        let (out, words): (Vec<&Word>, Vec<&Word>) = selector.words.iter().partition(|word| word.excludes);
        if out.iter().any(|word| self.leaves_out(word, item)) {
            return None;
        }
        if words.is_empty() {
            return Some(form);
        }
        let taking: Vec<&Word> = words.into_iter().filter(|word| self.names(word, item)).collect();
        let most = taking.iter().map(|word| self.specific(word)).max()?;
        let forms = taking
            .iter()
            .filter(|word| self.specific(word) == most)
            .map(|word| word.transforms.iter().fold(form, |form, it| transformed(*it, form, proven)));
        forms.min()
    }

    /// Whether a list of what somebody can match takes an item: what it gives away does not hinder them.
    pub fn able(&self, selector: &Selector, item: Item) -> bool {
        let named = |word: &Word| word.excludes && self.names(word, item);
        let words = selector.words.iter().filter(|it| !it.excludes);
        let taken = words.clone().next().is_none() || words.clone().any(|word| self.names(word, item));
        !selector.is_silent() && taken && !selector.words.iter().any(named)
    }

    fn about(&self, word: &Word, item: Item) -> bool {
        word.subject.is_none_or(|subject| self.project.wider(item.subject).contains(&subject))
    }

    fn names(&self, word: &Word, item: Item) -> bool {
        self.about(word, item)
            && match word.what {
                What::All => true,
                What::Field(field) => field == item.field,
                What::Category(category) => self.belongs(item.field, category),
            }
    }

    fn leaves_out(&self, word: &Word, item: Item) -> bool {
        let reveals = |category| self.about(word, item) && self.gives_away(item.field, category);
        self.names(word, item) || matches!(word.what, What::Category(category) if reveals(category))
    }

    /// subject.field > field > deeper category > category > subject > all, then the narrower subject.
    fn specific(&self, word: &Word) -> (usize, usize, usize) {
        let subject = word.subject.map_or(0, |it| self.project.wider(it).len());
        match word.what {
            What::Field(_) => (3, 0, subject),
            What::Category(category) => (2, depth(category), subject),
            What::All => (usize::from(subject > 0), 0, subject),
        }
    }

    /// The labels of a field where it is derived: what the dictionary says; its inputs bring the rest.
    pub fn derived_labels(&self, field: usize) -> u32 {
        let Some(said) = &self.project.fields[field].said else { return 0 };
        labels(said.is.iter().chain(&said.reveals), said.is.is_empty())
    }

    /// The labels of a field where it is collected: what the dictionary says, and where that is
    /// silent whatever any derivation of the name takes in.
    pub fn collected_labels(&self, field: usize) -> u32 {
        match self.project.fields.get(field) {
            None => PERSONAL | UNKNOWN,
            Some(entry) if entry.said.is_some() => self.derived_labels(field),
            Some(_) => labels(self.is[field].iter().chain(&self.reveals[field]), self.unknown[field]),
        }
    }
}

fn labels<'a>(categories: impl Iterator<Item = &'a usize>, unknown: bool) -> u32 {
    categories.fold(if unknown { PERSONAL | UNKNOWN } else { 0 }, |labels, category| {
        let it = &CATEGORIES[*category];
        labels | if it.sensitive { 1 << category } else { 0 } | if it.personal { PERSONAL } else { 0 }
    })
}
