//! Ten thousand exposures are searched in a page.

use std::fmt::Write;
use std::fs;

use tempfile::TempDir;

use super::nothing;
use super::script::{figures, rows};
use super::site::{Site, TODAY};
use super::tab::Tab;

const SYSTEMS: usize = 100;
const FIELDS: usize = 10;
const RECIPIENTS: usize = 10;

/// Rows that are shown at a time.
const STEP: usize = 200;

/// Every system sends every field to every recipient.
fn project() -> TempDir {
    let fields: Vec<String> = (0..FIELDS).map(|it| format!("field{it:02}")).collect();
    let mut yaml = "subjects: { buyer: Buyer }\nactivities: { orders: { purpose: To deliver, basis: contract } }\nfields:\n".to_owned();
    for field in &fields {
        writeln!(yaml, "  {field}: contact.email").unwrap();
    }
    yaml.push_str("recipients:\n");
    for recipient in 0..RECIPIENTS {
        writeln!(yaml, "  partner{recipient:02}: {{ role: processor, kind: saas, country: SE }}").unwrap();
    }
    yaml.push_str("systems:\n");
    let sends: Vec<String> = (0..RECIPIENTS).map(|it| format!("partner{it:02}: {{ fields: all, for: orders }}")).collect();
    let (fields, sends) = (fields.join(", "), sends.join(", "));
    for system in 0..SYSTEMS {
        writeln!(yaml, "  system{system:03}: {{ collects: {{ buyer: {{ fields: [{fields}], for: orders }} }}, sends: {{ {sends} }} }}")
            .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("registry")).unwrap();
    fs::write(folder.path().join("registry/all.yaml"), yaml).unwrap();
    fs::write(folder.path().join("ropa.yaml"), "version: 1\norganisation: { name: Example AB, country: SE }\n").unwrap();
    folder
}

#[test]
fn ten_thousand_exposures_are_searched_in_a_page() {
    let site = Site::of(project().path(), TODAY);
    let mut tab = Tab::new();
    tab.open(&site.path("search.html"));
    let said = |tab: &mut Tab| figures(&tab.eval("document.querySelector('p.found').textContent"));
    let all = (SYSTEMS * FIELDS * RECIPIENTS) as u64;
    assert_eq!(said(&mut tab), [all, all]);
    for (name, asked, found) in [
        ("q", "FIELD07", SYSTEMS * RECIPIENTS),
        ("recipient", "partner03", SYSTEMS),
        ("q", "field07 none-such", 0),
        ("q", "", SYSTEMS * FIELDS),
    ] {
        let time = tab.eval(&format!(
            "(field => {{ const start = performance.now(); field.value = '{asked}'; field.dispatchEvent(new Event('input', {{ bubbles: true }})); return performance.now() - start; }})(document.querySelector('.explore [name={name}]'))"
        ));
        println!("{name} = {asked:?}: {found} of {all} in {time} ms");
        let said = said(&mut tab);
        assert_eq!(said, if found > 0 { vec![found as u64, all] } else { vec![] }, "{name} = {asked}");
        let rows = rows(&mut tab, "table.found");
        assert_eq!(rows.len(), found.min(STEP));
        assert!(rows.iter().all(|row| row.iter().any(|it| it.eq_ignore_ascii_case(asked)) || asked.is_empty()), "{rows:?}");
    }
    // What is not shown at once is shown by key.
    tab.eval("document.querySelector('button.more').focus()");
    tab.press("Enter");
    assert_eq!(rows(&mut tab, "table.found").len(), 2 * STEP);
    nothing(&tab.did());
}
