use app::Scope;
use axum::{
    Json,
    extract::{Request, State},
};
use economy::Refusal;
use ledger::{Amount, CurrencyId, CurrencyState, Rate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    called::{Called, Write, body},
    currencies::Known,
    extract,
    given::{AmountText, HolderRef},
    order::{Desk, Order},
    problem::{Problem, ProblemSchema},
    routes::WriteHeaders,
    shown::{Money, ReceiptShown, RemainderShown, Text},
    state::{Shared, Web},
};

body! {
    /// Changes one currency into another of its group.
    ExchangeBody {
        /// Whose money it is.
        holder: HolderRef,
        /// The currency that is paid.
        #[schema(value_type = String, example = "123")]
        from: CurrencyId,
        /// The currency that is given.
        #[schema(value_type = String, example = "124")]
        to: CurrencyId,
        /// How much is paid.
        amount: AmountText,
        /// The rate of the quote that a person saw: if it has changed, the exchange is refused.
        #[serde(default)]
        quoted: Option<QuotedRate>,
    }
}

/// A rate between minor units, as a quote gives it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotedRate {
    num: String,
    den: String,
}

impl QuotedRate {
    fn parts(&self) -> Result<(u64, u64), Problem> {
        let part = |field: &str, text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse().ok().filter(|number| digits && *number > 0);
            number.ok_or_else(|| Problem::invalid(field, "It is a decimal number above zero."))
        };
        let (num, den) = (
            part("quoted.num", &self.num)?,
            part("quoted.den", &self.den)?,
        );
        let rate = Rate::new(num, den);
        let rate = rate.map_err(|error| Problem::invalid("quoted", error.to_string()))?;
        Ok((rate.num(), rate.den()))
    }
}

impl Order for ExchangeBody {
    type Command = economy::Exchange;

    const SCOPE: Scope = Scope::Exchange;

    fn holders<'a>(&'a self, name: &mut dyn FnMut(&'a HolderRef)) {
        name(&self.holder);
    }

    fn currencies(&self, name: &mut dyn FnMut(CurrencyId)) {
        name(self.from);
        name(self.to);
    }

    async fn command(self, desk: &mut Desk<'_>) -> Result<economy::Exchange, Problem> {
        let exchange = economy::Exchange {
            holder: desk.holder(&self.holder)?,
            from: self.from,
            to: self.to,
            amount: desk.amount("amount", &self.amount, self.from)?,
            quoted: self.quoted.as_ref().map(QuotedRate::parts).transpose()?,
        };
        desk.caller.must_see(self.to)?;
        if desk.caller.scopes.cap.is_some() {
            result_within_cap(desk, &exchange).await?;
        }
        Ok(exchange)
    }
}

/// A cap holds for what is given as well as for what is paid.
async fn result_within_cap(desk: &Desk<'_>, exchange: &economy::Exchange) -> Result<(), Problem> {
    let rate = rate(desk.web, exchange.from, exchange.to).await?;
    let result = rate.and_then(|rate| rate.apply(exchange.amount));
    match result {
        Some(quote) => desk.caller.must_move(exchange.to, quote.result.get()),
        None => Ok(()),
    }
}

async fn rate(web: &Web, from: CurrencyId, to: CurrencyId) -> Result<Option<Rate>, Problem> {
    let rates = web.app.store().rates().await?;
    let found = rates.iter().find(|rate| rate.from == from && rate.to == to);
    Ok(found.map(|found| found.rate))
}

/// Changes one currency into another of its group, at the rate of the moment.
#[utoipa::path(
    post,
    path = "/v1/exchanges",
    tag = "Money",
    params(WriteHeaders),
    request_body = ExchangeBody,
    responses(
        (status = 201, description = "It was done", body = ReceiptShown),
        (status = "default", description = "It was not done", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["exchange"])),
)]
pub(crate) async fn exchange_create(
    State(web): State<Shared>,
    write: Write<ExchangeBody>,
) -> Result<ReceiptShown, Problem> {
    let (asked, exchange) = write.prepare(&web).await?;
    web.receipt(web.app.exchange(asked, exchange).await).await
}

/// What an exchange would give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteBody {
    #[schema(value_type = String, example = "123")]
    from: CurrencyId,
    #[schema(value_type = String, example = "124")]
    to: CurrencyId,
    amount: AmountText,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub(crate) struct QuoteShown {
    /// Send it as `quoted` to exchange at this rate or not at all.
    rate: QuotedShown,
    #[schema(value_type = String)]
    pays: Money,
    /// Rounded down.
    #[schema(value_type = String)]
    gives: Money,
    /// What rounding down leaves, in minor units.
    remainder: RemainderShown,
}

/// A rate between minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuotedShown {
    #[schema(value_type = String)]
    num: Text<u64>,
    #[schema(value_type = String)]
    den: Text<u64>,
}

/// Says what an exchange would give now. Nothing moves.
#[utoipa::path(
    post,
    path = "/v1/exchanges/quote",
    tag = "Money",
    request_body = QuoteBody,
    responses(
        (status = 200, description = "What it would give", body = QuoteShown),
        (status = "default", description = "There is no quote", body = ProblemSchema, content_type = "application/problem+json"),
    ),
    security(("api_key" = ["exchange"])),
)]
pub(crate) async fn exchange_quote(
    State(web): State<Shared>,
    called: Called,
    request: Request,
) -> Result<Json<QuoteShown>, Problem> {
    let asked: QuoteBody = extract::json(request).await?;
    called.caller.must_see(asked.to)?;
    // States change; a quote is no place for what was remembered.
    let known = web.currencies.read(web.app.store()).await?;
    let desk = Desk::new(&web, &called.caller, Vec::new(), [asked.from]).await?;
    let amount = desk.amount("amount", &asked.amount, asked.from)?;
    let refused = |refusal: &Refusal| Problem::refused(refusal, &known);
    exchangeable(&known, &asked, amount).map_err(|refusal| refused(&refusal))?;
    let (from, to) = (asked.from, asked.to);
    let rate = rate(&web, from, to).await?;
    let rate = rate.ok_or_else(|| refused(&Refusal::NoRate { from, to }))?;
    let quote = rate.apply(amount);
    let too_large = || Problem::invalid("amount", "It would give more than a wallet can hold.");
    let quote = quote.ok_or_else(too_large)?;
    if quote.result.is_zero() {
        return Err(refused(&Refusal::ResultZero { rate }));
    }
    Ok(Json(QuoteShown {
        rate: QuotedShown {
            num: Text(rate.num()),
            den: Text(rate.den()),
        },
        pays: Money::amount(amount, known.decimals(from)),
        gives: Money::amount(quote.result, known.decimals(to)),
        remainder: quote.remainder.into(),
    }))
}

/// In the order in which an exchange itself is checked.
fn exchangeable(known: &Known, asked: &QuoteBody, amount: Amount) -> Result<(), Refusal> {
    let there = |currency| {
        let unknown = Refusal::UnknownCurrency { currency };
        known.get(currency).ok_or(unknown)
    };
    let (from, to) = (there(asked.from)?, there(asked.to)?);
    let frozen = [from, to]
        .into_iter()
        .find(|currency| currency.state == CurrencyState::Frozen);
    if let Some(frozen) = frozen {
        let currency = frozen.id;
        return Err(Refusal::CurrencyFrozen { currency });
    }
    if amount.is_zero() {
        return Err(Refusal::AmountZero);
    }
    if asked.from == asked.to {
        return Err(Refusal::ToOneself);
    }
    if from.group != to.group {
        return Err(Refusal::OtherGroup {
            from: from.group,
            to: to.group,
        });
    }
    Ok(())
}
