//! `ropa init`: the files of a new project, beside what is there.

mod from;
mod seen;

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::out;
use crate::render::file;
use crate::source::owners::PLACES;
use crate::source::{self, scalar};

/// Where a check can run on each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// .github/workflows/ropa.yaml
    Github,
    /// .gitlab-ci.yml
    Gitlab,
}

const AFTER: &str = "Examples:
  ropa init --name 'Example Ltd' --country IE --contact privacy@example.com --ci github
  ropa init --name 'Example Ltd' --country IE --contact privacy@example.com \\
    --from har=evidence/walk.har --from gtm=evidence/GTM-XXXX.json --from packages=package.json

Each --from reads what is there already: a browser's recording, a tag manager's export, a dbt
manifest, a list of packages (`ropa observe --help` lists the kinds). The files lie in the folder
of the project. ropa.yaml names them as evidence, and registry/ names the recipients they show.
No flow is declared from them: `ropa check` reports each one, with the lines to write, until
somebody says what it is for or stops it.";

/// Start a project in an existing repository
///
/// Writes ropa.yaml, a first file in registry/ to be replaced by what is true, and lets git join both
/// sides of ropa.lock; on request also a workflow, an owner for ropa.lock and ropa.yaml and a pre-commit hook. Nothing
/// that exists is overwritten: a line is added where a file of lines is there, else it is left as it is.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct InitArgs {
    /// Folder of the project
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// Name of the organisation, Art. 30(1)(a)
    #[arg(long)]
    pub name: String,
    /// Country of the organisation, ISO 3166-1 alpha-2
    #[arg(long, value_name = "CC")]
    pub country: String,
    /// How to reach the organisation about privacy
    #[arg(long)]
    pub contact: String,
    /// Postal address
    #[arg(long)]
    pub address: Option<String>,
    /// Data protection officer, as `Name <mail@address>`
    #[arg(long, value_name = "PERSON")]
    pub dpo: Option<String>,
    /// Language of the register, the first one first; may be given several times [default: en]
    #[arg(long, value_name = "TAG")]
    pub lang: Vec<String>,
    /// Name of the team whose file comes first
    #[arg(long, default_value = "platform")]
    pub team: String,
    /// Begin from a capture, such as har=walk.har or dbt=target/manifest.json; may be given several times
    #[arg(long, value_name = "KIND=FILE", value_parser = from::named)]
    pub from: Vec<from::Named>,
    /// A domain of the organisation itself, whose requests are no flow to a recipient; may be given several
    /// times [default: where each recorded visit began]
    #[arg(long, value_name = "DOMAIN", requires = "from")]
    pub first_party: Vec<String>,
    /// Also write a workflow that checks each change; may be given several times
    #[arg(long, value_enum, value_name = "SERVICE")]
    pub ci: Vec<Service>,
    /// Also make somebody the owner of ropa.lock and ropa.yaml, such as @org/privacy
    #[arg(long, value_name = "OWNER")]
    pub codeowner: Option<String>,
    /// Also write a hook for pre-commit
    #[arg(long)]
    pub pre_commit: bool,
}

const WORKFLOW: &str = ".github/workflows/ropa.yaml";
const PIPELINE: &str = ".gitlab-ci.yml";
const HOOKS: &str = ".pre-commit-config.yaml";

/// What to do with the examples.
const NEXT: &str = "next: replace the examples in registry/, run `ropa check`, and `ropa accept` what is meant to be";

