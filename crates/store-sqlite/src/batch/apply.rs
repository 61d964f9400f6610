//! A plan becomes rows: balances move, the chain goes on, effects are seen by the commands that follow.

use std::sync::atomic::Ordering;

use app::{Receipt, Write, origin::Origin};
use economy::{Effect, Leg, Plan};
use ledger::{Balance, Chain, HolderId, Owner, TransactionId, Transfer};
use posting::{LegAfter, OriginHead, OriginKey, Place, day_of, direction, merged, role_code};
use rusqlite::params;

use super::{Batch, Sql};
use crate::intern;

impl Batch {
    pub(super) fn apply(&mut self, write: &Write, plan: Plan, after: &[LegAfter]) -> Sql<Receipt> {
        let Plan {
            kind,
            legs,
            effects,
            detail: planned,
        } = plan;
        let (remainder, debt) = (planned.remainder, planned.debt);
        if legs.is_empty() {
            self.record_effects(effects, None, write.actor)?;
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
            kind,
            origin: origin_key,
            actor: write.actor,
            key: write.key,
            content: write.content,
            detail: detail.as_ref(),
        };
        for ((number, leg), after) in (0_u16..).zip(&legs).zip(after) {
            self.leg(&place, number, leg, after)?;
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
        self.record_effects(effects, Some(transaction), write.actor)?;
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

    fn leg(&mut self, place: &Place<'_>, number: u16, leg: &Leg, after: &LegAfter) -> Sql<()> {
        for index in [after.debit, after.credit] {
            if self.state.accounts.slot(index).account_ref == 0 {
                self.account_insert(index)?;
            }
        }
        let row = self.state.leg(place, number, leg, after);
        self.flows.add(
            (day_of(row.id), row.currency, row.origin, row.kind),
            row.id,
            row.amount,
            direction(leg.debit.owner, leg.credit.owner),
        );
        self.pending.rows.push(row);
        self.pending.transfers += 1;
        Ok(())
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
        actor: HolderId,
    ) -> Sql<()> {
        let merged = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Merged { .. }));
        for effect in effects {
            self.state.see(&effect, transaction);
            self.pending.effects.push((effect, transaction, actor));
        }
        // What is open follows the merge in the tables; commands after it in the batch read it from there.
        if merged { self.write_pending() } else { Ok(()) }
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
}
