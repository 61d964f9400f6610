-- The ledger's first schema. Times are milliseconds since the Unix epoch, amounts minor units, 63-bit ids time-ordered; no sequences.
--
-- `shard_key` is the first column of every key of every ledger table (journal, account, transfer, detail, origin_head, flow, note, hold,
-- reaction): the id of the currency's group, or 0 for what belongs to the whole journal. What stands elsewhere is a plain column without a
-- foreign key; reference tables (groups, currencies, rates, guilds, code lookup, origins) may be named from everywhere.

-- Which code made a change ---------------------------------------------------------------------------------------------------

-- The interned name of a code site: [entry, class, function]. The id is the first eight bytes of the text's MD5, bit-cast.
CREATE TABLE code_lookup (
    id bigint PRIMARY KEY,
    json text COLLATE "C" NOT NULL UNIQUE
);

INSERT INTO code_lookup (id, json) VALUES (0, '');

CREATE TABLE origin (
    id bigint PRIMARY KEY,
    entry text COLLATE "C" NOT NULL,
    application text COLLATE "C" NOT NULL,
    site bigint NOT NULL REFERENCES code_lookup (id),
    class text COLLATE "C" NOT NULL,
    function text COLLATE "C" NOT NULL,
    claimed boolean NOT NULL,
    -- 64 bits of SHA-256 over entry and application, bit-cast: what the journal's chain covers of this row.
    digest bigint NOT NULL DEFAULT 0,
    UNIQUE (entry, application, site, claimed)
);

INSERT INTO origin (id, entry, application, site, class, function, claimed) VALUES (0, '', '', 0, '', '', false);

-- Where a site stood in a build: beside the id, never in it.
CREATE TABLE code_line (
    site bigint NOT NULL REFERENCES code_lookup (id),
    build text COLLATE "C" NOT NULL,
    file text COLLATE "C" NOT NULL,
    line integer NOT NULL,
    PRIMARY KEY (site, build, file, line)
);

-- Who and what ---------------------------------------------------------------------------------------------------------------

CREATE TABLE currency_group (
    id bigint PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('global', 'local', 'single')),
    name text COLLATE "C" NOT NULL,
    owner bigint,
    created_ms bigint NOT NULL
);

CREATE UNIQUE INDEX currency_group_global ON currency_group (kind) WHERE kind = 'global';

CREATE TABLE currency (
    id bigint PRIMARY KEY,
    group_id bigint NOT NULL REFERENCES currency_group (id),
    name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 2 AND 32),
    symbol text COLLATE "C",
    decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    class text COLLATE "C" NOT NULL CHECK (class IN ('regular', 'premium')),
    state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'frozen')),
    created_ms bigint NOT NULL
);

CREATE UNIQUE INDEX currency_name ON currency (group_id, lower(name));

-- Between minor units, one way.
CREATE TABLE rate (
    from_currency bigint NOT NULL REFERENCES currency (id),
    to_currency bigint NOT NULL REFERENCES currency (id),
    num bigint NOT NULL CHECK (num > 0),
    den bigint NOT NULL CHECK (den > 0),
    set_ms bigint NOT NULL,
    PRIMARY KEY (from_currency, to_currency),
    CHECK (from_currency <> to_currency)
);

CREATE TABLE holder (
    id bigint PRIMARY KEY,
    standing text COLLATE "C" NOT NULL CHECK (standing IN ('open', 'frozen', 'merged')),
    merged_into bigint REFERENCES holder (id),
    CHECK ((standing = 'merged') = (merged_into IS NOT NULL))
);

CREATE TABLE identity (
    platform text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    holder bigint NOT NULL REFERENCES holder (id),
    PRIMARY KEY (platform, subject)
);

CREATE INDEX identity_holder ON identity (holder);

-- The ledger -----------------------------------------------------------------------------------------------------------------

-- The journal's head: whoever writes locks this row first, so that the sequence is dense, the chain is one, and what a process knows is
-- the newest as long as the row says what it said.
CREATE TABLE journal (
    shard_key bigint PRIMARY KEY,
    sequence bigint NOT NULL,
    last_transfer bigint NOT NULL,
    -- The chain's hash at the last transfer, all 32 bytes.
    chain bytea NOT NULL CHECK (length(chain) = 32),
    -- Counts the changes of currencies and rates, and those of holders' standings: what a process keeps of them is read again.
    catalogue bigint NOT NULL,
    standings bigint NOT NULL,
    -- The id of the last batch: whoever lost the answer to a commit finds out by it what became of it.
    batch bigint NOT NULL
);

INSERT INTO journal (shard_key, sequence, last_transfer, chain, catalogue, standings, batch)
VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'), 0, 0, 0);

