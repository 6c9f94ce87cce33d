//! What people write down: the packages that they ask for.

use std::collections::BTreeSet;

use super::locks::toml_lines;
use crate::evidence::code::markup;
use crate::evidence::tree::Tree;

/// `package.json`.
pub fn package_json<'t>(file: &'t Tree) -> BTreeSet<&'t str> {
    let groups = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
    let entries = groups.iter().flat_map(|it| file[*it].members());
    let name = |(name, version): (&'t str, &'t Tree)| {
        // `"x": "npm:name@1"` is a package under another name.
        let alias = version.as_str().and_then(|it| it.strip_prefix("npm:"));
        alias.map_or(name, before_version)
    };
    entries.map(name).collect()
}

/// `name` of `name@version`; a scope begins with the same sign.
pub fn before_version(text: &str) -> &str {
    let at = text.char_indices().skip(1).find(|(_, it)| *it == '@');
    at.map_or(text, |(at, _)| &text[..at])
}

/// `composer.json`.
pub fn composer<'t>(file: &'t Tree) -> BTreeSet<&'t str> {
    ["require", "require-dev"].iter().flat_map(|it| file[*it].members()).map(|it| it.0).collect()
}

/// `requirements.txt`.
pub fn requirements(text: &str) -> BTreeSet<String> {
    text.lines().filter_map(requirement).collect()
}

/// The name in a requirement of Python: `name[extra] >= 1 ; condition`.
fn requirement(line: &str) -> Option<String> {
    let line = line.trim();
    let name = line.split(|it: char| !(it.is_alphanumeric() || "-_.".contains(it))).next().unwrap_or_default();
    // Options begin with `-`, comments with `#`, addresses have no name.
    let is_address = line[name.len()..].starts_with(['/', ':']);
    let begins = name.starts_with(|it: char| it.is_alphanumeric());
    (begins && !is_address).then(|| name.to_owned())
}

/// `pyproject.toml`: lists of requirements, and tables with a key for each.
pub fn pyproject(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut listing = false;
    for (table, line) in toml_lines(text) {
        let lists = table == "project.optional-dependencies" || table == "dependency-groups";
        let keyed = table.ends_with("dependencies") && !lists;
        match line.split_once('=').filter(|_| !listing) {
            Some((key, value)) if lists || (table == "project" && key.trim() == "dependencies") => {
                found.extend(quoted(value).filter_map(requirement));
                listing = !ends_list(value);
            }
            Some((key, _)) if keyed => {
                found.insert(key.trim().trim_matches(['"', '\'']).to_owned());
            }
            None if listing => {
                found.extend(quoted(line).filter_map(requirement));
                listing = !ends_list(line);
            }
            _ => {}
        }
    }
    found
}

/// Whether a list of TOML is closed at the end of a line; brackets within are those of extras.
fn ends_list(line: &str) -> bool {
    line.split('#').next().unwrap_or_default().trim_end().ends_with(']')
}

/// `Cargo.toml`.
pub fn cargo(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (table, line) in toml_lines(text) {
        // `[dependencies.name]` has a table of its own.
        if let Some((_, name)) = table.split_once("dependencies.") {
            found.insert(name.trim_matches(['"', '\'']).to_owned());
        }
        if line.starts_with('[') || !(table.ends_with("dependencies") || table.contains("dependencies.")) {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let renamed = if key.trim() == "package" { Some(value) } else { value.split_once("package").map(|it| it.1) };
        match renamed.and_then(|it| quoted(it).next()) {
            Some(name) => found.insert(name.to_owned()),
            None if table.ends_with("dependencies") => {
                // `name.workspace = true` is a key of a table in a table.
                let name = key.trim().split('.').next().unwrap_or_default();
                found.insert(name.trim_matches(['"', '\'']).to_owned())
            }
            None => false,
        };
    }
    found
}

/// `pom.xml`.
pub fn pom(text: &str) -> BTreeSet<String> {
    let text = markup::without_comments(text);
    let inside = |part: &str, tag: &str| {
        let rest = part.split_once(&format!("<{tag}>"))?.1;
        Some(rest.split('<').next()?.trim().to_owned())
    };
    let ends = text.split("</dependency>");
    let parts = ends.filter_map(|it| it.rsplit_once("<dependency>")).map(|it| it.1);
    parts.filter_map(|it| Some(format!("{}:{}", inside(it, "groupId")?, inside(it, "artifactId")?))).collect()
}

/// Gradle's scripts and catalogues: strings of the form `group:name:version`.
pub fn gradle(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|it| !it.trim_start().starts_with("//")) {
        let named = |key: &str| {
            let rest = line.split_once(key)?.1;
            quoted(rest.split(',').next()?).next()
        };
        if let (Some(group), Some(name)) = (named("group"), named("name")) {
            found.insert(format!("{group}:{name}"));
            continue;
        }
        for text in quoted(line) {
            let mut parts = text.split(':');
            let (Some(group), Some(name)) = (parts.next(), parts.next()) else { continue };
            if group.contains('.') && !name.is_empty() && !name.starts_with('/') {
                found.insert(format!("{group}:{name}"));
            }
        }
    }
    found
}

/// `Gemfile`.
pub fn gemfile(text: &str) -> BTreeSet<String> {
    let asked = text.lines().filter_map(|it| it.trim_start().strip_prefix("gem")).filter(|it| it.starts_with([' ', '(', '\t']));
    asked.filter_map(|it| quoted(it).next()).map(str::to_owned).collect()
}

/// `go.mod`.
pub fn go(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut listing = false;
    for line in text.lines().map(|it| it.split("//").next().unwrap_or_default().trim()) {
        let rest = match line.strip_prefix("require") {
            Some(rest) if rest.trim() == "(" => {
                listing = true;
                continue;
            }
            Some(rest) if rest.starts_with(char::is_whitespace) => rest,
            _ if line == ")" => {
                listing = false;
                continue;
            }
            _ if listing => line,
            _ => continue,
        };
        found.extend(rest.split_whitespace().next().map(|it| it.trim_matches('"').to_owned()));
    }
    found
}

/// What stands between quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let open = rest.find(['"', '\''])?;
        let quote = rest[open..].chars().next()?;
        let inside = &rest[open + 1..];
        let close = inside.find(quote)?;
        rest = &inside[close + 1..];
        Some(&inside[..close])
    })
}
