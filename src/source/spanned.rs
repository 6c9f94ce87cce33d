//! The shapes declarations are made of: values with places, lists and maps that survive a wrong
//! element. [`super::de`] honours them; for any other serde format they are plain values.

use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Span;

pub(super) const SPANNED: &str = "$spanned";
pub(super) const LOSSY: &str = "$lossy";
/// Like [`LOSSY`], and a key without a value counts as not written.
pub(super) const MAYBE: &str = "$maybe";
pub(super) const MANY: &str = "$many";
pub(super) const ENTRIES: &str = "$entries";
/// Rename an enum to this, and its variants to `word`, `list`, `map`: the form of the value chooses.
pub(super) const SHAPE: &str = "$shape";
/// Like [`SHAPE`], for texts that people read: those written by language are taken down.
pub(super) const TEXT: &str = "$text";

/// A value and where it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(out)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Parts<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
            type Value = Spanned<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let missing = || serde::de::Error::custom("a value is missing");
                let file = parts.next_element()?.ok_or_else(missing)?;
                let start = parts.next_element()?.ok_or_else(missing)?;
                let end = parts.next_element()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                Ok(Spanned { value, span: Span { file: super::FileId(file), start, end } })
            }
        }
        from.deserialize_tuple_struct(SPANNED, 4, Parts(PhantomData))
    }
}

/// A value that may be absent; one that is wrong is reported and counts as absent, so that its
/// neighbours are still read. Most keys of most entries are absent: what is there lies apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maybe<T>(Option<Box<T>>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Maybe(None)
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Maybe(Some(Box::new(value)))
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(value: Option<T>) -> Self {
        Maybe(value.map(Box::new))
    }
}

impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

impl<T> Maybe<T> {
    /// Whether nothing usable was written; serde's `skip_serializing_if` asks this.
    pub fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// Whether nothing usable was written.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Whether something was.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// The value.
    pub fn as_ref(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// The value, to be changed.
    pub fn as_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }

    /// The value, taken out.
    pub fn into_option(self) -> Option<T> {
        self.0.map(|it| *it)
    }

    /// The value itself: one element or none.
    pub fn iter(&self) -> std::option::IntoIter<&T> {
        self.as_ref().into_iter()
    }

    /// This one, else another.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Maybe(self.0.or(other.0))
    }
}

impl<T: Deref> Maybe<T> {
    /// What the value stands for.
    pub fn as_deref(&self) -> Option<&T::Target> {
        self.as_ref().map(T::deref)
    }
}

impl<T: Clone> Maybe<T> {
    /// A copy of the value.
    pub fn cloned(&self) -> Option<T> {
        self.as_ref().cloned()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_tuple_struct(MAYBE, 1, OneOrNone(PhantomData)).map(Maybe::from)
    }
}

/// One element of a list or map, read so that a wrong one is reported and left out.
pub struct Lossy<T>(pub Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lossy<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_tuple_struct(LOSSY, 1, OneOrNone(PhantomData)).map(Lossy)
    }
}

/// Reads a list of at most one value.
struct OneOrNone<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrNone<T> {
    type Value = Option<T>;
    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a value")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut one: A) -> Result<Self::Value, A::Error> {
        one.next_element()
    }
}

/// A list; a single value may stand for a list of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many(Vec::new())
    }
}

impl<T> Deref for Many<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Serialize> Serialize for Many<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

impl<T> Many<T> {
    /// Whether the list is empty; serde's `skip_serializing_if` asks this.
    pub fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
            type Value = Many<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(element) = list.next_element::<Lossy<T>>()? {
                    out.extend(element.0);
                }
                // Large projects have a great many of them, most with one element.
                out.shrink_to_fit();
                Ok(Many(out))
            }
        }
        from.deserialize_tuple_struct(MANY, 0, List(PhantomData))
    }
}

/// One entry of a map: the key with its place, and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: T,
}

/// A map with free keys, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<Entry<T>>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<T> Deref for Entries<T> {
    type Target = [Entry<T>];
    fn deref(&self) -> &[Entry<T>] {
        &self.0
    }
}

impl<T> Entries<T> {
    /// Whether the map is empty; serde's `skip_serializing_if` asks this.
    pub fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// The value behind a key.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|entry| *entry.key == key).map(|entry| &entry.value)
    }
}

impl<T: Serialize> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        // Sorted, so that what is exported does not depend on the order of writing.
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by(|a, b| a.key.value.cmp(&b.key.value));
        let mut map = out.serialize_map(Some(entries.len()))?;
        for entry in entries {
            map.serialize_entry(&entry.key.value, &entry.value)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Map<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Map<T> {
            type Value = Entries<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    if let Some(value) = map.next_value::<Lossy<T>>()?.0 {
                        out.push(Entry { key, value });
                    }
                }
                out.shrink_to_fit();
                Ok(Entries(out))
            }
        }
        from.deserialize_struct(ENTRIES, &[], Map(PhantomData))
    }
}

/// What may be written short: a bare value that stands for the main key of a map.
pub trait Bare {
    /// The form of the bare value.
    type Form;
    /// The map that the bare value stands for.
    fn bare(form: Self::Form) -> Self;
}

/// A map, or the bare value that stands for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Short<T>(pub T);

impl<T> Deref for Short<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Short<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

#[derive(serde::Deserialize)]
#[serde(rename = "$shape", rename_all = "lowercase")]
enum ShortShape<F, T> {
    Word(F),
    List(F),
    Map(T),
}

impl<'de, T: Bare + Deserialize<'de>> Deserialize<'de> for Short<T>
where
    T::Form: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        ShortShape::deserialize(from).map(|shape| match shape {
            ShortShape::Word(form) | ShortShape::List(form) => Short(T::bare(form)),
            ShortShape::Map(map) => Short(map),
        })
    }
}
