//! On paper: everything of a page, within its width.

use serde_json::json;

use super::nothing;
use super::site::Site;
use super::tab::Tab;

/// What is left of A4 between margins of 14 mm, upright and lying, in CSS pixels.
const UPRIGHT: u32 = 687;
const LYING: u32 = 1016;

/// How much wider than the paper the page is, and each element whose text is cut off.
const CUT: &str = r#"(() => {
    const wide = document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth;
    const cut = [...document.querySelectorAll("body *")].filter(it => {
        const style = getComputedStyle(it);
        const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
        const more = it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1;
        // What only readers of the screen hear is one pixel large.
        return clips && more && it.clientWidth > 1;
    });
    return (wide > 0 ? [`${wide} px wider than the paper`] : []).concat(cut.map(it => `cut off: ${it.outerHTML.slice(0, 200)}`));
})()"#;

#[test]
fn nothing_is_cut_off_on_paper() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    tab.media("print", "light");
    let mut wrong = Vec::new();
    for page in &site.pages {
        tab.open(&site.path(page));
        let lies = tab.eval("getComputedStyle(document.body).page") != "auto";
        tab.screen(if lies { LYING } else { UPRIGHT }, 1000);
        let cut = tab.eval(CUT);
        wrong.extend(cut.as_array().unwrap().iter().map(|it| format!("{page}: {it}")));
    }
    nothing(&wrong);
}

#[test]
fn a_record_fills_sheets() {
    let site = Site::of_example("insurer");
    let mut tab = Tab::new();
    assert_eq!(sheets(&mut tab), 1, "an empty page");
    tab.open(&site.path("activities/ads-audiences.html"));
    assert!(sheets(&mut tab) > 1);
}

/// The number of sheets that the open page prints on.
pub fn sheets(tab: &mut Tab) -> u64 {
    let pdf = tab.call("Page.printToPDF", json!({ "printBackground": true, "preferCSSPageSize": true }));
    let pdf = pdf["data"].as_str().unwrap();
    tab.eval(&format!(r#"(atob("{pdf}").match(/\/Type\s*\/Page\b/g) ?? []).length"#)).as_u64().unwrap()
}
