//! What a data protection officer sees first: the overview, what has changed, and what people were told
//! beside what is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use ropa::declare::Date;
use ropa::finding::{Basis, Level, Rule};
use ropa::render::html::{Options, Site};
use ropa::render::view::{self, Compared, Figures, Names, Prepared};
use ropa::source::Span;
use ropa::verdict::{Accept, Judged, Turn, Verdict, accept};
use ropa::{Answer, answer_texts, rules};

const SETTINGS: &str = "organisation: { name: Example AB, country: SE }\nlanguages: [en]\n";

/// A shop that has its mails sent.
const SHOP: &str = "
subjects: { buyer: Buyer }
fields: { email: contact.email, illness: special.health }
activities: { orders: { title: Orders, basis: contract, retention: 24m } }
systems:
  shop:
    collects: { buyer: { fields: [email, illness], for: orders } }
    sends: { mailer: { fields: [email], for: orders } }
recipients:
  mailer: { title: Mailer, role: processor, kind: saas, country: IE }
";

fn on(day: &str) -> Date {
    Date::try_from(day.to_owned()).unwrap()
}

fn of_files(files: &[(&str, &str)], lock: Option<&str>) -> Answer {
    let answer = answer_texts(SETTINGS, files, lock, on("2026-09-01"));
    let wrong: Vec<&str> = answer.findings.iter().map(|it| it.message.as_str()).collect();
    assert!(answer.is_sound(), "{wrong:?}");
    answer
}

fn of(project: &str) -> Answer {
    of_files(&[("registry/all.yaml", project)], None)
}

/// The lock that accepts a project.
fn locked(project: &str, how: Accept) -> String {
    let mut answer = of(project);
    let (verdict, old) = answer.judged();
    accept(&answer.map, &verdict, &old, how).write()
}

fn pages(answer: &Answer, verdict: &Verdict) -> Vec<(String, String)> {
    let known: Vec<&'static Rule> = rules::all().collect();
    Site::new(&answer.map, &answer.sources, verdict, &known, Options::default()).unwrap().pages().unwrap()
}

/// One page of a project, as it is judged.
fn page(mut answer: Answer, path: &str) -> String {
    let (verdict, _) = answer.judged();
    named(&pages(&answer, &verdict), path)
}

fn named(pages: &[(String, String)], path: &str) -> String {
    pages.iter().find(|it| it.0 == path).unwrap().1.clone()
}

/// A part of a page, from what bears a name to the end of its section.
fn part<'t>(text: &'t str, id: &str) -> &'t str {
    let from = text.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no part `{id}`")).1;
    from.split("</section>").next().unwrap()
}

/// The rows of the tables of a part, as texts.
fn rows(part: &str) -> Vec<String> {
    let bodies = part.split("<tbody>").skip(1).map(|it| it.split("</tbody>").next().unwrap());
    bodies.flat_map(|body| body.split("<tr>").skip(1)).map(said).collect()
}

/// What a piece of HTML says, without its tags.
fn said(html: &str) -> String {
    let texts = html.split('<').map(|it| it.split_once('>').map_or(it, |(_, text)| text));
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ").replace("&gt;", ">")
}

