//! What a command is decided on: whether its key was used, and the facts that it names.

use std::sync::Arc;

use app::{Write, WriteError};
use economy::FactKey;
use ledger::{AccountKey, ContentHash, CurrencyId, HolderId, Owner, Standing, TransactionId};
use posting::{Slot, StandingCode, floor_column};

use super::{Batch, Outcome, Sql};
use crate::{keys::Found, load, read};

impl Batch {
    /// Whether the key was used before, and for what.
    pub(super) fn earlier(&mut self, write: &Write) -> Sql<Option<Outcome>> {
        let mut used = None;
        for found in self.keys.find(write.key.bytes())? {
            used = match found {
                Found::Sure(used) => Some(used),
                Found::Perhaps(id) => load::key_use(&self.db, id, write.key.bytes())?,
            };
            if used.is_some() {
                break;
            }
        }
        Ok(used.map(|(id, content)| match TransactionId::new(id) {
            Ok(id) if ContentHash::from_bits(content) == write.content => Outcome::Earlier(id),
            _ => Outcome::Answer(Err(WriteError::KeyReused)),
        }))
    }

    pub(super) fn load_facts(&mut self, write: &Write) -> Sql<()> {
        self.state.accounts.start_command();
        // What a wallet holds may have changed since an earlier command of the batch asked.
        self.state.batch.wallets.clear();
        let mut named = std::mem::take(&mut self.named);
        // What a command needs may depend on facts that it needed first: a note's currency, a reversed transaction's accounts.
        loop {
            named.clear();
            economy::needs(&write.command, &self.state, &mut |key| named.push(key));
            let mut all_there = true;
            for key in &named {
                if !self.state.has(key) {
                    all_there = false;
                    self.load(key)?;
                }
            }
            if all_there {
                self.named = named;
                return Ok(());
            }
        }
    }

    fn load(&mut self, key: &FactKey) -> Sql<()> {
        let dirty = Arc::clone(&self.dirty);
        match key {
            FactKey::Currency(_) | FactKey::Rate { .. } => {}
            FactKey::Account(account) => self.load_account(*account)?,
            FactKey::Note(id) => drop(
                self.state
                    .batch
                    .notes
                    .insert(*id, read::note_fact(&self.db, *id)?),
            ),
            FactKey::Hold(id) => drop(
                self.state
                    .batch
                    .holds
                    .insert(*id, read::hold_fact(&self.db, *id)?),
            ),
            FactKey::Reaction(key) => drop(
                self.state
                    .batch
                    .reactions
                    .insert(*key, read::reaction_fact(&self.db, key)?),
            ),
            FactKey::Transaction(id) => {
                // It may be one of this batch, whose rows are not written yet.
                self.write_pending()?;
                let past = read::past_transaction(&self.db, *id)?;
                self.state.batch.transactions.insert(*id, past);
            }
            FactKey::Wallet(holder) => {
                self.write_pending()?;
                let mut held = read::wallet_fact(&self.db, *holder, &*dirty)?;
                held.extend(
                    self.state
                        .currencies
                        .keys()
                        .filter(|currency| !held.contains(currency))
                        .copied()
                        .collect::<Vec<_>>(),
                );
                held.sort_unstable();
                let mut holding = Vec::new();
                for currency in held {
                    if self.may_hold(*holder, currency)? {
                        holding.push(currency);
                    }
                }
                self.state.batch.wallets.insert(*holder, holding);
            }
            key => self.load_game(key)?,
        }
        Ok(())
    }

    /// What an earlier command of the batch changed of these is in memory already, though not written.
    fn load_game(&mut self, key: &FactKey) -> Sql<()> {
        let (db, game) = (&self.db, &mut self.state.batch.game);
        match *key {
            FactKey::Player(user) => {
                let player = read::player_fetch(db, user)?;
                game.players.insert(user, player.map(|record| record.fact));
            }
            FactKey::Run(run) => {
                let played = read::run_fetch(db, run)?;
                game.runs.insert(run, played.map(|record| record.player));
            }
            FactKey::Reward(id) => {
                let reward = read::reward_fact(db, id)?;
                game.rewards.insert(id, reward);
            }
            FactKey::Deposit(hash) => {
                let deposit = read::deposit_fact(db, hash)?;
                game.deposits.insert(hash, deposit);
            }
            FactKey::Owned(player, item) => {
                let owned = read::owned_fact(db, player, item)?;
                game.owned.insert((player, item), owned);
            }
            FactKey::Stars(charge) => {
                let payment = read::stars_fact(db, charge)?;
                game.stars.insert(charge, payment);
            }
            FactKey::Currency(_)
            | FactKey::Rate { .. }
            | FactKey::Account(_)
            | FactKey::Note(_)
            | FactKey::Hold(_)
            | FactKey::Reaction(_)
            | FactKey::Transaction(_)
            | FactKey::Wallet(_) => {}
        }
        Ok(())
    }

    /// Whether a holder's account has something as this batch sees it.
    fn may_hold(&mut self, holder: HolderId, currency: CurrencyId) -> Sql<bool> {
        let key = AccountKey::holder(holder, currency);
        if !self.state.has(&FactKey::Account(key)) {
            self.load_account(key)?;
        }
        let index = self.state.accounts.find(key);
        Ok(index.is_some_and(|index| self.state.accounts.slot(index).balance != 0))
    }

    fn load_account(&mut self, key: AccountKey) -> Sql<()> {
        let Some(currency) = self.state.currency_ref(key.currency) else {
            self.state.accounts.note_unknown(key);
            return Ok(());
        };
        let found = match key.owner {
            Owner::Holder(holder) => load::account_of_holder(&self.db, holder, currency)?,
            Owner::System(role) => Some((
                Standing::Open,
                load::account_of_system(&self.db, role, currency)?,
            )),
        };
        let Some((standing, row)) = found else {
            self.state.accounts.note_unknown(key);
            return Ok(());
        };
        let (code, merged_into) = match standing {
            Standing::Open => (StandingCode::Open, None),
            Standing::Frozen => (StandingCode::Frozen, None),
            Standing::Merged(into) => (StandingCode::Merged, Some(into)),
        };
        let mut slot = Slot {
            account_ref: 0,
            key,
            balance: 0,
            last: 0,
            floor: floor_column(key.owner),
            standing: code,
            touched: false,
        };
        if let Some(row) = row {
            let written = (row.balance, row.last_transfer);
            let (balance, last) =
                read::Overlay::now(&*self.dirty, row.account_ref).unwrap_or(written);
            slot = Slot {
                account_ref: row.account_ref,
                balance,
                last,
                floor: row.floor,
                ..slot
            };
        }
        self.state.accounts.insert(slot, merged_into);
        Ok(())
    }
}
