//! Who may mint here, in words.

use economy::{MintPolicy, Minters};

use crate::answer::{List, Reply};

pub(crate) fn policy(policy: &MintPolicy, changed: bool) -> Reply {
    let title = if changed {
        "The mint policy is now"
    } else {
        "The mint policy"
    };
    Reply::list(List {
        title: title.into(),
        lines: lines(policy),
        footer: Some(
            "Give an option to change it and nothing else, or reset to begin anew. Nobody is told about a reaction that did not mint."
                .into(),
        ),
        picture: None,
    })
}

/// Of the global currencies: who may react is each guild's own business.
pub(crate) fn global_policy(policy: &MintPolicy, changed: bool) -> Reply {
    let title = if changed {
        "The mint policy of the global currencies is now"
    } else {
        "The mint policy of the global currencies"
    };
    Reply::list(List {
        title: title.into(),
        lines: limits(policy),
        footer: Some(
            "It holds in every server, beside the server's own policy. Give an option to change it and nothing else, or reset to begin anew."
                .into(),
        ),
        picture: None,
    })
}

fn lines(policy: &MintPolicy) -> Vec<String> {
    let mut lines = vec![who_reacts(policy), who_commands(policy)];
    lines.extend(limits(policy));
    lines
}

fn limits(policy: &MintPolicy) -> Vec<String> {
    vec![
        pause(policy.cooldown_secs),
        caps(policy),
        policy.message_age_max_secs.map_or_else(
            || "Messages may be of any age.".to_owned(),
            |secs| format!("Messages older than {} do not mint.", time(secs)),
        ),
        policy.account_age_min_secs.map_or_else(
            || "Accounts may be of any age.".to_owned(),
            |secs| {
                format!(
                    "Accounts younger than {} neither mint nor receive.",
                    time(secs)
                )
            },
        ),
    ]
}

pub(crate) fn who_reacts(policy: &MintPolicy) -> String {
    match (policy.who, policy.role) {
        (Minters::Everyone, _) => "Everyone may mint by reacting.".into(),
        (Minters::Role, Some(role)) => {
            format!("Who has the role <@&{role}>, or manages this server, may mint by reacting.")
        }
        (Minters::Role, None) | (Minters::Admins, _) => {
            "Only those who manage this server may mint by reacting.".into()
        }
    }
}

fn who_commands(policy: &MintPolicy) -> String {
    match policy.role {
        Some(role) => {
            format!("Who has the role <@&{role}>, or manages this server, may use /mint and /burn.")
        }
        None => "Only those who manage this server may use /mint and /burn.".into(),
    }
}

fn pause(cooldown_secs: u32) -> String {
    if cooldown_secs == 0 {
        "Reactions may follow each other at once.".into()
    } else {
        format!(
            "Between two mints of one member {} must pass.",
            time(cooldown_secs)
        )
    }
}

fn caps(policy: &MintPolicy) -> String {
    let caps = [
        (policy.daily_per_reactor, "mints at most"),
        (policy.daily_per_receiver, "receives at most"),
        (policy.daily_per_pair, "mints for the same member at most"),
    ];
    let told: Vec<String> = caps
        .iter()
        .filter_map(|(cap, what)| Some(format!("{what} {}", (*cap)?)))
        .collect();
    match told.split_last() {
        None => "There is no cap for a day.".into(),
        Some((last, [])) => format!("In a day (UTC) a member {last}."),
        Some((last, others)) => {
            format!("In a day (UTC) a member {} and {last}.", others.join(", "))
        }
    }
}

/// `90` is `1 minute 30 seconds`.
fn time(secs: u32) -> String {
    let units = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let mut left = secs;
    let mut parts = Vec::new();
    for (length, unit) in units {
        let count = left / length;
        left %= length;
        match count {
            0 => {}
            1 => parts.push(format!("1 {unit}")),
            _ => parts.push(format!("{count} {unit}s")),
        }
    }
    parts.join(" ")
}

/// `option` is its name in the command.
pub(crate) fn bad_time(option: &str, typed: &str, longest_secs: u32) -> Reply {
    Reply::quiet(format!(
        "“{}” is no time for `{option}`. Nothing was changed. Write a number with s, m, h or d, such as 30s, 5m, 1h or 7d, of at most {}, \
         or off.",
        super::quiet(typed),
        time(longest_secs)
    ))
}

pub(crate) fn role_missing() -> Reply {
    Reply::quiet(
        "Which role? Nothing was changed. Name it in the option `role`, together with `who`.",
    )
}

pub(crate) fn role_is_everyone() -> Reply {
    Reply::quiet(
        "With the role @everyone, everyone could create money with /mint. Nothing was changed. Choose another role; `reset` takes the one \
         that is set away.",
    )
}

pub(crate) fn only_for_minters(role: Option<u64>) -> Reply {
    Reply::quiet(match role {
        Some(role) => format!(
            "Only those who have the role <@&{role}>, or may manage this server, can do that. Ask one of those who manage it for the role."
        ),
        None => "Only those who may manage this server can do that. Ask one of them; they can let a role do it with /mint_policy.".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        let check = |secs: u32, expect: &str| assert_eq!(time(secs), expect, "{secs}");
        check(1, "1 second");
        check(90, "1 minute 30 seconds");
        check(7 * 86_400, "7 days");
        check(3_600, "1 hour");
    }

    #[test]
    fn caps_in_words() {
        let check = |reactor, receiver, pair, expect: &str| {
            let policy = MintPolicy {
                daily_per_reactor: reactor,
                daily_per_receiver: receiver,
                daily_per_pair: pair,
                ..MintPolicy::default()
            };
            assert_eq!(caps(&policy), expect);
        };
        check(None, None, None, "There is no cap for a day.");
        check(
            Some(3),
            None,
            None,
            "In a day (UTC) a member mints at most 3.",
        );
        check(
            Some(3),
            Some(5),
            Some(2),
            "In a day (UTC) a member mints at most 3, receives at most 5 and mints for the same member at most 2.",
        );
    }
}
