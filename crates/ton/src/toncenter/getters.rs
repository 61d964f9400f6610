//! What contracts answer about themselves.

use super::{AccountStatus, Client, ClientError, StackEntry};
use crate::{Address, jetton};

impl Client {
    /// In minor units; zero for an owner who never had any.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn jetton_balance(
        &self,
        minter: &Address,
        owner: &Address,
    ) -> Result<u128, ClientError> {
        let wallet = jetton::wallet_address(minter, owner);
        match self.read(&wallet, "get_wallet_data").await? {
            Some(stack) => first(&stack, "get_wallet_data", StackEntry::number),
            None => Ok(0),
        }
    }

    /// All that was minted, in minor units; zero where the minter is not deployed.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn jetton_supply(&self, minter: &Address) -> Result<u128, ClientError> {
        match self.read(minter, "get_jetton_data").await? {
            Some(stack) => first(&stack, "get_jetton_data", StackEntry::number),
            None => Ok(0),
        }
    }

    /// The index that the collection gives to its next item; zero where it is not deployed.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn collection_next_index(&self, collection: &Address) -> Result<u64, ClientError> {
        match self.read(collection, "get_collection_data").await? {
            Some(stack) => first(&stack, "get_collection_data", |entry| {
                u64::try_from(entry.number()?).ok()
            }),
            None => Ok(0),
        }
    }

    /// None where there is no such item, or nobody owns it.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn item_owner(&self, item: &Address) -> Result<Option<Address>, ClientError> {
        // Whether it is initialised, index, collection, owner, content (TEP-62).
        let owner = self
            .read(item, "get_nft_data")
            .await?
            .and_then(|stack| stack.get(3)?.address());
        Ok(owner)
    }

    /// None where the contract is not deployed or has no such method.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn public_key(&self, wallet: &Address) -> Result<Option<[u8; 32]>, ClientError> {
        let result = self.run_get_method(wallet, "get_public_key", &[]).await?;
        if !succeeded(result.exit_code) {
            return Ok(None);
        }
        Ok(result.stack.first().and_then(StackEntry::number_256))
    }

    /// None where nothing is deployed; servers differ in the exit code that they give then.
    async fn read(
        &self,
        contract: &Address,
        method: &str,
    ) -> Result<Option<Vec<StackEntry>>, ClientError> {
        let result = self.run_get_method(contract, method, &[]).await?;
        if succeeded(result.exit_code) {
            return Ok(Some(result.stack));
        }
        match self.account(contract).await?.status {
            AccountStatus::Active => Err(ClientError::Answer(format!(
                "{method} ends with exit code {}",
                result.exit_code
            ))),
            AccountStatus::Frozen | AccountStatus::Uninit | AccountStatus::Nonexist => Ok(None),
        }
    }
}

fn succeeded(exit_code: i32) -> bool {
    matches!(exit_code, 0 | 1)
}

fn first<T>(
    stack: &[StackEntry],
    method: &str,
    read: impl FnOnce(&StackEntry) -> Option<T>,
) -> Result<T, ClientError> {
    stack
        .first()
        .and_then(read)
        .ok_or_else(|| ClientError::Answer(format!("{method} gives something else than it should")))
}
