//! Models in real folders: written and read by the program, broken, hostile.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use ropa::answer;

use super::{CRM, ORGANISATION, Repository, SHOP, today};

pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn of(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (path, text) in files {
            folder.put(path, text);
        }
        folder
    }

    fn project(imports: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Folder::of(files);
        folder.put("ropa.yaml", &format!("version: 1\n{ORGANISATION}imports: {imports}\n"));
        folder
            .put("registry/a.yaml", "systems: { s: { collects: { c: [email] } } }\nsubjects: { c: C }\nfields: { email: contact.email }\n");
        folder
    }

    pub fn put(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs the program within a bound on time and address space.
    pub fn run(&self, line: &str) -> (i32, String) {
        let start = Instant::now();
        let limited = format!("ulimit -v 1200000; exec '{}' {line}", env!("CARGO_BIN_EXE_ropa"));
        let out = Command::new("bash").args(["-c", &limited]).env("RAYON_NUM_THREADS", "2").current_dir(self.0.path()).output().unwrap();
        assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
        let text = format!("{}{}", String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
        assert!(!text.contains("panicked"), "{text}");
        (out.status.code().expect("ends by itself"), text)
    }

    fn check(&self) -> (i32, String) {
        self.run("check --today 2026-09-01 .")
    }

    /// Expects a status and all these words.
    fn expect(&self, status: i32, words: &[&str]) {
        let (code, text) = self.check();
        for word in words {
            assert!(text.contains(word), "`{word}` is missing from:\n{text}");
        }
        assert_eq!(code, status, "{text}");
    }
}

const MODEL: &str = "ropa-model: 1\nnamespace: crm\nfiles:\n  registry/a.yaml: |2\n    systems: { hub: {} }\n";

#[test]
fn what_export_writes_check_reads() {
    let crm = Folder::of(&[("ropa.yaml", &CRM.settings()), ("registry/all.yaml", CRM.declares)]);
    let shop = Folder::of(&[("ropa.yaml", &SHOP.settings()), ("registry/all.yaml", SHOP.declares)]);
    let (code, text) = crm.run("export model --out crm.yaml");
    // Its import is not there yet, and the file of another project is nothing this one can do without.
    assert_eq!(code, 2, "{text}");
    crm.put("ropa.yaml", &CRM.settings().replace("imports", "# imports"));
    crm.run("export model --out crm.yaml");
    shop.put("models/crm.yaml", &fs::read_to_string(crm.0.path().join("crm.yaml")).unwrap());
    shop.expect(1, &["buyer › website › crm/hub › crm/mailer", "--> crm:registry/all.yaml:2:28", "::: registry/all.yaml:5:25"]);
    // Twice the same bytes, and the same on standard output.
    assert_eq!(crm.run("export model").1, fs::read_to_string(crm.0.path().join("crm.yaml")).unwrap());
    let (_, accepted) = shop.run("accept --today 2026-09-01 .");
    assert!(accepted.contains("1 exposure"), "{accepted}");
    assert!(fs::read_to_string(shop.0.path().join("ropa.lock")).unwrap().contains("\tcrm/hub->crm/mailer\tbuyer.email\t"));
    assert!(!shop.check().1.contains("new-exposure"));
    // A register of several repositories has its pages.
    shop.run("render --today 2026-09-01 . --out register");
    assert!(shop.0.path().join("register/recipients/crm_mailer.html").is_file());
    for format in ["json", "csv", "markdown", "dot", "mermaid", "dpv"] {
        let (code, text) = shop.run(&format!("export {format} --today 2026-09-01 ."));
        assert_eq!(code, 0, "{format}: {text}");
        assert!(text.contains("crm/") || matches!(format, "csv" | "dpv"), "{format}: {text}");
    }
}

#[test]
fn a_model_needs_a_namespace() {
    let (code, text) = Folder::project("{}", &[]).run("export model");
    assert_eq!(code, 2);
    assert!(text.contains("add to `ropa.yaml`: `namespace: shop`"), "{text}");
    let named =
        Folder::of(&[("ropa.yaml", &format!("version: 1\nnamespace: a/b\n{ORGANISATION}")), ("registry/a.yaml", "systems: { s: {} }\n")]);
    named.expect(1, &["`a/b` cannot be an id", "ropa.yaml:2"]);
}

#[test]
fn a_project_of_imports_alone_is_a_project() {
    let folder = Folder::project("{ crm: { from: models/crm.yaml, whole: true } }", &[("models/crm.yaml", MODEL)]);
    fs::remove_dir_all(folder.0.path().join("registry")).unwrap();
    folder.expect(0, &["0 errors"]);
}

#[test]
fn places_outside_of_the_repository_are_told_in_every_format() {
    let shop = Folder::of(&[("ropa.yaml", &SHOP.settings()), ("registry/all.yaml", SHOP.declares), ("models/crm.yaml", &CRM.model())]);
    // A viewer of pull requests shows files of the repository: the step in it, or the line that imports.
    let (_, github) = shop.run("check --today 2026-09-01 --output github .");
    let line = github.lines().find(|it| it.contains("title=new-exposure")).unwrap();
    assert!(line.contains("file=registry/all.yaml,line=5,") && line.contains("place: crm:registry/all.yaml:2:28"), "{line}");
    let (_, sarif) = shop.run("check --today 2026-09-01 --output sarif .");
    assert!(!sarif.contains("\"uri\": \"crm"), "{sarif}");
    assert!(sarif.contains("(crm:registry/all.yaml:2:28)"), "{sarif}");
    let (_, json) = shop.run("check --today 2026-09-01 --output json .");
    assert!(json.contains("\"file\": \"crm:registry/all.yaml\""), "{json}");
}

#[test]
fn a_model_that_cannot_be_read_is_told_at_the_line_that_imports_it() {
    let told = |imports: &str, model: &str, status: i32, words: &[&str]| {
        let folder = Folder::project(imports, &[("models/crm.yaml", model)]);
        folder.expect(status, &[words, &["--> ropa.yaml:3:"]].concat());
    };
    let one = "{ crm: models/crm.yaml }";
    told("{ crm: models/other.yaml }", MODEL, 2, &["unreadable-file", "`models/other.yaml`: does not exist"]);
    told("{ crm: models }", MODEL, 2, &["unreadable-file", "not a regular file"]);
    told("{ crm: }", MODEL, 1, &["invalid-value", "nobody has said where the model of `crm` is"]);
    told("{ crm: { whole: true } }", MODEL, 1, &["nobody has said where the model of `crm` is"]);
    told(
        "{ shop: models/crm.yaml }",
        MODEL,
        1,
        &["is the model of `crm`, not of `shop`", "write `crm: models/crm.yaml`", "models/crm.yaml:2"],
    );
    told(one, "systems: { hub: {} }\n", 1, &["cannot be read as a model: the key `systems` is none of a model's", "models/crm.yaml:1"]);
    told(one, "", 1, &["it is no map"]);
    told(one, "namespace: crm\nfiles: {}\n", 1, &["the key `ropa-model` is missing"]);
    told(one, "ropa-model: 2\nnamespace: crm\nfiles: {}\n", 1, &["of a version that this program does not know"]);
    told(one, "ropa-model: 1\nfiles: {}\n", 1, &["it does not say its `namespace`"]);
    told(one, "ropa-model: 1\nnamespace: crm\n", 1, &["it has no map of `files`"]);
    told(one, "ropa-model: 1\nnamespace: crm\nfiles: { ropa.yaml: [a] }\n", 1, &["`ropa.yaml` is a list, not a text"]);
    told(
        one,
        "ropa-model: 1\nnamespace: crm\nfiles: { ropa.yaml\n",
        2,
        &["invalid-syntax", "cannot be read as a model: not YAML", "models/crm.yaml:3"],
    );
}

/// What a model would declare is not unknown besides.
#[test]
fn a_model_that_is_not_there_is_said_once() {
    let shop = Folder::of(&[("ropa.yaml", &SHOP.settings()), ("registry/all.yaml", SHOP.declares)]);
    let (code, text) = shop.check();
    assert!(text.contains("unreadable-file") && text.contains("1 error,"), "{text}");
    assert_eq!(code, 2);
}

#[test]
fn what_is_wrong_in_a_text_of_a_model_is_told_at_its_own_place() {
    let broken = Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &MODEL.replace("{ hub: {} }", "{ hub: {"))]);
    broken.expect(2, &["invalid-syntax", "--> crm:registry/a.yaml:1:"]);
    let wrong =
        Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &MODEL.replace("{ hub: {} }", "{ hub: { colour: red } }"))]);
    wrong.expect(1, &["unknown-key", "--> crm:registry/a.yaml:1:19"]);
}

