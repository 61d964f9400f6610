//! The sandbox chain as its users see it: through toncenter's interface, with the real contracts.

mod chain;
mod faults;
mod foreign;
mod restart;
mod rig;
mod traps;
