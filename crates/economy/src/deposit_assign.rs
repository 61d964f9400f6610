use ledger::{AccountKey, Amount, Detail, HolderId, ItemId, Kind, TelegramUserId, TonHash};
use serde::Serialize;

use crate::{
    FactKey, Facts, GameEffect, GameRefusal, Leg, Plan, Refusal, checks,
    deposit::{held, known_deposit},
    play::{known_player, promised},
};

/// An operator, or a player who has come since, gives a held deposit to a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositAssign {
    pub deposit: TonHash,
    pub player: TelegramUserId,
    pub item: ItemId,
    pub price: Amount,
    pub shop: HolderId,
}

impl DepositAssign {
    pub(crate) fn needs(&self, facts: &impl Facts, name: &mut dyn FnMut(FactKey)) {
        name(FactKey::Deposit(self.deposit));
        name(FactKey::Player(self.player));
        name(FactKey::Owned(self.player, self.item));
        if let Some(fact) = facts.deposit(self.deposit) {
            name(FactKey::Currency(fact.token));
            name(FactKey::Account(promised(fact.token)));
            name(FactKey::Account(AccountKey::holder(self.shop, fact.token)));
        }
    }

    pub(crate) fn decide(&self, facts: &impl Facts, _: i64) -> Result<Plan, Refusal> {
        let fact = known_deposit(facts, self.deposit)?;
        known_player(facts, self.player)?;
        checks::known(facts, &[fact.token], &[self.shop])?;
        checks::not_merged(facts, &[self.shop], fact.token)?;
        held(fact)?;
        if facts.owned(self.player, self.item) {
            return Err(GameRefusal::ItemOwned.into());
        }
        let leg = Leg {
            debit: promised(fact.token),
            credit: AccountKey::holder(self.shop, fact.token),
            amount: fact.amount,
        };
        let legs = (!fact.amount.is_zero()).then_some(leg);
        let mut plan = Plan::of(facts, Kind::Purchase, legs.into_iter().collect())?;
        plan.detail = Detail {
            item: Some(self.item),
            item_owner: Some(self.shop),
            ..plan.detail
        };
        let about = format!("deposit:{}", self.deposit);
        Ok(plan.about(about).with(GameEffect::DepositAssigned {
            deposit: self.deposit,
            player: self.player,
            item: self.item,
            price: self.price,
            over: fact.amount.checked_sub(self.price).unwrap_or(Amount::ZERO),
        }))
    }
}
