//! Backups come back: checked first, never over a ledger unasked, and never with redeemed bank notes unnoticed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use app::{Clock, Store, StoreError, SystemClock};
use economy::NoteState;
use ledger::{Kind, NoteId};
use serde::Serialize;
use store_sqlite::SqliteStore;

use crate::{
    config::{Config, Hidden},
    ledger_file::{self, OpenLedger},
    money,
    operator::Audited,
    reach::Need,
    replies,
    trouble::Trouble,
};

/// What the operator agreed to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Consent {
    pub(crate) force: bool,
    pub(crate) reopened_notes: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    pub(crate) file: PathBuf,
    pub(crate) transfers: u64,
    /// Where the ledger before it is kept.
    pub(crate) replaced: Option<PathBuf>,
    pub(crate) lost_transactions: Option<u64>,
    pub(crate) reopened_notes: Vec<String>,
}

/// Restores to a temporary place and checks every invariant there.
///
/// # Errors
/// When the file is no backup, or there is no room for a copy.
pub(crate) async fn verify(config: &Config, file: &Path) -> Result<Audited, Trouble> {
    if is_of_database(file)? {
        verify_in_database(config, file).await
    } else {
        verify_file(file)
    }
}

fn is_of_database(file: &Path) -> Result<bool, Trouble> {
    if !file.is_file() {
        return Err(Trouble::input(format!("{} is no file.", file.display())));
    }
    store_postgres::is_backup(file).map_err(|error| Trouble::file("read", file, &error))
}

/// Only a server can tell whether what it once gave is a ledger.
async fn verify_in_database(config: &Config, file: &Path) -> Result<Audited, Trouble> {
    let told = |error| replies::restore_error(file, &error);
    store_postgres::check(file).map_err(told)?;
    let Some(url) = &config.database else {
        return Err(Trouble::input(format!(
            "{} is a backup of a PostgreSQL ledger, and whole. To check what is in it, name a database in `database`: any on such a server, which is left as it is.",
            file.display()
        )));
    };
    let audited = store_postgres::verify(url.expose(), file).await;
    audited.map(Audited::from).map_err(told)
}

fn verify_file(file: &Path) -> Result<Audited, Trouble> {
    let (folder, copy) = copy_aside(file)?;
    let audited = SqliteStore::verify(&copy).map_err(|error| ledger_file::open_error(&error));
    drop(folder);
    audited.map(Audited::from)
}

fn copy_aside(file: &Path) -> Result<(tempfile::TempDir, PathBuf), Trouble> {
    let folder = tempfile::tempdir()
        .map_err(|error| Trouble::failed(format!("There is no temporary folder: {error}.")))?;
    let copy = ledger_file::path(folder.path());
    fs::copy(file, &copy).map_err(|error| Trouble::file("copied", file, &error))?;
    Ok((folder, copy))
}

/// # Errors
/// When the backup is not sound, a ledger is there and must not be replaced, or somebody uses it.
pub(crate) async fn restore(
    config: &Config,
    file: &Path,
    consent: Consent,
) -> Result<Restored, Trouble> {
    let of_database = is_of_database(file)?;
    match &config.database {
        Some(url) if of_database => restore_into_database(config, url, file).await,
        None if !of_database => restore_file(config, file, consent).await,
        Some(_) => Err(Trouble::input(format!(
            "{} is a backup of a SQLite ledger, and `database` names PostgreSQL. Leave it empty to restore to {}.",
            file.display(),
            config.data_dir.display()
        ))),
        None => Err(Trouble::input(format!(
            "{} is a backup of a PostgreSQL ledger. Name an empty database in `database` to restore it there.",
            file.display()
        ))),
    }
}

/// Into an empty database only, so that there is nothing to lose or to compare with.
async fn restore_into_database(
    config: &Config,
    url: &Hidden,
    file: &Path,
) -> Result<Restored, Trouble> {
    let restored = store_postgres::restore(url.expose(), file).await;
    let audited = restored.map_err(|error| replies::restore_error(file, &error))?;
    opens(config).await?;
    Ok(Restored {
        file: file.to_owned(),
        transfers: audited.transfers,
        replaced: None,
        lost_transactions: None,
        reopened_notes: Vec::new(),
    })
}

/// Opening it makes what belongs to it, and shows that it can be opened.
async fn opens(config: &Config) -> Result<(), Trouble> {
    open(config, "Stop it.").await?.close().await
}

async fn open(config: &Config, in_use: &str) -> Result<OpenLedger, Trouble> {
    let ledger = OpenLedger::open(config, Arc::new(SystemClock), Need::Ledger).await;
    ledger.map_err(|why| why.or_in_use(&config.data_dir, in_use))
}

