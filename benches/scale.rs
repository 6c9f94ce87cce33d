//! How long a whole `ropa check` takes, against merely draining the YAML parser over the same bytes.
//!
//! `cargo bench --bench scale -- 10000 100000` makes projects of that many systems in a temporary
//! folder, accepts their exposures, runs both programs in turn, and prints medians and ratios of one
//! run on one machine. `-- make FOLDER N` only makes a project, to look at.
//!
//! `-- register 10000` times `ropa render` instead, for that many activities of which each second sends
//! twenty items outside, against the check of the same project.
//!
//! `-- diff 10000` commits such a project to a git repository, edits it, and times `ropa diff` between the
//! commit and the work tree, and between two commits, in turn with the check of the same project.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each program that are counted.
const RUNS: usize = 5;
/// Fields in the dictionary.
const FIELDS: usize = 500;
/// Systems in one file.
const FILE: usize = 20;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--bench")).collect();
    if let [drain, folder] = args.as_slice()
        && drain == "drain"
    {
        drain_parser(Path::new(folder));
        return;
    }
    if let [make, folder, size] = args.as_slice()
        && (make == "make" || make == "make-wide")
    {
        generate(Path::new(folder), size.parse().expect("the size is a number"), make == "make-wide");
        return;
    }
    if let [register, activities] = args.as_slice()
        && register == "register"
    {
        render(activities.parse().expect("the number of activities is a number"));
        return;
    }
    if let [diff, size] = args.as_slice()
        && diff == "diff"
    {
        compare(size.parse().expect("the size is a number"));
        return;
    }
    let sizes: Vec<usize> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {RUNS} runs of each in turn, medians\n");
    println!(
        "{:>8} {:>8} {:>8} {:>10} {:>10} {:>7} {:>9} {:>10}",
        "systems", "flows", "MB", "check ms", "drain ms", "ratio", "check MB", "us/system"
    );
    for size in sizes {
        measure(size);
    }
}

fn measure(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (flows, bytes) = generate(folder.path(), size, false);
    let ropa = env!("CARGO_BIN_EXE_ropa");
    let own = std::env::current_exe().expect("this program knows its path");
    let check = || run(Command::new(ropa).args(["check", "--today", "2026-09-01"]).arg(folder.path()), &[0, 1]);
    let drain = || run(Command::new(&own).arg("drain").arg(folder.path()), &[0]);
    run(Command::new(ropa).args(["accept", "--today", "2026-09-01"]).arg(folder.path()), &[0]);
    check();
    let (mut checks, mut drains, mut ratios, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let (took, memory) = check();
        let (drained, _) = drain();
        ratios.push(took.as_secs_f64() / drained.as_secs_f64());
        checks.push(took.as_secs_f64() * 1e3);
        drains.push(drained.as_secs_f64() * 1e3);
        peak = peak.max(memory);
    }
    let took = median(&mut checks);
    println!(
        "{size:>8} {flows:>8} {:>8.1} {took:>10.0} {:>10.0} {:>7.2} {:>9} {:>10.1}",
        bytes as f64 / 1e6,
        median(&mut drains),
        median(&mut ratios),
        peak / 1024,
        took * 1e3 / size as f64
    );
}

/// Times the register of a project with that many activities, as a folder and as one file.
fn render(activities: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    generate(folder.path(), activities / 2, true);
    let ropa = env!("CARGO_BIN_EXE_ropa");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let command = |args: &[&str]| {
        let mut command = Command::new(ropa);
        command.args(args).args(["--today", "2026-09-01"]).arg(folder.path());
        command
    };
    run(&mut command(&["accept"]), &[0]);
    let lock = fs::read_to_string(folder.path().join("ropa.lock")).expect("a lock was written");
    println!("{cores} cores; {activities} activities, {} exposures\n", lock.lines().filter(|line| line.starts_with("exposure")).count());
    println!("{:>12} {:>8} {:>9} {:>10}", "", "s", "peak MB", "written MB");
    let out = tempfile::tempdir().expect("a temporary folder can be made");
    let (pages, file) = (out.path().join("pages"), out.path().join("register.html"));
    let to = |path: &Path| path.to_str().expect("a temporary folder has a plain name").to_owned();
    for (name, args) in [
        ("check", vec!["check".to_owned()]),
        ("folder", vec!["render".to_owned(), "--out".to_owned(), to(&pages)]),
        ("one file", vec!["render".to_owned(), "--single-file".to_owned(), "--out".to_owned(), to(&file)]),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (took, peak) = run(&mut command(&args), &[0, 1]);
        let written = match name {
            "folder" => walkdir::WalkDir::new(&pages).into_iter().flatten().filter_map(|it| it.metadata().ok()).map(|it| it.len()).sum(),
            "one file" => fs::metadata(&file).map_or(0, |it| it.len()),
            _ => 0,
        };
        println!("{name:>12} {:>8.1} {:>9} {:>10}", took.as_secs_f64(), peak / 1024, written >> 20);
    }
}

