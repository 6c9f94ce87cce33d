//! The arguments of `ropa render`.

use std::path::PathBuf;

use clap::Args;

use super::ProjectArgs;

/// How to look back, below the arguments of `ropa render`.
const AFTER_RENDER: &str = "Looking back:
  ropa render --at v1 --out register-v1        the register as it was in v1
  ropa render --since main                     what has changed from main to the folder
  ropa render --at v2 --since v1 --out v1-v2   what has changed from v1 to v2

States are named as `ropa diff` names them, and judged on the same --today with the registry of this
program. Work tree and index are never touched.";

/// Render the register as pages that open from disk
///
/// The records of Art. 30(1) and 30(2), a page for each activity, recipient, system, field and category,
/// the exposure matrix, search and the gaps, in each language of the project. Pages open from disk, make
/// no request, and say everything without a script. `--single-file` puts all of them into one file,
/// which can be sent, and printed whole from its contents.
///
/// Files in the project's templates/ replace the shipped ones of the same name.
#[derive(Debug, Args)]
#[command(after_help = AFTER_RENDER)]
pub struct RenderArgs {
    #[command(flatten)]
    pub project: ProjectArgs,
    /// Folder to write to, or file with --single-file [default: register, register.html]
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Write one self-contained file
    #[arg(long)]
    pub single_file: bool,
    /// The register as it was in a revision of git; nothing is checked out, bare clones will do
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// On the page of changes compare with a revision, folder or lock, instead of what was accepted
    #[arg(long, value_name = "STATE")]
    pub since: Option<String>,
    /// Only this language [default: every one under `languages:` in ropa.yaml]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
}
