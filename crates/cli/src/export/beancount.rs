//! <https://beancount.github.io/docs/beancount_language_syntax.html>

use std::{collections::BTreeSet, fmt::Write as _};

use ledger::{Balance, CurrencyId, Transaction};

use super::{Books, Journal, NewAccount, books::one_line};
use crate::money;

#[derive(Default)]
pub(super) struct Beancount {
    /// A holder has one account for all currencies.
    open: BTreeSet<String>,
}

const DAY_MS: i64 = 86_400_000;

impl Journal for Beancount {
    fn begin(&mut self, books: &Books) -> String {
        let mut out = String::from(
            ";; Written by scrip. What is issued comes from Equity:Issuance, so that every transaction balances.\n\
             option \"title\" \"scrip\"\n",
        );
        for currency in books.currencies() {
            let commodity = books.commodity(currency.id);
            put(
                &mut out,
                format_args!("option \"operating_currency\" \"{commodity}\"\n"),
            );
        }
        out.push('\n');
        for currency in books.currencies() {
            let commodity = books.commodity(currency.id);
            put(
                &mut out,
                format_args!(
                    "1970-01-01 commodity {commodity}\n  name: \"{}\"\n  id: \"{}\"\n",
                    currency.name, currency.id
                ),
            );
        }
        out.push('\n');
        out
    }

    fn account(&mut self, books: &Books, new: &NewAccount, out: &mut String) {
        let account = books.account(new.account);
        if self.open.contains(&account) {
            return;
        }
        let (date, name) = (money::date(new.time_ms), one_line(&new.name));
        put(
            out,
            format_args!("{date} open {account}\n  owner: \"{name}\"\n"),
        );
        self.open.insert(account);
    }

    fn transaction(&mut self, books: &Books, transaction: &Transaction, out: &mut String) {
        let reason = transaction.detail.reason.as_deref().unwrap_or_default();
        let origin = &transaction.origin;
        put(
            out,
            format_args!(
                "{date} * \"{kind}\" \"{reason}\"\n  id: \"{id}\"\n  time: \"{time}\"\n  entry: \"{entry}\"\n  \
                 application: \"{application}\"\n  site: \"{site}\"\n  code: \"{class}::{function}\"\n",
                date = money::date(transaction.time_ms()),
                kind = transaction.kind.as_str(),
                reason = one_line(reason),
                id = transaction.id,
                time = money::rfc3339(transaction.time_ms()),
                entry = one_line(&origin.entry),
                application = one_line(&origin.application),
                site = origin.site,
                class = one_line(&origin.class),
                function = one_line(&origin.function),
            ),
        );
        for transfer in &transaction.transfers {
            let currency = transfer.debit.currency;
            let amount = Balance::from(transfer.amount);
            let minus = Balance::new(-transfer.amount.get());
            for (account, amount) in [(transfer.credit, amount), (transfer.debit, minus)] {
                let account = books.account(account);
                let amount = quantity(books, currency, amount);
                put(out, format_args!("  {account}  {amount}\n"));
            }
        }
        out.push('\n');
    }

    /// A balance holds at the beginning of its day.
    fn end(&mut self, books: &Books) -> String {
        let Some(last_ms) = books.last_ms() else {
            return String::new();
        };
        let date = money::date(last_ms + DAY_MS);
        let mut out = String::new();
        for (account, balance) in books.balances() {
            let balance = quantity(books, account.currency, balance);
            let account = books.account(account);
            put(
                &mut out,
                format_args!("{date} balance {account}  {balance}\n"),
            );
        }
        out
    }
}

fn quantity(books: &Books, currency: CurrencyId, amount: Balance) -> String {
    let number = amount.display(books.decimals(currency));
    format!("{number} {}", books.commodity(currency))
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("a String takes all that is written");
}
