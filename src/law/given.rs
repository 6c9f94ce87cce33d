//! `registry/` as it ships, read by the same door as a team's files.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::form::{Form, Step};
use super::laid::Laid;
use super::meaning::{conflict, is_same};
use crate::declare::{
    self, ArticleDecl, BasisDecl, ChildConsentDecl, ConditionDecl, CountryDecl, Date, DeclaredFile, FileDecl, KindDecl, Layer,
    MechanismDecl, NationalIdDecl, SignatureDecl, Text, TransformDecl, VendorDecl, Word,
};
use crate::finding::{DUPLICATE_ID, Findings, INVALID_VALUE, UNKNOWN_NAME};
use crate::source::{BUILT_IN, Entries, Entry, Many, Source, Sources, Span, Spanned, nearest};

/// The files of `registry/`, by name.
static REGISTRY: &[(&str, &str)] = &[
    ("categories.yaml", include_str!("../../registry/categories.yaml")),
    ("countries.yaml", include_str!("../../registry/countries.yaml")),
    ("law.yaml", include_str!("../../registry/law.yaml")),
    ("rules.yaml", include_str!("../../registry/rules.yaml")),
    ("vendors.yaml", include_str!("../../registry/vendors.yaml")),
    ("words.yaml", include_str!("../../registry/words.yaml")),
];

/// Reads what is built in. Its texts join the sources under `ropa:registry/`.
pub fn given(sources: &mut Sources, out: &mut Findings) -> Vec<DeclaredFile> {
    let files: Vec<_> = REGISTRY.iter().map(|(name, text)| sources.add(Source::new(format!("{BUILT_IN}registry/{name}"), *text))).collect();
    let parsed: Vec<_> = files.par_iter().map(|file| declare::parse(*file, sources.get(*file), Layer::Given)).collect();
    let mut read = Vec::new();
    for (file, problems) in parsed {
        read.extend(file);
        out.extend(problems);
    }
    read
}

/// A declaration and where its id stands.
#[derive(Clone, Debug)]
pub struct Known<T> {
    /// What is declared.
    pub value: T,
    /// Where its id stands.
    pub span: Span,
    /// Who says it.
    pub layer: Layer,
}

/// One section of the law, by id.
#[derive(Clone, Debug)]
pub struct Table<T>(BTreeMap<String, Known<T>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(BTreeMap::new())
    }
}

impl<T> Table<T> {
    /// The entry of an id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.0.get(id).map(|known| &known.value)
    }

    /// Every id, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Every entry, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(id, known)| (id.as_str(), &known.value))
    }

    /// Every entry that the project itself wrote or changed.
    pub fn own(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().filter(|(_, known)| known.layer == Layer::Project).map(|(id, known)| (id.as_str(), &known.value))
    }

    /// The place of every entry, with the name of the section.
    fn places(&self, section: &'static str) -> impl Iterator<Item = (&'static str, Span)> {
        self.0.values().map(move |known| (section, known.span))
    }

    /// Every entry with its place, sorted by id.
    pub fn into_entries(self) -> impl Iterator<Item = (String, Known<T>)> {
        self.0.into_iter()
    }

    /// The id that was probably meant.
    pub fn nearest(&self, id: &str) -> Option<&str> {
        nearest(id, self.ids())
    }
}

impl<T: Laid + Clone + Serialize> Table<T> {
    /// One section of every file: what is built in, with the project's own entries laid over it, and what
    /// imported repositories add to that. The dictionary is shared: an import can add a word, but not
    /// change what one means here.
    pub fn gather(files: &mut [DeclaredFile], section: impl Fn(&mut FileDecl) -> &mut Entries<T>, out: &mut Findings) -> Table<T> {
        let (mut given, mut imported) = (Table::default(), Vec::new());
        for file in files.iter_mut().filter(|file| file.layer == Layer::Given) {
            given.lay(std::mem::take(section(&mut file.decl)), Layer::Given, out);
        }
        // Only what is imported is held against it again.
        let mut table = if files.iter().any(|file| file.repository.is_some()) { given.clone() } else { std::mem::take(&mut given) };
        for file in files.iter_mut().filter(|file| file.layer == Layer::Project) {
            let entries = std::mem::take(section(&mut file.decl));
            match &file.repository {
                None => table.lay(entries, Layer::Project, out),
                Some(repository) => imported.extend(entries.0.into_iter().map(|entry| (entry, &repository.namespace))),
            }
        }
        for (Entry { key, value }, namespace) in imported {
            let value = match given.0.get(&key.value) {
                Some(given) => value.over(given.value.clone()),
                None => value,
            };
            match table.0.get(&key.value) {
                None => {
                    table.0.insert(key.value, Known { value, span: key.span, layer: Layer::Project });
                }
                Some(known) if is_same(&known.value, &value) => {}
                Some(known) => conflict(&key, namespace, known.span, out),
            }
        }
        table
    }

