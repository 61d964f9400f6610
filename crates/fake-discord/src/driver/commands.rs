//! Using the commands that the bot has registered.

use serde_json::{Value, json};

use super::{
    Choice, DriverError, FakeDiscord, Interaction, OptionValue,
    asking::{Action, Actor, ask},
    options::{Filled, Form},
};
use crate::{
    ids::{ChannelId, UserId},
    permissions::Permissions,
    world::{CommandKind, InteractionKind, Registered, World},
};

impl FakeDiscord {
    /// Uses a slash command in a channel or DM. A subcommand is written `note create`. The values
    /// are checked against what the bot has registered, as Discord's client does before it sends.
    ///
    /// # Errors
    ///
    /// When this person could not send that here.
    pub fn slash(
        &self,
        user: UserId,
        channel: ChannelId,
        command: &str,
        options: &[(&str, OptionValue)],
    ) -> Result<Interaction, DriverError> {
        let actor = Actor { user, channel };
        ask(&self.shared, actor, |world| {
            let form = Form::find(world, actor, command)?;
            let filled = form.fill(world, actor, options)?;
            Ok(Action {
                kind: InteractionKind::Slash,
                data: command_data(&form.command, filled),
            })
        })
    }

    /// Types `text` into an option and returns what the bot proposes. `filled` are the options
    /// filled in before.
    ///
    /// # Errors
    ///
    /// When the option has no autocomplete, or the bot does not answer in time.
    pub async fn autocomplete(
        &self,
        user: UserId,
        channel: ChannelId,
        command: &str,
        filled: &[(&str, OptionValue)],
        (option, text): (&str, &str),
    ) -> Result<Vec<Choice>, DriverError> {
        let actor = Actor { user, channel };
        let interaction = ask(&self.shared, actor, |world| {
            let form = Form::find(world, actor, command)?;
            let filled = form.focus(world, actor, filled, (option, text))?;
            Ok(Action {
                kind: InteractionKind::Autocomplete,
                data: command_data(&form.command, filled),
            })
        })?;
        interaction.choices().await
    }
}

fn command_data(command: &Registered, filled: Filled) -> Value {
    let mut data = json!({
        "id": command.id,
        "name": command.name(),
        "type": command.kind(),
        "options": filled.options,
    });
    if let Some(guild) = command.guild {
        data["guild_id"] = json!(guild);
    }
    if let Some(resolved) = filled.resolved {
        data["resolved"] = resolved;
    }
    data
}

impl World {
    /// The command that this person can pick here, by kind and name.
    pub fn offered_command(
        &self,
        actor: Actor,
        kind: CommandKind,
        name: &str,
    ) -> Result<Registered, DriverError> {
        let guild = self.guild_of(actor.channel).map(|guild| guild.id);
        let command = self
            .commands
            .find(guild, kind, name)
            .filter(|command| is_offered(command, guild.is_some()))
            .filter(|command| self.is_installed(actor, command));
        let command = command.ok_or_else(|| {
            let names: Vec<&str> = self
                .commands
                .of(None)
                .iter()
                .map(Registered::name)
                .collect();
            DriverError::NoCommand(name.to_owned(), names.join(", "))
        })?;
        self.check_command_permissions(actor, command)?;
        Ok(command.clone())
    }

    /// Where the bot is not, people use what they have installed for themselves (`integration_types` 1).
    fn is_installed(&self, actor: Actor, command: &Registered) -> bool {
        let guild = self.guild_of(actor.channel);
        if guild.is_none_or(|guild| guild.members.contains_key(&self.application.bot)) {
            return true;
        }
        let types = command.definition["integration_types"].as_array();
        let for_users = types.is_some_and(|types| types.contains(&1.into()));
        self.settings.user_install && for_users
    }

    /// Before the application hears of it, Discord compares `default_member_permissions`.
    fn check_command_permissions(
        &self,
        actor: Actor,
        command: &Registered,
    ) -> Result<(), DriverError> {
        let Some(guild) = self.guild_of(actor.channel) else {
            return Ok(());
        };
        let may = guild.permissions_in(actor.user, &self.channels[&actor.channel]);
        if !may.contains(Permissions::USE_APPLICATION_COMMANDS) {
            return Err(DriverError::NotAllowed("using commands"));
        }
        let needed = command.definition["default_member_permissions"].as_str();
        let Some(needed) = needed.and_then(|bits| bits.parse().ok()) else {
            return Ok(());
        };
        // Zero means: administrators only.
        let needed = if needed == 0 {
            Permissions::ADMINISTRATOR.bits()
        } else {
            needed
        };
        if !may.contains(Permissions::from_bits(needed)) {
            return Err(DriverError::NotAllowed("this command"));
        }
        Ok(())
    }
}

/// Whether the command's contexts (0 guild, 1 DM with the bot) include this one.
fn is_offered(command: &Registered, in_guild: bool) -> bool {
    if in_guild && command.guild.is_some() {
        return true;
    }
    let context = u64::from(!in_guild);
    match command.definition["contexts"].as_array() {
        Some(contexts) => contexts.iter().any(|one| one.as_u64() == Some(context)),
        None => in_guild || command.definition["dm_permission"] != false,
    }
}
