use ledger::Transaction;
use serde::{Deserialize, Serialize};

use super::{Operator, Tell, Word};
use crate::{
    export::{Books, Journal, NewAccount, journal},
    replies,
    trouble::Trouble,
};

/// The books, for another program.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExportOrder {
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// One transaction a line, complete
    Jsonl,
    /// One posting a line, for spreadsheets
    Csv,
    /// A journal for hledger
    Hledger,
    /// A ledger for beancount
    Beancount,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Exported {
    pub(crate) transactions: u64,
    pub(crate) accounts: usize,
}

/// How many transactions are read at once.
const CHUNK: usize = 500;

pub(super) async fn export(
    operator: &Operator,
    order: ExportOrder,
    tell: &Tell,
) -> Result<Exported, Trouble> {
    let store = operator.app.store();
    // What is written while this runs is not part of it.
    let last = *store.committed().borrow();
    let mut books = Books::new(operator.currencies().await?);
    let mut journal = journal(order.format);
    say(tell, journal.begin(&books)).await?;
    let (mut cursor, mut count) = (0, 0);
    loop {
        let chunk = store.transactions_after(cursor, CHUNK).await;
        let chunk = chunk.map_err(|error| replies::store_error(&error))?;
        let Some(end) = chunk.last().map(|transaction| transaction.id.get()) else {
            break;
        };
        cursor = end;
        let chunk = chunk
            .iter()
            .filter(|transaction| transaction.id.get() <= last);
        let mut text = String::new();
        for transaction in chunk {
            write_one(operator, &mut books, &mut *journal, transaction, &mut text).await?;
            count += 1;
        }
        say(tell, text).await?;
    }
    say(tell, journal.end(&books)).await?;
    Ok(Exported {
        transactions: count,
        accounts: books.accounts(),
    })
}

async fn write_one(
    operator: &Operator,
    books: &mut Books,
    journal: &mut dyn Journal,
    transaction: &Transaction,
    out: &mut String,
) -> Result<(), Trouble> {
    // A currency that was made after this began has nothing to show before it.
    if books.lacks_currency(transaction) {
        books.set_currencies(operator.currencies().await?);
    }
    for account in books.post(transaction) {
        let name = operator.account_name(account).await?;
        let new = NewAccount {
            account,
            name,
            time_ms: transaction.time_ms(),
        };
        journal.account(books, &new, out);
    }
    journal.transaction(books, transaction, out);
    Ok(())
}

/// Ends the export when nobody listens any more.
async fn say(tell: &Tell, text: String) -> Result<(), Trouble> {
    if text.is_empty() {
        return Ok(());
    }
    let sent = tell.send(Word::Text(text)).await;
    sent.map_err(|_| Trouble::failed("Whoever asked for the export is gone."))
}
