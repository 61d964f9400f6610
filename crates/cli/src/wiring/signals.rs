use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::trouble::Trouble;

/// SIGTERM or SIGINT stop in order; a second one ends the process at once. Keep what is returned as long as that is wanted.
pub(crate) fn stop_on_signal(stop: CancellationToken) -> Result<JoinSet<()>, Trouble> {
    let failed = |error| Trouble::failed(format!("Signals cannot be received: {error}."));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut listening = JoinSet::new();
    listening.spawn(async move {
        for _ in 0..2 {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if stop.is_cancelled() {
                // The ledger is safe without an orderly end; only the next start takes longer.
                std::process::exit(1);
            }
            stop.cancel();
        }
    });
    Ok(listening)
}
