//! The loop over one shard's events.

use std::{future::poll_fn, pin::Pin, sync::Arc, task::Poll, time::Duration};

use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, timeout},
};
use twilight_gateway::{
    CloseFrame, ConfigBuilder, Event, EventTypeFlags, Intents, Message, Shard, ShardId, ShardState,
    StreamExt as _,
    error::{ReceiveMessageError, ReceiveMessageErrorType},
    queue::InMemoryQueue,
};
use twilight_model::gateway::event::GatewayEventDeserializer;

use crate::{
    BotError,
    context::Context,
    emoji, guilds, install, interaction, members,
    order::Ordered,
    reactions,
    session::{self, Place},
    settings,
};

/// More events than this are not taken from Discord before some are done.
const MOST_AT_ONCE: usize = 20_000;

const WANTED: EventTypeFlags = EventTypeFlags::READY
    .union(EventTypeFlags::RESUMED)
    .union(EventTypeFlags::GUILD_CREATE)
    .union(EventTypeFlags::GUILD_DELETE)
    .union(EventTypeFlags::GUILD_UPDATE)
    .union(EventTypeFlags::GUILD_EMOJIS_UPDATE)
    .union(EventTypeFlags::MEMBER_ADD)
    .union(EventTypeFlags::MEMBER_REMOVE)
    .union(EventTypeFlags::MEMBER_UPDATE)
    .union(EventTypeFlags::ROLE_CREATE)
    .union(EventTypeFlags::ROLE_UPDATE)
    .union(EventTypeFlags::ROLE_DELETE)
    .union(EventTypeFlags::CHANNEL_CREATE)
    .union(EventTypeFlags::CHANNEL_UPDATE)
    .union(EventTypeFlags::CHANNEL_DELETE)
    .union(EventTypeFlags::REACTION_ADD)
    .union(EventTypeFlags::REACTION_REMOVE)
    .union(EventTypeFlags::INTERACTION_CREATE);

/// What must stay in order. All else may overtake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    Guild(u64),
    Reaction { message: u64, reactor: u64 },
    Interaction(u64),
}

/// Why the loop ended.
enum End {
    Stopped,
    /// Discord closed the connection for good, with this code.
    Final(u16),
}

/// Members are the only privileged ones among these.
pub(crate) fn intents(members: bool) -> Intents {
    let always =
        Intents::GUILDS | Intents::GUILD_EMOJIS_AND_STICKERS | Intents::GUILD_MESSAGE_REACTIONS;
    if members {
        always | Intents::GUILD_MEMBERS
    } else {
        always
    }
}

/// Runs one shard, as the only process that does, until the program stops or Discord closes it for good.
pub(crate) async fn run(
    ctx: Arc<Context>,
    id: ShardId,
    queue: InMemoryQueue,
    mut stop: watch::Receiver<bool>,
) -> Result<(), BotError> {
    // Two processes with one shard would hear everything twice, and end each other's session.
    let name = format!("discord.shard.{}.{}", id.number(), id.total());
    let mut work = Ordered::new();
    loop {
        let mut lease = tokio::select! {
            () = stopped(&mut stop) => return Ok(()),
            lease = ctx.app.alone(&name) => lease,
        };
        // Whoever had the shard before may have changed it.
        ctx.forget();
        tokio::select! {
            // The next one goes on with the session.
            () = lease.lost() => {}
            ended = run_alone(&ctx, id, &queue, &mut work, stop.clone()) => {
                lease.give_back().await;
                return ended;
            }
        }
    }
}

async fn run_alone(
    ctx: &Arc<Context>,
    id: ShardId,
    queue: &InMemoryQueue,
    work: &mut Ordered<Line>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), BotError> {
    loop {
        let mut shard = open(ctx, id, queue.clone()).await;
        match serve(ctx, &mut shard, work, &mut stop).await {
            End::Stopped => {
                leave(ctx, &mut shard, work).await;
                return Ok(());
            }
            End::Final(DISALLOWED_INTENTS) if ctx.has_members_intent() => {
                ctx.give_up_members_intent();
            }
            End::Final(code) => return Err(BotError::Closed(ClosedForGood::of(code))),
        }
    }
}

async fn open(ctx: &Context, id: ShardId, queue: InMemoryQueue) -> Shard {
    let mut config =
        ConfigBuilder::new(ctx.config.token.reveal(), intents(ctx.has_members_intent()))
            .queue(queue);
    if let Some(url) = &ctx.config.gateway_url {
        config = config.proxy_url(url.clone());
    }
    if let Some(place) = session::load(ctx, id).await {
        config = config.session(place.session());
        if let Some(url) = place.resume_url() {
            config = config.resume_url(url.to_owned());
        }
    }
    Shard::with_config(id, config.build())
}

