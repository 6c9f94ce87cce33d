//! E-mail addresses, as people have them and not as RFC 5322 would let them.

/// An address in its plain form: no name, no quotes, no address of a machine by number.
pub fn email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain) && !is_picture(domain))
}

/// Words of letters, digits and a few signs, with single dots between.
fn is_local(local: &str) -> bool {
    local.split('.').all(|word| !word.is_empty() && word.bytes().all(|it| it.is_ascii_alphanumeric() || b"_+-'&".contains(&it)))
}

/// Two labels or more, the last of letters, or `xn--` and on.
fn is_domain(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_top = last.len() >= 2 && (last.bytes().all(|it| it.is_ascii_alphabetic()) || last.to_ascii_lowercase().starts_with("xn--"));
    is_top && domain.contains('.') && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

/// `logo@2x.png` is a picture for dense screens.
fn is_picture(domain: &str) -> bool {
    matches!(domain.as_bytes(), [b'1'..=b'9', b'x' | b'X', b'.', ..])
}
