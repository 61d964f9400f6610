use std::borrow::Cow;

use app::{Asked, Receipt, WriteError};
use axum::{
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
};
use economy::Command;
use ledger::{CurrencyId, IdempotencyKey, Identity, KeyScope};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::{
    called::{Body, Called, Keyed, Stated},
    extract,
    given::HolderRef,
    idempotency,
    order::{self, Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::{
        awards::AwardBody, burns::BurnBody, exchanges::ExchangeBody, holds::HoldBody,
        mints::MintBody, purchases::PurchaseBody, reversals::ReversalBody, rewards::RewardBody,
        transfers::TransferBody,
    },
    shown::{self, ReceiptShown},
    state::{Shared, Web},
};

const MOST: usize = 1_000;

/// Many writes at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkBody)]
pub(crate) struct Bulk<T> {
    /// At most 1,000. They are done in this order, and a later one sees what the earlier ones did.
    writes: Vec<T>,
}

/// One of many writes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkWrite {
    /// As the header of the same name.
    idempotency_key: String,
    write: Ordered,
}

macro_rules! ordered {
    ($($verb:ident($body:ty),)*) => {
        /// One body, under the name of what it does.
        #[derive(Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = BulkOrder)]
        pub(crate) enum Ordered { $($verb($body),)* }

        impl Ordered {
            fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
                match self { $(Ordered::$verb(body) => body.holders(name),)* }
            }

            fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
                match self { $(Ordered::$verb(body) => body.currencies(name),)* }
            }

            fn stated(&mut self) -> Stated {
                match self { $(Ordered::$verb(body) => body.stated(),)* }
            }

            async fn command(self, desk: &mut Desk<'_>) -> Result<Command, Problem> {
                match self { $(Ordered::$verb(body) => {
                    desk.caller.must(<$body as Order>::SCOPE)?;
                    body.command(desk).await.map(Into::into)
                })* }
            }
        }
    };
}

ordered! {
    Mint(MintBody),
    Burn(BurnBody),
    Transfer(TransferBody),
    Exchange(ExchangeBody),
    Purchase(PurchaseBody),
    Reward(RewardBody),
    Award(AwardBody),
    Hold(HoldBody),
    Reversal(ReversalBody),
}

/// The answer to each write, in their order.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkAnswer)]
pub(crate) struct BulkShown {
    results: Vec<ResultShown>,
}

/// What one write gave: a receipt or a problem.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub(crate) struct ResultShown {
    /// As a request of its own would have been answered.
    status: u16,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptShown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemSchema>)]
    problem: Option<Problem>,
}

impl From<Result<ReceiptShown, Problem>> for ResultShown {
    fn from(answer: Result<ReceiptShown, Problem>) -> Self {
        match answer {
            Ok(receipt) => Self {
                status: 201,
                replayed: receipt.replayed,
                receipt: Some(receipt),
                problem: None,
            },
            Err(problem) => Self {
                status: problem.status().as_u16(),
                replayed: false,
                receipt: None,
                problem: Some(problem),
            },
        }
    }
}

