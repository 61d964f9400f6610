//! `/exchange from to amount`: a quote, and what was quoted when it is confirmed.

use app::{Receipt, WriteError};
use economy::{Exchange, Refusal};
use ledger::{Amount, CurrencyId, Identity, Quote, Rate};
use twilight_model::application::command::Command;

use super::{Verb, amount, amount_option, in_guilds};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Currencies,
    exchange_rates::{self, Between},
    here::Here as _,
    invocation::Invocation,
    offer::{Offer, Pressed},
    patience::settled,
    place::{People, Place},
    replies,
};

/// Its buttons' ids begin with this.
pub(super) const BUTTON: &str = "exchange";
/// How long a quote holds.
const LASTS_SECS: i64 = 60;

pub(super) fn definition() -> Command {
    in_guilds(Verb::Exchange, "Change one currency into another")
        .option(exchange_rates::option("from", "Which currency you give"))
        .option(exchange_rates::option("to", "Which currency you get"))
        .option(amount_option("How much you give, such as 5 or 0.5"))
        .build()
}

/// What somebody would do at one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quoted {
    from: CurrencyId,
    to: CurrencyId,
    amount: Amount,
    /// Between minor units.
    rate: Rate,
}

impl Quoted {
    fn carried(&self) -> [u64; 5] {
        [
            self.from.get().unsigned_abs(),
            self.to.get().unsigned_abs(),
            self.amount.get().unsigned_abs(),
            self.rate.num(),
            self.rate.den(),
        ]
    }

    fn read([from, to, amount, num, den]: [u64; 5]) -> Option<Self> {
        let id = |number: u64| CurrencyId::new(i64::try_from(number).ok()?).ok();
        Some(Self {
            from: id(from)?,
            to: id(to)?,
            amount: Amount::new(i64::try_from(amount).ok()?).ok()?,
            rate: Rate::new(num, den).ok()?,
        })
    }
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::of(ctx, asked).await?;
    let between = Between::asked(&place.currencies, asked)?;
    let amount = amount(asked, &between.from.currency)?;
    let (rate, quote) = match quote(ctx, asked, between, amount).await {
        Ok(quoted) => quoted,
        Err(error) => return Err(refused(ctx, asked, &place.currencies, between, error).await),
    };
    let quoted = Quoted {
        from: between.from.currency.id,
        to: between.to.currency.id,
        amount,
        rate,
    };
    let offer = Offer::of(asked);
    let told = replies::exchange::quote(between, amount, rate, quote, offer.ends(LASTS_SECS));
    Ok(told.with_buttons(offer.buttons(BUTTON, quoted.carried())))
}

async fn quote(
    ctx: &Context,
    asked: &Invocation,
    between: Between<'_>,
    amount: Amount,
) -> Result<(Rate, Quote), WriteError> {
    let mut exchange = Exchange {
        holder: ctx.app.holder(Identity::discord(asked.user)).await?,
        from: between.from.currency.id,
        to: between.to.currency.id,
        amount,
        quoted: None,
    };
    match ctx.app.quote(&exchange).await {
        // Another process has joined the wallet with another one.
        Err(WriteError::Refused(Refusal::HolderMerged { into, .. })) => {
            exchange.holder = into;
            ctx.app.quote(&exchange).await
        }
        quoted => quoted,
    }
}

pub(super) async fn press(ctx: &Context, asked: &Invocation, id: &str) -> Result<Reply, Reply> {
    match Pressed::read(asked, id)? {
        Pressed::Cancel(_) => Ok(replies::exchange::cancelled().in_place()),
        Pressed::Confirm(offer, carried) => {
            let quoted = Quoted::read(carried).ok_or_else(replies::old_button)?;
            confirm(ctx, asked, offer, quoted).await
        }
    }
}

async fn confirm(
    ctx: &Context,
    asked: &Invocation,
    offer: Offer,
    quoted: Quoted,
) -> Result<Reply, Reply> {
    if offer.is_over(asked, LASTS_SECS) {
        return Err(replies::exchange::over().in_place());
    }
    let currencies = exchange_rates::known_here(ctx, asked).await?;
    let between = Between::of(&currencies, quoted.from, quoted.to)?;
    match settled(|| exchange(ctx, asked, offer, quoted, between)).await {
        Ok(_) => {
            let given = quoted.rate.apply(quoted.amount);
            let result = given.map_or(Amount::ZERO, |quote| quote.result);
            Ok(replies::exchange::done(asked.user, between, quoted.amount, result).in_place())
        }
        // Whether it happened is not certain: the button stays, and pressing it again tells.
        Err(WriteError::Store(error)) => Err(replies::not_written(
            WriteError::Store(error),
            &currencies,
            &People::default(),
        )),
        Err(error) => {
            let refusal = refused(ctx, asked, &currencies, between, error).await;
            Err(refusal.in_place())
        }
    }
}

async fn exchange(
    ctx: &Context,
    asked: &Invocation,
    offer: Offer,
    quoted: Quoted,
    between: Between<'_>,
) -> Result<Receipt, WriteError> {
    let holder = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = offer.by(ctx, "/exchange", holder);
    let by = by.here(asked.guild, between.from.kind);
    ctx.app
        .exchange(
            by,
            Exchange {
                holder,
                from: quoted.from,
                to: quoted.to,
                amount: quoted.amount,
                quoted: Some((quoted.rate.num(), quoted.rate.den())),
            },
        )
        .await
}

/// Rates are told between whole units here, where both currencies are known.
async fn refused(
    ctx: &Context,
    asked: &Invocation,
    currencies: &Currencies,
    between: Between<'_>,
    error: WriteError,
) -> Reply {
    match error {
        WriteError::Refused(Refusal::ToOneself) => replies::exchange::same_currency(between.from),
        WriteError::Refused(Refusal::RateChanged { quoted, now }) => {
            replies::exchange::rate_changed(between, quoted, now)
        }
        WriteError::Refused(Refusal::ResultZero { rate }) => {
            replies::exchange::nothing(between, rate)
        }
        error => {
            let people = People::of(ctx, asked.user, &[]).await;
            replies::not_written(error, currencies, &people)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_comes_back_from_its_button() {
        let quoted = Quoted {
            from: CurrencyId::new(i64::MAX).unwrap(),
            to: CurrencyId::new(1).unwrap(),
            amount: Amount::new(i64::MAX).unwrap(),
            rate: Rate::new(1_000_000_000_000_000_000, 999_999_999_999_999_999).unwrap(),
        };
        assert_eq!(Quoted::read(quoted.carried()), Some(quoted));
        assert_eq!(Quoted::read([1, 2, u64::MAX, 1, 1]), None);
        assert_eq!(Quoted::read([0, 2, 1, 1, 1]), None);
        assert_eq!(Quoted::read([1, 2, 1, 0, 1]), None);
    }
}
