//! A project that begins from captures: who was seen is declared, no flow is, and nothing is made up or given
//! away.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use walkdir::WalkDir;

const ORGANISATION: &[&str] = &["--name", "Example Bank", "--country", "SE", "--contact", "privacy@bank.example"];
const FROM: &[&str] = &[
    "--from=har=captures/bank-walk.har",
    "--from=gtm=captures/gtm-web.json",
    "--from=packages=package.json",
    "--from=dbt=captures/dbt-v12.json",
];

fn evidence() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence"))
}

fn ropa(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(folder).output().unwrap();
    (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

fn init(folder: &Path, more: &[&str]) -> (i32, String, String) {
    ropa(folder, &[&["init"], ORGANISATION, more].concat())
}

/// A repository with captures and nothing else.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = Command::new("git").args(["init", "-q"]).current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").status();
    assert!(git.unwrap().success());
    fs::create_dir(folder.path().join("captures")).unwrap();
    for file in ["bank-walk.har", "gtm-web.json", "dbt-v12.json"] {
        fs::copy(evidence().join(file), folder.path().join("captures").join(file)).unwrap();
    }
    fs::copy(evidence().join("packages-npm/package.json"), folder.path().join("package.json")).unwrap();
    folder
}

/// Rule, level and key of every finding.
fn findings(folder: &Path) -> (i32, Vec<[String; 3]>) {
    let (status, said, errors) = ropa(folder, &["check", "--today", "2026-09-01", "--output", "json"]);
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{status}: {said}{errors}"));
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().unwrap().iter();
    (status, found.map(|it| [text(&it["rule"]), text(&it["level"]), text(&it["key"])]).collect())
}

/// Every file that is no capture, with its text.
fn written(folder: &Path) -> Vec<(String, String)> {
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|it| it.file_name() != ".git");
    let files = walk.map(Result::unwrap).filter(|it| it.file_type().is_file());
    let named = files.map(|it| (it.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), it.into_path()));
    let own = named.filter(|(name, _)| !name.starts_with("captures/") && name != "package.json");
    own.map(|(name, path)| (name, fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn the_first_check_reports_everybody_who_was_seen() {
    let folder = repository();
    let (status, said, errors) = init(folder.path(), FROM);
    assert_eq!(status, 0, "{errors}");
    for words in
        ["Meta Platforms Ireland Limited (meta)", "12 kinds of data", "proven", "next: `ropa check`", "Own domains: `bank.example`"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (status, found) = findings(folder.path());
    assert_eq!(status, 1);
    for key in ["website->meta", "website->google", "website->partner-example", "warehouse->meta", "warehouse->churn_model", "app->adobe"] {
        let key = format!("undocumented-flow@{key}");
        assert!(found.iter().any(|it| it[2] == key), "{key}: {found:?}");
    }
    let errors: Vec<_> = found.iter().filter(|it| it[1] == "error" && it[0] != "undocumented-flow").collect();
    assert!(errors.is_empty(), "{errors:?}");
    let settings = fs::read_to_string(folder.path().join("ropa.yaml")).unwrap();
    assert!(settings.contains("files: captures/bank-walk.har\n    of: website\n    first-party: [bank.example]\n"), "{settings}");
    let registry = fs::read_to_string(folder.path().join("registry/platform.yaml")).unwrap();
    assert!(
        registry.contains("  meta: { vendor: meta }") && registry.contains("partner-example: { hosts: [partner.example] }"),
        "{registry}"
    );
    assert!(!registry.lines().any(|it| !it.starts_with('#') && it.contains("sends:")), "a flow is declared: {registry}");
}

/// What is seen counts as debt, and a project goes on from there.
#[test]
fn what_is_open_can_be_counted_and_a_recording_replaced() {
    let folder = repository();
    let (_, said, _) = init(folder.path(), FROM);
    let line = said.lines().find_map(|it| it.trim().strip_prefix("ropa observe ")).unwrap();
    let (status, _, errors) = ropa(folder.path(), &[&["observe"], line.split(' ').collect::<Vec<_>>().as_slice()].concat());
    assert_eq!(status, 0, "{errors}");
    let (_, before) = findings(folder.path());
    let path = folder.path().join("ropa.yaml");
    let recording = "kind: har\n    files: captures/bank-walk.har";
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(recording), "{text}");
    fs::write(&path, text.replace(recording, "kind: observations\n    files: captures/bank-walk-seen.json")).unwrap();
    fs::remove_file(folder.path().join("captures/bank-walk.har")).unwrap();
    assert_eq!(findings(folder.path()).1, before);
    assert_eq!(ropa(folder.path(), &["accept", "--unreviewed", "--today", "2026-09-01"]).0, 0);
    assert_eq!(ropa(folder.path(), &["check", "--today", "2026-09-01"]).0, 0);
}

#[test]
fn two_folders_get_the_same_bytes() {
    let (one, other) = (repository(), repository());
    assert_eq!(init(one.path(), FROM), init(other.path(), FROM));
    assert_eq!(written(one.path()), written(other.path()));
}

#[test]
fn nothing_is_written_when_one_file_cannot_be_read() {
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = elsewhere.path().join("walk.har");
    fs::copy(evidence().join("bank-walk.har"), &outside).unwrap();
    let outside = format!("--from=har={}", outside.display());
    let cases = [
        ("--from=har=captures/gtm-web.json", "`captures/gtm-web.json` has no list `log.entries`"),
        ("--from=har=captures/cut.har", "`captures/cut.har` ends in the middle"),
        ("--from=har=captures/missing.har", "reading `captures/missing.har`"),
        ("--from=har=captures", "`captures` has a name that `evidence:` cannot say"),
        ("--from=har=captures/.hidden.har", "without a dot in front"),
        ("--from=hra=captures/bank-walk.har", "no kind of captures is called `hra`; did you mean `har`?"),
        ("--from=recording=captures/bank-walk.har", "it is one of har, gtm, wec"),
        ("--from=captures/bank-walk.har", "as in `har=walk.har`"),
        ("--team=../out", "a team is named by"),
        (outside.as_str(), "lies outside the project's folder"),
    ];
    let folder = repository();
    fs::copy(evidence().join("trap-truncated.har"), folder.path().join("captures/cut.har")).unwrap();
    fs::copy(evidence().join("bank-walk.har"), folder.path().join("captures/.hidden.har")).unwrap();
    for (from, words) in cases {
        let (status, _, errors) = init(folder.path(), &[FROM, &[from]].concat());
        assert!(status == 2 && errors.contains(words), "{from}: {status}, {errors}");
        assert_eq!(written(folder.path()), [], "{from}");
    }
    fs::write(folder.path().join("ropa.yaml"), "own: 1\n").unwrap();
    let (status, _, errors) = init(folder.path(), FROM);
    assert!(status == 2 && errors.contains("is a project already"), "{errors}");
    assert_eq!(written(folder.path()), [("ropa.yaml".to_owned(), "own: 1\n".to_owned())]);
}

/// Where a visit began is the organisation's own. What pages of others were visited is said, and a flag says it all.
#[test]
fn own_domains_are_those_that_are_given_or_where_a_visit_began() {
    let folder = tempfile::tempdir().unwrap();
    let walk = r#"{ "log": { "pages": [
        { "id": "1", "title": "https://www.shop.example/cart" }, { "id": "2", "title": "https://pay.example/" } ], "entries": [
        { "pageref": "1", "request": { "url": "https://www.shop.example/cart" } },
        { "pageref": "1", "request": { "url": "https://files.shop-files.example/a.js" } },
        { "pageref": "2", "request": { "url": "https://pay.example/" } } ] } }"#;
    let proxied = r#"{ "log": { "entries": [{ "request": { "url": "https://news.example/" } }] } }"#;
    for (file, text) in [("walk.har", walk), ("proxied.har", proxied)] {
        fs::write(folder.path().join(file), text).unwrap();
    }
    fs::write(folder.path().join("policy.txt"), "script-src https://cdn.shop.example https://tags.example").unwrap();
    let (status, said, errors) = init(folder.path(), &["--from", "har=walk.har", "--from", "csp=policy.txt"]);
    assert_eq!(status, 0, "{errors}");
    let settings = fs::read_to_string(folder.path().join("ropa.yaml")).unwrap();
    assert_eq!(settings.matches("first-party: [shop.example]").count(), 2, "{settings}");
    assert!(settings.contains("# pages of `pay.example` were visited too"), "{settings}");
    for (domain, is_seen) in [("pay.example", true), ("shop-files.example", true), ("tags.example", true), ("shop.example,", false)] {
        assert_eq!(said.contains(&format!("  {domain}")), is_seen, "{domain}: {said}");
    }
    let other = |more: &[&str]| {
        fs::remove_file(folder.path().join("ropa.yaml")).unwrap();
        init(folder.path(), more).1
    };
    let said = other(&["--from", "har=walk.har", "--first-party", "Shop.example", "--first-party", "shop-files.example"]);
    assert!(said.contains("Own domains: `shop-files.example` and `shop.example`") && !said.contains("  shop-files.example"), "{said}");
    let said = other(&["--from", "har=proxied.har"]);
    assert!(said.contains("Own domains are not known for `proxied.har`: name them under `first-party:`"), "{said}");
}

