//! A ledger without cleverness: maps, wide integers and no batches. What a real store answers is compared with it.
//!
//! It is two things that are written apart. As [`Facts`] with [`Model::apply`] it is the simplest store of the decisions' plans. With
//! [`Model::perform`] it works out by itself what each command should do, without asking the decisions.

mod game;
mod perform;

use std::collections::BTreeMap;

use economy::{
    AccountFact, DepositFact, Effect, Facts, HoldFact, HoldState, NoteFact, NoteState,
    PastTransaction, Plan, PlayerFact, ReactionFact, ReactionKey, ReactionState, RewardFact,
    StarsFact,
};
use ledger::{
    AccountKey, Amount, Balance, Currency, CurrencyId, Floor, HoldId, HolderId, Identity, ItemId,
    NoteId, Owner, Rate, RewardId, RunId, Standing, StarsCharge, SystemRole, TelegramUserId,
    TonHash, TransactionId,
};

pub use game::GameModel;
pub use perform::{Performed, REFUSALS, first_fault};

/// All that is known. Two models are equal when everybody has the same and the same things are settled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    pub currencies: BTreeMap<CurrencyId, Currency>,
    pub rates: BTreeMap<(CurrencyId, CurrencyId), Rate>,
    pub holders: BTreeMap<HolderId, Standing>,
    pub identities: BTreeMap<Identity, HolderId>,
    /// Without those that stand at zero.
    balances: BTreeMap<AccountKey, i128>,
    pub floors: BTreeMap<AccountKey, i64>,
    pub notes: BTreeMap<NoteId, NoteFact>,
    pub holds: BTreeMap<HoldId, HoldFact>,
    /// By message, reactor and currency.
    pub reactions: BTreeMap<(u64, HolderId, CurrencyId), ReactionFact>,
    pub transactions: BTreeMap<TransactionId, PastTransaction>,
    pub game: GameModel,
    /// What time it is, in milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// What [`Facts::wallet`] lends out.
    wallets: BTreeMap<HolderId, Vec<CurrencyId>>,
}

impl Model {
    pub fn balance(&self, account: AccountKey) -> i128 {
        self.balances.get(&account).copied().unwrap_or(0)
    }

    pub fn balances(&self) -> impl Iterator<Item = (AccountKey, i128)> {
        self.balances
            .iter()
            .map(|(account, balance)| (*account, *balance))
    }

    /// What all accounts that `belongs` says yes to hold of a currency.
    pub fn sum(&self, currency: CurrencyId, belongs: impl Fn(Owner) -> bool) -> i128 {
        let accounts = self.balances.iter();
        accounts
            .filter(|(account, _)| account.currency == currency && belongs(account.owner))
            .map(|(_, balance)| balance)
            .sum()
    }

    pub fn issued(&self, currency: CurrencyId) -> i128 {
        -self.balance(AccountKey::issuance(currency))
    }

    /// Puts money somewhere without a transaction, for tables of facts; issuance pays for it.
    pub fn endow(&mut self, account: AccountKey, amount: i64) {
        self.shift(account, i128::from(amount));
        self.shift(AccountKey::issuance(account.currency), -i128::from(amount));
    }

    fn shift(&mut self, account: AccountKey, change: i128) {
        let balance = self.balance(account) + change;
        if balance == 0 {
            self.balances.remove(&account);
        } else {
            self.balances.insert(account, balance);
        }
        if let Owner::Holder(holder) = account.owner {
            let held = self.balances.keys();
            let held = held.filter(|key| key.owner == Owner::Holder(holder));
            let held = held.map(|key| key.currency).collect();
            self.wallets.insert(holder, held);
        }
    }

    fn move_money(&mut self, debit: AccountKey, credit: AccountKey, amount: i128) {
        self.shift(debit, -amount);
        self.shift(credit, amount);
    }

