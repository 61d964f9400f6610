//! Everything that a batch decided becomes rows: each table gets one statement over arrays, the journal a `COPY`.

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::{SinkExt, try_join};
use ledger::{Chain, Detail};
use posting::TransferRow;

use super::{Batch, link::Link};
use crate::error::{Sql, SqlError};

impl Batch {
    /// Sends all statements at once and looks at what each of them did. The commit comes after, so that a row that is not there stops it.
    pub(super) async fn write(&mut self, link: &Link) -> Sql<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        // Rows that others refer to go first: the statements arrive, and run, in this order.
        try_join!(
            self.accounts_insert(link),
            self.transfers_copy(link),
            self.accounts_move(link),
            self.details_insert(link),
            self.origins_move(link),
            self.flows_add(link),
            self.head_move(link),
        )?;
        self.effects_apply(link).await
    }

    async fn accounts_insert(&self, link: &Link) -> Sql<()> {
        let new = &self.pending.accounts;
        if new.is_empty() {
            return Ok(());
        }
        // With what they have in the end: an account of this batch is not moved again.
        let slots = || new.iter().map(|new| self.state.accounts.slot(new.index));
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
                    &slots().map(|slot| slot.balance).collect::<Vec<i64>>(),
                    &slots().map(|slot| slot.last).collect::<Vec<i64>>(),
                    &column(new, |new| new.seal),
                ],
            )
            .await?;
        all(written, new.len(), "new accounts")
    }

    async fn accounts_move(&self, link: &Link) -> Sql<()> {
        let new: rustc_hash::FxHashSet<u32> =
            self.pending.accounts.iter().map(|new| new.index).collect();
        let touched = self.state.touched.iter();
        let mut moved: Vec<(i64, &posting::Slot)> = touched
            .filter(|index| !new.contains(index))
            .map(|index| self.state.accounts.slot(*index))
            .map(|slot| (self.shard_key(slot.key.currency), slot))
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        // In the order of their key, so that neighbours are met on one page.
        moved.sort_unstable_by_key(|(shard_key, slot)| (*shard_key, slot.account_ref));
        let written = link
            .client
            .execute(
                &link.statements.accounts_move,
                &[
                    &column(&moved, |(shard_key, _)| *shard_key),
                    &column(&moved, |(_, slot)| slot.account_ref),
                    &column(&moved, |(_, slot)| slot.balance),
                    &column(&moved, |(_, slot)| slot.last),
                ],
            )
            .await?;
        all(written, moved.len(), "accounts")
    }

    async fn transfers_copy(&self, link: &Link) -> Sql<()> {
        let rows = &self.pending.rows;
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
        let details = &self.pending.details;
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
        let mut heads: Vec<(i64, i64)> = Vec::new();
        for key in &self.state.used_origins {
            if let Some(head) = self.state.origins.get(key)
                && !heads.iter().any(|(origin, _)| *origin == head.origin_ref)
            {
                // Two origins that could not be recorded share the id 0.
                let newest = self.state.origins.values();
                let newest = newest.filter(|other| other.origin_ref == head.origin_ref);
                let newest = newest.map(|other| other.last).max();
                heads.push((head.origin_ref, newest.unwrap_or(head.last)));
            }
        }
        if heads.is_empty() {
            return Ok(());
        }
        let origins = column(&heads, |(origin, _)| *origin);
        let lasts = column(&heads, |(_, last)| *last);
        let moved = &link.statements.origins_move;
        let written = link.client.execute(moved, &[&origins, &lasts]).await?;
        all(written, heads.len(), "origin heads")
    }

    async fn flows_add(&self, link: &Link) -> Sql<()> {
        let flows: Vec<_> = self.pending.flows.iter().collect();
        if flows.is_empty() {
            return Ok(());
        }
        let written = link
            .client
            .execute(
                &link.statements.flows_add,
                &[
                    &column(&flows, |((shard_key, _), _)| *shard_key),
                    &column(&flows, |((_, (day, ..)), _)| *day),
                    &column(&flows, |((_, (_, currency, ..)), _)| *currency),
                    &column(&flows, |((_, (_, _, origin, _)), _)| *origin),
                    &column(&flows, |((_, (.., kind)), _)| i16::from(*kind)),
                    &column(&flows, |(_, sum)| sum.transfers),
                    &column(&flows, |(_, sum)| sum.issued.to_string()),
                    &column(&flows, |(_, sum)| sum.retired.to_string()),
                    &column(&flows, |(_, sum)| sum.moved.to_string()),
                    &column(&flows, |(_, sum)| sum.first),
                    &column(&flows, |(_, sum)| sum.last),
                ],
            )
            .await?;
        all(written, flows.len(), "flows")
    }

    async fn head_move(&self, link: &Link) -> Sql<()> {
        let after = self.after();
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
