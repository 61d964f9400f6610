use app::{DepositRecord, WriteError};
use economy::{DepositAssign, Refusal};

use crate::{Step, Trouble, settlement::Inner};

/// So many are looked at in one turn: also those that stay held.
const MOST: usize = 1_000;
const TRIES: usize = 5;

impl Inner {
    /// Who paid before they were ever seen gets it once they are.
    pub(super) async fn claim_held(&self) -> Result<(), Trouble> {
        let held = self.app.store().deposits_claimable(MOST).await?;
        for deposit in held {
            if self.live().unclaimable.contains(&deposit.transaction) {
                continue;
            }
            let claim = || self.claim(&deposit);
            self.step(Step::Claimed, claim).await?;
        }
        Ok(())
    }

    async fn claim(&self, deposit: &DepositRecord) -> Result<(), Trouble> {
        let (Some(player), Some(item)) = (deposit.player, deposit.item) else {
            return Ok(());
        };
        let price = self.config.items.get(&item).copied();
        let Some(price) = price.filter(|price| deposit.amount >= *price) else {
            self.stays_held(deposit, "it is no item's price");
            return Ok(());
        };
        for _ in 0..TRIES {
            let assign = DepositAssign {
                deposit: deposit.transaction,
                player,
                item,
                price,
                shop: self.shop_holder().await?,
            };
            match self.write_claim(assign).await {
                Ok(()) => return Ok(()),
                Err(WriteError::Refused(Refusal::HolderMerged { .. })) => {}
                Err(WriteError::Refused(refusal)) => {
                    self.stays_held(deposit, refusal.name());
                    return Ok(());
                }
                // It was claimed at another price; the next look sees it.
                Err(WriteError::KeyReused) => return Ok(()),
                Err(WriteError::Store(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn write_claim(&self, assign: DepositAssign) -> Result<(), WriteError> {
        let actor = self.operator().await?;
        let key = format!("claim:{}", assign.deposit);
        let asked = self.asked("watch-deposits", actor, &key);
        self.app.deposit_assign(asked, assign).await.map(drop)
    }

    /// For an operator to decide. Said once.
    fn stays_held(&self, deposit: &DepositRecord, why: &str) {
        let transaction = deposit.transaction;
        tracing::info!(%transaction, why, "a deposit's player has come, and it stays held");
        self.live().unclaimable.insert(transaction);
    }
}
