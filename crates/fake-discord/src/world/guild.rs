use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Channel, File, User};
use crate::{
    ids::{ChannelId, EmojiId, GuildId, RoleId, UserId},
    permissions::Permissions,
};

/// Fields of a guild that are always there and that nobody has set here.
const UNSET: [&str; 17] = [
    "icon",
    "splash",
    "discovery_splash",
    "banner",
    "description",
    "afk_channel_id",
    "widget_channel_id",
    "application_id",
    "rules_channel_id",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "max_presences",
    "vanity_url_code",
    "hub_type",
    "incidents_data",
    "inventory_settings",
    "latest_onboarding_question_id",
];

#[derive(Debug)]
pub struct Guild {
    pub id: GuildId,
    pub name: String,
    pub owner: UserId,
    pub roles: BTreeMap<RoleId, Role>,
    pub members: BTreeMap<UserId, Member>,
    pub emojis: BTreeMap<EmojiId, GuildEmoji>,
    /// 0 to 3; sets how many emojis fit.
    pub premium_tier: u8,
    /// How many still and how many animated emojis fit, when a test wants other than the tier gives.
    pub emoji_slots: Option<usize>,
    /// Where Discord's own messages about the guild go.
    pub system_channel: Option<ChannelId>,
}

#[derive(Clone, Debug)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub position: i64,
    pub permissions: Permissions,
    /// Managed roles belong to an integration; nobody can hand them out.
    pub managed_by: Option<UserId>,
}

/// What a new role is like.
#[derive(Clone, Debug, Default)]
pub struct RoleSetup {
    pub permissions: Permissions,
    /// Above every other role, so also above the bot's own. By default below it.
    pub above_the_bot: bool,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub user: UserId,
    pub nick: Option<String>,
    pub roles: BTreeSet<RoleId>,
    pub joined_at: String,
}

#[derive(Clone, Debug)]
pub struct GuildEmoji {
    pub id: EmojiId,
    pub name: String,
    pub animated: bool,
    pub picture: File,
    pub creator: UserId,
}

impl Guild {
    pub fn slots(&self) -> usize {
        self.emoji_slots.unwrap_or(match self.premium_tier {
            0 => 50,
            1 => 100,
            2 => 150,
            _ => 250,
        })
    }

    pub fn permissions(&self, user: UserId) -> Permissions {
        let Some(member) = self.members.get(&user) else {
            return Permissions::NONE;
        };
        let mut sum = self.roles[&self.id.everyone()].permissions;
        for role in member.roles.iter().filter_map(|id| self.roles.get(id)) {
            sum |= role.permissions;
        }
        if user == self.owner || sum.contains(Permissions::ADMINISTRATOR) {
            return Permissions::ALL;
        }
        sum
    }

    /// Discord's order of overwrites: everyone, then all roles at once, then the member.
    pub fn permissions_in(&self, user: UserId, channel: &Channel) -> Permissions {
        let mut sum = self.permissions(user);
        let Some(member) = self.members.get(&user) else {
            return sum;
        };
        if sum == Permissions::ALL {
            return sum;
        }
        let everyone = self.id.get();
        let is_role = |id: u64| id != everyone && member.roles.contains(&RoleId::new(id));
        let rounds: [&dyn Fn(&super::Overwrite) -> bool; 3] = [
            &|overwrite| overwrite.id == everyone,
            &|overwrite| !overwrite.is_member && is_role(overwrite.id),
            &|overwrite| overwrite.is_member && overwrite.id == user.get(),
        ];
        for applies in rounds {
            let chosen = || {
                channel
                    .overwrites
                    .iter()
                    .filter(|overwrite| applies(overwrite))
            };
            chosen().for_each(|overwrite| sum = sum.without(overwrite.deny));
            chosen().for_each(|overwrite| sum |= overwrite.allow);
        }
        // Without a view of the channel nothing else is possible in it.
        if sum.contains(Permissions::VIEW_CHANNEL) {
            sum
        } else {
            Permissions::NONE
        }
    }

    pub fn highest_role(&self, user: UserId) -> i64 {
        let roles = self.members.get(&user).map(|member| &member.roles);
        roles
            .into_iter()
            .flatten()
            .filter_map(|id| self.roles.get(id))
            .map(|role| role.position)
            .max()
            .unwrap_or(0)
    }

    pub fn roles_json(&self) -> Vec<Value> {
        self.roles.values().map(Role::json).collect()
    }

    pub fn emojis_json(&self, users: &BTreeMap<UserId, User>) -> Vec<Value> {
        self.emojis
            .values()
            .map(|emoji| emoji.json(users))
            .collect()
    }

    /// <https://discord.com/developers/docs/resources/guild#guild-object>
    pub fn json(&self, users: &BTreeMap<UserId, User>) -> Value {
        let mut json = json!({
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner,
            "region": "deprecated",
            "afk_timeout": 300,
            "widget_enabled": false,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": self.roles_json(),
            "emojis": self.emojis_json(users),
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": self.system_channel,
            "system_channel_flags": 0,
            "max_members": 25_000_000,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "premium_tier": self.premium_tier,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": false,
            "preferred_locale": "en-US",
            "nsfw": false,
            "nsfw_level": 0,
        });
        for unset in UNSET {
            json[unset] = Value::Null;
        }
        json
    }
}

impl Role {
    /// <https://discord.com/developers/docs/topics/permissions#role-object>
    pub fn json(&self) -> Value {
        let mut json = json!({
            "id": self.id,
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false,
            "icon": null,
            "unicode_emoji": null,
            "position": self.position,
            "permissions": self.permissions,
            "managed": self.managed_by.is_some(),
            "mentionable": false,
            "flags": 0,
        });
        if let Some(bot) = self.managed_by {
            json["tags"] = json!({"bot_id": bot});
        }
        json
    }
}

impl Member {
    pub fn new(user: UserId, joined_at: String) -> Self {
        Self {
            user,
            nick: None,
            roles: BTreeSet::new(),
            joined_at,
        }
    }

    /// <https://discord.com/developers/docs/resources/guild#guild-member-object>
    pub fn json(&self, users: &BTreeMap<UserId, User>) -> Value {
        let mut json = self.json_without_user();
        json["user"] = users.get(&self.user).map(User::json).unwrap_or_default();
        json
    }

    /// As it stands in `resolved` and in messages, where the user stands beside it.
    pub fn json_without_user(&self) -> Value {
        json!({
            "nick": self.nick,
            "avatar": null,
            "banner": null,
            "roles": self.roles,
            "joined_at": self.joined_at,
            "premium_since": null,
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        })
    }
}

impl GuildEmoji {
    /// <https://discord.com/developers/docs/resources/emoji#emoji-object>
    pub fn json(&self, users: &BTreeMap<UserId, User>) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "roles": [],
            "user": users.get(&self.creator).map(User::json),
            "require_colons": true,
            "managed": false,
            "animated": self.animated,
            "available": true,
        })
    }
}
