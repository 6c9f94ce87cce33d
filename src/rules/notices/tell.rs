//! What people have to be told, and how a notice would say it.

use std::collections::BTreeSet;

use crate::finding::{Edit, Effort, Finding, few, listed};
use crate::flow::Exposure;
use crate::model::{ActivityId, Model, NodeId, Notice, SubjectId};
use crate::rules::Case;
use crate::source::scalar;

/// What people have to be told about one or several groups of them.
#[derive(Default)]
pub(super) struct ToTell<'a> {
    pub(super) subjects: BTreeSet<SubjectId>,
    pub(super) exposures: Vec<&'a Exposure>,
    pub(super) activities: BTreeSet<ActivityId>,
    pub(super) bases: BTreeSet<&'a str>,
    pub(super) recipients: BTreeSet<NodeId>,
    pub(super) countries: BTreeSet<&'a str>,
    pub(super) mechanisms: BTreeSet<String>,
    pub(super) copy: bool,
    pub(super) retention: bool,
}

pub(super) fn ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    ids.into_iter().map(|id| format!("`{id}`")).collect()
}

impl ToTell<'_> {
    pub(super) fn subjects(&self, model: &Model) -> String {
        listed(ids(self.subjects.iter().map(|it| model.subject(*it).id.as_str())))
    }

    pub(super) fn recipients(&self, model: &Model) -> String {
        few(ids(self.recipients.iter().map(|it| model.node(*it).id.as_str())).into_iter())
    }

    /// The keys of a notice that say all this.
    fn lines(&self, model: &Model) -> Vec<(&'static str, String)> {
        let list = |key: &'static str, words: Vec<&str>| {
            let words: Vec<String> = words.into_iter().map(scalar).collect();
            (!words.is_empty()).then(|| (key, format!("[{}]", words.join(", "))))
        };
        let lists = [
            list("activities", self.activities.iter().map(|it| model.activity_id(*it)).collect()),
            list("recipients", self.recipients.iter().map(|it| model.node(*it).id.as_str()).collect()),
            list("countries", self.countries.iter().copied().collect()),
            list("mechanisms", self.mechanisms.iter().map(String::as_str).collect()),
            list("bases", self.bases.iter().copied().collect()),
        ];
        let mut lines: Vec<(&str, String)> = lists.into_iter().flatten().collect();
        lines.extend(self.copy.then(|| ("copy", "<write to the data protection officer>".to_owned())));
        lines.extend(self.retention.then(|| ("retention", "<24m>".to_owned())));
        lines
    }

    /// A notice of its own that says all this from the day of the check.
    pub(super) fn notice(&self, case: &Case, id: &str) -> String {
        let model = case.model();
        let mut id = id.to_owned();
        while model.notices.iter().any(|it| it.id == id) {
            id.push_str("-next");
        }
        let subjects: Vec<String> = self.subjects.iter().map(|it| scalar(&model.subject(*it).id)).collect();
        let mut said = vec![format!("for: [{}]", subjects.join(", "))];
        said.extend(self.lines(model).into_iter().map(|(key, value)| format!("{key}: {value}")));
        said.push(format!("version: <v1>, since: <{}>", case.today()));
        format!("notices: {{ {}: {{ {} }} }}", scalar(&id), said.join(", "))
    }

    /// What to add to a notice; where it says something under a key already, it takes a new version: what people were told cannot be changed afterwards.
    pub(super) fn fix(&self, case: &Case, notice: &Notice, finding: &mut Finding) {
        let lines = self.lines(case.model());
        let decl = &notice.decl;
        let silent = |key: &str| match key {
            "activities" => decl.activities.is_empty(),
            "recipients" => decl.recipients.is_empty(),
            "countries" => decl.countries.is_empty(),
            "mechanisms" => decl.mechanisms.is_empty(),
            "bases" => decl.bases.is_empty(),
            "copy" => decl.copy.is_none(),
            _ => decl.retention.is_none(),
        };
        if lines.iter().all(|(key, _)| silent(key)) {
            let yaml: Vec<String> = lines.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            finding.fix(Edit::Add(notice.span), Effort::Agree, yaml.join("\n"));
        }
    }
}

/// Several groups told together.
pub(super) fn joined<'a, 'b>(parts: impl IntoIterator<Item = &'b ToTell<'a>>) -> ToTell<'a>
where
    'a: 'b,
{
    let mut all = ToTell::default();
    for it in parts {
        all.subjects.extend(&it.subjects);
        all.exposures.extend(&it.exposures);
        all.activities.extend(&it.activities);
        all.bases.extend(&it.bases);
        all.recipients.extend(&it.recipients);
        all.countries.extend(&it.countries);
        all.mechanisms.extend(it.mechanisms.iter().cloned());
        all.copy |= it.copy;
        all.retention |= it.retention;
    }
    all
}
