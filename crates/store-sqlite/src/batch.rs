//! One commit: decide each command on the facts as changed by those before it, write all that follows from it, answer.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use app::{Clock, Receipt, StoreError, Write, WriteError, origin::Origin};
use crossbeam_channel::Sender;
use economy::{Effect, FactKey, Leg, NoteState, Plan};
use ledger::{
    AccountKey, Balance, Chain, ContentHash, Detail, HoldId, Link, NoteId, Owner, Standing,
    TransactionId, Transfer,
};
use rusqlite::{Connection, params};

use crate::{
    change,
    dirty::Dirty,
    flows::{Flows, day_of},
    insert::{TransferRow, transfers_insert},
    intern,
    keys::{Found, Keys},
    load,
    pool::failed,
    read::{self, ReadError},
    recovery::{self, Recovered},
    snapshot::{Mark, Snapshot, mark_put},
    state::{Accounts, OriginHead, OriginKey, Slot, StandingCode, State, floor_column, role_code},
    writer::{Answer, Request, Scope, refuse_all},
};

/// Everything that the writer owns.
pub(crate) struct Batch {
    db: Connection,
    state: State,
    keys: Keys,
    flows: Flows,
    snapshot: Snapshot,
    dirty: Arc<Dirty>,
    clock: Arc<dyn Clock>,
    committed: tokio::sync::watch::Sender<i64>,
    lost_origins: Arc<AtomicU64>,
    next_account: i64,
    pending: Pending,
    before: Before,
    /// Reused for the facts that a command names.
    named: Vec<FactKey>,
    tellers: Sender<Told>,
}

/// Decided in the running transaction and not yet written.
#[derive(Debug, Default)]
struct Pending {
    rows: Vec<TransferRow>,
    details: Vec<(i64, Detail)>,
    effects: Vec<(Effect, Option<TransactionId>)>,
    touched: Vec<u32>,
    keys: Vec<[u8; 16]>,
    origins: Vec<(OriginKey, i64)>,
    transfers: u64,
    now_ms: i64,
}

/// What is needed to take the running transaction back.
#[derive(Debug, Clone, Copy)]
struct Before {
    mark: Mark,
    next_account: i64,
}

/// What a command gave before its answer can be told.
enum Outcome {
    Answer(Answer),
    /// An earlier transaction answers; it is read when all rows are written.
    Earlier(TransactionId),
}

type Sql<T> = Result<T, ReadError>;

impl Batch {
    pub(crate) fn new(parts: Parts) -> Result<Self, StoreError> {
        let Recovered {
            mark,
            last_id,
            next_account,
        } = parts.recovered;
        let mut state = State::new(last_id);
        state.sequence = mark.sequence.unsigned_abs();
        state.chain = mark.chain;
        let mut batch = Self {
            db: parts.db,
            state,
            keys: parts.keys,
            flows: Flows::default(),
            snapshot: Snapshot::new(parts.snapshot_after),
            dirty: parts.dirty,
            clock: parts.clock,
            committed: parts.committed,
            lost_origins: parts.lost_origins,
            next_account,
            pending: Pending::default(),
            before: Before { mark, next_account },
            named: Vec::new(),
            tellers: start_teller(),
        };
        batch.load_catalogue()?;
        batch.load_origins()?;
        Ok(batch)
    }

    /// Writes and answers a batch. When the database refuses something, each request is tried alone, so that one cannot spoil the others.
    pub(crate) fn process(&mut self, mut requests: Vec<Request>) {
        match self.attempt(&mut requests) {
            Ok(answers) => self.tell(requests, answers),
            Err(Failure { error, alone: true }) if requests.len() > 1 => {
                tracing::warn!(%error, "a batch was refused by the database; its commands are tried one by one");
                self.undo();
                for request in requests {
                    self.process(vec![request]);
                }
            }
            Err(Failure { error, .. }) => {
                tracing::error!(%error, commands = requests.len(), "a batch could not be written");
                self.undo();
                refuse_all(requests, &error);
            }
        }
    }

