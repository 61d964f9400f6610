use std::{io, path::Path};

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{Hello, Request, Response};
use crate::{
    operator::{Order, Tell},
    trouble::Trouble,
};

/// Why the server could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreachable {
    #[error("{0}")]
    Connection(io::Error),
    #[error("the server is scrip {0} and speaks another protocol: use the same version")]
    Version(String),
    #[error("the server ended the conversation without an answer")]
    HungUp,
}

impl From<io::Error> for Unreachable {
    fn from(error: io::Error) -> Self {
        Unreachable::Connection(error)
    }
}

/// Has the server that owns the ledger carry an order out.
pub(crate) async fn ask(
    socket: &Path,
    order: Order,
    tell: &Tell,
) -> Result<Result<serde_json::Value, Trouble>, Unreachable> {
    let (read, mut write) = UnixStream::connect(socket).await?.into_split();
    let mut read = BufReader::new(read);
    say(&mut write, &Hello::ours()).await?;
    let server: Hello = hear(&mut read).await?;
    if server.protocol != super::PROTOCOL {
        return Err(Unreachable::Version(server.program));
    }
    say(&mut write, &Request { order }).await?;
    loop {
        match hear(&mut read).await? {
            Response::Report(report) => return Ok(Ok(report)),
            Response::Trouble(trouble) => return Ok(Err(trouble)),
            Response::Word(word) => {
                // Whoever gave the order may have stopped listening; it is carried out all the same.
                let _ = tell.send(word).await;
            }
        }
    }
}

async fn say(to: &mut OwnedWriteHalf, what: &impl Serialize) -> Result<(), Unreachable> {
    let mut line = serde_json::to_vec(what).map_err(io::Error::other)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    Ok(())
}

async fn hear<T: DeserializeOwned>(from: &mut BufReader<OwnedReadHalf>) -> Result<T, Unreachable> {
    let mut line = String::new();
    if from.read_line(&mut line).await? == 0 {
        return Err(Unreachable::HungUp);
    }
    serde_json::from_str(&line).map_err(|error| Unreachable::Connection(io::Error::other(error)))
}
