//! The register in one file: it opens from disk, shows one page at a time and prints as a whole.

use serde_json::{Value, json};

use super::nothing;
use super::pages::{LOOK, dead_links};
use super::print::sheets;
use super::site::{SINGLE, Site, example};
use super::tab::{Tab, words};

/// Goes to every page of the file and tells what is wrong there.
pub const WALK: &str = r##"(async () => {
    const pages = [...document.querySelectorAll("article.page")], wrong = [];
    const seen = () => pages.filter(it => it.checkVisibility()).map(it => it.id);
    for (const page of pages) {
        const heard = new Promise(done => addEventListener("hashchange", done, { once: true }));
        location.hash = "#" + page.id;
        await heard;
        const lang = page.closest(".edition").lang;
        if (seen().join() !== page.id) wrong.push(`${page.id}: shows ${seen()}`);
        if (document.title !== page.dataset.title) wrong.push(`${page.id}: is called ${document.title}`);
        if (document.documentElement.lang !== lang) wrong.push(`${page.id}: is said to be in ${document.documentElement.lang}`);
        if (page.querySelectorAll("h1").length !== 1) wrong.push(`${page.id}: has not one h1`);
        const header = page.closest(".edition").querySelector("header");
        const here = [...header.querySelectorAll("nav [aria-current]")];
        if (page.dataset.list !== "contents" && here.length !== 1) wrong.push(`${page.id}: ${here.length} entries of the navigation`);
        for (const other of header.querySelectorAll(".languages a"))
            if (document.getElementById(decodeURIComponent(other.hash.slice(1)))?.lang === lang) wrong.push(`${page.id}: stays in its language`);
        if (scrollY > 0) wrong.push(`${page.id}: begins below its top`);
    }
    return wrong;
})()"##;

fn single(name: &str) -> Site {
    let (project, today) = example(name);
    Site::single(&project, &today)
}

fn shown(tab: &mut Tab) -> Value {
    tab.eval("Array.from(document.querySelectorAll('article.page')).filter(it => it.checkVisibility()).map(it => it.id)")
}

#[test]
fn one_file_shows_one_page_at_a_time_and_asks_for_nothing() {
    let site = single("insurer");
    let path = site.path(SINGLE);
    let mut tab = Tab::new();
    tab.open(&path);
    assert_eq!(shown(&mut tab), json!(["index"]), "opens with the overview");
    let look = tab.eval(LOOK);
    assert_eq!(look["twice"], json!([]));
    nothing(&dead_links(&[(path.to_str().unwrap().to_owned(), look)].into()));
    let wrong = tab.eval(WALK);
    nothing(&words(&wrong).map(str::to_owned).collect::<Vec<_>>());
    nothing(&tab.did());
}

#[test]
fn a_place_in_one_file_is_shown_on_its_page() {
    let site = single("insurer");
    let path = site.path(SINGLE);
    let mut tab = Tab::new();
    tab.open(&path);
    let last = tab.eval("Array.from(document.querySelectorAll('article.gap')).at(-1).id");
    tab.open_at(&path, &format!("#{}", last.as_str().unwrap()));
    assert_eq!(shown(&mut tab), json!(["en/gaps"]));
    let top = tab.eval("document.getElementById(location.hash.slice(1)).getBoundingClientRect().top").as_f64().unwrap();
    assert!((0.0..800.0).contains(&top), "{last} is at {top}");
    // An address that means nothing, or is none, leads to the overview.
    for place in ["#nothing", "#%E0%A4%A", "#%3Cimg%20src=x%20onerror=window.pwned=1%3E"] {
        tab.open_at(&path, place);
        assert_eq!(shown(&mut tab), json!(["index"]), "{place}");
        nothing(&tab.did());
    }
}

#[test]
fn everything_is_found_in_one_file() {
    let site = single("insurer");
    let mut tab = Tab::new();
    tab.open_at(&site.path(SINGLE), "#en/recipients/adobe");
    tab.tab_to(".find input");
    tab.write("meta adv");
    tab.press("Enter");
    assert_eq!(tab.eval("new Promise(done => setTimeout(() => done(location.hash)))"), "#en/search?q=meta+adv");
    assert_eq!(shown(&mut tab), json!(["en/search"]));
    tab.tab_to("[id='en/search'] .names a");
    tab.press("Enter");
    assert_eq!(tab.eval("new Promise(done => setTimeout(() => done(location.hash)))"), "#en/recipients/meta-ads");
    assert_eq!(shown(&mut tab), json!(["en/recipients/meta-ads"]));
    nothing(&tab.did());
}

#[test]
fn the_whole_register_prints_from_its_contents() {
    let site = single("health-quiz");
    let mut tab = Tab::new();
    tab.open_at(&site.path(SINGLE), "#contents");
    let all = tab.eval("document.querySelectorAll('.edition:first-of-type article.page').length").as_u64().unwrap();
    let whole = sheets(&mut tab);
    assert!(whole >= all, "{all} pages on {whole} sheets");
    assert_eq!(shown(&mut tab), json!(["contents"]), "as before");
    tab.eval("location.hash = '#retention'");
    let one = sheets(&mut tab);
    assert!(one < all / 2, "one page on {one} sheets, all on {whole}");
    nothing(&tab.did());
}

#[test]
fn without_a_script_one_file_shows_everything() {
    let site = single("minimal");
    let mut tab = Tab::new();
    tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    tab.open(&site.path(SINGLE));
    let all = tab.eval("document.querySelectorAll('article.page').length");
    assert_eq!(json!(shown(&mut tab).as_array().unwrap().len()), all);
}
