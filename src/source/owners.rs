//! Who has to review a file: CODEOWNERS, by the rules GitHub documents.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::git::{Repository, Revision};
use super::repository;

/// Where the file is looked for; the first one counts.
pub const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// Bytes at most; GitHub does not load a larger one.
const SIZE: u64 = 3 << 20;

/// The lines of a CODEOWNERS file: a pattern and who owns what it takes.
#[derive(Clone, Debug, Default)]
pub struct Owners(Vec<(String, Vec<String>)>);

impl Owners {
    /// Reads the lines; what is no rule says nothing.
    pub fn read(text: &str) -> Owners {
        let line = |line: &str| {
            let mut words = words(line).into_iter();
            let pattern = words.next().filter(|it| !it.starts_with(['!', '[']))?;
            Some((pattern, words.collect()))
        };
        Owners(text.lines().filter_map(line).collect())
    }

    /// Those of the repository a folder lies in.
    pub fn on_disk(folder: &Path) -> Option<Owners> {
        let root = repository(folder)?;
        let text = |place: &&str| {
            let path = root.join(place);
            let mut text = String::new();
            fs::metadata(&path).ok().filter(|it| it.is_file() && it.len() <= SIZE)?;
            fs::File::open(&path).and_then(|file| file.take(SIZE).read_to_string(&mut text)).ok()?;
            Some(text)
        };
        PLACES.iter().find_map(text).map(|text| Owners::read(&text))
    }

    /// Those of a revision: a pull request is reviewed by the owners its base names.
    pub fn at(repository: &mut Repository, revision: &Revision) -> anyhow::Result<Option<Owners>> {
        for place in PLACES {
            if let Some(text) = repository.text(revision, Some(place))?.filter(|it| it.len() as u64 <= SIZE) {
                return Ok(Some(Owners::read(&text)));
            }
        }
        Ok(None)
    }

    /// The owners of a path from the root of the repository: the last pattern that takes it counts, also
    /// where it names nobody.
    pub fn of(&self, path: &str) -> &[String] {
        self.0.iter().rev().find(|(pattern, _)| takes(pattern, path)).map_or(&[], |(_, owners)| owners)
    }
}

/// The words of a line before its comment; a backslash keeps a blank or `#` in a pattern.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            '#' if word.is_empty() => break,
            it if it.is_whitespace() => words.extend(Some(std::mem::take(&mut word)).filter(|it| !it.is_empty())),
            it => word.push(it),
        }
    }
    words.extend(Some(word).filter(|it| !it.is_empty()));
    words
}

/// Whether a pattern takes a path: `*` takes any letters of one name, `**` any folders; without a slash
/// at the beginning or inside it is looked for at any depth; a folder takes all that is in it, but `/*`
/// at the end only what is directly there.
fn takes(pattern: &str, path: &str) -> bool {
    let trimmed = pattern.trim_end_matches('/');
    let anchored = trimmed.contains('/');
    let names: Vec<&str> = trimmed.trim_start_matches('/').split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    if trimmed == "*" || trimmed.is_empty() {
        return true;
    }
    let flat = anchored && names.last() == Some(&"*");
    let below = |at: usize| if at < path.len() { !flat } else { !pattern.ends_with('/') };
    // How many names of the path may be taken; without a slash it may begin anywhere.
    let mut taken: Vec<bool> = (0..=path.len()).map(|at| at == 0 || !anchored).collect();
    for (position, name) in names.iter().enumerate() {
        let last = position + 1 == names.len();
        let step = |at: usize| match *name {
            "**" if last => (0..at).any(|it| taken[it]),
            "**" => (0..=at).any(|it| taken[it]),
            name => at > 0 && taken[at - 1] && letters(name, path[at - 1]),
        };
        taken = (0..=path.len()).map(step).collect();
    }
    taken.iter().enumerate().any(|(at, taken)| *taken && below(at))
}

/// Whether a name with `*` and `?` is a name.
fn letters(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // How far the pattern may have come after each letter; one pass, however many stars.
    let mut at: Vec<bool> = vec![false; pattern.len() + 1];
    at[0] = true;
    let through = |at: &mut Vec<bool>| (0..pattern.len()).for_each(|it| at[it + 1] |= at[it] && pattern[it] == '*');
    through(&mut at);
    for letter in name {
        let mut next = vec![false; pattern.len() + 1];
        for (it, known) in pattern.iter().enumerate().filter(|(it, _)| at[*it]) {
            match known {
                '*' => next[it] = true,
                '?' => next[it + 1] = true,
                known => next[it + 1] |= *known == letter,
            }
        }
        through(&mut next);
        at = next;
    }
    at[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::Owners;

    #[test]
    fn the_examples_github_documents_hold() {
        let owners = Owners::read(
            "# comment\n*       @global\n*.js    @js #inline\n/build/logs/ @doctocat\ndocs/*  docs@example.com\napps/ @octocat\n/docs/ @doc\n/scripts/ @doctocat @octocat\n**/logs @log\n/apps/github\n/with\\ blank/ @blank\n",
        );
        let of = |path: &str| owners.of(path).join(" ");
        assert_eq!(of("any/thing.txt"), "@global");
        assert_eq!(of("deep/er/a.js"), "@js");
        assert_eq!(of("build/logs/today/x"), "@log");
        assert_eq!(of("build/other"), "@global");
        assert_eq!(of("apps/x/y"), "@octocat");
        assert_eq!(of("deep/apps/y"), "@octocat");
        assert_eq!(of("apps/github/y"), "");
        assert_eq!(of("docs/a/b"), "@doc");
        assert_eq!(of("scripts/x.js"), "@doctocat @octocat");
        assert_eq!(of("a/b/logs/c"), "@log");
        assert_eq!(of("with blank/x"), "@blank");
    }

    #[test]
    fn a_star_at_the_end_takes_no_folders() {
        let owners = Owners::read("docs/* @flat\n");
        assert_eq!(owners.of("docs/getting-started.md").join(" "), "@flat");
        assert!(owners.of("docs/build-app/troubleshooting.md").is_empty());
        assert!(owners.of("other/docs/x").is_empty());
    }

    #[test]
    fn many_stars_end() {
        let owners = Owners::read(&format!("{}z @x\n", "*a".repeat(50)));
        assert!(owners.of(&"a".repeat(200)).is_empty());
        let owners = Owners::read(&format!("/{}z @x\n", "**/a/".repeat(60)));
        assert!(owners.of(&"a/".repeat(120)).is_empty());
    }
}
