//! Two processes with one ledger, as two stores: what both do at once is done once.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use app::{
    Change, ChangeRefusal, Clock, ManualClock, Member, MembersSync, NewCurrency, NewJob, Store,
    SystemClock,
};
use ledger::{Class, CurrencyName, Decimals, Identity, Standing};
use serde_json::json;
use store_postgres::{Options, PostgresStore};
use testkit::{
    postgres::Database,
    world::{World, amount},
};
use tokio::task::JoinSet;

/// One ledger, open twice.
struct Twice {
    database: Database,
    worlds: [World; 2],
}

impl Twice {
    async fn open() -> Self {
        let database = Database::fresh().await.unwrap();
        let open = async || {
            let options = Options::at(database.url()).connections(4);
            let clock = Arc::new(SystemClock);
            let store = PostgresStore::open(options, clock).await.unwrap();
            World::new(store as Arc<dyn Store>, Arc::new(SystemClock)).await
        };
        let worlds = [open().await, open().await];
        Self { database, worlds }
    }

    /// Has both do the same many times at once, and gives what each time had for an answer.
    async fn at_once<T, F>(&self, times: u64, ask: impl Fn(World, u64) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let mut tasks = JoinSet::new();
        for number in 0..times {
            for world in &self.worlds {
                tasks.spawn(ask(world.clone(), number));
            }
        }
        tasks.join_all().await
    }

