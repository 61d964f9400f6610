//! Giving an order to whichever process owns the ledger's file: this one, when nobody else does. A database is open to all.

use std::{io, path::Path, sync::Arc};

use app::SystemClock;
use tokio::sync::mpsc;

use crate::{
    config::Config,
    ledger_file::{self, NotOpen, OpenLedger},
    operator::{Ask, Order, Tell, Word},
    socket::{self, Unreachable},
    trouble::{Trouble, TroubleKind},
};

/// Whether an order makes sense for a ledger that is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Ledger,
    /// Makes a new one.
    LedgerOrNone,
}

/// # Errors
/// Why it was not done, whichever process says so.
pub(crate) async fn ask<O: Ask>(
    config: &Config,
    order: O,
    need: Need,
    hear: impl FnMut(Word) -> Result<(), Trouble>,
) -> Result<O::Report, Trouble> {
    let (tell, words) = mpsc::channel(64);
    let work = perform(config, order.into(), need, tell);
    let (answer, heard) = tokio::join!(work, listen(words, hear));
    let report = answer?;
    heard?;
    serde_json::from_value(report)
        .map_err(|error| Trouble::failed(format!("The answer is not understood: {error}.")))
}

async fn listen(
    mut words: mpsc::Receiver<Word>,
    mut hear: impl FnMut(Word) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    while let Some(word) = words.recv().await {
        hear(word)?;
    }
    Ok(())
}

async fn perform(
    config: &Config,
    order: Order,
    need: Need,
    tell: Tell,
) -> Result<serde_json::Value, Trouble> {
    match OpenLedger::open(config, Arc::new(SystemClock), need).await {
        Ok(ledger) => {
            let answer = ledger.operator(config).perform(order, &tell).await;
            let closed = ledger.close().await;
            let report = answer?;
            closed.map(|()| report)
        }
        Err(NotOpen::Trouble(trouble) | NotOpen::Away(trouble)) => Err(trouble),
        Err(NotOpen::InUse { pid }) => {
            let path = socket::path(&config.data_dir);
            let answer = socket::ask(&path, order, &tell).await;
            answer.unwrap_or_else(|why| Err(unreachable(&config.data_dir, pid, &why)))
        }
    }
}

fn unreachable(data_dir: &Path, pid: Option<u32>, why: &Unreachable) -> Trouble {
    let reason = match why {
        Unreachable::Connection(error) if error.kind() == io::ErrorKind::NotFound => {
            "it has no admin socket there: it is no server, or one that is just starting or stopping. \
             Try again in a moment, or stop it"
                .to_owned()
        }
        Unreachable::Connection(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "its admin socket is another user's: run this as the user that runs the server".to_owned()
        }
        Unreachable::Connection(error) => format!("its admin socket does not answer ({error})"),
        Unreachable::Version(_) | Unreachable::HungUp => why.to_string(),
    };
    Trouble::new(
        TroubleKind::InUse,
        format!(
            "The ledger in {} is in use by {}, and {reason}.",
            data_dir.display(),
            ledger_file::process(pid)
        ),
    )
}
