//! What an operator's order does to a ledger. An order is data, so that whichever process owns the ledger can carry it out.

mod audit;
mod backup;
mod burn;
mod currency;
mod export;
mod find;
mod flows;
mod health;
mod history;
mod import;
mod key;
mod mint;
mod note_key;
mod receipt;
mod ton;
mod transfer;

use std::sync::Arc;

use app::{App, Asked, origin::Gates};
use ledger::{HolderId, IdempotencyKey, Identity, KeyScope, Platform};
use serde::{Deserialize, Serialize};
use settlement::Settlement;
use tokio::sync::mpsc;

pub(crate) use self::{
    audit::{AuditOrder, Audited},
    backup::{BackedUp, BackupOrder},
    burn::BurnOrder,
    currency::{CurrencyCreateOrder, CurrencyLine, CurrencyList, CurrencyListOrder},
    export::{ExportOrder, Exported, Format},
    find::Place,
    flows::{FlowLine, FlowsOrder, FlowsReport},
    health::{HealthOrder, HealthReport},
    history::{HistoryOrder, HistoryReport},
    import::{ImportOrder, ImportRow, Imported},
    key::{KeyCreateOrder, KeyCreated, KeyLine, KeyList, KeyListOrder, KeyRevokeOrder},
    mint::MintOrder,
    note_key::{NoteKeyList, NoteKeyListOrder, NoteKeyRotateOrder, NoteKeyShown},
    receipt::ReceiptReport,
    ton::{
        DepositAssignOrder, DepositLine, DepositList, DepositListOrder, DepositRefundOrder,
        RewardList, RewardListOrder, RewardRefuseOrder, RewardShown, StarsLine, StarsList,
        StarsListOrder, StarsRefundOrder, TonStatus, TonStatusOrder, coins,
    },
    transfer::TransferOrder,
};
use crate::{config::Config, replies, trouble::Trouble};

/// The application that all of an operator's writes name.
const APPLICATION: &str = "cli";

/// The ledger, in the process that owns it.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    pub(crate) app: App,
    pub(crate) gates: Gates,
    pub(crate) config: Arc<Config>,
    /// What takes rewards to the chain in this process, where it does.
    pub(crate) settlement: Option<Settlement>,
    /// How names of backups end.
    pub(crate) backups: &'static str,
}

/// What is said while an order is carried out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    Progress {
        done: u64,
        total: u64,
    },
    /// A piece of an export.
    Text(String),
}

pub(crate) type Tell = mpsc::Sender<Word>;

/// An order, and what it answers when it was carried out.
pub(crate) trait Ask: Into<Order> {
    type Report: Serialize + for<'a> Deserialize<'a>;
}

macro_rules! orders {
    ($($name:ident($order:ty) $perform:path => $report:ty,)*) => {
        /// Everything that can be asked for.
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(tag = "order", rename_all = "snake_case")]
        pub(crate) enum Order { $($name($order),)* }

        $(impl From<$order> for Order {
            fn from(order: $order) -> Self { Order::$name(order) }
        }

        impl Ask for $order {
            type Report = $report;
        })*

        impl Operator {
            /// # Errors
            /// Why it was not done.
            pub(crate) async fn perform(&self, order: Order, tell: &Tell) -> Result<serde_json::Value, Trouble> {
                match order {
                    $(Order::$name(order) => as_json($perform(self, order, tell).await?),)*
                }
            }
        }
    };
}

orders! {
    Mint(MintOrder) mint::mint => ReceiptReport,
    Burn(BurnOrder) burn::burn => ReceiptReport,
    Transfer(TransferOrder) transfer::transfer => ReceiptReport,
    History(HistoryOrder) history::history => HistoryReport,
    Flows(FlowsOrder) flows::flows => FlowsReport,
    Audit(AuditOrder) audit::audit => Audited,
    CurrencyCreate(CurrencyCreateOrder) currency::create => CurrencyLine,
    CurrencyList(CurrencyListOrder) currency::list => CurrencyList,
    KeyCreate(KeyCreateOrder) key::create => KeyCreated,
    KeyList(KeyListOrder) key::list => KeyList,
    KeyRevoke(KeyRevokeOrder) key::revoke => KeyLine,
    NoteKeyRotate(NoteKeyRotateOrder) note_key::rotate => NoteKeyShown,
    NoteKeyList(NoteKeyListOrder) note_key::list => NoteKeyList,
    Import(ImportOrder) import::import => Imported,
    Export(ExportOrder) export::export => Exported,
    Backup(BackupOrder) backup::backup => BackedUp,
    Health(HealthOrder) health::health => HealthReport,
    TonStatus(TonStatusOrder) ton::status => TonStatus,
    RewardList(RewardListOrder) ton::reward_list => RewardList,
    RewardRefuse(RewardRefuseOrder) ton::reward_refuse => RewardShown,
    DepositList(DepositListOrder) ton::deposit_list => DepositList,
    DepositRefund(DepositRefundOrder) ton::deposit_refund => DepositLine,
    DepositAssign(DepositAssignOrder) ton::deposit_assign => DepositLine,
    StarsList(StarsListOrder) ton::stars_list => StarsList,
    StarsRefund(StarsRefundOrder) ton::stars_refund => StarsLine,
}

fn as_json(report: impl Serialize) -> Result<serde_json::Value, Trouble> {
    serde_json::to_value(report).map_err(|error| Trouble::failed(error.to_string()))
}

impl Operator {
    async fn actor(&self) -> Result<HolderId, Trouble> {
        let operator =
            Identity::new(Platform::Operator, "cli").expect("a short text without spaces");
        let holder = self.app.holder(operator).await;
        holder.map_err(|error| replies::store_error(&error))
    }

    /// An order to the ledger, from the operator, repeatable by its key.
    async fn asked(&self, command: &str, key: &str) -> Result<Asked, Trouble> {
        let entry = self.gates.cli.entry(command, APPLICATION);
        let key = IdempotencyKey::new(KeyScope(APPLICATION), key);
        Ok(Asked::new(&entry, self.actor().await?, key))
    }
}
