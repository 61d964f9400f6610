//! Registering commands.

use serde_json::Value;

use super::{
    call::Call,
    command_rules::{self, check_all, check_one},
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::{ApplicationId, CommandId, GuildId},
    world::World,
};

type Scope = Option<GuildId>;

pub fn list(world: &mut World, call: &Call) -> Outcome {
    list_scope(world, call, None)
}

pub fn list_in_guild(world: &mut World, call: &Call) -> Outcome {
    let scope = guild(world, call)?;
    list_scope(world, call, scope)
}

pub fn create(world: &mut World, call: &Call) -> Outcome {
    create_scope(world, call, None)
}

pub fn create_in_guild(world: &mut World, call: &Call) -> Outcome {
    let scope = guild(world, call)?;
    create_scope(world, call, scope)
}

pub fn overwrite(world: &mut World, call: &Call) -> Outcome {
    overwrite_scope(world, call, None)
}

pub fn overwrite_in_guild(world: &mut World, call: &Call) -> Outcome {
    let scope = guild(world, call)?;
    overwrite_scope(world, call, scope)
}

pub fn get(world: &mut World, call: &Call) -> Outcome {
    own_application(world, call)?;
    let id: CommandId = call.id(1)?;
    let command = world
        .commands
        .of(None)
        .iter()
        .find(|command| command.id == id);
    let command = command.ok_or_else(ApiError::unknown_command)?;
    Ok(Reply::ok(command.json(world.application.id)))
}

pub fn delete(world: &mut World, call: &Call) -> Outcome {
    own_application(world, call)?;
    let id: CommandId = call.id(1)?;
    let commands = world.commands.of_mut(None);
    let before = commands.len();
    commands.retain(|command| command.id != id);
    if commands.len() == before {
        return Err(ApiError::unknown_command());
    }
    Ok(Reply::no_content())
}

fn list_scope(world: &World, call: &Call, scope: Scope) -> Outcome {
    own_application(world, call)?;
    let all = world.commands.of(scope).iter();
    let json: Vec<Value> = all
        .map(|command| command.json(world.application.id))
        .collect();
    Ok(Reply::ok(json))
}

fn create_scope(world: &mut World, call: &Call, scope: Scope) -> Outcome {
    own_application(world, call)?;
    check_one(&call.body, scope.is_some())?;
    let snowflakes = &mut world.snowflakes;
    let (command, is_new) = world
        .commands
        .upsert(scope, call.body.clone(), || snowflakes.next());
    if is_new && !command_rules::fits(world.commands.of(scope)) {
        world.commands.of_mut(scope).pop();
        return Err(ApiError::commands_full());
    }
    let status = if is_new { 201 } else { 200 };
    Ok(Reply::json(status, command.json(world.application.id)))
}

/// <https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands>
fn overwrite_scope(world: &mut World, call: &Call, scope: Scope) -> Outcome {
    own_application(world, call)?;
    let wanted = check_all(&call.body, scope.is_some())?;
    let snowflakes = &mut world.snowflakes;
    world
        .commands
        .overwrite(scope, wanted, || snowflakes.next());
    list_scope(world, call, scope)
}

fn own_application(world: &World, call: &Call) -> Result<(), ApiError> {
    if call.id::<ApplicationId>(0)? == world.application.id {
        Ok(())
    } else {
        Err(ApiError::unknown_application())
    }
}

fn guild(world: &World, call: &Call) -> Result<Scope, ApiError> {
    let id: GuildId = call.id(1)?;
    world.guilds.get(&id).ok_or_else(ApiError::missing_access)?;
    Ok(Some(id))
}
