use serde_json::{Value, json};
use tycho_executor::Executor;
use tycho_types::{
    boc::Boc,
    cell::{CellBuilder, CellSliceParts},
    models::{
        ComputePhase, ExtInMsgInfo, MsgInfo, OwnedMessage, StateInit, StdAddr, Transaction, TxInfo,
    },
};

use super::Failure;
use crate::{
    handle::{Handle, SendError, Sent},
    http::{
        given::{Given, Unreadable},
        text,
    },
    world,
};

pub(super) async fn send(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    sent(chain, given).await?;
    Ok(json!({"@type": "ok"}))
}

pub(super) async fn send_returning_hash(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let sent = sent(chain, given).await?;
    Ok(json!({
        "@type": "raw.extMessageInfo",
        "hash": text::hash(&sent.hash),
        "hash_norm": text::hash(&sent.normalized_hash),
    }))
}

async fn sent(chain: &Handle, given: &Given) -> Result<Sent, Failure> {
    let boc = given.needed("boc")?;
    let boc = text::read_base64(&boc)
        .ok_or_else(|| Unreadable("failed to parse boc: no base64".to_owned()))?;
    Ok(chain.send(&boc).await?)
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Bad(bad) => Unreadable(format!("failed to parse boc: {bad}")).into(),
            not_taken @ SendError::NotAccepted { .. } => {
                Self::of_server(format!("LITE_SERVER_UNKNOWN: {not_taken}"))
            }
            SendError::Stopped(stopped) => Self::of_server(stopped.to_string()),
        }
    }
}

/// What the account would pay if this message came now; zero where it would not be accepted.
pub(super) async fn estimate_fee(chain: &Handle, given: &Given) -> Result<Value, Failure> {
    let account = given.address("address")?;
    let body = given.cell("body")?.unwrap_or_default();
    let code = given.cell("init_code")?;
    let init = code
        .map(|code| {
            Ok::<_, Unreadable>(StateInit {
                code: Some(code),
                data: given.cell("init_data")?,
                ..StateInit::default()
            })
        })
        .transpose()?;
    let message = CellBuilder::build_from(OwnedMessage {
        info: MsgInfo::ExtIn(ExtInMsgInfo {
            src: None,
            dst: account.clone().into(),
            import_fee: Default::default(),
        }),
        init,
        body: CellSliceParts::from(body),
        layout: None,
    })
    .map_err(|_| Unreadable("the message does not fit into a cell".to_owned()))?;
    let ignores_signature = given
        .text("ignore_chksig")
        .is_none_or(|text| text == "true");
    let chain = chain.clone();
    let boc = Boc::encode(message);
    let fees = tokio::task::spawn_blocking(move || fees(&chain, &account, &boc, ignores_signature))
        .await
        .ok()
        .flatten()
        .unwrap_or_default();
    Ok(json!({
        "@type": "query.fees",
        "source_fees": {
            "@type": "fees",
            "in_fwd_fee": fees.in_fwd,
            "storage_fee": fees.storage,
            "gas_fee": fees.gas,
            "fwd_fee": fees.fwd,
        },
        "destination_fees": [],
    }))
}

#[derive(Debug, Clone, Copy, Default)]
struct Fees {
    in_fwd: u64,
    storage: u64,
    gas: u64,
    fwd: u64,
}

fn fees(chain: &Handle, account: &StdAddr, boc: &[u8], ignores_signature: bool) -> Option<Fees> {
    let state = chain.shared.index().state(account);
    let state = state.unwrap_or_else(world::nothing);
    let now = chain.now();
    let mut params = world::params(
        now.seqno.saturating_add(1),
        now.time_secs,
        state.last_trans_lt.saturating_add(1),
    );
    params.vm_modifiers.chksig_always_succeed = ignores_signature;
    let message = Boc::decode(boc).ok()?;
    let run = Executor::new(&params, &chain.shared.config)
        .begin_ordinary(account, true, message, &state)
        .ok()?;
    let transaction = run.commit().ok()?.transaction.load().ok()?;
    fees_of(&transaction)
}

fn fees_of(transaction: &Transaction) -> Option<Fees> {
    let TxInfo::Ordinary(info) = transaction.load_info().ok()? else {
        return None;
    };
    let nanoton = |amount: u128| u64::try_from(amount).unwrap_or(u64::MAX);
    let storage = info.storage_phase.map_or(0, |phase| {
        nanoton(phase.storage_fees_collected.into_inner())
    });
    let gas = match info.compute_phase {
        ComputePhase::Executed(phase) => nanoton(phase.gas_fees.into_inner()),
        ComputePhase::Skipped(_) => 0,
    };
    let action = info.action_phase.as_ref();
    let tokens = |amount: Option<tycho_types::num::Tokens>| {
        amount.map_or(0, |amount| nanoton(amount.into_inner()))
    };
    let fwd = action.map_or(0, |phase| tokens(phase.total_fwd_fees));
    let taken = action.map_or(0, |phase| tokens(phase.total_action_fees));
    let all = nanoton(transaction.total_fees.tokens.into_inner());
    Some(Fees {
        in_fwd: all
            .saturating_sub(storage)
            .saturating_sub(gas)
            .saturating_sub(taken),
        storage,
        gas,
        fwd,
    })
}
