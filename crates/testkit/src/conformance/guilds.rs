//! What a Discord bot keeps and asks for.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use app::{BalancesAfter, Clock, CurrencyPicture, GuildStats, ManualClock, Member, ReactionRecord};
use economy::{Burn, Exchange, Link, Mint, ReactionKey, ReactionMint, ReactionUnmint, Transfer};
use ledger::{CurrencyId, GuildId, HolderId};
use tokio::task::JoinSet;

use super::{Opener, town::Town};
use crate::{
    commands::Dice,
    world::{World, amount},
};

const START_MS: i64 = 1_800_000_000_000;
const PICTURE_BYTES_MAX: usize = 256 * 1024;

fn picture(media_type: &str, bytes: Vec<u8>) -> CurrencyPicture {
    let media_type = media_type.into();
    CurrencyPicture { media_type, bytes }
}

async fn picture_now(world: &World, currency: CurrencyId) -> Option<CurrencyPicture> {
    let picture = world.store().picture(currency).await;
    picture.expect("the store answers")
}

pub(super) async fn a_currency_has_one_picture(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        ..
    } = town;
    let store = world.store();
    assert_eq!(picture_now(world, tea.id).await, None);
    let whole: Vec<u8> = (0..=u8::MAX).cycle().take(PICTURE_BYTES_MAX).collect();
    for kept in [
        picture("image/png", vec![0, 255, 39, 92]),
        picture("image/gif", whole.clone()),
        picture("image/webp", vec![]),
        picture("image/gif", whole.clone()),
    ] {
        let put = store.picture_put(tea.id, kept.clone()).await;
        put.expect("the store answers");
        assert_eq!(picture_now(world, tea.id).await, Some(kept));
    }
    assert_eq!(picture_now(world, jam.id).await, None);

    let too_large = picture("image/png", vec![7; PICTURE_BYTES_MAX + 1]);
    assert!(store.picture_put(tea.id, too_large).await.is_err());
    let nobodys = CurrencyId::new(5).expect("a good id");
    let small = picture("image/png", vec![7]);
    assert!(store.picture_put(nobodys, small).await.is_err());
    assert_eq!(picture_now(world, nobodys).await, None);
    let kept = Some(picture("image/gif", whole));
    assert_eq!(picture_now(world, tea.id).await, kept);
    assert_eq!(picture_now(world, jam.id).await, None);
    town.end().await;
}

pub(super) async fn reactions_are_found_by_their_time(opener: Arc<dyn Opener>) {
    let clock = Arc::new(ManualClock::at(START_MS));
    let town = Town::open_at(&opener, Arc::clone(&clock) as Arc<dyn Clock>).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let (tea, jam) = (tea.id, jam.id);
    let react = async |at_ms: i64, message: u64, reactor, author, currency| {
        clock.set(START_MS + at_ms);
        let key = ReactionKey {
            message,
            reactor,
            currency,
        };
        world.done(ReactionMint { key, author }).await;
        let minted_ms = START_MS + at_ms;
        let record = ReactionRecord {
            reactor,
            author,
            currency,
            minted_ms,
        };
        (key, record)
    };
    let (_, first) = react(10_000, 1_400_000_000_000_000_000, alice, bob, tea).await;
    let (taken_back, second) = react(20_000, 2, bob, alice, tea).await;
    let (_, third) = react(20_000, 1, alice, bob, jam).await;
    let (_, last) = react(30_000, 1, alice, bob, tea).await;
    world.done(ReactionUnmint { key: taken_back }).await;
    let check = async |currencies: &[CurrencyId], since_ms: i64, expect: &[ReactionRecord]| {
        let found = world.store().reactions_since(currencies.to_vec(), since_ms);
        assert_eq!(found.await.expect("the store answers"), expect);
    };
    check(&[tea, jam], 0, &[first, second, third, last]).await;
    check(&[jam, tea], i64::MIN, &[first, second, third, last]).await;
    let after = |ms: i64| START_MS + ms;
    check(&[tea], after(10_000), &[first, second, last]).await;
    check(&[tea], after(10_001), &[second, last]).await;
    check(&[jam], after(20_000), &[third]).await;
    check(&[jam], after(20_001), &[]).await;
    check(&[tea, jam], after(30_001), &[]).await;
    check(&[], 0, &[]).await;
    town.end().await;
}

