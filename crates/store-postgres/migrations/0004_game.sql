-- The Telegram game: players, what is owed to them on a chain, and what they bought there.

-- More kinds of transactions. They are looked through once, without an exclusive lock.
ALTER TABLE transfer DROP CONSTRAINT transfer_kind_check, ADD CONSTRAINT transfer_kind_check CHECK (kind BETWEEN 1 AND 19) NOT VALID;
ALTER TABLE transfer VALIDATE CONSTRAINT transfer_kind_check;

DROP VIEW transfer_readable;

CREATE VIEW transfer_readable AS
SELECT t.shard_key, t.id, t.sequence, t.id - t.leg AS tx, to_timestamp(((t.id >> 22) + 1577836800000) / 1000.0) AT TIME ZONE 'UTC' AS time,
    (CASE t.kind WHEN 1 THEN 'mint' WHEN 2 THEN 'burn' WHEN 3 THEN 'transfer' WHEN 4 THEN 'exchange' WHEN 5 THEN 'note_created'
        WHEN 6 THEN 'note_redeemed' WHEN 7 THEN 'note_revoked' WHEN 8 THEN 'purchase' WHEN 9 THEN 'reward' WHEN 10 THEN 'award'
        WHEN 11 THEN 'hold_placed' WHEN 12 THEN 'hold_captured' WHEN 13 THEN 'hold_released' WHEN 14 THEN 'reversal' WHEN 15 THEN 'link'
        WHEN 16 THEN 'reward_settled' WHEN 17 THEN 'reward_refused' WHEN 18 THEN 'deposit' ELSE 'deposit_returned' END) AS kind,
    c.name AS currency, t.amount, t.debit, t.credit, t.debit_after, t.credit_after, t.actor, o.entry, o.application, o.class, o.function,
    d.reason, d.reference
FROM transfer t JOIN currency c ON c.id = t.currency JOIN origin o ON o.id = t.origin
    LEFT JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id - t.leg;

-- Whoever opened the game. The holder is the one that the identity leads to.
CREATE TABLE player (
    telegram bigint PRIMARY KEY CHECK (telegram > 0),
    name text COLLATE "C" NOT NULL,
    plays bigint NOT NULL,
    high_score bigint NOT NULL,
    -- When it was come to: of two with one score the first stands higher.
    high_score_ms bigint,
    -- As TON writes it raw; bound once.
    wallet text COLLATE "C",
    wallet_ms bigint,
    -- Bit n stands for achievement n.
    achievements bigint NOT NULL,
    -- The day of the last play, in days since 1970-01-01 UTC, and what was earned on it.
    day bigint NOT NULL,
    day_tokens bigint NOT NULL,
    first_seen_ms bigint NOT NULL,
    last_played_ms bigint,
    CHECK ((high_score = 0) = (high_score_ms IS NULL)),
    CHECK ((wallet IS NULL) = (wallet_ms IS NULL)),
    CHECK ((plays = 0) = (last_played_ms IS NULL))
);

CREATE INDEX player_top ON player (high_score DESC, high_score_ms, telegram) WHERE high_score > 0;
CREATE INDEX player_wallet ON player (wallet, wallet_ms, telegram) WHERE wallet IS NOT NULL;
CREATE TRIGGER player_once BEFORE UPDATE ON player FOR EACH ROW
    WHEN (OLD.wallet IS NOT NULL AND (NEW.wallet IS NULL OR OLD.wallet <> NEW.wallet))
    EXECUTE FUNCTION settled_again('a wallet is bound once');
CREATE TRIGGER player_stays BEFORE DELETE OR TRUNCATE ON player FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TABLE game_run (
    run bytea PRIMARY KEY CHECK (length(run) = 16),
    player bigint NOT NULL REFERENCES player (telegram),
    score bigint NOT NULL,
    tokens bigint NOT NULL,
    achieved bigint NOT NULL,
    played_ms bigint NOT NULL
);

CREATE TRIGGER game_run_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON game_run FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

-- Rewards that go to the chain in one message.
CREATE TABLE chain_batch (
    id bigint PRIMARY KEY CHECK (id > 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('formed', 'signed', 'sent', 'landed', 'done', 'expired')),
    rewards bigint NOT NULL,
    formed_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    sends bigint NOT NULL,
    -- The signed message, kept before it is sent for the first time; times are seconds of chain time.
    query_id bigint,
    created_at bigint,
    expires_at bigint,
    boc bytea,
    hash bytea CHECK (length(hash) = 32),
    -- The wallet's transaction that took it.
    landed bytea CHECK (length(landed) = 32),
    landed_lt bigint,
    CHECK ((boc IS NULL) = (query_id IS NULL)),
    CHECK ((boc IS NULL) = (created_at IS NULL)),
    CHECK ((boc IS NULL) = (expires_at IS NULL)),
    CHECK ((boc IS NULL) = (hash IS NULL)),
    CHECK (state <> 'formed' OR boc IS NULL),
    CHECK (state NOT IN ('signed', 'sent', 'landed') OR boc IS NOT NULL),
    CHECK (sends = 0 OR boc IS NOT NULL),
    CHECK (state <> 'landed' OR landed IS NOT NULL),
    CHECK ((landed IS NULL) = (landed_lt IS NULL))
);

