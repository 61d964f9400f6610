//! The game's server as its client and its attackers see it, over a real ledger.

mod asked_forms;
mod init_data;
mod invoice;
mod linked;
mod played;
mod read;
mod refused;
mod signer;
mod wallets;
mod world;
