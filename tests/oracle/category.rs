//! The categories, gates, days and transforms that generated projects speak of, with their meaning
//! stated here a second time.

use super::declared::Form;

/// A category and what the oracle knows of it.
pub struct Category {
    /// Dotted id.
    pub id: &'static str,
    /// Art. 9, Art. 10 or a national identifier.
    pub sensitive: bool,
    /// About a person.
    pub personal: bool,
}

const fn ordinary(id: &'static str) -> Category {
    Category { id, sensitive: false, personal: true }
}

const fn sensitive(id: &'static str) -> Category {
    Category { id, sensitive: true, personal: true }
}

const fn impersonal(id: &'static str) -> Category {
    Category { id, sensitive: false, personal: false }
}

/// Built-in categories, and those of [`OWN_CATEGORIES`].
pub static CATEGORIES: &[Category] = &[
    ordinary("contract"),
    ordinary("contract.product"),
    ordinary("contact"),
    ordinary("contact.email"),
    ordinary("behaviour"),
    ordinary("behaviour.pages"),
    ordinary("id"),
    sensitive("id.national"),
    sensitive("special"),
    sensitive("special.union"),
    sensitive("special.club"),
    sensitive("special.health"),
    sensitive("special.health.pregnancy"),
    sensitive("offence.suspicion"),
    impersonal("statistics"),
    impersonal("statistics.county"),
    impersonal("contract.tariff"),
    impersonal("contract.tariff.table"),
];

/// What a recipient matches if it says nothing and has the second vendor: `contact`.
pub const LENT: usize = 2;

/// What of them every generated project declares itself.
pub static OWN_CATEGORIES: &[(&str, &str)] = &[
    ("special.club", "{ title: Club }"),
    ("statistics.county", "{ title: Per county }"),
    ("contract.tariff", "{ personal: false }"),
    ("contract.tariff.table", "{ title: Table }"),
];

/// Whether a category is another or stands below it.
pub fn is_below(category: usize, above: usize) -> bool {
    dotted(CATEGORIES[category].id, CATEGORIES[above].id)
}

/// How many dots stand in its id.
pub fn depth(category: usize) -> usize {
    CATEGORIES[category].id.matches('.').count()
}

/// Every gate; the first only follows from the second's name.
pub static GATES: &[&str] = &["approval", "approval.board", "consent", "consent.marketing", "consent.marketing.ads"];

/// A set of gates with all they imply; one bit each.
pub fn implied(gates: &[usize]) -> u32 {
    let holds = |above: &usize| gates.iter().any(|gate| dotted(GATES[*gate], GATES[*above]));
    (0..GATES.len()).filter(holds).map(|gate| 1 << gate).sum()
}

fn dotted(id: &str, above: &str) -> bool {
    id.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Days, in order; they are named by their position.
pub static DAYS: &[&str] = &["2025-01-10", "2026-06-14", "2026-06-15", "2026-06-16", "2027-01-10"];

/// The day on which the map is asked for.
pub const TODAY: usize = 2;

/// Transforms.
pub static TRANSFORMS: &[&str] = &["sha256", "hmac", "token", "truncate", "encrypt", "aggregate", "anonymise", "decrypt", "detokenise"];

/// The form a transform makes of another; `proven` says that a method is stated.
pub fn transformed(transform: usize, form: Form, proven: bool) -> Form {
    match TRANSFORMS[transform] {
        "encrypt" => form.max(Form::Encrypted),
        "aggregate" | "anonymise" if proven => form.max(Form::Anonymised),
        "decrypt" | "detokenise" => Form::Plain,
        _ => form.max(Form::Pseudonymised),
    }
}

/// Countries recipients name, and whether they belong to the EEA.
pub static COUNTRIES: &[(&str, bool)] = &[("SE", true), ("NO", true), ("US", false), ("GB", false), ("unknown", false)];
