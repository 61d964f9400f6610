//! What a remote caller states about its own code, and the trace that its request belongs to.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::Mutex,
};

use app::origin::ClaimedSite;
use axum::http::HeaderMap;
use ledger::ApiKeyId;
use serde::Deserialize;

use crate::problem::Problem;

/// The code that asks, named as OpenTelemetry names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    /// With its class or module, such as `Shop.buy`.
    #[serde(rename = "code.function.name")]
    pub(crate) function: String,
    #[serde(rename = "code.file.path", default)]
    pub(crate) file: String,
    #[serde(rename = "code.line.number", default)]
    pub(crate) line: u32,
}

impl Site {
    /// From `Scrip-Code-Function`, `Scrip-Code-File` and `Scrip-Code-Line`.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(function) = text(headers, "scrip-code-function")? else {
            return Ok(None);
        };
        let line = text(headers, "scrip-code-line")?
            .map(str::parse)
            .transpose();
        Ok(Some(Self {
            function: function.to_owned(),
            file: text(headers, "scrip-code-file")?
                .unwrap_or_default()
                .to_owned(),
            line: line
                .map_err(|_| Problem::bad_request("Scrip-Code-Line", "A line is a number."))?
                .unwrap_or(0),
        }))
    }

    pub(crate) fn claimed(&self) -> Result<ClaimedSite, Problem> {
        ClaimedSite::new(&self.function, &self.file, self.line).map_err(|error| {
            use app::origin::ClaimError::{Control, Empty, TooLong};
            let field = match error {
                Empty => "code.function.name",
                TooLong { field } | Control { field } => field,
            };
            Problem::invalid(&format!("site.{field}"), error.to_string())
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    headers
        .get(name)
        .map(|value| std::str::from_utf8(value.as_bytes()))
        .transpose()
        .map_err(|_| Problem::bad_request(name, "The header is not UTF-8 text."))
}

/// `traceparent` of W3C Trace Context level 1; what does not follow it is ignored, as the recommendation asks.
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |part: &str, length| {
        part.len() == length
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let known = version != "ff" && (version != "00" || parts.next().is_none());
    let shaped = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let nothing = |part: &str| part.bytes().all(|byte| byte == b'0');
    let valid = known && shaped && !nothing(trace) && !nothing(parent);
    valid.then(|| text.chars().take(55).collect())
}

/// How many different code sites each key has named since the start.
#[derive(Debug, Default)]
pub(crate) struct SiteQuota {
    named: Mutex<HashMap<ApiKeyId, Named>>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Named {
    functions: HashSet<u64>,
    positions: HashSet<u64>,
}

impl SiteQuota {
    pub(crate) const FUNCTIONS: usize = 1_000;
    /// Lines move when code is edited, so they are counted apart; beyond this many they are dropped and the write goes on.
    const POSITIONS: usize = 10_000;

    pub(crate) fn take(&self, key: ApiKeyId, mut site: Site) -> Result<ClaimedSite, Problem> {
        // Checked first: what is not valid is not counted.
        site.claimed()?;
        let function = self.hasher.hash_one((&site.function, &site.file));
        let position = self
            .hasher
            .hash_one((&site.function, &site.file, site.line));
        if let Ok(mut named) = self.named.lock() {
            let named = named.entry(key).or_default();
            if !named.functions.contains(&function) {
                if named.functions.len() >= Self::FUNCTIONS {
                    return Err(Problem::site_quota(Self::FUNCTIONS));
                }
                named.functions.insert(function);
            }
            if !named.positions.contains(&position) {
                if named.positions.len() < Self::POSITIONS {
                    named.positions.insert(position);
                } else {
                    site.line = 0;
                }
            }
        }
        site.claimed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_kept_when_it_is_one() {
        fn check(text: &str, expect: bool) {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", text.parse().unwrap());
            assert_eq!(traceparent(&headers).is_some(), expect, "{text}");
        }
        check(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            true,
        );
        check(
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            true,
        );
        check(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            false,
        );
        check(
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            false,
        );
        check(
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            false,
        );
        check(
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            false,
        );
        check(
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            false,
        );
        check(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            false,
        );
        check("hello", false);
    }

    #[test]
    fn a_key_names_a_thousand_sites_and_no_more() {
        let (quota, key) = (SiteQuota::default(), ApiKeyId::new(1).unwrap());
        let site = |function: String, line| Site {
            function,
            file: "shop.ts".into(),
            line,
        };
        for number in 0..SiteQuota::FUNCTIONS {
            quota.take(key, site(format!("Shop.f{number}"), 1)).unwrap();
        }
        let refused = quota.take(key, site("Shop.more".into(), 1)).unwrap_err();
        assert_eq!(refused.status().as_u16(), 422);
        for line in 0..20_000 {
            quota.take(key, site("Shop.f1".into(), line)).unwrap();
        }
        assert!(
            quota
                .take(ApiKeyId::new(2).unwrap(), site("Shop.more".into(), 1))
                .is_ok()
        );
    }
}
