use ledger::{TonAddress, TonHash};
use ton::{Address, Hash};

/// The ledger's form of a chain's address.
pub(crate) fn kept(address: &Address) -> TonAddress {
    TonAddress::new(address.workchain, address.address.0)
}

/// The chain's form of a kept address.
pub(crate) fn on_chain(address: TonAddress) -> Address {
    Address::new(address.workchain(), Hash::from(*address.account()))
}

pub(crate) fn kept_hash(hash: &Hash) -> TonHash {
    TonHash::from_bytes(hash.0)
}

pub(crate) fn chain_hash(hash: TonHash) -> Hash {
    Hash::from(*hash.bytes())
}
