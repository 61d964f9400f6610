//! What people hear when the database fails, and that nothing happens twice or not at all.

use std::{sync::Arc, time::Duration};

use app::{Receipt, StoreError, SystemClock, WriteError};
use economy::Transfer;
use ledger::{Currency, HolderId};
use store_postgres::{Options, PostgresStore};
use testkit::{
    postgres::{Database, Server},
    proxy::{CutAt, Proxy},
    world::{World, amount},
};

/// A ledger in which alice has a thousand.
struct Town {
    world: World,
    tea: Currency,
    alice: HolderId,
    bob: HolderId,
}

async fn open(url: String) -> World {
    let options = Options::at(url)
        .deadline(Duration::from_secs(1))
        .connections(2);
    let store = PostgresStore::open(options, Arc::new(SystemClock)).await;
    World::new(store.expect("the ledger opens"), Arc::new(SystemClock)).await
}

impl Town {
    async fn at(url: String) -> Self {
        let world = open(url).await;
        let group = world.group("kitchen").await;
        let tea = world.currency(&group, "tea", 0).await;
        let [alice, bob] = world.people().await;
        world.give(alice, &tea, 1_000).await;
        Self {
            world,
            tea,
            alice,
            bob,
        }
    }

    async fn pay(&self, key: &str) -> Result<Receipt, WriteError> {
        let transfer = Transfer {
            from: self.alice,
            to: self.bob,
            currency: self.tea.id,
            amount: amount(1),
        };
        self.world
            .ask_as(self.world.asked_with(key), transfer)
            .await
    }

    /// Pays with one key until that is answered, as a caller who hears 503 does.
    async fn pay_until_answered(&self, key: &str) -> Receipt {
        const TRIES: usize = 200;
        for _ in 0..TRIES {
            match self.pay(key).await {
                Ok(receipt) => return receipt,
                Err(WriteError::Store(StoreError::Unavailable { .. } | StoreError::Unknown)) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(other) => panic!("{key}: {other:?}"),
            }
        }
        panic!("{key} was never answered")
    }

    async fn bob_has(&self) -> i64 {
        self.world.balance(self.bob, &self.tea).await
    }

    async fn end(self) {
        self.world.audited().await;
        self.world.store().close().await.expect("the store closes");
    }
}

