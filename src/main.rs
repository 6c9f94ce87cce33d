//! The `ropa` program.

fn main() -> std::process::ExitCode {
    ropa::cli::main()
}
