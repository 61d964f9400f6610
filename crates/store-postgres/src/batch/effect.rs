//! What commands remember beside their transfers: what was made goes first, then what was settled, each table in one statement.

use economy::{Effect, ReactionKey, ReactionState, Settle, reaction_state};
use futures_util::try_join;
use ledger::{Amount, CurrencyId, HoldId, HolderId, Identity, NoteId, TransactionId};

use super::{
    Batch,
    decide::Told,
    game_effect::Game,
    link::Link,
    write::{all, column},
};
use crate::error::{Sql, SqlError};

/// The effects of a batch, by what is written for them; shard keys first.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    notes: Vec<(i64, i64, HolderId, Identity, CurrencyId, Amount)>,
    notes_settled: Vec<(i64, NoteId, &'static str, i64)>,
    holds: Vec<(i64, i64, HolderId, CurrencyId, Amount, Option<i64>)>,
    holds_settled: Vec<(i64, HoldId, &'static str, i64)>,
    reactions: Vec<(i64, ReactionKey, HolderId, Amount, i64)>,
    reactions_taken: Vec<(i64, ReactionKey, &'static str, Option<i64>)>,
    merged: Vec<(HolderId, HolderId)>,
    game: Game,
    any: bool,
}

impl Sorted {
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    pub(super) async fn apply(&self, link: &Link) -> Sql<()> {
        if self.is_empty() {
            return Ok(());
        }
        try_join!(
            notes_insert(link, self),
            holds_insert(link, self),
            reactions_insert(link, self),
            notes_settle(link, self),
            holds_settle(link, self),
            reactions_take_back(link, self),
        )?;
        self.game.apply(link).await?;
        for (from, into) in &self.merged {
            merge(link, *from, *into).await?;
        }
        Ok(())
    }
}

impl Batch {
    pub(super) fn sorted(&self, effects: &[Told], now_ms: i64) -> Sql<Sorted> {
        let mut sorted = Sorted {
            any: !effects.is_empty(),
            game: Game::at(now_ms),
            ..Sorted::default()
        };
        for told in effects {
            self.sort(told, &mut sorted)?;
        }
        Ok(sorted)
    }

    fn sort(&self, told: &Told, to: &mut Sorted) -> Sql<()> {
        let Told {
            effect,
            transaction,
            ..
        } = told;
        let transaction = *transaction;
        let own_id = || {
            transaction
                .map(TransactionId::get)
                .ok_or_else(|| missing("the transaction of an effect that needs one"))
        };
        match effect {
            Effect::NoteCreated {
                sender,
                recipient,
                currency,
                amount,
            } => {
                let shard = self.shard_key(*currency);
                to.notes.push((
                    shard,
                    own_id()?,
                    *sender,
                    recipient.clone(),
                    *currency,
                    *amount,
                ));
            }
            Effect::NoteSettled { note, how } => {
                let fact = self.state.batch.notes.get(note).and_then(Option::as_ref);
                let currency = fact.ok_or_else(|| missing("the note"))?.currency;
                let state = match how {
                    Settle::Taken => "redeemed",
                    Settle::GivenBack => "revoked",
                };
                to.notes_settled
                    .push((self.shard_key(currency), *note, state, own_id()?));
            }
            Effect::HoldPlaced {
                holder,
                currency,
                amount,
                expires_ms,
            } => {
                let shard = self.shard_key(*currency);
                to.holds
                    .push((shard, own_id()?, *holder, *currency, *amount, *expires_ms));
            }
            Effect::HoldSettled { hold, how } => {
                let fact = self.state.batch.holds.get(hold).and_then(Option::as_ref);
                let currency = fact.ok_or_else(|| missing("the hold"))?.currency;
                let state = match how {
                    Settle::Taken => "captured",
                    Settle::GivenBack => "released",
                };
                to.holds_settled
                    .push((self.shard_key(currency), *hold, state, own_id()?));
            }
            Effect::ReactionMinted {
                key,
                author,
                amount,
            } => {
                let shard = self.shard_key(key.currency);
                to.reactions
                    .push((shard, *key, *author, *amount, own_id()?));
            }
            Effect::ReactionTakenBack { key, burned } => {
                let (state, by) = match reaction_state(*burned, transaction) {
                    ReactionState::Minted => ("minted", None),
                    ReactionState::Burned { by } => ("burned", Some(by.get())),
                    ReactionState::Unrecoverable => ("unrecoverable", None),
                };
                to.reactions_taken
                    .push((self.shard_key(key.currency), *key, state, by));
            }
            // The transaction's own detail says what it reverses.
            Effect::Reversed { .. } => {}
            Effect::Merged { from, into } => to.merged.push((*from, *into)),
            Effect::Game(effect) => to.game.sort(effect, told, &self.ids)?,
        }
        Ok(())
    }
}

async fn notes_insert(link: &Link, sorted: &Sorted) -> Sql<()> {
    let notes = &sorted.notes;
    if notes.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.notes_insert,
            &[
                &column(notes, |note| note.0),
                &column(notes, |note| note.1),
                &column(notes, |note| note.2.get()),
                &column(notes, |note| note.3.to_string()),
                &column(notes, |note| note.4.get()),
                &column(notes, |note| note.5.get()),
            ],
        )
        .await?;
    all(written, notes.len(), "notes")
}

async fn holds_insert(link: &Link, sorted: &Sorted) -> Sql<()> {
    let holds = &sorted.holds;
    if holds.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.holds_insert,
            &[
                &column(holds, |hold| hold.0),
                &column(holds, |hold| hold.1),
                &column(holds, |hold| hold.2.get()),
                &column(holds, |hold| hold.3.get()),
                &column(holds, |hold| hold.4.get()),
                &column(holds, |hold| hold.5),
            ],
        )
        .await?;
    all(written, holds.len(), "holds")
}

