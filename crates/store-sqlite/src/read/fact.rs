//! The facts that commands are decided on.

use economy::{HoldFact, NoteFact, PastTransaction, ReactionFact, ReactionKey, ReactionState};
use ledger::{CurrencyId, HoldId, HolderId, NoteId, Rate, TransactionId};
use rusqlite::{Connection, Row};

use super::{
    Overlay, ReadError, account::accounts_of, column, column::damaged, column_opt, currency::rate,
    hold_fetch, note_fetch, transaction_fetch,
};

pub(crate) fn note_fact(db: &Connection, id: NoteId) -> Result<Option<NoteFact>, ReadError> {
    Ok(note_fetch(db, id)?.map(|record| record.note))
}

pub(crate) fn hold_fact(db: &Connection, id: HoldId) -> Result<Option<HoldFact>, ReadError> {
    Ok(hold_fetch(db, id)?.map(|record| record.hold))
}

pub(crate) fn reaction_fact(
    db: &Connection,
    key: &ReactionKey,
) -> Result<Option<ReactionFact>, ReadError> {
    db.prepare_cached(
        "SELECT author, amount, minted, state, burned_by FROM reaction \
         WHERE message = ?1 AND reactor = ?2 AND currency = (SELECT ref FROM currency WHERE id = ?3)",
    )?
    .query_and_then((key.message.cast_signed(), key.reactor.get(), key.currency.get()), reaction_row)?
    .next()
    .transpose()
}

fn reaction_row(row: &Row<'_>) -> Result<ReactionFact, ReadError> {
    let word: String = row.get(3)?;
    let state = match (word.as_str(), column_opt(row, 4)?) {
        ("minted", None) => ReactionState::Minted,
        ("burned", Some(by)) => ReactionState::Burned { by },
        ("unrecoverable", None) => ReactionState::Unrecoverable,
        _ => return Err(damaged("reaction's state", word)),
    };
    Ok(ReactionFact {
        author: column(row, 0)?,
        amount: column(row, 1)?,
        minted: column(row, 2)?,
        state,
    })
}

/// An earlier transaction, with the one that took it back.
pub(crate) fn past_transaction(
    db: &Connection,
    id: TransactionId,
) -> Result<Option<PastTransaction>, ReadError> {
    let Some(past) = transaction_fetch(db, id)? else {
        return Ok(None);
    };
    let transfers = past.transfers.iter();
    Ok(Some(PastTransaction {
        kind: past.kind,
        transfers: transfers
            .map(|leg| (leg.debit, leg.credit, leg.amount))
            .collect(),
        detail: past.detail,
        reversed_by: reversed_by(db, id)?,
    }))
}

fn reversed_by(db: &Connection, id: TransactionId) -> Result<Option<TransactionId>, ReadError> {
    db.prepare_cached("SELECT id FROM detail WHERE reverses = ?1")?
        .query_and_then([id.get()], |row| column(row, 0))?
        .next()
        .transpose()
}

pub(crate) fn rate_fact(
    db: &Connection,
    from: CurrencyId,
    to: CurrencyId,
) -> Result<Option<Rate>, ReadError> {
    db.prepare_cached(
        "SELECT num, den FROM rate WHERE from_currency = (SELECT ref FROM currency WHERE id = ?1) \
         AND to_currency = (SELECT ref FROM currency WHERE id = ?2)",
    )?
    .query_and_then((from.get(), to.get()), |row| rate(row.get(0)?, row.get(1)?))?
    .next()
    .transpose()
}

/// The currencies of a holder's accounts that are not empty.
pub(crate) fn wallet_fact(
    db: &Connection,
    holder: HolderId,
    overlay: &dyn Overlay,
) -> Result<Vec<CurrencyId>, ReadError> {
    let accounts = accounts_of(db, holder, overlay)?.into_iter();
    Ok(accounts
        .filter(|(_, account)| account.balance != 0)
        .map(|(currency, _)| currency)
        .collect())
}
