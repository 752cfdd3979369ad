// Language models and vendors that fail, are slow, or are dear.
import { about, jobOf, type Incident, type Stage } from '../incident.ts'
import { MODELS, type Vendor } from '../outside.ts'
import { askMany, finish, finishWith } from '../runs.ts'

const HOUR_MS = 3_600_000

const modelDown: Incident = {
  name: 'model-down',
  story: 'A language model answers with errors: rules make the plans in its place.',
  targets: ['outside'],
  alerts: about('outside', 'CugarLLMErrorRateHigh', 'CugarPlannerFallback'),
  begin: async ({ server, outside, repeat }) => {
    outside.setModel(MODELS.frail, 'fails')
    repeat(200, () => finish(server('outside'), 'smb', 'amber'))
  },
  heal: async ({ server, outside, repeat }) => {
    outside.setModel(MODELS.frail, 'works')
    repeat(500, () => finish(server('outside'), 'smb', 'amber'))
  },
}

const modelSlow: Incident = {
  name: 'model-slow',
  story: 'A language model takes 21 seconds for each answer that a tool asks it for.',
  targets: ['outside'],
  alerts: about('outside', 'CugarLLMLatencyHigh'),
  begin: async ({ server, outside, repeat }) => {
    outside.setModel(MODELS.slow, 'slow')
    repeat(500, () => askMany(server('outside'), 2, ['technical', 'thinks']))
  },
  heal: async ({ outside }) => outside.setModel(MODELS.slow, 'works'),
}

const costSpike: Incident = {
  name: 'model-dear',
  story: 'Callers ask for one dear plan after the other, where yesterday had one in an hour.',
  targets: ['outside'],
  alerts: about('outside', 'CugarCostSpike'),
  prepare: async ({ server, recordPast }) => {
    for (const hoursAgo of [20, 19, 18]) {
      await recordPast('outside', { agoMs: hoursAgo * HOUR_MS, metrics: 'cugar_llm_cost_usd_total' })
      await finish(server('outside'), 'demo', 'amber')
    }
  },
  begin: async ({ server, repeat }) => {
    // A little above what the alert bears, so that an hour need not pass until it has ended.
    repeat(800, () => finish(server('outside'), 'demo', 'amber'))
  },
  heal: async () => {},
}

const SIGNALS = 'Retrieve buying signals of the account'

/** Reads of the vendor that its profile names. */
const reading = (server: Stage['server'], profile: string, { accountId }: Vendor) =>
  finishWith(server('outside'), {
    profile,
    goal: SIGNALS,
    context: { account_id: accountId, fetch_from_crm: true },
  })

const unavailable = { kind: 'answer', status: 503, text: '{}' } as const

const vendorDown: Incident = {
  name: 'vendor-down',
  story: 'A vendor is down: after five failures in a row it is cut off, and asked again now and then.',
  targets: ['outside'],
  alerts: about('outside', 'CugarAdapterFallback'),
  begin: async ({ server, outside, repeat }) => {
    outside.hubspot.failBy(() => unavailable)
    repeat(500, () => reading(server, 'sales_rep', outside.hubspot))
  },
  heal: async ({ server, outside, repeat }) => {
    outside.hubspot.failBy(() => null)
    repeat(500, () => reading(server, 'sales_rep', outside.hubspot))
  },
}

const vendorFlaky: Incident = {
  name: 'vendor-flaky',
  story: 'A vendor fails every other call: too rarely to be cut off, too often to be relied on.',
  targets: ['outside'],
  alerts: [{ alert: 'CugarAdapterErrorRateHigh', job: jobOf('outside'), labels: { adapter: 'pipedrive' } }],
  begin: async ({ server, outside, repeat }) => {
    outside.pipedrive.failBy((nth) => (nth % 2 === 0 ? unavailable : null))
    repeat(300, () => reading(server, 'enterprise', outside.pipedrive))
  },
  heal: async ({ server, outside, repeat }) => {
    outside.pipedrive.failBy(() => null)
    repeat(500, () => reading(server, 'enterprise', outside.pipedrive))
  },
}

export const OUTSIDE_INCIDENTS: readonly Incident[] = [
  modelDown,
  modelSlow,
  costSpike,
  vendorDown,
  vendorFlaky,
]
