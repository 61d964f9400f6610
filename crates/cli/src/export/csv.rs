//! One posting a line (RFC 4180), for spreadsheets.

use ledger::{Amount, Transaction};

use super::{Books, Journal, NewAccount, jsonl::account};
use crate::money;

pub(super) struct Csv;

const HEADINGS: [&str; 18] = [
    "transaction",
    "sequence",
    "leg",
    "time",
    "kind",
    "currency_id",
    "currency",
    "account",
    "change",
    "balance_after",
    "actor",
    "entry",
    "application",
    "site",
    "class",
    "function",
    "reason",
    "reference",
];

impl Journal for Csv {
    fn begin(&mut self, _: &Books) -> String {
        format!("{}\r\n", HEADINGS.join(","))
    }

    fn account(&mut self, _: &Books, _: &NewAccount, _: &mut String) {}

    fn transaction(&mut self, books: &Books, transaction: &Transaction, out: &mut String) {
        for (leg, transfer) in transaction.transfers.iter().enumerate() {
            let decimals = books.decimals(transfer.debit.currency);
            let minus = |amount: Amount| money::decimal(-i128::from(amount.get()), decimals);
            let plus = transfer.amount.display(decimals).to_string();
            let sides = [
                (transfer.debit, minus(transfer.amount), transfer.debit_after),
                (transfer.credit, plus, transfer.credit_after),
            ];
            for (side, change, after) in sides {
                let (detail, origin) = (&transaction.detail, &transaction.origin);
                let cells = [
                    transaction.id.to_string(),
                    transaction.sequence.to_string(),
                    leg.to_string(),
                    money::rfc3339(transaction.time_ms()),
                    transaction.kind.as_str().to_owned(),
                    side.currency.to_string(),
                    books.currency_name(side.currency).to_owned(),
                    account(side),
                    change,
                    after.display(decimals).to_string(),
                    transaction.actor.to_string(),
                    text(&origin.entry),
                    text(&origin.application),
                    origin.site.to_string(),
                    text(&origin.class),
                    text(&origin.function),
                    text(detail.reason.as_deref().unwrap_or_default()),
                    text(detail.reference.as_deref().unwrap_or_default()),
                ];
                out.push_str(&cells.join(","));
                out.push_str("\r\n");
            }
        }
    }

    fn end(&mut self, _: &Books) -> String {
        String::new()
    }
}

/// Other people's text: never a formula (<https://owasp.org/www-community/attacks/CSV_Injection>), never another cell.
fn text(text: &str) -> String {
    let harmless = match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@') => format!("'{text}"),
        _ if text.starts_with(['\t', '\r', '\n']) => format!("'{text}"),
        _ => text.to_owned(),
    };
    if harmless.contains(['"', ',', '\r', '\n', ';', '\'']) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_never_formulas() {
        let check = |given: &str, expect: &str| assert_eq!(text(given), expect, "{given:?}");
        check("thanks", "thanks");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("=1+1", "\"'=1+1\"");
        check("-1", "\"'-1\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("  =1", "\"'  =1\"");
        check("\t=1", "\"'\t=1\"");
    }
}
