use app::{HoldRecord, Scope};
use axum::{Json, extract::State, response::Response};
use economy::{HoldState, Refusal};
use jiff::Timestamp;
use ledger::{Amount, CurrencyId, HoldId, HolderId, TransactionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::{Body, Called, Keyed, Write, body},
    extract::{At, Params, limit},
    given::{AmountText, HolderRef},
    order::{Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::{Money, Page, ReceiptShown, Time, written},
    state::{Shared, Web},
};

body! {
    /// Sets part of a wallet aside.
    HoldBody {
        /// Whose money it is.
        holder: HolderRef,
        /// The currency's id.
        #[schema(value_type = String, example = "123")]
        currency: CurrencyId,
        /// How much.
        amount: AmountText,
        /// When it is released by itself (RFC 3339); never when not given.
        #[serde(default)]
        #[schema(value_type = Option<String>, example = "2030-01-01T00:00:00Z")]
        expires: Option<Timestamp>,
    }

    /// Takes what a hold has set aside.
    CaptureBody {
        /// Who is paid; without one the money leaves the world.
        #[serde(default)]
        to: Option<HolderRef>,
        /// How much of it; all when not given. The rest goes back to the holder.
        #[serde(default)]
        amount: Option<AmountText>,
    }
}

impl Order for HoldBody {
    type Command = economy::HoldPlace;

    const SCOPE: Scope = Scope::Holds;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.holder);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.currency);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::HoldPlace, Problem> {
        Ok(economy::HoldPlace {
            holder: desk.holder(&self.holder)?,
            currency: self.currency,
            amount: desk.amount("amount", &self.amount, self.currency)?,
            expires_ms: self.expires.map(Timestamp::as_millisecond),
        })
    }
}

/// A hold that was just placed.
#[derive(Serialize, ToSchema)]
pub(crate) struct HoldPlaced {
    /// The hold's id.
    #[schema(value_type = Option<String>)]
    hold: Option<TransactionId>,
    #[serde(flatten)]
    receipt: ReceiptShown,
}

/// Sets part of a wallet aside until it is captured or released.
#[utoipa::path(
    post,
    path = "/v1/holds",
    tag = "Holds",
    params(WriteHeaders),
    request_body = HoldBody,
    responses(
        (status = 201, description = "The hold", body = HoldPlaced),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["holds"])),
)]
pub(crate) async fn hold_place(
    State(web): State<Shared>,
    write: Write<HoldBody>,
) -> Result<Response, Problem> {
    let (asked, place) = write.prepare(&web).await?;
    let receipt = web.receipt(web.app.hold_place(asked, place).await).await?;
    let answer = HoldPlaced {
        hold: receipt.transaction,
        receipt,
    };
    Ok(written(answer.receipt.replayed, &answer))
}

/// Takes what a hold has set aside; what is not captured goes back.
#[utoipa::path(
    post,
    path = "/v1/holds/{hold}/capture",
    tag = "Holds",
    params(("hold" = String, Path, description = "The hold's id."), WriteHeaders),
    request_body = CaptureBody,
    responses(
        (status = 201, description = "It was taken", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["holds"])),
)]
pub(crate) async fn hold_capture(
    State(web): State<Shared>,
    At(hold): At<HoldId>,
    mut write: Write<CaptureBody>,
) -> Result<ReceiptShown, Problem> {
    let stated = write.body.stated();
    let asked = write.keyed.asked(&web, stated)?;
    let capture = economy::HoldCapture {
        hold,
        amount: web
            .captured(&write.keyed.called, hold, write.body.amount)
            .await?,
        to: match &write.body.to {
            Some(to) => Some(web.holder(to).await?),
            None => None,
        },
    };
    web.receipt(web.app.hold_capture(asked, capture).await)
        .await
}

/// Gives back what a hold has set aside.
#[utoipa::path(
    post,
    path = "/v1/holds/{hold}/release",
    tag = "Holds",
    params(("hold" = String, Path, description = "The hold's id."), WriteHeaders),
    responses(
        (status = 201, description = "It was given back", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["holds"])),
)]
pub(crate) async fn hold_release(
    State(web): State<Shared>,
    At(hold): At<HoldId>,
    keyed: Keyed,
) -> Result<ReceiptShown, Problem> {
    let asked = keyed.asked(&web, Default::default())?;
    web.captured(&keyed.called, hold, None).await?;
    let release = economy::HoldRelease { hold };
    web.receipt(web.app.hold_release(asked, release).await)
        .await
}

