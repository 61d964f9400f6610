//! `/mint_policy [who] [role] [cooldown] [daily_per_reactor] [daily_per_receiver] [daily_per_pair] [message_age] [account_age] [reset]`

use app::{Asked, Change, ChangeRefusal, GuildEdit};
use economy::{MintPolicy, Minters};
use ledger::{GuildId, Identity};
use twilight_model::application::command::{Command, CommandOption};
use twilight_util::builder::command::{
    BooleanBuilder, CommandBuilder, IntegerBuilder, RoleBuilder, StringBuilder,
};

use super::{Verb, for_admins};
use crate::{
    answer::Reply,
    context::Context,
    invocation::Invocation,
    place::Place,
    replies::{self, policy},
};

/// Counts are kept for a day.
const LONGEST_COOLDOWN_SECS: u32 = DAY_SECS;
const LONGEST_AGE_SECS: u32 = 3_650 * DAY_SECS;
const DAY_SECS: u32 = 86_400;
const LARGEST_CAP: i64 = 1_000_000;

pub(super) fn definition() -> Command {
    let definition = for_admins(Verb::MintPolicy, "Who may mint by reacting, and how much")
        .option(StringBuilder::new("who", "Whose reactions mint").choices([
            ("everyone", "everyone"),
            ("role", "role"),
            ("admins", "admins"),
        ]))
        .option(RoleBuilder::new(
            "role",
            "The role that may /mint and /burn, and react where only the role may",
        ));
    let with_limits = limit_options()
        .into_iter()
        .fold(definition, CommandBuilder::option);
    with_limits.build()
}

/// How much may be minted, whoever does it: also what the global group's policy is made of.
pub(super) fn limit_options() -> [CommandOption; 7] {
    [
        time_option(
            "cooldown",
            "How long a member waits between two mints, such as 30s, 5m or off",
        )
        .build(),
        cap_option(
            "daily_per_reactor",
            "How many a member may mint in a day (UTC); 0 for no cap",
        )
        .build(),
        cap_option(
            "daily_per_receiver",
            "How many a member may receive in a day (UTC); 0 for no cap",
        )
        .build(),
        cap_option(
            "daily_per_pair",
            "How many a member may mint for the same member in a day (UTC); 0 for no cap",
        )
        .build(),
        time_option(
            "message_age",
            "Older messages do not mint, such as 7d or off",
        )
        .build(),
        time_option(
            "account_age",
            "Younger accounts neither mint nor receive, such as 7d or off",
        )
        .build(),
        BooleanBuilder::new(
            "reset",
            "Back to how it was at first, before the other options",
        )
        .build(),
    ]
}

fn time_option(name: &str, description: &str) -> StringBuilder {
    StringBuilder::new(name, description).max_length(20)
}

fn cap_option(name: &str, description: &str) -> IntegerBuilder {
    IntegerBuilder::new(name, description)
        .min_value(0)
        .max_value(LARGEST_CAP)
}

pub(super) async fn run(ctx: &Context, asked: &Invocation) -> Result<Reply, Reply> {
    let place = Place::for_admins(ctx, asked).await?;
    let before = place.guild.mint_policy;
    let after = changed(asked, before, MintPolicy::default())?;
    if !asked.has_options() {
        return Ok(policy::policy(&before, false));
    }
    keep(ctx, asked, place.guild.id, after)
        .await
        .map_err(replies::not_changed)?;
    ctx.homes.forget(place.guild.discord);
    Ok(policy::policy(&after, true))
}

async fn keep(
    ctx: &Context,
    asked: &Invocation,
    guild: GuildId,
    policy: MintPolicy,
) -> Result<(), ChangeRefusal> {
    let actor = ctx.app.holder(Identity::discord(asked.user)).await?;
    let by = Asked::new(&ctx.entry("/mint_policy"), actor, asked.key());
    let edit = GuildEdit::MintPolicy(policy);
    ctx.app
        .change(by, Change::GuildEdit { guild, edit })
        .await
        .map(|_| ())
}

/// Options change only themselves; `reset` goes back to what it was at first.
pub(super) fn changed(
    asked: &Invocation,
    mut now: MintPolicy,
    at_first: MintPolicy,
) -> Result<MintPolicy, Reply> {
    if asked.flag("reset") == Some(true) {
        now = at_first;
    }
    if let Some(role) = asked.role("role") {
        if Some(role.id.get()) == asked.guild {
            return Err(policy::role_is_everyone());
        }
        now.role = Some(role.id.get());
    }
    match asked.text("who") {
        Some("everyone") => now.who = Minters::Everyone,
        Some("role") if now.role.is_none() => return Err(policy::role_missing()),
        Some("role") => now.who = Minters::Role,
        Some("admins") => now.who = Minters::Admins,
        _ => {}
    }
    if let Some(cooldown) = time(asked, "cooldown", LONGEST_COOLDOWN_SECS)? {
        now.cooldown_secs = cooldown.unwrap_or(0);
    }
    let caps = [
        ("daily_per_reactor", &mut now.daily_per_reactor),
        ("daily_per_receiver", &mut now.daily_per_receiver),
        ("daily_per_pair", &mut now.daily_per_pair),
    ];
    for (name, cap) in caps {
        if let Some(number) = asked.number(name) {
            *cap = u32::try_from(number).ok().filter(|number| *number > 0);
        }
    }
    if let Some(age) = time(asked, "message_age", LONGEST_AGE_SECS)? {
        now.message_age_max_secs = age;
    }
    if let Some(age) = time(asked, "account_age", LONGEST_AGE_SECS)? {
        now.account_age_min_secs = age;
    }
    Ok(now)
}

/// `None` when the option was not given, `Some(None)` when it was given as off.
fn time(asked: &Invocation, option: &str, longest_secs: u32) -> Result<Option<Option<u32>>, Reply> {
    let Some(typed) = asked.text(option) else {
        return Ok(None);
    };
    match parsed(typed) {
        Some(secs) if secs <= longest_secs => Ok(Some(Some(secs).filter(|secs| *secs > 0))),
        _ => Err(policy::bad_time(option, typed, longest_secs)),
    }
}

/// `30s`, `5m`, `1h30m`, `7d`; `off` is 0.
fn parsed(typed: &str) -> Option<u32> {
    let typed = typed.trim().to_ascii_lowercase();
    if matches!(typed.as_str(), "off" | "none" | "0") {
        return Some(0);
    }
    let mut rest = typed.as_str();
    let mut sum: u32 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        let secs = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => DAY_SECS,
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(secs)?)?;
        rest = rest[digits..].strip_prefix(unit)?.trim_start();
    }
    Some(sum).filter(|_| !typed.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_type_them() {
        let check =
            |typed: &str, expect: Option<u32>| assert_eq!(parsed(typed), expect, "{typed:?}");
        check("30s", Some(30));
        check(" 5M ", Some(300));
        check("1h30m", Some(5_400));
        check("1d 12h", Some(129_600));
        check("off", Some(0));
        check("0", Some(0));
        check("0s", Some(0));
        check("", None);
        check("90", None);
        check("s", None);
        check("-5s", None);
        check("1w", None);
        check("5é", None);
        check("99999999999s", None);
        check("99999999d", None);
    }
}
