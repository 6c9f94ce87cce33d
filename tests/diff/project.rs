//! A small project of several teams, and what is otherwise after an edit.

use ropa::Answer;
use ropa::declare::Date;
use ropa::diff::{Diff, Known, State, causes, diff};
use ropa::source::edits::Texts;
use ropa::verdict::Lock;

/// Files by their paths.
pub type Files = Vec<(&'static str, String)>;

pub fn day() -> Date {
    Date::try_from("2026-09-01".to_owned()).unwrap()
}

/// The catalogue, the shop that collects, the data team that derives, and three far recipients.
pub fn project() -> Files {
    let files = [
        ("ropa.yaml", "version: 1\norganisation: { name: Shop, country: SE }\n"),
        (
            "registry/catalog.yaml",
            "\
subjects: { buyer: Buyer, member: { is: buyer } }
categories:
  special.health.pregnancy: {}
fields:
  email: contact.email
  postcode: contact.postcode
  cart: { is: behaviour.purchase, reveals: [special.health] }
  height: behaviour
  visits: { is: behaviour.pages }
  reviews: profile
activities:
  orders: { purpose: To deliver, basis: contract, retention: 24m }
  ads: { purpose: To advertise, basis: consent, retention: 12m }
gates:
  consent.ads: { kind: consent, for: [ads], proof: banner }
",
        ),
        (
            "registry/shop.yaml",
            "\
team: shop
systems:
  shop:
    title: The shop
    collects:
      buyer: { fields: [email, postcode, cart, visits], for: orders }
    sends:
      warehouse: all
      mailer: { fields: [email|sha256], for: orders }
",
        ),
        (
            "registry/data.yaml",
            "\
team: data
for: ads
systems:
  warehouse:
    derives:
      segment: [postcode]
    sends:
      ads-one: { fields: [segment], gate: consent.ads }
      ads-two: { fields: [segment, visits], gate: consent.ads }
      ads-three#list: { fields: [segment, -special], gate: consent.ads }
      archive: { fields: all, for: orders }
",
        ),
        (
            "registry/recipients.yaml",
            "\
recipients:
  ads-one: { role: joint-controller, kind: advertising, country: SE }
  ads-two: { role: controller, kind: advertising, country: DE, retention: 90d }
  ads-three: { role: processor, country: IE, subprocessors: [ads-sub] }
  ads-sub: { role: processor, country: IE }
  mailer: { role: processor, country: SE }
  archive: { role: processor, vendor: aws, country: SE, contract: { type: dpa, ref: legal/a.pdf } }
",
        ),
    ];
    let files = files.into_iter().map(|(path, text)| (path, text.to_owned())).collect();
    understood(&answer(&files));
    files
}

/// The project with one text in place of another, which stands once in a file.
pub fn edited(files: &Files, path: &str, was: &str, is: &str) -> Files {
    let mut files = files.clone();
    let text = &mut files.iter_mut().find(|it| it.0 == path).unwrap().1;
    assert_eq!(text.matches(was).count(), 1, "`{was}` stands once in {path}");
    *text = text.replace(was, is);
    files
}

pub fn answer(files: &Files) -> Answer {
    let (settings, rest): (Vec<_>, Vec<_>) = files.iter().partition(|it| it.0 == "ropa.yaml");
    let rest: Vec<(&str, &str)> = rest.iter().map(|(path, text)| (*path, text.as_str())).collect();
    ropa::answer_texts(&settings[0].1, &rest, None, day())
}

fn understood(answer: &Answer) {
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
}

/// What is otherwise, with causes.
pub fn compared(base: &Files, head: &Files) -> (Diff, Answer, Answer) {
    let (_, old, new) = differing(base, head);
    (new.since(&old), old, new)
}

/// What is otherwise, whatever the cause.
pub fn differing(base: &Files, head: &Files) -> (Diff, Answer, Answer) {
    let (old, new) = (answer(base), answer(head));
    understood(&old);
    understood(&new);
    (diff(State::Map(&old.map), State::Map(&new.map), &Lock::default()), old, new)
}

fn known(answer: &Answer) -> Known<'_> {
    Known { map: &answer.map, texts: Texts { sources: &answer.sources, project: &answer.project } }
}

/// How a cause is found: by taking edits back, or, as in a large project, by what a change depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Trial,
    Sight,
}

/// Each change in a line: what happened, to what, and its causes as `file: now (before)`.
pub fn told(base: &Files, head: &Files, by: By) -> Vec<String> {
    let (mut found, old, new) = compared(base, head);
    if by == By::Sight {
        causes(&mut found, known(&old), known(&new), &|_| None);
    }
    let cause = |at: &usize| {
        let cause = &found.causes[*at];
        let words = cause.now.map_or("-", |span| new.sources.text(span));
        let before = cause.before.map(|it| format!(" (was {})", old.sources.text(it))).unwrap_or_default();
        let place = cause.place.map_or_else(|| old.sources.place(cause.before.unwrap()), |span| new.sources.place(span));
        format!("{}:{}: {words}{before}", place.file.trim_start_matches("registry/"), place.line)
    };
    let all = |causes: &[usize]| causes.iter().map(cause).collect::<Vec<_>>().join(" + ");
    let exposures = found.exposures.iter().map(|it| {
        let row = it.row();
        format!("{} {} {} <- {}", it.turn.word(), row.item, row.flow, all(&it.causes))
    });
    let facts = found.facts.iter().map(|it| {
        let what = it.what.as_deref().unwrap_or("");
        format!("{}-{} {} {what} <- {}", it.noun.word(), it.verb.word(), it.id, all(&it.causes))
    });
    exposures.chain(facts).collect()
}
