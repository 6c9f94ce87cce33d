//! What can be asked, and how it explains itself.

mod diff;
mod observe;
mod render;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::init::InitArgs;
use super::manual::{CompletionsArgs, ManArgs};
use crate::declare::{Date, Moment};
use crate::finding::Level;
use crate::render::report;
use crate::render::view::tables;

pub use diff::DiffArgs;
pub use observe::{ObserveArgs, ObserveFormat};
pub use render::RenderArgs;

/// Where to begin, below the list of commands.
const AFTER: &str = "A project is a folder with a ropa.yaml and declarations in registry/*.yaml.
  ropa init --name 'Example Ltd' --country IE --contact privacy@example.com
                                   a first project
  ropa check                       who is reached, and is that accepted?
  ropa diff                        who gets more than before this branch?
  ropa why customer.email mailer   by which path?
  ropa trace customer.email        who holds it, since when, on what ground?
  ropa incident 'hub->ads#list'    what went there, to whom, and what is still open?
  ropa observe har walk.har        what really leaves, by a browser's recording
  ropa suggest                     which gaps to close first, with the YAML to paste
  ropa accept                      accept what there is, for review in ropa.lock
  ropa render                      the register, in register/index.html
  ropa explain new-exposure        what a finding means";

/// Examples and what opening a csv file can do, below the arguments of `ropa export`.
const AFTER_EXPORT: &str = "Examples:
  ropa export xlsx --out register.xlsx
  ropa export csv --section transfers --lang sv > transfers.csv
  ropa export markdown --template cnil --lang fr --out REGISTRE.md
  ropa export json | jq .exposures
  ropa export model --revision $(git rev-parse --short HEAD) --out shop.model.yaml

A spreadsheet runs a csv cell that begins with = + - @ as a formula. What names and titles
bring of that kind gets a ' in front (OWASP, CSV injection), also behind a line break, a
semicolon or a tab inside a cell; all else in a csv cell is as declared. In xlsx and markdown
every text is kept as it is: no cell of the workbook is a formula. The byte order mark of csv
is there for Excel, which reads a file without it in the code page of its machine.

Equal declarations and an equal --today give equal bytes.";

/// Which personal data reach which recipients, by which path, on what ground.
///
/// Teams declare fields, systems and recipients in YAML next to their code; ropa computes who is
/// reached, compares that with what was accepted in ropa.lock, and renders the record of processing
/// activities (Art. 30 GDPR).
#[derive(Debug, Parser)]
#[command(name = "ropa", version, max_term_width = 100, after_help = AFTER)]
pub struct Ropa {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Init(InitArgs),
    Check(CheckArgs),
    Diff(DiffArgs),
    Accept(AcceptArgs),
    Waive(WaiveArgs),
    Suggest(SuggestArgs),
    Why(WhyArgs),
    Trace(TraceArgs),
    Incident(IncidentArgs),
    Observe(ObserveArgs),
    Render(RenderArgs),
    Export(ExportArgs),
    Rules(RulesArgs),
    Explain(ExplainArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Where the project is and for which day it is looked at.
#[derive(Debug, Args)]
pub struct ProjectArgs {
    /// Folder of the project: the one with ropa.yaml, or any below it
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
}

/// For which day the project is looked at.
#[derive(Debug, Args)]
pub struct DayArgs {
    /// Day for which stopped flows, contracts, transfers and waivers are judged [default: today, UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
}

/// Compute who is reached and compare it with what was accepted
///
/// Reads ropa.yaml and registry/**/*.yaml, resolves every name, computes which fields reach which
/// recipients, asks every rule, and holds the result against ropa.lock. Exit status: 0 when nothing
/// at or above --fail-on was found, 1 when something was, 2 when the work could not be done.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// What to print, and where; `json=FILE` writes a file. May be given several times
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = report_output, default_value = "text", long_help = formats())]
    pub output: Vec<Output<&'static report::Format>>,
    /// Lowest level that makes the check fail
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "error")]
    pub fail_on: FailOn,
    /// Fail on stale rows of the lock too
    #[arg(long)]
    pub locked: bool,
}

/// Which keys there are, below the arguments of `ropa accept`.
const AFTER_ACCEPT: &str = "Without a key all of it is accepted. Keys, in which * stands for any part; quote them:
  ropa accept 'new-exposure@crm->mailer'    what that finding of `ropa check` speaks of
  ropa accept 'crm->mailer'                 all there is to decide on about a flow
  ropa accept 'buyer.email@crm->mailer'     one item of it
  ropa accept 'buyer.email@*' '*->adnet#*'  an item wherever it goes, and each function of adnet

