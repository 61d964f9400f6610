//! Where shared money moved, for the log channel of that guild.

use app::Asked;
use ledger::GroupKind;

const GUILD: &str = "guild:";

/// A currency of one guild moves in that guild. Of a shared one only the transaction itself can say where somebody moved it: its
/// reference is `guild:<Discord's id>`.
pub(crate) trait Here {
    /// Notes the guild in which this is asked for, if the currency does not tell.
    #[must_use]
    fn here(self, guild: Option<u64>, kind: GroupKind) -> Self;
}

impl Here for Asked {
    fn here(self, guild: Option<u64>, kind: GroupKind) -> Self {
        match (guild, kind) {
            (Some(guild), GroupKind::Local | GroupKind::Global) => {
                self.reference(Some(format!("{GUILD}{guild}")))
            }
            (_, GroupKind::Single) | (None, _) => self,
        }
    }
}

/// The guild that a transaction's reference names. Other fronts let callers choose the reference: ask only where the entry is Discord's.
pub(crate) fn guild_of(reference: &str) -> Option<u64> {
    reference.strip_prefix(GUILD)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &str, expect: Option<u64>) {
        assert_eq!(guild_of(reference), expect, "{reference:?}");
    }

    #[test]
    fn a_reference_names_a_guild() {
        check("guild:1234567890123456789", Some(1_234_567_890_123_456_789));
        check("guild:", None);
        check("guild:-1", None);
        check("order 7", None);
    }
}
