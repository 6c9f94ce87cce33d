//! `ropa export dpv` against the vocabulary itself and a JSON-LD processor that knows nothing of it:
//! each term exists, nothing is lost or relative, and the triples are those of the declarations.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use oxjsonld::JsonLdParser;
use ropa::declare::Date;
use ropa::render::dpv;
use ropa::{Answer, answer, answer_texts};
use serde_json::Value;

/// The terms of the modules that are written, as published; the file says where from.
const TERMS: &str = include_str!("dpv/terms.tsv");

const DPV: &str = "https://w3id.org/dpv#";
const LOC: &str = "https://w3id.org/dpv/loc#";
const PD: &str = "https://w3id.org/dpv/pd#";
const GDPR: &str = "https://w3id.org/dpv/legal/eu/gdpr#";
const DCT: &str = "http://purl.org/dc/terms/";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Terms of Dublin Core that are written (DCMI Metadata Terms, 2020-01-20).
const DUBLIN_CORE: &[&str] = &["created", "date", "description", "hasPart", "modified", "title"];

type Triple = [String; 3];

fn folder(name: &str) -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn read(name: &str) -> Answer {
    let answer = answer(&folder(name), Date::try_from("2026-09-01".to_owned()).unwrap());
    assert!(answer.is_sound(), "{name}: {:?}", answer.findings);
    answer
}

/// Every example, the project that uses every key, and one that names all that is built in.
fn projects() -> Vec<(String, Answer)> {
    let mut all: Vec<String> = fs::read_dir(folder("examples")).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    all.sort();
    let mut all: Vec<_> =
        all.into_iter().map(|it| format!("examples/{it}")).chain(["tests/keys".to_owned()]).map(|it| (it.clone(), read(&it))).collect();
    all.push(("everything".to_owned(), everything()));
    all
}

/// Whatever the built-in registry can lead to: each category, basis, condition, mechanism, country.
fn everything() -> Answer {
    let given = read("examples/minimal").map.model.law;
    let model = read("examples/minimal").map.model;
    let (mut fields, mut names, mut activities, mut recipients, mut sends) =
        (String::new(), Vec::new(), String::new(), String::new(), String::new());
    for (at, category) in model.categories.iter().enumerate().filter(|(_, it)| it.personal) {
        let _ = writeln!(fields, "  f{at}: {}", category.id);
        names.push(format!("f{at}"));
    }
    for (at, id) in given.bases.ids().enumerate() {
        let _ = writeln!(
            activities,
            "  b{at}: {{ basis: {id}, created: 2024-01-02, updated: 2024-01-03, retention: {{ contact: 5d, online: {{ keep: 2y, after: the end }} }} }}"
        );
    }
    for (at, id) in given.conditions.ids().enumerate() {
        let _ = writeln!(activities, "  c{at}: {{ special: {{ special.health: {{ condition: {id}, law: Act 1 }} }}, security: [locks] }}");
    }
    for (at, id) in given.mechanisms.ids().enumerate() {
        let _ = writeln!(recipients, "  m{at}: {{ country: US, transfer: {{ mechanism: {id} }}, subprocessors: [below] }}");
        let _ = writeln!(sends, "      m{at}: {{ fields: all, for: b0 }}");
    }
    for (at, id) in given.countries.ids().enumerate() {
        let _ = writeln!(recipients, "  l{at}: {{ country: \"{id}\", role: authority }}");
        let _ = writeln!(sends, "      l{at}: {{ fields: all, for: b0 }}");
    }
    let names = names.join(", ");
    let project = format!(
        "fields:\n{fields}\nsubjects: {{ p: {{ title: {{ en: People, sv: Folk }}, vulnerable: true, child: true }} }}\nactivities:\n{activities}
systems:\n  s:\n    collects: {{ p: {{ fields: [{names}], for: b0 }} }}\n    sends:\n{sends}\nrecipients:\n  below: {{ country: unknown, role: processor }}\n{recipients}"
    );
    let settings = "organisation: { name: A, address: B, country: XK, contact: c@a.example, dpo: { name: D }, representative: { name: R } }\nsecurity: [locks]";
    let answer = answer_texts(settings, &[("registry/all.yaml", &project)], None, Date::try_from("2026-09-01".to_owned()).unwrap());
    assert!(answer.is_sound(), "{:?}", answer.findings);
    answer
}