    async fn close(self) {
        for world in &self.worlds {
            world.audited().await;
        }
        for world in &self.worlds {
            world.store().close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_and_guilds_are_made_once() {
    let twice = Twice::open().await;
    let made = twice.at_once(20, move |world: World, number| async move {
        // Overlapping, in both orders.
        let mut asked: Vec<Identity> = (1..=50)
            .map(|user| Identity::discord(number * 10 + user))
            .collect();
        if number.is_multiple_of(2) {
            asked.reverse();
        }
        let holders = world.store().holders_ensure(asked.clone()).await.unwrap();
        asked.into_iter().zip(holders).collect::<Vec<_>>()
    });
    let pairs: BTreeSet<(Identity, _)> = made.await.into_iter().flatten().collect();
    assert_eq!(pairs.len(), 240, "each identity has one holder");

    let guilds = twice.at_once(10, move |world: World, number| async move {
        let guild = world.store().guild_ensure(900, format!("Name {number}"));
        let guild = guild.await.unwrap();
        (guild.id, guild.single)
    });
    let guilds: BTreeSet<_> = guilds.await.into_iter().collect();
    assert_eq!(guilds.len(), 1);
    let world = &twice.worlds[0];
    let guild = world.store().guild_by_discord(900).await.unwrap().unwrap();
    let group = world
        .store()
        .groups()
        .await
        .unwrap()
        .into_iter()
        .find(|group| group.id == guild.single);
    assert_eq!(
        group.map(|group| group.name),
        Some(guild.name),
        "renamed together"
    );
    twice.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_of_members_meet_each_other_and_links() {
    let twice = Twice::open().await;
    let world = &twice.worlds[0];
    let group = world.group("kitchen").await;
    let tea = world.currency(&group, "tea", 0).await;
    let guild = world
        .store()
        .guild_ensure(900, "Kettle".into())
        .await
        .unwrap()
        .id;
    let into = world.person(1_000_000).await;
    let probe = tea.id;
    let answers = twice.at_once(10, move |world: World, number| async move {
        let member = |discord| Member {
            discord,
            bot: false,
            name: format!("member {discord}"),
        };
        let members: Vec<Member> = (1..=200).map(|user| member(number * 5 + user)).collect();
        let sync = MembersSync {
            pass: 1,
            ..MembersSync::default()
        };
        world
            .store()
            .members_put(guild, members, sync)
            .await
            .unwrap();
        let from = world.person(number + 1).await;
        let link = economy::Link { from, into, probe };
        // The other process may have linked them already.
        let _ = world.ask(link).await;
    });
    answers.await;
    let stats = world.store().guild_stats(guild, vec![]).await.unwrap();
    assert_eq!(stats.members.len(), 245);
    for (discord, holder) in stats.members {
        let identity = world.store().holder_by_identity(Identity::discord(discord));
        assert_eq!(
            identity.await.unwrap().unwrap().id,
            holder,
            "member {discord}"
        );
        assert_eq!(holder == into, discord <= 10, "member {discord}");
    }
    twice.close().await;
}

const GIVEN: i64 = 80;

/// Each process numbers its transfers itself: whoever follows them while both write still misses none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn balances_after_a_cursor_are_those_of_both() {
    let twice = Twice::open().await;
    let [first, second] = &twice.worlds;
    let group = first.group("kitchen").await;
    let tea = first.currency(&group, "tea", 0).await;
    let given = twice.at_once(GIVEN as u64 / 2, |world: World, number| {
        let tea = tea.clone();
        async move {
            let person = world.person(number % 5).await;
            world.give(person, &tea, 1).await.sequence
        }
    });
    let followed = async {
        let (mut newest, mut counted, mut cursor) = (BTreeMap::new(), 0, 0);
        // One that is missed is waited for in vain.
        while counted < GIVEN {
            let found = second.store().balances_after(cursor, vec![tea.id], 3);
            let found = found.await.unwrap();
            assert!(found.cursor > cursor || !found.more);
            cursor = found.cursor;
            for (holder, _, balance) in found.balances {
                newest.insert(holder, balance.get());
                counted += 1;
            }
        }
        newest
    };
    let (_, newest) = tokio::join!(given, followed);
    assert_eq!(newest.len(), 5);
    assert_eq!(newest.values().sum::<i64>(), GIVEN);
    for (holder, balance) in newest {
        assert_eq!(second.balance(holder, &tea).await, balance);
    }
    twice.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_are_made_once_and_known_to_both() {
    let twice = Twice::open().await;
    let [first, second] = &twice.worlds;
    let group = first.group("kitchen").await.id;
    let answers = twice.at_once(10, move |world: World, number| async move {
        let new = NewCurrency {
            group,
            name: CurrencyName::new(["Tea", "tea"][usize::from(number.is_multiple_of(2))]).unwrap(),
            symbol: None,
            decimals: Decimals::new(0).unwrap(),
            class: Class::Regular,
        };
        world
            .app
            .change(world.asked(), Change::CurrencyCreate(new))
            .await
    });
    let (made, refused): (Vec<_>, Vec<_>) = answers.await.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    for refusal in refused.into_iter().map(Result::unwrap_err) {
        assert!(
            matches!(refusal, ChangeRefusal::Exists { what: "currency" }),
            "{refusal:?}"
        );
    }
    // What one has in memory follows what the other changes, and what the other paid.
    let tea = second.store().currencies().await.unwrap().remove(0);
    let person = first.person(7).await;
    let one = economy::Mint {
        to: person,
        currency: tea.id,
        amount: amount(1),
    };
    for frozen in [false, true, false, true, false] {
        first.freeze(person, frozen).await;
        let record = second.store().holder(person).await.unwrap().unwrap();
        assert_eq!(record.standing == Standing::Frozen, frozen);
        for world in &twice.worlds {
            assert_eq!(world.ask(one.clone()).await.is_ok(), !frozen);
        }
        second.freeze_currency(tea.id, true).await;
        assert!(first.ask(one.clone()).await.is_err());
        second.freeze_currency(tea.id, false).await;
    }
    assert_eq!(first.balance(person, &tea).await, 6);
    twice.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn work_is_claimed_by_one_of_them() {
    let twice = Twice::open().await;
    for number in 0..40 {
        let job = NewJob {
            kind: "mail".into(),
            name: format!("job {number}"),
            payload: json!({}),
            run_at_ms: 0,
        };
        twice.worlds[0].store().job_add(job).await.unwrap();
    }
    let claimed = twice.at_once(40, move |world: World, _| async move {
        world
            .store()
            .job_claim(vec!["mail".into()], 60_000)
            .await
            .unwrap()
    });
    let claimed: Vec<_> = claimed.await.into_iter().flatten().collect();
    let names: BTreeSet<&str> = claimed.iter().map(|job| job.name.as_str()).collect();
    assert_eq!((claimed.len(), names.len()), (40, 40));
    let leases = twice.at_once(10, move |world: World, number| async move {
        let owner = format!("{number} {:p}", world.store());
        world
            .store()
            .lease("gateway".into(), owner, 60_000)
            .await
            .unwrap()
    });
    assert_eq!(leases.await.into_iter().flatten().count(), 1);
    twice.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dead_connections_are_replaced_unseen() {
    let twice = Twice::open().await;
    let world = &twice.worlds[0];
    let behind = twice.database.connect().await.unwrap();
    for round in 0..5 {
        twice
            .at_once(4, move |world: World, _| async move {
                world.store().groups().await.unwrap()
            })
            .await;
        behind
            .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", &[])
            .await
            .unwrap();
        world
            .store()
            .cursor_set("hooks".into(), round)
            .await
            .unwrap();
        assert_eq!(world.store().cursor("hooks".into()).await.unwrap(), round);
    }
    twice.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_work_of_a_lost_process_goes_on_in_another() {
    const LEASE_MS: i64 = 30_000;
    let database = Database::fresh().await.unwrap();
    let clock = Arc::new(ManualClock::at(1_800_000_000_000));
    let open = async || {
        let options = Options::at(database.url()).connections(2);
        let clock = Arc::clone(&clock) as Arc<dyn Clock>;
        PostgresStore::open(options, clock).await.unwrap()
    };
    let (lost, other) = (open().await, open().await);
    let job = NewJob {
        kind: "members".into(),
        name: "guild 7".into(),
        payload: json!({"after": 0}),
        run_at_ms: 0,
    };
    lost.job_add(job).await.unwrap();
    let kinds = || vec!["members".to_owned()];
    let claimed = lost.job_claim(kinds(), LEASE_MS).await.unwrap().unwrap();
    let half_way = json!({"after": 1_000});
    let kept = lost.job_progress(claimed.id, claimed.lease, half_way.clone(), LEASE_MS);
    assert!(kept.await.unwrap());
    let alone = lost.lease("shard 0".into(), "lost".into(), LEASE_MS);
    let fence = alone.await.unwrap().unwrap();

    // It hangs. Until its time is over nobody else may have what it has.
    clock.set(clock.now_ms() + LEASE_MS - 1);
    assert_eq!(other.job_claim(kinds(), LEASE_MS).await.unwrap(), None);
    let taken = other.lease("shard 0".into(), "other".into(), LEASE_MS);
    assert_eq!(taken.await.unwrap(), None);

    clock.set(clock.now_ms() + 1);
    let gone_on = other.job_claim(kinds(), LEASE_MS).await.unwrap().unwrap();
    assert_eq!(
        gone_on.payload, half_way,
        "it goes on where the other stood"
    );
    let taken = other.lease("shard 0".into(), "other".into(), LEASE_MS);
    assert!(taken.await.unwrap().unwrap() > fence);

    // The one that was lost wakes up, and can end nothing any more.
    assert!(!lost.job_done(claimed.id, claimed.lease).await.unwrap());
    let late = lost.job_progress(claimed.id, claimed.lease, json!({"after": 5}), LEASE_MS);
    assert!(!late.await.unwrap());
    assert!(other.job_done(gone_on.id, gone_on.lease).await.unwrap());
    for store in [lost, other] {
        store.close().await.unwrap();
    }
}
