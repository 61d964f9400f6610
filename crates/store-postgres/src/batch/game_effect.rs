//! What the game's commands remember beside their transfers. Plays are many and go in one statement a table; the rest goes one by one in the
//! order of its commands, each statement sent before the one before it is answered.

use economy::{Deposit, DepositOutcome, DepositState, GameEffect, PlayerFact, StarsPay};
use futures_util::{future::try_join_all, try_join};
use ledger::{
    Amount, CurrencyId, HolderId, ItemId, RewardId, RunId, StarsCharge, TelegramUserId, TonAddress,
    TonHash, TransactionId,
};
use posting::stored::Word as _;
use rustc_hash::FxHashMap;

use super::{
    decide::Told,
    effect::missing,
    link::Link,
    write::{all, column},
};
use crate::{error::Sql, node::Ids};

/// The game's effects of a batch.
#[derive(Debug, Default)]
pub(super) struct Game {
    now_ms: i64,
    players: FxHashMap<TelegramUserId, PlayerFact>,
    runs: Vec<(RunId, TelegramUserId, u32, Amount, i64)>,
    rewards: Vec<NewReward>,
    wallets: Vec<(TelegramUserId, TonAddress)>,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct NewReward {
    id: i64,
    player: TelegramUserId,
    kind: &'static str,
    money: Option<(CurrencyId, Amount)>,
    achievement: Option<i64>,
    promised_by: Option<i64>,
}

/// What happens to one reward, deposit or payment.
#[derive(Debug)]
enum Step {
    RewardSettled {
        reward: RewardId,
        seen: TonHash,
        lt: u64,
        by: Option<i64>,
    },
    RewardRefused {
        reward: RewardId,
        why: String,
        by: Option<i64>,
    },
    Deposited {
        deposit: Box<Deposit>,
        outcome: DepositOutcome,
        by: Option<i64>,
    },
    DepositAssigned {
        deposit: TonHash,
        player: TelegramUserId,
        item: ItemId,
        price: Amount,
        over: Amount,
        by: Option<i64>,
        actor: HolderId,
    },
    RefundQueued {
        id: i64,
        deposit: TonHash,
        token: CurrencyId,
        amount: Amount,
        to: TonAddress,
        by: HolderId,
    },
    StarsPaid {
        payment: Box<StarsPay>,
        bought: bool,
    },
    StarsRefunded {
        charge: StarsCharge,
    },
}

impl Game {
    pub(super) fn at(now_ms: i64) -> Self {
        Self {
            now_ms,
            ..Self::default()
        }
    }

    pub(super) fn sort(&mut self, effect: &GameEffect, told: &Told, ids: &Ids) -> Sql<()> {
        let by = told.transaction.map(TransactionId::get);
        let step = match effect {
            GameEffect::Played { .. } => return self.sort_play(effect, told, ids),
            GameEffect::WalletBound { player, wallet } => {
                self.wallets.push((*player, *wallet));
                return Ok(());
            }
            GameEffect::RewardSettled { reward, seen, lt } => Step::RewardSettled {
                reward: *reward,
                seen: *seen,
                lt: *lt,
                by,
            },
            GameEffect::RewardRefused { reward, why } => Step::RewardRefused {
                reward: *reward,
                why: why.clone(),
                by,
            },
            GameEffect::Deposited { deposit, outcome } => Step::Deposited {
                deposit: deposit.clone(),
                outcome: *outcome,
                by,
            },
            GameEffect::DepositAssigned {
                deposit,
                player,
                item,
                price,
                over,
            } => Step::DepositAssigned {
                deposit: *deposit,
                player: *player,
                item: *item,
                price: *price,
                over: *over,
                by,
                actor: told.actor,
            },
            GameEffect::RefundQueued {
                deposit,
                token,
                amount,
                to,
                by,
            } => Step::RefundQueued {
                id: ids.next(self.now_ms)?,
                deposit: *deposit,
                token: *token,
                amount: *amount,
                to: *to,
                by: *by,
            },
            GameEffect::StarsPaid { payment, bought } => Step::StarsPaid {
                payment: payment.clone(),
                bought: *bought,
            },
            GameEffect::StarsRefunded { charge } => Step::StarsRefunded { charge: *charge },
        };
        self.steps.push(step);
        Ok(())
    }