CREATE INDEX chain_batch_open ON chain_batch (id) WHERE state NOT IN ('done', 'expired');
CREATE TRIGGER chain_batch_once BEFORE UPDATE ON chain_batch FOR EACH ROW
    WHEN (OLD.state IN ('done', 'expired') OR (OLD.boc IS NOT NULL AND (NEW.boc IS NULL OR OLD.boc <> NEW.boc)))
    EXECUTE FUNCTION settled_again('a batch is signed once and ends once');
CREATE TRIGGER chain_batch_stays BEFORE DELETE OR TRUNCATE ON chain_batch FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

-- Tokens that arrived at the shop's address, by the transaction there that told of them.
CREATE TABLE deposit (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    account text COLLATE "C" NOT NULL,
    lt bigint NOT NULL,
    sender text COLLATE "C" NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    amount bigint NOT NULL CHECK (amount >= 0),
    comment text COLLATE "C",
    -- Whom and what it is for; perhaps nobody who is known.
    player bigint,
    item bigint,
    price bigint,
    over bigint NOT NULL CHECK (over >= 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('bought', 'held', 'assigned', 'refunding', 'refunded')),
    -- Why it bought nothing when it came.
    why text COLLATE "C" CHECK (why IN ('no_comment', 'other_comment', 'unknown_player', 'unknown_item', 'owned_already', 'underpaid')),
    payer bigint REFERENCES holder (id),
    seen_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    decided_by bigint REFERENCES holder (id),
    -- The reward row that carries its refund.
    refund bigint,
    -- The transaction that recorded it, and the one that gave it to a purchase later; none when nothing moved.
    recorded_by bigint,
    assigned_by bigint,
    UNIQUE (account, lt, hash),
    CHECK ((amount = 0) = (recorded_by IS NULL)),
    CHECK ((state = 'bought') = (why IS NULL)),
    CHECK (state NOT IN ('bought', 'assigned') OR (player IS NOT NULL AND item IS NOT NULL AND price IS NOT NULL)),
    CHECK ((state IN ('refunding', 'refunded')) = (refund IS NOT NULL)),
    CHECK (amount = 0 OR (state = 'assigned') = (assigned_by IS NOT NULL))
);

CREATE INDEX deposit_lt ON deposit (lt);
CREATE INDEX deposit_state ON deposit (state, lt);
CREATE INDEX deposit_player ON deposit (player, lt) WHERE player IS NOT NULL;
CREATE INDEX deposit_claim ON deposit (player) WHERE state = 'held' AND why = 'unknown_player';
CREATE TRIGGER deposit_once BEFORE UPDATE ON deposit FOR EACH ROW
    WHEN (OLD.state IN ('bought', 'assigned', 'refunded') OR OLD.amount <> NEW.amount OR OLD.currency <> NEW.currency OR OLD.sender <> NEW.sender
    OR OLD.lt <> NEW.lt)
    EXECUTE FUNCTION settled_again('a deposit is decided once');
CREATE TRIGGER deposit_stays BEFORE DELETE OR TRUNCATE ON deposit FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

-- What is owed to somebody on the chain.
CREATE TABLE reward (
    id bigint PRIMARY KEY,
    -- NULL for the refund of somebody who is no player.
    player bigint REFERENCES player (telegram),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('tokens', 'achievement', 'refund')),
    currency bigint REFERENCES currency (id),
    amount bigint CHECK (amount > 0),
    achievement bigint CHECK (achievement BETWEEN 1 AND 62),
    deposit bytea REFERENCES deposit (hash),
    -- Where it goes: a refund's sender; a player's wallet, from the first batch on.
    to_address text COLLATE "C",
    state text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'batched', 'sent', 'settled', 'refused')),
    -- The batch that it is or was last in, and in how many it was.
    batch bigint REFERENCES chain_batch (id),
    attempts bigint NOT NULL,
    sbt_index bigint,
    queued_ms bigint NOT NULL,
    -- Since when it could be sent; NULL while its player has no wallet.
    ready_ms bigint,
    changed_ms bigint NOT NULL,
    -- The transaction of its own effect on the chain.
    seen bytea CHECK (length(seen) = 32),
    seen_lt bigint,
    why text COLLATE "C",
    -- The transaction that promised it, and the one that ended it.
    promised_by bigint,
    ended_by bigint,
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
);

