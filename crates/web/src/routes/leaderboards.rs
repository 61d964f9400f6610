use axum::{Json, extract::State};
use ledger::{CurrencyId, HolderId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::Called,
    extract::{At, Params, limit},
    problem::{Problem, ProblemSchema},
    shown::{Money, Page},
    state::Shared,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlaceQuery {
    /// `next` of the page before.
    cursor: Option<usize>,
    /// 1 to 100; 20 when not given.
    limit: Option<usize>,
}

/// One holder's place.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub(crate) struct PlaceShown {
    /// Counted from one.
    rank: usize,
    #[schema(value_type = String)]
    holder: HolderId,
    #[schema(value_type = String)]
    balance: Money,
}

/// The richest holders of a currency; of equals the older one first.
#[utoipa::path(
    get,
    path = "/v1/leaderboards/{currency}",
    tag = "Journal",
    params(("currency" = String, Path, description = "The currency's id."), PlaceQuery),
    responses(
        (status = 200, description = "A page of places", body = Page<PlaceShown>),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn leaderboard_show(
    State(web): State<Shared>,
    called: Called,
    At(currency): At<CurrencyId>,
    Params(query): Params<PlaceQuery>,
) -> Result<Json<Page<PlaceShown>>, Problem> {
    let limit = limit(query.limit, 100)?;
    let skip = query.cursor.unwrap_or(0);
    if skip > 1_000_000 {
        return Err(Problem::bad_request(
            "cursor",
            "It is `next` of the page before.",
        ));
    }
    called.caller.must_see(currency)?;
    let decimals = web.currency(currency).await?.decimals;
    let richest = web.app.store().richest(currency, skip, limit).await?;
    let places = richest.into_iter().zip(skip + 1..);
    let shown = places.map(|((holder, balance), rank)| PlaceShown {
        rank,
        holder,
        balance: Money::balance(balance, decimals),
    });
    let cursor = i64::try_from(skip + limit).ok();
    Ok(Json(Page::new(shown.collect(), limit, cursor)))
}
