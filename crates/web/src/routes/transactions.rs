use app::TransactionFilter;
use axum::{Json, extract::State};
use economy::Refusal;
use jiff::Timestamp;
use ledger::{CodeSiteId, CurrencyId, Kind, Transaction, TransactionId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    auth::Caller,
    called::Called,
    extract::{At, Params, limit},
    given::HolderRef,
    problem::{Problem, ProblemSchema},
    shown::{Page, TransactionShown},
    state::{Shared, Web},
};

/// One transaction, with its transfers and where it came from.
#[utoipa::path(
    get,
    path = "/v1/transactions/{transaction}",
    tag = "Journal",
    params(("transaction" = String, Path, description = "The transaction's id.")),
    responses(
        (status = 200, description = "The transaction", body = TransactionShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn transaction_show(
    State(web): State<Shared>,
    called: Called,
    At(id): At<TransactionId>,
) -> Result<Json<TransactionShown>, Problem> {
    let found = web.app.store().transaction(id).await?;
    // To a key that may not see its currencies, a transaction is not there.
    let Some(transaction) = found.filter(|found| visible(&called.caller, found)) else {
        let refusal = Refusal::UnknownTransaction { transaction: id };
        return Err(Problem::refused(&refusal, &web.currencies.now()));
    };
    let mut shown = web.shown(vec![transaction]).await?;
    let only = shown.pop();
    only.map(Json)
        .ok_or_else(|| Problem::not_found("transaction"))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TransactionQuery {
    /// Only those that moved this holder's money.
    #[param(value_type = Option<String>)]
    holder: Option<HolderRef>,
    #[param(value_type = Option<String>)]
    currency: Option<CurrencyId>,
    /// Such as `mint`, `transfer` or `note_created`.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// The id of a code site.
    site: Option<String>,
    /// Not before this time (RFC 3339).
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Not after this time (RFC 3339).
    #[param(value_type = Option<String>)]
    to: Option<Timestamp>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<TransactionId>,
    /// 1 to 100; 20 when not given.
    limit: Option<usize>,
}

/// Transactions, newest first.
#[utoipa::path(
    get,
    path = "/v1/transactions",
    tag = "Journal",
    params(TransactionQuery),
    responses(
        (status = 200, description = "A page of transactions", body = Page<TransactionShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn transaction_list(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<TransactionQuery>,
) -> Result<Json<Page<TransactionShown>>, Problem> {
    let limit = limit(query.limit, 100)?;
    query
        .currency
        .map_or(Ok(()), |currency| called.caller.must_see(currency))?;
    let filter = TransactionFilter {
        holder: match &query.holder {
            Some(named) => Some(web.known_holder(named).await?.id),
            None => None,
        },
        currency: query.currency,
        kind: query.kind,
        site: query.site.as_deref().map(site).transpose()?,
        from_ms: query.from.map(Timestamp::as_millisecond),
        to_ms: query.to.map(Timestamp::as_millisecond),
        before: query.cursor,
        limit,
    };
    let found = web.app.store().transactions(filter).await?;
    let last = found.last().map(|transaction| transaction.id.get());
    let mut page = Page::new(found, limit, last);
    page.items
        .retain(|transaction| visible(&called.caller, transaction));
    Ok(Json(Page {
        items: web.shown(page.items).await?,
        next: page.next,
    }))
}

pub(crate) fn site(text: &str) -> Result<CodeSiteId, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = text.parse().ok().filter(|_| digits);
    id.map(CodeSiteId::new)
        .ok_or_else(|| Problem::bad_request("site", "A code site's id is a decimal number."))
}

/// Whether a key may see all currencies that a transaction moves.
pub(crate) fn visible(caller: &Caller, transaction: &Transaction) -> bool {
    let mut transfers = transaction.transfers.iter();
    transfers.all(|transfer| caller.sees(transfer.debit.currency))
}

impl Web {
    pub(crate) async fn shown(
        &self,
        transactions: Vec<Transaction>,
    ) -> Result<Vec<TransactionShown>, Problem> {
        let transfers = transactions.iter().flat_map(|t| &t.transfers);
        let currencies = transfers.map(|transfer| transfer.debit.currency);
        let store = self.app.store();
        let known = self.currencies.with(store, currencies).await?;
        let shown = transactions.into_iter();
        Ok(shown.map(|t| TransactionShown::new(t, &known)).collect())
    }
}