CREATE TABLE account (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    -- 0 for a holder's; 1 issuance, 2 note escrow, 3 hold escrow, 4 settlement, 5 rounding.
    role smallint NOT NULL CHECK (role BETWEEN 0 AND 5),
    holder bigint,
    currency bigint NOT NULL REFERENCES currency (id),
    -- NULL: without limit, for issuance only.
    floor bigint,
    balance bigint NOT NULL,
    last_transfer bigint NOT NULL,
    -- 64 bits of SHA-256 over role, holder, currency and floor, bit-cast: an audit tells by it which row was changed.
    seal bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard_key, id),
    CHECK ((role = 0) = (holder IS NOT NULL)),
    CHECK ((role = 1) = (floor IS NULL)),
    CHECK (floor IS NULL OR balance >= floor),
    CHECK (floor IS NULL OR floor <= 0)
) WITH (fillfactor = 60);

CREATE UNIQUE INDEX account_holder ON account (shard_key, holder, currency) WHERE role = 0;
CREATE UNIQUE INDEX account_system ON account (shard_key, currency, role) WHERE role > 0;
CREATE INDEX account_wallet ON account (holder) WHERE role = 0;

-- One row moves a positive amount from the debit to the credit account. A transaction is the row with leg 0 and those after it
-- with leg 1, 2, …; its id is the first row's, and its rows' ids follow each other.
CREATE TABLE transfer (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    sequence bigint NOT NULL,
    leg smallint NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 15),
    currency bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    debit_after bigint NOT NULL,
    credit_after bigint NOT NULL,
    -- The accounts' transfers before this one; 0 for none. A history is read along them.
    debit_prev bigint NOT NULL,
    credit_prev bigint NOT NULL,
    -- NULL: the debit account is issuance.
    debit_floor bigint,
    actor bigint NOT NULL,
    origin bigint NOT NULL REFERENCES origin (id),
    -- The transfer before this one by the same origin; 0 for none.
    origin_prev bigint NOT NULL,
    -- Idempotency key and what was asked with it, on leg 0.
    key bytea,
    content bigint,
    -- The first 16 bytes of the chain's hash at this row.
    hash bytea NOT NULL,
    PRIMARY KEY (shard_key, id),
    CHECK (debit <> credit),
    CHECK (debit_floor IS NULL OR debit_after >= debit_floor)
);

CREATE UNIQUE INDEX transfer_key ON transfer (shard_key, key) WHERE key IS NOT NULL;
-- Ids and keys are looked for without knowing the group.
CREATE INDEX transfer_id ON transfer (id);
CREATE INDEX transfer_key_anywhere ON transfer USING hash (key);

-- What few transactions carry.
CREATE TABLE detail (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    reason text COLLATE "C",
    reference text COLLATE "C",
    item bigint,
    item_owner bigint,
    reverses bigint,
    remainder_num bigint,
    remainder_den bigint,
    debt bigint,
    traceparent text COLLATE "C",
    -- What the record that was made or settled with it says: a note's recipient, a hold's end, a reaction's message and reactor.
    about text COLLATE "C",
    -- 64 bits of SHA-256 over the row, bit-cast: an audit tells by it whether the detail or its transfer was changed.
    seal bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (shard_key, id),
    FOREIGN KEY (shard_key, id) REFERENCES transfer (shard_key, id),
    FOREIGN KEY (shard_key, reverses) REFERENCES transfer (shard_key, id)
);

-- A transaction is mended or taken back once.
CREATE UNIQUE INDEX detail_reverses ON detail (shard_key, reverses) WHERE reverses IS NOT NULL;

-- Each origin's newest transfer: everything that one site did is read from here along `origin_prev`.
CREATE TABLE origin_head (
    shard_key bigint NOT NULL,
    origin bigint NOT NULL REFERENCES origin (id),
    last_transfer bigint NOT NULL,
    PRIMARY KEY (shard_key, origin)
) WITH (fillfactor = 60);

-- A day's flows by currency, origin and kind, written with the transfers.
CREATE TABLE flow (
    shard_key bigint NOT NULL,
    -- Days since 1970-01-01 UTC.
    day bigint NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    origin bigint NOT NULL REFERENCES origin (id),
    kind smallint NOT NULL,
    transfers bigint NOT NULL,
    -- A day can move more than 63 bits.
    issued numeric NOT NULL,
    retired numeric NOT NULL,
    moved numeric NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (shard_key, day, currency, origin, kind)
) WITH (fillfactor = 60);

-- What happens once -----------------------------------------------------------------------------------------------------------

