mod game;

use std::collections::BTreeSet;

use economy::{
    Command, HoldState, NoteFact, NoteState, PastTransaction, ReactionFact, ReactionKey,
    ReactionState, Settle, Shortfall,
};
use ledger::{
    AccountKey, Amount, CurrencyId, CurrencyState, Detail, HolderId, Identity, Kind, NoteId, Owner,
    Remainder, Standing, SystemRole, TransactionId,
};

use super::{Model, hold_id, note_id, reaction_key};

/// The names of all refusals, in the order in which they are promised to be checked.
pub const REFUSALS: [&str; 40] = [
    "unknown-reward",
    "unknown-deposit",
    "unknown-payment",
    "unknown-player",
    "unknown-transaction",
    "unknown-note",
    "unknown-hold",
    "unknown-reaction",
    "unknown-currency",
    "unknown-holder",
    "currency-frozen",
    "amount-zero",
    "to-oneself",
    "holder-merged",
    "holder-frozen",
    "other-group",
    "no-rate",
    "rate-changed",
    "result-zero",
    "note-for-somebody-else",
    "note-not-yours",
    "note-redeemed",
    "note-revoked",
    "hold-settled",
    "hold-too-small",
    "reaction-counted",
    "reaction-taken-back",
    "not-reversible",
    "already-reversed",
    "run-played",
    "wallet-bound",
    "reward-ended",
    "deposit-seen",
    "deposit-ended",
    "item-owned",
    "payment-seen",
    "payment-refunded",
    "supply-cap",
    "balance-too-large",
    "not-enough",
];

/// Of everything that is wrong with a command, what must be said.
pub fn first_fault(faults: &BTreeSet<&'static str>) -> Option<&'static str> {
    let unknown: Vec<_> = faults
        .iter()
        .filter(|fault| !REFUSALS.contains(fault))
        .collect();
    assert!(unknown.is_empty(), "no refusal has this name: {unknown:?}");
    REFUSALS.into_iter().find(|name| faults.contains(name))
}

type Move = (AccountKey, AccountKey, i128);

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Performed {
    pub kind: Kind,
    /// Debit, credit and amount of each transfer.
    pub moves: Vec<Move>,
    pub remainder: Option<Remainder>,
    pub debt: Option<i128>,
}

/// Everything that is wrong with one command.
struct Doubts<'a> {
    model: &'a Model,
    faults: BTreeSet<&'static str>,
}

impl Doubts<'_> {
    fn fault(&mut self, name: &'static str, is: bool) {
        if is {
            self.faults.insert(name);
        }
    }

    fn currency(&mut self, id: CurrencyId) {
        match self.model.currencies.get(&id) {
            None => self.fault("unknown-currency", true),
            Some(currency) => {
                self.fault("currency-frozen", currency.state == CurrencyState::Frozen);
            }
        }
    }

    fn holder(&mut self, id: HolderId) {
        match self.model.holders.get(&id) {
            None => self.fault("unknown-holder", true),
            Some(Standing::Open) => {}
            Some(Standing::Frozen) => self.fault("holder-frozen", true),
            Some(Standing::Merged(_)) => self.fault("holder-merged", true),
        }
    }

    fn amount(&mut self, amount: Amount) {
        self.fault("amount-zero", amount.get() == 0);
    }

    fn moves(&mut self, moves: &[Move]) {
        let mut after = self.model.clone();
        for (debit, credit, amount) in moves.iter().copied() {
            after.move_money(debit, credit, amount);
            let (left, got) = (after.balance(debit), after.balance(credit));
            self.fault("balance-too-large", got > i128::from(i64::MAX));
            if debit.owner == Owner::System(SystemRole::Issuance) {
                self.fault("supply-cap", left < -(1_i128 << 62));
            } else {
                let floor = self.model.floors.get(&debit).copied().unwrap_or(0);
                self.fault("not-enough", left < i128::from(floor));
            }
        }
    }
}

type Answer = Result<Performed, BTreeSet<&'static str>>;

