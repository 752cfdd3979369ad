/**
 * Streams of several kinds, with a parent and a salt. Before there were runs, and the one control stream; none had a
 * salt. Open streams are found by kind, and the children of a stream with whether they are open.
 */
export const streams = `
ALTER TABLE streams ADD COLUMN kind TEXT NOT NULL DEFAULT 'run';
ALTER TABLE streams ADD COLUMN parent TEXT;
ALTER TABLE streams ADD COLUMN salt TEXT NOT NULL DEFAULT '';
UPDATE streams SET kind = 'control' WHERE run_id = 'control';

DROP INDEX streams_open;
CREATE INDEX streams_open ON streams (kind, run_id) WHERE open = 1;
CREATE INDEX streams_children ON streams (parent, run_id, open) WHERE parent IS NOT NULL;
`
