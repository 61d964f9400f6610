//! `/set_currency_emoji attachment name [decimals]`

use app::{Asked, Change, ChangeRefusal, Changed, EmojiBinding, Guild, GuildEdit, NewCurrency};
use ledger::{Class, Currency, CurrencyName, Decimals, Identity};
use twilight_model::application::command::Command;
use twilight_util::builder::command::{AttachmentBuilder, IntegerBuilder, StringBuilder};

use super::{Verb, for_admins};
use crate::{
    answer::Reply, context::Context, currencies::Shown, emoji, invocation::Invocation,
    place::Place, replies,
};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::SetCurrencyEmoji,
        "Make a currency from a picture, or give one a new picture",
    )
    .option(
        AttachmentBuilder::new(
            "attachment",
            "The picture: PNG, JPEG, GIF or WebP, at most 256 KiB",
        )
        .required(true),
    )
    .option(
        StringBuilder::new("name", "The currency's name")
            .required(true)
            .min_length(1)
            .max_length(100),
    )
    .option(
        IntegerBuilder::new("decimals", "Digits behind the decimal point; 0 without it")
            .min_value(0)
            .max_value(9),
    )
    .build()
}

/// What was asked for, checked.
struct Order {
    name: CurrencyName,
    decimals: Option<Decimals>,
}

/// What came of it.
struct Made {
    currency: Currency,
    binding: EmojiBinding,
    is_new: bool,
    became_primary: bool,
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let order = order(asked)?;
    let attachment = asked
        .attachment("attachment")
        .ok_or_else(replies::no_attachment)?;
    let known = own_currency(&place, &order.name);
    if let (Some(known), Some(wanted)) = (known, order.decimals)
        && known.decimals != wanted
    {
        return Err(replies::decimals_stay(known));
    }
    let picture = ctx
        .downloads
        .picture(&ctx.config.cdn, attachment)
        .await
        .map_err(replies::bad_picture)?;
    let reason = replies::audit_reason(asked.user, &order.name);
    let uploaded = emoji::upload(ctx, place.guild.discord, &order.name, &picture, &reason).await;
    let uploaded = uploaded.map_err(replies::no_emoji)?;
    let made = keep(ctx, asked, &place, &order, &uploaded).await;
    ctx.homes.forget(place.guild.discord);
    match made {
        Ok(made) => {
            remove_former(ctx, asked, &place, &made).await;
            Ok(told(&made))
        }
        Err(refusal) => {
            let unused = replies::audit_reason_unused(&order.name);
            emoji::delete(ctx, place.guild.discord, uploaded.id.get(), &unused).await;
            delivered_before(ctx, asked, &order, refusal).await
        }
    }
}

fn order(asked: &Invocation) -> Result<Order, Reply> {
    let typed = asked.text("name").unwrap_or_default();
    let name =
        CurrencyName::new(cleaned(typed)).map_err(|error| replies::bad_name(typed, error))?;
    let decimals = asked
        .number("decimals")
        .and_then(|digits| Decimals::new(u8::try_from(digits).ok()?));
    Ok(Order { name, decimals })
}

/// A name as an emoji can have it: spaces, dashes and dots become underscores, what else does not fit is left out.
fn cleaned(typed: &str) -> String {
    let fitting = typed.trim().chars().filter_map(|c| match c {
        c if c.is_ascii_alphanumeric() => Some(c),
        '_' | '-' | '.' => Some('_'),
        c if c.is_whitespace() => Some('_'),
        _ => None,
    });
    let name: String = fitting.collect();
    name.trim_matches('_').chars().take(32).collect()
}

/// The guild's own currency of that name, in capitals or not. One that it shares with others has its picture from them.
fn own_currency<'a>(place: &'a Place, name: &CurrencyName) -> Option<&'a Currency> {
    let own = place.currencies.iter().map(|shown| &shown.currency);
    own.filter(|currency| currency.group == place.guild.single)
        .find(|currency| currency.name.as_str().eq_ignore_ascii_case(name.as_str()))
}

/// Currency, emoji, and, for the first one, that it is the primary one. Each step has its own key, so that a repetition does nothing twice.
async fn keep(
    ctx: &Context,
    asked: &Invocation,
    place: &Place,
    order: &Order,
    uploaded: &twilight_model::guild::Emoji,
) -> Result<Made, ChangeRefusal> {
    let known = own_currency(place, &order.name).cloned();
    let is_new = known.is_none();
    let currency = match known {
        Some(known) => known,
        None => create_currency(ctx, asked, &place.guild, order).await?,
    };
    let binding = EmojiBinding {
        guild: place.guild.id,
        emoji: uploaded.id.get(),
        name: uploaded.name.clone(),
        animated: uploaded.animated,
        currency: currency.id,
    };
    bind_emoji(ctx, asked, &binding).await?;
    let became_primary = place.guild.primary.is_none();
    if became_primary {
        make_first_primary(ctx, asked, &place.guild, &currency).await?;
    }
    Ok(Made {
        currency,
        binding,
        is_new,
        became_primary,
    })
}

