use serde::Serialize;

/// Every number of the game. Lengths and places are in 256ths of a pixel, from the left and from above; times are ticks; speeds are lengths a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Constants {
    /// Grows with every change of these numbers or of the rules: a client of another version plays another game.
    pub version: u32,
    pub ticks_per_second: u32,
    /// Lengths in one pixel.
    pub pixel: i32,
    pub width: i32,
    pub height: i32,
    /// Where the ground begins.
    pub ground: i32,

    /// Where the bird is on the screen, from its middle. It is a box to whatever it hits.
    pub bird_x: i32,
    pub bird_half_width: i32,
    pub bird_half_height: i32,
    pub start_y: i32,
    /// What is added to the velocity in each tick.
    pub gravity: i32,
    /// The velocity after a flap; negative is up.
    pub flap: i32,
    pub fall_most: i32,

    /// How fast the bird flies forward at the beginning.
    pub speed_first: i32,
    /// What is added for each pipe that was passed.
    pub speed_more: i32,
    pub speed_most: i32,

    /// The left edge of the first pipe, when nothing was flown yet.
    pub first_pipe: i32,
    /// From one pipe's left edge to the next one's.
    pub pipe_every: i32,
    pub pipe_width: i32,
    /// The gap of the first pipe, from above to below.
    pub gap_first: i32,
    /// How much smaller each pipe's gap is than the one's before.
    pub gap_less: i32,
    pub gap_least: i32,
    /// The middle of a gap is between these.
    pub centre_top: i32,
    pub centre_bottom: i32,
    /// How far apart the middles of two neighbours' gaps are at most.
    pub centre_reach: i32,

    /// A run ends at this tick, half an hour.
    pub ticks_most: u32,
    /// More flaps than these are no run: more than ten a second for half an hour.
    pub flaps_most: u32,
}

const PIXEL: i32 = 256;

/// The numbers in use.
///
/// A flap lifts the bird by about 50 pixels within 18 ticks. Between two pipes there are 138 pixels of free flight: 60 ticks at the beginning and
/// 41 at full speed, which is reached after about ninety pipes together with the smallest gap. Whoever comes out of a gap just after a flap still falls
/// far enough for the lowest next gap, so that no level has a place that nobody passes; [`crate::pilot`] is the proof.
pub const CONSTANTS: Constants = Constants {
    version: 1,
    ticks_per_second: 60,
    pixel: PIXEL,
    width: 360 * PIXEL,
    height: 640 * PIXEL,
    ground: 560 * PIXEL,

    bird_x: 100 * PIXEL,
    bird_half_width: 14 * PIXEL,
    bird_half_height: 11 * PIXEL,
    start_y: 280 * PIXEL,
    gravity: 80,
    flap: -1_440,
    fall_most: 9 * PIXEL,

    speed_first: 584,
    speed_more: 3,
    speed_most: 850,

    first_pipe: 420 * PIXEL,
    pipe_every: 230 * PIXEL,
    pipe_width: 64 * PIXEL,
    gap_first: 176 * PIXEL,
    gap_less: PIXEL / 2,
    gap_least: 136 * PIXEL,
    centre_top: 130 * PIXEL,
    centre_bottom: 430 * PIXEL,
    centre_reach: 130 * PIXEL,

    ticks_most: 30 * 60 * 60,
    flaps_most: 20_000,
};
