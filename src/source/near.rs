//! Did you mean: the nearest known word.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    // One edit for every three letters, at most three: further away is another word.
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.len().abs_diff(word.len()) > 2 * allowed + 2 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|it| (distance, candidate) < it) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_slip_finds_its_word_and_a_stranger_does_not() {
        assert_eq!(nearest("emial", ["phone", "email"]), Some("email"));
        assert_eq!(nearest("sendz", ["sends", "collects"]), Some("sends"));
        assert_eq!(nearest("weather", ["email", "phone"]), None);
    }
}
