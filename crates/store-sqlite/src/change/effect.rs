use economy::{Effect, ReactionKey, ReactionState, Settle, reaction_state};
use ledger::{CurrencyId, HolderId, Identity, TransactionId};
use rusqlite::{Connection, params};

use crate::read::ReadError;

/// Writes what a command remembers beside its transfers. `tx` is the transaction, if money moved.
pub(crate) fn effect_apply(
    db: &Connection,
    effect: &Effect,
    tx: Option<TransactionId>,
    currency_ref: &dyn Fn(CurrencyId) -> Option<i64>,
) -> Result<(), ReadError> {
    let effect = Applying {
        db,
        tx,
        currency_ref,
    }
    .apply(effect)?;
    // An update that met nothing would lose what was decided.
    if effect == 1 {
        Ok(())
    } else {
        Err(missing("the row that the command decided on"))
    }
}

struct Applying<'a> {
    db: &'a Connection,
    tx: Option<TransactionId>,
    currency_ref: &'a dyn Fn(CurrencyId) -> Option<i64>,
}

impl Applying<'_> {
    /// Gives the number of rows written; 1 when there was nothing to write.
    fn apply(&self, effect: &Effect) -> Result<usize, ReadError> {
        match effect {
            Effect::NoteCreated {
                sender,
                recipient,
                currency,
                amount,
            } => self.note_insert(*sender, recipient, *currency, amount.get()),
            Effect::NoteSettled { note, how } => self.settle(
                "UPDATE note SET state = ?2, settled_by = ?3 WHERE id = ?1",
                note.get(),
                match how {
                    Settle::Taken => "redeemed",
                    Settle::GivenBack => "revoked",
                },
            ),
            Effect::HoldPlaced {
                holder,
                currency,
                amount,
                expires_ms,
            } => self.hold_insert(*holder, *currency, amount.get(), *expires_ms),
            Effect::HoldSettled { hold, how } => self.settle(
                "UPDATE hold SET state = ?2, settled_by = ?3 WHERE id = ?1",
                hold.get(),
                match how {
                    Settle::Taken => "captured",
                    Settle::GivenBack => "released",
                },
            ),
            Effect::ReactionMinted {
                key,
                author,
                amount,
            } => self.reaction_insert(*key, *author, amount.get()),
            Effect::ReactionTakenBack { key, burned } => self.reaction_take_back(*key, *burned),
            // The transaction's own detail says what it reverses.
            Effect::Reversed { .. } => Ok(1),
            Effect::Merged { from, into } => merge(self.db, *from, *into),
        }
    }

    fn note_insert(
        &self,
        sender: HolderId,
        recipient: &Identity,
        currency: CurrencyId,
        amount: i64,
    ) -> Result<usize, ReadError> {
        let row = params![
            self.own_id()?,
            sender.get(),
            recipient.to_string(),
            self.currency(currency)?,
            amount
        ];
        Ok(self
            .db
            .prepare_cached("INSERT INTO note (id, sender, recipient, currency, amount, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')")?
            .execute(row)?)
    }

    fn hold_insert(
        &self,
        holder: HolderId,
        currency: CurrencyId,
        amount: i64,
        expires_ms: Option<i64>,
    ) -> Result<usize, ReadError> {
        let row = params![
            self.own_id()?,
            holder.get(),
            self.currency(currency)?,
            amount,
            expires_ms
        ];
        Ok(self
            .db
            .prepare_cached("INSERT INTO hold (id, holder, currency, amount, expires_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')")?
            .execute(row)?)
    }

    fn settle(&self, sql: &str, id: i64, state: &str) -> Result<usize, ReadError> {
        Ok(self
            .db
            .prepare_cached(sql)?
            .execute(params![id, state, self.own_id()?])?)
    }

    fn reaction_insert(
        &self,
        key: ReactionKey,
        author: HolderId,
        amount: i64,
    ) -> Result<usize, ReadError> {
        let row = params![
            key.message.cast_signed(),
            key.reactor.get(),
            self.currency(key.currency)?,
            author.get(),
            amount,
            self.own_id()?
        ];
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO reaction (message, reactor, currency, author, amount, minted, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'minted')",
            )?
            .execute(row)?)
    }

    fn reaction_take_back(&self, key: ReactionKey, burned: bool) -> Result<usize, ReadError> {
        let (state, by) = match reaction_state(burned, self.tx) {
            ReactionState::Minted => ("minted", None),
            ReactionState::Burned { by } => ("burned", Some(by.get())),
            ReactionState::Unrecoverable => ("unrecoverable", None),
        };
        let row = params![
            key.message.cast_signed(),
            key.reactor.get(),
            self.currency(key.currency)?,
            state,
            by
        ];
        Ok(self
            .db
            .prepare_cached("UPDATE reaction SET state = ?4, burned_by = ?5 WHERE message = ?1 AND reactor = ?2 AND currency = ?3")?
            .execute(row)?)
    }

    fn own_id(&self) -> Result<i64, ReadError> {
        self.tx
            .map(TransactionId::get)
            .ok_or_else(|| missing("the transaction of an effect that needs one"))
    }

    fn currency(&self, currency: CurrencyId) -> Result<i64, ReadError> {
        (self.currency_ref)(currency).ok_or_else(|| missing("the currency of an effect"))
    }
}

/// All that leads to one holder leads to the other from now on: identities, memberships, and what is still open.
fn merge(db: &Connection, from: HolderId, into: HolderId) -> Result<usize, ReadError> {
    let both = (from.get(), into.get());
    // A member's holder is that of the Discord identity, so that no index over holders is needed.
    db.prepare_cached(
        "UPDATE member SET holder = ?2 WHERE holder = ?1 AND guild IN (SELECT id FROM guild) AND discord IN \
         (SELECT CAST(subject AS INTEGER) FROM identity WHERE holder = ?1 AND platform = 'discord')",
    )?
    .execute(both)?;
    for sql in [
        "UPDATE identity SET holder = ?2 WHERE holder = ?1",
        "UPDATE note SET sender = ?2 WHERE sender = ?1 AND state = 'open'",
        "UPDATE hold SET holder = ?2 WHERE holder = ?1 AND state = 'open'",
    ] {
        db.prepare_cached(sql)?.execute(both)?;
    }
    Ok(db
        .prepare_cached("UPDATE holder SET standing = 'merged', merged_into = ?2 WHERE id = ?1")?
        .execute(both)?)
}

fn missing(what: &str) -> ReadError {
    ReadError::Damaged(format!("{what} is not there"))
}