/// An export as the processor reads it: only triples, no document loaded from elsewhere.
fn triples(answer: &Answer) -> BTreeSet<Triple> {
    let text = dpv::register(&answer.map).to_string();
    let quads = JsonLdParser::new().for_slice(&text).map(|it| it.unwrap());
    let all = quads.map(|it| {
        assert!(it.graph_name.is_default_graph());
        [it.subject.to_string(), it.predicate.to_string(), it.object.to_string()]
            .map(|it| it.strip_prefix('<').map_or(it.clone(), |it| it.trim_end_matches('>').to_owned()))
    });
    all.collect()
}

fn known() -> BTreeSet<&'static str> {
    TERMS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').next().unwrap()).collect()
}

/// The references among the parts of a triple: its terms, its own nodes, the datatypes of texts.
fn references(triple: &Triple) -> impl Iterator<Item = &str> {
    let is_text = triple[2].starts_with('"');
    let datatype = triple[2].rsplit_once("\"^^<").map(|it| it.1.trim_end_matches('>'));
    triple[..if is_text { 2 } else { 3 }].iter().map(String::as_str).chain(datatype)
}

/// The values that an export says anything with, each once: as many triples must come out.
fn values(node: &Value, said: &mut BTreeSet<(String, String, String)>) {
    match node {
        Value::Array(all) => all.iter().for_each(|it| values(it, said)),
        Value::Object(own) => {
            let id = own.get("@id").and_then(Value::as_str).unwrap_or_default().to_owned();
            for (key, value) in own.iter().filter(|it| !["@id", "@context", "@graph"].contains(&it.0.as_str())) {
                for one in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
                    let text = one.get("@id").unwrap_or(one).to_string();
                    said.insert((id.clone(), key.clone(), text));
                    if one.get("@id").is_some() {
                        values(one, said);
                    }
                }
            }
            values(own.get("@graph").unwrap_or(&Value::Null), said);
        }
        _ => {}
    }
}

