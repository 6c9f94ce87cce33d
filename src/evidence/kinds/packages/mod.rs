//! Lists of packages and their lock files: whose software is built in. What it sends is not there to see.

mod lists;
mod locks;

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::code::is_name;
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Observation, Party, Strength};
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};
use crate::source::like;

/// The kind.
pub static PACKAGES: Kind = Kind {
    id: "packages",
    summary: "packages that software is built of: package.json, requirements.txt, Cargo.toml, go.mod and others",
    system: "app",
    raw: false,
    read,
};

/// What of a file says which packages there are.
struct Format {
    /// The file's name; `*` stands for anything.
    file: &'static str,
    /// Where its packages are registered, as signatures say it.
    registry: &'static str,
    names: Names,
}

/// How the names are found.
enum Names {
    Json(for<'t> fn(&'t Tree) -> BTreeSet<&'t str>),
    Text(fn(&str) -> BTreeSet<String>),
}

/// Every file that is read, by its name.
static FORMATS: &[Format] = &[
    Format { file: "package.json", registry: "npm", names: Names::Json(lists::package_json) },
    Format { file: "package-lock.json", registry: "npm", names: Names::Json(locks::package_lock) },
    Format { file: "npm-shrinkwrap.json", registry: "npm", names: Names::Json(locks::package_lock) },
    Format { file: "yarn.lock", registry: "npm", names: Names::Text(locks::yarn) },
    Format { file: "pnpm-lock.yaml", registry: "npm", names: Names::Text(locks::pnpm) },
    Format { file: "requirements*.txt", registry: "pypi", names: Names::Text(lists::requirements) },
    Format { file: "pyproject.toml", registry: "pypi", names: Names::Text(lists::pyproject) },
    Format { file: "poetry.lock", registry: "pypi", names: Names::Text(locks::tables) },
    Format { file: "uv.lock", registry: "pypi", names: Names::Text(locks::tables) },
    Format { file: "Cargo.toml", registry: "cargo", names: Names::Text(lists::cargo) },
    Format { file: "Cargo.lock", registry: "cargo", names: Names::Text(locks::tables) },
    Format { file: "pom.xml", registry: "maven", names: Names::Text(lists::pom) },
    Format { file: "build.gradle", registry: "maven", names: Names::Text(lists::gradle) },
    Format { file: "build.gradle.kts", registry: "maven", names: Names::Text(lists::gradle) },
    Format { file: "libs.versions.toml", registry: "maven", names: Names::Text(lists::gradle) },
    Format { file: "Gemfile", registry: "gem", names: Names::Text(lists::gemfile) },
    Format { file: "Gemfile.lock", registry: "gem", names: Names::Text(locks::gemfile) },
    Format { file: "composer.json", registry: "composer", names: Names::Json(lists::composer) },
    Format { file: "composer.lock", registry: "composer", names: Names::Json(locks::composer) },
    Format { file: "go.mod", registry: "go", names: Names::Text(lists::go) },
];

/// Bytes of a list that is no JSON, at most: each of its names is kept.
const LIST: u64 = 8 << 20;

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let file = notes.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let Some(format) = FORMATS.iter().find(|it| like(it.file, file)) else {
        let known: Vec<String> = FORMATS.iter().map(|it| format!("`{}`", it.file)).collect();
        return Err(Unread::because(format!("has a name that says nothing of what it lists; read are {}", known.join(", "))));
    };
    match format.names {
        Names::Json(names) => {
            let bytes = input.whole()?;
            let tree: Tree = Input::json(&bytes)?;
            listed(&names(&tree), format.registry, desk, notes);
        }
        Names::Text(names) => {
            let text = input.text(LIST)?;
            if text.trim().is_empty() {
                return Ok(());
            }
            let names = names(&text);
            listed(&names.iter().map(String::as_str).collect(), format.registry, desk, notes);
        }
    }
    Ok(())
}

