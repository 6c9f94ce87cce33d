//! Evidence: the systems, gates and categories that its entries name.

use super::Resolver;
use crate::finding::INVALID_VALUE;
use crate::model::names::check_id;
use crate::model::{Capture, GateId, NodeId};
use crate::source::{Entry, Spanned};

impl Resolver<'_> {
    /// The entries of `evidence:` in `ropa.yaml`.
    pub(super) fn evidence(&mut self) {
        for entry in std::mem::take(&mut self.model.settings.evidence).0 {
            let (id, decl) = (entry.key.value, entry.value);
            check_id(&id, entry.key.span, false, self.out);
            let of = decl.of.as_ref().and_then(|word| self.nodes.expect(word, self.out)).map(NodeId);
            let mut lacking = |what: &str, example: &str| {
                self.out
                    .report(&INVALID_VALUE, &["evidence", &id, what])
                    .say(format!("evidence `{id}` does not say {example}"))
                    .at(entry.key.span, "")
                    .help(format!("add `{what}: …`"));
            };
            if decl.kind.is_absent() {
                lacking("kind", "how its files are written");
            }
            if decl.files.is_absent() {
                lacking("files", "where its files lie");
            }
            if decl.of.is_absent() {
                lacking("of", "which system sends what it shows");
            }
            let none = decl.consented.iter().any(|it| it.value == "none");
            let named = decl.consented.iter().filter(|it| it.value != "none");
            let gates = named.filter_map(|word| self.gates.expect(word, self.out)).map(GateId).collect();
            let consented = (none || !decl.consented.is_absent()).then_some(gates);
            let mut sensitive = Vec::new();
            for page in decl.sensitive_pages.iter() {
                for word in page.value.iter() {
                    self.categories.expect(word, self.out);
                }
                sensitive.push((page.key.value.clone(), page.value.iter().map(|it| it.value.clone()).collect()));
            }
            let kept = Spanned { value: id.clone(), span: entry.key.span };
            self.model.evidence.push(Capture { id, of, consented, sensitive, decl: decl.clone(), span: kept.span });
            self.model.settings.evidence.0.push(Entry { key: kept, value: decl });
        }
    }
}
