//! The sandbox chain as its users see it: through toncenter's interface, with the real contracts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chain;
mod faults;
mod foreign;
mod restart;
mod rig;
mod traps;
