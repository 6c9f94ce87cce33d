//! `ropa completions` and `ropa man`: written from the same definitions as `--help`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::args::Ropa;
use super::out;
use crate::render::file;

/// Write completions for a shell to standard output
///
/// For bash: `ropa completions bash > ~/.local/share/bash-completion/completions/ropa`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Write the manual: one page to standard output, or all pages to a folder
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder to write a page for every command to, such as ~/.local/share/man/man1
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints completions.
pub fn completions(args: &CompletionsArgs) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Ropa::command(), "ropa", &mut text);
    out::bytes(&text)?;
    Ok(0)
}

/// Prints or writes the manual.
pub fn man(args: &ManArgs) -> anyhow::Result<u8> {
    let mut command = Ropa::command();
    command.build();
    let Some(folder) = &args.out else {
        out::bytes(&page(command, "ropa")?)?;
        return Ok(0);
    };
    std::fs::create_dir_all(folder).with_context(|| format!("creating `{}`", folder.display()))?;
    let mut written = 0;
    for sub in command.get_subcommands().filter(|it| it.get_name() != "help") {
        let name = format!("ropa-{}", sub.get_name());
        file::replace(&folder.join(format!("{name}.1")), &page(sub.clone(), &name)?)?;
        written += 1;
    }
    file::replace(&folder.join("ropa.1"), &page(command, "ropa")?)?;
    out::print(&format!("{} pages in {}\n", written + 1, folder.display()))?;
    Ok(0)
}

/// One page, in the language of man(7).
fn page(command: Command, name: &str) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).title(name.to_uppercase()).render(&mut text).context("writing the manual")?;
    Ok(text)
}
