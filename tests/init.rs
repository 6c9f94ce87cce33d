//! A project that begins: what `ropa init` writes is green, and nothing that was there is touched.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

const ORGANISATION: &[&str] = &["--name", "Example: \"Ltd\" #1", "--country", "se", "--contact", "privacy@org.example"];

fn ropa(folder: &Path, args: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).args(args).current_dir(folder).output().unwrap();
    (out.status.code().unwrap(), format!("{}{}", String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap()))
}

fn git(folder: &Path, args: &[&str]) -> String {
    let out = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@org.example", "-c", "init.defaultBranch=main"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn init(folder: &Path, more: &[&str]) -> (i32, String) {
    ropa(folder, &[&["init"], ORGANISATION, more].concat())
}

#[test]
fn a_new_project_is_green_and_says_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (status, said) = init(folder.path(), &["--dpo", "Officer <dpo@org.example>", "--lang", "sv", "--lang", "en"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = ropa(folder.path(), &["check", "--today", "2026-09-01", "--fail-on", "note"]);
    assert_eq!(status, 0, "{said}");
    let settings = fs::read_to_string(folder.path().join("ropa.yaml")).unwrap();
    assert!(settings.contains("name: \"Example: \\\"Ltd\\\" #1\"") && settings.contains("country: SE"), "{settings}");
    assert!(settings.contains("dpo: { name: Officer, email: dpo@org.example }") && settings.contains("languages: [sv, en]"), "{settings}");
}

#[test]
fn nothing_that_exists_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q"]);
    fs::create_dir_all(at.join(".github/workflows")).unwrap();
    fs::create_dir_all(at.join("docs")).unwrap();
    let own = [
        (".github/workflows/ropa.yaml", "own: 1\n"),
        (".pre-commit-config.yaml", "repos: []\n"),
        ("docs/CODEOWNERS", "* @all"),
        (".gitattributes", "*.png binary\n"),
    ];
    for (path, text) in own {
        fs::write(at.join(path), text).unwrap();
    }
    let (status, said) = init(at, &["--ci", "github", "--pre-commit", "--codeowner", "@org/privacy"]);
    assert_eq!(status, 0, "{said}");
    let now = |path: &str| fs::read_to_string(at.join(path)).unwrap();
    assert_eq!((now(own[0].0), now(own[1].0)), (own[0].1.to_owned(), own[1].1.to_owned()));
    assert_eq!(now("docs/CODEOWNERS"), "* @all\n/ropa.lock @org/privacy\n/ropa.yaml @org/privacy\n");
    assert_eq!(now(".gitattributes"), "*.png binary\nropa.lock merge=union\n");
    assert!(said.contains("there already, left as it is") && said.contains("hooks: [{ id: ropa }]"), "{said}");
    let (status, said) = init(at, &[]);
    assert!(status == 2 && said.contains("is a project already"), "{said}");
}

#[test]
fn a_project_in_a_subfolder_is_named_from_the_root_of_its_repository() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    let (status, said) = init(folder.path(), &["apps/shop", "--ci", "github", "--ci", "gitlab", "--codeowner", "@org/privacy"]);
    assert_eq!(status, 0, "{said}");
    let now = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(now(".github/workflows/ropa.yaml").contains("dir: apps/shop"));
    assert!(now(".gitlab-ci.yml").contains("ROPA_DIR: apps/shop"));
    assert_eq!(now(".github/CODEOWNERS"), "/apps/shop/ropa.lock @org/privacy\n/apps/shop/ropa.yaml @org/privacy\n");
}

#[test]
fn no_symbolic_link_leads_a_new_file_out() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("registry")).unwrap();
    let (status, said) = init(folder.path(), &[]);
    assert!(status == 2 && said.contains("symbolic link"), "{said}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert!(!folder.path().join("ropa.yaml").exists() && !folder.path().join(".gitattributes").exists());
    // Nor does one that is written last.
    let other = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), other.path().join(".github")).unwrap();
    let (status, said) = init(other.path(), &["--codeowner", "@org/privacy"]);
    assert!(status == 2 && said.contains("symbolic link") && !other.path().join("ropa.yaml").exists(), "{said}");
    let (status, said) = init(tempfile::tempdir().unwrap().path(), &["--team", "../out"]);
    assert!(status == 2 && said.contains("a team is named by"), "{said}");
}

