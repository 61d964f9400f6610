//! What the game's commands remember beside their transfers.

use app::ChainCursor;
use economy::{Deposit, DepositOutcome, DepositState, GameEffect, PlayerFact, StarsPay};
use ledger::{
    Achievements, Amount, CurrencyId, HolderId, ItemId, RewardId, RunId, StarsCharge,
    TelegramUserId, TonAddress, TonHash,
};
use posting::stored::Word as _;
use rusqlite::params;

use super::{chain_batch::chain_cursor_move, effect::Applying};
use crate::read::ReadError;

/// A run that was played.
pub(super) struct Played {
    pub(super) run: RunId,
    pub(super) player: TelegramUserId,
    pub(super) score: u32,
    pub(super) token: CurrencyId,
    pub(super) tokens: Amount,
    pub(super) achieved: Achievements,
    pub(super) after: PlayerFact,
}

type Written = Result<usize, ReadError>;

impl Applying<'_> {
    /// Gives the number of rows that the decision was about; 1 unless one was missed.
    pub(super) fn game(&mut self, effect: &GameEffect) -> Written {
        match effect {
            GameEffect::Played {
                run,
                player,
                score,
                token,
                tokens,
                achieved,
                after,
            } => self.played(&Played {
                run: *run,
                player: *player,
                score: *score,
                token: *token,
                tokens: *tokens,
                achieved: *achieved,
                after: *after,
            }),
            GameEffect::WalletBound { player, wallet } => self.wallet_bound(*player, *wallet),
            GameEffect::RewardSettled { reward, seen, lt } => {
                self.reward_settled(*reward, *seen, *lt)
            }
            GameEffect::RewardRefused { reward, why } => self.reward_refused(*reward, why),
            GameEffect::Deposited { deposit, outcome } => self.deposited(deposit, *outcome),
            GameEffect::DepositAssigned {
                deposit,
                player,
                item,
                price,
                over,
            } => self.deposit_assigned(*deposit, *player, *item, [*price, *over]),
            GameEffect::RefundQueued {
                deposit,
                token,
                amount,
                to,
                by,
            } => self.refund_queued(*deposit, (*token, *amount), *to, *by),
            GameEffect::StarsPaid { payment, bought } => self.stars_paid(payment, *bought),
            GameEffect::StarsRefunded { charge } => self.stars_refunded(*charge),
        }
    }

    fn played(&mut self, played: &Played) -> Written {
        let Played {
            run, player, after, ..
        } = played;
        let written = self
            .db
            .prepare_cached(
                "UPDATE player SET high_score_ms = iif(?3 > high_score, ?8, high_score_ms), plays = ?2, high_score = ?3, \
                 wallet_ms = iif(wallet IS NULL AND ?4 IS NOT NULL, ?8, wallet_ms), wallet = coalesce(wallet, ?4), achievements = ?5, \
                 day = ?6, day_tokens = ?7, last_played_ms = ?8 WHERE telegram = ?1",
            )?
            .execute(params![
                player.bits(),
                after.plays,
                after.high_score,
                after.wallet.map(|wallet| wallet.to_string()),
                after.achievements.bits(),
                after.day,
                after.day_tokens.get(),
                self.now_ms
            ])?;
        self.db
            .prepare_cached(
                "INSERT INTO game_run (run, player, score, tokens, achieved, played_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                run.bytes(),
                player.bits(),
                played.score,
                played.tokens.get(),
                played.achieved.bits(),
                self.now_ms
            ])?;
        if after.wallet.is_some() {
            self.rewards_ready(*player)?;
        }
        self.rewards_queue(played)?;
        Ok(written)
    }

    fn rewards_queue(&mut self, played: &Played) -> Result<(), ReadError> {
        let sql = "INSERT INTO reward (id, player, kind, currency, amount, achievement, state, attempts, queued_ms, ready_ms, changed_ms, promised_by) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7, ?8, ?7, ?9)";
        let player = played.player.bits();
        let ready = played.after.wallet.map(|_| self.now_ms);
        if !played.tokens.is_zero() {
            let (id, currency, promised) =
                (self.new_id(), self.currency(played.token)?, self.own_id()?);
            self.db.prepare_cached(sql)?.execute(params![
                id,
                player,
                "tokens",
                currency,
                played.tokens.get(),
                None::<i64>,
                self.now_ms,
                ready,
                promised
            ])?;
        }
        for achievement in played.achieved.iter() {
            let id = self.new_id();
            self.db.prepare_cached(sql)?.execute(params![
                id,
                player,
                "achievement",
                None::<i64>,
                None::<i64>,
                achievement.get(),
                self.now_ms,
                ready,
                None::<i64>
            ])?;
        }
        Ok(())
    }

    fn wallet_bound(&self, player: TelegramUserId, wallet: TonAddress) -> Written {
        let written = self
            .db
            .prepare_cached("UPDATE player SET wallet = ?2, wallet_ms = ?3 WHERE telegram = ?1")?
            .execute((player.bits(), wallet.to_string(), self.now_ms))?;
        self.rewards_ready(player)?;
        Ok(written)
    }

    /// What waited for a wallet can be sent from now on.
    fn rewards_ready(&self, player: TelegramUserId) -> Result<(), ReadError> {
        self.db
            .prepare_cached("UPDATE reward SET ready_ms = ?2 WHERE player = ?1 AND state = 'waiting' AND ready_ms IS NULL")?
            .execute((player.bits(), self.now_ms))?;
        Ok(())
    }

    fn reward_settled(&self, reward: RewardId, seen: TonHash, lt: u64) -> Written {
        let written = self
            .db
            .prepare_cached(
                "UPDATE reward SET state = 'settled', seen = ?2, seen_lt = ?3, ended_by = ?4, why = NULL, changed_ms = ?5 \
                 WHERE id = ?1 AND state IN ('batched', 'sent')",
            )?
            .execute(params![
                reward.get(),
                seen.bytes(),
                lt.cast_signed(),
                self.tx_id(),
                self.now_ms
            ])?;
        self.db
            .prepare_cached("UPDATE deposit SET state = 'refunded', changed_ms = ?2 WHERE hash = (SELECT deposit FROM reward WHERE id = ?1)")?
            .execute((reward.get(), self.now_ms))?;
        Ok(written)
    }

    fn reward_refused(&self, reward: RewardId, why: &str) -> Written {
        let written = self
            .db
            .prepare_cached(
                "UPDATE reward SET state = 'refused', why = ?2, ended_by = ?3, changed_ms = ?4 WHERE id = ?1 AND state = 'waiting'",
            )?
            .execute(params![reward.get(), why, self.tx_id(), self.now_ms])?;
        self.db
            .prepare_cached(
                "UPDATE deposit SET state = 'held', refund = NULL, changed_ms = ?2 WHERE hash = (SELECT deposit FROM reward WHERE id = ?1)",
            )?
            .execute((reward.get(), self.now_ms))?;
        Ok(written)
    }

    fn deposited(&self, deposit: &Deposit, outcome: DepositOutcome) -> Written {
        let (state, why, over) = match outcome {
            DepositOutcome::Bought { over, .. } => (DepositState::Bought, None, over),
            DepositOutcome::Held(why) => (DepositState::Held, Some(why.word()), Amount::ZERO),
        };
        let asked = deposit.asked;
        let written = self
            .db
            .prepare_cached(
                "INSERT INTO deposit (hash, account, lt, sender, currency, amount, comment, player, item, price, over, state, why, payer, \
                 seen_ms, changed_ms, recorded_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16)",
            )?
            .execute(params![
                deposit.transaction.bytes(),
                deposit.account.to_string(),
                deposit.lt.cast_signed(),
                deposit.sender.to_string(),
                self.currency(deposit.token)?,
                deposit.amount.get(),
                deposit.comment,
                asked.map(|asked| asked.player.bits()),
                asked.map(|asked| asked.item.get()),
                asked.and_then(|asked| asked.price).map(Amount::get),
                over.get(),
                state.word(),
                why,
                deposit.payer.map(HolderId::get),
                self.now_ms,
                self.tx_id()
            ])?;
        if let (DepositState::Bought, Some(asked)) = (state, asked) {
            self.purchase_insert(asked.player, asked.item, deposit.transaction)?;
        }
        let cursor = ChainCursor {
            lt: deposit.lt,
            hash: deposit.transaction,
        };
        chain_cursor_move(self.db, deposit.account, cursor)?;
        Ok(written)
    }

    fn purchase_insert(
        &self,
        player: TelegramUserId,
        item: ItemId,
        deposit: TonHash,
    ) -> Result<(), ReadError> {
        self.db
            .prepare_cached(
                "INSERT INTO purchase (player, item, deposit, bought_ms) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((player.bits(), item.get(), deposit.bytes(), self.now_ms))?;
        Ok(())
    }

    fn deposit_assigned(
        &self,
        deposit: TonHash,
        player: TelegramUserId,
        item: ItemId,
        [price, over]: [Amount; 2],
    ) -> Written {
        let written = self
            .db
            .prepare_cached(
                "UPDATE deposit SET state = 'assigned', player = ?2, item = ?3, price = ?4, over = ?5, assigned_by = ?6, decided_by = ?7, \
                 changed_ms = ?8 WHERE hash = ?1 AND state = 'held'",
            )?
            .execute(params![
                deposit.bytes(),
                player.bits(),
                item.get(),
                price.get(),
                over.get(),
                self.tx_id(),
                self.actor.get(),
                self.now_ms
            ])?;
        self.purchase_insert(player, item, deposit)?;
        Ok(written)
    }

    fn refund_queued(
        &mut self,
        deposit: TonHash,
        (token, amount): (CurrencyId, Amount),
        to: TonAddress,
        by: HolderId,
    ) -> Written {
        let (id, currency) = (self.new_id(), self.currency(token)?);
        self.db
            .prepare_cached(
                "INSERT INTO reward (id, player, kind, currency, amount, deposit, to_address, state, attempts, queued_ms, ready_ms, changed_ms) \
                 VALUES (?1, (SELECT telegram FROM player WHERE wallet = ?5 ORDER BY wallet_ms, telegram LIMIT 1), 'refund', ?2, ?3, ?4, ?5, \
                 'waiting', 0, ?6, ?6, ?6)",
            )?
            .execute(params![
                id,
                currency,
                amount.get(),
                deposit.bytes(),
                to.to_string(),
                self.now_ms
            ])?;
        Ok(self
            .db
            .prepare_cached(
                "UPDATE deposit SET state = 'refunding', refund = ?2, decided_by = ?3, changed_ms = ?4 WHERE hash = ?1 AND state = 'held'",
            )?
            .execute((deposit.bytes(), id, by.get(), self.now_ms))?)
    }

    fn stars_paid(&self, payment: &StarsPay, bought: bool) -> Written {
        let state = if bought { "bought" } else { "owed" };
        let written = self
            .db
            .prepare_cached(
                "INSERT INTO stars_payment (charge, charge_id, player, item, stars, state, paid_ms, changed_ms) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            )?
            .execute(params![
                payment.charge.bytes(),
                payment.charge_id,
                payment.player.bits(),
                payment.item.get(),
                payment.stars,
                state,
                self.now_ms
            ])?;
        if bought {
            self.db
                .prepare_cached(
                    "INSERT INTO purchase (player, item, charge, bought_ms) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((
                    payment.player.bits(),
                    payment.item.get(),
                    payment.charge.bytes(),
                    self.now_ms,
                ))?;
        }
        Ok(written)
    }

    fn stars_refunded(&self, charge: StarsCharge) -> Written {
        let written = self
            .db
            .prepare_cached(
                "UPDATE stars_payment SET state = 'refunded', changed_ms = ?2 WHERE charge = ?1",
            )?
            .execute((charge.bytes(), self.now_ms))?;
        self.db
            .prepare_cached("DELETE FROM purchase WHERE charge = ?1")?
            .execute([charge.bytes()])?;
        Ok(written)
    }
}
