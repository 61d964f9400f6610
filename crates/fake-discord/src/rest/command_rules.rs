//! What Discord checks about a command's definition.
//!
//! <https://discord.com/developers/docs/interactions/application-commands>

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{checks::Problems, reply::ApiError};
use crate::world::Registered;

const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;
const STRING: u64 = 3;
const INTEGER: u64 = 4;
const NUMBER: u64 = 10;
const LAST_TYPE: u64 = 11;

/// Names, descriptions and values of one command together.
const LARGEST_COMMAND: usize = 8000;

/// How many commands of each type fit into a scope.
pub const fn room_for(kind: u64) -> usize {
    if kind == 1 { 100 } else { 15 }
}

pub fn fits(commands: &[Registered]) -> bool {
    (1..=3).all(|kind| {
        let count = commands
            .iter()
            .filter(|command| command.kind() == kind)
            .count();
        count <= room_for(kind)
    })
}

/// The object as Discord gives it back: defaults filled in, and nothing that only repeats one.
pub fn with_defaults(definition: &Value) -> Value {
    let mut json = json!({
        "type": 1,
        "description": "",
        "name_localizations": null,
        "description_localizations": null,
        "default_member_permissions": null,
        "dm_permission": true,
        "contexts": null,
        "integration_types": [0],
        "nsfw": false,
    });
    if let (Some(json), Value::Object(given)) = (json.as_object_mut(), without_noise(definition)) {
        json.extend(given);
    }
    json
}

/// Leaves out null, false and empty lists, which mean the same as their absence. A `dm_permission`
/// of false means something, and so does an empty list of contexts.
fn without_noise(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, value)| {
                *key == "dm_permission" && value.is_boolean()
                    || *key == "contexts"
                    || !is_noise(value)
            });
            let kept = kept.map(|(key, value)| (key.clone(), without_noise(value)));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(without_noise).collect(),
        other => other.clone(),
    }
}

fn is_noise(value: &Value) -> bool {
    value.is_null() || *value == false || value.as_array().is_some_and(Vec::is_empty)
}

pub fn check_one(command: &Value, in_guild: bool) -> Result<(), ApiError> {
    let mut rules = Rules {
        problems: Problems::default(),
        in_guild,
    };
    rules.command("", command);
    rules.problems.finish()
}

/// A whole list for a bulk overwrite.
pub fn check_all(body: &Value, in_guild: bool) -> Result<Vec<Value>, ApiError> {
    let commands = body.as_array().ok_or_else(ApiError::invalid_body)?;
    let mut rules = Rules {
        problems: Problems::default(),
        in_guild,
    };
    let mut seen = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        rules.command(&format!("{index}."), command);
        let key = (kind(command, 1), command["name"].as_str());
        if !seen.insert(key) {
            let message = "Application command names must be unique";
            rules.problems.add(
                &index.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                message,
            );
        }
    }
    rules.problems.finish()?;
    for kind in 1..=3 {
        if seen.iter().filter(|(other, _)| *other == kind).count() > room_for(kind) {
            return Err(ApiError::commands_full());
        }
    }
    Ok(commands.clone())
}

fn kind(value: &Value, default: u64) -> u64 {
    value["type"].as_u64().unwrap_or(default)
}

struct Rules {
    problems: Problems,
    in_guild: bool,
}

impl Rules {
    /// `at` is empty or ends with a dot.
    fn command(&mut self, at: &str, command: &Value) {
        match kind(command, 1) {
            1 => {
                self.slash_name(&format!("{at}name"), &command["name"]);
                self.problems.text(
                    &format!("{at}description"),
                    &command["description"],
                    &(1..=100),
                );
                self.options(&format!("{at}options"), &command["options"], 0);
            }
            2 | 3 => self.menu(at, command),
            _ => self.problems.add(
                &format!("{at}type"),
                "BASE_TYPE_CHOICES",
                "Value must be one of {1, 2, 3}.",
            ),
        }
        self.permissions(at, command);
        self.localizations(at, command);
        if size(command) > LARGEST_COMMAND {
            let message = "Command exceeds maximum size (8000)";
            self.problems.add(
                &format!("{at}name"),
                "APPLICATION_COMMAND_TOO_LARGE",
                message,
            );
        }
    }

