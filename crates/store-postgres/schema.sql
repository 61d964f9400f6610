CREATE TABLE account (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    role smallint NOT NULL,
    holder bigint,
    currency bigint NOT NULL,
    floor bigint,
    balance bigint NOT NULL,
    last_transfer bigint NOT NULL,
    seal bigint DEFAULT 0 NOT NULL,
    CONSTRAINT account_check CHECK ((role = 0) = (holder IS NOT NULL)),
    CONSTRAINT account_check1 CHECK ((role = 1) = (floor IS NULL)),
    CONSTRAINT account_check2 CHECK (floor IS NULL OR balance >= floor),
    CONSTRAINT account_floor_check CHECK (floor IS NULL OR floor <= 0),
    CONSTRAINT account_pkey PRIMARY KEY (shard_key, id),
    CONSTRAINT account_role_check CHECK (role >= 0 AND role <= 5)
) WITH (fillfactor=60);

CREATE TABLE api_key (
    id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    revoked_ms bigint,
    CONSTRAINT api_key_hash_key UNIQUE (hash),
    CONSTRAINT api_key_name_key UNIQUE (name),
    CONSTRAINT api_key_pkey PRIMARY KEY (id)
);

CREATE TABLE chain_batch (
    id bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    rewards bigint NOT NULL,
    formed_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    sends bigint NOT NULL,
    query_id bigint,
    created_at bigint,
    expires_at bigint,
    boc bytea,
    hash bytea,
    landed bytea,
    landed_lt bigint,
    CONSTRAINT chain_batch_check CHECK ((boc IS NULL) = (query_id IS NULL)),
    CONSTRAINT chain_batch_check1 CHECK ((boc IS NULL) = (created_at IS NULL)),
    CONSTRAINT chain_batch_check2 CHECK ((boc IS NULL) = (expires_at IS NULL)),
    CONSTRAINT chain_batch_check3 CHECK ((boc IS NULL) = (hash IS NULL)),
    CONSTRAINT chain_batch_check4 CHECK (state <> 'formed'::text OR boc IS NULL),
    CONSTRAINT chain_batch_check5 CHECK ((state <> ALL (ARRAY['signed'::text, 'sent'::text, 'landed'::text])) OR boc IS NOT NULL),
    CONSTRAINT chain_batch_check6 CHECK (sends = 0 OR boc IS NOT NULL),
    CONSTRAINT chain_batch_check7 CHECK (state <> 'landed'::text OR landed IS NOT NULL),
    CONSTRAINT chain_batch_check8 CHECK ((landed IS NULL) = (landed_lt IS NULL)),
    CONSTRAINT chain_batch_hash_check CHECK (length(hash) = 32),
    CONSTRAINT chain_batch_id_check CHECK (id > 0),
    CONSTRAINT chain_batch_landed_check CHECK (length(landed) = 32),
    CONSTRAINT chain_batch_pkey PRIMARY KEY (id),
    CONSTRAINT chain_batch_state_check CHECK (state = ANY (ARRAY['formed'::text, 'signed'::text, 'sent'::text, 'landed'::text, 'done'::text, 'expired'::text]))
);

CREATE TABLE chain_batch_reward (
    batch bigint NOT NULL,
    reward bigint NOT NULL,
    CONSTRAINT chain_batch_reward_pkey PRIMARY KEY (batch, reward)
);

CREATE TABLE chain_cursor (
    account text COLLATE "C" NOT NULL,
    lt bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT chain_cursor_hash_check CHECK (length(hash) = 32),
    CONSTRAINT chain_cursor_pkey PRIMARY KEY (account)
);

CREATE TABLE change_log (
    id bigint NOT NULL,
    actor bigint NOT NULL,
    origin bigint NOT NULL,
    key bytea NOT NULL,
    content bigint NOT NULL,
    reason text COLLATE "C",
    what text COLLATE "C" NOT NULL,
    answer text COLLATE "C" NOT NULL,
    CONSTRAINT change_log_key_key UNIQUE (key),
    CONSTRAINT change_log_pkey PRIMARY KEY (id)
);

CREATE TABLE code_line (
    site bigint NOT NULL,
    build text COLLATE "C" NOT NULL,
    file text COLLATE "C" NOT NULL,
    line integer NOT NULL,
    CONSTRAINT code_line_pkey PRIMARY KEY (site, build, file, line)
);

CREATE TABLE code_lookup (
    id bigint NOT NULL,
    json text COLLATE "C" NOT NULL,
    CONSTRAINT code_lookup_json_key UNIQUE (json),
    CONSTRAINT code_lookup_pkey PRIMARY KEY (id)
);

CREATE TABLE currency (
    id bigint NOT NULL,
    group_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    symbol text COLLATE "C",
    decimals smallint NOT NULL,
    class text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    CONSTRAINT currency_class_check CHECK (class = ANY (ARRAY['regular'::text, 'premium'::text])),
    CONSTRAINT currency_decimals_check CHECK (decimals >= 0 AND decimals <= 9),
    CONSTRAINT currency_name_check CHECK (length(name) >= 2 AND length(name) <= 32),
    CONSTRAINT currency_pkey PRIMARY KEY (id),
    CONSTRAINT currency_state_check CHECK (state = ANY (ARRAY['active'::text, 'frozen'::text]))
);

