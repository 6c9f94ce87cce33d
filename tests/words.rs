//! The languages of the register: official terms, words that were left in English, what rules find, and
//! days, numbers and texts as the reader of each language has them.
//!
//! `tests/terms.csv` holds the terms of the GDPR, Regulation (EU) 2016/679, as its four language versions
//! have them, with the article in parentheses where it matters; `†` marks what is not in the Regulation but
//! in use. Where a cell names several terms, ` / ` stands between them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ropa::declare::Date;
use ropa::finding::Finding;
use ropa::law::Law;
use ropa::render::html::{Options, Site};
use ropa::render::view::tables::{self, Template, Written};
use ropa::render::view::{Figures, figures};
use ropa::render::{csv, json, markdown};
use ropa::source::{FileId, read};
use ropa::{Answer, answer_texts, rules};
use serde_json::Value;

const LANGUAGES: [&str; 4] = ["en", "fr", "sv", "de"];

/// How a text of the register uses a term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is the term.
    Equal,
    /// It begins with the term, word by word, in the plural or with more behind it.
    Begins,
    /// The term stands in it.
    Within,
    /// All its words stand in the cell, which runs two terms together.
    Words,
}
use Use::{Begins, Equal, Within, Words};

/// Each term of `tests/terms.csv`, by its English cell, that the register uses, and where.
const USED: &[(&str, Use, &str)] = &[
    ("record of processing activities (30)", Equal, "words.register"),
    ("processing activity", Equal, "words.activity"),
    ("controller", Equal, "words.role_controller"),
    ("joint controllers", Equal, "words.joint_controllers"),
    ("arrangement (26)", Begins, "words.contract_joint_controller_arrangement"),
    ("processor", Equal, "words.role_processor"),
    ("another processor / sub-processor†", Equal, "words.subprocessing"),
    ("another processor / sub-processor†", Begins, "words.subprocessors"),
    ("representative (27)", Equal, "words.representative"),
    ("data protection officer", Equal, "words.dpo"),
    ("supervisory authority", Equal, "words.authority"),
    ("purposes of the processing", Equal, "words.record_b"),
    ("legal basis", Equal, "words.basis"),
    ("consent / explicit consent", Equal, "bases.consent.title"),
    ("consent / explicit consent", Equal, "conditions.a.title"),
    ("performance of a contract", Equal, "bases.contract.title"),
    ("legal obligation", Equal, "bases.legal-obligation.title"),
    ("vital interests", Equal, "bases.vital-interests.title"),
    ("vital interests", Equal, "conditions.c.title"),
    ("task in the public interest", Equal, "bases.public-task.title"),
    ("legitimate interests", Equal, "bases.legitimate-interest.title"),
    ("legitimate interests", Equal, "words.interest"),
    ("data subject", Equal, "words.subject"),
    ("categories of data subjects", Equal, "words.subjects"),
    ("categories of personal data", Equal, "words.categories_of_data"),
    ("special categories of personal data", Equal, "categories.special.title"),
    ("trade union membership", Equal, "categories.special.union.title"),
    ("data concerning health", Equal, "categories.special.health.title"),
    ("genetic / biometric data", Words, "categories.special.genetic.title"),
    ("genetic / biometric data", Words, "categories.special.biometric.title"),
    // Swedish has the orientation in the definite form, which cannot stand alone.
    ("sex life or sexual orientation", Words, "categories.special.sex-life.title"),
    ("criminal convictions and offences (10)", Equal, "categories.offence.title"),
    ("national identification number (87)", Equal, "categories.id.national.title"),
    ("recipient", Equal, "words.recipient"),
    ("categories of recipients", Equal, "words.record_d"),
    ("source of the data (14(2)(f))", Equal, "words.sources"),
    ("transfer", Begins, "words.record_e"),
    ("third country", Equal, "words.third_country"),
    ("adequacy decision", Equal, "words.adequacy_decision"),
    ("adequacy decision", Equal, "mechanisms.adequacy.title"),
    ("standard data protection clauses (46(2)(c)) / SCC†", Equal, "mechanisms.scc.title"),
    ("binding corporate rules", Equal, "mechanisms.bcr.title"),
    ("code of conduct / certification", Equal, "mechanisms.code-of-conduct.title"),
    ("code of conduct / certification", Equal, "mechanisms.certification.title"),
    ("envisaged time limits for erasure", Equal, "words.record_f"),
    ("storage period", Equal, "words.retention"),
    // Letter (g) of Art. 30(1) itself speaks of security measures, and so does its heading.
    ("technical and organisational measures", Equal, "words.measures"),
    ("encryption", Equal, "words.measure_encryption"),
    ("encryption", Equal, "transforms.encrypt.title"),
    ("data protection impact assessment", Equal, "words.dpia"),
    ("personal data breach", Equal, "words.incident"),
    ("erasure", Within, "words.erase"),
    ("information notice (13/14)†", Begins, "words.notices"),
];

