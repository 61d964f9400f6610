//! What somebody asked for with a command.

use app::Member;
use ledger::{IdempotencyKey, KeyScope};
use twilight_model::{
    application::interaction::{
        Interaction, InteractionDataResolved,
        application_command::{CommandData, CommandDataOption, CommandOptionValue},
    },
    channel::{Attachment, Message},
    guild::{Permissions, Role},
    id::Id,
};

use crate::{context::APPLICATION, members};

/// A command with who used it, where, and with which options.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub id: u64,
    pub user: u64,
    /// `None` in a direct message, and in a guild without the bot, where somebody uses what they installed for themselves.
    pub guild: Option<u64>,
    pub permissions: Permissions,
    /// The asker's roles in this guild.
    pub roles: Vec<u64>,
    pub channel: Option<u64>,
    caller: Option<Member>,
    /// `["rate", "create"]` for `/global rate create`.
    path: Vec<String>,
    options: Vec<CommandDataOption>,
    resolved: Option<InteractionDataResolved>,
    /// What a menu was opened on.
    target: Option<u64>,
    fields: Vec<(String, String)>,
}

/// Somebody who was chosen in an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub discord: u64,
    pub bot: bool,
}

impl Invocation {
    /// `None` for an interaction without a user, which Discord never sends.
    pub(crate) fn new(interaction: &Interaction, data: Option<CommandData>) -> Option<Self> {
        let user = interaction.author()?;
        let member = interaction.member.as_ref();
        let nick = member.and_then(|member| member.nick.as_deref());
        let (options, resolved, target) = data.map_or_else(Default::default, |data| {
            (data.options, data.resolved, data.target_id)
        });
        let (path, options) = leaf(options);
        Some(Self {
            id: interaction.id.get(),
            user: user.id.get(),
            guild: interaction
                .guild_id
                .filter(|_| interaction.authorizing_integration_owners.guild.is_some())
                .map(|id| id.get()),
            permissions: member
                .and_then(|member| member.permissions)
                .unwrap_or(Permissions::empty()),
            roles: member.map_or_else(Vec::new, |member| {
                member.roles.iter().map(|role| role.get()).collect()
            }),
            channel: interaction.channel.as_ref().map(|channel| channel.id.get()),
            caller: member.map(|_| members::member_of(user, nick)),
            path,
            options,
            resolved,
            target: target.map(|id| id.get()),
            fields: Vec::new(),
        })
    }

    /// A form that was sent: what stands in its fields, by their ids.
    pub(crate) fn with_fields(self, fields: Vec<(String, String)>) -> Self {
        Self { fields, ..self }
    }

    /// The same for the same interaction, however often it is delivered.
    pub(crate) fn key(&self) -> IdempotencyKey {
        interaction_key(self.id)
    }

    /// For a command that makes several changes.
    pub(crate) fn key_of(&self, step: &str) -> IdempotencyKey {
        IdempotencyKey::new(
            KeyScope(APPLICATION),
            &format!("interaction:{}:{step}", self.id),
        )
    }

    /// The subcommand, with its group before it: `["rate", "create"]` for `/global rate create`.
    pub(crate) fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The message on which a menu was opened. Its text is there also without the message content intent (Discord's documentation,
    /// "Message Content Intent").
    pub(crate) fn message(&self) -> Option<&Message> {
        let id = Id::new_checked(self.target?)?;
        self.resolved.as_ref()?.messages.get(&id)
    }

    /// What was typed into a form's field.
    pub(crate) fn field(&self, id: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(field, _)| field == id)?;
        Some(field.1.as_str())
    }

    /// Whether any option was given.
    pub(crate) fn has_options(&self) -> bool {
        !self.options.is_empty()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            CommandOptionValue::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            CommandOptionValue::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            CommandOptionValue::Boolean(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn channel(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            CommandOptionValue::Channel(id) => Some(id.get()),
            _ => None,
        }
    }

    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        match self.value(name)? {
            CommandOptionValue::Role(id) => self.resolved.as_ref()?.roles.get(id),
            _ => None,
        }
    }

    pub(crate) fn user(&self, name: &str) -> Option<Chosen> {
        let CommandOptionValue::User(id) = self.value(name)? else {
            return None;
        };
        let user = self.resolved.as_ref()?.users.get(id)?;
        Some(Chosen {
            discord: id.get(),
            bot: user.bot,
        })
    }

    pub(crate) fn attachment(&self, name: &str) -> Option<&Attachment> {
        let CommandOptionValue::Attachment(id) = self.value(name)? else {
            return None;
        };
        self.resolved.as_ref()?.attachments.get(id)
    }

    /// The option that is being typed, and what stands there so far.
    pub(crate) fn typing(&self) -> Option<(&str, &str)> {
        self.options.iter().find_map(|option| match &option.value {
            CommandOptionValue::Focused(text, _) => Some((option.name.as_str(), text.as_str())),
            _ => None,
        })
    }

    /// Who is surely in this guild: the caller, and chosen users whom Discord gave as members.
    pub(crate) fn members_here(&self) -> Vec<Member> {
        let resolved = self.resolved.iter();
        let chosen = resolved.flat_map(|resolved| {
            resolved.members.iter().filter_map(|(id, member)| {
                Some(members::member_of(
                    resolved.users.get(id)?,
                    member.nick.as_deref(),
                ))
            })
        });
        self.caller.iter().cloned().chain(chosen).collect()
    }

    fn value(&self, name: &str) -> Option<&CommandOptionValue> {
        let option = self.options.iter().find(|option| option.name == name)?;
        Some(&option.value)
    }
}

/// The key of what an interaction asks for.
pub(crate) fn interaction_key(id: u64) -> IdempotencyKey {
    IdempotencyKey::new(KeyScope(APPLICATION), &format!("interaction:{id}"))
}

/// The options of a subcommand, and which one it is.
fn leaf(mut options: Vec<CommandDataOption>) -> (Vec<String>, Vec<CommandDataOption>) {
    let mut path = Vec::new();
    loop {
        let nested = options.iter().position(|option| {
            matches!(
                option.value,
                CommandOptionValue::SubCommand(_) | CommandOptionValue::SubCommandGroup(_)
            )
        });
        let Some(nested) = nested else {
            return (path, options);
        };
        let option = options.swap_remove(nested);
        path.push(option.name);
        if let CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) =
            option.value
        {
            options = inner;
        }
    }
}
