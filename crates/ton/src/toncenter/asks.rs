use std::fmt::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{
    AccountState, ChainTime, Client, ClientError, GetMethodResult, StackEntry, Trace, Transaction,
    TransactionsQuery, answer, stack,
};
use crate::{Address, Hash, address};

impl Client {
    /// # Errors
    /// When the server cannot be asked or is not understood; so with all that follow.
    pub async fn account(&self, account: &Address) -> Result<AccountState, ClientError> {
        let path = format!(
            "accountStates?address={}&include_boc=false",
            address::raw(account)
        );
        let answer: answer::Accounts = self.get(&path).await?;
        answer.into_state().map_err(ClientError::Answer)
    }

    /// Newest first. A server behind the others may leave some out at the new end, and may have a hole: whoever
    /// counts on all checks that each names the one before it.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn transactions(
        &self,
        query: TransactionsQuery,
    ) -> Result<Vec<Transaction>, ClientError> {
        let mut path = format!(
            "transactions?account={}&limit={}&sort=desc",
            address::raw(&query.account),
            query.limit
        );
        for (name, lt) in [("start_lt", query.from_lt), ("end_lt", query.to_lt)] {
            if let Some(lt) = lt {
                write!(path, "&{name}={lt}").expect("a string takes any text");
            }
        }
        let answer: answer::Transactions = self.get(&path).await?;
        Ok(answer.into_newest_first())
    }

    /// The newest masterchain block that the server has read.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn chain_time(&self) -> Result<ChainTime, ClientError> {
        let answer: answer::MasterchainInfo = self.get("masterchainInfo").await?;
        Ok(answer.into_time())
    }

    /// Sends an external message. The same bytes may be sent again: the wallet takes them once. Answers the hash by
    /// which it is found; that it was taken is proved only by its transaction.
    ///
    /// # Errors
    /// As [`Self::account`]; [`ClientError::Refused`] when the contract does not accept it now.
    pub async fn send(&self, boc: &[u8]) -> Result<Hash, ClientError> {
        let body = json!({"boc": BASE64_STANDARD.encode(boc)});
        let answer: answer::Sent = self.post("message", &body).await?;
        answer.into_hash().map_err(ClientError::Answer)
    }

    /// Runs a contract's get-method on the newest block.
    ///
    /// # Errors
    /// As [`Self::account`]. A method that fails is an answer: see its exit code.
    pub async fn run_get_method(
        &self,
        contract: &Address,
        method: &str,
        arguments: &[StackEntry],
    ) -> Result<GetMethodResult, ClientError> {
        let body = stack::request(contract, method, arguments);
        let answer: stack::Answer = self.post("runGetMethod", &body).await?;
        Ok(answer.into_result())
    }

    /// The transactions that a message led to: none, or one where nothing went wrong. For an external message the
    /// hash is the normalised one (TEP-467).
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn transactions_by_message(
        &self,
        message: &Hash,
    ) -> Result<Vec<Transaction>, ClientError> {
        let path = format!("transactionsByMessage?msg_hash={message}&direction=in&limit=10");
        let found: Option<answer::Transactions> = found(self.get(&path).await)?;
        Ok(found.map_or_else(Vec::new, answer::Transactions::into_newest_first))
    }

    /// All that a transaction belongs to; None when the server does not know it yet.
    ///
    /// # Errors
    /// As [`Self::account`].
    pub async fn trace(&self, transaction: &Hash) -> Result<Option<Trace>, ClientError> {
        let path = format!("traces?tx_hash={transaction}&include_actions=false&limit=1");
        let found: Option<answer::Traces> = found(self.get(&path).await)?;
        Ok(found.and_then(answer::Traces::into_trace))
    }
}

/// Some servers answer 404 where others answer an empty list.
fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ClientError::Refused { status: 404, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
