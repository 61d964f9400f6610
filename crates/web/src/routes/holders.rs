use app::{Change, HolderRecord};
use axum::{Json, extract::State, http::StatusCode};
use economy::Refusal;
use ledger::{CurrencyId, HolderId, Identity, Kind, Standing, TransactionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::{Called, Write, body},
    extract::{At, Params, limit},
    given::HolderRef,
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::{Money, OriginShown, Page, Time, parties},
    state::{Shared, Web},
};

/// Somebody, or a guild's treasury.
#[derive(Serialize, ToSchema)]
#[schema(as = HolderRecord)]
pub(crate) struct HolderShown {
    #[schema(value_type = String)]
    id: HolderId,
    /// `open`, `frozen` or `merged`.
    standing: &'static str,
    /// The holder that this one was joined with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    merged_into: Option<HolderId>,
    identities: Vec<String>,
}

impl From<HolderRecord> for HolderShown {
    fn from(record: HolderRecord) -> Self {
        let (standing, merged_into) = match record.standing {
            Standing::Open => ("open", None),
            Standing::Frozen => ("frozen", None),
            Standing::Merged(into) => ("merged", Some(into)),
        };
        Self {
            id: record.id,
            standing,
            merged_into,
            identities: record.identities.iter().map(Identity::to_string).collect(),
        }
    }
}

