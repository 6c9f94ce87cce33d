//! The template engine: what ships, what a project lays over it, and errors with their place.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context as _, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use tera::{Context, Tera};

use super::texts;
use crate::finding::listed;
use crate::render::filters;
use crate::source::nearest;

/// Bytes of one page, at most: a template that grows without end ends in an error.
const PAGE: usize = 64 << 20;

/// One template file that ships.
macro_rules! shipped {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../../templates/", $name)))),*] };
}

/// The templates that ship; a project's own of the same name wins.
static TEMPLATES: &[(&str, &str)] = shipped![
    "access.html" "activity.html" "category.html" "changes.html" "data.html" "edition.html" "field.html" "fields.html" "foot.html"
    "gaps.html" "head.html" "house.html" "index.html" "matrix.html" "notices.html" "observed.html" "page.html" "parts.html" "recipient.html"
    "recipients.html" "records.html" "register.css" "register.js" "rules.html" "search.html" "single.html" "sources.html"
    "system.html" "systems.html" "table.html" "top.html"
];

/// The templates of a register, read and ready.
pub struct Engine {
    tera: Tera,
    /// The style sheet as every page carries it.
    pub style: String,
    /// The script as every page carries it.
    pub script: String,
    /// The content security policy: nothing may be loaded, this style sheet and this script alone may run.
    pub policy: String,
}

impl Engine {
    /// The shipped templates with a project's own laid over them, by file name.
    pub fn new(own: &[(String, String)]) -> anyhow::Result<Engine> {
        let mut all: BTreeMap<&str, &str> = TEMPLATES.iter().copied().collect();
        for (name, _) in own.iter().filter(|(name, _)| !all.contains_key(name.as_str())) {
            // A part of other templates is named in one of them; else it is a slip of the pen.
            if !own.iter().any(|(_, text)| text.contains(name.as_str())) {
                let near = nearest(name, all.keys().copied());
                let help = near.map_or_else(
                    || format!("the pages use {}", listed(all.keys().map(|it| format!("`{it}`")))),
                    |it| format!("did you mean `{it}`?"),
                );
                bail!("no page of the register uses the template `{name}`\nhelp: {help}");
            }
        }
        all.extend(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let mut tera = Tera::default();
        // Whatever a template is called, what it prints is escaped.
        tera.autoescape_on([""]);
        tera.set_escape_fn(texts::escape);
        filters::register(&mut tera);
        tera.add_raw_templates(all).map_err(|error| said(&error)).context("reading the templates of the register")?;
        let mut engine = Engine { tera, style: String::new(), script: String::new(), policy: String::new() };
        engine.style = engine.render("register.css", &Context::new(), String::new())?;
        engine.script = engine.render("register.js", &Context::new(), String::new())?;
        engine.policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
            fingerprint(&engine.style),
            fingerprint(&engine.script)
        );
        Ok(engine)
    }

    /// One page, bounded in size, in the room of a text that is no longer needed.
    pub fn render(&self, template: &str, context: &Context, room: String) -> anyhow::Result<String> {
        let mut out = Capped { text: room.into_bytes(), full: false };
        out.text.clear();
        let done = self.tera.render_to(template, context, &mut out);
        if out.full {
            bail!("rendering `{template}`: the page is larger than {} MiB", PAGE >> 20);
        }
        done.map_err(|error| said(&error)).with_context(|| format!("rendering `{template}`"))?;
        String::from_utf8(out.text).with_context(|| format!("rendering `{template}`"))
    }
}

/// A text as a content security policy names it (CSP 3, section 2.3.1).
fn fingerprint(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// An error of a template with its place, where there is one.
fn said(error: &tera::Error) -> anyhow::Error {
    match error.kind() {
        tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => {
            let (file, at) = (report.filename(), report.span());
            anyhow!("template `{file}`, line {}, column {}: {}", at.start_line, at.start_col + 1, report.message())
        }
        _ => anyhow!("{error}"),
    }
}

/// A page being written, up to its cap.
struct Capped {
    text: Vec<u8>,
    /// There was more than fits; the engine keeps only the kind of an error.
    full: bool,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > PAGE {
            self.full = true;
            return Err(io::Error::other("the page is too large"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
