//! Decides the commands of a batch in their order, and gathers what is to be written.

use app::{Receipt, StoreError, Write, WriteError};
use economy::{Effect, FactKey, Leg, Plan};
use ledger::{Balance, Chain, ContentHash, Detail, HolderId, Owner, TransactionId, Transfer};
use posting::{
    FlowKey, FlowSum, LegAfter, Place, Slot, TransferRow, day_of, direction, merged, role_code,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Batch, Head, Outcome, effect::Sorted, origin_key};
use crate::{error::Sql, writer::Work};

/// What the running decision has gathered so far.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) now_ms: i64,
    accounts: Vec<(i64, u32)>,
    rows: Vec<(i64, TransferRow)>,
    details: Vec<(i64, i64, Detail)>,
    effects: Vec<Told>,
    flows: FxHashMap<(i64, FlowKey), FlowSum>,
    keys: FxHashMap<[u8; 16], (i64, i64)>,
    last: Option<(i64, i64, [u8; 16])>,
    merged: bool,
    /// Reused for the facts that a command names.
    pub(super) named: Vec<FactKey>,
}

/// An effect, and what of its command it tells.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) effect: Effect,
    pub(super) transaction: Option<TransactionId>,
    pub(super) actor: HolderId,
}

/// A batch that is decided: all that is to be written, apart from memory, which may go on to the next batch meanwhile.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) outcomes: Vec<Outcome>,
    /// The head that it was decided on, and the one that it leaves.
    pub(super) before: Head,
    pub(super) after: Head,
    pub(super) new: Vec<NewAccount>,
    pub(super) moved: Vec<MovedAccount>,
    /// Shard key and row.
    pub(super) rows: Vec<(i64, TransferRow)>,
    /// Shard key, transaction and detail.
    pub(super) details: Vec<(i64, i64, Detail)>,
    pub(super) effects: Sorted,
    pub(super) flows: Vec<((i64, FlowKey), FlowSum)>,
    /// Each origin's newest transfer.
    pub(super) origins: Vec<(i64, i64)>,
    /// Shard key, id and hash of the last transfer.
    pub(super) last: Option<(i64, i64, [u8; 16])>,
}

#[derive(Debug)]
pub(super) struct NewAccount {
    pub(super) shard_key: i64,
    pub(super) id: i64,
    pub(super) role: i16,
    pub(super) holder: Option<i64>,
    pub(super) currency: i64,
    pub(super) floor: Option<i64>,
    pub(super) balance: i64,
    pub(super) last: i64,
    pub(super) seal: i64,
}

#[derive(Debug)]
pub(super) struct MovedAccount {
    pub(super) shard_key: i64,
    pub(super) id: i64,
    pub(super) balance: i64,
    pub(super) last: i64,
}

impl Pending {
    fn at(now_ms: i64) -> Self {
        Self {
            now_ms,
            ..Self::default()
        }
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.effects.is_empty()
    }
}

impl Decided {
    pub(super) fn is_empty(&self) -> bool {
        self.before == self.after
    }
}

impl Batch {
    /// Decides commands from the first on, until one needs a fact that this batch has changed and memory cannot show: that one begins the
    /// next batch.
    pub(super) fn decide(&mut self, works: &[Work], before: Head) -> Sql<Decided> {
        self.pending = Pending {
            named: std::mem::take(&mut self.pending.named),
            ..Pending::at(self.clock.now_ms())
        };
        let batch = self.ids.next(self.pending.now_ms)?;
        let mut outcomes = Vec::with_capacity(works.len());
        for work in works {
            match self.one(&work.write, before)? {
                Some(outcome) => outcomes.push(outcome),
                None => break,
            }
        }
        self.decided(outcomes, before, batch)
    }

