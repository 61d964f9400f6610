//! The game's part of the model: players, what is owed to them, and what they bought.

use std::collections::{BTreeMap, BTreeSet};

use economy::{
    DepositFact, DepositOutcome, DepositState, GameEffect, OwedKind, PlayerFact, RewardFact,
    RewardState, StarsFact, StarsState,
};
use ledger::{ItemId, RewardId, RunId, TelegramUserId, TonHash};

/// All that is known of the game.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GameModel {
    pub players: BTreeMap<TelegramUserId, PlayerFact>,
    pub runs: BTreeMap<RunId, TelegramUserId>,
    pub rewards: BTreeMap<RewardId, RewardFact>,
    pub deposits: BTreeMap<TonHash, DepositFact>,
    pub owned: BTreeSet<(TelegramUserId, ItemId)>,
    /// By the bytes of the charge.
    pub stars: BTreeMap<[u8; 32], StarsFact>,
}

impl GameModel {
    /// Queues something owed; here rewards are numbered from one.
    pub fn owe(&mut self, player: Option<TelegramUserId>, owed: OwedKind) -> RewardId {
        let number = i64::try_from(self.rewards.len() + 1).expect("they are few");
        let id = RewardId::new(number).expect("it is above zero");
        let state = RewardState::Waiting;
        let fact = RewardFact {
            player,
            owed,
            state,
        };
        self.rewards.insert(id, fact);
        id
    }

    /// The player who bound a wallet.
    pub fn player_of(&self, wallet: ledger::TonAddress) -> Option<TelegramUserId> {
        let mut players = self.players.iter();
        players
            .find(|(_, fact)| fact.wallet == Some(wallet))
            .map(|(player, _)| *player)
    }

    /// Ends a reward; a refund decides its deposit.
    pub fn end(&mut self, reward: RewardId, state: RewardState, deposit: DepositState) {
        let fact = self.rewards.get_mut(&reward).expect("it is known");
        fact.state = state;
        if let OwedKind::Refund { deposit: hash, .. } = fact.owed {
            self.deposit_is(hash, deposit);
        }
    }

    pub fn deposit_is(&mut self, deposit: TonHash, state: DepositState) {
        self.deposits
            .get_mut(&deposit)
            .expect("a deposit is known")
            .state = state;
    }

    pub(super) fn record(&mut self, effect: &GameEffect) {
        match effect {
            GameEffect::Played {
                run,
                player,
                token,
                tokens,
                achieved,
                after,
                ..
            } => {
                let before = self.runs.insert(*run, *player);
                assert_eq!(before, None, "a run is played once");
                self.players.insert(*player, *after);
                if !tokens.is_zero() {
                    let (currency, amount) = (*token, *tokens);
                    self.owe(Some(*player), OwedKind::Tokens { currency, amount });
                }
                for achievement in achieved.iter() {
                    self.owe(Some(*player), OwedKind::Achievement { achievement });
                }
            }
            GameEffect::WalletBound { player, wallet } => {
                let player = self.players.get_mut(player).expect("a player is known");
                let before = player.wallet.replace(*wallet);
                assert_eq!(before, None, "a wallet is bound once");
            }
            GameEffect::RewardSettled { reward, .. } => {
                self.end(*reward, RewardState::Settled, DepositState::Refunded);
            }
            GameEffect::RewardRefused { reward, .. } => {
                self.end(*reward, RewardState::Refused, DepositState::Held);
            }
            GameEffect::Deposited { deposit, outcome } => {
                let state = match outcome {
                    DepositOutcome::Bought { .. } => DepositState::Bought,
                    DepositOutcome::Held(_) => DepositState::Held,
                };
                let fact = DepositFact {
                    token: deposit.token,
                    amount: deposit.amount,
                    sender: deposit.sender,
                    state,
                };
                let before = self.deposits.insert(deposit.transaction, fact);
                assert_eq!(before, None, "a deposit is recorded once");
                if state == DepositState::Bought {
                    let asked = deposit.asked.expect("what bought something asked for it");
                    self.own(asked.player, asked.item);
                }
            }
            GameEffect::DepositAssigned {
                deposit,
                player,
                item,
                ..
            } => {
                self.deposit_is(*deposit, DepositState::Assigned);
                self.own(*player, *item);
            }
            GameEffect::RefundQueued {
                deposit,
                token,
                amount,
                to,
                ..
            } => {
                self.deposit_is(*deposit, DepositState::Refunding);
                let owed = OwedKind::Refund {
                    deposit: *deposit,
                    currency: *token,
                    amount: *amount,
                    to: *to,
                };
                self.owe(self.player_of(*to), owed);
            }
            GameEffect::StarsPaid { payment, bought } => {
                let state = if *bought {
                    StarsState::Bought
                } else {
                    StarsState::Owed
                };
                let fact = StarsFact {
                    player: payment.player,
                    item: payment.item,
                    state,
                };
                let before = self.stars.insert(*payment.charge.bytes(), fact);
                assert_eq!(before, None, "a payment is recorded once");
                if *bought {
                    self.own(payment.player, payment.item);
                }
            }
            GameEffect::StarsRefunded { charge } => {
                let payment = self.stars.get_mut(charge.bytes()).expect("it is known");
                if payment.state == StarsState::Bought {
                    self.owned.remove(&(payment.player, payment.item));
                }
                payment.state = StarsState::Refunded;
            }
        }
    }

    fn own(&mut self, player: TelegramUserId, item: ItemId) {
        assert!(self.owned.insert((player, item)), "an item is bought once");
    }
}
