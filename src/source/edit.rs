//! Edits of YAML texts that keep everything else as it is: comments, order, style.

use super::tree::{Kind, Node, parse};
use super::{FileId, Span};

/// A text with `key: value` lines added to the map that belongs to the key at a place. A short form,
/// `[email]`, becomes `{ fields: [email], … }`. Nothing where the text has another shape.
pub fn add(text: &str, key: Span, lines: &str) -> Option<String> {
    let root = tree(text)?;
    let (name, value) = entry(&root, key)?;
    if let Kind::Map(_) = value.kind {
        return into_map(text, value, lines);
    }
    let flow = one_line(lines);
    if value.is_null() {
        let colon = name.span.end as usize + text[name.span.end as usize..].find(':')? + 1;
        let end = (value.span.end as usize).max(colon);
        return Some(format!("{} {{ {flow} }}{}", &text[..colon], &text[end..]));
    }
    let (start, end) = (value.span.start as usize, value.span.end as usize);
    let short = &text[start..end];
    let one_line = !text[name.span.end as usize..end].contains('\n');
    let simple = one_line && !short.starts_with(['&', '*', '-']) && fits_brackets(value);
    simple.then(|| format!("{}{{ fields: {short}, {flow} }}{}", &text[..start], &text[end..]))
}

/// A text with `key: value` lines added to the map that a key or value at a place stands in.
pub fn beside(text: &str, at: Span, lines: &str) -> Option<String> {
    let root = tree(text)?;
    into_map(text, innermost(&root, at)?, lines)
}

/// A text with words more in the list that a word at a place stands in; a word alone becomes a list.
/// Nothing where the list is written as lines.
pub fn join(text: &str, at: Span, words: &str) -> Option<String> {
    let (start, end) = (at.start as usize, at.end as usize);
    let word = text.get(start..end)?;
    let root = tree(text)?;
    let put = match list_of(&root, at) {
        // A list of lines has no bracket, and begins where its first item does.
        Some((list, first)) if list.span.start == first.span.start => return None,
        Some(_) => format!("{word}, {words}"),
        None if at_place(&root, at).is_none_or(fits_brackets) => format!("[{word}, {words}]"),
        None => return None,
    };
    Some(format!("{}{put}{}", &text[..start], &text[end..]))
}

/// The list that has an item at a place, and its first item.
fn list_of<'t, 's>(node: &'t Node<'s>, at: Span) -> Option<(&'t Node<'s>, &'t Node<'s>)> {
    match &node.kind {
        Kind::List(items) => {
            let own = items.iter().any(|it| (it.span.start, it.span.end) == (at.start, at.end));
            let deeper = || items.iter().find_map(|it| list_of(it, at));
            deeper().or_else(|| own.then(|| (node, &items[0])))
        }
        Kind::Map(entries) => entries.iter().find_map(|(_, value)| list_of(value, at)),
        Kind::Word { .. } => None,
    }
}

/// Whether a value means the same in brackets: there a comma or bracket in a plain word ends it.
fn fits_brackets(value: &Node) -> bool {
    !matches!(&value.kind, Kind::Word { text, plain: true } if text.contains([',', '[', ']', '{', '}']))
}

/// The value at a place.
fn at_place<'t, 's>(node: &'t Node<'s>, at: Span) -> Option<&'t Node<'s>> {
    if (node.span.start, node.span.end) == (at.start, at.end) {
        return Some(node);
    }
    match &node.kind {
        Kind::List(items) => items.iter().find_map(|it| at_place(it, at)),
        Kind::Map(entries) => entries.iter().find_map(|(_, value)| at_place(value, at)),
        Kind::Word { .. } => None,
    }
}

/// A text with other words at a place.
pub fn replace(text: &str, at: Span, words: &str) -> Option<String> {
    let (before, after) = (text.get(..at.start as usize)?, text.get(at.end as usize..)?);
    Some(format!("{before}{words}{after}"))
}