/// Writes the files and says which. What cannot be read ends it before anything is written.
pub fn run(args: &InitArgs) -> anyhow::Result<u8> {
    if args.dir.join("ropa.yaml").exists() {
        bail!("`{}` is a project already\nhelp: `ropa check` says what is missing in it", args.dir.display());
    }
    let team = file_name(&args.team)?;
    let begun = if args.from.is_empty() { None } else { Some(from::read(args)?) };
    fs::create_dir_all(&args.dir).with_context(|| format!("creating `{}`", args.dir.display()))?;
    let root = fs::canonicalize(&args.dir).with_context(|| format!("opening `{}`", args.dir.display()))?;
    let (repository, prefix) = (source::repository(&root).unwrap_or(&root), source::prefix(&root));
    let mut said = Vec::new();
    let declared = begun.as_ref().map_or_else(|| registry(args), |it| seen::registry(it, team));
    let evidence = begun.as_ref().map(seen::evidence).unwrap_or_default();
    // A target that leads out ends it before anything is there: half a project could not be begun anew.
    let first = format!("registry/{team}.yaml");
    for path in ["ropa.yaml", &first, ".gitattributes"] {
        inside(&root, path)?;
    }
    let services = args.ci.iter().map(|it| if *it == Service::Github { WORKFLOW } else { PIPELINE });
    // GitLab has a place of its own beside those of GitHub.
    let mut known = PLACES.into_iter().chain([".gitlab/CODEOWNERS"]);
    let owners = known.find(|path| repository.join(path).is_file()).unwrap_or(PLACES[0]);
    for path in services.chain(args.codeowner.iter().map(|_| owners)).chain(args.pre_commit.then_some(HOOKS)) {
        inside(repository, path)?;
    }
    create(&root, "ropa.yaml", &(settings(args) + &evidence), &mut said)?;
    create(&root, &first, &declared, &mut said)?;
    add(&root, ".gitattributes", "ropa.lock merge=union", &mut said)?;
    for service in &args.ci {
        match service {
            Service::Github => create(repository, WORKFLOW, &workflow(&prefix), &mut said)?,
            Service::Gitlab => create(repository, PIPELINE, &pipeline(&prefix), &mut said)?,
        }
    }
    if let Some(owner) = &args.codeowner {
        let owner = owner.split_whitespace().collect::<Vec<_>>().join(" ");
        // Levels, policies and what answers for waivers stand in ropa.yaml: by it a check is made lenient.
        for file in ["ropa.lock", "ropa.yaml"] {
            add(repository, owners, &format!("/{prefix}{file} {owner}"), &mut said)?;
        }
    }
    if args.pre_commit {
        create(repository, HOOKS, HOOK, &mut said)?;
    }
    said.push(begun.as_ref().map_or_else(|| NEXT.to_owned(), |it| format!("\n{}", seen::said(it))));
    out::print(&format!("{}\n", said.join("\n")))?;
    Ok(0)
}

/// Writes a file that is not there yet; one that is stays as it is.
fn create(root: &Path, path: &str, text: &str, said: &mut Vec<String>) -> anyhow::Result<()> {
    let to = inside(root, path)?;
    match OpenOptions::new().write(true).create_new(true).open(&to) {
        Ok(mut new) => {
            new.write_all(text.as_bytes()).with_context(|| format!("writing `{path}`"))?;
            said.push(format!("{path}: written"));
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            said.push(format!("{path}: there already, left as it is; it would have been\n\n{}", indented(text)));
        }
        Err(error) => return Err(error).with_context(|| format!("writing `{path}`")),
    }
    Ok(())
}

/// Adds a line to a file of lines, unless it is there.
fn add(root: &Path, path: &str, line: &str, said: &mut Vec<String>) -> anyhow::Result<()> {
    let to = inside(root, path)?;
    let known = match fs::read_to_string(&to) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("reading `{path}`")),
    };
    if known.lines().any(|it| it.trim() == line) {
        return Ok(());
    }
    let gap = if known.is_empty() || known.ends_with('\n') { "" } else { "\n" };
    file::replace(&to, format!("{known}{gap}{line}\n").as_bytes())?;
    said.push(format!("{path}: `{line}` added"));
    Ok(())
}

/// A path below a folder, its own folders made on the way; no symbolic link leads out.
fn inside(root: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let to = root.join(path);
    let folder = to.parent().unwrap_or(root);
    fs::create_dir_all(folder).with_context(|| format!("creating `{}`", folder.display()))?;
    if !fs::canonicalize(folder).is_ok_and(|real| real.starts_with(root)) {
        bail!("writing `{path}`: a symbolic link leads out of `{}`", root.display());
    }
    Ok(to)
}

