//! `/link [code]`

use app::{Asked, LinkRefusal, Linked};
use ledger::Identity;
use twilight_model::application::command::Command;
use twilight_util::builder::command::StringBuilder;

use super::{Verb, anywhere};
use crate::{
    answer::Reply, context::Context, currencies::Currencies, invocation::Invocation, place::People,
    replies,
};

pub(super) fn definition() -> Command {
    anywhere(
        Verb::Link,
        "Join this wallet with the one that you have elsewhere",
    )
    .option(
        StringBuilder::new(
            "code",
            "A code that you got elsewhere; without it you get one to enter there",
        )
        .max_length(40),
    )
    .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let own = Identity::discord(asked.user);
    match asked.text("code") {
        None => {
            let code = ctx.app.link_code(&own, asked.key()).await;
            match code {
                Ok(code) => Ok(replies::link::code(&code)),
                Err(refusal) => Err(told(ctx, asked, refusal).await),
            }
        }
        Some(code) => match link(ctx, asked, code, own).await {
            Ok(linked) => Ok(replies::link::linked(&linked)),
            Err(refusal) => Err(told(ctx, asked, refusal).await),
        },
    }
}

async fn link(
    ctx: &Context,
    asked: &Invocation,
    code: &str,
    own: Identity,
) -> Result<Linked, LinkRefusal> {
    let actor = ctx.app.holder(own.clone()).await?;
    let by = Asked::new(&ctx.entry("/link"), actor, asked.key());
    ctx.app.link_redeem(by, code, own).await
}

async fn told(ctx: &Context, asked: &Invocation, refusal: LinkRefusal) -> Reply {
    let people = People::of(ctx, asked.user, &[]).await;
    // A sentence without the names of currencies is better than none.
    let currencies = Currencies::of_all_guilds(ctx).await.unwrap_or_default();
    replies::link::refused(refusal, &currencies, &people)
}
