use std::sync::Arc;

use app::{
    ApiKeySecret, Change, ChangeRefusal, Changed, CurrencyEdit, EmojiBinding, Guild, GuildEdit,
    Member, MembersSync, NewApiKey, NewCurrency, NewGroup, RateChange, Scope, Scopes,
};
use economy::{Mint, MintPolicy, Minters};
use ledger::{
    ApiKeyId, Class, CurrencyId, CurrencyName, CurrencyState, Decimals, GroupId, GroupKind,
    GuildId, HolderId, Standing, WebhookId,
};

use super::{Opener, town::Town};
use crate::world::{World, amount};

fn new_key(name: &str, secret: &ApiKeySecret) -> NewApiKey {
    let scopes = Scopes {
        actions: vec![Scope::Read, Scope::Mint],
        currencies: vec![],
        cap: Some(500),
        require_site: true,
    };
    NewApiKey {
        name: name.into(),
        scopes,
        hash: ApiKeySecret::hash(secret.expose()),
    }
}

async fn guild_now(world: &World, discord: u64) -> Guild {
    let guild = world
        .store()
        .guild_by_discord(discord)
        .await
        .expect("the store answers");
    guild.expect("it is known")
}

pub(super) async fn changes_are_made_and_read_back(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        ..
    } = town;
    let store = world.store();
    let guild = store
        .guild_ensure(900, "Kettle".into())
        .await
        .expect("the store answers");
    assert_eq!(
        (guild.groups.as_slice(), guild.present),
        ([guild.single].as_slice(), true)
    );
    let again = store
        .guild_ensure(900, "Kettle".into())
        .await
        .expect("the store answers");
    assert_eq!(again, guild);

    let shared = world
        .group_of("shared", GroupKind::Local, Some(guild.id))
        .await;
    let global = world.group_of("everywhere", GroupKind::Global, None).await;
    let owned = guild_now(world, 900).await;
    assert_eq!(
        owned.groups,
        [guild.single, shared.id],
        "who makes a group is in it"
    );
    world
        .change(Change::GroupJoin {
            group: global.id,
            guild: guild.id,
        })
        .await;
    assert_eq!(
        guild_now(world, 900).await.groups,
        [guild.single, shared.id, global.id]
    );
    let groups = store.groups().await.expect("the store answers");
    assert!(groups.contains(&shared) && groups.contains(&global));
    let coin = world.currency(&shared, "coin", 9).await;

    assert_eq!(guild.mint_policy, MintPolicy::default());
    let policy = MintPolicy {
        who: Minters::Role,
        role: Some(u64::MAX),
        cooldown_secs: 5,
        daily_per_receiver: Some(u32::MAX),
        ..MintPolicy::default()
    };
    for edit in [
        GuildEdit::Primary(coin.id),
        GuildEdit::RepostChannel(Some(5)),
        GuildEdit::LogChannel(Some(u64::MAX)),
        GuildEdit::TopRole(Some(7)),
        GuildEdit::Nickname(Some("\u{1f916} bank".into())),
        GuildEdit::MintPolicy(policy),
    ] {
        world
            .change(Change::GuildEdit {
                guild: guild.id,
                edit,
            })
            .await;
    }
    let edited = guild_now(world, 900).await;
    assert_eq!(
        (edited.primary, edited.repost_channel, edited.log_channel),
        (Some(coin.id), Some(5), Some(u64::MAX))
    );
    assert_eq!(
        (edited.top_role, edited.nickname.as_deref()),
        (Some(7), Some("\u{1f916} bank"))
    );
    assert_eq!(edited.mint_policy, policy);
    let everyone = GuildEdit::MintPolicy(MintPolicy::default());
    world
        .change(Change::GuildEdit {
            guild: guild.id,
            edit: everyone,
        })
        .await;
    assert_eq!(
        guild_now(world, 900).await.mint_policy,
        MintPolicy::default()
    );
    world
        .change(Change::GroupLeave {
            group: shared.id,
            guild: guild.id,
        })
        .await;
    let left = guild_now(world, 900).await;
    assert_eq!(
        (left.groups, left.primary),
        (vec![guild.single, global.id], None)
    );
    store
        .guild_absent(guild.id)
        .await
        .expect("the store answers");
    assert!(!guild_now(world, 900).await.present);

    let edit = CurrencyEdit {
        currency: tea.id,
        state: Some(CurrencyState::Frozen),
        symbol: Some("\u{1f375}".into()),
    };
    world.change(Change::CurrencyEdit(edit)).await;
    let currencies = store.currencies().await.expect("the store answers");
    let now = currencies
        .iter()
        .find(|currency| currency.id == tea.id)
        .expect("it is there");
    assert_eq!(
        (now.state, now.symbol.as_deref()),
        (CurrencyState::Frozen, Some("\u{1f375}"))
    );

    world.rate(tea, jam, "9/7").await;
    let rates = store.rates().await.expect("the store answers");
    assert_eq!(
        rates
            .iter()
            .map(|rate| rate.rate.to_string())
            .collect::<Vec<_>>(),
        ["9/7"]
    );
    world
        .change(Change::RateRemove {
            from: tea.id,
            to: jam.id,
        })
        .await;
    assert!(store.rates().await.expect("the store answers").is_empty());

    let binding = EmojiBinding {
        guild: guild.id,
        emoji: u64::MAX,
        name: "tea".into(),
        animated: true,
        currency: tea.id,
    };
    world.change(Change::EmojiBind(binding.clone())).await;
    assert_eq!(
        store.emojis(guild.id).await.expect("the store answers"),
        [binding]
    );
    world
        .change(Change::EmojiUnbind {
            guild: guild.id,
            emoji: u64::MAX,
        })
        .await;
    assert!(
        store
            .emojis(guild.id)
            .await
            .expect("the store answers")
            .is_empty()
    );

    let secret = ApiKeySecret::random();
    let Changed::ApiKey(key) = world
        .change(Change::ApiKeyCreate(new_key("shop", &secret)))
        .await
    else {
        panic!("a new key gives a key");
    };
    let found = store
        .api_key_by_hash(ApiKeySecret::hash(secret.expose()))
        .await
        .expect("the store answers");
    assert_eq!(found.as_ref(), Some(&key));
    assert_eq!(
        store
            .api_key_by_hash([7; 32])
            .await
            .expect("the store answers"),
        None
    );
    world.change(Change::ApiKeyRevoke { key: key.id }).await;
    let revoked = store
        .api_key(key.id)
        .await
        .expect("the store answers")
        .expect("it is known");
    assert!(revoked.revoked_ms.is_some());
    assert_eq!(
        store.api_keys().await.expect("the store answers"),
        [revoked]
    );

    let create = Change::WebhookCreate {
        url: "https://example.com/hook".into(),
        secret: "whsec_x".into(),
        currency: Some(tea.id),
    };
    let Changed::Webhook(mut hook) = world.change(create).await else {
        panic!("a new webhook gives a webhook")
    };
    assert_eq!(
        (hook.secret.as_str(), hook.currency, hook.failures),
        ("whsec_x", Some(tea.id), 0)
    );
    (hook.cursor, hook.failures, hook.retry_ms) = (77, 2, 99);
    store
        .webhook_moved(hook.clone())
        .await
        .expect("the store answers");
    assert_eq!(
        store.webhooks().await.expect("the store answers"),
        [hook.clone()]
    );
    world
        .change(Change::WebhookRemove { webhook: hook.id })
        .await;
    assert!(
        store
            .webhooks()
            .await
            .expect("the store answers")
            .is_empty()
    );
    town.end().await;
}