async fn serve(
    ctx: &Arc<Context>,
    shard: &mut Shard,
    work: &mut Ordered<Line>,
    stop: &mut watch::Receiver<bool>,
) -> End {
    let mut saving = interval(ctx.config.session_interval);
    saving.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut saved = None;
    let mut last_close = None;
    loop {
        let room = work.len() < MOST_AT_ONCE;
        tokio::select! {
            biased;
            () = stopped(stop) => return End::Stopped,
            Some(()) = work.next_done() => {}
            _ = saving.tick() => {
                let place = place_of(ctx, shard, work);
                if place.is_some() && place != saved {
                    session::save(ctx, shard.id(), place.as_ref()).await;
                    saved = place;
                }
            }
            event = shard.next_event(WANTED), if room => match event {
                Some(Ok(Event::GatewayClose(frame))) => last_close = frame.map(|frame| frame.code),
                Some(Ok(event)) => {
                    // A new session is stored at once: a crash a moment later must find it.
                    if matches!(event, Event::Ready(_)) {
                        saving.reset_immediately();
                    }
                    take(ctx, shard, work, event);
                }
                Some(Err(error)) => skip(shard.id(), &error),
                None => return End::Final(last_close.unwrap_or_default()),
            },
        }
    }
}

/// Starts the work that an event asks for.
fn take(ctx: &Arc<Context>, shard: &Shard, work: &mut Ordered<Line>, event: Event) {
    let number = shard
        .session()
        .map_or(0, twilight_gateway::Session::sequence);
    let ctx = Arc::clone(ctx);
    match event {
        Event::Ready(ready) => tracing::info!(
            shard = shard.id().number(),
            guilds = ready.guilds.len(),
            "connected to Discord"
        ),
        Event::Resumed => tracing::info!(shard = shard.id().number(), "went on with the session"),
        Event::InteractionCreate(event) => {
            work.push(Line::Interaction(event.id.get()), number, async move {
                interaction::handle(&ctx, event.0).await;
            });
        }
        Event::ReactionAdd(event) => {
            let line = Line::Reaction {
                message: event.message_id.get(),
                reactor: event.user_id.get(),
            };
            work.push(line, number, async move {
                let _turn = ctx.reactions.acquire().await;
                reactions::added(&ctx, &event).await;
            });
        }
        Event::ReactionRemove(event) => {
            let line = Line::Reaction {
                message: event.message_id.get(),
                reactor: event.user_id.get(),
            };
            work.push(line, number, async move {
                let _turn = ctx.reactions.acquire().await;
                reactions::removed(&ctx, &event).await;
            });
        }
        Event::GuildCreate(event) => {
            work.push(Line::Guild(event.id().get()), number, async move {
                guilds::appeared(&ctx, &event).await;
            });
        }
        Event::GuildUpdate(event) => {
            work.push(Line::Guild(event.id.get()), number, async move {
                guilds::renamed(&ctx, event.id.get(), &event.name).await;
                // A boosted guild has more room.
                install::eased(&ctx, event.id.get()).await;
            });
        }
        Event::GuildDelete(event) => {
            work.push(Line::Guild(event.id.get()), number, async move {
                guilds::vanished(&ctx, &event).await;
            });
        }
        Event::GuildEmojisUpdate(event) => {
            work.push(Line::Guild(event.guild_id.get()), number, async move {
                let left = event.emojis.iter().map(|emoji| emoji.id.get()).collect();
                emoji::unbind_deleted(&ctx, event.guild_id.get(), &left).await;
            });
        }
        Event::MemberAdd(event) => {
            work.push(Line::Guild(event.guild_id.get()), number, async move {
                members::joined(&ctx, &event).await;
            });
        }
        Event::MemberRemove(event) => {
            work.push(Line::Guild(event.guild_id.get()), number, async move {
                members::left(&ctx, event.guild_id.get(), event.user.id.get()).await;
            });
        }
        // Of members only the bot itself changes what the bot may do.
        Event::MemberUpdate(event) if !ctx.rights.is_another(event.user.id.get()) => {
            rights_moved(work, number, ctx, event.guild_id.get());
        }
        Event::RoleCreate(event) => rights_moved(work, number, ctx, event.guild_id.get()),
        Event::RoleUpdate(event) => rights_moved(work, number, ctx, event.guild_id.get()),
        Event::RoleDelete(event) => rights_moved(work, number, ctx, event.guild_id.get()),
        Event::ChannelCreate(event) => {
            if let Some(guild) = event.guild_id {
                rights_moved(work, number, ctx, guild.get());
            }
        }
        Event::ChannelUpdate(event) => {
            if let Some(guild) = event.guild_id {
                rights_moved(work, number, ctx, guild.get());
            }
        }
        Event::ChannelDelete(event) => {
            if let Some(guild) = event.guild_id {
                rights_moved(work, number, ctx, guild.get());
            }
        }
        _ => {}
    }
}

