//! What CI services are given is run as they document it: the steps of the action and the script of the job,
//! in a repository, with this program where theirs would be installed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

type Names = BTreeMap<String, String>;

/// A service's machine: a repository with a branch, and stand-ins for what is not here.
struct Machine {
    folder: tempfile::TempDir,
    base: String,
}

impl Machine {
    /// A project whose branch sends an address to somebody new.
    fn new() -> Machine {
        let machine = Machine { folder: tempfile::tempdir().unwrap(), base: String::new() };
        fs::create_dir_all(machine.at("bin")).unwrap();
        fs::create_dir_all(machine.at("repo/apps/my shop/registry")).unwrap();
        // Installing is copying; the API is asked nothing and told what is written down.
        machine.stand_in(
            "cargo",
            "while [ $# -gt 1 ]; do if [ \"$1\" = --root ]; then mkdir -p \"$2/bin\"; cp \"$ROPA\" \"$2/bin/ropa\"; fi; shift; done",
        );
        machine.stand_in(
            "gh",
            "printf '%s\\n' \"$*\" >> \"$RUNNER_TEMP/gh.txt\"\ncase \"$*\" in *--paginate*) printf '%s' \"$COMMENTS\";; esac",
        );
        machine.stand_in("apt-get", ":");
        let settings = "version: 1\norganisation: { name: Example Shop, country: SE, contact: privacy@shop.example, dpo: dpo@shop.example }\nsecurity: [{ measure: Disks are encrypted, kind: encryption }]\n";
        machine.write("ropa.yaml", settings);
        machine.write(
            "registry/shop.yaml",
            "subjects: { buyer: Buyer }\nfields: { mail: contact.email }\nsystems: { shop: { collects: { buyer: [mail] } } }\n",
        );
        machine.git(&["init", "-q", "-b", "main"]);
        let base = machine.commit();
        Machine { base, ..machine }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.at("repo/apps/my shop").join(path), text).unwrap();
    }

    fn stand_in(&self, name: &str, script: &str) {
        let path = self.at("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let who = ["-c", "user.name=A", "-c", "user.email=a@shop.example"];
        let out = Command::new("git").args(who).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(self.at("repo")).output();
        let out = out.unwrap();
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The branch: one more recipient, which nobody has accepted.
    fn send(&self) {
        self.write("registry/sends.yaml", "systems: { shop: { extends: true, sends: { mailer: [mail] } } }\nrecipients: { mailer: {} }\n");
        self.commit();
    }

    /// Runs a script; gives its status and what it printed.
    fn bash(&self, options: &[&str], script: &str, names: &Names) -> (i32, String) {
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap());
        let known = [("PATH", path), ("ROPA", env!("CARGO_BIN_EXE_ropa").to_owned()), ("GIT_CONFIG_GLOBAL", "/dev/null".to_owned())];
        let out =
            Command::new("bash").args(options).args(["-c", script]).envs(known).envs(names).current_dir(self.at("repo")).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        (out.status.code().unwrap(), said)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_default()
    }

    /// Runs the action with what a workflow gives it; ends at the first step that fails, as the service does.
    fn action(&self, with: &[(&str, &str)], comments: &str) -> (i32, String) {
        let action = yaml("action.yml");
        fs::create_dir_all(self.at("temp")).unwrap();
        let temp = self.at("temp").display().to_string();
        let mut known: Names = [
            ("github.action_path", "."),
            ("github.event_name", "pull_request"),
            ("github.event.pull_request.base.sha", &self.base),
            ("github.event.pull_request.number", "7"),
            ("github.token", "none"),
            ("runner.temp", &temp),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let given = with.iter().find(|it| it.0 == name).map_or(input["default"].as_str().unwrap(), |it| it.1);
            known.insert(format!("inputs.{name}"), given.to_owned());
        }
        let mut said = String::new();
        for step in action["runs"]["steps"].as_array().unwrap() {
            let Some(script) = step["run"].as_str().filter(|_| holds(step["if"].as_str(), &known)) else { continue };
            // Whatever a workflow gives comes through the environment: in a script it could be code.
            assert!(!script.contains("${{"), "{script}");
            assert_eq!(step["shell"], "bash");
            let output = self.at("temp/output.txt");
            fs::write(&output, "").unwrap();
            let mut names: Names = [
                ("RUNNER_TEMP", temp.clone()),
                ("GITHUB_OUTPUT", output.display().to_string()),
                ("GITHUB_STEP_SUMMARY", format!("{temp}/summary.md")),
                ("GITHUB_REPOSITORY", "example/shop".to_owned()),
                ("COMMENTS", comments.to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
            for (name, value) in step["env"].as_object().into_iter().flatten() {
                names.insert(name.clone(), filled(value.as_str().unwrap(), &known));
            }
            let (status, text) = self.bash(&["--noprofile", "--norc", "-e", "-o", "pipefail"], script, &names);
            said += &text;
            if status != 0 {
                return (status, said);
            }
            for (name, value) in fs::read_to_string(&output).unwrap().lines().filter_map(|it| it.split_once('=')) {
                known.insert(format!("steps.{}.outputs.{name}", step["id"].as_str().unwrap()), value.to_owned());
            }
        }
        (0, said)
    }
}

fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A text with its `${{ … }}` replaced; a name that nobody gives is a mistake of the text.
fn filled(text: &str, known: &Names) -> String {
    let mut parts = text.split("${{");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |out, part| {
        let (name, rest) = part.split_once("}}").unwrap();
        out + known.get(name.trim()).unwrap_or_else(|| panic!("nobody gives `{name}`")) + rest
    })
}

/// Whether all parts of a condition are so: `a.b == 'c' && …`.
fn holds(condition: Option<&str>, known: &Names) -> bool {
    condition.into_iter().flat_map(|it| it.split(" && ")).all(|part| {
        let (name, value) = part.split_once(" == ").unwrap();
        known[name] == value.trim_matches('\'')
    })
}

#[test]
fn the_action_fails_a_pull_request_and_keeps_one_comment() {
    let machine = Machine::new();
    let with = [("dir", "apps/my shop")];
    let (status, said) = machine.action(&with, "");
    assert_eq!(status, 0, "{said}");
    machine.send();
    let (status, said) = machine.action(&with, "");
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("::error") && said.contains("file=apps/my shop/registry/sends.yaml"), "{said}");
    assert!(machine.read("temp/summary.md").contains("mailer"));
    assert!(serde_json::from_str::<Value>(&machine.read("temp/ropa.sarif")).unwrap()["runs"][0]["results"][0].is_object());
    assert!(machine.read("temp/ropa-diff.md").contains("mailer") && machine.read("temp/ropa-diff.md").contains("<!-- ropa diff -->"));
    let asked = machine.read("temp/gh.txt");
    let comment = asked.lines().last().unwrap();
    assert!(comment.starts_with("api repos/example/shop/issues/7/comments --field body=@"), "{asked}");
    // The comment that is there is written anew.
    machine.action(&with, "41\n42\n");
    let asked = machine.read("temp/gh.txt");
    assert!(asked.lines().last().unwrap().starts_with("api --method PATCH repos/example/shop/issues/comments/41 "), "{asked}");
}

