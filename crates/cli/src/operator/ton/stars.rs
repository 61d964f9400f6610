use app::StarsRecord;
use ledger::{ItemId, StarsCharge};
use serde::{Deserialize, Serialize};
use telegram::bot::RefundError;

use super::{
    super::{Operator, Tell},
    player,
};
use crate::{game, money, replies, trouble::Trouble};

/// Payments with Telegram Stars that bought nothing and wait to be given back; or one player's for an item.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StarsListOrder {
    pub(crate) limit: usize,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StarsRefundOrder {
    pub(crate) player: String,
    pub(crate) item: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StarsList {
    pub(crate) payments: Vec<StarsLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StarsLine {
    /// Telegram's own text, which it asks for in support.
    pub(crate) charge: String,
    pub(crate) player: String,
    pub(crate) item: String,
    pub(crate) stars: u32,
    pub(crate) state: String,
    pub(crate) paid: String,
}

pub(in crate::operator) async fn list(
    operator: &Operator,
    order: StarsListOrder,
    _: &Tell,
) -> Result<StarsList, Trouble> {
    let owed = operator.app.store().stars_owed(order.limit).await;
    let owed = owed.map_err(|error| replies::store_error(&error))?;
    Ok(StarsList {
        payments: owed.iter().map(line).collect(),
    })
}

pub(in crate::operator) async fn refund(
    operator: &Operator,
    order: StarsRefundOrder,
    _: &Tell,
) -> Result<StarsLine, Trouble> {
    let bot = game::bot(&operator.config, &operator.app, &operator.gates)?.ok_or_else(|| {
        Trouble::input("Stars go back through the bot: `telegram.bot_token` is not given.")
    })?;
    let user = player(&order.player)?;
    let item: ItemId = order
        .item
        .parse()
        .map_err(|_| Trouble::input(format!("{:?} is no item's number.", order.item)))?;
    let failed = |error| replies::store_error(&error);
    let paid = operator.app.store().stars_for(user, item).await;
    let paid = paid.map_err(failed)?.ok_or_else(|| {
        Trouble::input(format!(
            "Player {user} has not bought item {item} with Stars."
        ))
    })?;
    let charge = StarsCharge::of(&paid.charge_id);
    bot.refund_stars(charge)
        .await
        .map_err(|error| told(&error))?;
    let after = operator.app.store().stars_payment(charge).await;
    let after = after.map_err(failed)?;
    Ok(line(after.as_ref().unwrap_or(&paid)))
}

fn told(error: &RefundError) -> Trouble {
    match error {
        RefundError::UnknownPayment => Trouble::refused("There is no such payment."),
        RefundError::Refunded => Trouble::refused("The Stars were given back before."),
        RefundError::Store(error) => replies::store_error(error),
        RefundError::Telegram(error) => {
            Trouble::failed(format!("Telegram does not give the Stars back: {error}."))
        }
    }
}

fn line(record: &StarsRecord) -> StarsLine {
    StarsLine {
        charge: record.charge_id.clone(),
        player: record.player.to_string(),
        item: record.item.to_string(),
        stars: record.stars,
        state: record.state.as_str().to_owned(),
        paid: money::time(record.paid_ms),
    }
}
