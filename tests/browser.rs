//! The register in a browser: what its pages do when they are opened, not what their text says.
//!
//! Needs Chromium and axe-core; `bash tests/run` gets what is absent.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "browser/axe.rs"]
mod axe;
#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/free.rs"]
mod free;
#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/many.rs"]
mod many;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/print.rs"]
mod print;
#[expect(dead_code, reason = "only what stands where is asked of it here")]
#[path = "keys/project.rs"]
mod project;
#[path = "browser/script.rs"]
mod script;
#[path = "browser/single.rs"]
mod single;
#[path = "browser/site.rs"]
mod site;
#[path = "browser/tab.rs"]
mod tab;
#[path = "browser/walk.rs"]
mod walk;

/// Fails with what is wrong, a line each.
fn nothing(wrong: &[String]) {
    const SHOWN: usize = 40;
    let more = wrong.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    assert!(wrong.is_empty(), "\n{}{more}", wrong[..wrong.len().min(SHOWN)].join("\n"));
}
