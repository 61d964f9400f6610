use app::{Flow, FlowQuery};
use axum::{Json, extract::State};
use jiff::civil::Date;
use ledger::{CodeSiteId, CurrencyId, Kind, TransactionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::Called,
    currencies::Known,
    extract::Params,
    problem::{Problem, ProblemSchema},
    routes::transactions::site,
    shown::{Page, Sum, Text},
    state::Shared,
};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FlowParams {
    #[param(value_type = Option<String>)]
    currency: Option<CurrencyId>,
    /// The id of a code site.
    site: Option<String>,
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// The first day (UTC), such as `2026-11-01`; seven days ago when not given.
    #[param(value_type = Option<String>)]
    from: Option<Date>,
    /// The last day; today when not given.
    #[param(value_type = Option<String>)]
    to: Option<Date>,
    /// One row a day.
    #[serde(default)]
    by_day: bool,
}

/// What one code site moved of one currency by one kind of transaction.
#[derive(Serialize, ToSchema)]
#[schema(as = Flow)]
pub(crate) struct FlowShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<String>,
    #[schema(value_type = String)]
    currency: CurrencyId,
    #[schema(value_type = String)]
    kind: Kind,
    entry: String,
    application: String,
    #[schema(value_type = String)]
    site: CodeSiteId,
    class: String,
    function: String,
    #[schema(value_type = String)]
    transfers: Text<u64>,
    /// Credits from issuance: a faucet.
    #[schema(value_type = String)]
    issued: Sum,
    /// Debits to issuance: a sink.
    #[schema(value_type = String)]
    retired: Sum,
    /// Between other accounts.
    #[schema(value_type = String)]
    moved: Sum,
    #[schema(value_type = Option<String>)]
    first: Option<TransactionId>,
    #[schema(value_type = Option<String>)]
    last: Option<TransactionId>,
}

impl FlowShown {
    fn new(flow: Flow, known: &Known) -> Self {
        let decimals = known.decimals(flow.currency);
        let sum = |minor_units| Sum {
            minor_units,
            decimals,
        };
        Self {
            day: flow.day.map(date_of),
            currency: flow.currency,
            kind: flow.kind,
            entry: flow.entry,
            application: flow.application,
            site: flow.site,
            class: flow.class,
            function: flow.function,
            transfers: Text(flow.totals.transfers),
            issued: sum(flow.totals.issued),
            retired: sum(flow.totals.retired),
            moved: sum(flow.totals.moved),
            first: flow.totals.first,
            last: flow.totals.last,
        }
    }
}

/// Faucets and sinks: what each code site issued, retired and moved.
#[utoipa::path(
    get,
    path = "/v1/flows",
    tag = "Journal",
    params(FlowParams),
    responses(
        (status = 200, description = "The flows", body = Page<FlowShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn flow_list(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<FlowParams>,
) -> Result<Json<Page<FlowShown>>, Problem> {
    query
        .currency
        .map_or(Ok(()), |currency| called.caller.must_see(currency))?;
    let today = day_of_ms(web.app.clock().now_ms());
    let to_day = query.to.map_or(today, day_of);
    let asked = FlowQuery {
        currency: query.currency,
        from_day: query.from.map_or(to_day.saturating_sub(7), day_of),
        to_day,
        site: query.site.as_deref().map(site).transpose()?,
        by_day: query.by_day,
    };
    if asked.from_day > asked.to_day {
        return Err(Problem::bad_request(
            "from",
            "The first day is after the last.",
        ));
    }
    let store = web.app.store();
    let flows = store.flows(asked).await?;
    let known = web
        .currencies
        .with(store, flows.iter().map(|flow| flow.currency))
        .await?;
    let wanted = flows.into_iter().filter(|flow| {
        called.caller.sees(flow.currency) && query.kind.is_none_or(|kind| kind == flow.kind)
    });
    let shown = wanted.map(|flow| FlowShown::new(flow, &known));
    Ok(Json(Page::all(shown.collect())))
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn day_of(date: Date) -> i32 {
    let days = EPOCH.until(date).map(|span| span.get_days());
    days.unwrap_or(i32::MAX)
}

pub(crate) fn day_of_ms(ms: i64) -> i32 {
    i32::try_from(ms.div_euclid(86_400_000)).unwrap_or(i32::MAX)
}

fn date_of(day: i32) -> String {
    let date = jiff::Span::new()
        .try_days(day)
        .and_then(|days| EPOCH.checked_add(days));
    date.map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        fn check(date: &str, day: i32) {
            assert_eq!(day_of(date.parse().unwrap()), day);
            assert_eq!(date_of(day), date);
        }
        check("1970-01-01", 0);
        check("1969-12-31", -1);
        check("2026-11-21", 20_778);
        assert_eq!(day_of_ms(1_795_250_000_000), 20_778);
    }
}