/// Times comparisons of a project of that many systems, after an edit in one file and in one file of ten.
fn compare(size: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path();
    generate(root, size, false);
    let ropa = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
        command.args(args).args(["--today", "2026-09-01"]).current_dir(root);
        command
    };
    run(&mut ropa(&["accept"]), &[0]);
    git(root, &["init", "-q", "-b", "main"]);
    commit(root, "base");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {RUNS} runs of each in turn, medians; {size} systems\n");
    println!("{:>24} {:>8} {:>7} {:>8}", "", "ms", "ratio", "peak MB");
    let files = size.div_ceil(FILE);
    for (name, edited) in [("one edit", 1), ("an edit in ten files", files.min(10)), ("one file of ten", (files / 10).max(1))] {
        for file in 0..edited {
            edit(&root.join(format!("registry/team-{:05}.yaml", file * (files / edited))));
        }
        let commands: [(&str, &[&str]); 2] = [("check", &["check"]), (name, &["diff", "HEAD"])];
        row(&commands.map(|(name, args)| (name, ropa(args))));
        commit(root, name);
        row(&[("check", ropa(&["check"])), ("two commits", ropa(&["diff", "HEAD~1", "HEAD"]))]);
    }
}

/// Times programs in turn, and prints each but the first with its ratio to that.
fn row<const N: usize>(commands: &[(&str, Command); N]) {
    let mut took: Vec<(Vec<f64>, u64)> = vec![(Vec::new(), 0); N];
    for _ in 0..RUNS {
        for ((_, command), (times, peak)) in commands.iter().zip(&mut took) {
            let mut again = Command::new(command.get_program());
            again.args(command.get_args()).current_dir(command.get_current_dir().expect("each runs in the project"));
            let (time, memory) = run(&mut again, &[0, 1]);
            times.push(time.as_secs_f64() * 1e3);
            *peak = (*peak).max(memory);
        }
    }
    let medians: Vec<f64> = took.iter_mut().map(|(times, _)| median(times)).collect();
    for (at, (name, _)) in commands.iter().enumerate() {
        println!("{name:>24} {:>8.0} {:>7.2} {:>8}", medians[at], medians[at] / medians[0], took[at].1 / 1024);
    }
}

/// One flow of the file carries a field more.
fn edit(path: &Path) {
    let text = fs::read_to_string(path).expect("a generated file can be read");
    let at = text.find("#f0: { fields: [").expect("each file has a flow") + "#f0: { fields: [".len();
    let field = (0..FIELDS).find(|it| !text[at..].starts_with(&format!("f{it},"))).expect("a flow has few fields");
    let collects = text.find("{ fields: [").expect("each file collects") + "{ fields: [".len();
    let text = format!("{}f{field}, {}f{field}, {}", &text[..collects], &text[collects..at], &text[at..]);
    fs::write(path, text).expect("a file can be written");
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "-A"]);
    git(root, &["-c", "user.name=Bench", "-c", "user.email=bench@org.example", "commit", "-q", "-m", message]);
}

fn git(root: &Path, args: &[&str]) {
    let status = Command::new("git").args(args).current_dir(root).status().expect("git is installed");
    assert!(status.success(), "git {args:?} ended with {status}");
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Wall time and peak memory in KiB of a program that must end with one of these statuses.
fn run(command: &mut Command, statuses: &[i32]) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program starts");
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        let about = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = about.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_micros(500));
    };
    assert!(status.code().is_some_and(|code| statuses.contains(&code)), "{command:?} ended with {status}");
    (start.elapsed(), peak)
}

/// Reads every file of the project and lets the parser run to its end, keeping nothing.
fn drain_parser(folder: &Path) {
    let mut events = 0;
    let mut files: Vec<_> =
        walkdir::WalkDir::new(folder.join("registry")).into_iter().flatten().filter(|it| it.file_type().is_file()).collect();
    files.sort_by(|a, b| a.path().cmp(b.path()));
    for file in files {
        let text = fs::read_to_string(file.path()).expect("a generated file can be read");
        events += granit_parser::Parser::new_from_str(&text).count();
    }
    println!("{events}");
}