Only the rows of what is named are written: new and weakened ones as they are, unreviewed ones as
accepted; what is gone goes, what is stronger is tightened. Every other line of the lock stays.";

/// Write ropa.lock: accept the exposures there are, or those that are named
///
/// The lock is reviewed like code: its diff in a pull request is the change in who gets what.
#[derive(Debug, Args)]
#[command(after_help = AFTER_ACCEPT)]
pub struct AcceptArgs {
    /// Keys of what to accept; a word without `@`, `->` and `*` is the folder of the project
    #[arg(value_name = "KEY|DIR")]
    pub words: Vec<String>,
    #[command(flatten)]
    pub day: DayArgs,
    /// Only remove rows that are no longer computed and tighten those that are stronger now
    #[arg(long, conflicts_with = "unreviewed")]
    pub prune: bool,
    /// At the start of a project: also count every finding there is as unreviewed debt
    #[arg(long)]
    pub unreviewed: bool,
}

/// Answer for a finding until a day
///
/// Writes an entry under `waivers:`, with the items it covers: what the flow carries beyond them later
/// is open again. An entry with the same key is replaced; everything else in the file stays as it is.
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// Key of the finding, as `ropa check` prints it; `*` may stand for a part
    pub key: String,
    /// Why it may stay
    #[arg(long)]
    pub why: String,
    /// First day on which it no longer counts, at most twelve months ahead
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub expires: Date,
    /// Who answers for it [default: the user.name of git]
    #[arg(long)]
    pub by: Option<String>,
    /// Where it is followed up
    #[arg(long)]
    pub ticket: Option<String>,
    #[command(flatten)]
    pub project: ProjectArgs,
}

/// Show the next gaps to close, the least effort first, each with the YAML to paste
///
/// What only people know stands in angle brackets as an example: replace it, brackets and all.
#[derive(Debug, Args)]
pub struct SuggestArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How many
    #[arg(long, short = 'n', default_value_t = 5)]
    pub count: usize,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    pub output: Format,
}

/// Show by which path an item reaches a recipient, and on what ground
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// `subject.field`, or a field for every subject
    pub item: String,
    /// Recipient or system
    pub recipient: String,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    pub output: Format,
}

/// Show everyone who holds an item, and how an erasure or objection reaches them
///
/// For a request under Art. 15(1)(c) the recipients by name, for Art. 19 whom to tell: own systems,
/// recipients and those who work for them, each with the form, the path, since when, until when and
/// for which activity. What is asked for a group includes what is held of the wider groups it belongs
/// to: `customer` includes `visitor` where a customer `is: visitor`. Staff are listed apart.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// `subject.field`, a field, a category, or a subject for all that is held of its people
    #[arg(value_name = "ITEM|FIELD|SUBJECT")]
    pub word: String,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    pub output: Format,
}

/// Gather what a notification under Art. 33 asks: who got what through some flows, and what is open
///
/// For flows that were stopped or are suspect: each recipient, those who work for it included, with
/// the items and forms it got, since when and until when, the groups of people, the sensitive
/// categories with their paths, deletions asked for and what is still held on the day. It says facts
/// and questions, never that a breach is to be notified.
#[derive(Debug, Args)]
pub struct IncidentArgs {
    /// Flows, as `sender->target#label`; `*` stands for any part. Quote them: '>', '#' and '*' mean something to a shell
    #[arg(value_name = "FLOW", required_unless_present = "id", conflicts_with = "id")]
    pub flows: Vec<String>,
    /// An incident declared under `incidents:`
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// When the organisation became aware: the 72 hours of Art. 33(1) begin then; a date alone is its start
    #[arg(long, value_name = "YYYY-MM-DD[THH:MM]", value_parser = moment)]
    pub aware: Option<Moment>,
    /// Folder of the project: the one with ropa.yaml, or any below it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    pub output: PageFormat,
}

/// Output for people, for programs, or to go on writing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// To go on writing in
    Markdown,
}

