//! Which contract an account is, as far as the indexer of the real toncenter tells them apart for us.

use tycho_types::{
    cell::Load,
    models::{Account, AccountState, IntAddr, ShardAccount, StateInit, StdAddr},
    num::Tokens,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Contract {
    JettonWallet { owner: StdAddr, minter: StdAddr },
    Minter,
    Collection,
    Item,
    Other,
}

/// None as long as there is no code.
pub(crate) fn of(state: &ShardAccount) -> Option<Contract> {
    let init = init(state)?;
    let code = init.code.as_ref()?;
    Some(if code == ton::code::jetton_wallet() {
        jetton_wallet(&init).unwrap_or(Contract::Other)
    } else if code == ton::code::sbt_item() {
        Contract::Item
    } else if code == ton::code::jetton_minter() {
        Contract::Minter
    } else if code == ton::code::nft_collection() {
        Contract::Collection
    } else {
        Contract::Other
    })
}

pub(crate) fn account(state: &ShardAccount) -> Option<Account> {
    state.load_account().ok().flatten()
}

pub(crate) fn init(state: &ShardAccount) -> Option<StateInit> {
    match account(state)?.state {
        AccountState::Active(init) => Some(init),
        AccountState::Uninit | AccountState::Frozen(_) => None,
    }
}

/// Its data begins with balance, owner and minter (TEP-74's reference contract).
fn jetton_wallet(init: &StateInit) -> Option<Contract> {
    let mut data = init.data.as_ref()?.as_slice().ok()?;
    Tokens::load_from(&mut data).ok()?;
    let IntAddr::Std(owner) = IntAddr::load_from(&mut data).ok()? else {
        return None;
    };
    let IntAddr::Std(minter) = IntAddr::load_from(&mut data).ok()? else {
        return None;
    };
    Some(Contract::JettonWallet { owner, minter })
}
