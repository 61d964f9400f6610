//! From a body to a command: holders found, amounts read, and checked against what the key may move.

use std::{collections::VecDeque, future::Future, sync::Arc};

use app::{Asked, Receipt, Scope, WriteError};
use economy::Command;
use ledger::{Amount, CurrencyId, HolderId, Identity};

use crate::{
    auth::Caller,
    called::{Body, Write},
    currencies::Known,
    given::{AmountText, HolderRef},
    problem::Problem,
    shown::ReceiptShown,
    state::Web,
};

/// A body that asks for money to move.
pub(crate) trait Order: Body {
    type Command: Into<Command> + Send;

    const SCOPE: Scope;

    /// Names the holders in it.
    fn holders<'a>(&'a self, _name: &mut dyn FnMut(&'a HolderRef)) {}

    /// Names the currencies whose decimals its amounts are written in.
    fn currencies(&self, _name: &mut dyn FnMut(CurrencyId)) {}

    fn command(
        self,
        desk: &mut Desk<'_>,
    ) -> impl Future<Output = Result<Self::Command, Problem>> + Send;
}

/// What is known while commands are made.
pub(crate) struct Desk<'a> {
    pub(crate) web: &'a Web,
    pub(crate) caller: &'a Caller,
    known: Arc<Known>,
    /// In the order in which they were named.
    holders: VecDeque<(Identity, HolderId)>,
}

impl<'a> Desk<'a> {
    /// Finds all holders together, and makes those that are new in one write.
    pub(crate) async fn new(
        web: &'a Web,
        caller: &'a Caller,
        identities: Vec<Identity>,
        currencies: impl IntoIterator<Item = CurrencyId>,
    ) -> Result<Self, Problem> {
        let ids = web.app.holders(&identities).await?;
        Ok(Self {
            known: web.currencies.with(web.app.store(), currencies).await?,
            holders: identities.into_iter().zip(ids).collect(),
            web,
            caller,
        })
    }

    pub(crate) fn holder(&mut self, named: &HolderRef) -> Result<HolderId, Problem> {
        let identity = match named {
            HolderRef::Id(id) => return Ok(*id),
            HolderRef::Identity(identity) => identity,
        };
        if self
            .holders
            .front()
            .is_some_and(|(next, _)| next == identity)
            && let Some((_, holder)) = self.holders.pop_front()
        {
            return Ok(holder);
        }
        // A command that stopped halfway leaves its holders behind.
        let found = self.holders.iter().find(|(known, _)| known == identity);
        found
            .map(|(_, holder)| *holder)
            .ok_or_else(|| Problem::not_found("holder"))
    }

    /// An amount of a currency that this key may move.
    pub(crate) fn amount(
        &self,
        field: &str,
        text: &AmountText,
        currency: CurrencyId,
    ) -> Result<Amount, Problem> {
        self.caller.must_see(currency)?;
        let Some(decimals) = self.known.get(currency).map(|known| known.decimals) else {
            let refusal = economy::Refusal::UnknownCurrency { currency };
            return Err(Problem::refused(&refusal, &self.known));
        };
        let amount = Amount::parse(text.as_str(), decimals).map_err(|error| {
            let detail = error.to_string();
            Problem::invalid(field, format!("{}.", capital(&detail)))
        })?;
        self.caller.must_move(currency, amount.get())?;
        Ok(amount)
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

impl<T: Order> Write<T> {
    /// Who asks, and for what.
    pub(crate) async fn prepare(mut self, web: &Web) -> Result<(Asked, T::Command), Problem> {
        let stated = self.body.stated();
        let asked = self.keyed.asked(web, stated)?;
        let (mut identities, mut currencies) = (Vec::new(), Vec::new());
        self.body
            .holders(&mut |named| identities.extend(identity(named)));
        self.body
            .currencies(&mut |currency| currencies.push(currency));
        let mut desk = Desk::new(web, &self.keyed.called.caller, identities, currencies).await?;
        let command = self.body.command(&mut desk).await?;
        Ok((asked, command))
    }
}

pub(crate) fn identity(named: &HolderRef) -> Option<Identity> {
    match named {
        HolderRef::Id(_) => None,
        HolderRef::Identity(identity) => Some(identity.clone()),
    }
}

impl Web {
    /// The receipt of a write, as it is shown, or why there is none.
    pub(crate) async fn receipt(
        &self,
        answer: Result<Receipt, WriteError>,
    ) -> Result<ReceiptShown, Problem> {
        let store = self.app.store();
        match answer {
            Ok(receipt) => {
                let currencies = receipt.transfers.iter().map(|t| t.debit.currency);
                // It is written: whoever cannot be shown it now gets it by repeating the request.
                let known = self.currencies.with(store, currencies).await;
                let known = known.map_err(|_| app::StoreError::Unknown)?;
                Ok(ReceiptShown::new(&receipt, &known))
            }
            Err(WriteError::Refused(refusal)) => {
                // For the words only: without the store they are said with ids.
                let known = match crate::shown::currency_of(&refusal) {
                    Some(currency) => self.currencies.with(store, [currency]).await,
                    None => Ok(self.currencies.now()),
                };
                let known = known.unwrap_or_else(|_| self.currencies.now());
                Err(Problem::refused(&refusal, &known))
            }
            Err(WriteError::KeyReused) => Err(Problem::key_reused()),
            Err(WriteError::Store(error)) => Err(error.into()),
        }
    }
}
