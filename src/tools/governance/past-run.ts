// The past run that a tool of governance is asked about.
import { z } from 'zod'
import { CallError } from '../../run/failure.ts'
import type { RunRecord, RunRecords } from '../run-records.ts'

/** As the journal names its runs. */
export const runIdSchema = z
  .string()
  .regex(/^run_[0-9A-Za-z]{1,100}$/, 'must be the id of a run, as run_ and its digits')

/** Errors: CallError `system_unavailable` outside a run, `user_invalid_input` where the run may not be seen. */
export async function pastRun(runs: RunRecords | null, runId: string): Promise<RunRecord> {
  if (runs === null)
    throw new CallError('system_unavailable', 'Past runs are in the journal: ask in a run.', {
      happened: 'no',
    })
  const record = await runs.read(runId)
  if (record !== null) return record
  const problems = [{ path: 'run_id', message: 'is no run that this one may see' }]
  throw new CallError('user_invalid_input', 'The run is not there, or may not be seen.', {
    problems,
    happened: 'no',
  })
}
