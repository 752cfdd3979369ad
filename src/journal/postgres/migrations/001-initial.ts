/**
 * The first shape of the store in PostgreSQL, the same as in SQLite: one row of `events` is one append. Texts are
 * ordered by their bytes, whatever the locale of the database. Rows that change often leave room beside them, so that
 * a change touches no index.
 */
export const initial = `
CREATE TABLE events (
  first_position bigint PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL,
  first_seq bigint NOT NULL,
  count integer NOT NULL,
  trace_id text NOT NULL,
  at bigint NOT NULL,
  tenant text NOT NULL,
  writer text NOT NULL,
  prev text NOT NULL,
  body text NOT NULL
);
CREATE UNIQUE INDEX events_by_run ON events (run_id, first_seq);

-- books: the run's own accounts, kept while it is open.
CREATE TABLE streams (
  run_id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  hash text NOT NULL,
  open boolean NOT NULL,
  wake_at bigint,
  waiting boolean NOT NULL,
  tenant text NOT NULL,
  books text
) WITH (fillfactor = 70);
CREATE INDEX streams_open ON streams (run_id) WHERE open;

CREATE TABLE payloads (
  run_id text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (run_id, digest)
);

-- Accounts that outlive a run: those of tenants.
CREATE TABLE accounts (
  owner text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  spent bigint NOT NULL,
  reserved bigint NOT NULL,
  max bigint NOT NULL,
  window_end bigint,
  warned boolean NOT NULL,
  PRIMARY KEY (owner, scope, key, unit)
) WITH (fillfactor = 50);
CREATE INDEX accounts_by_window ON accounts (scope, key, unit, window_end);

CREATE TABLE idempotency (
  key text COLLATE "C" PRIMARY KEY,
  run_id text NOT NULL,
  digest text NOT NULL
);

-- Counts up whenever somebody asks whether the store can be written.
CREATE TABLE probe (count bigint NOT NULL);
INSERT INTO probe (count) VALUES (0);

CREATE TABLE checkpoints (
  name text COLLATE "C" PRIMARY KEY,
  position bigint NOT NULL,
  state text
);

CREATE TABLE views (
  view text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort bigint NOT NULL,
  status text COLLATE "C" NOT NULL,
  profile text COLLATE "C" NOT NULL,
  tenant text COLLATE "C" NOT NULL,
  doc text NOT NULL,
  PRIMARY KEY (view, id)
) WITH (fillfactor = 70);
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