    /// Takes what was gathered out of memory: what memory says from now on is for the next batch.
    fn decided(&mut self, outcomes: Vec<Outcome>, before: Head, batch: i64) -> Sql<Decided> {
        let pending = std::mem::take(&mut self.pending);
        let mut after = before;
        if !pending.is_empty() {
            after.sequence = self.state.sequence.cast_signed();
            after.chain = self.state.chain;
            after.batch = batch;
            after.standings += i64::from(pending.merged);
        }
        if let Some((_, id, _)) = pending.last {
            after.last_transfer = id;
        }
        let new: FxHashSet<u32> = pending.accounts.iter().map(|(_, index)| *index).collect();
        let moved = self.moved(&new);
        let decided = Decided {
            outcomes,
            before,
            after,
            new: pending
                .accounts
                .iter()
                .map(|(shard_key, index)| new_account(*shard_key, self.state.accounts.slot(*index)))
                .collect(),
            moved,
            effects: self.sorted(&pending.effects, pending.now_ms)?,
            rows: pending.rows,
            details: pending.details,
            flows: pending.flows.into_iter().collect(),
            origins: self.origin_heads(),
            last: pending.last,
        };
        self.running_keys = pending.keys;
        self.state.batch.clear();
        self.pending.named = pending.named;
        self.head = Some(after);
        Ok(decided)
    }

    /// The accounts that the batch moved, but for new ones.
    fn moved(&mut self, new: &FxHashSet<u32>) -> Vec<MovedAccount> {
        let touched = std::mem::take(&mut self.state.touched);
        let mut moved = Vec::with_capacity(touched.len());
        for index in touched {
            let slot = self.state.accounts.slot_mut(index);
            slot.touched = false;
            let (id, balance, last, currency) =
                (slot.account_ref, slot.balance, slot.last, slot.key.currency);
            if !new.contains(&index) {
                let shard_key = self.shard_key(currency);
                moved.push(MovedAccount {
                    shard_key,
                    id,
                    balance,
                    last,
                });
            }
        }
        moved
    }

    fn origin_heads(&mut self) -> Vec<(i64, i64)> {
        let mut heads: Vec<(i64, i64)> = Vec::new();
        for key in std::mem::take(&mut self.state.used_origins) {
            let Some(used) = self.state.origins.get(&key) else {
                continue;
            };
            // Origins that could not be recorded share the id 0.
            match heads
                .iter_mut()
                .find(|(origin, _)| *origin == used.origin_ref)
            {
                Some((_, last)) => *last = used.last.max(*last),
                None => heads.push((used.origin_ref, used.last)),
            }
        }
        // An origin that could not be recorded is tried again.
        self.state.origins.retain(|_, head| head.origin_ref != 0);
        heads
    }

