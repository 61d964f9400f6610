//! What the bot, and a member, may do in a guild.

mod asked;

use std::cmp::Reverse;

use serde::Deserialize;
use twilight_model::{
    channel::{ChannelType, permission_overwrite::PermissionOverwrite},
    guild::Permissions,
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, RoleMarker, UserMarker},
    },
};
use twilight_util::permission_calculator::PermissionCalculator;

pub(crate) use asked::{KnownRights, of, of_now, own_user};

use crate::{context::Context, permissions::is_guild_admin};

/// What everything of ours needs: the permissions that the invitation asks for.
pub(crate) const INVITED: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::USE_EXTERNAL_EMOJIS)
    .union(Permissions::CHANGE_NICKNAME)
    .union(Permissions::MANAGE_ROLES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::CREATE_GUILD_EXPRESSIONS);

/// To tell something in a channel.
pub(crate) const TO_TELL: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS);

/// To show a post again, with its pictures.
pub(crate) const TO_REPOST: Permissions = TO_TELL.union(Permissions::ATTACH_FILES);

/// A guild's roles and channels, and where the bot stands among them.
#[derive(Debug)]
pub(crate) struct Rights {
    guild: Id<GuildMarker>,
    pub owner: u64,
    pub system_channel: Option<u64>,
    bot: Id<UserMarker>,
    own_roles: Vec<Id<RoleMarker>>,
    roles: Vec<GuildRole>,
    channels: Vec<GuildChannel>,
}

/// The few fields that are looked at, so that nothing else in an answer can spoil it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct GuildRole {
    pub id: Id<RoleMarker>,
    pub name: String,
    position: i64,
    permissions: Permissions,
    managed: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct GuildChannel {
    pub id: Id<ChannelMarker>,
    #[serde(rename = "type")]
    pub kind: ChannelType,
    #[serde(default)]
    position: i64,
    #[serde(default)]
    permission_overwrites: Vec<PermissionOverwrite>,
}

/// Why the bot cannot use a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChannelFault {
    /// Deleted, or in another guild.
    Gone,
    /// Not one for messages that everybody reads.
    OtherKind,
    Lacks(Permissions),
}

/// Why the bot cannot hand out a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RoleFault {
    Gone,
    Everyone,
    /// It belongs to a bot or another integration.
    Managed,
    /// The bot may not manage roles at all.
    NotAllowed,
    /// It stands above the bot's highest role, which is this one.
    Above(Option<String>),
}

impl Rights {
    /// The bot's, in the whole guild.
    pub(crate) fn permissions(&self) -> Permissions {
        self.of_member(self.bot.get(), self.own_roles.iter().map(|role| role.get()))
    }

    /// What a member with these roles may do in the whole guild.
    pub(crate) fn of_member(&self, user: u64, roles: impl Iterator<Item = u64>) -> Permissions {
        if user == self.owner {
            return Permissions::all();
        }
        let all = roles.chain([self.guild.get()]);
        let sum = all
            .filter_map(|id| self.role(id))
            .fold(Permissions::empty(), |sum, role| sum | role.permissions);
        if sum.contains(Permissions::ADMINISTRATOR) {
            Permissions::all()
        } else {
            sum
        }
    }

    /// The bot's, in one channel.
    pub(crate) fn permissions_in(&self, channel: &GuildChannel) -> Permissions {
        let everyone = self
            .role(self.guild.get())
            .map_or(Permissions::empty(), |role| role.permissions);
        let own = self.own_roles.iter().filter_map(|id| self.role(id.get()));
        let own: Vec<_> = own.map(|role| (role.id, role.permissions)).collect();
        let mut calculator = PermissionCalculator::new(self.guild, self.bot, everyone, &own);
        if let Some(owner) = Id::new_checked(self.owner) {
            calculator = calculator.owner_id(owner);
        }
        calculator.in_channel(channel.kind, &channel.permission_overwrites)
    }

    pub(crate) fn role(&self, id: u64) -> Option<&GuildRole> {
        self.roles.iter().find(|role| role.id.get() == id)
    }

