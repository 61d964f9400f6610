//! A PostgreSQL server for tests, from the binaries that Debian installs, and databases on it.
//!
//! It is the test process's own, dies with it also when that is killed, and needs no rights: root lends it to another user.

mod binaries;
mod database;
mod folder;
mod postmaster;
mod server;
mod url;

pub use database::{Database, SERVER};
pub use server::{Durability, Server};

/// Why there is no server to test on.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "PostgreSQL is not installed (15 or later is needed): apt-get install postgresql. Or name a server in {SERVER}"
    )]
    NotInstalled,
    #[error(
        "PostgreSQL {found} is too old (15 or later is needed): apt-get install postgresql. Or name a server in {SERVER}"
    )]
    TooOld { found: u32 },
    #[error("could not {doing}")]
    Io {
        doing: &'static str,
        source: std::io::Error,
    },
    #[error("{program} ended: {said}")]
    Ended { program: &'static str, said: String },
    #[error("PostgreSQL was not ready in time: {said}")]
    Late { said: String },
    #[error("this machine has neither a user postgres nor a user nobody for the server to run as")]
    NoUser,
    #[error("{SERVER} must look like postgres://user@127.0.0.1:5432/postgres")]
    Url,
    #[error("could not {doing} on the server for tests")]
    Sql {
        doing: &'static str,
        source: tokio_postgres::Error,
    },
}

type Started<T> = Result<T, StartError>;

fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::Io { doing, source }
}

fn sql(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> StartError {
    move |source| StartError::Sql { doing, source }
}
