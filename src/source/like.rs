//! Patterns of the simplest kind.

/// Whether a text is of the form of a pattern in which `*` stands for anything.
pub fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        // The first place will do: a later one only leaves less to match.
        let Some(at) = rest.find(part) else { return false };
        last = Some((part, rest));
        rest = &rest[at + part.len()..];
    }
    match last {
        None => rest.is_empty(),
        Some((part, before)) => part.is_empty() || before.ends_with(part),
    }
}