/// The others, and why no word of the register is held against them.
const UNUSED: &[(&str, &[&str])] = &[
    ("stands only within longer terms that have rows of their own", &["personal data"]),
    ("the register asks for the name and for the contact details", &["name and contact details"]),
    ("recipients are shown by their roles, and none is called that", &["third party"]),
    ("stands only in the title of a column of the ICO, in the plural", &["international organisation"]),
    ("the register names the instrument itself", &["appropriate safeguards", "derogations for specific situations (49)"]),
    ("the register has forms of data, which are adjectives", &["pseudonymisation", "anonymous information (Rec. 26)"]),
    ("the letters of Art. 28(3) are shown without their text", &["documented instructions (28(3)(a))"]),
    ("the register says of an authorisation whether it is specific or general", &["prior written authorisation (28(2))"]),
    ("the register says who was consulted", &["prior consultation"]),
    (
        "each right is shown by a word of its own, or in the words of the project",
        &[
            "right of access",
            "rectification",
            "restriction of processing",
            "notification obligation (19)",
            "data portability",
            "right to object",
        ],
    ),
    ("the column of the ICO has the title of the ICO", &["automated individual decision-making, incl. profiling", "profiling"]),
    (
        "the register cites the articles of the principles and does not name them",
        &[
            "lawfulness, fairness, transparency",
            "purpose limitation",
            "data minimisation",
            "accuracy",
            "storage limitation",
            "integrity and confidentiality",
            "accountability",
        ],
    ),
];

/// Words that a language shares with English, with these languages.
const SHARED: &[(&str, &[&str])] = &[
    ("categories.communication.title", &["fr"]),
    ("categories.id.name.title", &["de"]),
    ("categories.media.image.title", &["fr"]),
    ("kinds.hosting.title", &["de"]),
    ("mechanisms.certification.title", &["fr"]),
    // Its official name in the Swedish version of the decision.
    ("mechanisms.dpf.title", &["sv"]),
    ("transforms.aggregate.title", &["de"]),
    ("transforms.anonymise.title", &["fr"]),
    ("transforms.token.title", &["sv", "de"]),
    ("words.channel_api", &["fr"]),
    ("words.channel_post", &["sv", "de"]),
    ("words.colon", &["sv", "de"]),
    ("words.condition", &["fr"]),
    ("words.contract_type", &["fr"]),
    ("words.counts_as_one", &["sv", "de"]),
    ("words.date_first", &["sv", "de"]),
    ("words.date_pattern", &["fr", "sv"]),
    ("words.dates", &["fr"]),
    ("words.export_documents", &["fr"]),
    ("words.export_id", &["sv"]),
    ("words.export_organisation", &["sv", "de"]),
    ("words.form", &["sv", "de"]),
    ("words.handling_public", &["fr"]),
    ("words.hosting", &["de"]),
    ("words.importance", &["fr"]),
    ("words.module", &["fr"]),
    ("words.month_11", &["sv", "de"]),
    ("words.month_12", &["sv"]),
    ("words.month_4", &["sv", "de"]),
    ("words.month_8", &["de"]),
    ("words.month_9", &["sv", "de"]),
    ("words.name", &["de"]),
    ("words.nav_register", &["sv"]),
    ("words.pages", &["fr"]),
    ("words.question", &["fr"]),
    ("words.revision", &["sv", "de"]),
    ("words.right_rectification", &["fr"]),
    ("words.search_names", &["fr"]),
    ("words.sections", &["fr"]),
    ("words.source_column", &["fr"]),
    ("words.sources_page", &["fr"]),
    ("words.status", &["sv", "de"]),
    ("words.status_active", &["fr"]),
    ("words.system", &["sv", "de"]),
    ("words.team", &["sv", "de"]),
    ("words.version", &["fr", "sv", "de"]),
    ("words.zone", &["fr", "de"]),
    ("words.observed_capture", &["fr"]),
    ("words.observed_captures", &["fr"]),
    ("words.observed_field", &["sv", "de"]),
    ("words.observed_possible", &["fr"]),
];