pub(super) async fn changes_are_refused_in_words(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        ..
    } = town;
    let store = world.store();
    let guild = store
        .guild_ensure(900, "Kettle".into())
        .await
        .expect("the store answers");
    let global = world.group_of("everywhere", GroupKind::Global, None).await;
    let coin = world.currency(&global, "coin", 0).await;
    let secret = ApiKeySecret::random();
    world
        .change(Change::ApiKeyCreate(new_key("shop", &secret)))
        .await;
    let bind = |emoji, currency| {
        Change::EmojiBind(EmojiBinding {
            guild: guild.id,
            emoji,
            name: "tea".into(),
            animated: false,
            currency,
        })
    };
    world.change(bind(1, tea.id)).await;

    let unknown = (
        GroupId::new(i64::MAX).expect("it is positive"),
        GuildId::new(i64::MAX).expect("it is positive"),
        CurrencyId::new(i64::MAX).expect("it is positive"),
        HolderId::new(i64::MAX).expect("it is positive"),
    );
    let currency = |group, name: &str| {
        Change::CurrencyCreate(NewCurrency {
            group,
            name: CurrencyName::new(name).expect("a good name"),
            symbol: None,
            decimals: Decimals::new(0).expect("none at all"),
            class: Class::Premium,
        })
    };
    let rate = |from, to| {
        Change::RateSet(RateChange {
            from,
            to,
            rate: "2".parse().expect("a rate"),
        })
    };
    let group = |kind, owner| {
        Change::GroupCreate(NewGroup {
            kind,
            name: "kitchen".into(),
            owner,
        })
    };
    let refusals = [
        (
            group(GroupKind::Single, None),
            "there is such a group already",
        ),
        (
            group(GroupKind::Global, None),
            "there is such a group already",
        ),
        (
            group(GroupKind::Local, Some(unknown.1)),
            "there is no such guild",
        ),
        (
            Change::GroupJoin {
                group: unknown.0,
                guild: guild.id,
            },
            "there is no such group",
        ),
        (
            Change::GroupJoin {
                group: global.id,
                guild: unknown.1,
            },
            "there is no such guild",
        ),
        (
            Change::GroupJoin {
                group: guild.single,
                guild: guild.id,
            },
            "there is such a membership already",
        ),
        // A single group is for its own guild or application.
        (
            Change::GroupJoin {
                group: tea.group,
                guild: guild.id,
            },
            "there is no such group",
        ),
        (
            Change::GroupLeave {
                group: global.id,
                guild: guild.id,
            },
            "there is no such membership",
        ),
        (
            Change::GroupLeave {
                group: guild.single,
                guild: guild.id,
            },
            "there is no such membership",
        ),
        (currency(unknown.0, "coin"), "there is no such group"),
        (
            currency(tea.group, "TEA"),
            "there is such a currency already",
        ),
        (
            Change::CurrencyEdit(CurrencyEdit {
                currency: unknown.2,
                state: None,
                symbol: None,
            }),
            "there is no such currency",
        ),
        (rate(tea.id, unknown.2), "there is no such currency"),
        (
            rate(tea.id, coin.id),
            "only currencies of one group can be exchanged",
        ),
        (
            Change::RateRemove {
                from: jam.id,
                to: tea.id,
            },
            "there is no such rate",
        ),
        (
            Change::StandingSet {
                holder: unknown.3,
                standing: Standing::Frozen,
            },
            "there is no such holder",
        ),
        (
            Change::StandingSet {
                holder: alice,
                standing: Standing::Merged(world.operator),
            },
            "there is no such standing",
        ),
        (
            Change::GuildEdit {
                guild: unknown.1,
                edit: GuildEdit::Nickname(None),
            },
            "there is no such guild",
        ),
        (
            Change::GuildEdit {
                guild: guild.id,
                edit: GuildEdit::Primary(tea.id),
            },
            "there is no such currency",
        ),
        (bind(1, jam.id), "there is such a emoji already"),
        (bind(2, unknown.2), "there is no such currency"),
        (
            Change::EmojiUnbind {
                guild: guild.id,
                emoji: 2,
            },
            "there is no such emoji",
        ),
        (
            Change::ApiKeyCreate(new_key("shop", &ApiKeySecret::random())),
            "there is such a API key already",
        ),
        (
            Change::ApiKeyCreate(new_key("other", &secret)),
            "there is such a API key already",
        ),
        (
            Change::ApiKeyRevoke {
                key: ApiKeyId::new(1).expect("it is positive"),
            },
            "there is no such API key",
        ),
        (
            Change::WebhookRemove {
                webhook: WebhookId::new(1).expect("it is positive"),
            },
            "there is no such webhook",
        ),
    ];
    for (change, words) in refusals {
        let said = format!("{change:?}");
        let refusal = world.try_change(change).await.expect_err(&said);
        assert_eq!(refusal.to_string(), words, "{said}");
    }
    town.end().await;
}

