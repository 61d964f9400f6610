use app::{
    CurrencyEdit, EmojiBinding, GuildEdit, NewApiKey, NewCurrency, NewGroup, RateChange, Scope,
    Scopes,
};
use economy::{MintPolicy, Minters};
use ledger::{
    ApiKeyId, Class, CurrencyId, CurrencyName, CurrencyState, Decimals, GroupId, GroupKind,
    GuildId, KeyScope, Rate, WebhookId,
};

use super::*;
use crate::{
    change::{guild_ensure, webhook_moved},
    read::{
        api_key_by_hash, currency_list, emoji_list, group_list, guild_list, rate_list,
        webhook_list, world::World,
    },
};

mod refusals;

struct Town {
    world: World,
    actor: HolderId,
    guild: GuildId,
    other: GuildId,
    coin: CurrencyId,
    gem: CurrencyId,
    asked: u32,
}

fn town() -> Town {
    let mut world = World::new();
    let actor = world.holder(1);
    let mut ids = world.ids();
    let guild = guild_ensure(&world.db, 77, "Town", &mut ids, 0).unwrap();
    let other = guild_ensure(&world.db, 78, "Village", &mut ids, 0).unwrap();
    let (coin, gem) = (
        world.currency(guild.single, "coin"),
        world.currency(guild.single, "gem"),
    );
    Town {
        world,
        actor,
        guild: guild.id,
        other: other.id,
        coin,
        gem,
        asked: 0,
    }
}

impl Town {
    fn by(&self, key: &str, content: i64) -> By {
        By {
            actor: self.actor,
            origin_ref: 0,
            key: IdempotencyKey::new(KeyScope("test"), key),
            content: ContentHash::from_bits(content),
            reason: Some("because".into()),
        }
    }

    fn ask(&mut self, by: &By, asked: &Change) -> Result<(Changed, Touched), ChangeRefusal> {
        let mut ids = self.world.ids();
        Ok(change_once(&self.world.db, by, asked, &mut ids, 1_000)?)
    }

    fn make(&mut self, asked: &Change) -> Result<(Changed, Touched), ChangeRefusal> {
        self.asked += 1;
        let by = self.by(&self.asked.to_string(), 1);
        self.ask(&by, asked)
    }

    fn done(&mut self, asked: &Change) -> Changed {
        self.make(asked).unwrap().0
    }

    fn check(&mut self, asked: &Change, refused: &str) {
        let before = self.logged();
        let refusal = self.make(asked).unwrap_err().to_string();
        assert_eq!(refusal, refused, "{asked:?}");
        assert_eq!(self.logged(), before);
    }

    fn logged(&self) -> i64 {
        self.world
            .db
            .query_row("SELECT count(*) FROM change_log", [], |row| row.get(0))
            .unwrap()
    }

    fn group(&mut self, kind: GroupKind, name: &str, owner: Option<GuildId>) -> GroupId {
        let Changed::Group(group) = self.done(&group(kind, name, owner)) else {
            panic!("a group")
        };
        group.id
    }
}

fn group(kind: GroupKind, name: &str, owner: Option<GuildId>) -> Change {
    Change::GroupCreate(NewGroup {
        kind,
        name: name.into(),
        owner,
    })
}

fn currency(group: GroupId, name: &str) -> Change {
    Change::CurrencyCreate(NewCurrency {
        group,
        name: CurrencyName::new(name).unwrap(),
        symbol: Some("¤".into()),
        decimals: Decimals::new(2).unwrap(),
        class: Class::Premium,
    })
}

fn api_key(name: &str, hash: u8) -> Change {
    let scopes = Scopes {
        actions: vec![Scope::Mint],
        currencies: vec![],
        cap: Some(5),
        require_site: true,
    };
    Change::ApiKeyCreate(NewApiKey {
        name: name.into(),
        scopes,
        hash: [hash; 32],
    })
}

fn webhook(url: &str, currency: Option<CurrencyId>) -> Change {
    Change::WebhookCreate {
        url: url.into(),
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into(),
        currency,
    }
}

fn emoji(guild: GuildId, currency: CurrencyId) -> Change {
    Change::EmojiBind(EmojiBinding {
        guild,
        emoji: 900,
        name: "coin".into(),
        animated: false,
        currency,
    })
}

fn rate(from: CurrencyId, to: CurrencyId) -> Change {
    Change::RateSet(RateChange {
        from,
        to,
        rate: Rate::new(1, 3).unwrap(),
    })
}