fn is_unavailable(answer: &Result<Receipt, WriteError>) -> bool {
    matches!(
        answer,
        Err(WriteError::Store(StoreError::Unavailable { retry_after_secs })) if *retry_after_secs > 0
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_found_out() {
    let database = Database::fresh().await.expect("a database");
    let proxy = Proxy::before(&database).await.expect("a proxy");
    let town = Town::at(proxy.url(&database)).await;
    for (at, key) in [
        (CutAt::AfterCommit, "after"),
        (CutAt::BeforeCommit, "before"),
    ] {
        for round in 0..5 {
            let key = format!("{key}:{round}");
            let cut = proxy.cut(at);
            let receipt = town
                .pay(&key)
                .await
                .expect("it is found out, or done again");
            cut.await;
            assert!(!receipt.replayed, "{key} is the first answer");
            let again = town.pay(&key).await.expect("the first answer");
            assert!(again.replayed, "{key}");
            assert_eq!(again.transaction, receipt.transaction, "{key}");
        }
    }
    assert_eq!(town.bob_has().await, 10);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_through_cut_connections_pay_once_each() {
    let database = Database::fresh().await.expect("a database");
    let proxy = Proxy::before(&database).await.expect("a proxy");
    let town = Arc::new(Town::at(proxy.url(&database)).await);
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..50 {
        let town = Arc::clone(&town);
        callers.spawn(async move {
            for payment in 0..4 {
                town.pay_until_answered(&format!("{caller}:{payment}"))
                    .await;
            }
        });
    }
    let cuts = async {
        for round in 0..8 {
            let at = if round % 2 == 0 {
                CutAt::AfterCommit
            } else {
                CutAt::BeforeCommit
            };
            // Nothing may be left to commit when the callers are done.
            let _ = tokio::time::timeout(Duration::from_secs(2), proxy.cut(at)).await;
        }
    };
    tokio::join!(cuts, async {
        while callers
            .join_next()
            .await
            .transpose()
            .expect("no caller fails")
            .is_some()
        {}
    });
    // The last cut may still wait for a commit: whoever looks now goes straight to the server.
    let direct = open(database.url()).await;
    assert_eq!(direct.balance(town.bob, &town.tea).await, 200);
    direct.audited().await;
    direct.store().close().await.expect("the store closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_is_left_in_time() {
    let database = Database::fresh().await.expect("a database");
    let mut proxy = Proxy::before(&database).await.expect("a proxy");
    let town = Town::at(proxy.url(&database)).await;
    town.pay("warm").await.expect("all is well");
    proxy.freeze().await;
    let asked = tokio::time::Instant::now();
    let answer = town.pay("frozen").await;
    let waited = asked.elapsed();
    assert!(is_unavailable(&answer), "{answer:?}");
    assert!(waited < Duration::from_secs(10), "{waited:?}");
    proxy.thaw();
    town.pay_until_answered("frozen").await;
    assert_eq!(town.bob_has().await, 2);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_and_back_loses_nothing() {
    let mut server = Server::start().expect("a server");
    let database = server.database().await.expect("a database");
    let town = Town::at(database.url()).await;
    town.pay("first").await.expect("all is well");
    server.stop_hard();
    let answer = town.pay("second").await;
    assert!(is_unavailable(&answer), "{answer:?}");
    let read = town
        .world
        .store()
        .balance(ledger::AccountKey::holder(town.bob, town.tea.id))
        .await;
    assert!(
        matches!(read, Err(StoreError::Unavailable { .. })),
        "{read:?}"
    );
    server.start_again().expect("it recovers");
    town.pay_until_answered("second").await;
    assert_eq!(town.bob_has().await, 2);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_told_from_a_server_that_writes() {
    let mut server = Server::start().expect("a server");
    let database = server.database().await.expect("a database");
    let town = Town::at(database.url()).await;
    server.restart_read_only().expect("it starts as a standby");
    let answer = town.pay("standby").await;
    assert!(is_unavailable(&answer), "{answer:?}");
    assert_eq!(town.bob_has().await, 0, "reads go on");
    server.promote().await.expect("it takes writes again");
    town.pay_until_answered("standby").await;
    assert_eq!(town.bob_has().await, 1);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlocks_and_serialization_failures_are_tried_again() {
    let database = Database::fresh().await.expect("a database");
    let town = Town::at(database.url()).await;
    let side = database.connect().await.expect("a session");
    // The server fails the first two batches with each code, in the middle of their writing.
    for (code, key) in [("40P01", "deadlock"), ("40001", "serialization")] {
        let fail = format!(
            "CREATE TABLE failures (left_over int); INSERT INTO failures VALUES (2); CREATE SEQUENCE tries;
             CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('tries') <= 2 THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{code}'; END IF; RETURN NULL; END $$;
             CREATE TRIGGER fail AFTER INSERT ON transfer FOR EACH STATEMENT EXECUTE FUNCTION fail()"
        );
        side.batch_execute(&fail).await.expect("a trigger");
        let receipt = town.pay(key).await.expect("the third try goes well");
        assert!(!receipt.replayed);
        let tries = side
            .query_one("SELECT last_value FROM tries", &[])
            .await
            .expect("an answer");
        assert_eq!(tries.get::<_, i64>(0), 3, "{key}");
        side.batch_execute("DROP TRIGGER fail ON transfer; DROP FUNCTION fail; DROP SEQUENCE tries; DROP TABLE failures")
            .await
            .expect("all is as before");
    }
    assert_eq!(town.bob_has().await, 2);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_the_server_refuses_spoils_no_neighbour() {
    let database = Database::fresh().await.expect("a database");
    let town = Town::at(database.url()).await;
    let side = database.connect().await.expect("a session");
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.reason = 'poison' THEN RAISE EXCEPTION 'on purpose'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON detail FOR EACH ROW EXECUTE FUNCTION refuse()";
    side.batch_execute(refuse).await.expect("a trigger");
    let payment = |reason: Option<&str>| {
        let transfer = Transfer {
            from: town.alice,
            to: town.bob,
            currency: town.tea.id,
            amount: amount(1),
        };
        (
            town.world.asked().reason(reason.map(ToOwned::to_owned)),
            transfer.into(),
        )
    };
    let payments = vec![
        payment(None),
        payment(Some("poison")),
        payment(Some("thanks")),
    ];
    let answers = town.world.app.write_many(payments).await;
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(
        matches!(
            answers[1],
            Err(WriteError::Store(StoreError::Failed { .. }))
        ),
        "{answers:?}"
    );
    assert!(answers[2].is_ok(), "{answers:?}");
    assert_eq!(town.bob_has().await, 2);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_cannot_be_recorded_stops_no_payment() {
    let database = Database::fresh().await.expect("a database");
    let town = Town::at(database.url()).await;
    let side = database.connect().await.expect("a session");
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'on purpose'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON origin FOR EACH ROW EXECUTE FUNCTION refuse()";
    side.batch_execute(refuse).await.expect("a trigger");
    // The first payment through this verb: its origin has no row yet.
    let lost = town
        .pay("lost")
        .await
        .expect("the customer's write goes on");
    side.batch_execute("DROP TRIGGER refuse ON origin")
        .await
        .expect("all is as before");
    let found = town.pay("found").await.expect("all is well");
    let store = town.world.store();
    let origin = async |receipt: &Receipt| {
        let id = receipt.transaction.expect("money moved");
        let read = store.transaction(id).await.expect("the store answers");
        read.expect("it is there").origin
    };
    assert_eq!(origin(&lost).await.entry, "");
    assert_eq!(origin(&found).await.entry, "cli:test");
    assert_eq!(
        store
            .health()
            .await
            .expect("the store answers")
            .lost_origins,
        1
    );
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_with_no_connection_left_says_so_soon() {
    let server = Server::start().expect("a server");
    let database = server.database().await.expect("a database");
    let town = Town::at(database.url()).await;
    // Somebody holds the head: writers wait, and are told before long that they may come again.
    let mut side = database.connect().await.expect("a session");
    let holding = side.transaction().await.expect("a transaction");
    holding
        .query_one("SELECT FROM journal WHERE shard_key = 0 FOR UPDATE", &[])
        .await
        .expect("the head");
    let answer = town.pay("held").await;
    assert!(is_unavailable(&answer), "{answer:?}");
    // And the server has no session to give.
    holding.rollback().await.expect("it lets go");
    let answers = futures_util::future::join_all((0..200).map(|_| {
        let account = ledger::AccountKey::holder(town.alice, town.tea.id);
        town.world.store().balance(account)
    }));
    for answer in answers.await {
        assert!(
            matches!(
                answer,
                Ok(_)
                    | Err(StoreError::Unavailable {
                        retry_after_secs: 1
                    })
            ),
            "{answer:?}"
        );
    }
    town.pay_until_answered("held").await;
    assert_eq!(town.bob_has().await, 1);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_a_ledger_and_never_an_id() {
    let database = Database::fresh().await.expect("a database");
    let one = Town::at(database.url()).await;
    let other = Town {
        world: open(database.url()).await,
        tea: one.tea.clone(),
        alice: one.alice,
        bob: one.bob,
    };
    let mut paid = Vec::new();
    for round in 0..20 {
        let keys: Vec<String> = (0..20).map(|number| format!("{round}:{number}")).collect();
        let here =
            futures_util::future::join_all(keys.iter().map(|key| one.pay_until_answered(key)));
        let there =
            futures_util::future::join_all(keys.iter().map(|key| other.pay_until_answered(key)));
        let (here, there) = tokio::join!(here, there);
        for (here, there) in here.iter().zip(&there) {
            assert_eq!(here.transaction, there.transaction, "one key, one effect");
            paid.push(here.transaction);
        }
    }
    paid.sort_unstable();
    paid.dedup();
    assert_eq!(paid.len(), 400);
    assert_eq!(one.bob_has().await, 400);
    assert_eq!(other.bob_has().await, 400);
    one.world.store().close().await.expect("it closes");
    other.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_away_when_another_process_writes_in_between() {
    const CALLERS: usize = 100;
    let database = Database::fresh().await.expect("a database");
    let town = Arc::new(Town::at(database.url()).await);
    let other = Town {
        world: open(database.url()).await,
        tea: town.tea.clone(),
        alice: town.alice,
        bob: town.bob,
    };
    other.world.give(town.alice, &town.tea, 1_000_000).await;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (town, stop) = (Arc::clone(&town), Arc::clone(&stop));
        callers.spawn(async move {
            let mut paid = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let key = format!("{caller}:{paid}");
                match town.pay(&key).await {
                    // Of a machine that stood still for a moment this test says nothing; a head that moved gives one second.
                    Err(WriteError::Store(
                        StoreError::Unavailable {
                            retry_after_secs: 5,
                        }
                        | StoreError::Unknown,
                    )) => drop(town.pay_until_answered(&key).await),
                    answer => {
                        answer.expect("it is written, at the first or the second try");
                    }
                }
                paid += 1;
            }
            paid
        });
    }
    // Long enough that batches are prepared beside each other, and for longer than a batch that cannot be written is tried again.
    let mut paid = 0;
    for number in 0..12 {
        let so_far = town.bob_has().await;
        while town.bob_has().await < so_far + 2_000 {
            tokio::task::yield_now().await;
        }
        other.pay_until_answered(&format!("other:{number}")).await;
        paid += 1;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    while let Some(caller) = callers.join_next().await {
        paid += caller.expect("no caller fails");
    }
    assert_eq!(other.bob_has().await, paid);
    other.end().await;
}