/// Two branches that accept adjacent exposures, and one that tightens while the other adds: git joins
/// them by itself, and what the merge brought back is said to be stale.
#[test]
fn locks_of_two_branches_merge_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    git(at, &["init", "-q"]);
    init(at, &[]);
    let project = |partners: &str, sends: &str| {
        let text = format!(
            "subjects: {{ buyer: Buyer }}\nfields: {{ mail: contact.email, phone: contact.phone }}\nactivities: {{ sale: {{ purpose: To sell, basis: contract, retention: 12m }} }}\nsystems:\n  shop:\n    collects: {{ buyer: {{ fields: [mail, phone], for: sale }} }}\n    erase: api\n    sends:\n{sends}recipients:\n{partners}"
        );
        fs::write(at.join("registry/shop.yaml"), text).unwrap();
        let (status, said) = ropa(at, &["accept", "--today", "2026-09-01"]);
        assert_eq!(status, 0, "{said}");
        git(at, &["add", "-A"]);
        git(at, &["commit", "-qm", "change"]);
    };
    let partner = |id: &str| format!("  {id}: {{ name: {id}, role: processor, kind: saas, country: SE }}\n");
    fs::remove_file(at.join("registry/platform.yaml")).unwrap();
    // Partners and flows are written in files of their own by real teams; here the text is one, so each
    // branch takes the other's text over and only the lock is left to git.
    project(&partner("b"), "      b: { fields: [mail], for: sale }\n");
    git(at, &["branch", "other"]);
    project(&(partner("a") + &partner("b")), "      a: { fields: [mail], for: sale }\n      b: { fields: ['mail|sha256'], for: sale }\n");
    git(at, &["checkout", "-q", "other"]);
    project(&(partner("b") + &partner("c")), "      b: { fields: [mail], for: sale }\n      c: { fields: [phone], for: sale }\n");
    git(at, &["merge", "-q", "-X", "ours", "-m", "both", "main"]);
    let lock = fs::read_to_string(at.join("ropa.lock")).unwrap();
    assert!(!lock.contains("<<<<") && ["shop->a", "shop->b", "shop->c"].iter().all(|it| lock.contains(it)), "{lock}");
    let text = format!(
        "subjects: {{ buyer: Buyer }}\nfields: {{ mail: contact.email, phone: contact.phone }}\nactivities: {{ sale: {{ purpose: To sell, basis: contract, retention: 12m }} }}\nsystems:\n  shop:\n    collects: {{ buyer: {{ fields: [mail, phone], for: sale }} }}\n    erase: api\n    sends:\n      a: {{ fields: [mail], for: sale }}\n      b: {{ fields: ['mail|sha256'], for: sale }}\n      c: {{ fields: [phone], for: sale }}\nrecipients:\n{}{}{}",
        partner("a"),
        partner("b"),
        partner("c")
    );
    fs::write(at.join("registry/shop.yaml"), text).unwrap();
    let (_, said) = ropa(at, &["check", "--today", "2026-09-01"]);
    assert!(!said.contains("new-exposure") && !said.contains("weakened-exposure"), "{said}");
    assert!(said.contains("stale-lock@buyer.mail@shop->b"), "{said}");
    let (status, _) = ropa(at, &["check", "--today", "2026-09-01", "--locked", "--output", "json"]);
    assert_eq!(status, 1);
    ropa(at, &["accept", "--prune", "--today", "2026-09-01"]);
    assert!(!ropa(at, &["check", "--today", "2026-09-01"]).1.contains("stale-lock"));
}

#[test]
fn completions_and_manual_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let commands = ["init", "check", "accept", "waive", "suggest", "why", "trace", "incident", "render", "export", "rules", "explain"];
    for shell in ["bash", "zsh", "fish"] {
        let said = ropa(folder.path(), &["completions", shell]).1;
        assert!(commands.iter().all(|it| said.contains(it)), "{shell}");
    }
    let syntax = format!("'{}' completions bash | bash -n", env!("CARGO_BIN_EXE_ropa"));
    assert!(Command::new("bash").args(["-o", "pipefail", "-c", &syntax]).status().unwrap().success());
    assert_eq!(ropa(folder.path(), &["man", "--out", "pages"]).0, 0);
    for command in commands {
        let page = fs::read_to_string(folder.path().join(format!("pages/ropa-{command}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(ropa(folder.path(), &["man"]).1.contains(".TH ROPA 1"));
}
