//! What a batch is decided on: the head, the keys that were used before, and the facts that its commands name.

use std::hash::Hash;

use economy::FactKey;
use futures_util::try_join;
use ledger::{
    AccountKey, Class as CurrencyClass, Currency, CurrencyId, CurrencyName, CurrencyState,
    Decimals, GroupId, HolderId, Owner, Rate, SystemRole,
};
use posting::{OriginHead, Slot, StandingCode, floor_column};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio_postgres::Row;

use super::{
    Batch, Head,
    link::{Begun, Link},
    origin_key,
};
use crate::{
    error::{Class, Sql, SqlError},
    intern, read,
    writer::Work,
};

impl Batch {
    /// Every origin of the batch gets its id before the transaction begins, so that nobody waits for it behind the head's lock.
    pub(super) async fn intern(&mut self, works: &[Work]) -> Sql<()> {
        for work in works {
            let origin = &work.write.origin;
            let key = origin_key(origin);
            if self.state.origins.contains_key(&key) {
                continue;
            }
            let db = self.pool.get().await?;
            let made = intern::origin_ensure(&*db, &self.ids, self.clock.now_ms(), origin).await;
            let (origin_ref, site) = match made {
                Ok(made) => made,
                // Without a server that takes writes nothing can be written at all.
                Err(error) if !matches!(error.class(), Class::Conflict | Class::Wrong) => {
                    return Err(error);
                }
                Err(error) => {
                    // The customer's write goes on: what is lost is counted, and said aloud.
                    self.lost_origins
                        .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    tracing::error!(error = %error.words(), ?origin, "an origin could not be recorded; the id 0 stands for it");
                    (0, ledger::CodeSiteId::UNKNOWN)
                }
            };
            let last = UNREAD;
            let head = OriginHead {
                origin_ref,
                site,
                last,
            };
            self.state.origins.insert(key, head);
        }
        Ok(())
    }

    /// Lets go of what others have changed since memory was right.
    pub(super) async fn meet(&mut self, link: &Link, begun: Begun) -> Sql<Head> {
        let head = begun.head;
        self.used_keys = begun.used_keys;
        self.running_keys.clear();
        let known = self.head.replace(head);
        if known.is_none_or(|known| known.catalogue != head.catalogue) {
            self.load_catalogue(link).await?;
        }
        let same = known.is_some_and(|known| {
            (known.sequence, known.standings, known.batch)
                == (head.sequence, head.standings, head.batch)
        });
        self.alone = if same {
            self.alone.saturating_add(1)
        } else {
            0
        };
        if self.state.accounts.are_many() {
            self.state.accounts.clear();
        }
        if !same {
            self.state.accounts.clear();
            self.state.sequence = head.sequence.unsigned_abs();
            self.state.chain = head.chain;
            for origin in self.state.origins.values_mut() {
                origin.last = UNREAD;
            }
        }
        Ok(head)
    }

    async fn load_catalogue(&mut self, link: &Link) -> Sql<()> {
        let (currencies, rates) = try_join!(
            link.client.query(&link.statements.currencies, &[]),
            link.client.query(&link.statements.rates, &[])
        )?;
        let currencies = currencies.iter().map(currency);
        self.state.currencies = currencies
            .map(|read| read.map(|currency| (currency.id, (currency.id.get(), currency))))
            .collect::<Sql<_>>()?;
        self.state.rates = rates.iter().map(rate).collect::<Sql<_>>()?;
        Ok(())
    }

    /// Loads what the commands need, in rounds: what a command needs may depend on facts that it needed first.
    pub(super) async fn load(&mut self, link: &Link, works: &[Work]) -> Sql<()> {
        self.unknown.clear();
        self.state.batch.clear();
        self.load_origins(link, works).await?;
        loop {
            let missing = self.missing(works);
            if missing.is_empty() {
                return Ok(());
            }
            self.load_missing(link, &missing).await?;
        }
    }

    /// Loads the accounts that the commands need, while another batch is written; false when they need more than accounts, which that batch
    /// may be changing.
    pub(super) async fn load_accounts(&mut self, link: &Link, works: &[Work]) -> Sql<bool> {
        self.unknown.clear();
        let missing = self.missing(works);
        if !missing.only_accounts() {
            return Ok(false);
        }
        if !missing.is_empty() {
            self.load_missing(link, &missing).await?;
        }
        Ok(true)
    }

