//! The register as one file: every page a part of it, every link within it.

use std::io::Write;

use anyhow::Context as _;
use rayon::prelude::*;

use super::frame::{Frame, Shared};
use super::page::{self, Page};
use super::{CHUNK, Desk, Edition, Site, at};
use crate::render::view::Names;

/// Where the pages of a language come in what surrounds them.
const MARK: &str = "<!-- pages -->";

/// Attributes that name a place in the page, and become names within the file.
const NAMES: &[&str] = &["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"];

impl Site<'_> {
    /// Writes the whole register as one page. Without a script it is one long document; with one, a
    /// page at a time is shown. `progress` hears of each few pages that are done.
    pub fn single(&self, out: &mut impl Write, progress: &mut dyn FnMut(usize)) -> anyhow::Result<()> {
        let first = &self.editions[0];
        let names = Names::of(self.map);
        let reading = self.reading(first, &names);
        let mut context = self.shared(&reading, &Shared::within(self, &reading, first));
        context.insert("frame", &Frame::around(self, &reading, first));
        let whole = self.engine.render("single.html", &context, String::new())?;
        let (before, after) = whole.split_once(MARK).context("rendering `single.html`: it has no `<!-- pages -->`")?;
        out.write_all(before.as_bytes())?;
        for edition in &self.editions {
            self.edition(edition, out, progress)?;
        }
        out.write_all(after.as_bytes())?;
        Ok(())
    }

    /// All pages of one language, with what stands around them.
    fn edition(&self, edition: &Edition, out: &mut impl Write, done: &mut dyn FnMut(usize)) -> anyhow::Result<()> {
        let desks = self.desks(edition, Shared::within);
        let (Desk { names, shared }, all) = (at(&desks), Page::all(self));
        let reading = self.reading(edition, names);
        let mut context = shared.clone();
        context.insert("frame", &Frame::around(self, &reading, edition));
        context.insert("page", &page::contents(&reading, &edition.folder, &all));
        let around = self.engine.render("edition.html", &context, String::new())?;
        let (before, after) = around.split_once(MARK).context("rendering `edition.html`: it has no `<!-- pages -->`")?;
        out.write_all(before.as_bytes())?;
        for pages in all.chunks(CHUNK) {
            let made = pages.par_iter().map(|page| {
                let Desk { names, shared } = at(&desks);
                let reading = self.reading(edition, names);
                let path = page.path(&reading);
                let name = format!("{}{}", edition.folder, path.trim_end_matches(".html"));
                let frame = Frame::of(self, &reading, edition, *page).within(&name);
                self.render(shared, &reading, *page, &frame, |text| Ok(within(text, &format!("{}{path}", edition.folder))))
            });
            let made: anyhow::Result<Vec<String>> = made.collect();
            for text in made? {
                out.write_all(text.as_bytes())?;
            }
            done(pages.len());
        }
        out.write_all(after.as_bytes())?;
        Ok(())
    }
}

/// A page as a part of one file: what it names is named after it, and its links stay within the file.
/// Quotes and angle brackets of texts are escaped, so what looks like an attribute in a tag is one.
fn within(page: &str, path: &str) -> String {
    let name = path.trim_end_matches(".html");
    let mut out = String::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |it| open + it);
        out.push_str(&rest[..open]);
        tag(&rest[open..close], path, name, &mut out);
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}

/// One tag, its attributes rewritten.
fn tag(text: &str, path: &str, name: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, more)) = after.split_once('"') else { break };
        let attribute = before.rsplit([' ', '\n']).next().unwrap_or_default();
        out.push_str(before);
        out.push_str("=\"");
        match attribute {
            "href" => out.push_str(&target(value, path, name)),
            // The page's own name is the one it has in the file.
            "id" if value == name => out.push_str(value),
            _ if NAMES.contains(&attribute) => {
                let names: Vec<String> = value.split(' ').map(|it| format!("{name}~{it}")).collect();
                out.push_str(&names.join(" "));
            }
            _ => out.push_str(value),
        }
        out.push('"');
        rest = more;
    }
    out.push_str(rest);
}

/// Where a link of a page leads within the file.
fn target(href: &str, path: &str, name: &str) -> String {
    let (to, anchor) = href.split_once('#').map_or((href, None), |(to, anchor)| (to, Some(anchor)));
    if to.contains(':') {
        return href.to_owned();
    }
    let page = if to.is_empty() { name.to_owned() } else { joined(path, to).trim_end_matches(".html").to_owned() };
    anchor.map_or_else(|| format!("#{page}"), |anchor| format!("#{page}~{anchor}"))
}

/// A relative path from the folder of a page.
fn joined(path: &str, to: &str) -> String {
    let mut at: Vec<&str> = path.split('/').collect();
    at.pop();
    for part in to.split('/') {
        match part {
            ".." => drop(at.pop()),
            "." => {}
            part => at.push(part),
        }
    }
    at.join("/")
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn names_and_links_of_a_page_become_those_of_the_file() {
        let page = "<article id=\"sv/activities/a\"><h2 id=\"x\">id=\"y\"</h2><a class=\"b\" href=\"../gaps.html#gap-1\">&lt;a href=\"</a><a href=\"#x\">";
        let text = within(page, "sv/activities/a.html");
        assert_eq!(
            text,
            "<article id=\"sv/activities/a\"><h2 id=\"sv/activities/a~x\">id=\"y\"</h2><a class=\"b\" href=\"#sv/gaps~gap-1\">&lt;a href=\"</a><a href=\"#sv/activities/a~x\">"
        );
    }
}
