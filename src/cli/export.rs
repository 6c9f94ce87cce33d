//! `ropa export`.

use super::args::ExportArgs;
use super::out;

/// Writes the register.
pub fn run(args: &ExportArgs) -> anyhow::Result<u8> {
    let mut answer = out::project(&args.project)?;
    if let Some(status) = out::unsound(&mut answer)? {
        return Ok(status);
    }
    anyhow::bail!("not yet: {:?} {:?}", args.format, args.out)
}
