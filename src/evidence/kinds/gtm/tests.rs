//! Containers, as small as they show something.

use serde_json::{Value, json};

use super::GTM;
use crate::evidence::kinds::trial;
use crate::evidence::{Notes, Unread};

fn read(version: Value) -> Notes {
    let export = json!({ "exportFormatVersion": 2, "containerVersion": version }).to_string();
    trial::read_small(&GTM, "gtm.json", export.as_bytes()).expect("it is an export")
}

fn refused(text: &str) -> Unread {
    trial::read_small(&GTM, "gtm.json", text.as_bytes()).expect_err("it is none")
}

fn template(key: &str, value: &str) -> Value {
    json!({ "type": "TEMPLATE", "key": key, "value": value })
}

fn table(key: &str, name: &str, value: &str) -> Value {
    json!({ "type": "LIST", "key": key, "list": [{ "type": "MAP", "map": [template("parameter", name), template("parameterValue", value)] }] })
}

fn tag(kind: &str, parameters: Vec<Value>) -> Value {
    json!({ "name": "T", "type": kind, "parameter": parameters })
}

fn variable(name: &str, kind: &str, key: &str, value: &str) -> Value {
    json!({ "name": name, "type": kind, "parameter": [template(key, value)] })
}

/// Rows of a container with one tag.
fn rows(tag: Value, variables: Vec<Value>) -> Vec<String> {
    trial::whole_rows(&read(json!({ "tag": [tag], "variable": variables })))
}

#[test]
fn a_known_type_is_its_vendor_and_a_custom_parameter_is_whatever_leads_into_it() {
    let variables = vec![variable("DL - plan", "v", "name", "customer.plan"), variable("Cookie", "k", "name", "seen")];
    let parameters = vec![
        table("eventSettingsTable", "plan", "{{DL - plan}} x"),
        table("userProperties", "seen", "{{Cookie}}"),
        table("eventSettingsTable", "step", "1"),
        table("eventSettingsTable", "send_page_view", "{{DL - plan}}"),
        template("eventName", "{{DL - plan}}"),
    ];
    let expected = [
        "google - - - - named analytics",
        "google - customer.plan unknown plain named analytics",
        "google - userProperties.seen unknown plain named analytics",
    ];
    assert_eq!(rows(tag("gaawe", parameters), variables), expected);
}

#[test]
fn a_path_of_the_data_layer_tells_its_category_by_its_common_name() {
    let variables = vec![variable("V", "v", "name", "kund.epost"), variable("E", "ed", "keyPath", "user_id")];
    let parameters = vec![table("eventSettingsTable", "a", "{{V}}"), table("eventSettingsTable", "b", "{{E}}")];
    let found = rows(tag("sgtmgaaw", parameters), variables);
    assert_eq!(
        found[1..],
        ["google - kund.epost contact.email plain named analytics", "google - user_id id.customer plain named analytics"]
    );
}

#[test]
fn chains_of_variables_are_followed_and_circles_lead_nowhere() {
    let lookup = json!({ "name": "L", "type": "smm", "parameter": [template("input", "{{asked}}"), template("defaultValue", "{{V}}"),
        { "type": "LIST", "key": "map", "list": [{ "type": "MAP", "map": [template("key", "se"), template("value", "{{W}}")] }] }] });
    let variables = vec![
        variable("V", "v", "name", "a.email"),
        variable("W", "v", "name", "b.plan"),
        variable("asked", "v", "name", "country"),
        lookup,
        variable("J", "jsm", "javascript", "function() { var x = {{L}}; return {{R1}} || x; }"),
        variable("R1", "jsm", "javascript", "function() { return {{R2}} }"),
        variable("R2", "jsm", "javascript", "function() { return {{R1}} }"),
    ];
    let parameters = vec![table("eventSettingsTable", "x", "{{J}}"), table("eventSettingsTable", "y", "{{R1}}")];
    let found = rows(tag("gaawe", parameters), variables);
    assert_eq!(found[1..], ["google - a.email contact.email plain named analytics", "google - b.plan unknown plain named analytics"]);
}

