//! The file. All numbers are big endian:
//!
//! - the magic line,
//! - the manifest: its length (4 bytes), and JSON with the schema's version, the journal's head and each table's columns,
//! - for each table of the manifest: blocks of what `COPY … (FORMAT binary)` gives, each after its length (4 bytes); a length of 0; and
//!   SHA-256 of the table's bytes,
//! - SHA-256 of everything before.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::error::{Sql, SqlError};

const MAGIC: &[u8] = b"scrip ledger backup 1 (PostgreSQL)\n";

/// About how many bytes are kept together.
pub(super) const BLOCK: usize = 1 << 20;
/// No row is longer than PostgreSQL's own limit for a message.
const LONGEST: u32 = 1 << 30;
/// Of a manifest.
const LONG: u32 = 1 << 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The version of the program that made it.
    pub(super) program: String,
    pub(super) schema_version: u32,
    pub(super) sequence: i64,
    /// The chain's hash at the last transfer, in hexadecimal: what an audit of the restored ledger must find.
    pub(super) head: String,
    pub(super) tables: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// Whether a file says that it is such a backup.
///
/// # Errors
/// When it cannot be read.
pub fn is_backup(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?
        .take(MAGIC.len() as u64)
        .read_to_end(&mut start)?;
    Ok(start == MAGIC)
}

enum Piece {
    Block(Vec<u8>),
    TableEnd,
    FileEnd,
}

/// A file that is being written, by a thread that may wait for the disk.
pub(super) struct Writing {
    pieces: mpsc::Sender<Piece>,
    written: JoinHandle<io::Result<()>>,
}

impl Writing {
    pub(super) fn begin(to: PathBuf, manifest: &Manifest) -> Self {
        let manifest = serde_json::to_vec(manifest).expect("a manifest is plain data");
        let (pieces, waiting) = mpsc::channel(4);
        let written = tokio::task::spawn_blocking(move || write(&to, &manifest, waiting));
        Self { pieces, written }
    }

    pub(super) async fn block(&mut self, block: Vec<u8>) -> Sql<()> {
        self.piece(Piece::Block(block)).await
    }

    pub(super) async fn table_end(&mut self) -> Sql<()> {
        self.piece(Piece::TableEnd).await
    }

    async fn piece(&mut self, piece: Piece) -> Sql<()> {
        let sent = self.pieces.send(piece).await;
        sent.map_err(|_| SqlError::File(io::Error::other("the file is not written any more")))
    }

    /// The file has its name, or why not.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        // Why nobody takes it is what the thread says.
        let _ = self.piece(Piece::FileEnd).await;
        self.ended().await
    }

    /// Leaves nothing behind; an error is why it could not be written.
    pub(super) async fn give_up(self) -> io::Result<()> {
        match self.ended().await {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            ended => ended,
        }
    }

    async fn ended(self) -> io::Result<()> {
        drop(self.pieces);
        self.written
            .await
            .unwrap_or_else(|broken| Err(io::Error::other(broken)))
    }
}

fn write(to: &Path, manifest: &[u8], pieces: mpsc::Receiver<Piece>) -> io::Result<()> {
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let written =
        write_partial(&partial, manifest, pieces).and_then(|()| std::fs::rename(&partial, to));
    if written.is_err() {
        let _ = std::fs::remove_file(&partial);
        return written;
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn write_partial(
    partial: &Path,
    manifest: &[u8],
    mut pieces: mpsc::Receiver<Piece>,
) -> io::Result<()> {
    let mut out = Hashing::to(BufWriter::new(private(partial)?));
    out.put(MAGIC)?;
    out.put(&length(manifest)?)?;
    out.put(manifest)?;
    let mut table = Sha256::new();
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Block(block) if block.is_empty() => {}
            Piece::Block(block) => {
                table.update(&block);
                out.put(&length(&block)?)?;
                out.put(&block)?;
            }
            Piece::TableEnd => {
                out.put(&0_u32.to_be_bytes())?;
                let digest = std::mem::take(&mut table).finalize();
                out.put(&digest)?;
            }
            Piece::FileEnd => {
                let digest = out.hash.finalize();
                out.out.write_all(&digest)?;
                let file = out
                    .out
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?;
                return file.sync_all();
            }
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}

/// Only its owner reads it: the keys that sign bank notes are in it.
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)
}