    pub(crate) fn channel(&self, id: u64) -> Option<&GuildChannel> {
        self.channels.iter().find(|channel| channel.id.get() == id)
    }

    /// Whether the bot can do this in that channel.
    pub(crate) fn check_channel(
        &self,
        channel: u64,
        needed: Permissions,
    ) -> Result<(), ChannelFault> {
        let channel = self.channel(channel).ok_or(ChannelFault::Gone)?;
        if !is_for_messages(channel.kind) {
            return Err(ChannelFault::OtherKind);
        }
        let lacks = needed.difference(self.permissions_in(channel));
        if lacks.is_empty() {
            Ok(())
        } else {
            Err(ChannelFault::Lacks(lacks))
        }
    }

    /// Whether the bot can hand out this role: only one below its own highest, and ADMINISTRATOR does not help (Discord's documentation,
    /// "Permission Hierarchy").
    pub(crate) fn check_role(&self, id: u64) -> Result<(), RoleFault> {
        let role = self.role(id).ok_or(RoleFault::Gone)?;
        if id == self.guild.get() {
            return Err(RoleFault::Everyone);
        }
        if role.managed {
            return Err(RoleFault::Managed);
        }
        if !self.permissions().contains(Permissions::MANAGE_ROLES) {
            return Err(RoleFault::NotAllowed);
        }
        let highest = self.highest();
        if highest.is_some_and(|highest| highest.rank() > role.rank()) {
            Ok(())
        } else {
            Err(RoleFault::Above(highest.map(|role| role.name.clone())))
        }
    }

    /// The first channel, from the top, in which the bot may write; the guild's own for such messages before all others.
    pub(crate) fn channel_to_write_in(&self) -> Option<u64> {
        let writes = |id: &u64| self.check_channel(*id, TO_TELL).is_ok();
        if let Some(system) = self.system_channel.filter(writes) {
            return Some(system);
        }
        let mut text: Vec<&GuildChannel> = self
            .channels
            .iter()
            .filter(|channel| channel.kind == ChannelType::GuildText)
            .collect();
        text.sort_by_key(|channel| (channel.position, channel.id));
        text.into_iter()
            .map(|channel| channel.id.get())
            .find(writes)
    }

    fn highest(&self) -> Option<&GuildRole> {
        let own = self.own_roles.iter().filter_map(|id| self.role(id.get()));
        own.max_by_key(|role| role.rank())
    }
}

impl GuildRole {
    /// Of two in one position the older one is higher.
    const fn rank(&self) -> (i64, Reverse<u64>) {
        (self.position, Reverse(self.id.get()))
    }
}

const fn is_for_messages(kind: ChannelType) -> bool {
    matches!(
        kind,
        ChannelType::GuildText | ChannelType::GuildAnnouncement
    )
}

