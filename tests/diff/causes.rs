//! Each change names the words its author edited.

use crate::project::{edited, project, told};

const NOISE: (&str, &str, &str) = ("registry/catalog.yaml", "purpose: To deliver,", "purpose: To deliver goods,");

#[test]
fn probe() {
    let base = project();
    let cases = [
        ("registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]"),
        ("registry/catalog.yaml", "visits: { is: behaviour.pages }", "visits: { is: behaviour.pages, reveals: [special.union] }"),
        ("registry/data.yaml", "for: ads\n", "for: orders\n"),
        ("registry/catalog.yaml", "for: [ads]", "for: [ads, orders]"),
        ("registry/recipients.yaml", "subprocessors: [ads-sub]", "subprocessors: [ads-sub, mailer]"),
        ("registry/shop.yaml", "email|sha256", "email"),
        ("registry/shop.yaml", "cart, visits]", "cart, visits, height]"),
        ("registry/recipients.yaml", "vendor: aws, country: SE", "vendor: aws, country: US"),
        ("registry/recipients.yaml", "role: joint-controller", "role: controller"),
        ("registry/recipients.yaml", "ads-sub: { role: processor, country: IE }", "ads-sub: { role: processor, country: US }"),
        ("registry/data.yaml", ", gate: consent.ads }\n      ads-two", " }\n      ads-two"),
        ("registry/data.yaml", "[segment, -special]", "[segment]"),
    ];
    for (path, was, is) in cases {
        println!("== {was} => {is}");
        for line in told(&base, &edited(&base, path, was, is)) {
            println!("   {line}");
        }
        println!(" with noise");
        for line in told(&base, &edited(&edited(&base, path, was, is), NOISE.0, NOISE.1, NOISE.2)) {
            println!("   {line}");
        }
    }
    panic!();
}
