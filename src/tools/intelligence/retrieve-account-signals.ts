// What the CRM says of an account, as signals to act on. Reads through the adapter that the registry selects, names it,
// and says when there was nobody to ask; nothing is made up in its place.
import { z } from 'zod'
import { valueRule, type RuleContext } from '../../events/checks/value-rule.ts'
import type { CrmAccount, CrmAdapter } from '../../adapters/crm.ts'
import { CallError } from '../../run/failure.ts'
import { percent } from '../../run/figures.ts'
import { MAX_LIST, labelSchema, givenIdSchema } from '../field.ts'
import { r0 } from '../number.ts'
import { interpretationSchema, readAnswer, type Interpretation } from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool, isCrm, type ToolContext } from '../tool.ts'

const VERDICTS = {
  signals_found: 'the CRM has data to act on',
  no_signals: 'the CRM knows the account, and neither its revenue nor its industry',
  account_unknown: 'the CRM has no such account',
  not_asked: 'the CRM was not asked: set fetch_from_crm to true',
  offline: 'there is no CRM to ask',
  unavailable: 'the CRM could not be read',
} as const
type Verdict = keyof typeof VERDICTS

const signalSchema = z.strictObject({
  signal_type: z.enum(['financial', 'firmographic']),
  description: z.string(),
  /** 1: the CRM says so itself. */
  confidence: z.number().min(0).max(1),
  /** When the CRM's record was last changed, as the CRM writes it; empty where it does not say. */
  timestamp: z.string(),
})
type Signal = z.output<typeof signalSchema>

/** Of what a signal is worth; more than five are worth no more. */
const SIGNAL_WEIGHT = 0.2

function checkAnswer(value: unknown, context: RuleContext): void {
  const reading = readAnswer(value)
  if ('problem' in reading) context.addIssue({ code: 'custom', message: reading.problem })
}

function signalsOf({ revenue, industry, updated_at }: CrmAccount): Signal[] {
  const stamp = { confidence: 1, timestamp: updated_at ?? '' }
  const signals: Signal[] = []
  if (revenue !== null && revenue !== 0)
    signals.push({
      signal_type: 'financial',
      description: `Revenue: ${r0(revenue).toLocaleString('en-US')}`,
      ...stamp,
    })
  if (industry !== null && industry !== '')
    signals.push({ signal_type: 'firmographic', description: `Industry: ${industry}`, ...stamp })
  return signals
}

type Read = {
  readonly source: string
  readonly signals: readonly Signal[]
  readonly verdict: Verdict
  readonly degraded: { readonly from: string; readonly reason: string } | null
}

const nothing = (source: string, verdict: Verdict): Read => ({
  source,
  signals: [],
  verdict,
  degraded: null,
})

/**
 * What an adapter declares of its vendor (`CallError`) is the caller's to retry, or to send to another; what it throws
 * without declaring it would only be thrown again.
 */
async function readFrom(adapter: CrmAdapter, accountId: string, context: ToolContext): Promise<Read> {
  try {
    const account = await adapter.getAccount(accountId, context)
    // Who stands in for another says so.
    const degraded = context.degraded ?? null
    if (account === null) return { ...nothing(adapter.name, 'account_unknown'), degraded }
    const signals = signalsOf(account)
    return {
      source: adapter.name,
      signals,
      verdict: signals.length > 0 ? 'signals_found' : 'no_signals',
      degraded,
    }
  } catch (error) {
    if (error instanceof CallError) throw error
    const degraded = { from: adapter.name, reason: 'its adapter failed in a way that it does not declare' }
    return { ...nothing('adapter_unavailable', 'unavailable'), degraded }
  }
}

function read(wanted: boolean, accountId: string, context: ToolContext): Promise<Read> | Read {
  const { adapter } = context
  if (!isCrm(adapter)) return nothing('offline', 'offline')
  return wanted ? readFrom(adapter, accountId, context) : nothing('offline', 'not_asked')
}

function interpretedOf(came: unknown): Interpretation[] {
  const reading = readAnswer(came)
  if ('problem' in reading || reading.rule === null) return []
  return [{ path: 'fetch_from_crm', as: reading.value, rule: reading.rule }]
}

export const tool = defineTool({
  name: 'retrieve_account_signals',
  input: z.strictObject({
    account_id: givenIdSchema,
    /** Told in `ignored`: a CRM's record has the two types of signals only, and both are given. */
    signal_types: z.array(labelSchema).max(MAX_LIST).nullish(),
    /** An answer, as people write it. */
    fetch_from_crm: z.unknown().check(valueRule(checkAnswer)).default(false),
  }),
  output: z.strictObject({
    account_id: z.union([z.string(), z.int()]),
    signals: z.array(signalSchema),
    signal_count: z.int().min(0),
    priority_score: z.number().min(0).max(1),
    /** The adapter that answered; `offline` where none did, `adapter_unavailable` where it failed. */
    source: z.string(),
    verdict: z.enum(Object.keys(VERDICTS) as [Verdict, ...Verdict[]]),
    /** Who should have answered, and why that was not so; null: nothing is missing. */
    degraded: z.strictObject({ from: z.string(), reason: z.string() }).nullable(),
    interpreted: z.array(interpretationSchema),
    ignored: z.array(z.string()),
  }),
  run: async ({ account_id: accountId, signal_types: types, fetch_from_crm: wanted }, context) => {
    const reading = readAnswer(wanted)
    const isWanted = !('problem' in reading) && reading.value === true
    const { signals, ...answered } = await read(isWanted, String(accountId), context)
    return {
      account_id: accountId,
      signals: [...signals],
      signal_count: signals.length,
      priority_score: Math.min(SIGNAL_WEIGHT * signals.length, 1),
      ...answered,
      interpreted: interpretedOf(wanted),
      ignored: (types ?? []).length > 0 ? ['signal_types'] : [],
    }
  },
  summary: ({ account_id, signals, priority_score, source, verdict, degraded, ignored }) => [
    `signals of ${account_id}: ${VERDICTS[verdict]} (source: ${source})`,
    ...listed(
      'signal',
      signals.map(({ description, timestamp }) =>
        timestamp === '' ? description : `${description} (as of ${timestamp})`,
      ),
    ),
    ...(signals.length > 0 ? [`priority by signals: ${percent(priority_score)}`] : []),
    ...(degraded === null ? [] : [`degraded: ${degraded.from} did not answer, ${degraded.reason}`]),
    ...(source === 'mock' ? ['mock is no CRM: these are sample data of this program'] : []),
    ...listed('not used', ignored),
  ],
})
