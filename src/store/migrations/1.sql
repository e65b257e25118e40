-- Types that every SQL database has: TEXT, BIGINT, BLOB. Times are milliseconds since 1970 in UTC, values with a shape are JSON.
CREATE TABLE tally (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO tally (name, value) VALUES ('journal', 0);

-- Bytes by their SHA-256: workbooks as they were received, files as they were put out.
CREATE TABLE content (
    sha256 TEXT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
);

-- What happened. Rows are added and never changed; chain is the digest of the row and of the chain before it.
CREATE TABLE journal (
    number BIGINT NOT NULL PRIMARY KEY,
    questionnaire TEXT,
    happened BIGINT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    chain TEXT NOT NULL
);
CREATE INDEX journal_questionnaire ON journal (questionnaire, number);
CREATE INDEX journal_kind ON journal (kind, number);

-- The ledger: what each release told, line by line; the release's entry has the digest of its lines.
CREATE TABLE told (
    entry BIGINT NOT NULL REFERENCES journal (number),
    position BIGINT NOT NULL,
    customer TEXT NOT NULL,
    answer TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (entry, position)
);
CREATE INDEX told_answer ON told (answer, entry);
CREATE INDEX told_customer ON told (customer, entry);

-- A cache: for which bank and day the last proposal of a questionnaire was found to hold still. Losing it loses nothing.
CREATE TABLE fresh (
    questionnaire TEXT NOT NULL PRIMARY KEY,
    bank TEXT NOT NULL,
    day TEXT NOT NULL,
    upto BIGINT NOT NULL
);
