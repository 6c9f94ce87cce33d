//! `ropa suggest` on every example: each edit it offers, put where it says, closes its gap and opens no
//! error. (The pages of the rules are asked the same in `tests/docs.rs`.)

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use ropa::declare::Date;
use ropa::finding::{Finding, Level};
use ropa::verdict::Verdict;
use ropa::{Answer, answer_texts};

type Texts = BTreeMap<String, String>;

fn texts(root: &Path) -> Texts {
    let files = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap).filter(|it| it.file_type().is_file());
    files
        .filter(|it| it.path().extension().is_some_and(|it| it == "yaml" || it == "lock"))
        .map(|it| (it.path().strip_prefix(root).unwrap().to_string_lossy().into_owned(), fs::read_to_string(it.path()).unwrap()))
        .collect()
}

fn checked(texts: &Texts, today: Date) -> (Answer, Verdict) {
    let files: Vec<(&str, &str)> =
        texts.iter().filter(|(path, _)| path.starts_with("registry/")).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut answer = answer_texts(&texts["ropa.yaml"], &files, texts.get("ropa.lock").map(String::as_str), today);
    let (verdict, _) = answer.judged();
    (answer, verdict)
}

fn open(verdict: &Verdict) -> impl Iterator<Item = &Finding> {
    verdict.findings.iter().filter(|it| it.counts()).map(|it| &it.finding)
}

#[test]
fn every_suggestion_for_an_example_closes_its_gap_and_opens_no_error() {
    let today = Date::try_from("2026-09-01".to_owned()).unwrap();
    let mut offered = 0;
    let mut wrong = String::new();
    for example in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap() {
        let root = example.unwrap().path();
        let before = texts(&root);
        let (answer, verdict) = checked(&before, today);
        let known: BTreeSet<&str> = open(&verdict).map(|it| it.key.as_str()).collect();
        for finding in open(&verdict) {
            let Some(fix) = finding.remedy() else { continue };
            offered += 1;
            let mut say = |what: String| wrong.push_str(&format!("\n{} {}: `{}` {what}", root.display(), finding.key, fix.yaml));
            let Some((file, text)) = fix.applied(&answer.sources) else {
                say("cannot be put there".to_owned());
                continue;
            };
            let mut after = before.clone();
            after.insert(file.map_or("registry/more.yaml", |file| &answer.sources.get(file).path).to_owned(), text);
            let (_, verdict) = checked(&after, today);
            if open(&verdict).any(|it| it.key == finding.key) {
                say("does not close it".to_owned());
            }
            for new in open(&verdict).filter(|it| it.level == Level::Error && !known.contains(it.key.as_str())) {
                say(format!("opens {}: {}", new.key, new.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(offered > 10, "only {offered} edits are offered in all examples");
}

#[test]
fn the_least_effort_comes_first_and_the_yaml_can_be_pasted() {
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let insurer = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/insurer");
    let text = run(&["suggest", insurer, "--today", "2026-09-01", "-n", "3"]);
    assert!(text.starts_with("1. ") && text.contains("\n2. ") && !text.contains("\n4. "), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&["suggest", insurer, "--today", "2026-09-01", "-n", "99", "-o", "json"])).unwrap();
    let all = json["suggestions"].as_array().unwrap();
    let order = ["write down what is known", "ask somebody", "agree on something", "change a system"];
    let efforts: Vec<_> = all.iter().map(|it| order.iter().position(|effort| it["effort"] == **effort).unwrap()).collect();
    assert!(efforts.is_sorted(), "{efforts:?}");
    let green = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal");
    assert_eq!(run(&["suggest", green, "--today", "2026-09-01"]), "no gap is open\n");
}
