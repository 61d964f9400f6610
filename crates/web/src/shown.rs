//! What answers show: ids and amounts as decimal strings, times as RFC 3339.

use app::Receipt;
use axum::{
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use economy::Refusal;
use jiff::Timestamp;
use ledger::{
    Amount, Balance, CurrencyId, Decimals, Detail, HolderId, IdSequence, Kind, Owner,
    RecordedOrigin, Remainder, Transaction, TransactionId, Transfer,
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::{currencies::Known, idempotency};

/// Minor units as decimal text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Money {
    minor_units: i64,
    decimals: Decimals,
}

impl Money {
    pub(crate) fn amount(amount: Amount, decimals: Decimals) -> Self {
        Self::minor(amount.get(), decimals)
    }

    pub(crate) fn balance(balance: Balance, decimals: Decimals) -> Self {
        Self::minor(balance.get(), decimals)
    }

    pub(crate) const fn minor(minor_units: i64, decimals: Decimals) -> Self {
        Self {
            minor_units,
            decimals,
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&Balance::new(self.minor_units).display(self.decimals))
    }
}

/// Sums of minor units, which can pass 63 bits, as decimal text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sum {
    pub(crate) minor_units: i128,
    pub(crate) decimals: Decimals,
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let sign = if self.minor_units < 0 { "-" } else { "" };
        let scale = u128::from(self.decimals.scale().unsigned_abs());
        let (whole, rest) = (
            self.minor_units.unsigned_abs() / scale,
            self.minor_units.unsigned_abs() % scale,
        );
        let width = usize::from(self.decimals.get());
        if width == 0 {
            to.collect_str(&format_args!("{sign}{whole}"))
        } else {
            to.collect_str(&format_args!("{sign}{whole}.{rest:0width$}"))
        }
    }
}

/// A number that is shown as text, because it can pass 2^53.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<T>(pub(crate) T);

impl<T: std::fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// Milliseconds since the Unix epoch, as RFC 3339 writes them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub(crate) i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let time = Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        to.collect_str(&time)
    }
}

/// A side of a transfer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SideShown {
    /// Whose account it is; absent for a currency's own accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    holder: Option<HolderId>,
    /// `issuance`, `note_escrow`, `hold_escrow`, `settlement` or `rounding`.
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'static str>,
    /// The account's balance after the transfer.
    #[schema(value_type = String)]
    after: Money,
}

impl SideShown {
    fn new(owner: Owner, after: Balance, decimals: Decimals) -> Self {
        let (holder, system) = parties(owner);
        Self {
            holder,
            system,
            after: Money::balance(after, decimals),
        }
    }
}

pub(crate) fn parties(owner: Owner) -> (Option<HolderId>, Option<&'static str>) {
    match owner {
        Owner::Holder(holder) => (Some(holder), None),
        Owner::System(role) => (None, Some(role.as_str())),
    }
}

/// One movement of money: a posting on each side.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferShown {
    #[schema(value_type = String)]
    currency: CurrencyId,
    #[schema(value_type = String)]
    amount: Money,
    debit: SideShown,
    credit: SideShown,
}

impl TransferShown {
    fn new(transfer: &Transfer, known: &Known) -> Self {
        let currency = transfer.debit.currency;
        let decimals = known.decimals(currency);
        Self {
            currency,
            amount: Money::amount(transfer.amount, decimals),
            debit: SideShown::new(transfer.debit.owner, transfer.debit_after, decimals),
            credit: SideShown::new(transfer.credit.owner, transfer.credit_after, decimals),
        }
    }
}

/// The part of a minor unit that rounding down left with the issuance side.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemainderShown {
    #[schema(value_type = String)]
    num: Text<u64>,
    #[schema(value_type = String)]
    den: Text<u64>,
}

impl From<Remainder> for RemainderShown {
    fn from(remainder: Remainder) -> Self {
        Self {
            num: Text(remainder.num),
            den: Text(remainder.den),
        }
    }
}

/// What was written. A repeated request gets it again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptShown {
    #[schema(value_type = Option<String>)]
    pub(crate) transaction: Option<TransactionId>,
    /// The transaction's place in the ledger's sequence.
    #[schema(value_type = String)]
    sequence: Text<u64>,
    #[schema(value_type = String, example = "transfer")]
    kind: Kind,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    time: Option<Time>,
    /// Left out when the request prefers `return=minimal`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transfers: Vec<TransferShown>,
    /// What rounding an exchange down left, in minor units of the bought currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    remainder: Option<RemainderShown>,
    /// What a reversal could not take back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    debt: Option<Money>,
    #[serde(skip)]
    pub(crate) replayed: bool,
}

impl ReceiptShown {
    pub(crate) fn new(receipt: &Receipt, known: &Known) -> Self {
        let transfers = &receipt.transfers;
        Self {
            transaction: receipt.transaction,
            sequence: Text(receipt.sequence),
            kind: receipt.kind,
            time: receipt
                .transaction
                .map(|id| Time(IdSequence::time_ms(id.get()))),
            transfers: transfers
                .iter()
                .map(|transfer| TransferShown::new(transfer, known))
                .collect(),
            remainder: receipt.remainder.map(Into::into),
            debt: debt(receipt.debt, transfers, known),
            replayed: receipt.replayed,
        }
    }
}

