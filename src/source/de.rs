//! serde over the spanned tree. It knows the shapes of [`super::spanned`], keeps going after a
//! wrong value, and reports each unknown key with the nearest known one.

use std::cell::RefCell;
use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer, U32Deserializer};
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::spanned::{ENTRIES, LOSSY, MANY, MAYBE, SHAPE, SPANNED, TEXT};
use super::tree::{self, Kind, Node};
use super::{FileId, Problem, ProblemKind, Span, nearest};

/// A text that was written by language: where, and in which languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated {
    /// The keys that lead to it: `activities.ads.purpose`.
    pub path: String,
    /// Where its first language stands.
    pub span: Span,
    /// The languages, in the order of the text.
    pub languages: Vec<String>,
}

/// Reads a text as `T`. What is wrong is collected; `None` where the text is empty or not YAML.
pub fn read<T: for<'de> de::Deserialize<'de>>(file: FileId, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    read_with_texts(file, text, problems, &mut Vec::new())
}

/// The same, which also gathers what was written by language.
pub fn read_with_texts<T: for<'de> de::Deserialize<'de>>(
    file: FileId,
    text: &str,
    problems: &mut Vec<Problem>,
    texts: &mut Vec<Translated>,
) -> Option<T> {
    let root = tree::parse(file, text, problems)?;
    if root.is_null() {
        return None;
    }
    let found = RefCell::new(Found::default());
    let read = T::deserialize(Reader { node: &root, found: &found, below: None });
    let mut found = found.into_inner();
    problems.append(&mut found.problems);
    texts.append(&mut found.texts);
    read.map_err(|error| problems.push(error.into_problem(root.span))).ok()
}

/// What comes to light while serde reads.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    texts: Vec<Translated>,
}

/// What serde says is wrong, with a place as soon as one is known.
#[derive(Debug)]
struct Error {
    message: String,
    help: Option<String>,
    span: Option<Span>,
}

impl Error {
    fn into_problem(self, fallback: Span) -> Problem {
        let mut problem = Problem::new(ProblemKind::InvalidValue, self.span.unwrap_or(fallback), self.message);
        problem.help = self.help;
        problem
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error { message: message.to_string(), help: None, span: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format!("the key `{field}` is missing"))
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        let mut error = Self::custom(format!("`{word}` is none of {}", listed(known)));
        error.help = nearest(word, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        error
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// A key on the way to a value, and the one above it.
struct Step<'a> {
    key: &'a str,
    above: Option<&'a Step<'a>>,
}

#[derive(Clone, Copy)]
struct Reader<'a, 's> {
    node: &'a Node<'s>,
    found: &'a RefCell<Found>,
    /// The key it stands under.
    below: Option<&'a Step<'a>>,
}

impl<'a, 's> Reader<'a, 's> {
    fn at(&self, node: &'a Node<'s>) -> Reader<'a, 's> {
        Reader { node, ..*self }
    }

    fn report(&self, problem: Problem) {
        self.found.borrow_mut().problems.push(problem);
    }

    /// Takes down in which languages a text is written, if it names any.
    fn note_languages(&self) {
        let Kind::Map(entries) = &self.node.kind else { return };
        let Some((first, _)) = entries.first() else { return };
        let mut keys: Vec<&str> = std::iter::successors(self.below, |step| step.above).map(|step| step.key).collect();
        keys.reverse();
        let languages = entries.iter().filter_map(|(key, _)| key.word()).map(str::to_owned).collect();
        self.found.borrow_mut().texts.push(Translated { path: keys.join("."), span: first.span, languages });
    }

    fn expected(&self, what: &str) -> Error {
        Error { message: format!("expected {what}, found {}", self.node.form()), help: None, span: Some(self.node.span) }
    }

    fn pin<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|mut error| {
            error.span.get_or_insert(self.node.span);
            error
        })
    }

    fn word(&self, what: &str) -> Result<&'a str, Error> {
        let word = self.node.word().filter(|_| !self.node.is_null()).ok_or_else(|| self.expected(what))?;
        // An empty text says nothing, and must not count as having said something.
        if word.trim().is_empty() { Err(self.expected(what)) } else { Ok(word) }
    }
}

/// A list, or a single value standing for one.
struct List<'a, 's> {
    items: std::slice::Iter<'a, Node<'s>>,
    reader: Reader<'a, 's>,
}

impl<'de> SeqAccess<'de> for List<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let reader = self.reader.at(node);
        reader.pin(seed.deserialize(reader)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// `[value]` where it can be read; otherwise the problem is noted and the list is empty.
struct OneOrNone<'a, 's>(Reader<'a, 's>);

impl<'de> SeqAccess<'de> for OneOrNone<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match seed.deserialize(self.0) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.0.report(error.into_problem(self.0.node.span));
                Ok(None)
            }
        }
    }
}