    /// The answers of all commands, one behind the other.
    fn attempt(&mut self, requests: &mut [Request]) -> Result<Vec<Answer>, Failure> {
        self.pending.now_ms = self.clock.now_ms();
        self.db
            .prepare_cached("BEGIN IMMEDIATE")
            .and_then(|mut begin| begin.raw_execute())
            .map_err(Failure::plain)?;
        self.warm(requests);
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests.iter_mut() {
            self.one_request(request, &mut outcomes)
                .map_err(Failure::refused)?;
        }
        self.write_pending().map_err(Failure::refused)?;
        let answers = outcomes
            .into_iter()
            .map(|outcome| self.answer(outcome))
            .collect::<Sql<Vec<_>>>()
            .map_err(Failure::read)?;
        self.write_behind().map_err(Failure::read)?;
        self.commit()?;
        Ok(answers)
    }

    /// Looks at what the commands will look at: many looks in a row wait for memory together, and not one after the other.
    fn warm(&self, requests: &[Request]) {
        const FEW: usize = 8;
        if requests.len() < FEW {
            return;
        }
        let mut seen = 0;
        for request in requests {
            if let Request::One(write, _) = request {
                seen ^= self.keys.glance(write.key.bytes());
                if let economy::Command::Transfer(asked) = &write.command {
                    seen ^= self
                        .state
                        .accounts
                        .glance(AccountKey::holder(asked.from, asked.currency));
                    seen ^= self
                        .state
                        .accounts
                        .glance(AccountKey::holder(asked.to, asked.currency));
                }
            }
        }
        std::hint::black_box(seen);
    }

    fn one_request(&mut self, request: &mut Request, outcomes: &mut Vec<Outcome>) -> Sql<()> {
        match request {
            Request::One(write, _) => outcomes.push(self.one(write)?),
            Request::Many(writes, _) => {
                for write in writes {
                    outcomes.push(self.one(write)?);
                }
            }
            Request::Task(task) => self.task(&mut **task)?,
            Request::Close(_) => {}
        }
        Ok(())
    }

    /// Few answers are told at once; many by the other thread.
    fn tell(&self, requests: Vec<Request>, answers: Vec<Answer>) {
        const FEW: usize = 16;
        if requests.len() <= FEW {
            return tell(requests, answers);
        }
        if let Err(crossbeam_channel::SendError((requests, answers))) =
            self.tellers.send((requests, answers))
        {
            tell(requests, answers);
        }
    }

    // One command ------------------------------------------------------------------------------------------------------------