/// Sections whose entries are names: of countries, of laws as they are cited, of products.
const NAMES: &[&str] = &["countries", "articles", "vendors"];

/// The register speaks of what the Regulation names in the words of the Regulation.
#[test]
fn official_terms_are_those_of_the_register() {
    let (terms, texts) = (terms(), built_in());
    let mut wrong = Vec::new();
    for (term, how, place) in USED {
        let row = terms.get(*term).unwrap_or_else(|| panic!("no row `{term}`"));
        let text = texts.get(*place).unwrap_or_else(|| panic!("no text `{place}`"));
        let fits = |at: usize| LANGUAGES.iter().all(|language| uses(&text[*language], &row[*language], *how, at));
        if !(0..row["en"].split(" / ").count()).any(fits) {
            wrong.push(format!("`{place}` is {text:?}, the term is {row:?}"));
        }
    }
    nothing(&wrong);
}

#[test]
fn every_official_term_is_used_or_is_not_for_a_reason() {
    let terms: BTreeSet<String> = terms().into_keys().collect();
    let used: BTreeSet<String> = USED.iter().map(|(term, ..)| (*term).to_owned()).collect();
    let unused: BTreeSet<String> = UNUSED.iter().flat_map(|(_, terms)| *terms).map(|term| (*term).to_owned()).collect();
    assert!(used.is_disjoint(&unused), "{:?}", used.intersection(&unused));
    assert_eq!(terms, used.union(&unused).cloned().collect());
}

/// A text nobody has translated would be the English one.
#[test]
fn a_word_equal_to_its_english_one_is_on_the_list() {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (place, text) in built_in().into_iter().filter(|(place, _)| !NAMES.iter().any(|it| place.split('.').next() == Some(it))) {
        let same: Vec<&str> = LANGUAGES[1..].iter().copied().filter(|it| text[*it].to_lowercase() == text["en"].to_lowercase()).collect();
        if !same.is_empty() {
            found.insert(place, same);
        }
    }
    let listed: BTreeMap<String, Vec<&str>> = SHARED.iter().map(|(place, languages)| ((*place).to_owned(), languages.to_vec())).collect();
    assert_eq!(found, listed, "what is there (left) and the list (right)");
}

