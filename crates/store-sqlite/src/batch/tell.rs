//! Answers, after the commit.

use crossbeam_channel::Sender;

use super::Batch;
use crate::writer::{Answer, Request};

impl Batch {
    /// Few answers are told at once; many by the other thread.
    pub(super) fn tell(&self, requests: Vec<Request>, answers: Vec<Answer>) {
        const FEW: usize = 16;
        if requests.len() <= FEW {
            return tell(requests, answers);
        }
        if let Err(crossbeam_channel::SendError((requests, answers))) =
            self.tellers.send((requests, answers))
        {
            tell(requests, answers);
        }
    }
}

/// A batch that is durable, and what its callers hear.
pub(super) type Told = (Vec<Request>, Vec<Answer>);

/// Waking a thousand callers takes as long as deciding their commands, so another thread does it while the next batch is decided.
pub(super) fn start_teller() -> Sender<Told> {
    let (tellers, told) = crossbeam_channel::unbounded::<Told>();
    let run = move || {
        told.iter()
            .for_each(|(requests, answers)| tell(requests, answers))
    };
    if let Err(error) = std::thread::Builder::new()
        .name("scrip-answers".into())
        .spawn(run)
    {
        tracing::error!(%error, "there is no thread for answers; the writer answers");
    }
    tellers
}

fn tell(requests: Vec<Request>, answers: Vec<Answer>) {
    let mut answers = answers.into_iter();
    for request in requests {
        match request {
            Request::One(_, tell) => drop(answers.next().map(|answer| tell.send(answer))),
            Request::Many(writes, tell) => {
                drop(tell.send(answers.by_ref().take(writes.len()).collect()))
            }
            Request::Task(task) => task.answer(Ok(())),
            Request::Close(tell) => drop(tell.send(Ok(()))),
        }
    }
}
