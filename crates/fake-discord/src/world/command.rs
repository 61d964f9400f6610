use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    ids::{ApplicationId, CommandId, GuildId},
    rest::command_rules::with_defaults,
};

/// Where a set of commands is registered.
pub type Scope = Option<GuildId>;

/// Everything that the application has registered, globally (`None`) and for single guilds.
#[derive(Debug, Default)]
pub struct Commands {
    by_scope: BTreeMap<Scope, Vec<Registered>>,
    /// False until the first registration, so that a driver can wait for one.
    pub ever_registered: bool,
}

/// A registered command, with the defaults filled in.
#[derive(Clone, Debug)]
pub struct Registered {
    pub id: CommandId,
    pub version: u64,
    /// As the application sent it.
    pub definition: Value,
    pub guild: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    Slash,
    UserMenu,
    MessageMenu,
}

impl CommandKind {
    pub const fn number(self) -> u64 {
        match self {
            Self::Slash => 1,
            Self::UserMenu => 2,
            Self::MessageMenu => 3,
        }
    }
}

impl Registered {
    pub fn name(&self) -> &str {
        self.definition["name"].as_str().unwrap_or_default()
    }

    pub fn kind(&self) -> u64 {
        self.definition["type"].as_u64().unwrap_or(1)
    }

    pub fn options(&self) -> &[Value] {
        self.definition["options"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    /// <https://discord.com/developers/docs/interactions/application-commands#application-command-object>
    pub fn json(&self, application: ApplicationId) -> Value {
        let mut json = with_defaults(&self.definition);
        json["id"] = json!(self.id);
        json["application_id"] = json!(application);
        json["version"] = self.version.to_string().into();
        if let Some(guild) = self.guild {
            json["guild_id"] = json!(guild);
        }
        json
    }
}

impl Commands {
    pub fn of(&self, scope: Scope) -> &[Registered] {
        self.by_scope.get(&scope).map_or(&[], Vec::as_slice)
    }

    pub fn of_mut(&mut self, scope: Scope) -> &mut Vec<Registered> {
        self.by_scope.entry(scope).or_default()
    }

    /// What a person in this guild (or, with `None`, in a DM) can pick; the guild's own come first.
    pub fn find(&self, guild: Scope, kind: CommandKind, name: &str) -> Option<&Registered> {
        let scopes = if guild.is_some() {
            vec![guild, None]
        } else {
            vec![None]
        };
        scopes
            .into_iter()
            .flat_map(|scope| self.of(scope))
            .find(|command| command.kind() == kind.number() && command.name() == name)
    }

    /// Replaces a scope's commands. A command with the same name and type keeps its id, and its
    /// version too when nothing about it changed, so that doing this again is without effect.
    pub fn overwrite(
        &mut self,
        scope: Scope,
        wanted: Vec<Value>,
        mut next_id: impl FnMut() -> u64,
    ) {
        let old = self.by_scope.remove(&scope).unwrap_or_default();
        let new = wanted
            .into_iter()
            .map(|definition| keep_or_create(&old, scope, definition, &mut next_id));
        self.by_scope.insert(scope, new.collect());
        self.ever_registered = true;
    }

    /// Adds one command, or replaces the one with its name and type. Says whether it is new.
    pub fn upsert(
        &mut self,
        scope: Scope,
        definition: Value,
        mut next_id: impl FnMut() -> u64,
    ) -> (Registered, bool) {
        let all = self.of_mut(scope);
        let command = keep_or_create(all, scope, definition, &mut next_id);
        let before = all.len();
        all.retain(|other| other.id != command.id);
        let is_new = all.len() == before;
        all.push(command.clone());
        self.ever_registered = true;
        (command, is_new)
    }
}

fn keep_or_create(
    old: &[Registered],
    guild: Scope,
    definition: Value,
    next_id: &mut impl FnMut() -> u64,
) -> Registered {
    let mut new = Registered {
        id: CommandId::new(0),
        version: 0,
        definition,
        guild,
    };
    let same_name = old
        .iter()
        .find(|old| old.name() == new.name() && old.kind() == new.kind());
    new.id = same_name.map_or_else(|| CommandId::new(next_id()), |old| old.id);
    let unchanged =
        same_name.filter(|old| with_defaults(&old.definition) == with_defaults(&new.definition));
    new.version = unchanged.map_or_else(next_id, |old| old.version);
    new
}
