//! Page code and markup, searched for what belongs to others: addresses it loads or names, and calls of
//! vendors with the keys they pass. Nothing is executed, and nothing is understood beyond its look.

mod addresses;
mod calls;
pub mod markup;
pub mod objects;

pub use addresses::{Mode, Told, Whose, is_namespace, mentions};
pub use calls::Call;

use addresses::Scripts;
use calls::Calls;

use super::desk::Desk;

/// What code is searched for.
#[derive(Debug)]
pub struct Code<'d, 'a> {
    desk: &'d Desk<'a>,
    scripts: Scripts<'a>,
    calls: Calls<'a>,
}

impl<'d, 'a> Code<'d, 'a> {
    /// Prepares the search for the signatures of a desk.
    pub fn of(desk: &'d Desk<'a>) -> Code<'d, 'a> {
        Code { desk, scripts: Scripts::of(&desk.signatures), calls: Calls::of(&desk.signatures) }
    }

    /// Every call of a vendor.
    pub fn calls<'t>(&self, text: &'t str) -> Vec<Call<'_, 'a, 't>> {
        self.calls.found_in(text)
    }

    /// Whose an address in code is.
    pub fn whose(&self, address: &str) -> Whose<'d, 'a> {
        addresses::whose(address, self.desk, &self.scripts)
    }
}

/// Whether a key says that its value is a digest.
pub fn is_of_digest(key: &str) -> bool {
    let key = key.to_lowercase();
    ["sha256", "sha1", "md5", "hash"].iter().any(|it| key.contains(it))
}

/// Whether a text is a name as people and programs give them: nothing else is taken from code into a record.
pub fn is_name(text: &str) -> bool {
    let plain = |it: char| it.is_alphanumeric() || "_-.[]$:/ ".contains(it);
    !text.is_empty() && text.len() <= 100 && text.chars().all(plain)
}
