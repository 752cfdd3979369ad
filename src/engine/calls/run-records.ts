// Past runs as the tools of a run may read them: those of its tenant, or of its tenant and profile where its caller's key
// reaches no further. Promises to write nothing, to show only what was released, and to ask nobody outside.
import type { Journal } from '../../journal/journal.ts'
import { replay } from '../../run/replay.ts'
import type { RunState, StepState } from '../../run/state.ts'
import type { ToolSpec } from '../../registry/registry.ts'
import { summaryOf } from '../../tools/summary.ts'
import type { LibraryRecords } from '../../tools/library-records.ts'
import type { Recomputed, RunRecord, RunRecords } from '../../tools/run-records.ts'
import type { ToolModel } from '../../tools/tool-model.ts'
import type { Tool } from '../../tools/tool.ts'
import type { ActiveRun } from '../active-run.ts'
import { libraryReader } from '../library.ts'
import { payloadValue } from '../values.ts'
import { call } from './call.ts'
import { Cancellation } from './cancellation.ts'
import { checkInput } from './input-check.ts'
import { kindOf } from '../../events/stream.ts'

type Reader = { readonly journal: Journal; readonly run: ActiveRun }

const leftOut = (why: string): Recomputed => ({ kind: 'left_out', why })
const failed = (why: string): Recomputed => ({ kind: 'failed', why })

/** The run that asks stands in for its caller. */
const maySee = ({ state: asking }: ActiveRun, state: RunState): boolean =>
  state.tenant === asking.tenant && (asking.reach !== 'profile' || state.profile === asking.profile)

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Why a step is not made again; null: it may be. */
function obstacle({ plan, status, inputs }: StepState, spec: ToolSpec | undefined): string | null {
  if (status !== 'completed') return 'It was not completed.'
  if (plan.side_effects === 'execute' || spec?.side_effects === 'execute') return 'It has effects.'
  if (plan.interface !== null || (spec?.adapter ?? null) !== null) return 'It asks a vendor.'
  return inputs === null ? 'Its inputs are in the record of an earlier run.' : null
}

type Again = {
  readonly state: RunState
  readonly step: StepState
  readonly tool: Tool
  readonly spec: ToolSpec
}

/** The library as the call found it; what it stores is stored already. */
function templatesOf({ run }: Reader, state: RunState, step: StepState): LibraryRecords {
  const library = run.libraries.of(
    'templates',
    libraryReader(state, { stepId: step.plan.step_id, until: step.calledAt ?? state.updatedAt }),
  )
  return { read: library.read, store: () => Promise.resolve(true) }
}

/** The call as it was made: the same instant and the same ids, so that a tool gives the same. */
async function madeAgain(reader: Reader, again: Again, signal: AbortSignal): Promise<Recomputed> {
  const { state, step, tool, spec } = again
  const input = await payloadValue(reader.journal, state.runId, step.inputs ?? '')
  if (input === null) return leftOut('Its inputs were erased.')
  const checked = checkInput(tool, spec, input)
  if (!checked.ok) {
    const told = checked.problems.map(({ path, message }) => `${path} ${message}`).join('; ')
    return failed(told === '' ? checked.failure.message : `Its inputs are refused now: ${told}.`)
  }
  let hasAskedForRuns = false
  const read: RunRecords['read'] = async () => {
    hasAskedForRuns = true
    return null
  }
  let hasAskedModel = false
  const model: ToolModel = {
    ask: ({ onNone }) => {
      hasAskedModel = true
      onNone?.('unavailable')
      return Promise.resolve(null)
    },
  }
  const cancellation = new Cancellation()
  signal.addEventListener('abort', () => cancellation.abort(), { once: true })
  const outcome = await call(
    {
      tool,
      spec,
      input: checked.input,
      adapter: null,
      salt: '',
      attempt: step.attempt,
      isSampled: false,
      timeoutMs: spec.timeout_ms,
      context: {
        traceId: state.traceId,
        runId: state.runId,
        stepId: step.plan.step_id,
        profile: state.profile,
        tenant: state.tenant,
        at: step.calledAt ?? state.updatedAt,
        idempotencyKey: step.idempotencyKey ?? '',
        texts: reader.run.texts,
        runs: { registry: reader.run.registry, read },
        templates: templatesOf(reader, state, step),
        model,
      },
    },
    cancellation,
  )
  if (hasAskedModel) return leftOut('It asks a language model.')
  if (hasAskedForRuns) return leftOut('It reads other runs.')
  return outcome.ok ? { kind: 'made', output: outcome.output } : failed(outcome.failure.message)
}

async function recomputed(
  reader: Reader,
  { state, stepId }: { readonly state: RunState; readonly stepId: string },
  signal: AbortSignal,
): Promise<Recomputed> {
  const step = state.steps[stepId]
  if (step === undefined) return leftOut('The run has no such step.')
  const { tools, registry } = reader.run
  const spec = Object.hasOwn(registry.tools, step.plan.tool) ? registry.tools[step.plan.tool] : undefined
  const why = obstacle(step, spec)
  if (why !== null) return leftOut(why)
  const tool = tools.get(step.plan.tool)
  if (spec === undefined || !spec.enabled || tool === undefined)
    return failed(`The registry has no tool ${step.plan.tool} now.`)
  return madeAgain(reader, { state, step, tool, spec }, signal)
}

function recordOf(reader: Reader, state: RunState): RunRecord {
  const valueOf = (digest: string) => payloadValue(reader.journal, state.runId, digest)
  return {
    state,
    goal: async () => textOrNull(await valueOf(state.goal)),
    output: async (stepId) => {
      const step = state.steps[stepId]
      const isReleased = step?.status === 'completed' && step.output !== null
      return isReleased ? valueOf(step.output) : null
    },
    words: (stepId, output) => summaryOf(reader.run.tools.get(state.steps[stepId]?.plan.tool ?? ''), output),
    reason: async (digest) => textOrNull(await valueOf(digest)),
    recompute: (stepId, signal) => recomputed(reader, { state, stepId }, signal),
  }
}

/** For the tools of a run. */
export const runRecordsOf = (reader: Reader): RunRecords => ({
  registry: reader.run.registry,
  read: async (runId) => {
    if (kindOf(runId) !== 'run') return null
    const state = replay(await reader.journal.read(runId))
    return state !== null && maySee(reader.run, state) ? recordOf(reader, state) : null
  },
})
