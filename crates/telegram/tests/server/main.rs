//! The game's server as its client and its attackers see it, over a real ledger.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod asked_forms;
mod init_data;
mod invoice;
mod linked;
mod payment;
mod played;
mod read;
mod refused;
mod signer;
mod wallet;
mod wallets;
mod world;
