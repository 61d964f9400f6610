use std::{
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{Hello, LONGEST_LINE, PROTOCOL, Request, Response};
use crate::operator::Operator;

/// The server's end of the admin socket. The file is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Socket {
    listener: UnixListener,
    path: PathBuf,
    /// The user that may connect: whoever runs this process.
    owner: u32,
}

impl Socket {
    /// Whoever binds it owns the ledger already, so that a file which is there was left by a process that is gone.
    ///
    /// # Errors
    /// When the folder cannot be written, or the path is longer than a socket's may be (108 bytes on Linux).
    pub(crate) fn bind(data_dir: &Path) -> io::Result<Self> {
        let path = super::path(data_dir);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let owner = std::fs::metadata(&path)?.uid();
        Ok(Self {
            listener,
            path,
            owner,
        })
    }

    /// Carries out orders until told to stop; those under way are finished.
    pub(crate) async fn serve(self, operator: Operator, stop: CancellationToken) {
        let mut conversations = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                _ = conversations.join_next(), if !conversations.is_empty() => continue,
                accepted = self.listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) if self.may_connect(&stream) => {
                    conversations.spawn(converse(stream, operator.clone(), stop.clone()));
                }
                Ok(_) => tracing::warn!("another user tried to open the admin socket"),
                Err(error) => tracing::warn!(%error, "the admin socket does not accept"),
            }
        }
        while conversations.join_next().await.is_some() {}
    }

    /// Between bind and the change of the file's mode another user could have connected.
    fn may_connect(&self, stream: &UnixStream) -> bool {
        let peer = stream.peer_cred().map(|peer| peer.uid());
        peer.is_ok_and(|uid| uid == self.owner || uid == 0)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn converse(stream: UnixStream, operator: Operator, stop: CancellationToken) {
    let (read, write) = stream.into_split();
    let mut line = Line {
        read: BufReader::new(read),
        write,
    };
    let request = tokio::select! {
        () = stop.cancelled() => return,
        request = line.request() => request,
    };
    match request {
        Ok(Some(request)) => {
            let done = line.carry_out(&operator, request).await;
            if let Err(error) = done {
                tracing::debug!(%error, "whoever gave an order did not hear its end");
            }
        }
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "an admin conversation ended before its order"),
    }
}

struct Line {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
}

impl Line {
    /// After the hello; nothing when the client speaks another protocol, which it finds out from our hello.
    async fn request(&mut self) -> io::Result<Option<Request>> {
        let client: Hello = self.hear().await?;
        self.say(&Hello::ours()).await?;
        if client.protocol != PROTOCOL {
            return Ok(None);
        }
        self.hear().await.map(Some)
    }

    async fn carry_out(&mut self, operator: &Operator, request: Request) -> io::Result<()> {
        let (tell, mut words) = mpsc::channel(64);
        let work = async move {
            // The channel closes with the work.
            let tell = tell;
            operator.perform(request.order, &tell).await
        };
        tokio::pin!(work);
        let answer = loop {
            tokio::select! {
                biased;
                Some(word) = words.recv() => self.say(&Response::Word(word)).await?,
                answer = &mut work => break answer,
            }
        };
        while let Ok(word) = words.try_recv() {
            self.say(&Response::Word(word)).await?;
        }
        let response = match answer {
            Ok(report) => Response::Report(report),
            Err(trouble) => Response::Trouble(trouble),
        };
        self.say(&response).await
    }

    async fn say(&mut self, what: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.write.write_all(&line).await
    }

    async fn hear<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let mut line = String::new();
        let mut limited = (&mut self.read).take(LONGEST_LINE);
        if limited.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}
