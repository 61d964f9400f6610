//! `/set_currency_emoji attachment name [decimals] [group]`

use app::{Change, ChangeRefusal, EmojiBinding, Guild, GuildEdit};
use ledger::{Currency, CurrencyName, GroupId, GroupKind};
use twilight_model::application::command::Command;

use super::{Verb, for_admins, local_group};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Shown,
    emoji, install,
    invocation::Invocation,
    making::{self, Maker, Order},
    place::Place,
    replies,
};

pub(super) fn definition() -> Command {
    for_admins(
        Verb::SetCurrencyEmoji,
        "Make a currency from a picture, or give one a new picture",
    )
    .option(making::attachment_option())
    .option(making::name_option())
    .option(making::decimals_option())
    .option(local_group::group_option(
        "One of your local groups, to share the currency; without it it is this server's own",
    ))
    .build()
}

/// Whose currency it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sharing {
    group: GroupId,
    kind: GroupKind,
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
    let sharing = sharing(ctx, asked, &place).await?;
    let order = Order::of(asked)?;
    let known = known_currency(&place, sharing, &order.name);
    if let (Some(known), Some(wanted)) = (known, order.decimals)
        && known.decimals != wanted
    {
        return Err(replies::decimals_stay(known));
    }
    let picture = making::picture(ctx, asked).await?;
    let reason = replies::audit_reason(asked.user, &order.name);
    let uploaded = emoji::upload(ctx, place.guild.discord, &order.name, &picture, &reason).await;
    let uploaded = uploaded.map_err(replies::no_emoji)?;
    let maker = maker(ctx, asked);
    let made = keep(maker, &place, (&order, sharing), (&picture, &uploaded)).await;
    ctx.homes.forget(place.guild.discord);
    if sharing.kind == GroupKind::Local {
        install::later_everywhere(ctx, sharing.group, asked.id).await;
    }
    match made {
        Ok(made) => {
            remove_former(maker, &place, &made).await;
            Ok(told(&place, &made, sharing))
        }
        Err(refusal) => {
            let unused = replies::audit_reason_unused(&order.name);
            emoji::delete(ctx, place.guild.discord, uploaded.id.get(), &unused).await;
            delivered_before(ctx, asked, &order, refusal).await
        }
    }
}

async fn sharing(ctx: &Context, asked: &Invocation, place: &Place) -> Result<Sharing, Reply> {
    let Some(named) = asked.text(local_group::GROUP) else {
        return Ok(Sharing {
            group: place.guild.single,
            kind: GroupKind::Single,
        });
    };
    let group = local_group::owned(ctx, place, Some(named)).await?;
    Ok(Sharing {
        group: group.id,
        kind: group.kind,
    })
}

/// The currency of that name in this group, in capitals or not.
fn known_currency<'a>(
    place: &'a Place,
    sharing: Sharing,
    name: &CurrencyName,
) -> Option<&'a Currency> {
    let all = place.currencies.iter().map(|shown| &shown.currency);
    all.filter(|currency| currency.group == sharing.group)
        .find(|currency| currency.name.as_str().eq_ignore_ascii_case(name.as_str()))
}

const fn maker<'a>(ctx: &'a Context, asked: &'a Invocation) -> Maker<'a> {
    Maker {
        ctx,
        asked,
        entry: "/set_currency_emoji",
    }
}

/// Currency, picture, emoji, and, for the first one, that it is the primary one.
async fn keep(
    maker: Maker<'_>,
    place: &Place,
    (order, sharing): (&Order, Sharing),
    (picture, uploaded): (&crate::picture::Picture, &twilight_model::guild::Emoji),
) -> Result<Made, ChangeRefusal> {
    let known = known_currency(place, sharing, &order.name).cloned();
    let is_new = known.is_none();
    let currency = match known {
        Some(known) => known,
        None => making::create_currency(maker, sharing.group, order).await?,
    };
    making::keep_picture(maker, currency.id, picture).await?;
    let binding = EmojiBinding {
        guild: place.guild.id,
        emoji: uploaded.id.get(),
        name: uploaded.name.clone(),
        animated: uploaded.animated,
        currency: currency.id,
    };
    bind_emoji(maker, &binding).await?;
    let became_primary = place.guild.primary.is_none();
    if became_primary {
        make_first_primary(maker, &place.guild, &currency).await?;
    }
    Ok(Made {
        currency,
        binding,
        is_new,
        became_primary,
    })
}

async fn bind_emoji(maker: Maker<'_>, binding: &EmojiBinding) -> Result<(), ChangeRefusal> {
    let by = maker.step("emoji").await?;
    let change = Change::EmojiBind(binding.clone());
    maker.ctx.app.change(by, change).await.map(|_| ())
}

async fn make_first_primary(
    maker: Maker<'_>,
    guild: &Guild,
    currency: &Currency,
) -> Result<(), ChangeRefusal> {
    let by = maker.step("primary").await?;
    let change = Change::GuildEdit {
        guild: guild.id,
        edit: GuildEdit::Primary(currency.id),
    };
    maker.ctx.app.change(by, change).await.map(|_| ())
}

/// The pictures that this currency had before: none of their reactions mints any more.
async fn remove_former(maker: Maker<'_>, place: &Place, made: &Made) {
    let ctx = maker.ctx;
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
        if let Err(error) = unbind_former(maker, &former).await {
            tracing::warn!(%error, "cannot unbind a currency's former emoji");
            continue;
        }
        let reason = replies::audit_reason_replaced(&made.currency.name);
        emoji::delete(ctx, place.guild.discord, former.emoji, &reason).await;
    }
    ctx.homes.forget(place.guild.discord);
}

async fn unbind_former(maker: Maker<'_>, former: &EmojiBinding) -> Result<(), ChangeRefusal> {
    let by = maker.step(&format!("former:{}", former.emoji)).await?;
    let change = Change::EmojiUnbind {
        guild: former.guild,
        emoji: former.emoji,
    };
    maker.ctx.app.change(by, change).await.map(|_| ())
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

fn told(place: &Place, made: &Made, sharing: Sharing) -> Reply {
    let shown = Shown {
        currency: made.currency.clone(),
        emoji: Some(made.binding.clone()),
        kind: sharing.kind,
        owner: Some(place.guild.id),
    };
    let is_first = made.is_new.then_some(made.became_primary);
    match sharing.kind {
        GroupKind::Local => replies::groups::shared_currency_set(&shown, is_first),
        GroupKind::Single | GroupKind::Global => replies::currency_set(&shown, is_first),
    }
}
