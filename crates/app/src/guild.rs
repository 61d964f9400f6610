use economy::MintPolicy;
use ledger::{CurrencyId, GroupId, GuildId, HolderId};
use serde::{Deserialize, Serialize};

/// A Discord guild as the bot keeps it. Discord's ids are its own snowflakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guild {
    pub id: GuildId,
    pub discord: u64,
    pub name: String,
    /// The guild's own single group, made with it.
    pub single: GroupId,
    /// All groups it is in, its single one first.
    pub groups: Vec<GroupId>,
    /// The currency that is used when none is named.
    pub primary: Option<CurrencyId>,
    pub repost_channel: Option<u64>,
    pub log_channel: Option<u64>,
    pub top_role: Option<u64>,
    pub nickname: Option<String>,
    pub mint_policy: MintPolicy,
    /// Whether the bot is still there.
    pub present: bool,
    pub sync: MembersSync,
}

/// How far the fetching of all members has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MembersSync {
    /// The greatest Discord user id that is stored already.
    pub after: u64,
    pub fetched: u64,
    pub complete: bool,
    /// Which pass over the members it is: who was not seen in the newest complete pass has left.
    pub pass: u32,
}

/// One setting of a guild.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum GuildEdit {
    Primary(CurrencyId),
    RepostChannel(Option<u64>),
    LogChannel(Option<u64>),
    TopRole(Option<u64>),
    Nickname(Option<String>),
    MintPolicy(MintPolicy),
}

/// Which emoji stands for which currency in one guild: each guild has its own copy of a currency's emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmojiBinding {
    pub guild: GuildId,
    /// Discord's emoji id.
    pub emoji: u64,
    pub name: String,
    pub animated: bool,
    pub currency: CurrencyId,
}

/// A member as a front reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub discord: u64,
    pub bot: bool,
    /// What others see: nickname, global name or user name; attackers' text.
    pub name: String,
}

/// A name as another platform reports it, without what no database can keep: there is nobody to refuse it to.
pub fn reported_name(mut name: String) -> String {
    name.retain(|c| c != '\0');
    name
}

/// A member's accounts, for a leaderboard: holder, Discord id, and what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuildStats {
    /// Discord user id and holder of every member who is present and no bot, by Discord id.
    pub members: Vec<(u64, HolderId)>,
    /// Their accounts in the currencies asked for that are above zero, in minor units.
    pub wallets: Vec<(HolderId, CurrencyId, ledger::Amount)>,
    /// The last transfer that these figures know, for [`crate::Store::balances_after`].
    pub cursor: i64,
    /// How many holders were made one with another so far, in the whole ledger.
    pub links: u64,
}

/// Balances that transfers after a cursor have left behind, oldest first: the last one of an account is its balance now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BalancesAfter {
    pub balances: Vec<(HolderId, CurrencyId, ledger::Balance)>,
    /// Whether a transfer in between made two holders one: then what was known of whose account is whose is old. A holder who had nothing
    /// becomes another without a transfer: only `links` tells that.
    pub linked: bool,
    /// How many holders were made one with another so far, as in [`GuildStats`]. Another number there says that the members are old.
    pub links: u64,
    /// The last transfer looked at; the cursor that was given when there are no newer ones.
    pub cursor: i64,
    /// Whether there may be more.
    pub more: bool,
}

/// A currency's picture, as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyPicture {
    /// `image/png`, `image/jpeg`, `image/gif` or `image/webp`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A reaction that minted, also one that was taken back later, between the holders of that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactionRecord {
    pub reactor: HolderId,
    pub author: HolderId,
    pub currency: CurrencyId,
    /// In milliseconds since the Unix epoch.
    pub minted_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reported_name_is_kept_but_for_what_nothing_keeps() {
        assert_eq!(reported_name("\u{202e}a\0 b\n\0".into()), "\u{202e}a b\n");
    }
}
