//! axe-core finds nothing against WCAG 2.2 A and AA on a page of each kind, in light and in dark, on
//! a desktop and on a telephone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::nothing;
use super::site::{SINGLE, Site, example};
use super::tab::Tab;

/// Where `tests/run` puts it.
const AXE: &str = "target/tests/axe-core-4.14.1/package/axe.min.js";

/// Each element that breaks a rule, a line each.
const RUN: &str = r#"axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] })
    .then(found => found.violations.flatMap(rule => rule.nodes.map(it =>
        `${rule.id}: ${it.html.slice(0, 150)}: ${it.failureSummary.replace(/\s+/g, " ")}`)))"#;

const DESKTOP: u32 = 1280;
const TELEPHONE: u32 = 360;

/// A tab whose pages can be asked by axe-core.
fn tab() -> Tab {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(AXE);
    let axe = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{AXE}: {error}; `bash tests/run` fetches it"));
    let mut tab = Tab::new();
    tab.before_each_page(&axe);
    tab
}

/// What it finds on the page that is open.
fn found(tab: &mut Tab) -> Vec<String> {
    tab.eval(RUN).as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn axe_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    fs::write(&page, r#"<html><title>A</title><p style="color: #999; background: #fff">Pale<input></html>"#).unwrap();
    let mut tab = tab();
    tab.open(&page);
    let found = found(&mut tab).join("\n");
    for rule in ["html-has-lang: <html", "color-contrast: <p", "label: <input"] {
        assert!(found.contains(rule), "{rule}:\n{found}");
    }
}

#[test]
fn everybody_can_read_every_kind_of_page() {
    let site = Site::of_example("insurer");
    let (project, today) = example("minimal");
    let single = Site::single(&project, &today);
    let mut pages: Vec<PathBuf> = site.kinds().iter().map(|it| site.path(it)).collect();
    pages.push(single.path(SINGLE));
    let (insurer, day) = example("insurer");
    let compared = Site::since(&insurer, &day, &project);
    pages.push(compared.path("changes.html"));
    let mut tab = tab();
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in pages {
        tab.open(&page);
        for width in [DESKTOP, TELEPHONE] {
            tab.screen(width, 800);
            for scheme in ["light", "dark"] {
                tab.media("", scheme);
                for what in found(&mut tab) {
                    wrong.entry(what).or_default().push(format!("{} ({scheme}, {width} px)", page.display()));
                }
            }
        }
    }
    let told = |(what, pages): (&String, &Vec<String>)| format!("{what}\n  on {}: {}", pages.len(), pages[..pages.len().min(4)].join(", "));
    nothing(&wrong.iter().map(told).collect::<Vec<_>>());
}
