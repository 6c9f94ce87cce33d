//! How vendors are told from requests, code and packages. What is built in is large, so it is read only where
//! evidence is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Law;
use super::laid::Laid;
use crate::declare::{FileDecl, SignatureDecl, Word};
use crate::source::{self, FileId, Many};

static SIGNATURES: &str = include_str!("../../registry/signatures.yaml");

/// What is built in, read once. No finding speaks of it, so that its places need no text.
static GIVEN: LazyLock<FileDecl> = LazyLock::new(|| source::read(FileId::default(), SIGNATURES, &mut Vec::new()).unwrap_or_default());

/// Signatures and common names, with the project's own laid over what is built in.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// By vendor.
    pub signatures: BTreeMap<String, SignatureDecl>,
    /// Common names of parameters, by category.
    pub names: BTreeMap<String, Many<Word>>,
}

impl Catalogue {
    /// The catalogue of a law.
    pub fn of(law: &Law) -> Catalogue {
        let mut all = Catalogue::default();
        for entry in GIVEN.signatures.iter() {
            let given = entry.value.clone();
            let laid = match law.signatures.get(&entry.key.value) {
                Some(own) => own.clone().over(given),
                None => given,
            };
            all.signatures.insert(entry.key.value.clone(), laid);
        }
        for (vendor, own) in law.signatures.iter() {
            all.signatures.entry(vendor.to_owned()).or_insert_with(|| own.clone());
        }
        for entry in GIVEN.parameter_names.iter() {
            all.names.insert(entry.key.value.clone(), entry.value.clone());
        }
        for (category, own) in law.parameter_names.iter() {
            all.names.entry(category.to_owned()).or_default().0.extend(own.iter().cloned());
        }
        all
    }
}
