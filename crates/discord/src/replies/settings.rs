//! Settings of a server, and what of them does not work.

use app::ChangeRefusal;
use twilight_model::guild::Permissions;

use super::quiet;
use crate::{
    answer::Reply,
    currencies::Shown,
    discord_error::Answered,
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

/// In the server, where everybody may read it.
pub(crate) fn trouble_told_here(sentence: &str) -> String {
    format!(
        "For those who manage this server: {sentence}\nUntil then I leave it alone. /setup shows whether anything else is missing, and lets me try again."
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

/// Discord refused without a reason that its roles show.
pub(crate) fn role_not_given() -> String {
    "I cannot give the top role to the richest members: Discord refuses it. Look in Server Settings, Roles, whether my role may “Manage Roles” and stands above the top role, then use /set_top_role again.".into()
}

/// For the guild's audit log.
pub(crate) const TOP_ROLE_TAKEN: &str = "no longer among the five richest members";

pub(crate) fn top_role_given(currency: &str) -> String {
    format!("among the five richest members in {currency}")
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

pub(crate) fn role_refused(name: &str, fault: &RoleFault) -> Reply {
    Reply::quiet(format!(
        "Nothing was changed. {}",
        why_not_role(Some(name), fault)
    ))
}

pub(crate) fn log_channel_set(now: Option<u64>, before: Option<u64>) -> Reply {
    Reply::quiet(match (now, before) {
        (Some(now), _) => format!(
            "Every movement of money is told in <#{now}> from now on, in one message every few seconds. Nobody is pinged."
        ),
        (None, Some(before)) => format!("Nothing is told in <#{before}> any more."),
        (None, None) => "There was no log channel. Name one in the option `channel`.".into(),
    })
}

pub(crate) fn repost_channel_set(now: Option<u64>, before: Option<u64>) -> Reply {
    Reply::quiet(match (now, before) {
        (Some(now), _) => format!(
            "Awarded posts are shown again in <#{now}> from now on. Whoever wants to give an award opens a message's menu, Apps, Award."
        ),
        (None, Some(before)) => {
            format!("Awarded posts are not shown in <#{before}> any more. Awards go on.")
        }
        (None, None) => "There was no repost channel. Name one in the option `channel`.".into(),
    })
}

pub(crate) fn top_role_set(
    now: Option<u64>,
    before: Option<u64>,
    primary: Option<&Shown>,
) -> Reply {
    Reply::quiet(match (now, before, primary) {
        (Some(now), _, Some(primary)) => format!(
            "The five richest members in {primary} get <@&{now}> within a minute, and lose it when others are richer. Who is on /top counts."
        ),
        (Some(now), _, None) => format!(
            "The five richest members get <@&{now}> as soon as this server has a primary currency: make one with /set_currency_emoji."
        ),
        (None, Some(before), _) => format!(
            "Nobody gets <@&{before}> for being rich any more. Those who had it from me lose it within a minute."
        ),
        (None, None, _) => "There was no top role. Name one in the option `role`.".into(),
    })
}

pub(crate) fn nickname_set(nickname: Option<&str>) -> Reply {
    Reply::quiet(match nickname {
        Some(nickname) => format!("I am called “{}” in this server now.", quiet(nickname)),
        None => "I have my own name again in this server.".into(),
    })
}

pub(crate) fn nickname_too_long(length: usize) -> Reply {
    Reply::quiet(format!(
        "A nickname has at most 32 characters, and this one counts as {length}: an emoji counts for several. Choose a shorter one."
    ))
}

pub(crate) fn nickname_not_allowed() -> Reply {
    Reply::quiet(
        "I lack “Change Nickname”. Nothing was changed. Allow it to my role in Server Settings, Roles, and use the command again then.",
    )
}

pub(crate) fn nickname_refused(answered: Answered) -> Reply {
    match answered.status {
        Some(403) => nickname_not_allowed(),
        Some(400) => Reply::quiet(
            "Discord does not take this nickname. Nothing was changed. Choose another one.",
        ),
        _ => Reply::quiet(
            "Discord did not take the nickname in time. Look whether it changed, and try again in a minute.",
        ),
    }
}

pub(crate) fn nickname_not_kept(refusal: ChangeRefusal) -> Reply {
    tracing::error!(error = ?refusal, "cannot keep a nickname");
    Reply::quiet(
        "Discord took the nickname, but I could not note it down. Use the command again in a minute.",
    )
}

/// For the guild's audit log.
pub(crate) fn asked_for_by(user: u64) -> String {
    format!("asked for by user {user}")
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
