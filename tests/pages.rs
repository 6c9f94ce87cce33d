//! The pages of single systems, fields and categories, of access inside and of sources: each says who,
//! what, by which way and where it is declared, stays small, and leads on.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use ropa::declare::Date;
use ropa::finding::Rule;
use ropa::render::html::{Options, Site};
use ropa::{Answer, answer, answer_texts, rules};

const SETTINGS: &str = "organisation: { name: Example AB, country: SE, contact: privacy@example.com }\nlanguages: [en, sv, fr, de]\n";

/// A shop whose customer system makes a taste of what people buy and gives it to a mailer.
const SHOP: &str = "\
team: shop
subjects: { buyer: Buyer }
fields:
  email: contact.email
  diet: { is: special.religious, title: Meal ordered }
  cart: { is: behaviour.purchase, reveals: [special.health.pregnancy], why: tests are sold, columns: [dwh.orders.cart] }
activities:
  orders: { purpose: To deliver, basis: contract, special: { special.religious: { condition: a } } }
  mailings: { purpose: To offer, basis: consent }
gates: { consent.mailings: { title: Asked at the till, kind: consent } }
roles:
  agent: { title: Shop assistant, for: [orders], frontline: true }
systems:
  shop:
    title: Web shop
    collects: { buyer: { fields: [email, cart, diet], for: orders } }
    sends:
      crm: [email, cart]
      kitchen: { fields: [diet], for: orders, channel: api }
  crm:
    derives: { taste: { from: [cart], method: counted by week } }
    uses: { mailings: [taste] }
    sends:
      mailer#letters: { fields: [email|sha256, taste], for: mailings, gate: consent.mailings, since: 2025-02-01 }
      old: { fields: [cart], for: mailings, stopped: 2025-06-01 }
    access: { agent: [email, cart] }
    log: { ref: LOG-1, reviewed: 2024-01-01 }
    hosted: [cloud]
recipients:
  mailer: { name: Example Mail Ltd, role: controller, country: SE }
  kitchen: { country: SE }
  old: { country: SE }
  cloud: { country: SE }
";

fn day() -> Date {
    Date::try_from("2026-09-01".to_owned()).unwrap()
}

fn small(project: &str) -> Answer {
    let answer = answer_texts(SETTINGS, &[("registry/all.yaml", project)], None, day());
    assert!(answer.is_sound(), "{:?}", answer.findings.iter().map(|it| &it.message).collect::<Vec<_>>());
    answer
}

fn example(name: &str) -> Answer {
    let root = std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)).unwrap();
    answer(&root, day())
}

/// Every page by its path.
fn pages(mut answer: Answer) -> BTreeMap<String, String> {
    let (verdict, _) = answer.judged();
    let known: Vec<&'static Rule> = rules::all().collect();
    let site = Site::new(&answer.map, &answer.sources, &verdict, &known, Options::default()).unwrap();
    site.pages().unwrap().into_iter().collect()
}

/// What stands in the section of a page that has a name.
fn section<'a>(page: &'a str, name: &str) -> &'a str {
    let start = page.find(&format!("<section id=\"{name}\">")).unwrap_or_else(|| panic!("no section {name}"));
    page[start..].split("</section>").next().unwrap()
}

