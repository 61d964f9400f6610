//! Filling in a command's options, as strictly as Discord's client.

use serde_json::{Map, Value, json};

use super::{DriverError, asking::Actor, menus::put};
use crate::{
    ids::{ChannelId, RoleId, UserId},
    world::{CommandKind, File, Registered, World},
};

/// What a person puts into an option.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    Text(String),
    Integer(i64),
    Number(f64),
    Bool(bool),
    User(UserId),
    Channel(ChannelId),
    Role(RoleId),
    File(File),
}

impl From<&str> for OptionValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for OptionValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for OptionValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for OptionValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for OptionValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<UserId> for OptionValue {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<ChannelId> for OptionValue {
    fn from(id: ChannelId) -> Self {
        Self::Channel(id)
    }
}

impl From<RoleId> for OptionValue {
    fn from(id: RoleId) -> Self {
        Self::Role(id)
    }
}

impl From<File> for OptionValue {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

/// A command with the path to the subcommand that is meant.
#[derive(Debug)]
pub struct Form {
    pub command: Registered,
    /// The whole name as typed, for messages.
    name: String,
    /// The subcommand group and the subcommand, as far as there are any: type and name.
    path: Vec<(u64, String)>,
    options: Vec<Value>,
}

/// The `options` and `resolved` of an interaction's data.
#[derive(Debug)]
pub struct Filled {
    pub options: Value,
    pub resolved: Option<Value>,
}

const SUBCOMMAND: u64 = 1;
const SUBCOMMAND_GROUP: u64 = 2;

impl Form {
    pub fn find(world: &World, actor: Actor, name: &str) -> Result<Self, DriverError> {
        let name = name.trim_start_matches('/');
        let mut words = name.split(' ');
        let root = words.next().unwrap_or_default();
        let command = world.offered_command(actor, CommandKind::Slash, root)?;
        let mut form = Self {
            options: command.options().to_vec(),
            command,
            name: name.to_owned(),
            path: Vec::new(),
        };
        words.try_for_each(|word| form.descend(word))?;
        match form.options.iter().find(|option| is_branch(option)) {
            Some(branch) => Err(form.missing(&branch["name"])),
            None => Ok(form),
        }
    }

    fn descend(&mut self, word: &str) -> Result<(), DriverError> {
        let branch = self
            .options
            .iter()
            .find(|option| is_branch(option) && option["name"] == word);
        let branch = branch.ok_or_else(|| self.unknown(word))?.clone();
        self.path.push((kind(&branch), word.to_owned()));
        self.options = branch["options"].as_array().cloned().unwrap_or_default();
        Ok(())
    }

    /// All options for the final call of a command.
    pub fn fill(
        &self,
        world: &mut World,
        actor: Actor,
        given: &[(&str, OptionValue)],
    ) -> Result<Filled, DriverError> {
        let required = self
            .options
            .iter()
            .filter(|option| option["required"] == true);
        for option in required {
            if !given.iter().any(|(name, _)| option["name"] == *name) {
                return Err(self.missing(&option["name"]));
            }
        }
        self.collect(world, actor, given, None)
    }

    /// What is sent while a person still types into one option.
    pub fn focus(
        &self,
        world: &mut World,
        actor: Actor,
        given: &[(&str, OptionValue)],
        (name, text): (&str, &str),
    ) -> Result<Filled, DriverError> {
        let option = self.option(name)?;
        if option["autocomplete"] != true {
            return Err(bad(option, &text, "it has no autocomplete"));
        }
        // What is typed so far is always sent as a string, even for numbers.
        let focused = json!({"name": name, "type": option["type"], "value": text, "focused": true});
        self.collect(world, actor, given, Some(focused))
    }

    fn collect(
        &self,
        world: &mut World,
        actor: Actor,
        given: &[(&str, OptionValue)],
        focused: Option<Value>,
    ) -> Result<Filled, DriverError> {
        let mut resolved = Map::new();
        let mut sent = Vec::new();
        for (name, value) in given {
            let option = self.option(name)?;
            let value = Resolver {
                world,
                actor,
                resolved: &mut resolved,
            }
            .value(option, value)?;
            sent.push(json!({"name": name, "type": option["type"], "value": value}));
        }
        sent.extend(focused);
        Ok(Filled {
            options: self.nest(sent),
            resolved: (!resolved.is_empty()).then(|| resolved.into()),
        })
    }

    fn nest(&self, options: Vec<Value>) -> Value {
        let innermost = Value::Array(options);
        self.path.iter().rev().fold(
            innermost,
            |inside, (kind, name)| json!([{"name": name, "type": kind, "options": inside}]),
        )
    }

    fn option(&self, name: &str) -> Result<&Value, DriverError> {
        let found = self.options.iter().find(|option| option["name"] == name);
        found.ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, option: &str) -> DriverError {
        DriverError::NoOption {
            command: self.name.clone(),
            option: option.to_owned(),
        }
    }

