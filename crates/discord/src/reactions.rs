//! A reaction with a currency's emoji mints one unit to the author of the message; taking it back un-mints it.

use std::{collections::HashMap, sync::Mutex};

use app::{Asked, Receipt, StoreError, WriteError};
use economy::{ReactionKey, ReactionMint, ReactionUnmint, Refusal};
use ledger::{CurrencyId, GroupKind, IdempotencyKey, Identity, KeyScope};
use twilight_model::{channel::message::EmojiReactionType, gateway::GatewayReaction};

use crate::{
    context::{APPLICATION, Context},
    discord_error::Answered,
    guilds::{self, Coin, Home},
    here::Here as _,
    members::{self, Known},
    patience::{patiently, written_patiently},
    policy::{self, Doubt, Reacted},
};

/// A reaction with an emoji that stands for a currency.
struct Counted {
    guild: u64,
    home: std::sync::Arc<Home>,
    message: u64,
    reactor: u64,
    currency: CurrencyId,
    kind: GroupKind,
}

impl Counted {
    fn reacted<'a>(&'a self, roles: &'a [u64], author: u64) -> Reacted<'a> {
        Reacted {
            guild: self.guild,
            home: &self.home,
            kind: self.kind,
            message: self.message,
            reactor: self.reactor,
            roles,
            author,
        }
    }

    /// The same for a normal and a super reaction: both together count once.
    fn key(&self, what: &str) -> IdempotencyKey {
        let Self {
            message,
            reactor,
            currency,
            ..
        } = self;
        IdempotencyKey::new(
            KeyScope(APPLICATION),
            &format!("reaction:{message}:{reactor}:{currency}:{what}"),
        )
    }
}

pub(crate) async fn added(ctx: &Context, event: &GatewayReaction) {
    let Some(coin) = coin(ctx, event).await else {
        return;
    };
    match mint_for(ctx, event, &coin).await {
        Ok(Some(minted)) => log(&coin, minted),
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, message = coin.message, "a reaction could not be looked into and minted nothing")
        }
    }
}

pub(crate) async fn removed(ctx: &Context, event: &GatewayReaction) {
    if let Some(coin) = coin(ctx, event).await {
        let taken = written_patiently(|| reaction_remove(ctx, &coin)).await;
        log(&coin, taken);
    }
}

async fn coin(ctx: &Context, event: &GatewayReaction) -> Option<Counted> {
    let guild = event.guild_id?.get();
    let EmojiReactionType::Custom { id, .. } = &event.emoji else {
        return None;
    };
    let home = match patiently(|| guilds::home(ctx, guild)).await {
        Ok(home) => home?,
        Err(error) => {
            tracing::error!(%error, guild, "a reaction was lost: its guild could not be read");
            return None;
        }
    };
    let Coin { currency, kind } = *home.emojis.get(&id.get())?;
    Some(Counted {
        guild,
        home,
        message: event.message_id.get(),
        reactor: event.user_id.get(),
        currency,
        kind,
    })
}

/// `None` when this reaction is none that mints: by a bot, to oneself, or to the message of a bot, a webhook or somebody who left.
async fn mint_for(
    ctx: &Context,
    event: &GatewayReaction,
    coin: &Counted,
) -> Result<Option<Result<Receipt, WriteError>>, StoreError> {
    if !is_person(ctx, event, coin).await? {
        return Ok(None);
    }
    let Some(author) = author(ctx, event)
        .await
        .filter(|author| *author != coin.reactor)
    else {
        return Ok(None);
    };
    let known = patiently(|| members::known(ctx, (coin.guild, &coin.home), author)).await?;
    if known != Known::Person {
        return Ok(None);
    }
    let room = match policy::room(ctx, coin.reacted(&roles(event), author)).await? {
        Ok(room) => room,
        Err(refusal) => {
            // Nobody is told: who reacts has asked for nothing.
            tracing::debug!(
                message = coin.message,
                refusal = refusal.name(),
                "a reaction did not count"
            );
            return Ok(None);
        }
    };
    let doubt = Doubt::default();
    let attempt = async || doubt.about(reaction_add(ctx, coin, author).await);
    let written = written_patiently(&attempt).await;
    room.settle(&written, &doubt);
    Ok(Some(written))
}

fn roles(event: &GatewayReaction) -> Vec<u64> {
    let member = event.member.iter();
    member
        .flat_map(|member| member.roles.iter().map(|role| role.get()))
        .collect()
}

