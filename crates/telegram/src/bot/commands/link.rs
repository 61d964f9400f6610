//! `/link [code]`

use app::{Asked, LinkRefusal, StoreError};
use ledger::{IdempotencyKey, KeyScope};

use crate::bot::{
    Context,
    replies::{self, Reply},
    update::User,
};

pub(super) async fn run(
    ctx: &Context,
    update: i64,
    from: &User,
    code: Option<&str>,
) -> Result<Reply, StoreError> {
    let told = match code {
        None => ask(ctx, update, from).await,
        Some(code) => link(ctx, update, from, code).await,
    };
    match told {
        Ok(reply) => Ok(reply),
        Err(LinkRefusal::Store(error)) => Err(error),
        Err(refusal) => Ok(replies::link_refused(&refusal, ctx.app.clock().now_ms())),
    }
}

async fn ask(ctx: &Context, update: i64, from: &User) -> Result<Reply, LinkRefusal> {
    let code = ctx.app.link_code(&from.id.identity(), key(update)).await?;
    Ok(replies::link_code(&code))
}

async fn link(ctx: &Context, update: i64, from: &User, code: &str) -> Result<Reply, LinkRefusal> {
    let own = from.id.identity();
    let actor = ctx.app.holder(own.clone()).await?;
    let entry = ctx.gate.entry("/link", "telegram");
    let asked = Asked::new(&entry, actor, key(update));
    let linked = ctx.app.link_redeem(asked, code, own).await?;
    Ok(replies::linked(&linked))
}

fn key(update: i64) -> IdempotencyKey {
    IdempotencyKey::new(KeyScope("telegram"), &format!("update:{update}"))
}
