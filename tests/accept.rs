//! `ropa accept` of chosen keys: their rows are written, and every other line of the lock stays.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

const SHOP: &str = "\
subjects: { buyer: Buyer }
fields: { email: contact.email, phone: contact.phone, cart: { is: behaviour.purchase, reveals: [special.health] } }
activities: { orders: { basis: contract }, ads: { basis: consent } }
gates: { consent: { kind: consent } }
systems:
  shop:
    collects: { buyer: { fields: [email, phone, cart], for: orders } }
    sends:
      mailer: { fields: [email, phone], for: orders }
      adnet: { fields: [email|sha256], for: ads, gate: consent }
recipients:
  mailer: { country: SE, role: processor, subprocessors: [printer] }
  adnet: { country: SE, role: controller }
  printer: { country: SE, role: processor }
";

const LOCK: &str = "\
# The exposures this project accepts. Written by `ropa accept`, reviewed like code.
# language 1, registry 0.1.0
exposure\tmailer->printer#subprocessor\tbuyer.email\tplain\t-\t-\t-\taccepted
exposure\tmailer->printer#subprocessor\tbuyer.phone\tplain\t-\t-\t-\taccepted
exposure\tshop->adnet\tbuyer.email\tpseudonymised\tconsent\tads\t-\taccepted
exposure\tshop->mailer\tbuyer.email\tplain\t-\torders\t-\taccepted
exposure\tshop->mailer\tbuyer.phone\tplain\t-\torders\t-\taccepted
";

struct Project(tempfile::TempDir);

impl Project {
    fn with(shop: &str, lock: Option<&str>) -> Project {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("registry")).unwrap();
        fs::write(folder.path().join("ropa.yaml"), "version: 1\n").unwrap();
        fs::write(folder.path().join("registry/shop.yaml"), shop).unwrap();
        if let Some(lock) = lock {
            fs::write(folder.path().join("ropa.lock"), lock).unwrap();
        }
        Project(folder)
    }

    fn edit(&self, was: &str, is: &str) {
        let path = self.0.path().join("registry/shop.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(was).count(), 1, "`{was}` in {text}");
        fs::write(path, text.replace(was, is)).unwrap();
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.0.path().join("ropa.lock")).unwrap()
    }

    fn run(&self, args: &[&str]) -> (i32, String) {
        run(self.0.path(), args)
    }

    /// Accepts, and gives what was said.
    fn accept(&self, keys: &[&str]) -> String {
        let (code, text) = self.run(&[&["accept"], keys].concat());
        assert_eq!(code, 0, "{text}");
        text
    }

    /// Expects that nothing is written.
    fn refused(&self, keys: &[&str]) -> String {
        let before = self.lock();
        let (code, text) = self.run(&[&["accept"], keys].concat());
        assert_eq!((code, self.lock()), (2, before), "{text}");
        text
    }

    /// Keys of the findings of the lock.
    fn open(&self) -> Vec<String> {
        let (_, text) = self.run(&["check", "--output", "json"]);
        let found: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys = found["findings"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap().to_owned());
        keys.filter(|key| ["new-exposure@", "weakened-exposure@", "stale-lock@"].iter().any(|rule| key.starts_with(rule))).collect()
    }
}

fn run(at: &Path, args: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_ropa")).current_dir(at).args(args).args(["--today", "2026-09-01"]).output().unwrap();
    let text = format!("{}{}", String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
    (out.status.code().unwrap(), text)
}

/// The lines of a text that another does not have.
fn more<'t>(text: &'t str, than: &str) -> Vec<&'t str> {
    text.lines().filter(|line| !than.lines().any(|it| it == *line)).collect()
}

#[test]
fn the_fixture_is_all_accepted() {
    let project = Project::with(SHOP, None);
    assert_eq!(project.accept(&[]), "ropa.lock: 5 exposures, 5 added, 0 removed\n");
    assert_eq!(project.lock(), LOCK);
}

