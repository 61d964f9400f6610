use crate::{
    gateway::Event,
    ids::{ChannelId, EmojiId, GuildId, MessageId, RoleId, UserId},
    permissions::Permissions,
    shared::Shared,
    world::{self, Emoji, File, GuildEmoji, Member, Overwrite, Role, RoleSetup, User, World},
};

/// A guild, as its owner works on it. Every change sends the events that Discord would.
///
/// # Panics
///
/// Its functions panic when given ids that this guild does not have: that is a mistake in the test.
#[derive(Clone, Debug)]
pub struct Guild {
    shared: Shared,
    id: GuildId,
}

impl Guild {
    pub(super) fn new(shared: Shared, id: GuildId) -> Self {
        Self { shared, id }
    }

    pub fn id(&self) -> GuildId {
        self.id
    }

    pub fn owner(&self) -> UserId {
        self.read(|guild| guild.owner)
    }

    /// The first text channel, `general`.
    pub fn channel(&self) -> ChannelId {
        let channels = self.channels();
        channels
            .first()
            .expect("every guild starts with a channel")
            .1
    }

    /// All text channels by name, oldest first.
    pub fn channels(&self) -> Vec<(String, ChannelId)> {
        self.shared.read(|world| {
            let all = world.channels.values();
            all.filter(|channel| channel.guild_id() == Some(self.id))
                .map(|channel| (channel.name.clone(), channel.id))
                .collect()
        })
    }

    /// The bot arrives, with the permissions that it asks for.
    pub fn invite_bot(&self) {
        self.invite_bot_with(Permissions::BOT);
    }

    /// The bot arrives with a role of these permissions.
    pub fn invite_bot_with(&self, permissions: Permissions) {
        self.change(|world, id| {
            world.invite_bot(id, permissions);
            world.emit(&world.guild_create(id));
        });
    }

    /// The bot is thrown out of the guild.
    pub fn remove_bot(&self) {
        self.change(|world, id| {
            let bot = world.application.bot;
            world.guild_mut(id).members.remove(&bot);
            world
                .guild_mut(id)
                .roles
                .retain(|_, role| role.managed_by != Some(bot));
            world.emit(&Event::guild_delete(id, false));
        });
    }

    /// Discord loses the guild for a while: GUILD_DELETE with `unavailable`, then GUILD_CREATE.
    pub fn outage(&self) {
        self.change(|world, id| {
            world.emit(&Event::guild_delete(id, true));
            world.emit(&world.guild_create(id));
        });
    }

    pub fn rename(&self, name: &str) {
        self.change(|world, id| {
            name.clone_into(&mut world.guild_mut(id).name);
            world.emit(&world.guild_update(id));
        });
    }

    pub fn add_member(&self, user: UserId) {
        self.change(|world, id| {
            assert!(world.users.contains_key(&user), "no such user: {user}");
            let joined = world.now_iso();
            world
                .guild_mut(id)
                .members
                .insert(user, Member::new(user, joined));
            world.emit(&world.member_add(id, user));
        });
    }

    /// Also what happens when somebody leaves.
    pub fn kick(&self, user: UserId) {
        self.change(|world, id| {
            if world.guild_mut(id).members.remove(&user).is_some() {
                world.emit(&world.member_remove(id, user));
            }
        });
    }

    /// People who were here before the bot came, so without an event for each. Fast enough for a
    /// quarter of a million.
    pub fn add_members(&self, count: usize) -> Vec<UserId> {
        self.change(|world, id| {
            let born = world.settings.person_born();
            let joined = world.now_iso();
            let mut new = Vec::with_capacity(count);
            for number in 1..=count {
                let user = UserId::new(world.snowflakes.at(born));
                world
                    .users
                    .insert(user, User::person(user, &format!("member {number}")));
                new.push(user);
            }
            let members = new
                .iter()
                .map(|user| (*user, Member::new(*user, joined.clone())));
            world.guild_mut(id).members.extend(members);
            new
        })
    }

    /// With the owner, the bot, and other bots.
    pub fn member_count(&self) -> usize {
        self.read(|guild| guild.members.len())
    }

    pub fn is_member(&self, user: UserId) -> bool {
        self.read(|guild| guild.members.contains_key(&user))
    }

    pub fn nick(&self, user: UserId) -> Option<String> {
        self.read(|guild| guild.members.get(&user)?.nick.clone())
    }

    pub fn add_role(&self, name: &str) -> RoleId {
        self.add_role_with(name, &RoleSetup::default())
    }

