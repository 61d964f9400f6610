//! Get-methods as requests ask for them.

use tycho_types::{cell::HashBytes, models::StdAddr};

use super::{
    given::{Given, Unreadable},
    stack::{self, Argument, Entry},
};
use crate::{
    get_method::{self, NO_CODE, Place},
    handle::Handle,
    world,
};

#[derive(Debug, Clone)]
pub(super) struct Ran {
    pub exit_code: i32,
    pub gas_used: u64,
    pub stack: Vec<Entry>,
    pub last_lt: u64,
    pub last_hash: HashBytes,
}

pub(super) async fn asked(chain: &Handle, given: &Given) -> Result<Ran, Unreadable> {
    let account = given.address("address")?;
    let method = given.needed("method")?;
    let arguments = stack::arguments(given.get("stack"))?;
    Ok(run(chain, account, method, arguments).await)
}

pub(super) async fn run(
    chain: &Handle,
    account: StdAddr,
    method: String,
    arguments: Vec<Argument>,
) -> Ran {
    let chain = chain.clone();
    let running =
        tokio::task::spawn_blocking(move || run_now(&chain, &account, &method, arguments));
    running
        .await
        .unwrap_or_else(|_| no_code(0, HashBytes::ZERO))
}

/// Not on a thread that answers requests: code runs.
pub(super) fn run_now(
    chain: &Handle,
    account: &StdAddr,
    method: &str,
    arguments: Vec<Argument>,
) -> Ran {
    let state = chain.shared.index().state(account);
    let state = state.unwrap_or_else(world::nothing);
    let (last_lt, last_hash) = (state.last_trans_lt, state.last_trans_hash);
    let place = Place {
        state,
        now_secs: chain.now().time_secs,
        params: chain.shared.params(),
    };
    let arguments = arguments.into_iter().map(Argument::value).collect();
    match get_method::run(place, method, arguments) {
        Some(output) => Ran {
            exit_code: output.exit_code,
            gas_used: output.gas_used,
            stack: output.stack.iter().map(Entry::of).collect(),
            last_lt,
            last_hash,
        },
        None => no_code(last_lt, last_hash),
    }
}

fn no_code(last_lt: u64, last_hash: HashBytes) -> Ran {
    Ran {
        exit_code: NO_CODE,
        gas_used: 0,
        stack: Vec::new(),
        last_lt,
        last_hash,
    }
}
