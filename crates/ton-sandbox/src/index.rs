//! What readers see: transactions, traces, accounts, blocks. It is filled block by block and never taken back.

use std::{collections::HashMap, sync::Arc};

use tycho_types::{
    cell::{Cell, HashBytes},
    models::{ShardAccount, StdAddr},
};

use crate::{
    block::{Block, Done},
    contract::{self, Contract},
    message::Waiting,
};

#[derive(Debug, Default)]
pub(crate) struct Index {
    blocks: Vec<BlockSeen>,
    transactions: Vec<Arc<Seen>>,
    traces: Vec<TraceSeen>,
    accounts: HashMap<StdAddr, AccountSeen>,
    by_hash: HashMap<HashBytes, u32>,
    by_in_msg: HashMap<HashBytes, u32>,
    by_normalized_hash: HashMap<HashBytes, u32>,
    /// Messages without a transaction so far, and who sent them.
    on_their_way: HashMap<HashBytes, u32>,
    jetton_wallets: Vec<StdAddr>,
    minters: Vec<StdAddr>,
    collections: Vec<StdAddr>,
    items: Vec<StdAddr>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockSeen {
    pub seqno: u32,
    pub now_secs: u32,
    pub start_lt: u64,
    pub end_lt: u64,
    /// The number of its first transaction, and how many there are.
    pub first: u32,
    pub count: u32,
}

/// A transaction.
#[derive(Debug)]
pub(crate) struct Seen {
    pub account: StdAddr,
    pub hash: HashBytes,
    pub lt: u64,
    pub seqno: u32,
    pub now_secs: u32,
    pub trace: u32,
    pub parent: Option<u32>,
    pub in_msg_hash: HashBytes,
    pub normalized_hash: Option<HashBytes>,
    pub cell: Cell,
}

#[derive(Debug)]
struct TraceSeen {
    id: HashBytes,
    /// The normalised hash of the external message that began it.
    external_hash: Option<HashBytes>,
    transactions: Vec<u32>,
    on_their_way: u32,
}

/// A trace with its transactions in the order of their execution.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub id: HashBytes,
    pub external_hash: Option<HashBytes>,
    pub transactions: Vec<Arc<Seen>>,
    pub on_their_way: u32,
}

#[derive(Debug)]
struct AccountSeen {
    state: ShardAccount,
    contract: Option<Contract>,
    /// In ascending order of logical time.
    transactions: Vec<u32>,
}

/// Which of an account's transactions; both ends belong to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub from_lt: u64,
    pub to_lt: u64,
    pub offset: usize,
    pub limit: usize,
    pub oldest_first: bool,
}

impl Index {
    pub(crate) fn add(&mut self, block: Block) {
        self.fill_to(block.seqno);
        self.blocks.push(BlockSeen {
            seqno: block.seqno,
            now_secs: block.now_secs,
            start_lt: block.start_lt,
            end_lt: block.end_lt,
            first: count(&self.transactions),
            count: count(&block.done),
        });
        for done in block.done {
            self.put(done, block.seqno, block.now_secs);
        }
    }

    /// Empty blocks are not kept between two runs.
    fn fill_to(&mut self, seqno: u32) {
        while self.seqno().saturating_add(1) < seqno {
            let last = self.blocks.last();
            self.blocks.push(BlockSeen {
                seqno: self.seqno().saturating_add(1),
                now_secs: last.map_or(0, |block| block.now_secs),
                start_lt: last.map_or(0, |block| block.end_lt),
                end_lt: last.map_or(0, |block| block.end_lt),
                first: count(&self.transactions),
                count: 0,
            });
        }
    }

    fn put(&mut self, done: Done, seqno: u32, now_secs: u32) {
        let number = count(&self.transactions);
        let trace = self.trace_for(&done);
        self.follow_messages(&done, number, trace);
        self.keep_account(&done, number);
        self.by_hash.insert(done.hash, number);
        self.by_in_msg.insert(done.in_msg_hash, number);
        if let Some(hash) = done.normalized_hash {
            self.by_normalized_hash.insert(hash, number);
        }
        self.transactions.push(Arc::new(Seen {
            account: done.account,
            hash: done.hash,
            lt: done.state.last_trans_lt,
            seqno,
            now_secs,
            trace,
            parent: done.parent,
            in_msg_hash: done.in_msg_hash,
            normalized_hash: done.normalized_hash,
            cell: done.cell,
        }));
    }

    fn trace_for(&mut self, done: &Done) -> u32 {
        let parent = done.parent.and_then(|number| self.get(number));
        if let Some(parent) = parent {
            return parent.trace;
        }
        self.traces.push(TraceSeen {
            id: done.hash,
            external_hash: done.normalized_hash,
            transactions: Vec::new(),
            on_their_way: 0,
        });
        count(&self.traces).saturating_sub(1)
    }

    fn follow_messages(&mut self, done: &Done, number: u32, trace: u32) {
        let arrived = self.on_their_way.remove(&done.in_msg_hash).is_some();
        let mut sent = 0_u32;
        for message in &done.out_msgs {
            if Waiting::of(message.clone(), None).is_some() {
                self.on_their_way.insert(*message.repr_hash(), number);
                sent = sent.saturating_add(1);
            }
        }
        let Some(trace) = self.traces.get_mut(trace as usize) else {
            return;
        };
        trace.transactions.push(number);
        trace.on_their_way = trace
            .on_their_way
            .saturating_add(sent)
            .saturating_sub(u32::from(arrived));
    }

