use std::{
    future::Future,
    panic::Location,
    sync::{Arc, RwLock},
};

use economy::{Command, Refusal};
use ledger::{HolderId, Identity, Kind};

use crate::{
    Asked, Change, ChangeRefusal, Changed, Clock, Receipt, Store, StoreError, Write, WriteError,
    origin::Gates, store::ChangeBy, write::content_hash,
};

/// Everything that people can do, over one store.
#[derive(Debug, Clone)]
pub struct App {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    holders: Arc<HolderCache>,
    /// Who this process is to others that have the same ledger open.
    owner: Arc<str>,
    pub(crate) link_tries: Arc<crate::link_code::LinkTries>,
}

impl App {
    /// The application, and the gates through which its fronts come in. The gates exist once.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> (Self, Gates) {
        (
            Self {
                store,
                clock,
                holders: Arc::default(),
                owner: crate::lease::owner().into(),
                link_tries: Arc::default(),
            },
            Gates::new(),
        )
    }

    /// The store, for reading. Writing goes through the verbs.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The holder of an identity; made at the first use.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn holder(&self, identity: Identity) -> Result<HolderId, StoreError> {
        if let Some(known) = self.holders.get(&identity) {
            return Ok(known);
        }
        let made = self.store.holders_ensure(vec![identity.clone()]).await?;
        let holder = made
            .first()
            .copied()
            .ok_or(StoreError::Damaged("an identity without a holder".into()))?;
        self.holders.put(identity, holder);
        Ok(holder)
    }

    /// The holders of several identities, in their order; those that nobody knows are made together, in one write.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn holders(&self, identities: &[Identity]) -> Result<Vec<HolderId>, StoreError> {
        let mut found = self.holders.get_all(identities);
        let missing: Vec<Identity> = identities
            .iter()
            .zip(&found)
            .filter(|(_, known)| known.is_none())
            .map(|(identity, _)| identity.clone())
            .collect();
        if !missing.is_empty() {
            let made = self.store.holders_ensure(missing.clone()).await?;
            let gaps = found.iter_mut().filter(|known| known.is_none());
            gaps.zip(made)
                .zip(missing)
                .for_each(|((gap, holder), identity)| {
                    *gap = Some(holder);
                    self.holders.put(identity, holder);
                });
        }
        let all: Option<Vec<HolderId>> = found.into_iter().collect();
        all.ok_or(StoreError::Damaged("an identity without a holder".into()))
    }

    pub(crate) fn write(
        &self,
        asked: Asked,
        command: Command,
        location: &'static Location<'static>,
    ) -> impl Future<Output = Result<Receipt, WriteError>> + Send + use<> {
        let holders = Arc::clone(&self.holders);
        let answer = self.store.execute(Write::new(asked, command, location));
        async move {
            let answer = answer.await;
            if changes_who_is_who(&answer) {
                holders.clear();
            }
            answer
        }
    }

    /// Many writes at once, each answered for itself, in their order.
    #[track_caller]
    pub fn write_many(
        &self,
        writes: Vec<(Asked, Command)>,
    ) -> impl Future<Output = Vec<Result<Receipt, WriteError>>> + Send + use<> {
        let location = Location::caller();
        let writes = writes
            .into_iter()
            .map(|(asked, command)| Write::new(asked, command, location))
            .collect();
        let holders = Arc::clone(&self.holders);
        let answers = self.store.execute_many(writes);
        async move {
            let answers = answers.await;
            if answers.iter().any(changes_who_is_who) {
                holders.clear();
            }
            answers
        }
    }

    /// Changes what is no money.
    #[track_caller]
    pub fn change(
        &self,
        asked: Asked,
        change: Change,
    ) -> impl Future<Output = Result<Changed, ChangeRefusal>> + Send + use<> {
        let location = Location::caller();
        let origin = match &asked.claimed {
            Some(site) => asked.entry.claimed(site),
            None => asked.entry.at(location),
        };
        let content = content_hash(&(&change, asked.actor));
        let by = ChangeBy {
            actor: asked.actor,
            origin,
            key: asked.key,
            content,
            reason: asked.detail.and_then(|detail| detail.reason),
        };
        let store = Arc::clone(&self.store);
        async move { store.change(by, change).await }
    }
}

/// Whether a remembered holder turned out to be joined with another one.
fn changes_who_is_who(answer: &Result<Receipt, WriteError>) -> bool {
    match answer {
        Ok(receipt) => receipt.kind == Kind::Link,
        Err(error) => matches!(error, WriteError::Refused(Refusal::HolderMerged { .. })),
    }
}

/// Who is who, so that a command does not ask the database for it. Bounded: it is emptied when it is full.
#[derive(Debug, Default)]
struct HolderCache(RwLock<std::collections::HashMap<Identity, HolderId>>);

impl HolderCache {
    const MOST: usize = 100_000;

    fn get(&self, identity: &Identity) -> Option<HolderId> {
        self.0.read().ok()?.get(identity).copied()
    }

    fn get_all(&self, identities: &[Identity]) -> Vec<Option<HolderId>> {
        match self.0.read() {
            Ok(known) => identities
                .iter()
                .map(|identity| known.get(identity).copied())
                .collect(),
            Err(_) => vec![None; identities.len()],
        }
    }

    fn put(&self, identity: Identity, holder: HolderId) {
        if let Ok(mut known) = self.0.write() {
            if known.len() >= Self::MOST {
                known.clear();
            }
            known.insert(identity, holder);
        }
    }

    fn clear(&self) {
        if let Ok(mut known) = self.0.write() {
            known.clear();
        }
    }
}
