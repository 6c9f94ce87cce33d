//! Personal identifiers: whether a text is of the form of one, and whether the form alone tells.
//!
//! A check digit supports a finding, it does not make one: of ten random numbers one passes Luhn.
//! So each scheme says whether it is strong enough without a telling name beside it.

mod accounts;
mod email;
mod national;
mod nordic;
mod read;

/// One scheme of identifiers.
#[derive(Debug)]
pub struct Identifier {
    /// Its id. A scheme with `-bare` at the end is the same scheme in a form that numbers of any
    /// kind have as well.
    pub id: &'static str,
    /// What readers call it.
    pub title: &'static str,
    /// The category of data it belongs to.
    pub category: &'static str,
    /// Whether the form alone is enough, without a telling name.
    pub alone: bool,
    check: fn(&str) -> bool,
}

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 64;

const NATIONAL: &str = "id.national";

/// All schemes there are.
pub static IDENTIFIERS: &[Identifier] = &[
    sure("se-personnummer", "Swedish personal or coordination number", NATIONAL, nordic::personnummer),
    named("se-personnummer-bare", "Swedish personal or coordination number", NATIONAL, nordic::personnummer_bare),
    sure("fi-hetu", "Finnish personal identity code", NATIONAL, nordic::hetu),
    sure("no-fodselsnummer", "Norwegian birth number or D-number", NATIONAL, nordic::fodselsnummer),
    named("dk-cpr", "Danish CPR number", NATIONAL, nordic::cpr),
    named("fr-nir", "French social security number", NATIONAL, national::nir),
    named("de-idnr", "German tax identification number", NATIONAL, national::idnr),
    named("nl-bsn", "Dutch citizen service number", NATIONAL, national::bsn),
    sure("be-nn", "Belgian national number", NATIONAL, national::nn),
    named("es-dni", "Spanish identity card number", NATIONAL, national::dni),
    sure("es-nie", "Spanish identity number of foreigners", NATIONAL, national::nie),
    sure("it-codice-fiscale", "Italian tax code", NATIONAL, national::codice_fiscale),
    named("pl-pesel", "Polish PESEL number", NATIONAL, national::pesel),
    named("gb-nhs", "NHS number of England, Wales and the Isle of Man", NATIONAL, national::nhs),
    named("gb-nino", "British national insurance number", NATIONAL, national::nino),
    sure("ch-ahv", "Swiss social security number", NATIONAL, national::ahv),
    sure("iban", "International bank account number", "finance.account", accounts::iban),
    sure("payment-card", "Payment card number", "finance.payment.card", accounts::card),
    named("payment-card-bare", "Payment card number", "finance.payment.card", accounts::card_bare),
    sure("email", "E-mail address", "contact.email", email::email),
];

/// The schemes a whole text is of the form of. Space around it does not count; a text that is
/// longer than 64 bytes or not ASCII is of none.
pub fn identify(text: &str) -> impl Iterator<Item = &'static Identifier> {
    let text = text.trim();
    let fits = text.len() <= LONGEST && text.is_ascii();
    IDENTIFIERS.iter().filter(move |it| fits && (it.check)(text))
}

/// A scheme whose form is enough.
const fn sure(id: &'static str, title: &'static str, category: &'static str, check: fn(&str) -> bool) -> Identifier {
    Identifier { id, title, category, alone: true, check }
}

/// A scheme that needs a telling name.
const fn named(id: &'static str, title: &'static str, category: &'static str, check: fn(&str) -> bool) -> Identifier {
    Identifier { id, title, category, alone: false, check }
}
