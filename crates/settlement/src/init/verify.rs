use ledger::AchievementId;
use ton::{
    Address,
    highload::HighloadWallet,
    toncenter::{AccountStatus, Client, StackEntry},
};

use super::{Contract, Contracts, InitError, look::code_hash};

/// Whether each contract is there, has the code that it should have, and is the wallet's.
///
/// # Errors
/// The first that is not so.
pub async fn verify(client: &Client, contracts: &Contracts) -> Result<(), InitError> {
    let collections = contracts.collections.iter();
    let collections: Vec<(AchievementId, Address)> = collections
        .map(|(id, collection)| (*id, collection.address().clone()))
        .collect();
    let minter = contracts.minter.address();
    verify_deployed(client, &contracts.wallet, minter, &collections).await
}

/// The same of addresses, as a configuration has them.
///
/// # Errors
/// The first that is not so.
pub async fn verify_deployed(
    client: &Client,
    wallet: &HighloadWallet,
    minter: &Address,
    collections: &[(AchievementId, Address)],
) -> Result<(), InitError> {
    let wallet = wallet.address();
    check_code(client, Contract::Wallet, wallet).await?;
    check_code(client, Contract::Minter, minter).await?;
    check_owner(client, Contract::Minter, minter, wallet).await?;
    for (id, collection) in collections {
        let contract = Contract::Collection(*id);
        check_code(client, contract, collection).await?;
        check_owner(client, contract, collection, wallet).await?;
    }
    Ok(())
}

async fn check_code(
    client: &Client,
    contract: Contract,
    address: &Address,
) -> Result<(), InitError> {
    let account = client.account(address).await?;
    let shown = ton::address::raw(address);
    if account.status != AccountStatus::Active {
        return Err(InitError::Missing {
            contract,
            address: shown,
        });
    }
    match account.code_hash {
        Some(code) if code != code_hash(contract) => Err(InitError::OtherCode {
            contract,
            address: shown,
            code,
        }),
        _ => Ok(()),
    }
}

async fn check_owner(
    client: &Client,
    contract: Contract,
    address: &Address,
    wallet: &Address,
) -> Result<(), InitError> {
    let owner = owner(client, contract, address).await?;
    if owner.as_ref() == Some(wallet) {
        return Ok(());
    }
    Err(InitError::OtherOwner {
        contract,
        address: ton::address::raw(address),
        owner,
    })
}

/// The minter's admin (TEP-74) or the collection's owner (TEP-62): the third value of both get-methods.
async fn owner(
    client: &Client,
    contract: Contract,
    address: &Address,
) -> Result<Option<Address>, InitError> {
    let method = match contract {
        Contract::Minter | Contract::Wallet => "get_jetton_data",
        Contract::Collection(_) => "get_collection_data",
    };
    let answer = client.run_get_method(address, method, &[]).await?;
    Ok(answer.stack.get(2).and_then(StackEntry::address))
}
