use std::{collections::BTreeSet, sync::Arc};

use app::{Clock, FlowQuery, ManualClock, TransactionFilter};
use economy::{Burn, HoldPlace, HoldRelease, Mint, NoteCreate, Transfer};
use ledger::{Identity, Kind, TransactionId};

use super::{Opener, town::Town, verbs::id};
use crate::{model::hold_id, world::amount};

/// 2026-01-01.
const NEW_YEAR_MS: i64 = 1_767_225_600_000;
const DAY_MS: i64 = 86_400_000;

async fn found(town: &Town, filter: TransactionFilter) -> Vec<TransactionId> {
    let found = town
        .world
        .store()
        .transactions(filter)
        .await
        .expect("the store answers");
    found.iter().map(|transaction| transaction.id).collect()
}

pub(super) async fn transactions_are_found_by_what_they_are(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let mut all = Vec::new();
    for day in 0..5 {
        clock.set(NEW_YEAR_MS + day * DAY_MS);
        all.push(id(&world.give(alice, tea, 10).await));
        all.push(id(&world.give(bob, jam, 10).await));
        let pay = Transfer {
            from: alice,
            to: bob,
            currency: tea.id,
            amount: amount(1),
        };
        all.push(id(&world.done(pay).await));
    }
    all.reverse();
    let every = |which: usize| {
        all.iter()
            .copied()
            .skip(which)
            .step_by(3)
            .collect::<Vec<_>>()
    };
    let (paid, jams, teas) = (every(0), every(1), every(2));
    let limit = 1_000;
    let filter = || TransactionFilter {
        limit,
        ..TransactionFilter::default()
    };
    assert_eq!(found(&town, filter()).await, all, "newest first");
    assert_eq!(
        found(
            &town,
            TransactionFilter {
                kind: Some(Kind::Transfer),
                ..filter()
            }
        )
        .await,
        paid
    );
    assert_eq!(
        found(
            &town,
            TransactionFilter {
                currency: Some(jam.id),
                ..filter()
            }
        )
        .await,
        jams
    );
    let hers: Vec<_> = all
        .iter()
        .copied()
        .filter(|id| !jams.contains(id))
        .collect();
    assert_eq!(
        found(
            &town,
            TransactionFilter {
                holder: Some(alice),
                ..filter()
            }
        )
        .await,
        hers
    );
    let both = TransactionFilter {
        holder: Some(bob),
        currency: Some(tea.id),
        kind: Some(Kind::Transfer),
        ..filter()
    };
    assert_eq!(found(&town, both).await, paid);
    assert!(
        found(
            &town,
            TransactionFilter {
                holder: Some(alice),
                currency: Some(jam.id),
                ..filter()
            }
        )
        .await
        .is_empty()
    );
    let days = TransactionFilter {
        from_ms: Some(NEW_YEAR_MS + DAY_MS),
        to_ms: Some(NEW_YEAR_MS + 2 * DAY_MS),
        ..filter()
    };
    assert_eq!(found(&town, days).await, all[6..12], "both ends count");
    let minted = world
        .store()
        .transaction(teas[0])
        .await
        .expect("the store answers")
        .expect("it is there");
    let site = found(
        &town,
        TransactionFilter {
            site: Some(minted.origin.site),
            ..filter()
        },
    )
    .await;
    assert!(
        teas.iter().all(|id| site.contains(id)) && !site.contains(&paid[0]),
        "the mints have their own site"
    );

    let (mut before, mut pages) = (None, Vec::new());
    loop {
        let page = found(
            &town,
            TransactionFilter {
                holder: Some(alice),
                before,
                limit: 3,
                ..TransactionFilter::default()
            },
        )
        .await;
        let Some(last) = page.last() else { break };
        before = Some(*last);
        pages.extend(page);
    }
    assert_eq!(pages, hers);
    let after = world
        .store()
        .transactions_after(teas[4].get(), 2)
        .await
        .expect("the store answers");
    assert_eq!(
        after
            .iter()
            .map(|transaction| transaction.id)
            .collect::<Vec<_>>(),
        [jams[4], paid[4]]
    );
    town.end().await;
}

pub(super) async fn histories_go_back_page_by_page(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    for minor_units in 1..=10 {
        world.give(alice, tea, minor_units).await;
        world.give(alice, jam, minor_units).await;
    }
    world
        .done(Transfer {
            from: alice,
            to: bob,
            currency: tea.id,
            amount: amount(55),
        })
        .await;
    let (mut before, mut changes) = (None, Vec::new());
    loop {
        let page = world
            .store()
            .history(alice, None, before, 4)
            .await
            .expect("the store answers");
        let Some(last) = page.last() else { break };
        before = Some(last.transfer);
        changes.extend(page.iter().map(|posting| posting.change));
    }
    let expect: Vec<i64> = std::iter::once(-55)
        .chain((1..=10).rev().flat_map(|change| [change, change]))
        .collect();
    assert_eq!(changes, expect);
    let nobody = ledger::HolderId::new(i64::MAX).expect("it is positive");
    assert!(
        world
            .store()
            .history(nobody, None, None, 5)
            .await
            .expect("the store answers")
            .is_empty()
    );
    town.end().await;
}

