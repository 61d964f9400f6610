//! `/set_nickname [nickname]`

use std::time::Duration;

use app::{Asked, Change, ChangeRefusal, Guild, GuildEdit};
use ledger::Identity;
use tokio::time::timeout;
use twilight_http::request::AuditLogReason as _;
use twilight_model::{application::command::Command, guild::Permissions, id::Id};
use twilight_util::builder::command::StringBuilder;

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    discord_error::Answered,
    invocation::Invocation,
    place::Place,
    replies::settings as words,
    settings,
    troubles::{self, Part},
};

/// What Discord takes (its documentation, "Usernames and Nicknames").
const LONGEST: u16 = 32;
/// How long Discord may take for it.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn definition() -> Command {
    for_admins(Verb::SetNickname, "What I am called in this server")
        .option(
            StringBuilder::new("nickname", "The name; without it I have my own again")
                .max_length(LONGEST),
        )
        .build()
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let nickname = cleaned(asked.text("nickname").unwrap_or_default());
    let nickname = Some(nickname.as_str()).filter(|name| !name.is_empty());
    let length = nickname.map_or(0, |name| name.encode_utf16().count());
    if length > usize::from(LONGEST) {
        return Err(words::nickname_too_long(length));
    }
    let rights = settings::rights_now(ctx, &place.guild).await?;
    if !rights.permissions().contains(Permissions::CHANGE_NICKNAME) {
        return Err(words::nickname_not_allowed());
    }
    rename(ctx, asked, place.guild.discord, nickname)
        .await
        .map_err(words::nickname_refused)?;
    set_nickname(ctx, asked, &place.guild, nickname)
        .await
        .map_err(words::nickname_not_kept)?;
    troubles::begin_anew(ctx, place.guild.discord, &[Part::Nickname]).await;
    Ok(words::nickname_set(nickname))
}

/// Without what nobody sees, and with single spaces, as Discord itself keeps names.
fn cleaned(typed: &str) -> String {
    let visible: String = typed.chars().filter(|c| !is_unseen(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_unseen(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Discord first: what it refuses is not kept.
async fn rename(
    ctx: &Context,
    asked: &Invocation,
    guild: u64,
    nickname: Option<&str>,
) -> Result<(), Answered> {
    let guild = Id::new_checked(guild).ok_or(Answered::NOTHING)?;
    let reason = words::asked_for_by(asked.user);
    let request = async {
        ctx.http
            .update_current_member(guild)
            .nick(nickname)
            .reason(&reason)
            .await
    };
    match timeout(PATIENCE, request).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Answered::of(&error)),
        Err(_) => Err(Answered::NOTHING),
    }
}

async fn set_nickname(
    ctx: &Context,
    asked: &Invocation,
    guild: &Guild,
    nickname: Option<&str>,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/set_nickname"), actor, asked.key());
    let change = Change::GuildEdit {
        guild: guild.id,
        edit: GuildEdit::Nickname(nickname.map(str::to_owned)),
    };
    ctx.app.change(by, change).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_what_is_seen() {
        let check = |typed: &str, expect: &str| assert_eq!(cleaned(typed), expect, "{typed:?}");
        check("Bank", "Bank");
        check("  the \t bank\n", "the bank");
        check("a\u{202e}b\u{200b}c\u{0}", "abc");
        check(" \u{200b} ", "");
    }
}
