//! What the game's commands should do.

use std::collections::BTreeSet;

use economy::{
    Command, Deposit, DepositAssign, DepositFact, DepositState, OwedKind, Play, PlayerFact,
    RewardSettle, RewardState, StarsFact, StarsState,
};
use ledger::{
    AccountKey, Achievements, Amount, CurrencyId, HolderId, Kind, Standing, SystemRole,
    TransactionId,
};

use super::{Answer, Doubts, Move, Performed};
use crate::model::Model;

fn promised(currency: CurrencyId) -> AccountKey {
    AccountKey::system(SystemRole::Settlement, currency)
}

fn no(name: &'static str) -> Answer {
    Err(BTreeSet::from([name]))
}

fn amount(minor_units: i128) -> Amount {
    let minor_units = i64::try_from(minor_units).expect("it came from amounts");
    Amount::new(minor_units).expect("it is not negative")
}

impl Doubts<'_> {
    /// Somebody who is told of, whether frozen or not.
    fn not_merged(&mut self, holder: HolderId) {
        let standing = self.model.holders.get(&holder);
        self.fault("unknown-holder", standing.is_none());
        let merged = matches!(standing, Some(Standing::Merged(_)));
        self.fault("holder-merged", merged);
    }

    fn known(&mut self, currency: CurrencyId) {
        let there = self.model.currencies.contains_key(&currency);
        self.fault("unknown-currency", !there);
    }
}

impl Model {
    pub(super) fn perform_game(
        &mut self,
        doubts: Doubts<'_>,
        command: &Command,
        (now_ms, id): (i64, TransactionId),
    ) -> Answer {
        match command {
            Command::Play(asked) => self.play(doubts, asked, (now_ms, id)),
            Command::WalletBind(asked) => {
                let Some(player) = self.game.players.get_mut(&asked.player) else {
                    return no("unknown-player");
                };
                if player.wallet.is_some() {
                    return no("wallet-bound");
                }
                player.wallet = Some(asked.wallet);
                self.done(doubts, Kind::Reward, Vec::new(), id)
            }
            Command::RewardSettle(asked) => self.settle_reward(doubts, asked, id),
            Command::RewardRefuse(asked) => {
                let Some(reward) = self.game.rewards.get(&asked.reward).copied() else {
                    return no("unknown-reward");
                };
                if reward.state != RewardState::Waiting {
                    return no("reward-ended");
                }
                let moves = match reward.owed {
                    OwedKind::Tokens { currency, amount } => vec![(
                        promised(currency),
                        AccountKey::issuance(currency),
                        amount.get().into(),
                    )],
                    OwedKind::Achievement { .. } | OwedKind::Refund { .. } => Vec::new(),
                };
                let (refused, held) = (RewardState::Refused, DepositState::Held);
                self.game.end(asked.reward, refused, held);
                self.done(doubts, Kind::RewardRefused, moves, id)
            }
            Command::Deposit(asked) => self.deposit(doubts, asked, id),
            Command::DepositAssign(asked) => self.assign(doubts, asked, id),
            Command::DepositRefund(asked) => {
                let Some(deposit) = self.game.deposits.get(&asked.deposit).copied() else {
                    return no("unknown-deposit");
                };
                let mut doubts = doubts;
                doubts.amount(deposit.amount);
                doubts.fault("deposit-ended", deposit.state != DepositState::Held);
                let done = self.done(doubts, Kind::DepositReturned, Vec::new(), id)?;
                self.game.deposit_is(asked.deposit, DepositState::Refunding);
                let owed = OwedKind::Refund {
                    deposit: asked.deposit,
                    currency: deposit.token,
                    amount: deposit.amount,
                    to: deposit.sender,
                };
                let player = self.game.player_of(deposit.sender);
                self.game.owe(player, owed);
                Ok(done)
            }
            Command::StarsPay(asked) => {
                if !self.game.players.contains_key(&asked.player) {
                    return no("unknown-player");
                }
                if self.game.stars.contains_key(asked.charge.bytes()) {
                    return no("payment-seen");
                }
                let key = (asked.player, asked.item);
                let state = if asked.item_known && self.game.owned.insert(key) {
                    StarsState::Bought
                } else {
                    StarsState::Owed
                };
                let fact = StarsFact {
                    player: asked.player,
                    item: asked.item,
                    state,
                };
                self.game.stars.insert(*asked.charge.bytes(), fact);
                self.done(doubts, Kind::Purchase, Vec::new(), id)
            }
            Command::StarsRefund(asked) => {
                let Some(payment) = self.game.stars.get_mut(asked.charge.bytes()) else {
                    return no("unknown-payment");
                };
                match payment.state {
                    StarsState::Refunded => return no("payment-refunded"),
                    StarsState::Owed => {}
                    StarsState::Bought => {
                        self.game.owned.remove(&(payment.player, payment.item));
                    }
                }
                payment.state = StarsState::Refunded;
                self.done(doubts, Kind::Purchase, Vec::new(), id)
            }
            other => panic!("no command of the game: {other:?}"),
        }
    }

