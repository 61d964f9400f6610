use std::{os::unix::fs::PermissionsExt, path::Path};

use super::Check;
use crate::config::Config;

/// Weak secrets are refused when they are read, so that only where they lie is left to look at.
pub(super) fn secrets(config: &Config, file: Option<&Path>) -> Vec<Check> {
    let mut checks = Vec::new();
    let given = [
        config.discord.as_ref().map(|_| "discord.token"),
        config.note_secret.as_ref().map(|_| "notes.hs256_secret"),
        config.telegram.as_ref().map(|_| "telegram.bot_token"),
        config.ton.mnemonic.as_ref().map(|_| "ton.mnemonic"),
    ];
    let given: Vec<&str> = given.into_iter().flatten().collect();
    if !given.is_empty() {
        checks.push(Check::ok(
            "secrets",
            format!("{} strong enough", given.join(", ")),
        ));
    }
    if let Some(secret) = config
        .note_secret
        .as_ref()
        .filter(|secret| secret.expose().len() < 32)
    {
        checks.push(Check::fail(
            "secrets",
            format!("notes.hs256_secret has {} bytes", secret.expose().len()),
            "HMAC-SHA256 wants at least 32 random bytes: `openssl rand -base64 48`.",
        ));
    }
    let open = |path: &Path| {
        let mode = std::fs::metadata(path).map(|about| about.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o077 != 0)
    };
    if let Some(file) = file.filter(|file| !given.is_empty() && open(file)) {
        checks.push(Check::warn(
            "configuration",
            format!("{} can be read by other users", file.display()),
            "`chmod 600` it, or keep secrets in files of their own.",
        ));
    }
    if config.data_dir.is_dir() && open(&config.data_dir) {
        checks.push(Check::warn(
            "data folder",
            format!("{} can be read by other users", config.data_dir.display()),
            "`chmod 700` it: the keys that sign bank notes are in the ledger.",
        ));
    }
    checks
}
