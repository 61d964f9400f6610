use serde_json::{Value, json};
use tycho_types::{
    cell::{CellSlice, HashBytes},
    models::{Account, AccountState, ShardAccount, StateInit, StdAddr},
};

use super::{super::addresses, Failure, blocks};
use crate::{
    contract,
    handle::Handle,
    http::{
        given::{Given, Unreadable},
        text,
    },
    world,
};

/// An account as the servers show it; one that does not exist looks like one without code.
struct Found {
    address: StdAddr,
    state: ShardAccount,
    account: Option<Account>,
}

fn found(chain: &Handle, given: &Given) -> Result<Found, Failure> {
    let address = given.address("address")?;
    let state = chain.shared.index().state(&address);
    let state = state.unwrap_or_else(world::nothing);
    Ok(Found {
        account: contract::account(&state),
        address,
        state,
    })
}

impl Found {
    fn balance(&self) -> String {
        self.account
            .as_ref()
            .map_or(0, |account| account.balance.tokens.into_inner())
            .to_string()
    }

    fn init(&self) -> Option<&StateInit> {
        match &self.account.as_ref()?.state {
            AccountState::Active(init) => Some(init),
            AccountState::Uninit | AccountState::Frozen(_) => None,
        }
    }

    fn status(&self) -> &'static str {
        match self.account.as_ref().map(|account| &account.state) {
            Some(AccountState::Active(_)) => "active",
            Some(AccountState::Frozen(_)) => "frozen",
            Some(AccountState::Uninit) | None => "uninitialized",
        }
    }

    fn frozen_hash(&self) -> String {
        match self.account.as_ref().map(|account| &account.state) {
            Some(AccountState::Frozen(hash)) => text::hash(hash),
            Some(AccountState::Active(_) | AccountState::Uninit) | None => String::new(),
        }
    }

    fn code(&self) -> String {
        let code = self.init().and_then(|init| init.code.as_ref());
        code.map(text::boc).unwrap_or_default()
    }

    fn data(&self) -> String {
        let data = self.init().and_then(|init| init.data.as_ref());
        data.map(text::boc).unwrap_or_default()
    }

    fn last_transaction(&self) -> Value {
        transaction_id(self.state.last_trans_lt, &self.state.last_trans_hash)
    }
}

pub(super) fn transaction_id(lt: u64, hash: &HashBytes) -> Value {
    json!({"@type": "internal.transactionId", "lt": lt.to_string(), "hash": text::hash(hash)})
}

pub(super) fn information(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let found = found(chain, given)?;
    Ok(json!({
        "@type": "raw.fullAccountState",
        "balance": found.balance(),
        "extra_currencies": [],
        "code": found.code(),
        "data": found.data(),
        "last_transaction_id": found.last_transaction(),
        "block_id": blocks::newest(chain),
        "frozen_hash": found.frozen_hash(),
        "sync_utime": chain.now().time_secs,
        "state": found.status(),
    }))
}

pub(super) fn extended_information(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let found = found(chain, given)?;
    let account_state = match found.status() {
        "active" => json!({
            "@type": "raw.accountState",
            "code": found.code(),
            "data": found.data(),
            "frozen_hash": "",
        }),
        _ => json!({"@type": "uninited.accountState", "frozen_hash": found.frozen_hash()}),
    };
    Ok(json!({
        "@type": "fullAccountState",
        "address": {"@type": "accountAddress", "account_address": text::friendly(&found.address)},
        "balance": found.balance(),
        "extra_currencies": [],
        "last_transaction_id": found.last_transaction(),
        "block_id": blocks::newest(chain),
        "sync_utime": chain.now().time_secs,
        "account_state": account_state,
        "revision": 0,
    }))
}

pub(super) fn wallet_information(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let found = found(chain, given)?;
    let wallet = found.init().and_then(Wallet::of);
    let mut information = json!({
        "@type": "ext.accounts.walletInformation",
        "wallet": wallet.is_some(),
        "balance": found.balance(),
        "extra_currencies": [],
        "account_state": found.status(),
        "last_transaction_id": found.last_transaction(),
    });
    if let Some(wallet) = wallet {
        information["wallet_type"] = json!(wallet.kind);
        information["seqno"] = json!(wallet.seqno);
        information["wallet_id"] = json!(wallet.id);
    }
    Ok(information)
}

/// A player's wallet, of the kinds that are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct Wallet {
    pub kind: &'static str,
    pub seqno: u32,
    pub id: u32,
}

impl Wallet {
    pub(in crate::http) fn of(init: &StateInit) -> Option<Self> {
        let code = init.code.as_ref()?.repr_hash();
        let mut data: CellSlice<'_> = init.data.as_ref()?.as_slice().ok()?;
        let kind = if code == ton::code::wallet_v4r2().repr_hash() {
            "wallet v4 r2"
        } else if code == ton::code::wallet_v5r1().repr_hash() {
            // Whether a signature is allowed.
            data.skip_first(1, 0).ok()?;
            "wallet v5 r1"
        } else {
            return None;
        };
        Some(Self {
            kind,
            seqno: data.load_u32().ok()?,
            id: data.load_u32().ok()?,
        })
    }
}

pub(super) fn balance(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    Ok(json!(found(chain, given)?.balance()))
}

pub(super) fn state(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    Ok(json!(found(chain, given)?.status()))
}

pub(super) fn packed(given: &Given) -> Result<Value, Failure> {
    Ok(json!(text::friendly(&given.address("address")?)))
}

pub(super) fn unpacked(given: &Given) -> Result<Value, Failure> {
    let raw = text::raw(&given.address("address")?);
    Ok(json!(raw.to_ascii_lowercase()))
}

pub(super) fn detected(given: &Given) -> Result<Value, Failure> {
    let text = given.needed("address")?;
    let found = addresses::detected(&text);
    Ok(found.ok_or_else(|| Unreadable(format!("failed to parse address: {text}")))?)
}