    fn play(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &Play,
        (now_ms, id): (i64, TransactionId),
    ) -> Answer {
        let Some(player) = self.game.players.get(&asked.player).copied() else {
            return no("unknown-player");
        };
        doubts.currency(asked.token);
        doubts.holder(asked.holder);
        doubts.fault("run-played", self.game.runs.contains_key(&asked.run));
        let rules = &asked.rules;
        let above = i128::from(asked.score) - i128::from(player.high_score);
        let steps = if above > 0 && rules.step > 0 {
            above / i128::from(rules.step)
        } else {
            0
        };
        let earned = i128::from(rules.per_game.get()) + i128::from(rules.per_step.get()) * steps;
        let day = now_ms.div_euclid(86_400_000);
        let before = if player.day == day {
            i128::from(player.day_tokens.get())
        } else {
            0
        };
        let left = (i128::from(rules.day_ceiling.get()) - before).max(0);
        let tokens = earned.min(rules.run_ceiling.get().into()).min(left);
        let moves: Vec<Move> = if tokens > 0 {
            let currency = asked.token;
            vec![(AccountKey::issuance(currency), promised(currency), tokens)]
        } else {
            Vec::new()
        };
        let done = self.done(doubts, Kind::Reward, moves, id)?;
        self.tell_of_chain(id);
        let plays = player.plays + 1;
        let mut achievements = player.achievements;
        let mut new = Achievements::NONE;
        for rule in &rules.achievements {
            if rule.plays <= plays && !achievements.has(rule.achievement) {
                achievements = achievements.with(rule.achievement);
                new = new.with(rule.achievement);
            }
        }
        let after = PlayerFact {
            plays,
            high_score: player.high_score.max(asked.score),
            wallet: player.wallet.or(asked.wallet),
            achievements,
            day,
            day_tokens: amount(before + tokens),
        };
        self.game.players.insert(asked.player, after);
        self.game.runs.insert(asked.run, asked.player);
        if tokens > 0 {
            let (currency, amount) = (asked.token, amount(tokens));
            let owed = OwedKind::Tokens { currency, amount };
            self.game.owe(Some(asked.player), owed);
        }
        for achievement in new.iter() {
            let owed = OwedKind::Achievement { achievement };
            self.game.owe(Some(asked.player), owed);
        }
        Ok(done)
    }