    fn one(&mut self, write: &Write) -> Sql<Outcome> {
        if let Some(earlier) = self.earlier(write)? {
            return Ok(earlier);
        }
        self.load_facts(write)?;
        let plan = match economy::decide(&write.command, &self.state, self.pending.now_ms) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Outcome::Answer(Err(WriteError::Refused(refusal)))),
        };
        match self.balances_after(&plan.legs) {
            Some(after) => self
                .apply(write, plan, &after)
                .map(|receipt| Outcome::Answer(Ok(receipt))),
            None => {
                tracing::error!(command = ?write.command, "a plan would break an invariant; it was not written");
                let doing = "checking the plan";
                Ok(Outcome::Answer(Err(StoreError::Failed {
                    doing,
                    cause: "it would break an invariant".into(),
                }
                .into())))
            }
        }
    }

    /// Whether the key was used before, and for what.
    fn earlier(&mut self, write: &Write) -> Sql<Option<Outcome>> {
        let mut used = None;
        for found in self.keys.find(write.key.bytes())? {
            used = match found {
                Found::Sure(used) => Some(used),
                Found::Perhaps(id) => load::key_use(&self.db, id, write.key.bytes())?,
            };
            if used.is_some() {
                break;
            }
        }
        Ok(used.map(|(id, content)| match TransactionId::new(id) {
            Ok(id) if ContentHash::from_bits(content) == write.content => Outcome::Earlier(id),
            _ => Outcome::Answer(Err(WriteError::KeyReused)),
        }))
    }

    fn load_facts(&mut self, write: &Write) -> Sql<()> {
        self.state.accounts.start_command();
        // What a wallet holds may have changed since an earlier command of the batch asked.
        self.state.batch.wallets.clear();
        let mut named = std::mem::take(&mut self.named);
        // What a command needs may depend on facts that it needed first: a note's currency, a reversed transaction's accounts.
        loop {
            named.clear();
            economy::needs(&write.command, &self.state, &mut |key| named.push(key));
            let mut all_there = true;
            for key in &named {
                if !self.state.has(key) {
                    all_there = false;
                    self.load(key)?;
                }
            }
            if all_there {
                self.named = named;
                return Ok(());
            }
        }
    }

    fn load(&mut self, key: &FactKey) -> Sql<()> {
        let dirty = Arc::clone(&self.dirty);
        match key {
            FactKey::Currency(_) | FactKey::Rate { .. } => {}
            FactKey::Account(account) => self.load_account(*account)?,
            FactKey::Note(id) => drop(
                self.state
                    .batch
                    .notes
                    .insert(*id, read::note_fact(&self.db, *id)?),
            ),
            FactKey::Hold(id) => drop(
                self.state
                    .batch
                    .holds
                    .insert(*id, read::hold_fact(&self.db, *id)?),
            ),
            FactKey::Reaction(key) => drop(
                self.state
                    .batch
                    .reactions
                    .insert(*key, read::reaction_fact(&self.db, key)?),
            ),
            FactKey::Transaction(id) => {
                // It may be one of this batch, whose rows are not written yet.
                self.write_pending()?;
                let past = read::past_transaction(&self.db, *id)?;
                self.state.batch.transactions.insert(*id, past);
            }
            FactKey::Wallet(holder) => {
                self.write_pending()?;
                let mut held = read::wallet_fact(&self.db, *holder, &*dirty)?;
                held.extend(
                    self.state
                        .currencies
                        .keys()
                        .filter(|currency| !held.contains(currency))
                        .copied()
                        .collect::<Vec<_>>(),
                );
                held.sort_unstable();
                let held = held
                    .into_iter()
                    .filter(|currency| self.may_hold(*holder, *currency))
                    .collect();
                self.state.batch.wallets.insert(*holder, held);
            }
        }
        Ok(())
    }

    /// Whether a holder's account has something as this batch sees it.
    fn may_hold(&mut self, holder: ledger::HolderId, currency: ledger::CurrencyId) -> bool {
        let key = AccountKey::holder(holder, currency);
        if !self.state.has(&FactKey::Account(key)) && self.load_account(key).is_err() {
            return false;
        }
        let index = self.state.accounts.find(key);
        index.is_some_and(|index| self.state.accounts.slot(index).balance != 0)
    }

    fn load_account(&mut self, key: AccountKey) -> Sql<()> {
        let Some(currency) = self.state.currency_ref(key.currency) else {
            self.state.accounts.note_unknown(key);
            return Ok(());
        };
        let found = match key.owner {
            Owner::Holder(holder) => load::account_of_holder(&self.db, holder, currency)?,
            Owner::System(role) => Some((
                Standing::Open,
                load::account_of_system(&self.db, role, currency)?,
            )),
        };
        let Some((standing, row)) = found else {
            self.state.accounts.note_unknown(key);
            return Ok(());
        };
        let (code, merged_into) = match standing {
            Standing::Open => (StandingCode::Open, None),
            Standing::Frozen => (StandingCode::Frozen, None),
            Standing::Merged(into) => (StandingCode::Merged, Some(into)),
        };
        let mut slot = Slot {
            account_ref: 0,
            key,
            balance: 0,
            last: 0,
            floor: floor_column(key.owner),
            standing: code,
            touched: false,
        };
        if let Some(row) = row {
            let written = (row.balance, row.last_transfer);
            let (balance, last) =
                read::Overlay::now(&*self.dirty, row.account_ref).unwrap_or(written);
            slot = Slot {
                account_ref: row.account_ref,
                balance,
                last,
                floor: row.floor,
                ..slot
            };
        }
        self.state.accounts.insert(slot, merged_into);
        Ok(())
    }

    /// Both balances after each leg, or nothing when a leg may not be: the second look at what the decision promised.
    fn balances_after(&mut self, legs: &[Leg]) -> Option<Vec<LegAfter>> {
        let mut after: Vec<LegAfter> = Vec::with_capacity(legs.len());
        for leg in legs {
            let (debit, credit) = (
                self.state.accounts.find(leg.debit)?,
                self.state.accounts.find(leg.credit)?,
            );
            if leg.amount.is_zero() || debit == credit || leg.debit.currency != leg.credit.currency
            {
                return None;
            }
            let now = |index: u32| {
                let earlier = after.iter().rev().find_map(|done| done.balance_of(index));
                earlier.unwrap_or_else(|| self.state.accounts.slot(index).balance)
            };
            let debit_after = now(debit).checked_sub(leg.amount.get())?;
            let credit_after = now(credit).checked_add(leg.amount.get())?;
            if self
                .state
                .accounts
                .slot(debit)
                .floor
                .is_some_and(|floor| debit_after < floor)
            {
                return None;
            }
            after.push(LegAfter {
                debit,
                credit,
                debit_after,
                credit_after,
            });
        }
        Some(after)
    }

    fn apply(&mut self, write: &Write, plan: Plan, after: &[LegAfter]) -> Sql<Receipt> {
        let Plan {
            kind,
            legs,
            effects,
            detail: planned,
        } = plan;
        let (remainder, debt) = (planned.remainder, planned.debt);
        if legs.is_empty() {
            self.record_effects(effects, None)?;
            return Ok(Receipt {
                transaction: None,
                sequence: self.state.sequence,
                kind,
                transfers: Vec::new(),
                remainder,
                debt,
                replayed: false,
            });
        }
        let first = self.state.ids.next(
            self.pending.now_ms,
            u16::try_from(legs.len()).unwrap_or(u16::MAX),
        );
        let transaction = TransactionId::new(first).expect("ids are positive");
        let origin_key = self.origin(&write.origin);
        let detail = merged(write.detail.as_deref(), planned);
        let mut transfers = Vec::with_capacity(legs.len());
        let place = Place {
            first,
            kind: kind.code(),
            origin_key,
            detail: detail.as_ref(),
        };
        for ((number, leg), after) in (0_u16..).zip(&legs).zip(after) {
            self.leg(write, &place, number, leg, after)?;
            let (debit_after, credit_after) = (
                Balance::new(after.debit_after),
                Balance::new(after.credit_after),
            );
            transfers.push(Transfer {
                debit: leg.debit,
                credit: leg.credit,
                amount: leg.amount,
                debit_after,
                credit_after,
            });
        }
        let sequence = self
            .state
            .sequence
            .saturating_sub(u64::try_from(legs.len()).unwrap_or(0))
            .saturating_add(1);
        self.keys
            .insert(*write.key.bytes(), (first, write.content.bits()));
        self.pending.keys.push(*write.key.bytes());
        self.pending
            .details
            .extend(detail.map(|detail| (first, detail)));
        self.record_effects(effects, Some(transaction))?;
        Ok(Receipt {
            transaction: Some(transaction),
            sequence,
            kind,
            transfers,
            remainder,
            debt,
            replayed: false,
        })
    }

    fn leg(
        &mut self,
        write: &Write,
        place: &Place<'_>,
        number: u16,
        leg: &Leg,
        after: &LegAfter,
    ) -> Sql<()> {
        let id = place.first + i64::from(number);
        let debit = self.move_account(after.debit, after.debit_after, id)?;
        let credit = self.move_account(after.credit, after.credit_after, id)?;
        let (origin, origin_prev) = self.move_origin(place.origin_key, id);
        self.state.sequence = self.state.sequence.saturating_add(1);
        let key = (number == 0).then_some((write.key, write.content));
        let link = Link {
            id,
            sequence: self.state.sequence,
            leg: number,
            kind: ledger::Kind::from_code(place.kind).expect("it came from a kind"),
            debit: leg.debit,
            credit: leg.credit,
            amount: leg.amount,
            debit_after: Balance::new(after.debit_after),
            credit_after: Balance::new(after.credit_after),
            debit_prev: debit.prev,
            credit_prev: credit.prev,
            debit_floor: debit.floor,
            actor: write.actor.get(),
            site: origin.site,
            entry_digest: place.origin_key.1,
            key,
            detail: place.detail.filter(|_| number == 0),
        };
        self.state.chain = self.state.chain.then(&link);
        let currency = self.state.currency_ref(leg.debit.currency).unwrap_or(0);
        self.flows.add(
            (day_of(id), currency, origin.origin_ref, place.kind),
            id,
            leg.amount.get(),
            recovery::direction(leg.debit.owner, leg.credit.owner),
        );
        self.pending.rows.push(TransferRow {
            id,
            sequence: self.state.sequence.cast_signed(),
            leg: number,
            kind: place.kind,
            currency,
            debit: debit.account_ref,
            credit: credit.account_ref,
            amount: leg.amount.get(),
            debit_after: after.debit_after,
            credit_after: after.credit_after,
            debit_prev: debit.prev,
            credit_prev: credit.prev,
            debit_floor: debit.floor,
            actor: write.actor.get(),
            origin: origin.origin_ref,
            origin_prev,
            key: key.map(|(key, content)| (*key.bytes(), content.bits())),
            hash: self.state.chain.row_hash(),
        });
        self.pending.transfers += 1;
        Ok(())
    }

    fn move_account(&mut self, index: u32, balance: i64, id: i64) -> Sql<Moved> {
        if self.state.accounts.slot(index).account_ref == 0 {
            self.account_insert(index)?;
        }
        let slot = self.state.accounts.slot_mut(index);
        let moved = Moved {
            account_ref: slot.account_ref,
            prev: slot.last,
            floor: slot.floor,
        };
        (slot.balance, slot.last) = (balance, id);
        if !slot.touched {
            slot.touched = true;
            self.pending.touched.push(index);
        }
        Ok(moved)
    }

    fn account_insert(&mut self, index: u32) -> Sql<()> {
        let slot = self.state.accounts.slot(index);
        let (role, floor, key) = (role_code(slot.key.owner), slot.floor, slot.key);
        let holder = match key.owner {
            Owner::Holder(holder) => Some(holder.get()),
            Owner::System(_) => None,
        };
        let currency = self.state.currency_ref(key.currency);
        let account = self.next_account;
        let mut insert =
            self.db.prepare_cached("INSERT INTO account (ref, role, holder, currency, floor, balance, last_transfer, seal) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6)")?;
        let seal = Chain::account_seal(key, floor).cast_signed();
        insert.execute(params![account, role, holder, currency, floor, seal])?;
        drop(insert);
        self.next_account += 1;
        self.state.accounts.slot_mut(index).account_ref = account;
        Ok(())
    }

    fn record_effects(
        &mut self,
        effects: Vec<Effect>,
        transaction: Option<TransactionId>,
    ) -> Sql<()> {
        let merged = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Merged { .. }));
        for effect in effects {
            self.see(&effect, transaction);
            self.pending.effects.push((effect, transaction));
        }
        // What is open follows the merge in the tables; commands after it in the batch read it from there.
        if merged { self.write_pending() } else { Ok(()) }
    }

    /// Lets the commands after this one in the batch see an effect.
    fn see(&mut self, effect: &Effect, transaction: Option<TransactionId>) {
        let facts = &mut self.state.batch;
        match effect {
            Effect::NoteCreated {
                sender,
                recipient,
                currency,
                amount,
            } => {
                let Some(id) = transaction.and_then(|id| NoteId::new(id.get()).ok()) else {
                    return;
                };
                let note = economy::NoteFact {
                    sender: *sender,
                    recipient: recipient.clone(),
                    currency: *currency,
                    amount: *amount,
                    state: NoteState::Open,
                };
                facts.notes.insert(id, Some(note));
            }
            Effect::NoteSettled { note, how } => {
                if let (Some(Some(note)), Some(by)) = (facts.notes.get_mut(note), transaction) {
                    note.state = how.note(by);
                }
            }
            Effect::HoldPlaced {
                holder,
                currency,
                amount,
                ..
            } => {
                let Some(id) = transaction.and_then(|id| HoldId::new(id.get()).ok()) else {
                    return;
                };
                let hold = economy::HoldFact {
                    holder: *holder,
                    currency: *currency,
                    amount: *amount,
                    state: economy::HoldState::Open,
                };
                facts.holds.insert(id, Some(hold));
            }
            Effect::HoldSettled { hold, how } => {
                if let (Some(Some(hold)), Some(by)) = (facts.holds.get_mut(hold), transaction) {
                    hold.state = how.hold(by);
                }
            }
            Effect::ReactionMinted {
                key,
                author,
                amount,
            } => {
                let Some(minted) = transaction else { return };
                let reaction = economy::ReactionFact {
                    author: *author,
                    amount: *amount,
                    minted,
                    state: economy::ReactionState::Minted,
                };
                facts.reactions.insert(*key, Some(reaction));
            }
            Effect::ReactionTakenBack { key, burned } => {
                if let Some(Some(reaction)) = facts.reactions.get_mut(key) {
                    reaction.state = economy::reaction_state(*burned, transaction);
                    // Its transaction is now taken back, which a reversal must see.
                    facts.transactions.remove(&reaction.minted);
                }
            }
            Effect::Reversed {
                transaction: reversed,
            } => drop(facts.transactions.remove(reversed)),
            Effect::Merged { from, into } => {
                // Notes and holds of the one are the other's from now on: they are read again.
                *facts = crate::state::BatchFacts::default();
                self.state
                    .accounts
                    .set_standing(*from, Standing::Merged(*into));
            }
        }
    }

    // Origins ------------------------------------------------------------------------------------------------------------------

    fn origin(&mut self, origin: &Origin) -> OriginKey {
        let key = (origin.site().get(), origin.digest(), origin.is_claimed());
        if !self.state.origins.contains_key(&key) {
            let head = intern::origin_ensure(&self.db, origin).unwrap_or_else(|error| {
                // The customer's write goes on: what is lost is counted, and said aloud.
                self.lost_origins.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, ?origin, "an origin could not be recorded; the id 0 stands for it");
                OriginHead { origin_ref: 0, site: ledger::CodeSiteId::UNKNOWN, last: 0 }
            });
            self.state.origins.insert(key, head);
        }
        key
    }

    fn move_origin(&mut self, key: OriginKey, id: i64) -> (OriginHead, i64) {
        let head = self
            .state
            .origins
            .get_mut(&key)
            .expect("the origin was interned before its first leg");
        let before = *head;
        head.last = id;
        match self.pending.origins.last() {
            Some((last, _)) if *last == key => {}
            _ => self.pending.origins.push((key, before.last)),
        }
        (before, before.last)
    }

    // Tasks --------------------------------------------------------------------------------------------------------------------

    fn task(&mut self, task: &mut dyn crate::writer::Task) -> Sql<()> {
        self.write_pending()?;
        self.db.execute_batch("SAVEPOINT task")?;
        let (state, db, lost) = (&mut self.state, &self.db, &self.lost_origins);
        let now_ms = self.pending.now_ms;
        let ids = &mut state.ids;
        let mut new_id = || ids.next(now_ms, 1);
        let mut origin = |origin: &Origin| {
            intern::origin_ensure(db, origin).map_or_else(
                |_| {
                    lost.fetch_add(1, Ordering::Relaxed);
                    0
                },
                |head| head.origin_ref,
            )
        };
        let mut scope = Scope {
            db,
            now_ms,
            new_id: &mut new_id,
            origin: &mut origin,
            touched: change::Touched::default(),
        };
        let keep = task.run(&mut scope);
        let touched = scope.touched;
        self.db.execute_batch(if keep {
            "RELEASE task"
        } else {
            "ROLLBACK TO task; RELEASE task"
        })?;
        if keep && (touched.currencies || touched.rates) {
            self.load_catalogue()?;
        }
        if let (true, Some(holder)) = (keep, touched.standing) {
            let standing = read::holder_standing(&self.db, holder)?.unwrap_or_default();
            self.state.accounts.set_standing(holder, standing);
        }
        Ok(())
    }

    // Writing ------------------------------------------------------------------------------------------------------------------

    /// Writes what was decided so far, in the order that foreign keys want.
    fn write_pending(&mut self) -> Sql<()> {
        if !self.pending.rows.is_empty() {
            transfers_insert(&self.db, &self.pending.rows)?;
            self.pending.rows.clear();
        }
        for (id, detail) in std::mem::take(&mut self.pending.details) {
            intern::detail_insert(&self.db, id, &detail)?;
        }
        let effects = std::mem::take(&mut self.pending.effects);
        for (effect, transaction) in &effects {
            let currencies = &self.state.currencies;
            change::effect_apply(&self.db, effect, *transaction, &|id| {
                currencies.get(&id).map(|(currency_ref, _)| *currency_ref)
            })?;
        }
        Ok(())
    }

    fn answer(&self, outcome: Outcome) -> Sql<Answer> {
        match outcome {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Earlier(id) => self.replay(id),
        }
    }

    /// The first answer again.
    fn replay(&self, id: TransactionId) -> Sql<Answer> {
        let found = match read::transaction_fetch(&self.db, id) {
            Ok(found) => found,
            Err(error) => return Ok(Err(StoreError::from(error).into())),
        };
        let gone =
            || StoreError::Damaged(format!("transaction {id} is named by a key and not there"));
        Ok(found.ok_or_else(|| gone().into()).map(|past| Receipt {
            transaction: Some(past.id),
            sequence: past.sequence,
            kind: past.kind,
            transfers: past.transfers,
            remainder: past.detail.remainder,
            debt: past.detail.debt,
            replayed: true,
        }))
    }

    fn write_behind(&mut self) -> Sql<()> {
        if self.flows.due() {
            self.flows.write(&self.db)?;
            mark_put(&self.db, "flow", &self.before.mark)?;
        }
        Ok(self
            .snapshot
            .step(&self.db, &self.dirty, self.before.mark)?)
    }

    fn commit(&mut self) -> Result<(), Failure> {
        let wrote_flows = self.flows.due();
        self.db
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.raw_execute())
            .map_err(Failure::in_commit)?;
        if wrote_flows {
            self.flows.written();
        }
        self.flows.committed();
        self.snapshot.committed(&self.dirty, self.pending.transfers);
        self.publish();
        let last = self.last_transfer();
        self.before = Before {
            mark: self.mark(),
            next_account: self.next_account,
        };
        self.keys.settle(last);
        if self.pending.transfers > 0 {
            self.committed.send_replace(last);
        }
        self.forget();
        Ok(())
    }

    fn publish(&mut self) {
        let accounts = &mut self.state.accounts;
        let changed = self.pending.touched.drain(..).map(|index| {
            let slot = accounts.slot_mut(index);
            slot.touched = false;
            (slot.account_ref, (slot.balance, slot.last))
        });
        let origins = &self.state.origins;
        let heads = self
            .pending
            .origins
            .iter()
            .filter_map(|(key, _)| origins.get(key).map(|head| (head.origin_ref, head.last)));
        self.dirty.publish(changed, heads);
    }

    fn forget(&mut self) {
        self.pending.keys.clear();
        self.pending.origins.clear();
        self.pending.transfers = 0;
        self.state.batch.clear();
        if self.state.accounts.len() > Accounts::MOST {
            self.state.accounts.clear();
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            transfer: self.last_transfer(),
            sequence: self.state.sequence.cast_signed(),
            chain: self.state.chain,
        }
    }

    /// The newest transfer, committed or decided.
    fn last_transfer(&self) -> i64 {
        self.pending
            .origins
            .iter()
            .filter_map(|(key, _)| self.state.origins.get(key))
            .map(|head| head.last)
            .max()
            .unwrap_or(0)
            .max(self.before.mark.transfer)
    }

    /// Takes the running transaction back: memory is as it was before it, or empty and read again.
    pub(crate) fn undo(&mut self) {
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "could not roll back");
        }
        for key in std::mem::take(&mut self.pending.keys) {
            self.keys.remove(&key);
        }
        self.pending = Pending::default();
        self.flows.undo();
        self.snapshot.undo();
        self.state.accounts.clear();
        self.state.batch.clear();
        self.state.sequence = self.before.mark.sequence.unsigned_abs();
        self.state.chain = self.before.mark.chain;
        self.next_account = self.before.next_account;
        self.state.origins.clear();
        let reloaded = self.load_catalogue().and_then(|()| self.load_origins());
        if let Err(error) = reloaded {
            tracing::error!(%error, "could not read the catalogue again");
        }
    }

    /// When nobody asks: writes behind what is left, so that a restart has nothing to read again.
    pub(crate) fn quiet(&mut self) {
        for _ in 0..3 {
            if self.snapshot.is_clean() && self.flows.is_clean() {
                return;
            }
            if let Err(error) = self.write_all_behind() {
                tracing::warn!(%error, "could not write balances behind; the journal has them");
                self.undo();
                return;
            }
        }
    }

    fn write_all_behind(&mut self) -> Sql<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        self.flows.write(&self.db)?;
        mark_put(&self.db, "flow", &self.before.mark)?;
        self.snapshot
            .finish(&self.db, &self.dirty, self.before.mark)?;
        self.db.execute_batch("COMMIT")?;
        self.flows.written();
        self.snapshot.committed(&self.dirty, 0);
        Ok(())
    }

    pub(crate) fn close(&mut self) -> Result<(), StoreError> {
        self.quiet();
        self.keys.close(self.before.mark.transfer);
        self.db
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .map_err(failed)
    }

    // Memory -------------------------------------------------------------------------------------------------------------------

    fn load_catalogue(&mut self) -> Sql<()> {
        self.state.currencies = load::currencies(&self.db)?
            .into_iter()
            .map(|(currency_ref, currency)| (currency.id, (currency_ref, currency)))
            .collect();
        self.state.rates = load::rates(&self.db)?.into_iter().collect();
        Ok(())
    }

    fn load_origins(&mut self) -> Sql<()> {
        for (key, mut head) in recovery::origin_heads(&self.db)? {
            head.last = head
                .last
                .max(self.dirty.origin_head(head.origin_ref).unwrap_or(0));
            self.state.origins.insert(key, head);
        }
        let heads: Vec<(i64, i64)> = self
            .state
            .origins
            .values()
            .map(|head| (head.origin_ref, head.last))
            .collect();
        self.dirty.publish(std::iter::empty(), heads.into_iter());
        Ok(())
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch(sequence {})", self.state.sequence)
    }
}

