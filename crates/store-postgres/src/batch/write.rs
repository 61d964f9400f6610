//! Everything that a batch decided becomes rows: each table gets one statement over arrays, the journal a `COPY`.

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, try_join};
use ledger::{Chain, Detail};
use posting::TransferRow;
use rustc_hash::FxHashSet;

use super::{
    decide::{Decided, MovedAccount},
    link::Link,
};
use crate::error::{Sql, SqlError};

impl Decided {
    /// Balances of the batch. An account that a batch before this one has moved and not committed is met last: until then nobody waits.
    pub(super) async fn accounts_write(&self, link: &Link, running: Option<&Decided>) -> Sql<()> {
        try_join!(
            self.accounts_insert(link),
            self.accounts_move(link, running)
        )?;
        Ok(())
    }

    /// The journal and what goes with it. The commit comes after, so that a row that is not there stops it.
    pub(super) async fn journal_write(&self, link: &Link) -> Sql<()> {
        if self.is_empty() {
            return Ok(());
        }
        // Rows that others refer to go first: the statements arrive, and run, in this order.
        try_join!(
            self.transfers_copy(link),
            self.details_insert(link),
            self.origins_move(link),
            self.flows_add(link),
            self.head_move(link),
        )?;
        self.effects.apply(link).await
    }

    async fn accounts_insert(&self, link: &Link) -> Sql<()> {
        let new = &self.new;
        if new.is_empty() {
            return Ok(());
        }
        let written = link
            .client
            .execute(
                &link.statements.accounts_insert,
                &[
                    &column(new, |new| new.shard_key),
                    &column(new, |new| new.id),
                    &column(new, |new| new.role),
                    &column(new, |new| new.holder),
                    &column(new, |new| new.currency),
                    &column(new, |new| new.floor),
                    &column(new, |new| new.balance),
                    &column(new, |new| new.last),
                    &column(new, |new| new.seal),
                ],
            )
            .await?;
        all(written, new.len(), "new accounts")
    }

    async fn accounts_move(&self, link: &Link, running: Option<&Decided>) -> Sql<()> {
        if self.moved.is_empty() {
            return Ok(());
        }
        let waited_for: FxHashSet<i64> = running
            .iter()
            .flat_map(|running| &running.moved)
            .map(|moved| moved.id)
            .collect();
        let mut moved: Vec<&MovedAccount> = self.moved.iter().collect();
        // In the order of their key, so that neighbours are met on one page.
        moved.sort_unstable_by_key(|moved| {
            (waited_for.contains(&moved.id), moved.shard_key, moved.id)
        });
        let written = link
            .client
            .execute(
                &link.statements.accounts_move,
                &[
                    &column(&moved, |moved| moved.shard_key),
                    &column(&moved, |moved| moved.id),
                    &column(&moved, |moved| moved.balance),
                    &column(&moved, |moved| moved.last),
                ],
            )
            .await?;
        all(written, moved.len(), "accounts")
    }

    async fn transfers_copy(&self, link: &Link) -> Sql<()> {
        let rows = &self.rows;
        if rows.is_empty() {
            return Ok(());
        }
        let sink = link.client.copy_in(&link.statements.transfers_copy).await?;
        let mut sink = std::pin::pin!(sink);
        sink.send(copied(rows)).await?;
        let written = sink.finish().await?;
        all(written, rows.len(), "transfers")
    }

    async fn details_insert(&self, link: &Link) -> Sql<()> {
        let details = &self.details;
        if details.is_empty() {
            return Ok(());
        }
        let rest = |detail: &Detail| {
            let rest = detail.remainder;
            rest.map(|rest| (rest.num.cast_signed(), rest.den.cast_signed()))
        };
        let written = link
            .client
            .execute(
                &link.statements.details_insert,
                &[
                    &column(details, |(shard_key, _, _)| *shard_key),
                    &column(details, |(_, id, _)| *id),
                    &column(details, |(_, _, detail)| detail.reason.as_deref()),
                    &column(details, |(_, _, detail)| detail.reference.as_deref()),
                    &column(details, |(_, _, detail)| detail.item.map(|id| id.get())),
                    &column(details, |(_, _, detail)| {
                        detail.item_owner.map(|id| id.get())
                    }),
                    &column(details, |(_, _, detail)| detail.reverses.map(|id| id.get())),
                    &column(details, |(_, _, detail)| rest(detail).map(|(num, _)| num)),
                    &column(details, |(_, _, detail)| rest(detail).map(|(_, den)| den)),
                    &column(details, |(_, _, detail)| detail.debt.map(|debt| debt.get())),
                    &column(details, |(_, _, detail)| detail.traceparent.as_deref()),
                    &column(details, |(_, _, detail)| detail.about.as_deref()),
                    &column(details, |(_, _, detail)| {
                        Chain::detail_seal(detail).cast_signed()
                    }),
                ],
            )
            .await?;
        all(written, details.len(), "details")
    }