    fn one(&mut self, write: &Write, before: Head) -> Sql<Option<Outcome>> {
        if let Some(earlier) = self.earlier(write) {
            return Ok(Some(earlier));
        }
        if !self.facts_are_there(write) {
            return Ok(None);
        }
        let plan = match economy::decide(&write.command, &self.state, self.pending.now_ms) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Some(answered(Err(WriteError::Refused(refusal))))),
        };
        let Some(after) = self.state.balances_after(&plan.legs) else {
            tracing::error!(command = ?write.command, "a plan would break an invariant; it was not written");
            let error = StoreError::Failed {
                doing: "checking the plan",
                cause: "it would break an invariant".into(),
            };
            return Ok(Some(answered(Err(error.into()))));
        };
        let receipt = self.apply(write, plan, &after, before)?;
        Ok(Some(answered(Ok(receipt))))
    }

    /// Whether the key was used before, and for what.
    fn earlier(&self, write: &Write) -> Option<Outcome> {
        let key = write.key.bytes();
        let used = self
            .used_keys
            .get(key)
            .or_else(|| self.pending.keys.get(key))
            .or_else(|| self.running_keys.get(key));
        used.map(|(id, content)| {
            if ContentHash::from_bits(*content) == write.content {
                Outcome::Earlier(*id)
            } else {
                answered(Err(WriteError::KeyReused))
            }
        })
    }

    fn facts_are_there(&mut self, write: &Write) -> bool {
        self.state.accounts.start_command();
        let mut named = std::mem::take(&mut self.pending.named);
        named.clear();
        economy::needs(&write.command, &self.state, &mut |key| named.push(key));
        let there = named.iter().all(|key| match key {
            FactKey::Account(account) if self.unknown.contains(account) => {
                self.state.accounts.note_unknown(*account);
                true
            }
            key => self.state.has(key),
        });
        self.pending.named = named;
        there
    }

    fn apply(
        &mut self,
        write: &Write,
        plan: Plan,
        after: &[LegAfter],
        before: Head,
    ) -> Sql<Receipt> {
        let Plan {
            kind,
            legs,
            effects,
            detail: planned,
        } = plan;
        let (remainder, debt) = (planned.remainder, planned.debt);
        let mut receipt = Receipt {
            transaction: None,
            sequence: self.state.sequence,
            kind,
            transfers: Vec::new(),
            remainder,
            debt,
            replayed: false,
        };
        if legs.is_empty() {
            self.record(effects, None, write.actor);
            return Ok(receipt);
        }
        let count = u16::try_from(legs.len()).unwrap_or(u16::MAX);
        let last = self
            .pending
            .last
            .map_or(before.last_transfer, |(_, id, _)| id);
        let first = self.ids.take(self.pending.now_ms, count, last)?;
        let transaction = TransactionId::new(first).expect("ids are positive");
        let detail = merged(write.detail.as_deref(), planned);
        let origin = &write.origin;
        let place = Place {
            first,
            kind,
            origin: origin_key(origin),
            actor: write.actor,
            key: write.key,
            content: write.content,
            detail: detail.as_ref(),
        };
        receipt.sequence = self.state.sequence.saturating_add(1);
        receipt.transaction = Some(transaction);
        receipt.transfers.reserve_exact(legs.len());
        for ((number, leg), after) in (0_u16..).zip(&legs).zip(after) {
            self.leg(&place, number, leg, after)?;
            receipt.transfers.push(Transfer {
                debit: leg.debit,
                credit: leg.credit,
                amount: leg.amount,
                debit_after: Balance::new(after.debit_after),
                credit_after: Balance::new(after.credit_after),
            });
        }
        self.pending
            .keys
            .insert(*write.key.bytes(), (first, write.content.bits()));
        if let Some(detail) = detail {
            // The transaction stands where its first leg does.
            let currency = legs.first().map(|leg| leg.debit.currency);
            let shard_key = currency.map_or(0, |currency| self.shard_key(currency));
            self.pending.details.push((shard_key, first, detail));
        }
        self.record(effects, Some(transaction), write.actor);
        Ok(receipt)
    }

    fn leg(&mut self, place: &Place<'_>, number: u16, leg: &Leg, after: &LegAfter) -> Sql<()> {
        for index in [after.debit, after.credit] {
            if self.state.accounts.slot(index).account_ref == 0 {
                self.account_add(index)?;
            }
        }
        let shard_key = self.shard_key(leg.debit.currency);
        let row = self.state.leg(place, number, leg, after);
        let flow = (day_of(row.id), row.currency, row.origin, row.kind);
        let way = direction(leg.debit.owner, leg.credit.owner);
        let sum = self.pending.flows.entry((shard_key, flow)).or_default();
        sum.add(row.id, row.amount, way);
        self.pending.last = Some((shard_key, row.id, row.hash));
        self.pending.rows.push((shard_key, row));
        Ok(())
    }

    fn account_add(&mut self, index: u32) -> Sql<()> {
        let id = self.ids.next(self.pending.now_ms)?;
        let slot = self.state.accounts.slot_mut(index);
        slot.account_ref = id;
        let currency = slot.key.currency;
        let shard_key = self.shard_key(currency);
        self.pending.accounts.push((shard_key, index));
        Ok(())
    }

    fn record(
        &mut self,
        effects: Vec<Effect>,
        transaction: Option<TransactionId>,
        actor: HolderId,
    ) {
        for effect in effects {
            self.pending.merged |= matches!(effect, Effect::Merged { .. });
            self.state.see(&effect, transaction);
            self.pending.effects.push(Told {
                effect,
                transaction,
                actor,
            });
        }
    }
}

fn new_account(shard_key: i64, slot: &Slot) -> NewAccount {
    let holder = match slot.key.owner {
        Owner::Holder(holder) => Some(holder.get()),
        Owner::System(_) => None,
    };
    NewAccount {
        shard_key,
        id: slot.account_ref,
        role: i16::from(role_code(slot.key.owner)),
        holder,
        currency: slot.key.currency.get(),
        floor: slot.floor,
        balance: slot.balance,
        last: slot.last,
        seal: Chain::account_seal(slot.key, slot.floor).cast_signed(),
    }
}

fn answered(answer: Result<Receipt, WriteError>) -> Outcome {
    Outcome::Answer(Box::new(answer))
}