    /// Writes a plan as a store would.
    pub fn apply(&mut self, plan: &Plan, id: TransactionId) {
        for leg in &plan.legs {
            self.move_money(leg.debit, leg.credit, i128::from(leg.amount.get()));
        }
        if !plan.legs.is_empty() {
            let legs = plan.legs.iter();
            let past = PastTransaction {
                kind: plan.kind,
                transfers: legs
                    .map(|leg| (leg.debit, leg.credit, leg.amount))
                    .collect(),
                detail: plan.detail.clone(),
                reversed_by: None,
            };
            self.transactions.insert(id, past);
        }
        for effect in &plan.effects {
            self.record(effect, id);
        }
    }

    fn record(&mut self, effect: &Effect, id: TransactionId) {
        match effect.clone() {
            Effect::NoteCreated {
                sender,
                recipient,
                currency,
                amount,
            } => {
                let state = NoteState::Open;
                let note = NoteFact {
                    sender,
                    recipient,
                    currency,
                    amount,
                    state,
                };
                let before = self.notes.insert(note_id(id), note);
                assert_eq!(before, None, "a note is made once");
            }
            Effect::NoteSettled { note, how } => {
                let note = self.notes.get_mut(&note).expect("a settled note is known");
                assert_eq!(note.state, NoteState::Open, "a note is settled once");
                note.state = how.note(id);
            }
            Effect::HoldPlaced {
                holder,
                currency,
                amount,
                ..
            } => {
                let state = HoldState::Open;
                let hold = HoldFact {
                    holder,
                    currency,
                    amount,
                    state,
                };
                let before = self.holds.insert(hold_id(id), hold);
                assert_eq!(before, None, "a hold is made once");
            }
            Effect::HoldSettled { hold, how } => {
                let hold = self.holds.get_mut(&hold).expect("a settled hold is known");
                assert_eq!(hold.state, HoldState::Open, "a hold is settled once");
                hold.state = how.hold(id);
            }
            Effect::ReactionMinted {
                key,
                author,
                amount,
            } => {
                let reaction = ReactionFact {
                    author,
                    amount,
                    minted: id,
                    state: ReactionState::Minted,
                };
                let before = self.reactions.insert(reaction_key(&key), reaction);
                assert_eq!(before, None, "a reaction mints once");
            }
            Effect::ReactionTakenBack { key, burned } => {
                let reaction = self.reactions.get_mut(&reaction_key(&key));
                let reaction = reaction.expect("a reaction that is taken back is known");
                assert_eq!(reaction.state, ReactionState::Minted, "taken back once");
                reaction.state = economy::reaction_state(burned, Some(id));
            }
            Effect::Reversed { transaction } => {
                let past = self.transactions.get_mut(&transaction);
                let past = past.expect("a reversed transaction is known");
                assert_eq!(past.reversed_by, None, "a transaction is reversed once");
                past.reversed_by = Some(id);
            }
            Effect::Merged { from, into } => self.merge(from, into),
            Effect::Game(effect) => self.game.record(&effect),
        }
    }

    fn merge(&mut self, from: HolderId, into: HolderId) {
        self.holders.insert(from, Standing::Merged(into));
        for owner in self.identities.values_mut() {
            if *owner == from {
                *owner = into;
            }
        }
        for note in self.notes.values_mut() {
            if note.sender == from && note.state == NoteState::Open {
                note.sender = into;
            }
        }
        for hold in self.holds.values_mut() {
            if hold.holder == from && hold.state == HoldState::Open {
                hold.holder = into;
            }
        }
    }

    /// The model without what only the decisions say about their transactions.
    #[must_use]
    pub fn without_details(mut self) -> Self {
        for past in self.transactions.values_mut() {
            past.detail = ledger::Detail::default();
        }
        self
    }

    /// Panics where money is not where it must be.
    ///
    /// # Panics
    ///
    /// When a rule is broken, with its words.
    pub fn assert_sound(&self) {
        for currency in self.currencies.keys().copied() {
            assert_eq!(self.sum(currency, |_| true), 0, "everything sums to zero");
            let outside = |owner| owner != Owner::System(SystemRole::Issuance);
            let supply = self.sum(currency, outside);
            assert_eq!(self.issued(currency), supply, "issued is what is there");
            assert!(
                (0..=i128::from(Amount::SUPPLY_CAP.get())).contains(&supply),
                "the supply is from zero to its cap: {supply}"
            );
            self.assert_escrows(currency);
        }
        for (account, balance) in &self.balances {
            if let Floor::At(floor) = self.floor(*account) {
                assert!(
                    *balance >= i128::from(floor.get()),
                    "{account:?} is below its floor: {balance}"
                );
            }
        }
    }

