//! /top over many members with five currencies and rates between them.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use app::{Change, Changed, GuildEdit, NewCurrency, RateChange};
use economy::Transfer;
use fake_discord::UserId;
use ledger::{Amount, Class, CurrencyId, CurrencyName, Decimals, GroupId, HolderId, Rate};

use super::{Plan, town::Town};
use crate::load::Draw;
use crate::rows::{Rows, ms};

const NAMES: [&str; 5] = ["gold", "silver", "copper", "jade", "pearl"];
const P99_MS: f64 = 50.0;

pub(super) async fn measure(plan: &Plan, rows: &mut Rows) -> Result<()> {
    let (mut town, people) = Town::new(plan, "top", plan.members).await?;
    town.start();
    town.settled().await?;
    let market = Arc::new(Market::new(town, people).await?);
    rows.add("/top: members", market.holders.len() as f64, "");

    let (_, first) = market.top(0, None).await?;
    rows.add(
        "/top: the first call, which reads everything",
        ms(first),
        "ms",
    );
    for target in 1..NAMES.len() {
        market.top(target, None).await?;
    }
    let quiet = market.calls(plan.calls, 20, 1).await?;
    rows.add_latencies("/top, 20 payments before each", quiet, Some(P99_MS));

    let stop = Arc::new(AtomicBool::new(false));
    let moving = tokio::spawn(Arc::clone(&market).keep_paying(Arc::clone(&stop)));
    let busy = market.calls(plan.calls, 0, 2).await?;
    stop.store(true, Ordering::Relaxed);
    let paid = moving.await??;
    rows.add("/top while the ledger moves: transfers a second", paid, "");
    rows.add_latencies("/top while the ledger moves", busy, Some(P99_MS));

    let places = market.compare().await?;
    rows.add(
        "/top: places that a plain recomputation has too",
        places,
        "",
    );
    let market = Arc::into_inner(market).context("somebody is still at the market")?;
    market.town.end().await
}

struct Market {
    town: Town,
    people: Vec<UserId>,
    holders: Vec<(u64, HolderId)>,
    currencies: Vec<CurrencyId>,
}

impl Market {
    async fn new(town: Town, people: Vec<UserId>) -> Result<Self> {
        let guild = town.kept().await?;
        let mut currencies = Vec::new();
        for name in NAMES {
            currencies.push(make_currency(&town, guild.single, name).await?);
        }
        town.change(Change::GuildEdit {
            guild: guild.id,
            edit: GuildEdit::Primary(currencies[0]),
        })
        .await?;
        let mut dice = Draw::new(7);
        for from in &currencies {
            for to in currencies.iter().filter(|to| *to != from) {
                let rate = Rate::new(dice.below(9) + 1, dice.below(90) + 10)?;
                let (from, to) = (*from, *to);
                town.change(Change::RateSet(RateChange { from, to, rate }))
                    .await?;
            }
        }
        let stats = town.app.store().guild_stats(guild.id, Vec::new()).await?;
        let market = Self {
            town,
            people,
            holders: stats.members,
            currencies,
        };
        market.fund(&mut dice).await?;
        market.town.analyze().await?;
        Ok(market)
    }

    /// Everybody has something of everything.
    async fn fund(&self, dice: &mut Draw) -> Result<()> {
        for part in self.holders.chunks(1_600) {
            let mut writes = Vec::new();
            for (_, to) in part {
                for currency in &self.currencies {
                    let amount = Amount::new(1_000 + dice.below(1_000_000).cast_signed())?;
                    let (to, currency) = (*to, *currency);
                    let mint = economy::Mint {
                        to,
                        currency,
                        amount,
                    };
                    writes.push((self.town.asked(), mint.into()));
                }
            }
            for answer in self.town.app.write_many(writes).await {
                answer.context("could not fund a member")?;
            }
        }
        Ok(())
    }

    fn payment(&self, dice: &mut Draw) -> Option<Transfer> {
        let holder = |dice: &mut Draw| self.holders[dice.index(self.holders.len())].1;
        let (from, to) = (holder(dice), holder(dice));
        let currency = self.currencies[dice.index(self.currencies.len())];
        let amount = Amount::new(1 + dice.below(900).cast_signed()).ok()?;
        (from != to).then_some(Transfer {
            from,
            to,
            currency,
            amount,
        })
    }