fn all_kinds(town: &mut Town) -> Vec<Change> {
    let (guild, coin, gem) = (town.guild, town.coin, town.gem);
    let single = guild_list(&town.world.db).unwrap()[0].single;
    vec![
        group(GroupKind::Local, "League", Some(guild)),
        currency(single, "pearl"),
        Change::CurrencyEdit(CurrencyEdit {
            currency: coin,
            state: Some(CurrencyState::Frozen),
            symbol: Some(String::new()),
        }),
        rate(coin, gem),
        Change::RateRemove {
            from: coin,
            to: gem,
        },
        Change::StandingSet {
            holder: town.actor,
            standing: Standing::Frozen,
        },
        Change::GuildEdit {
            guild,
            edit: GuildEdit::Primary(coin),
        },
        emoji(guild, coin),
        Change::EmojiUnbind { guild, emoji: 900 },
        api_key("shop", 1),
        webhook("https://example.com/hook", Some(coin)),
    ]
}

#[test]
fn a_repeated_key_is_answered_as_before() {
    let mut town = town();
    for (number, asked) in all_kinds(&mut town).iter().enumerate() {
        let by = town.by(&format!("key {number}"), 7);
        let (first, _) = town.ask(&by, asked).unwrap();
        let logged = town.logged();
        let (again, touched) = town.ask(&by, asked).unwrap();
        assert_eq!(format!("{again:?}"), format!("{first:?}"));
        assert_eq!((touched, town.logged()), (Touched::default(), logged));
        let other = town.by(&format!("key {number}"), 8);
        assert!(matches!(
            town.ask(&other, asked),
            Err(ChangeRefusal::KeyReused)
        ));
    }
}

#[test]
fn an_answer_is_that_of_its_time() {
    let mut town = town();
    let single = guild_list(&town.world.db).unwrap()[0].single;
    let by = town.by("make", 1);
    let (first, _) = town.ask(&by, &currency(single, "pearl")).unwrap();
    let Changed::Currency(made) = &first else {
        panic!("a currency")
    };
    let edit = CurrencyEdit {
        currency: made.id,
        state: Some(CurrencyState::Frozen),
        symbol: None,
    };
    town.done(&Change::CurrencyEdit(edit));
    let (again, _) = town.ask(&by, &currency(single, "pearl")).unwrap();
    assert_eq!(format!("{again:?}"), format!("{first:?}"));
}

#[test]
fn the_log_has_no_secrets() {
    let mut town = town();
    for asked in all_kinds(&mut town) {
        town.done(&asked);
    }
    let mut statement = town
        .world
        .db
        .prepare("SELECT what || answer FROM change_log")
        .unwrap();
    let logged: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(logged.len(), 11);
    for text in logged {
        assert!(
            !text.contains("whsec") && !text.contains("\"hash\"") && !text.contains("\"secret\""),
            "{text}"
        );
    }
}

#[test]
fn what_a_change_touches_is_told() {
    let mut town = town();
    for asked in all_kinds(&mut town) {
        let (_, touched) = town.make(&asked).unwrap();
        let expect = match &asked {
            Change::CurrencyCreate(_) | Change::CurrencyEdit(_) => Touched {
                currencies: true,
                ..Touched::default()
            },
            Change::RateSet(_) | Change::RateRemove { .. } => Touched {
                rates: true,
                ..Touched::default()
            },
            Change::StandingSet { holder, .. } => Touched {
                standing: Some(*holder),
                ..Touched::default()
            },
            _ => Touched::default(),
        };
        assert_eq!(touched, expect, "{asked:?}");
    }
}

#[test]
fn rates_stay_inside_a_group() {
    let mut town = town();
    let league = town.group(GroupKind::Local, "League", Some(town.guild));
    let Changed::Currency(star) = town.done(&currency(league, "star")) else {
        panic!("a currency")
    };
    assert_eq!(
        (star.symbol.as_deref(), star.decimals.get(), star.class),
        (Some("¤"), 2, Class::Premium)
    );
    assert_eq!(currency_list(&town.world.db).unwrap().last(), Some(&star));
    let (coin, gem) = (town.coin, town.gem);
    town.check(
        &rate(coin, star.id),
        "only currencies of one group can be exchanged",
    );
    town.done(&rate(coin, gem));
    let Changed::Rate(set) = town.done(&rate(coin, gem)) else {
        panic!("a rate")
    };
    assert_eq!(rate_list(&town.world.db).unwrap(), [set]);
    town.done(&Change::RateRemove {
        from: coin,
        to: gem,
    });
    assert_eq!(rate_list(&town.world.db).unwrap(), []);
}

#[test]
fn a_guild_that_leaves_a_group_uses_its_currency_no_longer() {
    let mut town = town();
    let league = town.group(GroupKind::Local, "League", Some(town.guild));
    assert_eq!(group_list(&town.world.db).unwrap().len(), 3);
    let Changed::Currency(star) = town.done(&currency(league, "star")) else {
        panic!("a currency")
    };
    let guild = town.other;
    let primary = GuildEdit::Primary(star.id);
    town.check(
        &Change::GuildEdit {
            guild,
            edit: primary.clone(),
        },
        "there is no such currency",
    );
    let Changed::Guild(joined) = town.done(&Change::GroupJoin {
        group: league,
        guild,
    }) else {
        panic!("a guild")
    };
    assert_eq!(joined.groups, [joined.single, league]);
    let Changed::Guild(edited) = town.done(&Change::GuildEdit {
        guild,
        edit: primary,
    }) else {
        panic!("a guild")
    };
    assert_eq!(edited.primary, Some(star.id));
    let Changed::Guild(left) = town.done(&Change::GroupLeave {
        group: league,
        guild,
    }) else {
        panic!("a guild")
    };
    assert_eq!((left.groups, left.primary), (vec![left.single], None));
}

