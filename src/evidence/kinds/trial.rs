//! Desks for tests of the kinds: the law and vendors as they ship, or a few of their own; one domain of one's own,
//! one recipient of one's own.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::LazyLock;

use crate::declare::{self, Layer};
use crate::evidence::{Desk, Kind, Notes, Observation, Persona, Signatures, Unread};
use crate::finding::Findings;
use crate::law::{self, Catalogue, Law};
use crate::source::{FileId, Source, Sources};

/// What the signatures of a desk borrow, and the ids of the categories.
struct Given {
    law: Law,
    catalogue: Catalogue,
    categories: BTreeSet<String>,
}

/// The law and catalogue as they ship.
static SHIPPED: LazyLock<Given> = LazyLock::new(|| {
    let mut out = Findings::default();
    let mut files = law::given(&mut Sources::default(), &mut out);
    let law = Law::of(&mut files, &mut out);
    let catalogue = Catalogue::of(&law);
    let categories = files.iter().flat_map(|it| it.decl.categories.iter()).map(|it| it.key.value.clone()).collect();
    Given { law, catalogue, categories }
});

/// A few signatures and names of parameters.
static SMALL: LazyLock<Given> = LazyLock::new(|| {
    let (file, _) = declare::parse(FileId::default(), &Source::new("law.yaml", FEW), Layer::Given);
    let mut files: Vec<_> = file.into_iter().collect();
    let law = Law::of(&mut files, &mut Findings::default());
    let catalogue = Catalogue {
        signatures: law.signatures.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect(),
        names: law.parameter_names.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect(),
    };
    Given { law, catalogue, categories: BTreeSet::new() }
});

/// A few vendors and signatures, for tests in which those that ship would only be in the way.
const FEW: &str = "
vendors:
  meta: { name: Meta, hosts: [facebook.com, facebook.net] }
  google: { name: Google, hosts: [google-analytics.com, googletagmanager.com] }
  linkedin: { name: LinkedIn, hosts: [linkedin.com] }
  matomo: { name: Matomo, hosts: [matomo.cloud] }
  sentry: { name: Sentry, hosts: [sentry.io] }
signatures:
  meta:
    endpoints:
      pixel:
        at: [facebook.com/tr]
        feature: pixel
        parameters: { 'ud[em]': { is: contact.email, feature: advanced-matching }, 'cd[*]': unknown, ev: behaviour.events }
      server:
        at: ['graph.facebook.com/*/events']
        feature: conversions-api
        parameters: { data.user_data.em: contact.email }
    scripts: ['connect.facebook.net/*/fbevents.js']
    calls:
      \"fbq('init'\": { feature: pixel, parameters: { em: { is: contact.email, feature: advanced-matching }, ph: { is: contact.phone, feature: advanced-matching } } }
      \"fbq('track'\": { feature: pixel }
    templates: { facebook/Pixel: pixel, stape-io/facebook-tag: conversions-api }
    packages: { npm: [react-facebook-pixel], pypi: [facebook-business], composer: [facebook/php-business-sdk], gem: [koala] }
  google:
    scripts: [googletagmanager.com/gtag/js, '*/gtm.js?id=GTM-*']
    calls:
      \"gtag('set'\": { feature: analytics, parameters: { user_id: id.customer } }
      \"gtag('set', 'user_data'\": { feature: enhanced-conversions, parameters: { email: contact.email } }
      s.t: {}
    tags: { gaawe: analytics, googtag: analytics, awct: ads, sgtmgaaw: analytics }
    packages: { npm: ['@next/third-parties'], pypi: [google-ads], maven: ['com.google.api-ads:google-ads'], go: [googleads/google-ads-go] }
  linkedin:
    tags: { bzi: insight-tag }
  matomo:
    scripts: ['*/matomo.js']
  sentry:
    packages: { npm: ['@sentry/browser'], cargo: [sentry-core], go: [github.com/getsentry/sentry-go], maven: [io.sentry] }
parameter-names:
  contact.email: [email, epost]
  contact.phone: [phone, telefon]
  id.customer: [userid]
  behaviour.purchase: [order id]
";

impl Given {
    fn desk(&self, first_party: &[&str]) -> Desk<'_> {
        Desk {
            signatures: Signatures::of(&self.law, &self.catalogue),
            categories: self.categories.clone(),
            persona: Persona::default(),
            first_party: first_party.iter().map(|it| (*it).to_owned()).collect(),
            recipients: vec![("mailco.example".to_owned(), "mailco".to_owned())],
            sensitive: Vec::new(),
        }
    }
}

/// The domain of one's own.
const OWN: &[&str] = &["shop.example"];

/// Runs something with the desk as it ships.
pub fn with_desk<T>(run: impl FnOnce(&Desk) -> T) -> T {
    with_desk_of(OWN, run)
}

/// Runs something with the desk as it ships, of these domains.
pub fn with_desk_of<T>(first_party: &[&str], run: impl FnOnce(&Desk) -> T) -> T {
    run(&SHIPPED.desk(first_party))
}

/// Runs something with the desk as it ships, and a persona of these items and values.
pub fn with_persona<T>(values: &[(&str, &str)], run: impl FnOnce(&Desk) -> T) -> T {
    let persona = Persona::of(values.iter().map(|(item, value)| ((*item).to_owned(), *value)));
    run(&Desk { persona, ..SHIPPED.desk(OWN) })
}

/// Reads a text as a file of a kind.
pub fn read(kind: &Kind, text: &str) -> Result<Notes, Unread> {
    with_desk(|desk| kind.read("file", Box::new(Cursor::new(text.to_owned())), desk))
}

/// Reads a text as a file of some name, with the few signatures.
pub fn read_small(kind: &Kind, name: &str, text: &[u8]) -> Result<Notes, Unread> {
    kind.read(name, Box::new(Cursor::new(text.to_vec())), &SMALL.desk(OWN))
}

/// What was seen: recipient, field, category, form and strength of each, sorted.
pub fn rows(notes: &Notes) -> Vec<String> {
    let row = |it: &Observation| {
        let category = it.category.as_deref().unwrap_or("-");
        format!("{} {} {category} {} {}", it.recipient.id(), it.field, it.form.word(), it.strength.word())
    };
    notes.seen.keys().map(row).collect()
}

/// What was seen: recipient, host, field, category, form, strength and feature, `-` for none; sorted.
pub fn whole_rows(notes: &Notes) -> Vec<String> {
    let shown = |it: &str| if it.is_empty() { "-".to_owned() } else { it.to_owned() };
    let mut rows: Vec<String> = notes
        .seen
        .keys()
        .map(|it| {
            let category = it.category.as_deref().unwrap_or_default();
            let cells = [it.recipient.id(), &it.host, &it.field, category, it.form.word(), it.strength.word()];
            let cells = cells.into_iter().chain([it.feature.as_deref().unwrap_or_default()]);
            cells.map(shown).collect::<Vec<_>>().join(" ")
        })
        .collect();
    rows.sort();
    rows
}

/// What remains of a text cut off after each of its bytes: it must be read or refused, never more.
pub fn survives_every_cut(kind: &Kind, text: &str) {
    with_desk(|desk| {
        for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
            let cut = text[..end].to_owned();
            let _ = kind.read("file", Box::new(Cursor::new(cut)), desk);
        }
    });
}
