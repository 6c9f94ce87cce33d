//! Addresses, read leniently: captures hold what browsers really sent.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of an address that has a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// `https`, `wss`, …
    pub scheme: &'a str,
    /// The host as written, without port; IPv6 without brackets.
    pub host: &'a str,
    /// From the first `/` on; may be empty.
    pub path: &'a str,
    /// After `?`; may be empty.
    pub query: &'a str,
    /// After `#`; may be empty.
    pub fragment: &'a str,
}

impl<'a> Address<'a> {
    /// Reads an address. Nothing for what has no host: `data:`, `blob:`, `about:blank`.
    pub fn of(text: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = text.trim().split_once("://")?;
        if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match authority.strip_prefix('[') {
            Some(six) => six.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        (!host.is_empty()).then_some(Address { scheme, host, path, query, fragment })
    }

    /// Whether a request to it leaves the machine: not for extensions, files and the like.
    pub fn is_sent(&self) -> bool {
        matches!(self.scheme, "http" | "https" | "ws" | "wss")
    }
}

/// A host in lower case, without a dot at the end.
pub fn host_name(host: &str) -> String {
    host.trim_end_matches('.').to_lowercase()
}

/// Whether a host names this very machine.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|it| it.is_loopback())
}

/// The domain that somebody registered, by the public suffix list; an IP address or a single name is its own.
pub fn registrable(host: &str) -> &str {
    if host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// Whether a host is a domain or below it.
pub fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{Address, is_within, registrable};

    #[test]
    fn an_address_is_read_as_browsers_write_it() {
        let address = Address::of("https://user:key@Shop.Example:8443/a;u1=x?b=c?d#e").expect("it has a host");
        assert_eq!((address.host, address.path, address.query, address.fragment), ("Shop.Example", "/a;u1=x", "b=c?d", "e"));
        assert_eq!(Address::of("http://[::1]:80/x").map(|it| it.host), Some("::1"));
        assert_eq!(Address::of("data:text/html,://x"), None);
        assert_eq!(Address::of("about:blank"), None);
    }

    #[test]
    fn the_registered_domain_follows_the_public_suffix_list() {
        assert_eq!(registrable("a.b.shop.co.uk"), "shop.co.uk");
        assert_eq!(registrable("192.0.2.7"), "192.0.2.7");
        assert_eq!(registrable("localhost"), "localhost");
        assert!(is_within("px.ads.adnet.example", "adnet.example") && !is_within("badnet.example", "adnet.example"));
    }
}
