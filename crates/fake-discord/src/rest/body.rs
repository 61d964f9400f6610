//! The body of a message: checking it, and turning it into what is kept.

use serde_json::Value;

use super::{call::Call, checks::Problems, component_rules, embed_rules, reply::ApiError};
use crate::{
    ids::{AttachmentId, ChannelId},
    world::{File, MessageBody, World, flags},
};

const MAX_FILES: usize = 10;
const LARGEST_FILE: usize = 10 * 1024 * 1024;

/// Flags that an author may set.
pub const SETTABLE: u64 = flags::SUPPRESS_EMBEDS
    | flags::EPHEMERAL
    | flags::SUPPRESS_NOTIFICATIONS
    | flags::COMPONENTS_V2;

/// A body in a request: where it stands (`data.` in a callback), and what it changes.
#[derive(Debug)]
pub struct Draft<'a> {
    pub call: &'a Call,
    pub json: &'a Value,
    /// Empty, or ends with a dot.
    pub at: &'static str,
    pub channel: ChannelId,
}

impl World {
    /// The message body that results when `draft` is laid over `old`.
    pub fn write_body(
        &mut self,
        old: MessageBody,
        draft: &Draft<'_>,
    ) -> Result<MessageBody, ApiError> {
        draft.check(&old)?;
        let mut new = old;
        draft.lay_over(&mut new);
        let kept = draft.kept_attachments(&new.attachments);
        new.attachments = kept;
        let files = draft.files()?;
        let stored = files
            .into_iter()
            .map(|file| self.store_file(draft.channel, file));
        new.attachments.extend(stored.collect::<Vec<_>>());
        if is_empty(&new) {
            return Err(ApiError::empty_message());
        }
        Ok(new)
    }
}

fn is_empty(body: &MessageBody) -> bool {
    body.content.trim().is_empty()
        && body.embeds.is_empty()
        && body.components.is_empty()
        && body.attachments.is_empty()
}

