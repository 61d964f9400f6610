//! `/global mint|burn user amount currency`

use app::{Asked, Receipt, StoreError, WriteError};
use economy::{Burn, Mint};
use ledger::{Amount, Identity};

use super::{all, named};
use crate::{
    answer::{Audience, Reply},
    commands::{amount, person},
    context::Context,
    currencies::Shown,
    here::Here as _,
    invocation::Invocation,
    patience::settled,
    place::People,
    replies,
};

pub(super) async fn mint(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let all = all(ctx).await?;
    let shown = named(&all, asked)?;
    let amount = amount(asked, &shown.currency)?;
    let to = person(asked)?.discord;
    match settled(|| issue(ctx, asked, (to, shown, amount))).await {
        Ok(_) => Ok(only_for_asker(replies::minted(
            asked.user,
            to,
            shown.money(amount),
        ))),
        Err(error) => {
            let people = People::of(ctx, asked.user, &[to]).await;
            Err(replies::not_written(error, &all, &people))
        }
    }
}

pub(super) async fn burn(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let all = all(ctx).await?;
    let shown = named(&all, asked)?;
    let amount = amount(asked, &shown.currency)?;
    let from = person(asked)?.discord;
    match settled(|| destroy(ctx, asked, (from, shown, amount))).await {
        Ok(_) => Ok(only_for_asker(replies::burned(
            asked.user,
            from,
            shown.money(amount),
        ))),
        Err(error) => {
            let people = People::of(ctx, asked.user, &[from]).await;
            Err(replies::not_written(error, &all, &people))
        }
    }
}

/// The guild in which a developer happens to be has no part in it.
fn only_for_asker(reply: Reply) -> Reply {
    Reply {
        audience: Audience::Asker,
        ..reply
    }
}

async fn issue(
    ctx: &Context,
    asked: &Invocation,
    (to, shown, amount): (u64, &Shown, Amount),
) -> Result<Receipt, WriteError> {
    let by = by(ctx, asked, "/global mint", shown).await?;
    let mint = Mint {
        to: ctx.app.holder(Identity::discord(to)).await?,
        currency: shown.currency.id,
        amount,
    };
    ctx.app.mint(by, mint).await
}

async fn destroy(
    ctx: &Context,
    asked: &Invocation,
    (from, shown, amount): (u64, &Shown, Amount),
) -> Result<Receipt, WriteError> {
    let by = by(ctx, asked, "/global burn", shown).await?;
    let burn = Burn {
        from: ctx.app.holder(Identity::discord(from)).await?,
        currency: shown.currency.id,
        amount,
    };
    ctx.app.burn(by, burn).await
}

async fn by(
    ctx: &Context,
    asked: &Invocation,
    entry: &str,
    shown: &Shown,
) -> Result<Asked, StoreError> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry(entry), actor, asked.key());
    Ok(by.here(asked.guild, shown.kind))
}