    pub fn add_role_with(&self, name: &str, setup: &RoleSetup) -> RoleId {
        self.change(|world, id| {
            let role = RoleId::new(world.snowflakes.next());
            let bot = world.application.bot;
            let guild = world.guild_mut(id);
            let position = if setup.above_the_bot {
                guild.next_position()
            } else {
                guild.make_room_below(bot)
            };
            guild.roles.insert(
                role,
                Role {
                    id: role,
                    name: name.to_owned(),
                    position,
                    permissions: setup.permissions,
                    managed_by: None,
                },
            );
            world.emit(&world.role_event("GUILD_ROLE_CREATE", id, role));
            role
        })
    }

    /// A role that belongs to another bot, which nobody can hand out.
    pub fn add_managed_role(&self, name: &str, bot: UserId) -> RoleId {
        let role = self.add_role(name);
        self.edit_role(role, |role| role.managed_by = Some(bot));
        role
    }

    pub fn set_role_permissions(&self, role: RoleId, permissions: Permissions) {
        self.edit_role(role, |role| role.permissions = permissions);
    }

    pub fn set_everyone_permissions(&self, permissions: Permissions) {
        self.set_role_permissions(self.id.everyone(), permissions);
    }

    /// What the bot's own role allows it.
    pub fn set_bot_permissions(&self, permissions: Permissions) {
        self.set_role_permissions(self.bot_role(), permissions);
    }

    /// The role that the invitation made for the bot.
    pub fn bot_role(&self) -> RoleId {
        self.shared.read(|world| {
            let bot = Some(world.application.bot);
            let mut roles = world.guilds[&self.id].roles.values();
            let role = roles.find(|role| role.managed_by == bot);
            role.expect("the bot is in this guild").id
        })
    }

    /// Moves a role above all others.
    pub fn move_role_to_top(&self, role: RoleId) {
        let top = self.read(world::Guild::next_position);
        self.edit_role(role, |role| role.position = top);
    }

    pub fn delete_role(&self, role: RoleId) {
        self.change(|world, id| {
            let guild = world.guild_mut(id);
            guild.roles.remove(&role);
            guild.members.values_mut().for_each(|member| {
                member.roles.remove(&role);
            });
            world.emit(&Event::role_delete(id, role));
        });
    }

    pub fn give_role(&self, user: UserId, role: RoleId) {
        self.edit_member(user, |member| {
            member.roles.insert(role);
        });
    }

    pub fn take_role(&self, user: UserId, role: RoleId) {
        self.edit_member(user, |member| {
            member.roles.remove(&role);
        });
    }

    pub fn roles_of(&self, user: UserId) -> Vec<RoleId> {
        self.read(|guild| {
            let roles = guild
                .members
                .get(&user)
                .map(|member| member.roles.iter().copied());
            roles.into_iter().flatten().collect()
        })
    }

    pub fn has_role(&self, user: UserId, role: RoleId) -> bool {
        self.roles_of(user).contains(&role)
    }

    /// Makes somebody an administrator, by a role made for it.
    pub fn make_admin(&self, user: UserId) {
        let setup = RoleSetup {
            permissions: Permissions::ADMINISTRATOR,
            above_the_bot: false,
        };
        let role = self.add_role_with("admin", &setup);
        self.give_role(user, role);
    }

    pub fn add_channel(&self, name: &str) -> ChannelId {
        self.change(|world, id| {
            let channel = world.add_channel(id, name);
            world.emit(&world.channel_event("CHANNEL_CREATE", channel));
            channel
        })
    }

    pub fn delete_channel(&self, channel: ChannelId) {
        self.change(|world, _| {
            let event = world.channel_event("CHANNEL_DELETE", channel);
            world.channels.remove(&channel);
            world.emit(&event);
        });
    }

    /// Where Discord's own messages about the guild go; none by default.
    pub fn set_system_channel(&self, channel: Option<ChannelId>) {
        self.change(|world, id| {
            world.guild_mut(id).system_channel = channel;
            let bot = world.application.bot;
            if world.guilds[&id].members.contains_key(&bot) {
                world.emit(&world.guild_update(id));
            }
        });
    }

    /// Takes back everything that was denied in one channel.
    pub fn allow_all_in(&self, channel: ChannelId) {
        self.change(|world, _| {
            let found = world.channels.get_mut(&channel).expect("no such channel");
            found.overwrites.clear();
            world.emit(&world.channel_event("CHANNEL_UPDATE", channel));
        });
    }

    /// Denies a role something in one channel.
    pub fn deny_role_in(&self, channel: ChannelId, role: RoleId, deny: Permissions) {
        self.overwrite(
            channel,
            Overwrite {
                id: role.get(),
                is_member: false,
                allow: Permissions::NONE,
                deny,
            },
        );
    }

    /// Denies the bot something in one channel.
    pub fn deny_bot_in(&self, channel: ChannelId, deny: Permissions) {
        self.deny_role_in(channel, self.bot_role(), deny);
    }