#[test]
fn a_guilds_settings_are_what_was_set() {
    let mut town = town();
    let guild = town.guild;
    let policy = MintPolicy {
        who: Minters::Admins,
        account_age_min_secs: Some(86_400),
        ..MintPolicy::default()
    };
    for edit in [
        GuildEdit::RepostChannel(Some(u64::MAX)),
        GuildEdit::LogChannel(Some(2)),
        GuildEdit::TopRole(Some(3)),
        GuildEdit::Nickname(Some("Bank".into())),
        GuildEdit::LogChannel(None),
        GuildEdit::MintPolicy(policy),
    ] {
        town.done(&Change::GuildEdit { guild, edit });
    }
    let found = guild_fetch(&town.world.db, guild).unwrap().unwrap();
    assert_eq!(
        (found.repost_channel, found.log_channel, found.top_role),
        (Some(u64::MAX), None, Some(3))
    );
    assert_eq!(found.nickname.as_deref(), Some("Bank"));
    assert_eq!(found.mint_policy, policy);

    let damage = "UPDATE guild SET mint_policy = '{\"who\":\"nobody\"}'";
    town.world.db.execute(damage, []).unwrap();
    assert!(matches!(
        guild_fetch(&town.world.db, guild),
        Err(ReadError::Damaged(_))
    ));
}

#[test]
fn emojis_keys_and_webhooks_come_and_go() {
    let mut town = town();
    let (guild, coin) = (town.guild, town.coin);
    town.done(&emoji(guild, coin));
    assert_eq!(emoji_list(&town.world.db, guild).unwrap().len(), 1);
    town.done(&Change::EmojiUnbind { guild, emoji: 900 });
    assert_eq!(emoji_list(&town.world.db, guild).unwrap(), []);

    let Changed::ApiKey(key) = town.done(&api_key("shop", 3)) else {
        panic!("a key")
    };
    assert_eq!(
        api_key_by_hash(&town.world.db, &[3; 32]).unwrap(),
        Some(key.clone())
    );
    assert_eq!(api_key_by_hash(&town.world.db, &[4; 32]).unwrap(), None);
    for _ in 0..2 {
        let Changed::ApiKey(revoked) = town.done(&Change::ApiKeyRevoke { key: key.id }) else {
            panic!("a key")
        };
        assert_eq!(revoked.revoked_ms, Some(1_000));
    }

    let last = town.world.mint(town.actor, coin, 5);
    let by = town.by("webhook", 1);
    let Changed::Webhook(made) = town
        .ask(&by, &webhook("https://example.com", Some(coin)))
        .unwrap()
        .0
    else {
        panic!("a webhook")
    };
    assert_eq!((made.cursor, made.currency), (last.get(), Some(coin)));
    let moved = WebhookRecord {
        cursor: 99,
        failures: 2,
        retry_ms: 5,
        ..made.clone()
    };
    webhook_moved(&town.world.db, &moved).unwrap();
    assert_eq!(
        webhook_list(&town.world.db).unwrap(),
        std::slice::from_ref(&moved)
    );
    town.done(&Change::WebhookRemove { webhook: made.id });
    webhook_moved(&town.world.db, &moved).unwrap();
    assert_eq!(webhook_list(&town.world.db).unwrap(), []);
    let Changed::Webhook(again) = town
        .ask(&by, &webhook("https://example.com", Some(coin)))
        .unwrap()
        .0
    else {
        panic!("a webhook")
    };
    assert_eq!((again.id, again.secret.as_str()), (made.id, ""));
}

#[test]
fn a_holder_is_frozen_and_thawed_but_only_linking_merges() {
    let mut town = town();
    let holder = town.world.holder(2);
    for standing in [Standing::Frozen, Standing::Open] {
        town.done(&Change::StandingSet { holder, standing });
        assert_eq!(
            holder_standing(&town.world.db, holder).unwrap(),
            Some(standing)
        );
    }
    let sql = "UPDATE holder SET standing = 'merged', merged_into = ?1 WHERE id = ?2";
    town.world
        .db
        .execute(sql, (town.actor.get(), holder.get()))
        .unwrap();
    town.check(
        &Change::StandingSet {
            holder,
            standing: Standing::Open,
        },
        "there is no such holder",
    );
}
