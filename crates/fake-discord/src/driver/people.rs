//! Making people and guilds.

use std::{collections::BTreeMap, time::Duration};

use super::{FakeDiscord, Guild};
use crate::{
    clock::WallTime,
    ids::{ChannelId, GuildId, RoleId, UserId},
    permissions::Permissions,
    world::{self, Member, Role, User, World},
};

impl FakeDiscord {
    /// A person, whose account is a year old unless the builder said otherwise.
    pub fn add_user(&self, name: &str) -> UserId {
        self.shared.change(|world| {
            let born = world.settings.person_born();
            world.add_user_born(name, born)
        })
    }

    /// A person whose account was made so long ago.
    pub fn add_user_aged(&self, name: &str, age: Duration) -> UserId {
        self.shared
            .change(|world| world.add_user_born(name, WallTime::ago(age)))
    }

    /// Somebody else's bot.
    pub fn add_bot(&self, name: &str) -> UserId {
        self.shared.change(|world| {
            let id = UserId::new(world.snowflakes.next());
            world.users.insert(id, User::bot(id, name));
            id
        })
    }

    pub fn user_name(&self, user: UserId) -> Option<String> {
        self.shared
            .read(|world| world.users.get(&user).map(|user| user.name.clone()))
    }

    /// A guild with an owner of its own, a text channel `general`, and the bot, which has just been
    /// invited with [`Permissions::BOT`].
    pub fn add_guild(&self, name: &str) -> Guild {
        let owner = self.add_user(&format!("{name} owner"));
        let guild = self.add_guild_without_bot(name, owner);
        guild.invite_bot();
        guild
    }

    /// As [`Self::add_guild`], but the bot is not in it until [`Guild::invite_bot`].
    pub fn add_guild_without_bot(&self, name: &str, owner: UserId) -> Guild {
        let id = self.shared.change(|world| world.add_guild(name, owner));
        self.guild(id)
    }

    /// The handle of a guild, by its id.
    pub fn guild(&self, id: GuildId) -> Guild {
        Guild::new(self.shared.clone(), id)
    }

    /// Whether somebody lets the bot write to them; without it nobody stops it.
    ///
    /// # Panics
    ///
    /// When there is no such user.
    pub fn take_dms(&self, user: UserId, takes: bool) {
        self.shared.change(|world| {
            let user = world.users.get_mut(&user).expect("no such user");
            user.takes_no_dms = !takes;
        });
    }

    /// The direct conversation between a user and the bot.
    pub fn dm(&self, user: UserId) -> ChannelId {
        self.shared.change(|world| world.dm_with(user))
    }
}

impl World {
    fn add_user_born(&mut self, name: &str, born: WallTime) -> UserId {
        let id = UserId::new(self.snowflakes.at(born));
        self.users.insert(id, User::person(id, name));
        id
    }

    fn add_guild(&mut self, name: &str, owner: UserId) -> GuildId {
        let id = GuildId::new(self.snowflakes.next());
        let guild = world::Guild {
            id,
            name: name.to_owned(),
            owner,
            roles: BTreeMap::from([(id.everyone(), everyone(id))]),
            members: BTreeMap::from([(owner, Member::new(owner, self.now_iso()))]),
            emojis: BTreeMap::new(),
            premium_tier: 0,
            emoji_slots: None,
            system_channel: None,
        };
        self.guilds.insert(id, guild);
        self.add_channel(id, "general");
        id
    }

    pub(super) fn add_channel(&mut self, guild: GuildId, name: &str) -> ChannelId {
        let id = ChannelId::new(self.snowflakes.next());
        let mut channel = world::Channel::text(id, guild, name);
        channel.position = self.channels.len();
        self.channels.insert(id, channel);
        id
    }

    /// Adds the bot with its own managed role, as an invitation does.
    pub(super) fn invite_bot(&mut self, guild: GuildId, permissions: Permissions) {
        let bot = self.bot().clone();
        let role = RoleId::new(self.snowflakes.next());
        let joined = self.now_iso();
        let Some(guild) = self.guilds.get_mut(&guild) else {
            return;
        };
        guild.roles.insert(
            role,
            Role {
                id: role,
                name: bot.name,
                position: guild.next_position(),
                permissions,
                managed_by: Some(bot.id),
            },
        );
        let mut member = Member::new(bot.id, joined);
        member.roles.insert(role);
        guild.members.insert(bot.id, member);
    }
}

fn everyone(guild: GuildId) -> Role {
    Role {
        id: guild.everyone(),
        name: "@everyone".to_owned(),
        position: 0,
        permissions: Permissions::EVERYONE,
        managed_by: None,
    }
}
