//! dbt manifests: which exposures rest on columns that are marked as personal. The models tell what could
//! reach an exposure, not what does.

use std::collections::{BTreeSet, HashMap};

use super::marks::Mark;
use super::told::{Told, called, host_of};
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Party, SeenForm, Strength};
use crate::evidence::stream::members;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static DBT: Kind = Kind {
    id: "dbt",
    summary: "a dbt manifest (manifest.json v4 to v12): exposures and the tagged columns they rest on",
    system: "warehouse",
    raw: false,
    read,
};

/// Bytes of one model, its code included, at most.
const MODEL: usize = 64 << 20;

/// Where models and all else that an exposure can rest on are kept, then what is no model itself.
const PLACES: &[&[&str]] =
    &[&["nodes"], &["sources"], &["metrics"], &["semantic_models"], &["saved_queries"], &["parent_map"], &["exposures"], &["metadata"]];
const PARENTS: usize = 5;
const EXPOSURES: usize = 6;
const METADATA: usize = 7;

/// Versions of the manifest that are read.
const VERSIONS: std::ops::RangeInclusive<u32> = 4..=12;

/// What is kept of an exposure; not its owner: a person.
struct Exposure {
    id: String,
    name: String,
    kind: String,
    to: Party,
    parents: Vec<usize>,
}

/// What is kept of a model, source, seed or snapshot; not its code.
#[derive(Default)]
struct Model {
    there: bool,
    parents: Vec<usize>,
    /// Columns that are marked as personal: as `model.column`, with their category.
    personal: Vec<(String, Option<String>)>,
}

#[derive(Default)]
struct Models {
    numbers: HashMap<String, usize>,
    all: Vec<Model>,
    /// Bytes of what is kept, about.
    weight: usize,
}

/// Bytes that are kept of a manifest, at most: some hundred thousand models.
const KEPT: usize = 64 << 20;
/// What one model takes beside its names.
const BESIDE: usize = 160;
/// Steps from models to their parents for all exposures together, at most: only a manifest that is made to take
/// time has more.
const STEPS: usize = 20_000_000;

impl Models {
    fn number(&mut self, id: &str) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        self.all.push(Model::default());
        self.weight += BESIDE + id.len();
        self.numbers.insert(id.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }

    fn add(&mut self, id: &str, member: &Tree, desk: &Desk) {
        let number = self.number(id);
        let parents = self.parents(member);
        let personal = personal(member, id, desk);
        self.weight += personal.iter().map(|it| BESIDE + it.0.len()).sum::<usize>();
        let model = &mut self.all[number];
        model.there = true;
        model.parents.extend(parents);
        model.personal = personal;
    }

    /// What a model or exposure depends on.
    fn parents(&mut self, of: &Tree) -> Vec<usize> {
        let parents: Vec<usize> = of["depends_on"]["nodes"].texts().map(|parent| self.number(parent)).collect();
        self.weight += size_of_val(parents.as_slice());
        parents
    }

    /// Everything above some models, each once, however they depend on each other; nothing where that takes more
    /// steps than are left.
    fn above(&self, from: Vec<usize>, steps: &mut usize) -> Option<BTreeSet<usize>> {
        let mut found = BTreeSet::new();
        let mut next = from;
        while let Some(number) = next.pop() {
            *steps = steps.checked_sub(1)?;
            if found.insert(number) {
                next.extend(&self.all[number].parents);
            }
        }
        Some(found)
    }
}

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let mut models = Models::default();
    let mut exposures: Vec<Exposure> = Vec::new();
    let mut version = None;
    let mut odd = 0;
    members(&mut input.reader, PLACES, MODEL, &mut |place, id, text| {
        if models.weight > KEPT {
            return;
        }
        let Some(text) = text else {
            odd += 1;
            return;
        };
        match place {
            METADATA if id == "dbt_schema_version" => version = serde_json::from_slice(text).ok().and_then(version_of),
            METADATA => {}
            // Nothing rests on tests, and they are most of a manifest.
            _ if id.starts_with("test.") || id.starts_with("unit_test.") => {}
            PARENTS => {
                let parents = Tree::of(text).unwrap_or_default();
                let parents: Vec<usize> = parents.texts().map(|parent| models.number(parent)).collect();
                let number = models.number(id);
                models.all[number].parents.extend(parents);
            }
            _ => match Tree::of(text).filter(Tree::is_object) {
                Some(exposure) if place == EXPOSURES => exposures.push(Exposure::of(id, &exposure, &mut models, desk)),
                Some(member) => models.add(id, &member, desk),
                None => odd += 1,
            },
        }
    })?;
    if models.weight > KEPT {
        return Err(Unread::too_heavy());
    }
    is_read(version, notes)?;
    if exposures.is_empty() {
        return Err(Unread::because("declares no exposures: it does not say who receives what the models make"));
    }
    if odd > 0 {
        notes.remark(format!("`{}`: members that are no models, or too large, and were not read: {odd}", notes.file));
    }
    let mut steps = STEPS;
    for (at, exposure) in exposures.iter().enumerate() {
        if !one(exposure, &models, &mut steps, notes) {
            let rest = exposures.len() - at;
            notes.remark(format!("`{}`: exposures that were not followed, as what they rest on has no end: {rest}", notes.file));
            break;
        }
    }
    notes.remark("dbt tells model by model what an exposure rests on: a column seen there may be left out on the way");
    Ok(())
}

