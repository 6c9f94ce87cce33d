//! Annex I.A: who exports and who imports.

use std::collections::BTreeSet;

use super::{Importer, missing, module, purposes, said, title};
use crate::declare::Role;
use crate::model::{NodeId, Recipient};
use crate::render::page::Page;
use crate::render::trace::country;

/// The organisation; for a sub-processor those it works for.
pub(super) fn exporter(page: &mut Page, it: &Importer) {
    let model = &it.map.model;
    let senders: BTreeSet<NodeId> = it.exposures.iter().map(|it| model.flow(it.flow)).map(|flow| flow.from).collect();
    let others: Vec<NodeId> = senders.iter().copied().filter(|id| model.recipient(*id).is_some()).collect();
    if others.len() < senders.len() || senders.is_empty() {
        page.item(0, "Data exporter");
        let place = "organisation in ropa.yaml";
        let own = model.settings.organisation.as_ref();
        let word = |of: Option<&crate::declare::Word>| of.map(|word| word.value.clone());
        said(page, 1, "Name", own.and_then(|it| word(it.name.as_ref())), "name", place);
        said(page, 1, "Address", own.and_then(|it| word(it.address.as_ref())), "address", place);
        said(page, 1, "Contact", own.and_then(|it| word(it.contact.as_ref())), "contact", place);
        for (name, key, person) in [
            ("Data protection officer", "dpo", own.and_then(|it| it.dpo.as_ref())),
            ("Representative in the Union", "representative", own.and_then(|it| it.representative.as_ref())),
        ] {
            let parts = person.iter().flat_map(|it| [it.name.as_ref(), it.email.as_ref(), it.contact.as_ref()]).flatten();
            let parts: Vec<&str> = parts.map(|word| word.value.as_str()).collect();
            let none = person.and_then(|it| it.none.as_ref()).map(|why| format!("none: {}", why.value));
            let value = if parts.is_empty() { none } else { Some(parts.join(", ")) };
            // A representative is only for those established outside the Union.
            if key == "dpo" || value.is_some() {
                said(page, 1, name, value, key, place);
            }
        }
        let role = if matches!(module(it), Some(3 | 4)) { "processor" } else { "controller" };
        page.item(1, format!("Role: {role}"));
        signature(page, it);
    }
    for id in others {
        let node = model.node(id);
        let Some(other) = node.recipient() else { continue };
        page.item(0, "Data exporter");
        identity(page, &node.id, other);
        said(page, 1, "Role", other.role.map(|role| role_word(role).to_owned()), "role", &node.id);
        signature(page, it);
    }
}

pub(super) fn importer(page: &mut Page, it: &Importer) {
    let id = &it.map.model.node(it.id).id;
    page.item(0, "Data importer");
    identity(page, id, it.recipient);
    said(page, 1, "Role", it.recipient.role.map(|role| role_word(role).to_owned()), "role", id);
    signature(page, it);
}

pub(super) fn identity(page: &mut Page, id: &str, it: &Recipient) {
    said(page, 1, "Name", it.name.clone(), "name", id);
    said(page, 1, "Address and contact", it.decl.contact.as_ref().map(|word| word.value.clone()), "contact", id);
    said(page, 1, "Country", country(it), "country", id);
}

fn signature(page: &mut Page, it: &Importer) {
    let activities = purposes(it);
    let titles: Vec<String> = activities.iter().map(|id| title(&it.map.model, *id)).collect();
    let activities = if titles.is_empty() { missing("for", "the flows") } else { titles.join("; ") };
    page.item(1, format!("Activities relevant to the data transferred: {activities}"));
    page.item(1, "Signature and date: to be filled in by hand");
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Processor => "processor",
        Role::JointController | Role::Controller => "controller",
        Role::Authority => "controller (public authority)",
    }
}
