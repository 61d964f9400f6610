//! Members, and the roles that they hold.

use std::ops::Bound;

use serde_json::Value;

use super::{
    call::Call,
    checks::Problems,
    reply::{ApiError, Outcome, Reply},
};
use crate::{
    ids::{GuildId, RoleId, UserId},
    permissions::Permissions,
    world::{Member, World},
};

/// <https://discord.com/developers/docs/resources/guild#list-guild-members>
pub fn list(world: &mut World, call: &Call) -> Outcome {
    if !world.settings.members_intent {
        return Err(ApiError::missing_access());
    }
    let limit = usize::try_from(call.number("limit", 1, &(1..=1000))?).unwrap_or(1);
    let after = UserId::new(call.number("after", 0, &(0..=u64::MAX))?);
    let guild = world.guild_in_path(call)?;
    let page = guild
        .members
        .range((Bound::Excluded(after), Bound::Unbounded))
        .take(limit);
    let page: Vec<Value> = page.map(|(_, member)| member.json(&world.users)).collect();
    Ok(Reply::ok(page))
}

pub fn get(world: &mut World, call: &Call) -> Outcome {
    let guild = world.guild_in_path(call)?;
    let member = guild.members.get(&call.id(1)?);
    let member = member.ok_or_else(ApiError::unknown_member)?;
    Ok(Reply::ok(member.json(&world.users)))
}

/// <https://discord.com/developers/docs/resources/guild#modify-current-member>
pub fn edit_me(world: &mut World, call: &Call) -> Outcome {
    call.check_reason()?;
    let guild = world.guild_in_path(call)?.id;
    let mut problems = Problems::default();
    problems.optional_text("nick", &call.body["nick"], &(0..=32));
    problems.finish()?;
    if let Some(nick) = call.body.get("nick") {
        world.need(guild, Permissions::CHANGE_NICKNAME)?;
        let nick = nick
            .as_str()
            .filter(|nick| !nick.is_empty())
            .map(str::to_owned);
        let bot = world.application.bot;
        world.edit_member(guild, bot, |member| member.nick = nick);
    }
    let json = world.guilds[&guild].members[&world.application.bot].json(&world.users);
    Ok(Reply::ok(json))
}

pub fn give_role(world: &mut World, call: &Call) -> Outcome {
    change_role(world, call, |member, role| member.roles.insert(role))
}

pub fn take_role(world: &mut World, call: &Call) -> Outcome {
    change_role(world, call, |member, role| member.roles.remove(&role))
}

fn change_role(
    world: &mut World,
    call: &Call,
    change: impl FnOnce(&mut Member, RoleId) -> bool,
) -> Outcome {
    call.check_reason()?;
    let guild = world.guild_in_path(call)?.id;
    let (user, role) = (call.id::<UserId>(1)?, call.id::<RoleId>(2)?);
    world.check_role_change(guild, user, role)?;
    let mut changed = false;
    world.change_member(guild, user, |member| changed = change(member, role));
    if changed {
        world.emit(&world.member_update(guild, user));
    }
    Ok(Reply::no_content())
}

impl World {
    /// The bot hands out only roles below its own highest, and none that an integration owns;
    /// ADMINISTRATOR does not help. <https://discord.com/developers/docs/topics/permissions>
    fn check_role_change(&self, id: GuildId, user: UserId, role: RoleId) -> Result<(), ApiError> {
        let guild = &self.guilds[&id];
        guild
            .members
            .get(&user)
            .ok_or_else(ApiError::unknown_member)?;
        let role = guild.roles.get(&role).ok_or_else(ApiError::unknown_role)?;
        if role.id == id.everyone() {
            return Err(ApiError::invalid_role());
        }
        self.need(id, Permissions::MANAGE_ROLES)?;
        let highest = guild.highest_role(self.application.bot);
        if role.managed_by.is_some() || role.position >= highest {
            return Err(ApiError::missing_permissions());
        }
        Ok(())
    }

    fn change_member(&mut self, guild: GuildId, user: UserId, change: impl FnOnce(&mut Member)) {
        let members = self.guilds.get_mut(&guild).map(|guild| &mut guild.members);
        if let Some(member) = members.and_then(|members| members.get_mut(&user)) {
            change(member);
        }
    }

    fn edit_member(&mut self, guild: GuildId, user: UserId, change: impl FnOnce(&mut Member)) {
        self.change_member(guild, user, change);
        self.emit(&self.member_update(guild, user));
    }
}