CREATE TABLE currency_group (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    owner bigint,
    created_ms bigint NOT NULL,
    CONSTRAINT currency_group_kind_check CHECK (kind = ANY (ARRAY['global'::text, 'local'::text, 'single'::text])),
    CONSTRAINT currency_group_pkey PRIMARY KEY (id)
);

CREATE TABLE currency_picture (
    currency bigint NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT currency_picture_bytes_check CHECK (length(bytes) <= 262144),
    CONSTRAINT currency_picture_pkey PRIMARY KEY (currency)
);

CREATE TABLE deposit (
    hash bytea NOT NULL,
    account text COLLATE "C" NOT NULL,
    lt bigint NOT NULL,
    sender text COLLATE "C" NOT NULL,
    currency bigint NOT NULL,
    amount bigint NOT NULL,
    comment text COLLATE "C",
    player bigint,
    item bigint,
    price bigint,
    over bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    why text COLLATE "C",
    payer bigint,
    seen_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    decided_by bigint,
    refund bigint,
    recorded_by bigint,
    assigned_by bigint,
    CONSTRAINT deposit_account_lt_hash_key UNIQUE (account, lt, hash),
    CONSTRAINT deposit_amount_check CHECK (amount >= 0),
    CONSTRAINT deposit_check CHECK ((amount = 0) = (recorded_by IS NULL)),
    CONSTRAINT deposit_check1 CHECK ((state = 'bought'::text) = (why IS NULL)),
    CONSTRAINT deposit_check2 CHECK ((state <> ALL (ARRAY['bought'::text, 'assigned'::text])) OR player IS NOT NULL AND item IS NOT NULL AND price IS NOT NULL),
    CONSTRAINT deposit_check3 CHECK ((state = ANY (ARRAY['refunding'::text, 'refunded'::text])) = (refund IS NOT NULL)),
    CONSTRAINT deposit_check4 CHECK (amount = 0 OR (state = 'assigned'::text) = (assigned_by IS NOT NULL)),
    CONSTRAINT deposit_hash_check CHECK (length(hash) = 32),
    CONSTRAINT deposit_over_check CHECK (over >= 0),
    CONSTRAINT deposit_pkey PRIMARY KEY (hash),
    CONSTRAINT deposit_state_check CHECK (state = ANY (ARRAY['bought'::text, 'held'::text, 'assigned'::text, 'refunding'::text, 'refunded'::text])),
    CONSTRAINT deposit_why_check CHECK (why = ANY (ARRAY['no_comment'::text, 'other_comment'::text, 'unknown_player'::text, 'unknown_item'::text, 'owned_already'::text, 'underpaid'::text]))
);

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
    about text COLLATE "C",
    seal bigint DEFAULT 0 NOT NULL,
    CONSTRAINT detail_pkey PRIMARY KEY (shard_key, id)
);

CREATE TABLE emoji (
    guild bigint NOT NULL,
    emoji bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    animated boolean NOT NULL,
    currency bigint NOT NULL,
    CONSTRAINT emoji_pkey PRIMARY KEY (guild, emoji)
);

CREATE TABLE flow (
    shard_key bigint NOT NULL,
    day bigint NOT NULL,
    currency bigint NOT NULL,
    origin bigint NOT NULL,
    kind smallint NOT NULL,
    transfers bigint NOT NULL,
    issued numeric NOT NULL,
    retired numeric NOT NULL,
    moved numeric NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT flow_pkey PRIMARY KEY (shard_key, day, currency, origin, kind)
) WITH (fillfactor=60);

CREATE TABLE follower (
    name text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT follower_pkey PRIMARY KEY (name)
);

CREATE TABLE game_run (
    run bytea NOT NULL,
    player bigint NOT NULL,
    score bigint NOT NULL,
    tokens bigint NOT NULL,
    achieved bigint NOT NULL,
    played_ms bigint NOT NULL,
    CONSTRAINT game_run_pkey PRIMARY KEY (run),
    CONSTRAINT game_run_run_check CHECK (length(run) = 16)
);

CREATE TABLE guild (
    id bigint NOT NULL,
    discord bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    single_group bigint NOT NULL,
    primary_currency bigint,
    repost_channel bigint,
    log_channel bigint,
    top_role bigint,
    nickname text COLLATE "C",
    present boolean NOT NULL,
    sync_after bigint NOT NULL,
    sync_fetched bigint NOT NULL,
    sync_complete boolean NOT NULL,
    sync_pass bigint NOT NULL,
    mint_policy text COLLATE "C",
    CONSTRAINT guild_discord_key UNIQUE (discord),
    CONSTRAINT guild_pkey PRIMARY KEY (id)
);

CREATE TABLE guild_group (
    guild bigint NOT NULL,
    group_id bigint NOT NULL,
    joined_ms bigint NOT NULL,
    CONSTRAINT guild_group_pkey PRIMARY KEY (guild, group_id)
);

