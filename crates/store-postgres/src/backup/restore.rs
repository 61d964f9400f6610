//! From a file into an empty database: all of it, audited, or nothing.

use std::path::Path;

use app::{AuditFinding, AuditReport};
use bytes::Bytes;
use deadpool_postgres::{ClientWrapper, Transaction};
use futures_util::{SinkExt, pin_mut};

use super::{
    LONG, TABLES,
    container::{ReadError, Reading, Table},
};
use crate::{
    OpenError, SCHEMA_VERSION, audit, client::GenericClient, connect::Connector, error::SqlError,
    migrate, store::server_check,
};

/// Why a backup was not restored. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the backup cannot be read: {0}")]
    Io(std::io::Error),
    #[error("it is no backup of a PostgreSQL ledger")]
    NotABackup,
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    #[error("the backup has schema {found}, this program knows {known}: use a newer program")]
    Newer { found: u32, known: u32 },
    #[error("the database at {place} is not empty")]
    NotEmpty { place: String },
    #[error("{}: {}", .0.row, .0.what)]
    Unsound(AuditFinding),
    #[error("could not restore: {cause}")]
    Failed { cause: String },
}

impl From<ReadError> for RestoreError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => RestoreError::Io(error),
            ReadError::NotABackup => RestoreError::NotABackup,
            ReadError::Damaged(what) => RestoreError::Damaged(what.into()),
        }
    }
}

impl From<SqlError> for RestoreError {
    fn from(error: SqlError) -> Self {
        let cause = error.words();
        RestoreError::Failed { cause }
    }
}

impl From<tokio_postgres::Error> for RestoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        SqlError::from(error).into()
    }
}

type Restoring<T> = Result<T, RestoreError>;

/// Puts a backup into an empty database, brings its schema forward, and audits it; only then it is there.
///
/// # Errors
/// [`RestoreError`]; the database is as it was then.
pub async fn restore(url: &str, from: &Path) -> Result<AuditReport, RestoreError> {
    let (mut db, place) = connect(url).await?;
    let transaction = db.transaction().await?;
    transaction.batch_execute(LONG).await?;
    migrate::alone(&transaction).await?;
    if migrate::version(&transaction).await? != Some(0) {
        return Err(RestoreError::NotEmpty { place });
    }
    let report = fill(&transaction, from).await?;
    if let Some(finding) = report.findings.first() {
        return Err(RestoreError::Unsound(finding.clone()));
    }
    transaction.commit().await?;
    Ok(report)
}

/// Restores a backup where nobody sees it, beside what the database has, audits it there, and takes all of it back.
///
/// # Errors
/// [`RestoreError`]; what an audit finds is in the report.
pub async fn verify(url: &str, from: &Path) -> Result<AuditReport, RestoreError> {
    let (mut db, _) = connect(url).await?;
    let transaction = db.transaction().await?;
    transaction.batch_execute(LONG).await?;
    let name = format!(
        "scrip_verify_{:016x}",
        u64::from_ne_bytes(app::random_bytes())
    );
    let aside = format!("CREATE SCHEMA {name}; SET LOCAL search_path = {name}");
    transaction.batch_execute(&aside).await?;
    let report = fill(&transaction, from).await;
    transaction.rollback().await?;
    report
}

/// Reads a backup to its end, without a database: whether it is whole. Gives the head that an audit of it must find.
///
/// # Errors
/// When it is damaged.
pub fn check(from: &Path) -> Result<String, RestoreError> {
    let mut reading = open(from)?;
    for _ in 0..reading.manifest.tables.len() {
        while reading.block()?.is_some() {}
    }
    let head = reading.manifest.head.clone();
    reading.end()?;
    Ok(head)
}

async fn connect(url: &str) -> Restoring<(ClientWrapper, String)> {
    let connector = Connector::new(url).map_err(OpenError::Url)?;
    let place = connector.place();
    let connected = connector.connect().await;
    let (client, task) = connected.map_err(|error| OpenError::Unreachable {
        place: place.clone(),
        cause: error.words(),
    })?;
    let db = ClientWrapper::new(client, task);
    server_check(&db, &place).await?;
    Ok((db, place))
}

fn open(from: &Path) -> Restoring<Reading> {
    let reading = Reading::open(from)?;
    let (found, known) = (reading.manifest.schema_version, SCHEMA_VERSION);
    match found {
        0 => Err(RestoreError::Damaged("its manifest names no schema".into())),
        found if found > known => Err(RestoreError::Newer { found, known }),
        _ => Ok(reading),
    }
}

/// Makes the ledger in the transaction's schema, which is empty.
async fn fill(db: &Transaction<'_>, from: &Path) -> Restoring<AuditReport> {
    let mut reading = open(from)?;
    let (version, head) = (
        reading.manifest.schema_version,
        reading.manifest.head.clone(),
    );
    migrate::forward(db, 0, version).await?;
    // The row that the schema brings.
    db.batch_execute("DELETE FROM journal").await?;
    for table in reading.manifest.tables.clone() {
        copy_in(db, &table, &mut reading).await?;
    }
    reading.end()?;
    // What waits for the commit is checked now, before the schema goes forward.
    db.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    migrate::forward(db, version, SCHEMA_VERSION).await?;
    // The audit reads whole tables, and the server knows nothing of them yet.
    let tables: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    db.batch_execute(&format!("ANALYZE {}", tables.join(", ")))
        .await?;
    let report = audit::audit(db, &mut |_, _| {}).await?;
    if report.findings.is_empty() && report.head != head {
        return Err(RestoreError::Damaged(format!(
            "its journal ends with {}, but its manifest says {head}",
            report.head
        )));
    }
    Ok(report)
}

async fn copy_in(db: &Transaction<'_>, table: &Table, reading: &mut Reading) -> Restoring<()> {
    let (name, columns) = (&table.name, table.columns.join(", "));
    let sql = format!("COPY {name} ({columns}) FROM STDIN (FORMAT binary)");
    let sink = db.copy_in::<_, Bytes>(&sql).await?;
    pin_mut!(sink);
    while let Some(block) = reading.block()? {
        sink.send(block.into()).await?;
    }
    sink.finish().await?;
    Ok(())
}
