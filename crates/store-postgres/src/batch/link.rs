//! The writer's connection, with its statements prepared.

use deadpool_postgres::ClientWrapper;
use futures_util::{future::try_join_all, try_join};
use ledger::Chain;
use tokio_postgres::{Row, Statement};

use rustc_hash::FxHashMap;

use super::Head;
use crate::{
    connect::Connector,
    error::{Sql, SqlError},
    writer::Work,
};

/// Plans are kept: what is looked for is always named by a key.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET jit = off";

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: ClientWrapper,
    /// How long the journal was when its plans were made.
    planned_at: i64,
    pub(super) statements: Statements,
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident: $sql:expr;)*) => {
        #[derive(Debug)]
        pub(super) struct Statements { $($(#[$doc])* pub(super) $name: Statement,)* }

        impl Statements {
            async fn prepare(client: &ClientWrapper) -> Sql<Self> {
                let all = [$($sql),*].map(|sql| client.prepare(sql));
                let mut prepared = try_join_all(all).await?.into_iter();
                let mut next = || prepared.next().expect("each statement was prepared");
                Ok(Self { $($name: next(),)* })
            }
        }
    };
}

statements! {
    head_lock: "SELECT sequence, last_transfer, chain, catalogue, standings, batch FROM journal WHERE shard_key = 0 FOR UPDATE";
    head_move: "UPDATE journal SET sequence = $1, last_transfer = $2, chain = $3, standings = $4, batch = $5 WHERE shard_key = 0";
    keys_find: "SELECT t.key, t.id, t.content FROM unnest($1::bytea[]) AS k (key) JOIN transfer t ON t.key = k.key";
    hash_find: "SELECT hash FROM transfer WHERE shard_key = $1 AND id = $2";
    /// Holders' accounts: a row for each holder that there is, with or without an account.
    accounts_find: "SELECT k.holder, k.currency, h.standing, h.merged_into, a.id, a.balance, a.last_transfer, a.floor
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k (shard_key, holder, currency) JOIN holder h ON h.id = k.holder
        LEFT JOIN account a ON a.shard_key = k.shard_key AND a.holder = k.holder AND a.currency = k.currency AND a.role = 0";
    systems_find: "SELECT k.role, k.currency, a.id, a.balance, a.last_transfer, a.floor
        FROM unnest($1::bigint[], $2::smallint[], $3::bigint[]) AS k (shard_key, role, currency)
        JOIN account a ON a.shard_key = k.shard_key AND a.currency = k.currency AND a.role = k.role AND a.role > 0";
    origins_find: "SELECT origin, last_transfer FROM origin_head WHERE shard_key = 0 AND origin = ANY($1)";
    accounts_insert: "INSERT INTO account (shard_key, id, role, holder, currency, floor, balance, last_transfer, seal)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])";
    accounts_move: "UPDATE account a SET balance = v.balance, last_transfer = v.last_transfer
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS v (shard_key, id, balance, last_transfer)
        WHERE a.shard_key = v.shard_key AND a.id = v.id";
    transfers_copy: "COPY transfer (shard_key, id, sequence, leg, kind, currency, debit, credit, amount, debit_after, credit_after, debit_prev,
        credit_prev, debit_floor, actor, origin, origin_prev, key, content, hash) FROM STDIN (FORMAT binary)";
    origins_move: "INSERT INTO origin_head AS o (shard_key, origin, last_transfer) SELECT 0, * FROM unnest($1::bigint[], $2::bigint[])
        ON CONFLICT (shard_key, origin) DO UPDATE SET last_transfer = excluded.last_transfer";
    flows_add: "INSERT INTO flow AS f (shard_key, day, currency, origin, kind, transfers, issued, retired, moved, first, last)
        SELECT s, d, c, o, k, t, i::numeric, r::numeric, m::numeric, fi, la
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[], $7::text[], $8::text[], $9::text[],
            $10::bigint[], $11::bigint[]) AS v (s, d, c, o, k, t, i, r, m, fi, la)
        ON CONFLICT (shard_key, day, currency, origin, kind) DO UPDATE SET transfers = f.transfers + excluded.transfers,
            issued = f.issued + excluded.issued, retired = f.retired + excluded.retired, moved = f.moved + excluded.moved, last = excluded.last";
    details_insert: "INSERT INTO detail (shard_key, id, reason, reference, item, item_owner, reverses, remainder_num, remainder_den, debt,
            traceparent, about, seal)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::bigint[])";
    notes_insert: "INSERT INTO note (shard_key, id, sender, recipient, currency, amount, state)
        SELECT s, i, h, r, c, a, 'open' FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
        AS v (s, i, h, r, c, a)";
    notes_settle: "UPDATE note n SET state = v.state, settled_by = v.settled_by
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) AS v (shard_key, id, state, settled_by)
        WHERE n.shard_key = v.shard_key AND n.id = v.id";
    holds_insert: "INSERT INTO hold (shard_key, id, holder, currency, amount, expires_ms, state)
        SELECT s, i, h, c, a, e, 'open' FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        AS v (s, i, h, c, a, e)";
    holds_settle: "UPDATE hold n SET state = v.state, settled_by = v.settled_by
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) AS v (shard_key, id, state, settled_by)
        WHERE n.shard_key = v.shard_key AND n.id = v.id";
    reactions_insert: "INSERT INTO reaction (shard_key, message, reactor, currency, author, amount, minted, state)
        SELECT s, m, r, c, u, a, t, 'minted'
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) AS v (s, m, r, c, u, a, t)";
    reactions_take_back: "UPDATE reaction r SET state = v.state, burned_by = v.burned_by
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[])
            AS v (shard_key, message, reactor, currency, state, burned_by)
        WHERE r.shard_key = v.shard_key AND r.message = v.message AND r.reactor = v.reactor AND r.currency = v.currency";
    /// Several runs of one player in one batch: the last leaves what stands.
    players_play: "UPDATE player p SET high_score_ms = CASE WHEN v.high_score > p.high_score THEN $8::bigint ELSE p.high_score_ms END, plays = v.plays,
            high_score = v.high_score, wallet_ms = CASE WHEN p.wallet IS NULL AND v.wallet IS NOT NULL THEN $8::bigint ELSE p.wallet_ms END,
            wallet = coalesce(p.wallet, v.wallet), achievements = v.achievements, day = v.day, day_tokens = v.day_tokens, last_played_ms = $8::bigint
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
            AS v (telegram, plays, high_score, wallet, achievements, day, day_tokens) WHERE p.telegram = v.telegram";
    wallets_bind: "UPDATE player p SET wallet = v.wallet, wallet_ms = $3
        FROM unnest($1::bigint[], $2::text[]) AS v (telegram, wallet) WHERE p.telegram = v.telegram";
    runs_insert: "INSERT INTO game_run (run, player, score, tokens, achieved, played_ms)
        SELECT r, p, s, t, a, $6::bigint FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS v (r, p, s, t, a)";
    rewards_insert: "INSERT INTO reward (id, player, kind, currency, amount, achievement, state, attempts, queued_ms, ready_ms, changed_ms,
            promised_by)
        SELECT i, u, k, c, m, a, 'waiting', 0, $7::bigint, CASE WHEN p.wallet IS NULL THEN NULL ELSE $7::bigint END, $7::bigint, t
        FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $8::bigint[]) AS v (i, u, k, c, m, a, t)
            JOIN player p ON p.telegram = v.u";
    /// What waited for a wallet can be sent from now on.
    rewards_ready: "UPDATE reward SET ready_ms = $2 WHERE player = ANY($1) AND state = 'waiting' AND ready_ms IS NULL";
    reward_settle: "UPDATE reward SET state = 'settled', seen = $2, seen_lt = $3, ended_by = $4, why = NULL, changed_ms = $5
        WHERE id = $1 AND state IN ('batched', 'sent')";
    deposit_refund: "UPDATE deposit SET state = 'refunded', changed_ms = $2 WHERE hash = (SELECT deposit FROM reward WHERE id = $1)";
    reward_refuse: "UPDATE reward SET state = 'refused', why = $2, ended_by = $3, changed_ms = $4 WHERE id = $1 AND state = 'waiting'";
    deposit_hold: "UPDATE deposit SET state = 'held', refund = NULL, changed_ms = $2 WHERE hash = (SELECT deposit FROM reward WHERE id = $1)";
    deposit_insert: "INSERT INTO deposit (hash, account, lt, sender, currency, amount, comment, player, item, price, over, state, why, payer,
            seen_ms, changed_ms, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16)";
    cursor_move: "INSERT INTO chain_cursor AS c (account, lt, hash) VALUES ($1, $2, $3)
        ON CONFLICT (account) DO UPDATE SET lt = excluded.lt, hash = excluded.hash WHERE excluded.lt > c.lt";
    purchase_insert: "INSERT INTO purchase (player, item, deposit, charge, bought_ms) VALUES ($1, $2, $3, $4, $5)";
    deposit_assign: "UPDATE deposit SET state = 'assigned', player = $2, item = $3, price = $4, over = $5, assigned_by = $6, decided_by = $7,
            changed_ms = $8 WHERE hash = $1 AND state = 'held'";
    refund_insert: "INSERT INTO reward (id, player, kind, currency, amount, deposit, to_address, state, attempts, queued_ms, ready_ms, changed_ms)
        VALUES ($1, (SELECT telegram FROM player WHERE wallet = $5 ORDER BY wallet_ms, telegram LIMIT 1), 'refund', $2, $3, $4, $5, 'waiting', 0,
            $6, $6, $6)";
    deposit_send_back: "UPDATE deposit SET state = 'refunding', refund = $2, decided_by = $3, changed_ms = $4 WHERE hash = $1 AND state = 'held'";
    stars_insert: "INSERT INTO stars_payment (charge, charge_id, player, item, stars, state, paid_ms, changed_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    stars_refund: "UPDATE stars_payment SET state = 'refunded', changed_ms = $2 WHERE charge = $1";
    purchase_take_back: "DELETE FROM purchase WHERE charge = $1";
    currencies: "SELECT id, group_id, name, symbol, decimals, class, state FROM currency";
    rates: "SELECT from_currency, to_currency, num, den FROM rate";
}

