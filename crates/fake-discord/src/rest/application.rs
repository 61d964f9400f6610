//! The gateway's address, the application and users.

use serde_json::json;

use super::{
    call::Call,
    reply::{ApiError, Outcome, Reply},
};
use crate::{ids::UserId, world::World};

pub fn gateway(world: &mut World, _: &Call) -> Outcome {
    Ok(Reply::ok(json!({"url": world.gateway.urls.gateway})))
}

/// <https://discord.com/developers/docs/events/gateway#get-gateway-bot>
pub fn gateway_bot(world: &mut World, _: &Call) -> Outcome {
    let used = world.gateway.identify_count;
    Ok(Reply::ok(json!({
        "url": world.gateway.urls.gateway,
        "shards": world.settings.recommended_shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000_u64.saturating_sub(used),
            "reset_after": 24 * 60 * 60 * 1000,
            "max_concurrency": world.settings.max_concurrency,
        },
    })))
}

/// <https://discord.com/developers/docs/resources/application#application-object>
pub fn me(world: &mut World, _: &Call) -> Outcome {
    let application = &world.application;
    Ok(Reply::ok(json!({
        "id": application.id,
        "name": world.bot().name,
        "icon": null,
        "description": "",
        "summary": "",
        "type": null,
        "bot_public": true,
        "bot_require_code_grant": false,
        "verify_key": "0".repeat(64),
        "flags": world.application_flags(),
        "owner": world.users[&application.owner].json(),
        "team": null,
        "bot": world.bot().json(),
        "approximate_guild_count": world.guilds.len(),
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "tags": [],
        "integration_types_config": if world.settings.user_install {
            json!({"0": {}, "1": {}})
        } else {
            json!({"0": {}})
        },
    })))
}

pub fn bot_user(world: &mut World, _: &Call) -> Outcome {
    Ok(Reply::ok(world.bot().json_for_self()))
}

pub fn user(world: &mut World, call: &Call) -> Outcome {
    let user = world.users.get(&call.id::<UserId>(0)?);
    Ok(Reply::ok(user.ok_or_else(ApiError::unknown_user)?.json()))
}