#[test]
fn one_flow_is_accepted_and_the_others_wait() {
    let project = Project::with(SHOP, Some(LOCK));
    project.edit("[email, phone], for: orders }", "[email, phone, cart], for: orders }");
    project.edit("[email|sha256]", "[email|sha256, cart|sha256]");
    assert_eq!(project.open(), ["new-exposure@shop->mailer", "new-exposure@shop->adnet"]);
    assert_eq!(
        project.accept(&["new-exposure@shop->adnet"]),
        "ropa.lock: 6 exposures, 1 added, 0 removed; 2 others still to be decided on\n"
    );
    assert_eq!(more(&project.lock(), LOCK), ["exposure\tshop->adnet\tbuyer.cart\tpseudonymised\tconsent\tads\tspecial.health\taccepted"]);
    assert!(more(LOCK, &project.lock()).is_empty());
    assert_eq!(project.open(), ["new-exposure@shop->mailer"]);
    // A finding speaks of those too to whom what is new is passed on.
    project.accept(&["new-exposure@shop->mailer"]);
    assert!(project.open().is_empty());
    let whole = project.lock();
    project.accept(&[]);
    assert_eq!(project.lock(), whole, "piece by piece comes to the same as at once");
}

#[test]
fn the_rest_of_the_lock_stays_byte_for_byte() {
    // As nobody would write it: unsorted, with remarks and rows twice, and lines ending in two ways.
    let odd = format!(
        "# our own remark\r\n{}\n\n# another\nexposure\tshop->mailer\tbuyer.email\tplain\t-\torders\t-\taccepted\r\nexposure\tgone->away\tbuyer.email\tplain\t-\t-\t-\tunreviewed",
        LOCK.lines().rev().collect::<Vec<_>>().join("\n")
    );
    let project = Project::with(SHOP, Some(&odd));
    project.edit("[email|sha256]", "[email|sha256, phone|sha256]");
    project.accept(&["buyer.phone@*adnet"]);
    let lock = project.lock();
    let line = "exposure\tshop->adnet\tbuyer.phone\tpseudonymised\tconsent\tads\t-\taccepted\r\n";
    assert_eq!(lock.matches(line).count(), 1, "{lock:?}");
    assert_eq!(lock.replace(line, ""), odd);
    // Behind a last line that does not end.
    let project = Project::with(SHOP, Some(LOCK.trim_end()));
    project.edit("recipients:\n", "      zeta: { fields: [phone], for: orders }\nrecipients:\n  zeta: { country: SE, role: processor }\n");
    project.accept(&["shop->zeta"]);
    assert_eq!(project.lock(), format!("{LOCK}exposure\tshop->zeta\tbuyer.phone\tplain\t-\torders\t-\taccepted\n"));
}

#[test]
fn a_first_lock_can_begin_with_one_flow() {
    let project = Project::with(SHOP, None);
    assert_eq!(project.accept(&["shop->adnet"]), "ropa.lock: 1 exposure, 1 added, 0 removed; 4 others still to be decided on\n");
    let expected: String = LOCK.lines().filter(|it| it.starts_with('#') || it.contains("adnet")).map(|it| format!("{it}\n")).collect();
    assert_eq!(project.lock(), expected);
}

#[test]
fn what_was_unreviewed_is_reviewed_one_by_one() {
    let unseen = LOCK.replace("\taccepted", "\tunreviewed") + "finding\tmissing-dpo@organisation\tunreviewed\n";
    let project = Project::with(SHOP, Some(&unseen));
    assert_eq!(
        project.accept(&["buyer.email@shop->mailer", "shop->adnet"]),
        "ropa.lock: 5 exposures, 0 added, 0 removed, 2 reviewed; 3 others still to be decided on\n"
    );
    let lock = project.lock();
    assert_eq!(more(&lock, &unseen).len(), 2);
    assert!(more(&lock, &unseen).iter().all(|it| it.ends_with("\taccepted") && it.contains("buyer.email")), "{lock}");
    assert!(lock.ends_with("finding\tmissing-dpo@organisation\tunreviewed\n"));
    // Its place is that of the row it was.
    let named = |text: &str| text.lines().map(|it| it.rsplit_once('\t').map_or(it, |(row, _)| row).to_owned()).collect::<Vec<_>>();
    assert_eq!(named(&lock), named(&unseen));
}

