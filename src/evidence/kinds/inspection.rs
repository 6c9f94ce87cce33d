//! What inspections of websites have in common: a page, addresses that were requested, and hosts of which no
//! more than the name was kept.

use std::collections::BTreeSet;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::evidence::address::{Address, host_name};
use crate::evidence::desk::{Body, Desk, Request};
use crate::evidence::seen::Notes;
use crate::evidence::tree::Tree;

/// The visit of a page, while its inspection is read.
pub struct Visit<'v> {
    desk: &'v Desk<'v>,
    notes: &'v mut Notes,
    page: Option<&'v str>,
    hosts: BTreeSet<String>,
}

impl<'v> Visit<'v> {
    /// Begins with the first address that is one: where the visit ended, where it was to go.
    pub fn of(pages: &[&'v Tree<'v>], desk: &'v Desk<'v>, notes: &'v mut Notes) -> Visit<'v> {
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
    pub fn hosts(&mut self, named: &Tree) {
        // Where addresses have no host, their beginning stands in the list: `data`.
        let hosts = named.texts().filter(|it| it.contains(['.', ':']));
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
pub fn with_parameters<'p>(url: &str, beside: impl IntoIterator<Item = (&'p str, &'p Tree<'p>)>) -> String {
    let there: BTreeSet<String> = Address::of(url).map_or("", |it| it.query).split('&').filter_map(name_of).collect();
    let missing = beside.into_iter().filter(|(name, value)| !there.contains(*name) && **value != Tree::Null);
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

/// A body as it was kept: a text, or what a text was read as.
pub fn body_of(value: &Tree) -> Body<'static> {
    match value {
        Tree::Null => Body::None,
        Tree::Object(members) if members.is_empty() => Body::None,
        value => Body::Bytes(text_of(value).into_bytes().into()),
    }
}

/// A text as it is, anything else as JSON.
pub fn text_of(value: &Tree) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::with_parameters;
    use crate::evidence::tree::Tree;

    #[test]
    fn parameters_are_added_where_the_address_lacks_them() {
        let with = |url: &str, beside: &str| {
            let beside: Tree = serde_json::from_str(beside).expect("it is JSON");
            with_parameters(url, beside.members())
        };
        let beside = r#"{ "a": "1", "ud[em]": "x&y", "n": 7, "o": { "p": 1 }, "none": null }"#;
        let whole = with("https://a.example/t?ud%5Bem%5D=z&a=1#f", beside);
        assert_eq!(whole, "https://a.example/t?ud%5Bem%5D=z&a=1&n=7&o=%7B%22p%22%3A1%7D#f");
        assert_eq!(with("https://a.example/t", r#"{ "a": "b c" }"#), "https://a.example/t?a=b%20c");
        assert_eq!(with("x", "3"), "x");
    }
}
