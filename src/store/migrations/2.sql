-- Who may sign in. Tokens are kept by their SHA-256 alone, passwords as argon2id. Of each moment from which something lasts two times are kept:
-- what the clock said, and the highest that the store knew.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    compared TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT,
    disabled BIGINT NOT NULL,
    made BIGINT NOT NULL
);

-- Links for one use: without an account the one that makes the first, else the one by which its password is chosen.
CREATE TABLE link (
    sha256 TEXT NOT NULL PRIMARY KEY,
    account TEXT REFERENCES account (id),
    made BIGINT NOT NULL,
    made_high BIGINT NOT NULL,
    lasts BIGINT NOT NULL
);

CREATE TABLE session (
    sha256 TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    address TEXT NOT NULL,
    made BIGINT NOT NULL,
    made_high BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    seen_high BIGINT NOT NULL,
    proved BIGINT NOT NULL,
    proved_high BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE token (
    sha256 TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES account (id),
    label TEXT NOT NULL,
    made BIGINT NOT NULL,
    made_high BIGINT NOT NULL,
    lasts BIGINT NOT NULL,
    used BIGINT,
    revoked BIGINT
);
CREATE INDEX token_account ON token (account);

-- Wrong passwords in a row by the digest of the name, with the time of the last; tries by the digest of the address, with the time up to which they are reckoned.
CREATE TABLE tries (
    who TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    at BIGINT NOT NULL
);

-- The audit log is read by who did it, and each request asks for the highest time.
CREATE INDEX journal_person ON journal (person, number);
CREATE INDEX journal_happened ON journal (happened);