async fn reactions_insert(link: &Link, sorted: &Sorted) -> Sql<()> {
    let reactions = &sorted.reactions;
    if reactions.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.reactions_insert,
            &[
                &column(reactions, |(shard, ..)| *shard),
                &column(reactions, |(_, key, ..)| key.message.cast_signed()),
                &column(reactions, |(_, key, ..)| key.reactor.get()),
                &column(reactions, |(_, key, ..)| key.currency.get()),
                &column(reactions, |(_, _, author, ..)| author.get()),
                &column(reactions, |(_, _, _, amount, _)| amount.get()),
                &column(reactions, |(.., minted)| *minted),
            ],
        )
        .await?;
    all(written, reactions.len(), "reactions")
}

async fn notes_settle(link: &Link, sorted: &Sorted) -> Sql<()> {
    let settled = &sorted.notes_settled;
    if settled.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.notes_settle,
            &[
                &column(settled, |(shard, ..)| *shard),
                &column(settled, |(_, note, ..)| note.get()),
                &column(settled, |(_, _, state, _)| *state),
                &column(settled, |(.., by)| *by),
            ],
        )
        .await?;
    all(written, settled.len(), "settled notes")
}

async fn holds_settle(link: &Link, sorted: &Sorted) -> Sql<()> {
    let settled = &sorted.holds_settled;
    if settled.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.holds_settle,
            &[
                &column(settled, |(shard, ..)| *shard),
                &column(settled, |(_, hold, ..)| hold.get()),
                &column(settled, |(_, _, state, _)| *state),
                &column(settled, |(.., by)| *by),
            ],
        )
        .await?;
    all(written, settled.len(), "settled holds")
}

async fn reactions_take_back(link: &Link, sorted: &Sorted) -> Sql<()> {
    let taken = &sorted.reactions_taken;
    if taken.is_empty() {
        return Ok(());
    }
    let written = link
        .client
        .execute(
            &link.statements.reactions_take_back,
            &[
                &column(taken, |(shard, ..)| *shard),
                &column(taken, |(_, key, ..)| key.message.cast_signed()),
                &column(taken, |(_, key, ..)| key.reactor.get()),
                &column(taken, |(_, key, ..)| key.currency.get()),
                &column(taken, |(_, _, state, _)| *state),
                &column(taken, |(.., by)| *by),
            ],
        )
        .await?;
    all(written, taken.len(), "reactions taken back")
}

/// All that leads to one holder leads to the other from now on: identities, memberships, and what is still open.
async fn merge(link: &Link, from: HolderId, into: HolderId) -> Sql<()> {
    let both: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&from.get(), &into.get()];
    // Identities first: whoever writes a member holds a lock on its identity.
    for sql in [
        "UPDATE identity SET holder = $2 WHERE holder = $1",
        "UPDATE member SET holder = $2 WHERE holder = $1",
        "UPDATE note SET sender = $2 WHERE sender = $1 AND state = 'open'",
        "UPDATE hold SET holder = $2 WHERE holder = $1 AND state = 'open'",
    ] {
        link.client.execute(sql, &both).await?;
    }
    let standing = "UPDATE holder SET standing = 'merged', merged_into = $2 WHERE id = $1";
    let written = link.client.execute(standing, &both).await?;
    all(written, 1, "holders")
}

pub(super) fn missing(what: &str) -> SqlError {
    SqlError::Damaged(format!("{what} is not there"))
}
