//! The thread that makes the blocks.

use std::{
    collections::{HashSet, VecDeque},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tycho_types::cell::HashBytes;

use crate::{
    block::Block,
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
    /// Blocks that readers do not see yet.
    unseen: VecDeque<Block>,
    carried_out: u64,
}

impl Producer {
    pub(crate) fn new(shared: Arc<Shared>, commands: Receiver<Command>, pace: Pace) -> Self {
        Self {
            world: World::begin(shared.clock.now_secs()),
            shared,
            commands,
            pace,
            unseen: VecDeque::new(),
            carried_out: 0,
        }
    }

    /// Until it is told to stop, or nobody is left who could tell it.
    pub(crate) fn run(mut self) {
        let mut orders = Vec::new();
        // The first block is there at once, so that there is a chain to ask about.
        self.make(&mut orders);
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
        let block = self.world.block(each_external_once(orders), bounds);
        let seqno = block.seqno;
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
