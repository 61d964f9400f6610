CREATE TABLE account (
    ref INTEGER PRIMARY KEY,
    -- 0 for a holder's; 1 issuance, 2 note escrow, 3 hold escrow, 4 settlement, 5 rounding.
    role INTEGER NOT NULL CHECK (role BETWEEN 0 AND 5),
    holder INTEGER REFERENCES holder (id),
    currency INTEGER NOT NULL REFERENCES currency (ref),
    -- NULL: without limit, for issuance only.
    floor INTEGER,
    balance INTEGER NOT NULL,
    last_transfer INTEGER NOT NULL,
    -- 64 bits of SHA-256 over role, holder, currency and floor, bit-cast: an audit tells by it which row was changed.
    seal INTEGER NOT NULL DEFAULT 0,
    CHECK ((role = 0) = (holder IS NOT NULL)),
    CHECK ((role = 1) = (floor IS NULL)),
    CHECK (floor IS NULL OR balance >= floor),
    CHECK (floor IS NULL OR floor <= 0)
) STRICT;

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- SHA-256 of the secret.
    hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT;

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

CREATE TABLE chain_batch_reward (
    batch INTEGER NOT NULL REFERENCES chain_batch (id),
    reward INTEGER NOT NULL REFERENCES reward (id),
    PRIMARY KEY (batch, reward)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain_cursor (
    account TEXT PRIMARY KEY,
    lt INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_log (
    id INTEGER PRIMARY KEY,
    actor INTEGER NOT NULL REFERENCES holder (id),
    origin INTEGER NOT NULL REFERENCES origin (ref),
    key BLOB NOT NULL UNIQUE,
    content INTEGER NOT NULL,
    reason TEXT,
    -- The change as JSON, without secrets.
    what TEXT NOT NULL,
    -- What it made, as JSON: a repeated key is answered from here.
    answer TEXT NOT NULL
) STRICT;

CREATE TABLE code_line (
    site INTEGER NOT NULL REFERENCES code_lookup (id),
    build TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (site, build, file, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE code_lookup (
    id INTEGER PRIMARY KEY,
    json TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE currency (
    ref INTEGER PRIMARY KEY,
    id INTEGER NOT NULL UNIQUE,
    group_id INTEGER NOT NULL REFERENCES currency_group (id),
    name TEXT NOT NULL COLLATE NOCASE CHECK (length(name) BETWEEN 2 AND 32),
    symbol TEXT,
    decimals INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    class TEXT NOT NULL CHECK (class IN ('regular', 'premium')),
    state TEXT NOT NULL CHECK (state IN ('active', 'frozen')),
    created_ms INTEGER NOT NULL,
    UNIQUE (group_id, name)
) STRICT;

CREATE TABLE currency_group (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('global', 'local', 'single')),
    name TEXT NOT NULL,
    owner INTEGER REFERENCES guild (id),
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE currency_picture (
    currency INTEGER PRIMARY KEY REFERENCES currency (ref),
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL CHECK (length(bytes) <= 262144)
) STRICT;

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

CREATE TABLE detail (
    id INTEGER PRIMARY KEY REFERENCES transfer (id),
    reason TEXT,
    reference TEXT,
    item INTEGER,
    item_owner INTEGER,
    reverses INTEGER REFERENCES transfer (id),
    remainder_num INTEGER,
    remainder_den INTEGER,
    debt INTEGER,
    traceparent TEXT,
    -- What the record that was made or settled with it says: a note's recipient, a hold's end, a reaction's message and reactor.
    about TEXT,
    -- 64 bits of SHA-256 over the row, bit-cast: an audit tells by it whether the detail or its transfer was changed.
    seal INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE emoji (
    guild INTEGER NOT NULL REFERENCES guild (id),
    -- Discord's emoji id.
    emoji INTEGER NOT NULL,
    name TEXT NOT NULL,
    animated INTEGER NOT NULL CHECK (animated IN (0, 1)),
    currency INTEGER NOT NULL REFERENCES currency (ref),
    PRIMARY KEY (guild, emoji)
) STRICT, WITHOUT ROWID;

CREATE TABLE flow (
    -- Days since 1970-01-01 UTC.
    day INTEGER NOT NULL,
    currency INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    transfers INTEGER NOT NULL,
    -- Decimal text: a day can move more than 63 bits.
    issued TEXT NOT NULL,
    retired TEXT NOT NULL,
    moved TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (day, currency, origin, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE follower (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE game_run (
    run BLOB PRIMARY KEY CHECK (length(run) = 16),
    player INTEGER NOT NULL REFERENCES player (telegram),
    score INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    achieved INTEGER NOT NULL,
    played_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE guild (
    id INTEGER PRIMARY KEY,
    -- Discord's guild id.
    discord INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    single_group INTEGER NOT NULL REFERENCES currency_group (id) DEFERRABLE INITIALLY DEFERRED,
    primary_currency INTEGER REFERENCES currency (ref),
    repost_channel INTEGER,
    log_channel INTEGER,
    top_role INTEGER,
    nickname TEXT,
    present INTEGER NOT NULL CHECK (present IN (0, 1)),
    sync_after INTEGER NOT NULL,
    sync_fetched INTEGER NOT NULL,
    sync_complete INTEGER NOT NULL CHECK (sync_complete IN (0, 1)),
    sync_pass INTEGER NOT NULL
, mint_policy TEXT) STRICT;

CREATE TABLE guild_group (
    guild INTEGER NOT NULL REFERENCES guild (id),
    group_id INTEGER NOT NULL REFERENCES currency_group (id),
    joined_ms INTEGER NOT NULL,
    PRIMARY KEY (guild, group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    id INTEGER PRIMARY KEY REFERENCES transfer (id),
    holder INTEGER NOT NULL REFERENCES holder (id),
    currency INTEGER NOT NULL REFERENCES currency (ref),
    amount INTEGER NOT NULL CHECK (amount > 0),
    expires_ms INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'captured', 'released')),
    settled_by INTEGER REFERENCES transfer (id),
    CHECK ((state = 'open') = (settled_by IS NULL))
) STRICT;

CREATE TABLE holder (
    id INTEGER PRIMARY KEY,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'frozen', 'merged')),
    merged_into INTEGER REFERENCES holder (id),
    CHECK ((standing = 'merged') = (merged_into IS NOT NULL))
) STRICT;

CREATE TABLE identity (
    platform TEXT NOT NULL,
    subject TEXT NOT NULL,
    holder INTEGER NOT NULL REFERENCES holder (id),
    PRIMARY KEY (platform, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    -- Grows with every claim; 0 before the first.
    lease INTEGER NOT NULL,
    leased_until_ms INTEGER NOT NULL,
    run_at_ms INTEGER NOT NULL,
    error TEXT,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    transfer INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    chain BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    guild INTEGER NOT NULL REFERENCES guild (id),
    -- Discord's user id.
    discord INTEGER NOT NULL,
    holder INTEGER NOT NULL REFERENCES holder (id),
    bot INTEGER NOT NULL CHECK (bot IN (0, 1)),
    name TEXT NOT NULL,
    joined_ms INTEGER NOT NULL,
    left_ms INTEGER,
    -- The last pass over the members that saw this one.
    pass INTEGER NOT NULL,
    PRIMARY KEY (guild, discord)
) STRICT, WITHOUT ROWID;

CREATE TABLE memo (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    id INTEGER PRIMARY KEY REFERENCES transfer (id),
    sender INTEGER NOT NULL REFERENCES holder (id),
    recipient TEXT NOT NULL,
    currency INTEGER NOT NULL REFERENCES currency (ref),
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('open', 'redeemed', 'revoked')),
    settled_by INTEGER REFERENCES transfer (id),
    CHECK ((state = 'open') = (settled_by IS NULL))
) STRICT;

CREATE TABLE origin (
    ref INTEGER PRIMARY KEY,
    entry TEXT NOT NULL,
    application TEXT NOT NULL,
    site INTEGER NOT NULL REFERENCES code_lookup (id),
    class TEXT NOT NULL,
    function TEXT NOT NULL,
    claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
    -- 64 bits of SHA-256 over entry and application, bit-cast: what the journal's chain covers of this row.
    digest INTEGER NOT NULL DEFAULT 0,
    UNIQUE (entry, application, site, claimed)
) STRICT;

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

CREATE TABLE rate (
    from_currency INTEGER NOT NULL REFERENCES currency (ref),
    to_currency INTEGER NOT NULL REFERENCES currency (ref),
    num INTEGER NOT NULL CHECK (num > 0),
    den INTEGER NOT NULL CHECK (den > 0),
    set_ms INTEGER NOT NULL,
    PRIMARY KEY (from_currency, to_currency),
    CHECK (from_currency <> to_currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
    -- Discord's message id.
    message INTEGER NOT NULL,
    reactor INTEGER NOT NULL REFERENCES holder (id),
    currency INTEGER NOT NULL REFERENCES currency (ref),
    author INTEGER NOT NULL REFERENCES holder (id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    minted INTEGER NOT NULL REFERENCES transfer (id),
    state TEXT NOT NULL CHECK (state IN ('minted', 'burned', 'unrecoverable')),
    burned_by INTEGER REFERENCES transfer (id),
    PRIMARY KEY (message, reactor, currency),
    CHECK ((state = 'burned') = (burned_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

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

CREATE TABLE sbt_index (
    achievement INTEGER PRIMARY KEY CHECK (achievement BETWEEN 1 AND 62),
    next INTEGER NOT NULL
) STRICT;

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

CREATE TABLE transfer (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 19),
    currency INTEGER NOT NULL,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    debit_after INTEGER NOT NULL,
    credit_after INTEGER NOT NULL,
    -- The accounts' transfers before this one; 0 for none. A history is read along them.
    debit_prev INTEGER NOT NULL,
    credit_prev INTEGER NOT NULL,
    -- NULL: the debit account is issuance.
    debit_floor INTEGER,
    actor INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin (ref),
    -- The transfer before this one by the same origin; 0 for none.
    origin_prev INTEGER NOT NULL,
    -- Idempotency key and what was asked with it, on leg 0.
    key BLOB,
    content INTEGER,
    -- The first 16 bytes of the chain's hash at this row.
    hash BLOB NOT NULL,
    CHECK (debit <> credit),
    CHECK (debit_floor IS NULL OR debit_after >= debit_floor)
) STRICT;

CREATE TABLE webhook (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    currency INTEGER REFERENCES currency (ref),
    cursor INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    retry_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX account_holder ON account (holder, currency) WHERE role = 0;

CREATE UNIQUE INDEX account_system ON account (currency, role) WHERE role > 0;

CREATE INDEX chain_batch_open ON chain_batch (id) WHERE state NOT IN ('done', 'expired');

CREATE UNIQUE INDEX currency_group_global ON currency_group (kind) WHERE kind = 'global';

CREATE INDEX deposit_claim ON deposit (player) WHERE state = 'held' AND why = 'unknown_player';

CREATE INDEX deposit_lt ON deposit (lt);

CREATE INDEX deposit_player ON deposit (player, lt) WHERE player IS NOT NULL;

CREATE INDEX deposit_state ON deposit (state, lt);

CREATE UNIQUE INDEX detail_reverses ON detail (reverses) WHERE reverses IS NOT NULL;

CREATE INDEX hold_expires ON hold (expires_ms) WHERE state = 'open' AND expires_ms IS NOT NULL;

CREATE INDEX hold_holder ON hold (holder, id);

CREATE INDEX holder_merged ON holder (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX identity_holder ON identity (holder);

CREATE INDEX job_due ON job (run_at_ms);

CREATE INDEX note_sender ON note (sender, id);

CREATE INDEX player_top ON player (high_score DESC, high_score_ms, telegram) WHERE high_score > 0;

CREATE INDEX player_wallet ON player (wallet, wallet_ms, telegram) WHERE wallet IS NOT NULL;

CREATE INDEX purchase_newest ON purchase (bought_ms);

CREATE INDEX reaction_minted ON reaction (minted);

CREATE UNIQUE INDEX reward_achievement ON reward (player, achievement) WHERE achievement IS NOT NULL AND state <> 'refused';

CREATE UNIQUE INDEX reward_deposit ON reward (deposit) WHERE deposit IS NOT NULL AND state <> 'refused';

CREATE INDEX reward_no_wallet ON reward (player) WHERE state = 'waiting' AND ready_ms IS NULL;

CREATE INDEX reward_player ON reward (player, id) WHERE player IS NOT NULL;

CREATE INDEX reward_ready ON reward (kind, ready_ms, id) WHERE state = 'waiting' AND ready_ms IS NOT NULL;

CREATE INDEX reward_state ON reward (state, id);

CREATE INDEX stars_payment_owed ON stars_payment (paid_ms) WHERE state = 'owed';

CREATE INDEX stars_payment_player ON stars_payment (player, item, paid_ms);

CREATE TRIGGER chain_batch_delete BEFORE DELETE ON chain_batch BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER chain_batch_once BEFORE UPDATE ON chain_batch
WHEN OLD.state IN ('done', 'expired') OR (OLD.boc IS NOT NULL AND (NEW.boc IS NULL OR OLD.boc <> NEW.boc))
BEGIN SELECT raise(ABORT, 'a batch is signed once and ends once'); END;

CREATE TRIGGER chain_batch_reward_delete BEFORE DELETE ON chain_batch_reward BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER chain_batch_reward_update BEFORE UPDATE ON chain_batch_reward BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER chain_cursor_back BEFORE UPDATE ON chain_cursor WHEN NEW.lt < OLD.lt
BEGIN SELECT raise(ABORT, 'a cursor never goes back'); END;

CREATE TRIGGER chain_cursor_delete BEFORE DELETE ON chain_cursor BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER change_log_delete BEFORE DELETE ON change_log BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER change_log_update BEFORE UPDATE ON change_log BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER code_lookup_delete BEFORE DELETE ON code_lookup BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER code_lookup_update BEFORE UPDATE ON code_lookup BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER deposit_delete BEFORE DELETE ON deposit BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER deposit_once BEFORE UPDATE ON deposit
WHEN OLD.state IN ('bought', 'assigned', 'refunded') OR OLD.amount <> NEW.amount OR OLD.currency <> NEW.currency OR OLD.sender <> NEW.sender
    OR OLD.lt <> NEW.lt
BEGIN SELECT raise(ABORT, 'a deposit is decided once'); END;

CREATE TRIGGER detail_delete BEFORE DELETE ON detail BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER detail_update BEFORE UPDATE ON detail BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER game_run_delete BEFORE DELETE ON game_run BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER game_run_update BEFORE UPDATE ON game_run BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER hold_delete BEFORE DELETE ON hold BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER hold_once BEFORE UPDATE ON hold WHEN OLD.state <> 'open' OR OLD.amount <> NEW.amount
BEGIN SELECT raise(ABORT, 'a hold is settled once'); END;

CREATE TRIGGER note_delete BEFORE DELETE ON note BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER note_once BEFORE UPDATE ON note WHEN OLD.state <> 'open' OR OLD.amount <> NEW.amount OR OLD.recipient <> NEW.recipient
BEGIN SELECT raise(ABORT, 'a note is settled once'); END;

CREATE TRIGGER origin_delete BEFORE DELETE ON origin BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER origin_update BEFORE UPDATE ON origin BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER player_delete BEFORE DELETE ON player BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER player_once BEFORE UPDATE ON player WHEN OLD.wallet IS NOT NULL AND (NEW.wallet IS NULL OR OLD.wallet <> NEW.wallet)
BEGIN SELECT raise(ABORT, 'a wallet is bound once'); END;

CREATE TRIGGER purchase_delete BEFORE DELETE ON purchase WHEN OLD.charge IS NULL BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER purchase_update BEFORE UPDATE ON purchase BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE TRIGGER reaction_delete BEFORE DELETE ON reaction BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER reaction_once BEFORE UPDATE ON reaction WHEN OLD.state <> 'minted' OR OLD.minted <> NEW.minted
BEGIN SELECT raise(ABORT, 'a reaction is taken back once'); END;

CREATE TRIGGER reward_delete BEFORE DELETE ON reward BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER reward_once BEFORE UPDATE ON reward
WHEN OLD.state IN ('settled', 'refused') OR OLD.kind <> NEW.kind OR coalesce(OLD.player, 0) <> coalesce(NEW.player, 0)
    OR coalesce(OLD.amount, 0) <> coalesce(NEW.amount, 0) OR coalesce(OLD.currency, 0) <> coalesce(NEW.currency, 0)
    OR coalesce(OLD.achievement, 0) <> coalesce(NEW.achievement, 0) OR (OLD.to_address IS NOT NULL AND OLD.to_address <> NEW.to_address)
BEGIN SELECT raise(ABORT, 'a reward ends once'); END;

CREATE TRIGGER sbt_index_back BEFORE UPDATE ON sbt_index WHEN NEW.next < OLD.next
BEGIN SELECT raise(ABORT, 'an index is given out once'); END;

CREATE TRIGGER stars_payment_delete BEFORE DELETE ON stars_payment BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER stars_payment_once BEFORE UPDATE ON stars_payment WHEN OLD.state = 'refunded' OR NEW.state <> 'refunded' OR OLD.stars <> NEW.stars
    OR OLD.player <> NEW.player OR OLD.item <> NEW.item
BEGIN SELECT raise(ABORT, 'a payment is given back once'); END;

CREATE TRIGGER transfer_delete BEFORE DELETE ON transfer BEGIN SELECT raise(ABORT, 'history is never deleted'); END;

CREATE TRIGGER transfer_update BEFORE UPDATE ON transfer BEGIN SELECT raise(ABORT, 'history is never changed'); END;

CREATE VIEW balance AS
WITH mark_now AS (SELECT coalesce(max(transfer), 0) AS at FROM mark WHERE name = 'snapshot'),
tail AS (
    SELECT id, debit AS account, debit_after AS after FROM transfer WHERE id > (SELECT at FROM mark_now)
    UNION ALL
    SELECT id, credit, credit_after FROM transfer WHERE id > (SELECT at FROM mark_now)
),
newest AS (SELECT account, after, max(id) AS id FROM tail GROUP BY account)
SELECT a.ref AS account, a.role, a.holder, c.id AS currency_id, c.name AS currency, coalesce(n.after, a.balance) AS balance,
    max(coalesce(n.id, 0), a.last_transfer) AS last_transfer
FROM account a JOIN currency c ON c.ref = a.currency LEFT JOIN newest n ON n.account = a.ref
GROUP BY a.ref;

CREATE VIEW posting AS
SELECT id AS transfer, id - leg AS tx, debit AS account, currency, -amount AS change, debit_after AS after FROM transfer
UNION ALL
SELECT id, id - leg, credit, currency, amount, credit_after FROM transfer;

CREATE VIEW transfer_readable AS
SELECT t.id, t.sequence, t.id - t.leg AS tx, datetime((t.id >> 22) / 1000 + 1577836800, 'unixepoch') AS time,
    (CASE t.kind WHEN 1 THEN 'mint' WHEN 2 THEN 'burn' WHEN 3 THEN 'transfer' WHEN 4 THEN 'exchange' WHEN 5 THEN 'note_created'
        WHEN 6 THEN 'note_redeemed' WHEN 7 THEN 'note_revoked' WHEN 8 THEN 'purchase' WHEN 9 THEN 'reward' WHEN 10 THEN 'award'
        WHEN 11 THEN 'hold_placed' WHEN 12 THEN 'hold_captured' WHEN 13 THEN 'hold_released' WHEN 14 THEN 'reversal' WHEN 15 THEN 'link'
        WHEN 16 THEN 'reward_settled' WHEN 17 THEN 'reward_refused' WHEN 18 THEN 'deposit' ELSE 'deposit_returned' END) AS kind,
    c.name AS currency, t.amount, t.debit, t.credit, t.debit_after, t.credit_after, t.actor, o.entry, o.application, o.class, o.function,
    d.reason, d.reference
FROM transfer t JOIN currency c ON c.ref = t.currency JOIN origin o ON o.ref = t.origin LEFT JOIN detail d ON d.id = t.id - t.leg;