CREATE TABLE hold (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    holder bigint NOT NULL,
    currency bigint NOT NULL,
    amount bigint NOT NULL,
    expires_ms bigint,
    state text COLLATE "C" NOT NULL,
    settled_by bigint,
    CONSTRAINT hold_amount_check CHECK (amount > 0),
    CONSTRAINT hold_check CHECK ((state = 'open'::text) = (settled_by IS NULL)),
    CONSTRAINT hold_pkey PRIMARY KEY (shard_key, id),
    CONSTRAINT hold_state_check CHECK (state = ANY (ARRAY['open'::text, 'captured'::text, 'released'::text]))
);

CREATE TABLE holder (
    id bigint NOT NULL,
    standing text COLLATE "C" NOT NULL,
    merged_into bigint,
    CONSTRAINT holder_check CHECK ((standing = 'merged'::text) = (merged_into IS NOT NULL)),
    CONSTRAINT holder_pkey PRIMARY KEY (id),
    CONSTRAINT holder_standing_check CHECK (standing = ANY (ARRAY['open'::text, 'frozen'::text, 'merged'::text]))
);

CREATE TABLE identity (
    platform text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    holder bigint NOT NULL,
    CONSTRAINT identity_pkey PRIMARY KEY (platform, subject)
);

CREATE TABLE job (
    id bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    attempts bigint NOT NULL,
    lease bigint NOT NULL,
    leased_until_ms bigint NOT NULL,
    run_at_ms bigint NOT NULL,
    error text COLLATE "C",
    CONSTRAINT job_kind_name_key UNIQUE (kind, name),
    CONSTRAINT job_pkey PRIMARY KEY (id)
);

CREATE TABLE journal (
    shard_key bigint NOT NULL,
    sequence bigint NOT NULL,
    last_transfer bigint NOT NULL,
    chain bytea NOT NULL,
    catalogue bigint NOT NULL,
    standings bigint NOT NULL,
    batch bigint NOT NULL,
    CONSTRAINT journal_chain_check CHECK (length(chain) = 32),
    CONSTRAINT journal_pkey PRIMARY KEY (shard_key)
);

CREATE TABLE lease (
    name text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    fence bigint NOT NULL,
    until_ms bigint NOT NULL,
    CONSTRAINT lease_pkey PRIMARY KEY (name)
);

CREATE TABLE member (
    guild bigint NOT NULL,
    discord bigint NOT NULL,
    holder bigint NOT NULL,
    bot boolean NOT NULL,
    name text COLLATE "C" NOT NULL,
    joined_ms bigint NOT NULL,
    left_ms bigint,
    pass bigint NOT NULL,
    CONSTRAINT member_pkey PRIMARY KEY (guild, discord)
);

CREATE TABLE memo (
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    CONSTRAINT memo_pkey PRIMARY KEY (name)
);

CREATE TABLE node (
    number smallint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    leased_until timestamp with time zone NOT NULL,
    last_id bigint NOT NULL,
    CONSTRAINT node_number_check CHECK (number >= 0 AND number <= 1023),
    CONSTRAINT node_pkey PRIMARY KEY (number)
);

CREATE TABLE note (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    sender bigint NOT NULL,
    recipient text COLLATE "C" NOT NULL,
    currency bigint NOT NULL,
    amount bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    settled_by bigint,
    CONSTRAINT note_amount_check CHECK (amount > 0),
    CONSTRAINT note_check CHECK ((state = 'open'::text) = (settled_by IS NULL)),
    CONSTRAINT note_pkey PRIMARY KEY (shard_key, id),
    CONSTRAINT note_state_check CHECK (state = ANY (ARRAY['open'::text, 'redeemed'::text, 'revoked'::text]))
);

CREATE TABLE origin (
    id bigint NOT NULL,
    entry text COLLATE "C" NOT NULL,
    application text COLLATE "C" NOT NULL,
    site bigint NOT NULL,
    class text COLLATE "C" NOT NULL,
    function text COLLATE "C" NOT NULL,
    claimed boolean NOT NULL,
    digest bigint DEFAULT 0 NOT NULL,
    CONSTRAINT origin_entry_application_site_claimed_key UNIQUE (entry, application, site, claimed),
    CONSTRAINT origin_pkey PRIMARY KEY (id)
);

CREATE TABLE origin_head (
    shard_key bigint NOT NULL,
    origin bigint NOT NULL,
    last_transfer bigint NOT NULL,
    CONSTRAINT origin_head_pkey PRIMARY KEY (shard_key, origin)
) WITH (fillfactor=60);

CREATE TABLE player (
    telegram bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    plays bigint NOT NULL,
    high_score bigint NOT NULL,
    high_score_ms bigint,
    wallet text COLLATE "C",
    wallet_ms bigint,
    achievements bigint NOT NULL,
    day bigint NOT NULL,
    day_tokens bigint NOT NULL,
    first_seen_ms bigint NOT NULL,
    last_played_ms bigint,
    CONSTRAINT player_check CHECK ((high_score = 0) = (high_score_ms IS NULL)),
    CONSTRAINT player_check1 CHECK ((wallet IS NULL) = (wallet_ms IS NULL)),
    CONSTRAINT player_check2 CHECK ((plays = 0) = (last_played_ms IS NULL)),
    CONSTRAINT player_pkey PRIMARY KEY (telegram),
    CONSTRAINT player_telegram_check CHECK (telegram > 0)
);