#[test]
fn a_path_that_leads_elsewhere_is_refused() {
    let secret = tempfile::tempdir().unwrap();
    fs::write(secret.path().join("crm.yaml"), MODEL).unwrap();
    let outside = secret.path().join("crm.yaml");
    let refused = |path: &str| {
        let folder = Folder::project(&format!("{{ crm: {path} }}"), &[("models/crm.yaml", MODEL)]);
        folder.expect(1, &["is no path inside the project's folder", "--> ropa.yaml:3:"]);
    };
    for path in [
        outside.to_str().unwrap(),
        "../crm.yaml",
        "models/../../crm.yaml",
        "models/../models/crm.yaml",
        ".",
        "models/",
        "'a\\b'",
        "'C:/crm.yaml'",
        "\"a\\0b\"",
        "'~/x:y'",
    ] {
        refused(path);
    }
    let folder = Folder::project("{ crm: models/link.yaml }", &[]);
    fs::create_dir_all(folder.0.path().join("models")).unwrap();
    symlink(&outside, folder.0.path().join("models/link.yaml")).unwrap();
    folder.expect(2, &["`models/link.yaml`: a symbolic link that leads out of the project", "--> ropa.yaml:3:"]);
    let folder = Folder::project("{ crm: registry/crm.yaml }", &[("registry/crm.yaml", MODEL)]);
    folder.expect(1, &["would be read as a declaration of this project's own"]);
    Folder::project("{ crm: ./models/crm.yaml }", &[("models/crm.yaml", MODEL)]).expect(0, &["0 errors"]);
}

