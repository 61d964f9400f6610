use app::{App, NoteBook, NoteKeys};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    note_keys::{self, KNOWN_AFTER, MEMO},
    trouble::Trouble,
};

/// The keys that sign bank notes; made at the first start, by one of all processes that start then.
pub(super) async fn load(
    app: &App,
    config: &Config,
    stop: &CancellationToken,
) -> Result<NoteBook, Trouble> {
    let lease = tokio::select! {
        () = stop.cancelled() => return Err(Trouble::failed("Stopped before it was ready.")),
        lease = app.alone(MEMO) => lease,
    };
    let keys = load_alone(app, config).await;
    lease.give_back().await;
    keys.map(|keys| NoteBook::new(keys, config.note_issuer.clone()))
}

async fn load_alone(app: &App, config: &Config) -> Result<NoteKeys, Trouble> {
    let kept = note_keys::read(app).await?;
    let is_new = kept.is_none();
    let (mut keys, from_ms) = match kept {
        Some(keys) => (keys, note_keys::signs_from_ms(app)),
        None => {
            let now_ms = app.clock().now_ms();
            (NoteKeys::generate(now_ms), now_ms)
        }
    };
    let before = keys.to_json();
    match &config.note_secret {
        Some(secret) => {
            let used = keys.use_hs256(secret.expose().as_bytes(), from_ms);
            used.map_err(|error| {
                Trouble::input(format!("`notes.hs256_secret` is not usable: {error}."))
            })?;
        }
        None => keys.use_ed25519(from_ms),
    }
    if is_new || *keys.to_json() != *before {
        note_keys::keep(app, &keys).await?;
    }
    Ok(keys)
}

/// Takes over what `scrip note-key rotate` did in any process, long before a new key signs.
pub(super) async fn follow(
    app: App,
    book: NoteBook,
    stop: CancellationToken,
) -> Result<(), Trouble> {
    let mut looks = tokio::time::interval(KNOWN_AFTER / 4);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            _ = looks.tick() => {}
        }
        match note_keys::read(&app).await {
            Ok(Some(keys)) if keys.list() != book.keys().list() => {
                tracing::info!(newest = keys.newest().id, "took over new note keys");
                book.renew(keys);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!("note keys cannot be looked at now: {error}"),
        }
    }
}
