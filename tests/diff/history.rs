//! The register of a revision, and its page of changes since another: out of real repositories.

use std::fs;
use std::path::Path;

use crate::git::{Repo, git, ropa};
use crate::project::{Files, edited, project};

/// A page of a register, as a person reads it.
fn page(folder: &Path, path: &str) -> String {
    let text = fs::read_to_string(folder.join(path)).unwrap();
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap().replace("<wbr>", "");
    let words: String = main.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text).to_owned() + " ").collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace("&gt;", ">").replace("&#x27;", "'")
}

fn rendered(folder: &Path, arguments: &[&str]) -> String {
    let (status, _, error) = ropa(folder, &[&["render", "--out", "register"], arguments].concat());
    assert_eq!((status, error.as_str()), (0, ""), "{arguments:?}");
    page(&folder.join("register"), "changes.html")
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (status, _, error) = ropa(folder, &[&["render", "--out", "register"], arguments].concat());
    assert_eq!(status, 2, "{arguments:?}: {error}");
    assert!(!folder.join("register").exists(), "nothing is written where something is wrong");
    error
}

/// Two commits, tagged, and a work tree that has moved on.
fn history() -> Repo {
    let repo = Repo::with(&project(), "");
    assert_eq!(ropa(&repo.path, &["accept"]).0, 0);
    repo.commit("accepted");
    git(&repo.path, &["tag", "v1"]);
    let two = edited(&project(), "registry/data.yaml", "segment: [postcode]", "segment: [postcode, cart]");
    let two = edited(&two, "registry/recipients.yaml", "retention: 90d", "retention: 180d");
    let two = edited(&two, "registry/data.yaml", "      ads-three#list: { fields: [segment, -special], gate: consent.ads }\n", "");
    repo.write(&two, "");
    repo.commit("two");
    git(&repo.path, &["tag", "-a", "v2", "-m", "two"]);
    let three: Files = edited(&two, "registry/shop.yaml", "title: The shop", "title: Another name of it");
    repo.write(&three, "");
    repo
}

#[test]
fn a_revision_has_its_own_register_and_nothing_is_checked_out() {
    let repo = history();
    let before = (git(&repo.path, &["status", "--porcelain"]), fs::read(repo.path.join(".git/index")).unwrap());
    let changes = rendered(&repo.path, &["--at", "v1"]);
    assert!(changes.contains("accepted (ropa.lock)") && changes.contains("Nothing has changed."), "{changes}");
    assert_eq!((git(&repo.path, &["status", "--porcelain", "--", ":!register"]), fs::read(repo.path.join(".git/index")).unwrap()), before);
    let register = repo.path.join("register");
    let page_of = |path: &str| page(&register, path);
    assert!(page_of("systems/shop.html").contains("The shop") && register.join("recipients/ads-three.html").is_file());
    let text = fs::read_to_string(register.join("index.html")).unwrap();
    let id = git(&repo.path, &["rev-parse", "--short=12", "v1^{commit}"]);
    assert!(text.contains(&format!("revision <span class=\"id\">{id}</span>")), "the header says which revision it is");
    // Of the folder itself, and what was not committed there.
    rendered(&repo.path, &[]);
    assert!(page_of("systems/shop.html").contains("Another name of it"));
    let head = git(&repo.path, &["rev-parse", "--short=12", "HEAD"]);
    assert!(fs::read_to_string(register.join("index.html")).unwrap().contains(&format!("<span class=\"id\">{head}+</span>")));
    // Templates are those of the revision as well.
    fs::create_dir_all(repo.path.join("templates")).unwrap();
    fs::write(repo.path.join("templates/foot.html"), "<footer>own foot</footer>").unwrap();
    rendered(&repo.path, &["--at", "v2"]);
    assert!(!fs::read_to_string(register.join("index.html")).unwrap().contains("own foot"));
    // An annotated tag is the commit it names.
    let text = fs::read_to_string(register.join("index.html")).unwrap();
    assert!(text.contains(&format!("<span class=\"id\">{head}</span>")), "v2 is HEAD");
}

#[test]
fn the_page_of_changes_compares_with_a_revision() {
    let repo = history();
    let changes = rendered(&repo.path, &["--since", "v1"]);
    for said in [
        "Before v1 (",
        "buyer.segment",
        "weakened",
        "by the edit at: registry/data.yaml:6",
        "gone",
        "declared no more",
        "What else is said otherwise",
        "Recipient ads-two",
        "retention",
        "90d",
        "180d",
        "registry/recipients.yaml:3",
    ] {
        assert!(changes.contains(said), "`{said}` is missing from:\n{changes}");
    }
    assert!(!changes.contains("accepted (ropa.lock) ›"), "{changes}");
    let front = page(&repo.path.join("register"), "index.html");
    assert!(front.contains("Changed since: v1 ("), "{front}");
    // Between two revisions, whatever the work tree has come to; and back.
    let between = rendered(&repo.path, &["--at", "v2", "--since", "v1"]);
    assert_eq!(between, changes, "a title is no change");
    let back = rendered(&repo.path, &["--at", "v1", "--since", "v2"]);
    assert!(back.contains("2 new 0 weakened 3 strengthened 0 gone"), "{back}");
    // What is only stronger still goes its way, by the path of the state that is shown.
    let stronger: Vec<&str> = back.split("strengthened by the edit at: ").skip(1).collect();
    assert!(stronger.len() == 3 && stronger.iter().all(|it| it.contains("buyer › shop › warehouse › a")), "{back}");
    // A state with nothing to tell.
    let none = rendered(&repo.path, &["--at", "v1", "--since", "v1"]);
    assert!(none.contains("Nothing has changed.") && !none.contains("What else"), "{none}");
    // Folders and locks are states too.
    let lock = rendered(&repo.path, &["--since", "./ropa.lock"]);
    assert!(lock.contains("Before `./ropa.lock`") && lock.contains("weakened"), "{lock}");
}