    /// Who has not enough pays nothing.
    async fn pay(&self, dice: &mut Draw, count: usize) -> usize {
        let payments = (0..count).filter_map(|_| self.payment(dice));
        let writes: Vec<_> = payments
            .map(|payment| (self.town.asked(), payment.into()))
            .collect();
        let answers = self.town.app.write_many(writes).await;
        answers.iter().filter(|answer| answer.is_ok()).count()
    }

    /// How many a second.
    async fn keep_paying(self: Arc<Self>, stop: Arc<AtomicBool>) -> Result<f64> {
        let (started, mut paid) = (std::time::Instant::now(), 0);
        let mut dice = Draw::new(3);
        while !stop.load(Ordering::Relaxed) {
            paid += self.pay(&mut dice, 20).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(paid as f64 / started.elapsed().as_secs_f64())
    }

    async fn top(&self, target: usize, page: Option<i64>) -> Result<(String, Duration)> {
        let who = self.people[self.people.len() / 2];
        let mut options = vec![("currency", NAMES[target].into())];
        options.extend(page.map(|page| ("page", page.into())));
        let (post, took) = self.town.types(who, "top", &options).await?;
        ensure!(post.says("Richest in"), "{post}");
        Ok((post.text().to_owned(), took))
    }

    async fn calls(&self, calls: usize, payments: usize, seed: u64) -> Result<Vec<Duration>> {
        let mut dice = Draw::new(seed);
        let mut latencies = Vec::with_capacity(calls);
        for number in 0..calls {
            if payments > 0 {
                self.pay(&mut dice, payments).await;
            }
            let page = (number % 3 == 0).then(|| 1 + dice.below(50).cast_signed());
            let (_, took) = self.top(number % NAMES.len(), page).await?;
            latencies.push(took);
        }
        Ok(latencies)
    }

    /// Pages of every currency against sums that are added up anew; how many places were looked at.
    async fn compare(&self) -> Result<f64> {
        let guild = self.town.kept().await?;
        let store = self.town.app.store();
        let stats = store.guild_stats(guild.id, self.currencies.clone()).await?;
        let rates = store.rates().await?;
        let mut compared = 0;
        for (at, target) in self.currencies.iter().enumerate() {
            let mut sums: HashMap<HolderId, i128> = HashMap::new();
            for (holder, currency, amount) in &stats.wallets {
                let rate = rates
                    .iter()
                    .find(|rate| rate.from == *currency && rate.to == *target);
                let amount = i128::from(amount.get());
                let worth = match rate {
                    _ if currency == target => amount,
                    Some(found) => {
                        amount * i128::from(found.rate.num()) / i128::from(found.rate.den())
                    }
                    None => 0,
                };
                *sums.entry(*holder).or_default() += worth;
            }
            let members = self.holders.iter();
            let mut board: Vec<(i128, HolderId, u64)> = members
                .map(|(discord, holder)| {
                    (sums.get(holder).copied().unwrap_or(0), *holder, *discord)
                })
                .collect();
            board.sort_by_key(|(sum, holder, _)| (-sum, *holder));
            for page in [1, 2, 777.min(board.len() / 10)] {
                let (text, _) = self.top(at, Some(i64::try_from(page)?)).await?;
                let places = board.iter().enumerate().skip((page - 1) * 10).take(10);
                for (place, (sum, _, discord)) in places {
                    let name = self.town.fake.user_name(UserId::new(*discord));
                    let name = name.context("a name")?;
                    let line = format!("{}. @{name}: {sum} ", place + 1);
                    ensure!(text.contains(&line), "{line:?} is not in {text}");
                    compared += 1;
                }
            }
        }
        Ok(f64::from(compared))
    }
}

async fn make_currency(town: &Town, group: GroupId, name: &str) -> Result<CurrencyId> {
    let new = NewCurrency {
        group,
        name: CurrencyName::new(name)?,
        symbol: None,
        decimals: Decimals::default(),
        class: Class::Regular,
    };
    match town.change(Change::CurrencyCreate(new)).await? {
        Changed::Currency(currency) => Ok(currency.id),
        other => bail!("a currency was made, and the answer is {other:?}"),
    }
}
