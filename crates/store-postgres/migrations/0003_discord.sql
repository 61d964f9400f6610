-- Who may mint by reacting, and how much, as JSON; NULL: everyone, without limits.
ALTER TABLE guild ADD COLUMN mint_policy text COLLATE "C";

-- As it was uploaded: each guild that joins the currency's group gets an emoji of it.
CREATE TABLE currency_picture (
    currency bigint PRIMARY KEY REFERENCES currency (id),
    media_type text COLLATE "C" NOT NULL,
    bytes bytea NOT NULL CHECK (length(bytes) <= 262144)
);

-- Those who became one with another are counted. (That reactions since a time are a range, the index reaction_minted does already.)
CREATE INDEX holder_merged ON holder (merged_into) WHERE merged_into IS NOT NULL;