    fn sort_play(&mut self, effect: &GameEffect, told: &Told, ids: &Ids) -> Sql<()> {
        let GameEffect::Played {
            run,
            player,
            score,
            token,
            tokens,
            achieved,
            after,
        } = effect
        else {
            return Ok(());
        };
        self.players.insert(*player, *after);
        self.runs
            .push((*run, *player, *score, *tokens, achieved.bits()));
        if !tokens.is_zero() {
            let promised = told.transaction.map(TransactionId::get);
            self.rewards.push(NewReward {
                id: ids.next(self.now_ms)?,
                player: *player,
                kind: "tokens",
                money: Some((*token, *tokens)),
                achievement: None,
                promised_by: Some(promised.ok_or_else(|| missing("a promise's transaction"))?),
            });
        }
        for achievement in achieved.iter() {
            self.rewards.push(NewReward {
                id: ids.next(self.now_ms)?,
                player: *player,
                kind: "achievement",
                money: None,
                achievement: Some(achievement.get().into()),
                promised_by: None,
            });
        }
        Ok(())
    }

    pub(super) async fn apply(&self, link: &Link) -> Sql<()> {
        // The statements arrive, and run, in this order.
        try_join!(
            self.wallets_bind(link),
            self.players_play(link),
            self.runs_insert(link),
            self.rewards_insert(link),
            self.rewards_ready(link),
        )?;
        try_join_all(self.steps.iter().map(|step| self.step(link, step))).await?;
        Ok(())
    }

    async fn wallets_bind(&self, link: &Link) -> Sql<()> {
        let wallets = &self.wallets;
        if wallets.is_empty() {
            return Ok(());
        }
        let players = column(wallets, |(player, _)| player.bits());
        let addresses = column(wallets, |(_, wallet)| wallet.to_string());
        let bind = &link.statements.wallets_bind;
        let bound = link
            .client
            .execute(bind, &[&players, &addresses, &self.now_ms])
            .await?;
        all(bound, wallets.len(), "wallets")
    }

    async fn players_play(&self, link: &Link) -> Sql<()> {
        if self.players.is_empty() {
            return Ok(());
        }
        let mut players: Vec<(&TelegramUserId, &PlayerFact)> = self.players.iter().collect();
        players.sort_unstable_by_key(|(player, _)| **player);
        let written = link
            .client
            .execute(
                &link.statements.players_play,
                &[
                    &column(&players, |(player, _)| player.bits()),
                    &column(&players, |(_, after)| i64::from(after.plays)),
                    &column(&players, |(_, after)| i64::from(after.high_score)),
                    &column(&players, |(_, after)| {
                        after.wallet.map(|wallet| wallet.to_string())
                    }),
                    &column(&players, |(_, after)| after.achievements.bits()),
                    &column(&players, |(_, after)| after.day),
                    &column(&players, |(_, after)| after.day_tokens.get()),
                    &self.now_ms,
                ],
            )
            .await?;
        all(written, players.len(), "players")
    }

    async fn runs_insert(&self, link: &Link) -> Sql<()> {
        let runs = &self.runs;
        if runs.is_empty() {
            return Ok(());
        }
        let written = link
            .client
            .execute(
                &link.statements.runs_insert,
                &[
                    &column(runs, |(run, ..)| run.bytes().as_slice()),
                    &column(runs, |(_, player, ..)| player.bits()),
                    &column(runs, |(_, _, score, ..)| i64::from(*score)),
                    &column(runs, |(_, _, _, tokens, _)| tokens.get()),
                    &column(runs, |(.., achieved)| *achieved),
                    &self.now_ms,
                ],
            )
            .await?;
        all(written, runs.len(), "runs")
    }

    async fn rewards_insert(&self, link: &Link) -> Sql<()> {
        let rewards = &self.rewards;
        if rewards.is_empty() {
            return Ok(());
        }
        let written = link
            .client
            .execute(
                &link.statements.rewards_insert,
                &[
                    &column(rewards, |reward| reward.id),
                    &column(rewards, |reward| reward.player.bits()),
                    &column(rewards, |reward| reward.kind),
                    &column(rewards, |reward| reward.money.map(|(id, _)| id.get())),
                    &column(rewards, |reward| {
                        reward.money.map(|(_, amount)| amount.get())
                    }),
                    &column(rewards, |reward| reward.achievement),
                    &self.now_ms,
                    &column(rewards, |reward| reward.promised_by),
                ],
            )
            .await?;
        all(written, rewards.len(), "rewards")
    }