pub(super) async fn a_repeated_change_is_answered_as_before(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world, ref tea, ..
    } = town;
    let new = |name: &str| {
        Change::CurrencyCreate(NewCurrency {
            group: tea.group,
            name: CurrencyName::new(name).expect("a good name"),
            symbol: Some("r".into()),
            decimals: Decimals::new(9).expect("nine"),
            class: Class::Premium,
        })
    };
    let ask = |name: &str| world.app.change(world.asked_with("rum"), new(name));
    let Ok(Changed::Currency(first)) = ask("rum").await else {
        panic!("it is new")
    };
    let edit = CurrencyEdit {
        currency: first.id,
        state: Some(CurrencyState::Frozen),
        symbol: None,
    };
    world.change(Change::CurrencyEdit(edit)).await;
    let Ok(Changed::Currency(again)) = ask("rum").await else {
        panic!("it was made")
    };
    assert_eq!(again, first, "as it was answered then");
    let refusal = ask("gin").await.expect_err("another content");
    assert!(matches!(refusal, ChangeRefusal::KeyReused), "{refusal:?}");
    // A money's key and a change's key are apart only by what they do: the mint is new.
    world
        .change(Change::CurrencyEdit(CurrencyEdit {
            currency: first.id,
            state: Some(CurrencyState::Active),
            symbol: None,
        }))
        .await;
    let [alice] = world.people().await;
    world
        .done(Mint {
            to: alice,
            currency: first.id,
            amount: amount(1),
        })
        .await;
    town.end().await;
}

