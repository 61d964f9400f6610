use ledger::{ItemId, Kind, StarsCharge, TelegramUserId};
use serde::Serialize;

use crate::{FactKey, Facts, GameEffect, GameRefusal, Plan, Refusal, play::known_player};

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
        Ok(plan.with(GameEffect::StarsPaid {
            payment: Box::new(self.clone()),
            bought,
        }))
    }
}