impl Link {
    pub(super) async fn open(connector: &Connector) -> Sql<Self> {
        let (client, task) = connector.connect().await?;
        let client = ClientWrapper::new(client, task);
        client.batch_execute(PLANS).await?;
        let statements = Statements::prepare(&client).await?;
        Ok(Self {
            client,
            planned_at: 0,
            statements,
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Waits for whoever writes now, and locks the journal's head.
    pub(super) async fn head_lock(&self) -> Sql<Head> {
        let row = self
            .client
            .query_one(&self.statements.head_lock, &[])
            .await?;
        head(&row)
    }

    /// Has plans made anew when the tables are twice as long: for an empty table every index is as good as any other.
    pub(super) async fn plan(&mut self, sequence: i64) -> Sql<()> {
        const SHORT: i64 = 256;
        if sequence > self.planned_at.saturating_mul(2).saturating_add(SHORT) {
            self.client.batch_execute("DISCARD PLANS").await?;
            self.planned_at = sequence;
        }
        Ok(())
    }

    /// Opens a transaction, locks the head and finds the keys that were used before, in one round trip. Each statement sees what was
    /// committed before it, so that the keys are looked for under the lock.
    pub(super) async fn begin(&self, works: &[Work]) -> Sql<Begun> {
        let begin = async { Ok::<_, SqlError>(self.client.batch_execute("BEGIN").await?) };
        let ((), head, used_keys) = try_join!(begin, self.head_lock(), self.keys_find(works))?;
        Ok(Begun { head, used_keys })
    }

    /// Opens a transaction beside another one, which holds the head: whether the keys are all will be seen when the head is locked.
    pub(super) async fn begin_beside(&self, works: &[Work]) -> Sql<UsedKeys> {
        let begin = async { Ok::<_, SqlError>(self.client.batch_execute("BEGIN").await?) };
        let ((), used_keys) = try_join!(begin, self.keys_find(works))?;
        Ok(used_keys)
    }

    async fn keys_find(&self, works: &[Work]) -> Sql<UsedKeys> {
        let keys = works.iter().map(|work| work.write.key.bytes().as_slice());
        let keys: Vec<&[u8]> = keys.collect();
        let find = &self.statements.keys_find;
        let used = self.client.query(find, &[&keys]).await?;
        let used = used.iter().filter_map(|row| {
            let key = <[u8; 16]>::try_from(row.get::<_, &[u8]>(0)).ok()?;
            Some((key, (row.get(1), row.get(2))))
        });
        Ok(used.collect())
    }

    /// What a transfer's row says of its chain.
    pub(super) async fn hash_of(&self, shard_key: i64, id: i64) -> Sql<Option<[u8; 16]>> {
        let find = &self.statements.hash_find;
        let row = self.client.query_opt(find, &[&shard_key, &id]).await?;
        Ok(row.and_then(|row| row.get::<_, &[u8]>(0).try_into().ok()))
    }
}

/// Transaction and content of each key that was used before.
pub(super) type UsedKeys = FxHashMap<[u8; 16], (i64, i64)>;

/// A transaction that holds the head's lock.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) head: Head,
    pub(super) used_keys: UsedKeys,
}

fn head(row: &Row) -> Sql<Head> {
    let chain: [u8; 32] = row
        .get::<_, &[u8]>(2)
        .try_into()
        .map_err(|_| SqlError::Damaged("the journal's chain".into()))?;
    Ok(Head {
        sequence: row.get(0),
        last_transfer: row.get(1),
        chain: Chain::from_bytes(chain),
        catalogue: row.get(3),
        standings: row.get(4),
        batch: row.get(5),
    })
}
