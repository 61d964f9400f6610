-- What one process does alone, until the time that it said; the fence grows with every new owner, and a late one is told by it.
CREATE TABLE lease (
    name text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    fence bigint NOT NULL,
    until_ms bigint NOT NULL
);