async fn by(ctx: &Context, asked: &Invocation, step: &str) -> Result<Asked, ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    Ok(Asked::new(
        &ctx.entry("/set_currency_emoji"),
        actor,
        asked.key_of(step),
    ))
}

async fn create_currency(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    order: &Order,
) -> Result<Currency, ChangeRefusal> {
    let new = NewCurrency {
        group: guild.single,
        name: order.name.clone(),
        symbol: None,
        decimals: order.decimals.unwrap_or_default(),
        class: Class::Regular,
    };
    let by = by(ctx, asked, "currency").await?;
    match ctx.app.change(by, Change::CurrencyCreate(new)).await? {
        Changed::Currency(currency) => Ok(currency),
        _ => Err(ChangeRefusal::Unknown { what: "currency" }),
    }
}

async fn bind_emoji(
    ctx: &Context,
    asked: &Invocation,
    binding: &EmojiBinding,
) -> Result<(), ChangeRefusal> {
    let by = by(ctx, asked, "emoji").await?;
    ctx.app
        .change(by, Change::EmojiBind(binding.clone()))
        .await
        .map(|_| ())
}

async fn make_first_primary(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    currency: &Currency,
) -> Result<(), ChangeRefusal> {
    let by = by(ctx, asked, "primary").await?;
    let edit = GuildEdit::Primary(currency.id);
    ctx.app
        .change(
            by,
            Change::GuildEdit {
                guild: guild.id,
                edit,
            },
        )
        .await
        .map(|_| ())
}

/// The pictures that this currency had before: none of their reactions mints any more.
async fn remove_former(ctx: &Context, asked: &Invocation, place: &Place, made: &Made) {
    let bound = match ctx.app.store().emojis(place.guild.id).await {
        Ok(bound) => bound,
        Err(error) => {
            tracing::warn!(%error, "cannot look for a currency's former emojis");
            return;
        }
    };
    let former = bound
        .into_iter()
        .filter(|bound| bound.currency == made.currency.id && bound.emoji != made.binding.emoji);
    for former in former {
        if let Err(error) = unbind_former(ctx, asked, &former).await {
            tracing::warn!(%error, "cannot unbind a currency's former emoji");
            continue;
        }
        let reason = replies::audit_reason_replaced(&made.currency.name);
        emoji::delete(ctx, place.guild.discord, former.emoji, &reason).await;
    }
    ctx.homes.forget(place.guild.discord);
}

async fn unbind_former(
    ctx: &Context,
    asked: &Invocation,
    former: &EmojiBinding,
) -> Result<(), ChangeRefusal> {
    let by = by(ctx, asked, &format!("former:{}", former.emoji)).await?;
    let change = Change::EmojiUnbind {
        guild: former.guild,
        emoji: former.emoji,
    };
    ctx.app.change(by, change).await.map(|_| ())
}

/// A repeated delivery finds that its key was used with the first delivery's emoji: what that one did stands, and is told.
async fn delivered_before(
    ctx: &Context,
    asked: &Invocation,
    order: &Order,
    refusal: ChangeRefusal,
) -> Result<Reply, Reply> {
    if !matches!(refusal, ChangeRefusal::KeyReused) {
        return Err(replies::not_changed(refusal));
    }
    let place = Place::for_admins(ctx, asked).await?;
    match place.currencies.named(order.name.as_str()) {
        Some(shown) => Ok(replies::currency_set(shown, None)),
        None => Err(replies::not_changed(refusal)),
    }
}

fn told(made: &Made) -> Reply {
    let shown = Shown {
        currency: made.currency.clone(),
        emoji: Some(made.binding.clone()),
        kind: ledger::GroupKind::Single,
    };
    match (made.is_new, made.became_primary) {
        (true, primary) => replies::currency_set(&shown, Some(primary)),
        (false, _) => replies::currency_set(&shown, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_for_an_emoji() {
        let check = |typed: &str, expect: &str| assert_eq!(cleaned(typed), expect, "{typed:?}");
        check("gold", "gold");
        check(" Pirate Gold ", "Pirate_Gold");
        check(":gold-coin:", "gold_coin");
        check("<@everyone>", "everyone");
        check("金", "");
        check("a", "a");
        check("\u{202e}evil\u{0}", "evil");
        check(&"x".repeat(40), &"x".repeat(32));
    }
}