/// A name that a source gives need not be an id, and may be that of a system.
#[test]
fn names_that_a_source_gives_become_recipients_that_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let third = |name: &str| format!(r#"{{ "third_party": "{name}", "subject_name": "User", "data_types": ["Email Address"] }}"#);
    let report = format!(r#"{{ "subjects": [], "third_party": [{}, {}, {}] }}"#, third("Acme CRM"), third("app"), third("true"));
    fs::write(folder.path().join("privacy.json"), report).unwrap();
    let (status, said, errors) = init(folder.path(), &["--from", "bearer=privacy.json"]);
    assert_eq!(status, 0, "{said}{errors}");
    let (_, found) = findings(folder.path());
    for id in ["Acme-CRM", "app", "true"] {
        let key = format!("undocumented-flow@app-2->{id}");
        assert!(found.iter().any(|it| it[2] == key), "{key}: {found:?}");
    }
    // The finding is closed by the flow that it asks for.
    let path = folder.path().join("registry/platform.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let flow = "  app-2: { collects: { user: [email] }, sends: { Acme-CRM: [email] } }";
    let text: String = text.lines().map(|it| if it.starts_with("  app-2: {}") { format!("{flow}\n") } else { format!("{it}\n") }).collect();
    fs::write(&path, format!("{text}subjects: {{ user: User }}\nfields: {{ email: contact.email }}\n")).unwrap();
    let (_, found) = findings(folder.path());
    assert!(
        found.iter().any(|it| it[2].ends_with("->app")) && !found.iter().any(|it| it[2] == "undocumented-flow@app-2->Acme-CRM"),
        "{found:?}"
    );
}

/// Every capture there is, at once: the project that comes out is understood, and no value is in it.
#[test]
fn every_capture_makes_a_project_that_is_understood_and_holds_no_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut from = Vec::new();
    for line in fs::read_to_string(evidence().join("index.tsv")).unwrap().lines().skip(1) {
        let parts: Vec<&str> = line.split('\t').collect();
        if parts[3].ends_with(".tsv") {
            let to = folder.path().join("captures").join(parts[0]);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(evidence().join(parts[0]), to).unwrap();
            from.push(format!("--from={}=captures/{}", parts[1], parts[0]));
        }
    }
    let from: Vec<&str> = from.iter().map(String::as_str).collect();
    let (status, said, errors) = init(folder.path(), &from);
    assert_eq!(status, 0, "{errors}");
    let (status, checked, errors) = ropa(folder.path(), &["check", "--today", "2026-09-01"]);
    assert_eq!(status, 1, "{errors}");
    let (_, found) = findings(folder.path());
    let known = ["undocumented-flow", "breach-candidate"];
    let errors: Vec<_> = found.iter().filter(|it| it[1] == "error" && !known.contains(&it[0].as_str())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut texts = vec![("init".to_owned(), said), ("check".to_owned(), checked)];
    texts.extend(written(folder.path()));
    let canaries = fs::read_to_string(evidence().join("canaries.txt")).unwrap();
    for (name, text) in &texts {
        let text = text.to_lowercase();
        let value = canaries.lines().filter(|it| !it.is_empty()).find(|it| text.contains(&it.to_lowercase()));
        assert_eq!(value, None, "{name}");
    }
}
