use std::collections::BTreeMap;

use app::{Flow, FlowQuery, FlowTotals};
use ledger::{CurrencyId, IdSequence, TransactionId};
use rusqlite::{Connection, Row};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ReadError, column,
    column::{count, damaged},
    currency_ref,
    journal::{mark_at, transaction_of},
    names::Names,
    number,
};

const DAY_MS: i64 = 86_400_000;

/// What was moved in these days by each code site, currency and kind: from the daily flows, and from the journal after their mark.
pub(crate) fn flow_list(db: &Connection, query: &FlowQuery) -> Result<Vec<Flow>, ReadError> {
    let Some(mut sums) = Sums::new(db, query)? else {
        return Ok(Vec::new());
    };
    sums.add_days(db, query)?;
    sums.add_tail(db, query)?;
    sums.flows(db)
}

/// Day (if they are told apart), currency, kind and origin; as this file numbers them.
type Group = (Option<i32>, i64, i64, i64);

struct Sums {
    by_day: bool,
    currency: Option<i64>,
    origins: Option<FxHashSet<i64>>,
    /// First and last are transfers until the end, then their transactions.
    totals: BTreeMap<Group, FlowTotals>,
}

impl Sums {
    /// None when the currency that is asked for does not exist.
    fn new(db: &Connection, query: &FlowQuery) -> Result<Option<Self>, ReadError> {
        let currency = match query.currency {
            Some(currency) => match currency_ref(db, currency)? {
                None => return Ok(None),
                found => found,
            },
            None => None,
        };
        let origins = query.site.map(|site| {
            db.prepare_cached("SELECT ref FROM origin WHERE site = ?1")?
                .query_map([site.to_bits_i64()], |row| row.get(0))?
                .collect::<Result<_, _>>()
        });
        Ok(Some(Self {
            by_day: query.by_day,
            currency,
            origins: origins.transpose()?,
            totals: BTreeMap::new(),
        }))
    }

    fn add_days(&mut self, db: &Connection, query: &FlowQuery) -> Result<(), ReadError> {
        let mut statement = db.prepare_cached(
            "SELECT day, currency, kind, origin, transfers, issued, retired, moved, first, last FROM flow WHERE day BETWEEN ?1 AND ?2",
        )?;
        let mut rows = statement.query((query.from_day, query.to_day))?;
        while let Some(row) = rows.next()? {
            let (day, currency, kind, origin) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            if let Some(totals) = self.totals(day, currency, kind, origin) {
                add(totals, &stored(row)?);
            }
        }
        Ok(())
    }

    fn add_tail(&mut self, db: &Connection, query: &FlowQuery) -> Result<(), ReadError> {
        let after = mark_at(db, "flow")?.max(first_of(query.from_day) - 1);
        let before = first_of(query.to_day.saturating_add(1));
        let issuance = issuance_accounts(db)?;
        let mut statement = db.prepare_cached(
            "SELECT id, currency, kind, origin, debit, credit, amount FROM transfer WHERE id > ?1 AND id < ?2 ORDER BY id",
        )?;
        let mut rows = statement.query((after, before))?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let (currency, kind, origin) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let Some(totals) = self.totals(day_of(id), currency, kind, origin) else {
                continue;
            };
            let mut one = FlowTotals {
                transfers: 1,
                ..FlowTotals::default()
            };
            let amount = i128::from(row.get::<_, i64>(6)?);
            if issuance.contains(&row.get(4)?) {
                one.issued = amount;
            } else if issuance.contains(&row.get(5)?) {
                one.retired = amount;
            } else {
                one.moved = amount;
            }
            one.first = Some(number(id)?);
            one.last = one.first;
            add(totals, &one);
        }
        Ok(())
    }

    /// Where to add what was moved; none when it was not asked for.
    fn totals(
        &mut self,
        day: i32,
        currency: i64,
        kind: i64,
        origin: i64,
    ) -> Option<&mut FlowTotals> {
        let asked = self.currency.is_none_or(|wanted| wanted == currency)
            && self
                .origins
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&origin));
        let group = (self.by_day.then_some(day), currency, kind, origin);
        asked.then(|| self.totals.entry(group).or_default())
    }

    fn flows(self, db: &Connection) -> Result<Vec<Flow>, ReadError> {
        let currencies = currencies_named(db)?;
        let mut names = Names::new(db);
        let flow = |((day, currency, kind, origin), mut totals): (Group, FlowTotals)| {
            for end in [&mut totals.first, &mut totals.last].into_iter().flatten() {
                *end = transaction_of(db, *end)?;
            }
            let currency = currencies
                .get(&currency)
                .copied()
                .ok_or_else(|| damaged("currency", currency))?;
            let origin = names.origin(origin)?;
            Ok(Flow {
                day,
                currency,
                kind: number(kind)?,
                entry: origin.entry,
                application: origin.application,
                site: origin.site,
                class: origin.class,
                function: origin.function,
                totals,
            })
        };
        self.totals.into_iter().map(flow).collect()
    }
}

