//! The arguments of `ropa diff`.

use std::path::PathBuf;

use clap::Args;

use super::{DayArgs, Output, PageFormat, output};

/// How states are named, below the arguments.
const AFTER: &str = "A state is a revision of git, a folder with a ropa.yaml, or a lock:
  ropa diff                              this branch: where it left origin/HEAD, to the work tree
  ropa diff main                         main to the work tree
  ropa diff v1 v2                        two revisions; nothing is checked out, bare clones will do
  ropa diff main...feature               where feature left main, to feature
  ropa diff origin/main...               where HEAD left origin/main, to the work tree
  ropa diff main:services/privacy HEAD   a project that lay in another folder then
  ropa diff ../old .                     two folders
  ropa diff old.lock new.lock            two locks

In a pull request, with a comment that the next run can replace (its last line is always the same):
  ropa diff origin/main... --output text --output markdown=comment.md

What counts is who gets which item for which activity, in which form, behind which gates, giving
what away, in which countries; then what is said of recipients, activities and gates. Declarations
in other files, teams, titles, reasons, order and style change nothing. Both states are judged on
the same day, with the registry of this program.

Exit status: 1 when an exposure was added or weakened and the ropa.lock of HEAD does not accept it,
else 0; 2 when the states could not be compared. A lock named as HEAD is compared and accepts nothing.";

/// Compare two states of the project: who gets more, who gets less, and which edit did it
///
/// Each change comes with its cause: the words in the file that was edited, however far from the recipient.
/// Work tree and index are never touched.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct DiffArgs {
    /// State to compare with [default: where HEAD left origin/HEAD]
    pub base: Option<String>,
    /// State that is compared [default: the work tree]
    pub head: Option<String>,
    /// Folder of the project: the one with ropa.yaml, or any below it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub day: DayArgs,
    /// What to print, and where: text, json, markdown; `markdown=FILE` writes a file. May be given several times
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = output::<PageFormat>, default_value = "text")]
    pub output: Vec<Output<PageFormat>>,
}