/// A text with an item more at the end of the list of a section, or in the place of the item in which
/// `key` is `value`. The item is `key: value` lines. Nothing where the list is not written as lines.
pub fn put_item(text: &str, section: &str, (key, value): (&str, &str), item: &str) -> Option<String> {
    let root = tree(text);
    let list = root.as_ref().and_then(|root| match &root.kind {
        Kind::Map(entries) => entries.iter().find(|(name, _)| name.word() == Some(section)).map(|(_, list)| list),
        _ => None,
    });
    let as_item = |indent: usize| {
        let lines = as_item(item, indent);
        if text.contains("\r\n") { lines.replace('\n', "\r\n") } else { lines }
    };
    let Some(list) = list else {
        // A text with nothing but comments, or without the section.
        let writable = root.is_none() || matches!(root, Some(Node { kind: Kind::Map(_), .. })) && !text.trim_start().starts_with('{');
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        return writable.then(|| format!("{text}{gap}{section}:\n{}", as_item(2)));
    };
    let empty = list.is_null() || matches!(&list.kind, Kind::List(items) if items.is_empty());
    if empty {
        let colon = text[..list.span.start as usize].rfind(':').filter(|at| !text[*at..list.span.start as usize].contains('\n'));
        let key = colon.map_or(list.span.start as usize, |at| at + 1);
        let end = (list.span.end as usize).max(key);
        let rest = text[end..].strip_prefix('\n').unwrap_or(&text[end..]);
        return Some(format!("{}\n{}{rest}", text[..key].trim_end(), as_item(2)));
    }
    let Kind::List(items) = &list.kind else { return None };
    let dash = |item: &Node| {
        let line = text[..item.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[line..item.span.start as usize];
        (before.trim_end().ends_with('-') && before.trim() == "-").then(|| (line, before.len() - before.trim_start().len()))
    };
    let line_end = |item: &Node| {
        // A block scalar ends with its last line, and not before the next one.
        let end = text[..item.span.end as usize].trim_end().len();
        text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
    };
    let same = items.iter().find(|item| match &item.kind {
        Kind::Map(entries) => entries.iter().any(|(name, said)| name.word() == Some(key) && said.word() == Some(value)),
        _ => false,
    });
    let (from, to, indent) = match same {
        Some(same) => (dash(same)?.0, line_end(same), dash(same)?.1),
        None => {
            let last = items.last()?;
            (line_end(last), line_end(last), dash(last)?.1)
        }
    };
    let gap = if text[..from].is_empty() || text[..from].ends_with('\n') { "" } else { "\n" };
    Some(format!("{}{gap}{}{}", &text[..from], as_item(indent), &text[to..]))
}

fn as_item(lines: &str, indent: usize) -> String {
    let space = " ".repeat(indent);
    let line = |(at, line): (usize, &str)| format!("{space}{}{line}\n", if at == 0 { "- " } else { "  " });
    lines.lines().enumerate().map(line).collect()
}

fn one_line(lines: &str) -> String {
    lines.lines().collect::<Vec<_>>().join(", ")
}

fn into_map(text: &str, map: &Node, lines: &str) -> Option<String> {
    let start = map.span.start as usize;
    if text[start..].starts_with('{') {
        let empty = text[start + 1..].trim_start().starts_with('}');
        let gap = if empty { " " } else { "," };
        return Some(format!("{{ {}{gap}", one_line(lines))).map(|put| format!("{}{put}{}", &text[..start], &text[start + 1..]));
    }
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent = " ".repeat(text[line..start].chars().count());
    let put: String = lines.lines().map(|it| format!("{it}\n{indent}")).collect();
    Some(format!("{}{put}{}", &text[..start], &text[start..]))
}

fn tree(text: &str) -> Option<Node<'_>> {
    parse(FileId::default(), text, &mut Vec::new())
}

fn entry<'t, 's>(node: &'t Node<'s>, key: Span) -> Option<(&'t Node<'s>, &'t Node<'s>)> {
    match &node.kind {
        Kind::Map(entries) => entries.iter().find_map(|(name, value)| {
            if name.span.start == key.start && name.span.end == key.end { Some((name, value)) } else { entry(value, key) }
        }),
        Kind::List(items) => items.iter().find_map(|item| entry(item, key)),
        Kind::Word { .. } => None,
    }
}

