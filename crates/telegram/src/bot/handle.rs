//! One update, to its end.

use app::StoreError;
use serde_json::{Value, json};

use super::{
    ApiError, Context,
    command::{Addressed, Asked},
    commands, payments,
    replies::{self, Reply},
    update::{Event, Message, Update},
};

/// Why an update must come again.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandleError {
    #[error("the ledger does not answer")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Telegram(#[from] ApiError),
}

/// Done when it was done before. What Telegram will never take is done, too: otherwise it would come again for ever.
pub(super) async fn handle(ctx: &Context, update: &Update) -> Result<(), HandleError> {
    if ctx.seen.was_done(&ctx.app, update.id).await? {
        return Ok(());
    }
    match event(ctx, update).await {
        Err(HandleError::Telegram(error)) if !error.is_temporary() => {
            tracing::error!(%error, update = update.id, "Telegram does not take what an update asks for");
        }
        done => done?,
    }
    ctx.seen.done(&ctx.app, update.id).await?;
    Ok(())
}

async fn event(ctx: &Context, update: &Update) -> Result<(), HandleError> {
    match &update.event {
        Event::Message(message) => about(ctx, update.id, message).await?,
        Event::Checkout(checkout) => payments::before(ctx, checkout).await?,
        Event::Callback(callback) => {
            let answer = json!({ "callback_query_id": callback.id });
            quietly(ctx.api.call::<Value>("answerCallbackQuery", answer).await);
        }
        Event::Other => {}
    }
    Ok(())
}

async fn about(ctx: &Context, update: i64, message: &Message) -> Result<(), HandleError> {
    let Some(from) = &message.from else {
        return Ok(());
    };
    if let Some(payment) = &message.successful_payment {
        return payments::paid(ctx, from, payment).await;
    }
    if let Some(payment) = &message.refunded_payment {
        return payments::given_back(ctx, payment).await;
    }
    if from.is_bot {
        return Ok(());
    }
    if let Some(reply) = answer(ctx, update, message).await {
        send(ctx, message, reply).await;
    }
    Ok(())
}

async fn answer(ctx: &Context, update: i64, message: &Message) -> Option<Reply> {
    let text = message.text.as_deref()?;
    let read = Asked::read(text, ctx.name());
    if message.is_private() {
        return match read {
            Some((asked, _)) => Some(commands::run(ctx, update, message, &asked).await),
            // For another bot, or no command at all.
            None => (!text.starts_with('/')).then(replies::only_commands),
        };
    }
    match read {
        Some((asked, Addressed::ByName)) => {
            Some(commands::in_group(ctx, update, message, &asked).await)
        }
        _ => None,
    }
}

async fn send(ctx: &Context, to: &Message, reply: Reply) {
    let mut params = json!({
        "chat_id": to.chat.id,
        "text": reply.html,
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    });
    if !to.is_private() {
        params["reply_parameters"] =
            json!({ "message_id": to.message_id, "allow_sending_without_reply": true });
    }
    if let Some(button) = &reply.button {
        params["reply_markup"] = button.keyboard(ctx, to.is_private());
    }
    quietly(ctx.api.call_once::<Value>("sendMessage", params).await);
}

/// For what cannot be helped, such as a person who has blocked the bot.
pub(super) fn quietly<T>(told: Result<T, ApiError>) {
    match told {
        Err(error) if error.code() == Some(403) => tracing::debug!(%error, "nobody hears it"),
        Err(error) => tracing::warn!(%error, "an answer did not arrive"),
        Ok(_) => {}
    }
}
