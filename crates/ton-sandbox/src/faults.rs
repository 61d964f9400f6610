//! What can go wrong, on demand. Counts are used up by the requests they hit; switches hold until they are taken back.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
};

/// How a client misses the answer to a message that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostAnswer {
    /// The connection breaks.
    Dropped,
    /// Status 500.
    ServerError,
    /// Status 504, as toncenter gives when the server behind it is slow.
    GatewayTimeout,
}

/// The faults of a running sandbox.
#[derive(Debug, Default)]
pub struct Faults {
    lost_answers: Mutex<Vec<(LostAnswer, u32)>>,
    lost_externals: AtomicU32,
    busy: AtomicU32,
    busy_percent: AtomicU32,
    busy_sum: AtomicU32,
    failing: AtomicU32,
    lag_blocks: AtomicU32,
    finality_blocks: AtomicU32,
    page_most: AtomicU32,
    reordered_pages: AtomicU32,
    gapped_pages: AtomicU32,
    frozen: AtomicBool,
    one_hop: AtomicBool,
}

impl Faults {
    /// The next `count` messages sent are taken and executed, and the client sees no answer.
    pub fn lose_answers(&self, how: LostAnswer, count: u32) {
        self.lost().push((how, count));
    }

    /// The next `count` messages sent are answered with ok and never executed.
    pub fn lose_externals(&self, count: u32) {
        self.lost_externals.store(count, Relaxed);
    }

    /// The next `count` requests of any kind are answered 429.
    pub fn answer_busy(&self, count: u32) {
        self.busy.store(count, Relaxed);
    }

    /// This many of a hundred requests are answered 429, evenly spread.
    pub fn answer_busy_share(&self, percent: u32) {
        self.busy_percent.store(percent.min(100), Relaxed);
    }

    /// The next `count` requests of any kind are answered 500.
    pub fn fail(&self, count: u32) {
        self.failing.store(count, Relaxed);
    }

    /// What the server knows stays this many blocks behind the chain: accounts, transactions, time.
    pub fn lag(&self, blocks: u32) {
        self.lag_blocks.store(blocks, Relaxed);
    }

    /// A transaction is final only this many blocks after its own: v3 shows it as pending in the newest block and as
    /// confirmed after that, v2 not at all, and the masterchain's newest block is the newest final one.
    pub fn late_finality(&self, blocks: u32) {
        self.finality_blocks.store(blocks, Relaxed);
    }

    /// Lists of transactions are cut to this many, whatever limit was asked for; 0 ends it.
    pub fn short_pages(&self, most: u32) {
        self.page_most.store(most, Relaxed);
    }

    /// The next `count` lists of transactions come in the wrong order.
    pub fn reorder_pages(&self, count: u32) {
        self.reordered_pages.store(count, Relaxed);
    }

    /// The next `count` lists of at least three transactions lack one in the middle.
    pub fn gap_pages(&self, count: u32) {
        self.gapped_pages.store(count, Relaxed);
    }

    /// No blocks: time and chain stand still, messages wait.
    pub fn freeze(&self, on: bool) {
        self.frozen.store(on, Relaxed);
    }

    /// A message is delivered in the block after the one in which it was sent, so that a trace takes several blocks.
    pub fn one_hop_a_block(&self, on: bool) {
        self.one_hop.store(on, Relaxed);
    }

    /// All is well again.
    pub fn clear(&self) {
        self.lost().clear();
        for count in [
            &self.lost_externals,
            &self.busy,
            &self.busy_percent,
            &self.failing,
            &self.lag_blocks,
            &self.finality_blocks,
            &self.page_most,
            &self.reordered_pages,
            &self.gapped_pages,
        ] {
            count.store(0, Relaxed);
        }
        self.freeze(false);
        self.one_hop_a_block(false);
    }

    fn lost(&self) -> MutexGuard<'_, Vec<(LostAnswer, u32)>> {
        self.lost_answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the server asks.
impl Faults {
    pub(crate) fn takes_lost_answer(&self) -> Option<LostAnswer> {
        let mut lost = self.lost();
        lost.retain(|(_, left)| *left > 0);
        let (how, left) = lost.first_mut()?;
        *left = left.saturating_sub(1);
        Some(*how)
    }

    pub(crate) fn takes_lost_external(&self) -> bool {
        takes(&self.lost_externals)
    }

    pub(crate) fn takes_busy(&self) -> bool {
        takes(&self.busy) || self.is_in_busy_share()
    }

    fn is_in_busy_share(&self) -> bool {
        let percent = self.busy_percent.load(Relaxed);
        let before = self.busy_sum.fetch_add(percent, Relaxed);
        before / 100 != before.wrapping_add(percent) / 100
    }

    pub(crate) fn takes_failure(&self) -> bool {
        takes(&self.failing)
    }

    pub(crate) fn lag_blocks(&self) -> u32 {
        self.lag_blocks.load(Relaxed)
    }

    pub(crate) fn finality_blocks(&self) -> u32 {
        self.finality_blocks.load(Relaxed)
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.frozen.load(Relaxed)
    }

    pub(crate) fn is_one_hop(&self) -> bool {
        self.one_hop.load(Relaxed)
    }

    /// What a client gets to see of a page.
    pub(crate) fn spoil_page<T>(&self, page: &mut Vec<T>) {
        let most = self.page_most.load(Relaxed) as usize;
        if most > 0 {
            page.truncate(most);
        }
        if page.len() >= 3 && takes(&self.gapped_pages) {
            page.remove(page.len() / 2);
        }
        if page.len() >= 2 && takes(&self.reordered_pages) {
            page.rotate_left(1);
        }
    }
}

fn takes(count: &AtomicU32) -> bool {
    count
        .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_requests_is_spread_evenly() {
        let faults = Faults::default();
        faults.answer_busy_share(25);
        let busy: Vec<bool> = (0..8).map(|_| faults.takes_busy()).collect();
        assert_eq!(busy, [false, false, false, true, false, false, false, true]);
    }

    #[test]
    fn lost_answers_come_in_their_order_and_are_used_up() {
        let faults = Faults::default();
        faults.lose_answers(LostAnswer::Dropped, 1);
        faults.lose_answers(LostAnswer::ServerError, 1);
        assert_eq!(faults.takes_lost_answer(), Some(LostAnswer::Dropped));
        assert_eq!(faults.takes_lost_answer(), Some(LostAnswer::ServerError));
        assert_eq!(faults.takes_lost_answer(), None);
    }
}
