//! Giving Stars back: those that bought nothing by themselves, others by an operator's decision.

use std::{sync::Arc, time::Duration};

use app::{Asked, StarsRecord, StoreError, WriteError};
use economy::{GameRefusal, Refusal, StarsRefund, StarsState};
use ledger::{IdempotencyKey, KeyScope, StarsCharge, TelegramUserId};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{
    ApiError, Context,
    handle::{HandleError, quietly},
    replies::{self, Reply},
};

const LEASE: &str = "telegram-stars";
/// How often it is looked without being told to.
const LOOK: Duration = Duration::from_secs(30);
const AT_ONCE: usize = 100;

/// Why Stars did not go back. Variants in the order in which they are checked.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    #[error("there is no such payment")]
    UnknownPayment,
    #[error("the Stars of this payment were given back already")]
    Refunded,
    #[error("the ledger does not answer")]
    Store(#[from] StoreError),
    #[error("Telegram does not give the Stars back")]
    Telegram(#[from] ApiError),
}

/// One process of all gives back what is owed, so that nobody hears of it twice.
pub(super) async fn run(ctx: &Arc<Context>) {
    loop {
        let mut lease = ctx.app.alone(LEASE).await;
        let work = async {
            loop {
                if let Err(error) = all_owed(ctx).await {
                    tracing::error!(%error, "Stars that are owed cannot be given back now");
                }
                // Whether it is told or not.
                let _ = timeout(LOOK, ctx.owed.notified()).await;
            }
        };
        tokio::select! {
            () = lease.lost() => {}
            () = work => {}
        }
        lease.give_back().await;
        sleep(Duration::from_secs(1)).await;
    }
}

async fn all_owed(ctx: &Context) -> Result<(), StoreError> {
    for owed in ctx.app.store().stars_owed(AT_ONCE).await? {
        if let Err(error) = give_back(ctx, &owed).await {
            tracing::error!(%error, "Stars stay owed");
        }
    }
    Ok(())
}

pub(super) async fn refund(ctx: &Context, charge: StarsCharge) -> Result<(), RefundError> {
    let record = ctx.app.store().stars_payment(charge).await?;
    let record = record.ok_or(RefundError::UnknownPayment)?;
    if record.state == StarsState::Refunded {
        return Err(RefundError::Refunded);
    }
    give_back(ctx, &record).await
}

/// Telegram first, then the ledger: done twice, Telegram says that it was done.
async fn give_back(ctx: &Context, record: &StarsRecord) -> Result<(), RefundError> {
    // Telegram shows the person that Stars came back: there is nothing to add.
    at_telegram(ctx, record.player, &record.charge_id).await?;
    self::record(ctx, &record.charge_id).await?;
    Ok(())
}

async fn at_telegram(
    ctx: &Context,
    payer: TelegramUserId,
    charge_id: &str,
) -> Result<(), ApiError> {
    let params = json!({ "user_id": payer.get(), "telegram_payment_charge_id": charge_id });
    match ctx.api.call::<Value>("refundStarPayment", params).await {
        Err(error) if error.says("CHARGE_ALREADY_REFUNDED") => Ok(()),
        told => told.map(drop),
    }
}

/// Payments that the ledger never knew are no concern of its.
pub(super) async fn record(ctx: &Context, charge_id: &str) -> Result<(), StoreError> {
    let charge = StarsCharge::of(charge_id);
    match write(ctx, charge, charge_id).await {
        Ok(_)
        | Err(WriteError::Refused(Refusal::Game(
            GameRefusal::PaymentRefunded | GameRefusal::UnknownPayment,
        ))) => Ok(()),
        Err(WriteError::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "a refund is not in the ledger");
            Ok(())
        }
    }
}

async fn write(
    ctx: &Context,
    charge: StarsCharge,
    charge_id: &str,
) -> Result<app::Receipt, WriteError> {
    let operator = ledger::Identity::new(ledger::Platform::Operator, "stars");
    let operator = operator.expect("a plain name");
    let actor = ctx.app.holder(operator).await?;
    let entry = ctx.gate.entry("refund", "telegram");
    let key = IdempotencyKey::new(KeyScope("telegram"), &format!("stars-refund:{charge_id}"));
    let asked = Asked::new(&entry, actor, key);
    ctx.app.stars_refund(asked, StarsRefund { charge }).await
}

/// Stars that the ledger has no place for: there was no invoice of ours.
pub(super) async fn give_back_unknown(
    ctx: &Context,
    payer: TelegramUserId,
    charge_id: &str,
) -> Result<(), HandleError> {
    at_telegram(ctx, payer, charge_id).await?;
    write_to(ctx, payer, replies::gave_back_unknown()).await;
    Ok(())
}

pub(super) async fn write_to(ctx: &Context, person: TelegramUserId, reply: Reply) {
    let params = json!({ "chat_id": person.get(), "text": reply.html, "parse_mode": "HTML" });
    quietly(ctx.api.call_once::<Value>("sendMessage", params).await);
}