    /// What is set aside is what open notes and holds are worth.
    fn assert_escrows(&self, currency: CurrencyId) {
        let notes = self.notes.values();
        let notes = notes.filter(|note| note.currency == currency && note.state == NoteState::Open);
        let notes: i128 = notes.map(|note| i128::from(note.amount.get())).sum();
        let escrow = AccountKey::system(SystemRole::NoteEscrow, currency);
        assert_eq!(self.balance(escrow), notes, "open notes are covered");
        let holds = self.holds.values();
        let holds = holds.filter(|hold| hold.currency == currency && hold.state == HoldState::Open);
        let holds: i128 = holds.map(|hold| i128::from(hold.amount.get())).sum();
        let escrow = AccountKey::system(SystemRole::HoldEscrow, currency);
        assert_eq!(self.balance(escrow), holds, "open holds are covered");
    }

    fn floor(&self, account: AccountKey) -> Floor {
        match self.floors.get(&account) {
            Some(floor) => Floor::At(Balance::new(*floor)),
            None => account.default_floor(),
        }
    }
}

impl Facts for Model {
    fn currency(&self, id: CurrencyId) -> Option<&Currency> {
        self.currencies.get(&id)
    }

    fn account(&self, key: AccountKey) -> Option<AccountFact> {
        self.currencies.get(&key.currency)?;
        let standing = match key.owner {
            Owner::Holder(holder) => *self.holders.get(&holder)?,
            Owner::System(_) => Standing::Open,
        };
        let balance = i64::try_from(self.balance(key)).expect("balances fit accounts");
        Some(AccountFact {
            balance: Balance::new(balance),
            floor: self.floor(key),
            standing,
        })
    }

    fn rate(&self, from: CurrencyId, to: CurrencyId) -> Option<Rate> {
        self.rates.get(&(from, to)).copied()
    }

    fn note(&self, id: NoteId) -> Option<&NoteFact> {
        self.notes.get(&id)
    }

    fn hold(&self, id: HoldId) -> Option<&HoldFact> {
        self.holds.get(&id)
    }

    fn reaction(&self, key: &ReactionKey) -> Option<&ReactionFact> {
        self.reactions.get(&reaction_key(key))
    }

    fn transaction(&self, id: TransactionId) -> Option<&PastTransaction> {
        self.transactions.get(&id)
    }

    fn wallet(&self, holder: HolderId) -> Option<&[CurrencyId]> {
        self.holders.get(&holder)?;
        Some(self.wallets.get(&holder).map_or(&[], Vec::as_slice))
    }

    fn player(&self, player: TelegramUserId) -> Option<&PlayerFact> {
        self.game.players.get(&player)
    }

    fn run(&self, run: RunId) -> Option<TelegramUserId> {
        self.game.runs.get(&run).copied()
    }

    fn reward(&self, reward: RewardId) -> Option<&RewardFact> {
        self.game.rewards.get(&reward)
    }

    fn deposit(&self, deposit: TonHash) -> Option<&DepositFact> {
        self.game.deposits.get(&deposit)
    }

    fn owned(&self, player: TelegramUserId, item: ItemId) -> bool {
        self.game.owned.contains(&(player, item))
    }

    fn stars(&self, charge: StarsCharge) -> Option<&StarsFact> {
        self.game.stars.get(charge.bytes())
    }
}

/// A note has the id of its transaction.
pub fn note_id(id: TransactionId) -> NoteId {
    NoteId::new(id.get()).expect("ids are positive")
}

/// A hold has the id of its transaction.
pub fn hold_id(id: TransactionId) -> HoldId {
    HoldId::new(id.get()).expect("ids are positive")
}

fn reaction_key(key: &ReactionKey) -> (u64, HolderId, CurrencyId) {
    (key.message, key.reactor, key.currency)
}