#[test]
fn constants_give_nothing_and_are_never_shown() {
    let secret = "sk_live_secret";
    let lookup =
        json!({ "name": "L", "type": "smm", "parameter": [template("input", "{{Page Hostname}}"), template("defaultValue", secret)] });
    let variables = vec![variable("C", "c", "value", secret), lookup];
    let parameters = vec![
        table("eventSettingsTable", "x", "{{C}}"),
        table("eventSettingsTable", "y", "{{L}}"),
        template("apiKey", secret),
        table("eventSettingsTable", "z", secret),
    ];
    let notes = read(json!({ "tag": [tag("gaawe", parameters), tag("nobody", vec![template("token", secret)])], "variable": variables,
        "builtInVariable": [{ "type": "PAGE_HOSTNAME", "name": "Page Hostname" }] }));
    assert_eq!(trial::whole_rows(&notes), ["google - - - - named analytics"]);
    assert!(!format!("{notes:?}").contains(secret));
}

#[test]
fn user_provided_data_widens_what_google_gets() {
    let by_hand = json!({ "name": "U", "type": "awec", "parameter": [template("mode", "MANUAL"), template("email", "{{V}}"), template("postal_code", "12345")] });
    let itself = json!({ "name": "A", "type": "awec", "parameter": [template("mode", "AUTO"), { "type": "BOOLEAN", "key": "autoPhoneEnabled", "value": "true" }] });
    let code = json!({ "name": "D", "type": "awec", "parameter": [template("mode", "CODE"), template("dataSource", "{{J}}")] });
    let variables = vec![
        variable("V", "v", "name", "user.contact"),
        variable("J", "jsm", "javascript", "function() { return { email: {{V}}, address: { city: window.city } }; }"),
        by_hand,
        itself,
        code,
    ];
    let ads = rows(tag("awct", vec![template("cssProvidedEnhancedConversionValue", "{{U}}")]), variables.clone());
    assert_eq!(ads, ["google - - - - named ads", "google - user.contact contact.email plain named enhanced-conversions"]);
    let analytics =
        rows(tag("googtag", vec![template("tagId", "G-1"), table("configSettingsTable", "user_data", "{{A}}")]), variables.clone());
    assert_eq!(analytics[1..], ["google - configSettingsTable.user_data.autoPhoneEnabled contact.phone plain named user-provided-data"]);
    let coded = rows(tag("googtag", vec![template("tagId", "AW-1"), table("configSettingsTable", "user_data", "{{D}}")]), variables);
    let expected = [
        "google - - - - named ads",
        "google - configSettingsTable.user_data.city contact.postal plain named enhanced-conversions",
        "google - user.contact contact.email plain named enhanced-conversions",
    ];
    assert_eq!(coded, expected);
}

#[test]
fn settings_in_a_variable_are_rows_of_the_tag() {
    let settings = json!({ "name": "S", "type": "gtes", "parameter": [table("eventSettingsTable", "plan", "{{V}}")] });
    let found = rows(tag("gaawe", vec![template("eventSettingsVariable", "{{S}}")]), vec![settings, variable("V", "v", "name", "plan")]);
    assert_eq!(found[1..], ["google - plan unknown plain named analytics"]);
}

#[test]
fn a_template_is_known_by_its_gallery_in_both_ways_of_naming_it() {
    let gallery = |repository: &str| json!({ "owner": "Facebook", "repository": repository, "galleryTemplateId": "ABC" });
    let templates = json!([
        { "containerId": "1", "templateId": "2", "galleryReference": gallery("pixel") },
        { "containerId": "1", "templateId": "3", "galleryReference": { "owner": "stape-io", "repository": "facebook-tag" } },
    ]);
    let list = |value: &str| {
        vec![
            json!({ "type": "LIST", "key": "list", "list": [{ "type": "MAP", "map": [template("name", "em"), template("value", value)] }] }),
        ]
    };
    let variables = json!([variable("V", "v", "name", "x.mail")]);
    for (kind, feature, widened) in [
        ("cvt_1_2", "pixel", "advanced-matching"),
        ("cvt_ABC", "pixel", "advanced-matching"),
        ("cvt_1_3", "conversions-api", "conversions-api"),
    ] {
        let notes = read(json!({ "tag": [tag(kind, list("{{V}}"))], "variable": variables, "customTemplate": templates }));
        let expected = [format!("meta - - - - named {feature}"), format!("meta - x.mail contact.email plain named {widened}")];
        assert_eq!(trial::whole_rows(&notes), expected, "{kind}");
    }
}

