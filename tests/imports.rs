//! Several repositories in one map: models are written and read, reach is computed across them, names do
//! not mix, and what is missing or contradicts is said.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "imports/folders.rs"]
mod folders;
#[path = "imports/register.rs"]
mod register;
#[path = "imports/states.rs"]
mod states;

use ropa::declare::Date;
use ropa::finding::{Finding, Level};
use ropa::source::bundle;
use ropa::verdict::Verdict;
use ropa::{Answer, answer_texts};

const ORGANISATION: &str = "organisation: { name: Example Ltd, contact: privacy@example.org, country: SE, dpo: { none: small } }\n";

fn today() -> Date {
    Date::try_from("2026-09-01".to_owned()).unwrap()
}

/// A repository: its namespace, what else `ropa.yaml` says, and its one file of declarations.
struct Repository<'a> {
    namespace: &'a str,
    settings: &'a str,
    declares: &'a str,
}

fn repository<'a>(namespace: &'a str, settings: &'a str, declares: &'a str) -> Repository<'a> {
    Repository { namespace, settings, declares }
}

impl Repository<'_> {
    fn settings(&self) -> String {
        format!("version: 1\nnamespace: {}\n{ORGANISATION}{}", self.namespace, self.settings)
    }

    fn model(&self) -> String {
        bundle(self.namespace, None, [("ropa.yaml", self.settings().as_str()), ("registry/all.yaml", self.declares)]).unwrap()
    }

    /// Its check, with the models of others as `models/<namespace>.yaml`.
    fn checked(&self, others: &[&Repository]) -> Checked {
        let models: Vec<(String, String)> = others.iter().map(|it| (format!("models/{}.yaml", it.namespace), it.model())).collect();
        let models: Vec<(&str, &str)> = models.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let files: Vec<(&str, &str)> = models.into_iter().chain([("registry/all.yaml", self.declares)]).collect();
        let mut answer = answer_texts(&self.settings(), &files, None, today());
        let (verdict, _) = answer.judged();
        Checked { answer, verdict }
    }
}

struct Checked {
    answer: Answer,
    verdict: Verdict,
}

impl Checked {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.verdict.findings.iter().map(|it| &it.finding)
    }

    fn of(&self, rule: &str) -> Vec<&Finding> {
        self.findings().filter(|it| it.rule.id == rule).collect()
    }

    /// `file:line` of each place of a finding, the primary one first.
    fn places(&self, finding: &Finding) -> Vec<String> {
        let places = finding.labels.iter().map(|it| self.answer.sources.place(it.span));
        places.map(|it| format!("{}:{}", it.file, it.line)).collect()
    }

    /// `item flow form labels` of each exposure on the map.
    fn exposures(&self) -> Vec<String> {
        let model = &self.answer.map.model;
        let told = self
            .answer
            .map
            .exposures
            .iter()
            .map(|it| format!("{} {} {} {:?}", model.item_id(it.item), model.flow(it.flow).id, it.form.word(), it.labels));
        told.collect()
    }

    /// Expects declarations that are understood.
    fn sound(self) -> Checked {
        let wrong: Vec<_> = self.findings().filter(|it| !self.verdict.sound && it.level == Level::Error).map(|it| &it.message).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        self
    }
}

const SHOP: Repository = Repository {
    namespace: "shop",
    settings: "imports: { crm: models/crm.yaml }\n",
    declares: "\
subjects: { buyer: Buyer }
fields: { email: contact.email }
systems:
  website:
    collects: { buyer: [email] }
    sends: { crm/hub: [email] }
",
};

const CRM: Repository = Repository {
    namespace: "crm",
    settings: "imports: { shop: models/shop.yaml }\n",
    declares: "\
systems:
  hub: { sends: { mailer: [email] } }
recipients:
  mailer: { country: US }
",
};