    fn menu(&mut self, at: &str, command: &Value) {
        self.problems
            .text(&format!("{at}name"), &command["name"], &(1..=32));
        let description = command["description"].as_str().unwrap_or_default();
        if !description.is_empty() {
            let message = "Context menu commands cannot have description";
            self.problems.add(
                &format!("{at}description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                message,
            );
        }
        if command["options"]
            .as_array()
            .is_some_and(|options| !options.is_empty())
        {
            let message = "Context menu commands cannot have options";
            self.problems.add(
                &format!("{at}options"),
                "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
                message,
            );
        }
    }

    fn permissions(&mut self, at: &str, command: &Value) {
        let bits = &command["default_member_permissions"];
        let is_bits = bits
            .as_str()
            .is_some_and(|bits| bits.parse::<u64>().is_ok());
        if !bits.is_null() && !is_bits {
            let path = format!("{at}default_member_permissions");
            self.problems
                .add(&path, "NUMBER_TYPE_COERCE", "Value is not a bit set.");
        }
        let allowed = |value: &Value| value.as_u64().is_some_and(|context| context <= 2);
        let contexts = self
            .problems
            .list(&format!("{at}contexts"), &command["contexts"], &(0..=3));
        if !contexts.iter().all(allowed) {
            let message = "Value must be one of {0, 1, 2}.";
            self.problems
                .add(&format!("{at}contexts"), "BASE_TYPE_CHOICES", message);
        }
        if self.in_guild && !contexts.is_empty() {
            let message = "Only global commands have contexts";
            self.problems.add(
                &format!("{at}contexts"),
                "APPLICATION_COMMAND_CONTEXTS_GUILD",
                message,
            );
        }
    }

    fn localizations(&mut self, at: &str, command: &Value) {
        for (key, longest) in [
            ("name_localizations", 32),
            ("description_localizations", 100),
        ] {
            for (locale, text) in command[key].as_object().into_iter().flatten() {
                self.problems
                    .text(&format!("{at}{key}.{locale}"), text, &(1..=longest));
            }
        }
    }

    fn slash_name(&mut self, at: &str, name: &Value) {
        self.problems.text(at, name, &(1..=32));
        if name.as_str().is_some_and(|name| !is_slash_name(name)) {
            let message = "Command name is invalid";
            self.problems
                .add(at, "APPLICATION_COMMAND_INVALID_NAME", message);
        }
    }

    fn options(&mut self, at: &str, options: &Value, depth: u64) {
        let options = self.problems.list(at, options, &(0..=25));
        let branches = options
            .iter()
            .filter(|option| kind(option, 0) <= GROUP)
            .count();
        if branches != 0 && branches != options.len() {
            let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
            self.problems
                .add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
        }
        let mut names = BTreeSet::new();
        let mut optional_before = false;
        for (index, option) in options.iter().enumerate() {
            let at = format!("{at}.{index}");
            self.option(&at, option, depth);
            if !names.insert(option["name"].as_str()) {
                let message = "Option name already exists";
                self.problems.add(
                    &at,
                    "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                    message,
                );
            }
            let required = option["required"] == true;
            if required && optional_before {
                let message = "Required options must be placed before non-required options";
                self.problems
                    .add(&at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
            }
            optional_before |= !required;
        }
    }

    fn option(&mut self, at: &str, option: &Value, depth: u64) {
        self.slash_name(&format!("{at}.name"), &option["name"]);
        self.problems.text(
            &format!("{at}.description"),
            &option["description"],
            &(1..=100),
        );
        self.localizations(&format!("{at}."), option);
        let kind = kind(option, 0);
        match kind {
            // A group holds subcommands, a subcommand holds neither.
            GROUP if depth == 0 => self.options(&format!("{at}.options"), &option["options"], 1),
            SUBCOMMAND if depth <= 1 => {
                self.options(&format!("{at}.options"), &option["options"], 2)
            }
            3..=LAST_TYPE if depth != 1 => self.value_rules(at, option, kind),
            _ => self.problems.add(
                &format!("{at}.type"),
                "BASE_TYPE_CHOICES",
                "This type is not valid here.",
            ),
        }
    }

    fn value_rules(&mut self, at: &str, option: &Value, kind: u64) {
        self.problems
            .optional_bool(&format!("{at}.required"), &option["required"]);
        self.choices(at, option, kind);
        if kind == STRING {
            self.problems.optional_number(
                &format!("{at}.min_length"),
                &option["min_length"],
                &(0..=6000),
            );
            self.problems.optional_number(
                &format!("{at}.max_length"),
                &option["max_length"],
                &(1..=6000),
            );
        }
        for key in ["min_value", "max_value"] {
            let value = &option[key];
            let fits = match kind {
                INTEGER => value.is_null() || value.as_i64().is_some_and(is_safe),
                NUMBER => value.is_null() || value.is_number(),
                _ => value.is_null(),
            };
            if !fits {
                self.problems.add(
                    &format!("{at}.{key}"),
                    "NUMBER_TYPE_COERCE",
                    "Not valid for this type.",
                );
            }
        }
    }

    fn choices(&mut self, at: &str, option: &Value, kind: u64) {
        let choices = self
            .problems
            .list(&format!("{at}.choices"), &option["choices"], &(0..=25));
        let takes_choices = matches!(kind, STRING | INTEGER | NUMBER);
        if option["autocomplete"] == true && (!choices.is_empty() || !takes_choices) {
            let message = "Autocomplete is for text and number options without choices";
            self.problems.add(
                &format!("{at}.autocomplete"),
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE",
                message,
            );
        }
        for (index, choice) in choices.iter().enumerate() {
            let at = format!("{at}.choices.{index}");
            self.problems
                .text(&format!("{at}.name"), &choice["name"], &(1..=100));
            let value = &choice["value"];
            let fits = match kind {
                STRING => value
                    .as_str()
                    .is_some_and(|text| text.chars().count() <= 100),
                INTEGER => value.as_i64().is_some_and(is_safe),
                NUMBER => value.is_number(),
                _ => false,
            };
            if !fits {
                self.problems.add(
                    &format!("{at}.value"),
                    "BASE_TYPE_INVALID",
                    "Not valid for this type.",
                );
            }
        }
    }
}

const fn is_safe(number: i64) -> bool {
    number.unsigned_abs() < 1 << 53
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, in lower case where a letter has one.
fn is_slash_name(name: &str) -> bool {
    let allowed = |letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, '-' | '_' | '\'' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}')
    };
    name.chars().all(allowed) && name.to_lowercase() == name
}

/// Characters in names, descriptions and values, with all options.
fn size(value: &Value) -> usize {
    let own = ["name", "description", "value"]
        .iter()
        .filter_map(|key| value[*key].as_str());
    let own: usize = own.map(|text| text.chars().count()).sum();
    let inside = ["options", "choices"]
        .iter()
        .filter_map(|key| value[*key].as_array());
    own + inside.flatten().map(size).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: Value, expect: Option<&str>) {
        let result = check_one(&command, false);
        let errors = result.err().map(|error| error.errors.unwrap().to_string());
        match (expect, errors) {
            (None, errors) => assert_eq!(errors, None, "{command}"),
            (Some(code), errors) => {
                let errors = errors.unwrap_or_default();
                assert!(
                    errors.contains(code),
                    "{command} should give {code}, gave {errors}"
                );
            }
        }
    }