async fn restore_file(config: &Config, file: &Path, consent: Consent) -> Result<Restored, Trouble> {
    let audited = verify_file(file)?;
    if let Some(finding) = audited.findings.first() {
        return Err(Trouble::failed(format!(
            "{} must not be restored: {}: {}.",
            file.display(),
            finding.row,
            finding.what
        )));
    }
    let target = ledger_file::path(&config.data_dir);
    let there = target.exists();
    if there && !consent.force {
        return Err(Trouble::refused(format!(
            "There is a ledger in {} already. --force replaces it and keeps it beside the new one.",
            config.data_dir.display()
        )));
    }
    let lost = if there {
        Some(compare(config, file).await?)
    } else {
        None
    };
    let lost = lost.unwrap_or_default();
    if !lost.notes.is_empty() && !consent.reopened_notes {
        return Err(Trouble::refused(format!(
            "Open in the backup, but settled since, so that they could be redeemed a second time: {}: {}. \
             --accept-reopened-notes restores all the same.",
            replies::counted(lost.notes.len(), "bank note"),
            lost.notes.join("; ")
        )));
    }
    let replaced = if there {
        Some(set_aside(config)?)
    } else {
        None
    };
    put_in_place(config, file)?;
    opens(config).await?;
    Ok(Restored {
        file: file.to_owned(),
        transfers: audited.transfers,
        lost_transactions: replaced.is_some().then_some(lost.transactions),
        replaced,
        reopened_notes: lost.notes,
    })
}

/// What the present ledger has and the backup has not.
#[derive(Debug, Default)]
struct Lost {
    transactions: u64,
    notes: Vec<String>,
}

async fn compare(config: &Config, file: &Path) -> Result<Lost, Trouble> {
    let (folder, _) = copy_aside(file)?;
    let mut beside = config.clone();
    beside.data_dir = folder.path().to_owned();
    let in_use = "Stop the server first: a ledger in use is not replaced.";
    let present = open(config, in_use).await?;
    let backup = open(&beside, in_use).await?;

    let lost = lost(&*present.store, &*backup.store).await;
    present.close().await?;
    backup.close().await?;
    lost.map_err(|error| replies::store_error(&error))
}

async fn lost(present: &dyn Store, backup: &dyn Store) -> Result<Lost, StoreError> {
    let mut lost = Lost::default();
    let last = *backup.committed().borrow();
    let mut cursor = last;
    loop {
        let page = present.transactions_after(cursor, 1_000).await?;
        let Some(end) = page.last() else { break };
        cursor = end.id.get();
        lost.transactions += u64::try_from(page.len()).unwrap_or(0);
    }
    let currencies = backup.currencies().await?;
    for id in open_notes(backup).await? {
        let Some(now) = present.note(id).await? else {
            continue;
        };
        if now.note.state == NoteState::Open {
            continue;
        }
        let currency = currencies
            .iter()
            .find(|known| known.id == now.note.currency);
        let amount = currency.map_or_else(
            || format!("{} minor units", now.note.amount.get()),
            |currency| money::with_name(now.note.amount.get().into(), currency),
        );
        lost.notes
            .push(format!("{id} ({amount} for {})", now.note.recipient));
    }
    Ok(lost)
}

async fn open_notes(store: &dyn Store) -> Result<Vec<NoteId>, StoreError> {
    let (mut open, mut cursor) = (Vec::new(), 0);
    loop {
        let page = store.transactions_after(cursor, 1_000).await?;
        let Some(end) = page.last() else {
            return Ok(open);
        };
        cursor = end.id.get();
        let created = page
            .iter()
            .filter(|transaction| transaction.kind == Kind::NoteCreated);
        for transaction in created {
            let Ok(id) = NoteId::new(transaction.id.get()) else {
                continue;
            };
            let note = store.note(id).await?;
            if note.is_some_and(|note| note.note.state == NoteState::Open) {
                open.push(id);
            }
        }
    }
}

/// The present ledger with all that belongs to it, into a folder of its own.
fn set_aside(config: &Config) -> Result<PathBuf, Trouble> {
    let now = money::rfc3339(SystemClock.now_ms()).replace([':', '.'], "-");
    let aside = config.data_dir.join(format!("replaced-{now}"));
    fs::create_dir_all(&aside).map_err(|error| Trouble::file("made", &aside, &error))?;
    let entries = fs::read_dir(&config.data_dir);
    let entries = entries.map_err(|error| Trouble::file("read", &config.data_dir, &error))?;
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let belongs = name
            .to_str()
            .is_some_and(|name| name.starts_with("scrip.") && name.contains("db"));
        if belongs {
            let path = entry.path();
            fs::rename(&path, aside.join(&name))
                .map_err(|error| Trouble::file("moved", &path, &error))?;
        }
    }
    Ok(aside)
}

/// Under another name until it is whole and on the disk.
fn put_in_place(config: &Config, file: &Path) -> Result<(), Trouble> {
    let target = ledger_file::path(&config.data_dir);
    let failed = |error: std::io::Error| Trouble::file("written", &target, &error);
    fs::create_dir_all(&config.data_dir).map_err(failed)?;
    let partial = target.with_extension("restoring");
    fs::copy(file, &partial).map_err(failed)?;
    fs::File::open(&partial)
        .and_then(|copy| copy.sync_all())
        .map_err(failed)?;
    fs::rename(&partial, &target).map_err(failed)?;
    fs::File::open(&config.data_dir)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}
