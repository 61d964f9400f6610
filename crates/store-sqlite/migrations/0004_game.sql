-- The Telegram game: players, what is owed to them on a chain, and what they bought there.

-- More kinds of transactions. Only the rule is changed, and no row: https://www.sqlite.org/lang_altertable.html#otheralter, the simpler
-- procedure, so that the journal is not rebuilt.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'kind BETWEEN 1 AND 15', 'kind BETWEEN 1 AND 19') WHERE type = 'table' AND name = 'transfer';
PRAGMA writable_schema = RESET;

DROP VIEW transfer_readable;

CREATE VIEW transfer_readable AS
SELECT t.id, t.sequence, t.id - t.leg AS tx, datetime((t.id >> 22) / 1000 + 1577836800, 'unixepoch') AS time,
    (CASE t.kind WHEN 1 THEN 'mint' WHEN 2 THEN 'burn' WHEN 3 THEN 'transfer' WHEN 4 THEN 'exchange' WHEN 5 THEN 'note_created'
        WHEN 6 THEN 'note_redeemed' WHEN 7 THEN 'note_revoked' WHEN 8 THEN 'purchase' WHEN 9 THEN 'reward' WHEN 10 THEN 'award'
        WHEN 11 THEN 'hold_placed' WHEN 12 THEN 'hold_captured' WHEN 13 THEN 'hold_released' WHEN 14 THEN 'reversal' WHEN 15 THEN 'link'
        WHEN 16 THEN 'reward_settled' WHEN 17 THEN 'reward_refused' WHEN 18 THEN 'deposit' ELSE 'deposit_returned' END) AS kind,
    c.name AS currency, t.amount, t.debit, t.credit, t.debit_after, t.credit_after, t.actor, o.entry, o.application, o.class, o.function,
    d.reason, d.reference
FROM transfer t JOIN currency c ON c.ref = t.currency JOIN origin o ON o.ref = t.origin LEFT JOIN detail d ON d.id = t.id - t.leg;

-- Whoever opened the game. The holder is the one that the identity leads to.
CREATE TABLE player (
    telegram INTEGER PRIMARY KEY CHECK (telegram > 0),
    name TEXT NOT NULL,
    plays INTEGER NOT NULL,
    high_score INTEGER NOT NULL,
    -- When it was come to: of two with one score the first stands higher.
    high_score_ms INTEGER,
    -- As TON writes it raw; bound once.
    wallet TEXT,
    wallet_ms INTEGER,
    -- Bit n stands for achievement n.
    achievements INTEGER NOT NULL,
    -- The day of the last play, in days since 1970-01-01 UTC, and what was earned on it.
    day INTEGER NOT NULL,
    day_tokens INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_played_ms INTEGER,
    CHECK ((high_score = 0) = (high_score_ms IS NULL)),
    CHECK ((wallet IS NULL) = (wallet_ms IS NULL)),
    CHECK ((plays = 0) = (last_played_ms IS NULL))
) STRICT;

