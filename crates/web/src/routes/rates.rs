use app::{Change, Changed, RateChange, RateRecord};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use economy::{RateBetween, arbitrage_through};
use ledger::{CurrencyId, Rate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    called::{Body, Called, Keyed, Write, body},
    currencies::Known,
    extract::At,
    problem::{Problem, ProblemSchema},
    routes::{WriteHeaders, currencies::unexpected},
    shown::{Page, Text, Time, changed},
    state::{Shared, Web},
};

/// A one-way rate.
#[derive(Serialize, ToSchema)]
#[schema(as = Rate)]
pub(crate) struct RateShown {
    #[schema(value_type = String)]
    from: CurrencyId,
    #[schema(value_type = String)]
    to: CurrencyId,
    /// How many whole units of `to` one whole unit of `from` buys: a decimal where that is exact, else a fraction.
    rate: String,
    /// The same between minor units, as it is applied.
    minor_units: FractionShown,
    /// When it was set.
    #[schema(value_type = String)]
    set: Time,
}

/// An exact fraction.
#[derive(Serialize, ToSchema)]
#[schema(as = Fraction)]
pub(crate) struct FractionShown {
    #[schema(value_type = String)]
    num: Text<u64>,
    #[schema(value_type = String)]
    den: Text<u64>,
}

impl RateShown {
    fn new(record: &RateRecord, known: &Known) -> Self {
        let (from, to) = (known.decimals(record.from), known.decimals(record.to));
        // The way back from minor units: the scales change places.
        let whole = record.rate.between_minor_units(to.scale(), from.scale());
        Self {
            from: record.from,
            to: record.to,
            rate: whole.unwrap_or(record.rate).to_string(),
            minor_units: FractionShown {
                num: Text(record.rate.num()),
                den: Text(record.rate.den()),
            },
            set: Time(record.set_ms),
        }
    }
}

/// All rates.
#[utoipa::path(
    get,
    path = "/v1/rates",
    tag = "Currencies",
    responses(
        (status = 200, description = "The rates", body = Page<RateShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn rate_list(
    State(web): State<Shared>,
    called: Called,
) -> Result<Json<Page<RateShown>>, Problem> {
    let store = web.app.store();
    let rates = store.rates().await?;
    let currencies = rates.iter().flat_map(|rate| [rate.from, rate.to]);
    let known = web.currencies.with(store, currencies).await?;
    let seen = rates
        .iter()
        .filter(|rate| called.caller.sees(rate.from) && called.caller.sees(rate.to));
    let shown = seen.map(|rate| RateShown::new(rate, &known));
    Ok(Json(Page::all(shown.collect())))
}

body! {
    /// A rate.
    RateBody {
        /// How many whole units of the one one whole unit of the other buys: a decimal such as `0.5` or a fraction such as `1/3`.
        #[schema(example = "0.5")]
        rate: String,
        /// Sets it although a round trip would make money.
        #[serde(default)]
        confirm: bool,
    }
}

/// Sets a one-way rate. Where a round trip would make money, nothing is set until it is confirmed.
#[utoipa::path(
    put,
    path = "/v1/rates/{from}/{to}",
    tag = "Currencies",
    params(
        ("from" = String, Path, description = "The currency that is paid."),
        ("to" = String, Path, description = "The currency that is given."),
        WriteHeaders,
    ),
    request_body = RateBody,
    responses(
        (status = 200, description = "The rate", body = RateShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn rate_set(
    State(web): State<Shared>,
    At((from, to)): At<(CurrencyId, CurrencyId)>,
    mut write: Write<RateBody>,
) -> Result<Response, Problem> {
    may_manage(&write.keyed.called, from, to)?;
    let stated = write.body.stated();
    let asked = write.keyed.asked(&web, stated)?;
    let rate = web.rate_between(from, to, &write.body.rate).await?;
    if !write.body.confirm {
        web.no_arbitrage(RateBetween { from, to, rate }).await?;
    }
    let started_ms = web.app.clock().now_ms();
    let change = Change::RateSet(RateChange { from, to, rate });
    match web.app.change(asked, change).await? {
        Changed::Rate(record) => {
            let known = web.currencies.now();
            let replayed = record.set_ms < started_ms;
            Ok(changed(replayed, &RateShown::new(&record, &known)))
        }
        _ => Err(unexpected()),
    }
}

/// Removes a rate.
#[utoipa::path(
    delete,
    path = "/v1/rates/{from}/{to}",
    tag = "Currencies",
    params(
        ("from" = String, Path, description = "The currency that is paid."),
        ("to" = String, Path, description = "The currency that is given."),
        WriteHeaders,
    ),
    responses(
        (status = 204, description = "It was done"),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn rate_remove(
    State(web): State<Shared>,
    At((from, to)): At<(CurrencyId, CurrencyId)>,
    keyed: Keyed,
) -> Result<StatusCode, Problem> {
    may_manage(&keyed.called, from, to)?;
    let asked = keyed.asked(&web, Default::default())?;
    let change = Change::RateRemove { from, to };
    web.app.change(asked, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn may_manage(called: &Called, from: CurrencyId, to: CurrencyId) -> Result<(), Problem> {
    called.caller.must_see(from)?;
    called.caller.must_see(to)
}

impl Web {
    /// A rate that people state between whole units, between minor units.
    async fn rate_between(
        &self,
        from: CurrencyId,
        to: CurrencyId,
        text: &str,
    ) -> Result<Rate, Problem> {
        if from == to {
            return Err(Problem::bad_request(
                "to",
                "A rate leads to another currency.",
            ));
        }
        let (from, to) = (self.currency(from).await?, self.currency(to).await?);
        let rate: Result<Rate, _> = text.parse();
        rate.and_then(|rate| rate.between_minor_units(from.decimals.scale(), to.decimals.scale()))
            .map_err(|error| Problem::invalid("rate", format!("{error}.")))
    }

    async fn no_arbitrage(&self, new: RateBetween) -> Result<(), Problem> {
        let rates = self.app.store().rates().await?;
        let rates = rates.iter().map(|rate| RateBetween {
            from: rate.from,
            to: rate.to,
            rate: rate.rate,
        });
        match arbitrage_through(&rates.collect::<Vec<_>>(), new) {
            Some(found) => Err(Problem::arbitrage(&found.cycle)),
            None => Ok(()),
        }
    }
}
