//! The game's records: each is what its transactions say, and what settlement accounts hold is what is owed on the chain.

use ledger::SystemRole;
use posting::audit::wrong;

use super::{Audit, Step};
use crate::client::GenericClient;

/// What is wrong with the first row that a query names.
const CHECKS: [(&str, &str); 8] = [
    (
        "it is not what its runs say",
        "SELECT 'player ' || p.telegram FROM player p
 LEFT JOIN (SELECT player, count(*) AS plays, max(score) AS high_score FROM game_run GROUP BY player) g ON g.player = p.telegram
 WHERE p.plays <> coalesce(g.plays, 0) OR p.high_score <> coalesce(g.high_score, 0) ORDER BY p.telegram LIMIT 1",
    ),
    (
        "it is not what its transactions, its run, its deposit or its batch say",
        "SELECT 'reward ' || r.id FROM reward r
 LEFT JOIN transfer t ON t.id = r.promised_by AND t.leg = 0 AND t.kind = 9 LEFT JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id
 LEFT JOIN game_run g ON g.run = decode(substr(d.about, 5, 32), 'hex')
 LEFT JOIN transfer e ON e.id = r.ended_by AND e.leg = 0 LEFT JOIN detail f ON f.shard_key = e.shard_key AND f.id = e.id
 LEFT JOIN deposit o ON o.hash = r.deposit LEFT JOIN player p ON p.telegram = r.player
 WHERE (r.kind = 'tokens' AND (t.id IS NULL OR t.amount <> r.amount OR t.currency <> r.currency OR g.run IS NULL OR g.player <> r.player
         OR g.tokens <> r.amount OR d.about <> 'run:' || encode(g.run, 'hex') || ' by telegram:' || r.player))
     OR (r.kind = 'refund' AND (o.hash IS NULL OR o.amount <> r.amount OR o.currency <> r.currency OR o.sender <> r.to_address
         OR (r.state = 'refused') = (coalesce(o.refund, 0) = r.id) OR (r.state = 'settled') <> (o.state = 'refunded' AND o.refund = r.id)))
     OR (r.kind = 'achievement' AND ((p.achievements >> r.achievement::integer) & 1) <> 1)
     OR (r.kind <> 'refund' AND r.to_address IS NOT NULL AND r.to_address <> coalesce(p.wallet, ''))
     OR (r.kind <> 'achievement' AND r.state = 'settled' AND (e.id IS NULL OR e.amount <> r.amount OR e.currency <> r.currency
         OR e.kind <> (CASE r.kind WHEN 'tokens' THEN 16 ELSE 19 END) OR f.about <> 'reward:' || r.id || ' in ' || encode(r.seen, 'hex')))
     OR (r.kind = 'tokens' AND r.state = 'refused' AND (e.id IS NULL OR e.amount <> r.amount OR e.currency <> r.currency
         OR e.kind <> 17 OR f.about <> 'reward:' || r.id))
     OR (r.ended_by IS NOT NULL AND r.state NOT IN ('settled', 'refused')) OR (r.state = 'settled') <> (r.seen IS NOT NULL)
     OR (r.state IN ('batched', 'sent') AND NOT EXISTS (SELECT 1 FROM chain_batch b JOIN chain_batch_reward l ON l.batch = b.id
         WHERE b.id = r.batch AND l.reward = r.id AND b.state NOT IN ('done', 'expired')))
 ORDER BY r.id LIMIT 1",
    ),
    (
        "it promised or ended a reward, and none says so",
        "SELECT 'transfer ' || x.id FROM (SELECT t.id FROM transfer t JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id
     WHERE t.kind = 9 AND t.leg = 0 AND d.about LIKE 'run:%' EXCEPT SELECT promised_by FROM reward) AS x ORDER BY x.id LIMIT 1",
    ),
    (
        "it promised or ended a reward, and none says so",
        "SELECT 'transfer ' || x.id FROM (SELECT t.id FROM transfer t WHERE t.kind IN (16, 17, 19) AND t.leg = 0
     EXCEPT SELECT ended_by FROM reward) AS x ORDER BY x.id LIMIT 1",
    ),
    (
        "nothing that was paid for it says so",
        "SELECT 'purchase ' || p.player || '/' || p.item FROM purchase p
 LEFT JOIN deposit o ON o.hash = p.deposit LEFT JOIN stars_payment s ON s.charge = p.charge
 WHERE (o.state IN ('bought', 'assigned') AND o.player = p.player AND o.item = p.item) IS NOT TRUE
     AND (s.state = 'bought' AND s.player = p.player AND s.item = p.item) IS NOT TRUE ORDER BY p.player, p.item LIMIT 1",
    ),
    (
        "it is not what its transactions, its purchase or its refund say",
        "SELECT 'deposit ' || encode(o.hash, 'hex') FROM deposit o
 LEFT JOIN transfer t ON t.id = o.recorded_by AND t.leg = 0 LEFT JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id
 LEFT JOIN transfer u ON u.id = o.recorded_by + 1 AND u.leg = 1
 LEFT JOIN transfer a ON a.id = o.assigned_by AND a.leg = 0 LEFT JOIN detail e ON e.shard_key = a.shard_key AND e.id = a.id
 WHERE (o.amount > 0 AND (t.id IS NULL OR t.amount + coalesce(u.amount, 0) <> o.amount OR t.currency <> o.currency
         OR d.about <> 'deposit:' || encode(o.hash, 'hex') || ' from ' || o.sender OR t.kind <> (CASE o.state WHEN 'bought' THEN 8 ELSE 18 END)
         OR (o.state = 'bought' AND d.item <> o.item)))
     OR (o.amount > 0 AND o.state = 'assigned' AND (a.id IS NULL OR a.kind <> 8 OR a.amount <> o.amount
         OR e.about <> 'deposit:' || encode(o.hash, 'hex') OR e.item <> o.item))
     OR (o.state <> 'assigned' AND o.assigned_by IS NOT NULL)
     OR (o.state IN ('refunding', 'refunded')) <> EXISTS (SELECT 1 FROM reward r WHERE r.id = o.refund AND r.deposit = o.hash
         AND r.state <> 'refused' AND (r.state = 'settled') = (o.state = 'refunded'))
     OR (o.state IN ('bought', 'assigned')) <> EXISTS (SELECT 1 FROM purchase p WHERE p.deposit = o.hash AND p.player = o.player AND p.item = o.item)
 ORDER BY o.lt LIMIT 1",
    ),
    (
        "it recorded a deposit, and none says so",
        "SELECT 'transfer ' || x.id FROM (SELECT t.id FROM transfer t WHERE t.kind = 18 AND t.leg = 0
     EXCEPT SELECT recorded_by FROM deposit) AS x ORDER BY x.id LIMIT 1",
    ),
    (
        "what it bought does not say so",
        "SELECT 'stars_payment ' || encode(s.charge, 'hex') FROM stars_payment s
 WHERE (s.state = 'bought') <> EXISTS (SELECT 1 FROM purchase p WHERE p.charge = s.charge) ORDER BY s.paid_ms LIMIT 1",
    ),
];

