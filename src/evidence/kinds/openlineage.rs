//! OpenLineage events: which columns a job has written where, and whether it masked them on the way.

use std::collections::BTreeMap;

use super::marks::category;
use super::told::Told;
use crate::evidence::desk::Desk;
use crate::evidence::seen::{Notes, Party, SeenForm, Strength};
use crate::evidence::stream::elements;
use crate::evidence::tree::Tree;
use crate::evidence::{Input, Kind, Unread};

/// The kind.
pub static OPENLINEAGE: Kind = Kind {
    id: "openlineage",
    summary: "OpenLineage events, one, a list or one a line: columns and where jobs write them",
    system: "warehouse",
    raw: false,
    read,
};

/// Bytes of one event, at most.
const EVENT: usize = 64 << 20;

/// Events by which something has been done; the others only announce it, or say that it failed.
const DONE: &[&str] = &["COMPLETE", "RUNNING", "OTHER"];

/// What is counted over a file.
#[derive(Default)]
struct Count {
    odd: usize,
    not_done: usize,
    indirect: usize,
    staying: usize,
    without_columns: usize,
}

fn read(input: &mut Input, desk: &Desk, notes: &mut Notes) -> Result<(), Unread> {
    let mut count = Count::default();
    elements(&mut input.reader, &[&[]], EVENT, &mut |_, event| match event.and_then(Tree::of).filter(is_event) {
        Some(event) => one(&event, &mut count, desk, notes),
        None => count.odd += 1,
    })?;
    if notes.coverage.entries == 0 && count.not_done > 0 {
        return Err(Unread::because(format!("holds {} events, and none by which anything has been done", count.not_done)));
    }
    if notes.coverage.entries == 0 {
        return Err(Unread::because("holds no event of OpenLineage: none names a job and its outputs"));
    }
    let remarks = [
        (count.odd, "entries that are no events, or too large, and were not read"),
        (count.not_done, "events passed over since they only announce a run or say that it failed"),
        (count.indirect, "columns not carried, since they only decide on others by a filter, join or order"),
        (count.staying, "columns and whole outputs that come from the place they are written to, and so stay there"),
        (count.without_columns, "outputs told without their columns, so that what goes there stays open"),
    ];
    for (count, said) in remarks.into_iter().filter(|(count, _)| *count > 0) {
        notes.remark(format!("`{}`: {said}: {count}", notes.file));
    }
    Ok(())
}

fn is_event(event: &Tree) -> bool {
    event["job"].is_object() && (event["eventType"].as_str().is_some() || event["outputs"].is_list())
}

fn one(event: &Tree, count: &mut Count, desk: &Desk, notes: &mut Notes) {
    // An event without a type describes a job as such.
    if event["eventType"].as_str().is_some_and(|it| !DONE.contains(&it.to_uppercase().as_str())) {
        count.not_done += 1;
        return;
    }
    notes.coverage.entries += 1;
    let job = event["job"]["name"].as_str().unwrap_or_default();
    let inputs = event["inputs"].list().iter().flat_map(|input| {
        let tags = tags(input, desk);
        let (namespace, name) = (text(input, "namespace"), text(input, "name"));
        tags.into_iter().map(move |(field, category)| ((namespace, name, field), category))
    });
    let inputs: Inputs = inputs.collect();
    for output in event["outputs"].list() {
        let namespace = text(output, "namespace");
        match party(namespace, desk) {
            Some(to) => {
                let from = event["inputs"].list();
                let stays = !from.is_empty() && from.iter().all(|it| text(it, "namespace") == namespace);
                Output { output, namespace, to, job, inputs: &inputs, stays, desk }.read(count, notes);
            }
            None => notes.coverage.first_party += 1,
        }
    }
}

/// Categories by which the columns of inputs are tagged: namespace, name and column of each.
type Inputs<'e> = BTreeMap<(&'e str, &'e str, &'e str), String>;

/// Who has a namespace; nobody else where it is the organisation's own, or no more than this machine's.
fn party(namespace: &str, desk: &Desk) -> Option<Party> {
    let (scheme, rest) = namespace.split_once("://").unwrap_or((namespace, ""));
    // Before `@` stands who signs in.
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|it| it.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    if desk.is_own(&host, None) || is_a_file(scheme, rest) {
        return None;
    }
    let declared = desk.owner(&host, None).filter(|it| matches!(it, Party::Recipient(_)));
    let vendor = || desk.signatures.vendor_named(scheme).map(|vendor| Party::Vendor(vendor.to_owned()));
    let unknown = || {
        let name = if host.is_empty() { scheme.rsplit('@').next().unwrap_or_default().to_owned() } else { host.clone() };
        Party::Unknown(name)
    };
    Some(declared.or_else(vendor).or_else(|| desk.owner(&host, None)).unwrap_or_else(unknown))
}

/// Whether a namespace is a file on the machine that ran, or less. `md:` leads DuckDB to a service.
fn is_a_file(scheme: &str, rest: &str) -> bool {
    matches!(scheme, "" | "file" | "inmemory" | "sqlite") || scheme == "duckdb" && !rest.starts_with("md:")
}

