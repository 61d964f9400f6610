use std::collections::BTreeMap;

use ledger::{AccountKey, Balance, Currency, CurrencyId, Decimals, Owner, SystemRole, Transaction};

use super::commodity::commodities;

/// What an export knows while it runs: names of commodities, and every account's balance so far.
#[derive(Debug)]
pub(crate) struct Books {
    currencies: Vec<Currency>,
    commodities: BTreeMap<CurrencyId, String>,
    balances: BTreeMap<AccountKey, Balance>,
    last_ms: i64,
}

impl Books {
    pub(crate) fn new(currencies: Vec<Currency>) -> Self {
        let mut books = Self {
            currencies: Vec::new(),
            commodities: BTreeMap::new(),
            balances: BTreeMap::new(),
            last_ms: 0,
        };
        books.set_currencies(currencies);
        books
    }

    pub(crate) fn set_currencies(&mut self, mut currencies: Vec<Currency>) {
        // The oldest first, so that an older currency keeps its name when a newer one is called the same.
        currencies.sort_by_key(|currency| currency.id);
        self.commodities = commodities(&currencies);
        self.currencies = currencies;
    }

    pub(crate) fn lacks_currency(&self, transaction: &Transaction) -> bool {
        let used = transaction
            .transfers
            .iter()
            .map(|transfer| transfer.debit.currency);
        used.into_iter()
            .any(|id| !self.commodities.contains_key(&id))
    }

    /// Keeps the balances after a transaction; gives the accounts that it is the first for.
    pub(crate) fn post(&mut self, transaction: &Transaction) -> Vec<AccountKey> {
        self.last_ms = transaction.time_ms();
        let mut new = Vec::new();
        for transfer in &transaction.transfers {
            let sides = [
                (transfer.debit, transfer.debit_after),
                (transfer.credit, transfer.credit_after),
            ];
            for (account, after) in sides {
                if self.balances.insert(account, after).is_none() {
                    new.push(account);
                }
            }
        }
        new
    }

    pub(crate) fn accounts(&self) -> usize {
        self.balances.len()
    }

    pub(super) fn currencies(&self) -> &[Currency] {
        &self.currencies
    }

    /// By holder, then by currency.
    pub(super) fn balances(&self) -> impl Iterator<Item = (AccountKey, Balance)> {
        self.balances
            .iter()
            .map(|(account, balance)| (*account, *balance))
    }

    /// The time of the last transaction; nothing when there is none.
    pub(super) fn last_ms(&self) -> Option<i64> {
        (!self.balances.is_empty()).then_some(self.last_ms)
    }

    pub(super) fn commodity(&self, currency: CurrencyId) -> &str {
        let known = self.commodities.get(&currency);
        known.map_or("UNKNOWN", String::as_str)
    }

    pub(super) fn decimals(&self, currency: CurrencyId) -> Decimals {
        let known = self.currencies.iter().find(|known| known.id == currency);
        known.map(|known| known.decimals).unwrap_or_default()
    }

    pub(super) fn currency_name(&self, currency: CurrencyId) -> &str {
        let known = self.currencies.iter().find(|known| known.id == currency);
        known.map_or("", |known| known.name.as_str())
    }

    /// `Assets:Holders:123`, `Equity:Issuance:TEA`: good for hledger and beancount alike.
    pub(super) fn account(&self, account: AccountKey) -> String {
        let commodity = self.commodity(account.currency);
        match account.owner {
            Owner::Holder(holder) => format!("Assets:Holders:{holder}"),
            Owner::System(SystemRole::Issuance) => format!("Equity:Issuance:{commodity}"),
            Owner::System(SystemRole::NoteEscrow) => format!("Equity:Escrow:Notes:{commodity}"),
            Owner::System(SystemRole::HoldEscrow) => format!("Equity:Escrow:Holds:{commodity}"),
            Owner::System(SystemRole::Settlement) => format!("Equity:Settlement:{commodity}"),
            Owner::System(SystemRole::Rounding) => format!("Equity:Rounding:{commodity}"),
        }
    }
}

/// A text that other people wrote, on one line and without what begins something else in any of these formats.
pub(super) fn one_line(text: &str) -> String {
    let harmless = |c: char| match c {
        c if c.is_control() => ' ',
        ';' | '|' | '"' | '\\' | ',' | '\u{2028}' | '\u{2029}' => ' ',
        c => c,
    };
    let plain: String = text.chars().map(harmless).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