    fn with_options(options: Value) -> Value {
        json!({"name": "pay", "description": "Pays.", "options": options})
    }

    #[test]
    fn definitions() {
        let user = json!({"type": 6, "name": "user", "description": "Who"});
        let needed =
            json!({"type": 4, "name": "amount", "description": "How much", "required": true});
        check(
            json!({"name": "set_top_role", "description": "Sets it."}),
            None,
        );
        check(
            json!({"name": "Pay", "description": "Pays."}),
            Some("INVALID_NAME"),
        );
        check(
            json!({"name": "pay now", "description": "Pays."}),
            Some("INVALID_NAME"),
        );
        check(
            json!({"name": "pay", "description": ""}),
            Some("BAD_LENGTH"),
        );
        check(json!({"name": "pay"}), Some("REQUIRED"));
        check(json!({"name": "Award this", "type": 3}), None);
        check(
            json!({"name": "Award", "type": 3, "description": "x"}),
            Some("CONTEXT_MENU"),
        );
        check(with_options(json!([needed, user])), None);
        check(
            with_options(json!([user, needed])),
            Some("REQUIRED_INVALID"),
        );
        check(with_options(json!([user, user])), Some("ALREADY_EXISTS"));
        check(
            with_options(json!([{"type": 12, "name": "x", "description": "x"}])),
            Some("CHOICES"),
        );
        check(
            with_options(json!([{"type": 1, "name": "a", "description": "a"}, user])),
            Some("TYPE_INVALID"),
        );
        let too_big =
            json!([{"type": 4, "name": "n", "description": "n", "max_value": 1_u64 << 53}]);
        check(with_options(too_big), Some("NUMBER_TYPE"));
    }

    #[test]
    fn defaults_do_not_change_a_definition() {
        let short = json!({"name": "pay", "description": "Pays."});
        let long =
            json!({"name": "pay", "description": "Pays.", "type": 1, "options": [], "nsfw": false});
        assert_eq!(with_defaults(&short), with_defaults(&long));
    }
}