CREATE TABLE purchase (
    player bigint NOT NULL,
    item bigint NOT NULL,
    deposit bytea,
    charge bytea,
    bought_ms bigint NOT NULL,
    CONSTRAINT purchase_charge_key UNIQUE (charge),
    CONSTRAINT purchase_check CHECK ((deposit IS NULL) <> (charge IS NULL)),
    CONSTRAINT purchase_deposit_key UNIQUE (deposit),
    CONSTRAINT purchase_pkey PRIMARY KEY (player, item)
);

CREATE TABLE rate (
    from_currency bigint NOT NULL,
    to_currency bigint NOT NULL,
    num bigint NOT NULL,
    den bigint NOT NULL,
    set_ms bigint NOT NULL,
    CONSTRAINT rate_check CHECK (from_currency <> to_currency),
    CONSTRAINT rate_den_check CHECK (den > 0),
    CONSTRAINT rate_num_check CHECK (num > 0),
    CONSTRAINT rate_pkey PRIMARY KEY (from_currency, to_currency)
);

CREATE TABLE reaction (
    shard_key bigint NOT NULL,
    message bigint NOT NULL,
    reactor bigint NOT NULL,
    currency bigint NOT NULL,
    author bigint NOT NULL,
    amount bigint NOT NULL,
    minted bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    burned_by bigint,
    CONSTRAINT reaction_amount_check CHECK (amount > 0),
    CONSTRAINT reaction_check CHECK ((state = 'burned'::text) = (burned_by IS NOT NULL)),
    CONSTRAINT reaction_pkey PRIMARY KEY (shard_key, message, reactor, currency),
    CONSTRAINT reaction_state_check CHECK (state = ANY (ARRAY['minted'::text, 'burned'::text, 'unrecoverable'::text]))
);

CREATE TABLE reward (
    id bigint NOT NULL,
    player bigint,
    kind text COLLATE "C" NOT NULL,
    currency bigint,
    amount bigint,
    achievement bigint,
    deposit bytea,
    to_address text COLLATE "C",
    state text COLLATE "C" NOT NULL,
    batch bigint,
    attempts bigint NOT NULL,
    sbt_index bigint,
    queued_ms bigint NOT NULL,
    ready_ms bigint,
    changed_ms bigint NOT NULL,
    seen bytea,
    seen_lt bigint,
    why text COLLATE "C",
    promised_by bigint,
    ended_by bigint,
    CONSTRAINT reward_achievement_check CHECK (achievement >= 1 AND achievement <= 62),
    CONSTRAINT reward_amount_check CHECK (amount > 0),
    CONSTRAINT reward_check CHECK (kind = 'refund'::text OR player IS NOT NULL),
    CONSTRAINT reward_check1 CHECK ((kind = 'achievement'::text) = (achievement IS NOT NULL)),
    CONSTRAINT reward_check10 CHECK ((seen IS NULL) = (seen_lt IS NULL)),
    CONSTRAINT reward_check11 CHECK (state <> 'refused'::text OR why IS NOT NULL),
    CONSTRAINT reward_check12 CHECK (ended_by IS NULL OR (state = ANY (ARRAY['settled'::text, 'refused'::text]))),
    CONSTRAINT reward_check13 CHECK (kind = 'achievement'::text OR state <> 'settled'::text OR ended_by IS NOT NULL),
    CONSTRAINT reward_check14 CHECK (kind <> 'tokens'::text OR state <> 'refused'::text OR ended_by IS NOT NULL),
    CONSTRAINT reward_check2 CHECK ((kind = 'achievement'::text) = (currency IS NULL)),
    CONSTRAINT reward_check3 CHECK ((currency IS NULL) = (amount IS NULL)),
    CONSTRAINT reward_check4 CHECK ((kind = 'refund'::text) = (deposit IS NOT NULL)),
    CONSTRAINT reward_check5 CHECK ((kind = 'tokens'::text) = (promised_by IS NOT NULL)),
    CONSTRAINT reward_check6 CHECK (kind <> 'refund'::text OR to_address IS NOT NULL),
    CONSTRAINT reward_check7 CHECK (kind = 'achievement'::text OR sbt_index IS NULL),
    CONSTRAINT reward_check8 CHECK (state = 'waiting'::text OR state = 'refused'::text OR batch IS NOT NULL AND to_address IS NOT NULL AND ready_ms IS NOT NULL),
    CONSTRAINT reward_check9 CHECK ((state = 'settled'::text) = (seen IS NOT NULL)),
    CONSTRAINT reward_kind_check CHECK (kind = ANY (ARRAY['tokens'::text, 'achievement'::text, 'refund'::text])),
    CONSTRAINT reward_pkey PRIMARY KEY (id),
    CONSTRAINT reward_seen_check CHECK (length(seen) = 32),
    CONSTRAINT reward_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'batched'::text, 'sent'::text, 'settled'::text, 'refused'::text]))
);