/// The rows below the heading of a table, as people read them: cells are parted by bars.
fn rows(section: &str) -> Vec<String> {
    let body = section.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap();
    body.split("<tr").skip(1).map(|row| plain(row.split_once('>').unwrap().1)).collect()
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    for part in text.replace("</td>", " | ").replace("</th>", " | ").split('<') {
        let (tag, rest) = part.split_once('>').unwrap_or(("", part));
        if tag.starts_with("div") || tag.starts_with("li") {
            out.push(' ');
        }
        out.push_str(rest);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(" |").replace("&#x2F;", "/").replace("&gt;", ">")
}

/// Where the shop declares something.
fn place(said: &str) -> String {
    let line = SHOP.lines().position(|line| line.contains(said)).unwrap() + 1;
    format!("registry/all.yaml:{line}")
}

/// The one row that begins with a name.
fn row(section: &str, name: &str) -> String {
    let found: Vec<String> = rows(section).into_iter().filter(|row| row.starts_with(name)).collect();
    assert_eq!(found.len(), 1, "rows of {name} among {:#?}", rows(section));
    found.into_iter().next().unwrap()
}

#[test]
fn a_system_says_what_comes_in_from_whom_and_what_goes_out_to_whom() {
    let pages = pages(small(SHOP));
    let (shop, crm) = (&pages["systems/shop.html"], &pages["systems/crm.html"]);
    let collected = row(section(shop, "in"), "Buyer");
    assert!(collected.starts_with("Buyer from the people themselves | Buyer plain "), "{collected}");
    assert!(collected.contains("Meal ordered sensitive") && collected.contains("| orders | registry/all.yaml:"), "{collected}");
    let received = row(section(crm, "in"), "Web shop");
    assert!(
        received.contains("email") && received.contains("cart sensitive") && received.contains("| Pregnancy (Art. 9 GDPR) |"),
        "{received}"
    );
    assert!(received.ends_with(&format!("| nothing | missing | {}", place("crm: [email, cart]"))), "{received}");
    let sent = row(section(crm, "out"), "Example Mail Ltd");
    assert!(sent.starts_with("Example Mail Ltd letters | Buyer plain taste sensitive Buyer pseudonymised email |"), "{sent}");
    assert!(sent.contains("| Asked at the till | mailings | since 1 February 2025"), "{sent}");
    let hosted = row(section(crm, "out"), "cloud");
    assert!(hosted.starts_with("cloud hosting |") && hosted.contains("serves what brought the data"), "{hosted}");
    assert!(row(section(crm, "out"), "old").starts_with("old stopped 1 June 2025 |"));
    for link in
        ["../systems/shop.html", "../recipients/mailer.html", "../fields/taste.html", "../activities/mailings.html", "../categories/"]
    {
        assert!(crm.contains(&format!("href=\"{link}")), "{link}");
    }
}

#[test]
fn a_system_says_what_it_holds_what_is_made_and_by_which_way() {
    let pages = pages(small(SHOP));
    let crm = &pages["systems/crm.html"];
    let held = rows(section(crm, "held"));
    assert_eq!(held.len(), 3, "{held:#?}");
    // What may give somebody away comes first.
    assert!(held[2].starts_with("email | Buyer | plain | none |"), "{held:#?}");
    assert!(held[0].starts_with("cart | Buyer | plain | Pregnancy (Art. 9 GDPR) | nothing | buyer › shop › crm"), "{held:#?}");
    assert!(row(section(crm, "held"), "taste").ends_with("buyer › shop › crm made here"));
    assert!(row(section(&pages["systems/shop.html"], "held"), "cart").ends_with("| collected here"));
    let made = row(section(crm, "made"), "taste");
    assert!(made.starts_with("taste | Buyer plain cart sensitive | Pregnancy (Art. 9 GDPR) | method: counted by week"), "{made}");
    assert!(row(section(crm, "used"), "mailings").starts_with("mailings | Buyer plain taste sensitive |"));
    assert!(plain(section(crm, "facts")).contains("Hosted by cloud declared registry/all.yaml:"));
    assert!(plain(section(crm, "facts")).contains("LOG-1"));
}

#[test]
fn anonymised_data_are_shown_as_such_and_give_nobody_away() {
    let project = SHOP.replace("email|sha256, taste", "email|sha256, \"taste|aggregate\"").replace("since: 2025-02-01", "method: k = 50");
    let pages = pages(small(&project));
    let sent = row(section(&pages["systems/crm.html"], "out"), "Example Mail Ltd");
    assert!(sent.contains("Buyer anonymised taste | none |"), "{sent}");
    assert!(!section(&pages["fields/taste.html"], "reached").contains("Example Mail Ltd"));
}

#[test]
fn a_hub_stays_readable_and_says_how_much_more_there_is() {
    let mut project = "subjects: { buyer: Buyer }\nfields:\n".to_owned();
    for at in 0..400 {
        writeln!(project, "  f{at:03}: contact.email").unwrap();
    }
    project.push_str("recipients: { mailer: { country: SE } }\nsystems:\n  hub: { sends: { mailer: all } }\n");
    for at in 0..400 {
        writeln!(project, "  s{at:03}: {{ collects: {{ buyer: [f{at:03}] }}, sends: {{ hub: all }} }}").unwrap();
    }
    let pages = pages(small(&project));
    let hub = &pages["systems/hub.html"];
    assert!(hub.len() < 300_000, "{}", hub.len());
    for name in ["in", "held"] {
        let section = section(hub, name);
        assert_eq!(rows(section).len(), 100, "{name}");
        assert!(plain(section).ends_with("300 more, not shown here; to find one: Search"), "{}", plain(section));
        assert!(section.contains("href=\"../search.html\""));
    }
    let sent = row(section(hub, "out"), "mailer");
    assert!(sent.contains("f015 + 384 more") && !sent.contains("f016"), "{sent}");
    let category = &pages["categories/contact_email.html"];
    assert_eq!(rows(section(category, "own")).len(), 100);
    assert!(rows(section(category, "systems")).len() == 100 && category.len() < 300_000, "{}", category.len());
}

#[test]
fn a_field_says_what_it_reveals_and_because_of_what() {
    let pages = pages(small(SHOP));
    let cart = row(section(&pages["fields/cart.html"], "reveals"), "Pregnancy");
    assert!(cart.starts_with("Pregnancy (Art. 9 GDPR) | declared | tests are sold | registry/all.yaml:6"), "{cart}");
    assert!(pages["fields/cart.html"].contains("dwh.orders.cart"));
    let taste = &pages["fields/taste.html"];
    let computed = row(section(taste, "reveals"), "Pregnancy");
    assert!(computed.starts_with("Pregnancy (Art. 9 GDPR) | computed | Made of: cart |"), "{computed}");
    assert!(row(section(taste, "derived"), "crm").starts_with("crm | Buyer plain cart sensitive | counted by week |"));
    assert!(section(taste, "collected").contains("It is not collected under this name."));
    assert!(section(&pages["fields/cart.html"], "derived").contains("../fields/taste.html"), "what is made of it is named");
    assert!(section(&pages["fields/email.html"], "reveals").contains("It reveals nothing beyond what it is."));
}

#[test]
fn a_field_says_where_it_comes_from_who_holds_it_and_whom_it_reaches() {
    let pages = pages(small(SHOP));
    let email = &pages["fields/email.html"];
    let collected = row(section(email, "collected"), "Web shop");
    assert!(
        collected.starts_with(&format!("Web shop | Buyer | from the people themselves | nothing | orders | {}", place("collects:"))),
        "{collected}"
    );
    let held: Vec<String> = rows(section(email, "held"));
    assert!(
        held[0].starts_with("crm | Buyer | plain | none | nothing | buyer › shop › crm") && held[1].starts_with("Web shop |"),
        "{held:#?}"
    );
    let reached = row(section(email, "reached"), "Example Mail Ltd");
    assert!(reached.starts_with(
        "Example Mail Ltd letters | Buyer | pseudonymised | Asked at the till | mailings | none | buyer › shop › crm › mailer"
    ));
    assert!(section(email, "reached").contains("<details class=\"path\">"));
    let activities: Vec<String> = rows(section(email, "processed"));
    assert_eq!(activities, ["mailings | Consent", "orders | Performance of a contract"], "{activities:#?}");
}

#[test]
fn a_category_says_whom_it_reaches_as_such_and_by_inference_and_shows_from_where() {
    let pages = pages(small(SHOP));
    let pregnancy = &pages["categories/special_health_pregnancy.html"];
    assert!(rows(section(pregnancy, "own")).is_empty());
    let revealing = rows(section(pregnancy, "revealing"));
    assert!(revealing[0].starts_with("cart | Pregnancy (Art. 9 GDPR) | declared | tests are sold |"), "{revealing:#?}");
    assert!(revealing[1].starts_with("taste | Pregnancy (Art. 9 GDPR) | computed | follows from what it is made of |"), "{revealing:#?}");
    let mailer = row(section(pregnancy, "recipients"), "Example Mail Ltd");
    assert!(mailer.starts_with("Example Mail Ltd | none | Buyer plain taste | buyer › shop › crm › mailer"), "{mailer}");
    assert!(mailer.contains("cart") && mailer.contains("derives:taste"), "the way shows by what it is revealed: {mailer}");
    let religious = &pages["categories/special_religious.html"];
    assert!(row(section(religious, "recipients"), "kitchen").starts_with("kitchen | Buyer plain Meal ordered | none |"));
    // What stands below counts for what is above.
    let special = &pages["categories/special.html"];
    let reached = rows(section(special, "recipients"));
    assert!(
        reached[0].starts_with("cloud |") && reached[1].starts_with("Example Mail Ltd |") && reached[2].starts_with("kitchen |"),
        "{reached:#?}"
    );
    assert!(special.contains("href=\"../categories/special_health.html\"") && pregnancy.contains("href=\"../categories/special.html\""));
}

#[test]
fn a_special_category_names_the_article_and_each_activity_its_condition_or_that_it_is_missing() {
    let pages = pages(small(SHOP));
    let religious = &pages["categories/special_religious.html"];
    assert!(plain(religious).contains("special category of personal data (Art. 9(1)) declared ropa:registry/categories.yaml:"));
    assert!(plain(religious).contains("Art. 9(2) GDPR Lists the ten conditions"));
    let orders = row(section(religious, "activities"), "orders");
    assert!(orders.starts_with("orders | Performance of a contract | Religious beliefs: Explicit consent"), "{orders}");
    let pregnancy = &pages["categories/special_health_pregnancy.html"];
    assert!(plain(pregnancy).contains("inherited from Data concerning health"));
    let orders = row(section(pregnancy, "activities"), "orders");
    assert!(orders.starts_with("orders | Performance of a contract | missing special.special.health.pregnancy"), "{orders}");
    let email = &pages["categories/contact_email.html"];
    assert!(plain(email).contains("not applicable neither a special category") && !email.contains(">Condition<"));
}

#[test]
fn the_list_of_fields_leads_to_every_field_and_category() {
    let pages = pages(small(SHOP));
    let list = &pages["fields.html"];
    let listed: BTreeSet<&str> = list.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    for path in pages.keys().filter(|path| path.starts_with("fields/") || path.starts_with("categories/")) {
        assert!(listed.contains(path.as_str()), "{path}");
    }
    let categories = section(list, "categories");
    assert_eq!(row(categories, "Pregnancy"), "Pregnancy special.health.pregnancy | Art. 9 GDPR | 0 | 2 | 2 | 2");
    assert_eq!(row(categories, "Special categories"), "Special categories of personal data special | Art. 9 GDPR | 1 | 2 | 2 | 3");
    assert_eq!(row(categories, "E-mail address"), "E-mail address contact.email | none | 1 | 0 | 2 | 2");
}

#[test]
fn access_says_what_each_role_reads_and_what_goes_beyond_its_work() {
    let pages = pages(small(SHOP));
    let access = &pages["access.html"];
    let role = row(section(access, "roles"), "Shop assistant");
    assert!(
        role.starts_with("Shop assistant agent meets customers registry/all.yaml:12 | orders | crm | 2 | Pregnancy (Art. 9 GDPR) | 1"),
        "{role}"
    );
    let reads = row(section(access, "reads"), "Shop assistant");
    // Orders collect the cart; that contact data pass through them is no need of those who meet customers.
    assert!(reads.contains("| Buyer plain cart sensitive, email | Pregnancy (Art. 9 GDPR) | Buyer plain email |"), "{reads}");
    assert!(reads.contains("| LOG-1 looked through 1 January 2024 more than 12 months ago"), "{reads}");
    assert_eq!(row(section(&pages["fields/email.html"], "read"), "Shop assistant"), "Shop assistant | crm | Buyer plain | beyond its work");
    assert_eq!(row(section(&pages["fields/cart.html"], "read"), "Shop assistant"), "Shop assistant | crm | Buyer plain | no");
    assert!(row(section(&pages["systems/crm.html"], "read"), "Shop assistant").contains("| Buyer plain email |"));
    assert!(row(section(access, "matrix"), "Pregnancy").ends_with("| plain: cart"));
    assert!(pages["fields/email.html"].contains("href=\"../access.html#role-agent\""));
}

#[test]
fn a_role_that_nobody_declared_and_one_that_reads_nothing_are_listed() {
    let project = "\
subjects: { buyer: Buyer }
fields: { email: contact.email }
systems: { shop: { collects: { buyer: [email] }, access: { agent: [email|mask] } } }
";
    let pages = pages(small(project));
    let access = &pages["access.html"];
    assert!(row(section(access, "roles"), "agent").starts_with("agent not declared | missing | shop | 1 | none | 0"));
    let reads = row(section(access, "reads"), "agent");
    assert!(reads.starts_with("agent registry/all.yaml:3 | shop | missing | Buyer pseudonymised email | none | none | missing"), "{reads}");
    let declared = pages_of("roles: { agent: { for: [] }, clerk: { title: Clerk } }\n", project);
    assert!(row(section(&declared["access.html"], "roles"), "Clerk").contains("| missing | none | 0 | none | 0"));
}

fn pages_of(more: &str, project: &str) -> BTreeMap<String, String> {
    pages(small(&format!("{more}{project}")))
}

#[test]
fn pages_and_the_rule_agree_on_what_no_work_needs() {
    let mut seen = 0;
    for name in ["insurer", "delivery-roles"] {
        let mut answer = example(name);
        let (verdict, _) = answer.judged();
        let found =
            verdict.findings.iter().map(|it| it.finding.key.as_str()).filter_map(|key| key.strip_prefix("role-access-without-need@"));
        let found: BTreeSet<String> = found.map(str::to_owned).collect();
        let pages = pages(example(name));
        let system = |path: &str| path.strip_prefix("systems/").or_else(|| path.strip_prefix("en/systems/")).map(str::to_owned);
        let mut shown = BTreeSet::new();
        for (path, page) in &pages {
            let Some(id) = system(path) else { continue };
            for row in section(page, "read").split("<tr>").skip(2) {
                let role = row.split("#role-").nth(1).unwrap().split('"').next().unwrap();
                let cells: Vec<&str> = row.split("<td>").collect();
                if cells[3].contains("class=\"batch\"") {
                    shown.insert(format!("{}@{role}", id.trim_end_matches(".html")));
                }
            }
        }
        seen += shown.len();
        assert_eq!(shown, found, "{name}");
    }
    assert!(seen > 0);
}

#[test]
fn sources_say_who_collected_what_was_proved_and_what_comes_in_where() {
    let project = "\
subjects: { lead: Lead }
fields: { email: contact.email, score: profile.score }
activities: { mailings: { basis: consent } }
notices: { leads: { title: To leads, for: [lead], activities: [mailings] } }
sources:
  list:
    title: Bought list
    from: broker
    collector: A quiz site
    consent: { proof: CONTRACT-8, per-record: false, audited: 2026-01-05 }
    informed: { notice: leads, by: 2026-02-01 }
  paper: { informed: { exempt: art14.5.b, why: nobody can be found } }
systems:
  crm: { collects: { lead: { fields: [email], for: mailings, source: list } } }
recipients:
  broker: { name: Broker Ltd, country: SE, collects: { lead: [score] }, sends: { crm: { fields: [score], for: mailings } } }
";
    let pages = pages(small(project));
    let sources = &pages["sources.html"];
    let list = sources.split("id=\"source-list\"").nth(1).unwrap().split("</section>").next().unwrap();
    let said = plain(list);
    for part in [
        "Supplier Broker Ltd declared",
        "First collected by A quiz site",
        "CONTRACT-8 not for every person audited 5 January 2026",
        "To leads by 1 February 2026",
        "Collected on missing",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(row(list, "crm").starts_with("crm | Lead | Lead plain email | none | nothing | mailings | registry/all.yaml:"));
    let paper = plain(sources.split("id=\"source-paper\"").nth(1).unwrap().split("</section>").next().unwrap());
    assert!(paper.contains("not applicable art14.5.b: nobody can be found") && paper.contains("Nothing comes from it."), "{paper}");
    assert!(row(section(sources, "received"), "crm").starts_with("crm | Broker Ltd | Lead plain score |"));
    assert!(section(&pages["systems/crm.html"], "in").contains("href=\"../sources.html#source-list\""));
    assert!(section(&pages["fields/email.html"], "collected").contains("href=\"../sources.html#source-list\""));
}

#[test]
fn the_register_names_every_file_it_was_made_from() {
    let files = [
        (
            "registry/a.yaml",
            "team: data\nsubjects: { buyer: Buyer }\nfields: { email: contact.email, cart: behaviour.purchase }\nkinds: { own: { title: Own } }\n",
        ),
        (
            "registry/b.yaml",
            "systems: { shop: { collects: { buyer: [email] } }, crm: {} }\nroles: { agent: {} }\nteams: { data: { title: Data office } }\n",
        ),
    ];
    let answer = answer_texts(SETTINGS, &files, Some("# lock\n"), day());
    assert!(answer.is_sound(), "{:?}", answer.findings);
    let page = &pages(answer)["sources.html"];
    assert_eq!(
        rows(section(page, "files")),
        [
            "registry/a.yaml | Data office | 0 | 0 | 0 | 2 | subjects 1, kinds 1",
            "registry/b.yaml | none | 2 | 0 | 0 | 0 | roles 1, teams 1"
        ]
    );
    assert!(
        plain(section(page, "files")).contains("Together | 2 | 0 | 0 | 2 | none | Also read: ropa.yaml, ropa.lock"),
        "{}",
        plain(section(page, "files"))
    );
    let given = section(page, "given");
    assert!(given.contains(env!("CARGO_PKG_VERSION")) && row(given, "ropa:registry/words.yaml").contains("words "));
    assert!(!section(page, "files").contains("ropa:registry"));
}

#[test]
fn no_cell_is_empty_and_every_link_finds_its_place() {
    for answer in [small(SHOP), small("systems: { alone: {} }"), example("insurer"), example("broker-chain")] {
        let pages = pages(answer);
        for (path, page) in &pages {
            for empty in ["<td></td>", "<dd></dd>", "<th scope=\"row\"></th>", "<td> </td>", "<td class=\"number\"></td>", "<p></p>"] {
                assert!(!page.contains(empty), "{empty} in {path}");
            }
            for link in page.split("href=\"").skip(1).map(|it| it.split('"').next().unwrap()) {
                let Some((to, anchor)) = link.split_once('#').filter(|(to, _)| !to.is_empty()) else { continue };
                let mut at: Vec<&str> = path.split('/').collect();
                at.pop();
                for part in to.split('/') {
                    if part == ".." { assert!(at.pop().is_some()) } else { at.push(part) }
                }
                let target = &pages[&at.join("/")];
                assert!(target.contains(&format!(" id=\"{anchor}\"")), "{path} leads to {link}");
            }
        }
    }
}

#[test]
fn names_of_people_and_things_cannot_write_into_the_pages() {
    let bad = "<b>\\\"x'&";
    let project = format!(
        "subjects: {{ buyer: \"{bad}\" }}\nfields: {{ email: {{ is: contact.email, title: \"{bad}\", reveals: [special.health], why: \"{bad}\", columns: [\"{bad}\"] }} }}\nroles: {{ agent: {{ title: \"{bad}\" }} }}\nsources: {{ list: {{ title: \"{bad}\", from: \"{bad}\", consent: {{ proof: \"{bad}\", form: \"{bad}\" }} }} }}\nsystems:\n  shop: {{ title: \"{bad}\", collects: {{ buyer: {{ fields: [email], source: list }} }}, derives: {{ taste: {{ from: [email], method: \"{bad}\" }} }}, access: {{ agent: [email] }}, log: {{ ref: \"{bad}\" }}, sends: {{ mailer: all }} }}\nrecipients: {{ mailer: {{ country: SE }} }}\n"
    );
    for (path, page) in pages(small(&project)) {
        assert!(!page.contains("<b>") && !page.contains("=\"x'"), "{path}");
    }
}