/// The number at the end of `https://schemas.getdbt.com/dbt/manifest/v12.json`.
fn version_of(schema: String) -> Option<u32> {
    schema.strip_suffix(".json")?.rsplit_once("/v")?.1.parse().ok()
}

fn is_read(version: Option<u32>, notes: &mut Notes) -> Result<(), Unread> {
    let (first, last) = (VERSIONS.start(), VERSIONS.end());
    match version {
        None => Err(Unread::because(format!(
            "names no schema in `metadata.dbt_schema_version`: manifests of dbt are read, v{first} to v{last}"
        ))),
        Some(version) if version < *first => {
            Err(Unread::because(format!("is a manifest v{version}, which is too old: v{first} to v{last} are read")))
        }
        Some(version) if version > *last => {
            notes.remark(format!("`{}` is a manifest v{version}, which is newer than v{last}: it was read as if it were that", notes.file));
            Ok(())
        }
        Some(_) => Ok(()),
    }
}

impl Exposure {
    fn of(id: &str, exposure: &Tree, models: &mut Models, desk: &Desk) -> Exposure {
        let name = exposure["name"].as_str().unwrap_or(id);
        Exposure {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: exposure["type"].as_str().unwrap_or_default().to_owned(),
            to: recipient(name, exposure, desk),
            parents: models.parents(exposure),
        }
    }
}

/// What an exposure rests on; whether there were steps enough to find it.
fn one(exposure: &Exposure, models: &Models, steps: &mut usize, notes: &mut Notes) -> bool {
    notes.coverage.entries += 1;
    let name = &exposure.name;
    // Its own parents may stand in `parent_map` only.
    let mut from = exposure.parents.clone();
    if let Some(number) = models.numbers.get(&exposure.id) {
        from.extend(&models.all[*number].parents);
    }
    let Some(above) = models.above(from, steps) else { return false };
    let above: Vec<&Model> = above.into_iter().map(|number| &models.all[number]).collect();
    let missing = above.iter().filter(|it| !it.there).count();
    if missing > 0 {
        notes.remark(format!("exposure `{name}` rests on models or sources that `{}` does not hold: {missing}", notes.file));
    }
    if above.iter().all(|it| it.personal.is_empty()) {
        notes.remark(format!(
            "nothing that exposure `{name}` rests on is tagged as personal: of what it receives, `{}` says nothing",
            notes.file
        ));
        return true;
    }
    if let kind @ ("dashboard" | "notebook" | "analysis") = exposure.kind.as_str() {
        notes.remark(format!("exposure `{name}` is of type {kind}: whether anything leaves there depends on who runs it and who reads it"));
    }
    *steps = steps.saturating_sub(above.iter().map(|it| it.personal.len()).sum());
    for (field, category) in above.iter().flat_map(|it| &it.personal) {
        let told =
            Told { to: exposure.to.clone(), field, category: category.clone(), form: SeenForm::Unknown, strength: Strength::Possible };
        told.note(name, notes);
    }
    true
}

/// Who is behind an exposure: whom its metadata names, else the vendor in its name, label or address.
fn recipient(name: &str, exposure: &Tree, desk: &Desk) -> Party {
    let named = [&exposure["meta"], &exposure["config"]["meta"]].into_iter().find_map(|meta| {
        let named = ["ropa_recipient", "recipient"].into_iter().find_map(|key| meta[key].as_str());
        named.map(str::trim).filter(|it| !it.is_empty())
    });
    if let Some(id) = named {
        let declared = desk.recipients.iter().any(|(_, it)| it == id);
        return if declared { Party::Recipient(id.to_owned()) } else { called(desk, id) };
    }
    let vendor = [Some(name), exposure["label"].as_str()].into_iter().flatten().find_map(|it| desk.signatures.vendor_named(it));
    if let Some(vendor) = vendor {
        return Party::Vendor(vendor.to_owned());
    }
    let host = exposure["url"].as_str().and_then(host_of);
    host.and_then(|it| desk.owner(&it, None)).unwrap_or_else(|| Party::Unknown(name.to_owned()))
}

