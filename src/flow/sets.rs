//! Small sets, each kept once: gates and labels repeat along every path.

use std::collections::HashMap;

/// One set among [`Sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(u32);

impl SetId {
    /// The set without elements.
    pub const EMPTY: SetId = SetId(0);
}

/// All sets that have come up, with what was asked of them.
#[derive(Debug)]
pub struct Sets {
    known: Vec<Vec<u32>>,
    ids: HashMap<Vec<u32>, SetId>,
    unions: HashMap<(SetId, SetId), SetId>,
    intersections: HashMap<(SetId, SetId), SetId>,
}

impl Default for Sets {
    fn default() -> Self {
        let ids = HashMap::from([(Vec::new(), SetId::EMPTY)]);
        Sets { known: vec![Vec::new()], ids, unions: HashMap::new(), intersections: HashMap::new() }
    }
}

impl Sets {
    /// The set of these elements.
    pub fn of(&mut self, elements: impl IntoIterator<Item = u32>) -> SetId {
        let mut elements: Vec<u32> = elements.into_iter().collect();
        elements.sort_unstable();
        elements.dedup();
        if let Some(id) = self.ids.get(&elements) {
            return *id;
        }
        let id = SetId(self.known.len() as u32);
        self.known.push(elements.clone());
        self.ids.insert(elements, id);
        id
    }

    /// Its elements, sorted.
    pub fn get(&self, id: SetId) -> &[u32] {
        &self.known[id.0 as usize]
    }

    /// What is in either.
    pub fn union(&mut self, a: SetId, b: SetId) -> SetId {
        if a == b || b == SetId::EMPTY {
            return a;
        }
        if a == SetId::EMPTY {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.unions.get(&key) {
            return *known;
        }
        let both = [self.get(a), self.get(b)].concat();
        let id = self.of(both);
        self.unions.insert(key, id);
        id
    }

    /// What is in both.
    pub fn intersection(&mut self, a: SetId, b: SetId) -> SetId {
        if a == b {
            return a;
        }
        if a == SetId::EMPTY || b == SetId::EMPTY {
            return SetId::EMPTY;
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.intersections.get(&key) {
            return *known;
        }
        let shared: Vec<u32> = self.get(a).iter().filter(|it| self.get(b).binary_search(it).is_ok()).copied().collect();
        let id = self.of(shared);
        self.intersections.insert(key, id);
        id
    }

    /// Whether all of `a` is in `b`.
    pub fn is_subset(&self, a: SetId, b: SetId) -> bool {
        a == b || self.get(a).iter().all(|it| self.get(b).binary_search(it).is_ok())
    }
}
