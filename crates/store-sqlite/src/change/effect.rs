use economy::{Effect, ReactionKey, ReactionState, Settle, reaction_state};
use ledger::{CurrencyId, HolderId, Identity, TransactionId};
use rusqlite::{Connection, params};

use super::Ids;
use crate::read::ReadError;

/// Writes what a command remembers beside its transfers.
pub(crate) fn effect_apply(mut applying: Applying<'_>, effect: &Effect) -> Result<(), ReadError> {
    let written = applying.apply(effect)?;
    // An update that met nothing would lose what was decided.
    if written == 1 {
        Ok(())
    } else {
        Err(missing("the row that the command decided on"))
    }
}

/// Where an effect is written, and what of its command it tells.
pub(crate) struct Applying<'a> {
    pub(crate) db: &'a Connection,
    /// The transaction, if money moved.
    pub(crate) tx: Option<TransactionId>,
    pub(crate) actor: HolderId,
    pub(crate) now_ms: i64,
    pub(crate) currency_ref: &'a dyn Fn(CurrencyId) -> Option<i64>,
    pub(crate) ids: &'a mut Ids<'a>,
}

impl Applying<'_> {
    /// Gives the number of rows written; 1 when there was nothing to write.
    fn apply(&mut self, effect: &Effect) -> Result<usize, ReadError> {
        match effect {
            Effect::NoteCreated {
                sender,
                recipient,
                currency,
                amount,
            } => self.note_insert(*sender, recipient, *currency, amount.get()),
            Effect::NoteSettled { note, how } => self.settle(
                "UPDATE note SET state = ?2, settled_by = ?3 WHERE id = ?1",
                note.get(),
                match how {
                    Settle::Taken => "redeemed",
                    Settle::GivenBack => "revoked",
                },
            ),
            Effect::HoldPlaced {
                holder,
                currency,
                amount,
                expires_ms,
            } => self.hold_insert(*holder, *currency, amount.get(), *expires_ms),
            Effect::HoldSettled { hold, how } => self.settle(
                "UPDATE hold SET state = ?2, settled_by = ?3 WHERE id = ?1",
                hold.get(),
                match how {
                    Settle::Taken => "captured",
                    Settle::GivenBack => "released",
                },
            ),
            Effect::ReactionMinted {
                key,
                author,
                amount,
            } => self.reaction_insert(*key, *author, amount.get()),
            Effect::ReactionTakenBack { key, burned } => self.reaction_take_back(*key, *burned),
            // The transaction's own detail says what it reverses.
            Effect::Reversed { .. } => Ok(1),
            Effect::Merged { from, into } => merge(self.db, *from, *into),
            Effect::Game(effect) => self.game(effect),
        }
    }

    fn note_insert(
        &self,
        sender: HolderId,
        recipient: &Identity,
        currency: CurrencyId,
        amount: i64,
    ) -> Result<usize, ReadError> {
        let row = params![
            self.own_id()?,
            sender.get(),
            recipient.to_string(),
            self.currency(currency)?,
            amount
        ];
        Ok(self
            .db
            .prepare_cached("INSERT INTO note (id, sender, recipient, currency, amount, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')")?
            .execute(row)?)
    }

    fn hold_insert(
        &self,
        holder: HolderId,
        currency: CurrencyId,
        amount: i64,
        expires_ms: Option<i64>,
    ) -> Result<usize, ReadError> {
        let row = params![
            self.own_id()?,
            holder.get(),
            self.currency(currency)?,
            amount,
            expires_ms
        ];
        Ok(self
            .db
            .prepare_cached("INSERT INTO hold (id, holder, currency, amount, expires_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')")?
            .execute(row)?)
    }

    fn settle(&self, sql: &str, id: i64, state: &str) -> Result<usize, ReadError> {
        Ok(self
            .db
            .prepare_cached(sql)?
            .execute(params![id, state, self.own_id()?])?)
    }

    fn reaction_insert(
        &self,
        key: ReactionKey,
        author: HolderId,
        amount: i64,
    ) -> Result<usize, ReadError> {
        let row = params![
            key.message.cast_signed(),
            key.reactor.get(),
            self.currency(key.currency)?,
            author.get(),
            amount,
            self.own_id()?
        ];
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO reaction (message, reactor, currency, author, amount, minted, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'minted')",
            )?
            .execute(row)?)
    }

    fn reaction_take_back(&self, key: ReactionKey, burned: bool) -> Result<usize, ReadError> {
        let (state, by) = match reaction_state(burned, self.tx) {
            ReactionState::Minted => ("minted", None),
            ReactionState::Burned { by } => ("burned", Some(by.get())),
            ReactionState::Unrecoverable => ("unrecoverable", None),
        };
        let row = params![
            key.message.cast_signed(),
            key.reactor.get(),
            self.currency(key.currency)?,
            state,
            by
        ];
        Ok(self
            .db
            .prepare_cached("UPDATE reaction SET state = ?4, burned_by = ?5 WHERE message = ?1 AND reactor = ?2 AND currency = ?3")?
            .execute(row)?)
    }

    pub(super) fn new_id(&mut self) -> i64 {
        (self.ids)()
    }

    pub(super) fn tx_id(&self) -> Option<i64> {
        self.tx.map(TransactionId::get)
    }

    pub(super) fn own_id(&self) -> Result<i64, ReadError> {
        self.tx_id()
            .ok_or_else(|| missing("the transaction of an effect that needs one"))
    }

    pub(super) fn currency(&self, currency: CurrencyId) -> Result<i64, ReadError> {
        (self.currency_ref)(currency).ok_or_else(|| missing("the currency of an effect"))
    }
}

