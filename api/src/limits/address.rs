//! Where a request came from.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header::FORWARDED},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use crate::app::App;

/// Hops that are read at most: more proxies than anybody has.
const MOST_HOPS: usize = 32;

/// The address that a request is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Gives the request its address.
pub(crate) async fn identify(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        // A connection without an address is none of the network's.
        .map_or(IpAddr::V6(Ipv6Addr::LOCALHOST), |info| info.0.ip());
    let address = client(peer, request.headers(), app.limiter.trusted_proxies());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// The client's address: what the nearest trusted proxy says it heard from, and so on through those that are trusted.
/// What any other adds to the headers is its own word about itself, and counts for nothing.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = peer.to_canonical();
    if !is_trusted(&nearest) {
        return nearest;
    }
    for hop in hops(headers) {
        // What can't be read, such as `unknown` or an obfuscated name, is counted for the proxy that said it.
        let Some(address) = hop else { break };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// The hops that the headers name, the nearest first. `Forwarded` is the standard and goes first.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let elements = |name: &str| -> Vec<String> {
        let lines = headers.get_all(name).iter();
        let texts = lines.map(|value| value.to_str().unwrap_or_default());
        let elements: Vec<String> =
            texts.flat_map(|text| text.split(',')).map(|element| element.trim().to_owned()).collect();
        elements.into_iter().rev().take(MOST_HOPS).collect()
    };
    let forwarded = elements(FORWARDED.as_str());
    if !forwarded.is_empty() {
        return forwarded.iter().map(|element| forwarded_for(element)).collect();
    }
    elements("x-forwarded-for").iter().map(|element| node(element)).collect()
}

/// The `for` of one element of a `Forwarded` header (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let named = pairs.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node(named.1.trim().trim_matches('"'))
}

/// An address, with or without a port; IPv6 in brackets where there is one.
fn node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

/// The name of the network that is counted as one: whoever has an IPv6 address has 2^64 of them.
pub(super) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let prefix = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "fd00::/8"].iter().map(|net| net.parse().expect("a network")).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a value"));
        }
        client(peer.parse().expect("an address"), &map, &trusted).to_string()
    }

    #[test]
    fn the_word_of_strangers_counts_for_nothing() {
        assert_eq!(from("192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(from("192.0.2.1", &[("x-forwarded-for", "198.51.100.7")]), "192.0.2.1");
        assert_eq!(from("192.0.2.1", &[("forwarded", "for=198.51.100.7")]), "192.0.2.1");
    }

    #[test]
    fn headers_are_read_from_the_right_through_trusted_hops() {
        let for_ = |value| from("10.0.0.1", &[("x-forwarded-for", value)]);
        assert_eq!(for_("198.51.100.7"), "198.51.100.7");
        // What the client itself sent stands further to the left.
        assert_eq!(for_("203.0.113.9, 198.51.100.7"), "198.51.100.7");
        assert_eq!(for_("203.0.113.9, 198.51.100.7, 10.1.1.1"), "198.51.100.7");
        assert_eq!(for_("198.51.100.7:4711"), "198.51.100.7");
        assert_eq!(for_("[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(for_("::ffff:198.51.100.7"), "198.51.100.7");
        // All of them ours: the furthest that is known.
        assert_eq!(for_("10.2.2.2, 10.1.1.1"), "10.2.2.2");
        let two = [("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "10.1.1.1")];
        assert_eq!(from("10.0.0.1", &two), "198.51.100.7");
    }

    #[test]
    fn what_cannot_be_read_is_counted_for_who_said_it() {
        for value in ["unknown", "", "a b", "198.51.100.7, _hidden", "999.1.1.1"] {
            assert_eq!(from("10.0.0.1", &[("x-forwarded-for", value)]), "10.0.0.1", "{value}");
        }
        assert_eq!(from("10.0.0.1", &[("x-forwarded-for", "unknown, 10.1.1.1")]), "10.1.1.1");
    }

    #[test]
    fn forwarded_is_the_standard_form() {
        let forwarded = |value| from("fd00::1", &[("forwarded", value), ("x-forwarded-for", "203.0.113.9")]);
        assert_eq!(forwarded("for=198.51.100.7;proto=https;by=10.0.0.1"), "198.51.100.7");
        assert_eq!(forwarded("proto=https; For=\"[2001:db8::1]:80\""), "2001:db8::1");
        assert_eq!(forwarded("for=203.0.113.1, for=198.51.100.7, for=10.1.1.1"), "198.51.100.7");
        assert_eq!(forwarded("proto=https"), "fd00::1");
    }

    #[test]
    fn an_ipv6_address_counts_for_its_network() {
        let name = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(name("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(name("2001:db8:1:2::"), name("2001:db8:1:2:ffff::1"));
        assert_eq!(name("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
