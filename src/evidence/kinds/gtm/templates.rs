//! Custom templates: whose they are, by the gallery they come from or the addresses they may use.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::export::{list, text};

/// The custom templates of a container, by the types that their tags have.
#[derive(Debug, Default)]
pub struct Templates<'e> {
    by_type: HashMap<String, &'e Value>,
}

/// Permissions that make a template speak to somebody.
const SENDING: &[&str] = &["inject_script", "inject_hidden_iframe", "send_pixel", "send_http"];

impl<'e> Templates<'e> {
    /// The templates of a container's version.
    pub fn of(version: &'e Value) -> Templates<'e> {
        let mut by_type = HashMap::new();
        for template in list(version, "customTemplate") {
            by_type.insert(format!("cvt_{}_{}", text(template, "containerId"), text(template, "templateId")), template);
            let gallery = template.get("galleryReference").map(|it| text(it, "galleryTemplateId")).filter(|it| !it.is_empty());
            by_type.extend(gallery.map(|it| (format!("cvt_{it}"), template)));
        }
        Templates { by_type }
    }

    /// The template of a type.
    pub fn get(&self, kind: &str) -> Option<&'e Value> {
        self.by_type.get(kind).copied()
    }
}

/// Where in the gallery it comes from: `owner/repository`.
pub fn gallery(template: &Value) -> Option<String> {
    let reference = template.get("galleryReference")?;
    Some(format!("{}/{}", text(reference, "owner"), text(reference, "repository")))
}

/// Addresses that a template may use; a host of which only the domain is given stands as the domain.
pub fn addresses(template: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for section in ["___WEB_PERMISSIONS___", "___SERVER_PERMISSIONS___"] {
        let Some((_, rest)) = text(template, "templateData").split_once(section) else { continue };
        let section = rest.split("\n___").next().unwrap_or_default();
        let Ok(permissions) = serde_json::from_str::<Value>(section.trim()) else { continue };
        for permission in permissions.as_array().into_iter().flatten().filter_map(|it| it.get("instance")) {
            if permission.get("key").is_some_and(|it| SENDING.contains(&text(it, "publicId"))) {
                addresses_in(permission, &mut found);
            }
        }
    }
    found
}

fn addresses_in(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.contains("://") => {
            found.insert(text.replacen("://*.", "://", 1));
        }
        Value::Array(list) => list.iter().for_each(|it| addresses_in(it, found)),
        Value::Object(members) => members.values().for_each(|it| addresses_in(it, found)),
        _ => {}
    }
}
