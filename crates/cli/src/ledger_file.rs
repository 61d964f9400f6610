//! The ledger's file in the data folder, and opening it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{App, Clock, Store, origin::Gates};
use store_sqlite::{OpenError, Options, SqliteStore};

use crate::{
    config::Config,
    operator::Operator,
    trouble::{Trouble, TroubleKind},
};

pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("scrip.db")
}

/// An open ledger: this process owns it until it is closed.
#[derive(Debug)]
pub(crate) struct OpenLedger {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) app: App,
    pub(crate) gates: Gates,
}

/// Why a ledger is not open.
#[derive(Debug)]
pub(crate) enum NotOpen {
    /// Another process has it.
    InUse {
        pid: Option<u32>,
    },
    Trouble(Trouble),
}

impl OpenLedger {
    /// Opens the ledger of a data folder, or makes a new one.
    ///
    /// # Errors
    /// [`NotOpen`].
    pub(crate) fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, NotOpen> {
        embedded_only(config).map_err(NotOpen::Trouble)?;
        make_private(&config.data_dir).map_err(NotOpen::Trouble)?;
        app::origin::set_capture(config.capture);
        let store = SqliteStore::open(Options::at(path(&config.data_dir)), Arc::clone(&clock));
        let store = store.map_err(|error| match error {
            OpenError::Locked { pid } => NotOpen::InUse { pid },
            error => NotOpen::Trouble(open_error(&error)),
        })?;
        let as_store: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
        let (app, gates) = App::new(as_store, clock);
        Ok(Self { store, app, gates })
    }

    pub(crate) fn operator(&self, data_dir: &Path) -> Operator {
        Operator {
            app: self.app.clone(),
            gate: self.gates.cli.clone(),
            data_dir: data_dir.to_owned(),
        }
    }

    /// # Errors
    /// When something could not be written out.
    pub(crate) async fn close(self) -> Result<(), Trouble> {
        let closed = self.store.close().await;
        closed.map_err(|error| crate::replies::store_error(&error))
    }
}

impl NotOpen {
    /// For whoever needs the ledger alone.
    pub(crate) fn or_in_use(self, data_dir: &Path, advice: &str) -> Trouble {
        match self {
            NotOpen::Trouble(trouble) => trouble,
            NotOpen::InUse { pid } => Trouble::new(
                TroubleKind::InUse,
                format!(
                    "The ledger in {} is in use by {}. {advice}",
                    data_dir.display(),
                    process(pid)
                ),
            ),
        }
    }
}

pub(crate) fn process(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

/// # Errors
/// When the configuration names another database.
pub(crate) fn embedded_only(config: &Config) -> Result<(), Trouble> {
    match config.database.as_str() {
        "" => Ok(()),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Err(Trouble::input(
                "`database` names a PostgreSQL server, which comes with a later version. Leave it empty for the SQLite file in `data_dir`.",
            ))
        }
        _ => Err(Trouble::input(
            "`database` is empty, for the SQLite file in `data_dir`; another database comes with a later version.",
        )),
    }
}

pub(crate) fn open_error(error: &OpenError) -> Trouble {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    let text = format!("{error}{}", cause.unwrap_or_default());
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    Trouble::failed(format!(
        "{}{}.",
        first.map(String::from).unwrap_or_default(),
        characters.as_str()
    ))
}

/// A folder that only its owner can read: bank notes' keys are in it.
pub(crate) fn make_private(folder: &Path) -> Result<(), Trouble> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder);
    made.map_err(|error| Trouble::file("made", folder, &error))
}