    async fn rewards_ready(&self, link: &Link) -> Sql<()> {
        let with_wallet = self.players.iter();
        let with_wallet = with_wallet.filter(|(_, after)| after.wallet.is_some());
        let players = with_wallet.map(|(player, _)| player.bits());
        let bound = self.wallets.iter().map(|(player, _)| player.bits());
        let players: Vec<i64> = players.chain(bound).collect();
        if players.is_empty() {
            return Ok(());
        }
        let ready = &link.statements.rewards_ready;
        link.client
            .execute(ready, &[&players, &self.now_ms])
            .await?;
        Ok(())
    }

    async fn step(&self, link: &Link, step: &Step) -> Sql<()> {
        match step {
            Step::RewardSettled {
                reward,
                seen,
                lt,
                by,
            } => self.reward_settled(link, *reward, (*seen, *lt), *by).await,
            Step::RewardRefused { reward, why, by } => {
                self.reward_refused(link, *reward, why, *by).await
            }
            Step::Deposited {
                deposit,
                outcome,
                by,
            } => self.deposited(link, deposit, *outcome, *by).await,
            Step::DepositAssigned { .. } => self.deposit_assigned(link, step).await,
            Step::RefundQueued { .. } => self.refund_queued(link, step).await,
            Step::StarsPaid { payment, bought } => self.stars_paid(link, payment, *bought).await,
            Step::StarsRefunded { charge } => self.stars_refunded(link, *charge).await,
        }
    }

    async fn reward_settled(
        &self,
        link: &Link,
        reward: RewardId,
        (seen, lt): (TonHash, u64),
        by: Option<i64>,
    ) -> Sql<()> {
        let (id, seen, lt) = (reward.get(), seen.bytes().as_slice(), lt.cast_signed());
        let (settle, refund) = (
            &link.statements.reward_settle,
            &link.statements.deposit_refund,
        );
        let settled: Parameters<'_, 5> = [&id, &seen, &lt, &by, &self.now_ms];
        let refunded: Parameters<'_, 2> = [&id, &self.now_ms];
        let (written, _) = try_join!(
            link.client.execute(settle, &settled),
            link.client.execute(refund, &refunded)
        )?;
        all(written, 1, "settled rewards")
    }

    async fn reward_refused(
        &self,
        link: &Link,
        reward: RewardId,
        why: &str,
        by: Option<i64>,
    ) -> Sql<()> {
        let id = reward.get();
        let (refuse, hold) = (
            &link.statements.reward_refuse,
            &link.statements.deposit_hold,
        );
        let refused: Parameters<'_, 4> = [&id, &why, &by, &self.now_ms];
        let held: Parameters<'_, 2> = [&id, &self.now_ms];
        let (written, _) = try_join!(
            link.client.execute(refuse, &refused),
            link.client.execute(hold, &held)
        )?;
        all(written, 1, "refused rewards")
    }

    async fn deposited(
        &self,
        link: &Link,
        deposit: &Deposit,
        outcome: DepositOutcome,
        by: Option<i64>,
    ) -> Sql<()> {
        let (state, why, over) = match outcome {
            DepositOutcome::Bought { over, .. } => (DepositState::Bought, None, over),
            DepositOutcome::Held(why) => (DepositState::Held, Some(why.word()), Amount::ZERO),
        };
        let asked = deposit.asked;
        let hash = deposit.transaction.bytes().as_slice();
        let (account, lt) = (deposit.account.to_string(), deposit.lt.cast_signed());
        let (sender, token) = (deposit.sender.to_string(), deposit.token.get());
        let (amount, over) = (deposit.amount.get(), over.get());
        let player = asked.map(|asked| asked.player.bits());
        let item = asked.map(|asked| asked.item.get());
        let price = asked.and_then(|asked| asked.price).map(Amount::get);
        let payer = deposit.payer.map(HolderId::get);
        let row: Parameters<'_, 16> = [
            &hash,
            &account,
            &lt,
            &sender,
            &token,
            &amount,
            &deposit.comment,
            &player,
            &item,
            &price,
            &over,
            &state.word(),
            &why,
            &payer,
            &self.now_ms,
            &by,
        ];
        let cursor: Parameters<'_, 3> = [&account, &lt, &hash];
        let bought = asked.filter(|_| state == DepositState::Bought);
        let purchase = async {
            match bought {
                Some(asked) => {
                    let paid = Paid::Deposit(deposit.transaction);
                    self.purchase(link, asked.player, asked.item, paid).await
                }
                None => Ok(()),
            }
        };
        let statements = &link.statements;
        let insert = async {
            let insert = link.client.execute(&statements.deposit_insert, &row);
            all(insert.await?, 1, "deposits")
        };
        let moved = async {
            let moved = link.client.execute(&statements.cursor_move, &cursor);
            moved.await?;
            Sql::Ok(())
        };
        try_join!(insert, purchase, moved)?;
        Ok(())
    }

