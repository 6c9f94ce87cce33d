//! The parts of an export, read leniently: what is missing or of another form is passed over.

use crate::evidence::tree::Tree;

/// A member that is a text; empty where there is none.
pub fn text<'e>(of: &'e Tree, key: &str) -> &'e str {
    of[key].as_str().unwrap_or_default()
}

/// A member that is a list; empty where there is none.
pub fn list<'e>(of: &'e Tree<'e>, key: &str) -> &'e [Tree<'e>] {
    of[key].list()
}

/// The value of a parameter of a tag, variable or template, if it is a text.
pub fn parameter<'e>(of: &'e Tree, key: &str) -> &'e str {
    list(of, "parameter").iter().find(|it| text(it, "key") == key).map_or("", |it| text(it, "value"))
}

/// Whether a parameter is switched on.
pub fn is_on(of: &Tree, key: &str) -> bool {
    let found = list(of, "parameter").iter().find(|it| text(it, "key") == key);
    found.map(|it| &it["value"]).is_some_and(|it| it.as_bool() == Some(true) || it.as_str() == Some("true"))
}

/// Names of variables that a text refers to: `{{name}}`.
pub fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once("{{")?;
            let Some((name, after)) = after.split_once("}}") else {
                rest = "";
                return None;
            };
            rest = after;
            // Code has brackets of its own: the innermost pair is meant.
            let name = name.rsplit("{{").next().unwrap_or(name);
            if !name.is_empty() && name.len() <= 300 {
                return Some(name);
            }
        }
    })
}

/// Every text in a parameter, however deep.
pub fn texts<'e>(of: &'e Tree, found: &mut Vec<&'e str>) {
    found.extend(of["value"].as_str());
    for part in list(of, "list").iter().chain(list(of, "map")) {
        texts(part, found);
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn references_are_told_from_brackets_of_code() {
        let found: Vec<&str> = references("{a: {{x y}}, b: f({{{{z}}), {{}} }} {{open").collect();
        assert_eq!(found, ["x y", "z"]);
        assert_eq!(references(&"{{".repeat(100_000)).count(), 0);
        assert_eq!(references(&"{{}}".repeat(100_000)).count(), 0);
    }
}
