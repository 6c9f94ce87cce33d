//! The register as pages and as JSON: complete, escaped, in each language, closed in itself.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use ropa::declare::Date;
use ropa::finding::{Basis, Findings, Level, Rule};
use ropa::render::html::{Options, Site};
use ropa::render::{file, json};
use ropa::rules;
use ropa::verdict::{Judged, Verdict};
use ropa::{Answer, answer, answer_texts};

const SETTINGS: &str = "
organisation: { name: Example AB, country: SE, contact: privacy@example.com }
languages: [en, sv]
";

const PROJECT: &str = "
subjects: { visitor: Website visitor }
fields:
  email: contact.email
  page_url: { is: behaviour.pages, reveals: [special.health.pregnancy] }
activities:
  ads: { title: { en: Advertising, sv: Annonsering }, basis: consent }
  shop: { purpose: To sell, basis: contract, retention: 10y after end of contract }
systems:
  website:
    collects: { visitor: { fields: [email, page_url], for: shop } }
    sends: { tag-manager: all }
  tag-manager:
    sends: { ad-platform#pixel: { fields: [page_url], for: ads } }
recipients:
  ad-platform: { name: Ad Platform Ltd, role: controller, country: IE, subprocessors: [ad-cloud] }
  ad-cloud: { name: Ad Cloud Inc, role: processor, country: US, transfer: scc }
";

fn day() -> Date {
    Date::try_from("2026-09-01".to_owned()).unwrap()
}

fn small(project: &str) -> Answer {
    answer_texts(SETTINGS, &[("registry/all.yaml", project)], None, day())
}

fn insurer(on: &str) -> Answer {
    let root = std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/insurer")).unwrap();
    answer(&root, Date::try_from(on.to_owned()).unwrap())
}

/// A verdict on what was found while reading, with nothing waived.
fn verdict(findings: Findings) -> Verdict {
    let judged = findings.sorted().into_iter().map(|finding| Judged { finding, waived: None, answered: None, debt: false });
    Verdict::of(judged.collect(), None)
}

fn known() -> Vec<&'static Rule> {
    rules::all().collect()
}

/// Every page, with templates of a project.
fn site(answer: &Answer, verdict: &Verdict, own: &[(String, String)]) -> anyhow::Result<Vec<(String, String)>> {
    let options = Options { templates: own.to_vec(), ..Options::default() };
    Site::new(&answer.map, &answer.sources, verdict, &known(), options)?.pages()
}

fn pages(mut answer: Answer) -> Vec<(String, String)> {
    let verdict = verdict(std::mem::take(&mut answer.findings));
    site(&answer, &verdict, &[]).unwrap()
}

fn page<'a>(pages: &'a [(String, String)], path: &str) -> &'a str {
    let known: Vec<_> = pages.iter().map(|it| &it.0).collect();
    &pages.iter().find(|it| it.0 == path).unwrap_or_else(|| panic!("no {path} among {known:?}")).1
}

/// The values of an attribute on a page.
fn attributes<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    text.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn there_is_a_page_for_each_activity_and_recipient_in_each_language() {
    let answer = small(PROJECT);
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let pages = pages(answer);
    for folder in ["", "sv/"] {
        for name in [
            "index",
            "matrix",
            "gaps",
            "fields",
            "systems",
            "activities/ads",
            "activities/shop",
            "recipients/ad-platform",
            "recipients/ad-cloud",
        ] {
            page(&pages, &format!("{folder}{name}.html"));
        }
    }
}

#[test]
fn a_record_shows_the_letters_of_article_30_in_order() {
    let pages = pages(small(PROJECT));
    let text = page(&pages, "activities/ads.html");
    let letters: Vec<&str> = text.split("<span class=\"letter\">").skip(1).map(|it| &it[..1]).collect();
    assert_eq!(letters, ["a", "b", "c", "d", "e", "f", "g"]);
    assert!(text.find("beyond Art. 30(1)").unwrap() > text.find("Art. 30(1)(g)").unwrap());
}

#[test]
fn a_processor_keeps_the_record_of_article_30_2() {
    let project =
        PROJECT.replace("shop: { purpose", "shop: { role: processor, on-behalf-of: [client], operations: [order intake], purpose");
    let answer = small(&format!("{project}\ncontrollers: {{ client: {{ name: Client GmbH, contact: dpo@client.example }} }}\n"));
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let pages = pages(answer);
    let text = page(&pages, "activities/shop.html");
    assert_eq!(text.matches("<span class=\"letter\">").count(), 4);
    assert!(text.contains("Client GmbH") && text.contains("order intake"));
}