fn member(discord: u64) -> Member {
    Member {
        discord,
        bot: discord.is_multiple_of(10),
        name: format!("member {discord} \u{202e}"),
    }
}

pub(super) async fn members_come_in_pages(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        ..
    } = town;
    let store = world.store();
    let guild = store
        .guild_ensure(900, "Kettle".into())
        .await
        .expect("the store answers")
        .id;
    let put = async |from: u64, to: u64, pass: u32, complete: bool| {
        let members: Vec<Member> = (from..=to).map(member).collect();
        let sync = MembersSync {
            after: to,
            fetched: to,
            complete,
            pass,
        };
        store
            .members_put(guild, members, sync)
            .await
            .expect("the store answers");
        assert_eq!(guild_now(world, 900).await.sync, sync);
    };
    put(1, 1_000, 1, false).await;
    put(1_001, 1_500, 1, true).await;
    let joined = store
        .member_joined(guild, member(2_001))
        .await
        .expect("the store answers");
    assert_eq!(joined, world.person(2_001).await);
    store
        .member_left(guild, 1)
        .await
        .expect("the store answers");
    let (rich, other) = (world.person(7).await, world.person(8).await);
    world.give(rich, tea, 50).await;
    world.give(rich, jam, 5).await;
    world.give(other, tea, 1).await;
    world.give(world.person(10).await, tea, 99).await;
    world.give(world.person(1).await, tea, 99).await;
    let stats = store
        .guild_stats(guild, vec![tea.id])
        .await
        .expect("the store answers");
    assert_eq!(
        stats.members.len(),
        1_500 - 1 - 150 + 1,
        "without who left and without bots"
    );
    assert!(stats.members.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let mut wallets = stats.wallets;
    wallets.sort();
    assert_eq!(
        wallets,
        [(rich, tea.id, amount(50)), (other, tea.id, amount(1))]
    );
    assert_eq!(
        store.member(guild, 7).await.expect("the store answers"),
        Some(member(7))
    );
    assert_eq!(
        store.member(guild, 1).await.expect("the store answers"),
        None
    );
    // Who was not seen in the second pass has left.
    put(1, 20, 2, true).await;
    let stats = store
        .guild_stats(guild, vec![tea.id])
        .await
        .expect("the store answers");
    let present: Vec<u64> = stats.members.iter().map(|(discord, _)| *discord).collect();
    assert_eq!(
        present,
        (1..=20_u64)
            .filter(|discord| !discord.is_multiple_of(10))
            .chain([2_001])
            .collect::<Vec<_>>()
    );
    assert_eq!(store.guilds().await.expect("the store answers").len(), 1);
    town.end().await;
}