#[test]
fn reach_crosses_two_repositories_and_places_name_the_origin() {
    let checked = SHOP.checked(&[&CRM]).sound();
    let [new] = checked.of("new-exposure")[..] else { panic!("{:?}", checked.exposures()) };
    assert_eq!(new.key, "new-exposure@crm/hub->crm/mailer");
    let path: Vec<&str> = new.path.iter().map(|it| it.node.as_str()).collect();
    assert_eq!(path, ["website", "crm/hub", "crm/mailer"]);
    assert_eq!(checked.places(new), ["crm:registry/all.yaml:2", "registry/all.yaml:5", "registry/all.yaml:6"]);
    // The words at the places are those of the original.
    let words: Vec<&str> = new.labels.iter().map(|it| checked.answer.sources.text(it.span)).collect();
    assert_eq!(words, ["email", "email", "email"]);
}

#[test]
fn the_other_repository_sees_the_same_flow_from_its_side() {
    let checked = CRM.checked(&[&SHOP]).sound();
    let [new] = checked.of("new-exposure")[..] else { panic!("{:?}", checked.exposures()) };
    assert_eq!(new.key, "new-exposure@hub->mailer");
    let path: Vec<&str> = new.path.iter().map(|it| it.node.as_str()).collect();
    assert_eq!(path, ["shop/website", "hub", "mailer"]);
}