/// What a batch is made of.
pub(crate) struct Parts {
    pub(crate) db: Connection,
    pub(crate) keys: Keys,
    pub(crate) dirty: Arc<Dirty>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) committed: tokio::sync::watch::Sender<i64>,
    pub(crate) lost_origins: Arc<AtomicU64>,
    pub(crate) snapshot_after: u64,
    pub(crate) recovered: Recovered,
}

#[derive(Debug, Clone, Copy)]
struct LegAfter {
    debit: u32,
    credit: u32,
    debit_after: i64,
    credit_after: i64,
}

impl LegAfter {
    fn balance_of(&self, index: u32) -> Option<i64> {
        match index {
            index if index == self.debit => Some(self.debit_after),
            index if index == self.credit => Some(self.credit_after),
            _ => None,
        }
    }
}

/// What the legs of one transaction share.
struct Place<'a> {
    first: i64,
    kind: u8,
    origin_key: OriginKey,
    detail: Option<&'a Detail>,
}

struct Moved {
    account_ref: i64,
    prev: i64,
    floor: Option<i64>,
}

/// Why a batch was not committed.
struct Failure {
    error: StoreError,
    /// Whether one of the commands may be the reason, so that the others can be written without it.
    alone: bool,
}

impl Failure {
    fn plain(error: rusqlite::Error) -> Self {
        Self {
            error: failed(error),
            alone: false,
        }
    }

