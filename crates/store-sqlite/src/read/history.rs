use app::Posting;
use ledger::{Balance, CurrencyId, HolderId, IdSequence};
use rusqlite::{Connection, OptionalExtension};

use super::{
    MOST_ROWS, Overlay, ReadError, account::accounts_of, journal::JournalRow, names::Names, number,
    walk::Walk,
};

/// What came into a holder's accounts and went out of them, newest first; `before` is a transfer's id.
pub(crate) fn history_list(
    db: &Connection,
    holder: HolderId,
    currency: Option<CurrencyId>,
    before: Option<i64>,
    limit: usize,
    overlay: &dyn Overlay,
) -> Result<Vec<Posting>, ReadError> {
    let before = before.unwrap_or(i64::MAX);
    let mut names = Names::new(db);
    Walk::accounts(db, account_heads(db, holder, currency, overlay)?)
        .skip_while(|step| step.as_ref().is_ok_and(|(_, row)| row.id >= before))
        .take(limit.min(MOST_ROWS))
        .map(|step| step.and_then(|(account, row)| posting(db, &mut names, account, &row)))
        .collect()
}

/// The last transfer and the number of each of a holder's accounts, or of the one in this currency.
pub(super) fn account_heads(
    db: &Connection,
    holder: HolderId,
    currency: Option<CurrencyId>,
    overlay: &dyn Overlay,
) -> Result<Vec<(i64, i64)>, ReadError> {
    let accounts = accounts_of(db, holder, overlay)?.into_iter();
    Ok(accounts
        .filter(|(of, _)| currency.is_none_or(|wanted| wanted == *of))
        .map(|(_, account)| (account.last_transfer, account.account_ref))
        .collect())
}

fn posting(
    db: &Connection,
    names: &mut Names<'_>,
    account: i64,
    row: &JournalRow,
) -> Result<Posting, ReadError> {
    let (change, after, other) = if row.debit == account {
        (-row.amount, row.debit_after, row.credit)
    } else {
        (row.amount, row.credit_after, row.debit)
    };
    Ok(Posting {
        transaction: number(row.id - row.leg)?,
        transfer: row.id,
        time_ms: IdSequence::time_ms(row.id),
        kind: number(row.kind)?,
        currency: names.account(account)?.currency,
        change,
        balance_after: Balance::new(after),
        other: names.account(other)?.owner,
        actor: number(row.actor)?,
        origin: names.origin(row.origin)?,
        reason: reason_fetch(db, row.id - row.leg)?,
    })
}

fn reason_fetch(db: &Connection, transaction: i64) -> Result<Option<String>, ReadError> {
    let reason = db
        .prepare_cached("SELECT reason FROM detail WHERE id = ?1")?
        .query_row([transaction], |row| row.get(0))
        .optional()?;
    Ok(reason.flatten())
}
