//! The groups whose currencies several guilds share.

use app::{Change, ChangeRefusal, Changed, Guild, NewGroup, StoreError};
use ledger::{Group, GroupId, GroupKind, GuildId};

use crate::{context::Context, making::Maker};

/// What the one global group is called where groups are listed.
const GLOBAL: &str = "Global";

/// The global group, if there is one already.
pub(crate) async fn global(ctx: &Context) -> Result<Option<Group>, StoreError> {
    let groups = ctx.app.store().groups().await?;
    Ok(groups
        .into_iter()
        .find(|group| group.kind == GroupKind::Global))
}

/// The global group, made when it is first needed.
pub(crate) async fn global_ensure(maker: Maker<'_>) -> Result<Group, ChangeRefusal> {
    if let Some(group) = global(maker.ctx).await? {
        return Ok(group);
    }
    let new = NewGroup {
        kind: GroupKind::Global,
        name: GLOBAL.into(),
        owner: None,
    };
    let made = group_create(maker, new).await;
    match (made, global(maker.ctx).await?) {
        // Whoever comes second has the first one's.
        (_, Some(group)) => Ok(group),
        (made, None) => made,
    }
}

pub(crate) async fn group_create(maker: Maker<'_>, new: NewGroup) -> Result<Group, ChangeRefusal> {
    let by = maker.step("group").await?;
    match maker.ctx.app.change(by, Change::GroupCreate(new)).await? {
        Changed::Group(group) => Ok(group),
        _ => Err(ChangeRefusal::Unknown { what: "group" }),
    }
}

/// Whether it was not in it before.
pub(crate) async fn group_join(
    maker: Maker<'_>,
    group: GroupId,
    guild: GuildId,
) -> Result<bool, ChangeRefusal> {
    let by = maker.step("join").await?;
    match maker
        .ctx
        .app
        .change(by, Change::GroupJoin { group, guild })
        .await
    {
        Ok(_) => Ok(true),
        Err(ChangeRefusal::Exists { .. }) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// Whether it was in it.
pub(crate) async fn group_leave(
    maker: Maker<'_>,
    group: GroupId,
    guild: GuildId,
) -> Result<bool, ChangeRefusal> {
    let by = maker.step("leave").await?;
    match maker
        .ctx
        .app
        .change(by, Change::GroupLeave { group, guild })
        .await
    {
        Ok(_) => Ok(true),
        Err(ChangeRefusal::Unknown { .. }) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// The local groups that a guild is in, and those that it made, by name.
pub(crate) async fn local_of(ctx: &Context, guild: &Guild) -> Result<Vec<Group>, StoreError> {
    let mut groups = ctx.app.store().groups().await?;
    groups.retain(|group| {
        let is_near = guild.groups.contains(&group.id) || group.owner == Some(guild.id);
        group.kind == GroupKind::Local && is_near
    });
    groups.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(groups)
}

/// The guilds in which a group's currencies can be used now.
pub(crate) async fn members_of(ctx: &Context, group: GroupId) -> Result<Vec<Guild>, StoreError> {
    let mut guilds = ctx.app.store().guilds().await?;
    guilds.retain(|guild| guild.present && guild.groups.contains(&group));
    Ok(guilds)
}
