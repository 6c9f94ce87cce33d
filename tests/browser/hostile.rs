//! Whatever is declared is shown as text: it makes no element, runs nothing, asks for nothing and
//! breaks no page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::free::{FREE, Free, project};
use super::nothing;
use super::pages::{LOOK, wrong};
use super::single::WALK;
use super::site::{SINGLE, Site, TODAY};
use super::tab::{Tab, words};

/// What a page makes of declared texts, told by itself.
const MADE: &str = include_str!("hostile.js");

/// Keys of free texts that no page of this project shows.
const UNSHOWN: &[&str] = &[
    ".parameter-names",
    "adequacy.ref",
    "adequacy.scope",
    "articles.says",
    "articles.title",
    "bases.title",
    "calls.feature",
    "calls.parameters",
    "categories.group",
    "conditions.title",
    "countries.title",
    "dpia.consulted",
    "dpia.ref",
    "dpia.residual",
    "endpoints.at",
    "endpoints.feature",
    "endpoints.parameters",
    "evidence.files",
    "evidence.first-party",
    "evidence.persona",
    "informed.why",
    "justified.why",
    "kinds.asks",
    "kinds.title",
    "mechanisms.adequacy",
    "mechanisms.title",
    "parameters.feature",
    "parameters.is",
    "sends.assessment",
    "signatures.packages",
    "signatures.scripts",
    "signatures.source",
    "signatures.tags",
    "signatures.templates",
    "teams.contact",
    "transforms.title",
    "vendors.hosts",
    "vendors.matches",
    "vendors.source",
];

/// Texts that would be something else than text, where a page let them.
const MARKUP: &[&str] = &[
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>",
    "\" onload=\"window.pwned=1",
    "' onfocus='window.pwned=1' autofocus tabindex='0",
    "</style><script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</title><svg onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "{{ 7*7 }}{% include \"x\" %}{# x #}",
    "$& $1 ${7*7} %3Cscript%3E",
    "]]> --> &lt;b&gt; \\u003cb\\u003e \\",
    "=cmd|' /C calc'!A0",
    "zero\u{200b}\u{200d}\u{feff}width",
    "e\u{301}\u{302}\u{303}\u{323}\u{331}",
    "\u{1f469}\u{200d}\u{1f4bb}\u{1f1f8}\u{1f1ea} \u{2028}\u{2029}",
    "<!--",
    "\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
];

/// What pages made of a text, and what they did meanwhile.
struct Told {
    made: BTreeMap<String, Value>,
    wrong: Vec<String>,
}

impl Told {
    /// Opens pages of the project with this text in every place.
    fn of(text: &str, pages: impl Fn(&Site) -> Vec<String>) -> Self {
        let site = Site::of(project(text).path(), TODAY);
        let mut tab = Tab::new();
        let mut told = Self { made: BTreeMap::new(), wrong: Vec::new() };
        for page in pages(&site) {
            tab.open(&site.path(&page));
            let look = tab.eval(LOOK);
            let made = tab.eval(&format!("({MADE})({})", json!(text)));
            told.wrong.extend(tab.did().into_iter().map(|it| format!("{page}: {it}")).chain(wrong(&page, &look)));
            told.made.insert(page, made);
        }
        told
    }

    /// The keys whose texts stand somewhere: `shown` in any way, or `whole`.
    fn keys(&self, how: &str) -> BTreeSet<String> {
        let marks: BTreeSet<&str> = self.made.values().flat_map(|it| words(&it[how])).collect();
        FREE.iter().filter(|it| marks.contains(it.mark.as_str())).map(Free::key).collect()
    }

    /// Fails where pages with this text differ from those with a calm one by more than the text.
    fn hold(&self) {
        let known: BTreeSet<&str> = CALM.made.values().flat_map(|it| words(&it["made"])).collect();
        let mut wrong = self.wrong.clone();
        for (page, made) in &self.made {
            let mut hold = |holds: bool, what: String| {
                if !holds {
                    wrong.push(format!("{page}: {what}"));
                }
            };
            hold(made["pwned"] == Value::Null, "runs what is declared".to_owned());
            hold(made["active"] == CALM.made[page]["active"], format!("has {} scripts, styles and the like", made["active"]));
            hold(made["schemes"] == json!(["file:"]), format!("leads to {}", made["schemes"]));
            hold(made["turned"] == json!([]), format!("runs from right to left: {}", made["turned"]));
            for new in words(&made["made"]).filter(|it| !known.contains(it)) {
                hold(false, format!("a text makes `{new}`"));
            }
        }
        nothing(&wrong);
    }

    /// Fails too where a text is not shown, or nowhere as it was declared.
    fn hold_all(&self) {
        self.hold();
        let (shown, whole) = (self.keys("shown"), self.keys("whole"));
        let wrong = FREE.iter().map(Free::key).collect::<BTreeSet<_>>().into_iter().filter_map(|key| {
            match (shown.contains(&key), UNSHOWN.contains(&key.as_str())) {
                (false, false) => Some(format!("no page shows `{key}`: is it read and dropped? Else list it in UNSHOWN")),
                (true, true) => Some(format!("`{key}` is shown: take it off UNSHOWN")),
                (true, false) if !whole.contains(&key) => Some(format!("`{key}` is nowhere shown as it was declared")),
                _ => None,
            }
        });
        nothing(&wrong.collect::<Vec<_>>());
    }
}

/// What pages make of a text that wants nothing.
static CALM: LazyLock<Told> = LazyLock::new(|| Told::of(CALM_TEXT, every));

const CALM_TEXT: &str = "a text with a longlonglonglonglonglonglonglonglonglong word ";

fn every(site: &Site) -> Vec<String> {
    site.pages.clone()
}

/// All of it in one text.
fn markup() -> String {
    format!("{} ", MARKUP.join(" "))
}

#[test]
fn markup_is_shown_as_text() {
    Told::of(&markup(), every).hold_all();
}

/// In one file a text could reach more than its own page.
#[test]
fn markup_is_text_in_one_file_too() {
    let made = |text: &str| {
        let site = Site::single(project(text).path(), TODAY);
        let mut tab = Tab::new();
        tab.open(&site.path(SINGLE));
        let walk = tab.eval(WALK);
        nothing(&words(&walk).map(str::to_owned).chain(tab.did()).collect::<Vec<_>>());
        tab.eval(&format!("({MADE})({})", json!(text)))
    };
    let (calm, made) = (made(CALM_TEXT), made(&markup()));
    assert_eq!(made["pwned"], Value::Null);
    assert_eq!(made["active"], calm["active"]);
    assert_eq!(made["schemes"], json!(["file:"]));
    let known: BTreeSet<&str> = words(&calm["made"]).collect();
    assert_eq!(words(&made["made"]).filter(|it| !known.contains(it)).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn no_link_is_made_of_what_runs() {
    Told::of("javascript:window.pwned=1//", every).hold_all();
}

#[test]
fn a_word_of_ten_thousand_letters_breaks() {
    Told::of(&"x".repeat(10_000), Site::kinds).hold();
}
