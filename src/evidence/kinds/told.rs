//! What models and scanners tell instead of showing: the name of somebody, and the name of something that
//! goes there.

use crate::evidence::address::{Address, host_name, is_loopback, is_within, registrable};
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
        let observation = Observation {
            recipient: self.to,
            // No request was seen, so no host either.
            host: String::new(),
            field: self.field.to_owned(),
            category: self.category,
            item: None,
            form: self.form,
            strength: self.strength,
            feature: None,
            reveals: Vec::new(),
        };
        notes.see(observation, entry, None);
    }
}

/// Whether a host is the organisation's own.
pub fn is_own(desk: &Desk, host: &str) -> bool {
    is_loopback(host) || desk.first_party.iter().any(|domain| is_within(host, domain))
}

/// Whose a host is, if anybody knows.
pub fn owner(desk: &Desk, host: &str) -> Option<Party> {
    let declared = desk.recipients.iter().find(|(domain, _)| is_within(host, domain));
    let declared = declared.map(|(_, id)| Party::Recipient(id.clone()));
    declared.or_else(|| desk.signatures.vendor_of(host).map(|vendor| Party::Vendor(vendor.to_owned())))
}

/// Who is at a host.
pub fn at_host(desk: &Desk, host: &str) -> Party {
    owner(desk, host).unwrap_or_else(|| Party::Unknown(registrable(host).to_owned()))
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