/// What the bot may do in a guild is no longer what it was.
fn rights_moved(work: &mut Ordered<Line>, number: u64, ctx: Arc<Context>, guild: u64) {
    work.push(Line::Guild(guild), number, async move {
        settings::rights_moved(&ctx, guild).await;
        install::rights_moved(&ctx, guild).await;
    });
}

/// An event that does not parse is skipped. Its text is not logged: it can hold an interaction's token.
fn skip(shard: ShardId, error: &ReceiveMessageError) {
    use std::error::Error as _;
    let shard = shard.number();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    match error.kind() {
        ReceiveMessageErrorType::Deserializing { event } => {
            let kind = GatewayEventDeserializer::from_json(event)
                .and_then(|event| event.event_type().map(str::to_owned))
                .unwrap_or_default();
            tracing::warn!(shard, kind, "skipped an event that cannot be read");
        }
        _ => tracing::warn!(shard, cause, "no connection to Discord; trying again"),
    }
}

/// Until the program stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that whoever could stop this is gone, which is the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn place_of(ctx: &Context, shard: &Shard, work: &Ordered<Line>) -> Option<Place> {
    let newest = shard.session()?.sequence();
    Place::of(ctx.application, shard, work.done_before(newest))
}

/// Lets running work end, stores where it stands, and closes so that the session can be gone on with.
async fn leave(ctx: &Context, shard: &mut Shard, work: &mut Ordered<Line>) {
    if timeout(ctx.config.drain, work.drain()).await.is_err() {
        tracing::warn!(
            left = work.len(),
            "stopping before everything is done; Discord sends the rest again"
        );
    }
    let (id, place) = (shard.id(), place_of(ctx, shard, work));
    session::save(ctx, id, place.as_ref()).await;
    // Discord notices a connection that is merely dropped as well.
    let _ = timeout(Duration::from_secs(1), say_goodbye(shard)).await;
}

/// Until the close is sent. Whoever asked the shard for more would have it connect anew, and take the session from the process that
/// goes on with it.
async fn say_goodbye(shard: &mut Shard) {
    use futures_util::Stream as _;
    let is_closed = |shard: &Shard| matches!(shard.state(), ShardState::Disconnected { .. });
    if is_closed(shard) {
        return;
    }
    shard.close(CloseFrame::RESUME);
    poll_fn(|cx| {
        loop {
            let polled = Pin::new(&mut *shard).poll_next(cx);
            match polled {
                _ if is_closed(shard) => return Poll::Ready(()),
                Poll::Ready(Some(Ok(Message::Text(_)))) => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await;
}

const DISALLOWED_INTENTS: u16 = 4014;

/// The close codes after which Discord does not want to see this bot again, in plain words (Discord's documentation, "Opcodes and
/// Status Codes", Gateway Close Event Codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClosedForGood {
    #[error(
        "the token is not valid (4004): copy it again from the application's page, or reset it there"
    )]
    Token,
    #[error(
        "there is no such shard (4010): the configured range does not fit the number of shards"
    )]
    InvalidShard,
    #[error("the bot is in too many servers for this number of shards (4011): run more of them")]
    ShardingRequired,
    #[error("Discord no longer speaks this version of its gateway (4012): update the program")]
    ApiVersion,
    #[error("the program asked for intents that do not exist (4013): update the program")]
    InvalidIntents,
    #[error("Discord does not allow this application the intents it needs (4014)")]
    DisallowedIntents,
    #[error("Discord closed the connection for good with code {0}")]
    Other(u16),
}

impl ClosedForGood {
    fn of(code: u16) -> Self {
        match code {
            4004 => Self::Token,
            4010 => Self::InvalidShard,
            4011 => Self::ShardingRequired,
            4012 => Self::ApiVersion,
            4013 => Self::InvalidIntents,
            DISALLOWED_INTENTS => Self::DisallowedIntents,
            other => Self::Other(other),
        }
    }
}