/// The columns of a model that are marked, by themselves or with the whole model.
fn personal(member: &Tree, id: &str, desk: &Desk) -> Vec<(String, Option<String>)> {
    let name = member["name"].as_str().unwrap_or(id);
    let whole = marks(member, desk).and(Mark::of_meta(&member["source_meta"], desk));
    let columns = &member["columns"];
    if columns.members().next().is_none() {
        return match whole {
            Mark::Personal(category) => vec![(format!("{name}.*"), category)],
            Mark::Silent | Mark::Not => Vec::new(),
        };
    }
    let columns = columns.members().filter_map(|(column, decl)| {
        let own = marks(decl, desk);
        match (own, &whole) {
            (Mark::Personal(Some(category)), _) => Some((column, Some(category))),
            (Mark::Personal(None), Mark::Personal(category)) | (Mark::Silent, Mark::Personal(category)) => Some((column, category.clone())),
            (Mark::Personal(None), _) => Some((column, None)),
            (Mark::Not | Mark::Silent, _) => None,
        }
    });
    columns.map(|(column, category)| (format!("{name}.{column}"), category)).collect()
}

/// Since dbt 1.10 tags and metadata may stand under `config`, too.
fn marks(of: &Tree, desk: &Desk) -> Mark {
    let in_it = |of: &Tree| Mark::of_tags(&of["tags"], desk).and(Mark::of_meta(&of["meta"], desk));
    in_it(of).and(in_it(&of["config"]))
}

#[cfg(test)]
mod tests {
    use super::{DBT, Model, Models};
    use crate::evidence::Unread;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    const VERSION: &str = r#""metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"}"#;

