//! `ropa export dot | mermaid | scc | dpv`: what other programs and other people go on working with.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use ropa::declare::Date;
use ropa::flow::items_named;
use ropa::render::graph::{self, Around};
use ropa::render::{dpv, scc};
use ropa::{Answer, answer, answer_texts};
use serde_json::Value;

const TODAY: &str = "2026-09-01";

/// Ids that mean something to Mermaid, and titles that would break out of quotes.
const HOSTILE: &str = r##"
fields: { email: contact.email, pill: special.health }
subjects: { customer: Customer }
systems:
  end:
    title: "A \"quoted\" \\ title; <b>|x| #1"
    zone: "in\"side"
    collects: { customer: [email, pill] }
    sends:
      graph: all
      ads#old: { fields: email, since: 2019-01-07, stopped: 2020-01-07 }
  graph: { zone: "in\"side", sends: { ads: [email, pill] } }
  apart: {}
recipients:
  ads: { title: "]) --> x", country: US, subprocessors: [below] }
  below: { country: DE }
"##;

fn day(text: &str) -> Date {
    Date::try_from(text.to_owned()).unwrap()
}

fn small(yaml: &str) -> Answer {
    let answer = answer_texts("version: 1", &[("registry/all.yaml", yaml)], None, day(TODAY));
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    answer
}

fn examples() -> Vec<(String, Answer)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).filter(|it| it.join("ropa.yaml").is_file()).collect();
    all.sort();
    all.into_iter().map(|it| (it.file_name().unwrap().to_string_lossy().into_owned(), answer(&it, day(TODAY)))).collect()
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(char),
    Arrow,
}

/// The tokens of the language of Graphviz.
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                let mut said = String::new();
                loop {
                    match letters.next().expect("a quote is closed") {
                        '"' => break,
                        '\\' => {
                            said.push('\\');
                            said.push(letters.next().unwrap());
                        }
                        other => said.push(other),
                    }
                }
                out.push(Token::Quoted(said));
            }
            '-' => {
                assert_eq!(letters.next(), Some('>'));
                out.push(Token::Arrow);
            }
            '{' | '}' | '[' | ']' | '=' | ';' | ',' => out.push(Token::Sign(letter)),
            letter if letter.is_whitespace() => {}
            letter => {
                let mut word = letter.to_string();
                while let Some(next) = letters.next_if(|it| it.is_alphanumeric() || *it == '_') {
                    word.push(next);
                }
                assert!(word.chars().all(|it| it.is_alphanumeric() || it == '_'), "{word}");
                out.push(Token::Word(word));
            }
        }
    }
    out
}

