//! Who tells the history: the ledger, a clock that is set, and dice.

use std::sync::Arc;

use app::{
    App, Asked, Change, Changed, Clock, EmojiBinding, GuildEdit, ManualClock, Member, MembersSync,
    NewCurrency, RateChange, Receipt, WriteError,
    origin::{Entry, Gates},
};
use ledger::{
    Amount, Class, Currency, CurrencyName, Decimals, GuildId, HolderId, IdempotencyKey, Identity,
    KeyScope, Rate,
};
use rand::{RngExt as _, rngs::StdRng};

use super::cast::{Cast, CastCurrency, CastServer};
use crate::{
    ledger_file::OpenLedger,
    replies::{self, Words},
    trouble::Trouble,
};

#[derive(Debug)]
pub(super) struct Story {
    pub(super) app: App,
    pub(super) gates: Gates,
    pub(super) clock: Arc<ManualClock>,
    pub(super) random: StdRng,
    pub(super) scenes: Vec<Scene>,
    /// Gives every write a key of its own.
    count: u64,
    pub(super) written: u64,
    pub(super) refused: u64,
}

/// A server as the ledger knows it.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) owner: HolderId,
    pub(super) people: Vec<Someone>,
    pub(super) currencies: Vec<Currency>,
}

#[derive(Debug, Clone)]
pub(super) struct Someone {
    pub(super) holder: HolderId,
    pub(super) identity: Identity,
}

impl Story {
    pub(super) async fn begin(
        ledger: &OpenLedger,
        clock: Arc<ManualClock>,
        random: StdRng,
        cast: &Cast,
    ) -> Result<Self, Trouble> {
        let mut story = Self {
            app: ledger.app.clone(),
            gates: ledger.gates.clone(),
            clock,
            random,
            scenes: Vec::new(),
            count: 0,
            written: 0,
            refused: 0,
        };
        for server in &cast.servers {
            let scene = story.set_up(server).await?;
            story.scenes.push(scene);
        }
        Ok(story)
    }

    pub(super) fn asked(&mut self, entry: &Entry, actor: HolderId) -> Asked {
        self.count += 1;
        let key = IdempotencyKey::new(KeyScope("demo"), &self.count.to_string());
        Asked::new(entry, actor, key)
    }

    /// People try what they cannot pay: that is refused, and part of life.
    pub(super) fn heard(
        &mut self,
        answer: Result<Receipt, WriteError>,
    ) -> Result<Option<Receipt>, Trouble> {
        match answer {
            Ok(receipt) => {
                self.written += 1;
                Ok(Some(receipt))
            }
            Err(WriteError::Refused(_)) => {
                self.refused += 1;
                Ok(None)
            }
            Err(error) => Err(replies::write_error(&error, &Words::default())),
        }
    }

    /// Somebody; the first of the cast do more than the last.
    pub(super) fn someone(&mut self, scene: &Scene) -> Someone {
        let count = scene.people.len();
        let at = self
            .random
            .random_range(0..count)
            .min(self.random.random_range(0..count));
        scene
            .people
            .get(at)
            .expect("the dice have as many sides")
            .clone()
    }

    pub(super) fn someone_else(&mut self, scene: &Scene, than: HolderId) -> Someone {
        loop {
            let other = self.someone(scene);
            if other.holder != than {
                return other;
            }
        }
    }

    /// Whole units of a currency.
    pub(super) fn some(&mut self, currency: &Currency, most: i64) -> Amount {
        let whole = self.random.random_range(1..=most);
        Amount::new(whole * currency.decimals.scale()).unwrap_or_default()
    }

    async fn set_up(&mut self, server: &CastServer) -> Result<Scene, Trouble> {
        let store = self.app.store();
        let guild = store
            .guild_ensure(server.guild.get(), server.name.to_owned())
            .await;
        let guild = guild.map_err(|error| replies::store_error(&error))?;
        let members: Vec<Member> = server
            .people
            .iter()
            .map(|person| Member {
                discord: person.user.get(),
                bot: false,
                name: person.name.to_owned(),
            })
            .collect();
        let put = store
            .members_put(guild.id, members, MembersSync::default())
            .await;
        put.map_err(|error| replies::store_error(&error))?;

        let owner = self.holder(server.owner.get()).await?.holder;
        let mut people = Vec::new();
        for person in &server.people {
            people.push(self.holder(person.user.get()).await?);
        }
        let mut currencies = Vec::new();
        for cast in &server.currencies {
            let new = new_currency(cast, guild.single);
            let currency = self.currency(owner, guild.id, cast, new).await?;
            currencies.push(currency);
        }
        if let [first, second, ..] = currencies.as_slice() {
            // A hundred of the one for one of the other.
            let rate = Rate::new(1, 100).and_then(|rate| {
                rate.between_minor_units(first.decimals.scale(), second.decimals.scale())
            });
            let rate = rate.map_err(|error| Trouble::failed(error.to_string()))?;
            let change = RateChange {
                from: first.id,
                to: second.id,
                rate,
            };
            self.changed(owner, "/create_exchange_rate", Change::RateSet(change))
                .await?;
        }
        Ok(Scene {
            owner,
            people,
            currencies,
        })
    }

    async fn holder(&self, user: u64) -> Result<Someone, Trouble> {
        let identity = Identity::discord(user);
        let holder = self.app.holder(identity.clone()).await;
        let holder = holder.map_err(|error| replies::store_error(&error))?;
        Ok(Someone { holder, identity })
    }

    async fn currency(
        &mut self,
        owner: HolderId,
        guild: GuildId,
        cast: &CastCurrency,
        new: NewCurrency,
    ) -> Result<Currency, Trouble> {
        let entry = "/set_currency_emoji";
        let made = self
            .changed(owner, entry, Change::CurrencyCreate(new))
            .await?;
        let Changed::Currency(currency) = made else {
            return Err(Trouble::failed(
                "The ledger gave something else than a currency.",
            ));
        };
        let binding = EmojiBinding {
            guild,
            emoji: cast.emoji.get(),
            name: cast.name.to_owned(),
            animated: false,
            currency: currency.id,
        };
        self.changed(owner, entry, Change::EmojiBind(binding))
            .await?;
        if !cast.premium {
            let edit = GuildEdit::Primary(currency.id);
            let change = Change::GuildEdit { guild, edit };
            self.changed(owner, "/make_currency_primary", change)
                .await?;
        }
        Ok(currency)
    }

    async fn changed(
        &mut self,
        actor: HolderId,
        command: &str,
        change: Change,
    ) -> Result<Changed, Trouble> {
        let entry = self.gates.discord.entry(command, "discord");
        let asked = self.asked(&entry, actor);
        let changed = self.app.change(asked, change).await;
        changed.map_err(|refusal| replies::change_refusal(&refusal))
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

fn new_currency(cast: &CastCurrency, group: ledger::GroupId) -> NewCurrency {
    NewCurrency {
        group,
        name: CurrencyName::new(cast.name).expect("the cast's currencies have plain names"),
        symbol: None,
        decimals: Decimals::new(cast.decimals).unwrap_or_default(),
        class: if cast.premium {
            Class::Premium
        } else {
            Class::Regular
        },
    }
}