impl Draft<'_> {
    fn check(&self, old: &MessageBody) -> Result<(), ApiError> {
        let mut problems = Problems::default();
        let path = |key: &str| format!("{}{key}", self.at);
        if !self.json.is_object() && !self.json.is_null() {
            return Err(ApiError::invalid_body());
        }
        problems.optional_text(&path("content"), &self.json["content"], &(0..=2000));
        embed_rules::check(&mut problems, &path("embeds"), &self.json["embeds"]);
        let flags = self.json["flags"].as_u64().unwrap_or(0);
        if flags & !SETTABLE != 0 {
            let message = "Only certain flags can be set";
            problems.add(&path("flags"), "MESSAGE_FLAGS_INVALID", message);
        }
        if (flags | old.flags) & flags::COMPONENTS_V2 == 0 {
            component_rules::check_rows(
                &mut problems,
                &path("components"),
                &self.json["components"],
            );
        } else {
            self.check_v2(&mut problems);
        }
        self.check_mentions(&mut problems);
        self.check_attachments(&mut problems);
        problems.finish()
    }

    fn check_v2(&self, problems: &mut Problems) {
        let path = |key: &str| format!("{}{key}", self.at);
        component_rules::check_v2(problems, &path("components"), &self.json["components"]);
        for key in ["content", "embeds"] {
            let value = &self.json[key];
            let is_set = value.as_str().is_some_and(|text| !text.is_empty())
                || value.as_array().is_some_and(|list| !list.is_empty());
            if is_set {
                let message = "The field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
                problems.add(
                    &path(key),
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    message,
                );
            }
        }
    }

    /// <https://discord.com/developers/docs/resources/message#allowed-mentions-object>
    fn check_mentions(&self, problems: &mut Problems) {
        let mentions = &self.json["allowed_mentions"];
        let at = format!("{}allowed_mentions", self.at);
        let parse = problems.list(&format!("{at}.parse"), &mentions["parse"], &(0..=3));
        let known = |kind: &Value| matches!(kind.as_str(), Some("roles" | "users" | "everyone"));
        if !parse.iter().all(known) {
            let message = "Value must be one of ('roles', 'users', 'everyone').";
            problems.add(&format!("{at}.parse"), "BASE_TYPE_CHOICES", message);
        }
        for kind in ["users", "roles"] {
            let path = format!("{at}.{kind}");
            let ids = problems.list(&path, &mentions[kind], &(0..=100));
            if !ids.is_empty() && parse.iter().any(|parsed| parsed == kind) {
                let message =
                    format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
                problems.add(&at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message);
            }
        }
    }

    /// Every new entry must have its file and every `attachment://` its entry.
    fn check_attachments(&self, problems: &mut Problems) {
        let at = format!("{}attachments", self.at);
        let entries = problems.list(&at, &self.json["attachments"], &(0..=10));
        for (index, entry) in entries.iter().enumerate() {
            let path = format!("{at}.{index}.id");
            match snowflake(&entry["id"]) {
                None => problems.required(&path),
                Some(id) if id < 100 && self.part(id).is_none() => {
                    problems.add(
                        &path,
                        "ATTACHMENT_NOT_FOUND",
                        "There is no file with this index.",
                    );
                }
                Some(_) => {}
            }
            problems.optional_text(
                &format!("{at}.{index}.description"),
                &entry["description"],
                &(0..=1024),
            );
        }
    }

    fn lay_over(&self, body: &mut MessageBody) {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        if let Some(content) = self.json.get("content") {
            body.content = content.as_str().unwrap_or_default().to_owned();
        }
        if let Some(embeds) = self.json.get("embeds") {
            body.embeds = list(embeds);
        }
        if let Some(components) = self.json.get("components") {
            body.components = with_ids(list(components));
        }
        if let Some(flags) = self.json["flags"].as_u64() {
            body.flags = flags;
        }
        if let Some(mentions) = self
            .json
            .get("allowed_mentions")
            .filter(|value| !value.is_null())
        {
            body.allowed_mentions = Some(mentions.clone());
        }
    }

    /// With a list of attachments only those in it stay; without one, all.
    fn kept_attachments(&self, old: &[AttachmentId]) -> Vec<AttachmentId> {
        let Some(entries) = self.json["attachments"].as_array() else {
            return old.to_vec();
        };
        let listed = |id: &&AttachmentId| {
            entries
                .iter()
                .any(|entry| snowflake(&entry["id"]) == Some(id.get()))
        };
        old.iter().filter(listed).copied().collect()
    }

    fn files(&self) -> Result<Vec<File>, ApiError> {
        let parts = self
            .call
            .parts
            .iter()
            .filter(|part| part.name.starts_with("files["));
        let files: Vec<File> = parts
            .map(|part| {
                File::new(
                    part.filename.as_deref().unwrap_or("unknown"),
                    part.bytes.clone(),
                )
            })
            .collect();
        if files.iter().any(|file| file.bytes.len() > LARGEST_FILE) {
            return Err(ApiError::file_too_large());
        }
        if files.len() > MAX_FILES {
            return Err(ApiError::invalid_body());
        }
        Ok(files)
    }

    fn part(&self, index: u64) -> Option<&crate::record::Part> {
        let name = format!("files[{index}]");
        self.call.parts.iter().find(|part| part.name == name)
    }
}

fn snowflake(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Discord numbers the components that came without an id.
fn with_ids(mut components: Vec<Value>) -> Vec<Value> {
    let mut next = 1;
    number(&mut components, &mut next);
    components
}

fn number(components: &mut [Value], next: &mut u64) {
    for component in components {
        if component["id"].as_u64().unwrap_or(0) == 0 {
            component["id"] = (*next).into();
        }
        *next += 1;
        if let Some(inside) = component
            .get_mut("components")
            .and_then(Value::as_array_mut)
        {
            number(inside, next);
        }
        if let Some(accessory) = component.get_mut("accessory") {
            number(std::slice::from_mut(accessory), next);
        }
    }
}
