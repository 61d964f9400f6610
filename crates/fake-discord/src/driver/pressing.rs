//! Pressing buttons and choosing from menus.

use serde_json::{Map, Value, json};

use super::{
    DriverError, FakeDiscord, Interaction, Post,
    asking::{Action, Actor, ask},
    post::flat_components,
};
use crate::{
    ids::{ChannelId, MessageId, RoleId, UserId},
    world::{InteractionKind, Message, World},
};

impl FakeDiscord {
    /// Presses a button, by its label or its custom_id, on the message as it is now.
    ///
    /// # Errors
    ///
    /// When this person cannot see the message, or it has no such enabled button.
    pub fn press(
        &self,
        user: UserId,
        post: &Post,
        button: &str,
    ) -> Result<Interaction, DriverError> {
        let actor = Actor {
            user,
            channel: post.channel,
        };
        ask(&self.shared, actor, |world| {
            let message = visible(world, actor, post.id)?;
            let found = enabled(message, |component| {
                component["type"] == 2
                    && (component["label"] == button || is_called(component, button))
            });
            let found = found.ok_or_else(|| no_component(message, button))?;
            Ok(component_action(post.id, found, Value::Null, None))
        })
    }

    /// Chooses values from the select menu with this custom_id; text options by value or label,
    /// others by id.
    ///
    /// # Errors
    ///
    /// When this person cannot see the message, or cannot choose that.
    pub fn select(
        &self,
        user: UserId,
        post: &Post,
        custom_id: &str,
        values: &[&str],
    ) -> Result<Interaction, DriverError> {
        let actor = Actor {
            user,
            channel: post.channel,
        };
        ask(&self.shared, actor, |world| {
            let message = visible(world, actor, post.id)?;
            let found = enabled(message, |component| {
                component["type"] != 2 && is_called(component, custom_id)
            });
            let select = found.ok_or_else(|| no_component(message, custom_id))?;
            let values = chosen(select, values)?;
            let resolved = resolve(world, actor, select, &values);
            Ok(component_action(post.id, select, json!(values), resolved))
        })
    }
}

fn component_action(
    message: MessageId,
    component: &Value,
    values: Value,
    resolved: Option<Value>,
) -> Action {
    let custom_id = component["custom_id"].as_str().unwrap_or_default();
    let mut data = json!({
        "custom_id": custom_id,
        "component_type": component["type"],
        "id": component["id"].as_u64().unwrap_or(1),
    });
    if values.is_array() {
        data["values"] = values;
    }
    if let Some(resolved) = resolved {
        data["resolved"] = resolved;
    }
    Action {
        kind: InteractionKind::Component {
            message,
            custom_id: custom_id.to_owned(),
        },
        data,
    }
}

/// An ephemeral message is visible only to the person whose interaction it answers.
fn visible(world: &World, actor: Actor, id: MessageId) -> Result<&Message, DriverError> {
    let missing = DriverError::NoMessage(id);
    let message = world.message(actor.channel, id).ok_or(missing.clone())?;
    let asked_by = message.answers.and_then(|id| world.interactions.get(&id));
    let is_stranger = asked_by.is_none_or(|interaction| interaction.user != actor.user);
    if message.is_ephemeral() && is_stranger {
        return Err(missing);
    }
    Ok(message)
}

fn enabled(message: &Message, fits: impl Fn(&Value) -> bool) -> Option<&Value> {
    flat_components(&message.body.components).find(|component| {
        component["custom_id"].is_string() && component["disabled"] != true && fits(component)
    })
}

fn is_called(component: &Value, custom_id: &str) -> bool {
    component["custom_id"] == custom_id
}

fn no_component(message: &Message, wanted: &str) -> DriverError {
    let all = flat_components(&message.body.components);
    let names: Vec<&str> = all
        .filter_map(|component| {
            component["label"]
                .as_str()
                .or(component["custom_id"].as_str())
        })
        .collect();
    DriverError::NoComponent {
        wanted: wanted.to_owned(),
        there_are: names.join(", "),
    }
}

fn chosen(select: &Value, wanted: &[&str]) -> Result<Vec<String>, DriverError> {
    let refused = |why: &str| DriverError::BadOption {
        option: select["custom_id"].as_str().unwrap_or_default().to_owned(),
        value: format!("{wanted:?}"),
        why: why.to_owned(),
    };
    let least = select["min_values"].as_u64().unwrap_or(1);
    let most = select["max_values"].as_u64().unwrap_or(1);
    if !(least..=most).contains(&(wanted.len() as u64)) {
        return Err(refused("that is too few or too many"));
    }
    let Some(options) = select["options"].as_array() else {
        return Ok(wanted.iter().map(|&id| id.to_owned()).collect());
    };
    let value_of = |wanted: &&str| {
        let fits = |option: &&Value| option["value"] == **wanted || option["label"] == **wanted;
        let option = options.iter().find(fits)?;
        Some(option["value"].as_str()?.to_owned())
    };
    let values: Option<Vec<String>> = wanted.iter().map(value_of).collect();
    values.ok_or_else(|| refused("it is not among the options"))
}

/// For selects of users (5), roles (6), both (7) and channels (8).
fn resolve(world: &World, actor: Actor, select: &Value, ids: &[String]) -> Option<Value> {
    let mut resolved = Map::new();
    for id in ids {
        match select["type"].as_u64()? {
            5 => world.resolve_user(actor, id.parse::<UserId>().ok()?, &mut resolved),
            6 => resolve_role(world, actor, id, &mut resolved)?,
            7 if resolve_role(world, actor, id, &mut resolved).is_some() => {}
            7 => world.resolve_user(actor, id.parse::<UserId>().ok()?, &mut resolved),
            8 => resolve_channel(world, actor, id, &mut resolved)?,
            _ => return None,
        }
    }
    Some(resolved.into())
}

fn resolve_role(
    world: &World,
    actor: Actor,
    id: &str,
    into: &mut Map<String, Value>,
) -> Option<()> {
    let role = world
        .guild_of(actor.channel)?
        .roles
        .get(&id.parse::<RoleId>().ok()?)?;
    super::menus::put(into, "roles", &id, role.json());
    Some(())
}

fn resolve_channel(
    world: &World,
    actor: Actor,
    id: &str,
    into: &mut Map<String, Value>,
) -> Option<()> {
    let channel = world.channels.get(&id.parse::<ChannelId>().ok()?)?;
    let mut json = channel.json(&world.users);
    json["permissions"] = json!(world.permissions_in(actor.user, channel));
    super::menus::put(into, "channels", &id, json);
    Some(())
}