struct Output<'e> {
    output: &'e Tree<'e>,
    namespace: &'e str,
    to: Party,
    job: &'e str,
    inputs: &'e Inputs<'e>,
    /// Whether all that the job reads lies where it writes to.
    stays: bool,
    desk: &'e Desk<'e>,
}

/// How an input goes into a column, what matters most last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Indirect,
    Masked,
    Plain,
}

impl Output<'_> {
    fn read(&self, count: &mut Count, notes: &mut Notes) {
        let facets = &self.output["facets"];
        count.indirect += facets["columnLineage"]["dataset"].list().len();
        // The newer facet, `lineage`, says the same in other words.
        let columns = [&facets["columnLineage"]["fields"], &facets["lineage"]["fields"]].into_iter().find(|it| it.is_object());
        let Some(columns) = columns else {
            if self.stays {
                count.staying += 1;
                return;
            }
            count.without_columns += 1;
            let told = Told { to: self.to.clone(), field: "", category: None, form: SeenForm::Unknown, strength: Strength::Possible };
            return told.note(self.job, notes);
        };
        let tags = tags(self.output, self.desk);
        for (column, decl) in columns.members() {
            let inputs: Vec<(&Tree, Way)> =
                decl["inputFields"].list().iter().chain(decl["inputs"].list()).map(|input| (input, way(input, decl))).collect();
            count.indirect += inputs.iter().filter(|(_, way)| *way == Way::Indirect).count();
            let direct = || inputs.iter().filter(|(_, way)| *way != Way::Indirect);
            let arriving = || direct().filter(|(input, _)| text(input, "namespace") != self.namespace);
            let Some(way) = arriving().map(|(_, way)| *way).max() else {
                count.staying += usize::from(direct().next().is_some());
                continue;
            };
            let of_input = |input: &Tree| {
                let tagged = self.inputs.get(&(text(input, "namespace"), text(input, "name"), text(input, "field"))).cloned();
                tagged.or_else(|| self.desk.signatures.common(text(input, "field")).map(str::to_owned))
            };
            let told = || tags.get(column).cloned().or_else(|| self.desk.signatures.common(column).map(str::to_owned));
            let category = told().or_else(|| arriving().find_map(|(input, _)| of_input(input)));
            let form = if way == Way::Masked { SeenForm::Pseudonymised } else { SeenForm::Plain };
            Told { to: self.to.clone(), field: column, category, form, strength: Strength::Named }.note(self.job, notes);
        }
    }
}

/// How an input goes into a column. Older events say it once for the whole column, or not at all: then it is
/// carried.
fn way(input: &Tree, column: &Tree) -> Way {
    let ways = input["transformations"].list().iter().map(|it| match it["type"].as_str() {
        Some("INDIRECT") => Way::Indirect,
        _ if it["masking"].as_bool() == Some(true) => Way::Masked,
        _ => Way::Plain,
    });
    ways.max().unwrap_or(match column["transformationType"].as_str() {
        Some("MASKED") => Way::Masked,
        _ => Way::Plain,
    })
}

/// Columns of a dataset whose tags name a category.
fn tags<'e>(dataset: &'e Tree, desk: &Desk) -> BTreeMap<&'e str, String> {
    let tags = dataset["facets"]["tags"]["tags"].list().iter().filter_map(|tag| {
        let named = category(text(tag, "value"), desk).or_else(|| category(text(tag, "key"), desk))?;
        Some((tag["field"].as_str()?, named))
    });
    tags.collect()
}