    fn missing(&mut self, works: &[Work]) -> Missing {
        let mut missing = Missing::default();
        let mut named = std::mem::take(&mut self.pending.named);
        for work in works {
            if self.used_keys.contains_key(work.write.key.bytes()) {
                continue;
            }
            self.state.accounts.start_command();
            named.clear();
            economy::needs(&work.write.command, &self.state, &mut |key| named.push(key));
            for key in &named {
                let known = match key {
                    FactKey::Account(account) if self.unknown.contains(account) => true,
                    key => self.state.has(key),
                };
                if !known {
                    missing.add(key);
                }
            }
        }
        self.pending.named = named;
        missing
    }

    async fn load_missing(&mut self, link: &Link, missing: &Missing) -> Sql<()> {
        let db = &link.client;
        let (holders, systems): (Vec<AccountKey>, Vec<AccountKey>) = missing
            .accounts
            .iter()
            .partition(|key| matches!(key.owner, Owner::Holder(_)));
        let notes: Vec<_> = missing.notes.iter().copied().collect();
        let holds: Vec<_> = missing.holds.iter().copied().collect();
        let reactions: Vec<_> = missing.reactions.iter().copied().collect();
        let transactions: Vec<_> = missing.transactions.iter().copied().collect();
        let accounts = self.find_accounts(link, &holders, &systems);
        let (accounts, found_notes, found_holds, found_reactions, found_past) = try_join!(
            accounts,
            read::note_facts(db, &notes),
            read::hold_facts(db, &holds),
            read::reaction_facts(db, &reactions),
            read::past_transactions(db, &transactions),
        )?;
        self.keep_accounts(accounts, &holders, &systems)?;
        let facts = &mut self.state.batch;
        facts.notes.extend(notes.iter().map(|id| (*id, None)));
        facts
            .notes
            .extend(found_notes.into_iter().map(|(id, note)| (id, Some(note))));
        facts.holds.extend(holds.iter().map(|id| (*id, None)));
        facts
            .holds
            .extend(found_holds.into_iter().map(|(id, hold)| (id, Some(hold))));
        facts
            .reactions
            .extend(reactions.iter().map(|key| (*key, None)));
        facts.reactions.extend(
            found_reactions
                .into_iter()
                .map(|(key, reaction)| (key, Some(reaction))),
        );
        facts
            .transactions
            .extend(transactions.iter().map(|id| (*id, None)));
        facts
            .transactions
            .extend(found_past.into_iter().map(|(id, past)| (id, Some(past))));
        self.load_game(link, &missing.game).await?;
        for holder in &missing.wallets {
            let held = read::wallet_fact(db, *holder).await?;
            self.state.batch.wallets.insert(*holder, held);
        }
        Ok(())
    }

