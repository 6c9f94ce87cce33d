//! Keys that know only some words, where these are not names of anything: a wrong one is a finding.

use crate::declare::{ContractDecl, DeclaredFile, Measure, Settings, TransferDecl, Word};
use crate::finding::{Findings, INVALID_VALUE};
use crate::source::{Short, nearest};

/// A key and the words it knows.
struct Set {
    key: &'static str,
    words: &'static [&'static str],
    /// What the words are, for whoever is far from all of them.
    are: &'static str,
}

const ART9: Set = Set {
    key: "art9",
    words: &[
        "any",
        "racial-ethnic",
        "political",
        "religious",
        "philosophical",
        "union",
        "genetic",
        "biometric",
        "health",
        "sex-life",
        "orientation",
    ],
    are: "the kinds of data in Art. 9(1), or `any` of them",
};
const ART32: Set = Set { key: "art32", words: &["a", "b", "c", "d"], are: "the letters of Art. 32(1)" };
const CLAUSES: Set = Set { key: "clauses", words: &["a", "b", "c", "d", "e", "f", "g", "h"], are: "the letters of Art. 28(3)" };
const CONTRACT: Set = Set {
    key: "type",
    words: &["dpa", "joint-controller-arrangement", "controller-terms", "intra-group", "scc"],
    are: "the sorts of contract there are",
};
const COVERS: Set = Set { key: "covers", words: &["hr", "non-hr"], are: "what an entry of the list can cover" };
const EXEMPT: Set =
    Set { key: "exempt", words: &["art14.5.a", "art14.5.b", "art14.5.c", "art14.5.d"], are: "the exemptions of Art. 14(5)" };
const EXEMPTION: Set = Set { key: "exemption", words: &["art30.5"], are: "the exemption of Art. 30(5)" };
const OWN_PURPOSES: Set = Set {
    key: "own-purposes",
    words: &["product-improvement", "sells", "trains-model"],
    are: "what a recipient can do with data for itself",
};
const RIGHTS: Set = Set {
    key: "rights",
    words: &["access", "rectification", "erasure", "restriction", "portability", "objection", "human-review"],
    are: "the rights of Art. 15 to 22",
};

impl Set {
    fn holds<'a>(&self, words: impl IntoIterator<Item = &'a Word>, out: &mut Findings) {
        for word in words.into_iter().filter(|word| !self.words.contains(&word.value.as_str())) {
            let listed = self.words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            // One letter is as near to another as to any: only the same one, written large, was meant.
            let candidates = self.words.iter().copied().filter(|it| it.len() > 1 || it.eq_ignore_ascii_case(&word.value));
            let help = match nearest(&word.value, candidates) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`{}:` takes {}", self.key, self.are),
            };
            let message = format!("`{}` is none of {listed}", word.value);
            out.report(&INVALID_VALUE, &[self.key, &word.value]).say(message).at(word.span, "").help(help);
        }
    }
}

/// Looks at each such key, as written.
pub(super) fn check(settings: &Settings, files: &[DeclaredFile], out: &mut Findings) {
    let organisations = settings.organisation.iter().chain(settings.entities.iter().map(|it| &it.value));
    EXEMPTION.holds(organisations.filter_map(|it| it.exemption.as_ref()), out);
    measures(&settings.security, out);
    for decl in files.iter().map(|it| &it.decl) {
        ART9.holds(decl.categories.iter().filter_map(|it| it.value.art9.as_ref()), out);
        for activity in decl.activities.iter().map(|it| &it.value) {
            RIGHTS.holds(activity.rights.iter(), out);
            measures(&activity.security, out);
        }
        for system in decl.systems.iter().map(|it| &it.value) {
            measures(&system.security, out);
        }
        for recipient in decl.recipients.iter().map(|it| &it.value) {
            OWN_PURPOSES.holds(recipient.own_purposes.iter(), out);
            measures(&recipient.security, out);
            let features = || recipient.features.iter().map(|it| &it.value);
            recipient.contract.iter().chain(features().filter_map(|it| it.contract.as_ref())).for_each(|it| contract(it, out));
            let transfers = recipient.transfer.iter().chain(features().filter_map(|it| it.transfer.as_ref()));
            transfers.flat_map(|it| it.all()).for_each(|it| transfer(&it, out));
        }
        let informed = decl.sources.iter().filter_map(|it| it.value.informed.as_ref());
        EXEMPT.holds(informed.filter_map(|it| it.exempt.as_ref()), out);
    }
}

fn contract(decl: &ContractDecl, out: &mut Findings) {
    CONTRACT.holds(decl.kind.as_ref(), out);
    CLAUSES.holds(decl.clauses.iter(), out);
}

fn transfer(decl: &TransferDecl, out: &mut Findings) {
    COVERS.holds(decl.listed.iter().flat_map(|it| it.covers.iter()), out);
}

fn measures(decl: &[Short<Measure>], out: &mut Findings) {
    ART32.holds(decl.iter().filter_map(|it| it.art32.as_ref()), out);
}