#[test]
fn reach_crosses_three_repositories() {
    let ads = repository("ads", "", "systems:\n  pool: { sends: { network: all } }\nrecipients: { network: { country: IN } }\n");
    let crm = Repository { declares: "systems:\n  hub: { sends: { ads/pool: [email] } }\n", ..CRM };
    let shop = Repository { settings: "imports: { crm: models/crm.yaml, ads: models/ads.yaml }\n", ..SHOP };
    let checked = shop.checked(&[&crm, &ads]).sound();
    assert_eq!(checked.exposures(), [r#"buyer.email ads/pool->ads/network plain ["to:IN"]"#]);
    let [new] = checked.of("new-exposure")[..] else { panic!() };
    assert_eq!(checked.places(new), ["ads:registry/all.yaml:2", "registry/all.yaml:5", "registry/all.yaml:6", "crm:registry/all.yaml:2"]);
}

#[test]
fn a_name_of_a_repository_that_is_not_imported_is_an_error_with_the_line_to_add() {
    let alone = Repository { settings: "", ..SHOP }.checked(&[]);
    let [dangling] = alone.of("dangling-import")[..] else { panic!() };
    assert_eq!(alone.places(dangling), ["registry/all.yaml:6"]);
    assert_eq!(dangling.help.as_deref(), Some("add to `ropa.yaml`: `imports: { crm: models/crm.yaml }`"));
    assert!(!alone.verdict.sound);
    assert!(alone.of("unknown-name").is_empty(), "it is said once");

    // What an import names is as much a matter of the project: its map would end there.
    let crm = Repository { declares: "systems:\n  hub: { sends: { ads/pool: all } }\n", ..CRM };
    let checked = SHOP.checked(&[&crm]);
    let [dangling] = checked.of("dangling-import")[..] else { panic!() };
    assert_eq!(dangling.message, "`crm` names `ads/pool`, and the repository `ads` is not imported");
    assert_eq!(checked.places(dangling), ["crm:registry/all.yaml:2", "ropa.yaml:4"]);
}

#[test]
fn a_name_that_an_import_does_not_have_is_unknown() {
    let shop = SHOP.declares.replace("crm/hub", "crm/hob");
    let checked = Repository { declares: &shop, ..SHOP }.checked(&[&CRM]);
    let [unknown] = checked.of("unknown-name")[..] else { panic!() };
    assert_eq!(unknown.help.as_deref(), Some("did you mean `crm/hub`?"));
    // Nor is anything of an import known without its namespace.
    let shop = SHOP.declares.replace("crm/hub", "hub");
    let checked = Repository { declares: &shop, ..SHOP }.checked(&[&CRM]);
    let [unknown] = checked.of("unknown-name")[..] else { panic!() };
    assert_eq!(unknown.help.as_deref(), Some("did you mean `crm/hub`?"));
}

#[test]
fn a_project_can_be_named_by_its_own_namespace() {
    let plain = repository("shop", "", "systems: { a: { sends: { b: all } }, b: {} }\n");
    let named = repository("shop", "", "systems: { shop/a: { sends: { shop/b: all } }, b: {} }\n");
    let flows = |it: Checked| it.sound().answer.map.model.flows.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(flows(plain.checked(&[])), flows(named.checked(&[])));
    // Elsewhere it is still another's.
    let other = repository("crm", "imports: { shop: models/shop.yaml }\n", "systems: { c: { sends: { shop/b: all } } }\n");
    assert_eq!(flows(other.checked(&[&named])), ["c->shop/b", "shop/a->shop/b"]);
}

#[test]
fn a_text_with_a_slash_is_no_name() {
    let declares =
        "team: data/platform\nsystems: { a: { access: { support/first: all } } }\nsources: { s: { from: https://broker.example/list } }\n";
    repository("shop", "", declares).checked(&[]).sound();
    // Where roles are declared, only those are.
    let roles = format!("{declares}roles: {{ desk: {{}} }}\n");
    assert_eq!(repository("shop", "", &roles).checked(&[]).of("unknown-name").len(), 1);
}

#[test]
fn equal_ids_of_several_repositories_do_not_mix() {
    let declares = "\
team: one
for: work
country: SE
teams: { one: { title: One } }
roles: { desk: { for: work } }
controllers: { owner: { name: Owner, country: SE } }
activities: { work: { purpose: Work, basis: consent, on-behalf-of: owner, role: processor, recipients: [post, saas], joint: [] } }
gates: { consent.work: { for: work, named: post, proof: kept } }
sources: { list: { from: post, informed: { notice: told } } }
notices: { told: { for: person, activities: work, recipients: post, sources: list } }
subjects: { person: Person }
fields: { email: contact.email }
systems:
  desk: { collects: { person: { fields: email, gate: consent.work, source: list } }, uses: { work: all }, access: { desk: email }, hosted: host, sends: { post: { fields: email, gate: consent.work } } }
recipients:
  post: { kind: saas, contract: { type: dpa, ref: x, authorised: host, for: work }, subprocessors: [host] }
  host: { kind: hosting }
";
    let one = repository("one", "imports: { two: { from: models/two.yaml, whole: true } }\n", declares);
    let two = repository("two", "", declares);
    let (alone, both) = (Repository { settings: "", ..one }.checked(&[]).sound(), one.checked(&[&two]).sound());
    let (alone, both) = (&alone.answer.map.model, &both.answer.map.model);
    // Everything is there twice, and nothing leads from the one to the other.
    let twice = |ids: Vec<&str>| {
        let mut all: Vec<String> = ids.iter().flat_map(|id| [(*id).to_owned(), format!("two/{id}")]).collect();
        all.sort();
        all
    };
    macro_rules! ids {
        ($($arena:ident)*) => {$(
            let known: Vec<&str> = alone.$arena.iter().map(|it| it.id.as_str()).collect();
            assert!(!known.is_empty());
            assert_eq!(both.$arena.iter().map(|it| it.id.clone()).collect::<Vec<_>>(), twice(known));
        )*};
    }
    ids!(activities gates nodes roles notices origins controllers teams);
    assert_eq!(both.subjects.len(), alone.subjects.len());
    assert_eq!(both.fields.len(), alone.fields.len());
    let of_two = |id: &str| id.starts_with("two/");
    for flow in &both.flows {
        let (from, to) = (&both.node(flow.from).id, &both.node(flow.to).id);
        assert_eq!(of_two(from), of_two(to), "{}", flow.id);
        for id in &flow.activities {
            assert_eq!(of_two(from), of_two(both.activity_id(*id)), "{}", flow.id);
        }
        for id in &flow.gates {
            assert_eq!(of_two(from), of_two(&both.gates[id.index()].id), "{}", flow.id);
        }
    }
    for node in &both.nodes {
        assert!(node.team.as_ref().is_none_or(|it| of_two(it) == of_two(&node.id)));
        assert!(node.access.iter().all(|it| of_two(&it.role) == of_two(&node.id)));
        assert!(node.collects.iter().flat_map(|it| it.decl.source.iter()).all(|it| of_two(it) == of_two(&node.id)));
        assert!(node.uses.iter().all(|it| of_two(both.activity_id(it.activity)) == of_two(&node.id)));
    }
    for origin in &both.origins {
        assert_eq!(of_two(&origin.id), of_two(&both.node(origin.from.unwrap()).id));
    }
    let activity = both.activities.iter().find(|it| it.id == "two/work").unwrap();
    let words: Vec<&str> = activity.decl.recipients.iter().map(|it| it.value.as_str()).collect();
    assert_eq!(words, ["two/post", "saas"], "a kind is no name");
    // A gate implies those above it in its own repository only, and asks what its name says there.
    let gate = both.gates.iter().find(|it| it.id == "two/consent.work").unwrap();
    let implied: Vec<&str> = gate.implies.iter().map(|it| both.gates[it.index()].id.as_str()).collect();
    assert_eq!(implied, ["two/consent", "two/consent.work"]);
    assert!(gate.asks_consent());
}

#[test]
fn a_dictionary_that_says_the_same_is_one() {
    let crm = Repository {
        declares: "fields: { email: { is: [contact.email], title: E-mail } }\nsubjects: { buyer: { title: Kunde, count: 9 } }\ncategories: { odd: {} }\nsystems: { hub: {} }\n",
        ..CRM
    };
    let checked = SHOP.checked(&[&crm]).sound();
    let model = &checked.answer.map.model;
    assert_eq!(model.fields.iter().filter(|it| it.id == "email").count(), 1);
    assert_eq!(model.subjects[0].decl.title.as_ref().unwrap().in_language("en"), "Buyer");
    assert!(model.category_named("odd").is_some(), "an import can add a word");
}

#[test]
fn a_dictionary_that_says_something_else_is_an_error_with_both_places() {
    let conflicts = |shop: &str, crm: &str| {
        let (shop, crm) = (format!("{}{shop}", SHOP.declares), format!("systems: {{ hub: {{}} }}\n{crm}"));
        let checked = Repository { declares: &shop, ..SHOP }.checked(&[&Repository { declares: &crm, ..CRM }]);
        let found = checked.of("conflicting-import");
        found.iter().map(|it| format!("{} {}", it.key.split('@').nth(1).unwrap(), checked.places(it).join(" "))).collect::<Vec<_>>()
    };
    let one = |word: &str, own: &str| [format!("{word} {own} crm:registry/all.yaml:2")];
    assert_eq!(conflicts("", "fields: { email: contact.phone }\n"), one("email", "registry/all.yaml:2"));
    assert_eq!(conflicts("", "subjects: { buyer: { child: true } }\n"), one("buyer", "registry/all.yaml:1"));
    assert_eq!(
        conflicts("transforms: { t: { to: encrypted } }\n", "transforms: { t: { to: pseudonymised } }\n"),
        one("t", "registry/all.yaml:7")
    );
    assert_eq!(conflicts("categories: { odd: {} }\n", "categories: { odd: { art9: health } }\n"), one("odd", "registry/all.yaml:7"));
    assert_eq!(conflicts("", "fields: { email: contact.email }\ncategories: { odd: {} }\n"), [""; 0]);
}

#[test]
fn an_import_cannot_change_what_is_built_in() {
    let crm = Repository { declares: "systems: { hub: {} }\ncountries: { US: { eea: true } }\n", ..CRM };
    let checked = SHOP.checked(&[&crm]);
    let [conflict] = checked.of("conflicting-import")[..] else { panic!() };
    assert_eq!(checked.places(conflict)[0], "crm:registry/all.yaml:2");
    // What this project says itself holds for both.
    let shop = format!("{}countries: {{ US: {{ eea: true }} }}\n", SHOP.declares);
    Repository { declares: &shop, ..SHOP }.checked(&[&crm]).sound();
    // What it says again is no change.
    let crm = Repository { declares: "systems: { hub: {} }\ncategories: { special.health: { art9: health } }\n", ..CRM };
    SHOP.checked(&[&crm]).sound();
    // How its own register reads is its own.
    let crm = Repository { declares: "systems: { hub: {} }\nwords: { systems: { en: Boxes } }\n", ..CRM };
    let checked = SHOP.checked(&[&crm]).sound();
    assert_ne!(checked.answer.map.model.law.word("systems", "en"), "Boxes");
}

#[test]
fn the_gaps_of_a_neighbour_are_its_own_and_those_of_a_whole_import_count() {
    // It collects and gives away by itself, too.
    let declares = format!(
        "{}  phone-list: {{ sends: {{ mailer: [phone] }}, collects: {{ buyer: [phone] }} }}\nfields: {{ phone: contact.phone }}\n",
        CRM.declares.replace("recipients:", "recipients: # below").replace("recipients: # below\n  mailer: { country: US }\n", "")
    );
    let declares = format!("recipients: {{ mailer: {{ country: US }} }}\n{declares}");
    let crm = Repository { declares: &declares, ..CRM };
    let neighbour = SHOP.checked(&[&crm]).sound();
    let elsewhere = |it: &Checked| it.findings().filter(|found| it.places(found).first().is_some_and(|it| it.starts_with("crm:"))).count();
    assert_eq!(elsewhere(&neighbour), 1, "what this project's own data come to");
    assert_eq!(neighbour.of("new-exposure").len(), 1);
    assert_eq!(neighbour.of("new-exposure")[0].key, "new-exposure@crm/hub->crm/mailer");
    assert!(neighbour.verdict.summary.neighbours > 0);
    assert_eq!(neighbour.exposures().len(), 2, "the map shows both");
    let lock = |it: &Checked| ropa::verdict::rows(&it.answer.map).into_iter().map(|(row, _)| row.flow).collect::<Vec<_>>();
    assert_eq!(lock(&neighbour), ["crm/hub->crm/mailer"]);

    let whole = Repository { settings: "imports: { crm: { from: models/crm.yaml, whole: true } }\n", ..SHOP };
    let whole = whole.checked(&[&crm]).sound();
    assert!(elsewhere(&whole) > 5);
    assert_eq!(whole.verdict.summary.neighbours, 0);
    assert_eq!(lock(&whole), ["crm/hub->crm/mailer", "crm/phone-list->crm/mailer"]);
}

#[test]
fn what_only_a_neighbours_map_would_say_stops_nobody_else() {
    // Its hub gets phone numbers from a repository that is not imported here.
    let crm = Repository {
        declares: "fields: { phone: contact.phone }\nsystems:\n  hub: { sends: { mailer: [phone] } }\nrecipients: { mailer: {} }\n",
        ..CRM
    };
    let checked = SHOP.checked(&[&crm]).sound();
    assert!(checked.of("item-not-held").is_empty());
    let whole = Repository { settings: "imports: { crm: { from: models/crm.yaml, whole: true } }\n", ..SHOP };
    assert_eq!(whole.checked(&[&crm]).of("item-not-held").len(), 1);
}

#[test]
fn an_exposure_is_ours_by_any_way_and_shown_by_that_way() {
    // The neighbour's own way to its mailer is shorter than the one from here.
    let crm = Repository {
        declares: "\
systems:
  hub: { collects: { buyer: [email] }, sends: { mailer: [email] } }
recipients: { mailer: {} }
",
        ..CRM
    };
    let checked = SHOP.checked(&[&crm]).sound();
    let [new] = checked.of("new-exposure")[..] else { panic!() };
    assert_eq!(new.path.first().unwrap().node, "website");
    // What comes to a recipient of this project is its own matter, whoever sends it.
    let crm = Repository { declares: "systems:\n  hub: { collects: { buyer: [email] }, sends: { shop/printer: [email] } }\n", ..CRM };
    let shop = Repository { declares: "subjects: { buyer: B }\nfields: { email: contact.email }\nrecipients: { printer: {} }\n", ..SHOP };
    assert_eq!(shop.checked(&[&crm]).sound().of("new-exposure").len(), 1);
}

#[test]
fn policies_of_this_project_hold_for_its_data_wherever_they_go() {
    let policy = "imports: { crm: models/crm.yaml }\npolicies: { stay: { deny: contact, to: { country: US } }, name: { deny: contact, to: { recipient: crm/mailer } } }\n";
    let checked = Repository { settings: policy, ..SHOP }.checked(&[&CRM]).sound();
    let keys: Vec<&str> = checked.of("policy").iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["policy:name@crm/hub->crm/mailer", "policy:stay@crm/hub->crm/mailer"]);
    // Those of an import are asked in its own check.
    let crm = Repository { settings: "policies: { stay: { deny: contact, to: { country: US } } }\n", ..CRM };
    assert!(SHOP.checked(&[&crm]).sound().of("policy").is_empty());
}

#[test]
fn a_system_of_another_repository_can_be_added_to() {
    let shop = format!("{}  crm/hub: {{ extends: true, sends: {{ printer: [email] }} }}\nrecipients: {{ printer: {{}} }}\n", SHOP.declares);
    let checked = Repository { declares: &shop, ..SHOP }.checked(&[&CRM]).sound();
    assert!(checked.exposures().iter().any(|it| it.starts_with("buyer.email crm/hub->printer")));
    let shop = shop.replace("extends: true, ", "");
    let checked = Repository { declares: &shop, ..SHOP }.checked(&[&CRM]);
    assert_eq!(checked.of("invalid-id").len(), 1);
}

#[test]
fn waivers_answers_and_incidents_of_an_import_are_not_applied() {
    let crm = format!(
        "{}waivers: [{{ finding: '*', why: w, by: b, date: 2026-08-01, expires: 2026-12-01 }}]\nincidents: {{ i: {{ date: 2026-08-01, flows: ['hub->mailer'] }} }}\nanswers: {{ x: {{ answer: a, by: b, on: 2026-08-01 }} }}\n",
        CRM.declares
    );
    let checked = SHOP.checked(&[&Repository { declares: &crm, ..CRM }]).sound();
    let model = &checked.answer.map.model;
    assert!(model.waivers.is_empty() && model.answers.is_empty() && model.incidents.is_empty());
    let own = format!("{}incidents: {{ i: {{ date: 2026-08-01, flows: ['shop/website->crm/hub'] }} }}\n", SHOP.declares);
    let checked = Repository { declares: &own, ..SHOP }.checked(&[&CRM]).sound();
    assert_eq!(checked.answer.map.model.incidents[0].flows.len(), 1);
}

#[test]
fn each_activity_stays_with_its_own_organisation() {
    let crm = format!("{}activities: {{ mail: {{ purpose: p }}, post: {{ purpose: p, entity: branch }} }}\n", CRM.declares);
    let foreign = "organisation: { name: Other Ltd }\nentities: { branch: { name: Branch Ltd } }\nsecurity: [Doors are locked]\n";
    let settings = format!("version: 1\nnamespace: crm\n{foreign}");
    let model = bundle("crm", None, [("ropa.yaml", settings.as_str()), ("registry/all.yaml", crm.as_str())]).unwrap();
    let shop = format!("{}activities: {{ sell: {{ purpose: p }} }}\n", SHOP.declares);
    let files = [("models/crm.yaml", model.as_str()), ("registry/all.yaml", shop.as_str())];
    let answer = answer_texts(&format!("{}security: [Disks are encrypted]\n", SHOP.settings()), &files, None, today());
    assert!(answer.is_sound());
    let model = &answer.map.model;
    let told: Vec<_> = model
        .activities
        .iter()
        .map(|it| {
            let entity = it.decl.entity.as_ref().map(|id| model.settings.entities.get(id).unwrap().name.as_ref().unwrap().value.as_str());
            let measures: Vec<&str> = model.measures(&it.decl).iter().map(|it| it.measure.as_ref().unwrap().in_language("en")).collect();
            format!("{} {} {}", it.id, entity.unwrap_or("-"), measures.join(", "))
        })
        .collect();
    assert_eq!(told, ["crm/mail Other Ltd Doors are locked", "crm/post Branch Ltd Doors are locked", "sell - Disks are encrypted"]);
}

#[test]
fn a_model_says_the_same_as_the_files_it_is_made_of() {
    let declares = "\
subjects: { buyer: B }
fields: { email: contact.email, cart: { is: behaviour.purchase, reveals: special.health } }
activities: { sell: { purpose: p, basis: consent } }
gates: { consent.ads: { kind: consent } }
systems:
  web: { collects: { buyer: { fields: [email, cart], for: sell } }, derives: { taste: [cart] }, sends: { ads: { fields: all, gate: consent.ads, for: sell } } }
recipients: { ads: { country: US, subprocessors: [host] }, host: { country: IN } }
";
    let own = repository("shop", "", declares);
    let central = repository("central", "imports: { shop: { from: models/shop.yaml, whole: true } }\n", "teams: { privacy: {} }\n");
    let (here, there) = (own.checked(&[]).sound(), central.checked(&[&own]).sound());
    let plain: Vec<String> = there.exposures().iter().map(|it| it.replace("shop/", "")).collect();
    assert_eq!(plain, here.exposures());
    assert!(plain.len() > 3);
    let keys = |it: &Checked| it.findings().map(|it| it.key.replace("shop/", "")).collect::<Vec<_>>();
    assert_eq!(keys(&there), keys(&here));
}

/// Every letter that a text of the project may hold comes back as it was, wherever it stands.
#[test]
fn a_model_keeps_every_byte() {
    let letters = (0..0x11_000).chain(0xfe00..0x1_0010).chain(0x1f600..0x1f610).chain(0x10_fff0..0x11_0000).filter_map(char::from_u32);
    let all: Vec<String> = letters.map(String::from).collect();
    for some in all.chunks(512) {
        let text = some.concat();
        let lined: String = some.iter().map(|it| format!("{it} a{it}\n")).collect();
        kept(&[&text, &lined, &format!("#{text}"), &format!("\n{text}\n\n")]);
    }
    let pieces = [
        "", "a", " ", "\n", "\t", "\r\n", "a: b\n", "  a", "a  ", "- x", "# y", "---", "...", "%Y", "|", ">", "\"", "'", "\\", "\u{85}",
        "\u{2028}", "&a", "*a", "!t", "\n\n",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                kept(&[&format!("{a}{b}{c}")]);
            }
        }
    }
}