/// What a rule finds can be read in every language, and in English it is what the rule itself says.
#[test]
fn every_rule_says_what_it_finds_in_every_language() {
    let texts = built_in();
    let key = |id: &str| format!("words.summary_{}", id.replace('-', "_"));
    let mut wrong = Vec::new();
    for rule in rules::all() {
        match texts.get(&key(rule.id)) {
            None => wrong.push(format!("`{}` has no summary in registry/rules.yaml", rule.id)),
            Some(text) if text["en"] != rule.summary => wrong.push(format!("`{}` says `{}` there", rule.id, text["en"])),
            Some(text) => {
                let strange = |it: &&&str| text[**it].ends_with('.') || text[**it].starts_with(char::is_uppercase) && **it != "de";
                wrong.extend(LANGUAGES.iter().filter(strange).map(|it| format!("`{}` in {it}: `{}`", rule.id, text[*it])));
            }
        }
    }
    let known: BTreeSet<String> = rules::all().map(|rule| key(rule.id)).collect();
    let strange = texts.keys().filter(|place| place.starts_with("words.summary_") && !known.contains(*place));
    wrong.extend(strange.map(|place| format!("`{place}` is the summary of no rule")));
    nothing(&wrong);
}

#[test]
fn days_and_numbers_are_written_as_in_each_language() {
    let law = project("languages: [en]", "systems: { shop: {} }").map.model.law;
    let day = |text: &str, language: &str| figures::day(date(text), |key| word(&law, key, language));
    let number = |it: u64, language: &str| figures::number(it, |key| word(&law, key, language));
    for (language, first, last, million) in [
        ("en", "1 September 2026", "31 December 2026", "1,200,000"),
        ("sv", "1 september 2026", "31 december 2026", "1\u{a0}200\u{a0}000"),
        ("fr", "1er septembre 2026", "31 décembre 2026", "1\u{202f}200\u{202f}000"),
        ("de", "1. September 2026", "31. Dezember 2026", "1.200.000"),
    ] {
        assert_eq!(day("2026-09-01", language), first);
        assert_eq!(day("2026-12-31", language), last);
        assert_eq!(number(1_200_000, language), million);
        assert_eq!((number(0, language), number(999, language)), ("0".to_owned(), "999".to_owned()));
        assert_eq!(number(12_000, language).chars().count(), 6);
    }
    assert_eq!(day("2026-09-11", "fr"), "11 septembre 2026");
}

const SHOP: &str = "
subjects: { buyer: { title: { en: Buyer }, count: 1200000 } }
fields: { email: { is: contact.email, title: { en: Mail address }, reveals: [location], why: { en: asked for } } }
activities:
  orders:
    title: { en: Orders, sv: Beställningar }
    purpose: { en: To deliver what was ordered }
    basis: contract
    retention: 1y
    reviewed: 2026-03-01
  idle: { title: { en: Nothing kept }, retention: 0d }
systems:
  shop:
    title: { en: Web shop }
    collects: { buyer: { fields: [email], for: orders } }
    sends: { carrier: { fields: [email], for: orders, since: 2026-09-02 } }
recipients:
  carrier: { title: { sv: Budfirma }, country: SE, contract: { type: dpa, ref: A, signed: 2024-12-01 } }
";

const SETTINGS: &str = "organisation: { name: Example AB, country: SE }\nlanguages: [en, sv, fr, de]";

#[test]
fn pages_have_days_and_numbers_of_their_language() {
    let pages = pages(SETTINGS, SHOP);
    for (folder, today, since, people, year, nothing) in [
        ("", "1 September 2026", "begins <time datetime=\"2026-09-02\">2 September 2026</time>", "1,200,000", "1 year", "0 days"),
        (
            "sv/",
            "1 september 2026",
            "börjar den <time datetime=\"2026-09-02\">2 september 2026</time>",
            "1\u{a0}200\u{a0}000",
            "1 år",
            "0 dagar",
        ),
        (
            "fr/",
            "1er septembre 2026",
            "commence le <time datetime=\"2026-09-02\">2 septembre 2026</time>",
            "1\u{202f}200\u{202f}000",
            "1 an",
            "0 jour",
        ),
        ("de/", "1. September 2026", "beginnt am <time datetime=\"2026-09-02\">2. September 2026</time>", "1.200.000", "1 Jahr", "0 Tage"),
    ] {
        let of = |path: &str| page(&pages, &format!("{folder}{path}.html"));
        for path in ["index", "gaps", "house", "rules", "activities/orders"] {
            assert!(of(path).contains(&format!("<time datetime=\"2026-09-01\">{today}</time>")), "{folder}{path}");
        }
        assert!(of("recipients/carrier").contains(since), "{folder}");
        let record = of("activities/orders");
        assert!(record.contains(people) && record.contains(year) && record.contains("<time datetime=\"2026-03-01\">"), "{folder}");
        assert!(of("activities/idle").contains(nothing), "{folder}");
    }
}

