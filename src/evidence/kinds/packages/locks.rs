//! What tools write down: every package that is built in, those asked for by others included.

use std::collections::BTreeSet;

use super::lists::before_version;
use crate::evidence::tree::Tree;

/// `package-lock.json`, all versions.
pub fn package_lock<'t>(file: &'t Tree) -> BTreeSet<&'t str> {
    let paths = file["packages"].members().filter_map(|(path, _)| path.rsplit_once("node_modules/"));
    let mut found: BTreeSet<&str> = paths.map(|(_, name)| name).collect();
    let mut todo: Vec<&Tree> = vec![&file["dependencies"]];
    while let Some(level) = todo.pop() {
        for (name, package) in level.members() {
            found.insert(name);
            todo.extend(package.get("dependencies"));
        }
    }
    found
}

/// `composer.lock`.
pub fn composer<'t>(file: &'t Tree) -> BTreeSet<&'t str> {
    let lists = ["packages", "packages-dev"].iter().flat_map(|it| file[*it].list());
    lists.filter_map(|it| it["name"].as_str()).collect()
}

/// `yarn.lock`, all versions: each entry begins with what was asked for.
pub fn yarn(text: &str) -> BTreeSet<String> {
    let heads = text.lines().filter(|it| !it.starts_with([' ', '\t', '#'])).filter_map(|it| it.trim_end().strip_suffix(':'));
    let asked = heads.flat_map(|it| it.split(',')).map(|it| it.trim().trim_matches('"'));
    asked.filter(|it| it.contains('@')).map(|it| before_version(it).to_owned()).collect()
}

/// `pnpm-lock.yaml`: `/name/1.0.0`, `/name@1.0.0` or `name@1.0.0`, by its version.
pub fn pnpm(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut within = false;
    for line in text.lines() {
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            within = matches!(line.trim_end(), "packages:" | "snapshots:");
        }
        let Some(key) = line.strip_prefix("  ").filter(|it| within && !it.starts_with(' ')).and_then(|it| it.trim_end().strip_suffix(':'))
        else {
            continue;
        };
        let key = key.trim_matches(['\'', '"']);
        let (key, slash) = key.strip_prefix('/').map_or((key, false), |it| (it, true));
        let name = before_version(key);
        let old = slash && name == key;
        found.insert(if old { key.rsplit_once('/').map_or(key, |it| it.0) } else { name }.to_owned());
    }
    found
}

/// Lists of `[[package]]` tables, each with its name: Poetry, uv, Cargo.
pub fn tables(text: &str) -> BTreeSet<String> {
    let names = toml_lines(text).filter(|(table, _)| *table == "package").filter_map(|(_, line)| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "name").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    names.collect()
}

/// `Gemfile.lock`: names with versions under `specs:`.
pub fn gemfile(text: &str) -> BTreeSet<String> {
    let lines = text.lines().filter_map(|it| it.strip_prefix("    ")).filter(|it| it.contains(" ("));
    lines.filter_map(|it| it.split_whitespace().next()).map(str::to_owned).collect()
}

/// Lines of a TOML text with the table that they stand in; the heading of a table is a line of it, and
/// comments and empty lines are left out.
pub fn toml_lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut table = "";
    text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')).map(move |line| {
        // A list goes on in lines that begin with its bracket, but never with a name in it alone.
        let heading = line.starts_with('[').then(|| line.split('#').next().unwrap_or_default().trim());
        if let Some(name) = heading.and_then(|it| it.strip_suffix(']')).map(|it| it.trim_matches(['[', ']']).trim())
            && !name.starts_with(['"', '\'', '{'])
        {
            table = name;
        }
        (table, line)
    })
}
