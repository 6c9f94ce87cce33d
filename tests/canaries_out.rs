//! Values that lie in the captures stay there: whatever `check`, `render`, `accept` and `observe` print or write,
//! for every fixture of `tests/evidence/`, holds none of them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ropa::render::report::FORMATS;

const TODAY: &str = "2026-09-01";

/// Vendors that the project knows: half of what the captures show is held against a flow, the rest is nobody's.
const DECLARED: &[&str] = &["meta", "google", "linkedin", "sentry", "klaviyo", "twilio-segment"];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evidence"))
}

/// A line of `index.tsv`.
struct Fixture {
    file: String,
    kind: String,
    site: String,
    is_refused: bool,
}

fn fixtures() -> Vec<Fixture> {
    let index = fs::read_to_string(folder().join("index.tsv")).unwrap();
    let line = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let [file, kind, site] = [parts[0], parts[1], parts[2]].map(str::to_owned);
        Fixture { file, kind, site, is_refused: parts[3].ends_with(".refused") }
    };
    index.lines().skip(1).map(line).collect()
}

/// A site, and recipients that get an address as a digest behind a gate, and nothing else.
fn registry() -> String {
    let mut text = "\
systems:
  website:
    title: www.shop.example
    retention: 90d
    collects: { customer: { fields: [email, phone, personnummer, page], for: advertising } }
    sends:
"
    .to_owned();
    for vendor in DECLARED {
        writeln!(text, "      {vendor}: {{ fields: [email|sha256], for: advertising, gate: consent.marketing }}").unwrap();
    }
    text += "recipients:\n";
    for vendor in DECLARED {
        writeln!(text, "  {vendor}: {{ vendor: {vendor}, role: processor }}").unwrap();
    }
    text + "\
activities:
  advertising: { purpose: To measure advertisements, basis: consent, retention: 90d }
subjects: { customer: Customer }
fields: { email: contact.email, phone: contact.phone, personnummer: id.national, page: behaviour.pages }
gates:
  consent.marketing: { title: Banner, proof: cmp, withdrawal: cmp }
"
}

/// A project whose `evidence:` are some fixtures, each an entry of its own.
fn project(fixtures: &[&Fixture]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let mut settings = "\
version: 1
organisation: { name: Shop, country: SE, contact: privacy@shop.example, dpo: { name: Robin Doe, email: dpo@shop.example } }
evidence:
"
    .to_owned();
    for (number, fixture) in fixtures.iter().enumerate() {
        // A folder each: files of the same name stay apart, and are found by a pattern.
        let below = format!("evidence/{number}");
        let to = root.path().join(&below).join(&fixture.file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(folder().join(&fixture.file), to).unwrap();
        let kind = &fixture.kind;
        writeln!(
            settings,
            "  e{number}:\n    kind: {kind}\n    files: {below}/**\n    of: website\n    consented: none\n    on: 2026-03-02"
        )
        .unwrap();
        writeln!(settings, "    persona: persona.yaml\n    sensitive-pages: {{ \"/*\": special.health }}").unwrap();
        if fixture.site != "-" {
            writeln!(settings, "    first-party: {}", fixture.site).unwrap();
        }
    }
    fs::copy(folder().join("persona.yaml"), root.path().join("persona.yaml")).unwrap();
    fs::create_dir(root.path().join("registry")).unwrap();
    fs::write(root.path().join("registry/all.yaml"), registry()).unwrap();
    fs::write(root.path().join("ropa.yaml"), settings).unwrap();
    root
}

/// Texts that no output may hold.
struct Canaries {
    /// By their first letters.
    by_start: HashMap<[u8; START], Vec<String>>,
}

/// No canary is shorter.
const START: usize = 8;

impl Canaries {
    fn all() -> Canaries {
        let mut by_start: HashMap<[u8; START], Vec<String>> = HashMap::new();
        let text = fs::read_to_string(folder().join("canaries.txt")).unwrap().to_lowercase();
        let all: HashSet<&str> = text.lines().collect();
        assert!(all.len() > 200);
        for canary in all {
            by_start.entry(*canary.as_bytes().first_chunk().unwrap()).or_default().push(canary.to_owned());
        }
        Canaries { by_start }
    }

    /// The first one in a text, in any case, as it stands or as the format's own marks have changed it.
    fn first_in(&self, text: &str) -> Option<&str> {
        let lower = text.to_lowercase();
        self.found(&lower).or_else(|| self.found(&unmarked(&lower)))
    }

    fn found(&self, lower: &str) -> Option<&str> {
        (0..lower.len().saturating_sub(START - 1)).find_map(|at| {
            let rest = &lower.as_bytes()[at..];
            let starting = self.by_start.get(rest.first_chunk::<START>()?)?;
            starting.iter().map(String::as_str).find(|it| rest.starts_with(it.as_bytes()))
        })
    }
}

/// A text without what pages, JSON, Markdown and annotations put into the values they show.
fn unmarked(lower: &str) -> String {
    let mut text = lower.to_owned();
    for (mark, meant) in [
        ("<wbr>", ""),
        ("\u{2068}", ""),
        ("\u{2069}", ""),
        ("\u{200b}", ""),
        ("\\", ""),
        ("%25", "%"),
        ("%3a", ":"),
        ("%2c", ","),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        if text.contains(mark) {
            text = text.replace(mark, meant);
        }
    }
    text
}

/// Every file below a folder.
fn files(below: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

/// A project and what is to be looked for in all that is said of it.
struct Trial<'c> {
    root: tempfile::TempDir,
    canaries: &'c Canaries,
    leaks: Vec<String>,
}

impl Trial<'_> {
    /// Runs a command in the project and looks at what it prints. Its status.
    fn run(&mut self, args: &[&str]) -> Option<i32> {
        let done = Command::new(env!("CARGO_BIN_EXE_ropa"))
            .args(args)
            .args(["--today", TODAY])
            .env("RAYON_NUM_THREADS", "2")
            .current_dir(self.root.path())
            .output()
            .unwrap();
        let called = format!("ropa {}", args[0]);
        self.look(&called, &done.stdout);
        self.look(&format!("{called}, standard error"), &done.stderr);
        done.status.code()
    }

    /// Looks at bytes that were printed or written.
    fn look(&mut self, whence: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("panicked"), "{whence}: {text}");
        if let Some(canary) = self.canaries.first_in(&text) {
            self.leaks.push(format!("`{whence}` lets `{canary}` out"));
        }
    }

    /// Looks at all files below a folder; how many there are.
    fn look_below(&mut self, folder: &str) -> usize {
        let all = files(&self.root.path().join(folder));
        for path in &all {
            let name = path.strip_prefix(self.root.path()).unwrap().display().to_string();
            self.look(&name, name.as_bytes());
            self.look(&name, &fs::read(path).unwrap());
        }
        all.len()
    }

    fn check(&mut self) -> Option<i32> {
        fs::create_dir_all(self.root.path().join("out")).unwrap();
        let outputs: Vec<String> = FORMATS.iter().map(|it| format!("{}=out/check.{}", it.name, it.name)).collect();
        let mut args = vec!["check", "--output", "text"];
        args.extend(outputs.iter().flat_map(|it| ["--output", it]));
        self.run(&args)
    }
}

