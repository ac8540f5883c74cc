//! Keeps what strangers can aim, the URLs of organisers' endpoints, away from our own network.
//!
//! Names are resolved here, for the very connection that is then made, and addresses that are not public are left out: a
//! name that changes its address between a check and the connection gains nothing by it.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// The name has no address that the public internet could reach.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` has no public address")]
pub(crate) struct NotPublic(String);

/// Resolves names to their public addresses only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public = public(name.as_str(), found)?;
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Those of the addresses that are public.
fn public(name: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    let public: Vec<_> = found.into_iter().filter(|address| is_public(address.ip())).collect();
    if public.is_empty() { Err(NotPublic(name.to_owned())) } else { Ok(public) }
}

/// Why this URL may not be called at all. A name is looked at again when it is resolved.
pub(crate) fn refusal(url: &Url) -> Option<String> {
    if url.scheme() != "https" {
        return Some("only https is called".to_owned());
    }
    // An address written into the URL is never resolved.
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()?;
    (!is_public(address)).then(|| NotPublic(host.to_owned()).to_string())
}

/// Whether a failed call failed because of this guard.
pub(crate) fn is_refusal(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether the public internet can reach this address, by IANA's registries of special addresses.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        // This network, our own networks, this machine, and multicast and what is reserved beyond it.
        0 | 10 | 127 | 224.. => true,
        // Shared by carriers.
        100 => (64..128).contains(&b),
        // Link-local: the clouds' own metadata live here.
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Forms that carry an address of the other family are as public as that.
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [a, b, c, ..] = address.segments();
    if a == 0x2002 {
        return is_public_v4(Ipv4Addr::from((u32::from(b) << 16) | u32::from(c)));
    }
    // Only 2000::/3 is given out; of that, protocols (Teredo among them), documentation and its successor are not.
    let is_global = a & 0xe000 == 0x2000;
    let is_special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || (a == 0x3fff && b < 0x1000);
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_called() {
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.170",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::1",
            "2002:0a00:1::1",
        ] {
            assert!(!is_public(address(text)), "{text}");
        }
        for text in ["9.9.9.9", "172.32.0.1", "100.128.0.1", "192.0.3.1", "2620:fe::fe", "2002:909:909::1"] {
            assert!(is_public(address(text)), "{text}");
        }
    }

    #[test]
    fn a_url_is_refused_by_its_scheme_and_by_the_address_written_into_it() {
        for (url, is_refused) in [
            ("http://example.com/", true),
            ("ftp://example.com/", true),
            ("https://127.0.0.1/", true),
            ("https://2130706433/", true),
            ("https://0x7f.1/", true),
            ("https://[::1]:8443/", true),
            ("https://[::ffff:192.168.0.1]/", true),
            ("https://user:password@169.254.169.254/latest", true),
            ("https://example.com/", false),
            ("https://9.9.9.9/", false),
        ] {
            let parsed = Url::parse(url).expect("a URL");
            assert_eq!(refusal(&parsed).is_some(), is_refused, "{url}");
        }
    }

    #[test]
    fn a_name_keeps_its_public_addresses_only() {
        let mixed = vec![SocketAddr::new(address("10.0.0.1"), 0), SocketAddr::new(address("9.9.9.9"), 0)];
        assert_eq!(public("both", mixed), Ok(vec![SocketAddr::new(address("9.9.9.9"), 0)]));
        let inside = vec![SocketAddr::new(address("::1"), 0)];
        assert_eq!(public("inside", inside), Err(NotPublic("inside".to_owned())));
    }

    #[tokio::test]
    async fn a_name_of_our_own_network_is_refused_when_it_is_called() {
        let client = reqwest::Client::builder().dns_resolver(PublicOnly).no_proxy().build();
        let client = client.expect("a client");
        let refused = client.post("https://localhost:1/").send().await.expect_err("refused");
        assert!(is_refusal(&refused), "{refused:?}");
        let unreachable = reqwest::Client::new().post("https://127.0.0.1:1/").send().await;
        assert!(!is_refusal(&unreachable.expect_err("nobody is there")));
    }
}