impl<Db: GenericClient> Audit<'_, Db> {
    pub(super) async fn game(&self) -> Step {
        // Tables that nothing has analyzed yet look small: row by row they would be read as often as they have rows.
        self.db
            .batch_execute("SET LOCAL enable_nestloop = off")
            .await?;
        for (what, query) in CHECKS {
            if let Some(row) = self.first_text(query).await? {
                return Err(wrong(row, what).into());
            }
        }
        self.settlements().await
    }

    /// What settlement accounts hold is what was promised and is not settled, and what arrived and is not decided or on its way back.
    async fn settlements(&self) -> Step {
        let accounts = "SELECT a.id, ((SELECT coalesce(sum(r.amount), 0) FROM reward r WHERE r.currency = a.currency AND r.kind = 'tokens' \
                 AND r.state NOT IN ('settled', 'refused')) \
                 + (SELECT coalesce(sum(d.amount), 0) FROM deposit d WHERE d.currency = a.currency AND d.state IN ('held', 'refunding')))::text \
             FROM account a WHERE a.role = $1 ORDER BY a.id";
        let role = i16::from(SystemRole::Settlement.code());
        for row in self.db.query(accounts, &[&role]).await? {
            let owed: &str = row.try_get(1)?;
            self.books
                .escrow(row.try_get(0)?, owed.parse().unwrap_or(i128::MIN))?;
        }
        Ok(())
    }
}
