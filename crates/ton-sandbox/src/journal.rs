//! What came from outside, block by block, in a file. The chain is deterministic, so this is enough to have it again:
//! at the start it is executed once more.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use tycho_types::{boc::Boc, models::StdAddr};

use crate::{
    message::External,
    world::{Bounds, Order},
};

/// Raised when the same orders would lead to another chain.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
struct Header {
    ton_sandbox: u32,
}

/// A block in which something happened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    pub seqno: u32,
    now_secs: u32,
    most: usize,
    one_hop: bool,
    orders: Vec<Written>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    /// A BoC in base64.
    Take(String),
    Give(String, u64),
}

impl Record {
    pub(crate) fn of(seqno: u32, bounds: Bounds, orders: &[Order]) -> Self {
        Self {
            seqno,
            now_secs: bounds.now_secs,
            most: bounds.transactions_most,
            one_hop: bounds.one_hop,
            orders: orders.iter().map(Written::of).collect(),
        }
    }

    pub(crate) fn now_secs(&self) -> u32 {
        self.now_secs
    }

    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            now_secs: self.now_secs,
            transactions_most: self.most,
            one_hop: self.one_hop,
        }
    }

    pub(crate) fn orders(&self) -> Vec<Order> {
        self.orders.iter().filter_map(Written::order).collect()
    }
}

impl Written {
    fn of(order: &Order) -> Self {
        match order {
            Order::Take(external) => Self::Take(Boc::encode_base64(&external.cell)),
            Order::Give { to, nanoton } => Self::Give(to.to_string(), *nanoton),
        }
    }

    /// None for what this program has not written.
    fn order(&self) -> Option<Order> {
        match self {
            Self::Take(boc) => {
                let cell = Boc::decode_base64(boc).ok()?;
                External::of(cell).map(Order::Take)
            }
            Self::Give(to, nanoton) => Some(Order::Give {
                to: to.parse::<StdAddr>().ok()?,
                nanoton: *nanoton,
            }),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Journal(File);

impl Journal {
    /// A line that was cut off in writing is dropped: nobody has seen its block.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Record>)> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut lines = Lines::new(&file);
        let header = Header {
            ton_sandbox: VERSION,
        };
        let mut records = Vec::new();
        match lines.next::<Header>()? {
            Some(found) if found == header => {
                while let Some(record) = lines.next::<Record>()? {
                    records.push(record);
                }
            }
            Some(_) => return Err(io::Error::other("the file is another version's")),
            None if file.metadata()?.len() > 0 => {
                return Err(io::Error::other("the file is no sandbox chain"));
            }
            None => {}
        }
        let whole = lines.whole_bytes;
        let mut journal = Self(file);
        journal.0.set_len(whole)?;
        journal.0.seek(SeekFrom::Start(whole))?;
        if whole == 0 {
            journal.line(&header)?;
        }
        Ok((journal, records))
    }

    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        self.line(record)
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}

struct Lines<'a> {
    reader: BufReader<&'a File>,
    whole_bytes: u64,
}

impl<'a> Lines<'a> {
    fn new(file: &'a File) -> Self {
        Self {
            reader: BufReader::new(file),
            whole_bytes: 0,
        }
    }

    /// None at the end, or where the rest cannot be read.
    fn next<T: for<'de> Deserialize<'de>>(&mut self) -> io::Result<Option<T>> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(None);
        }
        let value = serde_json::from_slice(&line).ok();
        if value.is_some() {
            self.whole_bytes = self.whole_bytes.saturating_add(line.len() as u64);
        }
        Ok(value)
    }
}
