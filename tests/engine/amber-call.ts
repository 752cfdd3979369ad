// What a call of the small registry's first tool is told, for tests that make calls by themselves.
import type { CallRequest } from '../../src/engine/calls/call.ts'
import { NO_TEXTS } from '../../src/tools/text-file.ts'
import { noModel } from '../../src/tools/tool-model.ts'
import { smallRegistry } from './small.ts'

const context = {
  traceId: '0'.repeat(32),
  runId: 'run_1',
  stepId: 's1',
  profile: 'test',
  tenant: 'default',
  at: 0,
  idempotencyKey: 'run_1/s1/1',
  texts: NO_TEXTS,
  runs: null,
  templates: null,
  model: noModel('not_set_up'),
}

/** Everything but the tool, its input and its time. */
export function amberCall(): Omit<CallRequest, 'tool' | 'input' | 'timeoutMs'> {
  const spec = smallRegistry().tools['amber_work']
  if (spec === undefined) throw new Error('the small registry has no amber_work')
  return { spec, context, adapter: null, attempt: 1, salt: 'aa' }
}
