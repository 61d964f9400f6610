//! `/global currency create|picture`

use app::ChangeRefusal;
use ledger::{Currency, GroupKind};

use super::{all, maker, named};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Shown,
    groups, install,
    invocation::Invocation,
    making::{self, Maker, Order},
    picture::Picture,
    replies::{self, groups as words},
};

pub(super) async fn create(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let order = Order::of(asked)?;
    let picture = making::picture(ctx, asked).await?;
    let maker = maker(ctx, asked, "/global currency create");
    match make(maker, &order, &picture).await {
        Ok(currency) => {
            install::later_everywhere(ctx, currency.group, asked.id).await;
            let shown = Shown {
                currency,
                emoji: None,
                kind: GroupKind::Global,
                owner: None,
            };
            Ok(words::global_created(&shown))
        }
        Err(ChangeRefusal::Exists { .. }) => Err(words::global_exists(&order.name)),
        Err(refusal) => Err(replies::not_changed(refusal)),
    }
}

async fn make(
    maker: Maker<'_>,
    order: &Order,
    picture: &Picture,
) -> Result<Currency, ChangeRefusal> {
    let group = groups::global_ensure(maker).await?;
    let currency = making::create_currency(maker, group.id, order).await?;
    making::keep_picture(maker, currency.id, picture).await?;
    Ok(currency)
}

pub(super) async fn new_picture(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let all = all(ctx).await?;
    let shown = named(&all, asked)?;
    let picture = making::picture(ctx, asked).await?;
    let maker = maker(ctx, asked, "/global currency picture");
    making::keep_picture(maker, shown.currency.id, &picture)
        .await
        .map_err(replies::not_changed)?;
    install::later_everywhere(ctx, shown.currency.group, asked.id).await;
    Ok(words::global_picture(shown))
}
