use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// What networks on one machine take.
const LOCAL_NETWORK: i32 = -217;

/// How the sandbox chain runs; the default is the pace of the real chain on a free port of loopback.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Port 0 takes a free one; `Running::url` tells which.
    pub listen: SocketAddr,
    /// Time from one block to the next. Tests take 10 to 50 ms.
    pub block: Duration,
    /// Chain time of the first block in seconds since the Unix epoch; the machine's time if none is given. It goes on
    /// with the time that passes, and jumps with `Handle::advance`.
    pub start_secs: Option<u32>,
    /// The most transactions in one block; messages beyond wait for the next.
    pub block_transactions: usize,
    /// By which the network is told from others; the main network's is -239, the test network's -3.
    pub global_id: i32,
    /// Where the chain is kept between two runs; without one it ends with the process. The file holds what was sent
    /// to the chain, and a start executes it again.
    pub file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            block: Duration::from_millis(400),
            start_secs: None,
            block_transactions: 10_000,
            global_id: LOCAL_NETWORK,
            file: None,
        }
    }
}

impl Settings {
    /// Blocks every 20 ms.
    pub fn quick() -> Self {
        Self {
            block: Duration::from_millis(20),
            ..Self::default()
        }
    }
}
