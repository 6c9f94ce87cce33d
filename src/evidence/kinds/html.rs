//! Pages, templates and scripts: the code of vendors in them, and what it is called with. Code that is there
//! may never run, so nothing here is more than possible.

use crate::evidence::code::{Code, Mode, Told, Whose, is_name, is_of_digest, markup, mentions};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Observation, Party, SeenForm, Strength};
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static HTML: Kind =
    Kind { id: "html", summary: "pages, templates and scripts, with the vendors' code in them", system: "website", raw: false, read };

/// Bytes of a page or script, at most: every tag and call in it is kept for a while.
const PAGE: u64 = 4 << 20;

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.up_to(PAGE)?;
    if bytes.contains(&0) {
        return Err(Unread::because("is no text"));
    }
    // Old pages are in old encodings; addresses and calls are the same in all of them.
    let text = String::from_utf8_lossy(&bytes);
    if text.trim().is_empty() {
        return Ok(());
    }
    let text = markup::without_comments(&text);
    let lines: Vec<usize> = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
    let line = |at: usize| (lines.partition_point(|it| *it < at) + 1).to_string();
    let code = Code::of(desk);
    for mention in mentions(&text) {
        let whose = code.whose(&mention.address);
        if mention.mode == Mode::Written && !matches!(whose, Whose::Theirs { told: Told::Address, .. }) {
            continue;
        }
        notes.coverage.entries += 1;
        match whose {
            Whose::Nobodys => notes.coverage.nowhere += 1,
            Whose::Own => notes.coverage.first_party += 1,
            Whose::Theirs { party, host, endpoints, .. } => {
                notes.host(&host);
                let feature = endpoints.first().and_then(|it| it.feature).map(str::to_owned);
                let seen = Observation { feature, ..Observation::toward(party, &host, Strength::Possible) };
                notes.see(seen, &line(mention.at), None);
            }
        }
    }
    for call in code.calls(&text) {
        notes.coverage.entries += 1;
        let seen = Observation {
            feature: call.feature.map(str::to_owned),
            ..Observation::toward(Party::Vendor(call.vendor.to_owned()), "", Strength::Possible)
        };
        for member in call.members.iter().filter(|it| !it.is_constant() && is_name(&it.path)) {
            let Some(known) = call.parameters.get(&member.path) else {
                notes.coverage.unexplained += 1;
                continue;
            };
            let field = Observation {
                field: member.path.clone(),
                category: Some(known.category.to_owned()),
                form: if is_of_digest(&member.path) { SeenForm::Pseudonymised } else { SeenForm::Plain },
                feature: known.feature.or(call.feature).map(str::to_owned),
                ..seen.clone()
            };
            notes.see(field, &line(call.at), None);
        }
        notes.see(seen, &line(call.at), None);
    }
    // A page without any of them has been looked at all the same.
    notes.coverage.entries = notes.coverage.entries.max(1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::HTML;
    use crate::evidence::kinds::trial;

    fn rows(text: &str) -> Vec<String> {
        trial::whole_rows(&trial::read_small(&HTML, "page.html", text.as_bytes()).expect("it is a text"))
    }

    #[test]
    fn loaded_code_calls_and_their_keys_are_possible() {
        let page = "<script src='//cdn.widgets.example/w.js'></script><script src=/own.js></script>
            <script>t.src='https://connect.facebook.net/en_US/fbevents.js'; fbq( \"init\", '1', { em: kund.epost, ph: '', x: y });</script>
            <img src='https://www.facebook.com/tr?id=1&amp;ev=x'>";
        let expected = [
            "meta - - - - possible pixel",
            "meta - em contact.email plain possible advanced-matching",
            "meta connect.facebook.net - - - possible -",
            "meta www.facebook.com - - - possible pixel",
            "widgets.example cdn.widgets.example - - - possible -",
        ];
        assert_eq!(rows(page), expected);
    }

    #[test]
    fn links_own_addresses_comments_and_foreign_strings_are_nothing() {
        let page = "<a href='https://www.facebook.com/tr'>x</a> https://www.facebook.com/tr <!-- <img src=https://a.example/> -->
            <img src='https://static.shop.example/x'><script>f('https://b.example/')</script>";
        assert!(rows(page).is_empty());
    }

    #[test]
    fn the_call_that_says_most_counts_and_packed_names_are_nobodys() {
        assert_eq!(rows("fbq('track','Purchase',{value:v}); fbq('track','Lead'); x.fbq2('init'); s.t()"), ["meta - - - - possible pixel"]);
        assert_eq!(rows("gtag('set', 'user_data', {email: e}); gtag('set', {user_id: u})").len(), 4);
    }

    #[test]
    fn code_that_the_own_host_hands_on_is_the_vendors_and_an_own_installation_is_not() {
        let page = "<script src='https://t.shop.example/gtm.js?id=GTM-1'></script><script src='https://t.shop.example/matomo.js'></script>";
        assert_eq!(rows(page), ["google t.shop.example - - - possible -"]);
        assert_eq!(rows("<script src='https://a.example/matomo.js'>"), ["matomo a.example - - - possible -"]);
    }

    #[test]
    fn an_entry_is_a_line() {
        let notes = trial::read_small(&HTML, "page.html", b"\n\n<script src='https://a.example/'>").expect("it is a text");
        assert_eq!(notes.seen.values().map(|it| it.at.entry.as_str()).collect::<Vec<_>>(), ["3"]);
    }

    #[test]
    fn a_text_without_vendors_was_looked_at_and_an_empty_one_was_not() {
        assert!(rows("let a = 1;").is_empty());
        assert!(trial::read_small(&HTML, "a.js", b" \n").is_err());
        assert!(trial::read_small(&HTML, "a.png", b"\x89PNG\0").is_err());
    }

    #[test]
    fn a_long_line_and_broken_text_are_read() {
        let mut text = "fbq('init',{em:".repeat(50_000).into_bytes();
        text.extend("a=b;//'".repeat(450_000).bytes());
        text.extend(b"\xff<script src='https://a.example/'>");
        assert!(trial::read_small(&HTML, "a.js", &text).is_ok());
        assert!(trial::read_small(&HTML, "a.js", &text.repeat(2)).is_err_and(|it| it.0.contains("larger than 4 MiB")));
    }
}
