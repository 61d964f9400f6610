use app::{Change, Changed, NewCurrency, Supply};
use ledger::{Class, Currency, CurrencyName, CurrencyState, Decimals, Group};
use serde::{Deserialize, Serialize};

use super::{Operator, Place, Tell};
use crate::{money, replies, trouble::Trouble};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CurrencyCreateOrder {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) decimals: u8,
    pub(crate) symbol: Option<String>,
    pub(crate) premium: bool,
    pub(crate) key: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CurrencyListOrder {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CurrencyList {
    pub(crate) currencies: Vec<CurrencyLine>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CurrencyLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) symbol: Option<String>,
    pub(crate) decimals: u8,
    pub(crate) class: String,
    pub(crate) state: String,
    pub(crate) group: String,
    pub(crate) group_name: String,
    pub(crate) issued: String,
    pub(crate) holders: u64,
}

pub(super) async fn create(
    operator: &Operator,
    order: CurrencyCreateOrder,
    _: &Tell,
) -> Result<CurrencyLine, Trouble> {
    let name = CurrencyName::new(order.name);
    let name = name.map_err(|error| Trouble::input(format!("{error}.")))?;
    let decimals = Decimals::new(order.decimals)
        .ok_or_else(|| Trouble::input("A currency has at most nine decimals."))?;
    let group = operator.group_made(&order.place, &order.key).await?;
    let asked = operator.asked("currency create", &order.key).await?;
    let currency = NewCurrency {
        group,
        name,
        symbol: order.symbol,
        decimals,
        class: if order.premium {
            Class::Premium
        } else {
            Class::Regular
        },
    };
    let made = operator
        .app
        .change(asked, Change::CurrencyCreate(currency))
        .await;
    match made.map_err(|refusal| replies::change_refusal(&refusal))? {
        Changed::Currency(currency) => {
            let groups = operator.groups().await?;
            Ok(line(&currency, &groups, None))
        }
        _ => Err(Trouble::failed(
            "The ledger gave something else than a currency.",
        )),
    }
}

pub(super) async fn list(
    operator: &Operator,
    _: CurrencyListOrder,
    _: &Tell,
) -> Result<CurrencyList, Trouble> {
    let currencies = operator.currencies().await?;
    let groups = operator.groups().await?;
    let supply = operator.app.store().supply().await;
    let supply = supply.map_err(|error| replies::store_error(&error))?;
    let line = |currency: &Currency| {
        let its = supply.iter().find(|supply| supply.currency == currency.id);
        line(currency, &groups, its)
    };
    Ok(CurrencyList {
        currencies: currencies.iter().map(line).collect(),
    })
}

fn line(currency: &Currency, groups: &[Group], supply: Option<&Supply>) -> CurrencyLine {
    let group = groups.iter().find(|group| group.id == currency.group);
    CurrencyLine {
        id: currency.id.to_string(),
        name: currency.name.to_string(),
        symbol: currency.symbol.clone(),
        decimals: currency.decimals.get(),
        class: match currency.class {
            Class::Regular => "regular".into(),
            Class::Premium => "premium".into(),
        },
        state: match currency.state {
            CurrencyState::Active => "active".into(),
            CurrencyState::Frozen => "frozen".into(),
        },
        group: currency.group.to_string(),
        group_name: group.map(|group| group.name.clone()).unwrap_or_default(),
        issued: money::decimal(supply.map_or(0, |supply| supply.issued), currency.decimals),
        holders: supply.map_or(0, |supply| supply.holders),
    }
}