/// Whether somebody with these roles may manage the guild. When Discord does not say, nobody may.
pub(crate) async fn is_admin(ctx: &Context, guild: u64, roles: &[u64], user: u64) -> bool {
    match of(ctx, guild).await {
        Ok(rights) => is_guild_admin(rights.of_member(user, roles.iter().copied())),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use twilight_model::channel::permission_overwrite::PermissionOverwriteType;

    use super::*;

    const BOT: u64 = 2;
    const GUILD: u64 = 10;

    fn role(id: u64, position: i64, permissions: Permissions) -> GuildRole {
        GuildRole {
            id: Id::new(id),
            name: format!("role {id}"),
            position,
            permissions,
            managed: id == 13,
        }
    }

    fn rights(own: &[u64], bots: Permissions) -> Rights {
        Rights {
            guild: Id::new(GUILD),
            owner: 1,
            system_channel: None,
            bot: Id::new(BOT),
            own_roles: own.iter().map(|id| Id::new(*id)).collect(),
            roles: vec![
                role(GUILD, 0, TO_TELL),
                role(11, 5, bots),
                role(12, 4, Permissions::MANAGE_GUILD),
                role(13, 1, Permissions::empty()),
                role(14, 5, Permissions::empty()),
                role(15, 6, Permissions::empty()),
                role(9, 5, Permissions::empty()),
            ],
            channels: Vec::new(),
        }
    }

    #[test]
    fn the_invitation_asks_for_no_more_than_is_needed() {
        assert_eq!(INVITED.bits(), 9_071_306_853_376);
    }

    #[test]
    fn only_roles_below_the_own_highest_are_handed_out() {
        let check = |bots: Permissions, role: u64, expect: Result<(), RoleFault>| {
            assert_eq!(rights(&[11], bots).check_role(role), expect, "{role}");
        };
        let may = Permissions::MANAGE_ROLES;
        let above = Err(RoleFault::Above(Some("role 11".into())));
        check(may, 12, Ok(()));
        check(may, 13, Err(RoleFault::Managed));
        check(may, 14, Ok(()));
        check(may, 9, above.clone());
        check(may, 11, above.clone());
        check(may, 15, above.clone());
        check(may, 99, Err(RoleFault::Gone));
        check(may, GUILD, Err(RoleFault::Everyone));
        check(Permissions::empty(), 12, Err(RoleFault::NotAllowed));
        check(Permissions::ADMINISTRATOR, 12, Ok(()));
        check(Permissions::ADMINISTRATOR, 15, above);
    }

    #[test]
    fn who_manages_a_guild() {
        let check = |user: u64, roles: &[u64], expect: bool| {
            let rights = rights(&[11], Permissions::ADMINISTRATOR);
            let found = is_guild_admin(rights.of_member(user, roles.iter().copied()));
            assert_eq!(found, expect, "{user} {roles:?}");
        };
        check(1, &[], true);
        check(3, &[], false);
        check(3, &[12], true);
        check(3, &[11], true);
        check(3, &[13, 14, 99], false);
    }

    fn overwrite(
        id: u64,
        member: bool,
        allow: Permissions,
        deny: Permissions,
    ) -> PermissionOverwrite {
        PermissionOverwrite {
            allow,
            deny,
            id: Id::new(id),
            kind: if member {
                PermissionOverwriteType::Member
            } else {
                PermissionOverwriteType::Role
            },
        }
    }

    fn check_in(kind: ChannelType, over: &[PermissionOverwrite], expect: Result<(), ChannelFault>) {
        let mut rights = rights(&[11], Permissions::empty());
        rights.channels.push(GuildChannel {
            id: Id::new(50),
            kind,
            position: 0,
            permission_overwrites: over.to_vec(),
        });
        assert_eq!(rights.check_channel(50, TO_TELL), expect, "{over:?}");
    }

    #[test]
    fn a_channel_says_otherwise_than_the_guild() {
        let (send, view, none) = (
            Permissions::SEND_MESSAGES,
            Permissions::VIEW_CHANNEL,
            Permissions::empty(),
        );
        let text = ChannelType::GuildText;
        let lacks = |what| Err(ChannelFault::Lacks(what));
        check_in(text, &[], Ok(()));
        check_in(ChannelType::GuildAnnouncement, &[], Ok(()));
        check_in(ChannelType::GuildVoice, &[], Err(ChannelFault::OtherKind));
        let everyone_not = overwrite(GUILD, false, none, send);
        check_in(text, &[everyone_not], lacks(send));
        check_in(
            text,
            &[everyone_not, overwrite(11, false, send, none)],
            Ok(()),
        );
        // Not one of the bot's.
        let others = overwrite(12, false, send, none);
        check_in(text, &[everyone_not, others], lacks(send));
        // What is said of the member itself comes last, wherever it stands.
        let own_not = overwrite(BOT, true, none, view);
        check_in(
            text,
            &[own_not, overwrite(11, false, view, none)],
            lacks(TO_TELL),
        );
        let own = overwrite(BOT, true, send, none);
        check_in(text, &[own, overwrite(11, false, none, send)], Ok(()));
        let mut elsewhere = rights(&[11], none);
        elsewhere.channels.clear();
        assert_eq!(
            elsewhere.check_channel(50, TO_TELL),
            Err(ChannelFault::Gone)
        );
    }
}
