//! What a check says to the places where pull requests are reviewed: held against the schemas of those
//! who read it, by readers that are not this program.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const THEN: &str = "2020-09-01";

fn root() -> PathBuf {
    fs::canonicalize(env!("CARGO_MANIFEST_DIR")).unwrap()
}

/// Runs the program at the root of the repository.
fn ropa(args: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(root()).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
}

fn check(format: &str, example: &str, today: &str) -> String {
    ropa(&["check", &format!("examples/{example}"), "--today", today, "--output", format]).1
}

/// A project whose names and texts mean something to each of the formats.
fn hostile() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("registry")).unwrap();
    let settings = "version: 1\norganisation: { name: \"<b>&\", country: SE, contact: a@org.example, dpo: DPO }\npolicies:\n  no-health: { deny: special.health, to: external, why: \"100 % of it, always: <script>]]>\\n::error::x | `y` @all\" }\n";
    let text = "subjects: { buyer: Buyer }\nfields: { cart: { is: behaviour.purchase, reveals: [special.health], why: tests } }\nsystems:\n  shop:\n    collects: { buyer: [cart] }\n    sends: { partner: all }\nrecipients: { partner: { name: \"Ä, B: 50% <i>&amp;\", country: US } }\n";
    fs::write(folder.path().join("ropa.yaml"), settings).unwrap();
    fs::write(folder.path().join("registry/50% a,b ü.yaml"), text).unwrap();
    folder
}

fn said_of(folder: &Path, format: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa"))
        .args(["check", "--today", "2026-09-01", "--output", format])
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Every log to look at: many findings, few, waived and hostile ones.
fn logs(format: &str) -> Vec<(PathBuf, String)> {
    let mut all: Vec<(PathBuf, String)> =
        ["insurer", "pharmacy-cart", "broker-chain"].iter().map(|it| (root(), check(format, it, THEN))).collect();
    let folder = hostile();
    let said = said_of(folder.path(), format);
    all.push((folder.keep(), said));
    all
}

/// Validates JSON texts against a schema, by Debian's python3-jsonschema.
fn valid(schema: &str, texts: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    for (at, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("{at}.json"));
        fs::write(&path, text).unwrap();
        let schema = root().join("tests/schemas").join(schema);
        let program = "import json, sys, jsonschema\njsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))";
        let out = Command::new("/usr/bin/python3").args(["-c", program]).args([&schema, &path]).output().unwrap();
        assert!(out.status.success(), "`bash tests/run` installs what this needs\n{}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn sarif_is_valid_and_every_region_is_in_its_file() {
    let logs = logs("sarif");
    valid("sarif-2.1.0.json", &logs.iter().map(|it| it.1.clone()).collect::<Vec<_>>());
    for (root, text) in &logs {
        let log: Value = serde_json::from_str(text).unwrap();
        let run = &log["runs"][0];
        let rules: Vec<&str> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        let results = run["results"].as_array().unwrap();
        assert!(!results.is_empty());
        let mut regions = 0;
        for result in results {
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize], result["ruleId"].as_str().unwrap());
            assert!(result["partialFingerprints"]["ropaKey/v1"].as_str().unwrap().starts_with(result["ruleId"].as_str().unwrap()));
            places(result, &mut |place| {
                regions += 1;
                region_exists(root, place);
            });
        }
        assert!(regions > results.len(), "paths and places beside the first are there");
    }
    let flows = logs[0].1.matches("\"codeFlows\"").count();
    assert!(flows > 20, "{flows}");
    assert!(logs[3].1.contains("\"ruleId\": \"policy:no-health\""));
}

/// Every physical location below a value.
fn places(value: &Value, see: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            if let Some(place) = map.get("physicalLocation") {
                see(place);
            }
            map.values().for_each(|it| places(it, see));
        }
        Value::Array(all) => all.iter().for_each(|it| places(it, see)),
        _ => {}
    }
}