impl ReceiptShown {
    /// Without what the caller can do without.
    pub(crate) fn minimal(receipt: &Receipt) -> Self {
        let bare = Receipt {
            transfers: Vec::new(),
            debt: None,
            ..receipt.clone()
        };
        Self::new(&bare, &Known::default())
    }
}

impl IntoResponse for ReceiptShown {
    fn into_response(self) -> Response {
        written(self.replayed, &self)
    }
}

/// A debt is in the currency of what was taken back; nothing of it is shown where nothing could be taken.
fn debt(debt: Option<Amount>, transfers: &[Transfer], known: &Known) -> Option<Money> {
    let currency = transfers.first()?.debit.currency;
    debt.map(|debt| Money::amount(debt, known.decimals(currency)))
}

/// 201 with a body, marked when this key was answered so before.
pub(crate) fn written(replayed: bool, body: &impl Serialize) -> Response {
    answered(StatusCode::CREATED, replayed, body)
}

/// 200 with a body, marked when this key was answered so before.
pub(crate) fn changed(replayed: bool, body: &impl Serialize) -> Response {
    answered(StatusCode::OK, replayed, body)
}

fn answered(status: StatusCode, replayed: bool, body: &impl Serialize) -> Response {
    let mut response = (status, json(body, 512)).into_response();
    if replayed {
        idempotency::mark_replayed(response.headers_mut());
    }
    response
}

/// JSON written into one piece of memory that is large enough from the start.
pub(crate) fn json(body: &impl Serialize, bytes: usize) -> Response {
    let mut text = Vec::with_capacity(bytes);
    serde_json::to_writer(&mut text, body).expect("answers are plain texts, numbers and lists");
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, JSON)], text).into_response()
}

/// Which code made a change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Origin)]
pub(crate) struct OriginShown {
    /// Where it came in, such as `http:POST /v1/transfers`.
    entry: String,
    /// The adapter, or the API key's name.
    application: String,
    #[schema(value_type = String)]
    site: ledger::CodeSiteId,
    class: String,
    function: String,
    /// Stated by a remote caller, not seen by the server.
    claimed: bool,
}

impl From<RecordedOrigin> for OriginShown {
    fn from(origin: RecordedOrigin) -> Self {
        Self {
            entry: origin.entry,
            application: origin.application,
            site: origin.site,
            class: origin.class,
            function: origin.function,
            claimed: origin.claimed,
        }
    }
}

/// A transaction with its transfers and where it came from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transaction)]
pub(crate) struct TransactionShown {
    #[schema(value_type = String)]
    id: TransactionId,
    #[schema(value_type = String)]
    sequence: Text<u64>,
    #[schema(value_type = String, example = "transfer")]
    kind: Kind,
    #[schema(value_type = String)]
    time: Time,
    /// Who ordered it.
    #[schema(value_type = String)]
    actor: HolderId,
    origin: OriginShown,
    transfers: Vec<TransferShown>,
    #[serde(flatten)]
    detail: DetailShown,
}

/// What a few transactions carry beside their transfers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DetailShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    item: Option<ledger::ItemId>,
    /// Who owned the item before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    item_owner: Option<HolderId>,
    /// The transaction that this one mends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    reverses: Option<TransactionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remainder: Option<RemainderShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    debt: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    /// The note or hold that it settled, or what the one that it made says.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
}

impl TransactionShown {
    pub(crate) fn new(transaction: Transaction, known: &Known) -> Self {
        let time = Time(transaction.time_ms());
        let Detail {
            reason,
            reference,
            item,
            item_owner,
            reverses,
            remainder,
            debt: owed,
            traceparent,
            about,
        } = transaction.detail;
        Self {
            id: transaction.id,
            sequence: Text(transaction.sequence),
            kind: transaction.kind,
            time,
            actor: transaction.actor,
            origin: transaction.origin.into(),
            detail: DetailShown {
                reason,
                reference,
                item,
                item_owner,
                reverses,
                remainder: remainder.map(Into::into),
                debt: debt(owed, &transaction.transfers, known),
                traceparent,
                about,
            },
            transfers: transaction
                .transfers
                .iter()
                .map(|transfer| TransferShown::new(transfer, known))
                .collect(),
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// A page of a list of which `limit` were asked for; `cursor` is the last one's.
    pub(crate) fn new(items: Vec<T>, limit: usize, cursor: Option<i64>) -> Self {
        let whole = items.len() >= limit;
        Self {
            next: cursor.filter(|_| whole).map(|cursor| cursor.to_string()),
            items,
        }
    }

    /// A list that has only one page.
    pub(crate) fn all(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// The currency that a refusal's words name amounts in.
pub(crate) fn currency_of(refusal: &Refusal) -> Option<CurrencyId> {
    match refusal {
        Refusal::NotEnough { account, .. } | Refusal::BalanceTooLarge { account } => {
            Some(account.currency)
        }
        Refusal::CurrencyFrozen { currency } => Some(*currency),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_decimal_text() {
        fn check(minor_units: i128, decimals: u8, expect: &str) {
            let decimals = Decimals::new(decimals).unwrap();
            let sum = Sum {
                minor_units,
                decimals,
            };
            assert_eq!(
                serde_json::to_string(&sum).unwrap(),
                format!("\"{expect}\"")
            );
        }
        check(0, 0, "0");
        check(-5, 2, "-0.05");
        check(i128::from(i64::MAX) * 10, 0, "92233720368547758070");
        check(123_456, 3, "123.456");
    }
}
