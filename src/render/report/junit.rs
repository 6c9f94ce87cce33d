//! JUnit XML: a test a finding, failed where it makes the check fail; one test that passes where
//! nothing does.

use super::Report;
use crate::verdict::Judged;

/// The check as a suite of tests.
pub fn suite(of: &Report) -> String {
    let failed = |it: &&Judged| it.counts() && it.finding.level >= of.fail_on;
    let all = &of.verdict.findings;
    let (failures, skipped) = (all.iter().filter(failed).count(), all.iter().filter(|it| !it.counts()).count());
    // The check itself is a test, so that a suite without findings is not an empty one.
    let tests = all.len() + usize::from(failures == 0);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ropa\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n  <testsuite name=\"ropa check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n"
    );
    if failures == 0 {
        out.push_str("    <testcase classname=\"ropa\" name=\"check\"/>\n");
    }
    for judged in all {
        let finding = &judged.finding;
        let place = of.place(finding);
        out.push_str(&format!("    <testcase classname=\"ropa.{}\" name=\"{}\">\n", escaped(&finding.rule_id()), escaped(&finding.key)));
        let text = escaped(&format!("{}:{}:{}\n{}", place.file, place.line, place.column, of.lines(finding).join("\n")));
        let message = escaped(&finding.message);
        match judged {
            it if failed(&it) => {
                out.push_str(&format!("      <failure message=\"{message}\" type=\"{}\">{text}</failure>\n", finding.level));
            }
            it if !it.counts() => out.push_str(&format!("      <skipped message=\"{}: {message}\"/>\n", settled(it))),
            _ => out.push_str(&format!("      <system-out>{}: {text}</system-out>\n", finding.level)),
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Why a finding does not count.
fn settled(it: &Judged) -> &'static str {
    match it {
        it if it.waived.is_some() => "waived",
        it if it.answered.is_some() => "answered",
        _ => "unreviewed from the start",
    }
}

/// A text as XML 1.0 can hold it: what no document may contain becomes a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('?'),
            _ => out.push(letter),
        }
    }
    out
}