pub(super) async fn notes_and_holds_go_back_page_by_page(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    let currency = tea.id;
    world.give(alice, tea, 100).await;
    let (mut notes, mut holds) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let note = NoteCreate {
            sender: alice,
            recipient: Identity::discord(2),
            currency,
            amount: amount(1),
        };
        notes.push(id(&world.done(note).await).get());
        let hold = HoldPlace {
            holder: alice,
            currency,
            amount: amount(1),
            expires_ms: None,
        };
        holds.push(id(&world.done(hold).await).get());
    }
    notes.reverse();
    holds.reverse();
    let store = world.store();
    let (mut before, mut seen) = (None, Vec::new());
    while let Some(last) = {
        let page = store
            .notes_of(alice, before, 2)
            .await
            .expect("the store answers");
        seen.extend(page.iter().map(|record| record.id.get()));
        page.last().map(|record| record.id)
    } {
        before = Some(last);
    }
    assert_eq!(seen, notes);
    let (mut before, mut seen) = (None, Vec::new());
    while let Some(last) = {
        let page = store
            .holds_of(alice, before, 2)
            .await
            .expect("the store answers");
        seen.extend(page.iter().map(|record| record.id.get()));
        page.last().map(|record| record.id)
    } {
        before = Some(last);
    }
    assert_eq!(seen, holds);
    town.end().await;
}

pub(super) async fn expired_holds_are_listed(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        ..
    } = town;
    world.give(alice, tea, 100).await;
    let mut holds = Vec::new();
    for expires_ms in [Some(30), None, Some(10), Some(20)] {
        let hold = HoldPlace {
            holder: alice,
            currency: tea.id,
            amount: amount(1),
            expires_ms,
        };
        holds.push(hold_id(id(&world.done(hold).await)));
    }
    let expired = async |now_ms, limit| {
        let expired = world
            .store()
            .holds_expired(now_ms, limit)
            .await
            .expect("the store answers");
        expired
            .iter()
            .map(|record| record.id)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(expired(9, 10).await, BTreeSet::new());
    assert_eq!(expired(20, 10).await, BTreeSet::from([holds[2], holds[3]]));
    assert_eq!(expired(i64::MAX, 10).await.len(), 3);
    assert_eq!(expired(i64::MAX, 2).await.len(), 2);
    world.done(HoldRelease { hold: holds[2] }).await;
    assert_eq!(expired(20, 10).await, BTreeSet::from([holds[3]]));
    town.end().await;
}

pub(super) async fn flows_add_up_by_site_and_day(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(NEW_YEAR_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let first_day = i32::try_from(NEW_YEAR_MS / DAY_MS).expect("days are few");
    for day in 0..3 {
        clock.set(NEW_YEAR_MS + day * DAY_MS + 5);
        for to in [alice, bob] {
            world
                .done(Mint {
                    to,
                    currency: tea.id,
                    amount: amount(10 * (day + 1)),
                })
                .await;
        }
        world
            .done(Burn {
                from: alice,
                currency: tea.id,
                amount: amount(1),
            })
            .await;
        world
            .done(Transfer {
                from: alice,
                to: bob,
                currency: tea.id,
                amount: amount(2),
            })
            .await;
        world.give(alice, jam, 1_000).await;
    }
    let query = |days: std::ops::RangeInclusive<i32>| FlowQuery {
        currency: Some(tea.id),
        from_day: first_day + days.start(),
        to_day: first_day + days.end(),
        ..FlowQuery::default()
    };
    let sums = async |query: FlowQuery| {
        let flows = world.store().flows(query).await.expect("the store answers");
        let mut sums: Vec<_> = flows
            .iter()
            .map(|flow| {
                let totals = flow.totals;
                (
                    flow.day.map(|day| day - first_day),
                    flow.kind,
                    totals.transfers,
                    totals.issued,
                    totals.retired,
                    totals.moved,
                )
            })
            .collect();
        sums.sort();
        sums
    };
    assert_eq!(
        sums(query(0..=2)).await,
        [
            (None, Kind::Mint, 6, 120, 0, 0),
            (None, Kind::Burn, 3, 0, 3, 0),
            (None, Kind::Transfer, 3, 0, 0, 6)
        ]
    );
    assert_eq!(sums(query(1..=1)).await[0], (None, Kind::Mint, 2, 40, 0, 0));
    let by_day = sums(FlowQuery {
        by_day: true,
        ..query(0..=1)
    })
    .await;
    assert_eq!(by_day.len(), 6);
    assert_eq!(by_day[3], (Some(1), Kind::Mint, 2, 40, 0, 0));
    assert!(sums(query(3..=9)).await.is_empty());

    let flows = world
        .store()
        .flows(query(0..=2))
        .await
        .expect("the store answers");
    let burns = flows
        .iter()
        .find(|flow| flow.kind == Kind::Burn)
        .expect("there were burns");
    assert_eq!(
        (burns.entry.as_str(), burns.application.as_str()),
        ("cli:test", "testkit")
    );
    assert!(burns.totals.first < burns.totals.last);
    let site = FlowQuery {
        site: Some(burns.site),
        ..query(0..=2)
    };
    assert_eq!(sums(site).await, [(None, Kind::Burn, 3, 0, 3, 0)]);
    town.end().await;
}

pub(super) async fn the_richest_come_first(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world, ref tea, ..
    } = town;
    let people = world.people::<6>().await;
    for (person, minor_units) in people.into_iter().zip([5, 9, 0, 9, 1, 7]) {
        if minor_units > 0 {
            world.give(person, tea, minor_units).await;
        }
    }
    let richest = world
        .store()
        .richest(tea.id, 0, 10)
        .await
        .expect("the store answers");
    let richest: Vec<_> = richest
        .into_iter()
        .map(|(holder, balance)| (holder, balance.get()))
        .collect();
    assert_eq!(
        richest,
        [
            (people[1], 9),
            (people[3], 9),
            (people[5], 7),
            (people[0], 5),
            (people[4], 1)
        ]
    );
    let page = world
        .store()
        .richest(tea.id, 1, 2)
        .await
        .expect("the store answers");
    assert_eq!(
        page.iter().map(|(holder, _)| *holder).collect::<Vec<_>>(),
        [people[3], people[5]]
    );
    town.end().await;
}