/// `[file, start, end, value]`, what [`super::Spanned`] is made of.
struct Parts<'a, 's>(Reader<'a, 's>, u8);

impl<'de> SeqAccess<'de> for Parts<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let span = self.0.node.span;
        self.1 += 1;
        let number = match self.1 {
            1 => span.file.0,
            2 => span.start,
            3 => span.end,
            _ => return self.0.pin(seed.deserialize(self.0)).map(Some),
        };
        let number: U32Deserializer<Error> = number.into_deserializer();
        seed.deserialize(number).map(Some)
    }
}

/// A map: all keys where they are free, else only the known ones.
struct Map<'a, 's> {
    entries: std::slice::Iter<'a, (Node<'s>, Node<'s>)>,
    known: Option<&'static [&'static str]>,
    /// The key whose value is to come.
    next: Option<(&'a str, &'a Node<'s>)>,
    reader: Reader<'a, 's>,
}

impl<'de> MapAccess<'de> for Map<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        for (key, value) in self.entries.by_ref() {
            let word = key.word().unwrap_or_default();
            if let Some(known) = self.known
                && !known.contains(&word)
            {
                let mut problem = Problem::new(ProblemKind::UnknownKey, key.span, format!("unknown key `{word}`"));
                problem.help = Some(match nearest(word, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys here are {}", listed(known)),
                });
                self.reader.report(problem);
                continue;
            }
            self.next = Some((word, value));
            return seed.deserialize(self.reader.at(key)).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (key, node) = self.next.take().expect("a value is asked for after its key");
        let step = Step { key, above: self.reader.below };
        let reader = Reader { node, found: self.reader.found, below: Some(&step) };
        reader.pin(seed.deserialize(reader))
    }
}

/// An enum chosen by the form of the value: `word`, `list` or `map`.
struct Shape<'a, 's>(Reader<'a, 's>, &'static str);

impl<'de> EnumAccess<'de> for Shape<'_, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<Error> = self.1.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Shape<'_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.0.pin(seed.deserialize(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(self.0.expected("a single value"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Error> {
        Err(self.0.expected("a single value"))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let number = self.word("a number")?.parse::<$type>().map_err(|_| self.expected("a number"));
            self.pin(number.and_then(|number| visitor.$visit(number)))
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            _ if self.node.is_null() => visitor.visit_unit(),
            Kind::Word { text, .. } => self.pin(visitor.visit_str(text)),
            Kind::List(items) => visitor.visit_seq(List { items: items.iter(), reader: self }),
            Kind::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Word { text, plain: true } if text == "true" => visitor.visit_bool(true),
            Kind::Word { text, plain: true } if text == "false" => visitor.visit_bool(false),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.pin(visitor.visit_str(self.word("a word")?))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, name: &'static str, _: usize, visitor: V) -> Result<V::Value, Error> {
        match name {
            SPANNED => visitor.visit_seq(Parts(self, 0)),
            // A key without a value says nothing: absent, which the rules know how to ask about. An
            // entry of a map with free keys is there all the same, with nothing more said of it.
            MAYBE | MANY if self.node.is_null() => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<()>())),
            LOSSY | MAYBE => visitor.visit_seq(OneOrNone(self)),
            _ => match &self.node.kind {
                Kind::List(items) => visitor.visit_seq(List { items: items.iter(), reader: self }),
                _ => visitor.visit_seq(List { items: std::slice::from_ref(self.node).iter(), reader: self }),
            },
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::List(items) => visitor.visit_seq(List { items: items.iter(), reader: self }),
            _ => Err(self.expected("a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct(ENTRIES, &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let entries: &[_] = match &self.node.kind {
            Kind::Map(entries) => entries,
            _ if self.node.is_null() => &[],
            _ => return Err(self.expected("a map")),
        };
        let known = (name != ENTRIES).then_some(fields);
        self.pin(visitor.visit_map(Map { entries: entries.iter(), known, next: None, reader: self }))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == TEXT {
            self.note_languages();
        } else if name != SHAPE {
            let word: StrDeserializer<Error> = self.word(&format!("one of {}", listed(variants)))?.into_deserializer();
            return self.pin(visitor.visit_enum(word));
        }
        let form = match &self.node.kind {
            Kind::Word { .. } if self.node.is_null() && variants.contains(&"map") => "map",
            Kind::Word { .. } => "word",
            Kind::List(_) => "list",
            Kind::Map(_) => "map",
        };
        if !variants.contains(&form) {
            let forms: Vec<_> = variants.iter().map(|form| format!("a {form}")).collect();
            return Err(self.expected(&forms.join(" or ")));
        }
        visitor.visit_enum(Shape(self, form))
    }

    numbers!(deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i64 visit_i64 i64, deserialize_f64 visit_f64 f64);

    serde::forward_to_deserialize_any! { i8 i16 i32 i128 u128 f32 char bytes byte_buf unit unit_struct tuple ignored_any }
}
