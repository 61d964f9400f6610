use serde::Serialize;

use crate::{CONSTANTS, Ended, State};

/// What flaps come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub score: u32,
    /// Steps from the first to the one in which the run ended.
    pub ticks: u32,
    pub ended: Ended,
    /// Where the bird was at the end, and how far it had flown: so that two simulations that differ are found to.
    pub y: i32,
    pub distance: i64,
}

/// Why flaps are no run. Variants in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlapsError {
    #[error("a run has at most {most} flaps")]
    TooMany { most: u32 },
    #[error("each flap comes after the one before it, and flap number {nth} does not")]
    OutOfOrder { nth: u32 },
    #[error("the run ended at tick {ended}, and there is a flap at {flap}")]
    AfterTheEnd { flap: u32, ended: u32 },
}

/// Plays a whole run: flaps at these ticks, and then none until it ends. Half an hour of the game is the most that is ever played.
///
/// # Errors
/// [`FlapsError`], for what no game can have recorded.
pub fn replay(seed: u32, flaps: &[u32]) -> Result<Outcome, FlapsError> {
    let most = CONSTANTS.flaps_most;
    if u32::try_from(flaps.len()).map_or(true, |count| count > most) {
        return Err(FlapsError::TooMany { most });
    }
    let wrong = flaps.windows(2).position(|pair| pair[0] >= pair[1]);
    if let Some(at) = wrong.and_then(|at| u32::try_from(at).ok()) {
        return Err(FlapsError::OutOfOrder { nth: at + 1 });
    }
    let mut state = State::new(seed);
    let mut left = flaps.iter().copied().peekable();
    loop {
        let flap = left.next_if_eq(&state.tick()).is_some();
        let Some(ended) = state.step(flap) else {
            continue;
        };
        return match left.next() {
            Some(flap) => Err(FlapsError::AfterTheEnd {
                flap,
                ended: state.tick(),
            }),
            None => Ok(outcome(&state, ended)),
        };
    }
}

const fn outcome(state: &State, ended: Ended) -> Outcome {
    Outcome {
        score: state.score(),
        ticks: state.tick(),
        ended,
        y: state.y(),
        distance: state.distance(),
    }
}
