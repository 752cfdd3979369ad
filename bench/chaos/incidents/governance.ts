// Budgets, approvals and freezes.
import { about, type Incident } from '../incident.ts'
import { approveAll, ask, askMany, decideAll, finish } from '../runs.ts'

/** Alerts about the budget of a profile's tenants: other incidents spend those of others on the same server. */
const aboutBudget = (budget: string, ...alerts: readonly string[]): Incident['alerts'] =>
  about('budgets', ...alerts).map((alert) => ({ ...alert, labels: { budget } }))

/** The registry as it is with a higher limit for the profile's tenants. */
const raised =
  (profile: string): NonNullable<Incident['heal']> =>
  async ({ server }) => {
    await server('budgets').changeRegistry({ calls: { [profile]: 1_000_000 } })
    await finish(server('budgets'), profile, 'amber')
  }

const budgetExhausted: Incident = {
  name: 'budget-exhausted',
  story: 'A tenant has used up what it may spend in its window: its calls are refused.',
  targets: ['budgets'],
  alerts: aboutBudget('smb', 'CugarBudgetExhausted', 'CugarBudgetExceededOften'),
  begin: async ({ server, repeat }) => {
    repeat(500, () => finish(server('budgets'), 'smb', 'amber'))
  },
  heal: raised('smb'),
}

const budgetNear: Incident = {
  name: 'budget-near',
  story: 'A tenant has used nine tenths of what it may spend.',
  targets: ['budgets'],
  alerts: aboutBudget('sales_rep', 'CugarBudgetNearLimit'),
  begin: async ({ server }) => {
    for (let calls = 0; calls < 18; calls += 1) await finish(server('budgets'), 'sales_rep', 'amber')
  },
  heal: raised('sales_rep'),
}

const MINUTE_MS = 60_000

const budgetForecast: Incident = {
  name: 'budget-forecast',
  story: 'A tenant spends so steadily that its window will not last.',
  targets: ['budgets'],
  alerts: aboutBudget('technical', 'CugarBudgetForecastExhausted'),
  prepare: async ({ server }) => {
    for (const minutesAgo of [50, 40, 30, 20, 10]) {
      await server('budgets').stop()
      await server('budgets').start(-minutesAgo * MINUTE_MS)
      await askMany(server('budgets'), 60, ['technical', 'amber'])
    }
    await server('budgets').stop()
    await server('budgets').start()
  },
  begin: async ({ server, repeat }) => {
    repeat(1000, () => finish(server('budgets'), 'technical', 'amber'))
  },
  heal: raised('technical'),
}

const approvalsPile: Incident = {
  name: 'approvals-pile-up',
  story: 'Nobody answers: 30 approvals wait, and have less than ten minutes left.',
  targets: ['people'],
  alerts: about('people', 'CugarApprovalQueueDeep', 'CugarApprovalExpiring'),
  begin: async ({ server }) => {
    await askMany(server('people'), 30, ['enterprise', 'garnet'])
  },
  heal: async ({ server }) => {
    await approveAll(server('people'))
  },
}

const approvalsExpire: Incident = {
  name: 'approvals-expire',
  story: 'Approvals expire one after the other, as nobody looks at them.',
  targets: ['people'],
  alerts: about('people', 'CugarApprovalTimeouts', 'CugarErrorBudgetBurnSlow'),
  begin: async ({ server, repeat }) => {
    repeat(1000, () => ask(server('people'), 'sales_manager', 'garnet'))
  },
  heal: async ({ server, repeat }) => {
    repeat(500, async () => {
      await askMany(server('people'), 30, ['smb', 'garnet'])
      await decideAll(server('people'), { decision: 'approve' })
    })
  },
}

const DAY_MS = 86_400_000
const SUBJECT = { scope: 'profile', key: 'smb' }

const frozenLong: Incident = {
  name: 'frozen-for-a-day',
  story: 'Somebody froze a profile the day before yesterday, and nobody thought of it again.',
  targets: ['stuck'],
  alerts: about('stuck', 'CugarFrozenLong'),
  prepare: async ({ server }) => {
    await server('stuck').stop()
    await server('stuck').start(-2 * DAY_MS)
    await server('stuck').call('/v1/freezes', { ...SUBJECT, reason: 'too expensive today' })
    await server('stuck').stop()
    await server('stuck').start()
  },
  begin: async () => {},
  heal: async ({ server }) => {
    await server('stuck').call('/v1/freezes/lift', { ...SUBJECT, reason: 'a new month' })
  },
}

export const GOVERNANCE_INCIDENTS: readonly Incident[] = [
  budgetExhausted,
  budgetNear,
  budgetForecast,
  approvalsPile,
  approvalsExpire,
  frozenLong,
]