async fn is_person(
    ctx: &Context,
    event: &GatewayReaction,
    coin: &Counted,
) -> Result<bool, StoreError> {
    if let Some(member) = &event.member {
        return Ok(!member.user.bot);
    }
    let known = patiently(|| members::known(ctx, (coin.guild, &coin.home), coin.reactor)).await?;
    Ok(known == Known::Person)
}

/// The message's author: Discord's documentation says that the event need not name them.
async fn author(ctx: &Context, event: &GatewayReaction) -> Option<u64> {
    if let Some(author) = event.message_author_id {
        return Some(author.get());
    }
    let channel = event.channel_id.get();
    let now_ms = ctx.app.clock().now_ms();
    if ctx.closed.is(channel, now_ms) {
        return None;
    }
    let fetched = match ctx.http.message(event.channel_id, event.message_id).await {
        Ok(answer) => answer.model().await.map_err(|error| error.to_string()),
        Err(error) => {
            let answered = Answered::of(&error);
            if answered.forbidden() {
                ctx.closed.put(channel, now_ms);
            }
            Err(answered.to_string())
        }
    };
    match fetched {
        Ok(message) => message
            .webhook_id
            .is_none()
            .then(|| message.author.id.get()),
        Err(error) => {
            tracing::warn!(
                error,
                channel,
                "a reaction minted nothing: its message could not be read"
            );
            None
        }
    }
}

async fn reaction_add(ctx: &Context, coin: &Counted, author: u64) -> Result<Receipt, WriteError> {
    let reactor = ctx.app.holder(Identity::discord(coin.reactor)).await?;
    let author = ctx.app.holder(Identity::discord(author)).await?;
    let asked = Asked::new(&ctx.entry("reaction_add"), reactor, coin.key("add"))
        .here(Some(coin.guild), coin.kind);
    let key = ReactionKey {
        message: coin.message,
        reactor,
        currency: coin.currency,
    };
    ctx.app
        .reaction_mint(asked, ReactionMint { key, author })
        .await
}

async fn reaction_remove(ctx: &Context, coin: &Counted) -> Result<Receipt, WriteError> {
    let reactor = ctx.app.holder(Identity::discord(coin.reactor)).await?;
    let asked = Asked::new(&ctx.entry("reaction_remove"), reactor, coin.key("remove"))
        .here(Some(coin.guild), coin.kind);
    let key = ReactionKey {
        message: coin.message,
        reactor,
        currency: coin.currency,
    };
    ctx.app.reaction_unmint(asked, ReactionUnmint { key }).await
}

/// Nobody is answered, so the log is all there is.
fn log(coin: &Counted, outcome: Result<Receipt, WriteError>) {
    let Counted {
        message, currency, ..
    } = coin;
    match outcome {
        Ok(receipt) => {
            tracing::debug!(message, %currency, kind = receipt.kind.as_str(), "a reaction counted")
        }
        Err(WriteError::Refused(
            refusal @ (Refusal::ToOneself
            | Refusal::ReactionCounted { .. }
            | Refusal::ReactionTakenBack
            | Refusal::UnknownReaction),
        )) => {
            tracing::debug!(message, %currency, refusal = refusal.name(), "a reaction did not count")
        }
        Err(WriteError::Refused(refusal)) => {
            tracing::info!(message, %currency, refusal = refusal.name(), "a reaction did not count");
        }
        Err(WriteError::KeyReused) => {
            tracing::info!(message, %currency, "a reaction did not count again")
        }
        Err(WriteError::Store(error)) => {
            tracing::error!(%error, message, %currency, "a reaction was lost")
        }
    }
}

/// Channels whose messages the bot may not read: asking again and again ends in a ban (10,000 invalid requests in ten minutes).
#[derive(Debug, Default)]
pub(crate) struct Closed(Mutex<HashMap<u64, i64>>);

impl Closed {
    const FOR_MS: i64 = 600_000;
    const MOST: usize = 10_000;

    fn is(&self, channel: u64, now_ms: i64) -> bool {
        let Ok(closed) = self.0.lock() else {
            return false;
        };
        closed
            .get(&channel)
            .is_some_and(|since| now_ms.saturating_sub(*since) < Self::FOR_MS)
    }

    fn put(&self, channel: u64, now_ms: i64) {
        if let Ok(mut closed) = self.0.lock() {
            if closed.len() >= Self::MOST {
                closed.clear();
            }
            closed.insert(channel, now_ms);
        }
    }
}