/// No page shows a day as programs write it; in what a program reads it is there.
#[test]
fn days_are_for_people_on_pages_and_for_programs_in_tables() {
    // The pages of the rules are documents of their own, with days in their examples.
    for (path, text) in pages(SETTINGS, SHOP).into_iter().filter(|(path, _)| !path.ends_with("rules.html")) {
        let shown: String = text.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
        assert!(!shown.contains("2026-") && !shown.contains("2024-"), "{path}");
    }
    let mut answer = project(SETTINGS, SHOP);
    let (verdict, _) = answer.judged();
    let book = |figures| {
        let written = Written { language: "fr", template: Template::Plain, figures };
        tables::book(&answer.map, &answer.sources, &verdict, written, None)
    };
    let plain: String = book(Figures::Plain).tables.iter().map(csv::section).collect();
    assert!(plain.contains("2026-09-01") && plain.contains("2024-12-01") && plain.contains("1200000") && !plain.contains("septembre"));
    let document = markdown::document(&book(Figures::Words));
    assert!(
        document.contains("1er septembre 2026") && document.contains("1er décembre 2024") && document.contains("1\u{202f}200\u{202f}000")
    );
    assert!(!document.contains("2026-09-01") && !document.contains("2024-12-01"));
    assert!(json::register(&answer.map, &answer.sources).to_string().contains("2026-09-01"));
}

/// A language is added in YAML alone.
#[test]
fn a_project_teaches_the_register_a_language() {
    let words = "
words:
  register: { nl: Register van verwerkingsactiviteiten }
  date_pattern: { nl: '{day} {month} {year}' }
  date_first: { nl: '1' }
  month_9: { nl: september }
  one_thousand: { nl: '1.000' }
  counts_as_one: { nl: '1' }
";
    let pages = pages("languages: [nl]", &format!("{SHOP}{words}"));
    let text = page(&pages, "index.html");
    assert!(text.contains("<html lang=\"nl\">") && text.contains("Register van verwerkingsactiviteiten"));
    assert!(text.contains("<time datetime=\"2026-09-01\">1 september 2026</time>"));
    assert!(page(&pages, "activities/orders.html").contains("1.200.000"));
}

/// A reader, and a program that reads aloud, can tell what is not in the language of the page.
#[test]
fn a_text_in_another_language_says_so() {
    let pages = pages(SETTINGS, SHOP);
    let record = page(&pages, "sv/activities/orders.html");
    assert!(record.contains("<h1>Beställningar</h1>"));
    for said in [
        "<span class=\"text\" lang=\"en\">To deliver what was ordered</span>",
        "<span class=\"text\" lang=\"en\">Buyer</span>",
        "<span class=\"text\" lang=\"en\">Web shop</span>",
    ] {
        assert!(record.contains(said), "{said}");
    }
    assert!(page(&pages, "sv/controller.html").contains("<span lang=\"en\">To deliver what was ordered</span>"));
    assert!(page(&pages, "sv/fields.html").contains(" lang=\"en\">Mail address</a>"));
    assert!(page(&pages, "sv/fields.html").contains("<span lang=\"en\">asked for</span>"));
    assert!(page(&pages, "sv/systems.html").contains(" lang=\"en\">Web shop</a>"));
    assert!(page(&pages, "recipients/carrier.html").contains("<h1 lang=\"sv\">Budfirma</h1>"));
    assert!(page(&pages, "fr/activities/orders.html").contains("<h1 lang=\"en\">Orders</h1>"));
    assert!(page(&pages, "fr/retention.html").contains("<span lang=\"en\">Orders</span>"));
    assert!(page(&pages, "recipients.html").contains(" lang=\"sv\">Budfirma</a>"));
    // English where it is written is no other language on an English page.
    assert!(!page(&pages, "activities/orders.html").contains("lang=\"en\">To deliver"));
}