/// Up to 1,000 writes in one request, each with its own key and its own answer: one refused does not hold up the others.
#[utoipa::path(
    post,
    path = "/v1/bulk",
    tag = "Money",
    params(
        ("Prefer" = Option<String>, Header, description = "`return=minimal` leaves the transfers out of the receipts."),
        ("traceparent" = Option<String>, Header, description = "W3C Trace Context; kept with what is written."),
    ),
    request_body = Bulk<BulkWrite>,
    responses(
        (status = 200, description = "An answer to each", body = BulkShown),
        (status = "default", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn bulk_write(
    State(web): State<Shared>,
    called: Called,
    request: Request,
) -> Result<Response, Problem> {
    let keyed = Keyed::new(&web, called, request.headers(), String::new())?;
    let minimal = prefers_minimal(request.headers());
    let bytes = extract::json_bytes(request).await?;
    let prepared = prepare(&web, &keyed, writes(&bytes)?).await?;
    drop(bytes);
    let (mut slots, mut writes) = (Vec::with_capacity(prepared.len()), Vec::new());
    for prepared in prepared {
        slots.push(prepared.map(|write| writes.push(write)));
    }
    let answers = web.app.write_many(writes).await;
    let results = web.shown_results(slots, answers, minimal).await;
    let bytes = 128 + results.len() * if minimal { 160 } else { 400 };
    Ok(shown::json(&BulkShown { results }, bytes))
}

/// Reads all writes at once; only where one of them is wrong each is read for itself, so that it alone is refused.
fn writes(bytes: &[u8]) -> Result<Vec<Result<BulkWrite, Problem>>, Problem> {
    let writes: Vec<_> = match serde_json::from_slice::<Bulk<BulkWrite>>(bytes) {
        Ok(bulk) => bulk.writes.into_iter().map(Ok).collect(),
        Err(_) => {
            let bulk: Bulk<&RawValue> = extract::parse(bytes, "")?;
            let each = bulk.writes.iter().enumerate();
            each.map(|(at, raw)| extract::parse(raw.get().as_bytes(), &format!("writes[{at}].")))
                .collect()
        }
    };
    if (1..=MOST).contains(&writes.len()) {
        Ok(writes)
    } else {
        Err(Problem::invalid(
            "writes",
            format!("A request has 1 to {MOST} writes."),
        ))
    }
}

type Prepared = Result<(Asked, Command), Problem>;

async fn prepare(
    web: &Web,
    keyed: &Keyed,
    writes: Vec<Result<BulkWrite, Problem>>,
) -> Result<Vec<Prepared>, Problem> {
    let (mut identities, mut currencies) = (Vec::<Identity>::new(), Vec::new());
    for write in writes.iter().flatten() {
        write
            .write
            .holders(&mut |named| identities.extend(order::identity(named)));
        write.write.currencies(&mut |currency| {
            if currencies.last() != Some(&currency) {
                currencies.push(currency);
            }
        });
    }
    let mut desk = Desk::new(web, &keyed.called.caller, identities, currencies).await?;
    let mut prepared = Vec::with_capacity(writes.len());
    for write in writes {
        prepared.push(match write {
            Ok(write) => prepare_one(web, keyed, &mut desk, write).await,
            Err(problem) => Err(problem),
        });
    }
    Ok(prepared)
}

async fn prepare_one(
    web: &Web,
    keyed: &Keyed,
    desk: &mut Desk<'_>,
    mut write: BulkWrite,
) -> Prepared {
    let text = idempotency::checked("idempotency_key", &write.idempotency_key)?;
    let key = IdempotencyKey::new(KeyScope(&keyed.called.caller.key_scope), text);
    let asked = keyed.asked_as(web, write.write.stated(), key)?;
    Ok((asked, write.write.command(desk).await?))
}

/// `Prefer: return=minimal` (RFC 7240).
fn prefers_minimal(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter();
    preferences
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|preference| {
            preference.split(';').next().map_or(Cow::Borrowed(""), |p| {
                Cow::Owned(p.replace(' ', "").to_ascii_lowercase())
            })
        })
        .any(|preference| preference == "return=minimal")
}

impl Web {
    async fn shown_results(
        &self,
        slots: Vec<Result<(), Problem>>,
        answers: Vec<Result<Receipt, WriteError>>,
        minimal: bool,
    ) -> Vec<ResultShown> {
        let mut answers = answers.into_iter();
        let mut results = Vec::with_capacity(slots.len());
        for slot in slots {
            let shown = match slot {
                Err(problem) => Err(problem),
                Ok(()) => match answers.next() {
                    Some(Ok(receipt)) if minimal => Ok(ReceiptShown::minimal(&receipt)),
                    Some(answer) => self.receipt(answer).await,
                    None => Err(app::StoreError::Unknown.into()),
                },
            };
            results.push(shown.into());
        }
        results
    }
}
