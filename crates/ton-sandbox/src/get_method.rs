//! Get-methods, run on an account as readers see it.

use tycho_types::{dict::Dict, models::BlockchainConfigParams};
use tycho_vm::{BehaviourModifiers, RcStackValue, VmCaller, VmGetterArgs, VmGetterOutput};

use crate::contract;

/// The gas that a get-method may use; toncenter's servers allow as much.
const GAS_MOST: u64 = 1_000_000;

/// Where a get-method runs.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub state: tycho_types::models::ShardAccount,
    pub now_secs: u32,
    pub params: BlockchainConfigParams,
}

/// As the real virtual machine says it of an account without code.
pub(crate) const NO_CODE: i32 = -13;

/// None if the account has no code, or is not there.
pub(crate) fn run(place: Place, method: &str, stack: Vec<RcStackValue>) -> Option<VmGetterOutput> {
    let account = contract::account(&place.state)?;
    let caller = VmCaller {
        libraries: Dict::new(),
        behaviour_modifiers: BehaviourModifiers::default(),
        config: place.params,
    };
    let mut args = VmGetterArgs::default();
    args.now = place.now_secs;
    args.gas_params.max = GAS_MOST;
    args.gas_params.limit = GAS_MOST;
    let called = match method.parse::<u32>() {
        Ok(number) => caller.call_getter_ext(&account, number, stack, &args, None),
        Err(_) => caller.call_getter_ext(&account, method, stack, &args, None),
    };
    called.ok()
}