#[test]
fn recipients_reached_by_two_hops_and_their_sub_processors_are_in_the_record() {
    let pages = pages(small(PROJECT));
    let text = page(&pages, "activities/ads.html");
    assert!(text.contains("Ad Platform Ltd") && text.contains("Ad Cloud Inc") && text.contains("United States"));
    assert!(text.contains("Pregnancy"), "what a page reveals belongs to the record");
    let recipient = page(&pages, "recipients/ad-platform.html");
    let nodes: Vec<&str> =
        recipient.split("<summary>").nth(1).unwrap().split("</summary>").next().unwrap().split("class=\"node\">").skip(1).collect();
    let nodes: Vec<&str> = nodes.into_iter().map(|it| it.split('<').next().unwrap()).collect();
    assert_eq!(nodes, ["visitor", "website", "tag-manager", "ad-platform"]);
}

#[test]
fn what_nobody_has_said_is_said_to_be_missing() {
    let pages = pages(small(PROJECT));
    let text = page(&pages, "activities/ads.html");
    for key in ["purpose", "retention", "security", "dpia", "organisation.dpo"] {
        let said = format!("to be declared under</span> <code>{key}</code>");
        assert!(text.contains(&said), "{key}");
    }
    for (path, text) in &pages {
        assert!(!text.contains("<td></td>") && !text.contains("<dd></dd>"), "an empty cell in {path}");
    }
}

#[test]
fn anonymised_data_are_no_part_of_a_record() {
    let project = "
subjects: { visitor: Website visitor }
fields: { email: contact.email, page_url: behaviour.pages }
activities: { stats: { basis: contract } }
systems:
  website:
    collects: { visitor: { fields: [email, page_url] } }
    sends: { agency: { fields: ['page_url|aggregate'], for: stats, method: 'k = 50' } }
recipients: { agency: { country: SE } }
";
    let answer = small(project);
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let value = json::register(&answer.map, &answer.sources);
    assert_eq!(value["activities"][0]["items"], serde_json::json!([]));
    assert_eq!(value["activities"][0]["recipients"][0]["recipient"], "agency");
}

#[test]
fn an_instrument_that_was_not_in_force_on_the_day_is_said_to_be_so() {
    let record_of = |activity: &str, on: &str| page(&pages(insurer(on)), &format!("en/activities/{activity}.html")).to_owned();
    let record = |on: &str| record_of("ads-audiences", on);
    let before = record("2020-09-01");
    assert!(before.contains("EU-US Privacy Shield (annulled); not in force on this day"));
    assert!(before.contains("Transfer mechanism: not in force on this day"));
    assert!(record_of("customer-care", "2020-09-01").contains("Transfer mechanism: missing"));
    assert!(!record("2026-09-01").contains("EU-US Data Privacy Framework; not in force"));
}

#[test]
fn recipients_of_stopped_flows_stay_in_the_record_apart() {
    let pages = pages(insurer("2020-12-01"));
    let text = page(&pages, "en/activities/ads-audiences.html");
    let apart = text.split("Recipients of flows that are stopped").nth(1).unwrap();
    assert!(apart.contains("Microsoft Advertising") && apart.contains("stopped 16 October 2020"));
}

#[test]
fn a_hash_the_recipient_matches_back_is_shown_as_what_it_is() {
    let pages = pages(insurer("2020-09-01"));
    let text = page(&pages, "en/recipients/meta-ads.html");
    assert!(text.contains("sent pseudonymised; the recipient can match it back to people"));
}

