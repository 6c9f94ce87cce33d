//! One headless Chromium for all tests, driven by its DevTools protocol over a pipe: messages of
//! JSON, each ended by a zero byte.
//!
//! It lives as long as the pipe: when the tests end, in whatever way, it ends too.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// Names it goes by, the first that is there is taken.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// How long an answer may take before the browser counts as hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the program after the first argument, a folder that is its own, with its protocol (file
/// descriptors 3 and 4) on standard input and output. Ends it after ten minutes, whatever happens.
const START: &str =
    r#"profile=$1; shift; timeout -k 5 600 "$@" "--user-data-dir=$profile" 3<&0 4>&1 </dev/null >/dev/null; rm -rf "$profile""#;

const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--no-startup-window",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--password-store=basic",
    // Whatever a page asks for, no name leads anywhere but to this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

/// Messages of a session, by its id; the browser's own has none. `None` when the browser is gone.
type Inboxes = Arc<Mutex<Option<BTreeMap<String, Sender<Value>>>>>;

struct Chromium {
    input: Mutex<ChildStdin>,
    inboxes: Inboxes,
    calls: AtomicU64,
    /// What it wrote to standard error.
    said: File,
}

static CHROMIUM: LazyLock<Result<Chromium, String>> = LazyLock::new(Chromium::start);

/// The session of the browser itself, in which tabs are opened.
static BROWSER: LazyLock<Mutex<Session>> = LazyLock::new(|| Mutex::new(Session::new("")));

impl Chromium {
    fn start() -> Result<Self, String> {
        let there =
            |name: &&&str| Command::new("sh").args(["-c", &format!("command -v {name}")]).output().is_ok_and(|it| it.status.success());
        let Some(name) = NAMES.iter().find(there) else {
            return Err(format!("no browser: none of {NAMES:?} is installed; `bash tests/run` installs one"));
        };
        let said = tempfile::tempfile().unwrap();
        let profile = tempfile::tempdir().unwrap().keep();
        let mut child = Command::new("sh")
            .args(["-c", START, "sh"])
            .arg(&profile)
            .arg(name)
            .args(FLAGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(said.try_clone().unwrap())
            .spawn()
            .unwrap();
        let inboxes = Inboxes::new(Mutex::new(Some(BTreeMap::new())));
        let (output, routes) = (child.stdout.take().unwrap(), inboxes.clone());
        let input = Mutex::new(child.stdin.take().unwrap());
        std::thread::spawn(move || {
            deliver(output, &routes);
            // It has closed its output: nothing is left of it but its exit.
            child.wait()
        });
        Ok(Self { input, inboxes, calls: AtomicU64::new(1), said })
    }

    /// Its last words.
    fn said(&self) -> String {
        let mut text = vec![0; 4000];
        let length = self.said.metadata().unwrap().len();
        let read = self.said.read_at(&mut text, length.saturating_sub(4000)).unwrap();
        format!("Chromium said:\n{}", String::from_utf8_lossy(&text[..read]))
    }
}

/// Puts each message into the inbox of its session until the browser is gone.
fn deliver(output: ChildStdout, inboxes: &Inboxes) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while output.by_ref().read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
        let Ok(message) = serde_json::from_slice::<Value>(bytes.strip_suffix(&[0]).unwrap_or(&bytes)) else { break };
        let session = message["sessionId"].as_str().unwrap_or_default();
        if let Some(inbox) = inboxes.lock().unwrap().as_ref().and_then(|it| it.get(session)) {
            // A tab that was closed hears no more.
            let _ = inbox.send(message);
        }
        bytes.clear();
    }
    *inboxes.lock().unwrap() = None;
}

/// Calls to one tab, and what it tells by itself.
pub struct Session {
    id: String,
    inbox: Receiver<Value>,
    /// Events in their order, not yet looked at.
    pub events: Vec<Value>,
}

impl Session {
    fn new(id: &str) -> Self {
        let chromium = CHROMIUM.as_ref().unwrap_or_else(|error| panic!("{error}"));
        let (sender, inbox) = channel();
        if let Some(inboxes) = chromium.inboxes.lock().unwrap().as_mut() {
            inboxes.insert(id.to_owned(), sender);
        }
        Self { id: id.to_owned(), inbox, events: Vec::new() }
    }

    /// The session of a new tab.
    pub fn open() -> Self {
        let mut browser = BROWSER.lock().unwrap_or_else(|error| panic!("the browser could not be started: {error}"));
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].take();
        let session = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        Self::new(session["sessionId"].as_str().unwrap())
    }

    fn chromium(&self) -> &'static Chromium {
        CHROMIUM.as_ref().unwrap()
    }

    /// Calls without waiting for the answer; the number of the call.
    pub fn send(&self, method: &str, params: Value) -> u64 {
        let chromium = self.chromium();
        let id = chromium.calls.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.id.is_empty() {
            message["sessionId"] = json!(self.id);
        }
        let sent = chromium.input.lock().unwrap().write_all(format!("{message}\0").as_bytes());
        sent.unwrap_or_else(|error| panic!("{method}: {error}; {}", chromium.said()));
        id
    }

    /// The answer to a call.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.until(method, |message| message["id"] == id)
    }

    /// What the next event of this name tells.
    pub fn event(&mut self, name: &str) -> Value {
        self.until(name, |message| message["method"] == name)
    }

    /// The next message that is meant; events before it are kept for later.
    fn until(&mut self, what: &str, meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut message = self.inbox.recv_timeout(PATIENCE).unwrap_or_else(|error| match error {
                RecvTimeoutError::Timeout => panic!("{what}: no answer in {PATIENCE:?}; {}", self.chromium().said()),
                RecvTimeoutError::Disconnected => panic!("{what}: the browser is gone; {}", self.chromium().said()),
            });
            // A dialog stops the page until somebody closes it.
            if message["method"] == "Page.javascriptDialogOpening" {
                self.send("Page.handleJavaScriptDialog", json!({ "accept": false }));
            }
            if let Some(error) = message.get("error").filter(|_| meant(&message)) {
                panic!("{what}: {error}");
            }
            if meant(&message) {
                let part = if message.get("method").is_some() { "params" } else { "result" };
                return message[part].take();
            }
            if message.get("method").is_some() {
                self.events.push(message);
            }
        }
    }
}
