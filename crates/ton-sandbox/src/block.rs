use tycho_types::{
    cell::{Cell, HashBytes},
    models::{ShardAccount, StdAddr},
};

/// One block of the basechain; the masterchain's block of the same number is the same for our purposes.
#[derive(Debug)]
pub(crate) struct Block {
    pub seqno: u32,
    pub now_secs: u32,
    pub start_lt: u64,
    pub end_lt: u64,
    pub done: Vec<Done>,
    /// External messages that were not accepted when their block came.
    pub refused: u32,
}

impl Block {
    pub(crate) fn begin(seqno: u32, now_secs: u32, start_lt: u64) -> Self {
        Self {
            seqno,
            now_secs,
            start_lt,
            end_lt: start_lt,
            done: Vec::new(),
            refused: 0,
        }
    }
}

/// One transaction and what it changed.
#[derive(Debug)]
pub(crate) struct Done {
    pub account: StdAddr,
    pub state: ShardAccount,
    pub hash: HashBytes,
    pub cell: Cell,
    pub in_msg_hash: HashBytes,
    pub out_msgs: Vec<Cell>,
    /// Past everything that it created.
    pub next_lt: u64,
    /// For an external message.
    pub normalized_hash: Option<HashBytes>,
    /// The number of the transaction that sent the message; none for what comes from outside.
    pub parent: Option<u32>,
}