    async fn purchase(
        &self,
        link: &Link,
        player: TelegramUserId,
        item: ItemId,
        paid: Paid,
    ) -> Sql<()> {
        let (deposit, charge) = match &paid {
            Paid::Deposit(hash) => (Some(hash.bytes().as_slice()), None),
            Paid::Stars(charge) => (None, Some(charge.bytes().as_slice())),
        };
        let insert = &link.statements.purchase_insert;
        let written = link
            .client
            .execute(
                insert,
                &[&player.bits(), &item.get(), &deposit, &charge, &self.now_ms],
            )
            .await?;
        all(written, 1, "purchases")
    }

    async fn deposit_assigned(&self, link: &Link, step: &Step) -> Sql<()> {
        let Step::DepositAssigned {
            deposit,
            player,
            item,
            price,
            over,
            by,
            actor,
        } = step
        else {
            return Ok(());
        };
        let assign = async {
            let assigned = link
                .client
                .execute(
                    &link.statements.deposit_assign,
                    &[
                        &deposit.bytes().as_slice(),
                        &player.bits(),
                        &item.get(),
                        &price.get(),
                        &over.get(),
                        by,
                        &actor.get(),
                        &self.now_ms,
                    ],
                )
                .await?;
            all(assigned, 1, "assigned deposits")
        };
        let purchase = self.purchase(link, *player, *item, Paid::Deposit(*deposit));
        try_join!(assign, purchase)?;
        Ok(())
    }

    async fn refund_queued(&self, link: &Link, step: &Step) -> Sql<()> {
        let Step::RefundQueued {
            id,
            deposit,
            token,
            amount,
            to,
            by,
        } = step
        else {
            return Ok(());
        };
        let hash = deposit.bytes().as_slice();
        let (token, amount, to, by) = (token.get(), amount.get(), to.to_string(), by.get());
        let reward: Parameters<'_, 6> = [id, &token, &amount, &hash, &to, &self.now_ms];
        let back: Parameters<'_, 4> = [&hash, id, &by, &self.now_ms];
        let (insert, send_back) = (
            &link.statements.refund_insert,
            &link.statements.deposit_send_back,
        );
        let (inserted, sent_back) = try_join!(
            link.client.execute(insert, &reward),
            link.client.execute(send_back, &back)
        )?;
        all(inserted, 1, "refunds")?;
        all(sent_back, 1, "refunded deposits")
    }

    async fn stars_paid(&self, link: &Link, payment: &StarsPay, bought: bool) -> Sql<()> {
        let state = if bought { "bought" } else { "owed" };
        let insert = async {
            let written = link
                .client
                .execute(
                    &link.statements.stars_insert,
                    &[
                        &payment.charge.bytes().as_slice(),
                        &payment.charge_id,
                        &payment.player.bits(),
                        &payment.item.get(),
                        &i64::from(payment.stars),
                        &state,
                        &self.now_ms,
                    ],
                )
                .await?;
            all(written, 1, "payments")
        };
        let purchase = async {
            if bought {
                let paid = Paid::Stars(payment.charge);
                self.purchase(link, payment.player, payment.item, paid)
                    .await
            } else {
                Ok(())
            }
        };
        try_join!(insert, purchase)?;
        Ok(())
    }

    async fn stars_refunded(&self, link: &Link, charge: StarsCharge) -> Sql<()> {
        let charge = charge.bytes().as_slice();
        let refunded: Parameters<'_, 2> = [&charge, &self.now_ms];
        let taken: Parameters<'_, 1> = [&charge];
        let (refund, take) = (
            &link.statements.stars_refund,
            &link.statements.purchase_take_back,
        );
        let (written, _) = try_join!(
            link.client.execute(refund, &refunded),
            link.client.execute(take, &taken)
        )?;
        all(written, 1, "refunded payments")
    }
}

/// What paid for an item.
enum Paid {
    Deposit(TonHash),
    Stars(StarsCharge),
}

type Parameters<'a, const COUNT: usize> = [&'a (dyn tokio_postgres::types::ToSql + Sync); COUNT];
