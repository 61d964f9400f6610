use economy::{
    AccountFact, DepositFact, FactKey, Facts, HoldFact, NoteFact, PastTransaction, PlayerFact,
    ReactionFact, ReactionKey, RewardFact, StarsFact,
};
use ledger::{
    AccountKey, Balance, Chain, Currency, CurrencyId, Floor, HoldId, HolderId, IdSequence, ItemId,
    NodeNumber, NoteId, Owner, Rate, RewardId, RunId, Standing, StarsCharge, SystemRole,
    TelegramUserId, TonHash, TransactionId,
};
use rustc_hash::FxHashMap;

/// What the writer knows: the facts that commands are decided on, as changed by those before them.
#[derive(Debug)]
pub struct State {
    pub accounts: Accounts,
    pub currencies: FxHashMap<CurrencyId, (i64, Currency)>,
    pub rates: FxHashMap<(CurrencyId, CurrencyId), Rate>,
    pub batch: BatchFacts,
    pub ids: IdSequence,
    pub sequence: u64,
    pub chain: Chain,
    pub origins: FxHashMap<OriginKey, OriginHead>,
    /// The accounts that the running batch moved, each once.
    pub touched: Vec<u32>,
    /// The origins that the running batch used; one may stand here several times.
    pub used_origins: Vec<OriginKey>,
}

/// Facts that are loaded for one batch and forgotten after it.
#[derive(Debug, Default)]
pub struct BatchFacts {
    pub notes: FxHashMap<NoteId, Option<NoteFact>>,
    pub holds: FxHashMap<HoldId, Option<HoldFact>>,
    pub reactions: FxHashMap<ReactionKey, Option<ReactionFact>>,
    pub transactions: FxHashMap<TransactionId, Option<PastTransaction>>,
    pub wallets: FxHashMap<HolderId, Vec<CurrencyId>>,
    pub game: GameFacts,
}

/// Those of the game, its rewards and its purchases.
#[derive(Debug, Default)]
pub struct GameFacts {
    pub players: FxHashMap<TelegramUserId, Option<PlayerFact>>,
    pub runs: FxHashMap<RunId, Option<TelegramUserId>>,
    pub rewards: FxHashMap<RewardId, Option<RewardFact>>,
    pub deposits: FxHashMap<TonHash, Option<DepositFact>>,
    pub owned: FxHashMap<(TelegramUserId, ItemId), bool>,
    pub stars: FxHashMap<StarsCharge, Option<StarsFact>>,
}

impl GameFacts {
    fn is_empty(&self) -> bool {
        self.players.is_empty()
            && self.runs.is_empty()
            && self.rewards.is_empty()
            && self.deposits.is_empty()
            && self.owned.is_empty()
            && self.stars.is_empty()
    }
}

impl BatchFacts {
    pub fn clear(&mut self) {
        if !self.is_empty() {
            *self = Self::default();
        }
    }

    fn is_empty(&self) -> bool {
        self.notes.is_empty()
            && self.holds.is_empty()
            && self.reactions.is_empty()
            && self.transactions.is_empty()
            && self.wallets.is_empty()
            && self.game.is_empty()
    }
}

/// The site that was asked for, the digest of the rest, and whether the site was claimed.
pub type OriginKey = (u64, u64, bool);

/// An origin as this file numbers it, and its newest transfer.
#[derive(Debug, Clone, Copy)]
pub struct OriginHead {
    pub origin_ref: i64,
    /// The id that the site was given, which differs from the asked one only after a collision.
    pub site: ledger::CodeSiteId,
    pub last: i64,
}

/// An account in memory.
#[derive(Debug, Clone)]
pub struct Slot {
    pub account_ref: i64,
    pub key: AccountKey,
    pub balance: i64,
    pub last: i64,
    pub floor: Option<i64>,
    pub standing: StandingCode,
    /// Changed by the running batch.
    pub touched: bool,
}

/// A standing without the id of whom a holder was merged into, which few need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingCode {
    Open,
    Frozen,
    Merged,
}