/// Each language that lacks texts has one note, and a list on its own pages.
#[test]
fn texts_that_a_language_lacks_are_one_note_and_a_list() {
    let mut answer = project(SETTINGS, SHOP);
    let (verdict, _) = answer.judged();
    let found: Vec<&Finding> = verdict.findings.iter().map(|it| &it.finding).filter(|it| it.rule.id == "untranslated-text").collect();
    let keys: BTreeSet<&str> = found.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["untranslated-text@de", "untranslated-text@en", "untranslated-text@fr", "untranslated-text@sv"].into());
    let of = |language: &str| found.iter().find(|it| it.key.ends_with(language)).unwrap();
    assert!(
        of("@sv").message.starts_with("6 texts are not written in `sv`") && of("@sv").message.matches('.').count() == 6,
        "{}",
        of("@sv").message
    );
    assert_eq!(of("@sv").labels.len(), 3);
    assert_eq!(of("@en").message, "`recipients.carrier.title` is not written in `en`, a language of the register");
    let pages = pages(SETTINGS, SHOP);
    let list = page(&pages, "sv/house.html").split("<section id=\"untranslated\">").nth(1).unwrap().replace("<wbr>", "");
    assert!(
        list.contains("activities.orders.purpose")
            && list.contains("registry/all.yaml:7")
            && list.contains("<span lang=\"en\">English</span>")
    );
    assert!(!list.contains("activities.orders.title") && !list.contains("recipients.carrier.title"));
    assert!(!page(&self::pages("languages: [en]", "systems: { shop: {} }"), "house.html").contains("id=\"untranslated\""));
}

/// What rules find is told in the language of the page; their messages are English and say so.
#[test]
fn gaps_are_summed_up_in_the_language_of_the_page() {
    let pages = pages(SETTINGS, SHOP);
    for (folder, summary) in [
        ("", "an activity does not say how long its data are kept"),
        ("sv/", "en behandling anger inte hur länge uppgifterna lagras"),
        ("fr/", "une activité n’indique pas combien de temps ses données sont conservées"),
        ("de/", "eine Tätigkeit sagt nicht, wie lange ihre Daten gespeichert werden"),
    ] {
        assert!(page(&pages, &format!("{folder}rules.html")).contains(&format!("<div class=\"detail\">{summary}</div>")), "{folder}");
    }
    let gaps = page(&pages, "fr/gaps.html");
    assert!(gaps.contains("<h3>un destinataire n’a pas de dénomination légale, de rôle ou de type d’activité <a"));
    for (part, marked) in [("<p class=\"message\"", " lang=\"en\">"), ("<p class=\"note\"", " lang=\"en\">")] {
        assert!(gaps.split(part).skip(1).all(|rest| rest.starts_with(marked)), "{part}");
    }
    assert!(gaps.split("<p class=\"help\">").skip(1).all(|rest| rest.contains("</span> <span lang=\"en\">")));
    let concerns = page(&pages, "fr/activities/orders.html").split("<section class=\"concerns\">").nth(1).unwrap();
    assert!(concerns.split("<li>").skip(1).all(|rest| rest.split("</li>").next().unwrap().contains("<span lang=\"en\">")));
}

