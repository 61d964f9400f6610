//! A plan becomes rows: balances move, the chain goes on, effects are seen by the commands that follow.

use std::sync::atomic::Ordering;

use app::{Receipt, Write, origin::Origin};
use economy::{Effect, Leg, NoteState, Plan};
use ledger::{
    Balance, Chain, Detail, HoldId, Link, NoteId, Owner, Standing, TransactionId, Transfer,
};
use rusqlite::params;

use super::{Batch, Sql};
use crate::{
    flows::day_of,
    insert::TransferRow,
    intern, recovery,
    state::{OriginHead, OriginKey, role_code},
};

impl Batch {
    /// Both balances after each leg, or nothing when a leg may not be: the second look at what the decision promised.
    pub(super) fn balances_after(&mut self, legs: &[Leg]) -> Option<Vec<LegAfter>> {
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

    pub(super) fn apply(&mut self, write: &Write, plan: Plan, after: &[LegAfter]) -> Sql<Receipt> {
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
}

#[derive(Debug, Clone, Copy)]
pub(super) struct LegAfter {
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

/// What the caller said and what the plan adds; nothing when there is nothing.
fn merged(asked: Option<&Detail>, mut planned: Detail) -> Option<Detail> {
    if let Some(asked) = asked {
        planned.reason = planned.reason.or_else(|| asked.reason.clone());
        planned.reference = planned.reference.or_else(|| asked.reference.clone());
        planned.traceparent = planned.traceparent.or_else(|| asked.traceparent.clone());
    }
    (!planned.is_empty()).then_some(planned)
}
