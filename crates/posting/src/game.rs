//! What commands later in a batch see of the game's effects: all that they may ask for, whether it was loaded or not.

use economy::{
    Deposit, DepositFact, DepositOutcome, DepositState, GameEffect, OwedKind, RewardState,
    StarsFact, StarsPay, StarsState,
};
use ledger::{ItemId, RewardId, TelegramUserId, TonHash};

use crate::state::GameFacts;

impl GameFacts {
    pub(crate) fn see(&mut self, effect: &GameEffect) {
        match effect {
            GameEffect::Played {
                run, player, after, ..
            } => {
                self.runs.insert(*run, Some(*player));
                self.players.insert(*player, Some(*after));
            }
            GameEffect::WalletBound { player, wallet } => {
                if let Some(Some(player)) = self.players.get_mut(player) {
                    player.wallet = Some(*wallet);
                }
            }
            GameEffect::RewardSettled { reward, .. } => {
                self.reward_ends(*reward, RewardState::Settled, DepositState::Refunded);
            }
            GameEffect::RewardRefused { reward, .. } => {
                self.reward_ends(*reward, RewardState::Refused, DepositState::Held);
            }
            GameEffect::Deposited { deposit, outcome } => self.deposited(deposit, *outcome),
            GameEffect::DepositAssigned {
                deposit,
                player,
                item,
                ..
            } => {
                self.deposit_is(*deposit, DepositState::Assigned);
                self.owned.insert((*player, *item), true);
            }
            GameEffect::RefundQueued { deposit, .. } => {
                self.deposit_is(*deposit, DepositState::Refunding);
            }
            GameEffect::StarsPaid { payment, bought } => self.stars_paid(payment, *bought),
            GameEffect::StarsRefunded { charge } => {
                if let Some(Some(payment)) = self.stars.get_mut(charge) {
                    let bought = payment.state == StarsState::Bought;
                    payment.state = StarsState::Refunded;
                    let (player, item) = (payment.player, payment.item);
                    self.lost(player, item, bought);
                }
            }
        }
    }

    /// A reward that carries a refund decides its deposit too, which was perhaps not loaded.
    fn reward_ends(&mut self, reward: RewardId, ends: RewardState, deposit: DepositState) {
        let Some(Some(fact)) = self.rewards.get_mut(&reward) else {
            return;
        };
        fact.state = ends;
        if let OwedKind::Refund {
            deposit: hash,
            currency,
            amount,
            to,
        } = fact.owed
        {
            let fact = DepositFact {
                token: currency,
                amount,
                sender: to,
                state: deposit,
            };
            self.deposits.insert(hash, Some(fact));
        }
    }

    fn deposited(&mut self, deposit: &Deposit, outcome: DepositOutcome) {
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
        self.deposits.insert(deposit.transaction, Some(fact));
        if let (DepositState::Bought, Some(asked)) = (state, deposit.asked) {
            self.owned.insert((asked.player, asked.item), true);
        }
    }

    fn deposit_is(&mut self, deposit: TonHash, state: DepositState) {
        if let Some(Some(fact)) = self.deposits.get_mut(&deposit) {
            fact.state = state;
        }
    }

    fn stars_paid(&mut self, payment: &StarsPay, bought: bool) {
        let state = if bought {
            StarsState::Bought
        } else {
            StarsState::Owed
        };
        let fact = StarsFact {
            player: payment.player,
            item: payment.item,
            state,
        };
        self.stars.insert(payment.charge, Some(fact));
        if bought {
            self.owned.insert((payment.player, payment.item), true);
        }
    }

    /// An item goes with the payment that bought it, and only with that one.
    fn lost(&mut self, player: TelegramUserId, item: ItemId, bought: bool) {
        if bought {
            self.owned.insert((player, item), false);
        }
    }
}
