//! Telling Discord which commands there are.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::{sleep, timeout};
use twilight_model::application::{command::Command, interaction::InteractionContextType};

use super::Verb;
use crate::{context::Context, discord_error::Answered};

const MEMO: &str = "discord.commands";
const PATIENCE: Duration = Duration::from_secs(10);

/// Registers all commands with one overwrite, unless the same ones are there already.
pub(crate) async fn register(ctx: Arc<Context>) {
    let mut commands: Vec<Command> = Verb::ALL.into_iter().map(Verb::definition).collect();
    if !people_can_install(&ctx).await {
        commands.iter_mut().for_each(for_guilds_only);
    }
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

/// Whether the application's page lets people install it for themselves. What it does not allow, commands had better not ask for.
async fn people_can_install(ctx: &Context) -> bool {
    let asked = timeout(PATIENCE, async {
        ctx.http.current_user_application().await
    });
    let Ok(Ok(answer)) = asked.await else {
        return false;
    };
    let application = answer.model().await.ok();
    let installs = application.and_then(|application| application.integration_types_config);
    installs.is_some_and(|installs| installs.user.is_some())
}

fn for_guilds_only(command: &mut Command) {
    command.integration_types = None;
    if let Some(contexts) = &mut command.contexts {
        contexts.retain(|context| *context != InteractionContextType::PrivateChannel);
    }
}

/// What these commands are, for this application.
fn mark(ctx: &Context, commands: &[Command]) -> Value {
    let text = serde_json::to_vec(commands).expect("commands are plain data");
    let hash = Sha256::digest(text);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "application": ctx.application, "sha256": hash })
}
