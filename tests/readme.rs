//! Every code block of README.md is run: what it shows is what happens.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

struct Block {
    language: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in readme.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some(Block { language: language.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Runs a line as a shell would, with the program on the path; gives what it printed.
fn run(line: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_ropa")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let out = Command::new("bash").args(["-c", line]).env("PATH", path).current_dir(folder).output().unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.code().is_some_and(|code| code < 2), "{line}: {errors}");
    String::from_utf8(out.stdout).unwrap()
}

/// The expected lines stand in the printed ones in order; `...` stands for any lines between.
fn shows(line: &str, printed: &str, expected: &[&str]) {
    let mut rest = printed;
    for part in expected.join("\n").split("...\n").map(|part| part.trim_end_matches("...").trim_end()).filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(part) else { panic!("`{line}` does not print\n{part}\n\nbut\n{printed}") };
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_tour_works_as_written() {
    let folder = tempfile::tempdir().unwrap();
    for block in blocks() {
        match block.language.as_str() {
            "yaml" => {
                let (name, text) = block.text.split_once('\n').unwrap();
                let path = folder.path().join(name.strip_prefix("# ").expect("the first line names the file"));
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                // The name stays: places count it.
                fs::write(path, format!("{name}\n{text}")).unwrap();
            }
            "console" => {
                for command in format!("\n{}", block.text).split("\n$ ").skip(1) {
                    let mut lines = command.lines();
                    let line = lines.next().unwrap();
                    let printed = run(line, folder.path());
                    shows(line, &printed, &lines.collect::<Vec<_>>());
                }
            }
            _ => {}
        }
    }
    assert!(folder.path().join("register/index.html").is_file());
    // What the workflow runs of this program is run too.
    let workflow = fs::read_to_string(folder.path().join(".github/workflows/privacy.yaml")).unwrap();
    let steps: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: ropa")).collect();
    assert!(!steps.is_empty());
    for step in steps {
        run(&format!("ropa{step}"), folder.path());
    }
    assert!(folder.path().join("ropa.sarif").is_file() && folder.path().join("summary.md").is_file());
}

#[test]
fn the_first_command_renders_the_register_and_the_others_run() {
    let mut commands = blocks().into_iter().filter(|block| block.language == "sh");
    let block = commands.next().unwrap();
    let out = tempfile::tempdir().unwrap();
    let line = block.text.trim().replace("--out register", &format!("--out {}/register", out.path().display()));
    assert_ne!(line, block.text.trim());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    run(&line, root);
    assert!(out.path().join("register/index.html").is_file());
    for block in commands {
        assert!(!run(&block.text, root).is_empty(), "{}", block.text);
    }
}

/// Blocks marked `text` are not run here; each has its reason.
#[test]
fn what_is_not_run_is_known() {
    let left: Vec<String> = blocks().into_iter().filter(|it| it.language == "text").map(|it| it.text).collect();
    // Installing compiles everything once more; the tests cannot run themselves; the rest is read by others.
    let begins = ["cargo install --locked --path .\n", "bash tests/run\n", "permissions:", "# .github/CODEOWNERS"];
    assert!(left.len() == begins.len() && left.iter().zip(begins).all(|(text, start)| text.starts_with(start)), "{left:?}");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(root.join("tests/run").is_file());
    assert!(fs::read_to_string(root.join(".ci/run")).unwrap().contains("bash tests/run"));
    let known = ["sh", "text", "yaml", "console"];
    assert!(blocks().iter().all(|block| known.contains(&block.language.as_str())));
}
