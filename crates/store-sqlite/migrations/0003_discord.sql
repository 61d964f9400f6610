-- Who may mint by reacting, and how much, as JSON; NULL: everyone, without limits.
ALTER TABLE guild ADD COLUMN mint_policy TEXT;

-- As it was uploaded: each guild that joins the currency's group gets an emoji of it.
CREATE TABLE currency_picture (
    currency INTEGER PRIMARY KEY REFERENCES currency (ref),
    media_type TEXT NOT NULL,
    bytes BLOB NOT NULL CHECK (length(bytes) <= 262144)
) STRICT;

-- Ids are ordered by time: the reactions since one are a range.
CREATE INDEX reaction_minted ON reaction (minted);

-- Those who became one with another are counted.
CREATE INDEX holder_merged ON holder (merged_into) WHERE merged_into IS NOT NULL;
