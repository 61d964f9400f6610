use ton::{
    Hash, code,
    toncenter::{AccountStatus, Client},
};

use super::{Contract, Contracts, InitError, design::Deployment};

/// What is there and what is not.
pub(super) struct Seen {
    pub(super) wallet_active: bool,
    /// In nanoton.
    pub(super) balance: u128,
    pub(super) missing: Vec<Deployment>,
    pub(super) found: Vec<Contract>,
}

impl Seen {
    pub(super) fn all(&self) -> bool {
        self.wallet_active && self.missing.is_empty()
    }

    /// The first that is not there.
    pub(super) fn first_missing(&self) -> Contract {
        let missing = self.missing.first();
        missing.map_or(Contract::Wallet, |deployment| deployment.contract)
    }
}

pub(super) async fn look(client: &Client, contracts: &Contracts) -> Result<Seen, InitError> {
    let wallet = client.account(contracts.wallet.address()).await?;
    let wallet_active = wallet.status == AccountStatus::Active;
    let mut seen = Seen {
        wallet_active,
        balance: wallet.balance,
        missing: Vec::new(),
        found: Vec::from_iter(wallet_active.then_some(Contract::Wallet)),
    };
    for deployment in contracts.deployments() {
        let account = client.account(&deployment.address).await?;
        if account.status == AccountStatus::Active {
            seen.found.push(deployment.contract);
        } else {
            seen.missing.push(deployment);
        }
    }
    Ok(seen)
}

/// The hash of the code that a contract has when it is ours.
pub(super) fn code_hash(contract: Contract) -> Hash {
    let code = match contract {
        Contract::Wallet => code::highload_wallet_v3(),
        Contract::Minter => code::jetton_minter(),
        Contract::Collection(_) => code::nft_collection(),
    };
    *code.repr_hash()
}
