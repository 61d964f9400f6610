//! Where the ledger is, a file in the data folder or a PostgreSQL database, and opening it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{App, Clock, Store, origin::Gates};
use store_postgres::PostgresStore;
use store_sqlite::{OpenError, Options, SqliteStore};

use crate::{
    config::{Config, Hidden},
    operator::Operator,
    reach::Need,
    replies,
    trouble::{Trouble, TroubleKind},
};

pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("scrip.db")
}

/// An open ledger. A file is this process's own until it is closed; a database may have others in it.
#[derive(Debug)]
pub(crate) struct OpenLedger {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) app: App,
    pub(crate) gates: Gates,
    backups: &'static str,
}

/// Why a ledger is not open.
#[derive(Debug)]
pub(crate) enum NotOpen {
    /// Another process has the file.
    InUse {
        pid: Option<u32>,
    },
    /// The database may come back by itself.
    Away(Trouble),
    Trouble(Trouble),
}

impl OpenLedger {
    /// Opens the ledger that the configuration names, or makes a new one where that is wanted.
    ///
    /// # Errors
    /// [`NotOpen`].
    pub(crate) async fn open(
        config: &Config,
        clock: Arc<dyn Clock>,
        need: Need,
    ) -> Result<Self, NotOpen> {
        app::origin::set_capture(config.capture);
        let (store, backups) = match &config.database {
            Some(url) => (
                open_database(config, url, Arc::clone(&clock), need).await?,
                "backup",
            ),
            None => (open_file(config, Arc::clone(&clock), need).await?, "db"),
        };
        let (app, gates) = App::new(Arc::clone(&store), clock);
        Ok(Self {
            store,
            app,
            gates,
            backups,
        })
    }

    pub(crate) fn operator(&self, config: &Config) -> Operator {
        Operator {
            app: self.app.clone(),
            gates: self.gates.clone(),
            config: Arc::new(config.clone()),
            settlement: None,
            backups: self.backups,
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
            NotOpen::Trouble(trouble) | NotOpen::Away(trouble) => trouble,
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

async fn open_file(
    config: &Config,
    clock: Arc<dyn Clock>,
    need: Need,
) -> Result<Arc<dyn Store>, NotOpen> {
    let file = path(&config.data_dir);
    if need == Need::Ledger && !file.exists() {
        return Err(NotOpen::Trouble(Trouble::new(
            TroubleKind::NoLedger,
            format!(
                "There is no ledger in {} yet. `scrip serve` or `scrip currency create` makes one; --data-dir names another folder.",
                config.data_dir.display()
            ),
        )));
    }
    make_private(&config.data_dir).map_err(NotOpen::Trouble)?;
    // Recovery reads the disk.
    let opening = tokio::task::spawn_blocking(move || SqliteStore::open(Options::at(file), clock));
    let opened = opening.await.map_err(|error| {
        NotOpen::Trouble(Trouble::failed(format!(
            "Opening the ledger broke: {error}."
        )))
    })?;
    match opened {
        Ok(store) => Ok(store),
        Err(OpenError::Locked { pid }) => Err(NotOpen::InUse { pid }),
        Err(error) => Err(NotOpen::Trouble(open_error(&error))),
    }
}

async fn open_database(
    config: &Config,
    url: &Hidden,
    clock: Arc<dyn Clock>,
    need: Need,
) -> Result<Arc<dyn Store>, NotOpen> {
    let options =
        store_postgres::Options::at(url.expose()).connections(config.database_connections);
    let options = match need {
        Need::Ledger => options.only_existing(),
        Need::LedgerOrNone => options,
    };
    let opened = PostgresStore::open(options, clock).await;
    match opened {
        Ok(store) => Ok(store),
        Err(error) => {
            let trouble = replies::database_error(&error);
            Err(if replies::may_come_back(&error) {
                NotOpen::Away(trouble)
            } else {
                NotOpen::Trouble(trouble)
            })
        }
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
