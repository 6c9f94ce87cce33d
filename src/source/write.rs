//! The way out: a word as YAML writes it.

/// A word as it must stand in YAML: quoted where it would otherwise be read as something else.
pub fn scalar(word: &str) -> String {
    serde_yaml::to_string(&word).map(|text| text.trim_end().to_owned()).unwrap_or_else(|_| format!("{word:?}"))
}
