//! The books for other programs: complete and balanced, one commodity for each currency.

mod beancount;
mod books;
mod commodity;
mod csv;
mod hledger;
mod jsonl;

pub(crate) use books::Books;
use ledger::{AccountKey, Transaction};

use crate::operator::Format;

/// An account at its first use.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) account: AccountKey,
    /// As people know its owner.
    pub(crate) name: String,
    pub(crate) time_ms: i64,
}

/// Another program's way of writing a journal.
pub(crate) trait Journal: Send {
    fn begin(&mut self, books: &Books) -> String;
    /// Comes before the account's first transaction.
    fn account(&mut self, books: &Books, new: &NewAccount, out: &mut String);
    fn transaction(&mut self, books: &Books, transaction: &Transaction, out: &mut String);
    /// With the balances that must have come out.
    fn end(&mut self, books: &Books) -> String;
}

pub(crate) fn journal(format: Format) -> Box<dyn Journal> {
    match format {
        Format::Jsonl => Box::new(jsonl::Jsonl),
        Format::Csv => Box::new(csv::Csv),
        Format::Hledger => Box::new(hledger::Hledger),
        Format::Beancount => Box::<beancount::Beancount>::default(),
    }
}
