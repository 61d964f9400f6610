use ledger::TonAddress;
use serde_json::{Value, json};
use ton::address::{self, Form};

use super::config::Network;

pub(super) const fn ours(address: &ton::Address) -> TonAddress {
    TonAddress::new(address.workchain, address.address.0)
}

pub(super) fn theirs(address: TonAddress) -> ton::Address {
    ton::Address::new(address.workchain(), ton::Hash::from(*address.account()))
}

/// A contract, in the two forms that clients want.
pub(super) fn contract(address: TonAddress, network: Network) -> Value {
    let friendly = friendly(&theirs(address), network);
    json!({"address": address.to_string(), "friendly": friendly})
}

/// As people of this network write a contract's address.
pub(super) fn friendly(contract: &ton::Address, network: Network) -> String {
    let form = Form {
        bounceable: true,
        testnet: network.is_test(),
    };
    address::friendly(contract, form)
}