fn listed(names: &BTreeSet<&str>, registry: &'static str, desk: &Desk, notes: &mut Notes) {
    // A list without an entry says that nothing is built in.
    notes.coverage.entries += names.len().max(1);
    let known = Known::of(desk, registry);
    for name in names.iter().filter(|it| is_name(it.trim_start_matches('@'))) {
        for vendor in known.vendors_of(name) {
            let seen = Observation::toward(Party::Vendor(vendor.to_owned()), "", Strength::Possible);
            notes.see(seen, name, None);
        }
    }
}

/// The packages of vendors in one registry.
struct Known<'a> {
    registry: &'static str,
    by_name: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(desk: &Desk<'a>, registry: &'static str) -> Known<'a> {
        let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (vendor, decl) in desk.signatures.all() {
            for name in decl.packages.get(registry).into_iter().flat_map(|it| it.iter()) {
                by_name.entry(plain(registry, &name.value)).or_default().push(vendor);
            }
        }
        Known { registry, by_name }
    }

    /// Whose a package is: by its name, or by the group or path that it lies in.
    fn vendors_of(&self, name: &str) -> Vec<&'a str> {
        let name = plain(self.registry, name);
        let mut tried: Vec<&str> = vec![&name];
        match self.registry {
            "maven" => tried.extend(name.split(':').next()),
            // `module/v3` is another version, `module/part` a part of it.
            "go" => tried.extend(name.match_indices('/').map(|(at, _)| &name[..at])),
            _ => {}
        }
        let found: BTreeSet<&str> = tried.iter().filter_map(|it| self.by_name.get(*it)).flatten().copied().collect();
        found.into_iter().collect()
    }
}