#[test]
fn the_inputs_of_the_action_are_what_is_done() {
    let machine = Machine::new();
    machine.send();
    // Only a word, whatever is in it.
    let (status, said) = machine.action(&[("dir", "apps/my shop"), ("comment", "false"), ("fail-on", "$(touch made)")], "");
    assert!(status == 2 && !machine.at("repo/made").exists(), "{said}");
    assert_eq!(machine.read("temp/gh.txt"), "");
    let (status, said) = machine.action(&[("dir", "apps")], "");
    assert!(status != 0 && said.contains("no `ropa.yaml`"), "{said}");
}

/// Lines of a script run one after another, and the first that fails ends it.
#[test]
fn the_job_checks_and_leaves_its_reports() {
    let machine = Machine::new();
    let job = yaml("ci/gitlab.yml");
    let script: Vec<&str> = job["ropa"]["script"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let mut names: Names =
        job["variables"].as_object().unwrap().iter().map(|(name, it)| (name.clone(), it.as_str().unwrap().to_owned())).collect();
    names.insert("ROPA_DIR".to_owned(), "apps/my shop".to_owned());
    names.insert("CI_PROJECT_DIR".to_owned(), machine.at("repo").display().to_string());
    names.insert("RUNNER_TEMP".to_owned(), machine.folder.path().display().to_string());
    let run = |names: &Names| machine.bash(&["-e", "-o", "pipefail"], &script.join("\n"), names);
    let (status, said) = run(&names);
    assert_eq!(status, 0, "{said}");
    machine.send();
    names.insert("CI_MERGE_REQUEST_DIFF_BASE_SHA".to_owned(), machine.base.clone());
    let (status, said) = run(&names);
    assert!(status == 1 && said.contains("reaches `mailer`"), "{status}: {said}");
    let reports = job["ropa"]["artifacts"]["reports"].as_object().unwrap();
    for (name, file) in reports {
        assert!(machine.read(&format!("repo/{}", file.as_str().unwrap())).contains("mailer"), "{name}");
    }
}
