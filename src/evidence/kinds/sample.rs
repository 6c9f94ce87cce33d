//! What tests of importers share: a desk with a few signatures, and observations as lines.

use std::collections::BTreeSet;

use crate::declare::{self, Layer};
use crate::evidence::{Desk, Kind, Notes, Persona, Signatures, Unread};
use crate::finding::Findings;
use crate::law::{Catalogue, Law};
use crate::source::{FileId, Source};

/// Vendors and signatures that the tests need.
const LAW: &str = "
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

/// Reads a text as a file of some name.
pub fn read(kind: &Kind, name: &str, text: &[u8]) -> Result<Notes, Unread> {
    let source = Source::new("law.yaml", LAW);
    let (file, _) = declare::parse(FileId::default(), &source, Layer::Given);
    let mut files: Vec<_> = file.into_iter().collect();
    let law = Law::of(&mut files, &mut Findings::default());
    let catalogue = Catalogue {
        signatures: law.signatures.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect(),
        names: law.parameter_names.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect(),
    };
    let desk = Desk {
        signatures: Signatures::of(&law, &catalogue),
        categories: BTreeSet::new(),
        persona: Persona::default(),
        first_party: vec!["shop.example".to_owned()],
        recipients: vec![("partner.example".to_owned(), "partner".to_owned())],
        sensitive: Vec::new(),
    };
    kind.read(name, Box::new(std::io::Cursor::new(text.to_vec())), &desk)
}

/// What was seen: recipient, host, field, category, form, strength and feature, `-` for none; sorted.
pub fn rows(notes: &Notes) -> Vec<String> {
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
