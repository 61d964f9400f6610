//! Decides the commands of a batch in their order, and gathers what is to be written.

use app::{Receipt, StoreError, Write, WriteError};
use economy::{Effect, FactKey, Leg, Plan};
use ledger::{Balance, Chain, ContentHash, Detail, Owner, TransactionId, Transfer};
use posting::{
    FlowKey, FlowSum, LegAfter, Place, TransferRow, day_of, direction, merged, role_code,
};
use rustc_hash::FxHashMap;

use super::{Batch, Outcome, origin_key};
use crate::{error::Sql, writer::Work};

/// Decided and not yet written.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) now_ms: i64,
    /// This batch's own id.
    pub(super) batch: i64,
    pub(super) accounts: Vec<NewAccount>,
    /// Shard key and row.
    pub(super) rows: Vec<(i64, TransferRow)>,
    pub(super) details: Vec<(i64, i64, Detail)>,
    pub(super) effects: Vec<(Effect, Option<TransactionId>)>,
    pub(super) flows: FxHashMap<(i64, FlowKey), FlowSum>,
    /// Keys of this batch, with their transaction and content.
    keys: FxHashMap<[u8; 16], (i64, i64)>,
    /// Shard key, id and hash of the last transfer.
    pub(super) last: Option<(i64, i64, [u8; 16])>,
    /// Whether two holders became one.
    pub(super) merged: bool,
    /// Reused for the facts that a command names.
    pub(super) named: Vec<FactKey>,
}

#[derive(Debug)]
pub(super) struct NewAccount {
    pub(super) shard_key: i64,
    pub(super) id: i64,
    pub(super) role: i16,
    pub(super) holder: Option<i64>,
    pub(super) currency: i64,
    pub(super) floor: Option<i64>,
    pub(super) index: u32,
    pub(super) seal: i64,
}

impl Pending {
    pub(super) fn at(now_ms: i64) -> Self {
        Self {
            now_ms,
            ..Self::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.effects.is_empty()
    }
}

impl Batch {
    /// Gives an outcome for each command from the first on, until one needs a fact that this batch has changed and memory cannot show:
    /// that one begins the next batch.
    pub(super) fn decide(&mut self, works: &[Work]) -> Sql<Vec<Outcome>> {
        self.pending.batch = self.ids.next(self.pending.now_ms)?;
        let mut outcomes = Vec::with_capacity(works.len());
        for work in works {
            match self.one(&work.write)? {
                Some(outcome) => outcomes.push(outcome),
                None => break,
            }
        }
        Ok(outcomes)
    }

    fn one(&mut self, write: &Write) -> Sql<Option<Outcome>> {
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
        let receipt = self.apply(write, plan, &after)?;
        Ok(Some(answered(Ok(receipt))))
    }

    /// Whether the key was used before, and for what.
    fn earlier(&self, write: &Write) -> Option<Outcome> {
        let key = write.key.bytes();
        let used = self
            .used_keys
            .get(key)
            .or_else(|| self.pending.keys.get(key));
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

    fn apply(&mut self, write: &Write, plan: Plan, after: &[LegAfter]) -> Sql<Receipt> {
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
            self.record(effects, None);
            return Ok(receipt);
        }
        let count = u16::try_from(legs.len()).unwrap_or(u16::MAX);
        let last = self.pending.last.map(|(_, id, _)| id);
        let last = last.or(self.found.map(|found| found.last_transfer));
        let first = self
            .ids
            .take(self.pending.now_ms, count, last.unwrap_or(0))?;
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
        self.record(effects, Some(transaction));
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
        let (key, floor) = {
            let slot = self.state.accounts.slot_mut(index);
            slot.account_ref = id;
            (slot.key, slot.floor)
        };
        let holder = match key.owner {
            Owner::Holder(holder) => Some(holder.get()),
            Owner::System(_) => None,
        };
        self.pending.accounts.push(NewAccount {
            shard_key: self.shard_key(key.currency),
            id,
            role: i16::from(role_code(key.owner)),
            holder,
            currency: key.currency.get(),
            floor,
            index,
            seal: Chain::account_seal(key, floor).cast_signed(),
        });
        Ok(())
    }

    fn record(&mut self, effects: Vec<Effect>, transaction: Option<TransactionId>) {
        for effect in effects {
            self.pending.merged |= matches!(effect, Effect::Merged { .. });
            self.state.see(&effect, transaction);
            self.pending.effects.push((effect, transaction));
        }
    }
}

fn answered(answer: Result<Receipt, WriteError>) -> Outcome {
    Outcome::Answer(Box::new(answer))
}