    fn read(error: ReadError) -> Self {
        Self {
            error: error.into(),
            alone: false,
        }
    }

    fn refused(error: ReadError) -> Self {
        let disk = |error: &rusqlite::Error| {
            matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure)
            )
        };
        let alone = !matches!(&error, ReadError::Sql(error) if disk(error));
        Self {
            error: error.into(),
            alone,
        }
    }

    /// A commit that failed while the disk was full wrote nothing; after any other failure nobody knows.
    fn in_commit(error: rusqlite::Error) -> Self {
        let error = match failed(error) {
            StoreError::Full => StoreError::Full,
            error @ StoreError::Unavailable { .. } => error,
            error => {
                tracing::error!(%error, "a commit failed; its outcome is not known");
                StoreError::Unknown
            }
        };
        Self {
            error,
            alone: false,
        }
    }
}

/// What the caller said and what the plan adds; nothing when there is nothing.
fn merged(asked: Option<&Detail>, mut planned: Detail) -> Option<Detail> {
    if let Some(asked) = asked {
        planned.reason = planned.reason.or_else(|| asked.reason.clone());
        planned.reference = planned.reference.or_else(|| asked.reference.clone());
        planned.traceparent = planned.traceparent.or_else(|| asked.traceparent.clone());
    }
    (!planned.is_empty()).then_some(planned)
}

/// A batch that is durable, and what its callers hear.
type Told = (Vec<Request>, Vec<Answer>);

/// Waking a thousand callers takes as long as deciding their commands, so another thread does it while the next batch is decided.
fn start_teller() -> Sender<Told> {
    let (tellers, told) = crossbeam_channel::unbounded::<Told>();
    let run = move || {
        told.iter()
            .for_each(|(requests, answers)| tell(requests, answers))
    };
    if let Err(error) = std::thread::Builder::new()
        .name("scrip-answers".into())
        .spawn(run)
    {
        tracing::error!(%error, "there is no thread for answers; the writer answers");
    }
    tellers
}

fn tell(requests: Vec<Request>, answers: Vec<Answer>) {
    let mut answers = answers.into_iter();
    for request in requests {
        match request {
            Request::One(_, tell) => drop(answers.next().map(|answer| tell.send(answer))),
            Request::Many(writes, tell) => {
                drop(tell.send(answers.by_ref().take(writes.len()).collect()))
            }
            Request::Task(task) => task.answer(Ok(())),
            Request::Close(tell) => drop(tell.send(Ok(()))),
        }
    }
}