/// The innermost map that a place lies in.
fn innermost<'t, 's>(node: &'t Node<'s>, at: Span) -> Option<&'t Node<'s>> {
    let within = |it: &Node| it.span.start <= at.start && at.end <= it.span.end;
    match &node.kind {
        Kind::Map(entries) => {
            let deeper = entries.iter().find_map(|(_, value)| innermost(value, at));
            deeper.or_else(|| entries.iter().any(|(name, value)| within(name) || within(value)).then_some(node))
        }
        Kind::List(items) => items.iter().find_map(|item| innermost(item, at)),
        Kind::Word { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, word: &str) -> Span {
        let start = text.find(word).expect("the word is in the text") as u32;
        Span { start, end: start + word.len() as u32, ..Span::default() }
    }

    #[test]
    fn a_key_is_added_to_a_map_however_it_is_written() {
        for (text, key, after) in [
            ("a:\n  x: 1 # why\n", "a", "a:\n  k: v\n  x: 1 # why\n"),
            ("a: { x: 1 }\n", "a", "a: { k: v, x: 1 }\n"),
            ("a: {}\n", "a", "a: { k: v }\n"),
            ("a: [e, f] # why\n", "a", "a: { fields: [e, f], k: v } # why\n"),
            ("a: e\n", "a", "a: { fields: e, k: v }\n"),
            ("a:\nb: 1\n", "a", "a: { k: v }\nb: 1\n"),
            ("o:\n  - a:\n      x: 1\n", "a", "o:\n  - a:\n      k: v\n      x: 1\n"),
        ] {
            assert_eq!(add(text, at(text, key), "k: v").as_deref(), Some(after), "{text}");
        }
        assert_eq!(add("a:\n  - e\n", at("a:\n  - e\n", "a"), "k: v"), None, "a list of lines has no short form to wrap");
    }

    #[test]
    fn a_key_is_added_beside_a_word() {
        let text = "a:\n  contract: { ref: X, list: [p, q] }\n";
        let after = "a:\n  contract: { k: v, ref: X, list: [p, q] }\n";
        assert_eq!(beside(text, at(text, "X"), "k: v").as_deref(), Some(after));
        assert_eq!(beside(text, at(text, "q"), "k: v").as_deref(), Some(after));
        let text = "a:\n  ref: X\n";
        assert_eq!(beside(text, at(text, "X"), "k: v\nl: w").as_deref(), Some("a:\n  k: v\n  l: w\n  ref: X\n"));
    }

    #[test]
    fn words_join_a_list() {
        for (text, word, after) in [("a: [x, y]\n", "y", "a: [x, y, z]\n"), ("a: { b: x }\n", "x", "a: { b: [x, z] }\n")] {
            assert_eq!(join(text, at(text, word), "z").as_deref(), Some(after), "{text}");
        }
        assert_eq!(join("a:\n  - x\n", at("a:\n  - x\n", "x"), "z"), None);
    }

    #[test]
    fn an_item_is_added_or_takes_the_place_of_its_like() {
        let text = "# kept\nwaivers:\n  - finding: a\n    why: x   # kept\n  - { finding: b, why: y }\n# end\n";
        let put = |key: &str| put_item(text, "waivers", ("finding", key), &format!("finding: {key}\nwhy: z"));
        let added =
            "# kept\nwaivers:\n  - finding: a\n    why: x   # kept\n  - { finding: b, why: y }\n  - finding: c\n    why: z\n# end\n";
        assert_eq!(put("c").as_deref(), Some(added));
        let other = "# kept\nwaivers:\n  - finding: a\n    why: x   # kept\n  - finding: b\n    why: z\n# end\n";
        assert_eq!(put("b").as_deref(), Some(other));
        assert_eq!(put_item("", "waivers", ("finding", "a"), "finding: a").as_deref(), Some("waivers:\n  - finding: a\n"));
        assert_eq!(
            put_item("teams: {}", "waivers", ("finding", "a"), "finding: a").as_deref(),
            Some("teams: {}\nwaivers:\n  - finding: a\n")
        );
        assert_eq!(put_item("waivers: [{ finding: b }]\n", "waivers", ("finding", "a"), "finding: a"), None);
    }
}