    /// Adds entries of a layer over what is there; an id twice in one layer is a finding.
    fn lay(&mut self, entries: Entries<T>, layer: Layer, out: &mut Findings) {
        for entry in entries.0 {
            let id = entry.key.value;
            let span = entry.key.span;
            let value = match self.0.remove(&id) {
                None => entry.value,
                Some(known) => {
                    if known.layer == layer {
                        out.report(&DUPLICATE_ID, &[&id])
                            .say(format!("`{id}` is declared twice"))
                            .at(span, "declared again here")
                            .at(known.span, "first declared here")
                            .help("keep one of the two");
                    }
                    entry.value.over(known.value)
                }
            };
            self.0.insert(id, Known { value, span, layer });
        }
    }
}

/// What is given, with the project's own entries laid over it.
#[derive(Clone, Debug, Default)]
pub struct Law {
    /// Countries and international organisations.
    pub countries: Table<CountryDecl>,
    /// What can be cited.
    pub articles: Table<ArticleDecl>,
    /// Art. 6(1).
    pub bases: Table<BasisDecl>,
    /// Art. 9(2).
    pub conditions: Table<ConditionDecl>,
    /// Chapter V.
    pub mechanisms: Table<MechanismDecl>,
    /// Transforms.
    pub transforms: Table<TransformDecl>,
    /// Sorts of business.
    pub kinds: Table<KindDecl>,
    /// The vendor catalogue.
    pub vendors: Table<VendorDecl>,
    /// How the project says vendors are told; [`Catalogue`](super::Catalogue) lays it over what is built in.
    pub signatures: Table<SignatureDecl>,
    /// Common names of parameters as the project says them, by category; the same holds.
    pub parameter_names: Table<Many<Word>>,
    /// Words of the register.
    pub words: Table<Spanned<Text>>,
}

impl Law {
    /// Takes the sections of the law out of all files.
    pub fn of(files: &mut [DeclaredFile], out: &mut Findings) -> Law {
        let law = Law {
            countries: Table::gather(files, |file| &mut file.countries, out),
            articles: Table::gather(files, |file| &mut file.articles, out),
            bases: Table::gather(files, |file| &mut file.bases, out),
            conditions: Table::gather(files, |file| &mut file.conditions, out),
            mechanisms: Table::gather(files, |file| &mut file.mechanisms, out),
            transforms: Table::gather(files, |file| &mut file.transforms, out),
            kinds: Table::gather(files, |file| &mut file.kinds, out),
            vendors: Table::gather(files, |file| &mut file.vendors, out),
            signatures: Table::gather(files, |file| &mut file.signatures, out),
            parameter_names: Table::gather(files, |file| &mut file.parameter_names, out),
            words: Table::gather(files, |file| &mut file.words, out),
        };
        law.hold_together(out);
        law
    }

    /// The place of every entry, with the name of its section.
    pub fn places(&self) -> impl Iterator<Item = (&'static str, Span)> {
        let own = self.countries.places("countries").chain(self.articles.places("articles")).chain(self.bases.places("bases"));
        let own = own.chain(self.conditions.places("conditions")).chain(self.mechanisms.places("mechanisms"));
        let own = own.chain(self.transforms.places("transforms")).chain(self.kinds.places("kinds"));
        let own = own.chain(self.vendors.places("vendors")).chain(self.signatures.places("signatures"));
        own.chain(self.parameter_names.places("parameter-names")).chain(self.words.places("words"))
    }

