//! The configuration of the chain: mainnet's values, global version 12.

use tycho_executor::ParsedConfig;
use tycho_types::{
    boc::Boc,
    cell::{Cell, HashBytes},
    dict::Dict,
    error::Error,
    models::{
        BlockchainConfig, BlockchainConfigParams, WorkchainDescription, WorkchainFormat,
        WorkchainFormatBasic,
    },
};

/// Base64 BoCs by parameter number: the configuration's address, version, and the prices of storage, gas and forwarding.
const PARAMETERS: [(u32, &str); 8] = [
    (
        0,
        "te6cckEBAQEAIgAAQFVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV+A4W5w==",
    ),
    (8, "te6cckEBAQEADwAAGsQAAAAMAAAAAAAAAe6BGoP+"),
    (
        18,
        "te6cckEBAQEAKQAATdBmAAAAAAAAAAAAAAAAgAAAAAAAAPoAAAAAAAAB9AAAAAAAA9CQQJVLVZs=",
    ),
    (
        20,
        "te6cckEBAQEATAAAlNEAAAAAAAAAZAAAAAAAD0JA3gAAAAAnEAAAAAAAAAAPQkAAAAAABCwdgAAAAAAAACcQAAAAAAAmJaAAAAAABfXhAAAAAAA7msoAKm2gQw==",
    ),
    (
        21,
        "te6cckEBAQEATAAAlNEAAAAAAAAAZAAAAAAAAJxA3gAAAAABkAAAAAAAAAAPQkAAAAAAAA9CQAAAAAAAACcQAAAAAACYloAAAAAABfXhAAAAAAA7msoAGR7wcQ==",
    ),
    (
        24,
        "te6cckEBAQEAIwAAQuoAAAAAAJiWgAAAAAAnEAAAAAAAD0JAAAAAAYAAVVVVVX2jQy8=",
    ),
    (
        25,
        "te6cckEBAQEAIwAAQuoAAAAAAAYagAAAAAABkAAAAAAAAJxAAAAAAYAAVVVVVXYlR3Q=",
    ),
    (
        31,
        "te6cckEBDgEA+AABAcABAgEgAgsCASADCgIBIAQHAgFIBQYAA99wAEG+9ev/zlOHA3TxFUSRetc6kI1OtRpUBKdHCsPbA17dsxQCAVgICQBBvtmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmcAEG+3N3+hWqZxcuAeEGZwHcL6jHyjg1zOPc3hEgN70TNkBQAQr+NXAIQs12t2qIZ+sRZ26D977H65Ol6DQeXc5/gUNaUygIBWAwNAEG/ekmJQ+VxHxbgpqJ2uY2LRjeIllTluWmxgGcV4eGm/YsAQb9Vr7RxN7xi+L9lCwD5yg91WmOGv8qmlniDDwvSA+yY0R+B460=",
    ),
];

pub(crate) fn chain_config() -> BlockchainConfig {
    parameters().expect("the parameters above are whole")
}

/// What the executor reads of it; `now_secs` chooses the storage prices.
pub(crate) fn parsed(now_secs: u32) -> ParsedConfig {
    ParsedConfig::parse(chain_config(), now_secs).expect("the parameters above are whole")
}

fn parameters() -> Result<BlockchainConfig, Error> {
    let mut dict: Dict<u32, Cell> = Dict::new();
    for (number, boc) in PARAMETERS {
        let cell = Boc::decode_base64(boc).map_err(|_| Error::InvalidData)?;
        dict.set(number, cell)?;
    }
    let mut params = BlockchainConfigParams::from_raw(dict.into_root().ok_or(Error::InvalidData)?);
    params.set_workchains(&workchains()?)?;
    Ok(BlockchainConfig {
        address: HashBytes([0x55; 32]),
        params,
    })
}

/// Parameter 12. Mainnet's has a tag that `tycho-types` does not read, so it is built here.
fn workchains() -> Result<Dict<i32, WorkchainDescription>, Error> {
    let mut workchains = Dict::new();
    workchains.set(
        0,
        WorkchainDescription {
            enabled_since: 0,
            actual_min_split: 0,
            min_split: 0,
            max_split: 0,
            active: true,
            accept_msgs: true,
            zerostate_root_hash: HashBytes::ZERO,
            zerostate_file_hash: HashBytes::ZERO,
            version: 0,
            format: WorkchainFormat::Basic(WorkchainFormatBasic {
                vm_version: -1,
                vm_mode: 0,
            }),
        },
    )?;
    Ok(workchains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_the_basechain_at_version_12() {
        let config = parsed(1_800_000_000);
        assert_eq!(config.global.version, 12);
        assert_eq!(config.size_limits.max_ext_msg_size, 65_535);
        assert!(config.workchains.contains_key(&0));
        assert_eq!(config.storage_prices.len(), 1);
    }
}