#[test]
fn another_sender_is_neither_gain_nor_loss() {
    let repo = Repo::with(&project(), "");
    let all: Files = project().into_iter().map(|(path, text)| (path, text.replace("warehouse", "lake"))).collect();
    repo.write(&all, "");
    let changes = rendered(&repo.path, &["--since", "HEAD"]);
    assert!(changes.contains("0 new 0 weakened 0 strengthened 0 gone 9 from another sender"), "{changes}");
}

#[test]
fn where_there_was_nothing_everything_is_new() {
    let repo = Repo::with(&vec![("notes.txt", "later\n".to_owned())], "");
    repo.write(&project(), "");
    let changes = rendered(&repo.path, &["--since", "HEAD"]);
    assert!(changes.contains("Nothing was declared there yet. Every disclosure counts as new."), "{changes}");
    fs::remove_dir_all(repo.path.join("register")).unwrap();
    let error = refused(&repo.path, &["--at", "HEAD"]);
    assert!(error.contains("holds no `ropa.yaml` in this folder") && error.contains("HEAD:services/privacy"), "{error}");
}

#[test]
fn a_bare_clone_and_a_project_in_a_folder_will_do() {
    let repo = Repo::with(&project(), "services/shop");
    let bare = repo.cloned("bare", &["--bare"]);
    let work = repo.cloned("elsewhere", &[]);
    let below = work.join("services/shop");
    rendered(&below, &["--at", "main", "--since", "HEAD"]);
    let out = bare.parent().unwrap().join("out");
    let (status, _, error) = ropa(&bare, &["render", "--at", "main:services/shop", "--out", out.to_str().unwrap()]);
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(page(&out, "systems/shop.html").contains("services/shop/registry/shop.yaml"));
}

#[test]
fn what_cannot_be_looked_back_at_is_said() {
    let repo = history();
    for option in ["--at", "--since"] {
        let error = refused(&repo.path, &[option, "v9"]);
        assert!(error.contains("is called `v9`\nhelp: `git fetch origin v9` brings a branch of the remote"), "{error}");
        let error = refused(&repo.path, &[&format!("{option}=--output=x")]);
        assert!(error.contains("`--output=x` is not a name for a revision"), "{error}");
    }
    assert!(refused(&repo.path, &["--at", "v1:ropa.lock"]).contains("`v1:ropa.lock` is one file, and no project"));
    let shallow = repo.cloned("shallow", &["--depth", "1"]);
    for option in ["--at", "--since"] {
        let error = refused(&shallow, &[option, "HEAD~1"]);
        assert!(error.contains("this clone is shallow, `git fetch --unshallow` brings its history"), "{error}");
    }
    // A state that is not understood.
    repo.write(&vec![("registry/broken.yaml", "systems: { s: { colour: red } }\n".to_owned())], "");
    repo.commit("broken");
    fs::remove_file(repo.path.join("registry/broken.yaml")).unwrap();
    let error = refused(&repo.path, &["--since", "HEAD"]);
    assert!(error.contains("unknown key `colour`") && error.contains("nothing was compared: HEAD ("), "{error}");
    let (status, _, error) = ropa(&repo.path, &["render", "--at", "HEAD", "--out", "register"]);
    assert_eq!(status, 1, "{error}");
    assert!(error.contains("registry/broken.yaml:1:"), "{error}");
    // No repository at all.
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in project() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for option in ["--at", "--since"] {
        let error = refused(folder.path(), &[option, "main"]);
        assert!(
            error.contains("not a git repository") && error.contains("help: without `--at` the register is that of the folder"),
            "{error}"
        );
    }
}

/// No capture is read from a revision, and the register does not say that there are none.
#[test]
fn a_register_of_a_revision_says_that_its_captures_were_not_read() {
    let repo = Repo::with(&project(), "");
    let path = repo.path.join("ropa.yaml");
    let settings = fs::read_to_string(&path).unwrap();
    rendered(&repo.path, &["--at", "HEAD"]);
    assert!(page(&repo.path.join("register"), "observed.html").contains("rests on declarations alone"));
    fs::write(path, settings + "evidence: { walk: { kind: har, files: walk.har, of: shop } }\n").unwrap();
    repo.commit("evidence");
    rendered(&repo.path, &["--at", "HEAD"]);
    for name in ["observed.html", "index.html"] {
        let text = page(&repo.path.join("register"), name);
        assert!(text.contains("none was read: a register of a revision") && !text.contains("declarations alone"), "{name}: {text}");
    }
}
