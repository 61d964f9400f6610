//! One transaction a line, with all that the ledger has of it.

use ledger::{AccountKey, Owner, Transaction};
use serde_json::{Value, json};

use super::{Books, Journal, NewAccount};
use crate::money;

pub(super) struct Jsonl;

impl Journal for Jsonl {
    fn begin(&mut self, _: &Books) -> String {
        String::new()
    }

    fn account(&mut self, _: &Books, _: &NewAccount, _: &mut String) {}

    fn transaction(&mut self, books: &Books, transaction: &Transaction, out: &mut String) {
        let detail = &transaction.detail;
        let transfers: Vec<Value> = transaction
            .transfers
            .iter()
            .map(|transfer| {
                let decimals = books.decimals(transfer.debit.currency);
                json!({
                    "from": account(transfer.debit),
                    "to": account(transfer.credit),
                    "currency": transfer.debit.currency,
                    "currency_name": books.currency_name(transfer.debit.currency),
                    "amount": transfer.amount.display(decimals).to_string(),
                    "from_after": transfer.debit_after.display(decimals).to_string(),
                    "to_after": transfer.credit_after.display(decimals).to_string(),
                })
            })
            .collect();
        let mut line = json!({
            "id": transaction.id,
            "sequence": transaction.sequence.to_string(),
            "time": money::rfc3339(transaction.time_ms()),
            "kind": transaction.kind.as_str(),
            "actor": transaction.actor,
            "origin": transaction.origin,
            "transfers": transfers,
        });
        let remainder = detail
            .remainder
            .map(|rest| format!("{}/{}", rest.num, rest.den));
        let extras = [
            ("reason", json!(detail.reason)),
            ("reference", json!(detail.reference)),
            ("item", json!(detail.item)),
            ("item_owner", json!(detail.item_owner)),
            ("reverses", json!(detail.reverses)),
            ("remainder", json!(remainder)),
            (
                "debt",
                json!(detail.debt.map(|debt| debt.get().to_string())),
            ),
            ("traceparent", json!(detail.traceparent)),
            ("about", json!(detail.about)),
        ];
        for (name, value) in extras.into_iter().filter(|(_, value)| !value.is_null()) {
            line[name] = value;
        }
        out.push_str(&line.to_string());
        out.push('\n');
    }

    fn end(&mut self, _: &Books) -> String {
        String::new()
    }
}

/// A holder's id, or the name of a currency's own account.
pub(super) fn account(account: AccountKey) -> String {
    match account.owner {
        Owner::Holder(holder) => holder.to_string(),
        Owner::System(role) => role.as_str().to_owned(),
    }
}