#[test]
fn other_templates_are_known_by_the_addresses_they_may_use() {
    let permissions = |addresses: &[&str]| {
        let items: Vec<Value> = addresses.iter().map(|it| json!({ "type": 1, "string": it })).collect();
        let all = json!([
            { "instance": { "key": { "publicId": "send_pixel" }, "param": [{ "key": "urls", "value": { "type": 2, "listItem": items } }] } },
            { "instance": { "key": { "publicId": "get_url" }, "param": [{ "value": { "string": "https://no.example/" } }] } },
        ]);
        format!("___INFO___\n{{}}\n___WEB_PERMISSIONS___\n\n{all}\n\n___TESTS___\n")
    };
    let templates = json!([
        { "containerId": "1", "templateId": "1", "templateData": permissions(&["https://*.tracker.example/*", "https://connect.facebook.net/*"]) },
        { "containerId": "1", "templateId": "2", "templateData": permissions(&["https://www.shop.example/*"]) },
        { "containerId": "1", "templateId": "3", "name": "Mine", "templateData": permissions(&["https://*/*"]) },
    ]);
    let tags =
        json!([tag("cvt_1_1", vec![template("email", "{{V}}")]), tag("cvt_1_2", vec![]), tag("cvt_1_3", vec![]), tag("cvt_9_9", vec![])]);
    let notes = read(json!({ "tag": tags, "variable": [variable("V", "v", "name", "x")], "customTemplate": templates }));
    let expected = [
        "meta connect.facebook.net - - - possible -",
        "meta connect.facebook.net x contact.email plain possible -",
        "tracker.example tracker.example - - - possible -",
        "tracker.example tracker.example x contact.email plain possible -",
    ];
    assert_eq!(trial::whole_rows(&notes), expected);
    assert_eq!(notes.coverage.first_party, 1);
    assert_eq!(notes.coverage.unknown.iter().map(String::as_str).collect::<Vec<_>>(), ["cvt_1_3 (Mine)", "cvt_9_9"]);
}

#[test]
fn code_is_known_by_its_calls_and_addresses() {
    let code = "<script>fbq('init', '1', {em: '{{V}}', ph: user.phone, fn: 'x'}); fetch('https://api.mailco.example/?key=secret');
        var ns = 'http://www.w3.org/2000/svg';</script><img src=\"https://www.facebook.com/tr?id=1&amp;cd[a]={{W}}&amp;ud%5Bem%5D={{V}}\">";
    let variables = vec![variable("V", "v", "name", "user.x"), variable("W", "v", "name", "order.id")];
    let expected = [
        "mailco api.mailco.example - - - possible -",
        "meta - - - - named pixel",
        "meta - ph contact.phone plain named advanced-matching",
        "meta - user.x contact.email plain named advanced-matching",
        "meta www.facebook.com - - - named pixel",
        "meta www.facebook.com order.id behaviour.purchase plain named pixel",
        "meta www.facebook.com user.x contact.email plain named advanced-matching",
    ];
    let found = rows(tag("html", vec![template("html", code)]), variables);
    let found: Vec<&String> = found.iter().filter(|it| !it.contains("order.id behaviour.purchase plain possible")).collect();
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}

#[test]
fn variables_in_code_go_perhaps_to_those_it_speaks_to() {
    let code = "<script>var m = {{V}}; new Image().src = 'https://api.mailco.example/?m=' + m;</script>";
    let found = rows(tag("html", vec![template("html", code)]), vec![variable("V", "v", "name", "user.email")]);
    assert_eq!(found[1..], ["mailco api.mailco.example user.email contact.email plain possible -"]);
}