/// The accounts that commands touched lately. All are in the account table too, perhaps with an older balance.
#[derive(Debug, Default)]
pub struct Accounts {
    slots: Vec<Slot>,
    by_key: FxHashMap<(i64, i64), u32>,
    merged: FxHashMap<HolderId, HolderId>,
    /// The accounts of the command at hand, so that each is looked up once.
    at_hand: Vec<(AccountKey, u32)>,
    /// Accounts that commands asked for whose holder or currency does not exist.
    unknown: Vec<AccountKey>,
}

impl Accounts {
    /// Beyond this many the cache is emptied at the next moment when all are written.
    const MOST: usize = 2_000_000;

    pub fn start_command(&mut self) {
        self.at_hand.clear();
        self.unknown.clear();
    }

    /// The account's place, remembered for the command at hand.
    pub fn find(&mut self, key: AccountKey) -> Option<u32> {
        if let Some(index) = self.known(key) {
            return Some(index);
        }
        let index = *self.by_key.get(&short(key))?;
        self.at_hand.push((key, index));
        Some(index)
    }

    /// Brings an account near; the number means nothing.
    pub fn glance(&self, key: AccountKey) -> i64 {
        self.by_key
            .get(&short(key))
            .map_or(0, |index| self.slot(*index).balance)
    }

    fn known(&self, key: AccountKey) -> Option<u32> {
        self.at_hand
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, index)| *index)
    }

    pub fn note_unknown(&mut self, key: AccountKey) {
        self.unknown.push(key);
    }

    pub fn is_settled(&self, key: AccountKey) -> bool {
        self.known(key).is_some() || self.unknown.contains(&key)
    }

    pub fn insert(&mut self, slot: Slot, merged_into: Option<HolderId>) -> u32 {
        let index = u32::try_from(self.slots.len())
            .expect("the cache is emptied long before four thousand million accounts");
        if let (Owner::Holder(holder), Some(into)) = (slot.key.owner, merged_into) {
            self.merged.insert(holder, into);
        }
        self.by_key.insert(short(slot.key), index);
        self.at_hand.push((slot.key, index));
        self.slots.push(slot);
        index
    }

    pub fn slot(&self, index: u32) -> &Slot {
        &self.slots[index as usize]
    }

    pub fn slot_mut(&mut self, index: u32) -> &mut Slot {
        &mut self.slots[index as usize]
    }

    /// Whether it is time to empty the cache.
    pub fn are_many(&self) -> bool {
        self.slots.len() > Self::MOST
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn set_standing(&mut self, holder: HolderId, standing: Standing) {
        let code = match standing {
            Standing::Open => StandingCode::Open,
            Standing::Frozen => StandingCode::Frozen,
            Standing::Merged(into) => {
                self.merged.insert(holder, into);
                StandingCode::Merged
            }
        };
        // Seldom: an operator's hand, or two holders becoming one.
        self.slots
            .iter_mut()
            .filter(|slot| slot.key.owner == Owner::Holder(holder))
            .for_each(|slot| slot.standing = code);
    }

    fn fact(&self, key: AccountKey) -> Option<AccountFact> {
        let index = self
            .known(key)
            .or_else(|| self.by_key.get(&short(key)).copied())?;
        let slot = self.slot(index);
        let standing = match (slot.standing, key.owner) {
            (StandingCode::Frozen, _) => Standing::Frozen,
            (StandingCode::Merged, Owner::Holder(holder)) => self
                .merged
                .get(&holder)
                .copied()
                .map_or(Standing::Frozen, Standing::Merged),
            _ => Standing::Open,
        };
        let floor = slot
            .floor
            .map_or(Floor::Unlimited, |floor| Floor::At(Balance::new(floor)));
        Some(AccountFact {
            balance: Balance::new(slot.balance),
            floor,
            standing,
        })
    }
}

/// Two numbers instead of a nested enum: holders' ids are positive, roles are stored below zero.
fn short(key: AccountKey) -> (i64, i64) {
    let owner = match key.owner {
        Owner::Holder(holder) => holder.get(),
        Owner::System(role) => -i64::from(role.code()),
    };
    (owner, key.currency.get())
}

pub fn role_code(owner: Owner) -> u8 {
    match owner {
        Owner::Holder(_) => 0,
        Owner::System(role) => role.code(),
    }
}

