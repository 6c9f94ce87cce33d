//! How data models mark what is personal: by tags and free metadata, in the words that teams use for it.

use crate::evidence::desk::Desk;
use crate::evidence::tree::Tree;

/// Words that mark something as personal.
const PERSONAL: &[&str] = &["pii", "personal", "gdpr", "sensitive"];
/// Words that turn such a mark into its opposite: `non-pii`.
const NOT: &[&str] = &["no", "non", "not", "none", "false", "without"];
/// Members of metadata whose text is a mark.
const NAMING: &[&str] = &["ropa", "category", "data_category", "classification", "data_classification", "sensitivity", "privacy", "tags"];
/// Objects in metadata within each other, at most.
const DEPTH: usize = 4;

/// What marks say of a column, model or source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    #[default]
    Silent,
    /// That it is not personal.
    Not,
    /// That it is personal; of this category, where one is named.
    Personal(Option<String>),
}

impl Mark {
    /// Both marks together: what says more wins, and one category is enough.
    pub fn and(self, other: Mark) -> Mark {
        match (self, other) {
            (Mark::Personal(one), Mark::Personal(other)) => Mark::Personal(one.or(other)),
            (mark @ Mark::Personal(_), _) | (_, mark @ Mark::Personal(_)) => mark,
            (Mark::Not, _) | (_, Mark::Not) => Mark::Not,
            (Mark::Silent, Mark::Silent) => Mark::Silent,
        }
    }

    /// What tags say: a list of texts, or one text.
    pub fn of_tags(tags: &Tree, desk: &Desk) -> Mark {
        match tags {
            Tree::Text(tag) => Mark::of_word(tag, desk),
            Tree::List(_) => tags.texts().map(|it| Mark::of_word(it, desk)).fold(Mark::Silent, Mark::and),
            _ => Mark::Silent,
        }
    }

    /// What free metadata says: `ropa: contact.email`, `pii: true`, `contains_pii: yes`.
    pub fn of_meta(meta: &Tree, desk: &Desk) -> Mark {
        Mark::of_members(meta, desk, 0)
    }

    fn of_members(meta: &Tree, desk: &Desk, depth: usize) -> Mark {
        let marks = meta.members().map(|(name, value)| {
            let name = name.to_lowercase();
            if words(&name).any(|it| PERSONAL.contains(&it)) {
                return Mark::of_answer(&name, value, desk);
            }
            if NAMING.contains(&name.as_str()) {
                // What `ropa` names is meant for us: it is personal, whatever it says.
                let meant = name == "ropa" && value.as_str().is_some_and(|it| !it.trim().is_empty());
                let mark = Mark::of_tags(value, desk);
                return if meant && mark == Mark::Silent { Mark::Personal(None) } else { mark };
            }
            if depth < DEPTH { Mark::of_members(value, desk, depth + 1) } else { Mark::Silent }
        });
        marks.fold(Mark::Silent, Mark::and)
    }

    /// A member whose name is the question: is it personal?
    fn of_answer(name: &str, value: &Tree, desk: &Desk) -> Mark {
        let said = match value {
            Tree::Null => return Mark::Silent,
            Tree::Bool(yes) => *yes,
            Tree::Number(number) => number.as_f64() != Some(0.0),
            Tree::List(list) => {
                let mark = Mark::of_tags(value, desk);
                if mark != Mark::Silent {
                    return mark;
                }
                !list.is_empty()
            }
            Tree::Object(members) => !members.is_empty(),
            Tree::Text(text) => {
                if let Some(category) = category(text, desk) {
                    return Mark::Personal(Some(category));
                }
                let text = text.trim().to_lowercase();
                !matches!(text.as_str(), "" | "0" | "n" | "n/a") && !words(&text).any(|it| NOT.contains(&it))
            }
        };
        let denied = words(name).any(|it| NOT.contains(&it));
        if said != denied { Mark::Personal(None) } else { Mark::Not }
    }

    /// One tag: a category, or words.
    pub fn of_word(text: &str, desk: &Desk) -> Mark {
        if let Some(category) = category(text, desk) {
            return Mark::Personal(Some(category));
        }
        let text = text.to_lowercase();
        if !words(&text).any(|it| PERSONAL.contains(&it)) {
            return Mark::Silent;
        }
        if words(&text).any(|it| NOT.contains(&it)) { Mark::Not } else { Mark::Personal(None) }
    }
}

/// The category that a text is the id of.
pub fn category(text: &str, desk: &Desk) -> Option<String> {
    desk.categories.get(&text.trim().to_lowercase()).cloned()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Mark;
    use crate::evidence::kinds::trial::with_desk;
    use crate::evidence::tree::Tree;

    fn meta(value: Value) -> Mark {
        let text = value.to_string();
        let meta: Tree = serde_json::from_str(&text).expect("it is JSON");
        with_desk(|desk| Mark::of_meta(&meta, desk))
    }

    fn email() -> Mark {
        Mark::Personal(Some("contact.email".to_owned()))
    }

    #[test]
    fn tags_mark_by_word_or_by_category() {
        let tag = |text: &str| with_desk(|desk| Mark::of_word(text, desk));
        for text in ["PII", "contains_pii", "gdpr:personal", "Sensitive"] {
            assert_eq!(tag(text), Mark::Personal(None), "{text}");
        }
        assert_eq!(tag("Contact.Email"), email());
        assert_eq!(tag("non-pii"), Mark::Not);
        for text in ["nightly", "personalisation", "team.marketing", ""] {
            assert_eq!(tag(text), Mark::Silent, "{text}");
        }
    }

    #[test]
    fn metadata_marks_by_name_or_by_answer() {
        assert_eq!(meta(json!({ "ropa": "contact.email" })), email());
        assert_eq!(meta(json!({ "ropa": "contact.emial" })), Mark::Personal(None));
        assert_eq!(meta(json!({ "governance": { "category": "contact.email" } })), email());
        assert_eq!(meta(json!({ "pii": "contact.email", "classification": "PII" })), email());
        assert_eq!(meta(json!({ "contains_pii": "yes" })), Mark::Personal(None));
        assert_eq!(meta(json!({ "pii": ["contact.email"] })), email());
        assert_eq!(meta(json!({ "pii": false })), Mark::Not);
        assert_eq!(meta(json!({ "non_pii": true })), Mark::Not);
        for silent in [json!({ "owner": "pii" }), json!({ "pii": null }), json!({ "category": "finance mart" }), json!(["pii"]), json!(1)] {
            assert_eq!(meta(silent.clone()), Mark::Silent, "{silent}");
        }
    }
}
