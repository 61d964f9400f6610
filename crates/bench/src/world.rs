use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use app::{
    App, Asked, Change, Changed, NewCurrency, NewGroup, Store, SystemClock,
    origin::{Entry, Gates},
};
use ledger::{
    Amount, Class, CurrencyId, CurrencyName, Decimals, GroupKind, HolderId, IdempotencyKey,
    Identity, Platform,
};
use store_sqlite::{Options, SqliteStore};

/// A ledger with one currency and many funded wallets.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) entry: Entry,
    pub(crate) gates: Gates,
    pub(crate) operator: HolderId,
    pub(crate) currency: CurrencyId,
    pub(crate) wallets: Arc<Vec<HolderId>>,
}

/// Enough for any number of transfers of one.
const FUNDS: i64 = 1_000_000_000;

impl World {
    pub(crate) async fn open(file: &Path, wallets: usize) -> Result<Self> {
        Self::open_with(Options::at(file), wallets).await
    }

    pub(crate) async fn open_with(options: Options, wallets: usize) -> Result<Self> {
        let store = SqliteStore::open(options, Arc::new(SystemClock))?;
        Self::over(store, wallets).await
    }

    /// Over any store. Wallets that are funded already stay as they are.
    pub(crate) async fn over(store: Arc<dyn Store>, wallets: usize) -> Result<Self> {
        let (app, gates) = App::new(store, Arc::new(SystemClock));
        let entry = gates.cli.entry("bench", "bench");
        let operator = app
            .holder(Identity::new(Platform::Operator, "bench")?)
            .await?;
        let currency = make_currency(&app, &entry, operator).await?;
        let mut world = Self {
            app,
            entry,
            gates,
            operator,
            currency,
            wallets: Arc::default(),
        };
        world.wallets = Arc::new(world.make_wallets(wallets).await?);
        world.fund().await?;
        Ok(world)
    }

    pub(crate) fn asked(&self, key: IdempotencyKey) -> Asked {
        Asked::new(&self.entry, self.operator, key)
    }

    async fn make_wallets(&self, count: usize) -> Result<Vec<HolderId>> {
        let mut wallets = Vec::with_capacity(count);
        for start in (0..count).step_by(10_000) {
            let names = start..count.min(start + 10_000);
            let identities = names
                .map(|name| Identity::new(Platform::App, format!("w{name}")))
                .collect::<Result<Vec<_>, _>>()?;
            wallets.extend(self.app.store().holders_ensure(identities).await?);
        }
        Ok(wallets)
    }

    async fn fund(&self) -> Result<()> {
        let supply = self.app.store().supply().await?;
        if supply.iter().any(|supply| supply.issued > 0) {
            return Ok(());
        }
        for part in self.wallets.chunks(8_000) {
            let mints = part.iter().map(|to| economy::Mint {
                to: *to,
                currency: self.currency,
                amount: Amount::new(FUNDS).unwrap_or(Amount::ZERO),
            });
            let writes = mints
                .map(|mint| (self.asked(random_key()), mint.into()))
                .collect();
            for answer in self.app.write_many(writes).await {
                answer.context("could not fund a wallet")?;
            }
        }
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.app.store().close().await?)
    }
}

pub(crate) async fn make_currency(
    app: &App,
    entry: &Entry,
    operator: HolderId,
) -> Result<CurrencyId> {
    if let Some(currency) = app.store().currencies().await?.first() {
        return Ok(currency.id);
    }
    let asked = || Asked::new(entry, operator, random_key());
    let group = Change::GroupCreate(NewGroup {
        kind: GroupKind::Local,
        name: "bench".into(),
        owner: None,
    });
    let Changed::Group(group) = app.change(asked(), group).await? else {
        bail!("a group was made and not answered")
    };
    let name = CurrencyName::new("coin")?;
    let currency = NewCurrency {
        group: group.id,
        name,
        symbol: None,
        decimals: Decimals::default(),
        class: Class::Regular,
    };
    let Changed::Currency(currency) = app
        .change(asked(), Change::CurrencyCreate(currency))
        .await?
    else {
        bail!("a currency was made and not answered")
    };
    Ok(currency.id)
}

/// A key as clients make them: random, so that it lands anywhere in an index.
pub(crate) fn random_key() -> IdempotencyKey {
    thread_local! {
        static STATE: std::cell::Cell<(u64, u64)> = std::cell::Cell::new(seed());
    }
    // xorshift128+: the keys must be spread, not secret, and drawing them must cost nothing beside what is measured.
    let bytes = STATE.with(|state| {
        let next = || {
            let (mut one, two) = state.get();
            one ^= one << 23;
            one ^= one >> 17;
            one ^= two ^ (two >> 26);
            state.set((two, one));
            one.wrapping_add(two)
        };
        [next().to_le_bytes(), next().to_le_bytes()]
    });
    let mut key = [0; 16];
    key[..8].copy_from_slice(&bytes[0]);
    key[8..].copy_from_slice(&bytes[1]);
    IdempotencyKey::from_bytes(key)
}

fn seed() -> (u64, u64) {
    let bytes = app::random_bytes::<16>();
    let half = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take(8)
            .fold(1, |number: u64, byte| (number << 8) | u64::from(*byte))
    };
    (half(0), half(8))
}