/// A hold as the ledger knows it.
#[derive(Serialize, ToSchema)]
#[schema(as = Hold)]
pub(crate) struct HoldShown {
    #[schema(value_type = String)]
    id: HoldId,
    #[schema(value_type = String)]
    holder: HolderId,
    #[schema(value_type = String)]
    currency: CurrencyId,
    #[schema(value_type = String)]
    amount: Money,
    #[schema(value_type = String)]
    created: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    expires: Option<Time>,
    /// `open`, `captured` or `released`.
    state: &'static str,
    /// The transaction that captured or released it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    by: Option<TransactionId>,
}

impl HoldShown {
    fn new(web: &Web, record: &HoldRecord) -> Self {
        let decimals = web.currencies.now().decimals(record.hold.currency);
        let (state, by) = match record.hold.state {
            HoldState::Open => ("open", None),
            HoldState::Captured { by } => ("captured", Some(by)),
            HoldState::Released { by } => ("released", Some(by)),
        };
        Self {
            id: record.id,
            holder: record.hold.holder,
            currency: record.hold.currency,
            amount: Money::amount(record.hold.amount, decimals),
            created: Time(ledger::IdSequence::time_ms(record.id.get())),
            expires: record.expires_ms.map(Time),
            state,
            by,
        }
    }
}

/// Shows a hold.
#[utoipa::path(
    get,
    path = "/v1/holds/{hold}",
    tag = "Holds",
    params(("hold" = String, Path, description = "The hold's id.")),
    responses(
        (status = 200, description = "The hold", body = HoldShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["holds"])),
)]
pub(crate) async fn hold_show(
    State(web): State<Shared>,
    called: Called,
    At(hold): At<HoldId>,
) -> Result<Json<HoldShown>, Problem> {
    let record = web.hold(hold).await?;
    called.caller.must_see(record.hold.currency)?;
    let store = web.app.store();
    web.currencies.with(store, [record.hold.currency]).await?;
    Ok(Json(HoldShown::new(&web, &record)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HoldQuery {
    /// Whose they are.
    #[param(value_type = String)]
    holder: HolderRef,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<HoldId>,
    /// 1 to 100; 20 when not given.
    limit: Option<usize>,
}

/// The holds on a holder's wallet, newest first.
#[utoipa::path(
    get,
    path = "/v1/holds",
    tag = "Holds",
    params(HoldQuery),
    responses(
        (status = 200, description = "A page of holds", body = Page<HoldShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["holds"])),
)]
pub(crate) async fn hold_list(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<HoldQuery>,
) -> Result<Json<Page<HoldShown>>, Problem> {
    let limit = limit(query.limit, 100)?;
    let holder = web.known_holder(&query.holder).await?.id;
    let store = web.app.store();
    let holds = store.holds_of(holder, query.cursor, limit).await?;
    let currencies = holds.iter().map(|record| record.hold.currency);
    web.currencies.with(store, currencies).await?;
    let last = holds.last().map(|record| record.id.get());
    let mut page = Page::new(holds, limit, last);
    page.items
        .retain(|record| called.caller.sees(record.hold.currency));
    Ok(Json(Page {
        items: page.items.iter().map(|r| HoldShown::new(&web, r)).collect(),
        next: page.next,
    }))
}

impl Web {
    async fn hold(&self, hold: HoldId) -> Result<HoldRecord, Problem> {
        let record = self.app.store().hold(hold).await?;
        record
            .ok_or_else(|| Problem::refused(&Refusal::UnknownHold { hold }, &self.currencies.now()))
    }

    /// The amount to take, in the hold's currency, if the key may move what the hold is over.
    async fn captured(
        &self,
        called: &Called,
        hold: HoldId,
        amount: Option<AmountText>,
    ) -> Result<Option<Amount>, Problem> {
        let caller = &called.caller;
        if amount.is_none() && caller.unlimited() {
            return Ok(None);
        }
        let held = self.hold(hold).await?.hold;
        caller.must_move(held.currency, held.amount.get())?;
        let Some(text) = amount else { return Ok(None) };
        let desk = Desk::new(self, caller, Vec::new(), [held.currency]).await?;
        desk.amount("amount", &text, held.currency).map(Some)
    }
}
