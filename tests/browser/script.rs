//! What the script of the pages does: find, filter, sort, all of it by key.

use serde_json::{Value, json};

use super::site::Site;
use super::tab::{Tab, words};

/// The rows of a table that are to be seen, each with its cells.
pub fn rows(tab: &mut Tab, table: &str) -> Vec<Vec<String>> {
    let rows = tab.eval(&format!(
        "Array.from(document.querySelectorAll('{table} tbody tr')).filter(it => it.checkVisibility())
            .map(row => Array.from(row.cells, it => it.textContent.trim()))"
    ));
    rows.as_array().unwrap().iter().map(|row| words(row).map(str::to_owned).collect()).collect()
}

/// The figures of a text, in the order in which they come.
pub fn figures(text: &Value) -> Vec<u64> {
    let spaces = ['\u{a0}', '\u{202f}', ',', '.'];
    let joined: String = text.as_str().unwrap().chars().filter(|it| !spaces.contains(it)).collect();
    joined.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
}

#[test]
fn a_heading_sorts_its_table_by_key() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.open(&site.path("recipients.html"));
    let column = tab.eval("Array.from(document.querySelectorAll('thead th')).findIndex(it => it.classList.contains('number'))");
    let column = column.as_u64().unwrap() as usize;
    let sorted = "Array.from(document.querySelectorAll('thead th'), it => it.ariaSort)";
    let numbers = |tab: &mut Tab| -> Vec<u64> { rows(tab, "table").iter().map(|it| it[column].parse().unwrap()).collect() };
    let before = rows(&mut tab, "table");
    assert!(before.len() > 12 && !numbers(&mut tab).is_sorted(), "{before:?}");
    tab.tab_to("th.number button");
    for (direction, ascending) in [("ascending", true), ("descending", false), ("ascending", true)] {
        tab.press("Enter");
        let found = numbers(&mut tab);
        assert!(if ascending { found.is_sorted() } else { found.is_sorted_by(|a, b| a >= b) }, "{direction}: {found:?}");
        let said = tab.eval(sorted);
        let said: Vec<&Value> = said.as_array().unwrap().iter().collect();
        let wanted = |at: usize| if at == column { json!(direction) } else { Value::Null };
        assert!(said.iter().enumerate().all(|(at, it)| **it == wanted(at)), "{said:?}");
        assert_eq!(tab.eval("document.activeElement.matches('th.number button')"), true, "the focus stays");
    }
    // Another column takes over, and no row is lost.
    tab.tab_to("th:first-child button");
    tab.press("Enter");
    assert_eq!(tab.eval(sorted)[0], "ascending");
    assert_eq!(tab.eval(sorted)[column], Value::Null);
    let (mut before, mut after) = (before, rows(&mut tab, "table"));
    let names: Vec<String> = after.iter().map(|it| it[0].to_lowercase()).collect();
    assert!(names.is_sorted(), "{names:?}");
    before.sort();
    after.sort();
    assert_eq!(before, after);
    assert_eq!(tab.did(), Vec::<String>::new());
}

#[test]
fn a_field_above_a_long_table_filters_its_rows() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.open(&site.path("recipients.html"));
    let all = rows(&mut tab, "table");
    tab.tab_to(".filter input");
    tab.write("Google usa");
    let wanted: Vec<_> =
        all.iter().filter(|row| ["google", "usa"].iter().all(|it| row.join(" ").to_lowercase().contains(it))).cloned().collect();
    assert!(!wanted.is_empty() && wanted.len() < all.len(), "{wanted:?}");
    assert_eq!(rows(&mut tab, "table"), wanted);
    let said = tab.eval("document.querySelector('.filter [role=status]').textContent");
    assert_eq!(figures(&said), [wanted.len() as u64, all.len() as u64], "{said}");
    tab.write("no such thing");
    assert_eq!(rows(&mut tab, "table").len(), 0);
    tab.eval("document.activeElement.select()");
    tab.press("\u{8}");
    assert_eq!(tab.did(), Vec::<String>::new());
}

#[test]
fn everything_is_found_from_every_page() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.open(&site.path("en/activities/ads-audiences.html"));
    tab.tab_to(".find input");
    tab.write("meta adv");
    tab.leave(|tab| tab.press("Enter"));
    let here = tab.eval("decodeURIComponent(location.pathname)");
    assert!(here.as_str().unwrap().ends_with("/en/search.html"), "{here}");
    assert_eq!(tab.eval("document.querySelector('.explore input').value"), "meta adv");
    let names = tab.eval("Array.from(document.querySelectorAll('.names a'), it => it.textContent)");
    assert_eq!(names, json!(["Meta, advertising"]));
    // What is found leads to its page.
    tab.tab_to(".names a");
    tab.leave(|tab| tab.press("Enter"));
    let here = tab.eval("decodeURIComponent(location.pathname)");
    assert!(here.as_str().unwrap().ends_with("/en/recipients/meta-ads.html"), "{here}");
}

#[test]
fn a_question_stands_in_the_address() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.open_at(&site.path("en/search.html"), "#?q=segment&recipient=Meta%2C+advertising");
    assert_eq!(tab.eval("document.querySelector('[name=q]').value"), "segment");
    assert_eq!(tab.eval("document.querySelector('[name=recipient]').value"), "Meta, advertising");
    let found = rows(&mut tab, "table.found");
    assert!(!found.is_empty() && found.iter().all(|it| it.join(" ").contains("Meta, advertising")), "{found:?}");
    tab.eval("document.querySelector('[name=q]').focus()");
    tab.write("x");
    let asked = tab.eval("location.hash");
    assert_eq!(asked, "#?q=segmentx&recipient=Meta%2C+advertising");
    // Whatever it says, it is a text.
    tab.open_at(&site.path("en/search.html"), "#?q=%22%3E%3Cimg%20src=x%20onerror=window.pwned=1%3E&recipient=%3Cscript%3E&form=%E0%A4%A");
    assert_eq!(tab.eval("window.pwned ?? document.images.length"), 0);
    assert_eq!(tab.did(), Vec::<String>::new());
}

#[test]
fn a_link_to_a_place_on_a_page_leads_there() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.open(&site.path("gaps.html"));
    let last = tab.eval("Array.from(document.querySelectorAll('article.gap')).at(-1).id");
    tab.open_at(&site.path("gaps.html"), &format!("#{}", last.as_str().unwrap()));
    let top = tab.eval("document.querySelector(location.hash).getBoundingClientRect().top").as_f64().unwrap();
    assert!((0.0..800.0).contains(&top), "{last} is at {top}");
}

#[test]
fn the_same_page_is_there_in_the_other_language() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    for page in ["activities/ads-audiences.html", "gaps.html"] {
        tab.open(&site.path(page));
        assert_eq!(tab.eval("document.documentElement.lang"), "sv");
        for (lang, shown) in [("en", format!("/en/{page}")), ("sv", format!("/{page}"))] {
            tab.tab_to(&format!(".languages a[lang={lang}]"));
            tab.leave(|tab| tab.press("Enter"));
            let here = tab.eval("decodeURIComponent(location.pathname)");
            assert!(here.as_str().unwrap().ends_with(&shown), "{here}");
            assert_eq!(tab.eval("document.documentElement.lang"), lang);
        }
    }
}
