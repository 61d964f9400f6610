use ledger::{ItemId, Kind, StarsCharge, TelegramUserId};
use serde::Serialize;

use crate::{
    Effect, FactKey, Facts, GameRefusal, Plan, Refusal, StarsFact, StarsState, play::known_player,
};

/// Telegram has taken Stars from a player for an item (`successful_payment`). They are taken whatever is decided: what buys nothing is
/// recorded, so that it is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StarsPay {
    pub charge: StarsCharge,
    /// Telegram's own text, which a refund names.
    pub charge_id: String,
    pub player: TelegramUserId,
    pub item: ItemId,
    /// Whether the shop has such an item.
    pub item_known: bool,
    pub stars: u32,
}

/// Telegram has given the Stars of a payment back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StarsRefund {
    pub charge: StarsCharge,
}

impl StarsPay {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Player(self.player));
        name(FactKey::Owned(self.player, self.item));
        name(FactKey::Stars(self.charge));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        known_player(facts, self.player)?;
        if facts.stars(self.charge).is_some() {
            return Err(GameRefusal::PaymentSeen.into());
        }
        let bought = self.item_known && !facts.owned(self.player, self.item);
        let plan = Plan::of(facts, Kind::Purchase, Vec::new())?;
        Ok(plan.with(Effect::StarsPaid {
            payment: Box::new(self.clone()),
            bought,
        }))
    }
}

impl StarsRefund {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Stars(self.charge));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact: &StarsFact = facts
            .stars(self.charge)
            .ok_or(GameRefusal::UnknownPayment)?;
        if fact.state == StarsState::Refunded {
            return Err(GameRefusal::PaymentRefunded.into());
        }
        let plan = Plan::of(facts, Kind::Purchase, Vec::new())?;
        Ok(plan.with(Effect::StarsRefunded {
            charge: self.charge,
        }))
    }
}
