use std::{collections::BTreeSet, sync::Arc};

use app::{Clock, Job, JobRetry, ManualClock, NewJob, SystemClock};
use serde_json::json;
use tokio::task::JoinSet;

use super::{Opener, town::Town};
use crate::world::World;

const START_MS: i64 = 1_800_000_000_000;

fn job(name: &str, run_at_ms: i64) -> NewJob {
    NewJob {
        kind: "mail".into(),
        name: name.into(),
        payload: json!({"to": name}),
        run_at_ms,
    }
}

async fn claim(world: &World) -> Option<Job> {
    let claimed = world
        .store()
        .job_claim(vec!["mail".into(), "other".into()], 1_000)
        .await;
    claimed.expect("the store answers")
}

pub(super) async fn jobs_are_claimed_once(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(START_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let Town { ref world, .. } = town;
    for number in 0..40 {
        for _ in 0..2 {
            world
                .store()
                .job_add(job(&format!("job {number}"), START_MS))
                .await
                .expect("the store answers");
        }
    }
    assert_eq!(
        world.store().jobs().await.expect("the store answers").len(),
        40,
        "one of each name"
    );
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let world = world.clone();
        tasks.spawn(async move { claim(&world).await });
    }
    let claimed: Vec<Job> = tasks.join_all().await.into_iter().flatten().collect();
    let names: BTreeSet<&str> = claimed.iter().map(|job| job.name.as_str()).collect();
    assert_eq!((claimed.len(), names.len()), (40, 40));
    for job in &claimed {
        assert!(
            world
                .store()
                .job_done(job.id, job.lease)
                .await
                .expect("the store answers")
        );
    }
    assert_eq!(world.store().jobs().await.expect("the store answers"), []);
    // Later, then in its order; and no other kind.
    world
        .store()
        .job_add(job("late", START_MS + 20))
        .await
        .expect("the store answers");
    world
        .store()
        .job_add(job("soon", START_MS + 10))
        .await
        .expect("the store answers");
    world
        .store()
        .job_add(NewJob {
            kind: "unasked".into(),
            ..job("soon", 0)
        })
        .await
        .expect("the store answers");
    assert_eq!(claim(world).await, None);
    clock.set(START_MS + 30);
    let next = (claim(world).await, claim(world).await, claim(world).await);
    assert_eq!(
        (
            next.0.map(|job| job.name),
            next.1.map(|job| job.name),
            next.2
        ),
        (Some("soon".into()), Some("late".into()), None)
    );
    town.end().await;
}

