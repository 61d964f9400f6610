use app::{ApiKey, ApiKeySecret, Change, Changed, NewApiKey, Scope, Scopes};
use ledger::{ApiKeyId, Currency};
use serde::{Deserialize, Serialize};

use super::{Operator, Tell, receipt::amount_of};
use crate::{money, replies, trouble::Trouble};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyCreateOrder {
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) currencies: Vec<String>,
    pub(crate) cap: Option<String>,
    pub(crate) require_site: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyListOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyRevokeOrder {
    /// Id or name.
    pub(crate) key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyCreated {
    #[serde(flatten)]
    pub(crate) key: KeyLine,
    /// Shown this once.
    pub(crate) secret: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyList {
    pub(crate) keys: Vec<KeyLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    /// Empty for all.
    pub(crate) currencies: Vec<String>,
    /// Minor units.
    pub(crate) cap: Option<String>,
    pub(crate) require_site: bool,
    pub(crate) created: String,
    pub(crate) revoked: Option<String>,
}

pub(super) async fn create(
    operator: &Operator,
    order: KeyCreateOrder,
    _: &Tell,
) -> Result<KeyCreated, Trouble> {
    let length = order.name.chars().count();
    if !(1..=64).contains(&length)
        || order
            .name
            .chars()
            .any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(Trouble::input(
            "A key's name has 1 to 64 characters without spaces: it names the application in every origin.",
        ));
    }
    let mut currencies = Vec::new();
    for named in &order.currencies {
        currencies.push(operator.currency(named, None).await?);
    }
    let cap = order
        .cap
        .as_deref()
        .map(|text| cap(text, &currencies))
        .transpose()?;
    let secret = ApiKeySecret::random();
    let key = NewApiKey {
        name: order.name,
        scopes: Scopes {
            actions: order.scopes,
            currencies: currencies.iter().map(|currency| currency.id).collect(),
            cap,
            require_site: order.require_site,
        },
        hash: ApiKeySecret::hash(secret.expose()),
    };
    // Random, because a repeated command could not show the secret again.
    let asked = operator.asked("key create", secret.expose()).await?;
    let made = operator.app.change(asked, Change::ApiKeyCreate(key)).await;
    match made.map_err(|refusal| replies::change_refusal(&refusal))? {
        Changed::ApiKey(key) => Ok(KeyCreated {
            key: line(&key),
            secret: secret.expose().to_owned(),
        }),
        _ => Err(Trouble::failed(
            "The ledger gave something else than a key.",
        )),
    }
}

/// A cap is one number of minor units, so its currencies must agree on what that is.
fn cap(text: &str, currencies: &[Currency]) -> Result<i64, Trouble> {
    let [first, rest @ ..] = currencies else {
        return Err(Trouble::input(
            "--cap needs --currency: an amount is read in a currency's decimals.",
        ));
    };
    if rest.iter().any(|other| other.decimals != first.decimals) {
        return Err(Trouble::input(
            "--cap needs currencies with equal decimals; make a key for each.",
        ));
    }
    amount_of(text, first).map(ledger::Amount::get)
}

pub(super) async fn list(
    operator: &Operator,
    _: KeyListOrder,
    _: &Tell,
) -> Result<KeyList, Trouble> {
    let keys = operator.app.store().api_keys().await;
    let keys = keys.map_err(|error| replies::store_error(&error))?;
    Ok(KeyList {
        keys: keys.iter().map(line).collect(),
    })
}

pub(super) async fn revoke(
    operator: &Operator,
    order: KeyRevokeOrder,
    _: &Tell,
) -> Result<KeyLine, Trouble> {
    let id = find(operator, &order.key).await?;
    let asked = operator
        .asked("key revoke", &format!("revoke {id}"))
        .await?;
    let done = operator
        .app
        .change(asked, Change::ApiKeyRevoke { key: id })
        .await;
    done.map_err(|refusal| replies::change_refusal(&refusal))?;
    let key = operator.app.store().api_key(id).await;
    let key = key.map_err(|error| replies::store_error(&error))?;
    key.as_ref()
        .map(line)
        .ok_or_else(|| Trouble::failed("The key is gone."))
}

async fn find(operator: &Operator, named: &str) -> Result<ApiKeyId, Trouble> {
    let keys = operator.app.store().api_keys().await;
    let keys = keys.map_err(|error| replies::store_error(&error))?;
    if let Some(key) = keys.iter().find(|key| key.id.to_string() == named) {
        return Ok(key.id);
    }
    let good: Vec<&ApiKey> = keys
        .iter()
        .filter(|key| key.name == named && key.revoked_ms.is_none())
        .collect();
    match good.as_slice() {
        [one] => Ok(one.id),
        [] => Err(Trouble::input(format!(
            "There is no key {named:?} that is good. `scrip key list` shows all."
        ))),
        several => {
            let ids: Vec<String> = several.iter().map(|key| key.id.to_string()).collect();
            Err(Trouble::input(format!(
                "{} keys are called {named:?}. Name one by its id: {}.",
                several.len(),
                ids.join(", ")
            )))
        }
    }
}

fn line(key: &ApiKey) -> KeyLine {
    KeyLine {
        id: key.id.to_string(),
        name: key.name.clone(),
        scopes: key.scopes.actions.clone(),
        currencies: key
            .scopes
            .currencies
            .iter()
            .map(ToString::to_string)
            .collect(),
        cap: key.scopes.cap.map(|cap| cap.to_string()),
        require_site: key.scopes.require_site,
        created: money::time(key.created_ms),
        revoked: key.revoked_ms.map(money::time),
    }
}