impl State {
    /// Nothing is known yet. Ids go on after `last_id`.
    pub fn new(last_id: i64) -> Self {
        Self {
            accounts: Accounts::default(),
            currencies: FxHashMap::default(),
            rates: FxHashMap::default(),
            batch: BatchFacts::default(),
            ids: IdSequence::after(NodeNumber::ONLY, last_id),
            sequence: 0,
            chain: Chain::START,
            origins: FxHashMap::default(),
            touched: Vec::new(),
            used_origins: Vec::new(),
        }
    }

    /// Whether a fact was looked for already, found or not.
    pub fn has(&mut self, key: &FactKey) -> bool {
        match key {
            // All of them are always in memory.
            FactKey::Currency(_) | FactKey::Rate { .. } => true,
            FactKey::Account(account) => {
                self.accounts.is_settled(*account) || self.accounts.find(*account).is_some()
            }
            FactKey::Note(id) => self.batch.notes.contains_key(id),
            FactKey::Hold(id) => self.batch.holds.contains_key(id),
            FactKey::Reaction(key) => self.batch.reactions.contains_key(key),
            FactKey::Transaction(id) => self.batch.transactions.contains_key(id),
            FactKey::Wallet(holder) => self.batch.wallets.contains_key(holder),
            FactKey::Player(player) => self.batch.game.players.contains_key(player),
            FactKey::Run(run) => self.batch.game.runs.contains_key(run),
            FactKey::Reward(reward) => self.batch.game.rewards.contains_key(reward),
            FactKey::Deposit(deposit) => self.batch.game.deposits.contains_key(deposit),
            FactKey::Owned(player, item) => self.batch.game.owned.contains_key(&(*player, *item)),
            FactKey::Stars(charge) => self.batch.game.stars.contains_key(charge),
        }
    }

    pub fn currency_ref(&self, id: CurrencyId) -> Option<i64> {
        self.currencies
            .get(&id)
            .map(|(currency_ref, _)| *currency_ref)
    }
}

impl Facts for State {
    fn currency(&self, id: CurrencyId) -> Option<&Currency> {
        self.currencies.get(&id).map(|(_, currency)| currency)
    }

    fn account(&self, key: AccountKey) -> Option<AccountFact> {
        self.accounts.fact(key)
    }

    fn rate(&self, from: CurrencyId, to: CurrencyId) -> Option<Rate> {
        self.rates.get(&(from, to)).copied()
    }

    fn note(&self, id: NoteId) -> Option<&NoteFact> {
        self.batch.notes.get(&id)?.as_ref()
    }

    fn hold(&self, id: HoldId) -> Option<&HoldFact> {
        self.batch.holds.get(&id)?.as_ref()
    }

    fn reaction(&self, key: &ReactionKey) -> Option<&ReactionFact> {
        self.batch.reactions.get(key)?.as_ref()
    }

    fn transaction(&self, id: TransactionId) -> Option<&PastTransaction> {
        self.batch.transactions.get(&id)?.as_ref()
    }

    fn wallet(&self, holder: HolderId) -> Option<&[CurrencyId]> {
        self.batch.wallets.get(&holder).map(Vec::as_slice)
    }

    fn player(&self, player: TelegramUserId) -> Option<&PlayerFact> {
        self.batch.game.players.get(&player)?.as_ref()
    }

    fn run(&self, run: RunId) -> Option<TelegramUserId> {
        self.batch.game.runs.get(&run).copied().flatten()
    }

    fn reward(&self, reward: RewardId) -> Option<&RewardFact> {
        self.batch.game.rewards.get(&reward)?.as_ref()
    }

    fn deposit(&self, deposit: TonHash) -> Option<&DepositFact> {
        self.batch.game.deposits.get(&deposit)?.as_ref()
    }

    fn owned(&self, player: TelegramUserId, item: ItemId) -> bool {
        let owned = self.batch.game.owned.get(&(player, item));
        owned.copied().unwrap_or(false)
    }

    fn stars(&self, charge: StarsCharge) -> Option<&StarsFact> {
        self.batch.game.stars.get(&charge)?.as_ref()
    }
}

/// The floor of a new account, as its column.
pub fn floor_column(owner: Owner) -> Option<i64> {
    match owner {
        Owner::System(SystemRole::Issuance) => None,
        _ => Some(0),
    }
}