#[test]
fn an_image_is_known_by_its_address() {
    let found =
        rows(tag("img", vec![template("url", "//t.tracker.example/p?mail={{V}}&x=1")]), vec![variable("V", "v", "name", "user.email")]);
    assert_eq!(
        found,
        [
            "tracker.example t.tracker.example - - - possible -",
            "tracker.example t.tracker.example user.email contact.email plain possible -"
        ]
    );
    assert!(rows(tag("img", vec![template("url", "https://{{C}}/p")]), vec![variable("C", "c", "value", "h.example")]).is_empty());
}

#[test]
fn paused_quiet_and_unknown_tags_are_coverage() {
    let mut paused = tag("bzi", vec![]);
    paused["paused"] = json!(true);
    let notes = read(json!({ "tag": [paused, tag("lcl", vec![]), tag("zzqq", vec![])] }));
    assert!(notes.seen.is_empty());
    assert_eq!((notes.coverage.entries, notes.coverage.nowhere, notes.coverage.unknown.len()), (3, 1, 1));
    assert!(notes.coverage.remarks.contains("the tag `T` is paused"));
}

#[test]
fn consent_is_a_remark() {
    let mut waits = tag("bzi", vec![]);
    waits["consentSettings"] = json!({ "consentStatus": "NEEDED", "consentType": { "type": "LIST", "list": [{ "value": "ad_storage" }] } });
    let notes = read(json!({ "tag": [waits, tag("gaawe", vec![])] }));
    assert!(notes.coverage.remarks.contains("the tag `T` waits for consent: `ad_storage`"));
    assert!(notes.coverage.remarks.contains("1 of 2 tags in `gtm.json` say nothing of consent"));
}

#[test]
fn other_formats_are_refused_in_words_that_help() {
    let old = refused(r#"{ "exportFormatVersion": 1.3, "containerVersion": { "tag": [] } }"#).0;
    assert_eq!(old, "is exported in version 1.3; export it again: only exportFormatVersion 2 is read");
    assert!(refused("{}").0.contains("exportFormatVersion"));
    assert!(refused("[]").0.contains("exportFormatVersion"));
    assert!(refused(r#"{ "exportFormatVersion": "sk_live", "containerVersion": {} }"#).0.starts_with("is exported in another version"));
    assert_eq!(refused(r#"{ "exportFormatVersion": 2, "containerVersion": { "tag": [{ "name": "#).0, "ends in the middle");
    // A container without tags shows nothing.
    refused(r#"{ "exportFormatVersion": 2, "containerVersion": { "tag": [] } }"#);
}

#[test]
fn wrong_types_everywhere_are_passed_over() {
    for odd in
        [json!(7), json!("x"), json!([]), json!({}), json!([7]), json!([{ "key": 7, "value": [], "list": {}, "map": 7 }]), Value::Null]
    {
        let tags = json!([odd, { "name": odd, "type": odd, "parameter": odd, "paused": odd, "consentSettings": odd },
            { "type": "gaawe", "parameter": odd }, { "type": "html", "parameter": odd }, { "type": "cvt_1_1", "parameter": odd }]);
        let variables = json!([odd, { "name": "V", "type": odd, "parameter": odd }, { "name": "A", "type": "awec", "parameter": odd }]);
        read(
            json!({ "tag": tags, "variable": variables, "customTemplate": [odd, { "containerId": "1", "templateId": "1", "templateData": odd, "galleryReference": odd }],
            "builtInVariable": odd, "zone": odd, "container": odd }),
        );
    }
}

#[test]
fn a_long_chain_and_a_long_line_end() {
    let mut variables: Vec<Value> =
        (0..20_000).map(|at| variable(&format!("V{at}"), "jsm", "javascript", &format!("{{{{V{}}}}}", at + 1))).collect();
    variables.push(variable("V20000", "v", "name", "end"));
    let code = "fbq('init',{em:{{".repeat(30_000);
    let tags = vec![tag("gaawe", vec![table("eventSettingsTable", "x", "{{V0}}")]), tag("html", vec![template("html", &code)])];
    let notes = read(json!({ "tag": tags, "variable": variables }));
    assert!(notes.coverage.remarks.contains("the tag `T` has more variables behind it than were followed"));
}
