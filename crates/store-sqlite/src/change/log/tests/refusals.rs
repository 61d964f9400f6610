use super::*;

#[test]
fn unknown_things_are_refused() {
    let mut town = town();
    let (guild, coin, gem, actor) = (town.guild, town.coin, town.gem, town.actor);
    let nobody = HolderId::new(5).unwrap();
    let (no_guild, no_group, no_coin) = (
        GuildId::new(5).unwrap(),
        GroupId::new(5).unwrap(),
        CurrencyId::new(5).unwrap(),
    );
    let single = guild_list(&town.world.db).unwrap()[0].single;
    let foreign = town.world.group();
    let foreign = town.world.currency(foreign, "foreign");
    let cases = [
        (group(GroupKind::Local, "League", Some(no_guild)), "guild"),
        (
            Change::GroupJoin {
                group: no_group,
                guild,
            },
            "group",
        ),
        (
            Change::GroupJoin {
                group: single,
                guild: no_guild,
            },
            "guild",
        ),
        (
            Change::GroupJoin {
                group: single,
                guild: town.other,
            },
            "group",
        ),
        (
            Change::GroupLeave {
                group: no_group,
                guild,
            },
            "group",
        ),
        (
            Change::GroupLeave {
                group: single,
                guild: no_guild,
            },
            "guild",
        ),
        (
            Change::GroupLeave {
                group: single,
                guild,
            },
            "membership",
        ),
        (
            Change::GroupLeave {
                group: single,
                guild: town.other,
            },
            "membership",
        ),
        (currency(no_group, "pearl"), "group"),
        (
            Change::CurrencyEdit(CurrencyEdit {
                currency: no_coin,
                state: None,
                symbol: None,
            }),
            "currency",
        ),
        (rate(no_coin, coin), "currency"),
        (rate(coin, no_coin), "currency"),
        (rate(coin, coin), "second currency"),
        (
            Change::RateRemove {
                from: coin,
                to: no_coin,
            },
            "currency",
        ),
        (
            Change::RateRemove {
                from: coin,
                to: gem,
            },
            "rate",
        ),
        (
            Change::StandingSet {
                holder: nobody,
                standing: Standing::Frozen,
            },
            "holder",
        ),
        (
            Change::StandingSet {
                holder: actor,
                standing: Standing::Merged(nobody),
            },
            "standing",
        ),
        (
            Change::GuildEdit {
                guild: no_guild,
                edit: GuildEdit::TopRole(None),
            },
            "guild",
        ),
        (
            Change::GuildEdit {
                guild,
                edit: GuildEdit::Primary(no_coin),
            },
            "currency",
        ),
        (
            Change::GuildEdit {
                guild,
                edit: GuildEdit::Primary(foreign),
            },
            "currency",
        ),
        (emoji(no_guild, coin), "guild"),
        (emoji(guild, no_coin), "currency"),
        (
            Change::EmojiUnbind {
                guild: no_guild,
                emoji: 1,
            },
            "guild",
        ),
        (Change::EmojiUnbind { guild, emoji: 1 }, "emoji"),
        (
            Change::ApiKeyRevoke {
                key: ApiKeyId::new(5).unwrap(),
            },
            "API key",
        ),
        (webhook("https://example.com", Some(no_coin)), "currency"),
        (
            Change::WebhookRemove {
                webhook: WebhookId::new(5).unwrap(),
            },
            "webhook",
        ),
    ];
    for (asked, what) in cases {
        town.check(&asked, &format!("there is no such {what}"));
    }
    town.actor = nobody;
    town.check(&rate(coin, gem), "there is no such holder");
}

#[test]
fn what_is_there_already_is_refused() {
    let mut town = town();
    let (guild, coin, gem) = (town.guild, town.coin, town.gem);
    let single = guild_list(&town.world.db).unwrap()[0].single;
    town.group(GroupKind::Global, "World", None);
    let league = town.group(GroupKind::Local, "League", Some(guild));
    town.done(&emoji(guild, coin));
    town.done(&api_key("shop", 1));
    town.done(&webhook("https://example.com", None));
    let cases = [
        (group(GroupKind::Global, "Another", None), "group"),
        (group(GroupKind::Local, "LEAGUE", Some(guild)), "group"),
        (
            Change::GroupJoin {
                group: league,
                guild,
            },
            "membership",
        ),
        (currency(single, "COIN"), "currency"),
        (emoji(guild, gem), "emoji"),
        (api_key("shop", 2), "API key"),
        (api_key("other", 1), "API key"),
        (webhook("https://example.com", None), "webhook"),
    ];
    for (asked, what) in cases {
        town.check(&asked, &format!("there is such a {what} already"));
    }
    town.done(&group(GroupKind::Local, "League", Some(town.other)));
    town.done(&emoji(guild, coin));
    town.done(&webhook("https://example.com", Some(coin)));
}