const fn rule(id: &'static str, level: Level, basis: Basis, citations: &'static [&'static str]) -> Rule {
    Rule { id, summary: "", level, basis, since: "0.1", citations, doc: "" }
}

static COMMON: Rule = rule("common", Level::Error, Basis::Statute, &["gdpr.30.1.d"]);
static THUMB: Rule = rule("thumb", Level::Error, Basis::Heuristic, &["gdpr.30.1.d"]);
static SENSITIVE: Rule = rule("sensitive", Level::Error, Basis::Heuristic, &["gdpr.9.2"]);
static LIGHT: Rule = rule("light", Level::Warning, Basis::Statute, &["gdpr.9.2"]);

/// The front page of a project with findings of one's own, each by its rule, key and place.
fn with_findings(answer: &Answer, found: &[(&'static Rule, &str, Span)]) -> String {
    let mut findings = ropa::finding::Findings::default();
    for (rule, about, span) in found {
        findings.report(rule, &[about]).say(format!("{} {about}", rule.id)).at(*span, "");
    }
    let judged = findings.sorted().into_iter().map(|finding| Judged { finding, waived: None, answered: None, debt: false });
    let verdict = Verdict::of(judged.collect(), Some(&answer.map));
    let pages = pages(answer, &verdict);
    let (index, gaps) = (named(&pages, "index.html"), named(&pages, "gaps.html"));
    for anchor in index.split("gaps.html#").skip(1).map(|it| it.split('"').next().unwrap()) {
        assert!(gaps.contains(&format!("id=\"{anchor}\"")), "no gap `{anchor}`");
    }
    index
}

#[test]
fn every_number_leads_to_its_page() {
    let text = page(of(SHOP), "index.html");
    for (page, count) in [("controller", 1), ("systems", 1), ("recipients", 1), ("fields", 2), ("search", 1), ("gaps", 0)] {
        let link = if page == "gaps" {
            "<a href=\"gaps.html#note\">".to_owned()
        } else {
            format!("<a href=\"{page}.html\"><span class=\"count\">{count}</span>")
        };
        assert!(text.contains(&link), "{link}");
    }
    assert!(!text.contains("processor.html\"><span"), "a register of processing for others that is empty");
    let other = SHOP.replace("basis: contract", "role: processor, operations: [post]");
    assert!(page(of(&other), "index.html").contains("<a href=\"processor.html\"><span class=\"count\">1</span>"));
}

#[test]
fn a_gap_is_its_teams_whose_line_closes_it() {
    let shop = format!("team: shop\nteams: {{ shop: {{ title: The shop }}, legal: {{}}, data: {{}} }}\n{SHOP}");
    let files = [
        ("registry/a.yaml", shop.as_str()),
        ("registry/b.yaml", "systems:\n  store: { team: data }\n  bare: {}\n"),
        ("registry/c.yaml", "team: legal\nnotices: { main: {} }\n"),
    ];
    let answer = of_files(&files, None);
    let model = &answer.map.model;
    let node = |id: &str| model.node(model.node_named(id).unwrap()).span;
    let flow = model.flow(model.flow_named("shop->mailer").unwrap()).span;
    let notice = model.notices[0].span;
    let text = with_findings(
        &answer,
        &[
            (&COMMON, "shop->mailer", flow),
            (&LIGHT, "mailer", flow),
            // In another team's file: it is for them to edit.
            (&COMMON, "shop->mailer", notice),
            // A system that is another team's than its file.
            (&COMMON, "store", node("store")),
            (&COMMON, "bare", node("bare")),
            // Outside all files, as in the lock.
            (&COMMON, "buyer.email@shop->mailer", Span::default()),
        ],
    );
    assert_eq!(rows(part(&text, "teams")), ["The shop 2 1 0", "data 1 0 0", "legal 1 0 0", "no team 1 0 0"]);
    let widths: Vec<&str> = part(&text, "teams").split("width=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert_eq!(widths, ["240", "160", "80", "240", "80", "240", "80", "240", "80"], "a bar and its parts are to one scale");
    assert!(part(&text, "teams").contains("<a href=\"gaps.html#error\">2</a>"));
}

#[test]
fn the_worst_gaps_are_the_heaviest_and_of_different_rules_first() {
    let answer = of(SHOP);
    let span = answer.map.model.flows[0].span;
    let mut found = vec![(&LIGHT, "w", span), (&THUMB, "t", span)];
    found.extend(["a", "b", "c", "d"].map(|key| (&COMMON, key, span)));
    found.push((&SENSITIVE, "s", span));
    let text = with_findings(&answer, &found);
    let worst: Vec<String> = part(&text, "worst").split("<li>").skip(1).map(|it| said(it.split("</li>").next().unwrap())).collect();
    let expected = ["sensitive s", "common a", "thumb t", "common b", "common c"].map(|it| format!("Error {it} details"));
    assert_eq!(worst, expected);
}

#[test]
fn who_gets_sensitive_data_is_named_with_what_holds_it_back() {
    let project = "
subjects: { buyer: Buyer }
fields: { email: contact.email, illness: special.health, thing: unknown }
activities: { orders: { basis: contract } }
gates: { consent.offers: { title: The banner } }
systems:
  shop:
    collects: { buyer: { fields: [email, illness, thing] } }
    sends:
      helper: [illness, thing]
      gated: { fields: [illness], gate: consent.offers }
      plain: [email]
      partly: [illness]
      partly#again: { fields: [thing], gate: consent.offers }
recipients:
  helper: { role: processor, country: US }
  gated: { role: controller, country: SE }
  plain: { role: controller, country: SE }
  partly: { country: SE }
";
    let health = "Data concerning health";
    let unknown = "possibly sensitive: nobody has said what it is";
    let text = page(of(project), "index.html");
    assert_eq!(
        rows(part(&text, "sensitive")),
        [
            format!("partly missing {health} {unknown} partly by nothing The banner none"),
            format!("gated controller {health} The banner none"),
            format!("helper processor {health} {unknown} nothing United States"),
        ]
    );
    assert!(part(&page(of(SHOP), "index.html"), "sensitive").contains("No sensitive data reach a recipient"));
    let many: Vec<String> = (10..21).map(|it| format!("r{it}")).collect();
    let sends = many.iter().map(|it| format!("{it}: [illness]")).collect::<Vec<_>>().join(", ");
    let parties = many.iter().map(|it| format!("  {it}: {{ country: SE }}\n")).collect::<String>();
    let project = SHOP.replace("sends: { mailer", &format!("sends: {{ {sends}, mailer")) + &parties;
    let text = page(of(&project), "index.html");
    assert_eq!(rows(part(&text, "sensitive")).len(), 10);
    assert!(said(part(&text, "sensitive")).contains("Further recipients: 1"));
}

/// The rows of what ends, without their places.
fn dues(project: &str) -> Vec<String> {
    let text = page(of(project), "index.html");
    rows(part(&text, "dues")).iter().map(|row| row.split(" registry/").next().unwrap().to_owned()).collect()
}

/// The shop whose mailer is in another country and says more.
fn mailer(country: &str, more: &str) -> String {
    SHOP.replace("country: IE", &format!("country: {country}, {more}"))
}

#[test]
fn what_ends_within_ninety_days_is_listed_what_is_over_first() {
    let project = mailer(
        "US",
        "contract: { type: dpa, ref: C-1, expires: 2026-11-30 },
         transfer: { mechanism: dpf, listed: { entity: Mailer Inc, checked: 2025-09-02 }, until: 2026-12-01 },
         deletions: [{ requested: 2026-07-31 }, { requested: 2026-08-15, confirmed: 2026-09-02 }, { requested: 2026-08-01, confirmed: 2026-08-05 }]",
    ) + "
waivers: [{ finding: 'a@b', why: w, by: Legal, date: 2026-01-01, expires: 2026-09-01 }]
notices: { main: { title: The notice, activities: [orders], until: 2026-10-01 } }
";
    assert_eq!(
        dues(&project),
        [
            "31 August 2026 yesterday Answer to a request for erasure Mailer requested 31 July 2026",
            "1 September 2026 today Waiver a@b Legal",
            "2 September 2026 tomorrow Look-up of the entry on the list Mailer Mailer Inc",
            "15 September 2026 in 14 days Answer to a request for erasure Mailer requested 15 August 2026",
            "1 October 2026 in 30 days Information given to people The notice",
            "30 November 2026 in 90 days Contract Mailer data processing agreement (Art. 28), C-1",
        ]
    );
    let text = page(of(&project), "index.html");
    assert!(part(&text, "dues").contains("notices.html#notice-main") && part(&text, "dues").contains("house.html#waivers"));
    assert!(part(&text, "dues").contains("registry/all.yaml:11"));
    assert!(dues(SHOP).is_empty() && page(of(SHOP), "index.html").contains("nothing ends within 90 days"));
}

#[test]
fn what_has_been_followed_or_reaches_nobody_is_not_due() {
    let ended = "transfer: [{ mechanism: scc, until: 2026-01-01 }";
    assert_eq!(
        dues(&mailer("US", &format!("{ended}]"))),
        ["1 January 2026 243 days ago Ground of a transfer, as declared Mailer Standard data protection clauses"]
    );
    assert!(dues(&mailer("US", &format!("{ended}, {{ mechanism: bcr }}]"))).is_empty());
    let stopped =
        mailer("SE", "contract: { expires: 2026-09-10 }").replace("for: orders } }\nrec", "for: orders, stopped: 2026-01-01 } }\nrec");
    assert!(dues(&stopped).is_empty(), "nothing goes there any more");
    let notices = "notices: { old: { for: [buyer], until: 2026-01-01 }, new: { for: [buyer], since: 2026-01-01 } }\n";
    assert!(dues(&format!("{SHOP}{notices}")).is_empty());
    assert_eq!(
        dues(&format!("{SHOP}{}", notices.replace("since: 2026-01-01", "since: 2027-01-01"))),
        ["1 January 2026 243 days ago Information given to people old"]
    );
}

#[test]
fn the_end_of_a_decision_is_due_for_those_who_rest_on_it() {
    let project = mailer("TZ", "transfer: { mechanism: adequacy, country: TZ }")
        + "countries: { TZ: { adequacy: [{ from: 2020-01-01, until: 2026-10-01, scope: all, ref: X }] } }\n";
    assert_eq!(dues(&project), ["1 October 2026 in 30 days Adequacy decision or instrument itself Mailer Tanzania"]);
    assert!(dues(&project.replace("mechanism: adequacy", "mechanism: scc")).is_empty(), "the clauses carry on");
}

#[test]
fn a_function_that_can_widen_has_to_be_looked_at_again() {
    let project = mailer("IE", "vendor: meta, features: { advanced-matching: { state: off, verified: 2025-10-01 } }");
    assert_eq!(dues(&project), ["1 October 2026 in 30 days Look whether the function is still off Mailer advanced-matching"]);
    assert!(dues(&mailer("IE", "vendor: meta, features: { pixel: { state: off, verified: 2025-10-01 } }")).is_empty(), "it widens nothing");
}

#[test]
fn open_incidents_show_their_clock() {
    let project = format!(
        "{SHOP}
incidents:
  told: {{ date: 2026-08-20, aware: 2026-08-20, notified: 2026-08-21, flows: [shop->mailer] }}
  later: {{ date: 2026-09-05, aware: 2026-09-05, flows: [shop->mailer] }}
  running: {{ title: Lost list, date: 2026-08-31, aware: 2026-08-31T10:30, flows: [shop->mailer] }}
  silent: {{ date: 2026-08-01, flows: [shop->mailer] }}
"
    );
    let text = page(of(&project), "index.html");
    let found: Vec<String> = rows(part(&text, "incidents")).iter().map(|it| it.replace("registry/all.yaml", "")).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("silent") && found[0].ends_with("missing missing"), "{found:?}");
    assert!(
        found[1].starts_with("Lost list running") && found[1].ends_with("31 August 2026 10:30 3 September 2026 10:30 in 2 days"),
        "{found:?}"
    );
    assert!(part(&page(of(SHOP), "index.html"), "incidents").contains("No incident is open."));
}

#[test]
fn activities_whose_review_is_over_are_listed() {
    let reviewed = |more: &str, every: &str| {
        let settings = format!("{SETTINGS}{every}");
        let project = SHOP.replace("basis: contract", &format!("basis: contract{more}"));
        let mut answer = answer_texts(&settings, &[("registry/all.yaml", &project)], None, on("2026-09-01"));
        let (verdict, _) = answer.judged();
        rows(part(&named(&pages(&answer, &verdict), "index.html"), "reviews"))
    };
    assert_eq!(reviewed("", ""), ["Orders missing never"]);
    assert_eq!(reviewed(", owner: sales, reviewed: 2025-08-31", ""), ["Orders sales 31 August 2025"]);
    assert!(reviewed(", reviewed: 2025-09-01", "").is_empty());
    assert_eq!(reviewed(", reviewed: 2026-02-28", "review-every: 6m"), ["Orders missing 28 February 2026"]);
    assert!(reviewed(", status: ended", "").is_empty());
}

#[test]
fn the_overview_says_that_nothing_was_observed() {
    assert!(part(&page(of(SHOP), "index.html"), "evidence").contains("the register rests on declarations alone"));
}

/// Flows of every fate between the lock and now.
const BEFORE: &str = "
subjects: { buyer: Buyer }
fields: { email: contact.email, phone: contact.phone, cart: behaviour.purchase }
activities: { orders: { basis: contract } }
gates: { consent.offers: { title: The banner }, approval: { title: Two pairs of eyes } }
systems:
  shop:
    collects: { buyer: { fields: [email, phone, cart], for: orders } }
    sends:
      weaker: { fields: [email|sha256, cart], for: orders, gate: [consent.offers, approval] }
      better: { fields: [phone], for: orders }
      gone: { fields: [cart], for: orders }
recipients: { weaker: { country: SE }, better: { country: SE }, gone: { country: SE }, added: { country: SE } }
";

fn after() -> String {
    BEFORE
        .replace(
            "weaker: { fields: [email|sha256, cart], for: orders, gate: [consent.offers, approval] }",
            "weaker: { fields: [email, cart], for: orders, gate: [approval] }",
        )
        .replace("better: { fields: [phone], for: orders }", "better: { fields: [phone|sha256], for: orders, gate: [consent.offers] }")
        .replace("gone: { fields: [cart], for: orders }", "added: { fields: [cart], for: orders }")
        .replace("cart: behaviour.purchase", "cart: { is: behaviour.purchase, reveals: [special.health] }")
        .replace("weaker: { country: SE }", "weaker: { country: US }")
}

fn changed() -> Answer {
    of_files(&[("registry/all.yaml", &after())], Some(&locked(BEFORE, Accept::All)))
}

#[test]
fn changes_show_what_each_exposure_had_and_what_it_has() {
    let text = page(changed(), "changes.html");
    let table = |flow: &str| {
        let from = text.split(&format!("<span class=\"id\">shop-&gt;{flow}</span>")).nth(1).unwrap_or_else(|| panic!("no {flow}"));
        rows(&format!("<tbody>{}", from.split("<tbody>").nth(1).unwrap())).join("\n")
    };
    let weaker = table("weaker");
    assert!(weaker.contains("weakened Buyer: cart buyer.cart orders"), "{weaker}");
    for lost in [
        "<del>The banner</del>",
        "<del>pseudonymised</del>",
        "<ins>plain</ins>",
        "<ins>Data concerning health</ins>",
        "<ins>United States</ins>",
    ] {
        assert!(text.contains(lost), "{lost}");
    }
    assert!(!text.contains("<del>Two pairs of eyes") && !text.contains("<ins>Two pairs of eyes"), "a gate that has stayed");
    assert!(table("better").contains("strengthened") && text.contains("<ins>The banner</ins>"));
    let gone = table("gone");
    assert!(gone.contains("gone") && gone.contains("ropa.lock:") && gone.contains("not there"), "{gone}");
    let added = table("added");
    assert!(added.starts_with("new") && added.contains("not there") && added.contains("buyer › shop › added"), "{added}");
    let counts: Vec<String> = text
        .split("<li class=\"")
        .skip(1)
        .filter(|it| it.contains("\"count\""))
        .map(|it| said(&format!("<{}", it.split("</li>").next().unwrap())))
        .collect();
    assert_eq!(counts, ["1 new", "2 weakened", "1 strengthened", "1 gone"]);
    assert!(text.contains("gaps.html#gap-"), "what is open leads to its gap");
    let index = page(changed(), "index.html");
    assert!(said(part(&index, "changes")).contains("1 new 2 weakened 1 strengthened 1 gone 0 Accepted without review"));
}

#[test]
fn findings_and_the_page_are_made_of_the_same_changes() {
    let mut answer = changed();
    let (verdict, _) = answer.judged();
    let keys =
        |rule: &str| verdict.findings.iter().filter(|it| it.finding.rule.id == rule).map(|it| it.finding.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys("new-exposure"), ["new-exposure@shop->added"]);
    assert_eq!(keys("weakened-exposure"), ["weakened-exposure@shop->weaker"]);
    assert_eq!(keys("stale-lock"), ["stale-lock@buyer.phone@shop->better", "stale-lock@buyer.cart@shop->gone"]);
    assert_eq!(Turn::ALL.map(|turn| verdict.changes.count(turn)), [1, 2, 1, 1]);
}

#[test]
fn without_a_lock_nothing_is_accepted_and_with_its_own_nothing_has_changed() {
    let text = page(of(BEFORE), "index.html");
    assert!(part(&text, "changes").contains("Nothing has been accepted yet."));
    assert!(page(of(BEFORE), "changes.html").contains("Nothing has been accepted yet."));
    let same = of_files(&[("registry/all.yaml", BEFORE)], Some(&locked(BEFORE, Accept::All)));
    assert!(page(same, "changes.html").contains("Nothing has changed."));
}

#[test]
fn what_was_accepted_unseen_stands_apart() {
    let lock = locked(BEFORE, Accept::Unreviewed);
    let text = page(of_files(&[("registry/all.yaml", BEFORE)], Some(&lock)), "changes.html");
    let unseen = rows(part(&text, "unreviewed"));
    assert_eq!(unseen.len(), 4);
    assert!(unseen[0].starts_with("shop->better Buyer: phone buyer.phone plain Held back by: nothing ropa.lock:"), "{unseen:?}");
    let index = page(of_files(&[("registry/all.yaml", BEFORE)], Some(&lock)), "index.html");
    assert!(said(part(&index, "changes")).contains("4 Accepted without review"));
}

#[test]
fn any_two_states_can_be_shown() {
    let mut answer = changed();
    let (verdict, _) = answer.judged();
    let prepared = Prepared::of(&answer.map, &answer.sources);
    let names = Names::of(&answer.map);
    let reading = prepared.reading("en", &names, Figures::Words);
    let list = &verdict.changes.list[..1];
    let page =
        view::changes(&reading, &verdict, &Compared { before: "v1".into(), after: "v2".into(), list, from_nothing: false, since: None });
    assert_eq!((page.before.as_str(), page.after.as_str()), ("v1", "v2"));
    assert_eq!(page.flows.iter().map(|it| (it.id.as_str(), it.rows.len())).collect::<Vec<_>>(), [("shop->added", 1)]);
}

/// What people are told, and what is.
const TOLD: &str = "
subjects: { buyer: Buyer, visitor: Visitor, list: People on a list }
fields: { email: contact.email, page: behaviour.pages }
activities:
  orders: { title: Orders, basis: contract, retention: 24m }
  mailings: { title: Mailings, basis: consent, retention: 6m }
  old: { title: Old club, basis: consent, status: ended }
  browsing: { title: Browsing, basis: legitimate-interest }
  bought: { title: Bought lists, basis: legitimate-interest }
systems:
  shop:
    collects:
      buyer: { fields: [email], for: [orders, mailings], source: broker }
      visitor: { fields: [page], for: browsing }
      list: { fields: [email], for: bought, source: public }
    sends:
      mailer: { fields: [buyer.email], for: mailings }
      bank: { fields: [buyer.email], for: orders }
      abroad: { fields: [buyer.email], for: mailings }
      ads: { fields: [visitor.page], for: browsing }
recipients:
  mailer: { title: Mailer, kind: saas, country: IE }
  bank: { title: Bank, kind: payment, country: SE }
  abroad: { title: Abroad Inc, kind: analytics, country: US, transfer: { mechanism: scc, module: 2 } }
  ads: { title: Ads, country: SE }
  idle: { title: Idle, kind: advertising, country: IN }
sources:
  broker: { title: A broker, from: Broker Ltd }
  public: { title: A public register, from: An authority, informed: { exempt: art14.5.b, why: too many } }
notices:
  buyers:
    title: For buyers
    for: [buyer]
    activities: [orders, old]
    recipients: [saas, bank, idle, advertising]
    countries: [IN]
    mechanisms: [bcr]
    bases: [contract, public-task]
    retention: 24m
    url: 'javascript:alert(1)'
    version: v2
    since: 2024-01-01
  before: { title: Before, for: [buyer], activities: [orders], recipients: [idle], since: 2020-01-01, until: 2024-01-01 }
  next: { title: Next, for: [buyer], activities: [orders, mailings], recipients: [mailer, bank, abroad], bases: [contract, consent], since: 2027-01-01 }
";

/// The row of an aspect: told and so, so and not told, told and not so.
fn aspect(text: &str, notice: &str, title: &str) -> Vec<String> {
    let part = part(text, &format!("notice-{notice}"));
    let row = part.split("<tr>").find(|row| row.contains(&format!(">{title}</th>"))).unwrap_or_else(|| panic!("no {title} in {part}"));
    row.split("<td").skip(1).map(|cell| said(&format!("<{cell}")).replace(" missing", "")).collect()
}

#[test]
fn a_notice_stands_beside_what_is() {
    let text = page(of(TOLD), "notices.html");
    let row = |title: &str| aspect(&text, "buyers", title);
    assert_eq!(row("Processing activities"), ["Orders", "Mailings", "Old club ended"]);
    assert_eq!(row("Recipients"), ["Software as a service Mailer Bank", "Abroad Inc Analytics", "Idle Advertising platform"]);
    assert_eq!(row("Third countries"), ["none", "United States", "India"]);
    assert_eq!(row("Transfer mechanism"), ["none", "Standard data protection clauses", "Binding corporate rules"]);
    assert_eq!(row("Copy of the safeguards"), ["none", "how to obtain a copy", "none"]);
    assert_eq!(row("Legal basis")[0], "Performance of a contract");
    assert_eq!(row("Legal basis")[1], "Consent");
    assert_eq!(row("Storage period"), ["24 months", "Mailings 6 months", "none"]);
    assert_eq!(row("Source of the data"), ["none", "A broker", "none"]);
    let about = said(part(&text, "notice-buyers"));
    assert!(
        about.contains("in force") && about.contains("For Buyer since 1 January 2024 version v2 Published at javascript:alert(1)"),
        "{about}"
    );
    assert!(!text.contains("href=\"javascript"), "an address is a text");
}

#[test]
fn a_notice_that_is_over_is_held_against_nothing_and_one_to_come_against_what_is() {
    let text = page(of(TOLD), "notices.html");
    assert!(part(&text, "notice-before").contains("No longer in force"));
    assert_eq!(aspect(&text, "before", "Recipients"), ["Idle"]);
    assert!(said(part(&text, "notice-next")).contains("to come"));
    assert_eq!(aspect(&text, "next", "Recipients"), ["Mailer Bank Abroad Inc", "none", "none"]);
    assert_eq!(aspect(&text, "next", "Third countries"), ["none", "United States", "none"]);
    let order: Vec<usize> = ["buyers", "next", "before"].iter().map(|it| text.find(&format!("id=\"notice-{it}\"")).unwrap()).collect();
    assert!(order.is_sorted(), "in force, to come, over");
}

#[test]
fn groups_and_activities_without_a_notice_are_named() {
    let text = page(of(TOLD), "notices.html");
    let untold = part(&text, "untold");
    assert_eq!(rows(untold), ["People on a list need not be told, as declared Bought lists none", "Visitor Browsing Ads"]);
    let undescribed = said(untold.split("</table>").nth(1).unwrap());
    assert!(undescribed.ends_with("Bought lists , Browsing , Mailings"), "{undescribed}");
    assert!(page(of(SHOP), "notices.html").contains("No notice is declared."));
}

#[test]
fn a_notice_for_others_tells_these_people_nothing() {
    let project = format!("{SHOP}notices: {{ staff: {{ for: [worker], activities: [orders], recipients: [mailer] }} }}\n")
        .replace("buyer: Buyer", "buyer: Buyer, worker: Worker");
    let text = page(of(&project), "notices.html");
    assert_eq!(aspect(&text, "staff", "Recipients"), ["none", "none", "Mailer"]);
    assert_eq!(rows(part(&text, "untold")), ["Buyer Orders Mailer"]);
}

#[test]
fn what_another_notice_tells_is_no_gap_of_this_one() {
    let project =
        format!("{SHOP}notices: {{ a: {{ activities: [orders], bases: [contract], retention: 24m }}, b: {{ recipients: [mailer] }} }}\n");
    let text = page(of(&project), "notices.html");
    assert_eq!(aspect(&text, "b", "Recipients"), ["Mailer", "none", "none"]);
    assert!(!part(&text, "notice-a").contains(">Recipients</th>"), "nothing to say of recipients there");
}

#[test]
fn every_word_of_these_pages_is_there_in_four_languages() {
    let lock = locked(BEFORE, Accept::All);
    let project = after()
        + "waivers: [{ finding: 'a@b', why: w, by: Legal, date: 2026-01-01, expires: 2026-08-01 }]\nnotices: { main: { until: 2026-09-20 } }\n";
    let settings = SETTINGS.replace("[en]", "[en, sv, fr, de]");
    let mut answer = answer_texts(&settings, &[("registry/all.yaml", &project)], Some(&lock), on("2026-09-01"));
    let (verdict, _) = answer.judged();
    assert!(verdict.sound && !verdict.changes.list.is_empty());
    let words = &answer.map.model.law.words;
    let ids: Vec<&str> = words.iter().map(|(id, _)| id).filter(|id| id.contains('_')).collect();
    let pages = pages(&answer, &verdict);
    for (path, text) in pages.iter().filter(|it| ["index.html", "changes.html", "notices.html"].iter().any(|page| it.0.ends_with(page))) {
        let plain = said(text.split("<main").nth(1).unwrap().split("<script").next().unwrap());
        for id in &ids {
            assert!(!plain.split(' ').any(|word| word == *id), "{path} says `{id}`");
        }
        assert!(!text.contains(" style=\""), "{path}");
    }
    for key in ["contract", "transfer", "ground", "listing", "look", "deletion", "waiver", "notice"] {
        assert!(words.get(&format!("due_{key}")).is_some_and(|text| text.by_language.iter().count() == 4), "due_{key}");
    }
}

#[test]
fn long_lists_are_cut_and_counted() {
    let waivers: Vec<String> =
        (0..30).map(|it| format!("{{ finding: 'a@{it:02}', why: w, by: Legal, date: 2026-01-01, expires: 2026-08-01 }}")).collect();
    let activities: String = (10..25).map(|it| format!("  more{it}: {{ basis: contract }}\n")).collect();
    let project = SHOP.replace(
        "activities: { orders: { title: Orders, basis: contract, retention: 24m } }",
        &format!("activities:\n  orders: {{ basis: contract }}\n{activities}"),
    ) + &format!("waivers: [{}]\n", waivers.join(", "));
    let text = page(of(&project), "index.html");
    assert_eq!(rows(part(&text, "dues")).len(), 20);
    assert!(part(&text, "dues").contains("Further ones that are over: 10"));
    assert_eq!(rows(part(&text, "reviews")).len(), 10);
    assert!(said(part(&text, "reviews")).contains("Further activities: 6"));
    let fields: Vec<String> = (0..600).map(|it| format!("f{it:03}")).collect();
    let fields = fields.join(", ");
    let project = SHOP.replace("fields: [email, illness]", &format!("fields: [email, {fields}]")).replace("fields: [email]", "fields: all");
    let project = project.replace(
        "fields: { email: contact.email, illness: special.health }",
        &format!("fields: {{ email: contact.email, {} }}", fields.replace(',', ": contact.email,") + ": contact.email"),
    );
    assert!(said(&page(of(&project), "changes.html")).contains("Further rows: 101"));
}

#[test]
fn the_pages_of_the_insurer_say_what_its_gaps_say() {
    let root = std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/insurer")).unwrap();
    let mut answer = ropa::answer(&root, on("2026-09-01"));
    let (verdict, _) = answer.judged();
    let text = named(&pages(&answer, &verdict), "en/notices.html");
    let silent = aspect(&text, "customers-2021", "Recipients")[1].clone();
    for it in verdict.findings.iter().filter(|it| it.finding.key == "recipient-not-in-notice@customers-2021") {
        assert!(it.finding.message.contains("`google-ads` and `survey-agency`"), "{}", it.finding.message);
    }
    assert!(silent.contains("Google Ads") && silent.contains("Customer surveys by phone") && !silent.contains("Reinsurer"), "{silent}");
}
