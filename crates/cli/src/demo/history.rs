//! Ninety days that never were, through the same verbs as every real one.

use std::sync::Arc;

use app::{Clock, ManualClock, SystemClock};
use rand::{RngExt as _, SeedableRng, rngs::StdRng};

use super::{
    cast::Cast,
    flyers::{self, Flyers},
    people,
    players::Players,
    quests, shop,
    story::{Scene, Story},
};
use crate::{
    config::Config,
    ledger_file::{self, OpenLedger},
    reach::Need,
    replies, screen,
    trouble::Trouble,
};

const DAYS: i64 = 90;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The game is new.
const GAME_DAYS: i64 = 14;

/// Between two things that happen by day, on average, at the end of the ninety days.
const GAP_MS: i64 = 30 * 60_000;

/// Memory that looks like a folder: thousands of durable commits in a row are made where none waits for a disk, and then copied.
const MEMORY: &str = "/dev/shm";

/// Writes the history; gives what is to be said of it.
pub(super) async fn make(
    config: &Config,
    cast: &Cast,
    players: &Players,
    seed: u64,
) -> Result<String, Trouble> {
    let Ok(workshop) = tempfile::Builder::new()
        .prefix("scrip-demo-")
        .tempdir_in(MEMORY)
    else {
        let (ledger, told) = write(config, cast, players, seed).await?;
        ledger.close().await?;
        return Ok(told);
    };
    let mut beside = config.clone();
    beside.data_dir = workshop.path().to_owned();
    let (ledger, told) = write(&beside, cast, players, seed).await?;
    ledger_file::make_private(&config.data_dir)?;
    let copied = ledger
        .store
        .backup(ledger_file::path(&config.data_dir))
        .await;
    ledger.close().await?;
    copied.map_err(|error| replies::store_error(&error))?;
    Ok(told)
}

async fn write(
    config: &Config,
    cast: &Cast,
    players: &Players,
    seed: u64,
) -> Result<(OpenLedger, String), Trouble> {
    let now_ms = SystemClock.now_ms();
    // From midnight, so that the same seed tells the same at any hour of the day.
    let start_ms = now_ms - now_ms.rem_euclid(DAY_MS) - DAYS * DAY_MS;
    let clock = Arc::new(ManualClock::at(start_ms));
    let ledger = OpenLedger::open(
        config,
        Arc::clone(&clock) as Arc<dyn Clock>,
        Need::LedgerOrNone,
    )
    .await;
    let ledger = ledger.map_err(|why| why.or_in_use(&config.data_dir, "Name another folder."))?;
    let random = StdRng::seed_from_u64(seed);
    let mut story = Story::begin(&ledger, clock, random, cast).await?;
    let flyers = Flyers::gather(&ledger, config, players).await?;
    tell(&mut story, &flyers, start_ms, now_ms).await?;
    let (written, refused) = (story.written, story.refused);
    let told = format!(
        "{DAYS} days of history up to this minute, from seed {seed}: {written} transactions, {refused} refused."
    );
    Ok((ledger, told))
}

async fn tell(
    story: &mut Story,
    flyers: &Flyers,
    start_ms: i64,
    end_ms: i64,
) -> Result<(), Trouble> {
    let bar = screen::progress_bar("making up ninety days");
    bar.set_length(u64::try_from(DAYS).unwrap_or_default());
    let mut time_ms = start_ms;
    loop {
        time_ms += gap_ms(story, time_ms, start_ms);
        if time_ms >= end_ms {
            bar.finish_and_clear();
            return Ok(());
        }
        story.clock.set(time_ms);
        bar.set_position(u64::try_from((time_ms - start_ms) / DAY_MS).unwrap_or_default());
        let which = usize::from(story.random.random_ratio(1, 3));
        if let Some(scene) = story.scenes.get(which).cloned() {
            something(story, &scene).await?;
        }
        if time_ms > end_ms - GAME_DAYS * DAY_MS && story.random.random_ratio(1, 20) {
            flyers::fly(story, flyers).await?;
        }
    }
}

/// People sleep, and a community grows.
fn gap_ms(story: &mut Story, time_ms: i64, start_ms: i64) -> i64 {
    let hour = time_ms.rem_euclid(DAY_MS) / HOUR_MS;
    let night = if (1..7).contains(&hour) { 4 } else { 1 };
    let day = (time_ms - start_ms) / DAY_MS;
    // At first twice as long as at the end.
    let young = GAP_MS + GAP_MS * (DAYS - day) / DAYS;
    story.random.random_range(1..=young * night)
}

async fn something(story: &mut Story, scene: &Scene) -> Result<(), Trouble> {
    match story.random.random_range(0..100) {
        0..46 => people::react(story, scene).await,
        46..62 => people::pay(story, scene).await,
        62..68 => people::award(story, scene).await,
        68..74 => people::give_note(story, scene).await,
        74..78 => people::exchange(story, scene).await,
        78..81 => people::admin_decides(story, scene).await,
        81..88 => quests::finish_quest(story, scene).await,
        88..92 => quests::daily_bonus(story, scene).await,
        92..97 => shop::buy(story, scene).await,
        _ => shop::order(story, scene).await,
    }
}