/// The holder of an identity; made if there is none. Repeating it changes nothing, so it needs no key.
#[utoipa::path(
    put,
    path = "/v1/holders/{holder}",
    tag = "Holders",
    params(("holder" = String, Path, description = "An identity, such as discord:123 or app:alice.")),
    responses(
        (status = 200, description = "The holder", body = HolderShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn holder_ensure(
    State(web): State<Shared>,
    _called: Called,
    At(named): At<HolderRef>,
) -> Result<Json<HolderShown>, Problem> {
    if let HolderRef::Identity(identity) = &named {
        web.app.holder(identity.clone()).await?;
    }
    Ok(Json(web.known_holder(&named).await?.into()))
}

/// A holder by id or identity.
#[utoipa::path(
    get,
    path = "/v1/holders/{holder}",
    tag = "Holders",
    params(("holder" = String, Path, description = "An id, or an identity such as discord:123.")),
    responses(
        (status = 200, description = "The holder", body = HolderShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn holder_show(
    State(web): State<Shared>,
    _called: Called,
    At(named): At<HolderRef>,
) -> Result<Json<HolderShown>, Problem> {
    Ok(Json(web.known_holder(&named).await?.into()))
}

/// One account of a wallet.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountShown {
    #[schema(value_type = String)]
    currency: CurrencyId,
    name: String,
    #[schema(value_type = String)]
    balance: Money,
    /// What may be spent down to.
    #[schema(value_type = String)]
    floor: Money,
    /// Set aside by open holds; not part of the balance.
    #[schema(value_type = String)]
    held: Money,
}

/// All accounts of a holder.
#[utoipa::path(
    get,
    path = "/v1/holders/{holder}/wallet",
    tag = "Holders",
    params(("holder" = String, Path, description = "An id, or an identity such as discord:123.")),
    responses(
        (status = 200, description = "The wallet", body = Page<AccountShown>),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn holder_wallet(
    State(web): State<Shared>,
    called: Called,
    At(named): At<HolderRef>,
) -> Result<Json<Page<AccountShown>>, Problem> {
    let holder = web.known_holder(&named).await?.id;
    let store = web.app.store();
    let lines = store.wallet(holder).await?;
    let currencies = lines.iter().map(|line| line.currency);
    let known = web.currencies.with(store, currencies).await?;
    let seen = lines
        .into_iter()
        .filter(|line| called.caller.sees(line.currency));
    let shown = seen.filter_map(|line| {
        let currency = known.get(line.currency)?;
        let decimals = currency.decimals;
        Some(AccountShown {
            currency: line.currency,
            name: currency.name.to_string(),
            balance: Money::balance(line.balance, decimals),
            floor: Money::balance(line.floor, decimals),
            held: Money::amount(line.held, decimals),
        })
    });
    Ok(Json(Page::all(shown.collect())))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Only this currency.
    #[param(value_type = Option<String>)]
    currency: Option<CurrencyId>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
    /// 1 to 100; 20 when not given.
    limit: Option<usize>,
}

/// One side of a transfer, as its account's owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Posting)]
pub(crate) struct PostingShown {
    #[schema(value_type = String)]
    transaction: TransactionId,
    #[schema(value_type = String)]
    time: Time,
    #[schema(value_type = String, example = "transfer")]
    kind: Kind,
    #[schema(value_type = String)]
    currency: CurrencyId,
    /// Positive when it came in.
    #[schema(value_type = String)]
    change: Money,
    #[schema(value_type = String)]
    balance_after: Money,
    /// The holder on the other side; absent for a currency's own accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    other: Option<HolderId>,
    /// The currency's own account on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_system: Option<&'static str>,
    #[schema(value_type = String)]
    actor: HolderId,
    origin: OriginShown,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What came in and went out, newest first, each with where it came from.
#[utoipa::path(
    get,
    path = "/v1/holders/{holder}/history",
    tag = "Holders",
    params(("holder" = String, Path, description = "An id, or an identity such as discord:123."), HistoryQuery),
    responses(
        (status = 200, description = "A page of postings", body = Page<PostingShown>),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn holder_history(
    State(web): State<Shared>,
    called: Called,
    At(named): At<HolderRef>,
    Params(query): Params<HistoryQuery>,
) -> Result<Json<Page<PostingShown>>, Problem> {
    let limit = limit(query.limit, 100)?;
    query
        .currency
        .map_or(Ok(()), |currency| called.caller.must_see(currency))?;
    let holder = web.known_holder(&named).await?.id;
    let store = web.app.store();
    let postings = web
        .app
        .history(holder, query.currency, query.cursor, limit)
        .await?;
    let currencies = postings.iter().map(|posting| posting.currency);
    let known = web.currencies.with(store, currencies).await?;
    let last = postings.last().map(|posting| posting.transfer);
    let Page { items, next } = Page::new(postings, limit, last);
    let seen = items
        .into_iter()
        .filter(|posting| called.caller.sees(posting.currency));
    let shown = seen.map(|posting| {
        let decimals = known.decimals(posting.currency);
        let (other, other_system) = parties(posting.other);
        PostingShown {
            transaction: posting.transaction,
            time: Time(posting.time_ms),
            kind: posting.kind,
            currency: posting.currency,
            change: Money::minor(posting.change, decimals),
            balance_after: Money::balance(posting.balance_after, decimals),
            other,
            other_system,
            actor: posting.actor,
            origin: posting.origin.into(),
            reason: posting.reason,
        }
    });
    Ok(Json(Page {
        items: shown.collect(),
        next,
    }))
}

body! {
    /// Changes a holder's standing.
    StandingBody {}
}

/// Stops a holder: nothing comes in, nothing goes out.
#[utoipa::path(
    post,
    path = "/v1/holders/{holder}/freeze",
    tag = "Holders",
    params(("holder" = String, Path, description = "An id, or an identity such as discord:123."), WriteHeaders),
    request_body = StandingBody,
    responses(
        (status = 204, description = "It was done"),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn holder_freeze(
    State(web): State<Shared>,
    At(named): At<HolderRef>,
    mut write: Write<StandingBody>,
) -> Result<StatusCode, Problem> {
    let asked = write.asked(&web)?;
    let change = Change::StandingSet {
        holder: web.unmerged_holder(&named).await?,
        standing: Standing::Frozen,
    };
    web.app.change(asked, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a frozen holder move money again.
#[utoipa::path(
    post,
    path = "/v1/holders/{holder}/unfreeze",
    tag = "Holders",
    params(("holder" = String, Path, description = "An id, or an identity such as discord:123."), WriteHeaders),
    request_body = StandingBody,
    responses(
        (status = 204, description = "It was done"),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn holder_unfreeze(
    State(web): State<Shared>,
    At(named): At<HolderRef>,
    mut write: Write<StandingBody>,
) -> Result<StatusCode, Problem> {
    let asked = write.asked(&web)?;
    let change = Change::StandingSet {
        holder: web.unmerged_holder(&named).await?,
        standing: Standing::Open,
    };
    web.app.change(asked, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Web {
    /// The id of a holder; one is made for a new identity.
    pub(crate) async fn holder(&self, named: &HolderRef) -> Result<HolderId, Problem> {
        match named {
            HolderRef::Id(id) => Ok(*id),
            HolderRef::Identity(identity) => Ok(self.app.holder(identity.clone()).await?),
        }
    }

    /// A holder that there is already.
    pub(crate) async fn known_holder(&self, named: &HolderRef) -> Result<HolderRecord, Problem> {
        let store = self.app.store();
        let found = match named {
            HolderRef::Id(id) => store.holder(*id).await?,
            HolderRef::Identity(identity) => store.holder_by_identity(identity.clone()).await?,
        };
        found.ok_or_else(|| Problem::not_found("holder"))
    }

    /// A holder that was not joined with another one: that would come undone.
    async fn unmerged_holder(&self, named: &HolderRef) -> Result<HolderId, Problem> {
        let HolderRecord { id, standing, .. } = self.known_holder(named).await?;
        let Standing::Merged(into) = standing else {
            return Ok(id);
        };
        let refusal = Refusal::HolderMerged { holder: id, into };
        Err(Problem::refused(&refusal, &self.currencies.now()))
    }
}
