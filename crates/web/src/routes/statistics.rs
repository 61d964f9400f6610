use axum::{Json, extract::State};
use ledger::CurrencyId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::Called,
    extract::Params,
    problem::{Problem, ProblemSchema},
    shown::{Page, Sum, Text},
    state::Shared,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsQuery {
    #[param(value_type = Option<String>)]
    currency: Option<CurrencyId>,
}

/// A currency's totals.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(crate) struct StatisticsShown {
    #[schema(value_type = String)]
    currency: CurrencyId,
    /// The ledger sequence that the figures were computed at.
    #[schema(value_type = String)]
    sequence: Text<u64>,
    /// Everything that was issued and not retired: minus the issuance account.
    #[schema(value_type = String)]
    supply: Sum,
    /// The sum of holders' balances.
    #[schema(value_type = String)]
    held: Sum,
    /// In bank notes, holds, settlement and rounding.
    #[schema(value_type = String)]
    escrowed: Sum,
    /// Holders above zero.
    #[schema(value_type = String)]
    holders: Text<u64>,
}

/// How much of each currency there is, and where.
#[utoipa::path(
    get,
    path = "/v1/statistics",
    tag = "Journal",
    params(StatisticsQuery),
    responses(
        (status = 200, description = "The figures", body = Page<StatisticsShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn statistics_show(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<StatisticsQuery>,
) -> Result<Json<Page<StatisticsShown>>, Problem> {
    if let Some(currency) = query.currency {
        called.caller.must_see(currency)?;
        web.currency(currency).await?;
    }
    let store = web.app.store();
    let supply = store.supply().await?;
    let currencies = supply.iter().map(|line| line.currency);
    let known = web.currencies.with(store, currencies).await?;
    let wanted = supply.into_iter().filter(|line| {
        called.caller.sees(line.currency) && query.currency.is_none_or(|only| only == line.currency)
    });
    let shown = wanted.map(|line| {
        let decimals = known.decimals(line.currency);
        let sum = |minor_units| Sum {
            minor_units,
            decimals,
        };
        StatisticsShown {
            currency: line.currency,
            sequence: Text(line.sequence),
            supply: sum(line.issued),
            held: sum(line.held),
            escrowed: sum(line.escrowed),
            holders: Text(line.holders),
        }
    });
    Ok(Json(Page::all(shown.collect())))
}