#[test]
fn a_path_inside_a_model_is_never_opened() {
    for path in [
        "/etc/passwd",
        "registry/../../a.yaml",
        "registry//a.yaml",
        "registry/./a.yaml",
        "models/crm.yaml",
        "ropa.lock",
        "registry/a.txt",
        "registry/\\u0007.yaml",
    ] {
        let model = format!("ropa-model: 1\nnamespace: crm\nfiles:\n  \"{path}\": \"systems: {{}}\"\n");
        let folder = Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &model)]);
        folder.expect(1, &["is no file of declarations", "--> ropa.yaml:3:", "models/crm.yaml:4"]);
    }
}

#[test]
fn a_model_inside_a_model_is_no_declaration() {
    let inner = format!(
        "ropa-model: 1\nnamespace: crm\nfiles:\n  registry/a.yaml: |2\n{}",
        MODEL.lines().map(|it| format!("    {it}\n")).collect::<String>()
    );
    let folder = Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &inner)]);
    folder.expect(1, &["unknown key `ropa-model`", "--> crm:registry/a.yaml:1:1"]);
}

#[test]
fn projects_that_import_each_other_end() {
    // Each model names the other, and itself through the other.
    let shop = Repository { declares: "systems: { website: { sends: { crm/hub: all, shop/website: all } } }\n", ..SHOP };
    let crm = Repository { declares: "systems: { hub: { sends: { shop/website: all, crm/hub: all } } }\n", ..CRM };
    assert_eq!(shop.checked(&[&crm]).of("invalid-value").len(), 2, "only a system that sends to itself is wrong");
    let itself = Folder::of(&[
        ("ropa.yaml", &format!("version: 1\nnamespace: crm\n{ORGANISATION}imports: {{ crm: models/crm.yaml }}\n")),
        ("registry/a.yaml", "systems: { s: {} }\n"),
        ("models/crm.yaml", MODEL),
    ]);
    itself.expect(1, &["`crm` is this project itself", "--> ropa.yaml:4:12"]);
    let built_in = MODEL.replace("crm", "ropa");
    Folder::project("{ ropa: models/crm.yaml }", &[("models/crm.yaml", &built_in)]).expect(1, &["`ropa` is what ships with the program"]);
    let twice = "{ crm: models/crm.yaml, erm: ./models//crm.yaml }";
    Folder::project(twice, &[("models/crm.yaml", MODEL)]).expect(1, &["`models/crm.yaml` is imported twice"]);
}

#[test]
fn a_model_has_no_great_appetite() {
    let large = format!("{MODEL}{}", "# padding\n".repeat(10 << 20));
    Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &large)]).expect(2, &["limit-exceeded", "larger than 16 MiB"]);
    // One long text, named again and again, would be a thousand times as long.
    let text = "x".repeat(4 << 20);
    let mut aliases = format!("ropa-model: 1\nnamespace: crm\nfiles:\n  registry/a.yaml: &a \"# {text}\"\n");
    for number in 0..2_000 {
        aliases.push_str(&format!("  registry/a{number}.yaml: *a\n"));
    }
    Folder::project("{ crm: models/crm.yaml }", &[("models/crm.yaml", &aliases)]).expect(2, &["limit-exceeded", "aliases written out"]);
    // A thousand lines do not read it a thousand times.
    let lines: String = (0..1_000).map(|number| format!("n{number}: models/crm.yaml, ")).collect();
    let large = format!("{MODEL}{}", "# padding\n".repeat(1 << 20));
    Folder::project(&format!("{{ {lines} }}"), &[("models/crm.yaml", &large)]).expect(1, &["is imported twice"]);
    // What nobody could read is not written.
    let folder =
        Folder::of(&[("ropa.yaml", &CRM.settings().replace("imports", "# imports")), ("registry/a.yaml", "systems: { hub: {} }\n")]);
    for name in ["b", "c"] {
        folder.put(&format!("registry/{name}.yaml"), &"# padding\n".repeat(1 << 20));
    }
    let (code, text) = folder.run("export model --out model.yaml");
    assert_eq!(code, 2);
    assert!(text.contains("larger than 16 MiB") && !folder.0.path().join("model.yaml").exists(), "{text}");
}

#[test]
fn a_project_below_the_root_of_its_repository_finds_its_models() {
    let folder = Folder::of(&[
        (".git/HEAD", ""),
        ("services/shop/ropa.yaml", &SHOP.settings()),
        ("services/shop/registry/all.yaml", SHOP.declares),
        ("services/shop/models/crm.yaml", &CRM.model()),
    ]);
    let root = folder.0.path().join("services/shop");
    let answer = answer(&fs::canonicalize(root).unwrap(), today());
    assert!(answer.is_sound());
    assert!(answer.sources.iter().any(|(_, it)| it.path == "crm:registry/all.yaml"));
    let (code, model) = folder.run("export model services/shop");
    assert_eq!(code, 0, "{model}");
    assert!(model.contains("\n  registry/all.yaml: |2\n") && model.contains("\n  ropa.yaml: |2\n"), "{model}");
}