#[test]
fn hostile_texts_come_out_as_texts() {
    const BAD: &str = "<script>x</script>\\\"onload='javascript:x'&amp;";
    let project = format!(
        "
subjects: {{ visitor: {{ title: \"{BAD}\" }} }}
fields: {{ email: {{ is: contact.email, title: \"{BAD}\", why: \"{BAD}\", reveals: [special.health] }} }}
gates: {{ consent.x: {{ title: \"{BAD}\" }} }}
activities:
  ads: {{ title: \"{BAD}\", number: \"{BAD}\", function: \"{BAD}\", owner: \"{BAD}\", purpose: \"{BAD}\", interest: \"{BAD}\", lia: \"{BAD}\", basis: contract, security: [\"{BAD}\"], dpia: \"{BAD}\", technology: [\"{BAD}\"], risks: [{{ text: \"{BAD}\", likelihood: \"{BAD}\" }}] }}
systems:
  website: {{ title: \"{BAD}\", zone: \"{BAD}\", technology: [\"{BAD}\"], log: {{ ref: \"{BAD}\" }}, collects: {{ visitor: {{ fields: [email], for: ads }} }}, sends: {{ partner: {{ fields: [email], for: ads, gate: consent.x, why: \"{BAD}\" }} }} }}
recipients:
  partner: {{ title: \"{BAD}\", name: \"{BAD}\", contact: \"{BAD}\", country: SE, contract: {{ type: dpa, ref: \"{BAD}\", essence: \"javascript:x\" }}, deletions: [{{ requested: 2026-01-01, ref: \"{BAD}\" }}] }}
notices: {{ main: {{ title: \"{BAD}\", url: \"javascript:alert(1)\", activities: [ads], version: \"{BAD}\" }} }}
"
    );
    let settings =
        format!("organisation: {{ name: \"{BAD}\", address: \"{BAD}\", dpo: {{ name: \"{BAD}\", email: \"{BAD}\" }} }}\nlanguages: [en]\n");
    let mut answer = answer_texts(&settings, &[("registry/all.yaml", &project)], None, day());
    assert!(answer.is_sound(), "{:?}", answer.findings);
    answer.findings.report(&HOSTILE, &["<script>"]).say("`<script>x</script>` is \"onload=x").help("<img src=x>").note("<b>");
    for (path, text) in pages(answer) {
        // The page's own data and script, and no other.
        let scripts = text.matches("<script").count();
        assert_eq!(scripts, 1 + usize::from(path == "search.html"), "{path}");
        assert!(!text.contains("<script>x") && !text.contains("<img") && !text.contains("<b>"), "{path}");
        assert!(!text.contains("\"onload=") || path == "search.html", "{path}");
        for link in attributes(&text, "href") {
            assert!(!link.contains(':'), "{path} links to {link}");
        }
    }
}

static HOSTILE: Rule = Rule {
    id: "hostile-text",
    summary: "a <script> in a summary",
    level: Level::Warning,
    basis: Basis::Lock,
    since: "0.1",
    citations: &["gdpr.30.1.d"],
    doc: "",
};

#[test]
fn every_link_leads_to_a_page_and_nothing_is_requested() {
    for pages in [pages(small(PROJECT)), pages(insurer("2020-09-01"))] {
        let known: BTreeSet<&str> = pages.iter().map(|it| it.0.as_str()).collect();
        for (path, text) in &pages {
            assert!(attributes(text, "src").is_empty(), "{path} requests something");
            assert!(text.contains("default-src &#39;none&#39;; style-src &#39;sha256-"), "{path}");
            for link in attributes(text, "href") {
                assert!(!link.contains("://"), "{path} links to {link}");
                let (link, anchor) = link.split_once('#').unwrap_or((link, ""));
                if link.is_empty() {
                    assert!(text.contains(&format!(" id=\"{anchor}\"")), "{path} has no {anchor}");
                    continue;
                }
                let mut at: Vec<&str> = path.split('/').collect();
                at.pop();
                for part in link.split('/') {
                    if part == ".." { assert!(at.pop().is_some(), "{path}: {link}") } else { at.push(part) }
                }
                assert!(known.contains(at.join("/").as_str()), "{path} links to {link}");
            }
        }
    }
}

#[test]
fn every_page_names_organisation_day_and_what_it_is_not() {
    let pages = pages(small(PROJECT));
    for (path, text) in &pages {
        let said = if path.starts_with("sv/") { "inget konstaterande av att reglerna följs" } else { "not a finding of compliance" };
        assert!(text.contains("Example AB") && text.contains("2026-09-01") && text.contains(said), "{path}");
        assert!(!text.replace("not a finding of compliance", "").to_lowercase().contains("complian"), "{path}");
    }
}

#[test]
fn the_other_language_has_its_own_words_and_titles() {
    let pages = pages(small(PROJECT));
    let text = page(&pages, "sv/activities/ads.html");
    for word in [
        "<html lang=\"sv\">",
        "Annonsering",
        "Ändamålen med behandlingen",
        "Kategorier av registrerade",
        "Rättslig grund",
        "saknas",
        "tredjeland",
    ] {
        assert!(text.contains(word), "{word}");
    }
    assert!(page(&pages, "activities/shop.html").contains("10 years after end of contract"));
    assert!(page(&pages, "sv/activities/shop.html").contains("10 år efter"));
}

#[test]
fn every_word_that_pages_use_is_known_in_every_language() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let answer = small(PROJECT);
    let words = &answer.map.model.law.words;
    let mut used = BTreeSet::new();
    for entry in walkdir::WalkDir::new(root.join("templates")).into_iter().chain(walkdir::WalkDir::new(root.join("src/render"))) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let marks = if entry.path().extension().is_some_and(|it| it == "rs") {
            &[".word(\"", ".line(\"", "add(\"", ".on_day(\""][..]
        } else {
            &["{{ w.", "{w."][..]
        };
        for mark in marks {
            used.extend(text.split(mark).skip(1).map(|rest| {
                rest.split(|it: char| !it.is_ascii_lowercase() && it != '_' && !it.is_ascii_digit()).next().unwrap().to_owned()
            }));
        }
    }
    assert!(used.len() > 150, "{}", used.len());
    for key in &used {
        let text = words.get(key).unwrap_or_else(|| panic!("no word `{key}`"));
        for language in ["en", "sv", "fr", "de"] {
            assert!(text.by_language.get(language).is_some_and(|it| !it.is_empty()), "`{key}` in {language}");
        }
    }
}

#[test]
fn ids_that_differ_only_by_case_have_pages_of_their_own() {
    let project = PROJECT
        .replace("ad-cloud: {", "AD-platform: { country: SE }\n  ad-cloud: {")
        .replace("ad-platform#pixel: {", "AD-platform: [page_url], ad-platform#pixel: {");
    let answer = small(&project);
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let pages = pages(answer);
    let names: BTreeSet<String> = pages.iter().map(|it| it.0.to_lowercase()).collect();
    assert_eq!(names.len(), pages.len());
}

#[test]
fn a_template_of_the_project_wins_and_a_broken_one_is_named_with_its_place() {
    let answer = small(PROJECT);
    let verdict = verdict(Findings::default());
    let own = |text: &str| [("matrix.html".to_owned(), text.to_owned())];
    let pages = site(&answer, &verdict, &own("own {{ site.today }}")).unwrap();
    assert_eq!(page(&pages, "matrix.html"), "own 2026-09-01");
    for (text, line) in [("one\n{% if %}", "line 2"), ("{{ page.no_such_thing }}", "line 1")] {
        let error = format!("{:#}", site(&answer, &verdict, &own(text)).unwrap_err());
        assert!(error.contains("matrix.html") && error.contains(line) && error.contains("column"), "{error}");
    }
    let endless = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}0123456789{% endfor %}{% endfor %}";
    let error = format!("{:#}", site(&answer, &verdict, &own(endless)).unwrap_err());
    assert!(error.contains("64 MiB"), "{error}");
    // A name that no page uses is a slip; a part that an own template includes is none.
    let named = |name: &str, text: &str| {
        site(&answer, &verdict, &[own("{% include \"mine.html\" %}")[0].clone(), (name.to_owned(), text.to_owned())])
    };
    let error = format!("{:#}", named("matricx.html", "x").unwrap_err());
    assert!(error.contains("`matricx.html`") && error.contains("did you mean `matrix.html`?"), "{error}");
    assert_eq!(page(&named("mine.html", "own part").unwrap(), "matrix.html"), "own part");
}

#[test]
fn gaps_show_message_key_path_articles_and_waivers_apart() {
    let project = format!(
        "{PROJECT}\nwaivers: [{{ finding: hostile-text@b, why: until the new contract, by: Legal, date: 2026-08-01, expires: 2026-12-31 }}]\n"
    );
    let mut answer = small(&project);
    let walks = answer.map.walks();
    let path = walks.hops(&walks.witness(&answer.map.exposures[0]));
    answer.findings.report(&HOSTILE, &["a", "ad-platform"]).say("`visitor.page_url` reaches `ad-platform`").help("add `gate:`").path(path);
    answer.findings.report(&HOSTILE, &["b"]).say("another");
    let mut verdict = verdict(std::mem::take(&mut answer.findings));
    verdict.findings.iter_mut().find(|it| it.finding.key == "hostile-text@b").unwrap().waived = Some(0);
    let pages = site(&answer, &verdict, &[]).unwrap();
    let text = page(&pages, "gaps.html");
    for said in [
        "<code>visitor.page_url</code>",
        "hostile-text@a@ad-platform",
        "registry/all.yaml:",
        "Art. 30(1)(d)",
        "<code>gate:</code>",
        "tag-manager",
    ] {
        assert!(text.contains(said), "{said}");
    }
    let apart = text.split("<section id=\"waived\">").nth(1).unwrap();
    let recipient = page(&pages, "recipients/ad-platform.html");
    assert!(recipient.contains("gaps.html#gap-") && text.contains(" id=\"gap-"), "a recipient's page leads to its gaps");
    assert!(apart.contains("until the new contract") && apart.contains("hostile-text@b") && !apart.contains("hostile-text@a"));
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    assert_eq!(pages(insurer("2026-09-01")), pages(insurer("2026-09-01")));
    let (one, two) = (insurer("2026-09-01"), insurer("2026-09-01"));
    assert_eq!(json::register(&one.map, &one.sources).to_string(), json::register(&two.map, &two.sources).to_string());
}

#[test]
fn the_export_is_sorted_and_holds_what_was_declared() {
    let answer = insurer("2020-09-01");
    let value = json::register(&answer.map, &answer.sources);
    assert_eq!(value["schema"], "ropa/register/1");
    for section in [
        "activities",
        "recipients",
        "systems",
        "flows",
        "fields",
        "subjects",
        "categories",
        "gates",
        "roles",
        "notices",
        "sources",
        "teams",
    ] {
        let ids: Vec<&str> = value[section].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted(), "{section}");
        assert!(value[section].as_array().unwrap().iter().all(|it| it["declared"].is_object()), "{section}");
    }
    let items: Vec<_> =
        value["exposures"].as_array().unwrap().iter().map(|it| (it["item"].as_str().unwrap(), it["flow"].as_str().unwrap())).collect();
    assert!(items.is_sorted() && items.len() == answer.map.exposures.len());
    let ads = value["activities"].as_array().unwrap().iter().find(|it| it["id"] == "ads-audiences").unwrap();
    assert_eq!(ads["declared"]["retention"], "180d");
    assert_eq!(ads["declared"]["title"]["sv"], "Annonsmålgrupper");
    assert!(ads["recipients"].as_array().unwrap().iter().any(|it| it["recipient"] == "meta-us" && it["subprocessor"] == true));
    assert_eq!(value["settings"]["review-every"], "12m");
    let path = value["exposures"][0]["path"].as_array().unwrap();
    assert!(path.iter().all(|hop| hop["line"].as_u64().unwrap() > 0 && hop["file"].is_string() && hop["node"].is_string()));
}

#[test]
fn a_key_that_is_added_changes_the_export() {
    let of = |project: &str| {
        let answer = small(project);
        assert!(answer.is_sound(), "{:?}", answer.findings);
        json::register(&answer.map, &answer.sources)
    };
    let before = of(PROJECT);
    for (what, with) in [
        (
            "collects: { visitor: { fields: [email, page_url], for: shop }",
            "collects: { visitor: { fields: [email, page_url], for: shop, gate: none }",
        ),
        ("{ fields: [page_url], for: ads }", "{ fields: [page_url], for: ads, channel: tag }"),
        ("{ fields: [page_url], for: ads }", "{ fields: [page_url], for: ads, reuse: true }"),
        ("basis: consent }", "basis: consent, tags: [x] }"),
        ("transfer: scc", "transfer: { mechanism: scc, module: 3 }"),
        ("role: processor", "role: processor, suppress: api"),
        ("  website:\n", "  website:\n    uses: { shop: [email] }\n"),
        ("  website:\n", "  website:\n    derives: { score: [page_url] }\n"),
        ("email: contact.email", "email: { is: contact.email, columns: [a.b.c] }"),
        ("subjects: { visitor: Website visitor }", "subjects: { visitor: { title: Website visitor, count: 7 } }"),
    ] {
        assert!(PROJECT.contains(what), "{what}");
        assert_ne!(of(&PROJECT.replace(what, with)), before, "{with}");
    }
}

#[test]
fn pages_are_written_below_their_folder_only() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    let write = |path: &str| {
        let folder = file::Folder::open(&to)?;
        folder.put(path, "text")?;
        folder.finish()
    };
    write("a/b/c.html").unwrap();
    std::fs::write(to.join("kept.txt"), "mine").unwrap();
    write("a/b/c.html").unwrap();
    assert_eq!(std::fs::read_to_string(to.join("a/b/c.html")).unwrap(), "text");
    assert!(to.join("kept.txt").exists());
    for path in ["../x.html", "/x.html", "a/../../x.html", "", "..\\x.html"] {
        assert!(write(path).is_err(), "{path}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path(), to.join("out")).unwrap();
        assert!(write("out/x.html").is_err());
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), to.join("dangling.html")).unwrap();
        assert!(write("dangling.html").is_err());
        assert!(!folder.path().join("x.html").exists() && !folder.path().join("elsewhere").exists());
    }
}
