//! Words of a selector, resolved.

use super::Resolver;
use crate::declare::Word as Written;
use crate::finding::{INVALID_VALUE, UNKNOWN_NAME};
use crate::law::{Form, Step};
use crate::model::names::unknown;
use crate::model::{CategoryId, FieldId, Selector, SubjectId, What, Word};
use crate::source::{Span, nearest, scalar};

/// What a transform in this place means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transforms {
    /// They change the form; a method is stated, so that `anonymised` holds.
    Proven,
    /// They change the form; without a method `anonymised` counts as pseudonymised.
    Unproven,
    /// They mean nothing here.
    Refused(&'static str),
}

impl Resolver<'_> {
    /// Resolves a list of words; says whether a transform was held back for want of a method.
    pub(super) fn selector(&mut self, words: &[Written], transforms: Transforms) -> (Selector, bool) {
        let mut selector = Selector::default();
        let mut unproven = false;
        for written in words {
            let text = written.value.trim();
            if text == "unknown" {
                if words.len() > 1 {
                    self.out
                        .report(&INVALID_VALUE, &[text])
                        .say("`unknown` stands alone: it says that nobody knows which fields these are")
                        .at(written.span, "")
                        .help("remove `unknown`, or every other word");
                }
                selector.unknown = Some(written.span);
                continue;
            }
            let (excludes, text) = match text.strip_prefix('-') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, text),
            };
            let mut parts = text.split('|').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let Some((subject, what)) = self.named(name, written.span) else { continue };
            let (mut step, mut held_back) = (Step::NONE, false);
            for transform in parts {
                if excludes {
                    let message = format!("`-{name}` leaves items out, so `|{transform}` changes nothing");
                    self.out.report(&INVALID_VALUE, &[text]).say(message).at(written.span, "").help("remove the transform");
                } else if let Transforms::Refused(why) = transforms {
                    self.out
                        .report(&INVALID_VALUE, &[text])
                        .say(format!("`|{transform}` has no meaning here: {why}"))
                        .at(written.span, "")
                        .help("remove the transform");
                } else if let Some(next) = self.step(transform, written.span) {
                    let claims = next.apply(Form::Plain) == Form::Anonymised && transforms == Transforms::Unproven;
                    held_back |= claims;
                    step = step.then(if claims { Step::to(Form::Pseudonymised) } else { next });
                }
            }
            unproven |= held_back;
            let word = Word { subject, what, step, held_back, text: written.value.trim().to_owned(), span: written.span };
            if excludes { selector.excludes.push(word) } else { selector.takes.push(word) }
        }
        (selector, unproven)
    }

    /// A selector in a place where forms mean nothing.
    pub(super) fn plain_selector(&mut self, words: &[Written], why: &'static str) -> Selector {
        self.selector(words, Transforms::Refused(why)).0
    }

    /// What a transform does.
    pub(super) fn step(&mut self, transform: &str, span: Span) -> Option<Step> {
        let step = self.model.law.step(transform);
        if step.is_none() {
            unknown("transform", transform, span, self.model.law.transforms.ids(), self.out);
        }
        step
    }

    /// The longest declared category wins over subject and rest.
    fn named(&mut self, name: &str, span: Span) -> Option<(Option<SubjectId>, What)> {
        if name == "all" {
            return Some((None, What::All));
        }
        if let Some(what) = self.thing(name) {
            return Some((None, what));
        }
        if let Some(subject) = self.subjects.get(name) {
            return Some((Some(SubjectId(subject)), What::All));
        }
        if let Some((subject, rest)) = name.split_once('.')
            && let Some(subject) = self.subjects.get(subject)
        {
            let what = if rest == "all" { Some(What::All) } else { self.thing(rest) };
            if let Some(what) = what {
                return Some((Some(SubjectId(subject)), what));
            }
            unknown("field or category", rest, span, self.fields.ids().chain(self.categories.ids()), self.out);
            return None;
        }
        let known = self.fields.ids().chain(self.categories.ids()).chain(self.subjects.ids());
        let finding = self.out.report(&UNKNOWN_NAME, &[name]);
        finding.say(format!("no field, category or subject is called `{name}`")).at(span, "");
        match nearest(name, known) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("add it to the dictionary: `fields: {{ {}: <category> }}`", scalar(name))),
        };
        None
    }

    fn thing(&self, name: &str) -> Option<What> {
        if let Some(category) = self.categories.get(name) {
            return Some(What::Category(CategoryId(category)));
        }
        self.fields.get(name).map(|field| What::Field(FieldId(field)))
    }
}
