//! Telegram asks before a payment, and tells of it afterwards (<https://core.telegram.org/bots/payments-stars>).

use std::time::Duration;

use app::{Asked, Receipt, StoreError, WriteError};
use economy::{GameRefusal, Refusal, StarsPay, StarsState};
use ledger::{IdempotencyKey, KeyScope, StarsCharge};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    Context,
    handle::{HandleError, quietly},
    invoice::{InvoiceRefusal, on_sale, owned},
    payload::Payload,
    refunds, replies,
    update::{Checkout, Payment, User},
};

/// Telegram takes no answer after ten seconds.
const LOOKED_UP_WITHIN: Duration = Duration::from_secs(5);

/// Why a payment must not be made.
pub(super) enum Declined {
    NotOurs,
    ForSomebodyElse,
    NotSold,
    Owned { name: String },
    PriceChanged { name: String, stars: u32 },
    TryAgain,
}

/// Answers the question before a payment; without a good answer Telegram takes no Stars.
pub(super) async fn before(ctx: &Context, checkout: &Checkout) -> Result<(), HandleError> {
    let looked = timeout(LOOKED_UP_WITHIN, agree(ctx, checkout)).await;
    let answer = match looked {
        Ok(Ok(agreed)) => agreed,
        Ok(Err(error)) => {
            tracing::error!(%error, "a payment is declined because the ledger does not answer");
            Err(Declined::TryAgain)
        }
        Err(_) => Err(Declined::TryAgain),
    };
    let mut params = json!({ "pre_checkout_query_id": checkout.id, "ok": answer.is_ok() });
    if let Err(declined) = answer {
        params["error_message"] = replies::declined(&declined).into();
    }
    // Too late, or answered before: nothing is to be done about it, and no Stars were taken.
    quietly(
        ctx.api
            .call_soon::<Value>("answerPreCheckoutQuery", params)
            .await,
    );
    Ok(())
}

async fn agree(ctx: &Context, checkout: &Checkout) -> Result<Result<(), Declined>, StoreError> {
    let Some(payload) = Payload::read(&checkout.invoice_payload) else {
        return Ok(Err(Declined::NotOurs));
    };
    // A link can be passed on; Stars go back to whoever paid, so that player and payer must be one.
    if payload.player != checkout.from.id {
        return Ok(Err(Declined::ForSomebodyElse));
    }
    let sold = match on_sale(ctx, payload.item) {
        Ok(sold) => sold,
        Err(InvoiceRefusal::Store(error)) => return Err(error),
        Err(_) => return Ok(Err(Declined::NotSold)),
    };
    let name = || sold.item.name.clone();
    if owned(ctx, payload.player, payload.item).await? {
        return Ok(Err(Declined::Owned { name: name() }));
    }
    if checkout.currency != "XTR" || checkout.total_amount != u64::from(sold.stars) {
        return Ok(Err(Declined::PriceChanged {
            name: name(),
            stars: sold.stars,
        }));
    }
    Ok(Ok(()))
}

/// Stars were taken: they buy what was agreed on, or are owed back. Told twice, it is recorded once.
pub(super) async fn paid(ctx: &Context, from: &User, payment: &Payment) -> Result<(), HandleError> {
    let payload = Payload::read(&payment.invoice_payload);
    let Some(payload) = payload.filter(|payload| payload.player == from.id) else {
        tracing::error!(payer = %from.id, "Stars were paid for what nobody sold: they go back");
        return refunds::give_back_unknown(ctx, from.id, &payment.telegram_payment_charge_id).await;
    };
    ctx.app.store().player_ensure(from.id, from.name()).await?;
    let charge = StarsCharge::of(&payment.telegram_payment_charge_id);
    match record(ctx, payload, payment).await {
        // Told before: whoever paid has read it.
        Ok(receipt) if receipt.replayed => Ok(()),
        Ok(_) => tell(ctx, payload, charge).await,
        // A repeat after the shop has changed asks for something else under the same key.
        Err(
            WriteError::KeyReused | WriteError::Refused(Refusal::Game(GameRefusal::PaymentSeen)),
        ) => Ok(()),
        Err(WriteError::Refused(refusal)) => {
            tracing::error!(
                refusal = refusal.name(),
                "Stars that the ledger does not take go back"
            );
            refunds::give_back_unknown(ctx, from.id, &payment.telegram_payment_charge_id).await
        }
        Err(WriteError::Store(error)) => Err(error.into()),
    }
}

async fn record(ctx: &Context, payload: Payload, payment: &Payment) -> Result<Receipt, WriteError> {
    let player = payload.player;
    let actor = ctx.app.holder(player.identity()).await?;
    let entry = ctx.gate.entry("successful_payment", "telegram");
    let charge_id = payment.telegram_payment_charge_id.clone();
    let key = IdempotencyKey::new(KeyScope("telegram"), &format!("stars:{charge_id}"));
    let asked = Asked::new(&entry, actor, key);
    let command = StarsPay {
        charge: StarsCharge::of(&charge_id),
        charge_id,
        player,
        item: payload.item,
        // The rail may be another by now: what was agreed on is given.
        item_known: ctx.config.item(payload.item).is_some(),
        stars: u32::try_from(payment.total_amount).unwrap_or(u32::MAX),
    };
    ctx.app.stars_pay(asked, command).await
}

async fn tell(ctx: &Context, payload: Payload, charge: StarsCharge) -> Result<(), HandleError> {
    let record = ctx.app.store().stars_payment(charge).await?;
    let Some(record) = record else {
        return Ok(());
    };
    let name = ctx.config.item(record.item).map(|item| item.name.as_str());
    let reply = match record.state {
        StarsState::Bought => replies::bought(name),
        StarsState::Owed | StarsState::Refunded => {
            ctx.owed.notify_one();
            replies::bought_nothing(name, record.stars)
        }
    };
    refunds::write_to(ctx, payload.player, reply).await;
    Ok(())
}

/// Telegram says that Stars went back, whoever gave them.
pub(super) async fn given_back(ctx: &Context, payment: &Payment) -> Result<(), HandleError> {
    Ok(refunds::record(ctx, &payment.telegram_payment_charge_id).await?)
}