fn kept(texts: &[&str]) {
    for text in texts {
        // Writing reads back what it wrote, and refuses what would not be the same.
        let model = bundle("a", None, [("registry/a.yaml", *text), ("ropa.yaml", "version: 1\n")]);
        assert!(model.is_ok(), "{text:?}: {model:?}");
    }
}

#[test]
fn a_model_does_not_depend_on_the_order_of_its_texts() {
    let (a, b) = (("registry/a.yaml", "systems: { a: {} }\n"), ("registry/b/c.yml", "systems: { b: {} }\n"));
    let settings = ("ropa.yaml", "version: 1\nnamespace: x\n");
    assert_eq!(bundle("x", None, [a, b, settings]).unwrap(), bundle("x", None, [settings, b, a]).unwrap());
}

#[test]
fn a_long_declaration_fits_into_a_model() {
    // Longer than a word of a declaration may be: in a model a whole file is one word.
    let declares = format!("{}{}", "# padding\n".repeat(200_000), CRM.declares);
    SHOP.checked(&[&Repository { declares: &declares, ..CRM }]).sound();
}

#[test]
fn the_same_repositories_give_the_same_map_in_any_order() {
    let ads = repository("ads", "", "systems:\n  pool: { sends: { network: all } }\nrecipients: { network: { country: IN } }\n");
    let crm = Repository { declares: "systems:\n  hub: { sends: { ads/pool: [email] } }\n", ..CRM };
    let said = |imports: &str| {
        let shop = Repository { settings: imports, ..SHOP };
        let checked = shop.checked(&[&crm, &ads]).sound();
        checked.findings().map(|it| format!("{} {} {:?}", it.key, it.message, checked.places(it))).collect::<Vec<_>>()
    };
    let one = said("imports: { crm: models/crm.yaml, ads: models/ads.yaml }\n");
    assert_eq!(one, said("imports: { ads: models/ads.yaml, crm: models/crm.yaml }\n"));
}