    async fn load_game(&mut self, link: &Link, missing: &MissingGame) -> Sql<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let db = &link.client;
        let players: Vec<_> = missing.players.iter().copied().collect();
        let runs: Vec<_> = missing.runs.iter().copied().collect();
        let rewards: Vec<_> = missing.rewards.iter().copied().collect();
        let deposits: Vec<_> = missing.deposits.iter().copied().collect();
        let owned: Vec<_> = missing.owned.iter().copied().collect();
        let stars: Vec<_> = missing.stars.iter().copied().collect();
        let found = try_join!(
            read::player_facts(db, &players),
            read::run_facts(db, &runs),
            read::reward_facts(db, &rewards),
            read::deposit_facts(db, &deposits),
            read::owned_facts(db, &owned),
            read::stars_facts(db, &stars),
        )?;
        let game = &mut self.state.batch.game;
        keep_found(&mut game.players, players, found.0);
        keep_found(&mut game.runs, runs, found.1);
        keep_found(&mut game.rewards, rewards, found.2);
        keep_found(&mut game.deposits, deposits, found.3);
        game.owned.extend(owned.into_iter().map(|key| (key, false)));
        game.owned
            .extend(found.4.into_iter().map(|key| (key, true)));
        keep_found(&mut game.stars, stars, found.5);
        Ok(())
    }

    async fn find_accounts(
        &self,
        link: &Link,
        holders: &[AccountKey],
        systems: &[AccountKey],
    ) -> Sql<(Vec<Row>, Vec<Row>)> {
        let known = |key: &&AccountKey| self.state.currencies.contains_key(&key.currency);
        let shard = |key: &AccountKey| self.shard_key(key.currency);
        let holders: Vec<&AccountKey> = holders.iter().filter(known).collect();
        let systems: Vec<&AccountKey> = systems.iter().filter(known).collect();
        let holder_shards: Vec<i64> = holders.iter().map(|key| shard(key)).collect();
        let holder_ids: Vec<i64> = holders.iter().map(|key| owner_number(key.owner)).collect();
        let holder_currencies: Vec<i64> = holders.iter().map(|key| key.currency.get()).collect();
        let system_shards: Vec<i64> = systems.iter().map(|key| shard(key)).collect();
        let roles: Vec<i16> = systems
            .iter()
            .map(|key| i16::from(posting::role_code(key.owner)))
            .collect();
        let system_currencies: Vec<i64> = systems.iter().map(|key| key.currency.get()).collect();
        let statements = &link.statements;
        let find_holders = async {
            if holders.is_empty() {
                return Ok(Vec::new());
            }
            let keys: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
                [&holder_shards, &holder_ids, &holder_currencies];
            link.client.query(&statements.accounts_find, &keys).await
        };
        let find_systems = async {
            if systems.is_empty() {
                return Ok(Vec::new());
            }
            let keys: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
                [&system_shards, &roles, &system_currencies];
            link.client.query(&statements.systems_find, &keys).await
        };
        Ok(try_join!(find_holders, find_systems)?)
    }

    fn keep_accounts(
        &mut self,
        (holders, systems): (Vec<Row>, Vec<Row>),
        asked_holders: &[AccountKey],
        asked_systems: &[AccountKey],
    ) -> Sql<()> {
        let damaged = || SqlError::Damaged("an account's owner or currency".into());
        let mut found = FxHashSet::default();
        for row in &holders {
            let holder = HolderId::new(row.get(0)).map_err(|_| damaged())?;
            let currency = CurrencyId::new(row.get(1)).map_err(|_| damaged())?;
            let key = AccountKey::holder(holder, currency);
            let (standing, merged_into) = standing(row.get(2), row.get(3));
            self.keep(key, standing, merged_into, row, 4);
            found.insert(key);
        }
        for row in &systems {
            let role = u8::try_from(row.get::<_, i16>(0)).ok();
            let role = role.and_then(SystemRole::from_code).ok_or_else(damaged)?;
            let currency = CurrencyId::new(row.get(1)).map_err(|_| damaged())?;
            let key = AccountKey::system(role, currency);
            self.keep(key, StandingCode::Open, None, row, 2);
            found.insert(key);
        }
        // A system account that was never used is there with nothing; a holder that nobody made is not.
        for key in asked_systems.iter().filter(|key| !found.contains(key)) {
            if self.state.currencies.contains_key(&key.currency) {
                self.state.accounts.insert(empty(*key), None);
            } else {
                self.unknown.insert(*key);
            }
        }
        let strangers = asked_holders.iter().filter(|key| !found.contains(key));
        self.unknown.extend(strangers.copied());
        Ok(())
    }

    fn keep(
        &mut self,
        key: AccountKey,
        standing: StandingCode,
        merged_into: Option<HolderId>,
        row: &Row,
        first: usize,
    ) {
        let mut slot = Slot {
            standing,
            ..empty(key)
        };
        if let Some(id) = row.get::<_, Option<i64>>(first) {
            slot.account_ref = id;
            slot.balance = row.get(first + 1);
            slot.last = row.get(first + 2);
            slot.floor = row.get(first + 3);
        }
        self.state.accounts.insert(slot, merged_into);
    }

    async fn load_origins(&mut self, link: &Link, works: &[Work]) -> Sql<()> {
        let mut unread = FxHashSet::default();
        for work in works {
            let origin = &work.write.origin;
            let key = origin_key(origin);
            if let Some(head) = self.state.origins.get(&key)
                && head.last == UNREAD
            {
                unread.insert(head.origin_ref);
            }
        }
        if unread.is_empty() {
            return Ok(());
        }
        let asked: Vec<i64> = unread.iter().copied().collect();
        let rows = link
            .client
            .query(&link.statements.origins_find, &[&asked])
            .await?;
        for head in self.state.origins.values_mut() {
            if unread.contains(&head.origin_ref) {
                let row = rows
                    .iter()
                    .find(|row| row.get::<_, i64>(0) == head.origin_ref);
                head.last = row.map_or(0, |row| row.get(1));
            }
        }
        Ok(())
    }

    /// The shard that a currency's accounts and transfers lie on: its group.
    pub(super) fn shard_key(&self, currency: CurrencyId) -> i64 {
        let known = self.state.currencies.get(&currency);
        known.map_or(0, |(_, currency)| currency.group.get())
    }
}

/// What an origin's newest transfer is before anybody looked.
pub(super) const UNREAD: i64 = -1;

/// The facts that commands name and nobody has loaded.
#[derive(Debug, Default)]
struct Missing {
    accounts: FxHashSet<AccountKey>,
    notes: FxHashSet<ledger::NoteId>,
    holds: FxHashSet<ledger::HoldId>,
    reactions: FxHashSet<economy::ReactionKey>,
    transactions: FxHashSet<ledger::TransactionId>,
    wallets: FxHashSet<HolderId>,
    game: MissingGame,
}

