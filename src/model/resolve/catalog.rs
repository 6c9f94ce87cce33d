//! Categories, subjects, gates and the field dictionary.

use std::collections::BTreeSet;

use super::{Resolver, section};
use crate::declare::DeclaredFile;
use crate::finding::{INVALID_VALUE, UNKNOWN_NAME};
use crate::law::Table;
use crate::model::gate::kind_of;
use crate::model::names::{check_id, local};
use crate::model::{Category, CategoryId, Field, Gate, GateId, Subject, SubjectId};
use crate::source::Span;

impl Resolver<'_> {
    pub(super) fn catalog(&mut self, files: &mut [DeclaredFile]) {
        self.catalog_categories(files);
        self.catalog_subjects(files);
        self.catalog_fields(files);
        self.catalog_gates(files);
        self.fields.clashes(&self.categories, self.out);
        self.subjects.clashes(&self.categories, self.out);
        self.subjects.clashes(&self.fields, self.out);
    }

    fn catalog_categories(&mut self, files: &mut [DeclaredFile]) {
        for (id, known) in Table::gather(files, |file| &mut file.categories, self.out).into_entries() {
            check_id(&id, known.span, true, self.out);
            // Sorted by id, so what a category inherits from is there before it.
            let parent = id.rsplit_once('.').and_then(|(above, _)| {
                let parent = self.categories.get(above);
                if parent.is_none() {
                    self.out
                        .report(&UNKNOWN_NAME, &[above])
                        .say(format!("`{id}` inherits from `{above}`, which is not declared"))
                        .at(known.span, "")
                        .help(format!("declare the category `{above}`"));
                }
                parent.map(CategoryId)
            });
            let above = parent.map(|parent| self.model.category(parent).clone());
            let decl = known.value;
            let own = |it: &crate::source::Maybe<crate::source::Spanned<bool>>| it.as_ref().map(|it| it.value);
            self.categories.insert(&id, self.model.categories.len(), known.span);
            self.model.categories.push(Category {
                art9: decl.art9.as_ref().map(|it| it.value.clone()).or_else(|| above.as_ref()?.art9.clone()),
                art10: own(&decl.art10).unwrap_or_else(|| above.as_ref().is_some_and(|it| it.art10)),
                national_id: own(&decl.national_id).unwrap_or_else(|| above.as_ref().is_some_and(|it| it.national_id)),
                personal: own(&decl.personal).unwrap_or_else(|| above.as_ref().is_none_or(|it| it.personal)),
                depth: above.as_ref().map_or(0, |it| it.depth + 1),
                id,
                parent,
                decl,
                span: known.span,
            });
        }
    }

    fn catalog_subjects(&mut self, files: &mut [DeclaredFile]) {
        let all = section(files, |file| &mut file.subjects, self.out);
        for (at, (id, subject)) in all.iter().enumerate() {
            check_id(id, subject.span, false, self.out);
            self.subjects.insert(id, at, subject.span);
        }
        for (id, subject) in all {
            let is = subject.value.is.as_ref().and_then(|word| self.subjects.expect(word, self.out)).map(SubjectId);
            self.model.subjects.push(Subject { id, is, decl: subject.value.0, span: subject.span });
        }
        for at in 0..self.model.subjects.len() {
            let own = SubjectId::from_index(at);
            if self.model.subject_chain(own).skip(1).any(|it| it == own) {
                let subject = &self.model.subjects[at];
                let span = subject.decl.is.as_ref().map_or(subject.span, |it| it.span);
                self.out
                    .report(&INVALID_VALUE, &[&subject.id])
                    .say(format!("`{}` is, by way of others, itself", subject.id))
                    .at(span, "")
                    .help("remove one `is:` of the circle");
            }
        }
    }

    /// The dictionary, and every name that some node derives.
    fn catalog_fields(&mut self, files: &mut [DeclaredFile]) {
        let mut all = section(files, |file| &mut file.fields, self.out);
        let mut derived: BTreeSet<(&str, Span)> = BTreeSet::new();
        for file in files.iter() {
            let systems = file.decl.systems.iter().flat_map(|it| it.value.derives.iter());
            let recipients = file.decl.recipients.iter().flat_map(|it| it.value.derives.iter());
            derived.extend(systems.chain(recipients).map(|it| (it.key.value.as_str(), it.key.span)));
        }
        let mut names: BTreeSet<&str> = all.keys().map(String::as_str).collect();
        names.extend(derived.iter().map(|(id, _)| *id));
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();

        self.fields.insert("unknown", 0, Span::default());
        self.model.fields.push(Field { unknown: true, ..blank("unknown".to_owned(), Span::default()) });
        for id in names {
            let declared = all.remove(&id);
            let first = || derived.range((id.as_str(), Span::default())..).next().map(|it| it.1).unwrap_or_default();
            let span = declared.as_ref().map_or_else(first, |it| it.span);
            check_id(&id, span, false, self.out);
            self.fields.insert(&id, self.model.fields.len(), span);
            let mut field = blank(id, span);
            if let Some(declared) = declared {
                let decl = declared.value.0;
                field.unknown = decl.is.is_empty() || decl.is.iter().any(|word| *word.value == *"unknown");
                let known = decl.is.iter().filter(|word| word.value != "unknown");
                field.is = known.filter_map(|word| self.categories.expect(word, self.out)).map(CategoryId).collect();
                let reveals = decl.reveals.iter().filter_map(|word| self.categories.expect(word, self.out));
                field.declared_reveals = reveals.map(CategoryId).collect();
                field.reveals = field.declared_reveals.clone();
                field.decl = Some(decl);
            }
            self.model.fields.push(field);
        }
    }

    fn catalog_gates(&mut self, files: &mut [DeclaredFile]) {
        let table = Table::gather(files, |file| &mut file.gates, self.out);
        let mut all: std::collections::BTreeMap<_, _> =
            table.into_entries().map(|(id, known)| (id, (Some(known.value), known.span))).collect();
        for (id, (_, span)) in all.clone() {
            check_id(local(&id), span, true, self.out);
            for (at, _) in id.match_indices('.') {
                all.entry(id[..at].to_owned()).or_insert((None, span));
            }
        }
        for (at, (id, (_, span))) in all.iter().enumerate() {
            self.gates.insert(id, at, *span);
        }
        for (id, (decl, span)) in all {
            let above = id.match_indices('.').filter_map(|(at, _)| self.gates.get(&id[..at]));
            let mut implies: Vec<_> = above.chain(self.gates.get(&id)).map(GateId).collect();
            implies.sort();
            let kind = decl.as_ref().and_then(|it| it.kind.as_ref()).map_or_else(|| kind_of(local(&id)), |kind| kind.value);
            self.model.gates.push(Gate { id, implies, kind, activities: Vec::new(), decl, span });
        }
    }
}

fn blank(id: String, span: Span) -> Field {
    Field {
        id,
        is: Vec::new(),
        reveals: Vec::new(),
        declared_reveals: Vec::new(),
        is_closed: Vec::new(),
        reveals_closed: Vec::new(),
        unknown: false,
        reveals_unknown: false,
        decl: None,
        span,
    }
}