fn region_exists(root: &Path, place: &Value) {
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        let digit = |it: u8| char::from(it).to_digit(16).unwrap() as u8;
        bytes.push(if byte == b'%' { 16 * digit(rest.next().unwrap()) + digit(rest.next().unwrap()) } else { byte });
    }
    let path = root.join(String::from_utf8(bytes).unwrap());
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines: Vec<&str> = text.split('\n').collect();
    let at = |name: &str| place["region"][name].as_u64().unwrap() as usize;
    let (line, column, end_line, end_column) = (at("startLine"), at("startColumn"), at("endLine"), at("endColumn"));
    assert!((line, column) <= (end_line, end_column) && line >= 1 && column >= 1, "{place}");
    for (line, column) in [(line, column), (end_line, end_column)] {
        assert!(column <= lines[line - 1].chars().count() + 1, "{place}");
    }
    // A place is a whole word or a run of them: it neither begins nor ends within one.
    if line == end_line && end_column > column {
        let letters: Vec<char> = lines[line - 1].chars().collect();
        let within = |at: usize| at > 0 && at < letters.len() && letters[at - 1].is_alphanumeric() && letters[at].is_alphanumeric();
        assert!(!within(column - 1) && !within(end_column - 1), "{place} in {}", lines[line - 1]);
    }
}