    /// A manifest with one model `m` and one exposure on it.
    fn manifest(model: &str, exposure: &str) -> String {
        format!(
            r#"{{{VERSION},"nodes":{{"model.a.m":{{"name":"m",{model}}}}},
            "exposures":{{"exposure.a.e":{{"depends_on":{{"nodes":["model.a.m"]}},{exposure}}}}}}}"#
        )
    }

    fn seen(model: &str, exposure: &str) -> Vec<String> {
        rows(&read(&DBT, &manifest(model, exposure)).expect("it is a manifest"))
    }

    const ADS: &str = r#""name":"ads","type":"application""#;

    #[test]
    fn what_goes_in_circles_ends_and_what_has_no_end_is_left() {
        let model = |parents: &[usize]| Model { parents: parents.to_vec(), ..Model::default() };
        let models = Models { all: vec![model(&[1]), model(&[2, 0]), model(&[])], ..Models::default() };
        let mut steps = 9;
        assert_eq!(models.above(vec![0], &mut steps), Some([0, 1, 2].into()));
        assert_eq!(models.above(vec![0], &mut 3), None);
        assert_eq!(steps, 5);
    }

    #[test]
    fn a_tagged_column_upstream_could_reach_the_exposure() {
        let model = r#""columns":{"mail":{"tags":["contact.email"]},"note":{"config":{"meta":{"pii":true}}},"n":{}}"#;
        assert_eq!(seen(model, ADS), ["ads m.mail contact.email - possible", "ads m.note - - possible"]);
    }

    #[test]
    fn a_tagged_model_tags_its_columns_unless_they_say_no() {
        let model = r#""tags":["pii"],"columns":{"a":{},"b":{"meta":{"pii":false}},"c":{"meta":{"ropa":"contact.phone"}}}"#;
        assert_eq!(seen(model, ADS), ["ads m.a - - possible", "ads m.c contact.phone - possible"]);
        assert_eq!(seen(r#""config":{"tags":"pii"}"#, ADS), ["ads m.* - - possible"]);
    }

    #[test]
    fn the_whole_closure_counts_and_circles_end() {
        let text = format!(
            r#"{{"parent_map":{{"model.a.x":["model.a.y"],"exposure.a.e":["model.a.x"]}},
            "exposures":{{"exposure.a.e":{{{ADS}}}}},
            "nodes":{{"model.a.x":{{"name":"x"}},
            "model.a.y":{{"name":"y","depends_on":{{"nodes":["model.a.x","source.a.s.t","model.a.gone"]}}}}}},
            "sources":{{"source.a.s.t":{{"name":"t","source_meta":{{"category":"contact"}},"columns":{{"c":{{}}}}}}}},{VERSION}}}"#
        );
        let notes = read(&DBT, &text).expect("it is a manifest");
        assert_eq!(rows(&notes), ["ads t.c contact - possible"]);
        assert!(notes.coverage.remarks.iter().any(|it| it.ends_with("that `file` does not hold: 1")));
        assert_eq!(notes.coverage.entries, 1);
    }

    #[test]
    fn an_exposure_is_whom_it_names() {
        let to = |exposure: &str| seen(r#""tags":["pii"]"#, exposure)[0].split(' ').next().map(str::to_owned);
        for (exposure, recipient) in [
            (r#""name":"meta_audience""#, "meta"),
            (r#""name":"metadata_export""#, "metadata_export"),
            (r#""name":"e1","label":"HubSpot sync""#, "hubspot"),
            (r#""name":"e1","url":"https://app.hubspot.com/x?token=1""#, "hubspot"),
            (r#""name":"e1","url":"https://x.mailco.example/""#, "mailco"),
            (r#""name":"e1","meta":{"recipient":"mailco"}"#, "mailco"),
            (r#""name":"hubspot","config":{"meta":{"ropa_recipient":"partner"}}"#, "partner"),
            (r#""name":"e1","url":"https://bi.else.example/""#, "e1"),
        ] {
            assert_eq!(to(exposure).as_deref(), Some(recipient), "{exposure}");
        }
    }

    #[test]
    fn an_exposure_without_tagged_columns_is_told_and_a_dashboard_too() {
        let silent = read(&DBT, &manifest(r#""columns":{"mail":{}}"#, ADS)).expect("it is a manifest");
        assert!(silent.seen.is_empty() && silent.coverage.entries == 1);
        assert!(silent.coverage.remarks.iter().any(|it| it.starts_with("nothing that exposure `ads` rests on is tagged")));
        let board = read(&DBT, &manifest(r#""tags":["pii"]"#, r#""name":"b","type":"dashboard""#)).expect("it is a manifest");
        assert!(board.coverage.remarks.iter().any(|it| it.starts_with("exposure `b` is of type dashboard")));
    }

    #[test]
    fn other_versions_are_told() {
        let of = |version: &str| read(&DBT, &manifest(r#""tags":["pii"]"#, ADS).replace("v12", version));
        assert_eq!(of("v3").err(), Some(Unread("is a manifest v3, which is too old: v4 to v12 are read".to_owned())));
        assert!(of("v13").expect("it is read").coverage.remarks.iter().any(|it| it.contains("newer than v12")));
        assert!(of("x").is_err());
        assert!(read(&DBT, r#"{"nodes":{}}"#).is_err() && read(&DBT, &format!("{{{VERSION}}}")).is_err() && read(&DBT, "[]").is_err());
    }

    #[test]
    fn people_and_code_are_never_told() {
        let text = manifest(
            r#""raw_code":"select 'secret'","description":"secret","tags":["pii"],
            "columns":{"c":{"meta":{"ropa":"secret"},"description":"secret"}}"#,
            r#""name":"e","owner":{"email":"secret@shop.example"},"description":"secret","url":"https://secret@else.example/secret""#,
        );
        assert!(!format!("{:?}", read(&DBT, &text)).contains("secret"));
    }

    #[test]
    fn what_is_not_as_expected_is_passed_over() {
        for model in [
            r#""columns":[1]"#,
            r#""columns":{"c":7}"#,
            r#""tags":{},"meta":[],"config":1,"depends_on":"x""#,
            r#""name":1,"tags":[1,"pii"]"#,
        ] {
            for exposure in [r#""name":[],"meta":3"#, r#""config":null"#, r#""url":{},"label":[],"type":{}"#] {
                let text = manifest(model, exposure);
                assert!(read(&DBT, &text).is_ok(), "{text}");
            }
        }
        let text = format!(r#"{{{VERSION},"nodes":{{"model.a.m":3}},"sources":[],"exposures":{{"e":7,"f":{{}}}}}}"#);
        assert!(read(&DBT, &text).is_ok_and(|it| it.coverage.remarks.iter().any(|it| it.ends_with("were not read: 2"))));
        survives_every_cut(&DBT, &manifest(r#""columns":{"c":{"tags":["pii"]}}"#, ADS));
    }
}