    async fn origins_move(&self, link: &Link) -> Sql<()> {
        if self.origins.is_empty() {
            return Ok(());
        }
        let origins = column(&self.origins, |(origin, _)| *origin);
        let lasts = column(&self.origins, |(_, last)| *last);
        let moved = &link.statements.origins_move;
        let written = link.client.execute(moved, &[&origins, &lasts]).await?;
        all(written, self.origins.len(), "origin heads")
    }

    async fn flows_add(&self, link: &Link) -> Sql<()> {
        let flows = &self.flows;
        if flows.is_empty() {
            return Ok(());
        }
        let written = link
            .client
            .execute(
                &link.statements.flows_add,
                &[
                    &column(flows, |((shard_key, _), _)| *shard_key),
                    &column(flows, |((_, (day, ..)), _)| *day),
                    &column(flows, |((_, (_, currency, ..)), _)| *currency),
                    &column(flows, |((_, (_, _, origin, _)), _)| *origin),
                    &column(flows, |((_, (.., kind)), _)| i16::from(*kind)),
                    &column(flows, |(_, sum)| sum.transfers),
                    &column(flows, |(_, sum)| sum.issued.to_string()),
                    &column(flows, |(_, sum)| sum.retired.to_string()),
                    &column(flows, |(_, sum)| sum.moved.to_string()),
                    &column(flows, |(_, sum)| sum.first),
                    &column(flows, |(_, sum)| sum.last),
                ],
            )
            .await?;
        all(written, flows.len(), "flows")
    }

    async fn head_move(&self, link: &Link) -> Sql<()> {
        let after = &self.after;
        let chain = after.chain.bytes().as_slice();
        let written = link
            .client
            .execute(
                &link.statements.head_move,
                &[
                    &after.sequence,
                    &after.last_transfer,
                    &chain,
                    &after.standings,
                    &after.batch,
                ],
            )
            .await?;
        all(written, 1, "the journal's head")
    }
}

pub(super) fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

/// A statement that met fewer rows than memory knows would lose what was decided.
pub(super) fn all(written: u64, meant: usize, what: &str) -> Sql<()> {
    if usize::try_from(written) == Ok(meant) {
        return Ok(());
    }
    Err(SqlError::Damaged(format!(
        "{written} of {meant} {what} could be written"
    )))
}

/// Rows as `COPY … (FORMAT binary)` wants them: <https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4>.
fn copied(rows: &[(i64, TransferRow)]) -> Bytes {
    const COLUMNS: i16 = 20;
    const ROW: usize = 320;
    let mut to = BytesMut::with_capacity(rows.len() * ROW + 32);
    to.put_slice(b"PGCOPY\n\xff\r\n\0");
    to.put_i32(0);
    to.put_i32(0);
    for (shard_key, row) in rows {
        to.put_i16(COLUMNS);
        long(&mut to, *shard_key);
        long(&mut to, row.id);
        long(&mut to, row.sequence);
        short(&mut to, row.leg.cast_signed());
        short(&mut to, i16::from(row.kind));
        for number in [
            row.currency,
            row.debit,
            row.credit,
            row.amount,
            row.debit_after,
            row.credit_after,
            row.debit_prev,
            row.credit_prev,
        ] {
            long(&mut to, number);
        }
        match row.debit_floor {
            Some(floor) => long(&mut to, floor),
            None => null(&mut to),
        }
        long(&mut to, row.actor);
        long(&mut to, row.origin);
        long(&mut to, row.origin_prev);
        match &row.key {
            Some((key, content)) => {
                blob(&mut to, key);
                long(&mut to, *content);
            }
            None => {
                null(&mut to);
                null(&mut to);
            }
        }
        blob(&mut to, &row.hash);
    }
    to.put_i16(-1);
    to.freeze()
}

fn long(to: &mut BytesMut, number: i64) {
    to.put_i32(8);
    to.put_i64(number);
}

fn short(to: &mut BytesMut, number: i16) {
    to.put_i32(2);
    to.put_i16(number);
}

fn blob(to: &mut BytesMut, bytes: &[u8; 16]) {
    to.put_i32(16);
    to.put_slice(bytes);
}

fn null(to: &mut BytesMut) {
    to.put_i32(-1);
}
