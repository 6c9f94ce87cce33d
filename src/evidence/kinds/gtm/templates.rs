//! Custom templates: whose they are, by the gallery they come from or the addresses they may use.

use std::collections::{BTreeSet, HashMap};

use super::export::{list, text};
use crate::evidence::tree::Tree;

/// The custom templates of a container, by the types that their tags have.
#[derive(Debug, Default)]
pub struct Templates<'e> {
    by_type: HashMap<String, &'e Tree<'e>>,
}

/// Permissions that make a template speak to somebody.
const SENDING: &[&str] = &["inject_script", "inject_hidden_iframe", "send_pixel", "send_http"];

/// Letters of a template's permissions, at most: they are a text in a text, of which a tree is made too.
const PERMISSIONS: usize = 1 << 20;

impl<'e> Templates<'e> {
    /// The templates of a container's version.
    pub fn of(version: &'e Tree<'e>) -> Templates<'e> {
        let mut by_type = HashMap::new();
        for template in list(version, "customTemplate") {
            by_type.insert(format!("cvt_{}_{}", text(template, "containerId"), text(template, "templateId")), template);
            let gallery = Some(text(&template["galleryReference"], "galleryTemplateId")).filter(|it| !it.is_empty());
            by_type.extend(gallery.map(|it| (format!("cvt_{it}"), template)));
        }
        Templates { by_type }
    }

    /// The template of a type.
    pub fn get(&self, kind: &str) -> Option<&'e Tree<'e>> {
        self.by_type.get(kind).copied()
    }
}

/// Where in the gallery it comes from: `owner/repository`.
pub fn gallery(template: &Tree) -> Option<String> {
    let reference = template.get("galleryReference")?;
    Some(format!("{}/{}", text(reference, "owner"), text(reference, "repository")))
}

/// Addresses that a template may use; a host of which only the domain is given stands as the domain.
pub fn addresses(template: &Tree) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for section in ["___WEB_PERMISSIONS___", "___SERVER_PERMISSIONS___"] {
        let Some((_, rest)) = text(template, "templateData").split_once(section) else { continue };
        let section = rest.split("\n___").next().unwrap_or_default();
        if section.len() > PERMISSIONS {
            continue;
        }
        let Ok(permissions) = serde_json::from_str::<Tree>(section.trim()) else { continue };
        for permission in permissions.list().iter().map(|it| &it["instance"]) {
            if SENDING.contains(&text(&permission["key"], "publicId")) {
                addresses_in(permission, &mut found);
            }
        }
    }
    found
}

fn addresses_in(value: &Tree, found: &mut BTreeSet<String>) {
    match value {
        Tree::Text(text) if text.contains("://") => {
            found.insert(text.replacen("://*.", "://", 1));
        }
        Tree::List(list) => list.iter().for_each(|it| addresses_in(it, found)),
        Tree::Object(members) => members.iter().for_each(|(_, it)| addresses_in(it, found)),
        _ => {}
    }
}