fn file_name(team: &str) -> anyhow::Result<&str> {
    let plain = !team.is_empty() && team.chars().all(|it| it.is_alphanumeric() || it == '-' || it == '_');
    if !plain {
        bail!("a team is named by letters, digits, `-` and `_`, not by `{team}`");
    }
    Ok(team)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

fn settings(args: &InitArgs) -> String {
    let line = |key: &str, value: &str| format!("  {key}: {}\n", scalar(value));
    let mut out = "version: 1\norganisation:\n".to_owned();
    out.push_str(&line("name", &args.name));
    args.address.iter().for_each(|it| out.push_str(&line("address", it)));
    out.push_str(&line("country", &args.country.to_uppercase()));
    out.push_str(&line("contact", &args.contact));
    match args.dpo.as_deref().map(|it| (it, it.split_once('<'))) {
        Some((_, Some((name, mail)))) => {
            out.push_str(&format!("  dpo: {{ name: {}, email: {} }}\n", scalar(name.trim()), scalar(mail.trim_end_matches('>').trim())));
        }
        Some((name, None)) => out.push_str(&line("dpo", name)),
        None => out.push_str("  # dpo: { name: …, email: … }, or `dpo: { none: why }`\n"),
    }
    let languages = if args.lang.is_empty() { vec!["en".to_owned()] } else { args.lang.iter().map(|it| scalar(it)).collect() };
    out.push_str(&format!("languages: [{}]\n", languages.join(", ")));
    // Beside examples an example; beside what was seen nothing made up.
    let example = if args.from.is_empty() { "" } else { "# " };
    out.push_str("# Measures that hold for every activity, Art. 30(1)(g)\n");
    out.push_str(&format!("{example}security: [{{ measure: Personal logins and encrypted storage, kind: access, art32: b }}]\n"));
    out
}

fn registry(args: &InitArgs) -> String {
    START.replace("TEAM", &scalar(&args.team)).replace("COUNTRY", &scalar(&args.country.to_uppercase()))
}

/// A first file: one of each thing, to be replaced.
const START: &str = "# What the systems of this team do with personal data. Everything below is an example: replace it.
team: TEAM

subjects:                                 # groups of people
  customer: Customer

fields:                                   # the data dictionary: name -> category
  email: contact.email

activities:                               # one record of Art. 30(1) each
  orders:
    title: Orders
    purpose: To deliver what was ordered
    basis: contract
    retention: 24m after the delivery

systems:                                  # what collects, derives, uses and sends data
  shop:
    title: Shop
    location: COUNTRY
    collects: { customer: { fields: [email], for: orders } }
    erase: api

notices:                                  # what people were told
  shop: { title: Privacy notice, for: [customer], activities: [orders], bases: [contract], retention: 24m after the delivery, since: 2026-01-01 }

# Who else gets data: declare them under `recipients:`, and what goes there under `sends:` of a system.
# recipients:
#   mailer: { name: Legal name, role: processor, kind: saas, country: IE, contract: { type: dpa, ref: …, signed: … } }
";

/// The workflow of a pull request on GitHub.
fn workflow(prefix: &str) -> String {
    let dir =
        if prefix.is_empty() { String::new() } else { format!("\n        with: {{ dir: {} }}", scalar(prefix.trim_end_matches('/'))) };
    format!(
        "name: privacy
on: [pull_request]
permissions: {{ contents: read, pull-requests: write, security-events: write }}
jobs:
  ropa:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {{ fetch-depth: 0 }}
      - uses: ropa-tool/ropa@v{}   # wherever ropa is kept{dir}
",
        env!("CARGO_PKG_VERSION")
    )
}

/// The pipeline of a merge request on GitLab.
fn pipeline(prefix: &str) -> String {
    let dir =
        if prefix.is_empty() { String::new() } else { format!("\nvariables: {{ ROPA_DIR: {} }}\n", scalar(prefix.trim_end_matches('/'))) };
    format!(
        "include:
  - project: ropa-tool/ropa   # wherever ropa is kept
    ref: v{}
    file: /ci/gitlab.yml
{dir}",
        env!("CARGO_PKG_VERSION")
    )
}

/// The hook, where no other is configured.
const HOOK: &str = concat!(
    "repos:
  - repo: https://github.com/ropa-tool/ropa   # wherever ropa is kept
    rev: v",
    env!("CARGO_PKG_VERSION"),
    "
    hooks: [{ id: ropa }]
"
);