fn length(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::other("a row is too long for a backup"))?;
    Ok(length.to_be_bytes())
}

struct Hashing<Out> {
    out: Out,
    hash: Sha256,
}

impl<Out: Write> Hashing<Out> {
    fn to(out: Out) -> Self {
        let hash = Sha256::new();
        Self { out, hash }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Why a backup cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    #[error("it is no backup of a PostgreSQL ledger")]
    NotABackup,
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
}

/// A backup that is being read. Only the command line does that, where nothing else waits: it reads the disk like any other program.
#[derive(Debug)]
pub(super) struct Reading {
    file: BufReader<File>,
    hash: Sha256,
    table: Sha256,
    pub(super) manifest: Manifest,
}

impl Reading {
    pub(super) fn open(path: &Path) -> Result<Self, ReadError> {
        let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
        let mut start = vec![0; MAGIC.len()];
        file.read_exact(&mut start)
            .map_err(cut_short)
            .or(Err(ReadError::NotABackup))?;
        if start != MAGIC {
            return Err(ReadError::NotABackup);
        }
        let mut reading = Self {
            file,
            hash: Sha256::new_with_prefix(MAGIC),
            table: Sha256::new(),
            manifest: Manifest {
                program: String::new(),
                schema_version: 0,
                sequence: 0,
                head: String::new(),
                tables: Vec::new(),
            },
        };
        let length = reading.number()?;
        if length > LONG {
            return Err(ReadError::Damaged("its manifest is too long"));
        }
        let manifest = reading.bytes(length)?;
        let manifest = serde_json::from_slice(&manifest);
        reading.manifest = manifest.map_err(|_| ReadError::Damaged("its manifest is not one"))?;
        reading.names_are_plain()?;
        Ok(reading)
    }

    /// Names from the file become part of statements.
    fn names_are_plain(&self) -> Result<(), ReadError> {
        let plain = |name: &String| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let tables = &self.manifest.tables;
        let known = tables
            .iter()
            .all(|table| super::TABLES.iter().any(|(name, _)| *name == table.name));
        if known && tables.iter().flat_map(|table| &table.columns).all(plain) {
            Ok(())
        } else {
            Err(ReadError::Damaged("its manifest names what no ledger has"))
        }
    }

    /// The next piece of the present table; none at its end, after its digest was right.
    pub(super) fn block(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        match self.number()? {
            0 => {
                let found = std::mem::take(&mut self.table).finalize();
                let told = self.bytes(32)?;
                if found[..] == told[..] {
                    Ok(None)
                } else {
                    Err(ReadError::Damaged("a table's digest is wrong"))
                }
            }
            length if length > LONGEST => Err(ReadError::Damaged("a block is too long")),
            length => {
                let block = self.bytes(length)?;
                self.table.update(&block);
                Ok(Some(block))
            }
        }
    }

    /// After the last table.
    pub(super) fn end(mut self) -> Result<(), ReadError> {
        let found = std::mem::take(&mut self.hash).finalize();
        let mut told = Vec::new();
        self.file.read_to_end(&mut told)?;
        if found[..] == told[..] {
            Ok(())
        } else {
            Err(ReadError::Damaged("its digest is wrong"))
        }
    }

    fn number(&mut self) -> Result<u32, ReadError> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_be_bytes(
            bytes.try_into().expect("four bytes were read"),
        ))
    }

    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        // Not made in advance: a damaged length would take all memory.
        let read = (&mut self.file)
            .take(length.into())
            .read_to_end(&mut bytes)?;
        if read as u64 != u64::from(length) {
            return Err(ReadError::Damaged("it is cut short"));
        }
        self.hash.update(&bytes);
        Ok(bytes)
    }
}

fn cut_short(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ReadError::NotABackup,
        _ => ReadError::Io(error),
    }
}
