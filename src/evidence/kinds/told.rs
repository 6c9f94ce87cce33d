//! What models and scanners tell instead of showing: the name of somebody, and the name of something that
//! goes there.

use crate::evidence::address::{Address, host_name, is_loopback};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Observation, Party, SeenForm, Strength};

/// One thing told.
pub struct Told<'t> {
    /// To whom it goes.
    pub to: Party,
    /// The column or type of data; empty where only the recipient is known.
    pub field: &'t str,
    /// Its category, where the source or its name says it.
    pub category: Option<String>,
    /// Its form.
    pub form: SeenForm,
    /// How sure.
    pub strength: Strength,
}

impl Told<'_> {
    /// Takes it down.
    pub fn note(self, entry: &str, notes: &mut Notes) {
        // No request was seen, so no host either.
        let toward = Observation::toward(self.to, "", self.strength);
        let observation = Observation { field: self.field.to_owned(), category: self.category, form: self.form, ..toward };
        notes.see(observation, entry, None);
    }
}

/// A place in code, as far as it is known: `src/app.js:4`.
pub fn place(file: &str, line: Option<u64>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// Who bears a name.
pub fn called(desk: &Desk, name: &str) -> Party {
    match desk.signatures.vendor_named(name) {
        Some(vendor) => Party::Vendor(vendor.to_owned()),
        None => Party::Unknown(name.to_owned()),
    }
}

/// The host of an address, or of what is one without its scheme: `api.partner.example/v1`.
pub fn host_of(text: &str) -> Option<String> {
    let host = match Address::of(text) {
        Some(address) => host_name(address.host),
        None => host_name(text.split(['/', ':', '?', '#']).next().unwrap_or_default()),
    };
    let is_name = |it: &str| it.contains('.') && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    (is_name(&host) || is_loopback(&host)).then_some(host)
}
