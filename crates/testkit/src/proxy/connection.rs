use std::{io, sync::Arc};

use tokio::{
    io::{AsyncWriteExt as _, BufReader},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
};

use super::{CutAt, Shared, frame::Frame, statement::Statements};

/// Carries one connection until either side ends it, or it is cut. Both sides see it closed.
pub(super) async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let mut cuts = shared.cuts.subscribe();
    tokio::select! {
        // First: once it is cut, nothing more is delivered.
        biased;
        _ = cuts.changed() => {}
        // That one side has left is all that the other has to know.
        _ = converse(client, &shared) => {}
    }
}

async fn converse(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    client.set_nodelay(true)?;
    let first = opening(&mut client, shared).await?;
    drop(shared.delivering.read().await);
    let mut server = TcpStream::connect(shared.server).await?;
    server.set_nodelay(true)?;
    let (from_client, mut to_client) = client.split();
    let (from_server, mut to_server) = server.split();
    shared.deliver(&first, &mut to_server).await?;
    let ended = tokio::select! {
        ended = requests(from_client, &mut to_server, shared) => ended,
        ended = answers(from_server, &mut to_client, shared) => ended,
    };
    // While it is frozen, not even that comes through.
    drop(shared.delivering.read().await);
    ended
}

/// The first message for the server. Encryption would hide the rest, so we answer as a server that has none.
async fn opening(client: &mut TcpStream, shared: &Shared) -> io::Result<Frame> {
    loop {
        let frame = Frame::first(client).await?;
        if !frame.wants_encryption() {
            return Ok(frame);
        }
        let _not_frozen = shared.delivering.read().await;
        client.write_all(b"N").await?;
    }
}

async fn requests(from: ReadHalf<'_>, to: &mut WriteHalf<'_>, shared: &Shared) -> io::Result<()> {
    let mut from = BufReader::new(from);
    let mut statements = Statements::default();
    loop {
        let frame = Frame::next(&mut from).await?;
        let commits = statements.commits(&frame);
        if commits && let Some(cut) = shared.is_moment(CutAt::BeforeCommit) {
            let _ = cut.send(());
            return Ok(());
        }
        shared.deliver(&frame, to).await?;
    }
}

async fn answers(from: ReadHalf<'_>, to: &mut WriteHalf<'_>, shared: &Shared) -> io::Result<()> {
    let mut from = BufReader::new(from);
    loop {
        let frame = Frame::next(&mut from).await?;
        if frame.is_committed()
            && let Some(cut) = shared.is_moment(CutAt::AfterCommit)
        {
            let _ = cut.send(());
            return Ok(());
        }
        shared.deliver(&frame, to).await?;
    }
}

impl Shared {
    async fn deliver(&self, frame: &Frame, to: &mut WriteHalf<'_>) -> io::Result<()> {
        let _not_frozen = self.delivering.read().await;
        to.write_all(&frame.bytes).await
    }
}
