//! What the register says of other repositories: their models, and which systems are a neighbour's.

use std::fs;

use ropa::source::bundle;

use super::folders::Folder;
use super::{CRM, Repository, SHOP};

/// The register of the shop with a model, with the pages that are looked at.
fn pages<const N: usize>(imports: &str, model: &str, paths: [&str; N]) -> [String; N] {
    let shop = Repository { settings: &format!("imports: {imports}\n"), ..SHOP };
    let folder = Folder::of(&[("ropa.yaml", &shop.settings()), ("registry/all.yaml", shop.declares), ("models/crm.yaml", model)]);
    let (code, text) = folder.run("render --today 2026-09-01 . --out register");
    assert_eq!(code, 0, "{text}");
    paths.map(|path| fs::read_to_string(folder.0.path().join("register").join(path)).unwrap().replace("<wbr>", ""))
}

const PAGES: [&str; 5] = ["sources.html", "systems.html", "systems/crm_hub.html", "recipients.html", "recipients/crm_mailer.html"];

#[test]
fn the_page_of_sources_lists_each_model() {
    let model = bundle("crm", Some("2026-08 <b>"), [("ropa.yaml", CRM.settings().as_str()), ("registry/all.yaml", CRM.declares)]).unwrap();
    let [sources, ..] = pages("{ crm: models/crm.yaml }", &model, PAGES);
    let at = sources.find("<section id=\"imports\">").unwrap();
    let (own, imports) = sources.split_at(at);
    let imports = &imports[..imports.find("</section>").unwrap()];
    for said in ["<span class=\"id\">crm</span>", "neighbour", "models/crm.yaml", "ropa.yaml:4", "2026-08 &lt;b&gt;"] {
        assert!(imports.contains(said), "{said}: {imports}");
    }
    // One system and one recipient, which are none of the project's own.
    assert_eq!(imports.matches("<td class=\"number\">1</td>").count(), 2, "{imports}");
    assert!(!own.contains("crm:registry/all.yaml") && !own.contains("models/crm.yaml"), "{own}");
    // A model that says nothing of its revision, and none at all.
    let [sources, ..] = pages("{ crm: models/crm.yaml }", &CRM.model(), PAGES);
    assert!(sources.contains("<section id=\"imports\">"));
    let alone = Folder::of(&[("ropa.yaml", "version: 1\n"), ("registry/all.yaml", "systems: { s: {} }\n")]);
    alone.run("render --today 2026-09-01 . --out register");
    assert!(!fs::read_to_string(alone.0.path().join("register/sources.html")).unwrap().contains("id=\"imports\""));
}

#[test]
fn what_a_neighbour_declares_is_marked_and_what_is_taken_on_whole_is_not() {
    let [_, systems, system, recipients, recipient] = pages("{ crm: models/crm.yaml }", &CRM.model(), PAGES);
    for page in [&systems, &system, &recipients, &recipient] {
        assert_eq!(page.matches("<span class=\"badge neighbour\">neighbour: crm</span>").count(), 1, "{page}");
    }
    let whole = pages("{ crm: { from: models/crm.yaml, whole: true } }", &CRM.model(), PAGES);
    assert!(whole.iter().all(|page| !page.contains("badge neighbour")));
    assert!(whole[0].contains("taken on whole"));
}

#[test]
fn a_model_states_its_revision_where_it_is_given() {
    let crm = Folder::of(&[("ropa.yaml", &CRM.settings().replace("imports", "# imports")), ("registry/all.yaml", CRM.declares)]);
    assert!(!crm.run("export model").1.contains("revision"));
    let (code, model) = crm.run("export model --revision '1a2b: \"c\"'");
    assert_eq!(code, 0);
    assert!(model.contains("\nrevision: \"1a2b: \\\"c\\\"\"\n"), "{model}");
    let (code, text) = crm.run("export json --revision x");
    assert_eq!(code, 2);
    assert!(text.contains("`--revision` is for model"), "{text}");
    let broken = CRM.model().replace("files:\n", "revision: [a]\nfiles:\n");
    let shop = Folder::of(&[("ropa.yaml", &SHOP.settings()), ("registry/all.yaml", SHOP.declares), ("models/crm.yaml", &broken)]);
    let (_, text) = shop.run("check --today 2026-09-01");
    assert!(text.contains("its `revision` is a list, not a text"), "{text}");
}