CREATE TABLE sbt_index (
    achievement bigint NOT NULL,
    next bigint NOT NULL,
    CONSTRAINT sbt_index_achievement_check CHECK (achievement >= 1 AND achievement <= 62),
    CONSTRAINT sbt_index_pkey PRIMARY KEY (achievement)
);

CREATE TABLE scrip_schema (
    version integer NOT NULL
);

CREATE TABLE stars_payment (
    charge bytea NOT NULL,
    charge_id text COLLATE "C" NOT NULL,
    player bigint NOT NULL,
    item bigint NOT NULL,
    stars bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    paid_ms bigint NOT NULL,
    changed_ms bigint NOT NULL,
    CONSTRAINT stars_payment_charge_check CHECK (length(charge) = 32),
    CONSTRAINT stars_payment_charge_id_key UNIQUE (charge_id),
    CONSTRAINT stars_payment_pkey PRIMARY KEY (charge),
    CONSTRAINT stars_payment_stars_check CHECK (stars >= 0),
    CONSTRAINT stars_payment_state_check CHECK (state = ANY (ARRAY['bought'::text, 'owed'::text, 'refunded'::text]))
);

CREATE TABLE transfer (
    shard_key bigint NOT NULL,
    id bigint NOT NULL,
    sequence bigint NOT NULL,
    leg smallint NOT NULL,
    kind smallint NOT NULL,
    currency bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    amount bigint NOT NULL,
    debit_after bigint NOT NULL,
    credit_after bigint NOT NULL,
    debit_prev bigint NOT NULL,
    credit_prev bigint NOT NULL,
    debit_floor bigint,
    actor bigint NOT NULL,
    origin bigint NOT NULL,
    origin_prev bigint NOT NULL,
    key bytea,
    content bigint,
    hash bytea NOT NULL,
    CONSTRAINT transfer_amount_check CHECK (amount > 0),
    CONSTRAINT transfer_check CHECK (debit <> credit),
    CONSTRAINT transfer_check1 CHECK (debit_floor IS NULL OR debit_after >= debit_floor),
    CONSTRAINT transfer_kind_check CHECK (kind >= 1 AND kind <= 19),
    CONSTRAINT transfer_pkey PRIMARY KEY (shard_key, id)
);

CREATE TABLE webhook (
    id bigint NOT NULL,
    url text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    currency bigint,
    cursor bigint NOT NULL,
    failures bigint NOT NULL,
    retry_ms bigint NOT NULL,
    CONSTRAINT webhook_pkey PRIMARY KEY (id)
);

ALTER TABLE account ADD CONSTRAINT account_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE chain_batch_reward ADD CONSTRAINT chain_batch_reward_batch_fkey FOREIGN KEY (batch) REFERENCES chain_batch(id);

ALTER TABLE chain_batch_reward ADD CONSTRAINT chain_batch_reward_reward_fkey FOREIGN KEY (reward) REFERENCES reward(id);

ALTER TABLE change_log ADD CONSTRAINT change_log_actor_fkey FOREIGN KEY (actor) REFERENCES holder(id);

ALTER TABLE change_log ADD CONSTRAINT change_log_origin_fkey FOREIGN KEY (origin) REFERENCES origin(id);

ALTER TABLE code_line ADD CONSTRAINT code_line_site_fkey FOREIGN KEY (site) REFERENCES code_lookup(id);

ALTER TABLE currency ADD CONSTRAINT currency_group_id_fkey FOREIGN KEY (group_id) REFERENCES currency_group(id);

