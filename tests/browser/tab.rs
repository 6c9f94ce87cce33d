//! A tab: opens pages and tells what they did.

use std::path::Path;

use serde_json::{Value, json};

use super::chromium::Session;

pub struct Tab(Session);

impl Drop for Tab {
    fn drop(&mut self) {
        self.0.send("Page.close", json!({}));
    }
}

impl Tab {
    /// A tab of a desktop's size, in light colours.
    pub fn new() -> Self {
        let mut tab = Self(Session::open());
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"] {
            tab.0.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        tab.screen(1280, 800);
        tab.media("", "light");
        tab
    }

    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.0.call(method, params)
    }

    pub fn screen(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Shows pages in `print` or, where nothing is said, as they come, in `light` or `dark`.
    pub fn media(&mut self, media: &str, scheme: &str) {
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": scheme }));
    }

    /// Runs a script in each page to come, before its own; no policy of the page stops it.
    pub fn before_each_page(&mut self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Opens a page from disk and waits until it has loaded.
    pub fn open(&mut self, page: &Path) {
        self.open_at(page, "");
    }

    /// Opens a page with what stands behind its address, such as `#place`.
    pub fn open_at(&mut self, page: &Path, place: &str) {
        if !place.is_empty() {
            // Another place on a page that is open already would not load it again.
            self.go("about:blank");
        }
        self.go(&format!("file://{}{place}", page.to_str().unwrap()));
    }

    fn go(&mut self, url: &str) {
        self.0.events.clear();
        let answer = self.call("Page.navigate", json!({ "url": url }));
        assert!(answer.get("errorText").is_none(), "{url}: {answer}");
        self.0.event("Page.loadEventFired");
    }

    /// Does what leads to another page and waits until that has loaded.
    pub fn leave(&mut self, act: impl FnOnce(&mut Self)) {
        self.0.events.clear();
        act(self);
        if !self.0.events.iter().any(|it| it["method"] == "Page.loadEventFired") {
            self.0.event("Page.loadEventFired");
        }
    }

    /// Presses a key: `Tab`, `Enter` or a letter.
    pub fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            _ => (0, key),
        };
        let press = json!({ "type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
        self.call("Input.dispatchKeyEvent", press);
        self.call("Input.dispatchKeyEvent", json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code }));
    }

    /// Types a word into what has the focus.
    pub fn write(&mut self, word: &str) {
        word.chars().for_each(|it| self.press(&it.to_string()));
    }

    /// Goes from one thing to the next by key until this one has the focus.
    pub fn tab_to(&mut self, what: &str) {
        let reached = format!("document.activeElement.matches({})", json!(what));
        for _ in 0..400 {
            self.press("Tab");
            if self.eval(&reached) == true {
                return;
            }
        }
        panic!("`{what}` is not reached by key");
    }

    /// The value of an expression, awaited.
    pub fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", asked);
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].take()
    }

    /// What pages did, since the last one was opened or since this was last asked, that no page of a
    /// register does.
    pub fn did(&mut self) -> Vec<String> {
        // What the page set off while it loaded has come before this answer.
        self.eval("new Promise(done => setTimeout(done))");
        let events = std::mem::take(&mut self.0.events);
        events.iter().filter_map(|it| Some(format!("{} {}", it["method"].as_str()?, told(it)?))).collect()
    }
}

/// What an event tells of a page, if no page may do it.
fn told(event: &Value) -> Option<String> {
    let params = &event["params"];
    let bad = |level: &Value| ["error", "warning", "assert"].iter().any(|it| level == it);
    match event["method"].as_str()? {
        // The page itself is the one request that is there.
        "Network.requestWillBeSent" => (params["requestId"] != params["loaderId"]).then(|| params["request"]["url"].to_string()),
        "Runtime.consoleAPICalled" => bad(&params["type"]).then(|| params["args"].to_string()),
        "Log.entryAdded" => bad(&params["entry"]["level"]).then(|| params["entry"].to_string()),
        "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
        // Advice on how a browser could fill in forms is no concern of pages that keep nothing.
        "Audits.issueAdded" => (params["issue"]["code"] != "GenericIssue").then(|| params.to_string()),
        "Network.webSocketCreated"
        | "Page.javascriptDialogOpening"
        | "Page.frameAttached"
        | "Page.frameRequestedNavigation"
        | "Page.windowOpen"
        | "Page.downloadWillBegin" => Some(params.to_string()),
        _ => None,
    }
}

/// The words of a list that a page answered with.
pub fn words(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|it| it.as_str().unwrap())
}