#[test]
fn nothing_that_check_render_or_accept_says_holds_a_value_that_was_sent() {
    let (canaries, all) = (Canaries::all(), fixtures());
    let read: Vec<&Fixture> = all.iter().filter(|it| !it.is_refused).collect();
    let mut trial = Trial { root: project(&read), canaries: &canaries, leaks: Vec::new() };
    // Something is found, so there is something to say.
    assert_eq!(trial.check(), Some(1));
    assert_eq!(trial.run(&["render", "--out", "out/register"]), Some(0));
    assert_eq!(trial.run(&["render", "--single-file", "--out", "out/register.html"]), Some(0));
    assert_eq!(trial.run(&["accept", "--unreviewed"]), Some(0));
    fs::copy(trial.root.path().join("ropa.lock"), trial.root.path().join("out/ropa.lock")).unwrap();
    assert!(trial.look_below("out") > FORMATS.len() + 20);
    assert!(trial.leaks.is_empty(), "{}", trial.leaks.join("\n"));
}

#[test]
fn nothing_that_observe_says_holds_a_value_that_was_sent() {
    let (canaries, all) = (Canaries::all(), fixtures());
    let read: Vec<&Fixture> = all.iter().filter(|it| !it.is_refused).collect();
    let mut trial = Trial { root: project(&read), canaries: &canaries, leaks: Vec::new() };
    fs::create_dir(trial.root.path().join("out")).unwrap();
    let kinds: BTreeSet<&str> = read.iter().map(|it| it.kind.as_str()).collect();
    for kind in &kinds {
        let captures = read.iter().enumerate().filter(|(_, it)| it.kind == *kind);
        let captures: Vec<String> = captures.map(|(number, it)| format!("evidence/{number}/{}", it.file)).collect();
        let written = format!("out/{kind}.json");
        let mut observe = vec!["observe", kind, "--persona", "persona.yaml", "--first-party", "shop.example", "--write", &written];
        observe.extend(captures.iter().map(String::as_str));
        assert_eq!(trial.run(&observe), Some(0), "{kind}");
    }
    assert_eq!(trial.look_below("out"), kinds.len());
    assert!(kinds.len() >= 12, "{kinds:?}");
    assert!(trial.leaks.is_empty(), "{}", trial.leaks.join("\n"));
}

#[test]
fn a_capture_that_is_refused_is_refused_without_its_values() {
    let (canaries, all) = (Canaries::all(), fixtures());
    let refused: Vec<&Fixture> = all.iter().filter(|it| it.is_refused).collect();
    let mut trial = Trial { root: project(&refused), canaries: &canaries, leaks: Vec::new() };
    assert_eq!(trial.check(), Some(2));
    assert_eq!(trial.look_below("out"), FORMATS.len());
    for (number, fixture) in refused.iter().enumerate() {
        let capture = format!("evidence/{number}/{}", fixture.file);
        assert_eq!(trial.run(&["observe", &fixture.kind, &capture, "--persona", "persona.yaml"]), Some(2), "{capture}");
    }
    assert!(trial.leaks.is_empty(), "{}", trial.leaks.join("\n"));
}

#[test]
fn a_canary_is_found_however_a_format_writes_it() {
    let canaries = Canaries::all();
    for text in [
        "Provperson.7713@POST.example",
        "<td>provperson.<wbr>7713@<wbr>post.<wbr>example</td>",
        "provperson\\.7713@post\\.example",
        "file=a,title=b::provperson.7713%2540post.example",
        "x19811218-9876x",
    ] {
        assert!(canaries.first_in(text).is_some(), "{text}");
    }
    assert_eq!(canaries.first_in("customer.email was seen, 19811218"), None);
}
