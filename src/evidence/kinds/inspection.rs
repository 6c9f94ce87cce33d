//! What inspections of websites have in common: a page, addresses that were requested, and hosts of which no
//! more than the name was kept.

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::evidence::address::{Address, host_name};
use crate::evidence::desk::{Body, Desk, Request};
use crate::evidence::seen::Notes;

/// The visit of a page, while its inspection is read.
pub struct Visit<'v> {
    desk: &'v Desk<'v>,
    notes: &'v mut Notes,
    page: Option<&'v str>,
    hosts: BTreeSet<String>,
}

impl<'v> Visit<'v> {
    /// Begins with the first address that is one: where the visit ended, where it was to go.
    pub fn of(pages: &[&'v Value], desk: &'v Desk<'v>, notes: &'v mut Notes) -> Visit<'v> {
        let page = pages.iter().filter_map(|it| it.as_str()).find(|it| Address::of(it).is_some());
        notes.coverage.pages += usize::from(page.is_some());
        page.into_iter().for_each(|it| notes.page(it));
        Visit { desk, notes, page, hosts: BTreeSet::new() }
    }

    /// A request of which the address is known, and maybe the body.
    pub fn request(&mut self, entry: &str, url: &str, body: Body) {
        if let Some(address) = Address::of(url) {
            self.hosts.insert(host_name(address.host));
        }
        self.desk.request(&Request { entry: entry.into(), url, page: self.page, body, ..Request::default() }, self.notes);
    }

    /// Hosts that were requested: those without a known address show what every request shows.
    pub fn hosts(&mut self, named: &Value) {
        // Where addresses have no host, their beginning stands in the list: `data`.
        let hosts = named.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|it| it.contains(['.', ':']));
        for host in hosts {
            let url = if host.contains(':') { format!("https://[{host}]/") } else { format!("https://{host}/") };
            let known = Address::of(&url).is_some_and(|it| self.hosts.contains(&host_name(it.host)));
            if !known {
                self.request(host, &url, Body::None);
            }
        }
    }

    /// Whether a host is the organisation's own.
    pub fn is_own(&self, host: &str) -> bool {
        self.desk.is_own(host, self.page)
    }

    /// A limit of what was seen.
    pub fn remark(&mut self, text: String) {
        self.notes.remark(text);
    }
}

/// An address with the parameters that were kept beside it, where they are missing in it.
pub fn with_parameters<'p>(url: &str, beside: impl IntoIterator<Item = (&'p str, &'p Value)>) -> String {
    let there: BTreeSet<String> = Address::of(url).map_or("", |it| it.query).split('&').filter_map(name_of).collect();
    let missing = beside.into_iter().filter(|(name, value)| !there.contains(*name) && !value.is_null());
    let (before, fragment) = url.split_once('#').map_or((url, None), |(before, after)| (before, Some(after)));
    let mut whole = before.to_owned();
    for (name, value) in missing {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        let text = text_of(value);
        whole.extend(utf8_percent_encode(name, NON_ALPHANUMERIC).chain(["="]).chain(utf8_percent_encode(&text, NON_ALPHANUMERIC)));
    }
    whole.extend(fragment.into_iter().flat_map(|it| ["#", it]));
    whole
}

fn name_of(pair: &str) -> Option<String> {
    let name = pair.split('=').next().filter(|it| !it.is_empty())?.replace('+', " ");
    Some(percent_decode_str(&name).decode_utf8_lossy().into_owned())
}

/// Members of an object; none of what is no object.
pub fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

/// A body as it was kept: a text, or what a text was read as.
pub fn body_of(value: &Value) -> Body<'_> {
    match value {
        Value::Null => Body::None,
        Value::Object(members) if members.is_empty() => Body::None,
        value => Body::Bytes(text_of(value).into_bytes().into()),
    }
}

/// A text as it is, anything else as JSON.
pub fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{members, with_parameters};

    #[test]
    fn parameters_are_added_where_the_address_lacks_them() {
        let beside = json!({ "a": "1", "ud[em]": "x&y", "n": 7, "o": { "p": 1 }, "none": null });
        let whole = with_parameters("https://a.example/t?ud%5Bem%5D=z&a=1#f", members(&beside));
        assert_eq!(whole, "https://a.example/t?ud%5Bem%5D=z&a=1&n=7&o=%7B%22p%22%3A1%7D#f");
        assert_eq!(with_parameters("https://a.example/t", members(&json!({ "a": "b c" }))), "https://a.example/t?a=b%20c");
        assert_eq!(with_parameters("x", members(&json!(3))), "x");
    }
}