#[test]
fn what_is_weaker_stronger_or_gone_is_taken_as_it_is() {
    let project = Project::with(SHOP, Some(LOCK));
    project.edit("[email|sha256], for: ads, gate: consent", "[email], for: ads");
    project.edit("[email, phone], for: orders }", "[email|sha256], for: orders }");
    let open = project.open();
    assert!(open.contains(&"weakened-exposure@shop->adnet".to_owned()) && open.contains(&"stale-lock@buyer.phone@shop->mailer".to_owned()));
    project.accept(&["weakened-exposure@shop->adnet"]);
    let (was, is) = ("buyer.email\tpseudonymised\tconsent\tads", "buyer.email\tplain\t-\tads");
    assert_eq!(project.lock(), LOCK.replace(was, is));
    project.accept(&["stale-lock@buyer.phone@shop->mailer", "stale-lock@buyer.email@mailer->*"]);
    let lock = project.lock();
    assert!(!lock.contains("shop->mailer\tbuyer.phone") && lock.contains("printer#subprocessor\tbuyer.email\tpseudonymised"), "{lock}");
    assert_eq!(project.open(), ["stale-lock@buyer.phone@mailer->printer#subprocessor", "stale-lock@buyer.email@shop->mailer"]);
}

#[test]
fn a_key_that_names_nothing_writes_nothing() {
    let project = Project::with(SHOP, Some(LOCK));
    project.edit("[email|sha256]", "[email|sha256, cart|sha256]");
    let told = |keys: &[&str], words: &str| {
        let text = project.refused(keys);
        assert!(text.contains(words), "{words}: {text}");
    };
    told(&["new-exposure@shop->adnt"], "is called `new-exposure@shop->adnt`\nhelp: did you mean `new-exposure@shop->adnet`?");
    told(&["shop->adnet", "shop->adnt"], "did you mean `shop->adnet`?");
    told(&["buyer.cat@shop->adnet"], "did you mean `buyer.cart@shop->adnet`?");
    told(&["*->nowhere"], "nothing that waits to be accepted is like `*->nowhere`");
    told(&["far->away"], "`ropa check` prints the key of each finding; a flow, and `item@flow`, are keys too");
    told(&["shop->mailer"], "nothing of `shop->mailer` waits to be accepted");
    told(&["buyer.email@shop->adnet"], "nothing of `buyer.email@shop->adnet` waits to be accepted");
    told(&["recipient-role-missing@adnet", "x"], "`x` is neither a folder nor a key");
    told(&["shop->adnet", "--prune"], "`--prune` and `--unreviewed` are about the whole lock");
    told(&[".", "registry"], "`.` is one of several folders");
    let (_, findings) = project.run(&["check", "--output", "json"]);
    let found: serde_json::Value = serde_json::from_str(&findings).unwrap();
    let gap =
        found["findings"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).find(|key| key.ends_with("@mailer")).unwrap();
    told(&[gap], &format!("`{gap}` is a finding and no exposure\nhelp: close the gap, or answer for it with `ropa waive '{gap}'`"));
}

#[test]
fn the_folder_can_be_named_besides() {
    let project = Project::with(SHOP, Some(LOCK));
    project.edit("[email|sha256]", "[email|sha256, cart|sha256]");
    let at = project.0.path();
    let (above, name) = (at.parent().unwrap(), at.file_name().unwrap().to_str().unwrap());
    let (code, text) = run(above, &["accept", "shop->adnet", name]);
    assert_eq!((code, text.as_str()), (0, "ropa.lock: 6 exposures, 1 added, 0 removed\n"));
    assert!(project.open().is_empty());
}

/// The project counts by category: a row stands for several items.
#[test]
fn rows_of_categories_are_chosen_by_category() {
    let project = Project::with(SHOP, None);
    fs::write(project.0.path().join("ropa.yaml"), "version: 1\nlock: { granularity: category }\n").unwrap();
    project.accept(&["contact.email@shop->mailer"]);
    assert_eq!(more(&project.lock(), LOCK), ["exposure\tshop->mailer\tcontact.email\tplain\t-\torders\t-\taccepted"]);
}

/// A newer program's lock is not written over, and what the help says can be done.
#[test]
fn a_lock_in_a_newer_language_is_removed_before_it_is_written_anew() {
    let project = Project::with(SHOP, Some(&LOCK.replace("language 1", "language 2")));
    let (code, said) = project.run(&["check"]);
    assert!(code == 2 && said.contains("remove the lock and write it anew with `ropa accept`"), "{said}");
    assert_eq!(project.run(&["accept"]).0, 2);
    fs::remove_file(project.0.path().join("ropa.lock")).unwrap();
    project.accept(&[]);
    assert_eq!(project.lock(), LOCK);
}