impl Model {
    /// Does what a command asks for, if nothing is wrong with it; else says everything that is.
    ///
    /// # Errors
    /// The names of all refusals that would be true.
    pub fn perform(&mut self, command: &Command, id: TransactionId) -> Answer {
        let mut after = self.clone();
        let doubts = Doubts {
            model: self,
            faults: BTreeSet::new(),
        };
        let done = after.perform_on_copy(doubts, command, id)?;
        *self = after;
        Ok(done)
    }

    fn perform_on_copy(
        &mut self,
        doubts: Doubts<'_>,
        command: &Command,
        id: TransactionId,
    ) -> Answer {
        match command {
            Command::Mint(asked) => self.issue(
                doubts,
                Kind::Mint,
                (asked.to, asked.currency, asked.amount),
                id,
            ),
            Command::Reward(asked) => {
                let done = (asked.to, asked.currency, asked.amount);
                self.issue(doubts, Kind::Reward, done, id)
            }
            Command::Burn(asked) => {
                let to = AccountKey::issuance(asked.currency);
                self.pay_out(doubts, Kind::Burn, asked.from, (to, asked.amount), id)
            }
            Command::Transfer(asked) => {
                let to = AccountKey::holder(asked.to, asked.currency);
                self.pay_out(doubts, Kind::Transfer, asked.from, (to, asked.amount), id)
            }
            Command::Award(asked) => {
                let to = AccountKey::holder(asked.to, asked.currency);
                self.pay_out(doubts, Kind::Award, asked.from, (to, asked.amount), id)
            }
            Command::Purchase(asked) => {
                let shop = AccountKey::issuance(asked.currency);
                let to = asked
                    .seller
                    .map_or(shop, |seller| AccountKey::holder(seller, asked.currency));
                self.pay_out(doubts, Kind::Purchase, asked.buyer, (to, asked.price), id)
            }
            Command::NoteCreate(asked) => {
                let to = AccountKey::system(SystemRole::NoteEscrow, asked.currency);
                let done = self.pay_out(
                    doubts,
                    Kind::NoteCreated,
                    asked.sender,
                    (to, asked.amount),
                    id,
                )?;
                let note = NoteFact {
                    sender: asked.sender,
                    recipient: asked.recipient.clone(),
                    currency: asked.currency,
                    amount: asked.amount,
                    state: NoteState::Open,
                };
                self.notes.insert(note_id(id), note);
                Ok(done)
            }
            Command::NoteRedeem(asked) => {
                let by = Payee::Recipient(&asked.identity);
                self.settle_note(doubts, asked.note, (asked.holder, by), id)
            }
            Command::NoteRevoke(asked) => {
                self.settle_note(doubts, asked.note, (asked.sender, Payee::Sender), id)
            }
            Command::HoldPlace(asked) => {
                let to = AccountKey::system(SystemRole::HoldEscrow, asked.currency);
                let done = self.pay_out(
                    doubts,
                    Kind::HoldPlaced,
                    asked.holder,
                    (to, asked.amount),
                    id,
                )?;
                let hold = economy::HoldFact {
                    holder: asked.holder,
                    currency: asked.currency,
                    amount: asked.amount,
                    state: HoldState::Open,
                };
                self.holds.insert(hold_id(id), hold);
                Ok(done)
            }
            Command::HoldCapture(asked) => self.capture(doubts, asked, id),
            Command::HoldRelease(asked) => self.release(doubts, asked, id),
            Command::Exchange(asked) => self.exchange(doubts, asked, id),
            Command::Reversal(asked) => self.reverse(doubts, asked, id),
            Command::ReactionMint(asked) => self.react(doubts, asked, id),
            Command::ReactionUnmint(asked) => self.unreact(doubts, asked.key, id),
            Command::Link(asked) => self.link(doubts, asked, id),
            game => self.perform_game(doubts, game, (self.now_ms, id)),
        }
    }

    fn done(
        &mut self,
        mut doubts: Doubts<'_>,
        kind: Kind,
        moves: Vec<Move>,
        id: TransactionId,
    ) -> Answer {
        if !doubts.faults.contains("unknown-currency") && !doubts.faults.contains("unknown-holder")
        {
            doubts.moves(&moves);
        }
        if !doubts.faults.is_empty() {
            return Err(doubts.faults);
        }
        for (debit, credit, amount) in moves.iter().copied() {
            self.move_money(debit, credit, amount);
        }
        if !moves.is_empty() {
            let transfers = moves.iter().map(|(debit, credit, amount)| {
                let amount = i64::try_from(*amount).expect("it came from an amount");
                let amount = Amount::new(amount).expect("it is above zero");
                (*debit, *credit, amount)
            });
            let past = PastTransaction {
                kind,
                transfers: transfers.collect(),
                detail: Detail::default(),
                reversed_by: None,
            };
            self.transactions.insert(id, past);
        }
        Ok(Performed {
            kind,
            moves,
            remainder: None,
            debt: None,
        })
    }

