use std::collections::HashMap;

use app::{Asked, WriteError};
use economy::{Command, Mint};
use ledger::{Amount, Currency, HolderId, IdempotencyKey, Identity, KeyScope};
use serde::{Deserialize, Serialize};

use super::{APPLICATION, Operator, Place, Tell, Word};
use crate::{
    money,
    replies::{self, Words},
    trouble::Trouble,
};

/// Balances from elsewhere, as mints.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ImportOrder {
    pub(crate) rows: Vec<ImportRow>,
    /// SHA-256 of the file, in hexadecimal: with a user's id it makes the key, so that the same file counts once.
    pub(crate) digest: String,
    pub(crate) file: String,
    pub(crate) place: Place,
    pub(crate) currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportRow {
    /// Where it stands, such as `line 3`.
    pub(crate) at: String,
    /// A Discord user's id.
    pub(crate) user: u64,
    /// Whole units.
    pub(crate) balance: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Imported {
    pub(crate) users: usize,
    pub(crate) minted: usize,
    /// Were imported before from the same file.
    pub(crate) repeated: usize,
    /// Have nothing, and are only known now.
    pub(crate) empty: usize,
    pub(crate) total: String,
    pub(crate) currency: String,
}

/// How many are written at once.
const CHUNK: usize = 1_000;

pub(super) async fn import(
    operator: &Operator,
    order: ImportOrder,
    tell: &Tell,
) -> Result<Imported, Trouble> {
    let group = operator.group(&order.place).await?;
    let currency = operator.currency(&order.currency, Some(group)).await?;
    let amounts = amounts(&order.rows, &currency)?;
    let total: i128 = amounts.iter().map(|amount| i128::from(amount.get())).sum();
    fits(&order, &currency, total)?;

    let mut imported = Imported {
        users: order.rows.len(),
        minted: 0,
        repeated: 0,
        empty: amounts.iter().filter(|amount| amount.is_zero()).count(),
        total: money::decimal(total, currency.decimals),
        currency: currency.name.to_string(),
    };
    let total = u64::try_from(order.rows.len()).unwrap_or(u64::MAX);
    let mut done = 0;
    for (rows, amounts) in order.rows.chunks(CHUNK).zip(amounts.chunks(CHUNK)) {
        chunk(operator, &order, &currency, (rows, amounts), &mut imported).await?;
        done += u64::try_from(rows.len()).unwrap_or(0);
        let _ = tell.try_send(Word::Progress { done, total });
    }
    Ok(imported)
}

/// Every balance in minor units, before anything is written.
fn amounts(rows: &[ImportRow], currency: &Currency) -> Result<Vec<Amount>, Trouble> {
    let mut seen = HashMap::new();
    let amount = |row: &ImportRow| {
        if let Some(before) = seen.insert(row.user, row.at.clone()) {
            return Err(Trouble::input(format!(
                "{}: the user {} stands in {before} already; nothing was imported.",
                row.at, row.user
            )));
        }
        let minor_units = i64::try_from(row.balance)
            .ok()
            .and_then(|whole| whole.checked_mul(currency.decimals.scale()))
            .and_then(|minor_units| Amount::new(minor_units).ok());
        minor_units
            .filter(|amount| *amount <= Amount::SUPPLY_CAP)
            .ok_or_else(|| too_large(&row.at, &row.balance.to_string(), currency))
    };
    rows.iter().map(amount).collect()
}

fn too_large(at: &str, balance: &str, currency: &Currency) -> Trouble {
    Trouble::input(format!(
        "{at}: the balance {balance} is larger than {} can hold; nothing was imported.",
        currency.name
    ))
}

/// What is surely refused later is said before the first mint.
fn fits(order: &ImportOrder, currency: &Currency, total: i128) -> Result<(), Trouble> {
    if total > i128::from(Amount::SUPPLY_CAP.get()) {
        let total = money::decimal(total, currency.decimals);
        return Err(too_large(&order.file, &total, currency));
    }
    Ok(())
}

async fn chunk(
    operator: &Operator,
    order: &ImportOrder,
    currency: &Currency,
    (rows, amounts): (&[ImportRow], &[Amount]),
    imported: &mut Imported,
) -> Result<(), Trouble> {
    let identities: Vec<Identity> = rows.iter().map(|row| Identity::discord(row.user)).collect();
    let holders = operator.app.holders(&identities).await;
    let holders = holders.map_err(|error| replies::store_error(&error))?;
    let actor = operator.actor().await?;
    let mints: Vec<(Asked, Command)> = rows
        .iter()
        .zip(amounts)
        .zip(holders)
        .filter(|((_, amount), _)| !amount.is_zero())
        .map(|((row, amount), to)| mint(operator, order, currency, (row, *amount, to, actor)))
        .collect();
    for answer in operator.app.write_many(mints).await {
        match answer {
            Ok(receipt) if receipt.replayed => imported.repeated += 1,
            Ok(_) => imported.minted += 1,
            Err(WriteError::KeyReused) => {
                return Err(Trouble::refused(
                    "This file was imported before, into another currency or group; nothing was imported now.",
                ));
            }
            Err(error) => {
                let words = Words {
                    currencies: std::slice::from_ref(currency),
                    people: &[],
                };
                return Err(replies::write_error(&error, &words));
            }
        }
    }
    Ok(())
}

fn mint(
    operator: &Operator,
    order: &ImportOrder,
    currency: &Currency,
    (row, amount, to, actor): (&ImportRow, Amount, HolderId, HolderId),
) -> (Asked, Command) {
    let key = IdempotencyKey::new(
        KeyScope(APPLICATION),
        &format!("import:{}:{}", order.digest, row.user),
    );
    let entry = operator.gates.cli.entry("import", APPLICATION);
    let short: String = order.digest.chars().take(12).collect();
    let asked = Asked::new(&entry, actor, key)
        .reason(Some("opening balance".into()))
        .reference(Some(format!("import {short}")));
    let mint = Mint {
        to,
        currency: currency.id,
        amount,
    };
    (asked, mint.into())
}
