//! Who may do what in a guild.

use twilight_model::guild::Permissions;

/// Who may make currencies and money here, until a mint policy says otherwise.
pub(crate) const GUILD_ADMIN: Permissions = Permissions::MANAGE_GUILD;

/// Whether these are a guild admin's. Discord has compared the command's own requirement already, but admins can change that.
pub(crate) fn is_guild_admin(permissions: Permissions) -> bool {
    permissions.intersects(GUILD_ADMIN | Permissions::ADMINISTRATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(permissions: Permissions, expect: bool) {
        assert_eq!(is_guild_admin(permissions), expect, "{permissions:?}");
    }

    #[test]
    fn only_those_who_manage_the_guild_are_admins() {
        check(Permissions::empty(), false);
        check(
            Permissions::SEND_MESSAGES | Permissions::MANAGE_ROLES,
            false,
        );
        check(Permissions::MANAGE_GUILD, true);
        check(Permissions::ADMINISTRATOR, true);
    }
}
