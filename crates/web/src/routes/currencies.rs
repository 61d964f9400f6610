use app::{Change, Changed, CurrencyEdit, NewCurrency};
use axum::{Json, extract::State, response::Response};
use economy::Refusal;
use ledger::{Class, Currency, CurrencyId, CurrencyName, CurrencyState, Decimals, GroupId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    called::{Body, Called, Write, body},
    extract::{At, Params},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::{Page, changed, written},
    state::{Shared, Web},
};

#[derive(Serialize, ToSchema)]
#[schema(as = Currency)]
pub(crate) struct CurrencyShown {
    #[schema(value_type = String)]
    id: CurrencyId,
    #[schema(value_type = String)]
    group: GroupId,
    name: String,
    symbol: Option<String>,
    /// Digits behind the decimal point, 0 to 9.
    decimals: u8,
    /// `regular` or `premium`.
    #[schema(value_type = String)]
    class: Class,
    /// `active` or `frozen`.
    #[schema(value_type = String)]
    state: CurrencyState,
}

impl From<&Currency> for CurrencyShown {
    fn from(currency: &Currency) -> Self {
        Self {
            id: currency.id,
            group: currency.group,
            name: currency.name.to_string(),
            symbol: currency.symbol.clone(),
            decimals: currency.decimals.get(),
            class: currency.class,
            state: currency.state,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CurrencyQuery {
    /// Only those of this group.
    #[param(value_type = Option<String>)]
    group: Option<GroupId>,
}

/// All currencies.
#[utoipa::path(
    get,
    path = "/v1/currencies",
    tag = "Currencies",
    params(CurrencyQuery),
    responses(
        (status = 200, description = "The currencies", body = Page<CurrencyShown>),
        (status = "default", description = "They are not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn currency_list(
    State(web): State<Shared>,
    called: Called,
    Params(query): Params<CurrencyQuery>,
) -> Result<Json<Page<CurrencyShown>>, Problem> {
    let currencies = web.app.store().currencies().await?;
    let seen = currencies.iter().filter(|currency| {
        called.caller.sees(currency.id) && query.group.is_none_or(|group| group == currency.group)
    });
    Ok(Json(Page::all(seen.map(Into::into).collect())))
}

body! {
    /// A new currency.
    CurrencyBody {
        #[schema(value_type = String, example = "12")]
        group: GroupId,
        /// 2 to 32 ASCII letters, digits or underscores.
        #[schema(example = "gold")]
        name: String,
        /// A sign such as `¤`, at most 16 characters.
        #[serde(default)]
        symbol: Option<String>,
        /// Digits behind the decimal point, 0 to 9; 0 when not given.
        #[serde(default)]
        decimals: u8,
        /// `regular` (when not given) or `premium`.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        class: Class,
    }

    /// What to change; what is not given stays.
    CurrencyEditBody {
        /// `active` or `frozen`: nothing moves in a frozen currency.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        state: Option<CurrencyState>,
        #[serde(default)]
        symbol: Option<String>,
    }
}

/// Makes a currency. Its decimals never change.
#[utoipa::path(
    post,
    path = "/v1/currencies",
    tag = "Currencies",
    params(WriteHeaders),
    request_body = CurrencyBody,
    responses(
        (status = 201, description = "The currency", body = CurrencyShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn currency_create(
    State(web): State<Shared>,
    mut write: Write<CurrencyBody>,
) -> Result<Response, Problem> {
    let asked = write.asked(&web)?;
    let asked_for = write.body;
    if !write.keyed.called.caller.scopes.currencies.is_empty() {
        return Err(Problem::scope_missing(app::Scope::Manage));
    }
    let invalid =
        |field| move |error: ledger::NameError| Problem::invalid(field, format!("{error}."));
    let decimals = Decimals::new(asked_for.decimals)
        .ok_or_else(|| Problem::invalid("decimals", "It is a number from 0 to 9."))?;
    let change = Change::CurrencyCreate(NewCurrency {
        group: asked_for.group,
        name: CurrencyName::new(asked_for.name).map_err(invalid("name"))?,
        symbol: symbol(asked_for.symbol)?,
        decimals,
        class: asked_for.class,
    });
    let started_ms = web.app.clock().now_ms();
    let answer = web.app.change(asked, change).await?;
    let Changed::Currency(currency) = answer else {
        return Err(unexpected());
    };
    // The next write in it must find it.
    web.currencies.read(web.app.store()).await?;
    let replayed = made_before(currency.id.get(), started_ms);
    Ok(written(replayed, &CurrencyShown::from(&currency)))
}

/// One currency.
#[utoipa::path(
    get,
    path = "/v1/currencies/{currency}",
    tag = "Currencies",
    params(("currency" = String, Path, description = "The currency's id.")),
    responses(
        (status = 200, description = "The currency", body = CurrencyShown),
        (status = "default", description = "It is not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["read"])),
)]
pub(crate) async fn currency_show(
    State(web): State<Shared>,
    called: Called,
    At(currency): At<CurrencyId>,
) -> Result<Json<CurrencyShown>, Problem> {
    called.caller.must_see(currency)?;
    Ok(Json((&web.currency(currency).await?).into()))
}

/// Freezes a currency, makes it active again, or changes its symbol.
#[utoipa::path(
    patch,
    path = "/v1/currencies/{currency}",
    tag = "Currencies",
    params(("currency" = String, Path, description = "The currency's id."), WriteHeaders),
    request_body = CurrencyEditBody,
    responses(
        (status = 200, description = "The currency as it is now", body = CurrencyShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["manage"])),
)]
pub(crate) async fn currency_edit(
    State(web): State<Shared>,
    At(currency): At<CurrencyId>,
    mut write: Write<CurrencyEditBody>,
) -> Result<Response, Problem> {
    write.keyed.called.caller.must_see(currency)?;
    let stated = write.body.stated();
    let asked = write.keyed.asked(&web, stated)?;
    let change = Change::CurrencyEdit(CurrencyEdit {
        currency,
        state: write.body.state,
        symbol: symbol(write.body.symbol)?,
    });
    let answer = web.app.change(asked, change).await?;
    let Changed::Currency(currency) = answer else {
        return Err(unexpected());
    };
    web.currencies.read(web.app.store()).await?;
    Ok(changed(false, &CurrencyShown::from(&currency)))
}

fn symbol(symbol: Option<String>) -> Result<Option<String>, Problem> {
    let shown = |text: &str| {
        !text.trim().is_empty() && text.chars().count() <= 16 && !text.chars().any(char::is_control)
    };
    match symbol {
        Some(text) if !shown(&text) => Err(Problem::invalid(
            "symbol",
            "A symbol has 1 to 16 visible characters.",
        )),
        symbol => Ok(symbol),
    }
}

/// Whether the thing with this id is older than the request: then the answer is a repeated one.
pub(crate) fn made_before(id: i64, started_ms: i64) -> bool {
    ledger::IdSequence::time_ms(id) < started_ms
}

/// A change that answers with something else than it makes: the store's fault.
pub(crate) fn unexpected() -> Problem {
    app::StoreError::Damaged("a change gave something else than was asked for".into()).into()
}

impl Web {
    /// A currency as it is now.
    pub(crate) async fn currency(&self, currency: CurrencyId) -> Result<Currency, Problem> {
        let known = self.currencies.read(self.app.store()).await?;
        let unknown = || Problem::refused(&Refusal::UnknownCurrency { currency }, &known);
        known.get(currency).cloned().ok_or_else(unknown)
    }
}