    fn issue(
        &mut self,
        mut doubts: Doubts<'_>,
        kind: Kind,
        (to, currency, amount): (HolderId, CurrencyId, Amount),
        id: TransactionId,
    ) -> Answer {
        doubts.currency(currency);
        doubts.holder(to);
        doubts.amount(amount);
        let (from, to) = (
            AccountKey::issuance(currency),
            AccountKey::holder(to, currency),
        );
        self.done(doubts, kind, vec![(from, to, amount.get().into())], id)
    }

    fn pay_out(
        &mut self,
        mut doubts: Doubts<'_>,
        kind: Kind,
        from: HolderId,
        (to, amount): (AccountKey, Amount),
        id: TransactionId,
    ) -> Answer {
        doubts.currency(to.currency);
        doubts.holder(from);
        doubts.amount(amount);
        if let Owner::Holder(to) = to.owner {
            doubts.holder(to);
            doubts.fault("to-oneself", to == from);
        }
        let from = AccountKey::holder(from, to.currency);
        self.done(doubts, kind, vec![(from, to, amount.get().into())], id)
    }

    fn settle_note(
        &mut self,
        mut doubts: Doubts<'_>,
        note: NoteId,
        (to, payee): (HolderId, Payee<'_>),
        id: TransactionId,
    ) -> Answer {
        let Some(fact) = self.notes.get_mut(&note) else {
            return Err(BTreeSet::from(["unknown-note"]));
        };
        doubts.currency(fact.currency);
        doubts.holder(to);
        match fact.state {
            NoteState::Open => {}
            NoteState::Redeemed { .. } => doubts.fault("note-redeemed", true),
            NoteState::Revoked { .. } => doubts.fault("note-revoked", true),
        }
        let (kind, how) = match payee {
            Payee::Recipient(identity) => {
                doubts.fault("note-for-somebody-else", fact.recipient != *identity);
                (Kind::NoteRedeemed, Settle::Taken)
            }
            Payee::Sender => {
                doubts.fault("note-not-yours", fact.sender != to);
                (Kind::NoteRevoked, Settle::GivenBack)
            }
        };
        let moves = vec![(
            AccountKey::system(SystemRole::NoteEscrow, fact.currency),
            AccountKey::holder(to, fact.currency),
            fact.amount.get().into(),
        )];
        fact.state = how.note(id);
        self.done(doubts, kind, moves, id)
    }

    fn capture(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &economy::HoldCapture,
        id: TransactionId,
    ) -> Answer {
        let Some(hold) = self.holds.get_mut(&asked.hold) else {
            return Err(BTreeSet::from(["unknown-hold"]));
        };
        let wanted = asked.amount.unwrap_or(hold.amount);
        doubts.currency(hold.currency);
        doubts.amount(wanted);
        if let Some(to) = asked.to {
            doubts.holder(to);
        }
        doubts.fault("hold-settled", hold.state != HoldState::Open);
        doubts.fault("hold-too-small", wanted > hold.amount);
        let escrow = AccountKey::system(SystemRole::HoldEscrow, hold.currency);
        let out = AccountKey::issuance(hold.currency);
        let paid = asked
            .to
            .map_or(out, |to| AccountKey::holder(to, hold.currency));
        let owner = AccountKey::holder(hold.holder, hold.currency);
        let (wanted, held) = (i128::from(wanted.get()), i128::from(hold.amount.get()));
        let mut moves = vec![(escrow, paid, wanted)];
        if held > wanted {
            moves.push((escrow, owner, held - wanted));
        }
        hold.state = Settle::Taken.hold(id);
        self.done(doubts, Kind::HoldCaptured, moves, id)
    }

    fn release(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &economy::HoldRelease,
        id: TransactionId,
    ) -> Answer {
        let Some(hold) = self.holds.get_mut(&asked.hold) else {
            return Err(BTreeSet::from(["unknown-hold"]));
        };
        doubts.currency(hold.currency);
        doubts.fault("hold-settled", hold.state != HoldState::Open);
        let escrow = AccountKey::system(SystemRole::HoldEscrow, hold.currency);
        let owner = AccountKey::holder(hold.holder, hold.currency);
        let moves = vec![(escrow, owner, hold.amount.get().into())];
        hold.state = Settle::GivenBack.hold(id);
        self.done(doubts, Kind::HoldReleased, moves, id)
    }

    fn exchange(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &economy::Exchange,
        id: TransactionId,
    ) -> Answer {
        doubts.currency(asked.from);
        doubts.currency(asked.to);
        doubts.holder(asked.holder);
        doubts.amount(asked.amount);
        doubts.fault("to-oneself", asked.from == asked.to);
        let group = |id| self.currencies.get(&id).map(|currency| currency.group);
        let groups = group(asked.from).zip(group(asked.to));
        doubts.fault("other-group", groups.is_some_and(|(from, to)| from != to));
        let rate = self.rates.get(&(asked.from, asked.to)).copied();
        doubts.fault("no-rate", rate.is_none());
        let Some(rate) = rate else {
            return self.done(doubts, Kind::Exchange, Vec::new(), id);
        };
        if let Some((num, den)) = asked.quoted {
            let is_rate = ledger::Rate::new(num, den).is_ok();
            doubts.fault("no-rate", !is_rate);
            let same = u128::from(num) * u128::from(rate.den())
                == u128::from(den) * u128::from(rate.num());
            doubts.fault("rate-changed", !same);
        }
        let product = u128::from(asked.amount.get().unsigned_abs()) * u128::from(rate.num());
        let given = product / u128::from(rate.den());
        let rest = product % u128::from(rate.den());
        doubts.fault("result-zero", given == 0);
        let Ok(given) = i64::try_from(given) else {
            doubts.fault("balance-too-large", true);
            return self.done(doubts, Kind::Exchange, Vec::new(), id);
        };
        let person = |currency| AccountKey::holder(asked.holder, currency);
        let moves = vec![
            (
                person(asked.from),
                AccountKey::issuance(asked.from),
                asked.amount.get().into(),
            ),
            (
                AccountKey::issuance(asked.to),
                person(asked.to),
                given.into(),
            ),
        ];
        let done = self.done(doubts, Kind::Exchange, moves, id)?;
        let rest = u64::try_from(rest).expect("it is below the denominator");
        let remainder = (rest > 0).then_some(Remainder {
            num: rest,
            den: rate.den(),
        });
        Ok(Performed { remainder, ..done })
    }

    fn reverse(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &economy::Reversal,
        id: TransactionId,
    ) -> Answer {
        let Some(past) = self.transactions.get(&asked.transaction).cloned() else {
            return Err(BTreeSet::from(["unknown-transaction"]));
        };
        for (debit, credit, _) in &past.transfers {
            doubts.currency(debit.currency);
            for account in [debit, credit] {
                if let Owner::Holder(holder) = account.owner {
                    doubts.holder(holder);
                }
            }
        }
        use Kind::{Award, Burn, Mint, Purchase, Reward, Transfer};
        let kinds = [Award, Burn, Mint, Purchase, Reward, Transfer];
        let again = self.reactions.values();
        let again = again.map(|reaction| reaction.state);
        let took_back = again.into_iter().any(|state| {
            let by = asked.transaction;
            state == ReactionState::Burned { by }
        });
        let on_chain = [Purchase, Reward].contains(&past.kind) && past.detail.about.is_some();
        let never = !kinds.contains(&past.kind) || took_back || on_chain;
        doubts.fault("not-reversible", never);
        doubts.fault("already-reversed", past.reversed_by.is_some());
        let (mut moves, mut debt) = (Vec::new(), 0);
        if kinds.contains(&past.kind) {
            let (payer, paid, amount) = past.transfers[0];
            let whole = i128::from(amount.get());
            let there =
                self.balance(paid) - i128::from(self.floors.get(&paid).copied().unwrap_or(0));
            let endless = paid.owner == Owner::System(SystemRole::Issuance);
            let part =
                asked.shortfall == Shortfall::RecordDebt && !endless && (1..whole).contains(&there);
            moves.push((paid, payer, if part { there } else { whole }));
            debt = if part { whole - there } else { 0 };
        }
        let done = self.done(doubts, Kind::Reversal, moves, id)?;
        let past = self.transactions.get_mut(&asked.transaction);
        past.expect("it was found above").reversed_by = Some(id);
        let debt = (debt > 0).then_some(debt);
        Ok(Performed { debt, ..done })
    }

    fn react(
        &mut self,
        mut doubts: Doubts<'_>,
        asked: &economy::ReactionMint,
        id: TransactionId,
    ) -> Answer {
        let key = asked.key;
        doubts.currency(key.currency);
        doubts.holder(asked.author);
        doubts.holder(key.reactor);
        doubts.fault("to-oneself", asked.author == key.reactor);
        doubts.fault(
            "reaction-counted",
            self.reactions.contains_key(&reaction_key(&key)),
        );
        let decimals = self.currencies.get(&key.currency);
        let decimals = decimals.map_or(0, |currency| currency.decimals.get());
        let one = 10_i64.pow(u32::from(decimals));
        let (from, to) = (
            AccountKey::issuance(key.currency),
            AccountKey::holder(asked.author, key.currency),
        );
        let done = self.done(doubts, Kind::Mint, vec![(from, to, one.into())], id)?;
        let fact = ReactionFact {
            author: asked.author,
            amount: Amount::new(one).expect("a power of ten"),
            minted: id,
            state: ReactionState::Minted,
        };
        self.reactions.insert(reaction_key(&key), fact);
        Ok(done)
    }

    fn unreact(&mut self, mut doubts: Doubts<'_>, key: ReactionKey, id: TransactionId) -> Answer {
        let Some(fact) = self.reactions.get(&reaction_key(&key)).copied() else {
            return Err(BTreeSet::from(["unknown-reaction"]));
        };
        doubts.currency(key.currency);
        doubts.fault("reaction-taken-back", fact.state != ReactionState::Minted);
        let author = AccountKey::holder(fact.author, key.currency);
        let open = self.holders.get(&fact.author) == Some(&Standing::Open);
        let floor = i128::from(self.floors.get(&author).copied().unwrap_or(0));
        let there = self.balance(author) - floor >= i128::from(fact.amount.get());
        let mended = self.transactions[&fact.minted].reversed_by.is_some();
        let burns = open && there && !mended;
        let moves = if burns {
            vec![(
                author,
                AccountKey::issuance(key.currency),
                fact.amount.get().into(),
            )]
        } else {
            Vec::new()
        };
        let done = self.done(doubts, Kind::Burn, moves, id)?;
        let reaction = self.reactions.get_mut(&reaction_key(&key));
        reaction.expect("it was found above").state = if burns {
            ReactionState::Burned { by: id }
        } else {
            ReactionState::Unrecoverable
        };
        if burns {
            let mint = self.transactions.get_mut(&fact.minted);
            mint.expect("a mint is a transaction").reversed_by = Some(id);
        }
        Ok(done)
    }

    fn link(&mut self, mut doubts: Doubts<'_>, asked: &economy::Link, id: TransactionId) -> Answer {
        // Joining wallets is no spending: a frozen currency moves too.
        doubts.fault(
            "unknown-currency",
            !self.currencies.contains_key(&asked.probe),
        );
        doubts.holder(asked.from);
        doubts.holder(asked.into);
        doubts.fault("to-oneself", asked.from == asked.into);
        let held = self.balances.iter();
        let held = held.filter(|(account, _)| account.owner == Owner::Holder(asked.from));
        let moves = held.map(|(from, balance)| {
            let into = AccountKey::holder(asked.into, from.currency);
            if *balance > 0 {
                (*from, into, *balance)
            } else {
                (into, *from, -*balance)
            }
        });
        let moves = moves.collect();
        let done = self.done(doubts, Kind::Link, moves, id)?;
        self.merge(asked.from, asked.into);
        Ok(done)
    }
}

enum Payee<'a> {
    Recipient(&'a Identity),
    Sender,
}
