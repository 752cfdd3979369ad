// Runs that fail, hang, are refused, or no longer come.
import { about, jobOf, type Backstage, type Incident, type PastOf, type ServerName } from '../incident.ts'
import { ask, askMany, cancelAll, finish, finishPlan } from '../runs.ts'
import type { ChaosServer } from '../server.ts'
import { MANY_STEPS } from '../tools.ts'

const DAY_MS = 86_400_000

const allPartial: Incident = {
  name: 'all-partial',
  story: 'A tool fails in every run: all runs end partial, and none as an error.',
  targets: ['partial'],
  alerts: about('partial', 'CugarErrorBudgetBurnFast'),
  begin: async ({ server, repeat }) => {
    repeat(400, () => finish(server('partial'), 'demo', 'amber and fails'))
  },
  heal: async ({ server }) => {
    for (let runs = 0; runs < 5; runs += 1) await finish(server('partial'), 'demo', 'amber')
  },
}

const allRefused: Incident = {
  name: 'all-refused',
  story: 'Callers ask for what no tool can do: every run is refused at planning.',
  targets: ['disk'],
  alerts: about('disk', 'CugarRunsRefused'),
  begin: async ({ server, repeat }) => {
    repeat(1000, () => ask(server('disk'), 'demo', 'zyzzyva'))
  },
  heal: async ({ server }) => {
    await askMany(server('disk'), 60, ['demo', 'amber'])
  },
}

/** One in fifty, and so mixed that no short window sees more of them. */
const fifty = (server: ChaosServer): Promise<unknown> =>
  Promise.all([askMany(server, 49, ['demo', 'amber']), ask(server, 'demo', 'fails')])

const fewFail: Incident = {
  name: 'few-runs-fail',
  story:
    'Two of a hundred runs fail, hour after hour: too few for any alert but the one that looks back three days.',
  targets: ['trickle'],
  isLong: true,
  alerts: [
    {
      alert: 'CugarErrorBudgetBurnSlow',
      job: jobOf('trickle'),
      labels: { slo: 'run-success', long_window: '3d' },
    },
  ],
  begin: async ({ server, repeat }) => {
    for (let times = 0; times < 12; times += 1) await fifty(server('trickle'))
    repeat(10_000, () => fifty(server('trickle')))
  },
  heal: async ({ server, repeat }) => {
    repeat(200, () => askMany(server('trickle'), 100, ['demo', 'amber']))
  },
}

const runsStuck: Incident = {
  name: 'runs-stuck',
  story: 'A system answers no more: 40 runs hang in its tool, beside one that rightly waits for a person.',
  targets: ['stuck'],
  alerts: about('stuck', 'CugarRunsStuck', 'CugarToolCallsHanging'),
  begin: async ({ server }) => {
    await ask(server('stuck'), 'demo', 'garnet')
    await askMany(server('stuck'), 40, ['demo', 'hangs'])
  },
  heal: ({ server }) => cancelAll(server('stuck')),
}

const doorFull: Incident = {
  name: 'door-full',
  story: 'There is no place for another run: every POST is answered 503, while reading goes on.',
  targets: ['door'],
  alerts: about('door', 'CugarApiErrorsHigh'),
  begin: async ({ server, repeat }) => {
    await askMany(server('door'), 24, ['demo', 'hangs'])
    repeat(300, () => askMany(server('door'), 2, ['demo', 'hangs']))
  },
  heal: ({ server }) => cancelAll(server('door')),
}

type Yesterday = PastOf & { readonly server: ServerName; readonly scrapes: number }

/** Runs of yesterday, as the server's own scrapes show them: three in every two minutes. */
async function playYesterday(
  stage: Backstage,
  { server, agoMs, metrics, scrapes }: Yesterday,
): Promise<void> {
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    await stage.recordPast(server, { agoMs: agoMs - scrape * 120_000, metrics })
    await askMany(stage.server(server), 3, ['demo', 'amber'])
  }
}

const noTraffic: Incident = {
  name: 'no-traffic',
  story: 'Callers reach the server no more: no run starts, at an hour that had 30 of them yesterday.',
  targets: ['quiet'],
  alerts: about('quiet', 'CugarNoTraffic'),
  prepare: (stage) =>
    playYesterday(stage, {
      server: 'quiet',
      agoMs: DAY_MS + 1_800_000,
      metrics: 'cugar_runs_started_total',
      scrapes: 75,
    }),
  begin: async () => {},
  heal: async ({ server, repeat }) => {
    repeat(1000, () => finish(server('quiet'), 'demo', 'amber'))
  },
}

const longPlans: Incident = {
  name: 'long-plans',
  story: 'Since today a run takes ten steps, where one was enough yesterday.',
  targets: ['steps'],
  alerts: about('steps', 'CugarStepsPerTaskHigh'),
  prepare: (stage) =>
    playYesterday(stage, {
      server: 'steps',
      agoMs: DAY_MS - 7_200_000,
      metrics: 'cugar_run_steps',
      scrapes: 15,
    }),
  begin: async ({ server, repeat }) => {
    repeat(250, () => finish(server('steps'), 'demo', MANY_STEPS))
  },
  heal: async ({ server }) => {
    await askMany(server('steps'), 200, ['demo', 'amber'])
    await askMany(server('steps'), 200, ['demo', 'amber'])
  },
}

/** Whatever the step answers, it is done again until no change is left. */
const NEVER_CONTENT = {
  steps: [{ id: 'answer', tool: 'amber_probe' }],
  replan: { at_most: 3, rules: [{ when: 'answer.value == "done"', redo: 'answer' }] },
}

const plansChange: Incident = {
  name: 'plans-change',
  story:
    'A plan has a rule that nothing contents: each of its runs does its step again until no change is left.',
  targets: ['budgets'],
  alerts: about('budgets', 'CugarReplanRateHigh'),
  begin: async ({ server, repeat }) => {
    repeat(200, () => finishPlan(server('budgets'), 'demo', NEVER_CONTENT))
  },
  heal: async ({ server, repeat }) => {
    repeat(500, () => finish(server('budgets'), 'demo', 'amber'))
  },
}

type Listed = { readonly items: readonly { readonly batch_id: string }[] }

const listStandsStill: Incident = {
  name: 'list-stands-still',
  story: 'A list of accounts is carried out, and the system behind its first items answers no more.',
  targets: ['people'],
  alerts: about('people', 'CugarBatchStandsStill'),
  begin: async ({ server }) => {
    const items = Array.from({ length: 40 }, (_, index) => ({ account: { name: `Account ${index}` } }))
    await server('people').call('/v1/batches', { profile: 'demo', goal: 'hangs', tenant: 'acme', items })
  },
  heal: async ({ server }) => {
    const { items } = await server('people').call<Listed>('/v1/batches?status=running')
    for (const { batch_id } of items) await server('people').call(`/v1/batches/${batch_id}/cancel`, {})
  },
}

const watchdog: Incident = {
  name: 'watchdog',
  story: 'Nothing happens: the dead-man alert arrives all the same.',
  targets: ['quiet'],
  alerts: [{ alert: 'CugarWatchdog', job: null }],
  begin: async () => {},
  heal: null,
}

export const RUN_INCIDENTS: readonly Incident[] = [
  allPartial,
  allRefused,
  fewFail,
  runsStuck,
  doorFull,
  noTraffic,
  longPlans,
  plansChange,
  listStandsStill,
  watchdog,
]