CREATE TABLE note (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    sender bigint NOT NULL,
    recipient text COLLATE "C" NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    amount bigint NOT NULL CHECK (amount > 0),
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'redeemed', 'revoked')),
    settled_by bigint,
    PRIMARY KEY (shard_key, id),
    FOREIGN KEY (shard_key, id) REFERENCES transfer (shard_key, id),
    FOREIGN KEY (shard_key, settled_by) REFERENCES transfer (shard_key, id),
    CHECK ((state = 'open') = (settled_by IS NULL))
);

CREATE INDEX note_id ON note (id);
CREATE INDEX note_sender ON note (sender, id);

CREATE TABLE hold (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    holder bigint NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    amount bigint NOT NULL CHECK (amount > 0),
    expires_ms bigint,
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'captured', 'released')),
    settled_by bigint,
    PRIMARY KEY (shard_key, id),
    FOREIGN KEY (shard_key, id) REFERENCES transfer (shard_key, id),
    FOREIGN KEY (shard_key, settled_by) REFERENCES transfer (shard_key, id),
    CHECK ((state = 'open') = (settled_by IS NULL))
);

CREATE INDEX hold_id ON hold (id);
CREATE INDEX hold_holder ON hold (holder, id);
CREATE INDEX hold_expires ON hold (expires_ms) WHERE state = 'open' AND expires_ms IS NOT NULL;

CREATE TABLE reaction (
    shard_key bigint NOT NULL,
    -- Discord's message id.
    message bigint NOT NULL,
    reactor bigint NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    author bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    minted bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('minted', 'burned', 'unrecoverable')),
    burned_by bigint,
    PRIMARY KEY (shard_key, message, reactor, currency),
    FOREIGN KEY (shard_key, minted) REFERENCES transfer (shard_key, id),
    FOREIGN KEY (shard_key, burned_by) REFERENCES transfer (shard_key, id),
    CHECK ((state = 'burned') = (burned_by IS NOT NULL))
);

-- A reversal asks for the reaction that a mint came from.
CREATE INDEX reaction_minted ON reaction (minted);

-- History stays -----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'history is never changed';
    END IF;
    RAISE EXCEPTION 'history is never deleted';
END $$;

CREATE FUNCTION settled_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

CREATE TRIGGER transfer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER detail_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON detail FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER origin_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON origin FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER code_lookup_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON code_lookup FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER note_stays BEFORE DELETE OR TRUNCATE ON note FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER hold_stays BEFORE DELETE OR TRUNCATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER reaction_stays BEFORE DELETE OR TRUNCATE ON reaction FOR EACH STATEMENT EXECUTE FUNCTION history_changed();
CREATE TRIGGER note_once BEFORE UPDATE ON note FOR EACH ROW
    WHEN (OLD.state <> 'open' OR OLD.amount <> NEW.amount OR OLD.recipient <> NEW.recipient)
    EXECUTE FUNCTION settled_again('a note is settled once');
CREATE TRIGGER hold_once BEFORE UPDATE ON hold FOR EACH ROW
    WHEN (OLD.state <> 'open' OR OLD.amount <> NEW.amount)
    EXECUTE FUNCTION settled_again('a hold is settled once');
CREATE TRIGGER reaction_once BEFORE UPDATE ON reaction FOR EACH ROW
    WHEN (OLD.state <> 'minted' OR OLD.minted <> NEW.minted)
    EXECUTE FUNCTION settled_again('a reaction is taken back once');

-- What is no money ------------------------------------------------------------------------------------------------------------

CREATE TABLE change_log (
    id bigint PRIMARY KEY,
    actor bigint NOT NULL REFERENCES holder (id),
    origin bigint NOT NULL REFERENCES origin (id),
    key bytea NOT NULL UNIQUE,
    content bigint NOT NULL,
    reason text COLLATE "C",
    -- The change as JSON, without secrets.
    what text COLLATE "C" NOT NULL,
    -- What it made, as JSON: a repeated key is answered from here.
    answer text COLLATE "C" NOT NULL
);

CREATE TRIGGER change_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON change_log FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TABLE guild (
    id bigint PRIMARY KEY,
    -- Discord's guild id, bit-cast as all of Discord's.
    discord bigint NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    single_group bigint NOT NULL REFERENCES currency_group (id),
    primary_currency bigint REFERENCES currency (id),
    repost_channel bigint,
    log_channel bigint,
    top_role bigint,
    nickname text COLLATE "C",
    present boolean NOT NULL,
    sync_after bigint NOT NULL,
    sync_fetched bigint NOT NULL,
    sync_complete boolean NOT NULL,
    sync_pass bigint NOT NULL
);

