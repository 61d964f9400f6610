//! One file for each command that looks something up.

mod link;
mod pay_support;
mod top;
mod wallet;

use app::StoreError;

use super::{
    Context,
    command::{Asked, Verb},
    replies::{self, Reply},
    update::{Message, User},
};

/// In a private chat.
pub(super) async fn run(ctx: &Context, update: i64, message: &Message, asked: &Asked<'_>) -> Reply {
    let (Some(from), Some(verb)) = (&message.from, asked.verb) else {
        return replies::unknown_command();
    };
    let answered = match verb {
        Verb::Start => Ok(replies::welcome(&from.first_name)),
        Verb::Wallet => wallet::run(ctx, from).await,
        Verb::Top => top::run(ctx, from).await,
        Verb::Link => link::run(ctx, update, from, asked.argument).await,
        Verb::PaySupport => pay_support::run(ctx, from).await,
        Verb::Help => Ok(replies::help()),
    };
    answered.unwrap_or_else(|error| unavailable(from, verb, &error))
}

/// What one person has is nobody else's business.
pub(super) async fn in_group(
    ctx: &Context,
    update: i64,
    message: &Message,
    asked: &Asked<'_>,
) -> Reply {
    match asked.verb {
        Some(Verb::Wallet | Verb::Link | Verb::PaySupport) => replies::in_private(),
        Some(Verb::Start | Verb::Top | Verb::Help) | None => run(ctx, update, message, asked).await,
    }
}

fn unavailable(from: &User, verb: Verb, error: &StoreError) -> Reply {
    let bytes = app::random_bytes::<4>();
    let reference: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    tracing::error!(%error, reference, person = %from.id, command = verb.name(), "a command cannot be answered");
    replies::unavailable(&reference)
}
