use serde::{Deserialize, Serialize};

/// Who may mint by reacting in a guild, and how much. The default lets everyone, without limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MintPolicy {
    pub who: Minters,
    /// Discord's id of the role whose members may use `/mint` and `/burn`, and react where only the role may.
    pub role: Option<u64>,
    /// Between two mints by one reactor.
    pub cooldown_secs: u32,
    /// Mints in one day (UTC) by one reactor.
    pub daily_per_reactor: Option<u32>,
    /// Mints in one day (UTC) to one author.
    pub daily_per_receiver: Option<u32>,
    /// Mints in one day (UTC) by one reactor to one author.
    pub daily_per_pair: Option<u32>,
    /// Older messages do not mint.
    pub message_age_max_secs: Option<u32>,
    /// Accounts of reactors and authors that are younger neither mint nor receive.
    pub account_age_min_secs: Option<u32>,
}

/// Whose reactions mint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minters {
    #[default]
    Everyone,
    /// Those with the policy's role, and guild admins.
    Role,
    Admins,
}
