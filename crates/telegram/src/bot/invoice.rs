//! Links that open an invoice in Stars (<https://core.telegram.org/bots/api#createinvoicelink>).

use std::sync::Arc;

use app::StoreError;
use ledger::{ItemId, TelegramUserId};
use serde_json::json;

use super::{ApiError, Context, Rail, payload::Payload, replies};
use crate::server::Item;

/// Why there is no invoice. Variants in the order in which they are checked.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceRefusal {
    #[error("nothing is sold for Stars here")]
    Off,
    #[error("there is no such item")]
    UnknownItem,
    #[error("this item cannot be bought with Stars")]
    NotForStars,
    #[error("the player has the item")]
    Owned,
    #[error("the ledger does not answer")]
    Store(#[from] StoreError),
    #[error("Telegram gives no invoice link")]
    Telegram(#[from] ApiError),
}

/// Makes invoice links. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Invoices {
    ctx: Arc<Context>,
}

impl Invoices {
    pub(super) fn new(ctx: Arc<Context>) -> Self {
        Self { ctx }
    }

    /// A link that the game opens with `openInvoice`.
    ///
    /// # Errors
    /// [`InvoiceRefusal`]
    pub async fn link(
        &self,
        player: TelegramUserId,
        item: ItemId,
    ) -> Result<String, InvoiceRefusal> {
        let ctx = &self.ctx;
        let sold = on_sale(ctx, item)?;
        if owned(ctx, player, item).await? {
            return Err(InvoiceRefusal::Owned);
        }
        let title: String = sold.item.name.chars().take(32).collect();
        let params = json!({
            "title": title,
            "description": replies::invoice_description(&sold.item.name),
            "payload": Payload { player, item }.text(),
            "provider_token": "",
            "currency": "XTR",
            "prices": [{ "label": title, "amount": sold.stars }],
        });
        Ok(ctx.api.call_soon("createInvoiceLink", params).await?)
    }
}

/// An item with its price in Stars.
pub(super) struct OnSale<'a> {
    pub item: &'a Item,
    pub stars: u32,
}

pub(super) fn on_sale(ctx: &Context, item: ItemId) -> Result<OnSale<'_>, InvoiceRefusal> {
    if ctx.config.rail != Rail::Stars {
        return Err(InvoiceRefusal::Off);
    }
    let item = ctx.config.item(item).ok_or(InvoiceRefusal::UnknownItem)?;
    let stars = item.stars.ok_or(InvoiceRefusal::NotForStars)?;
    Ok(OnSale { item, stars })
}

pub(super) async fn owned(
    ctx: &Context,
    player: TelegramUserId,
    item: ItemId,
) -> Result<bool, StoreError> {
    let bought = ctx.app.store().purchases(player).await?;
    Ok(bought.iter().any(|purchase| purchase.item == item))
}
