use std::time::Duration;

/// Where a ledger lies, and how much of the server it may use.
#[derive(Clone)]
pub struct Options {
    pub(crate) url: String,
    pub(crate) connections: usize,
    pub(crate) deadline: Duration,
    pub(crate) only_existing: bool,
}

impl Options {
    /// A database by its URL, such as `postgres://scrip@db1,db2/scrip?target_session_attrs=read-write`.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            deadline: Duration::from_secs(2),
            only_existing: false,
        }
    }

    /// How many connections readers and changes share; the writer has two of its own.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// An empty database is left empty: [`OpenError::Empty`].
    #[must_use]
    pub fn only_existing(mut self) -> Self {
        self.only_existing = true;
        self
    }

    /// How long one transaction may take before the server counts as gone.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Options(postgres)")
    }
}

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the database's URL is not one: {0}")]
    Url(String),
    #[error("the database at {place} cannot be reached: {cause}")]
    Unreachable { place: String, cause: String },
    #[error("the database at {place} is {version}; PostgreSQL 15 or later is needed")]
    TooOld { place: String, version: String },
    #[error(
        "the database at {place} has tables that are not a ledger's; give scrip a database of its own"
    )]
    NotALedger { place: String },
    #[error("there is no ledger at {place} yet")]
    Empty { place: String },
    #[error(
        "the ledger at {place} has schema {found}, this program knows {known}: use a newer program"
    )]
    Newer {
        place: String,
        found: u32,
        known: u32,
    },
    #[error("{doing}: {cause}")]
    Failed { doing: &'static str, cause: String },
}
