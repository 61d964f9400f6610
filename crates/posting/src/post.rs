//! A plan becomes rows: balances move, the chain goes on, effects are seen by the commands that follow.

use economy::{Effect, Leg, NoteState};
use ledger::{
    Balance, Chain, ContentHash, Detail, HoldId, HolderId, IdempotencyKey, Kind, Link, NoteId,
    Standing, TransactionId,
};

use crate::state::{BatchFacts, OriginHead, OriginKey, State};

/// A row of the journal, ready to be written.
#[derive(Debug, Clone)]
pub struct TransferRow {
    pub id: i64,
    pub sequence: i64,
    pub leg: u16,
    pub kind: u8,
    pub currency: i64,
    pub debit: i64,
    pub credit: i64,
    pub amount: i64,
    pub debit_after: i64,
    pub credit_after: i64,
    pub debit_prev: i64,
    pub credit_prev: i64,
    pub debit_floor: Option<i64>,
    pub actor: i64,
    pub origin: i64,
    pub origin_prev: i64,
    pub key: Option<([u8; 16], i64)>,
    pub hash: [u8; 16],
}

/// What the legs of one transaction share.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The id of the first leg; those after it follow.
    pub first: i64,
    pub kind: Kind,
    pub origin: OriginKey,
    pub actor: HolderId,
    pub key: IdempotencyKey,
    pub content: ContentHash,
    pub detail: Option<&'a Detail>,
}

#[derive(Debug, Clone, Copy)]
pub struct LegAfter {
    pub debit: u32,
    pub credit: u32,
    pub debit_after: i64,
    pub credit_after: i64,
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

impl State {
    /// Both balances after each leg, or nothing when a leg may not be: the second look at what the decision promised.
    pub fn balances_after(&mut self, legs: &[Leg]) -> Option<Vec<LegAfter>> {
        let mut after: Vec<LegAfter> = Vec::with_capacity(legs.len());
        for leg in legs {
            let (debit, credit) = (
                self.accounts.find(leg.debit)?,
                self.accounts.find(leg.credit)?,
            );
            if leg.amount.is_zero() || debit == credit || leg.debit.currency != leg.credit.currency
            {
                return None;
            }
            let now = |index: u32| {
                let earlier = after.iter().rev().find_map(|done| done.balance_of(index));
                earlier.unwrap_or_else(|| self.accounts.slot(index).balance)
            };
            let debit_after = now(debit).checked_sub(leg.amount.get())?;
            let credit_after = now(credit).checked_add(leg.amount.get())?;
            if self
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

    /// Moves one leg: the row that says so. Both accounts and the origin have their numbers already.
    pub fn leg(
        &mut self,
        place: &Place<'_>,
        number: u16,
        leg: &Leg,
        after: &LegAfter,
    ) -> TransferRow {
        let id = place.first + i64::from(number);
        let debit = self.move_account(after.debit, after.debit_after, id);
        let credit = self.move_account(after.credit, after.credit_after, id);
        let origin = self.move_origin(place.origin, id);
        self.sequence = self.sequence.saturating_add(1);
        let key = (number == 0).then_some((place.key, place.content));
        let link = Link {
            id,
            sequence: self.sequence,
            leg: number,
            kind: place.kind,
            debit: leg.debit,
            credit: leg.credit,
            amount: leg.amount,
            debit_after: Balance::new(after.debit_after),
            credit_after: Balance::new(after.credit_after),
            debit_prev: debit.prev,
            credit_prev: credit.prev,
            debit_floor: debit.floor,
            actor: place.actor.get(),
            site: origin.site,
            // What could not be recorded is not what the row names.
            entry_digest: match origin.origin_ref {
                0 => Chain::origin_digest("", "", false),
                _ => place.origin.1,
            },
            key,
            detail: place.detail.filter(|_| number == 0),
        };
        self.chain = self.chain.then(&link);
        TransferRow {
            id,
            sequence: self.sequence.cast_signed(),
            leg: number,
            kind: place.kind.code(),
            currency: self.currency_ref(leg.debit.currency).unwrap_or(0),
            debit: debit.account_ref,
            credit: credit.account_ref,
            amount: leg.amount.get(),
            debit_after: after.debit_after,
            credit_after: after.credit_after,
            debit_prev: debit.prev,
            credit_prev: credit.prev,
            debit_floor: debit.floor,
            actor: place.actor.get(),
            origin: origin.origin_ref,
            origin_prev: origin.last,
            key: key.map(|(key, content)| (*key.bytes(), content.bits())),
            hash: self.chain.row_hash(),
        }
    }

    fn move_account(&mut self, index: u32, balance: i64, id: i64) -> Moved {
        let slot = self.accounts.slot_mut(index);
        let moved = Moved {
            account_ref: slot.account_ref,
            prev: slot.last,
            floor: slot.floor,
        };
        (slot.balance, slot.last) = (balance, id);
        if !slot.touched {
            slot.touched = true;
            self.touched.push(index);
        }
        moved
    }

    /// The origin as it stood before this transfer.
    fn move_origin(&mut self, key: OriginKey, id: i64) -> OriginHead {
        let head = self
            .origins
            .get_mut(&key)
            .expect("the origin was interned before its first leg");
        let before = *head;
        head.last = id;
        if self.used_origins.last() != Some(&key) {
            self.used_origins.push(key);
        }
        before
    }

    /// Lets the commands after this one in the batch see an effect.
    pub fn see(&mut self, effect: &Effect, transaction: Option<TransactionId>) {
        let facts = &mut self.batch;
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
                *facts = BatchFacts::default();
                self.accounts.set_standing(*from, Standing::Merged(*into));
            }
            Effect::Game(effect) => facts.game.see(effect),
        }
    }
}

struct Moved {
    account_ref: i64,
    prev: i64,
    floor: Option<i64>,
}

/// What the caller said and what the plan adds; nothing when there is nothing.
pub fn merged(asked: Option<&Detail>, mut planned: Detail) -> Option<Detail> {
    if let Some(asked) = asked {
        planned.reason = planned.reason.or_else(|| asked.reason.clone());
        planned.reference = planned.reference.or_else(|| asked.reference.clone());
        planned.traceparent = planned.traceparent.or_else(|| asked.traceparent.clone());
    }
    (!planned.is_empty()).then_some(planned)
}
