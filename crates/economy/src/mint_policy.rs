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

/// What a reactor is in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Minter {
    Member,
    /// Has the policy's role.
    InRole,
    Admin,
}

/// A reaction that wants to mint, as far as it can be judged by itself. Ages are negative where clocks differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MintRequest {
    pub minter: Minter,
    pub message_age_ms: i64,
    pub reactor_age_ms: i64,
    pub author_age_ms: i64,
}

/// What was minted before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MintTallies {
    /// Today, by this reactor.
    pub reactor: u32,
    /// Today, to this author.
    pub receiver: u32,
    /// Today, by this reactor to this author.
    pub pair: u32,
    /// Since this reactor's last mint, if that is known.
    pub since_last_ms: Option<i64>,
}

/// Why a reaction does not mint, in the order in which it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyRefusal {
    NotAMinter { who: Minters },
    MessageTooOld { most_secs: u32 },
    ReactorTooYoung { least_secs: u32 },
    AuthorTooYoung { least_secs: u32 },
    TooSoon { left_ms: i64 },
    ReactorsDay { cap: u32 },
    ReceiversDay { cap: u32 },
    PairsDay { cap: u32 },
}

impl PolicyRefusal {
    pub const fn name(&self) -> &'static str {
        match self {
            PolicyRefusal::NotAMinter { .. } => "not_a_minter",
            PolicyRefusal::MessageTooOld { .. } => "message_too_old",
            PolicyRefusal::ReactorTooYoung { .. } => "reactor_too_young",
            PolicyRefusal::AuthorTooYoung { .. } => "author_too_young",
            PolicyRefusal::TooSoon { .. } => "too_soon",
            PolicyRefusal::ReactorsDay { .. } => "reactors_day",
            PolicyRefusal::ReceiversDay { .. } => "receivers_day",
            PolicyRefusal::PairsDay { .. } => "pairs_day",
        }
    }
}

impl MintPolicy {
    /// The policy of the global group's currencies, beside each guild's own: anybody can open a guild, join, and react there.
    pub const GLOBAL: MintPolicy = MintPolicy {
        who: Minters::Everyone,
        role: None,
        cooldown_secs: 0,
        daily_per_reactor: Some(100),
        daily_per_receiver: None,
        daily_per_pair: None,
        message_age_max_secs: None,
        account_age_min_secs: None,
    };

    /// Whether a reaction mints, by all that the policy says.
    ///
    /// # Errors
    /// The first rule that forbids it.
    pub fn allows(
        &self,
        request: &MintRequest,
        tallies: &MintTallies,
    ) -> Result<(), PolicyRefusal> {
        self.admits(request)?;
        self.has_room(tallies)
    }

    /// The rules that need no counting.
    ///
    /// # Errors
    /// The first one that forbids it.
    pub fn admits(&self, request: &MintRequest) -> Result<(), PolicyRefusal> {
        let least = match self.who {
            Minters::Everyone => Minter::Member,
            Minters::Role => Minter::InRole,
            Minters::Admins => Minter::Admin,
        };
        if request.minter < least {
            return Err(PolicyRefusal::NotAMinter { who: self.who });
        }
        if let Some(most_secs) = self.message_age_max_secs
            && request.message_age_ms > millis(most_secs)
        {
            return Err(PolicyRefusal::MessageTooOld { most_secs });
        }
        let least_secs = self.account_age_min_secs.unwrap_or(0);
        if request.reactor_age_ms < millis(least_secs) && least_secs > 0 {
            return Err(PolicyRefusal::ReactorTooYoung { least_secs });
        }
        if request.author_age_ms < millis(least_secs) && least_secs > 0 {
            return Err(PolicyRefusal::AuthorTooYoung { least_secs });
        }
        Ok(())
    }

    /// The rules that count.
    ///
    /// # Errors
    /// The first one that forbids it.
    pub fn has_room(&self, tallies: &MintTallies) -> Result<(), PolicyRefusal> {
        let left_ms = tallies
            .since_last_ms
            .map_or(0, |since| millis(self.cooldown_secs).saturating_sub(since));
        if left_ms > 0 && self.cooldown_secs > 0 {
            return Err(PolicyRefusal::TooSoon { left_ms });
        }
        let full = |cap: Option<u32>, there: u32| cap.filter(|cap| there >= *cap);
        if let Some(cap) = full(self.daily_per_reactor, tallies.reactor) {
            return Err(PolicyRefusal::ReactorsDay { cap });
        }
        if let Some(cap) = full(self.daily_per_receiver, tallies.receiver) {
            return Err(PolicyRefusal::ReceiversDay { cap });
        }
        if let Some(cap) = full(self.daily_per_pair, tallies.pair) {
            return Err(PolicyRefusal::PairsDay { cap });
        }
        Ok(())
    }

