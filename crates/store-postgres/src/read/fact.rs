//! The facts that commands are decided on: all that a batch needs of one kind in one round trip. What is not there is left out.

use crate::client::GenericClient;
use economy::{HoldFact, NoteFact, PastTransaction, ReactionFact, ReactionKey, ReactionState};
use ledger::{CurrencyId, HoldId, HolderId, NoteId, TransactionId};
use tokio_postgres::Row;

use super::{
    column,
    column::{column_opt, damaged, snowflake},
    hold::holds_fetch,
    note::notes_fetch,
    transaction::transactions_reversed,
};
use crate::error::Sql;

pub(crate) async fn note_facts(
    db: &impl GenericClient,
    ids: &[NoteId],
) -> Sql<Vec<(NoteId, NoteFact)>> {
    let records = notes_fetch(db, ids).await?.into_iter();
    Ok(records.map(|record| (record.id, record.note)).collect())
}

pub(crate) async fn hold_facts(
    db: &impl GenericClient,
    ids: &[HoldId],
) -> Sql<Vec<(HoldId, HoldFact)>> {
    let records = holds_fetch(db, ids).await?.into_iter();
    Ok(records.map(|record| (record.id, record.hold)).collect())
}

pub(crate) async fn reaction_facts(
    db: &impl GenericClient,
    keys: &[ReactionKey],
) -> Sql<Vec<(ReactionKey, ReactionFact)>> {
    let messages: Vec<i64> = keys.iter().map(|key| key.message.cast_signed()).collect();
    let reactors: Vec<i64> = keys.iter().map(|key| key.reactor.get()).collect();
    let currencies: Vec<i64> = keys.iter().map(|key| key.currency.get()).collect();
    let fetch = db
        .prepare_cached(
            "SELECT r.message, r.reactor, r.currency, r.author, r.amount, r.minted, r.state, r.burned_by
             FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS asked (message, reactor, currency)
                 JOIN currency c ON c.id = asked.currency
                 JOIN reaction r ON r.shard_key = c.group_id AND r.message = asked.message AND r.reactor = asked.reactor
                     AND r.currency = asked.currency",
        )
        .await?;
    let rows = db
        .query(&fetch, &[&messages, &reactors, &currencies])
        .await?;
    rows.iter().map(reaction_row).collect()
}

fn reaction_row(row: &Row) -> Sql<(ReactionKey, ReactionFact)> {
    let word: &str = row.try_get(6)?;
    let state = match (word, column_opt(row, 7)?) {
        ("minted", None) => ReactionState::Minted,
        ("burned", Some(by)) => ReactionState::Burned { by },
        ("unrecoverable", None) => ReactionState::Unrecoverable,
        _ => return Err(damaged("reaction's state", word)),
    };
    let key = ReactionKey {
        message: snowflake(row, 0)?,
        reactor: column(row, 1)?,
        currency: column(row, 2)?,
    };
    let fact = ReactionFact {
        author: column(row, 3)?,
        amount: column(row, 4)?,
        minted: column(row, 5)?,
        state,
    };
    Ok((key, fact))
}

/// Earlier transactions, each with the one that took it back.
pub(crate) async fn past_transactions(
    db: &impl GenericClient,
    ids: &[TransactionId],
) -> Sql<Vec<(TransactionId, PastTransaction)>> {
    let found = transactions_reversed(db, ids).await?;
    let past = found.into_iter().map(|(past, reversed_by)| {
        let transfers = past.transfers.iter();
        let fact = PastTransaction {
            kind: past.kind,
            transfers: transfers
                .map(|leg| (leg.debit, leg.credit, leg.amount))
                .collect(),
            detail: past.detail,
            reversed_by,
        };
        (past.id, fact)
    });
    Ok(past.collect())
}

/// The currencies of a holder's accounts that are not empty.
pub(crate) async fn wallet_fact(db: &impl GenericClient, holder: HolderId) -> Sql<Vec<CurrencyId>> {
    let fetch = "SELECT currency FROM account WHERE role = 0 AND holder = $1 AND balance <> 0 ORDER BY currency";
    let fetch = db.prepare_cached(fetch).await?;
    let rows = db.query(&fetch, &[&holder.get()]).await?;
    rows.iter().map(|row| column(row, 0)).collect()
}
