use serde::{Deserialize, Serialize};

use crate::{GroupId, GuildId};

/// Who shares a group's currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// The one group whose currencies are the same money in every guild that joined; made by the developer.
    Global,
    /// Several guilds that share an economy; made by the guild that created it.
    Local,
    /// One guild, or one application, for itself.
    Single,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub kind: GroupKind,
    pub name: String,
    /// The guild whose admins make its currencies and rates; none for the global group and for an application's own.
    pub owner: Option<GuildId>,
}