    fn overwrite(&self, channel: ChannelId, overwrite: Overwrite) {
        self.change(|world, _| {
            let found = world.channels.get_mut(&channel).expect("no such channel");
            found.overwrites.push(overwrite);
            world.emit(&world.channel_event("CHANNEL_UPDATE", channel));
        });
    }

    /// The owner uploads an emoji.
    pub fn add_emoji(&self, name: &str, picture: File) -> EmojiId {
        self.change(|world, guild| {
            let id = EmojiId::new(world.snowflakes.next());
            let owner = world.guilds[&guild].owner;
            let emoji = GuildEmoji {
                id,
                name: name.to_owned(),
                animated: picture.content_type == "image/gif",
                picture,
                creator: owner,
            };
            world.guild_mut(guild).emojis.insert(id, emoji);
            world.emit(&world.emojis_update(guild));
            id
        })
    }

    pub fn delete_emoji(&self, emoji: EmojiId) {
        self.change(|world, id| {
            world.guild_mut(id).emojis.remove(&emoji);
            world.emit(&world.emojis_update(id));
        });
    }

    /// All emojis: name and id, oldest first.
    pub fn emojis(&self) -> Vec<(String, EmojiId)> {
        self.read(|guild| {
            let all = guild.emojis.values();
            all.map(|emoji| (emoji.name.clone(), emoji.id)).collect()
        })
    }

    pub fn emoji_named(&self, name: &str) -> Option<EmojiId> {
        let found = self.emojis().into_iter().find(|(known, _)| known == name)?;
        Some(found.1)
    }

    /// How many still and how many animated emojis fit; by default as the boost tier gives.
    pub fn set_emoji_slots(&self, slots: usize) {
        self.change(|world, id| world.guild_mut(id).emoji_slots = Some(slots));
    }

    /// 0 to 3.
    pub fn set_premium_tier(&self, tier: u8) {
        self.change(|world, id| {
            world.guild_mut(id).premium_tier = tier;
            world.emit(&world.guild_update(id));
        });
    }

    /// A moderator clears all reactions from a message.
    pub fn clear_reactions(&self, channel: ChannelId, message: MessageId) {
        self.change(|world, _| world.clear_reactions(channel, message));
    }

    /// A moderator clears one emoji's reactions from a message.
    pub fn clear_emoji(&self, channel: ChannelId, message: MessageId, emoji: &Emoji) {
        self.change(|world, _| world.clear_emoji(channel, message, emoji));
    }

    fn edit_role(&self, role: RoleId, edit: impl FnOnce(&mut Role)) {
        self.change(|world, id| {
            let found = world.guild_mut(id).roles.get_mut(&role);
            edit(found.expect("no such role"));
            world.emit(&world.role_event("GUILD_ROLE_UPDATE", id, role));
        });
    }

    fn edit_member(&self, user: UserId, edit: impl FnOnce(&mut Member)) {
        self.change(|world, id| {
            let member = world.guild_mut(id).members.get_mut(&user);
            edit(member.expect("no such member"));
            world.emit(&world.member_update(id, user));
        });
    }

    fn read<R>(&self, look: impl FnOnce(&world::Guild) -> R) -> R {
        self.shared.read(|world| look(&world.guilds[&self.id]))
    }

    fn change<R>(&self, act: impl FnOnce(&mut World, GuildId) -> R) -> R {
        self.shared.change(|world| act(world, self.id))
    }
}

impl World {
    fn guild_mut(&mut self, id: GuildId) -> &mut world::Guild {
        self.guilds.get_mut(&id).expect("a handle's guild exists")
    }

    fn clear_reactions(&mut self, channel: ChannelId, message: MessageId) {
        if let Some(found) = self.message_mut(channel, message) {
            found.reactions.clear();
            self.emit(&self.reaction_remove_all(channel, message));
        }
    }

    fn clear_emoji(&mut self, channel: ChannelId, message: MessageId, emoji: &Emoji) {
        let Some(found) = self.message_mut(channel, message) else {
            return;
        };
        found.reactions.retain(|(used, _)| used != emoji);
        if let Some(found) = self.message(channel, message) {
            self.emit(&self.reaction_remove_emoji(found, emoji));
        }
    }
}

impl world::Guild {
    pub(super) fn next_position(&self) -> i64 {
        self.roles
            .values()
            .map(|role| role.position)
            .max()
            .unwrap_or(0)
            + 1
    }

    /// Frees the position just below a member's highest role by moving everything above it up.
    fn make_room_below(&mut self, user: UserId) -> i64 {
        let place = self.highest_role(user).max(1);
        for role in self
            .roles
            .values_mut()
            .filter(|role| role.position >= place)
        {
            role.position += 1;
        }
        place
    }
}
