use ledger::{Kind, TelegramUserId, TonAddress};
use serde::Serialize;

use crate::{FactKey, Facts, GameEffect, GameRefusal, Plan, Refusal, play::known_player};

/// A player's wallet, proved to be theirs; it can never be changed by a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WalletBind {
    pub player: TelegramUserId,
    pub wallet: TonAddress,
}

impl WalletBind {
    pub(crate) fn needs(&self, _: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Player(self.player));
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let player = known_player(facts, self.player)?;
        if let Some(wallet) = player.wallet {
            return Err(GameRefusal::WalletBound { wallet }.into());
        }
        let plan = Plan::of(facts, Kind::Reward, Vec::new())?;
        Ok(plan.with(GameEffect::WalletBound {
            player: self.player,
            wallet: self.wallet,
        }))
    }
}
