//! Rewards and purchases on the sandbox chain, over the store that the environment chooses.

mod deposits;
mod faults;
mod processes;
mod rewards;
mod rig;
mod scheduler;
mod steps;
