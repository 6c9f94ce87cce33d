//! `ropa export dpv`: the register as JSON-LD in the terms of the W3C Data Privacy Vocabulary 2.3. A
//! mapping for others to read: what the vocabulary has no term for is in `ropa export json` only.

mod activity;

use std::collections::BTreeSet;

use serde_json::{Map as Object, Value, json};

use crate::declare::{Measure, OrganisationDecl, Role, Text, Word};
use crate::flow::Map;
use crate::model::{CategoryId, FlowKind, NodeId, SubjectId};
use crate::source::Short;

/// The register of a map: one graph, sorted, each node with a stable id.
pub fn register(map: &Map) -> Value {
    let out = Dpv { map };
    let mut used = Used::default();
    let activities: Vec<Value> = (0..map.model.activities.len()).map(|at| out.activity(at, &mut used)).collect();
    let mut graph = vec![out.record()];
    graph.extend(out.organisation());
    graph.extend(activities);
    graph.extend(used.categories.iter().map(|id| out.category(*id)));
    graph.extend(used.subjects.iter().map(|id| out.subject(*id)));
    graph.extend(used.recipients.iter().map(|id| out.recipient(*id)));
    json!({ "@context": context(), "@graph": graph })
}

fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "pd": "https://w3id.org/dpv/pd#",
        "loc": "https://w3id.org/dpv/loc#",
        "dct": "http://purl.org/dc/terms/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "ropa": "urn:ropa:",
    })
}

/// What activities refer to.
#[derive(Default)]
struct Used {
    categories: BTreeSet<CategoryId>,
    subjects: BTreeSet<SubjectId>,
    recipients: BTreeSet<NodeId>,
}

struct Dpv<'a> {
    map: &'a Map,
}

/// A node that grows key by key; what is not known is left out.
struct Thing(Object<String, Value>);

impl Thing {
    fn new(id: &str, types: &[&str]) -> Thing {
        let mut own = Object::new();
        own.insert("@id".to_owned(), json!(id));
        own.insert("@type".to_owned(), if let [one] = types { json!(one) } else { json!(types) });
        Thing(own)
    }

    fn with(mut self, key: &str, value: Option<Value>) -> Thing {
        self.0.extend(value.map(|value| (key.to_owned(), value)));
        self
    }