#[derive(Debug, Default)]
struct MissingGame {
    players: FxHashSet<ledger::TelegramUserId>,
    runs: FxHashSet<ledger::RunId>,
    rewards: FxHashSet<ledger::RewardId>,
    deposits: FxHashSet<ledger::TonHash>,
    owned: FxHashSet<(ledger::TelegramUserId, ledger::ItemId)>,
    stars: FxHashSet<ledger::StarsCharge>,
}

impl MissingGame {
    fn is_empty(&self) -> bool {
        self.players.is_empty()
            && self.runs.is_empty()
            && self.rewards.is_empty()
            && self.deposits.is_empty()
            && self.owned.is_empty()
            && self.stars.is_empty()
    }
}

/// What was found, and of the rest that there is none.
fn keep_found<K: Eq + Hash, V>(
    facts: &mut FxHashMap<K, Option<V>>,
    asked: Vec<K>,
    found: Vec<(K, V)>,
) {
    facts.extend(asked.into_iter().map(|key| (key, None)));
    facts.extend(found.into_iter().map(|(key, fact)| (key, Some(fact))));
}

impl Missing {
    fn add(&mut self, key: &FactKey) {
        match key {
            // All of them are always in memory.
            FactKey::Currency(_) | FactKey::Rate { .. } => {}
            FactKey::Account(account) => drop(self.accounts.insert(*account)),
            FactKey::Note(id) => drop(self.notes.insert(*id)),
            FactKey::Hold(id) => drop(self.holds.insert(*id)),
            FactKey::Reaction(key) => drop(self.reactions.insert(*key)),
            FactKey::Transaction(id) => drop(self.transactions.insert(*id)),
            FactKey::Wallet(holder) => drop(self.wallets.insert(*holder)),
            FactKey::Player(player) => drop(self.game.players.insert(*player)),
            FactKey::Run(run) => drop(self.game.runs.insert(*run)),
            FactKey::Reward(reward) => drop(self.game.rewards.insert(*reward)),
            FactKey::Deposit(deposit) => drop(self.game.deposits.insert(*deposit)),
            FactKey::Owned(player, item) => drop(self.game.owned.insert((*player, *item))),
            FactKey::Stars(charge) => drop(self.game.stars.insert(*charge)),
        }
    }

    fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.only_accounts()
    }

    fn only_accounts(&self) -> bool {
        self.notes.is_empty()
            && self.holds.is_empty()
            && self.reactions.is_empty()
            && self.transactions.is_empty()
            && self.wallets.is_empty()
            && self.game.is_empty()
    }
}

fn empty(key: AccountKey) -> Slot {
    Slot {
        account_ref: 0,
        key,
        balance: 0,
        last: 0,
        floor: floor_column(key.owner),
        standing: StandingCode::Open,
        touched: false,
    }
}

fn owner_number(owner: Owner) -> i64 {
    match owner {
        Owner::Holder(holder) => holder.get(),
        Owner::System(_) => 0,
    }
}

fn standing(word: &str, into: Option<i64>) -> (StandingCode, Option<HolderId>) {
    match (word, into.and_then(|id| HolderId::new(id).ok())) {
        ("open", _) => (StandingCode::Open, None),
        ("merged", Some(into)) => (StandingCode::Merged, Some(into)),
        _ => (StandingCode::Frozen, None),
    }
}

fn currency(row: &Row) -> Sql<Currency> {
    let damaged = |what: &str| SqlError::Damaged(format!("a currency's {what} is not one"));
    Ok(Currency {
        id: CurrencyId::new(row.get(0)).map_err(|_| damaged("id"))?,
        group: GroupId::new(row.get(1)).map_err(|_| damaged("group"))?,
        name: CurrencyName::new(row.get::<_, String>(2)).map_err(|_| damaged("name"))?,
        symbol: row.get(3),
        decimals: u8::try_from(row.get::<_, i16>(4))
            .ok()
            .and_then(Decimals::new)
            .ok_or_else(|| damaged("number of decimals"))?,
        class: if row.get::<_, &str>(5) == "premium" {
            CurrencyClass::Premium
        } else {
            CurrencyClass::Regular
        },
        state: if row.get::<_, &str>(6) == "active" {
            CurrencyState::Active
        } else {
            CurrencyState::Frozen
        },
    })
}

fn rate(row: &Row) -> Sql<((CurrencyId, CurrencyId), Rate)> {
    let damaged = || SqlError::Damaged("a rate is not one".into());
    let currency = |column| CurrencyId::new(row.get(column)).map_err(|_| damaged());
    let number = |column| row.get::<_, i64>(column).cast_unsigned();
    let rate = Rate::new(number(2), number(3)).map_err(|_| damaged())?;
    Ok(((currency(0)?, currency(1)?), rate))
}