async fn after(
    world: &World,
    cursor: i64,
    currencies: &[CurrencyId],
    limit: usize,
) -> BalancesAfter {
    let after = world
        .store()
        .balances_after(cursor, currencies.to_vec(), limit);
    after.await.expect("the store answers")
}

async fn stats(world: &World, guild: GuildId, currencies: &[CurrencyId]) -> GuildStats {
    let stats = world.store().guild_stats(guild, currencies.to_vec()).await;
    stats.expect("the store answers")
}

/// A guild whose members are the people whom Discord knows by the ids from 1 on.
async fn guild_of(world: &World, members: u64) -> GuildId {
    let guild = world.store().guild_ensure(900, "Kettle".into()).await;
    let guild = guild.expect("the store answers").id;
    for discord in 1..=members {
        let member = Member {
            discord,
            bot: false,
            name: format!("person {discord}"),
        };
        let joined = world.store().member_joined(guild, member).await;
        joined.expect("the store answers");
    }
    guild
}

pub(super) async fn balances_after_a_cursor_are_in_their_order(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        alice,
        bob,
    } = town;
    let guild = guild_of(world, 2).await;
    let both = [tea.id, jam.id];
    let empty = stats(world, guild, &both).await;
    assert_eq!((empty.cursor, empty.links), (0, 0));
    let check = async |cursor, currencies: &[CurrencyId], limit, expect: &[_], more| {
        let found = after(world, cursor, currencies, limit).await;
        let balances = found.balances.iter();
        let balances: Vec<_> = balances
            .map(|(holder, currency, balance)| (*holder, *currency, balance.get()))
            .collect();
        assert_eq!((balances.as_slice(), found.more), (expect, more));
        assert_eq!((found.linked, found.links), (false, 0));
        found.cursor
    };
    assert_eq!(check(0, &both, 10, &[], false).await, 0);
    world.give(alice, tea, 10).await;
    let mid = stats(world, guild, &both).await.cursor;
    let (from, to, currency) = (alice, bob, tea.id);
    world
        .done(Transfer {
            from,
            to,
            currency,
            amount: amount(4),
        })
        .await;
    world
        .done(Exchange {
            holder: alice,
            from: tea.id,
            to: jam.id,
            amount: amount(6),
            quoted: None,
        })
        .await;
    let last = stats(world, guild, &both).await.cursor;
    let given = (alice, tea.id, 10);
    let (paid, got) = ((alice, tea.id, 6), (bob, tea.id, 4));
    let (gave, bought) = ((alice, tea.id, 0), (alice, jam.id, 9));
    let all = [given, paid, got, gave, bought];
    assert_eq!(check(0, &both, 5, &all, false).await, last);
    assert_eq!(check(0, &both, 4, &all, true).await, last);
    assert_eq!(check(0, &both, usize::MAX, &all, false).await, last);
    assert_eq!(check(0, &both, 1, &all[..1], true).await, mid);
    assert_eq!(check(mid, &both, 10, &all[1..], false).await, last);
    assert_eq!(check(mid, &[tea.id], 10, &all[1..4], false).await, last);
    assert_eq!(check(mid, &[jam.id], 10, &all[4..], false).await, last);
    // What is not asked for is looked at too.
    assert_eq!(check(mid, &[], 3, &[], true).await, last);
    assert_eq!(check(mid, &both, 0, &[], true).await, mid);
    assert_eq!(check(last, &both, 10, &[], false).await, last);
    let nobodys = CurrencyId::new(5).expect("a good id");
    assert_eq!(check(0, &[nobodys], 10, &[], false).await, last);
    town.end().await;
}

pub(super) async fn links_are_told_after_a_cursor(opener: Arc<dyn Opener>) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        alice,
        bob,
        ..
    } = town;
    let guild = guild_of(world, 3).await;
    let currencies = [tea.id];
    world.give(alice, tea, 10).await;
    world.give(bob, tea, 1).await;
    let before = stats(world, guild, &currencies).await;
    let link = |from, into| Link {
        from,
        into,
        probe: tea.id,
    };
    world.done(link(alice, bob)).await;
    let found = after(world, before.cursor, &currencies, 10).await;
    assert_eq!((found.linked, found.links, before.links), (true, 1, 0));
    assert_eq!(found.balances.len(), 2, "of both, once");
    let now = stats(world, guild, &currencies).await;
    assert_eq!((now.cursor, now.links), (found.cursor, 1));
    assert_eq!(now.members[0].1, now.members[1].1, "one holder");
    assert_eq!(now.wallets, [(bob, tea.id, amount(11))]);

    // Somebody without anything becomes another without a transfer.
    let carol = world.person(3).await;
    let linked = world.done(link(carol, bob)).await;
    assert_eq!(linked.transaction, None);
    let found = after(world, now.cursor, &currencies, 10).await;
    assert_eq!((found.linked, found.links), (false, 2));
    assert_eq!(found.cursor, now.cursor);
    let now = stats(world, guild, &currencies).await;
    assert_eq!((now.cursor, now.links), (found.cursor, 2));
    assert!(now.members.iter().all(|(_, holder)| *holder == bob));
    world.give(bob, tea, 1).await;
    let found = after(world, now.cursor, &currencies, 10).await;
    assert_eq!((found.linked, found.links), (false, 2));
    town.end().await;
}