    fn all(self, key: &str, values: Vec<Value>) -> Thing {
        let some = !values.is_empty();
        self.with(key, some.then_some(Value::Array(values)))
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// A reference to another node or a term.
fn to(id: impl AsRef<str>) -> Value {
    json!({ "@id": id.as_ref() })
}

fn word(it: Option<&Word>) -> Option<Value> {
    it.map(|word| json!(word.value))
}

/// A text in all its languages.
fn text(it: &Text) -> Value {
    if let Some(plain) = &it.plain {
        return json!(plain);
    }
    let mut all: Vec<_> = it.by_language.iter().map(|entry| (&entry.key.value, &entry.value)).collect();
    all.sort();
    all.into_iter().map(|(language, text)| json!({ "@language": language, "@value": text })).collect()
}

fn day(it: String) -> Value {
    json!({ "@type": "xsd:date", "@value": it })
}

/// The legal bases that have a term: an article and the last of its letters.
static LETTERED: &[(&str, char)] = &[("gdpr.6.1.", 'f'), ("gdpr.9.2.", 'j'), ("gdpr.46.2.", 'f'), ("gdpr.46.3.", 'b'), ("gdpr.49.1.", 'g')];

/// An article of the GDPR as a term: `gdpr.6.1.a` is `eu-gdpr:A6-1-a`. Others have none.
fn article(id: &str) -> Option<String> {
    let term = |id: &str| Some(format!("eu-gdpr:A{}", id.strip_prefix("gdpr.")?.replace('.', "-")));
    match id {
        // An adequacy decision is one of Art. 45(3), binding rules are a safeguard of Art. 46(2)(b).
        "gdpr.45" => term("gdpr.45.3"),
        "gdpr.47" => term("gdpr.46.2.b"),
        // The vocabulary counts the second subparagraph as a second paragraph.
        "gdpr.49.1.sub2" => term("gdpr.49.2"),
        _ => {
            let lettered = |(stem, last): &(&str, char)| {
                id.strip_prefix(stem).is_some_and(|it| matches!(it.as_bytes(), [letter @ b'a'..=b'z'] if char::from(*letter) <= *last))
            };
            LETTERED.iter().any(lettered).then(|| term(id))?
        }
    }
}

/// A country as a term. What has no code of ISO 3166-1 has none: an organisation, codes left to users.
fn place(code: &str) -> Value {
    let left_to_users = |a: u8, b: u8| matches!((a, b), (b'X', _) | (b'Q', b'M'..=b'Z') | (b'A', b'A') | (b'Z', b'Z'));
    match code.as_bytes() {
        [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] if !left_to_users(*a, *b) => to(format!("loc:{code}")),
        _ => json!(code),
    }
}

/// What a project says a category is in the vocabulary, if it is a term of a namespace known here.
fn term(word: &str) -> Option<&str> {
    let (prefix, name) = word.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    (matches!(prefix, "dpv" | "pd") && is_name).then_some(word)
}

/// Technical and organisational measures, numbered below what they belong to.
fn measures(id: &str, all: &[Short<Measure>]) -> Vec<Value> {
    let one = |(number, measure): (usize, &Short<Measure>)| {
        let described = measure.measure.as_ref().map(|it| text(it));
        Thing::new(&format!("{id}:measure:{}", number + 1), &["dpv:TechnicalOrganisationalMeasure"])
            .with("dct:description", described)
            .done()
    };
    all.iter().enumerate().map(one).collect()
}

impl Dpv<'_> {
    fn record(&self) -> Value {
        let activities = self.map.model.activities.iter().map(|it| to(format!("ropa:activity:{}", it.id))).collect();
        Thing::new("ropa:register", &["dpv:ROPA"])
            .with("dct:date", Some(day(self.map.today.to_string())))
            .with("dpv:hasDataController", self.map.model.settings.organisation.as_ref().map(|_| to("ropa:organisation")))
            .all("dct:hasPart", activities)
            .done()
    }

    fn organisation(&self) -> Vec<Value> {
        let settings = &self.map.model.settings;
        let Some(it) = settings.organisation.as_ref() else { return Vec::new() };
        let mut own = self.entity("ropa:organisation", it);
        if let (Value::Object(own), false) = (&mut own, settings.security.is_empty()) {
            let measures = measures("ropa:organisation", &settings.security);
            own.insert("dpv:hasTechnicalOrganisationalMeasure".to_owned(), Value::Array(measures));
        }
        let mut all = vec![own];
        let mut entities: Vec<_> = settings.entities.iter().collect();
        entities.sort_by(|a, b| a.key.value.cmp(&b.key.value));
        all.extend(entities.into_iter().map(|it| self.entity(&format!("ropa:entity:{}", it.key.value), &it.value)));
        all
    }

    fn entity(&self, id: &str, it: &OrganisationDecl) -> Value {
        let person = |kind: &str, part: &str, it: &crate::declare::PersonDecl| {
            (it.none.is_none()).then(|| {
                Thing::new(&format!("{id}:{part}"), &[kind])
                    .with("dpv:hasName", word(it.name.as_ref()))
                    .with("dpv:hasContact", word(it.email.as_ref().or(it.contact.as_ref())))
                    .done()
            })
        };
        Thing::new(id, &["dpv:DataController"])
            .with("dpv:hasName", word(it.name.as_ref()))
            .with("dpv:hasAddress", word(it.address.as_ref()))
            .with("dpv:hasContact", word(it.contact.as_ref()))
            .with("dpv:hasCountry", it.country.as_ref().map(|code| place(code)))
            .with("dpv:hasDataProtectionOfficer", it.dpo.as_ref().and_then(|it| person("dpv:DataProtectionOfficer", "dpo", it)))
            .with("dpv:hasRepresentative", it.representative.as_ref().and_then(|it| person("dpv:Representative", "representative", it)))
            .done()
    }

    /// A category, of the type its own code or that of the nearest wider one names.
    fn category(&self, id: CategoryId) -> Value {
        let model = &self.map.model;
        let it = model.category(id);
        let code = std::iter::successors(Some(id), |id| model.category(*id).parent).find_map(|id| model.category(id).decl.dpv.as_ref());
        let mut types = vec![match () {
            () if it.art9.is_some() => "dpv:SpecialCategoryPersonalData",
            () if it.is_sensitive() => "dpv:SensitivePersonalData",
            () => "dpv:PersonalData",
        }];
        types.extend(code.and_then(|word| term(word)));
        let title = it.decl.title.as_ref().map(|title| text(title));
        Thing::new(&format!("ropa:category:{}", it.id), &types).with("dct:title", title).done()
    }

    fn subject(&self, id: SubjectId) -> Value {
        let it = self.map.model.subject(id);
        let mut types = vec!["dpv:DataSubject"];
        types.extend(it.decl.vulnerable.as_ref().is_some_and(|it| it.value).then_some("dpv:VulnerableDataSubject"));
        types.extend(it.decl.child.as_ref().is_some_and(|it| it.value).then_some("dpv:Child"));
        let title = it.decl.title.as_ref().map(|title| text(title));
        Thing::new(&format!("ropa:subject:{}", it.id), &types).with("dct:title", title).done()
    }

    fn recipient(&self, id: NodeId) -> Value {
        let model = &self.map.model;
        let node = model.node(id);
        let Some(it) = node.recipient() else { return Value::Null };
        let below = !node.receives.is_empty() && node.receives.iter().all(|id| model.flow(*id).kind == FlowKind::Subprocessor);
        let role = match it.role {
            Some(Role::Processor) if below => Some("dpv:DataSubProcessor"),
            Some(Role::Processor) => Some("dpv:DataProcessor"),
            Some(Role::JointController | Role::Controller) => Some("dpv:DataController"),
            Some(Role::Authority) => Some("dpv:Authority"),
            None => None,
        };
        let types: Vec<&str> = ["dpv:Recipient"].into_iter().chain(role).collect();
        let title = it.decl.title.as_ref().map(|title| text(title));
        let country = super::trace::country(it).map(|code| place(&code));
        Thing::new(&format!("ropa:recipient:{}", node.id), &types)
            .with("dct:title", title)
            .with("dpv:hasName", it.name.as_ref().map(|name| json!(name)))
            .with("dpv:hasContact", word(it.decl.contact.as_ref()))
            .with("dpv:hasCountry", country)
            .done()
    }
}
