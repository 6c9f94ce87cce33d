//! States out of real repositories: branches, bare and shallow clones, odd names, links, submodules.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::project::{Files, edited, project};

/// A repository below a temporary folder.
pub struct Repo {
    _folder: TempDir,
    pub path: PathBuf,
}

fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z").env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z");
    command
}

pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"];
    let out = command("git", folder).args(identity).args(arguments).output().unwrap();
    assert!(out.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim_end().to_owned()
}

/// Runs the program; gives its status, what it printed and what it complained about.
pub fn ropa(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command(env!("CARGO_BIN_EXE_ropa"), folder)
        .arg(arguments[0])
        .args(["--today", "2026-09-01"])
        .args(&arguments[1..])
        .output()
        .unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

impl Repo {
    /// A repository that holds files in a folder, committed on `main`.
    pub fn with(files: &Files, below: &str) -> Repo {
        let folder = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(folder.path()).unwrap().join("work");
        fs::create_dir(&path).unwrap();
        git(&path, &["init", "-q", "-b", "main"]);
        let repo = Repo { _folder: folder, path };
        repo.write(files, below);
        repo.commit("base");
        repo
    }

    pub fn write(&self, files: &Files, below: &str) {
        for (path, text) in files {
            let path = self.path.join(below).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub fn commit(&self, message: &str) {
        git(&self.path, &["add", "-A"]);
        git(&self.path, &["commit", "-q", "-m", message]);
    }

    /// A clone of it beside it.
    pub fn cloned(&self, name: &str, how: &[&str]) -> PathBuf {
        let to = self.path.parent().unwrap().join(name);
        let url = format!("file://{}", self.path.display());
        git(self.path.parent().unwrap(), &[&["clone", "-q"], how, &[&url, to.to_str().unwrap()]].concat());
        to
    }
}

/// The data team adds one word.
fn one_word(files: &Files) -> Files {
    edited(files, "registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]")
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let (status, out, error) = ropa(folder, &[&["diff", "--output", "json"], arguments].concat());
    assert!(status < 2, "{error}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn one_word_in_a_derivation_names_three_far_recipients_and_the_word() {
    let origin = Repo::with(&project(), "");
    assert_eq!(ropa(&origin.path, &["accept"]).0, 0);
    origin.commit("accepted");
    let work = origin.cloned("clone", &[]);
    let (status, out, _) = ropa(&work, &["diff"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.starts_with("nobody gets more or less"), "{out}");

    git(&work, &["checkout", "-q", "-b", "feature"]);
    for (path, text) in one_word(&project()) {
        fs::write(work.join(path), text).unwrap();
    }
    git(&work, &["commit", "-q", "-a", "-m", "one word"]);
    let (status, out, error) = ropa(&work, &["diff"]);
    assert_eq!((status, error.as_str()), (1, ""));
    for recipient in ["ads-one", "ads-two", "archive"] {
        assert!(out.contains(&format!("+ `buyer.segment` at `{recipient}`: now gives `special.health` away")), "{out}");
    }
    assert!(out.contains("--> registry/data.yaml:6:27"), "{out}");
    assert!(out.contains("      segment: [postcode, cart]\n    |                           ^^^^ this came"), "{out}");

    let found = json(&work, &[]);
    assert_eq!(found["schema"], "ropa/diff/1");
    assert_eq!(found["summary"]["open"], 3);
    let change = &found["changes"][0];
    assert_eq!(change["kind"], "exposure-weakened");
    assert_eq!(change["before"]["labels"], serde_json::json!([]));
    assert_eq!(change["after"]["labels"], serde_json::json!(["special.health"]));
    assert_eq!(change["cause"]["file"], "registry/data.yaml");
    assert_eq!(change["cause"]["line"], 6);
    assert_eq!(change["cause"]["column"], 27);
    assert_eq!(change["cause"]["text"], "cart");
    assert_eq!(change["path"].as_array().unwrap().last().unwrap()["node"], change["recipient"]);

    // The DPO accepts it.
    assert_eq!(ropa(&work, &["accept"]).0, 0);
    let (status, out, _) = ropa(&work, &["diff"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.starts_with("3 exposures weakened, accepted in `ropa.lock`; 2 removed; 1 other change"), "{out}");
}

#[test]
fn what_only_takes_away_passes_with_one_line() {
    let repo = Repo::with(&project(), "");
    repo.write(&edited(&project(), "registry/data.yaml", "[segment, visits]", "[visits]"), "");
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 0);
    let id = git(&repo.path, &["rev-parse", "HEAD"]);
    assert_eq!(out, format!("nobody gets more: 1 exposure removed by `warehouse->ads-two`; from HEAD ({}) to the work tree\n", &id[..10]));
    let (_, comment, _) = ropa(&repo.path, &["diff", "HEAD", "-o", "markdown"]);
    assert!(comment.starts_with("**Nobody needs to look:** nobody gets more; 1 exposure removed by `warehouse->ads-two`.\n"), "{comment}");
}

#[test]
fn what_changes_no_meaning_shows_nothing() {
    let repo = Repo::with(&project(), "");
    git(&repo.path, &["mv", "registry/data.yaml", "registry/platform.yaml"]);
    let edit = |path: &str, was: &str, is: &str| {
        let text = fs::read_to_string(repo.path.join(path)).unwrap();
        assert!(text.contains(was), "{text}");
        fs::write(repo.path.join(path), text.replace(was, is)).unwrap();
    };
    edit("registry/platform.yaml", "team: data", "team: platform");
    edit("registry/shop.yaml", "title: The shop", "title: { en: The web shop }");
    // Another order, another style, and the sections of one file in two.
    edit("registry/shop.yaml", "[email, postcode, cart, visits]", "[visits, cart, postcode, email]");
    edit("registry/recipients.yaml", "  mailer: { role: processor, country: SE }\n", "");
    fs::write(repo.path.join("registry/mailer.yaml"), "country: SE\nrecipients:\n  mailer:\n    role: processor\n").unwrap();
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("nobody gets more or less, and nothing else has changed from HEAD"), "{out}");
    let (_, out, _) = ropa(&repo.path, &["diff", "HEAD", "-o", "markdown"]);
    assert!(out.starts_with("**Nobody needs to look:** nobody gets more or less"), "{out}");
}

#[test]
fn a_system_with_another_name_moves_what_it_sends_and_nobody_gets_more() {
    let repo = Repo::with(&project(), "");
    let all: Files = project().into_iter().map(|(path, text)| (path, text.replace("warehouse", "lake"))).collect();
    repo.write(&all, "");
    let found = json(&repo.path, &["HEAD"]);
    assert_eq!(found["summary"]["open"], 0);
    let kinds: Vec<&str> = found["changes"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert!(!kinds.is_empty() && kinds.iter().all(|it| *it == "exposure-moved"), "{kinds:?}");
    // A gate less on the way is more than another name.
    repo.write(&edited(&all, "registry/data.yaml", ", gate: consent.ads }\n      ads-two", " }\n      ads-two"), "");
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 1);
    assert!(out.contains("+ `buyer.segment` reaches `ads-one` in plain, behind no gate"), "{out}");
}

#[test]
fn bare_clones_compare_revisions_of_a_project_in_a_subfolder() {
    let origin = Repo::with(&project(), "services/privacy");
    git(&origin.path, &["checkout", "-q", "-b", "feature"]);
    origin.write(&one_word(&project()), "services/privacy");
    origin.commit("one word");
    let (status, out, _) = ropa(&origin.path.join("services/privacy/registry"), &["diff", "main"]);
    assert_eq!(status, 1);
    assert!(out.contains("--> services/privacy/registry/data.yaml:6:27"), "{out}");
    let bare = origin.cloned("bare.git", &["--bare"]);
    let (status, out, error) = ropa(&bare, &["diff", "main:services/privacy", "feature:services/privacy"]);
    assert_eq!(status, 1, "{error}");
    assert!(out.contains("--> services/privacy/registry/data.yaml:6:27"), "{out}");
    let (status, out, error) = ropa(&bare, &["diff", "main:services/privacy"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(error.contains("name two revisions: `ropa diff BASE HEAD`"), "{error}");
}

#[test]
fn ranges_begin_where_two_branches_parted() {
    let repo = Repo::with(&project(), "");
    git(&repo.path, &["checkout", "-q", "-b", "feature"]);
    repo.write(&one_word(&project()), "");
    repo.commit("one word");
    git(&repo.path, &["checkout", "-q", "main"]);
    repo.write(&edited(&project(), "registry/shop.yaml", "cart, visits]", "visits]"), "");
    repo.commit("main goes on");
    let open = |range: &[&str]| json(&repo.path, range)["summary"]["open"].clone();
    assert_eq!(open(&["main...feature"]), 3);
    // Against main as it is now, the feature branch also brings the cart back.
    assert_eq!(open(&["main..feature"]), 4);
    assert_eq!(open(&["main", "feature"]), 4);
    // Without the word `-special` no longer holds the segment back.
    assert_eq!(open(&["feature", "main"]), 2);
    assert_eq!(open(&["feature..."]), 0);
    let name = json(&repo.path, &["main...feature"])["base"]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with("merge base of main and feature ("), "{name}");
}

#[test]
fn a_cut_history_says_how_to_get_the_rest() {
    let origin = Repo::with(&project(), "");
    git(&origin.path, &["checkout", "-q", "-b", "feature"]);
    origin.write(&one_word(&project()), "");
    origin.commit("one word");
    git(&origin.path, &["checkout", "-q", "main"]);
    origin.write(&edited(&project(), "registry/shop.yaml", "cart, visits]", "visits]"), "");
    origin.commit("main goes on");
    let work = origin.cloned("shallow", &["--depth", "1", "--no-single-branch"]);
    git(&work, &["checkout", "-q", "feature"]);
    let (status, out, error) = ropa(&work, &["diff"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(error.contains("the history of this clone is cut off before `origin/HEAD` and `HEAD` meet"), "{error}");
    assert!(error.contains("git fetch --unshallow") && error.contains("fetch-depth: 0"), "{error}");
    // What is there can be compared.
    assert_eq!(json(&work, &["origin/main"])["summary"]["open"], 4);
    let (status, _, error) = ropa(&work, &["diff", "v1"]);
    assert_eq!(status, 2);
    assert!(error.contains("no revision, folder or lock is called `v1`") && error.contains("this clone is shallow"), "{error}");
}

#[test]
fn without_a_base_the_error_says_what_to_name() {
    let repo = Repo::with(&project(), "");
    let (status, _, error) = ropa(&repo.path, &["diff"]);
    assert_eq!(status, 2);
    assert!(error.contains("there is no `origin/HEAD`") && error.contains("git remote set-head origin --auto"), "{error}");
    git(&repo.path, &["checkout", "-q", "--orphan", "other"]);
    git(&repo.path, &["commit", "-q", "-m", "another beginning"]);
    let (status, _, error) = ropa(&repo.path, &["diff", "main..."]);
    assert_eq!(status, 2);
    assert!(error.contains("`main` and `HEAD` have no commit in common"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let (status, _, error) = ropa(folder.path(), &["diff"]);
    assert_eq!(status, 2);
    assert!(error.contains("not a git repository") && error.contains("`ropa diff OLD NEW`"), "{error}");
    for name in ["-x", "a\nb", ""] {
        let (status, _, error) = ropa(&repo.path, &["diff", "--", name]);
        assert_eq!(status, 2, "{error}");
        assert!(error.contains("is not a name for a revision"), "{error}");
    }
}

#[test]
fn folders_and_locks_are_states_too() {
    let folder = tempfile::tempdir().unwrap();
    for (name, files) in [("old", project()), ("new", one_word(&project()))] {
        for (path, text) in files {
            let path = folder.path().join(name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        assert_eq!(ropa(folder.path(), &["accept", name]).0, 0);
        fs::rename(folder.path().join(name).join("ropa.lock"), folder.path().join(format!("{name}.lock"))).unwrap();
    }
    let found = json(folder.path(), &["old", "./new"]);
    assert_eq!(found["summary"]["open"], 3);
    assert_eq!(found["changes"][0]["cause"]["file"], "registry/data.yaml");
    // The other way round `-special` no longer holds the segment back.
    assert_eq!(json(folder.path(), &["new", "old"])["summary"]["open"], 2);
    // A lock has rows and no edits; nothing accepts them.
    let found = json(folder.path(), &["old.lock", "new.lock"]);
    assert_eq!((&found["summary"]["open"], &found["summary"]["removed"]), (&3.into(), &2.into()));
    assert_eq!(found["changes"][0]["cause"], Value::Null);
    assert_eq!(json(folder.path(), &["old.lock", "new"])["summary"]["open"], 3);
    assert_eq!(json(folder.path(), &["new.lock", "new"])["changes"], serde_json::json!([]));
    fs::write(folder.path().join("bad.lock"), "<<<<<<< ours\n").unwrap();
    let (status, _, error) = ropa(folder.path(), &["diff", "bad.lock", "new"]);
    assert_eq!(status, 2);
    assert!(error.contains("bad.lock:1: a merge left its conflict markers"), "{error}");
}

#[test]
fn a_lock_in_a_revision_is_a_state() {
    let repo = Repo::with(&project(), "");
    assert_eq!(ropa(&repo.path, &["accept"]).0, 0);
    repo.commit("accepted");
    assert_eq!(json(&repo.path, &["HEAD:ropa.lock"])["changes"], serde_json::json!([]));
}

#[test]
fn a_name_of_two_things_is_asked_back() {
    let repo = Repo::with(&project(), "");
    git(&repo.path, &["branch", "old"]);
    repo.write(&project(), "old");
    let (status, _, error) = ropa(&repo.path, &["diff", "old"]);
    assert_eq!(status, 2);
    assert!(
        error.contains("`old` is both a revision and a path") && error.contains("`./old`") && error.contains("`refs/heads/old`"),
        "{error}"
    );
    assert_eq!(json(&repo.path, &["./old"])["changes"], serde_json::json!([]));
    assert_eq!(json(&repo.path, &["refs/heads/old"])["changes"], serde_json::json!([]));
}

/// A project in which nobody gets anything is new all the same.
#[test]
fn a_whole_new_project_is_not_said_to_be_unchanged() {
    let repo = Repo::with(&vec![("README.md", "a repository\n".to_owned())], "");
    let files = [
        ("ropa.yaml", "version: 1\n"),
        (
            "registry/shop.yaml",
            "subjects: { buyer: Buyer }\nfields: { mail: contact.email }\nsystems: { shop: { collects: { buyer: [mail] } } }\n",
        ),
    ];
    repo.write(&files.map(|(path, text)| (path, text.to_owned())).to_vec(), "");
    for format in ["text", "markdown"] {
        let (status, out, error) = ropa(&repo.path, &["diff", "HEAD", "--output", format]);
        assert_eq!(status, 0, "{error}");
        assert!(out.contains("everything is new") && !out.contains("nothing else has changed"), "{out}");
    }
}

#[test]
fn before_the_first_declaration_everything_is_new() {
    let repo = Repo::with(&vec![("README.md", "a repository\n".to_owned())], "");
    repo.write(&project(), "");
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 1);
    assert!(out.lines().nth(1).unwrap().ends_with(" holds no `ropa.yaml`: everything is new"), "{out}");
    let found = json(&repo.path, &["HEAD"]);
    assert_eq!(found["base"]["empty"], true);
    assert_eq!(found["summary"]["open"], found["summary"]["added"]);
    repo.commit("declared");
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD", "HEAD~1"]);
    assert_eq!(status, 0);
    assert!(out.contains("holds no `ropa.yaml`: everything is gone"), "{out}");
    let (status, _, error) = ropa(&repo.path, &["diff", "HEAD~1", "HEAD~1"]);
    assert_eq!(status, 2);
    assert!(error.contains("neither HEAD~1"), "{error}");
}

#[test]
fn a_state_that_is_not_understood_is_not_compared() {
    let repo = Repo::with(&edited(&project(), "registry/shop.yaml", "warehouse: all", "warehose: all"), "");
    repo.write(&project(), "");
    let (status, out, error) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(error.contains("error[unknown-name]") && error.contains("nothing was compared: HEAD ("), "{error}");
}

#[test]
fn a_lock_that_cannot_be_read_accepts_nothing() {
    let repo = Repo::with(&project(), "");
    repo.write(&one_word(&project()), "");
    fs::write(repo.path.join("ropa.lock"), "<<<<<<< ours\n").unwrap();
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 1);
    assert!(out.contains("`ropa.lock` cannot be read, so nothing counts as accepted"), "{out}");
}

#[test]
fn work_tree_and_index_are_left_alone() {
    let repo = Repo::with(&project(), "");
    git(&repo.path, &["checkout", "-q", "-b", "feature"]);
    repo.write(&one_word(&project()), "");
    repo.commit("one word");
    fs::write(repo.path.join("registry/shop.yaml"), "# half an edit\n").unwrap();
    git(&repo.path, &["add", "-A"]);
    fs::write(repo.path.join("new"), "not added\n").unwrap();
    let state = || {
        let about = fs::metadata(repo.path.join(".git/index")).unwrap();
        (
            about.modified().unwrap(),
            fs::read(repo.path.join(".git/index")).unwrap(),
            git(&repo.path, &["--no-optional-locks", "status", "--porcelain=v2", "--branch"]),
        )
    };
    let before = state();
    let (status, _, error) = ropa(&repo.path, &["diff", "main", "feature"]);
    assert_eq!(status, 1, "{error}");
    assert_eq!(state(), before);
}

#[test]
fn a_hook_finds_the_project_from_where_it_runs() {
    let repo = Repo::with(&project(), "app");
    repo.write(&one_word(&project()), "app");
    let program = env!("CARGO_BIN_EXE_ropa");
    let hook = format!("#!/bin/sh\n{program} diff HEAD --dir app --today 2026-09-01 > out.txt\n");
    let path = repo.path.join(".git/hooks/pre-commit");
    fs::write(&path, hook).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let committed =
        command("git", &repo.path).args(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-a", "-m", "x"]).status();
    assert!(!committed.unwrap().success());
    let out = fs::read_to_string(repo.path.join("out.txt")).unwrap();
    assert!(out.starts_with("3 exposures weakened, not accepted"), "{out}");
}

#[test]
fn any_name_a_tree_can_hold_is_read() {
    let repo = Repo::with(&project(), "");
    let file = |name: &[u8], system: &str| {
        let text = format!(
            "systems: {{ {system}: {{ collects: {{ buyer: [email] }}, sends: {{ mailer: {{ fields: [email], for: orders }} }} }} }}\n"
        );
        let path = repo.path.join("registry").join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file(b"a \"quoted\" 'name'.yaml", "quoted");
    file(b"two\nlines.yaml", "lines");
    file(b"not-\xff-utf8/deep/er.yml", "raw");
    file(b".hidden/x.yaml", "hidden");
    file("gr\u{fc}n.yaml".as_bytes(), "green");
    repo.commit("odd names");
    let found = json(&repo.path, &["HEAD~1", "HEAD"]);
    let flows: Vec<&str> = found["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["kind"] == "exposure-added")
        .map(|it| it["flow"].as_str().unwrap())
        .collect();
    assert_eq!(flows, ["green->mailer", "lines->mailer", "quoted->mailer", "raw->mailer"]);
    // The same door: what the work tree shows is what the revision shows.
    assert_eq!(json(&repo.path, &["HEAD"])["changes"], serde_json::json!([]));
}

#[test]
fn links_are_followed_inside_the_project_as_on_disk() {
    let repo = Repo::with(&project(), "app");
    let app = repo.path.join("app");
    fs::create_dir(app.join("shared")).unwrap();
    fs::rename(app.join("registry/data.yaml"), app.join("shared/data.yaml")).unwrap();
    symlink("../shared/data.yaml", app.join("registry/linked.yaml")).unwrap();
    fs::create_dir(app.join("more")).unwrap();
    fs::rename(app.join("registry/recipients.yaml"), app.join("more/recipients.yaml")).unwrap();
    symlink("../more/.", app.join("registry/folder")).unwrap();
    // What is no declaration may lie anywhere.
    fs::write(repo.path.join("README.md"), "").unwrap();
    symlink("../../README.md", app.join("registry/README.md")).unwrap();
    repo.commit("links");
    assert_eq!(json(&app, &["HEAD~1", "HEAD"])["changes"], serde_json::json!([]));
    assert_eq!(json(&app, &["HEAD"])["changes"], serde_json::json!([]));

    let refused = |link: &str, target: &str, why: &str| {
        symlink(target, app.join("registry").join(link)).unwrap();
        repo.commit("a link");
        fs::remove_file(app.join("registry").join(link)).unwrap();
        let (status, _, error) = ropa(&app, &["diff", "HEAD"]);
        assert_eq!(status, 2);
        assert!(error.contains(why), "{target}: {error}");
    };
    refused("out.yaml", "../../../etc/passwd", "leads out of the project");
    refused("abs.yaml", "/etc/passwd", "leads out of the project");
    refused("dead.yaml", "nowhere.yaml", "is a symbolic link to nothing");
    refused("round.yaml", "round.yaml", "symbolic links that lead to each other");
    refused("up", "../registry", "a symbolic link leads back to a folder above it");
}

#[test]
fn what_lies_in_another_repository_or_is_too_large_is_said() {
    let repo = Repo::with(&project(), "");
    let other = Repo::with(&vec![("x.yaml", "subjects: {}\n".to_owned())], "");
    git(&repo.path, &["submodule", "add", "-q", other.path.to_str().unwrap(), "registry/shared"]);
    repo.commit("submodule");
    let (status, _, error) = ropa(&repo.path, &["diff", "HEAD"]);
    assert_eq!(status, 2);
    assert!(error.contains("`registry/shared`: a submodule: its files are in another repository"), "{error}");

    let repo = Repo::with(&project(), "");
    fs::write(repo.path.join("registry/huge.yaml"), format!("# {}\n", "x".repeat(17 << 20))).unwrap();
    fs::write(repo.path.join("registry/latin.yaml"), b"# gr\xfcn\n").unwrap();
    repo.commit("huge");
    let (status, _, error) = ropa(&repo.path, &["diff", "HEAD~1", "HEAD"]);
    assert_eq!(status, 2);
    assert!(error.contains("error[limit-exceeded]: `registry/huge.yaml`: larger than 16 MiB"), "{error}");
    assert!(error.contains("`registry/latin.yaml`: not UTF-8"), "{error}");
}

#[test]
fn owners_of_the_base_are_named_for_the_lock_and_the_edited_file() {
    let repo = Repo::with(&project(), "app");
    fs::create_dir(repo.path.join(".github")).unwrap();
    fs::write(repo.path.join(".github/CODEOWNERS"), "* @everyone\n/app/ropa.lock @org/dpo\n/app/registry/data.yaml @org/data\n").unwrap();
    repo.commit("owners");
    fs::write(repo.path.join(".github/CODEOWNERS"), "* @mallory\n").unwrap();
    repo.write(&one_word(&project()), "app");
    let (_, out, _) = ropa(&repo.path.join("app"), &["diff", "HEAD", "-o", "markdown"]);
    assert!(out.contains("run `ropa accept` and commit `app/ropa.lock`: `@org/dpo` reviews it"), "{out}");
    assert!(out.contains("take the edit back, in `app/registry/data.yaml` (of `@org/data`)"), "{out}");
    assert!(!out.contains("mallory"), "{out}");
}

#[test]
fn several_outputs_are_written_in_one_run_and_none_over_the_project() {
    let repo = Repo::with(&project(), "");
    repo.write(&one_word(&project()), "");
    let (status, out, _) = ropa(&repo.path, &["diff", "HEAD", "-o", "text", "-o", "markdown=comment.md", "-o", "json=diff.json"]);
    assert_eq!(status, 1);
    assert!(out.starts_with("3 exposures weakened, not accepted"), "{out}");
    let comment = fs::read_to_string(repo.path.join("comment.md")).unwrap();
    assert!(comment.ends_with("<!-- ropa diff -->\n"), "{comment}");
    assert!(fs::read_to_string(repo.path.join("diff.json")).unwrap().contains("ropa/diff/1"));
    let (status, _, error) = ropa(&repo.path, &["diff", "HEAD", "-o", "markdown=registry/x.yaml"]);
    assert_eq!(status, 2);
    assert!(error.contains("is among what the project declares"), "{error}");
    let (status, _, error) = ropa(&repo.path, &["diff", "HEAD", "-o", "xml"]);
    assert_eq!(status, 2);
    assert!(error.contains("`xml` is none of text, json, markdown"), "{error}");
}