    fn settle_reward(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &RewardSettle,
        id: TransactionId,
    ) -> Answer {
        let Some(reward) = self.game.rewards.get(&asked.reward).copied() else {
            return no("unknown-reward");
        };
        if !matches!(reward.state, RewardState::Batched | RewardState::Sent) {
            return no("reward-ended");
        }
        let mut moves = Vec::new();
        if let Some((currency, amount)) = reward.owed.money() {
            let mut to = AccountKey::issuance(currency);
            if let Some(holder) = asked.to {
                doubts.not_merged(holder);
                to = AccountKey::holder(holder, currency);
            }
            moves.push((promised(currency), to, amount.get().into()));
        }
        let kind = match reward.owed {
            OwedKind::Refund { .. } => Kind::DepositReturned,
            OwedKind::Tokens { .. } | OwedKind::Achievement { .. } => Kind::RewardSettled,
        };
        let (settled, refunded) = (RewardState::Settled, DepositState::Refunded);
        self.game.end(asked.reward, settled, refunded);
        self.done(doubts, kind, moves, id)
    }

    fn deposit(&mut self, mut doubts: Doubts<'_>, asked: &Deposit, id: TransactionId) -> Answer {
        doubts.known(asked.token);
        doubts.not_merged(asked.shop);
        let seen = self.game.deposits.contains_key(&asked.transaction);
        doubts.fault("deposit-seen", seen);
        let request = asked.asked.filter(|request| {
            let owned = self.game.owned.contains(&(request.player, request.item));
            self.game.players.contains_key(&request.player)
                && !owned
                && request.price.is_some_and(|price| price <= asked.amount)
        });
        let (kind, to, state) = match request {
            Some(_) => (
                Kind::Purchase,
                AccountKey::holder(asked.shop, asked.token),
                DepositState::Bought,
            ),
            None => (Kind::Deposit, promised(asked.token), DepositState::Held),
        };
        let whole = i128::from(asked.amount.get());
        let payer = asked
            .payer
            .map(|payer| AccountKey::holder(payer, asked.token));
        let open = |key: &AccountKey| {
            asked.payer.and_then(|payer| self.holders.get(&payer)) == Some(&Standing::Open)
                && *key != to
        };
        let payer = payer.filter(open);
        let known = payer.map_or(0, |payer| self.balance(payer).clamp(0, whole));
        let issued = (AccountKey::issuance(asked.token), to, whole - known);
        let moves = payer.map(|payer| (payer, to, known)).into_iter();
        let moves = moves.chain([issued]).filter(|(_, _, amount)| *amount > 0);
        let moves = moves.collect();
        let done = self.done(doubts, kind, moves, id)?;
        self.tell_of_chain(id);
        let fact = DepositFact {
            token: asked.token,
            amount: asked.amount,
            sender: asked.sender,
            state,
        };
        self.game.deposits.insert(asked.transaction, fact);
        if let Some(request) = request {
            self.game.owned.insert((request.player, request.item));
        }
        Ok(done)
    }

    fn assign(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &DepositAssign,
        id: TransactionId,
    ) -> Answer {
        let Some(deposit) = self.game.deposits.get(&asked.deposit).copied() else {
            return no("unknown-deposit");
        };
        let player = self.game.players.contains_key(&asked.player);
        doubts.fault("unknown-player", !player);
        doubts.not_merged(asked.shop);
        doubts.fault("deposit-ended", deposit.state != DepositState::Held);
        let key = (asked.player, asked.item);
        doubts.fault("item-owned", self.game.owned.contains(&key));
        let whole = i128::from(deposit.amount.get());
        let shop = AccountKey::holder(asked.shop, deposit.token);
        let moves = if whole > 0 {
            vec![(promised(deposit.token), shop, whole)]
        } else {
            Vec::new()
        };
        let done: Performed = self.done(doubts, Kind::Purchase, moves, id)?;
        self.tell_of_chain(id);
        self.game.deposit_is(asked.deposit, DepositState::Assigned);
        self.game.owned.insert(key);
        Ok(done)
    }

    /// A transaction that a chain has its part of is not taken back.
    fn tell_of_chain(&mut self, id: TransactionId) {
        if let Some(past) = self.transactions.get_mut(&id) {
            past.detail.about = Some("chain".into());
        }
    }
}
