use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What a session may open with, instead of a version of the protocol.
const WANTS_TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();
const WANTS_GSS: [u8; 4] = 80_877_104_u32.to_be_bytes();

/// A message as it stands on the wire.
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    head: usize,
}

impl Frame {
    /// A session's first message has no kind.
    pub(super) async fn first(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        Self::read(from, 0).await
    }

    pub(super) async fn next(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        Self::read(from, 1).await
    }

    async fn read(from: &mut (impl AsyncRead + Unpin), kind: usize) -> io::Result<Self> {
        let head = kind + 4;
        let mut bytes = vec![0; head];
        from.read_exact(&mut bytes).await?;
        let mut length = [0; 4];
        length.copy_from_slice(&bytes[kind..]);
        // It counts itself, and not the kind.
        let length = u32::from_be_bytes(length).max(4) as usize;
        bytes.resize(kind + length, 0);
        from.read_exact(&mut bytes[head..]).await?;
        Ok(Self { bytes, head })
    }

    pub(super) fn kind(&self) -> u8 {
        self.bytes[0]
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[self.head..]
    }

    pub(super) fn wants_encryption(&self) -> bool {
        self.body() == WANTS_TLS || self.body() == WANTS_GSS
    }

    /// Whether the server says that it has committed.
    pub(super) fn is_committed(&self) -> bool {
        self.kind() == b'C' && self.body() == b"COMMIT\0"
    }
}
