//! What the commands that move money have in common on the command line.

use clap::Args;

/// Random unless the operator wants to be able to repeat the command.
pub(super) fn key_or_random(key: Option<String>) -> String {
    key.unwrap_or_else(|| {
        let bytes = app::random_bytes::<16>();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    })
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// Kept with the transaction, for whoever reads its history
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    /// Makes the command repeatable: with the same key it happens once, however often it is given
    #[arg(long, value_name = "TEXT")]
    pub(super) key: Option<String>,
}