fn stored(row: &Row<'_>) -> Result<FlowTotals, ReadError> {
    let sum = |index: usize| -> Result<i128, ReadError> {
        let text: String = row.get(index)?;
        text.parse().map_err(|_| damaged("sum", text))
    };
    Ok(FlowTotals {
        transfers: count(row, 4)?,
        issued: sum(5)?,
        retired: sum(6)?,
        moved: sum(7)?,
        first: Some(column(row, 8)?),
        last: Some(column(row, 9)?),
    })
}

fn add(to: &mut FlowTotals, more: &FlowTotals) {
    to.transfers += more.transfers;
    to.issued += more.issued;
    to.retired += more.retired;
    to.moved += more.moved;
    let both =
        |one: Option<TransactionId>, other: Option<TransactionId>| one.into_iter().chain(other);
    to.first = both(to.first, more.first).min();
    to.last = both(to.last, more.last).max();
}

fn issuance_accounts(db: &Connection) -> Result<FxHashSet<i64>, ReadError> {
    let mut statement = db.prepare_cached("SELECT ref FROM account WHERE role > 0 AND role = 1")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn currencies_named(db: &Connection) -> Result<FxHashMap<i64, CurrencyId>, ReadError> {
    db.prepare_cached("SELECT ref, id FROM currency")?
        .query_and_then([], |row| Ok((row.get(0)?, column(row, 1)?)))?
        .collect()
}

/// The day of a transfer, numbered from 1970-01-01 UTC.
pub(crate) fn day_of(id: i64) -> i32 {
    let day = IdSequence::time_ms(id).div_euclid(DAY_MS);
    i32::try_from(day).unwrap_or(i32::MAX)
}

/// The smallest id of a day.
fn first_of(day: i32) -> i64 {
    IdSequence::floor_of(i64::from(day) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::world::{START_DAY, START_MS, World};
    use ledger::{AccountKey, CodeSiteId, HolderId, Kind};

    fn totals(transfers: u64, issued: i128, retired: i128, moved: i128) -> FlowTotals {
        FlowTotals {
            transfers,
            issued,
            retired,
            moved,
            first: None,
            last: None,
        }
    }

    /// Two days: minted and paid on the first, exchanged and burned on the second.
    fn world() -> (World, HolderId, [CurrencyId; 2]) {
        let mut world = World::new();
        let group = world.group();
        let (coin, gem) = (world.currency(group, "coin"), world.currency(group, "gem"));
        let (ada, bob) = (world.holder(1), world.holder(2));
        world.come_from("cli:mint", 11);
        world.now_ms = START_MS + 1_000_000;
        world.mint(ada, coin, 100);
        world.mint(ada, coin, 50);
        world.come_from("discord:/transfer", 12);
        world.pay(ada, bob, coin, 30);
        world.now_ms = START_MS + DAY_MS;
        let out = (
            AccountKey::holder(ada, coin),
            AccountKey::issuance(coin),
            20,
        );
        let back = (AccountKey::issuance(gem), AccountKey::holder(ada, gem), 10);
        world.transfer(Kind::Exchange, &[out, back]);
        world.transfer(
            Kind::Burn,
            &[(AccountKey::holder(bob, coin), AccountKey::issuance(coin), 7)],
        );
        (world, ada, [coin, gem])
    }

    /// Writes flows behind as the writer does, up to the last transfer.
    fn write_behind(world: &mut World) {
        let mark = mark_at(&world.db, "flow").unwrap();
        world
            .db
            .execute(
                "INSERT INTO flow (day, currency, origin, kind, transfers, issued, retired, moved, first, last) \
                 SELECT ((t.id >> 22) + ?2) / 86400000, t.currency, t.origin, t.kind, count(*), \
                 CAST(sum(iif(t.debit_floor IS NULL, t.amount, 0)) AS TEXT), CAST(sum(iif(c.role = 1, t.amount, 0)) AS TEXT), \
                 CAST(sum(iif(t.debit_floor IS NULL OR c.role = 1, 0, t.amount)) AS TEXT), min(t.id), max(t.id) \
                 FROM transfer t JOIN account c ON c.ref = t.credit WHERE t.id > ?1 GROUP BY 1, 2, 3, 4",
                (mark, IdSequence::EPOCH_MS),
            )
            .unwrap();
        world.mark("flow");
    }

    fn check(
        world: &World,
        query: &FlowQuery,
        expect: &[(Option<i32>, CurrencyId, Kind, u64, FlowTotals)],
    ) {
        let mut seen = Vec::new();
        for flow in flow_list(&world.db, query).unwrap() {
            let totals = FlowTotals {
                first: None,
                last: None,
                ..flow.totals
            };
            seen.push((flow.day, flow.currency, flow.kind, flow.site.get(), totals));
        }
        assert_eq!(seen, expect, "{query:?}");
    }

    #[test]
    fn flows_are_the_same_wherever_the_mark_is() {
        let (mut world, _, [coin, gem]) = world();
        let all = FlowQuery {
            from_day: START_DAY,
            to_day: START_DAY + 1,
            ..FlowQuery::default()
        };
        let expect = [
            (None, coin, Kind::Mint, 11, totals(2, 150, 0, 0)),
            (None, coin, Kind::Burn, 12, totals(1, 0, 7, 0)),
            (None, coin, Kind::Transfer, 12, totals(1, 0, 0, 30)),
            (None, coin, Kind::Exchange, 12, totals(1, 0, 20, 0)),
            (None, gem, Kind::Exchange, 12, totals(1, 10, 0, 0)),
        ];
        let expect = |world: &World| {
            let mut expect = expect;
            expect.sort_by_key(|(_, currency, kind, ..)| (*currency, kind.code()));
            check(world, &all, &expect);
        };
        expect(&world);
        let before = flow_list(&world.db, &all).unwrap();
        write_behind(&mut world);
        expect(&world);
        assert_eq!(flow_list(&world.db, &all).unwrap(), before);
    }

    #[test]
    fn days_sites_and_currencies_are_told_apart() {
        let (mut world, ada, [coin, gem]) = world();
        write_behind(&mut world);
        world.mint(ada, coin, 1);
        let (one, two) = (START_DAY, START_DAY + 1);
        let by_day = FlowQuery {
            from_day: one,
            to_day: two,
            by_day: true,
            currency: Some(coin),
            ..FlowQuery::default()
        };
        check(
            &world,
            &by_day,
            &[
                (Some(one), coin, Kind::Mint, 11, totals(2, 150, 0, 0)),
                (Some(one), coin, Kind::Transfer, 12, totals(1, 0, 0, 30)),
                (Some(two), coin, Kind::Mint, 12, totals(1, 1, 0, 0)),
                (Some(two), coin, Kind::Burn, 12, totals(1, 0, 7, 0)),
                (Some(two), coin, Kind::Exchange, 12, totals(1, 0, 20, 0)),
            ],
        );
        let site = FlowQuery {
            site: Some(CodeSiteId::new(11)),
            by_day: false,
            ..by_day.clone()
        };
        check(
            &world,
            &site,
            &[(None, coin, Kind::Mint, 11, totals(2, 150, 0, 0))],
        );
        let second = FlowQuery {
            from_day: two,
            currency: Some(gem),
            ..by_day.clone()
        };
        check(
            &world,
            &second,
            &[(Some(two), gem, Kind::Exchange, 12, totals(1, 10, 0, 0))],
        );
        check(
            &world,
            &FlowQuery {
                from_day: two + 1,
                to_day: two + 9,
                ..by_day.clone()
            },
            &[],
        );
        check(
            &world,
            &FlowQuery {
                currency: CurrencyId::new(5).ok(),
                ..by_day.clone()
            },
            &[],
        );
        check(
            &world,
            &FlowQuery {
                from_day: i32::MIN,
                to_day: i32::MAX,
                site: Some(CodeSiteId::new(99)),
                ..by_day
            },
            &[],
        );
    }

    #[test]
    fn first_and_last_are_transactions() {
        let (mut world, _, [_, gem]) = world();
        write_behind(&mut world);
        let query = FlowQuery {
            from_day: START_DAY,
            to_day: START_DAY + 1,
            currency: Some(gem),
            ..FlowQuery::default()
        };
        let found = flow_list(&world.db, &query).unwrap();
        let totals = found[0].totals;
        // The gems are the exchange's second transfer.
        let (first, last) = (totals.first.unwrap(), totals.last.unwrap());
        assert_eq!(first, last);
        assert!(
            crate::read::transaction_fetch(&world.db, first)
                .unwrap()
                .is_some()
        );
    }
}
