//! Containers of Google Tag Manager, exported in format 2: which tags fire, and which data lead into them.
//! Exports hold tokens and constants; only names and paths are taken from them.

mod code;
mod export;
mod slots;
mod tags;
mod templates;
#[cfg(test)]
mod tests;
mod variables;

use crate::evidence::desk::Desk;
use crate::evidence::seen::Notes;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

use export::{list, text};
use tags::Container;

/// The kind.
pub static GTM: Kind = Kind {
    id: "gtm",
    summary: "a tag manager's container, exported: its tags and the variables that lead into them",
    system: "website",
    raw: false,
    read,
};

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let bytes = input.whole()?;
    let export: Tree = Input::json(&bytes)?;
    let none = || Unread::because("has no `exportFormatVersion`: it is no export of a tag manager's container");
    let format = export.get("exportFormatVersion").ok_or_else(none)?;
    if format.as_f64() != Some(2.0) {
        let format = format.as_f64().map(|it| format!("in version {it}")).unwrap_or_else(|| "in another version".to_owned());
        return Err(Unread::because(format!("is exported {format}; export it again: only exportFormatVersion 2 is read")));
    }
    let version = export.get("containerVersion").ok_or_else(|| Unread::because("has no `containerVersion`: it holds no container"))?;
    let container = Container::of(version, desk);
    for tag in list(version, "tag") {
        notes.coverage.entries += 1;
        container.tag(tag, notes);
    }
    remarks(version, notes);
    Ok(())
}

/// What an export does not show, and what its author may want to know of it.
fn remarks(version: &Tree, notes: &mut Notes) {
    let file = notes.file.clone();
    let tags = list(version, "tag");
    if version["container"]["usageContext"].texts().any(|it| it == "SERVER") && !tags.is_empty() {
        notes.remark(format!("`{file}` is a server container: its tags hand on the data of an event by themselves, which no export shows"));
    }
    for child in list(version, "zone").iter().flat_map(|it| list(it, "childContainer")) {
        notes.remark(format!("`{file}` loads the container `{}`, whose export is another", text(child, "publicId")));
    }
    let mut silent = 0;
    for tag in tags {
        let consent = tag.get("consentSettings");
        let needed = consent.filter(|it| text(it, "consentStatus").eq_ignore_ascii_case("needed"));
        let Some(needed) = needed else {
            silent += usize::from(!consent.is_some_and(|it| text(it, "consentStatus").eq_ignore_ascii_case("not_needed")));
            continue;
        };
        let types = needed["consentType"]["list"].list().iter();
        let types: Vec<String> = types.map(|it| format!("`{}`", text(it, "value"))).collect();
        notes.remark(format!("the tag `{}` waits for consent: {}", text(tag, "name"), types.join(", ")));
    }
    if silent > 0 {
        notes.remark(format!("{silent} of {} tags in `{file}` say nothing of consent", tags.len()));
    }
}