fn text<'v>(value: &'v Tree, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::OPENLINEAGE;
    use crate::evidence::kinds::trial::{read, rows, survives_every_cut};

    fn event(kind: &str, namespace: &str, facets: Value) -> String {
        let output = json!({ "namespace": namespace, "name": "d", "facets": facets });
        let input = json!({ "namespace": "postgres://db", "name": "t",
            "facets": { "tags": { "tags": [{ "key": "pii", "value": "id.national", "field": "n" }] } } });
        let job = json!({ "name": "export", "facets": { "sql": { "query": "secret" } } });
        json!({ "eventType": kind, "job": job, "inputs": [input], "outputs": [output] }).to_string()
    }

    fn from(field: &str, transformations: Value) -> Value {
        json!({ "namespace": "postgres://db", "name": "t", "field": field, "transformations": transformations })
    }

    fn seen(namespace: &str, facets: Value) -> Vec<String> {
        rows(&read(&OPENLINEAGE, &event("COMPLETE", namespace, facets)).expect("it is an event"))
    }

    fn columns(fields: Value) -> Value {
        json!({ "columnLineage": { "fields": fields, "dataset": [from("x", json!([{ "type": "INDIRECT" }]))] } })
    }

    #[test]
    fn direct_columns_are_carried_masked_ones_too_and_indirect_ones_not() {
        let direct = json!({ "type": "DIRECT", "masking": false });
        let masked = json!({ "type": "DIRECT", "masking": true });
        let indirect = json!({ "type": "INDIRECT", "subtype": "SORT" });
        let facets = columns(json!({
            "c1": { "inputFields": [from("a", json!([direct]))] },
            "c2": { "inputFields": [from("a", json!([masked]))] },
            "c3": { "inputFields": [from("a", json!([indirect]))] },
            "c4": { "inputFields": [from("a", json!([masked, indirect])), from("a", json!([direct]))] },
            "c5": { "inputFields": [from("a", json!([]))], "transformationType": "MASKED" },
            "c6": { "inputFields": [from("n", Value::Null)] },
        }));
        let notes = read(&OPENLINEAGE, &event("COMPLETE", "s3://partner", facets)).expect("it is an event");
        let expected = [
            "partner c1 - plain named",
            "partner c2 - pseudonymised named",
            "partner c4 - plain named",
            "partner c5 - pseudonymised named",
            "partner c6 id.national plain named",
        ];
        assert_eq!(rows(&notes), expected);
        assert!(notes.coverage.remarks.iter().any(|it| it.starts_with("`file`: columns not carried") && it.ends_with(": 2")));
        assert!(!format!("{notes:?}").contains("secret"));
    }

    #[test]
    fn the_recipient_is_who_has_the_namespace() {
        for (namespace, recipient) in [
            ("salesforce://x.my.salesforce.com", "salesforce"),
            ("https://api.hubspot.com/v1", "hubspot"),
            ("sftp://user:secret@in.mailco.example:22/x", "mailco"),
            ("kafka://user:secret@Broker.else.example:9092", "broker.else.example"),
            ("bigquery", "bigquery"),
        ] {
            assert_eq!(
                seen(namespace, columns(json!({ "c1": { "inputFields": [from("a", json!([]))] } }))),
                [format!("{recipient} c1 - plain named")]
            );
        }
        for own in [
            "postgres://db.shop.example:5432",
            "file",
            "file:///tmp/x",
            "",
            "kafka://localhost:1",
            "duckdb://warehouse.duckdb",
            "sqlite:///a.db",
        ] {
            assert!(seen(own, json!({})).is_empty(), "{own}");
        }
    }

    #[test]
    fn tags_name_the_category_of_a_column() {
        let mut facets = columns(json!({ "c1": { "inputFields": [from("n", json!([]))] } }));
        facets["tags"] = json!({ "tags": [{ "key": "ropa", "value": "contact.email", "field": "c1" }, { "key": 1 }] });
        assert_eq!(seen("s3://partner", facets), ["partner c1 contact.email plain named"]);
    }

    #[test]
    fn the_newer_facet_is_read_too() {
        let facets = json!({ "lineage": { "fields": {
            "c1": { "inputs": [from("n", json!([{ "type": "DIRECT", "masking": true }]))] },
            "c2": { "inputs": [from("n", json!([{ "type": "INDIRECT" }]))] },
        } } });
        assert_eq!(seen("s3://partner", facets), ["partner c1 id.national pseudonymised named"]);
    }

    #[test]
    fn what_comes_from_where_it_goes_stays() {
        assert!(seen("postgres://db", columns(json!({ "c1": { "inputFields": [from("a", json!([]))] } }))).is_empty());
    }

    #[test]
    fn an_output_without_columns_still_names_its_recipient() {
        assert_eq!(seen("s3://partner", json!({})), ["partner  - - possible"]);
        assert_eq!(seen("duckdb://md:shop", json!({})), ["md:shop  - - possible"]);
        assert!(seen("postgres://db", json!({})).is_empty());
    }

    #[test]
    fn events_that_carry_nothing_done_are_passed_over() {
        let (start, done) = (event("START", "s3://partner", json!({})), event("RUNNING", "s3://partner", json!({})));
        assert!(read(&OPENLINEAGE, &start).is_err());
        let one_a_line = read(&OPENLINEAGE, &format!("{start}\n{done}\n{start}\n")).expect("it is read");
        let listed = read(&OPENLINEAGE, &format!("[{start},{done},{start}]")).expect("it is read");
        assert_eq!(one_a_line.seen, listed.seen);
        assert_eq!(one_a_line.coverage.entries, 1);
        assert!(listed.coverage.remarks.iter().any(|it| it.starts_with("`file`: events passed over") && it.ends_with(": 2")));
    }

    #[test]
    fn what_is_no_event_is_told() {
        for text in ["{}", "[]", "[1,\"a\"]", "{\"job\":{}}", "{\"job\":1,\"outputs\":[]}", "x", ""] {
            assert!(read(&OPENLINEAGE, text).is_err(), "{text}");
        }
        for outputs in
            [json!(1), json!([1, null]), json!([{ "namespace": 1, "facets": { "columnLineage": { "fields": { "c": 1 } }, "tags": [] } }])]
        {
            let text = json!({ "eventType": "complete", "job": {}, "inputs": {}, "outputs": outputs }).to_string();
            assert!(read(&OPENLINEAGE, &text).is_ok(), "{text}");
        }
        survives_every_cut(&OPENLINEAGE, &event("OTHER", "s3://p", columns(json!({ "c1": { "inputFields": [from("a", json!([]))] } }))));
    }
}
