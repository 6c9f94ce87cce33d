//! Places of a tag into which values go: its parameters, and the rows of its tables.

use super::export::{list, text};
use crate::evidence::code::is_name;
use crate::evidence::tree::Tree;

/// A place for a value.
#[derive(Debug)]
pub struct Slot<'e> {
    /// The parameter, or the table and the name of the row: `eventSettingsTable.plan`.
    pub path: String,
    /// The name by itself.
    pub key: &'e str,
    /// The value, with references to variables.
    pub text: &'e str,
    /// Who gives it its meaning.
    pub meaning: Meaning,
}

/// Who gives a place its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The tag's type or template.
    Fixed,
    /// The site, in a row of a table: whatever stands there is sent.
    Chosen,
}

/// Members of a row that name it, the surest first.
const NAMES: &[&str] = &["parameter", "fieldName", "name", "key", "property", "param", "index"];

/// Names of settings that say how a tag works, and nothing of a person.
const SETTINGS: &[&str] = &[
    "send_page_view",
    "server_container_url",
    "transport_url",
    "first_party_collection",
    "debug_mode",
    "cookie_domain",
    "cookie_expires",
    "cookie_flags",
    "cookie_path",
    "cookie_prefix",
    "cookie_update",
    "cookieDomain",
    "cookieFlags",
    "allowLinker",
    "allowAnchor",
    "anonymizeIp",
    "linker",
    "language",
    "currency",
    "send_to",
    "groups",
    "content_group",
    "ignore_referrer",
    "event_callback",
    "event_timeout",
    "allow_google_signals",
    "allow_ad_personalization_signals",
    "traffic_type",
];

/// Whether a row only says how a tag works.
pub fn is_setting(key: &str) -> bool {
    SETTINGS.contains(&key)
}

/// Every place of some parameters.
pub fn slots<'e>(parameters: &'e [Tree<'e>]) -> Vec<Slot<'e>> {
    let mut found = Vec::new();
    for parameter in parameters {
        fill(parameter, text(parameter, "key"), &mut found);
    }
    found
}

fn fill<'e>(parameter: &'e Tree<'e>, path: &str, found: &mut Vec<Slot<'e>>) {
    let path = if is_name(path) { path } else { "" };
    if let Some(value) = parameter["value"].as_str() {
        found.push(Slot { path: path.to_owned(), key: text(parameter, "key"), text: value, meaning: Meaning::Fixed });
    }
    for element in list(parameter, "list") {
        match element.get("map") {
            Some(_) => row(element, path, found),
            None => fill(element, path, found),
        }
    }
    if parameter.get("map").is_some() {
        row(parameter, path, found);
    }
}

/// A row of a table: one member is its name, the others are values.
fn row<'e>(element: &'e Tree<'e>, table: &str, found: &mut Vec<Slot<'e>>) {
    let members = list(element, "map");
    let name = NAMES.iter().find_map(|key| {
        let member = members.iter().find(|it| text(it, "key") == *key)?;
        let name = text(member, "value");
        (is_name(name) && members.len() > 1).then_some((*key, name))
    });
    for member in members {
        let key = text(member, "key");
        let deeper = list(member, "list").len() + list(member, "map").len() > 0;
        match name {
            Some((of, _)) if key == of => {}
            Some((_, name)) if !deeper => {
                let path = format!("{table}.{name}");
                found.push(Slot { path, key: name, text: text(member, "value"), meaning: Meaning::Chosen });
            }
            _ => fill(member, &format!("{table}.{key}"), found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Meaning, slots};
    use crate::evidence::tree::Tree;

    #[test]
    fn rows_are_named_by_what_they_say() {
        let parameters = r#"[
            { "key": "id", "value": "{{A}}" },
            { "key": "table", "list": [
                { "type": "MAP", "map": [{ "key": "parameterValue", "value": "{{B}}" }, { "key": "parameter", "value": "plan" }] },
                { "type": "MAP", "map": [{ "key": "name", "value": "{{C}}" }, { "key": "value", "value": "{{D}}" }] }
            ] },
            { "key": "list", "list": [{ "type": "TEMPLATE", "value": "{{E}}" }] },
            7, { "list": 1, "map": "x", "value": {} }
        ]"#;
        let parameters: Tree = serde_json::from_str(parameters).expect("it is JSON");
        let found = slots(parameters.list());
        let shown: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.text, it.meaning)).collect();
        let expected = [
            ("id", "{{A}}", Meaning::Fixed),
            ("table.plan", "{{B}}", Meaning::Chosen),
            ("table.name", "{{C}}", Meaning::Fixed),
            ("table.value", "{{D}}", Meaning::Fixed),
            ("list", "{{E}}", Meaning::Fixed),
        ];
        assert_eq!(shown, expected);
    }
}