const MEMBERS: usize = 12;

/// What is shown of each member's wallets, kept as a bot would keep it.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    wallets: BTreeMap<(HolderId, CurrencyId), i64>,
    cursor: i64,
}

impl Kept {
    fn of(stats: &GuildStats) -> Self {
        let wallets = stats.wallets.iter();
        Self {
            wallets: wallets
                .map(|(holder, currency, amount)| ((*holder, *currency), amount.get()))
                .collect(),
            cursor: stats.cursor,
        }
    }

    /// Until exactly this transfer.
    async fn follow(&mut self, world: &World, currencies: &[CurrencyId], until: i64) {
        let mut limit = 50;
        while self.cursor < until {
            let found = after(world, self.cursor, currencies, limit).await;
            assert!(found.cursor > self.cursor, "there are newer ones");
            if found.cursor > until {
                limit = 1;
                continue;
            }
            for (holder, currency, balance) in &found.balances {
                self.wallets.insert((*holder, *currency), balance.get());
            }
            self.cursor = found.cursor;
        }
        self.wallets.retain(|_, balance| *balance > 0);
    }
}

/// While many write, figures that are kept up to date are those that are asked for anew.
pub(super) async fn old_figures_and_the_balances_after_them_are_new_figures(
    opener: Arc<dyn Opener>,
) {
    let town = Town::open(&opener).await;
    let Town {
        ref world,
        ref tea,
        ref jam,
        ..
    } = town;
    let guild = guild_of(world, MEMBERS as u64).await;
    let people: [HolderId; MEMBERS] = world.people().await;
    let currencies = [tea.id, jam.id];
    for person in people {
        world.give(person, tea, 100).await;
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..2 {
        let (world, done) = (world.clone(), Arc::clone(&done));
        readers.spawn(async move {
            let mut kept = Kept::of(&stats(&world, guild, &currencies).await);
            let mut looked = 0;
            loop {
                let last = done.load(Ordering::Acquire);
                let fresh = Kept::of(&stats(&world, guild, &currencies).await);
                kept.follow(&world, &currencies, fresh.cursor).await;
                assert_eq!(kept, fresh);
                looked += 1;
                if last {
                    return looked;
                }
            }
        });
    }
    let mut writers = JoinSet::new();
    for seed in 0..8 {
        writers.spawn(write(world.clone(), currencies, people, seed));
    }
    let moved: usize = writers.join_all().await.into_iter().sum();
    done.store(true, Ordering::Release);
    let looked: usize = readers.join_all().await.into_iter().sum();
    println!("{moved} writes, {looked} looks");
    assert!(moved > 0);
    town.end().await;
}

async fn write(
    world: World,
    [tea, jam]: [CurrencyId; 2],
    people: [HolderId; MEMBERS],
    seed: u64,
) -> usize {
    let mut dice = Dice::seeded(seed);
    let mut moved = 0;
    for _ in 0..100 {
        let (from, to) = (people[dice.below(MEMBERS)], people[dice.below(MEMBERS)]);
        let paid = amount(i64::try_from(dice.roll() % 60 + 1).expect("small"));
        let asked = match dice.below(4) {
            0 => Exchange {
                holder: from,
                from: tea,
                to: jam,
                amount: paid,
                quoted: None,
            }
            .into(),
            1 => Mint {
                to,
                currency: tea,
                amount: paid,
            }
            .into(),
            2 => Burn {
                from,
                currency: jam,
                amount: paid,
            }
            .into(),
            _ => economy::Command::from(Transfer {
                from,
                to,
                currency: tea,
                amount: paid,
            }),
        };
        moved += usize::from(world.ask(asked).await.is_ok());
    }
    moved
}
