/**
 * The second shape of the store in PostgreSQL, the same as in SQLite: streams of several kinds, with a parent and a
 * salt. The defaults are for the rows that are there; a new row says what it is.
 */
export const streams = `
ALTER TABLE streams
  ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'run',
  ADD COLUMN parent text COLLATE "C",
  ADD COLUMN salt text NOT NULL DEFAULT '';
UPDATE streams SET kind = 'control' WHERE run_id = 'control';
ALTER TABLE streams ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN salt DROP DEFAULT;

DROP INDEX streams_open;
CREATE INDEX streams_open ON streams (kind, run_id) WHERE open;
CREATE INDEX streams_children ON streams (parent, run_id, open) WHERE parent IS NOT NULL;
`