    fn keep_account(&mut self, done: &Done, number: u32) {
        let account = self
            .accounts
            .entry(done.account.clone())
            .or_insert_with(|| AccountSeen {
                state: crate::world::nothing(),
                contract: None,
                transactions: Vec::new(),
            });
        account.state = done.state.clone();
        account.transactions.push(number);
        if account.contract.is_some() {
            return;
        }
        account.contract = contract::of(&account.state);
        match account.contract {
            Some(Contract::JettonWallet { .. }) => self.jetton_wallets.push(done.account.clone()),
            Some(Contract::Minter) => self.minters.push(done.account.clone()),
            Some(Contract::Collection) => self.collections.push(done.account.clone()),
            Some(Contract::Item) => self.items.push(done.account.clone()),
            Some(Contract::Other) | None => {}
        }
    }
}

/// Reading.
impl Index {
    pub(crate) fn seqno(&self) -> u32 {
        self.blocks.last().map_or(0, |block| block.seqno)
    }

    /// The block with this number, or the newest before it, or the first.
    pub(crate) fn block(&self, seqno: u32) -> Option<BlockSeen> {
        let at = (seqno as usize).clamp(1, self.blocks.len().max(1));
        self.blocks.get(at.saturating_sub(1)).copied()
    }

    pub(crate) fn state(&self, account: &StdAddr) -> Option<ShardAccount> {
        self.accounts.get(account).map(|seen| seen.state.clone())
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Arc<Seen>> {
        self.transactions.get(number as usize)
    }

    pub(crate) fn by_hash(&self, hash: &HashBytes) -> Option<&Arc<Seen>> {
        self.get(*self.by_hash.get(hash)?)
    }

    /// The transaction that this message led to.
    pub(crate) fn receiver_of(&self, message: &HashBytes) -> Option<&Arc<Seen>> {
        let number = self
            .by_in_msg
            .get(message)
            .or_else(|| self.by_normalized_hash.get(message))?;
        self.get(*number)
    }

    /// The transaction that sent this message.
    pub(crate) fn sender_of(&self, message: &HashBytes) -> Option<&Arc<Seen>> {
        match self.on_their_way.get(message) {
            Some(number) => self.get(*number),
            None => self.get(self.receiver_of(message)?.parent?),
        }
    }

    pub(crate) fn of_account(&self, account: &StdAddr, range: Range) -> Vec<Arc<Seen>> {
        let Some(account) = self.accounts.get(account) else {
            return Vec::new();
        };
        let numbers = &account.transactions;
        let lt = |number: &u32| self.get(*number).map_or(0, |seen| seen.lt);
        let from = numbers.partition_point(|number| lt(number) < range.from_lt);
        let to = numbers.partition_point(|number| lt(number) <= range.to_lt);
        let within = numbers.get(from..to).unwrap_or_default().iter();
        self.page(within, range)
    }

    /// Of all accounts.
    pub(crate) fn of_everyone(&self, range: Range) -> Vec<Arc<Seen>> {
        let all: Vec<u32> = (0..count(&self.transactions)).collect();
        self.page(all.iter(), range)
    }

    pub(crate) fn of_block(&self, block: BlockSeen) -> Vec<Arc<Seen>> {
        let first = block.first as usize;
        let end = first.saturating_add(block.count as usize);
        self.transactions
            .get(first..end)
            .unwrap_or_default()
            .to_vec()
    }

    fn page<'a>(
        &self,
        numbers: impl DoubleEndedIterator<Item = &'a u32>,
        range: Range,
    ) -> Vec<Arc<Seen>> {
        let found = |number: &u32| self.get(*number).cloned();
        if range.oldest_first {
            let page = numbers.skip(range.offset).take(range.limit);
            page.filter_map(found).collect()
        } else {
            let page = numbers.rev().skip(range.offset).take(range.limit);
            page.filter_map(found).collect()
        }
    }

    pub(crate) fn trace(&self, number: u32) -> Option<Trace> {
        let trace = self.traces.get(number as usize)?;
        Some(Trace {
            id: trace.id,
            external_hash: trace.external_hash,
            transactions: trace
                .transactions
                .iter()
                .filter_map(|number| self.get(*number).cloned())
                .collect(),
            on_their_way: trace.on_their_way,
        })
    }

    pub(crate) fn trace_id(&self, number: u32) -> Option<HashBytes> {
        self.traces.get(number as usize).map(|trace| trace.id)
    }

    pub(crate) fn trace_external_hash(&self, number: u32) -> Option<HashBytes> {
        self.traces
            .get(number as usize)
            .and_then(|trace| trace.external_hash)
    }

    pub(crate) fn contract(&self, account: &StdAddr) -> Option<&Contract> {
        self.accounts.get(account)?.contract.as_ref()
    }

    pub(crate) fn jetton_wallets(&self) -> &[StdAddr] {
        &self.jetton_wallets
    }

    pub(crate) fn items(&self) -> &[StdAddr] {
        &self.items
    }

    pub(crate) fn minters(&self) -> &[StdAddr] {
        &self.minters
    }

    pub(crate) fn collections(&self) -> &[StdAddr] {
        &self.collections
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
