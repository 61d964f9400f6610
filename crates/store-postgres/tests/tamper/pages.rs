//! A ledger of several of the audit's pages, one row of each kind changed in turn behind its back: the audit names that row.
//!
//! `SCRIP_TAMPER_TRANSFERS` says how large; some 25,000 unless said otherwise.

use std::time::Instant;

use app::Store;
use economy::{Command, Transfer};
use ledger::HolderId;
use testkit::world::{World, amount};

use super::{
    Ledger,
    audit::{case, changed_unnamed},
};

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "it prints how long an audit takes"
)]
async fn among_several_pages_the_audit_names_the_row() {
    let wanted = std::env::var("SCRIP_TAMPER_TRANSFERS").ok();
    let wanted = wanted.map_or(25_000, |text| text.parse().unwrap());
    let (ledger, world) = Ledger::with_world().await;
    fill(&world, wanted).await;
    ledger.unprotect().await;
    let started = Instant::now();
    let (tell, told) = std::sync::mpsc::channel();
    let progress = Box::new(move |done, of| tell.send((done, of)).unwrap_or_default());
    let sound = ledger.store.audit(progress).await.unwrap();
    assert_eq!(sound.findings, []);
    assert!(sound.transfers >= wanted);
    println!(
        "{} transfers audited in {:.1} s",
        sound.transfers,
        started.elapsed().as_secs_f64()
    );
    let told: Vec<(u64, u64)> = told.iter().collect();
    assert!(told.is_sorted());
    assert_eq!(told.last(), Some(&(sound.transfers, sound.transfers)));
    let mut missed = Vec::new();
    for case in [
        case("transfer", "true", "amount = amount + 1"),
        case("transfer", "sequence = 10000", "hash = hash || hash"),
        case("transfer", "sequence = 10001", "sequence = 10000"),
        case("detail", "true", "reason = 'another'"),
        case("note", "true", "amount = amount + 1"),
        case("hold", "true", "amount = amount + 1"),
        case("reaction", "true", "author = reactor"),
        case("account", "true", "balance = balance + 1"),
        case("flow", "true", "moved = 7"),
    ] {
        missed.extend(changed_unnamed(&ledger, &case).await);
    }
    assert_eq!(missed, [""; 0]);
    assert_eq!(ledger.audit().await.unwrap().head, sound.head);
}

async fn fill(world: &World, transfers: u64) {
    let group = world.group("crowd").await;
    let coin = world.currency(&group, "coin", 0).await;
    let people: [HolderId; 50] = world.people().await;
    for person in people {
        world.give(person, &coin, 1_000_000).await;
    }
    let person = |number: u64| people[usize::try_from(number % 50).unwrap()];
    for start in (0..transfers).step_by(1_000) {
        let numbers = start..transfers.min(start + 1_000);
        let writes = numbers.map(|number| {
            let command = Command::from(Transfer {
                from: person(number * 7),
                // Never the same: an odd distance of less than fifty.
                to: person(number * 7 + 1 + number % 24 * 2),
                currency: coin.id,
                amount: amount(1),
            });
            (world.asked_with(&format!("fill {number}")), command)
        });
        for answer in world.app.write_many(writes.collect()).await {
            answer.unwrap();
        }
    }
}
