//! From what an operator typed to what it names.

use app::{Change, Changed, Guild, NewGroup};
use ledger::{Currency, Group, GroupId, GroupKind, HolderId, Identity};
use serde::{Deserialize, Serialize};

use super::Operator;
use crate::{replies, trouble::Trouble};

/// A group of currencies, as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// A Discord server, by Discord's id: its own group.
    Guild(u64),
    /// By id or name.
    Group(String),
    /// An application's own, made when it is not there.
    NewGroup(String),
    /// The one that all servers can join, made when it is not there.
    Global,
}

impl Operator {
    pub(super) async fn currencies(&self) -> Result<Vec<Currency>, Trouble> {
        let all = self.app.store().currencies().await;
        all.map_err(|error| replies::store_error(&error))
    }

    /// By id, or by name when only one currency has it.
    pub(super) async fn currency(
        &self,
        named: &str,
        within: Option<GroupId>,
    ) -> Result<Currency, Trouble> {
        let all = self.currencies().await?;
        let here = all
            .into_iter()
            .filter(|currency| within.is_none_or(|group| currency.group == group));
        let found: Vec<Currency> = here
            .filter(|currency| {
                currency.id.to_string() == named
                    || currency.name.as_str().eq_ignore_ascii_case(named)
            })
            .collect();
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Trouble::input(format!(
                "There is no currency {named:?}. `scrip currency list` shows all; `scrip currency create` makes one."
            ))),
            several => {
                let ids: Vec<String> = several.iter().map(|one| one.id.to_string()).collect();
                Err(Trouble::input(format!(
                    "{} currencies are called {named:?}. Name one by its id: {}.",
                    several.len(),
                    ids.join(", ")
                )))
            }
        }
    }

    /// A holder by id or identity, made when it is an identity that nobody has yet.
    pub(super) async fn holder(&self, named: &str) -> Result<HolderId, Trouble> {
        match Named::parse(named)? {
            Named::Id(id) => self.known(id).await,
            Named::Identity(identity) => {
                let holder = self.app.holder(identity).await;
                holder.map_err(|error| replies::store_error(&error))
            }
        }
    }

    /// A holder that is there already.
    pub(super) async fn known_holder(&self, named: &str) -> Result<HolderId, Trouble> {
        match Named::parse(named)? {
            Named::Id(id) => self.known(id).await,
            Named::Identity(identity) => {
                let found = self.app.store().holder_by_identity(identity).await;
                let found = found.map_err(|error| replies::store_error(&error))?;
                found
                    .map(|record| record.id)
                    .ok_or_else(|| Trouble::input(format!("Nobody is known as {named}.")))
            }
        }
    }

    async fn known(&self, id: HolderId) -> Result<HolderId, Trouble> {
        let found = self.app.store().holder(id).await;
        match found.map_err(|error| replies::store_error(&error))? {
            Some(record) => Ok(record.id),
            None => Err(Trouble::input(format!("There is no holder {id}."))),
        }
    }

    /// A holder as people know them: the first identity, else the id.
    pub(super) async fn name_of(&self, holder: HolderId) -> Result<String, Trouble> {
        let record = self.app.store().holder(holder).await;
        let record = record.map_err(|error| replies::store_error(&error))?;
        let identity = record.and_then(|record| record.identities.into_iter().next());
        Ok(identity.map_or_else(|| holder.to_string(), |identity| identity.to_string()))
    }

    pub(super) async fn groups(&self) -> Result<Vec<Group>, Trouble> {
        let all = self.app.store().groups().await;
        all.map_err(|error| replies::store_error(&error))
    }

    /// The group that is there already.
    pub(super) async fn group(&self, place: &Place) -> Result<GroupId, Trouble> {
        let found = match place {
            Place::Guild(discord) => {
                let guild = self.guild(*discord).await?;
                guild.map(|guild| guild.single)
            }
            Place::Global => self.global().await?,
            Place::Group(named) | Place::NewGroup(named) => self.group_named(named).await?,
        };
        found.ok_or_else(|| match place {
            Place::Guild(discord) => Trouble::input(format!(
                "The Discord server {discord} is not known here. `scrip currency create NAME --guild {discord}` makes it known."
            )),
            Place::Global => Trouble::input("There is no global group yet."),
            Place::Group(named) | Place::NewGroup(named) => Trouble::input(format!(
                "There is no group {named:?}. `scrip currency list` shows those with currencies; --new-group makes one."
            )),
        })
    }

    pub(super) async fn guild(&self, discord: u64) -> Result<Option<Guild>, Trouble> {
        let guild = self.app.store().guild_by_discord(discord).await;
        guild.map_err(|error| replies::store_error(&error))
    }

    pub(super) async fn global(&self) -> Result<Option<GroupId>, Trouble> {
        let groups = self.groups().await?;
        let global = groups.iter().find(|group| group.kind == GroupKind::Global);
        Ok(global.map(|group| group.id))
    }

    async fn group_named(&self, named: &str) -> Result<Option<GroupId>, Trouble> {
        let groups = self.groups().await?;
        let found: Vec<&Group> = groups
            .iter()
            .filter(|group| group.id.to_string() == named || group.name == named)
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.id)),
            several => {
                let ids: Vec<String> = several.iter().map(|one| one.id.to_string()).collect();
                Err(Trouble::input(format!(
                    "{} groups are called {named:?}. Name one by its id: {}.",
                    several.len(),
                    ids.join(", ")
                )))
            }
        }
    }

    /// The group, made when it is not there and can be.
    pub(super) async fn group_made(&self, place: &Place, key: &str) -> Result<GroupId, Trouble> {
        match place {
            Place::Guild(discord) => self.guild_made(*discord).await.map(|guild| guild.single),
            Place::Group(_) => self.group(place).await,
            Place::NewGroup(name) => match self.group_named(name).await? {
                Some(group) => Ok(group),
                None => self.group_create(GroupKind::Single, name, key).await,
            },
            Place::Global => match self.global().await? {
                Some(group) => Ok(group),
                None => self.group_create(GroupKind::Global, "global", key).await,
            },
        }
    }

    /// A server that the bot has not seen yet is recorded as absent; its name comes when the bot does.
    async fn guild_made(&self, discord: u64) -> Result<Guild, Trouble> {
        if let Some(known) = self.guild(discord).await? {
            return Ok(known);
        }
        let store = self.app.store();
        let made = store.guild_ensure(discord, format!("Discord server {discord}"));
        let guild = made.await.map_err(|error| replies::store_error(&error))?;
        let absent = store.guild_absent(guild.id).await;
        absent.map_err(|error| replies::store_error(&error))?;
        Ok(guild)
    }

    async fn group_create(
        &self,
        kind: GroupKind,
        name: &str,
        key: &str,
    ) -> Result<GroupId, Trouble> {
        let asked = self.asked("group create", &format!("{key}/group")).await?;
        let group = NewGroup {
            kind,
            name: name.to_owned(),
            owner: None,
        };
        match self.app.change(asked, Change::GroupCreate(group)).await {
            Ok(Changed::Group(group)) => Ok(group.id),
            Ok(_) => Err(Trouble::failed(
                "The ledger gave something else than a group.",
            )),
            Err(refusal) => Err(replies::change_refusal(&refusal)),
        }
    }
}

enum Named {
    Id(HolderId),
    Identity(Identity),
}

impl Named {
    fn parse(text: &str) -> Result<Self, Trouble> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let id = text.parse::<HolderId>();
            return id
                .map(Named::Id)
                .map_err(|error| Trouble::input(format!("{text:?}: {error}.")));
        }
        let identity = text.parse::<Identity>();
        identity.map(Named::Identity).map_err(|error| {
            Trouble::input(format!("{text:?} names nobody: {error}; or a holder's id."))
        })
    }
}
