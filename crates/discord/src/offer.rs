//! What somebody is asked to confirm: nothing is kept of it but what its buttons' ids carry.

use app::Asked;
use ledger::{HolderId, IdempotencyKey, KeyScope};
use twilight_model::id::{Id, marker::InteractionMarker};
use twilight_util::snowflake::Snowflake as _;

use crate::{
    answer::{Press, Reply},
    compact,
    context::{APPLICATION, Context},
    invocation::Invocation,
    replies,
};

/// A question to one person, made by one interaction. What they confirm happens once, however often and on how many devices they
/// press: its key is the asking interaction's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    pub asker: u64,
    /// The interaction that it answers.
    pub made_by: u64,
}

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pressed<const N: usize> {
    Confirm(Offer, [u64; N]),
    Cancel(Offer),
}

impl Offer {
    pub(crate) const fn of(asked: &Invocation) -> Self {
        Self {
            asker: asked.user,
            made_by: asked.id,
        }
    }

    /// When it is over, in seconds since the Unix epoch.
    pub(crate) fn ends(self, lasts_secs: i64) -> i64 {
        seconds(self.made_by).saturating_add(lasts_secs)
    }

    /// Discord's own times of the question and of the press are compared: a press that was in time stays so, however late it is
    /// delivered again.
    pub(crate) fn is_over(self, asked: &Invocation, lasts_secs: i64) -> bool {
        seconds(asked.id) > self.ends(lasts_secs)
    }

    pub(crate) fn key(self) -> IdempotencyKey {
        IdempotencyKey::new(
            KeyScope(APPLICATION),
            &format!("interaction:{}", self.made_by),
        )
    }

    pub(crate) fn by(self, ctx: &Context, entry: &str, actor: HolderId) -> Asked {
        Asked::new(&ctx.entry(entry), actor, self.key())
    }

    /// Confirm and Cancel. `word` leads back to whoever made the offer.
    pub(crate) fn buttons<const N: usize>(self, word: &str, carried: [u64; N]) -> Vec<Press> {
        let mut numbers = vec![self.asker, self.made_by];
        let cancel = format!("{word}:n:{}", compact::write(&numbers));
        numbers.extend(carried);
        let confirm = format!("{word}:y:{}", compact::write(&numbers));
        let press = |label, id| Press {
            label,
            id,
            enabled: true,
        };
        vec![
            press(replies::CONFIRM, confirm),
            press(replies::CANCEL, cancel),
        ]
    }
}

fn seconds(snowflake: u64) -> i64 {
    let id = Id::<InteractionMarker>::new_checked(snowflake);
    id.map_or(0, |id| id.timestamp().div_euclid(1_000))
}

impl<const N: usize> Pressed<N> {
    /// What a button's id says, after its word. Somebody else's button does nothing.
    pub(crate) fn read(asked: &Invocation, id: &str) -> Result<Self, Reply> {
        let pressed = Self::parse(id).ok_or_else(replies::old_button)?;
        let (Pressed::Confirm(offer, _) | Pressed::Cancel(offer)) = pressed;
        if offer.asker == asked.user {
            Ok(pressed)
        } else {
            Err(replies::others_button(offer.asker))
        }
    }

    fn parse(id: &str) -> Option<Self> {
        let (kind, numbers) = id.split_once(':')?;
        // The first two are the offer's.
        let (asker, rest) = numbers.split_once('.')?;
        let (made_by, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let [asker, made_by] = compact::read(&format!("{asker}.{made_by}"))?;
        let offer = Offer { asker, made_by };
        match kind {
            "y" => Some(Pressed::Confirm(offer, compact::read(rest)?)),
            "n" if rest.is_empty() => Some(Pressed::Cancel(offer)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_carry_all_and_have_room() {
        let offer = Offer {
            asker: u64::MAX,
            made_by: u64::MAX - 1,
        };
        let carried = [u64::MAX; 5];
        let buttons = offer.buttons("exchange", carried);
        let [confirm, cancel] = &buttons[..] else {
            panic!("{buttons:?}");
        };
        assert!(confirm.id.len() <= 100, "{}", confirm.id.len());
        let parse = |id: &str| Pressed::<5>::parse(id.strip_prefix("exchange:").unwrap());
        assert_eq!(parse(&confirm.id), Some(Pressed::Confirm(offer, carried)));
        assert_eq!(parse(&cancel.id), Some(Pressed::Cancel(offer)));
    }

    #[test]
    fn what_is_no_offer_is_not_read() {
        for id in ["", "y", "y:", "y:1", "y:1.2", "y:1.2.3", "n:1.2.3", "x:1.2"] {
            assert_eq!(Pressed::<2>::parse(id), None, "{id:?}");
        }
        assert!(Pressed::<2>::parse("y:1.2.3.4").is_some());
        assert!(Pressed::<2>::parse("n:1.2").is_some());
    }
}