#[test]
fn each_term_of_an_export_is_a_term_of_the_vocabulary() {
    let known = known();
    let mut unknown = BTreeSet::new();
    for (name, answer) in projects() {
        for triple in triples(&answer) {
            for iri in references(&triple) {
                if let Some(term) = iri.strip_prefix(DCT) {
                    assert!(DUBLIN_CORE.contains(&term), "{name}: {iri}");
                } else if iri.starts_with("https://w3id.org/dpv") && !known.contains(iri) {
                    unknown.insert(format!("{name}: {iri}"));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Where a word in the code is written only in a case that no project here reaches.
#[test]
fn each_term_in_the_code_is_a_term_of_the_vocabulary() {
    let known = known();
    let mut seen = 0;
    for file in ["src/render/dpv.rs", "src/render/dpv/activity.rs"] {
        let text = fs::read_to_string(folder(file)).unwrap();
        for quoted in text.split('"').skip(1).step_by(2) {
            for (prefix, namespace) in [("dpv:", DPV), ("pd:", PD), ("loc:", LOC), ("eu-gdpr:", GDPR), ("dct:", DCT)] {
                let Some(name) = quoted.strip_prefix(prefix).filter(|it| !it.is_empty() && !it.contains('{')) else { continue };
                let is_term =
                    if prefix == "dct:" { DUBLIN_CORE.contains(&name) } else { known.contains(format!("{namespace}{name}").as_str()) };
                assert!(is_term, "{file}: {quoted}");
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "only {seen} terms were found in the code");
}

/// The code of each category, the article of each basis and the code of each country comes out, or has
/// no term: those are named here.
#[test]
fn whatever_is_built_in_has_its_term() {
    let answer = everything();
    let terms: BTreeSet<String> = triples(&answer).iter().flat_map(|it| references(it).map(str::to_owned).collect::<Vec<_>>()).collect();
    let law = &answer.map.model.law;
    for category in &answer.map.model.categories {
        let Some(code) = category.decl.dpv.as_ref() else { continue };
        assert!(terms.contains(&code.value.replace("pd:", PD)), "{}", code.value);
    }
    let count = |namespace: &str| terms.iter().filter(|it| it.starts_with(namespace)).count();
    // Six bases, ten conditions, Art. 45(3), 46(2)(a) to (f), 46(3)(a) and (b), 49(1)(a) to (g), 49(1) second subparagraph.
    assert_eq!(count(GDPR), 6 + 10 + 1 + 6 + 2 + 7 + 1);
    // The European Patent Organisation and Kosovo have no code of ISO 3166-1.
    assert_eq!(count(LOC), law.countries.ids().count() - 2);
    for code in ["EPO", "XK"] {
        assert!(!terms.contains(&format!("{LOC}{code}")));
    }
}

#[test]
fn an_independent_processor_reads_every_export_whole() {
    for (name, answer) in projects() {
        let triples = triples(&answer);
        let mut said = BTreeSet::new();
        values(&dpv::register(&answer.map), &mut said);
        assert_eq!(triples.len(), said.len(), "{name}: something was lost or said twice");
        for triple in &triples {
            assert!(triple[1] == TYPE || triple[1].starts_with(DPV) || triple[1].starts_with(DCT), "{name}: {}", triple[1]);
            for iri in references(triple) {
                let absolute = iri.starts_with("urn:ropa:") || iri.starts_with("https://w3id.org/dpv") || iri.starts_with("http://");
                assert!(absolute, "{name}: `{iri}` of {triple:?}");
            }
        }
    }
}

/// Written by hand from `examples/minimal`: all of it, and nothing else.
#[test]
fn the_minimal_example_says_these_triples() {
    let activity = "urn:ropa:activity:order-confirmations";
    let expected: &[[&str; 3]] = &[
        ["urn:ropa:register", "a", "dpv:ROPA"],
        ["urn:ropa:register", "dct:date", "\"2026-09-01\"^^date"],
        ["urn:ropa:register", "dpv:hasDataController", "urn:ropa:organisation"],
        ["urn:ropa:register", "dct:hasPart", activity],
        ["urn:ropa:organisation", "a", "dpv:DataController"],
        ["urn:ropa:organisation", "dpv:hasName", "\"Ekvirvelns Trädgårdshandel\""],
        ["urn:ropa:organisation", "dpv:hasAddress", "\"Ekvirvelgränd 2, 111 00 Vindbrolund\""],
        ["urn:ropa:organisation", "dpv:hasCountry", "loc:SE"],
        ["urn:ropa:organisation", "dpv:hasContact", "\"hej@ekvirveln.example\""],
        ["urn:ropa:organisation", "dpv:hasDataProtectionOfficer", "urn:ropa:organisation:dpo"],
        ["urn:ropa:organisation:dpo", "a", "dpv:DataProtectionOfficer"],
        ["urn:ropa:organisation:dpo", "dpv:hasName", "\"Data protection contact\""],
        ["urn:ropa:organisation:dpo", "dpv:hasContact", "\"dso@ekvirveln.example\""],
        [activity, "a", "dpv:PersonalDataProcess"],
        [activity, "dct:title", "\"Order confirmations\""],
        [activity, "dpv:hasDataController", "urn:ropa:organisation"],
        [activity, "dpv:hasPurpose", "urn:ropa:activity:order-confirmations:purpose:1"],
        ["urn:ropa:activity:order-confirmations:purpose:1", "a", "dpv:Purpose"],
        [
            "urn:ropa:activity:order-confirmations:purpose:1",
            "dct:description",
            "\"To confirm an order to the person who placed it and tell them when it arrives\"",
        ],
        [activity, "dpv:hasLegalBasis", "eu-gdpr:A6-1-b"],
        [activity, "dpv:hasPersonalData", "urn:ropa:category:contact.email"],
        ["urn:ropa:category:contact.email", "a", "dpv:PersonalData"],
        ["urn:ropa:category:contact.email", "a", "pd:EmailAddress"],
        ["urn:ropa:category:contact.email", "dct:title", "\"E-mail address\"@en"],
        ["urn:ropa:category:contact.email", "dct:title", "\"E-postadress\"@sv"],
        ["urn:ropa:category:contact.email", "dct:title", "\"Adresse électronique\"@fr"],
        ["urn:ropa:category:contact.email", "dct:title", "\"E-Mail-Adresse\"@de"],
        [activity, "dpv:hasDataSubject", "urn:ropa:subject:buyer"],
        ["urn:ropa:subject:buyer", "a", "dpv:DataSubject"],
        ["urn:ropa:subject:buyer", "dct:title", "\"Person who orders plants\""],
        [activity, "dpv:hasRecipient", "urn:ropa:recipient:mail-service"],
        ["urn:ropa:recipient:mail-service", "a", "dpv:Recipient"],
        ["urn:ropa:recipient:mail-service", "a", "dpv:DataProcessor"],
        ["urn:ropa:recipient:mail-service", "dct:title", "\"Mail service\""],
        ["urn:ropa:recipient:mail-service", "dpv:hasName", "\"Brevduvan Post AB\""],
        ["urn:ropa:recipient:mail-service", "dpv:hasContact", "\"dataskydd@brevduvan.example\""],
        ["urn:ropa:recipient:mail-service", "dpv:hasCountry", "loc:SE"],
        [activity, "dpv:hasStorageCondition", "urn:ropa:activity:order-confirmations:storage:all"],
        ["urn:ropa:activity:order-confirmations:storage:all", "a", "dpv:StorageDuration"],
        ["urn:ropa:activity:order-confirmations:storage:all", "dpv:hasDuration", "\"P12M\"^^duration"],
        [activity, "dpv:hasTechnicalOrganisationalMeasure", "urn:ropa:activity:order-confirmations:measure:1"],
        ["urn:ropa:activity:order-confirmations:measure:1", "a", "dpv:TechnicalOrganisationalMeasure"],
        ["urn:ropa:activity:order-confirmations:measure:1", "dct:description", "\"Personal logins and encrypted storage\""],
    ];
    let full = |it: &str| match it {
        "a" => TYPE.to_owned(),
        text if text.starts_with('"') => text
            .replace("^^date", "^^<http://www.w3.org/2001/XMLSchema#date>")
            .replace("^^duration", "^^<http://www.w3.org/2001/XMLSchema#duration>"),
        iri => [("dpv:", DPV), ("pd:", PD), ("loc:", LOC), ("eu-gdpr:", GDPR), ("dct:", DCT)]
            .iter()
            .find_map(|(prefix, namespace)| Some(format!("{namespace}{}", iri.strip_prefix(prefix)?)))
            .unwrap_or_else(|| iri.to_owned()),
    };
    let expected: BTreeSet<Triple> = expected.iter().map(|it| it.map(full)).collect();
    let said = triples(&read("examples/minimal"));
    let (lost, more): (Vec<_>, Vec<_>) = (expected.difference(&said).collect(), said.difference(&expected).collect());
    assert!(lost.is_empty() && more.is_empty(), "not said: {lost:#?}\nnot expected: {more:#?}");
}

/// Counted by hand in `examples/insurer`.
#[test]
fn the_insurers_register_has_as_many_of_each_as_it_declares() {
    let triples = triples(&read("examples/insurer"));
    let count =
        |predicate: &str, of: &str| triples.iter().filter(|it| it[1] == format!("{DPV}{predicate}") && it[0].starts_with(of)).count();
    let typed = |class: &str| triples.iter().filter(|it| it[1] == TYPE && it[2] == format!("{DPV}{class}")).count();
    assert_eq!(typed("PersonalDataProcess"), 11);
    assert_eq!(triples.iter().filter(|it| it[1] == format!("{DCT}created")).count(), 11);
    assert_eq!((typed("Purpose"), count("hasPurpose", "urn:ropa:activity:")), (11, 11));
    // Nine activities have one period for all data; quotes have eight, administration has seven.
    assert_eq!((typed("StorageDuration"), count("hasStorageCondition", "urn:ropa:activity:")), (24, 24));
    assert_eq!((typed("DataSubject"), typed("VulnerableDataSubject"), typed("Child")), (4, 1, 1));
    // Five measures of the organisation, which hold for every activity.
    assert_eq!((typed("TechnicalOrganisationalMeasure"), count("hasTechnicalOrganisationalMeasure", "urn:ropa:activity:")), (5, 55));
    assert_eq!((count("hasJointDataControllers", ""), typed("DataProtectionOfficer"), typed("Representative")), (1, 1, 0));
    // One basis each; and conditions: a; a and f; f; a; f; j, each letter once for its activity.
    let bases = triples.iter().filter(|it| it[1] == format!("{DPV}hasLegalBasis") && !it[0].contains(":transfer:")).count();
    assert_eq!(bases, 11 + 1 + 2 + 1 + 1 + 1 + 1);
    // Whoever receives something has a country, and each in a third country has a transfer that says which.
    let recipients: BTreeSet<&String> = triples.iter().filter(|it| it[1] == format!("{DPV}hasRecipient")).map(|it| &it[2]).collect();
    for recipient in &recipients {
        assert!(triples.iter().any(|it| it[0] == **recipient && it[1] == format!("{DPV}hasCountry")), "{recipient}");
    }
    assert_eq!(typed("Transfer"), count("hasThirdCountry", ""));
    let reinsurance =
        ["urn:ropa:activity:reinsurance:transfer:reinsurer:CH".to_owned(), format!("{DPV}hasLegalBasis"), format!("{GDPR}A45-3")];
    assert!(triples.contains(&reinsurance));
}