-- An achievement is owed once, and a deposit goes back once.
CREATE UNIQUE INDEX reward_achievement ON reward (player, achievement) WHERE achievement IS NOT NULL AND state <> 'refused';
CREATE UNIQUE INDEX reward_deposit ON reward (deposit) WHERE deposit IS NOT NULL AND state <> 'refused';
-- The queue, in the order in which it is sent, and what waits for a wallet.
CREATE INDEX reward_ready ON reward (kind, ready_ms, id) WHERE state = 'waiting' AND ready_ms IS NOT NULL;
CREATE INDEX reward_no_wallet ON reward (player) WHERE state = 'waiting' AND ready_ms IS NULL;
CREATE INDEX reward_state ON reward (state, id);
CREATE INDEX reward_player ON reward (player, id) WHERE player IS NOT NULL;
CREATE TRIGGER reward_once BEFORE UPDATE ON reward FOR EACH ROW
    WHEN (OLD.state IN ('settled', 'refused') OR OLD.kind <> NEW.kind OR coalesce(OLD.player, 0) <> coalesce(NEW.player, 0)
    OR coalesce(OLD.amount, 0) <> coalesce(NEW.amount, 0) OR coalesce(OLD.currency, 0) <> coalesce(NEW.currency, 0)
    OR coalesce(OLD.achievement, 0) <> coalesce(NEW.achievement, 0) OR (OLD.to_address IS NOT NULL AND OLD.to_address <> NEW.to_address))
    EXECUTE FUNCTION settled_again('a reward ends once');
CREATE TRIGGER reward_stays BEFORE DELETE OR TRUNCATE ON reward FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

-- All that are or were in a batch.
CREATE TABLE chain_batch_reward (
    batch bigint NOT NULL REFERENCES chain_batch (id),
    reward bigint NOT NULL REFERENCES reward (id),
    PRIMARY KEY (batch, reward)
);

CREATE TRIGGER chain_batch_reward_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON chain_batch_reward FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

-- The index that an achievement's collection gives out next.
CREATE TABLE sbt_index (
    achievement bigint PRIMARY KEY CHECK (achievement BETWEEN 1 AND 62),
    next bigint NOT NULL
);

CREATE TRIGGER sbt_index_back BEFORE UPDATE ON sbt_index FOR EACH ROW
    WHEN (NEW.next < OLD.next)
    EXECUTE FUNCTION settled_again('an index is given out once');

CREATE TABLE stars_payment (
    -- SHA-256 of Telegram's charge id.
    charge bytea PRIMARY KEY CHECK (length(charge) = 32),
    charge_id text COLLATE "C" NOT NULL UNIQUE,
    player bigint NOT NULL REFERENCES player (telegram),
    item bigint NOT NULL,
    stars bigint NOT NULL CHECK (stars >= 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('bought', 'owed', 'refunded')),
    paid_ms bigint NOT NULL,
    changed_ms bigint NOT NULL
);

CREATE INDEX stars_payment_owed ON stars_payment (paid_ms) WHERE state = 'owed';
CREATE INDEX stars_payment_player ON stars_payment (player, item, paid_ms);
CREATE TRIGGER stars_payment_once BEFORE UPDATE ON stars_payment FOR EACH ROW
    WHEN (OLD.state = 'refunded' OR NEW.state <> 'refunded' OR OLD.stars <> NEW.stars
    OR OLD.player <> NEW.player OR OLD.item <> NEW.item)
    EXECUTE FUNCTION settled_again('a payment is given back once');
CREATE TRIGGER stars_payment_stays BEFORE DELETE OR TRUNCATE ON stars_payment FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TABLE purchase (
    player bigint NOT NULL REFERENCES player (telegram),
    item bigint NOT NULL,
    -- What paid for it: one of both.
    deposit bytea UNIQUE REFERENCES deposit (hash),
    charge bytea UNIQUE REFERENCES stars_payment (charge),
    bought_ms bigint NOT NULL,
    PRIMARY KEY (player, item),
    CHECK ((deposit IS NULL) <> (charge IS NULL))
);

CREATE INDEX purchase_newest ON purchase (bought_ms);
CREATE TRIGGER purchase_stays BEFORE UPDATE ON purchase FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
-- Only what was paid with Stars can be given back.
CREATE TRIGGER purchase_delete BEFORE DELETE ON purchase FOR EACH ROW
    WHEN (OLD.charge IS NULL)
    EXECUTE FUNCTION settled_again('history is never deleted');

-- How far an account's transactions were read: the newest that was.
CREATE TABLE chain_cursor (
    account text COLLATE "C" PRIMARY KEY,
    lt bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);

CREATE TRIGGER chain_cursor_back BEFORE UPDATE ON chain_cursor FOR EACH ROW
    WHEN (NEW.lt < OLD.lt)
    EXECUTE FUNCTION settled_again('a cursor never goes back');
CREATE TRIGGER chain_cursor_stays BEFORE DELETE OR TRUNCATE ON chain_cursor FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