CREATE INDEX player_top ON player (high_score DESC, high_score_ms, telegram) WHERE high_score > 0;
CREATE INDEX player_wallet ON player (wallet, wallet_ms, telegram) WHERE wallet IS NOT NULL;
CREATE TRIGGER player_once BEFORE UPDATE ON player WHEN OLD.wallet IS NOT NULL AND (NEW.wallet IS NULL OR OLD.wallet <> NEW.wallet)
BEGIN SELECT raise(ABORT, 'a wallet is bound once'); END;
CREATE TRIGGER player_delete BEFORE DELETE ON player BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TABLE game_run (
    run BLOB PRIMARY KEY CHECK (length(run) = 16),
    player INTEGER NOT NULL REFERENCES player (telegram),
    score INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    achieved INTEGER NOT NULL,
    played_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER game_run_update BEFORE UPDATE ON game_run BEGIN SELECT raise(ABORT, 'history is never changed'); END;
CREATE TRIGGER game_run_delete BEFORE DELETE ON game_run BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- Rewards that go to the chain in one message.
CREATE TABLE chain_batch (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    state TEXT NOT NULL CHECK (state IN ('formed', 'signed', 'sent', 'landed', 'done', 'expired')),
    rewards INTEGER NOT NULL,
    formed_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    sends INTEGER NOT NULL,
    -- The signed message, kept before it is sent for the first time; times are seconds of chain time.
    query_id INTEGER,
    created_at INTEGER,
    expires_at INTEGER,
    boc BLOB,
    hash BLOB CHECK (length(hash) = 32),
    -- The wallet's transaction that took it.
    landed BLOB CHECK (length(landed) = 32),
    landed_lt INTEGER,
    CHECK ((boc IS NULL) = (query_id IS NULL)),
    CHECK ((boc IS NULL) = (created_at IS NULL)),
    CHECK ((boc IS NULL) = (expires_at IS NULL)),
    CHECK ((boc IS NULL) = (hash IS NULL)),
    CHECK (state <> 'formed' OR boc IS NULL),
    CHECK (state NOT IN ('signed', 'sent', 'landed') OR boc IS NOT NULL),
    CHECK (sends = 0 OR boc IS NOT NULL),
    CHECK (state <> 'landed' OR landed IS NOT NULL),
    CHECK ((landed IS NULL) = (landed_lt IS NULL))
) STRICT;

CREATE INDEX chain_batch_open ON chain_batch (id) WHERE state NOT IN ('done', 'expired');
CREATE TRIGGER chain_batch_once BEFORE UPDATE ON chain_batch
WHEN OLD.state IN ('done', 'expired') OR (OLD.boc IS NOT NULL AND (NEW.boc IS NULL OR OLD.boc <> NEW.boc))
BEGIN SELECT raise(ABORT, 'a batch is signed once and ends once'); END;
CREATE TRIGGER chain_batch_delete BEFORE DELETE ON chain_batch BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- Tokens that arrived at the shop's address, by the transaction there that told of them.
CREATE TABLE deposit (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    account TEXT NOT NULL,
    lt INTEGER NOT NULL,
    sender TEXT NOT NULL,
    currency INTEGER NOT NULL REFERENCES currency (ref),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    comment TEXT,
    -- Whom and what it is for; perhaps nobody who is known.
    player INTEGER,
    item INTEGER,
    price INTEGER,
    over INTEGER NOT NULL CHECK (over >= 0),
    state TEXT NOT NULL CHECK (state IN ('bought', 'held', 'assigned', 'refunding', 'refunded')),
    -- Why it bought nothing when it came.
    why TEXT CHECK (why IN ('no_comment', 'other_comment', 'unknown_player', 'unknown_item', 'owned_already', 'underpaid')),
    payer INTEGER REFERENCES holder (id),
    seen_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    decided_by INTEGER REFERENCES holder (id),
    -- The reward row that carries its refund.
    refund INTEGER,
    -- The transaction that recorded it, and the one that gave it to a purchase later; none when nothing moved.
    recorded_by INTEGER,
    assigned_by INTEGER,
    UNIQUE (account, lt, hash),
    CHECK ((amount = 0) = (recorded_by IS NULL)),
    CHECK ((state = 'bought') = (why IS NULL)),
    CHECK (state NOT IN ('bought', 'assigned') OR (player IS NOT NULL AND item IS NOT NULL AND price IS NOT NULL)),
    CHECK ((state IN ('refunding', 'refunded')) = (refund IS NOT NULL)),
    CHECK (amount = 0 OR (state = 'assigned') = (assigned_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX deposit_lt ON deposit (lt);
CREATE INDEX deposit_state ON deposit (state, lt);
CREATE INDEX deposit_player ON deposit (player, lt) WHERE player IS NOT NULL;
CREATE INDEX deposit_claim ON deposit (player) WHERE state = 'held' AND why = 'unknown_player';
CREATE TRIGGER deposit_once BEFORE UPDATE ON deposit
WHEN OLD.state IN ('bought', 'assigned', 'refunded') OR OLD.amount <> NEW.amount OR OLD.currency <> NEW.currency OR OLD.sender <> NEW.sender
    OR OLD.lt <> NEW.lt
BEGIN SELECT raise(ABORT, 'a deposit is decided once'); END;
CREATE TRIGGER deposit_delete BEFORE DELETE ON deposit BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- What is owed to somebody on the chain.
CREATE TABLE reward (
    id INTEGER PRIMARY KEY,
    -- NULL for the refund of somebody who is no player.
    player INTEGER REFERENCES player (telegram),
    kind TEXT NOT NULL CHECK (kind IN ('tokens', 'achievement', 'refund')),
    currency INTEGER REFERENCES currency (ref),
    amount INTEGER CHECK (amount > 0),
    achievement INTEGER CHECK (achievement BETWEEN 1 AND 62),
    deposit BLOB REFERENCES deposit (hash),
    -- Where it goes: a refund's sender; a player's wallet, from the first batch on.
    to_address TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'batched', 'sent', 'settled', 'refused')),
    -- The batch that it is or was last in, and in how many it was.
    batch INTEGER REFERENCES chain_batch (id),
    attempts INTEGER NOT NULL,
    sbt_index INTEGER,
    queued_ms INTEGER NOT NULL,
    -- Since when it could be sent; NULL while its player has no wallet.
    ready_ms INTEGER,
    changed_ms INTEGER NOT NULL,
    -- The transaction of its own effect on the chain.
    seen BLOB CHECK (length(seen) = 32),
    seen_lt INTEGER,
    why TEXT,
    -- The transaction that promised it, and the one that ended it.
    promised_by INTEGER,
    ended_by INTEGER,
    CHECK (kind = 'refund' OR player IS NOT NULL),
    CHECK ((kind = 'achievement') = (achievement IS NOT NULL)),
    CHECK ((kind = 'achievement') = (currency IS NULL)),
    CHECK ((currency IS NULL) = (amount IS NULL)),
    CHECK ((kind = 'refund') = (deposit IS NOT NULL)),
    CHECK ((kind = 'tokens') = (promised_by IS NOT NULL)),
    CHECK (kind <> 'refund' OR to_address IS NOT NULL),
    CHECK (kind = 'achievement' OR sbt_index IS NULL),
    CHECK (state = 'waiting' OR state = 'refused' OR (batch IS NOT NULL AND to_address IS NOT NULL AND ready_ms IS NOT NULL)),
    CHECK ((state = 'settled') = (seen IS NOT NULL)),
    CHECK ((seen IS NULL) = (seen_lt IS NULL)),
    CHECK (state <> 'refused' OR why IS NOT NULL),
    CHECK (ended_by IS NULL OR state IN ('settled', 'refused')),
    CHECK (kind = 'achievement' OR state <> 'settled' OR ended_by IS NOT NULL),
    CHECK (kind <> 'tokens' OR state <> 'refused' OR ended_by IS NOT NULL)
) STRICT;

-- An achievement is owed once, and a deposit goes back once.
CREATE UNIQUE INDEX reward_achievement ON reward (player, achievement) WHERE achievement IS NOT NULL AND state <> 'refused';
CREATE UNIQUE INDEX reward_deposit ON reward (deposit) WHERE deposit IS NOT NULL AND state <> 'refused';
-- The queue, in the order in which it is sent, and what waits for a wallet.
CREATE INDEX reward_ready ON reward (kind, ready_ms, id) WHERE state = 'waiting' AND ready_ms IS NOT NULL;
CREATE INDEX reward_no_wallet ON reward (player) WHERE state = 'waiting' AND ready_ms IS NULL;
CREATE INDEX reward_state ON reward (state, id);
CREATE INDEX reward_player ON reward (player, id) WHERE player IS NOT NULL;
CREATE TRIGGER reward_once BEFORE UPDATE ON reward
WHEN OLD.state IN ('settled', 'refused') OR OLD.kind <> NEW.kind OR coalesce(OLD.player, 0) <> coalesce(NEW.player, 0)
    OR coalesce(OLD.amount, 0) <> coalesce(NEW.amount, 0) OR coalesce(OLD.currency, 0) <> coalesce(NEW.currency, 0)
    OR coalesce(OLD.achievement, 0) <> coalesce(NEW.achievement, 0) OR (OLD.to_address IS NOT NULL AND OLD.to_address <> NEW.to_address)
BEGIN SELECT raise(ABORT, 'a reward ends once'); END;
CREATE TRIGGER reward_delete BEFORE DELETE ON reward BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- All that are or were in a batch.
CREATE TABLE chain_batch_reward (
    batch INTEGER NOT NULL REFERENCES chain_batch (id),
    reward INTEGER NOT NULL REFERENCES reward (id),
    PRIMARY KEY (batch, reward)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER chain_batch_reward_update BEFORE UPDATE ON chain_batch_reward BEGIN SELECT raise(ABORT, 'history is never changed'); END;
CREATE TRIGGER chain_batch_reward_delete BEFORE DELETE ON chain_batch_reward BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- The index that an achievement's collection gives out next.
CREATE TABLE sbt_index (
    achievement INTEGER PRIMARY KEY CHECK (achievement BETWEEN 1 AND 62),
    next INTEGER NOT NULL
) STRICT;

CREATE TRIGGER sbt_index_back BEFORE UPDATE ON sbt_index WHEN NEW.next < OLD.next
BEGIN SELECT raise(ABORT, 'an index is given out once'); END;

CREATE TABLE stars_payment (
    -- SHA-256 of Telegram's charge id.
    charge BLOB PRIMARY KEY CHECK (length(charge) = 32),
    charge_id TEXT NOT NULL UNIQUE,
    player INTEGER NOT NULL REFERENCES player (telegram),
    item INTEGER NOT NULL,
    stars INTEGER NOT NULL CHECK (stars >= 0),
    state TEXT NOT NULL CHECK (state IN ('bought', 'owed', 'refunded')),
    paid_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX stars_payment_owed ON stars_payment (paid_ms) WHERE state = 'owed';
CREATE INDEX stars_payment_player ON stars_payment (player, item, paid_ms);
CREATE TRIGGER stars_payment_once BEFORE UPDATE ON stars_payment WHEN OLD.state = 'refunded' OR NEW.state <> 'refunded' OR OLD.stars <> NEW.stars
    OR OLD.player <> NEW.player OR OLD.item <> NEW.item
BEGIN SELECT raise(ABORT, 'a payment is given back once'); END;
CREATE TRIGGER stars_payment_delete BEFORE DELETE ON stars_payment BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TABLE purchase (
    player INTEGER NOT NULL REFERENCES player (telegram),
    item INTEGER NOT NULL,
    -- What paid for it: one of both.
    deposit BLOB UNIQUE REFERENCES deposit (hash),
    charge BLOB UNIQUE REFERENCES stars_payment (charge),
    bought_ms INTEGER NOT NULL,
    PRIMARY KEY (player, item),
    CHECK ((deposit IS NULL) <> (charge IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX purchase_newest ON purchase (bought_ms);
CREATE TRIGGER purchase_update BEFORE UPDATE ON purchase BEGIN SELECT raise(ABORT, 'history is never changed'); END;
-- Only what was paid with Stars can be given back.
CREATE TRIGGER purchase_delete BEFORE DELETE ON purchase WHEN OLD.charge IS NULL BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

-- How far an account's transactions were read: the newest that was.
CREATE TABLE chain_cursor (
    account TEXT PRIMARY KEY,
    lt INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER chain_cursor_back BEFORE UPDATE ON chain_cursor WHEN NEW.lt < OLD.lt
BEGIN SELECT raise(ABORT, 'a cursor never goes back'); END;
CREATE TRIGGER chain_cursor_delete BEFORE DELETE ON chain_cursor BEGIN SELECT raise(ABORT, 'history is never deleted'); END;
