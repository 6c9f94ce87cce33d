//! One activity as a process of the vocabulary.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Dpv, Thing, Used, article, day, measures, place, text, to};
use crate::declare::{Retention, RetentionItem, Unit};
use crate::flow::third_countries;
use crate::model::Activity;

impl Dpv<'_> {
    pub(super) fn activity(&self, at: usize, used: &mut Used) -> Value {
        let model = &self.map.model;
        let (it, known) = (&model.activities[at], &self.map.processing()[at]);
        let decl = &it.decl;
        let id = format!("ropa:activity:{}", it.id);
        let categories: BTreeSet<_> = known.categories(model).into_keys().chain(known.sensitive.keys().copied()).collect();
        let subjects: BTreeSet<_> = known.items.iter().map(|item| item.subject).collect();
        let open: BTreeSet<_> = known.recipients.iter().filter(|(_, how)| how.open).map(|(id, _)| *id).collect();
        let purposes = decl.purpose.iter().enumerate().map(|(number, purpose)| {
            Thing::new(&format!("{id}:purpose:{}", number + 1), &["dpv:Purpose"]).with("dct:description", Some(text(purpose))).done()
        });
        let title = decl.title.as_ref().map_or_else(|| json!(it.id), |title| text(title));
        let controller = match decl.entity.as_ref() {
            Some(entity) => to(format!("ropa:entity:{}", entity.value)),
            None => to("ropa:organisation"),
        };
        let joint: Vec<Value> = it.joint.iter().map(|id| to(format!("ropa:recipient:{}", model.node(*id).id))).collect();
        // Without measures of its own those of the organisation hold, which stand with it.
        let own_measures = match decl.security.is_empty() {
            true => (1..=model.measures(decl).len()).map(|number| to(format!("ropa:organisation:measure:{number}"))).collect(),
            false => measures(&id, &decl.security),
        };
        if let Some(Retention::Map(entries)) = decl.retention.as_ref() {
            used.categories.extend(entries.iter().filter_map(|entry| model.category_named(&entry.key)));
        }
        let thing = Thing::new(&id, &["dpv:PersonalDataProcess"])
            .with("dct:title", Some(title))
            .with("dct:created", decl.created.as_ref().map(|it| day(it.value.to_string())))
            .with("dct:modified", decl.updated.as_ref().map(|it| day(it.value.to_string())))
            .with("dpv:hasDataController", Some(controller))
            .all("dpv:hasJointDataControllers", joint)
            .all("dpv:hasPurpose", purposes.collect())
            .all("dpv:hasLegalBasis", self.bases(it))
            .all("dpv:hasPersonalData", categories.iter().map(|id| to(format!("ropa:category:{}", model.category(*id).id))).collect())
            .all("dpv:hasDataSubject", subjects.iter().map(|id| to(format!("ropa:subject:{}", model.subject(*id).id))).collect())
            .all("dpv:hasRecipient", open.iter().map(|id| to(format!("ropa:recipient:{}", model.node(*id).id))).collect())
            .all("dpv:hasStorageCondition", decl.retention.as_ref().map(|it| storage(&id, it)).unwrap_or_default())
            .all("dpv:hasTechnicalOrganisationalMeasure", own_measures)
            .all("dpv:hasProcessing", self.transfers(at, &id));
        used.recipients.extend(open);
        used.recipients.extend(it.joint.iter().copied());
        used.categories.extend(categories);
        used.subjects.extend(subjects);
        thing.done()
    }

    /// The basis of Art. 6(1), and the conditions of Art. 9(2); one of the project's own has no term.
    fn bases(&self, it: &Activity) -> Vec<Value> {
        let law = &self.map.model.law;
        let basis = it.decl.basis.as_ref().and_then(|word| law.bases.get(word)?.article.as_ref());
        let mut letters: Vec<_> =
            it.decl.special.iter().filter_map(|entry| law.conditions.get(entry.value.condition.as_ref()?)?.article.as_ref()).collect();
        letters.sort();
        letters.dedup_by(|a, b| a.value == b.value);
        basis.into_iter().chain(letters).filter_map(|word| article(word)).map(to).collect()
    }

    /// One transfer for each recipient and third country, with what it rests on.
    fn transfers(&self, at: usize, id: &str) -> Vec<Value> {
        let model = &self.map.model;
        let open = |recipient| self.map.processing()[at].recipients.get(&recipient).is_some_and(|how| how.open);
        let all = third_countries(model, &self.map.processing()[at], self.map.today).into_iter().filter(|it| open(it.recipient));
        all.map(|it| {
            let code = it.country.unwrap_or("unknown");
            let declared: Vec<_> = it.flows.iter().flat_map(|flow| model.transfers_in(model.flow(*flow))).collect();
            let here = declared.iter().filter(|transfer| transfer.country.as_ref().is_none_or(|word| word.value == code));
            let articles = here.filter_map(|transfer| model.law.mechanisms.get(transfer.mechanism.as_ref()?)?.article.as_ref());
            let articles: BTreeSet<String> = articles.filter_map(|word| article(word)).collect();
            let recipient = &model.node(it.recipient).id;
            Thing::new(&format!("{id}:transfer:{recipient}:{code}"), &["dpv:Transfer"])
                .with("dpv:hasRecipient", Some(to(format!("ropa:recipient:{recipient}"))))
                .with("dpv:hasThirdCountry", Some(place(code)))
                .all("dpv:hasLegalBasis", articles.into_iter().map(to).collect())
                .done()
        })
        .collect()
    }
}

fn storage(id: &str, it: &Retention) -> Vec<Value> {
    let one = |part: &str, keep: Option<&crate::declare::Duration>, after: Option<Value>| {
        let length = keep.map(|it| {
            let unit = match it.unit {
                Unit::Days => 'D',
                Unit::Months => 'M',
                Unit::Years => 'Y',
            };
            json!({ "@type": "xsd:duration", "@value": format!("P{}{unit}", it.count) })
        });
        let after = after.or_else(|| keep.and_then(|it| it.after.as_ref()).map(|after| json!(after)));
        Thing::new(&format!("{id}:storage:{part}"), &["dpv:StorageDuration"]).with("dpv:hasDuration", length).with("dct:description", after)
    };
    match it {
        Retention::Word(keep) => vec![one("all", Some(&keep.value), None).done()],
        Retention::Map(entries) => {
            let mut all: Vec<_> = entries.iter().collect();
            all.sort_by(|a, b| a.key.value.cmp(&b.key.value));
            let entry = |category: &str, it: &RetentionItem| {
                let after = it.after.as_ref().map(|after| text(after));
                let of = to(format!("ropa:category:{category}"));
                one(category, it.keep.as_ref().map(|keep| &keep.value), after).with("dpv:hasPersonalData", Some(of)).done()
            };
            all.into_iter().map(|it| entry(&it.key.value, &it.value)).collect()
        }
    }
}