/// A project of `size` systems; gives its flows and bytes. In a wide one each system also sends all it
/// collects to two recipients.
fn generate(root: &Path, size: usize, wide: bool) -> (usize, usize) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let registry = root.join("registry");
    fs::create_dir_all(&registry).expect("a folder can be made");
    let mut bytes = 0;
    let mut write = |path: &Path, text: &str| {
        bytes += text.len();
        fs::write(path, text).expect("a file can be written");
    };
    write(
        &root.join("ropa.yaml"),
        "version: 1\norganisation: { name: Example, address: Street 1, country: SE, contact: privacy@org.example, dpo: { name: DPO, email: dpo@org.example } }\nlanguages: [en]\nsecurity: [{ measure: Encrypted disks, kind: encryption }]\n",
    );
    let mut catalog = "subjects:\n  customer: Customer\n  visitor: Visitor\nfields:\n".to_owned();
    let categories =
        ["contact.email", "contact.phone", "behaviour.purchase", "online.cookie", "contract.product", "finance.payment", "location.coarse"];
    for field in 0..FIELDS {
        writeln!(catalog, "  f{field}: {}", categories[field % categories.len()]).expect("writing to a string cannot fail");
    }
    write(&registry.join("catalog.yaml"), &catalog);
    let recipients = (size / 20).max(1);
    let mut text = "recipients:\n".to_owned();
    for id in 0..recipients {
        let sub = if id % 10 == 3 { format!(", subprocessors: [r{}]", id - 1) } else { String::new() };
        let notified = if id % 10 == 3 { format!(", notified: [r{}]", id - 1) } else { String::new() };
        writeln!(text, "  r{id}: {{ name: Recipient {id} Ltd, role: processor, kind: saas, country: SE, contract: {{ type: dpa, ref: legal/{id}.pdf, signed: 2024-02-01, clauses: [a, b, c, d, e, f, g, h], subprocessing: general{notified} }}, retention: 24m after the order, erase: api{sub} }}")
            .expect("writing to a string cannot fail");
    }
    write(&registry.join("recipients.yaml"), &text);
    let mut flows = 0;
    for first in (0..size).step_by(FILE) {
        let mut text = format!("team: team-{}\nactivities:\n", first / FILE);
        for system in first..(first + FILE).min(size) {
            for activity in ["a", "b"] {
                writeln!(text, "  {activity}{system}:\n    title: {{ en: Activity {activity} of system {system}, sv: Behandling {activity} i system {system} }}\n    purpose: To run the service that system {system} offers to its users\n    basis: contract\n    retention: 24m after the order")
                    .expect("writing to a string cannot fail");
            }
        }
        let activities: Vec<String> = (first..(first + FILE).min(size)).flat_map(|it| [format!("a{it}"), format!("b{it}")]).collect();
        writeln!(text, "notices:\n  n{first}: {{ for: [customer, visitor], activities: [{}], recipients: [saas], bases: [contract], retention: 24m after the order, since: 2024-01-01 }}", activities.join(", "))
            .expect("writing to a string cannot fail");
        text.push_str("systems:\n");
        for system in first..(first + FILE).min(size) {
            flows += write_system(&mut text, &mut random, system, size, recipients, wide);
        }
        write(&registry.join(format!("team-{:05}.yaml", first / FILE)), &text);
    }
    (flows, bytes)
}

fn write_system(text: &mut String, random: &mut Random, system: usize, size: usize, recipients: usize, wide: bool) -> usize {
    let mut fields: Vec<usize> = (0..10).map(|_| random.below(FIELDS)).collect();
    fields.sort_unstable();
    fields.dedup();
    let list = |fields: &[usize]| fields.iter().map(|it| format!("f{it}")).collect::<Vec<_>>().join(", ");
    let subject = ["customer", "visitor"][system % 2];
    write!(
        text,
        "  s{system}:\n    title: System {system}\n    location: SE\n    collects: {{ {subject}: {{ fields: [{}], for: [a{system}, b{system}] }} }}\n    erase: api\n    sends:\n",
        list(&fields)
    )
    .expect("writing to a string cannot fail");
    let flows = 1 + random.below(3);
    for flow in 0..flows {
        let some = &fields[..3.min(fields.len())];
        // Mostly near neighbours, both ways, so that there are cycles; one in three goes outside.
        let target = match random.below(3) {
            0 => format!("r{}", random.below(recipients)),
            _ => format!("s{}", (system + size + 1 + random.below(40) - 20) % size),
        };
        let target = if target == format!("s{system}") { format!("r{}", system % recipients) } else { target };
        writeln!(text, "      {target}#f{flow}: {{ fields: [{}], for: a{system}, channel: api, since: 2024-03-01 }}", list(some))
            .expect("writing to a string cannot fail");
    }
    for flow in 0..if wide { 2 } else { 0 } {
        let target = (system * 7 + flow) % recipients;
        writeln!(text, "      r{target}#wide{flow}: {{ fields: [{}], for: b{system}, channel: batch, since: 2024-03-01 }}", list(&fields))
            .expect("writing to a string cannot fail");
    }
    flows
}

/// A small generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
