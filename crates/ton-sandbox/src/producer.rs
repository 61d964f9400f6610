//! The thread that makes the blocks.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tokio::sync::oneshot;
use tycho_types::cell::HashBytes;

use crate::{
    block::Block,
    journal::{Journal, Record},
    shared::{Progress, Shared},
    world::{Bounds, Order, World},
};

#[derive(Debug)]
pub(crate) enum Command {
    Order(Order),
    Stop,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub block: Duration,
    pub block_transactions: usize,
}

#[derive(Debug)]
pub(crate) struct Producer {
    world: World,
    shared: Arc<Shared>,
    commands: Receiver<Command>,
    pace: Pace,
    journal: Option<Journal>,
    /// Blocks that readers do not see yet.
    unseen: VecDeque<Block>,
    carried_out: u64,
    busy_seqno: u32,
}

impl Producer {
    pub(crate) fn new(shared: Arc<Shared>, commands: Receiver<Command>, pace: Pace) -> Self {
        Self {
            world: World::begin(shared.clock.now_secs()),
            shared,
            commands,
            pace,
            journal: None,
            unseen: VecDeque::new(),
            carried_out: 0,
            busy_seqno: 0,
        }
    }

    /// Executes once more what the journal tells of, and goes on with it.
    pub(crate) fn restore(&mut self, journal: Journal, records: &[Record]) {
        for record in records {
            self.world.skip_to(record.seqno);
            let block = self.world.block(record.orders(), record.bounds());
            self.publish(block);
        }
        self.journal = Some(journal);
    }

    /// Until it is told to stop, or nobody is left who could tell it.
    pub(crate) fn run(mut self, begun: oneshot::Sender<()>) {
        let mut orders = Vec::new();
        // The first block is there at once, so that there is a chain to ask about.
        self.make(&mut orders);
        // Whoever started it may have gone; then it is told to stop next.
        let _ = begun.send(());
        while self.gather(&mut orders) {
            if !self.shared.faults.is_frozen() {
                self.make(&mut orders);
            }
        }
    }

    /// What comes in until the next block is due; false to end.
    #[expect(
        clippy::disallowed_methods,
        reason = "blocks come at a fixed pace of the machine's clock"
    )]
    fn gather(&mut self, orders: &mut Vec<Order>) -> bool {
        let due = Instant::now() + self.pace.block;
        loop {
            let left = due.saturating_duration_since(Instant::now());
            match self.commands.recv_timeout(left) {
                Ok(Command::Order(order)) => orders.push(order),
                Err(RecvTimeoutError::Timeout) => return true,
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn make(&mut self, orders: &mut Vec<Order>) {
        let orders = std::mem::take(orders);
        self.carried_out = self.carried_out.saturating_add(orders.len() as u64);
        let bounds = Bounds {
            now_secs: self.shared.clock.now_secs(),
            transactions_most: self.pace.block_transactions,
            one_hop: self.shared.faults.is_one_hop(),
        };
        let orders = each_external_once(orders);
        let record = self
            .journal
            .is_some()
            .then(|| Record::of(self.world.next_seqno(), bounds, &orders));
        let block = self.world.block(orders, bounds);
        let happened = !block.done.is_empty() || block.refused > 0;
        if let (Some(journal), Some(record), true) = (&mut self.journal, record, happened)
            && let Err(error) = journal.add(&record)
        {
            tracing::error!(%error, "the chain's file cannot be written; after a restart what comes now is gone");
            self.journal = None;
        }
        self.publish(block);
    }

    fn publish(&mut self, block: Block) {
        let seqno = block.seqno;
        if !block.done.is_empty() {
            self.busy_seqno = seqno;
        }
        let mut head = self.shared.head_mut();
        for done in &block.done {
            head.insert(done.account.clone(), done.state.clone());
        }
        drop(head);
        self.unseen.push_back(block);
        self.show(seqno);
    }

    fn show(&mut self, seqno: u32) {
        let seen_to = seqno.saturating_sub(self.shared.faults.lag_blocks());
        let mut index = self.shared.index_mut();
        while let Some(block) = self.unseen.pop_front_if(|block| block.seqno <= seen_to) {
            index.add(block);
        }
        let seen_seqno = index.seqno();
        drop(index);
        self.shared.progress.send_replace(Progress {
            seqno,
            seen_seqno,
            busy_seqno: self.busy_seqno,
            carried_out: self.carried_out,
            waiting: self.world.waiting(),
        });
    }
}

/// A message that is sent twice before its block comes is in the pool once.
fn each_external_once(orders: Vec<Order>) -> Vec<Order> {
    let mut taken: HashSet<HashBytes> = HashSet::new();
    orders
        .into_iter()
        .filter(|order| match order {
            Order::Take(external) => taken.insert(external.hash),
            Order::Give { .. } => true,
        })
        .collect()
}
