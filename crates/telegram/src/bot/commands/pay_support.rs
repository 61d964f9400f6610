//! `/paysupport`: Telegram asks of every bot that sells something to answer it.

use app::{PurchaseRail, StarsRecord, StoreError};

use crate::bot::{
    Context,
    replies::{self, Reply},
    update::User,
};

pub(super) async fn run(ctx: &Context, from: &User) -> Result<Reply, StoreError> {
    let payments = payments(ctx, from).await?;
    let named = payments.iter().map(|payment| {
        let item = ctx.config.item(payment.item);
        (item.map(|item| item.name.as_str()), payment)
    });
    let named: Vec<_> = named.collect();
    Ok(replies::pay_support(ctx.config.support.as_deref(), &named))
}

/// Those that bought what the player has.
async fn payments(ctx: &Context, from: &User) -> Result<Vec<StarsRecord>, StoreError> {
    let store = ctx.app.store();
    let mut payments = Vec::new();
    for purchase in store.purchases(from.id).await? {
        if purchase.rail == PurchaseRail::Stars {
            payments.extend(store.stars_for(from.id, purchase.item).await?);
        }
    }
    Ok(payments)
}
