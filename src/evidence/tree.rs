//! A JSON text as a tree that borrows the text's letters and takes no more room than it needs: `serde_json`'s own
//! takes 640 bytes for an object of one member. Read leniently: what is missing is null, what is no list is empty.

use std::borrow::Cow;
use std::fmt;
use std::ops::Index;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use super::weight::{WEIGHT, is_above};

/// A value and all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Tree<'t> {
    /// Nothing.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text; with letters of its own where some are escaped in the file.
    Text(Cow<'t, str>),
    /// A list.
    List(Box<[Tree<'t>]>),
    /// An object. INVARIANT: sorted by name, and of members of one name there is the last.
    #[serde(serialize_with = "object")]
    Object(Box<[(Cow<'t, str>, Tree<'t>)]>),
}

/// What is not there.
static NULL: Tree<'static> = Tree::Null;

impl<'t> Tree<'t> {
    /// The tree of a JSON text, if it is one and would not fill the memory.
    pub fn of(text: &'t [u8]) -> Option<Tree<'t>> {
        if is_above(WEIGHT, text) { None } else { serde_json::from_slice(text).ok() }
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Tree<'t>> {
        let Tree::Object(members) = self else { return None };
        members.binary_search_by(|it| (*it.0).cmp(name)).ok().map(|at| &members[at].1)
    }

    /// A text.
    pub fn as_str(&self) -> Option<&str> {
        if let Tree::Text(text) = self { Some(text) } else { None }
    }

    /// Yes or no.
    pub fn as_bool(&self) -> Option<bool> {
        if let Tree::Bool(yes) = self { Some(*yes) } else { None }
    }

    /// A number.
    pub fn as_f64(&self) -> Option<f64> {
        if let Tree::Number(number) = self { number.as_f64() } else { None }
    }

    /// A whole number.
    pub fn as_u64(&self) -> Option<u64> {
        if let Tree::Number(number) = self { number.as_u64() } else { None }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Tree::List(_))
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Tree::Object(_))
    }

    /// The elements of a list.
    pub fn list(&self) -> &[Tree<'t>] {
        if let Tree::List(elements) = self { elements } else { &[] }
    }

    /// The texts in a list.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.list().iter().filter_map(Tree::as_str)
    }

    /// The members of an object, sorted by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Tree<'t>)> {
        let members: &[(Cow<str>, Tree)] = if let Tree::Object(members) = self { members } else { &[] };
        members.iter().map(|(name, value)| (&**name, value))
    }
}

impl<'t> Index<&str> for Tree<'t> {
    type Output = Tree<'t>;

    fn index(&self, name: &str) -> &Tree<'t> {
        self.get(name).unwrap_or(&NULL)
    }
}

impl<'t> Index<usize> for Tree<'t> {
    type Output = Tree<'t>;

    fn index(&self, at: usize) -> &Tree<'t> {
        self.list().get(at).unwrap_or(&NULL)
    }
}

/// As JSON.
impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

fn object<S: Serializer>(members: &[(Cow<str>, Tree)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
}

impl<'de: 't, 't> Deserialize<'de> for Tree<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree<'t>, D::Error> {
        deserializer.deserialize_any(Builder)
    }
}

struct Builder;

impl<'de> Visitor<'de> for Builder {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Tree<'de>, E> {
        Ok(Number::from_f64(number).map_or(Tree::Null, Tree::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Tree<'de>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = from.next_element()? {
            elements.push(element);
        }
        Ok(Tree::List(fitted(elements)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Tree<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = from.next_entry()? {
            members.push((name, value));
        }
        members.sort_by(|one, other| one.0.cmp(&other.0));
        members.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        Ok(Tree::Object(fitted(members)))
    }
}

/// A member's name; by itself, `Cow` would not borrow.
#[derive(Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

/// Without room for more.
fn fitted<T>(parts: Vec<T>) -> Box<[T]> {
    // A small one is copied: cut off in place, it would leave a hole that the next one does not fit into.
    if parts.len() > 64 {
        return parts.into_boxed_slice();
    }
    let mut fitted = Vec::with_capacity(parts.len());
    fitted.extend(parts);
    fitted.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::Tree;

    fn tree(text: &str) -> Tree<'_> {
        serde_json::from_str(text).expect("it is JSON")
    }

    #[test]
    fn a_tree_is_written_as_it_was_read_with_its_members_sorted() {
        let text = r#"{"b":[null,true,-1,18446744073709551615,1.5,"x\ny",{}],"a\"":{"c":[]},"é":""}"#;
        assert_eq!(tree(text).to_string(), serde_json::from_str::<serde_json::Value>(text).expect("it is JSON").to_string());
    }

    #[test]
    fn of_members_of_one_name_the_last_is_there() {
        let tree = tree(r#"{"a":1,"b":2,"a":3,"a":4,"b":5}"#);
        assert_eq!(tree.to_string(), r#"{"a":4,"b":5}"#);
        assert_eq!(tree["a"].as_u64(), Some(4));
    }

    #[test]
    fn letters_are_borrowed_unless_some_are_escaped() {
        let tree = tree(r#"["a","\u0062"]"#);
        assert!(matches!(&tree[0], Tree::Text(Cow::Borrowed("a"))));
        assert!(matches!(&tree[1], Tree::Text(Cow::Owned(it)) if it == "b"));
    }

    #[test]
    fn what_is_missing_is_null_and_what_is_no_list_is_empty() {
        let tree = tree(r#"{"a":[1,"b"]}"#);
        assert_eq!((&tree["x"]["y"], &tree["a"][7], &tree[0]), (&Tree::Null, &Tree::Null, &Tree::Null));
        assert!(tree["a"]["b"].list().is_empty() && tree["a"].members().next().is_none());
        assert_eq!(tree["a"].texts().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        assert!(serde_json::from_str::<Tree>(&"[".repeat(200_000)).is_err());
    }
}
