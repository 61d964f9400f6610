//! Payments with Stars (<https://core.telegram.org/bots/payments-stars>).

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::{Answer, Refused},
    params::Params,
    shared::Shared,
    world::Invoice,
};

/// How long a person's payment waits for the bot's word.
pub const CHECKOUT_FOR: Duration = Duration::from_secs(10);

pub fn create_link(shared: &Shared, params: &Value) -> Answer {
    let known = [
        "title",
        "description",
        "payload",
        "provider_token",
        "currency",
        "prices",
        "photo_url",
    ];
    let params = Params::of(params, &known)?;
    let title = params.words("title", 32)?.to_owned();
    params.words("description", 255)?;
    let payload = params.words("payload", 128)?.to_owned();
    if payload.len() > 128 {
        return Err(Refused::bad("INVOICE_PAYLOAD_INVALID"));
    }
    if params.words("currency", 3)? != "XTR" {
        return Err(Refused::bad("CURRENCY_INVALID"));
    }
    if !params
        .text("provider_token")?
        .unwrap_or_default()
        .is_empty()
    {
        return Err(Refused::bad("PAYMENT_PROVIDER_INVALID"));
    }
    let [price] = params.list("prices")? else {
        return Err(Refused::bad("STARS_INVOICE_INVALID: exactly one price"));
    };
    if price["label"].as_str().unwrap_or_default().is_empty() {
        return Err(Refused::bad("can't parse labeled price: label is empty"));
    }
    let stars = price["amount"].as_u64().and_then(|n| u32::try_from(n).ok());
    let Some(stars) = stars.filter(|stars| *stars > 0) else {
        return Err(Refused::bad("CURRENCY_TOTAL_AMOUNT_INVALID"));
    };
    shared.change(|world| {
        let link = format!("https://t.me/$invoice{}", world.fresh_id());
        world.invoices.push(Invoice {
            link: link.clone(),
            title,
            payload,
            stars,
        });
        Ok(json!(link))
    })
}

pub fn answer_checkout(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["pre_checkout_query_id", "ok", "error_message"])?;
    let id = params.words("pre_checkout_query_id", 64)?.to_owned();
    let ok = params.get("ok").and_then(Value::as_bool);
    let answer = match ok {
        None => return Err(Refused::bad("parameter \"ok\" is required")),
        Some(true) => Ok(()),
        Some(false) => Err(params
            .words("error_message", 255)
            .map_err(|_| Refused::bad("ERROR_TEXT_EMPTY"))?
            .to_owned()),
    };
    shared.change(|world| {
        let open = world.checkouts.get_mut(&id);
        let open = open.filter(|checkout| {
            checkout.answer.is_none() && checkout.asked.elapsed() < CHECKOUT_FOR
        });
        let Some(checkout) = open else {
            return Err(Refused::bad(
                "query is too old and response timeout expired or query ID is invalid",
            ));
        };
        checkout.answer = Some(answer);
        Ok(json!(true))
    })
}

pub fn refund(shared: &Shared, params: &Value) -> Answer {
    let params = Params::of(params, &["user_id", "telegram_payment_charge_id"])?;
    let person = params.number("user_id")?;
    let charge = params.words("telegram_payment_charge_id", 255)?.to_owned();
    shared.change(|world| {
        let mut payments = world.payments.iter_mut();
        let payment = payments
            .find(|payment| payment.charge_id == charge && payment.person.cast_signed() == person)
            .ok_or_else(|| Refused::bad("CHARGE_NOT_FOUND"))?;
        if payment.refunded {
            return Err(Refused::bad("CHARGE_ALREADY_REFUNDED"));
        }
        payment.refunded = true;
        let payment = payment.clone();
        world.tell_refunded(&payment);
        Ok(json!(true))
    })
}
