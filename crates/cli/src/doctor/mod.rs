//! What is wrong with an installation, or soon will be.

mod discord;
mod ledger;
mod machine;
mod secrets;
mod telegram;
mod ton;

use std::path::Path;

use serde::Serialize;

use crate::config::Config;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Ok,
    Warn,
    Fail,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        }
    }
}

/// One thing that was looked at. Nothing in it is secret: reports are sent to other people.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) verdict: Verdict,
    pub(crate) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice: Option<String>,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            found: found.into(),
            advice: None,
        }
    }

    fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Warn,
            found: found.into(),
            advice: Some(advice.into()),
        }
    }

    fn fail(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Fail,
            ..Self::warn(name, found, advice)
        }
    }
}

pub(crate) async fn examine(config: &Config, file: Option<&Path>) -> Vec<Check> {
    let mut checks = vec![machine::clock()];
    checks.extend(machine::disk(&config.data_dir));
    checks.extend(secrets::secrets(config, file));
    checks.extend(ledger::ledger(config).await);
    checks.extend(discord::discord(config).await);
    checks.extend(telegram::telegram(config).await);
    checks.extend(ton::ton(config).await);
    checks
}
