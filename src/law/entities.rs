//! Whose a domain probably is, where the vendor catalogue does not know it: a public table of third parties
//! (`registry/entities.md`). It gives a name to look up, and nothing more.

use std::sync::LazyLock;

static TABLE: &str = include_str!("../../registry/entities.tsv");

/// Domain and entity, sorted by domain.
static ENTITIES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| TABLE.lines().filter_map(|line| line.split_once('\t')).collect());

/// A host and the domains above it, the longest first.
pub fn domains(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |it| it.split_once('.').map(|(_, above)| above))
}

/// The entity that a host, or a domain above it, is said to belong to.
pub fn entity_of(host: &str) -> Option<&'static str> {
    let mut found = domains(host).filter_map(|domain| ENTITIES.binary_search_by(|(known, _)| (*known).cmp(domain)).ok());
    found.next().map(|at| ENTITIES[at].1)
}

#[cfg(test)]
mod tests {
    use super::{ENTITIES, entity_of};

    #[test]
    fn the_table_is_sorted_and_the_nearest_domain_counts() {
        assert!(ENTITIES.len() > 3_000 && ENTITIES.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(entity_of("cdn.taboola.com"), Some("Taboola"));
        assert_eq!(entity_of("shop.example"), None);
    }
}