#[test]
fn what_is_waived_is_suppressed_with_its_reason() {
    let folder = hostile();
    let key = "policy:no-health@shop->partner";
    let args = ["waive", key, "--why", "until October", "--by", "DPO", "--expires", "2026-11-01", "--today", "2026-09-01"];
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(folder.path()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let log: Value = serde_json::from_str(&said_of(folder.path(), "sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let waived: Vec<&Value> = results.iter().filter(|it| it.get("suppressions").is_some()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!(waived[0]["properties"]["key"], key);
    assert_eq!(waived[0]["suppressions"][0]["justification"], "until October — DPO");
    assert!(!said_of(folder.path(), "github").contains("policy%3Ano-health"));
    assert!(!said_of(folder.path(), "gitlab").contains("policy:no-health"));
    assert!(said_of(folder.path(), "junit").contains("<skipped message=\"waived: "));
}

/// A workflow command read back as GitHub documents it.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("no command: {line}"));
    let (head, data) = rest.split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let back = |text: &str| text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let properties =
        properties.split(',').map(|it| it.split_once('=').unwrap()).map(|(key, value)| (key.to_owned(), back(value))).collect();
    (name.to_owned(), properties, data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"))
}

#[test]
fn annotations_read_back_as_what_was_found() {
    let folder = hostile();
    let found: Value = serde_json::from_str(&said_of(folder.path(), "json")).unwrap();
    let mut expected: BTreeSet<(String, String, String)> = BTreeSet::new();
    for it in found["findings"].as_array().unwrap() {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        expected.insert((it["place"]["file"].as_str().unwrap().to_owned(), text("rule"), text("message")));
    }
    let said = said_of(folder.path(), "github");
    let mut read = BTreeSet::new();
    let mut levels = Vec::new();
    for line in said.lines() {
        let (name, properties, data) = command(line);
        let of = |key: &str| properties.iter().find(|it| it.0 == key).unwrap().1.clone();
        levels.push(["error", "warning", "notice"].iter().position(|it| *it == name).unwrap());
        // A message of several lines goes on where the annotation names path, law and key.
        let message = expected.iter().find(|it| data.starts_with(&it.2) && it.0 == of("file") && it.1 == of("title"));
        read.insert(message.unwrap_or_else(|| panic!("{data}")).clone());
    }
    assert_eq!(read, expected);
    assert!(levels.is_sorted(), "the heaviest come first");
    assert!(expected.iter().any(|it| it.0 == "registry/50% a,b ü.yaml"));
}

#[test]
fn a_step_is_told_how_much_it_does_not_show() {
    let said = check("github", "insurer", THEN);
    let last = command(said.lines().last().unwrap());
    assert_eq!((last.0.as_str(), last.1[0].1.as_str()), ("notice", "ropa"));
    assert!(last.2.contains("more findings"), "{}", last.2);
}

#[test]
fn code_quality_is_valid_and_each_fingerprint_is_its_own() {
    let texts: Vec<String> = logs("gitlab").into_iter().map(|it| it.1).collect();
    for text in &texts {
        let all: Vec<Value> = serde_json::from_str(text).unwrap();
        let prints: BTreeSet<&str> = all.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(prints.len(), all.len());
        assert!(all.iter().all(|it| ["info", "minor", "major", "critical", "blocker"].contains(&it["severity"].as_str().unwrap())));
        assert!(all.iter().all(|it| it["location"]["lines"]["begin"].as_u64().unwrap() >= 1));
        valid("gitlab-code-quality.json", &[serde_json::to_string(&all[0]).unwrap(), serde_json::to_string(&all[all.len() - 1]).unwrap()]);
    }
    assert_eq!(check("gitlab", "minimal", "2026-09-01"), "[]\n");
}

#[test]
fn junit_is_valid_and_fails_as_often_as_the_check() {
    let green = check("junit", "minimal", "2026-09-01");
    assert!(green.contains("tests=\"1\" failures=\"0\""), "{green}");
    let folder = tempfile::tempdir().unwrap();
    let mut texts: Vec<String> = logs("junit").into_iter().map(|it| it.1).collect();
    texts.push(green);
    for (at, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("{at}.xml"));
        fs::write(&path, text).unwrap();
        let schema = root().join("tests/schemas/junit-10.xsd");
        let out = Command::new("xmllint").arg("--noout").arg("--schema").args([&schema, &path]).output();
        let out = out.expect("`bash tests/run` installs xmllint");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    let found: Value = serde_json::from_str(&check("json", "insurer", THEN)).unwrap();
    assert_eq!(texts[0].matches("<failure ").count() as u64, found["summary"]["error"].as_u64().unwrap());
    let all = ropa(&["check", "examples/insurer", "--today", THEN, "--fail-on", "note", "--output", "junit"]).1;
    assert_eq!(all.matches("<failure ").count(), found["findings"].as_array().unwrap().len());
}

#[test]
fn a_summary_stays_in_its_size_and_no_text_changes_it() {
    let said = said_of(hostile().path(), "markdown");
    assert!(said.starts_with("### ropa: "), "{said}");
    let said = said.replace("\\<", "").replace("\\`", "");
    assert!(!said.contains("<script") && !said.contains("\n::error") && !said.contains("`y"), "{said}");
    let long = check("markdown", "insurer", THEN);
    assert!(long.chars().count() <= 60_000 && long.ends_with("</details>\n"), "{}", long.len());
    assert!(long.contains(" more; `ropa check` shows them"));
    assert!(check("markdown", "minimal", "2026-09-01").starts_with("### ropa: nothing fails"));
}

#[test]
fn the_exit_status_does_not_depend_on_the_format() {
    for (example, today, status) in [("insurer", THEN, 1), ("minimal", "2026-09-01", 0)] {
        for format in ["text", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
            assert_eq!(ropa(&["check", &format!("examples/{example}"), "--today", today, "-o", format]).0, status, "{format}");
        }
    }
}

#[test]
fn several_outputs_come_from_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let args = [
        "check",
        "examples/insurer",
        "--today",
        THEN,
        "-o",
        "github",
        "-o",
        &format!("sarif={}", file("a")),
        "-o",
        &format!("junit={}", file("b")),
    ];
    let (status, said) = ropa(&args);
    assert!(status == 1 && said.starts_with("::error "));
    assert_eq!(fs::read_to_string(file("a")).unwrap(), check("sarif", "insurer", THEN));
    assert_eq!(fs::read_to_string(file("b")).unwrap(), check("junit", "insurer", THEN));
}
