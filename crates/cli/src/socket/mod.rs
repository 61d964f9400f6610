//! How a second process gives its order to the server that owns the ledger.
//!
//! A Unix domain socket in the data folder, which only the server's user may open. Lines of JSON: each side says hello with the
//! protocol's version, the client sends one order, the server says words while it carries it out, and ends with the report or with why
//! there is none.

mod client;
mod server;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(crate) use client::{Unreachable, ask};
pub(crate) use server::Socket;

use crate::{
    operator::{Order, Word},
    trouble::Trouble,
};

const PROTOCOL: u32 = 1;

/// An import of a million users is one line.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

/// What each side says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Hello {
    protocol: u32,
    program: String,
}

impl Hello {
    fn ours() -> Self {
        Self {
            protocol: PROTOCOL,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    order: Order,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Response {
    Word(Word),
    Report(serde_json::Value),
    Trouble(Trouble),
}

pub(crate) fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("scrip.sock")
}