    /// Whether any rule counts: then there must be somebody who does.
    pub const fn counts(&self) -> bool {
        self.cooldown_secs > 0
            || self.daily_per_reactor.is_some()
            || self.daily_per_receiver.is_some()
            || self.daily_per_pair.is_some()
    }
}

fn millis(secs: u32) -> i64 {
    i64::from(secs).saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: MintRequest = MintRequest {
        minter: Minter::Member,
        message_age_ms: 5_000,
        reactor_age_ms: 86_400_000,
        author_age_ms: 3_600_000,
    };

    fn check(
        policy: MintPolicy,
        request: MintRequest,
        tallies: MintTallies,
        expect: Result<(), &str>,
    ) {
        let allowed = policy.allows(&request, &tallies);
        assert_eq!(
            allowed.map_err(|refusal| refusal.name()),
            expect,
            "{policy:?} {request:?} {tallies:?}"
        );
    }

    fn who(who: Minters, minter: Minter, expect: Result<(), &str>) {
        let policy = MintPolicy {
            who,
            ..MintPolicy::default()
        };
        let request = MintRequest { minter, ..REQUEST };
        check(policy, request, MintTallies::default(), expect);
    }

    #[test]
    fn who_may_mint() {
        let no = Err("not_a_minter");
        who(Minters::Everyone, Minter::Member, Ok(()));
        who(Minters::Role, Minter::Member, no);
        who(Minters::Role, Minter::InRole, Ok(()));
        who(Minters::Role, Minter::Admin, Ok(()));
        who(Minters::Admins, Minter::InRole, no);
        who(Minters::Admins, Minter::Admin, Ok(()));
    }

    #[test]
    fn ages_of_messages_and_accounts() {
        let check = |message: Option<u32>, account: Option<u32>, request, expect| {
            let policy = MintPolicy {
                message_age_max_secs: message,
                account_age_min_secs: account,
                ..MintPolicy::default()
            };
            check(policy, request, MintTallies::default(), expect);
        };
        check(None, None, REQUEST, Ok(()));
        check(Some(5), None, REQUEST, Ok(()));
        check(Some(4), None, REQUEST, Err("message_too_old"));
        check(None, Some(3_600), REQUEST, Ok(()));
        check(None, Some(3_601), REQUEST, Err("author_too_young"));
        check(None, Some(86_401), REQUEST, Err("reactor_too_young"));
        // Discord's clock is ahead of ours.
        let ahead = MintRequest {
            message_age_ms: -50,
            reactor_age_ms: -50,
            ..REQUEST
        };
        check(Some(1), None, ahead, Ok(()));
        check(None, Some(1), ahead, Err("reactor_too_young"));
        check(None, None, ahead, Ok(()));
    }

    #[test]
    fn cooldown_and_caps_at_their_edges() {
        let check = |policy: MintPolicy, tallies: MintTallies, expect| {
            check(policy, REQUEST, tallies, expect);
        };
        let slow = MintPolicy {
            cooldown_secs: 30,
            ..MintPolicy::default()
        };
        let since = |since_last_ms| MintTallies {
            since_last_ms,
            ..MintTallies::default()
        };
        check(slow, since(None), Ok(()));
        check(slow, since(Some(29_999)), Err("too_soon"));
        check(slow, since(Some(30_000)), Ok(()));
        check(slow, since(Some(-1)), Err("too_soon"));
        check(MintPolicy::default(), since(Some(-1)), Ok(()));

        let capped = MintPolicy {
            daily_per_reactor: Some(3),
            daily_per_receiver: Some(5),
            daily_per_pair: Some(2),
            ..MintPolicy::default()
        };
        let tallies = |reactor, receiver, pair| MintTallies {
            reactor,
            receiver,
            pair,
            since_last_ms: Some(0),
        };
        check(capped, tallies(2, 4, 1), Ok(()));
        check(capped, tallies(3, 5, 2), Err("reactors_day"));
        check(capped, tallies(2, 5, 2), Err("receivers_day"));
        check(capped, tallies(2, 4, 2), Err("pairs_day"));
        let none = MintPolicy {
            daily_per_reactor: Some(0),
            ..MintPolicy::default()
        };
        check(none, MintTallies::default(), Err("reactors_day"));
    }
}