pub(super) async fn old_leases_end_nothing(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(START_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let Town { ref world, .. } = town;
    let store = world.store();
    store
        .job_add(job("once", START_MS))
        .await
        .expect("the store answers");
    let old = claim(world).await.expect("it is due");
    assert_eq!(
        (old.attempts, old.payload.clone()),
        (0, json!({"to": "once"}))
    );
    clock.set(START_MS + 999);
    assert_eq!(claim(world).await, None);
    assert!(
        store
            .job_progress(old.id, old.lease, json!({"page": 1}), 1_000)
            .await
            .expect("the store answers")
    );
    clock.set(START_MS + 1_998);
    assert_eq!(claim(world).await, None, "the lease was extended");
    clock.set(START_MS + 2_000);
    let new = claim(world).await.expect("the lease has ended");
    assert_eq!(
        (new.id, new.attempts, new.payload.clone()),
        (old.id, 1, json!({"page": 1}))
    );
    assert_ne!(new.lease, old.lease);
    let retry = |run_at_ms| JobRetry {
        run_at_ms,
        error: "busy".into(),
        payload: Some(json!({"page": 2})),
    };
    assert!(
        !store
            .job_progress(old.id, old.lease, json!({}), 1_000)
            .await
            .expect("the store answers")
    );
    assert!(
        !store
            .job_retry(old.id, old.lease, retry(0))
            .await
            .expect("the store answers")
    );
    assert!(
        !store
            .job_done(old.id, old.lease)
            .await
            .expect("the store answers")
    );
    assert!(
        store
            .job_retry(new.id, new.lease, retry(START_MS + 5_000))
            .await
            .expect("the store answers")
    );
    assert_eq!(claim(world).await, None);
    clock.set(START_MS + 5_000);
    let last = claim(world).await.expect("it is time again");
    assert_eq!(
        (last.error.as_deref(), last.payload.clone()),
        (Some("busy"), json!({"page": 2}))
    );
    assert!(
        store
            .job_done(last.id, last.lease)
            .await
            .expect("the store answers")
    );
    assert!(
        !store
            .job_done(last.id, last.lease)
            .await
            .expect("the store answers")
    );
    town.end().await;
}

pub(super) async fn one_process_holds_a_lease(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(START_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let store = town.world.store();
    let lease = async |name: &str, owner: &str| {
        let lease = store.lease(name.into(), owner.into(), 1_000);
        lease.await.expect("the store answers")
    };
    let drop_it = async |fence| {
        let dropped = store.lease_drop("gateway".into(), fence);
        dropped.await.expect("the store answers");
    };
    let first = lease("gateway", "a").await.expect("nobody has it");
    assert_eq!(lease("gateway", "b").await, None);
    clock.set(START_MS + 999);
    assert_eq!(lease("gateway", "a").await, Some(first), "extended");
    clock.set(START_MS + 1_998);
    assert_eq!(lease("gateway", "b").await, None, "it was extended");
    assert!(lease("other", "b").await.is_some(), "another name");

    clock.set(START_MS + 1_999);
    let second = lease("gateway", "b").await.expect("the time is over");
    assert!(second > first);
    assert_eq!(lease("gateway", "a").await, None);
    // Who is late ends nothing.
    drop_it(first).await;
    assert_eq!(lease("gateway", "a").await, None);
    drop_it(second).await;
    let third = lease("gateway", "b").await.expect("it was given back");
    assert!(third > second);
    clock.set(START_MS + 10_000);
    let fourth = lease("gateway", "b").await.expect("its time is over");
    assert!(fourth > third, "somebody could have had it meanwhile");

    drop_it(fourth).await;
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let world = town.world.clone();
        tasks.spawn(async move {
            let lease = world
                .store()
                .lease("gateway".into(), format!("process {number}"), 1_000);
            lease.await.expect("the store answers")
        });
    }
    let taken = tasks.join_all().await.into_iter().flatten().count();
    assert_eq!(taken, 1, "whoever came first");
    town.end().await;
}

pub(super) async fn cursors_and_memos_stay(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let store = town.world.store();
    assert_eq!(
        store
            .cursor("hooks".into())
            .await
            .expect("the store answers"),
        0
    );
    store
        .cursor_set("hooks".into(), 77)
        .await
        .expect("the store answers");
    store
        .cursor_set("other".into(), 5)
        .await
        .expect("the store answers");
    store
        .cursor_set("hooks".into(), 78)
        .await
        .expect("the store answers");
    assert_eq!(
        store
            .memo("session".into())
            .await
            .expect("the store answers"),
        None
    );
    let value = json!({"resume": "wss://x", "seq": 9_007_199_254_740_993_i64});
    store
        .memo_set("session".into(), json!(1))
        .await
        .expect("the store answers");
    store
        .memo_set("session".into(), value.clone())
        .await
        .expect("the store answers");
    store
        .job_add(job("waits", i64::MAX))
        .await
        .expect("the store answers");
    store.close().await.expect("the store closes");
    let world = World::new(
        opener.open(Arc::new(SystemClock)).await,
        Arc::new(SystemClock),
    )
    .await;
    assert_eq!(
        world
            .store()
            .cursor("hooks".into())
            .await
            .expect("the store answers"),
        78
    );
    assert_eq!(
        world
            .store()
            .cursor("other".into())
            .await
            .expect("the store answers"),
        5
    );
    assert_eq!(
        world
            .store()
            .memo("session".into())
            .await
            .expect("the store answers"),
        Some(value)
    );
    assert_eq!(
        world.store().jobs().await.expect("the store answers").len(),
        1
    );
    Town { world, ..town }.end().await;
}

pub(super) async fn the_end_of_the_journal_is_told(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    let mut committed = world.store().committed();
    let mut cursor = 0;
    for minor_units in 1..=3 {
        let receipt = world.give(alice, tea, minor_units).await;
        let wanted = super::verbs::id(&receipt).get();
        committed
            .wait_for(|at| *at >= wanted)
            .await
            .expect("the store is open");
        let page = world
            .store()
            .transactions_after(cursor, 10)
            .await
            .expect("the store answers");
        assert_eq!(
            page.iter()
                .map(|transaction| transaction.id.get())
                .collect::<Vec<_>>(),
            [wanted]
        );
        cursor = wanted;
    }
    let health = world.store().health().await.expect("the store answers");
    assert_eq!(
        (
            health.writable,
            health.sequence,
            health.jobs,
            health.lost_origins
        ),
        (true, 3, 0, 0)
    );
    assert!(health.bytes > 0);
    town.end().await;
}