/// Whether a text of the register uses the alternative of a cell at a position.
fn uses(text: &str, cell: &str, how: Use, at: usize) -> bool {
    let text = plain(text);
    if how == Words {
        let known = plain(cell);
        let known: Vec<&str> = known.split([' ', '/']).collect();
        return text.split(' ').all(|word| known.contains(&word));
    }
    let Some(term) = cell.split(" / ").nth(at).map(plain) else { return false };
    match how {
        Equal => text == term,
        Begins => {
            let (words, terms): (Vec<&str>, Vec<&str>) = (text.split(' ').collect(), term.split(' ').collect());
            words.len() >= terms.len() && terms.iter().zip(&words).all(|(term, word)| word.starts_with(term))
        }
        Within => format!(" {text} ").contains(&format!(" {term} ")),
        Words => unreachable!("answered above"),
    }
}

/// A text without what stands in parentheses, marks, capitals and signs at its end.
fn plain(text: &str) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for it in text.chars() {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            '†' => {}
            '’' if depth == 0 => out.push('\''),
            it if depth == 0 => out.extend(it.to_lowercase()),
            _ => {}
        }
    }
    out.replace(['?', ':', '\u{a0}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rows of `tests/terms.csv` by their English cell: language to term.
fn terms() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = fs::read_to_string(root().join("tests/terms.csv")).unwrap();
    let mut lines = text.lines().map(cells);
    let head = lines.next().unwrap();
    assert_eq!(head, LANGUAGES);
    let row = |cells: Vec<String>| {
        assert_eq!(cells.len(), head.len(), "{cells:?}");
        (cells[0].clone(), head.iter().cloned().zip(cells).collect())
    };
    lines.map(row).collect()
}

/// The cells of a line; those with a comma stand in quotes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for it in line.chars() {
        match it {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            it => cells.last_mut().unwrap().push(it),
        }
    }
    cells
}

/// Every text of `registry/` that is written by language, by its keys.
fn built_in() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    let files = fs::read_dir(root().join("registry")).unwrap().map(|it| it.unwrap().path());
    for path in files.filter(|it| it.extension().is_some_and(|it| it == "yaml")) {
        let mut problems = Vec::new();
        let value: Value = read(FileId(0), &fs::read_to_string(path).unwrap(), &mut problems).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        gather(&value, "", &mut all);
    }
    all
}

fn gather(value: &Value, path: &str, all: &mut BTreeMap<String, BTreeMap<String, String>>) {
    let Value::Object(entries) = value else { return };
    if LANGUAGES.iter().all(|it| entries.contains_key(*it)) {
        let text = entries.iter().filter_map(|(language, text)| Some((language.clone(), text.as_str()?.to_owned())));
        all.insert(path.to_owned(), text.collect());
        return;
    }
    for (key, value) in entries {
        gather(value, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, all);
    }
}

fn project(settings: &str, text: &str) -> Answer {
    let answer = answer_texts(settings, &[("registry/all.yaml", text)], None, date("2026-09-01"));
    assert!(answer.is_sound(), "{:?}", answer.findings);
    answer
}

fn pages(settings: &str, text: &str) -> Vec<(String, String)> {
    let mut answer = project(settings, text);
    let (verdict, _) = answer.judged();
    let known: Vec<_> = rules::all().collect();
    Site::new(&answer.map, &answer.sources, &verdict, &known, Options::default()).unwrap().pages().unwrap()
}

fn page<'a>(pages: &'a [(String, String)], path: &str) -> &'a str {
    &pages.iter().find(|it| it.0 == path).unwrap_or_else(|| panic!("no {path}")).1
}

fn word(law: &Law, key: &str, language: &str) -> String {
    law.words.get(key).unwrap_or_else(|| panic!("no word `{key}`")).by_language.get(language).unwrap().clone()
}

fn date(text: &str) -> Date {
    Date::try_from(text.to_owned()).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all that is wrong, one line each.
fn nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
