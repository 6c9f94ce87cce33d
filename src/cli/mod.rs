//! The command line: arguments, the clock, the terminal, exit codes.

mod accept;
mod args;
mod check;
mod chosen;
mod diff;
mod export;
mod incident;
mod init;
mod manual;
mod model;
mod observe;
mod out;
mod render;
mod rules;
mod states;
mod suggest;
mod trace;
mod waive;
mod why;

use std::process::ExitCode;

use clap::Parser;

use args::{Command, Ropa};

/// Runs the program with the arguments it was called with.
pub fn main() -> ExitCode {
    let done = match Ropa::parse().command {
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Accept(args) => accept::run(&args),
        Command::Waive(args) => waive::run(&args),
        Command::Suggest(args) => suggest::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Trace(args) => trace::run(&args),
        Command::Incident(args) => incident::run(&args),
        Command::Observe(args) => observe::run(&args),
        Command::Render(args) => render::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Rules(args) => rules::list(&args),
        Command::Explain(args) => rules::explain(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    match done {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
