//! What one currency gives of another: who may say so, and what follows from it.

use app::{Asked, Change, ChangeRefusal, Changed, RateChange, RateRecord, StoreError};
use economy::{RateBetween, arbitrage_through};
use ledger::{CurrencyId, GroupKind, Identity, Rate, RateError};
use twilight_util::builder::command::StringBuilder;

use crate::{
    answer::Reply,
    context::Context,
    currencies::{Currencies, Shown},
    guilds,
    invocation::Invocation,
    offer::{Offer, Pressed},
    permissions, replies,
};

/// How long somebody may think about a rate that makes money out of nothing.
const LASTS_SECS: i64 = 300;

/// Two currencies, and the way from one to the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Between<'a> {
    pub from: &'a Shown,
    pub to: &'a Shown,
}

/// An option for one of the two.
pub(crate) fn option(name: &str, description: &str) -> StringBuilder {
    StringBuilder::new(name, description)
        .required(true)
        .autocomplete(true)
        .max_length(100)
}

/// A rate as people state it, between whole units.
pub(crate) fn rate_option() -> StringBuilder {
    StringBuilder::new(
        "rate",
        "How many of the other one gives: a decimal such as 0.5, or a fraction such as 1/3",
    )
    .required(true)
    .min_length(1)
    .max_length(40)
}

impl<'a> Between<'a> {
    /// The currencies in the options `from` and `to`.
    pub(crate) fn asked(currencies: &'a Currencies, asked: &Invocation) -> Result<Self, Reply> {
        let named = |option| {
            let text = asked.text(option).unwrap_or_default();
            currencies
                .named(text)
                .ok_or_else(|| replies::unknown_currency(text, currencies))
        };
        Ok(Self {
            from: named("from")?,
            to: named("to")?,
        })
    }

    pub(crate) fn of(
        currencies: &'a Currencies,
        from: CurrencyId,
        to: CurrencyId,
    ) -> Result<Self, Reply> {
        let find = |id| currencies.get(id).ok_or_else(replies::old_button);
        Ok(Self {
            from: find(from)?,
            to: find(to)?,
        })
    }

    /// Whether there can be a rate between the two.
    fn belong_together(self) -> Result<Self, Reply> {
        let (from, to) = (&self.from.currency, &self.to.currency);
        if from.id == to.id {
            Err(replies::exchange::same_currency(self.from))
        } else if from.group == to.group {
            Ok(self)
        } else {
            Err(replies::not_changed(ChangeRefusal::OtherGroup))
        }
    }

    /// Between minor units, from what somebody stated between whole ones.
    fn minor(self, stated: &str) -> Result<Rate, RateError> {
        let (from, to) = (self.from.currency.decimals, self.to.currency.decimals);
        let stated: Rate = stated.parse()?;
        stated.between_minor_units(from.scale(), to.scale())
    }

    /// Between whole units, where that has few enough digits.
    pub(crate) fn whole(self, minor: Rate) -> Option<Rate> {
        let (from, to) = (self.from.currency.decimals, self.to.currency.decimals);
        // The way back from minor units: the scales change places.
        minor.between_minor_units(to.scale(), from.scale()).ok()
    }
}

/// The currencies of the guild in which something was pressed, and all others: what a button is about need not be here any more.
pub(crate) async fn known_here(ctx: &Context, asked: &Invocation) -> Result<Currencies, Reply> {
    let all = Currencies::of_all_guilds(ctx)
        .await
        .map_err(replies::read_failed)?;
    let Some(discord) = asked.guild else {
        return Ok(all);
    };
    let guild = guilds::guild(ctx, discord)
        .await
        .map_err(replies::read_failed)?;
    let here = Currencies::of_guild(ctx, &guild)
        .await
        .map_err(replies::read_failed)?;
    Ok(here.with_others(all))
}

/// Sets the rate that the option `rate` states, or asks whether it shall be set although it makes money out of nothing.
pub(crate) async fn rate_set(
    ctx: &Context,
    asked: &Invocation,
    currencies: &Currencies,
    between: Between<'_>,
) -> Result<Reply, Reply> {
    may_manage(ctx, asked, between).await?;
    let between = between.belong_together()?;
    let stated = asked.text("rate").unwrap_or_default();
    let rate = between
        .minor(stated)
        .map_err(|error| replies::exchange::bad_rate(stated, error))?;
    let rates = all(ctx).await.map_err(replies::read_failed)?;
    let offer = Offer::of(asked);
    if let Some(cycle) = gaining(&rates, between, rate) {
        let gain = gain(&rates, between, rate, &cycle);
        let trip = cycle.iter().filter_map(|id| currencies.get(*id)).collect();
        let asks = replies::exchange::gaining_trip(between, rate, trip, gain);
        return Ok(asks.with_buttons(offer.buttons(BUTTON, carried(between, rate))));
    }
    write(ctx, asked, offer, between, rate).await
}

/// The buttons' ids begin with this.
pub(crate) const BUTTON: &str = "rate";

/// The rate that was asked about is set after all, or not.
pub(crate) async fn press(ctx: &Context, asked: &Invocation, id: &str) -> Result<Reply, Reply> {
    let (offer, carried) = match Pressed::read(asked, id)? {
        Pressed::Cancel(_) => return Ok(replies::exchange::rate_cancelled().in_place()),
        Pressed::Confirm(offer, carried) => (offer, carried),
    };
    if offer.is_over(asked, LASTS_SECS) {
        return Err(replies::exchange::rate_over().in_place());
    }
    let [from, to, num, den] = carried;
    let id = |number: u64| CurrencyId::new(i64::try_from(number).ok()?).ok();
    let (Some(from), Some(to), Ok(rate)) = (id(from), id(to), Rate::new(num, den)) else {
        return Err(replies::old_button());
    };
    let currencies = known_here(ctx, asked).await?;
    let between = Between::of(&currencies, from, to)?;
    may_manage(ctx, asked, between).await?;
    let told = write(ctx, asked, offer, between, rate).await;
    told.map(Reply::in_place)
}

