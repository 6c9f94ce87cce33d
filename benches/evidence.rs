//! How fast `ropa observe` reads an HTTP archive, against parsing the same bytes with `serde_json`.
//!
//! `cargo bench --bench evidence -- 40 500` makes archives of that many megabytes in a temporary folder,
//! runs both programs in turn, and prints medians, the ratio and the peak of memory of one run on one
//! machine. Each entry has the headers, timings and response body that a browser records.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each program that are counted.
const RUNS: usize = 5;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--bench")).collect();
    if let [parse, file] = args.as_slice()
        && parse == "parse"
    {
        let bytes = fs::read(file).expect("the archive is there");
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("the archive is JSON");
        assert!(value["log"]["entries"].is_array());
        return;
    }
    let sizes: Vec<usize> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![40] } else { sizes };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {RUNS} runs of each in turn, medians\n");
    println!("{:>6} {:>8} {:>11} {:>10} {:>7} {:>11}", "MB", "entries", "observe ms", "parse ms", "speed", "observe MB");
    for size in sizes {
        measure(size);
    }
}

fn measure(megabytes: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("walk.har");
    let persona = folder.path().join("persona.yaml");
    let entries = archive(&file, megabytes << 20);
    fs::write(&persona, "customer: { email: kanariella.7713@post.example, phone: '+46701740635' }").expect("the persona can be written");
    let own = std::env::current_exe().expect("this program knows its path");
    let observe = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ropa"));
        run(command
            .args(["observe", "har"])
            .arg(&file)
            .arg("--persona")
            .arg(&persona)
            .args(["--output", "json", "--project"])
            .arg(folder.path()))
    };
    let parse = || run(Command::new(&own).arg("parse").arg(&file));
    let runs: Vec<_> = (0..RUNS).map(|_| (observe(), parse())).collect();
    let memory = runs.iter().map(|(observe, _)| observe.memory).max().unwrap_or(0);
    let (observe, parse): (Vec<Run>, Vec<Run>) = runs.into_iter().unzip();
    let (observe, parse) = (median(&observe), median(&parse));
    println!("{megabytes:>6} {entries:>8} {observe:>11.0} {parse:>10.0} {:>7.2} {:>11}", parse / observe, memory >> 10);
}

/// How long a program took, and its peak of memory in kilobytes.
struct Run {
    time: Duration,
    memory: u64,
}

/// The median of some times, in milliseconds.
fn median(runs: &[Run]) -> f64 {
    let mut times: Vec<Duration> = runs.iter().map(|it| it.time).collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Runs a program to its end.
fn run(command: &mut Command) -> Run {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Ok(text) = fs::read_to_string(&status)
            && let Some(line) = text.lines().find(|line| line.starts_with("VmHWM"))
        {
            peak = peak.max(line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or(0));
        }
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            assert!(status.success(), "the program failed");
            return Run { time: start.elapsed(), memory: peak };
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Writes an archive of about so many bytes; how many entries it has.
fn archive(file: &Path, bytes: usize) -> usize {
    let mut out = BufWriter::new(fs::File::create(file).expect("the archive can be written"));
    let body = "<p>En sida om försäkringar, med \\\"citat\\\" och radbrytningar.</p>\\n".repeat(160);
    let (mut written, mut entries) = (0, 0);
    out.write_all(b"{\"log\":{\"version\":\"1.2\",\"pages\":[],\"entries\":[").expect("the archive can be written");
    while written < bytes {
        let mut entry = String::new();
        let comma = if entries == 0 { "" } else { "," };
        // One request in four leaves the site; each of these carries some parameters.
        let url = match entries % 8 {
            1 => format!(
                "https://www.facebook.com/tr/?id=1&ev=PageView&dl=https%3A%2F%2Fwww.shop.example%2Fp%2F{entries}&fbp=fb.1.1.{entries}"
            ),
            5 => format!("https://region1.google-analytics.com/g/collect?v=2&tid=G-A&cid={entries}.1&en=page_view&ep.x=y{entries}"),
            _ => format!("https://www.shop.example/static/{entries}.js?v={entries}"),
        };
        let headers = format!(
            "{{\"name\":\"Accept\",\"value\":\"*/*\"}},{{\"name\":\"Referer\",\"value\":\"https://www.shop.example/p/{entries}\"}}"
        );
        let _ = write!(
            entry,
            "{comma}{{\"pageref\":\"page_1\",\"startedDateTime\":\"2026-03-02T09:00:00.000Z\",\"time\":12.5,\"request\":{{\"method\":\"GET\",\
             \"url\":\"{url}\",\"httpVersion\":\"h2\",\"headers\":[{headers}],\"queryString\":[],\"cookies\":[],\"headersSize\":-1,\"bodySize\":0}},\
             \"response\":{{\"status\":200,\"headers\":[{headers}],\"content\":{{\"size\":1,\"mimeType\":\"text/html\",\"text\":\"{body}\"}}}},\
             \"timings\":{{\"send\":0.5,\"wait\":11,\"receive\":1}}}}"
        );
        out.write_all(entry.as_bytes()).expect("the archive can be written");
        written += entry.len();
        entries += 1;
    }
    out.write_all(b"]}}").and_then(|()| out.flush()).expect("the archive can be written");
    entries
}
