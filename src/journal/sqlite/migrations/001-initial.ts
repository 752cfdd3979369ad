/** The first shape of the store. One row of `events` is one append: what its events share, and one line for each. */
export const initial = `
CREATE TABLE events (
  first_position INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  trace_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  writer TEXT NOT NULL,
  prev TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_run ON events (run_id, first_seq);

-- books: the run's own accounts, kept while it is open.
CREATE TABLE streams (
  run_id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  open INTEGER NOT NULL,
  wake_at INTEGER,
  waiting INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  books TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX streams_open ON streams (run_id) WHERE open = 1;

CREATE TABLE payloads (
  run_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, digest)
) STRICT, WITHOUT ROWID;

-- Accounts that outlive a run: those of tenants.
CREATE TABLE accounts (
  owner TEXT NOT NULL,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  unit TEXT NOT NULL,
  spent INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  max INTEGER NOT NULL,
  window_end INTEGER,
  warned INTEGER NOT NULL,
  PRIMARY KEY (owner, scope, key, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_by_window ON accounts (scope, key, unit, window_end);

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts up whenever somebody asks whether the store can be written.
CREATE TABLE probe (count INTEGER NOT NULL) STRICT;
INSERT INTO probe (count) VALUES (0);

CREATE TABLE checkpoints (
  name TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  state TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE views (
  view TEXT NOT NULL,
  id TEXT NOT NULL,
  sort INTEGER NOT NULL,
  status TEXT NOT NULL,
  profile TEXT NOT NULL,
  tenant TEXT NOT NULL,
  doc TEXT NOT NULL,
  UNIQUE (view, id)
) STRICT;
-- One index for every set of filters, so that each page of any list is one short range.
CREATE INDEX views_all ON views (view, sort);
CREATE INDEX views_s ON views (view, status, sort);
CREATE INDEX views_p ON views (view, profile, sort);
CREATE INDEX views_t ON views (view, tenant, sort);
CREATE INDEX views_sp ON views (view, status, profile, sort);
CREATE INDEX views_st ON views (view, status, tenant, sort);
CREATE INDEX views_pt ON views (view, profile, tenant, sort);
CREATE INDEX views_spt ON views (view, status, profile, tenant, sort);
`
