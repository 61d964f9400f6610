//! Telling Discord which commands there are.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;
use twilight_model::application::command::Command;

use super::Verb;
use crate::{context::Context, discord_error::Answered};

const MEMO: &str = "discord.commands";

/// Registers all commands with one overwrite, unless the same ones are there already.
pub(crate) async fn register(ctx: Arc<Context>) {
    let commands: Vec<Command> = Verb::ALL.into_iter().map(Verb::definition).collect();
    let mark = mark(&ctx, &commands);
    if ctx
        .app
        .store()
        .memo(MEMO.into())
        .await
        .is_ok_and(|known| known.as_ref() == Some(&mark))
    {
        tracing::debug!("the commands are registered already");
        return;
    }
    let mut wait = Duration::from_secs(1);
    loop {
        match ctx.interactions().set_global_commands(&commands).await {
            Ok(_) => break,
            Err(error) => {
                tracing::warn!(answered = %Answered::of(&error), "the commands are not registered; trying again");
            }
        }
        sleep(wait).await;
        wait = wait.saturating_mul(2).min(Duration::from_secs(300));
    }
    tracing::info!(commands = commands.len(), "registered the commands");
    if let Err(error) = ctx.app.store().memo_set(MEMO.into(), mark).await {
        tracing::warn!(%error, "cannot note down that the commands are registered; they are registered again next time");
    }
}

/// What these commands are, for this application.
fn mark(ctx: &Context, commands: &[Command]) -> Value {
    let text = serde_json::to_vec(commands).expect("commands are plain data");
    let hash = Sha256::digest(text);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "application": ctx.application, "sha256": hash })
}