/// Reads statements up to the closing brace: nodes, edges, settings, clusters. Gives the edges.
fn statements(tokens: &[Token], at: &mut usize, nodes: &mut BTreeSet<String>) -> Vec<(String, String)> {
    let mut edges = Vec::new();
    loop {
        let token = tokens[*at].clone();
        *at += 1;
        match token {
            Token::Sign('}') => return edges,
            Token::Word(word) if word == "subgraph" => {
                assert!(matches!(&tokens[*at], Token::Word(name) if name.starts_with("cluster_")));
                assert_eq!(tokens[*at + 1], Token::Sign('{'));
                *at += 2;
                edges.extend(statements(tokens, at, nodes));
            }
            Token::Word(word) if word == "node" || word == "edge" => {
                attributes(tokens, at);
            }
            Token::Word(_) => {
                assert_eq!(tokens[*at], Token::Sign('='));
                *at += 2;
                assert_eq!(tokens[*at], Token::Sign(';'));
                *at += 1;
            }
            Token::Quoted(from) if tokens[*at] == Token::Arrow => {
                let Token::Quoted(to) = tokens[*at + 1].clone() else { panic!("an edge ends at a node") };
                *at += 2;
                attributes(tokens, at);
                edges.push((from, to));
            }
            Token::Quoted(id) => {
                attributes(tokens, at);
                nodes.insert(id);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn attributes(tokens: &[Token], at: &mut usize) {
    assert_eq!(tokens[*at], Token::Sign('['));
    *at += 1;
    loop {
        assert!(matches!(tokens[*at], Token::Word(_)));
        assert_eq!(tokens[*at + 1], Token::Sign('='));
        assert!(matches!(tokens[*at + 2], Token::Word(_) | Token::Quoted(_)));
        *at += 4;
        match &tokens[*at - 1] {
            Token::Sign(',') => {}
            Token::Sign(']') => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(tokens[*at], Token::Sign(';'));
    *at += 1;
}

/// Holds a text against the grammar, and against Graphviz itself where it is there.
fn parsed(dot: &str) -> (BTreeSet<String>, Vec<(String, String)>) {
    let tokens = tokens(dot);
    assert_eq!(tokens[..3], [Token::Word("digraph".into()), Token::Word("ropa".into()), Token::Sign('{')]);
    let (mut at, mut nodes) = (3, BTreeSet::new());
    let edges = statements(&tokens, &mut at, &mut nodes);
    assert_eq!(at, tokens.len());
    for (from, to) in &edges {
        assert!(nodes.contains(from) && nodes.contains(to), "{from} -> {to}");
    }
    let program = Command::new("dot").args(["-Tsvg", "-o", "/dev/null"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    if let Ok(mut program) = program {
        use std::io::Write;
        program.stdin.take().unwrap().write_all(dot.as_bytes()).unwrap();
        let out = program.wait_with_output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    (nodes, edges)
}

#[test]
fn every_example_is_a_graph_that_graphviz_can_read() {
    for (name, answer) in examples() {
        let dot = graph::dot(&graph::graph(&answer.map, &Around::All));
        let (nodes, edges) = parsed(&dot);
        assert_eq!(nodes.len(), answer.map.model.nodes.len(), "{name}");
        assert_eq!(edges.len(), answer.map.model.flows.len(), "{name}");
        assert_eq!(dot, graph::dot(&graph::graph(&answer.map, &Around::All)));
    }
}

#[test]
fn no_title_breaks_out_of_its_quotes() {
    let answer = small(HOSTILE);
    let whole = graph::graph(&answer.map, &Around::All);
    let dot = graph::dot(&whole);
    let (nodes, _) = parsed(&dot);
    assert_eq!(nodes, ["ads", "apart", "below", "end", "graph"].map(str::to_owned).into());
    assert!(dot.contains(r#"label="A \"quoted\" \\ title; <b>|x| #1""#), "{dot}");
    assert!(dot.contains(r#"label="in\"side""#), "{dot}");
    flowchart(&graph::mermaid(&whole));
}

#[test]
fn an_arrow_shows_what_it_carries_what_is_sensitive_and_what_has_stopped() {
    let answer = small(HOSTILE);
    let dot = graph::dot(&graph::graph(&answer.map, &Around::All));
    assert!(
        dot.contains(r##""graph" -> "ads" [label="2 fields, sensitive", color="#b00020", fontcolor="#b00020", penwidth=2];"##),
        "{dot}"
    );
    assert!(dot.contains(r#""end" -> "ads" [label="old, 1 field, stopped", style=dashed];"#), "{dot}");
    assert!(dot.contains(r##""ads" [label="]) --> x (US)", style=rounded, color="#b35900"];"##), "{dot}");
}

#[test]
fn a_choice_shows_what_is_two_hops_around_it() {
    let chain = "
fields: { email: contact.email }
subjects: { customer: Customer }
systems:
  a: { collects: { customer: email }, sends: { b: all } }
  b: { sends: { c: all } }
  c: { sends: { d: all } }
  d: { sends: { e: all } }
  f: {}
recipients: { e: {} }
";
    let answer = small(chain);
    let model = &answer.map.model;
    let around = |id| parsed(&graph::dot(&graph::graph(&answer.map, &Around::Node(model.node_named(id).unwrap())))).0;
    assert_eq!(around("e"), ["c", "d", "e"].map(str::to_owned).into());
    assert_eq!(around("b"), ["a", "b", "c", "d"].map(str::to_owned).into());
    assert_eq!(around("f"), ["f".to_owned()].into());
    let items = items_named(&answer.map, "customer.email").unwrap();
    let (nodes, edges) = parsed(&graph::dot(&graph::graph(&answer.map, &Around::Items(items))));
    assert_eq!((nodes.len(), edges.len()), (5, 4));
}

/// One line of a flowchart as it may be written here.
fn flowchart(text: &str) {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    let number = |text: &str| text.strip_prefix('n').is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit()));
    let quoted = |text: &str| {
        let inside = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or_else(|| panic!("{text}"));
        // Every `#` opens an entity of digits; nothing else has a meaning of its own.
        let entities = inside.split('#').skip(1).all(|it| it.split_once(';').is_some_and(|it| it.0.chars().all(|it| it.is_ascii_digit())));
        assert!(entities && !inside.contains(['"', '<', '>', '|', '`', '\\']), "{text}");
    };
    let (mut open, mut known) = (0, BTreeSet::new());
    for line in lines.map(str::trim) {
        match line {
            "end" => open -= 1,
            _ if line.starts_with("subgraph z") => {
                quoted(line.split_once('[').unwrap().1.strip_suffix(']').unwrap());
                open += 1;
            }
            _ if line.starts_with("linkStyle ") => assert!(line.ends_with(" stroke:#b00020,color:#b00020"), "{line}"),
            _ if line.contains("->|") => {
                let (from, rest) = line.split_once(' ').unwrap();
                let (arrow, rest) = rest.split_once('|').unwrap();
                let (label, to) = rest.rsplit_once("| ").unwrap();
                assert!(known.contains(from) && known.contains(to) && ["-->", "-.->"].contains(&arrow), "{line}");
                quoted(label);
            }
            _ => {
                let at = line.find(['(', '[']).unwrap();
                let label = line[at..].trim_matches(['(', '[', ']', ')']);
                assert!(number(&line[..at]), "{line}");
                quoted(label);
                known.insert(line[..at].to_owned());
            }
        }
    }
    assert_eq!(open, 0);
}

#[test]
fn every_example_is_a_flowchart() {
    for (name, answer) in examples() {
        let chart = graph::mermaid(&graph::graph(&answer.map, &Around::All));
        flowchart(&chart);
        let arrows = chart.lines().filter(|it| it.contains("->|")).count();
        assert_eq!(arrows, answer.map.model.flows.len(), "{name}");
    }
}

fn annexes(yaml: &str, settings: &str) -> String {
    let answer = answer_texts(settings, &[("registry/all.yaml", yaml)], None, day(TODAY));
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    scc::annexes(&answer.map, &scc::importers(&answer.map.model))
}

const IMPORTER: &str = "
fields: { email: contact.email, pill: { is: special.health, title: Medicine } }
subjects: { patient: { title: Patient, count: 900 } }
activities:
  care: { title: Care, basis: contract, purpose: To send what was ordered }
systems:
  shop: { collects: { patient: { fields: [email, pill], for: care } }, sends: { cloud: { fields: [email|sha256, pill], for: care, frequency: continuous } } }
recipients:
  cloud:
    name: Cloud Inc
    role: processor
    kind: hosting
    country: US
    contact: 1 Main Street
    transfer: { mechanism: scc, module: 2, assessment: TIA-1, safeguards: [keys stay in the Union] }
    contract: { type: dpa, subprocessing: specific }
    subprocessors: [disk]
    retention: 90d
    security: [{ measure: Disks are encrypted, kind: encryption, art32: a }]
  disk: { name: Disk Ltd, role: processor, country: IN }
  other: { country: US, transfer: { mechanism: dpf } }
";

fn shows(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some(at) = rest.find(part) else { panic!("`{part}` is not there, or not in this order:\n{text}") };
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_annexes_hold_what_is_declared_and_computed() {
    let settings = "version: 1\norganisation: { name: Shop AB, address: Kaj 1, contact: hi@shop.example, dpo: { name: Ada, email: ada@shop.example }, authority: IMY }";
    let text = annexes(IMPORTER, settings);
    shows(&text, &["# Annexes", "Module: 2 (controller to processor)", "Clause 14: TIA-1", "## Annex I", "### A. List of parties"]);
    shows(&text, &["Data exporter", "Name: Shop AB", "Address: Kaj 1", "Ada, ada@shop.example", "Role: controller", "transferred: Care"]);
    shows(&text, &["Data importer", "Name: Cloud Inc", "contact: 1 Main Street", "Country: US", "Role: processor"]);
    shows(
        &text,
        &[
            "### B. Description",
            "Patient, about 900",
            "health: Medicine",
            "E-mail address: email (pseudonymised)",
            "Sensitive data",
            "Art. 9",
            "patient.pill",
        ],
    );
    shows(
        &text,
        &[
            "safeguards for the sensitive",
            "keys stay in the Union",
            "shop-\\>cloud: continuous",
            "Care: To send what was ordered",
            "90d for all data",
        ],
    );
    shows(
        &text,
        &[
            "### C. Competent",
            "IMY",
            "## Annex II",
            "Disks are encrypted (encryption, Art. 32(1)(a))",
            "supplementary: keys stay in the Union",
        ],
    );
    shows(&text, &["## Annex III", "specific prior authorisation", "disk", "Name: Disk Ltd", "patient.email, patient.pill"]);
    assert!(!text.contains("other"), "{text}");
}

#[test]
fn what_nobody_has_said_is_marked_with_its_key() {
    let text = annexes(IMPORTER, "version: 1");
    shows(&text, &["Name: MISSING (declare name: of organisation in ropa.yaml)", "MISSING (declare dpo: of organisation in ropa.yaml)"]);
    shows(
        &text,
        &[
            "MISSING (declare authority:",
            "MISSING (declare contact: of disk)",
            "MISSING (declare kind: of disk)",
            "MISSING (declare retention: of disk)",
        ],
    );
    let bare = IMPORTER
        .replace(", assessment: TIA-1, safeguards: [keys stay in the Union]", "")
        .replace(", module: 2", "")
        .replace(", frequency: continuous", "");
    let text = annexes(&bare, "version: 1");
    shows(&text, &["MISSING (declare transfer.module: of cloud)", "MISSING (declare transfer.assessment: of cloud)"]);
    shows(&text, &["MISSING (declare transfer.safeguards: of cloud)", "MISSING (declare frequency: of this flow)"]);
}

#[test]
fn clauses_that_are_only_the_fallback_say_so() {
    let text = annexes(&IMPORTER.replace("mechanism: scc,", "mechanism: dpf, fallback: scc,"), "version: 1");
    shows(&text, &["These clauses are the fallback; transfers rest on dpf as long as it holds"]);
}

/// Every key and type is a term of the context; every own reference leads to a node of the graph.
fn linked(value: &Value, prefixes: &BTreeSet<String>, ids: &mut BTreeSet<String>, references: &mut BTreeSet<String>) {
    let known = |term: &str| term.split_once(':').is_some_and(|(prefix, rest)| prefixes.contains(prefix) && !rest.is_empty());
    match value {
        Value::Array(all) => all.iter().for_each(|it| linked(it, prefixes, ids, references)),
        Value::Object(map) => {
            for (key, value) in map {
                assert!(key.starts_with('@') || known(key), "{key}");
                match key.as_str() {
                    "@type" => {
                        let types = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                        assert!(types.iter().all(|it| known(it.as_str().unwrap())), "{value}");
                    }
                    "@id" => assert!(known(value.as_str().unwrap()), "{value}"),
                    "@value" | "@language" => assert!(value.is_string()),
                    _ => linked(value, prefixes, ids, references),
                }
            }
            if let Some(id) = map.get("@id").and_then(Value::as_str).filter(|it| it.starts_with("ropa:")) {
                if map.len() == 1 {
                    references.insert(id.to_owned())
                } else {
                    ids.insert(id.to_owned())
                };
            }
            assert!(map.contains_key("@id") || map.contains_key("@value"), "a node has a stable id: {value}");
        }
        _ => {}
    }
}

#[test]
fn every_example_is_linked_data_without_loose_ends() {
    for (name, answer) in examples() {
        let register = dpv::register(&answer.map);
        let prefixes: BTreeSet<String> = register["@context"].as_object().unwrap().keys().cloned().collect();
        let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
        linked(&register["@graph"], &prefixes, &mut ids, &mut references);
        let loose: Vec<_> = references.difference(&ids).collect();
        assert!(loose.is_empty(), "{name}: {loose:?}");
        let processes = register["@graph"].as_array().unwrap().iter().filter(|it| it["@type"] == "dpv:PersonalDataProcess").count();
        assert_eq!(processes, answer.map.model.activities.len(), "{name}");
        assert_eq!(register, dpv::register(&answer.map));
    }
}

#[test]
fn an_activity_is_a_process_in_the_terms_of_the_vocabulary() {
    let register = dpv::register(&small(IMPORTER).map);
    let node =
        |id: &str| register["@graph"].as_array().unwrap().iter().find(|it| it["@id"] == id).unwrap_or_else(|| panic!("{id}")).clone();
    let care = node("ropa:activity:care");
    assert_eq!(care["dpv:hasLegalBasis"][0]["@id"], "eu-gdpr:A6-1-b");
    assert_eq!(care["dpv:hasPurpose"][0]["dct:description"], "To send what was ordered");
    let transfers: Vec<&str> = care["dpv:hasProcessing"].as_array().unwrap().iter().map(|it| it["@id"].as_str().unwrap()).collect();
    assert_eq!(transfers, ["ropa:activity:care:transfer:cloud:US", "ropa:activity:care:transfer:disk:IN"]);
    assert_eq!(care["dpv:hasProcessing"][0]["dpv:hasLegalBasis"][0]["@id"], "eu-gdpr:A46-2-c");
    assert_eq!(node("ropa:category:contact.email")["@type"], serde_json::json!(["dpv:PersonalData", "pd:EmailAddress"]));
    assert_eq!(node("ropa:category:special.health")["@type"], serde_json::json!(["dpv:SpecialCategoryPersonalData", "pd:Health"]));
    assert_eq!(node("ropa:recipient:disk")["@type"], serde_json::json!(["dpv:Recipient", "dpv:DataSubProcessor"]));
}

#[test]
fn a_choice_that_a_format_cannot_make_is_refused() {
    let refused = |args: &[&str], said: &str| {
        let args = [&["export"][..], args, &["--today", TODAY]].concat();
        let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert_eq!(out.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&out.stderr).contains(said), "{}", String::from_utf8_lossy(&out.stderr));
    };
    refused(&["json", "examples/insurer", "--recipient", "adobe"], "`--recipient` is for dot, mermaid and scc");
    refused(&["scc", "examples/insurer", "--item", "customer.email"], "`--system` and `--item` are for dot and mermaid");
    refused(&["dot", "examples/insurer", "--recipient", "adobee"], "did you mean `adobe`?");
    refused(&["dot", "examples/insurer", "--system", "adobe"], "no system is called `adobe`");
    refused(&["mermaid", "examples/insurer", "--item", "customer.emial"], "did you mean");
    refused(&["scc", "examples/minimal"], "no recipient's transfer rests on `scc`");
}
