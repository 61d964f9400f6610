//! What is shown of a write.

use app::{Receipt, WriteError};
use ledger::{AccountKey, Amount, Currency, HolderId, IdSequence, Owner};
use serde::{Deserialize, Serialize};

use super::Operator;
use crate::{
    money,
    replies::{self, Words},
    trouble::Trouble,
};

/// What was written, as an operator sees it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReceiptReport {
    pub(crate) transaction: Option<String>,
    pub(crate) sequence: String,
    pub(crate) kind: String,
    pub(crate) time: Option<String>,
    /// What repeats this command without doing it again.
    pub(crate) key: String,
    pub(crate) replayed: bool,
    pub(crate) moves: Vec<MoveLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MoveLine {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) from_after: String,
    pub(crate) to_after: String,
}

impl Operator {
    pub(super) async fn receipt(
        &self,
        answer: Result<Receipt, WriteError>,
        key: &str,
        people: &[(HolderId, &str)],
    ) -> Result<ReceiptReport, Trouble> {
        let currencies = self.currencies().await?;
        let words = Words {
            currencies: &currencies,
            people,
        };
        let receipt = answer.map_err(|error| replies::write_error(&error, &words))?;
        let mut moves = Vec::new();
        for transfer in &receipt.transfers {
            let decimals = decimals(&currencies, transfer.debit);
            moves.push(MoveLine {
                from: self.account_name(transfer.debit).await?,
                to: self.account_name(transfer.credit).await?,
                amount: transfer.amount.display(decimals).to_string(),
                currency: currency_name(&currencies, transfer.debit),
                from_after: transfer.debit_after.display(decimals).to_string(),
                to_after: transfer.credit_after.display(decimals).to_string(),
            });
        }
        let id = receipt.transaction;
        Ok(ReceiptReport {
            transaction: id.map(|id| id.to_string()),
            sequence: receipt.sequence.to_string(),
            kind: receipt.kind.as_str().to_owned(),
            time: id.map(|id| money::rfc3339(IdSequence::time_ms(id.get()))),
            key: key.to_owned(),
            replayed: receipt.replayed,
            moves,
        })
    }

    pub(super) async fn account_name(&self, account: AccountKey) -> Result<String, Trouble> {
        match account.owner {
            Owner::Holder(holder) => self.name_of(holder).await,
            Owner::System(role) => Ok(role.as_str().to_owned()),
        }
    }
}

pub(super) fn amount_of(text: &str, currency: &Currency) -> Result<Amount, Trouble> {
    let amount = Amount::parse(text, currency.decimals);
    amount.map_err(|error| {
        Trouble::input(format!(
            "{text:?} is no amount of {}: {error}.",
            currency.name
        ))
    })
}

fn decimals(currencies: &[Currency], account: AccountKey) -> ledger::Decimals {
    let known = currencies
        .iter()
        .find(|currency| currency.id == account.currency);
    known.map(|currency| currency.decimals).unwrap_or_default()
}

fn currency_name(currencies: &[Currency], account: AccountKey) -> String {
    let known = currencies
        .iter()
        .find(|currency| currency.id == account.currency);
    known.map_or_else(
        || account.currency.to_string(),
        |currency| currency.name.to_string(),
    )
}