/// A name as its registry compares it.
fn plain(registry: &str, name: &str) -> String {
    let name = name.trim().to_lowercase();
    match registry {
        // Runs of these signs are all the same.
        "pypi" => name.split(['-', '_', '.']).filter(|it| !it.is_empty()).collect::<Vec<_>>().join("-"),
        "cargo" => name.replace('_', "-"),
        "go" => name.strip_prefix("github.com/").unwrap_or(&name).to_owned(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, PACKAGES};
    use crate::evidence::kinds::trial;

    fn found(file: &str, text: &str) -> Vec<String> {
        let notes = trial::read_small(&PACKAGES, &format!("web/{file}"), text.as_bytes()).expect("it is read");
        notes.seen.iter().map(|(it, sighting)| format!("{} {}", it.recipient.id(), sighting.at.entry)).collect()
    }

    #[test]
    fn npm() {
        let list = r#"{"dependencies":{"react":"1","react-facebook-pixel":"^1"},"devDependencies":{"x":"npm:@sentry/browser@8"}}"#;
        assert_eq!(found("package.json", list), ["meta react-facebook-pixel", "sentry @sentry/browser"]);
        let lock = r#"{"packages":{"":{"name":"shop"},"node_modules/a/node_modules/@sentry/browser":{}},"dependencies":{"b":{"dependencies":{"react-facebook-pixel":{}}}}}"#;
        assert_eq!(found("package-lock.json", lock), ["meta react-facebook-pixel", "sentry @sentry/browser"]);
        let yarn = "# yarn\n\n\"@sentry/browser@npm:^8.0.0, @sentry/browser@^7\":\n  version \"8\"\n  dependencies:\n    koala \"1\"\nreact-facebook-pixel@^1:\n";
        assert_eq!(found("yarn.lock", yarn), ["meta react-facebook-pixel", "sentry @sentry/browser"]);
        let pnpm = "packages:\n\n  /react-facebook-pixel/1.0.4:\n    resolution: {}\n  '@sentry/browser@8.0.0(x@1)':\n";
        assert_eq!(found("pnpm-lock.yaml", pnpm), ["meta react-facebook-pixel", "sentry @sentry/browser"]);
    }

    #[test]
    fn pypi() {
        let list = "# google-ads\n-r base.txt\nFacebook_Business[x]==21 ; a>1\nrequests  # google-ads\n";
        assert_eq!(found("requirements-dev.txt", list), ["meta Facebook_Business"]);
        let project = "[project]\nname = 'google-ads'\ndependencies = [\n  \"google.ads>=25\", # x\n]\n[tool.poetry.group.dev.dependencies]\nfacebook-business = '^1'\n";
        assert_eq!(found("pyproject.toml", project), ["google google.ads", "meta facebook-business"]);
        assert_eq!(found("poetry.lock", "[[package]]\nname = \"google-ads\"\n[x]\nname = \"facebook-business\"\n"), ["google google-ads"]);
    }

    #[test]
    fn cargo_and_go() {
        let list = "[package]\nname = 'sentry-core'\n[target.'cfg(unix)'.dependencies]\nlog = { package = 'sentry_core', version = '1' }\n";
        assert_eq!(found("Cargo.toml", list), ["sentry sentry_core"]);
        assert_eq!(found("Cargo.toml", "[dev-dependencies.sentry-core]\nversion = '1'\n"), ["sentry sentry-core"]);
        let go = "module x\nrequire github.com/googleads/google-ads-go v1\nrequire (\n\tgithub.com/getsentry/sentry-go/v2 v2.0.0 // indirect\n)\n";
        assert_eq!(found("go.mod", go), ["google github.com/googleads/google-ads-go", "sentry github.com/getsentry/sentry-go/v2"]);
    }

    #[test]
    fn maven() {
        let pom = "<project><groupId>io.sentry</groupId><!-- <dependency><groupId>io.sentry</groupId></dependency> -->
            <dependency><groupId> com.google.api-ads</groupId><artifactId>google-ads</artifactId></dependency></project>";
        assert_eq!(found("pom.xml", pom), ["google com.google.api-ads:google-ads"]);
        let gradle = "implementation 'io.sentry:sentry-android:7.0'\ncompile group: \"com.google.api-ads\", name: \"google-ads\", version: '1'\nurl 'https://io.sentry:1'";
        assert_eq!(found("build.gradle.kts", gradle), ["google com.google.api-ads:google-ads", "sentry io.sentry:sentry-android"]);
    }

    #[test]
    fn gem_and_composer() {
        assert_eq!(found("Gemfile", "gem 'rails'\n  gem(\"koala\", '~> 3')\n# gem 'koala'\n"), ["meta koala"]);
        assert_eq!(found("Gemfile.lock", "GEM\n  specs:\n    koala (3.0)\n      rails\n\nDEPENDENCIES\n  x\n"), ["meta koala"]);
        assert_eq!(found("composer.json", r#"{"require":{"Facebook/php-business-sdk":"1"}}"#), ["meta Facebook/php-business-sdk"]);
        assert_eq!(
            found("composer.lock", r#"{"packages-dev":[{"name":"facebook/php-business-sdk"}]}"#),
            ["meta facebook/php-business-sdk"]
        );
    }

    #[test]
    fn a_name_alone_is_no_name_within_another() {
        assert!(found("package.json", r#"{"dependencies":{"react-facebook-pixel-not":"1"},"name":"react-facebook-pixel"}"#).is_empty());
    }

    #[test]
    fn an_unknown_file_is_refused_with_the_names_of_those_that_are_read() {
        let why = trial::read_small(&PACKAGES, "list.txt", b"koala").expect_err("nobody knows it").0;
        assert!(FORMATS.iter().all(|it| why.contains(it.file)), "{why}");
    }

    #[test]
    fn hostile_lists_are_read_or_refused() {
        for format in FORMATS {
            let file = format.file.replace('*', "");
            for text in ["{", "[[", "[[package]]\nname", "<dependency>", "\"", "require (", "name = '", "\"@:\n", "é'é:é", "[x]\n= y\n'"]
            {
                let _ = trial::read_small(&PACKAGES, &file, text.as_bytes());
            }
            let _ = trial::read_small(&PACKAGES, &file, "\"a:'<dependency>".repeat(50_000).as_bytes());
            let _ = trial::read_small(
                &PACKAGES,
                &file,
                br#"{"dependencies":[1],"packages":{"a":1},"require":"x","packages-dev":[{"name":1}]}"#,
            );
        }
    }
}
