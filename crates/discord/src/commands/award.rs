//! The message menu **Award**

use std::time::Duration;

use app::{Asked, Receipt, WriteError};
use ledger::{Amount, Identity};
use twilight_model::{application::command::Command, channel::Message};

use super::{CURRENCY, Verb, message_menu};
use crate::{
    answer::Reply,
    context::Context,
    currencies::Shown,
    here::Here as _,
    invocation::Invocation,
    patience::settled,
    place::{People, Place},
    post::Post,
    replies::{self, award as words},
    repost::{self, Repost},
};

/// Its form's id begins with this.
pub(super) const FORM: &str = "award";
const AMOUNT: &str = "amount";
/// A form is the first answer or none: there is no showing before that the bot is thinking.
pub(super) const PATIENCE: Duration = Duration::from_millis(2_500);

pub(super) fn definition() -> Command {
    message_menu(Verb::Award).build()
}

/// Which post an open form is about. Whoever sends it may have changed this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Target {
    channel: u64,
    message: u64,
    author: u64,
}

impl Target {
    fn read(id: &str) -> Option<Self> {
        let mut numbers = id.split(':').map(|number| number.parse::<u64>().ok());
        let target = Self {
            channel: numbers.next()??,
            message: numbers.next()??,
            author: numbers.next()??,
        };
        numbers.next().is_none().then_some(target)
    }

    fn write(self) -> String {
        let Self {
            channel,
            message,
            author,
        } = self;
        format!("{FORM}:{channel}:{message}:{author}")
    }
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let message = asked.message().ok_or_else(words::no_post)?;
    let target = Target {
        channel: message.channel_id.get(),
        message: message.id.get(),
        author: author(message)?,
    };
    let place = Place::of(ctx, asked).await?;
    may_be_paid(ctx, asked, &place, target.author).await?;
    if place.currencies.is_empty() {
        return Err(replies::no_primary(&place.currencies));
    }
    let now_ms = ctx.app.clock().now_ms();
    ctx.posts.keep(target.message, Post::of(message), now_ms);
    let primary = place.currencies.primary();
    Ok(Reply::form(words::form(target.write(), primary)))
}

/// Who wrote a post, if it was a person.
fn author(message: &Message) -> Result<u64, Reply> {
    if message.webhook_id.is_some() || message.author.bot {
        Err(words::nobodys_post())
    } else {
        Ok(message.author.id.get())
    }
}

async fn may_be_paid(
    ctx: &Context,
    asked: &Invocation,
    place: &Place,
    author: u64,
) -> Result<(), Reply> {
    if author == asked.user {
        return Err(words::own_post());
    }
    // Only where the bot knows everybody can it say of somebody that they are not there.
    if !ctx.has_members_intent() || !place.guild.sync.complete {
        return Ok(());
    }
    let member = ctx.app.store().member(place.guild.id, author).await;
    match member.map_err(replies::read_failed)? {
        Some(_) => Ok(()),
        None => Err(words::has_left(author)),
    }
}

/// The form was sent: pays, and shows the post again.
pub(super) async fn submit(ctx: &Context, asked: &Invocation, id: &str) -> Result<Reply, Reply> {
    let target = Target::read(id).ok_or_else(words::old_form)?;
    // A form is opened where the post is; another channel may be one that its sender cannot see.
    if asked.channel != Some(target.channel) {
        return Err(words::old_form());
    }
    let place = Place::of(ctx, asked).await?;
    may_be_paid(ctx, asked, &place, target.author).await?;
    let named = asked.field(CURRENCY).map(str::trim);
    let shown = place.currency(named.filter(|text| !text.is_empty()))?;
    let text = asked.field(AMOUNT).unwrap_or_default().trim();
    let amount = Amount::parse(text, shown.currency.decimals)
        .map_err(|error| replies::bad_amount(text, error, &shown.currency))?;
    let repost = Repost {
        interaction: asked.id,
        guild: place.guild.discord,
        channel: target.channel,
        message: target.message,
        by: asked.user,
        author: target.author,
        currency: shown.currency.id,
        money: shown.money(amount).to_string(),
        post: ctx
            .posts
            .get(target.message, ctx.app.clock().now_ms())
            .filter(|post| post.author == target.author),
    };
    let is_shown = place.guild.repost_channel.is_some();
    if is_shown {
        // Before the payment, so that no crash comes between the two; without a payment nothing comes of it.
        repost::promise(ctx, &repost)
            .await
            .map_err(replies::read_failed)?;
    }
    match settled(|| pay(ctx, asked, shown, (target.author, amount))).await {
        Ok(_) => {
            repost::begin(ctx);
            Ok(words::awarded(&repost, is_shown))
        }
        Err(error) => {
            let people = People::of(ctx, asked.user, &[target.author]).await;
            Err(replies::not_written(error, &place.currencies, &people))
        }
    }
}

async fn pay(
    ctx: &Context,
    asked: &Invocation,
    shown: &Shown,
    (to, amount): (u64, Amount),
) -> Result<Receipt, WriteError> {
    let from = ctx.app.holder(Identity::discord(asked.user)).await?;
    let to = ctx.app.holder(Identity::discord(to)).await?;
    let by = Asked::new(&ctx.entry("Award"), from, asked.key()).here(asked.guild, shown.kind);
    let award = economy::Award {
        from,
        to,
        currency: shown.currency.id,
        amount,
    };
    ctx.app.award(by, award).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_which_post_it_is_about() {
        let target = Target {
            channel: u64::MAX,
            message: u64::MAX,
            author: u64::MAX,
        };
        let id = target.write();
        assert!(id.len() <= 100, "{id}");
        assert_eq!(
            Target::read(id.strip_prefix("award:").unwrap()),
            Some(target)
        );
        for id in ["", "1", "1:2", "1:2:x", "1:2:-3", "1:2:3:4"] {
            assert_eq!(Target::read(id), None, "{id:?}");
        }
    }
}
