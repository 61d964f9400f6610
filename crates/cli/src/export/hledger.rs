//! <https://hledger.org/hledger.html#journal>

use std::fmt::Write as _;

use ledger::{Balance, CurrencyId, Transaction};

use super::{Books, Journal, NewAccount, books::one_line};
use crate::money;

pub(super) struct Hledger;

impl Journal for Hledger {
    fn begin(&mut self, books: &Books) -> String {
        let mut out = String::from(
            "; Written by scrip. What is issued comes from Equity:Issuance, so that every transaction balances.\n\
             decimal-mark .\n\n",
        );
        for currency in books.currencies() {
            let places = "0".repeat(currency.decimals.get().into());
            let name = books.commodity(currency.id);
            put(
                &mut out,
                format_args!("commodity 1000.{places} \"{name}\"\n"),
            );
        }
        out.push('\n');
        out
    }

    fn account(&mut self, books: &Books, new: &NewAccount, out: &mut String) {
        let (account, name) = (books.account(new.account), one_line(&new.name));
        put(out, format_args!("account {account}  ; {name}\n"));
    }

    fn transaction(&mut self, books: &Books, transaction: &Transaction, out: &mut String) {
        let date = money::date(transaction.time_ms());
        let kind = transaction.kind.as_str();
        put(out, format_args!("{date} * ({}) {kind}", transaction.id));
        if let Some(reason) = &transaction.detail.reason {
            put(out, format_args!(" | {}", one_line(reason)));
        }
        let origin = &transaction.origin;
        put(
            out,
            format_args!(
                "\n    ; time:{}, entry:{}, application:{}, site:{}, code:{}::{}\n",
                money::rfc3339(transaction.time_ms()),
                one_line(&origin.entry),
                one_line(&origin.application),
                origin.site,
                one_line(&origin.class),
                one_line(&origin.function),
            ),
        );
        for transfer in &transaction.transfers {
            let currency = transfer.debit.currency;
            let amount = Balance::from(transfer.amount);
            let minus = Balance::new(-transfer.amount.get());
            for (account, amount) in [(transfer.credit, amount), (transfer.debit, minus)] {
                let account = books.account(account);
                let amount = quantity(books, currency, amount);
                put(out, format_args!("    {account}  {amount}\n"));
            }
        }
        out.push('\n');
    }

    fn end(&mut self, books: &Books) -> String {
        let Some(last_ms) = books.last_ms() else {
            return String::new();
        };
        let mut out = format!("{} * balances\n", money::date(last_ms));
        for (account, balance) in books.balances() {
            let zero = quantity(books, account.currency, Balance::ZERO);
            let balance = quantity(books, account.currency, balance);
            let account = books.account(account);
            put(
                &mut out,
                format_args!("    {account}  {zero} = {balance}\n"),
            );
        }
        out
    }
}

fn quantity(books: &Books, currency: CurrencyId, amount: Balance) -> String {
    let number = amount.display(books.decimals(currency));
    format!("{number} \"{}\"", books.commodity(currency))
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("a String takes all that is written");
}
