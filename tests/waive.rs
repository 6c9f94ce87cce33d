//! `ropa waive`: what it writes is bound to what it covers, and leaves the rest of the file alone.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const SHOP: &str = "\
subjects: { customer: Customer }
fields: { email: contact.email, phone: contact.phone }
systems:
  shop:
    collects: { customer: [email, phone] }
    sends: { desk: all }
  desk:
    sends:
      adnet: { fields: [email|sha256], for: ads }
recipients: { adnet: { country: SE, role: controller } }
activities: { ads: { purpose: To reach customers on other sites, basis: consent, retention: 6m } }
";

const KEY: &str = "consent-flow-not-gated@desk->adnet";

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("registry")).unwrap();
    let settings = "version: 1\norganisation: { name: Example, country: SE, contact: privacy@example.org, dpo: DPO }\n";
    fs::write(folder.path().join("ropa.yaml"), settings).unwrap();
    fs::write(folder.path().join("registry/shop.yaml"), SHOP).unwrap();
    folder
}

fn ropa(at: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ropa")).current_dir(at).args(args).args(["--today", "2026-09-01"]).output().unwrap()
}

fn waive(at: &Path, key: &str, expires: &str) -> Output {
    ropa(at, &["waive", key, "--why", "the banner: comes # in October", "--by", "DPO", "--ticket", "T-1", "--expires", expires])
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn what_is_waived_is_waived_until_the_flow_carries_more() {
    let project = project();
    let at = project.path();
    fs::write(at.join("registry/waivers.yaml"), "# our waivers\nwaivers:\n  - finding: a@b   # kept\n    why: x\n    by: y\n    date: 2026-08-01\n    expires: 2026-11-01\n# the end\n").unwrap();
    assert!(said(&ropa(at, &["check"])).contains(KEY));
    let done = waive(at, KEY, "2026-12-01");
    assert_eq!(said(&done), format!("registry/waivers.yaml: `{KEY}` waived until 2026-12-01, bound to 1 item\n"));
    let written = fs::read_to_string(at.join("registry/waivers.yaml")).unwrap();
    assert!(written.starts_with("# our waivers\nwaivers:\n  - finding: a@b   # kept\n"), "{written}");
    assert!(written.ends_with("      - customer.email:pseudonymised:-\n# the end\n"), "{written}");
    let quiet = said(&ropa(at, &["check"]));
    assert!(!quiet.contains(&format!("key: {KEY}\n")) && quiet.contains("1 waived"), "{quiet}");

    // The same flow, in plain: no longer what was waived.
    fs::write(at.join("registry/shop.yaml"), SHOP.replace("email|sha256", "email")).unwrap();
    let open = said(&ropa(at, &["check"]));
    assert!(open.contains(&format!("key: {KEY}\n")) && open.contains("the waiver does not cover `customer.email` plain"), "{open}");
    // A field more.
    fs::write(at.join("registry/shop.yaml"), SHOP.replace("email|sha256", "email|sha256, phone|sha256")).unwrap();
    let open = said(&ropa(at, &["check"]));
    assert!(open.contains("the waiver does not cover `customer.phone` pseudonymised"), "{open}");
    // A label more: the recipient has moved.
    fs::write(at.join("registry/shop.yaml"), SHOP.replace("country: SE, role", "country: US, role")).unwrap();
    let open = said(&ropa(at, &["check"]));
    assert!(open.contains("the waiver does not cover `customer.email` pseudonymised (to:US)"), "{open}");
    // Less than was waived stays waived.
    fs::write(at.join("registry/shop.yaml"), SHOP.replace("email|sha256", "email|encrypt")).unwrap();
    assert!(said(&ropa(at, &["check"])).contains("1 waived"));

    // Waived again: in the place of the old one.
    fs::write(at.join("registry/shop.yaml"), SHOP.replace("email|sha256", "email, phone")).unwrap();
    assert_eq!(waive(at, KEY, "2026-11-15").status.code(), Some(0));
    let written = fs::read_to_string(at.join("registry/waivers.yaml")).unwrap();
    assert_eq!(written.matches(KEY).count(), 1, "{written}");
    assert!(
        written.contains("expires: 2026-11-15") && written.contains("customer.phone:plain:-") && written.ends_with("# the end\n"),
        "{written}"
    );
    assert!(said(&ropa(at, &["check"])).contains("1 waived"));
}

#[test]
fn a_file_of_waivers_is_made_where_there_is_none() {
    let project = project();
    let done = waive(project.path(), "consent-flow-not-gated@*", "2026-12-01");
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let written = fs::read_to_string(project.path().join("registry/waivers.yaml")).unwrap();
    assert!(written.starts_with("waivers:\n  - finding: consent-flow-not-gated@*\n"), "{written}");
    assert!(said(&ropa(project.path(), &["check"])).contains("1 waived"));
}

#[test]
fn what_cannot_be_waived_is_refused_and_nothing_is_written() {
    let project = project();
    let at = project.path();
    for (key, expires, why) in [
        ("consent-flow-not-gatet@desk->adnet", "2026-12-01", "did you mean `consent-flow-not-gated@desk->adnet`?"),
        ("new-exposure@desk->adnet", "2026-12-01", "a finding that no waiver answers for"),
        (KEY, "2027-09-02", "more than twelve months ahead"),
        (KEY, "2026-09-01", "is not after 2026-09-01"),
    ] {
        let refused = waive(at, key, expires);
        assert_eq!(refused.status.code(), Some(2), "{key} {expires}");
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    assert!(!at.join("registry/waivers.yaml").exists());
    let list = "waivers: [{ finding: a@b, why: x, by: y, date: 2026-08-01, expires: 2026-11-01 }]\n";
    fs::write(at.join("registry/waivers.yaml"), list).unwrap();
    assert!(said(&waive(at, KEY, "2026-12-01")).contains("not a list of lines"));
    assert_eq!(fs::read_to_string(at.join("registry/waivers.yaml")).unwrap(), list);
}
