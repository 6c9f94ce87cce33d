//! The rights people have where an activity processes data about them: those declared, else those that
//! follow from what it rests on.

use super::{Line, Reading, Value};
use crate::declare::{ActivityDecl, Trait};
use crate::model::Activity;

/// A right and its article.
struct Right {
    name: &'static str,
    article: &'static str,
    /// Whether the declared basis and the rest leave it to people.
    holds: fn(&str, &ActivityDecl) -> bool,
}

static RIGHTS: [Right; 7] = [
    Right { name: "access", article: "gdpr.15", holds: |_, _| true },
    Right { name: "rectification", article: "gdpr.16", holds: |_, _| true },
    // Art. 17(3)(b): not where a law or a public task requires the processing.
    Right { name: "erasure", article: "gdpr.17", holds: |basis, _| !["legal-obligation", "public-task"].contains(&basis) },
    Right { name: "restriction", article: "gdpr.18", holds: |_, _| true },
    Right { name: "portability", article: "gdpr.20", holds: |basis, it| ["consent", "contract"].contains(&basis) || by_consent(it) },
    Right {
        name: "objection",
        article: "gdpr.21",
        holds: |basis, it| ["public-task", "legitimate-interest"].contains(&basis) || it.marketing.as_ref().is_some_and(|it| it.value),
    },
    Right {
        name: "human-review",
        article: "gdpr.22",
        holds: |_, it| it.traits.iter().any(|it| matches!(it.value, Trait::AutomatedDecision)),
    },
];

/// Whether some data are processed by explicit consent, Art. 9(2)(a).
fn by_consent(decl: &ActivityDecl) -> bool {
    decl.special.iter().any(|entry| entry.value.condition.as_ref().is_some_and(|letter| letter.value == "a"))
}

/// The rights of an activity; those of a processor's are its controller's to name.
pub(super) fn rights(reading: &Reading, activity: &Activity) -> Option<Line> {
    let decl = &activity.decl;
    let said = |name: &str| reading.choice("right", &name);
    let mut values: Vec<Value> = decl.rights.iter().map(|it| reading.declared(said(&it.value), it.span)).collect();
    if values.is_empty() && !activity.is_processor() {
        let basis = decl.basis.as_ref().filter(|word| reading.law().bases.get(word).is_some());
        let known = basis.map(|word| word.value.as_str());
        // Without a basis only what the one that leaves people the least leaves them is certain.
        let holding = RIGHTS.iter().filter(|it| match known {
            Some(basis) => (it.holds)(basis, decl),
            None => (it.holds)("legal-obligation", decl),
        });
        values.extend(holding.map(|it| reading.computed(said(it.name)).detail(reading.article(it.article))));
        if known.is_none() {
            values.push(reading.missing("basis"));
        }
    }
    (!values.is_empty()).then(|| Line { label: reading.word("rights"), values })
}
