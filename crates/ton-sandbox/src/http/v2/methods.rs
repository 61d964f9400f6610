use serde_json::{Value, json};

use super::{Failure, blocks};
use crate::{
    handle::Handle,
    http::{
        given::Given,
        run::{self, Ran},
        stack::Entry,
    },
};

pub(super) async fn run(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let ran = run::asked(chain, given).await?;
    let stack = ran.stack.iter().map(Entry::v2).collect();
    Ok(shown(chain, &ran, stack))
}

pub(super) async fn run_typed(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let ran = run::asked(chain, given).await?;
    let stack = ran.stack.iter().map(Entry::v2_element).collect();
    Ok(shown(chain, &ran, stack))
}

fn shown(chain: &Handle, ran: &Ran, stack: Vec<Value>) -> Value {
    json!({
        "@type": "smc.runResult",
        "gas_used": ran.gas_used,
        "stack": stack,
        "exit_code": ran.exit_code,
        "block_id": blocks::newest(chain),
        "last_transaction_id": super::accounts::transaction_id(ran.last_lt, &ran.last_hash),
    })
}