/// Write the register for spreadsheets, documents and programs
///
/// Tables in one language: the record of each activity in the columns of a template, then recipients,
/// transfers, storage periods, who gets what, systems and gaps. What a template asks for and nobody has
/// declared is said to be missing, with the key to declare it under.
#[derive(Debug, Args)]
#[command(after_help = AFTER_EXPORT)]
pub struct ExportArgs {
    /// Format
    #[arg(value_enum)]
    pub format: ExportFormat,
    #[command(flatten)]
    pub project: ProjectArgs,
    /// File to write instead of standard output; xlsx needs one where a person looks on
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Whose columns the records have [default: plain]
    #[arg(long, value_enum)]
    pub template: Option<ExportTemplate>,
    /// Only this section; csv writes one, activities unless another is named
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(tables::sections()))]
    pub section: Option<String>,
    /// Language [default: the first under `languages:` in ropa.yaml]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Only this recipient and what is two hops around it (dot, mermaid), or its annexes (scc)
    #[arg(long, value_name = "ID", group = "around")]
    pub recipient: Option<String>,
    /// Only this system and what is two hops around it (dot, mermaid)
    #[arg(long, value_name = "ID", group = "around")]
    pub system: Option<String>,
    /// Only the flows that carry this item, field, or what is known of a subject (dot, mermaid)
    #[arg(long, value_name = "ITEM", group = "around")]
    pub item: Option<String>,
    /// What the model is to say it was made from; who imports it reads that in the register (model)
    #[arg(long, value_name = "TEXT")]
    pub revision: Option<String>,
}

/// List every rule
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// How to print it
    #[arg(long, short, value_enum, default_value = "text")]
    pub output: Format,
}

/// Explain a rule: what it finds, why it matters, how to fix it
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Id of the rule, as findings print it
    pub rule: String,
}

/// Output for people or programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Formats of the whole register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// `ropa/register/1`: everything declared and everything computed
    Json,
    /// One section, RFC 4180, UTF-8 with a byte order mark
    Csv,
    /// A workbook, one sheet for each section
    Xlsx,
    /// One document
    Markdown,
    /// A diagram for Graphviz: systems in their zones, recipients outside, one arrow a flow
    Dot,
    /// The same as a flowchart for Mermaid
    Mermaid,
    /// Annexes I to III of the standard contractual clauses (EU) 2021/914, as Markdown
    Scc,
    /// JSON-LD in the terms of the W3C Data Privacy Vocabulary 2.3
    Dpv,
    /// What this repository declares, for others to import under its `namespace:`
    Model,
}

/// Templates for the records of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportTemplate {
    /// The letters of Art. 30, then whatever else is declared
    Plain,
    /// The record sheet of the CNIL (France), one for each activity; in csv its questions are columns
    Cnil,
    /// The templates of the ICO (United Kingdom); its column titles stay in English, whatever --lang says
    Ico,
}

/// A format and the file it goes to; none is standard output.
#[derive(Clone, Debug)]
pub struct Output<F> {
    pub format: F,
    pub file: Option<PathBuf>,
}

/// Levels for `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Anything that is not waived
    Note,
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
}

impl FailOn {
    pub fn level(self) -> Level {
        match self {
            FailOn::Note => Level::Note,
            FailOn::Warning => Level::Warning,
            FailOn::Error => Level::Error,
        }
    }
}

fn date(text: &str) -> Result<Date, String> {
    Date::try_from(text.to_owned())
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::try_from(text.to_owned())
}

/// The format that is named, and the file behind it.
fn target(text: &str) -> Result<(&str, Option<PathBuf>), String> {
    match text.split_once('=') {
        Some((_, "")) => Err("a file is missing behind `=`".to_owned()),
        Some((format, "-")) => Ok((format, None)),
        Some((format, file)) => Ok((format, Some(PathBuf::from(file)))),
        None => Ok((text, None)),
    }
}

fn output<F: ValueEnum>(text: &str) -> Result<Output<F>, String> {
    let (format, file) = target(text)?;
    let known = || F::value_variants().iter().filter_map(|it| Some(it.to_possible_value()?.get_name().to_owned())).collect::<Vec<_>>();
    let format = F::from_str(format, false).map_err(|_| format!("`{format}` is none of {}", known().join(", ")))?;
    Ok(Output { format, file })
}

fn report_output(text: &str) -> Result<Output<&'static report::Format>, String> {
    let (format, file) = target(text)?;
    let known = || report::FORMATS.iter().map(|it| it.name).collect::<Vec<_>>();
    let format = report::FORMATS.iter().find(|it| it.name == format);
    let format = format.ok_or_else(|| format!("`{text}` is none of {}", known().join(", ")))?;
    Ok(Output { format, file })
}

/// What `--output` takes, a line each.
fn formats() -> String {
    let lines: String = report::FORMATS.iter().map(|it| format!("\n  {:9} {}", it.name, it.about)).collect();
    format!("What to print, and where; `json=FILE` writes a file. May be given several times, all but one with a file.\n{lines}")
}
