//! The arguments of `ropa observe`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::DayArgs;
use crate::evidence::KINDS;

const AFTER: &str = "Examples:
  ropa observe har walk.har --persona persona.yaml
  ropa observe gtm GTM-XXXX.json --output yaml
  ropa observe har walk.har --of website --write evidence/walk.json

A persona is a made-up person whose values nobody else has. Its file names them by subject and field:
  customer: { email: robin.7713@post.example, personnummer: 19811218-9876 }
They are found again in whatever encoding they leave, as they are or as digests.

No value that was sent is ever printed or written: only names of parameters, hosts and files.";

/// Show what a capture says about who receives what
///
/// Reads captures and prints to whom which fields go, whether anything is declared or not. Where there is
/// a project, its recipients' hosts, its own vendors and signatures are used. `ropa check` holds the same
/// against the map, for captures that `evidence:` in ropa.yaml names.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct ObserveArgs {
    /// How the files are written
    #[arg(value_parser = PossibleValuesParser::new(KINDS.iter().map(|it| it.id)), long_help = kinds())]
    pub kind: String,
    /// The captures
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Folder of the project, where there is one
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// The system that sends what the captures show
    #[arg(long, value_name = "SYSTEM")]
    pub of: Option<String>,
    /// File with the values of a made-up person, to be found again
    #[arg(long, value_name = "FILE")]
    pub persona: Option<PathBuf>,
    /// A domain of the organisation itself, whose requests are no flow to a recipient; by default that of
    /// each page
    #[arg(long, value_name = "DOMAIN")]
    pub first_party: Vec<String>,
    /// What to print
    #[arg(long, short, value_name = "FORMAT", value_enum, default_value = "text")]
    pub output: ObserveFormat,
    /// Write the observations to a file that may live in git: `ropa check` reads it as a capture of the
    /// kind `observations`
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub day: DayArgs,
}

/// How observations are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ObserveFormat {
    /// A table for people
    Text,
    /// For programs: `ropa/observations/1`
    Json,
    /// Declarations to paste
    Yaml,
}

fn kinds() -> String {
    let lines = KINDS.iter().map(|kind| format!("- {}: {}", kind.id, kind.summary));
    format!("How the files are written\n\n{}", lines.collect::<Vec<_>>().join("\n"))
}
