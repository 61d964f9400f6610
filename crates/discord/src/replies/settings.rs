//! Settings of a server, and what of them does not work.

use twilight_model::guild::Permissions;

use super::quiet;
use crate::{
    answer::Reply,
    rights::{ChannelFault, RoleFault},
    troubles::Part,
};

/// In the owner's direct messages: which server it is about stands there.
pub(crate) fn trouble_told(guild: &str, sentence: &str) -> String {
    format!(
        "In your server “{}”: {sentence}\nUntil then I leave it alone. /setup there shows whether anything else is missing, and lets me try again.",
        quiet(guild)
    )
}

/// Why something that was set up does not work.
pub(crate) fn channel_trouble(part: Part, channel: u64, fault: ChannelFault) -> String {
    let (what, command) = match part {
        Part::RepostChannel => (
            "I cannot show awarded posts in the repost channel.",
            "set_repost_channel",
        ),
        _ => (
            "I cannot write what happens into the log channel.",
            "set_log_channel",
        ),
    };
    match fault {
        ChannelFault::Gone => {
            format!("{what} It is not there any more. Choose another one with /{command}.")
        }
        ChannelFault::OtherKind => {
            format!("{what} It is no channel for messages. Choose another one with /{command}.")
        }
        ChannelFault::Lacks(lacks) => format!("{what} {}", lacks_in(channel, lacks)),
    }
}

/// `name` is the role's, if it is there.
pub(crate) fn role_trouble(name: Option<&str>, fault: &RoleFault) -> String {
    format!(
        "I cannot give the top role to the richest members. {}",
        why_not_role(name, fault)
    )
}

// What a command answers.

pub(crate) fn channel_refused(channel: u64, fault: ChannelFault) -> Reply {
    Reply::quiet(match fault {
        ChannelFault::Gone => {
            "I do not see that channel in this server. Nothing was changed. Choose another one."
                .into()
        }
        ChannelFault::OtherKind => format!(
            "<#{channel}> is no channel for messages. Nothing was changed. Choose a text or announcement channel."
        ),
        ChannelFault::Lacks(lacks) => format!(
            "{} Nothing was changed; use the command again then.",
            lacks_in(channel, lacks)
        ),
    })
}

pub(crate) fn role_refused(name: Option<&str>, fault: &RoleFault) -> Reply {
    Reply::quiet(format!(
        "{} Nothing was changed; use the command again then.",
        why_not_role(name, fault)
    ))
}

pub(crate) fn discord_is_silent() -> Reply {
    Reply::quiet(
        "Discord does not tell me at the moment what I may do here. Nothing was changed. Try again in a minute.",
    )
}

fn lacks_in(channel: u64, lacks: Permissions) -> String {
    format!(
        "In <#{channel}> I lack {}. Open that channel's settings, Permissions, add my role, and allow it there.",
        named(lacks)
    )
}

fn why_not_role(name: Option<&str>, fault: &RoleFault) -> String {
    let role = name.map_or_else(|| "It".to_owned(), |name| format!("“{}”", quiet(name)));
    match fault {
        RoleFault::Gone => {
            "That role is not there any more. Choose another one with /set_top_role.".into()
        }
        RoleFault::Everyone => {
            "Everybody has that role already. Choose another one with /set_top_role.".into()
        }
        RoleFault::Managed => format!(
            "{role} belongs to a bot or another integration, and nobody can give it to members. Choose another one with /set_top_role."
        ),
        RoleFault::NotAllowed => {
            "I lack “Manage Roles”. Allow it to my role in Server Settings, Roles.".into()
        }
        RoleFault::Above(Some(own)) => format!(
            "{role} does not stand below my highest role, “{own}”, and Discord lets me give only such ones. Drag “{own}” above it in Server Settings, Roles.",
            own = quiet(own)
        ),
        RoleFault::Above(None) => format!(
            "I have no role that stands above it. Give me one, and drag it above {role} in Server Settings, Roles."
        ),
    }
}

/// Permissions as Discord's own settings call them.
pub(crate) fn named(permissions: Permissions) -> String {
    let names: Vec<String> = PERMISSIONS
        .iter()
        .filter(|(permission, _)| permissions.contains(*permission))
        .map(|(_, name)| format!("“{name}”"))
        .collect();
    match names.as_slice() {
        [] => "a permission".into(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// What the bot asks for when it is invited, by the names in Discord's settings.
const PERMISSIONS: [(Permissions, &str); 10] = [
    (Permissions::VIEW_CHANNEL, "View Channels"),
    (Permissions::SEND_MESSAGES, "Send Messages"),
    (
        Permissions::SEND_MESSAGES_IN_THREADS,
        "Send Messages in Threads",
    ),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::ATTACH_FILES, "Attach Files"),
    (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    (Permissions::USE_EXTERNAL_EMOJIS, "Use External Emoji"),
    (Permissions::CHANGE_NICKNAME, "Change Nickname"),
    (Permissions::MANAGE_ROLES, "Manage Roles"),
    (Permissions::CREATE_GUILD_EXPRESSIONS, "Create Expressions"),
];
