/**
 * Every number of the game, named as the server names them. Lengths and places are in 256ths of a pixel of a screen 360 wide and 640 high, from the
 * left and from above; times are ticks; speeds are lengths a tick. What each one is for stands in `crates/flight`, and its vectors hold the two
 * simulations together.
 */
export const CONSTANTS = {
  version: 1,
  ticks_per_second: 60,
  pixel: 256,
  width: 92_160,
  height: 163_840,
  ground: 143_360,

  bird_x: 25_600,
  bird_half_width: 3_584,
  bird_half_height: 2_816,
  start_y: 71_680,
  gravity: 80,
  flap: -1_440,
  fall_most: 2_304,

  speed_first: 584,
  speed_more: 3,
  speed_most: 850,

  first_pipe: 107_520,
  pipe_every: 58_880,
  pipe_width: 16_384,
  gap_first: 45_056,
  gap_less: 128,
  gap_least: 34_816,
  centre_top: 33_280,
  centre_bottom: 110_080,
  centre_reach: 33_280,

  ticks_most: 108_000,
  flaps_most: 20_000,
} as const;
