//! Bad input ends in a clear error that names the file: no panic, no hang, no great appetite.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const SETTINGS: &str = "version: 1\norganisation: { name: A, contact: a@org.example, country: SE, dpo: { none: small } }\n";
const FINE: &str = "systems:\n  s: { collects: { c: [email] } }\nsubjects: { c: C }\nfields: { email: contact.email }\n";

/// A project with one declaration file.
fn project(bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("registry")).unwrap();
    fs::write(folder.path().join("ropa.yaml"), SETTINGS).unwrap();
    fs::write(folder.path().join("registry/a.yaml"), bytes).unwrap();
    folder
}

struct Said {
    status: i32,
    text: String,
}

/// Runs a check within a bound on time and address space.
fn check(folder: &Path) -> Said {
    let start = Instant::now();
    // 1.2 GB of address space: threads and allocator reserve far more than they touch.
    let limited = format!("ulimit -v 1200000; exec '{}' check --today 2026-09-01 .", env!("CARGO_BIN_EXE_ropa"));
    let out = Command::new("bash").args(["-c", &limited]).env("RAYON_NUM_THREADS", "2").current_dir(folder).output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
    let text = format!("{}{}", String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
    assert!(!text.contains("panicked"), "{text}");
    Said { status: out.status.code().expect("ends by itself"), text }
}

/// Expects a status and all these words.
fn expect(folder: &tempfile::TempDir, status: i32, words: &[&str]) {
    let said = check(folder.path());
    assert_eq!(said.status, status, "{}", said.text);
    for word in words {
        assert!(said.text.contains(word), "`{word}` is missing from:\n{}", said.text);
    }
}

#[test]
fn a_fine_file_is_fine_with_a_byte_order_mark_and_windows_line_ends() {
    expect(&project(FINE.as_bytes()), 0, &["0 errors"]);
    expect(&project(format!("\u{feff}{FINE}").as_bytes()), 0, &["0 errors"]);
    expect(&project(FINE.replace('\n', "\r\n").as_bytes()), 0, &["0 errors"]);
}

#[test]
fn text_that_is_not_utf8_names_file_and_line() {
    let mut bytes = FINE.as_bytes().to_vec();
    bytes.extend([0xff, 0xfe]);
    expect(&project(&bytes), 2, &["registry/a.yaml", "not UTF-8", "line 5"]);
}

#[test]
fn broken_yaml_names_file_line_and_column() {
    expect(&project(b"systems:\n\ts: {}\n"), 2, &["registry/a.yaml:2", "invalid-syntax", "spaces"]);
    expect(&project(b"systems: { s: [a"), 2, &["registry/a.yaml:1", "invalid-syntax"]);
    expect(&project(b"systems: !run {}\n"), 2, &["registry/a.yaml:1", "tag"]);
    expect(&project(format!("---\n{FINE}---\nteams: {{}}\n").as_bytes()), 2, &["registry/a.yaml:6", "second document"]);
}

#[test]
fn a_root_that_is_no_map_is_a_finding() {
    expect(&project(b"- a\n- b\n"), 1, &["registry/a.yaml:1", "expected a map, found a list"]);
    expect(&project(b"hello\n"), 1, &["expected a map, found a word"]);
}

#[test]
fn a_project_that_declares_nothing_is_never_green() {
    let folder = project(b"# nothing yet\n");
    expect(&folder, 2, &["nothing-declared"]);
    fs::remove_file(folder.path().join("registry/a.yaml")).unwrap();
    expect(&folder, 2, &["nothing-declared", "registry/"]);
    fs::remove_dir(folder.path().join("registry")).unwrap();
    expect(&folder, 2, &["nothing-declared"]);
}

#[test]
fn limits_of_size_depth_and_number_end_the_reading() {
    let big = |size: usize| format!("teams: {{ a: {{ title: \"{}\" }} }}\n", "x".repeat(size));
    expect(&project(big(100_000_000).as_bytes()), 2, &["registry/a.yaml", "limit-exceeded", "larger than"]);
    expect(&project(big(15_000_000).as_bytes()), 2, &["registry/a.yaml", "limit-exceeded", "bytes"]);
    expect(&project("[".repeat(100_000).as_bytes()), 2, &["registry/a.yaml", "nested more than 64 deep"]);
    let nested: String = (1..3_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    expect(&project(nested.as_bytes()), 2, &["registry/a.yaml", "nested more than 64 deep"]);
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, before) in ('b'..='k').zip('a'..='j') {
        let aliases = vec![format!("*{before}"); 10].join(",");
        bomb.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    expect(&project(bomb.as_bytes()), 2, &["registry/a.yaml", "limit-exceeded", "aliases"]);
}

#[test]
fn repeated_keys_show_both_places() {
    expect(&project(b"systems:\n  s: { title: a, title: b }\n"), 1, &["duplicate-key", "a.yaml:2", "first here"]);
}

#[test]
fn a_folder_without_permission_is_an_error() {
    let folder = project(FINE.as_bytes());
    let closed = folder.path().join("registry/closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let said = if fs::read_dir(&closed).is_ok() { as_nobody(folder.path()) } else { check(folder.path()) };
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(said.status, 2, "{}", said.text);
    assert!(said.text.contains("registry/closed") && said.text.contains("no permission"), "{}", said.text);
}

/// Root may read everything, so root runs the program as somebody who may not.
fn as_nobody(folder: &Path) -> Said {
    let program = folder.join("ropa");
    fs::copy(env!("CARGO_BIN_EXE_ropa"), &program).unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let run = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let out = Command::new("setpriv").args(run).arg(&program).args(["check", "--today", "2026-09-01", "."]).current_dir(folder).output();
    let out = out.expect("setpriv (util-linux) is there");
    Said { status: out.status.code().unwrap(), text: String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned() }
}

#[test]
fn symbolic_links_stay_inside_and_lead_somewhere() {
    let folder = project(FINE.as_bytes());
    let link = folder.path().join("registry/b.yaml");
    symlink("nowhere.yaml", &link).unwrap();
    expect(&folder, 2, &["registry/b.yaml", "link to nothing"]);
    fs::remove_file(&link).unwrap();
    symlink("/etc/hostname", &link).unwrap();
    expect(&folder, 2, &["registry/b.yaml", "out of the project"]);
    fs::remove_file(&link).unwrap();
    symlink(".", folder.path().join("registry/loop")).unwrap();
    expect(&folder, 2, &["registry/loop", "leads back"]);
}

/// A path can lead out without any link.
#[test]
fn captures_outside_the_project_are_not_read() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("project");
    fs::create_dir_all(root.join("registry")).unwrap();
    fs::write(outer.path().join("x.har"), "{}").unwrap();
    fs::write(root.join("registry/a.yaml"), FINE).unwrap();
    symlink("../x.har", root.join("link.har")).unwrap();
    for file in ["../x.har", "link.har"] {
        let evidence = format!("evidence: {{ walk: {{ kind: har, files: {file}, of: s }} }}\n");
        fs::write(root.join("ropa.yaml"), format!("{SETTINGS}{evidence}")).unwrap();
        let said = check(&root);
        let words = format!("`{file}` leads out of the project's folder; copy the file into it");
        assert!(said.status == 2 && said.text.contains(&words), "{}", said.text);
    }
}

#[test]
fn a_pipe_among_the_files_does_not_block() {
    let folder = project(FINE.as_bytes());
    assert!(Command::new("mkfifo").arg(folder.path().join("registry/b.yaml")).status().unwrap().success());
    expect(&folder, 2, &["registry/b.yaml", "not a regular file"]);
}

#[test]
fn a_folder_without_project_says_what_a_project_is() {
    let said = check(tempfile::tempdir().unwrap().path());
    assert_eq!(said.status, 2);
    assert!(said.text.contains("no `ropa.yaml`"), "{}", said.text);
}

#[test]
fn a_damaged_lock_is_an_error_with_the_way_out() {
    let folder = project(FINE.as_bytes());
    let lock = folder.path().join("ropa.lock");
    fs::write(&lock, "<<<<<<< ours\n=======\n>>>>>>> theirs\n").unwrap();
    expect(&folder, 2, &["ropa.lock:1", "conflict markers", "ropa accept"]);
    fs::write(&lock, "exposure\ts->r\tc.email\tplain\n").unwrap();
    expect(&folder, 2, &["ropa.lock:1", "4 columns"]);
}