fn carried(between: Between<'_>, rate: Rate) -> [u64; 4] {
    [
        between.from.currency.id.get().unsigned_abs(),
        between.to.currency.id.get().unsigned_abs(),
        rate.num(),
        rate.den(),
    ]
}

async fn write(
    ctx: &Context,
    asked: &Invocation,
    offer: Offer,
    between: Between<'_>,
    rate: Rate,
) -> Result<Reply, Reply> {
    let rates = all(ctx).await.map_err(replies::read_failed)?;
    let before = rate_of(&rates, between);
    let by = by(ctx, asked, offer, "create", between).await;
    let by = by.map_err(replies::read_failed)?;
    let change = Change::RateSet(RateChange {
        from: between.from.currency.id,
        to: between.to.currency.id,
        rate,
    });
    match ctx.app.change(by, change).await {
        Ok(Changed::Rate(RateRecord { rate, .. })) => {
            Ok(replies::exchange::rate_set(between, rate, before))
        }
        Ok(_) => Err(replies::not_changed(ChangeRefusal::Unknown {
            what: "rate",
        })),
        Err(refusal) => Err(replies::not_changed(refusal)),
    }
}

/// Ends a rate.
pub(crate) async fn rate_remove(
    ctx: &Context,
    asked: &Invocation,
    between: Between<'_>,
) -> Result<Reply, Reply> {
    may_manage(ctx, asked, between).await?;
    let rates = all(ctx).await.map_err(replies::read_failed)?;
    let before = rate_of(&rates, between);
    let by = by(ctx, asked, Offer::of(asked), "remove", between).await;
    let by = by.map_err(replies::read_failed)?;
    let change = Change::RateRemove {
        from: between.from.currency.id,
        to: between.to.currency.id,
    };
    match ctx.app.change(by, change).await {
        Ok(_) => Ok(replies::exchange::rate_removed(between, before)),
        Err(ChangeRefusal::Unknown { .. }) => Err(replies::exchange::no_such_rate(between)),
        Err(refusal) => Err(replies::not_changed(refusal)),
    }
}

async fn by(
    ctx: &Context,
    asked: &Invocation,
    offer: Offer,
    what: &str,
    between: Between<'_>,
) -> Result<Asked, StoreError> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let entry = match between.from.kind {
        GroupKind::Global => format!("/global rate {what}"),
        GroupKind::Single | GroupKind::Local => format!("/{what}_exchange_rate"),
    };
    Ok(offer.by(ctx, &entry, actor))
}

/// A single group's rates are its guild's, a local group's those of the guild that made it, the global group's the developers'.
async fn may_manage(ctx: &Context, asked: &Invocation, between: Between<'_>) -> Result<(), Reply> {
    for shown in [between.from, between.to] {
        if shown.kind == GroupKind::Global {
            if !ctx.config.developers.contains(&asked.user) {
                return Err(replies::exchange::only_for_developers(shown));
            }
            continue;
        }
        if !permissions::is_guild_admin(asked.permissions) {
            return Err(replies::only_for_admins());
        }
        let discord = asked.guild.ok_or_else(replies::only_in_a_server)?;
        let guild = guilds::guild(ctx, discord)
            .await
            .map_err(replies::read_failed)?;
        if shown.owner != Some(guild.id) {
            return Err(replies::exchange::others_currency(shown));
        }
    }
    Ok(())
}

/// All rates there are.
pub(crate) async fn all(ctx: &Context) -> Result<Vec<RateRecord>, StoreError> {
    ctx.app.store().rates().await
}

fn rate_of(rates: &[RateRecord], between: Between<'_>) -> Option<Rate> {
    let (from, to) = (between.from.currency.id, between.to.currency.id);
    let found = rates.iter().find(|rate| rate.from == from && rate.to == to);
    found.map(|found| found.rate)
}

/// A round trip that this rate makes worth while.
fn gaining(rates: &[RateRecord], between: Between<'_>, rate: Rate) -> Option<Vec<CurrencyId>> {
    let known = |rate: &RateRecord| RateBetween {
        from: rate.from,
        to: rate.to,
        rate: rate.rate,
    };
    let rates: Vec<RateBetween> = rates.iter().map(known).collect();
    let new = RateBetween {
        from: between.from.currency.id,
        to: between.to.currency.id,
        rate,
    };
    arbitrage_through(&rates, new).map(|found| found.cycle)
}

/// By how much, as a part of what a trip starts with. Only to be read: what decides is exact.
fn gain(rates: &[RateRecord], between: Between<'_>, rate: Rate, cycle: &[CurrencyId]) -> f64 {
    let next = cycle.iter().skip(1).chain(cycle.first());
    let steps = cycle.iter().zip(next).map(|(from, to)| {
        let new = (*from, *to) == (between.from.currency.id, between.to.currency.id);
        let known = rates
            .iter()
            .find(|rate| rate.from == *from && rate.to == *to);
        match known {
            Some(known) if !new => known.rate,
            _ => rate,
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "it is shown with two digits")]
    let product: f64 = steps
        .map(|rate| rate.num() as f64 / rate.den() as f64)
        .product();
    product - 1.0
}
