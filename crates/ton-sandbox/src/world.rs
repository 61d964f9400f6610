//! The chain itself: accounts, and the messages that wait for their transactions. It belongs to one thread.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use tycho_executor::{Executor, ExecutorParams, ParsedConfig, TxError};
use tycho_types::{
    cell::{Cell, HashBytes, Lazy},
    models::{OptionalAccount, ShardAccount, StdAddr},
};

use crate::{
    block::{Block, Done},
    message::{self, External, Waiting},
};

/// Logical time from one block to the next.
const LT_A_BLOCK: u64 = 1_000_000;

#[derive(Debug)]
pub(crate) struct World {
    config: ParsedConfig,
    accounts: HashMap<StdAddr, ShardAccount>,
    /// By logical time, as the real chain delivers them.
    waiting: BinaryHeap<Reverse<Waiting>>,
    seqno: u32,
    end_lt: u64,
    /// How many transactions there have been; the next one's number.
    transactions: u32,
}

/// What is asked of the next block.
#[derive(Debug)]
pub(crate) enum Order {
    Take(External),
    Give { to: StdAddr, nanoton: u64 },
}

/// What bounds a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub now_secs: u32,
    pub transactions_most: usize,
    /// Messages that this block creates wait for the next.
    pub one_hop: bool,
}

impl World {
    pub(crate) fn begin(now_secs: u32) -> Self {
        Self {
            config: crate::chain_config::parsed(now_secs),
            accounts: HashMap::new(),
            waiting: BinaryHeap::new(),
            seqno: 0,
            end_lt: 0,
            transactions: 0,
        }
    }

    pub(crate) fn next_seqno(&self) -> u32 {
        self.seqno.saturating_add(1)
    }

    /// Blocks up to before this one are empty. An empty block changes nothing but the number of the next.
    pub(crate) fn skip_to(&mut self, seqno: u32) {
        self.seqno = self.seqno.max(seqno.saturating_sub(1));
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The next block: first what comes from outside, then the messages between accounts until none is left or the
    /// block is full.
    pub(crate) fn block(&mut self, orders: Vec<Order>, bounds: Bounds) -> Block {
        self.seqno = self.seqno.saturating_add(1);
        let start_lt = self
            .end_lt
            .next_multiple_of(LT_A_BLOCK)
            .max(u64::from(self.seqno).saturating_mul(LT_A_BLOCK));
        self.end_lt = start_lt;
        let mut block = Block::begin(self.seqno, bounds.now_secs, start_lt);
        let params = params(self.seqno, bounds.now_secs, start_lt);
        for order in orders {
            self.order(order, &params, &mut block);
        }
        self.deliver(&params, bounds, &mut block);
        block.end_lt = self.end_lt;
        block
    }

    fn order(&mut self, order: Order, params: &ExecutorParams, block: &mut Block) {
        match order {
            Order::Take(external) => {
                let Some(mut done) = self.run(&external.to, external.cell, true, params) else {
                    block.refused = block.refused.saturating_add(1);
                    return;
                };
                done.normalized_hash = Some(external.normalized_hash);
                self.put(done, block);
            }
            Order::Give { to, nanoton } => {
                self.end_lt = self.end_lt.saturating_add(1);
                let gift = message::gift(&to, nanoton, self.end_lt, block.now_secs);
                self.waiting.push(Reverse(gift));
            }
        }
    }

    fn deliver(&mut self, params: &ExecutorParams, bounds: Bounds, block: &mut Block) {
        let until_lt = if bounds.one_hop {
            block.start_lt
        } else {
            u64::MAX
        };
        while block.done.len() < bounds.transactions_most {
            let Some(message) = self.waiting.pop_if_before(until_lt) else {
                return;
            };
            let Some(mut done) = self.run(&message.to, message.cell, false, params) else {
                continue;
            };
            done.parent = message.parent;
            self.put(done, block);
        }
    }

    fn put(&mut self, done: Done, block: &mut Block) {
        let number = self.transactions;
        self.transactions = self.transactions.saturating_add(1);
        self.end_lt = self.end_lt.max(done.next_lt);
        for message in &done.out_msgs {
            if let Some(waiting) = Waiting::of(message.clone(), Some(number)) {
                self.waiting.push(Reverse(waiting));
            }
        }
        block.done.push(done);
    }

    /// None if the message leads to no transaction: an external one that the contract does not accept.
    fn run(
        &mut self,
        to: &StdAddr,
        message: Cell,
        is_external: bool,
        params: &ExecutorParams,
    ) -> Option<Done> {
        let before = self.accounts.get(to).cloned().unwrap_or_else(nothing);
        let executor = Executor::new(params, &self.config).with_min_lt(params.block_lt);
        let output = executor
            .begin_ordinary(to, is_external, message.clone(), &before)
            .and_then(|transaction| Ok(transaction.commit()?));
        let output = match output {
            Ok(output) => output,
            Err(TxError::Skipped) => return None,
            Err(TxError::Fatal(error)) => {
                tracing::warn!(%to, error = format!("{error:#}"), "a message could not be executed");
                return None;
            }
        };
        self.accounts.insert(to.clone(), output.new_state.clone());
        Some(Done {
            account: to.clone(),
            state: output.new_state,
            hash: *output.transaction.repr_hash(),
            cell: output.transaction.into_inner(),
            in_msg_hash: *message.repr_hash(),
            out_msgs: output
                .transaction_meta
                .out_msgs
                .into_iter()
                .map(Lazy::into_inner)
                .collect(),
            next_lt: output.transaction_meta.next_lt,
            normalized_hash: None,
            parent: None,
        })
    }
}

trait PopBefore {
    fn pop_if_before(&mut self, until_lt: u64) -> Option<Waiting>;
}

impl PopBefore for BinaryHeap<Reverse<Waiting>> {
    fn pop_if_before(&mut self, until_lt: u64) -> Option<Waiting> {
        let Reverse(first) = self.peek()?;
        if first.created_lt >= until_lt {
            return None;
        }
        self.pop().map(|Reverse(message)| message)
    }
}

pub(crate) fn params(seqno: u32, now_secs: u32, block_lt: u64) -> ExecutorParams {
    ExecutorParams {
        block_unixtime: now_secs,
        block_lt,
        rand_seed: rand_seed(seqno),
        charge_action_fees_on_fail: true,
        strict_extra_currency: true,
        ..ExecutorParams::default()
    }
}

/// Differs from block to block and is the same in every run.
fn rand_seed(seqno: u32) -> HashBytes {
    let mut seed = [0; 32];
    for (at, byte) in seqno.to_be_bytes().iter().cycle().take(32).enumerate() {
        seed[at] = byte.wrapping_mul(167).wrapping_add(at as u8);
    }
    HashBytes(seed)
}

pub(crate) fn nothing() -> ShardAccount {
    ShardAccount {
        account: Lazy::new(&OptionalAccount::EMPTY)
            .expect("an account that does not exist is one bit"),
        last_trans_hash: HashBytes::ZERO,
        last_trans_lt: 0,
    }
}