    /// What entries of the law name must exist: forms, articles, countries.
    fn hold_together(&self, out: &mut Findings) {
        for (id, transform) in self.transforms.iter() {
            match transform.to.as_ref() {
                Some(to) if Form::named(to).is_none() => {
                    out.report(&INVALID_VALUE, &[id])
                        .say(format!("`{}` is none of the forms `plain`, `pseudonymised`, `encrypted`, `anonymised`", to.value))
                        .at(to.span, "");
                }
                Some(_) => {}
                None => {
                    let span = self.transforms.0[id].span;
                    out.report(&INVALID_VALUE, &[id])
                        .say(format!("transform `{id}` does not say which form it leads to"))
                        .at(span, "")
                        .help("add `to: pseudonymised`");
                }
            }
        }
        let bases = self.bases.iter().filter_map(|(_, it)| it.article.as_ref());
        let conditions = self.conditions.iter().filter_map(|(_, it)| it.article.as_ref());
        let mechanisms = self.mechanisms.iter().filter_map(|(_, it)| it.article.as_ref());
        let national = self.countries.iter().flat_map(|(_, it)| {
            let numbers = it.national_id.as_ref().and_then(|it| it.law.as_ref());
            numbers.into_iter().chain(it.child_consent.as_ref().and_then(|it| it.law.as_ref()))
        });
        for article in bases.chain(conditions).chain(mechanisms).chain(national) {
            exists("article", article, &self.articles, out);
        }
        let served = self.mechanisms.iter().flat_map(|(_, it)| it.countries.iter());
        let vendors = self.vendors.iter().flat_map(|(_, it)| it.country.iter().chain(it.processing.iter()));
        for country in served.chain(vendors).filter(|word| word.value != "unknown") {
            exists("country", country, &self.countries, out);
        }
        for vendor in self
            .signatures
            .0
            .iter()
            .filter(|(id, _)| self.vendors.get(id).is_none())
            .map(|(id, known)| Spanned { value: id.clone(), span: known.span })
        {
            exists("vendor", &vendor, &self.vendors, out);
        }
        for kind in self.vendors.iter().filter_map(|(_, it)| it.kind.as_ref()) {
            exists("kind of recipient", kind, &self.kinds, out);
        }
    }

    /// What a transform does, if it is known.
    pub fn step(&self, transform: &str) -> Option<Step> {
        let decl = self.transforms.get(transform)?;
        let form = Form::named(decl.to.as_ref()?)?;
        Some(if decl.undo.as_ref().is_some_and(|it| it.value) { Step::back_to(form) } else { Step::to(form) })
    }

    /// A word of the register in a language; the key itself where it is missing.
    pub fn word<'a>(&'a self, key: &'a str, language: &str) -> &'a str {
        self.words.get(key).map_or(key, |text| text.in_language(language))
    }

    /// The official name of a country.
    pub fn country_name<'a>(&'a self, code: &'a str, language: &str) -> &'a str {
        self.countries.get(code).and_then(|it| it.title.as_ref()).map_or(code, |text| text.in_language(language))
    }

    /// Whether a country belongs to the EEA on a day. What is unknown does not.
    pub fn is_eea(&self, code: &str, today: Date) -> bool {
        let Some(eea) = self.countries.get(code).and_then(|it| it.eea.as_ref()) else { return false };
        let member = eea.member.as_ref().is_none_or(|it| it.value);
        let begun = eea.from.as_ref().is_none_or(|from| from.value <= today);
        let ended = eea.until.as_ref().is_some_and(|until| until.value <= today);
        member && begun && !ended
    }

    /// The national rule on identification numbers of a country, Art. 87.
    pub fn national_id(&self, code: &str) -> Option<&NationalIdDecl> {
        self.countries.get(code)?.national_id.as_ref().filter(|rule| rule.law.is_some())
    }

    /// From which age a child consents by itself in a country, Art. 8.
    pub fn child_consent(&self, code: &str) -> Option<&ChildConsentDecl> {
        self.countries.get(code)?.child_consent.as_ref()
    }
}

/// Reports a name that a table does not have.
fn exists<T>(what: &str, word: &Word, table: &Table<T>, out: &mut Findings) {
    if table.get(word).is_none() {
        let finding = out.report(&UNKNOWN_NAME, &[word]);
        finding.say(format!("no {what} is called `{}`", word.value)).at(word.span, "");
        if let Some(near) = table.nearest(word) {
            finding.help(format!("did you mean `{near}`?"));
        }
    }
}
