use serde_json::{Value, json};
use tycho_types::models::{AccountState, AccountStatus, ShardAccount, StateInit, StdAddr};

use super::{Answer, address_book, transaction};
use crate::{
    contract,
    handle::Handle,
    http::{
        given::{Given, Unreadable},
        text,
        v2::Wallet,
    },
    world,
};

struct Found {
    address: StdAddr,
    state: ShardAccount,
    status: AccountStatus,
    balance: String,
    frozen_hash: Option<String>,
    init: Option<StateInit>,
}

impl Found {
    fn of(chain: &Handle, address: StdAddr) -> Self {
        let state = chain.shared.index().state(&address);
        let state = state.unwrap_or_else(world::nothing);
        let account = contract::account(&state);
        let status = account
            .as_ref()
            .map_or(AccountStatus::NotExists, |account| account.state.status());
        let balance = account
            .as_ref()
            .map_or(0, |account| account.balance.tokens.into_inner());
        let (frozen_hash, init) = match account.map(|account| account.state) {
            Some(AccountState::Frozen(hash)) => (Some(text::hash(&hash)), None),
            Some(AccountState::Active(init)) => (None, Some(init)),
            Some(AccountState::Uninit) | None => (None, None),
        };
        Self {
            address,
            state,
            status,
            balance: balance.to_string(),
            frozen_hash,
            init,
        }
    }

    fn last_lt(&self) -> String {
        self.state.last_trans_lt.to_string()
    }

    fn last_hash(&self) -> String {
        text::hash(&self.state.last_trans_hash)
    }

    fn code_hash(&self) -> Option<String> {
        let code = self.init.as_ref()?.code.as_ref()?;
        Some(text::hash(code.repr_hash()))
    }

    fn shown(&self, with_boc: bool) -> Value {
        let code = self.init.as_ref().and_then(|init| init.code.as_ref());
        let data = self.init.as_ref().and_then(|init| init.data.as_ref());
        let mut shown = json!({
            "address": text::raw(&self.address),
            "account_state_hash": text::hash(self.state.account.repr_hash()),
            "balance": self.balance,
            "extra_currencies": {},
            "status": transaction::status(self.status),
            "last_transaction_hash": self.last_hash(),
            "last_transaction_lt": self.last_lt(),
            "code_hash": self.code_hash(),
            "data_hash": data.map(|cell| text::hash(cell.repr_hash())),
            "frozen_hash": self.frozen_hash,
            "contract_methods": null,
            "interfaces": [],
        });
        if with_boc {
            shown["code_boc"] = json!(code.map(text::boc));
            shown["data_boc"] = json!(data.map(text::boc));
        }
        shown
    }
}

fn asked(chain: &Handle, given: &Given) -> Result<Vec<Found>, Unreadable> {
    let addresses = given.addresses("address")?;
    if addresses.is_empty() {
        return Err(Unreadable("address of account is required".to_owned()));
    }
    let found = addresses.into_iter();
    Ok(found.map(|address| Found::of(chain, address)).collect())
}

/// `GET /accountStates`
pub(super) fn states(chain: &Handle, given: &Given) -> Answer {
    let with_boc = given.text("include_boc").as_deref() != Some("false");
    let mut found = asked(chain, given)?;
    // The index does not know accounts that never were.
    found.retain(|found| found.status != AccountStatus::NotExists);
    let accounts: Vec<Value> = found.iter().map(|found| found.shown(with_boc)).collect();
    let book = address_book(found.into_iter().map(|found| found.address));
    Ok(json!({"accounts": accounts, "address_book": book, "metadata": {}}))
}

/// `GET /addressInformation`
pub(super) fn information(chain: &Handle, given: &Given) -> Answer {
    let found = Found::of(chain, given.address("address")?);
    let init = found.init.as_ref();
    let status = match found.status {
        AccountStatus::Active => "active",
        AccountStatus::Frozen => "frozen",
        AccountStatus::Uninit | AccountStatus::NotExists => "uninitialized",
    };
    Ok(json!({
        "balance": found.balance,
        "code": init.and_then(|init| init.code.as_ref()).map(text::boc),
        "data": init.and_then(|init| init.data.as_ref()).map(text::boc),
        "last_transaction_lt": found.last_lt(),
        "last_transaction_hash": found.last_hash(),
        "frozen_hash": found.frozen_hash,
        "status": status,
    }))
}

/// `GET /walletInformation`
pub(super) fn wallet_information(chain: &Handle, given: &Given) -> Answer {
    let found = Found::of(chain, given.address("address")?);
    let wallet = found.init.as_ref().and_then(Wallet::of);
    let mut shown = json!({
        "balance": found.balance,
        "last_transaction_lt": found.last_lt(),
        "last_transaction_hash": found.last_hash(),
        "status": transaction::status(found.status),
    });
    add_wallet(&mut shown, wallet);
    Ok(shown)
}

/// `GET /walletStates`
pub(super) fn wallet_states(chain: &Handle, given: &Given) -> Answer {
    let found = asked(chain, given)?;
    let wallets: Vec<Value> = found
        .iter()
        .map(|found| {
            let wallet = found.init.as_ref().and_then(Wallet::of);
            let mut shown = json!({
                "address": text::raw(&found.address),
                "is_wallet": wallet.is_some(),
                "balance": found.balance,
                "extra_currencies": {},
                "status": transaction::status(found.status),
                "code_hash": found.code_hash(),
                "last_transaction_hash": found.last_hash(),
                "last_transaction_lt": found.last_lt(),
            });
            add_wallet(&mut shown, wallet);
            shown
        })
        .collect();
    let book = address_book(found.into_iter().map(|found| found.address));
    Ok(json!({"wallets": wallets, "address_book": book, "metadata": {}}))
}

fn add_wallet(shown: &mut Value, wallet: Option<Wallet>) {
    if let Some(wallet) = wallet {
        shown["wallet_type"] = json!(wallet.kind);
        shown["seqno"] = json!(wallet.seqno);
        shown["wallet_id"] = json!(wallet.id);
    }
}

/// `GET /addressBook`
pub(super) fn book(_: &Handle, given: &Given) -> Answer {
    Ok(address_book(given.addresses("address")?))
}
