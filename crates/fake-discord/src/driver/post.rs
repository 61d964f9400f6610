use serde_json::Value;

use super::render;
use crate::{
    ids::{ChannelId, MessageId, UserId},
    world::{Emoji, File, Message, World},
};

/// A message as a person sees it, whether posted to a channel or as the answer to a command.
/// `to_string()` gives it as plain text, without ids and times, for snapshots.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Post {
    pub id: MessageId,
    pub channel: ChannelId,
    pub author: UserId,
    pub author_name: String,
    /// As it was sent, with ids in mentions and emojis.
    pub content: String,
    /// Embed objects as Discord stores them.
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<File>,
    /// Only the person who asked sees it.
    pub ephemeral: bool,
    pub edited: bool,
    /// Every emoji with how many people used it.
    pub reactions: Vec<(Emoji, usize)>,
    /// What `allowed_mentions` said, if anything.
    pub allowed_mentions: Option<Value>,
    rendered: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Button {
    pub label: String,
    /// Link buttons have none.
    pub custom_id: Option<String>,
    pub url: Option<String>,
    pub disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Select {
    pub custom_id: String,
    /// 3 for texts, 5 to 8 for users, roles, mentionables and channels.
    pub component_type: u64,
    pub placeholder: Option<String>,
    pub options: Vec<SelectChoice>,
    pub disabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectChoice {
    pub label: String,
    pub value: String,
}

impl Post {
    pub(super) fn new(world: &World, message: &Message) -> Self {
        let author = world.users.get(&message.author);
        let count = |(emoji, who): &(Emoji, crate::world::Reactions)| {
            (emoji.clone(), who.normal.len() + who.burst.len())
        };
        let mut post = Self {
            id: message.id,
            channel: message.channel,
            author: message.author,
            author_name: author.map(|author| author.name.clone()).unwrap_or_default(),
            content: message.body.content.clone(),
            embeds: message.body.embeds.clone(),
            components: message.body.components.clone(),
            files: world.files_of(message),
            ephemeral: message.is_ephemeral(),
            edited: message.edited_at.is_some(),
            reactions: message.reactions.iter().map(count).collect(),
            allowed_mentions: message.body.allowed_mentions.clone(),
            rendered: String::new(),
        };
        post.rendered = render::post(world, &post);
        post
    }

    /// The whole message as text: ephemeral or not, content, embeds, buttons, files. Mentions and
    /// emojis stand by name, times as `(time)`.
    pub fn text(&self) -> &str {
        &self.rendered
    }

    /// Whether this stands anywhere in the text that a person reads.
    pub fn says(&self, words: &str) -> bool {
        self.rendered.contains(words)
    }

    /// All buttons, in reading order.
    pub fn buttons(&self) -> Vec<Button> {
        let all = flat_components(&self.components);
        all.filter(|component| component["type"] == 2)
            .map(Button::of)
            .collect()
    }

    /// All select menus, in reading order.
    pub fn selects(&self) -> Vec<Select> {
        let all = flat_components(&self.components);
        all.filter(|component| matches!(component["type"].as_u64(), Some(3 | 5..=8)))
            .map(Select::of)
            .collect()
    }

    pub fn button(&self, label: &str) -> Option<Button> {
        self.buttons()
            .into_iter()
            .find(|button| button.label == label)
    }

    /// The value of the first embed field with this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self
            .embeds
            .iter()
            .filter_map(|embed| embed["fields"].as_array());
        let field = fields.flatten().find(|field| field["name"] == name)?;
        field["value"].as_str()
    }

    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl std::fmt::Display for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.rendered)
    }
}

impl Button {
    fn of(json: &Value) -> Self {
        Self {
            label: button_label(json),
            custom_id: text(&json["custom_id"]),
            url: text(&json["url"]),
            disabled: json["disabled"] == true,
        }
    }
}

impl Select {
    fn of(json: &Value) -> Self {
        let options = json["options"].as_array().map_or(&[][..], Vec::as_slice);
        Self {
            custom_id: text(&json["custom_id"]).unwrap_or_default(),
            component_type: json["type"].as_u64().unwrap_or_default(),
            placeholder: text(&json["placeholder"]),
            options: options.iter().map(SelectChoice::of).collect(),
            disabled: json["disabled"] == true,
        }
    }
}

impl SelectChoice {
    fn of(json: &Value) -> Self {
        Self {
            label: text(&json["label"]).unwrap_or_default(),
            value: text(&json["value"]).unwrap_or_default(),
        }
    }
}

/// A button may have only an emoji; then that is what people read.
fn button_label(json: &Value) -> String {
    text(&json["label"])
        .or_else(|| text(&json["emoji"]["name"]))
        .unwrap_or_default()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Components with those inside of rows, sections and containers, in reading order.
pub fn flat_components(components: &[Value]) -> Box<dyn Iterator<Item = &Value> + '_> {
    Box::new(components.iter().flat_map(|component| {
        let inside = component["components"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let beside = component
            .get("accessory")
            .or_else(|| component.get("component"));
        std::iter::once(component)
            .chain(flat_components(inside))
            .chain(beside)
    }))
}
