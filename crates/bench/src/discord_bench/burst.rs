//! So many reactions in one second, while others use commands.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fake_discord::{MessageId, UserId};

use super::{Plan, town::Town};
use crate::rows::{Rows, ms};

/// Each of them reacts to every message.
const REACTORS: usize = 100;
const SECOND: Duration = Duration::from_secs(1);
/// A command that only touches the ledger is answered within this.
const ANSWERED_MS: f64 = 1_000.0;

pub(super) async fn measure(plan: &Plan, rows: &mut Rows) -> Result<()> {
    let messages = plan.reactions.div_ceil(REACTORS);
    let (mut town, people) = Town::new(plan, "burst", REACTORS + 10).await?;
    town.start();
    town.settled().await?;
    town.make_currency("gold").await?;
    let (reactors, others) = people.split_at(REACTORS);
    let author = *others.first().context("people")?;
    for payer in others {
        let options = [("user", (*payer).into()), ("amount", "1000".into())];
        town.types(town.guild.owner(), "mint", &options).await?;
    }
    let posts = (0..messages)
        .map(|number| {
            let text = format!("post {number}");
            town.fake.post_message(author, town.guild.channel(), &text)
        })
        .collect::<Result<Vec<MessageId>, _>>()?;
    let before = supply(&town).await?;
    let total = i128::try_from(posts.len() * reactors.len())?;

    let town = Arc::new(town);
    let stop = Arc::new(AtomicBool::new(false));
    let commands = tokio::spawn(use_commands(
        Arc::clone(&town),
        others.to_vec(),
        Arc::clone(&stop),
    ));
    let started = Instant::now();
    let load = react(Arc::clone(&town), posts, reactors.to_vec());
    tokio::task::spawn_blocking(load).await??;
    let reacted = started.elapsed();
    while supply(&town).await? - before < total {
        ensure!(
            started.elapsed() < Duration::from_secs(120),
            "the reactions are never counted"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let counted = started.elapsed();
    stop.store(true, Ordering::Relaxed);
    let latencies = commands.await??;
    // Whatever came late or twice would show by now.
    tokio::time::sleep(SECOND).await;
    let minted = supply(&town).await? - before;
    ensure!(
        minted == total,
        "{minted} were minted for {total} reactions"
    );

    rows.add("reactions", total as f64, "");
    rows.add("reactions: made in", ms(reacted), "ms");
    rows.add(
        "reactions: all counted once, after the first",
        ms(counted),
        "ms",
    );
    let behind = counted.saturating_sub(reacted);
    rows.add(
        "reactions: all counted once, after the last",
        ms(behind),
        "ms",
    );
    let [wallet, transfer] = latencies;
    rows.add_latencies("/wallet meanwhile", wallet, Some(ANSWERED_MS));
    rows.add_latencies("/transfer meanwhile", transfer, Some(ANSWERED_MS));
    let town = Arc::into_inner(town).context("somebody is still in the town")?;
    town.end().await
}

async fn supply(town: &Town) -> Result<i128> {
    let supply = town.app.store().supply().await?;
    Ok(supply.iter().map(|supply| supply.issued).sum())
}

/// Spread over a second.
fn react(
    town: Arc<Town>,
    posts: Vec<MessageId>,
    reactors: Vec<UserId>,
) -> impl FnOnce() -> Result<()> + Send {
    move || {
        let emoji = town.guild.emoji_named("gold").context("the emoji")?;
        let count = u32::try_from(posts.len() * reactors.len())?;
        let (started, apart) = (Instant::now(), SECOND / count.max(1));
        let mut number = 0;
        for reactor in &reactors {
            for post in &posts {
                let due = started + apart * number;
                let early = due.saturating_duration_since(Instant::now());
                if early > Duration::from_millis(1) {
                    std::thread::sleep(early);
                }
                town.fake
                    .react(*reactor, town.guild.channel(), *post, emoji)?;
                number += 1;
            }
        }
        Ok(())
    }
}

/// One after the other, and in the end at least a few.
async fn use_commands(
    town: Arc<Town>,
    people: Vec<UserId>,
    stop: Arc<AtomicBool>,
) -> Result<[Vec<Duration>; 2]> {
    let mut latencies = [Vec::new(), Vec::new()];
    let mut turn = people.iter().zip(people.iter().skip(1)).cycle();
    while !stop.load(Ordering::Relaxed) {
        let (payer, other) = turn.next().context("people")?;
        let (post, took) = town.types(*payer, "wallet", &[]).await?;
        ensure!(post.says("gold"), "{post}");
        latencies[0].push(took);
        let options = [("user", (*other).into()), ("amount", "1".into())];
        let (post, took) = town.types(*payer, "transfer", &options).await?;
        ensure!(post.says("paid"), "{post}");
        latencies[1].push(took);
    }
    Ok(latencies)
}