/// All that leads to one holder leads to the other from now on: identities, memberships, and what is still open.
fn merge(db: &Connection, from: HolderId, into: HolderId) -> Result<usize, ReadError> {
    let both = (from.get(), into.get());
    // A member's holder is that of the Discord identity, so that no index over holders is needed.
    db.prepare_cached(
        "UPDATE member SET holder = ?2 WHERE holder = ?1 AND guild IN (SELECT id FROM guild) AND discord IN \
         (SELECT CAST(subject AS INTEGER) FROM identity WHERE holder = ?1 AND platform = 'discord')",
    )?
    .execute(both)?;
    for sql in [
        "UPDATE identity SET holder = ?2 WHERE holder = ?1",
        "UPDATE note SET sender = ?2 WHERE sender = ?1 AND state = 'open'",
        "UPDATE hold SET holder = ?2 WHERE holder = ?1 AND state = 'open'",
    ] {
        db.prepare_cached(sql)?.execute(both)?;
    }
    Ok(db
        .prepare_cached("UPDATE holder SET standing = 'merged', merged_into = ?2 WHERE id = ?1")?
        .execute(both)?)
}

fn missing(what: &str) -> ReadError {
    ReadError::Damaged(format!("{what} is not there"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{
        hold_fact, holder_by_identity, holder_standing, note_fact, notes_of, reaction_fact,
        world::World,
    };
    use economy::{HoldState, NoteState};
    use ledger::{Amount, HoldId, NoteId, Standing};

    struct Open {
        world: World,
        ada: HolderId,
        bob: HolderId,
        coin: CurrencyId,
    }

    fn open() -> Open {
        let mut world = World::new();
        let group = world.group();
        let (coin, ada, bob) = (
            world.currency(group, "coin"),
            world.holder(1),
            world.holder(2),
        );
        Open {
            world,
            ada,
            bob,
            coin,
        }
    }

    impl Open {
        fn tx(&mut self) -> TransactionId {
            self.world.mint(self.ada, self.coin, 10)
        }

        fn apply(&self, effect: &Effect, tx: Option<TransactionId>) -> Result<(), ReadError> {
            let applying = Applying {
                db: &self.world.db,
                tx,
                actor: self.ada,
                now_ms: 0,
                currency_ref: &|id| crate::read::currency_ref(&self.world.db, id).unwrap(),
                ids: &mut || {
                    unreachable!("notes, holds and reactions have their transactions' ids")
                },
            };
            effect_apply(applying, effect)
        }

        fn note(&mut self) -> NoteId {
            let tx = self.tx();
            let (sender, currency, amount) = (self.ada, self.coin, Amount::new(10).unwrap());
            let effect = Effect::NoteCreated {
                sender,
                recipient: Identity::discord(2),
                currency,
                amount,
            };
            self.apply(&effect, Some(tx)).unwrap();
            NoteId::new(tx.get()).unwrap()
        }

        fn hold(&mut self) -> HoldId {
            let tx = self.tx();
            let (holder, currency, amount) = (self.ada, self.coin, Amount::new(10).unwrap());
            self.apply(
                &Effect::HoldPlaced {
                    holder,
                    currency,
                    amount,
                    expires_ms: Some(5),
                },
                Some(tx),
            )
            .unwrap();
            HoldId::new(tx.get()).unwrap()
        }
    }

    #[test]
    fn notes_and_holds_are_settled_once() {
        let mut open = open();
        for how in [Settle::Taken, Settle::GivenBack] {
            let (note, hold, by) = (open.note(), open.hold(), open.tx());
            let fact = note_fact(&open.world.db, note).unwrap().unwrap();
            assert_eq!(
                (fact.state, fact.recipient),
                (NoteState::Open, Identity::discord(2))
            );
            assert_eq!(
                hold_fact(&open.world.db, hold).unwrap().unwrap().state,
                HoldState::Open
            );
            let settled = [
                Effect::NoteSettled { note, how },
                Effect::HoldSettled { hold, how },
            ];
            for effect in &settled {
                open.apply(effect, Some(by)).unwrap();
                assert!(open.apply(effect, Some(by)).is_err(), "{effect:?} twice");
            }
            assert_eq!(
                note_fact(&open.world.db, note).unwrap().unwrap().state,
                how.note(by)
            );
            assert_eq!(
                hold_fact(&open.world.db, hold).unwrap().unwrap().state,
                how.hold(by)
            );
        }
        let nowhere = NoteId::new(5).unwrap();
        let by = Some(open.tx());
        assert!(
            open.apply(
                &Effect::NoteSettled {
                    note: nowhere,
                    how: Settle::Taken
                },
                by
            )
            .is_err()
        );
        let unsettled = Effect::NoteSettled {
            note: open.note(),
            how: Settle::Taken,
        };
        assert!(open.apply(&unsettled, None).is_err());
        assert_eq!(note_fact(&open.world.db, nowhere).unwrap(), None);
    }

    #[test]
    fn expired_holds_are_the_open_ones_whose_time_has_passed() {
        let mut open = open();
        let (first, second, by) = (open.hold(), open.hold(), open.tx());
        let expired = |open: &Open, now_ms| {
            let found = crate::read::holds_expired(&open.world.db, now_ms, 10).unwrap();
            found
                .into_iter()
                .map(|record| record.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(expired(&open, 4), []);
        assert_eq!(expired(&open, 5), [first, second]);
        open.apply(
            &Effect::HoldSettled {
                hold: first,
                how: Settle::GivenBack,
            },
            Some(by),
        )
        .unwrap();
        assert_eq!(expired(&open, 5), [second]);
    }

    #[test]
    fn a_reaction_is_minted_once_and_taken_back_once() {
        let mut open = open();
        let (author, amount) = (open.ada, Amount::new(1).unwrap());
        for (message, burned, moved) in [(u64::MAX, true, true), (2, false, false)] {
            let key = ReactionKey {
                message,
                reactor: open.bob,
                currency: open.coin,
            };
            let (minted, taken_back) = (open.tx(), open.tx());
            let mint = Effect::ReactionMinted {
                key,
                author,
                amount,
            };
            assert_eq!(reaction_fact(&open.world.db, &key).unwrap(), None);
            open.apply(&mint, Some(minted)).unwrap();
            assert!(open.apply(&mint, Some(taken_back)).is_err());
            let fact = reaction_fact(&open.world.db, &key).unwrap().unwrap();
            assert_eq!(
                (fact.author, fact.minted, fact.state),
                (author, minted, ReactionState::Minted)
            );
            let back = Effect::ReactionTakenBack { key, burned };
            let by = moved.then_some(taken_back);
            open.apply(&back, by).unwrap();
            assert!(open.apply(&back, by).is_err());
            let fact = reaction_fact(&open.world.db, &key).unwrap().unwrap();
            assert_eq!(fact.state, reaction_state(burned, by));
        }
    }

    #[test]
    fn all_that_led_to_a_merged_holder_leads_to_the_other() {
        let mut open = open();
        let (note, hold, settled, by) = (open.note(), open.hold(), open.note(), open.tx());
        open.apply(
            &Effect::NoteSettled {
                note: settled,
                how: Settle::Taken,
            },
            Some(by),
        )
        .unwrap();
        let mut ids = open.world.ids();
        let guild = crate::change::guild_ensure(&open.world.db, 77, "Guild", &mut ids, 0)
            .unwrap()
            .id;
        let member = app::Member {
            discord: 1,
            bot: false,
            name: "Ada".into(),
        };
        crate::change::member_joined(&open.world.db, guild, &member, &mut ids, 0).unwrap();

        open.apply(
            &Effect::Merged {
                from: open.ada,
                into: open.bob,
            },
            None,
        )
        .unwrap();

        let db = &open.world.db;
        assert_eq!(
            holder_standing(db, open.ada).unwrap(),
            Some(Standing::Merged(open.bob))
        );
        let bob = holder_by_identity(db, &Identity::discord(1))
            .unwrap()
            .unwrap();
        assert_eq!(bob.identities, [Identity::discord(1), Identity::discord(2)]);
        assert_eq!(note_fact(db, note).unwrap().unwrap().sender, open.bob);
        assert_eq!(hold_fact(db, hold).unwrap().unwrap().holder, open.bob);
        assert_eq!(notes_of(db, open.ada, None, 9).unwrap().len(), 1);
        let stats = crate::read::guild_stats(db, guild, &[]).unwrap();
        assert_eq!(stats.members, [(1, open.bob)]);
    }
}
