//! A player who never fails, for tests and demonstrations.

use crate::{CONSTANTS, State, state::velocity_after};

/// How far above a gap's lower edge the pilot lets the bird sink.
const MARGIN: i32 = 8 * CONSTANTS.pixel;

/// Whether the pilot flaps now: as late as it can without touching the lower edge of the gap that comes.
pub fn flaps_now(state: &mut State) -> bool {
    let lowest = state.next_pipe().bottom - CONSTANTS.bird_half_height - MARGIN;
    state.y() + velocity_after(state.velocity(), false) > lowest
}

/// The flaps of a run that passes exactly so many pipes, as long as a run of half an hour has them. After the last one the pilot lets go.
pub fn flaps(seed: u32, score: u32) -> Vec<u32> {
    let mut state = State::new(seed);
    let mut flaps = Vec::new();
    while state.ended().is_none() && state.score() < score {
        let tick = state.tick();
        let flap = flaps_now(&mut state);
        if flap {
            flaps.push(tick);
        }
        state.step(flap);
    }
    flaps
}
