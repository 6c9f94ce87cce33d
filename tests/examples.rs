//! The examples say what they said before, and what they are for.
//!
//! Goldens lie in `tests/golden/`; `SNAPSHOTS=overwrite cargo test` writes them anew, to be read in
//! review like code.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const TODAY: &str = "2026-09-01";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the root of the repository: its status and what it printed.
fn ropa(args: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(root()).output().unwrap();
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
}

fn findings(folder: &str, today: &str) -> Value {
    serde_json::from_str(&ropa(&["check", folder, "--today", today, "--output", "json"]).1).unwrap()
}

fn keys(findings: &Value, rule: &str) -> Vec<String> {
    let all = findings["findings"].as_array().unwrap().iter();
    all.filter(|it| it["rule"] == rule).map(|it| it["key"].as_str().unwrap().to_owned()).collect()
}

fn golden(name: &str, text: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var_os("SNAPSHOTS").is_some_and(|it| it == "overwrite") {
        fs::write(&path, text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(known == text, "{name} differs; `SNAPSHOTS=overwrite cargo test` writes it anew. It is now:\n{text}");
}

/// A copy of an example that a test may change.
fn copy(example: &str) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    let from = root().join("examples").join(example);
    for entry in walkdir::WalkDir::new(&from).into_iter().map(Result::unwrap) {
        let target = to.path().join(entry.path().strip_prefix(&from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
    to
}

fn text_of(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

#[test]
fn the_examples_print_their_goldens() {
    for example in ["insurer", "minimal"] {
        let folder = format!("examples/{example}");
        golden(&format!("{example}.check.txt"), &ropa(&["check", &folder, "--today", TODAY]).1);
        golden(&format!("{example}.check.json"), &ropa(&["check", &folder, "--today", TODAY, "--output", "json"]).1);
        golden(&format!("{example}.export.json"), &ropa(&["export", "json", &folder, "--today", TODAY]).1);
    }
    for (example, page) in [
        ("minimal", "index"),
        ("minimal", "activities/order-confirmations"),
        ("insurer", "en/activities/ads-audiences"),
        ("insurer", "recipients/meta-ads"),
        ("insurer", "matrix"),
        ("insurer", "en/gaps"),
    ] {
        let out = tempfile::tempdir().unwrap();
        ropa(&["render", &format!("examples/{example}"), "--today", TODAY, "--out", text_of(out.path())]);
        let text = fs::read_to_string(out.path().join(format!("{page}.html"))).unwrap();
        let main = &text[text.find("<main").unwrap()..text.find("</main>").unwrap()];
        golden(&format!("{example}.{}.html", page.replace('/', ".")), &format!("{main}</main>\n"));
    }
    // Before it was stopped: what was found, without the source.
    let then = findings("examples/insurer", "2020-09-01");
    let lines: Vec<String> = then["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}\n", it["level"].as_str().unwrap(), it["key"].as_str().unwrap()))
        .collect();
    golden("insurer.2020-09-01.keys.txt", &lines.concat());
}

#[test]
fn the_smallest_example_is_green() {
    let (status, text) = ropa(&["check", "examples/minimal", "--today", TODAY, "--fail-on", "note"]);
    assert_eq!(status, 0, "{text}");
}

#[test]
fn accepting_what_is_accepted_changes_no_byte() {
    for example in ["insurer", "minimal"] {
        let folder = copy(example);
        let before = fs::read(folder.path().join("ropa.lock")).unwrap();
        for flag in [None, Some("--prune")] {
            let (status, _) = ropa(&[&["accept", text_of(folder.path()), "--today", TODAY], flag.as_slice()].concat());
            assert_eq!(status, 0);
            assert_eq!(before, fs::read(folder.path().join("ropa.lock")).unwrap(), "{example} {flag:?}");
        }
    }
}

/// The limit on file sizes ends the program in the middle of its writing.
#[test]
fn an_interrupted_accept_leaves_the_old_lock_whole() {
    let folder = copy("insurer");
    let lock = folder.path().join("ropa.lock");
    fs::write(&lock, "# an old lock\n").unwrap();
    let line = format!("ulimit -f 1; exec '{}' accept --today {TODAY} .", env!("CARGO_BIN_EXE_ropa"));
    let status = Command::new("bash").args(["-c", &line]).current_dir(folder.path()).output().unwrap().status;
    assert!(!status.success(), "{status}");
    assert_eq!(fs::read_to_string(&lock).unwrap(), "# an old lock\n");
}

#[test]
fn nothing_is_written_among_the_declarations() {
    let folder = copy("minimal");
    let before = fs::read(folder.path().join("registry/all.yaml")).unwrap();
    for args in [
        ["check", "--output", "json=registry/all.yaml"],
        ["check", "--output", "json=ropa.lock"],
        ["render", "--out", "registry"],
        ["export", "json", "--out=registry/new.yaml"],
    ] {
        let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(folder.path()).output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{args:?}");
    }
    assert_eq!(before, fs::read(folder.path().join("registry/all.yaml")).unwrap());
    assert_eq!(fs::read_dir(folder.path().join("registry")).unwrap().count(), 1);
}

/// A folder handed to somebody holds no record that was withdrawn, and whatever else lay there.
#[test]
fn rendering_again_removes_pages_of_what_is_gone() {
    let folder = copy("minimal");
    let out = folder.path().join("register");
    let render = || ropa(&["render", text_of(folder.path()), "--today", TODAY, "--out", text_of(&out)]);
    render();
    fs::write(out.join("own.txt"), "kept").unwrap();
    let all = folder.path().join("registry/all.yaml");
    let text = fs::read_to_string(&all).unwrap().replace("mail-service", "post-service");
    fs::write(&all, text).unwrap();
    assert!(out.join("recipients/mail-service.html").is_file());
    render();
    assert!(!out.join("recipients/mail-service.html").exists() && out.join("recipients/post-service.html").is_file());
    assert!(out.join("own.txt").is_file());
}

#[test]
fn one_thread_or_sixteen_give_the_same_bytes() {
    let run = |threads: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
        command.args(args).args(["examples/insurer", "--today", "2020-09-01"]).env("RAYON_NUM_THREADS", threads).current_dir(root());
        command.output().unwrap().stdout
    };
    for args in [&["check"][..], &["check", "--output", "json"], &["export", "json"]] {
        let one = run("1", args);
        assert!(!one.is_empty());
        assert!(one == run("16", args), "{args:?}");
    }
}

/// Files carry no meaning: the same declarations under other names, read in another order, say the
/// same, but for the names of the files.
#[test]
fn the_order_of_files_changes_nothing() {
    let folder = copy("insurer");
    let said = |folder: &Path| {
        let found = findings(text_of(folder), TODAY);
        let mut all: Vec<String> =
            found["findings"].as_array().unwrap().iter().map(|it| format!("{} {} {}", it["level"], it["key"], it["message"])).collect();
        all.sort();
        (all, found["summary"].clone(), ropa(&["accept", text_of(folder), "--today", TODAY]).1, fs::read(folder.join("ropa.lock")).unwrap())
    };
    let before = said(folder.path());
    let registry = folder.path().join("registry");
    let names: Vec<String> = fs::read_dir(&registry).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    let mut sorted = names.clone();
    sorted.sort();
    fs::create_dir(registry.join("deeper")).unwrap();
    for (at, name) in sorted.iter().rev().enumerate() {
        fs::rename(registry.join(name), registry.join(if at % 3 == 0 { format!("deeper/{at:03}.yaml") } else { format!("{at:03}.yml") }))
            .unwrap();
    }
    assert_eq!(before, said(folder.path()));
}

#[test]
fn nobody_types_the_incident() {
    let folder = copy("insurer");
    let catalog = fs::read_to_string(folder.path().join("registry/catalog.yaml")).unwrap();
    let segment = catalog.lines().find(|line| line.trim_start().starts_with("segment:")).unwrap();
    assert!(!segment.contains("reveals"), "{segment}");

    let inferred = |day: &str| {
        let found = findings(text_of(folder.path()), day);
        keys(&found, "inferred-special-category").into_iter().filter(|key| key.contains("customer.segment")).collect::<Vec<_>>()
    };
    let before = inferred("2020-09-01");
    for recipient in ["meta-ads", "google-ads", "microsoft-ads", "linkedin-ads", "adobe"] {
        assert!(before.iter().any(|key| key.contains(&format!("->{recipient}"))), "{recipient} is missing from {before:?}");
    }
    let data = folder.path().join("registry/data.yaml");
    let text = fs::read_to_string(&data).unwrap();
    let without: String = text.lines().filter(|line| !line.trim_start().starts_with("segment:")).map(|line| format!("{line}\n")).collect();
    assert_ne!(text, without);
    fs::write(&data, without).unwrap();
    assert_eq!(inferred("2020-09-01"), Vec::<String>::new());
}

#[test]
fn the_insurer_has_the_size_of_a_real_case() {
    let summary = &findings("examples/insurer", TODAY)["summary"];
    assert!(summary["systems"].as_u64().unwrap() >= 6, "{summary}");
    assert!(summary["recipients"].as_u64().unwrap() >= 12, "{summary}");
    assert!(summary["flows"].as_u64().unwrap() >= 30, "{summary}");
}

#[test]
fn each_place_is_where_the_text_says_it_is() {
    for (example, day) in [("insurer", TODAY), ("insurer", "2020-09-01"), ("minimal", "2020-09-01")] {
        let found = findings(&format!("examples/{example}"), day);
        for finding in found["findings"].as_array().unwrap() {
            assert!(!at(&finding["place"]).is_empty(), "{finding}");
            for hop in finding["path"].as_array().unwrap() {
                step(hop);
            }
        }
    }
}

/// The text from a place to the end of its line.
fn at(place: &Value) -> String {
    let path = root().join(place["file"].as_str().unwrap());
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(place["line"].as_u64().unwrap() as usize - 1).unwrap();
    line.chars().skip(place["column"].as_u64().unwrap() as usize - 1).collect()
}

/// At the place of a step stands what it speaks of: the field or the word that takes it, the
/// derived name, or the target of the flow.
fn step(hop: &Value) {
    let (text, flow) = (at(hop), hop["flow"].as_str().unwrap());
    let (subject, field) = hop["item"].as_str().unwrap().split_once('.').unwrap();
    let word: String = text.chars().take_while(|it| it.is_alphanumeric() || "_-.#".contains(*it)).collect();
    if flow.starts_with("derives:") {
        return assert_eq!(word, field, "{hop}");
    }
    let target = flow.split_once("->").map_or("", |(_, target)| target);
    let catalog = fs::read_to_string(root().join("examples/insurer/registry/catalog.yaml")).unwrap();
    let categories: String = catalog.lines().filter(|line| line.trim_start().starts_with(&format!("{field}:"))).collect();
    let last = word.rsplit_once('.').map_or(word.as_str(), |(_, last)| last);
    let node = target.split('#').next().unwrap();
    let says = word == target
        || word == node
        || word == "all"
        || word == "fields"
        || word == subject
        || last == field
        || word.ends_with(&format!(".{field}"));
    assert!(says || categories.contains(&word) || categories.contains(last), "`{word}` stands at {hop}");
}
