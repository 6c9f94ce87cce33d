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
            "printf '%s\\n' \"$*\" >> \"$RUNNER_TEMP/gh.txt\"\ncase \"$*\" in *--paginate*) printf '%s' \"$COMMENTS\";; *) if [ -e \"$RUNNER_TEMP/forked\" ]; then echo 'gh: HTTP 403' >&2; exit 1; fi;; esac",
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

    /// Runs the job with some variables set: lines run one after another, and the first that fails ends it.
    fn job(&self, set: &[(&str, &str)]) -> (i32, String) {
        let job = yaml("ci/gitlab.yml");
        let script: Vec<&str> = job["ropa"]["script"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        let own = job["variables"].as_object().unwrap().iter().map(|(name, it)| (name.as_str(), it.as_str().unwrap().to_owned()));
        let mut names: Names = own.map(|(name, value)| (name.to_owned(), value)).collect();
        let (root, temp) = (self.at("repo").display().to_string(), self.folder.path().display().to_string());
        let given = [("ROPA_DIR", "apps/my shop"), ("CI_PROJECT_DIR", root.as_str()), ("RUNNER_TEMP", temp.as_str())];
        names.extend(given.iter().chain(set).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.bash(&["-e", "-o", "pipefail"], &script.join("\n"), &names)
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
    let written = machine.read("temp/ropa-diff.md");
    assert!(written.contains("mailer") && written.ends_with("<!-- ropa diff -->\n<!-- ropa diff in apps/my shop -->\n"), "{written}");
    let asked = machine.read("temp/gh.txt");
    let comment = asked.lines().last().unwrap();
    assert!(comment.starts_with("api repos/example/shop/issues/7/comments --field body=@"), "{asked}");
    // The comment that is there is written anew.
    machine.action(&with, "41\n42\n");
    let asked = machine.read("temp/gh.txt");
    assert!(asked.lines().last().unwrap().starts_with("api --method PATCH repos/example/shop/issues/comments/41 "), "{asked}");
}

/// Two projects of a repository keep apart, and nobody else's comment is written over.
#[test]
fn a_project_knows_its_own_comment() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert_eq!(steps.iter().find_map(|it| it["with"]["category"].as_str()), Some("ropa/${{ inputs.dir }}"));
    let machine = Machine::new();
    machine.action(&[("dir", "apps/my shop")], "");
    let asked = machine.read("temp/gh.txt");
    assert!(asked.contains("\"github-actions[bot]\"") && asked.contains("endswith(env.MARK)"), "{asked}");
}

#[test]
fn what_cannot_be_commented_does_not_fail_the_check() {
    let machine = Machine::new();
    let with = [("dir", "apps/my shop")];
    fs::create_dir_all(machine.at("temp")).unwrap();
    fs::write(machine.at("temp/forked"), "").unwrap();
    let (status, said) = machine.action(&with, "");
    assert!(status == 0 && said.contains("::warning") && said.contains("HTTP 403"), "{status}: {said}");
    assert!(machine.read("temp/summary.md").contains("<!-- ropa diff in apps/my shop -->"));
    machine.send();
    assert_eq!(machine.action(&with, "").0, 1);
    // The comment that is there cannot be written either.
    let (status, said) = machine.action(&with, "41");
    assert!(status == 1 && said.contains("::warning"), "{status}: {said}");
}

/// The change that mends the main line passes.
#[test]
fn a_broken_base_does_not_fail_what_mends_it() {
    let mut machine = Machine::new();
    machine.write("registry/more.yaml", "systems: [\n");
    machine.base = machine.commit();
    fs::remove_file(machine.at("repo/apps/my shop/registry/more.yaml")).unwrap();
    machine.commit();
    let (status, said) = machine.action(&[("dir", "apps/my shop")], "");
    assert!(status == 0 && said.contains("::warning") && said.contains("nothing was compared"), "{status}: {said}");
    assert_eq!(machine.read("temp/gh.txt"), "");
    let (status, said) = machine.job(&[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &machine.base)]);
    assert!(status == 0 && said.contains("nothing could be compared"), "{status}: {said}");
}

/// What a merge brought back: a row that nothing stands for.
#[test]
fn stale_rows_fail_where_that_is_asked_for() {
    let machine = Machine::new();
    machine.send();
    machine.bash(&["-e"], "cd 'apps/my shop' && \"$ROPA\" accept", &Names::new());
    fs::remove_file(machine.at("repo/apps/my shop/registry/sends.yaml")).unwrap();
    machine.commit();
    for (locked, expected) in [("false", 0), ("true", 1)] {
        let (status, said) = machine.action(&[("dir", "apps/my shop"), ("locked", locked)], "");
        assert_eq!(status, expected, "{said}");
        let (status, said) = machine.job(&[("ROPA_LOCKED", locked)]);
        assert_eq!(status, expected, "{said}");
    }
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

#[test]
fn the_job_checks_and_leaves_its_reports() {
    let machine = Machine::new();
    let job = yaml("ci/gitlab.yml");
    let (status, said) = machine.job(&[]);
    assert_eq!(status, 0, "{said}");
    machine.send();
    let (status, said) = machine.job(&[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &machine.base)]);
    assert!(status == 1 && said.contains("reaches `mailer`"), "{status}: {said}");
    let reports = job["ropa"]["artifacts"]["reports"].as_object().unwrap();
    for (name, file) in reports {
        assert!(machine.read(&format!("repo/{}", file.as_str().unwrap())).contains("mailer"), "{name}");
    }
}