    fn missing(&self, option: &Value) -> DriverError {
        DriverError::OptionMissing {
            command: self.name.clone(),
            option: option.as_str().unwrap_or_default().to_owned(),
        }
    }
}

fn kind(option: &Value) -> u64 {
    option["type"].as_u64().unwrap_or_default()
}

fn is_branch(option: &Value) -> bool {
    matches!(kind(option), SUBCOMMAND | SUBCOMMAND_GROUP)
}

fn bad(option: &Value, value: &impl std::fmt::Debug, why: &str) -> DriverError {
    DriverError::BadOption {
        option: option["name"].as_str().unwrap_or_default().to_owned(),
        value: format!("{value:?}"),
        why: why.to_owned(),
    }
}

/// Turns given values into those of the event, and fills `resolved` on the way.
struct Resolver<'a> {
    world: &'a mut World,
    actor: Actor,
    resolved: &'a mut Map<String, Value>,
}

impl Resolver<'_> {
    fn value(&mut self, option: &Value, given: &OptionValue) -> Result<Value, DriverError> {
        match (kind(option), given) {
            (3, OptionValue::Text(text)) => text_value(option, text),
            (4, OptionValue::Integer(number)) => integer_value(option, *number),
            (4 | 10, OptionValue::Text(text)) if option["choices"].is_array() => {
                choice(option, &|choice| choice["name"] == *text)
                    .ok_or_else(|| bad(option, text, "it is not among the choices"))
            }
            (5, OptionValue::Bool(value)) => Ok((*value).into()),
            (6 | 9, OptionValue::User(id)) => self.user(option, *id),
            (7, OptionValue::Channel(id)) => self.channel(option, *id),
            (8 | 9, OptionValue::Role(id)) => self.role(option, *id),
            (10, OptionValue::Number(number)) => number_value(option, *number),
            (10, OptionValue::Integer(number)) => number_value(option, *number as f64),
            (11, OptionValue::File(file)) => Ok(self.file(file)),
            (kind, _) => Err(bad(option, given, &format!("the option's type is {kind}"))),
        }
    }

    fn user(&mut self, option: &Value, id: UserId) -> Result<Value, DriverError> {
        if !self.world.users.contains_key(&id) {
            return Err(bad(option, &id, "there is no such user"));
        }
        self.world.resolve_user(self.actor, id, self.resolved);
        Ok(json!(id))
    }

    fn channel(&mut self, option: &Value, id: ChannelId) -> Result<Value, DriverError> {
        let here = self
            .world
            .guild_of(self.actor.channel)
            .map(|guild| guild.id);
        let channel = self.world.channels.get(&id);
        let channel = channel.filter(|channel| here.is_some() && channel.guild_id() == here);
        let channel = channel.ok_or_else(|| bad(option, &id, "there is no such channel here"))?;
        let types = option["channel_types"].as_array();
        if types.is_some_and(|types| !types.is_empty() && !types.contains(&0.into())) {
            return Err(bad(option, &id, "it wants channels of another type"));
        }
        let json = json!({
            "id": id,
            "type": 0,
            "name": channel.name,
            "parent_id": null,
            "permissions": self.world.permissions_in(self.actor.user, channel),
            "app_permissions": self.world.bot_permissions_in(channel),
        });
        put(self.resolved, "channels", &id, json);
        Ok(json!(id))
    }

    fn role(&mut self, option: &Value, id: RoleId) -> Result<Value, DriverError> {
        let guild = self.world.guild_of(self.actor.channel);
        let role = guild.and_then(|guild| guild.roles.get(&id));
        let role = role.ok_or_else(|| bad(option, &id, "there is no such role here"))?;
        put(self.resolved, "roles", &id, role.json());
        Ok(json!(id))
    }

    fn file(&mut self, file: &File) -> Value {
        let id = self.world.store_file(self.actor.channel, file.clone());
        let mut json = self.world.attachments_json(&[id]).remove(0);
        json["ephemeral"] = true.into();
        put(self.resolved, "attachments", &id, json);
        json!(id)
    }
}

fn text_value(option: &Value, text: &str) -> Result<Value, DriverError> {
    if option["choices"]
        .as_array()
        .is_some_and(|choices| !choices.is_empty())
    {
        let fits = |choice: &Value| choice["name"] == text || choice["value"] == text;
        return choice(option, &fits)
            .ok_or_else(|| bad(option, &text, "it is not among the choices"));
    }
    let length = text.chars().count() as u64;
    let least = option["min_length"].as_u64().unwrap_or(0);
    let most = option["max_length"].as_u64().unwrap_or(6000);
    if length < least || length > most {
        return Err(bad(
            option,
            &text,
            &format!("its length must be {least} to {most}"),
        ));
    }
    Ok(text.into())
}

fn choice(option: &Value, fits: &dyn Fn(&Value) -> bool) -> Option<Value> {
    let choices = option["choices"].as_array()?;
    let found = choices.iter().find(|choice| fits(choice))?;
    Some(found["value"].clone())
}

fn integer_value(option: &Value, number: i64) -> Result<Value, DriverError> {
    // Outside of this range JavaScript's numbers are not exact, so Discord refuses them.
    const SAFE: i64 = (1 << 53) - 1;
    let least = option["min_value"].as_i64().unwrap_or(-SAFE);
    let most = option["max_value"].as_i64().unwrap_or(SAFE);
    if !(least..=most).contains(&number) {
        return Err(bad(
            option,
            &number,
            &format!("it must be {least} to {most}"),
        ));
    }
    check_number_choice(option, &number.into())
}

fn number_value(option: &Value, number: f64) -> Result<Value, DriverError> {
    let least = option["min_value"].as_f64().unwrap_or(f64::MIN);
    let most = option["max_value"].as_f64().unwrap_or(f64::MAX);
    if !(least..=most).contains(&number) {
        return Err(bad(
            option,
            &number,
            &format!("it must be {least} to {most}"),
        ));
    }
    check_number_choice(option, &number.into())
}

fn check_number_choice(option: &Value, value: &Value) -> Result<Value, DriverError> {
    let has_choices = option["choices"]
        .as_array()
        .is_some_and(|all| !all.is_empty());
    if has_choices && choice(option, &|choice| choice["value"] == *value).is_none() {
        return Err(bad(option, value, "it is not among the choices"));
    }
    Ok(value.clone())
}
