use app::WriteError;
use economy::{Deposit, GameRefusal, PurchaseAsked, Refusal};
use ledger::{Amount, TonHash};
use ton::toncenter::Transaction;

use crate::{
    Trouble,
    address::{kept, kept_hash},
    notification::Tokens,
    read_request,
    settlement::Inner,
};

/// The shop's holder can be merged again while it is looked up.
const TRIES: usize = 5;

impl Inner {
    /// What cannot be recorded stops the reading before it: tokens must not be passed over. Only tokens that the game's own minter has
    /// issued come here, so that nobody else can stop it.
    pub(super) async fn record(
        &self,
        transaction: &Transaction,
        tokens: &Tokens,
    ) -> Result<(), Trouble> {
        let hash = kept_hash(&transaction.hash);
        let refused = |why: String| Trouble::Deposit {
            transaction: hash,
            why,
        };
        let amount = amount_of(tokens.units)
            .ok_or_else(|| refused(format!("{} units are more than there can be", tokens.units)))?;
        for _ in 0..TRIES {
            let deposit = self.deposit_of(transaction, tokens, amount).await?;
            match self.write_deposit(deposit).await {
                Ok(()) => return Ok(()),
                Err(WriteError::Refused(Refusal::HolderMerged { .. })) => {}
                Err(WriteError::Refused(Refusal::Game(GameRefusal::DepositSeen))) => return Ok(()),
                Err(WriteError::Refused(refusal)) => return Err(refused(refusal.name().into())),
                // The first time its payer was another holder.
                Err(WriteError::KeyReused) => return self.recorded_already(hash).await,
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        Err(refused(
            "the shop's holder is merged again and again".into(),
        ))
    }

    async fn write_deposit(&self, deposit: Deposit) -> Result<(), WriteError> {
        let actor = self.operator().await?;
        let key = format!("deposit:{}", deposit.transaction);
        let asked = self.asked("watch-deposits", actor, &key);
        self.app.deposit(asked, deposit).await.map(drop)
    }

    async fn recorded_already(&self, transaction: TonHash) -> Result<(), Trouble> {
        match self.app.store().deposit(transaction).await? {
            Some(_) => Ok(()),
            None => Err(Trouble::Deposit {
                transaction,
                why: "its key was used for something else".into(),
            }),
        }
    }

    async fn deposit_of(
        &self,
        transaction: &Transaction,
        tokens: &Tokens,
        amount: Amount,
    ) -> Result<Deposit, Trouble> {
        let sender = kept(&tokens.sender);
        let payer = self.app.store().player_by_wallet(sender).await?;
        let asked = tokens.comment.as_deref().and_then(read_request);
        Ok(Deposit {
            account: self.shop,
            transaction: kept_hash(&transaction.hash),
            lt: transaction.lt,
            sender,
            token: self.config.token,
            amount,
            comment: tokens.comment.as_deref().map(kept_comment),
            asked: asked.map(|(player, item)| PurchaseAsked {
                player,
                item,
                price: self.config.items.get(&item).copied(),
            }),
            payer: payer.map(|payer| payer.holder),
            shop: self.shop_holder().await?,
        })
    }
}

fn amount_of(units: u128) -> Option<Amount> {
    Amount::new(i64::try_from(units).ok()?).ok()
}

/// PostgreSQL keeps no NUL, and nobody needs long ones.
fn kept_comment(comment: &str) -> String {
    let kept = comment.chars().filter(|c| *c != '\0');
    kept.take(Deposit::COMMENT_MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_those_that_the_ledger_can_hold() {
        let check = |units, expect: Option<i64>| {
            assert_eq!(amount_of(units).map(Amount::get), expect, "{units}");
        };
        check(0, Some(0));
        check(9_223_372_036_854_775_807, Some(i64::MAX));
        check(9_223_372_036_854_775_808, None);
        check(u128::MAX, None);
    }

    #[test]
    fn comments_are_kept_in_part() {
        assert_eq!(kept_comment("a\0b"), "ab");
        assert_eq!(kept_comment(&"ä".repeat(500)).chars().count(), 200);
    }
}