ALTER TABLE currency_group ADD FOREIGN KEY (owner) REFERENCES guild (id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE guild_group (
    guild bigint NOT NULL REFERENCES guild (id),
    group_id bigint NOT NULL REFERENCES currency_group (id),
    joined_ms bigint NOT NULL,
    PRIMARY KEY (guild, group_id)
);

CREATE TABLE emoji (
    guild bigint NOT NULL REFERENCES guild (id),
    -- Discord's emoji id.
    emoji bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    animated boolean NOT NULL,
    currency bigint NOT NULL REFERENCES currency (id),
    PRIMARY KEY (guild, emoji)
);

CREATE TABLE member (
    guild bigint NOT NULL REFERENCES guild (id),
    -- Discord's user id.
    discord bigint NOT NULL,
    holder bigint NOT NULL REFERENCES holder (id),
    bot boolean NOT NULL,
    name text COLLATE "C" NOT NULL,
    joined_ms bigint NOT NULL,
    left_ms bigint,
    -- The last pass over the members that saw this one.
    pass bigint NOT NULL,
    PRIMARY KEY (guild, discord)
);

CREATE INDEX member_holder ON member (holder);

CREATE TABLE api_key (
    id bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    -- SHA-256 of the secret.
    hash bytea NOT NULL UNIQUE,
    scopes text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    revoked_ms bigint
);

CREATE TABLE webhook (
    id bigint PRIMARY KEY,
    url text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    currency bigint REFERENCES currency (id),
    cursor bigint NOT NULL,
    failures bigint NOT NULL,
    retry_ms bigint NOT NULL
);

CREATE TABLE job (
    id bigint PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    -- Grows with every claim; 0 before the first.
    lease bigint NOT NULL,
    leased_until_ms bigint NOT NULL,
    run_at_ms bigint NOT NULL,
    error text COLLATE "C",
    UNIQUE (kind, name)
);

CREATE INDEX job_due ON job (run_at_ms);

-- Where those who follow the journal stand.
CREATE TABLE follower (
    name text COLLATE "C" PRIMARY KEY,
    at bigint NOT NULL
);

CREATE TABLE memo (
    name text COLLATE "C" PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);

-- Processes -------------------------------------------------------------------------------------------------------------------

-- The numbers that keep ids of different processes apart, 0 to 1023, by the database's clock. `last_id` is at least the greatest id
-- that was given with the number, so that its next owner goes on after it.
CREATE TABLE node (
    number smallint PRIMARY KEY CHECK (number BETWEEN 0 AND 1023),
    owner text COLLATE "C" NOT NULL,
    leased_until timestamptz NOT NULL,
    last_id bigint NOT NULL
);

-- For people ------------------------------------------------------------------------------------------------------------------

CREATE VIEW transfer_readable AS
SELECT t.shard_key, t.id, t.sequence, t.id - t.leg AS tx, to_timestamp(((t.id >> 22) + 1577836800000) / 1000.0) AT TIME ZONE 'UTC' AS time,
    (CASE t.kind WHEN 1 THEN 'mint' WHEN 2 THEN 'burn' WHEN 3 THEN 'transfer' WHEN 4 THEN 'exchange' WHEN 5 THEN 'note_created'
        WHEN 6 THEN 'note_redeemed' WHEN 7 THEN 'note_revoked' WHEN 8 THEN 'purchase' WHEN 9 THEN 'reward' WHEN 10 THEN 'award'
        WHEN 11 THEN 'hold_placed' WHEN 12 THEN 'hold_captured' WHEN 13 THEN 'hold_released' WHEN 14 THEN 'reversal' ELSE 'link' END) AS kind,
    c.name AS currency, t.amount, t.debit, t.credit, t.debit_after, t.credit_after, t.actor, o.entry, o.application, o.class, o.function,
    d.reason, d.reference
FROM transfer t JOIN currency c ON c.id = t.currency JOIN origin o ON o.id = t.origin
    LEFT JOIN detail d ON d.shard_key = t.shard_key AND d.id = t.id - t.leg;

-- Two postings a transfer; in each transaction and currency they sum to zero.
CREATE VIEW posting AS
SELECT shard_key, id AS transfer, id - leg AS tx, debit AS account, currency, -amount AS change, debit_after AS after FROM transfer
UNION ALL
SELECT shard_key, id, id - leg, credit, currency, amount, credit_after FROM transfer;

CREATE VIEW balance AS
SELECT a.shard_key, a.id AS account, a.role, a.holder, c.id AS currency_id, c.name AS currency, a.balance, a.last_transfer
FROM account a JOIN currency c ON c.id = a.currency;
