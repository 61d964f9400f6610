//! Which addresses a webhook may reach: only those that anyone on the internet could reach.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// How far webhooks reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    PublicOnly,
    /// Also this machine: for tests and demonstrations.
    PublicAndLoopback,
}

impl Reach {
    pub(crate) fn of(to_loopback: bool) -> Self {
        if to_loopback {
            Reach::PublicAndLoopback
        } else {
            Reach::PublicOnly
        }
    }

    pub(super) fn allows(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || (self == Reach::PublicAndLoopback && address.is_loopback())
    }
}

/// Why a webhook does not go to a URL. Variants in the order in which they are checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefused {
    #[error("it is not a URL")]
    NotAUrl,
    #[error("it has at most 2,000 characters")]
    TooLong,
    #[error("only http and https are spoken")]
    Scheme,
    #[error("it has no user name or password")]
    Credentials,
    #[error("it goes to a private address")]
    Private,
}

/// A URL that a webhook may have. A name in it is checked again each time it is resolved.
///
/// # Errors
/// [`UrlRefused`].
pub fn checked_url(text: &str, reach: Reach) -> Result<Url, UrlRefused> {
    let url = Url::parse(text).map_err(|_| UrlRefused::NotAUrl)?;
    if url.as_str().len() > 2_000 {
        return Err(UrlRefused::TooLong);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlRefused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefused::Credentials);
    }
    let host = url.host_str().ok_or(UrlRefused::NotAUrl)?;
    // The parser has made 0x7f.1 and its like into plain addresses already.
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let local = name == "localhost" || name.ends_with(".localhost");
    let allowed = match literal {
        Ok(address) => reach.allows(address),
        Err(_) => !local || reach == Reach::PublicAndLoopback,
    };
    if allowed {
        Ok(url)
    } else {
        Err(UrlRefused::Private)
    }
}

/// Resolves names and gives only allowed addresses; the connection is made to these and not resolved again.
#[derive(Debug, Clone)]
pub(super) struct Resolver(pub(super) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        let host: Arc<str> = name.as_str().into();
        Box::pin(async move {
            let found = tokio::net::lookup_host((&*host, 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(UrlRefused::Private.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The IANA special-purpose registry for IPv4, and what is not assigned.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a == 10
        || (a == 100 && (64..128).contains(&b))
        || a == 127
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 31 && c == 196)
        || (a == 192 && b == 52 && c == 193)
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 192 && b == 175 && c == 48)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224;
    !special
}

/// Only global unicast, without what leads into IPv4 or tunnels.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, ..] = address.segments();
    if a == 0x64 && b == 0xff9b && c == 0 {
        // NAT64 leads to the IPv4 address at its end.
        let [.., high, low] = address.segments();
        let ([x, y], [z, w]) = (high.to_be_bytes(), low.to_be_bytes());
        return is_public_v4(Ipv4Addr::new(x, y, z, w));
    }
    let global = (0x2000..0x4000).contains(&a);
    let special = (a == 0x2001 && (b < 0x200 || b == 0xdb8))
        || a == 0x2002
        || (a == 0x2620 && b == 0x4f && c == 0x8000)
        || (a == 0x3fff && b < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: Result<(), UrlRefused>) {
        let got = checked_url(url, Reach::PublicOnly).map(drop);
        assert_eq!(got, expect, "{url}");
    }

    #[test]
    fn a_webhook_goes_to_public_addresses_only() {
        use UrlRefused::{Credentials, NotAUrl, Private, Scheme};
        check("https://shop.example/hook", Ok(()));
        check("http://93.184.216.34:8080/", Ok(()));
        check("https://[2606:2800:220:1:248:1893:25c8:1946]/", Ok(()));
        check("hook", Err(NotAUrl));
        check("https://", Err(NotAUrl));
        for url in [
            "ftp://shop.example",
            "file:///etc/passwd",
            "gopher://x/",
            "javascript:1",
        ] {
            check(url, Err(Scheme));
        }
        check("https://user:pw@shop.example/", Err(Credentials));
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "１２７.0.0.1",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[3fff::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
        ] {
            check(&format!("http://{host}/"), Err(Private));
        }
    }

    #[test]
    fn loopback_is_reached_only_where_that_was_asked_for() {
        let reach = Reach::PublicAndLoopback;
        assert!(checked_url("http://127.0.0.1:1/", reach).is_ok());
        assert!(checked_url("http://localhost/", reach).is_ok());
        assert!(checked_url("http://10.0.0.1/", reach).is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_resolved() {
        let inside = Resolver(Reach::PublicOnly).resolve("localhost".parse().unwrap());
        assert!(inside.await.is_err());
        let loopback = Resolver(Reach::PublicAndLoopback).resolve("localhost".parse().unwrap());
        assert!(loopback.await.is_ok());
    }
}
