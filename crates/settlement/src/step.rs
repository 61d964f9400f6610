use std::{fmt, sync::Arc};

/// Something that the work has done and that does not undo itself, named for whoever looks at what a crash after it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The queue's oldest rewards are a batch.
    Formed,
    /// The balance was found enough.
    Funded,
    /// The batch's message is kept.
    Signed,
    /// The sending is counted; the bytes have not left.
    Counted,
    /// The bytes have left.
    Sent,
    /// The wallet's transaction is kept.
    Landed,
    /// Some of the batch's rewards are settled.
    Settled,
    /// The batch is done.
    Ended,
    /// The batch's message can never land, and its rewards wait again.
    Expired,
    /// The account's new transactions were read.
    Read,
    /// A deposit is recorded.
    Deposited,
    /// The cursor stands behind all that was read.
    Moved,
    /// A held deposit was given to its player.
    Claimed,
}

impl Step {
    pub const ALL: [Step; 13] = [
        Step::Formed,
        Step::Funded,
        Step::Signed,
        Step::Counted,
        Step::Sent,
        Step::Landed,
        Step::Settled,
        Step::Ended,
        Step::Expired,
        Step::Read,
        Step::Deposited,
        Step::Moved,
        Step::Claimed,
    ];
}

/// What comes after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    GoOn,
    /// The step once more, with what it knew before: as a process does that was overtaken and does not know it.
    Again,
    /// The work ends here, as if it had been killed.
    Stop,
}

/// Asked after every step; only tests answer anything but [`After::GoOn`].
#[derive(Clone, Default)]
pub struct AfterStep(Option<Arc<dyn Fn(Step) -> After + Send + Sync>>);

impl AfterStep {
    pub fn new(ask: impl Fn(Step) -> After + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(ask)))
    }

    pub(crate) fn of(&self, step: Step) -> After {
        self.0.as_ref().map_or(After::GoOn, |ask| ask(step))
    }
}

impl fmt::Debug for AfterStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "AfterStep(asked)"
        } else {
            "AfterStep(go on)"
        })
    }
}