ALTER TABLE currency_group ADD CONSTRAINT currency_group_owner_fkey FOREIGN KEY (owner) REFERENCES guild(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE currency_picture ADD CONSTRAINT currency_picture_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE deposit ADD CONSTRAINT deposit_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE deposit ADD CONSTRAINT deposit_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES holder(id);

ALTER TABLE deposit ADD CONSTRAINT deposit_payer_fkey FOREIGN KEY (payer) REFERENCES holder(id);

ALTER TABLE detail ADD CONSTRAINT detail_shard_key_id_fkey FOREIGN KEY (shard_key, id) REFERENCES transfer(shard_key, id);

ALTER TABLE detail ADD CONSTRAINT detail_shard_key_reverses_fkey FOREIGN KEY (shard_key, reverses) REFERENCES transfer(shard_key, id);

ALTER TABLE emoji ADD CONSTRAINT emoji_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE emoji ADD CONSTRAINT emoji_guild_fkey FOREIGN KEY (guild) REFERENCES guild(id);

ALTER TABLE flow ADD CONSTRAINT flow_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE flow ADD CONSTRAINT flow_origin_fkey FOREIGN KEY (origin) REFERENCES origin(id);

ALTER TABLE game_run ADD CONSTRAINT game_run_player_fkey FOREIGN KEY (player) REFERENCES player(telegram);

ALTER TABLE guild ADD CONSTRAINT guild_primary_currency_fkey FOREIGN KEY (primary_currency) REFERENCES currency(id);

ALTER TABLE guild ADD CONSTRAINT guild_single_group_fkey FOREIGN KEY (single_group) REFERENCES currency_group(id);

ALTER TABLE guild_group ADD CONSTRAINT guild_group_group_id_fkey FOREIGN KEY (group_id) REFERENCES currency_group(id);

ALTER TABLE guild_group ADD CONSTRAINT guild_group_guild_fkey FOREIGN KEY (guild) REFERENCES guild(id);

ALTER TABLE hold ADD CONSTRAINT hold_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE hold ADD CONSTRAINT hold_shard_key_id_fkey FOREIGN KEY (shard_key, id) REFERENCES transfer(shard_key, id);

ALTER TABLE hold ADD CONSTRAINT hold_shard_key_settled_by_fkey FOREIGN KEY (shard_key, settled_by) REFERENCES transfer(shard_key, id);

ALTER TABLE holder ADD CONSTRAINT holder_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES holder(id);

ALTER TABLE identity ADD CONSTRAINT identity_holder_fkey FOREIGN KEY (holder) REFERENCES holder(id);

ALTER TABLE member ADD CONSTRAINT member_guild_fkey FOREIGN KEY (guild) REFERENCES guild(id);

ALTER TABLE member ADD CONSTRAINT member_holder_fkey FOREIGN KEY (holder) REFERENCES holder(id);

ALTER TABLE note ADD CONSTRAINT note_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE note ADD CONSTRAINT note_shard_key_id_fkey FOREIGN KEY (shard_key, id) REFERENCES transfer(shard_key, id);

ALTER TABLE note ADD CONSTRAINT note_shard_key_settled_by_fkey FOREIGN KEY (shard_key, settled_by) REFERENCES transfer(shard_key, id);

ALTER TABLE origin ADD CONSTRAINT origin_site_fkey FOREIGN KEY (site) REFERENCES code_lookup(id);

ALTER TABLE origin_head ADD CONSTRAINT origin_head_origin_fkey FOREIGN KEY (origin) REFERENCES origin(id);

ALTER TABLE purchase ADD CONSTRAINT purchase_charge_fkey FOREIGN KEY (charge) REFERENCES stars_payment(charge);

ALTER TABLE purchase ADD CONSTRAINT purchase_deposit_fkey FOREIGN KEY (deposit) REFERENCES deposit(hash);

ALTER TABLE purchase ADD CONSTRAINT purchase_player_fkey FOREIGN KEY (player) REFERENCES player(telegram);

ALTER TABLE rate ADD CONSTRAINT rate_from_currency_fkey FOREIGN KEY (from_currency) REFERENCES currency(id);

ALTER TABLE rate ADD CONSTRAINT rate_to_currency_fkey FOREIGN KEY (to_currency) REFERENCES currency(id);

ALTER TABLE reaction ADD CONSTRAINT reaction_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE reaction ADD CONSTRAINT reaction_shard_key_burned_by_fkey FOREIGN KEY (shard_key, burned_by) REFERENCES transfer(shard_key, id);

ALTER TABLE reaction ADD CONSTRAINT reaction_shard_key_minted_fkey FOREIGN KEY (shard_key, minted) REFERENCES transfer(shard_key, id);

ALTER TABLE reward ADD CONSTRAINT reward_batch_fkey FOREIGN KEY (batch) REFERENCES chain_batch(id);

ALTER TABLE reward ADD CONSTRAINT reward_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

ALTER TABLE reward ADD CONSTRAINT reward_deposit_fkey FOREIGN KEY (deposit) REFERENCES deposit(hash);

ALTER TABLE reward ADD CONSTRAINT reward_player_fkey FOREIGN KEY (player) REFERENCES player(telegram);

ALTER TABLE stars_payment ADD CONSTRAINT stars_payment_player_fkey FOREIGN KEY (player) REFERENCES player(telegram);

ALTER TABLE transfer ADD CONSTRAINT transfer_origin_fkey FOREIGN KEY (origin) REFERENCES origin(id);

ALTER TABLE webhook ADD CONSTRAINT webhook_currency_fkey FOREIGN KEY (currency) REFERENCES currency(id);

CREATE UNIQUE INDEX account_holder ON account USING btree (shard_key, holder, currency) WHERE role = 0;

CREATE UNIQUE INDEX account_system ON account USING btree (shard_key, currency, role) WHERE role > 0;

CREATE INDEX account_wallet ON account USING btree (holder) WHERE role = 0;

CREATE INDEX chain_batch_open ON chain_batch USING btree (id) WHERE state <> ALL (ARRAY['done'::text, 'expired'::text]);

CREATE UNIQUE INDEX currency_group_global ON currency_group USING btree (kind) WHERE kind = 'global'::text;

CREATE UNIQUE INDEX currency_name ON currency USING btree (group_id, lower(name));

CREATE INDEX deposit_claim ON deposit USING btree (player) WHERE state = 'held'::text AND why = 'unknown_player'::text;

CREATE INDEX deposit_lt ON deposit USING btree (lt);

CREATE INDEX deposit_player ON deposit USING btree (player, lt) WHERE player IS NOT NULL;

CREATE INDEX deposit_state ON deposit USING btree (state, lt);

CREATE UNIQUE INDEX detail_reverses ON detail USING btree (shard_key, reverses) WHERE reverses IS NOT NULL;

CREATE INDEX hold_expires ON hold USING btree (expires_ms) WHERE state = 'open'::text AND expires_ms IS NOT NULL;

CREATE INDEX hold_holder ON hold USING btree (holder, id);

CREATE INDEX hold_id ON hold USING btree (id);

CREATE INDEX holder_merged ON holder USING btree (merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX identity_holder ON identity USING btree (holder);

CREATE INDEX job_due ON job USING btree (run_at_ms);

CREATE INDEX member_holder ON member USING btree (holder);

CREATE INDEX note_id ON note USING btree (id);

CREATE INDEX note_sender ON note USING btree (sender, id);

CREATE INDEX player_top ON player USING btree (high_score DESC, high_score_ms, telegram) WHERE high_score > 0;

CREATE INDEX player_wallet ON player USING btree (wallet, wallet_ms, telegram) WHERE wallet IS NOT NULL;

CREATE INDEX purchase_newest ON purchase USING btree (bought_ms);

CREATE INDEX reaction_minted ON reaction USING btree (minted);

CREATE UNIQUE INDEX reward_achievement ON reward USING btree (player, achievement) WHERE achievement IS NOT NULL AND state <> 'refused'::text;

CREATE UNIQUE INDEX reward_deposit ON reward USING btree (deposit) WHERE deposit IS NOT NULL AND state <> 'refused'::text;

CREATE INDEX reward_no_wallet ON reward USING btree (player) WHERE state = 'waiting'::text AND ready_ms IS NULL;

CREATE INDEX reward_player ON reward USING btree (player, id) WHERE player IS NOT NULL;

CREATE INDEX reward_ready ON reward USING btree (kind, ready_ms, id) WHERE state = 'waiting'::text AND ready_ms IS NOT NULL;

CREATE INDEX reward_state ON reward USING btree (state, id);

CREATE INDEX stars_payment_owed ON stars_payment USING btree (paid_ms) WHERE state = 'owed'::text;

CREATE INDEX stars_payment_player ON stars_payment USING btree (player, item, paid_ms);

CREATE INDEX transfer_id ON transfer USING btree (id);

CREATE UNIQUE INDEX transfer_key ON transfer USING btree (shard_key, key) WHERE key IS NOT NULL;

CREATE INDEX transfer_key_anywhere ON transfer USING hash (key);

CREATE OR REPLACE FUNCTION public.history_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'history is never changed';
    END IF;
    RAISE EXCEPTION 'history is never deleted';
END $function$;

CREATE OR REPLACE FUNCTION public.settled_again()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $function$;

CREATE TRIGGER chain_batch_once BEFORE UPDATE ON chain_batch FOR EACH ROW WHEN ((old.state = ANY (ARRAY['done'::text, 'expired'::text])) OR old.boc IS NOT NULL AND (new.boc IS NULL OR old.boc <> new.boc)) EXECUTE FUNCTION settled_again('a batch is signed once and ends once');

CREATE TRIGGER chain_batch_stays BEFORE DELETE OR TRUNCATE ON chain_batch FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER chain_batch_reward_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON chain_batch_reward FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER chain_cursor_back BEFORE UPDATE ON chain_cursor FOR EACH ROW WHEN (new.lt < old.lt) EXECUTE FUNCTION settled_again('a cursor never goes back');

CREATE TRIGGER chain_cursor_stays BEFORE DELETE OR TRUNCATE ON chain_cursor FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER change_log_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON change_log FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER code_lookup_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON code_lookup FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER deposit_once BEFORE UPDATE ON deposit FOR EACH ROW WHEN ((old.state = ANY (ARRAY['bought'::text, 'assigned'::text, 'refunded'::text])) OR old.amount <> new.amount OR old.currency <> new.currency OR old.sender <> new.sender OR old.lt <> new.lt) EXECUTE FUNCTION settled_again('a deposit is decided once');

CREATE TRIGGER deposit_stays BEFORE DELETE OR TRUNCATE ON deposit FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER detail_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON detail FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER game_run_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON game_run FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER hold_once BEFORE UPDATE ON hold FOR EACH ROW WHEN (old.state <> 'open'::text OR old.amount <> new.amount) EXECUTE FUNCTION settled_again('a hold is settled once');

CREATE TRIGGER hold_stays BEFORE DELETE OR TRUNCATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER note_once BEFORE UPDATE ON note FOR EACH ROW WHEN (old.state <> 'open'::text OR old.amount <> new.amount OR old.recipient <> new.recipient) EXECUTE FUNCTION settled_again('a note is settled once');

CREATE TRIGGER note_stays BEFORE DELETE OR TRUNCATE ON note FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER origin_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON origin FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER player_once BEFORE UPDATE ON player FOR EACH ROW WHEN (old.wallet IS NOT NULL AND (new.wallet IS NULL OR old.wallet <> new.wallet)) EXECUTE FUNCTION settled_again('a wallet is bound once');

CREATE TRIGGER player_stays BEFORE DELETE OR TRUNCATE ON player FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER purchase_delete BEFORE DELETE ON purchase FOR EACH ROW WHEN (old.charge IS NULL) EXECUTE FUNCTION settled_again('history is never deleted');

CREATE TRIGGER purchase_stays BEFORE UPDATE ON purchase FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER reaction_once BEFORE UPDATE ON reaction FOR EACH ROW WHEN (old.state <> 'minted'::text OR old.minted <> new.minted) EXECUTE FUNCTION settled_again('a reaction is taken back once');

CREATE TRIGGER reaction_stays BEFORE DELETE OR TRUNCATE ON reaction FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER reward_once BEFORE UPDATE ON reward FOR EACH ROW WHEN ((old.state = ANY (ARRAY['settled'::text, 'refused'::text])) OR old.kind <> new.kind OR COALESCE(old.player, 0::bigint) <> COALESCE(new.player, 0::bigint) OR COALESCE(old.amount, 0::bigint) <> COALESCE(new.amount, 0::bigint) OR COALESCE(old.currency, 0::bigint) <> COALESCE(new.currency, 0::bigint) OR COALESCE(old.achievement, 0::bigint) <> COALESCE(new.achievement, 0::bigint) OR old.to_address IS NOT NULL AND old.to_address <> new.to_address) EXECUTE FUNCTION settled_again('a reward ends once');

CREATE TRIGGER reward_stays BEFORE DELETE OR TRUNCATE ON reward FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER sbt_index_back BEFORE UPDATE ON sbt_index FOR EACH ROW WHEN (new.next < old.next) EXECUTE FUNCTION settled_again('an index is given out once');

CREATE TRIGGER stars_payment_once BEFORE UPDATE ON stars_payment FOR EACH ROW WHEN (old.state = 'refunded'::text OR new.state <> 'refunded'::text OR old.stars <> new.stars OR old.player <> new.player OR old.item <> new.item) EXECUTE FUNCTION settled_again('a payment is given back once');

CREATE TRIGGER stars_payment_stays BEFORE DELETE OR TRUNCATE ON stars_payment FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE TRIGGER transfer_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION history_changed();

CREATE VIEW balance AS
 SELECT a.shard_key,
    a.id AS account,
    a.role,
    a.holder,
    c.id AS currency_id,
    c.name AS currency,
    a.balance,
    a.last_transfer
   FROM account a
     JOIN currency c ON c.id = a.currency;

CREATE VIEW posting AS
 SELECT shard_key,
    id AS transfer,
    id - leg AS tx,
    debit AS account,
    currency,
    - amount AS change,
    debit_after AS after
   FROM transfer
UNION ALL
 SELECT shard_key,
    id AS transfer,
    id - leg AS tx,
    credit AS account,
    currency,
    amount AS change,
    credit_after AS after
   FROM transfer;

CREATE VIEW transfer_readable AS
 SELECT t.shard_key,
    t.id,
    t.sequence,
    t.id - t.leg AS tx,
    (to_timestamp((((t.id >> 22) + '1577836800000'::bigint)::numeric / 1000.0)::double precision) AT TIME ZONE 'UTC'::text) AS "time",
        CASE t.kind
            WHEN 1 THEN 'mint'::text
            WHEN 2 THEN 'burn'::text
            WHEN 3 THEN 'transfer'::text
            WHEN 4 THEN 'exchange'::text
            WHEN 5 THEN 'note_created'::text
            WHEN 6 THEN 'note_redeemed'::text
            WHEN 7 THEN 'note_revoked'::text
            WHEN 8 THEN 'purchase'::text
            WHEN 9 THEN 'reward'::text
            WHEN 10 THEN 'award'::text
            WHEN 11 THEN 'hold_placed'::text
            WHEN 12 THEN 'hold_captured'::text
            WHEN 13 THEN 'hold_released'::text
            WHEN 14 THEN 'reversal'::text
            WHEN 15 THEN 'link'::text
            WHEN 16 THEN 'reward_settled'::text
            WHEN 17 THEN 'reward_refused'::text
            WHEN 18 THEN 'deposit'::text
            ELSE 'deposit_returned'::text
        END AS kind,
    c.name AS currency,
    t.amount,
    t.debit,
    t.credit,
    t.debit_after,
    t.credit_after,
    t.actor,
    o.entry,
    o.application,
    o.class,
    o.function,
    d.reason,
    d.reference
   FROM transfer t
     JOIN currency c ON c.id = t.currency
     JOIN origin o ON o.id = t.origin
     LEFT JOIN detail d ON d.shard_key = t.shard_key AND d.id = (t.id - t.leg);
