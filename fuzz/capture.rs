//! Whatever a capture holds, reading it ends: in observations, in words, never in a fall.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use ropa::declare::Date;
use ropa::evidence::{Desk, named, persona_of};
use ropa::law::Catalogue;
use ropa::source::Opened;
use ropa::{Answer, compute};

static NOTHING: LazyLock<Answer> =
    LazyLock::new(|| compute(Opened::nothing(), Date::try_from("2026-09-01".to_owned()).expect("it is a day")));
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(&NOTHING.map.model.law));
static DESK: LazyLock<Desk<'static>> = LazyLock::new(|| Desk {
    persona: persona_of("customer: { email: kanariella.7713@post.example, phone: '+46701740635' }").expect("it is a persona"),
    ..Desk::of(&NOTHING.map.model, &CATALOGUE)
});

fuzz_target!(|bytes: &[u8]| {
    let kind = named(env!("CARGO_BIN_NAME")).expect("each target is called as a kind");
    let _ = kind.read("package.json", Box::new(bytes), &DESK);
});
