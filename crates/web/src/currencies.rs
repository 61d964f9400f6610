use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use app::{Store, StoreError};
use ledger::{Currency, CurrencyId, Decimals};

/// Currencies by id, as they were when they were last read.
///
/// Writing needs only their decimals, which never change, so nothing here grows old; an unknown id is looked for again.
#[derive(Debug, Default)]
pub(crate) struct Currencies(RwLock<Arc<Known>>);

#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<CurrencyId, Currency>);

impl Known {
    pub(crate) fn get(&self, id: CurrencyId) -> Option<&Currency> {
        self.0.get(&id)
    }

    /// The decimals of a currency that something recorded is in.
    pub(crate) fn decimals(&self, id: CurrencyId) -> Decimals {
        self.get(id)
            .map_or(Decimals::default(), |currency| currency.decimals)
    }
}

impl Currencies {
    pub(crate) fn now(&self) -> Arc<Known> {
        self.0
            .read()
            .map_or_else(|_| Arc::default(), |known| Arc::clone(&known))
    }

    /// With all these currencies in it, as far as they exist.
    pub(crate) async fn with(
        &self,
        store: &dyn Store,
        wanted: impl IntoIterator<Item = CurrencyId>,
    ) -> Result<Arc<Known>, StoreError> {
        let known = self.now();
        if wanted.into_iter().all(|id| known.get(id).is_some()) {
            return Ok(known);
        }
        self.read(store).await
    }

    pub(crate) async fn read(&self, store: &dyn Store) -> Result<Arc<Known>, StoreError> {
        let read = store.currencies().await?;
        let fresh = Arc::new(Known(read.into_iter().map(|c| (c.id, c)).collect()));
        if let Ok(mut known) = self.0.write() {
            *known = Arc::clone(&fresh);
        }
        Ok(fresh)
    }
}
