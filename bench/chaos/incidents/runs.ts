// Runs that fail, hang, are refused, or no longer come.
import { about, type Incident } from '../incident.ts'
import { ask, askMany, cancelAll, finish } from '../runs.ts'
import { MANY_STEPS } from '../tools.ts'

const DAY_MS = 86_400_000

const allPartial: Incident = {
  name: 'all-partial',
  story: 'A tool fails in every run: all runs end partial, and none as an error.',
  servers: ['partial'],
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
  servers: ['disk'],
  alerts: about('disk', 'CugarRunsRefused'),
  begin: async ({ server, repeat }) => {
    repeat(1000, () => ask(server('disk'), 'demo', 'zyzzyva'))
  },
  heal: async ({ server }) => {
    await askMany(server('disk'), 60, ['demo', 'amber'])
  },
}

const runsStuck: Incident = {
  name: 'runs-stuck',
  story: 'A system answers no more: 40 runs hang in its tool, beside one that rightly waits for a person.',
  servers: ['stuck'],
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
  servers: ['stuck'],
  alerts: about('stuck', 'CugarApiErrorsHigh'),
  begin: async ({ server, repeat }) => {
    await askMany(server('stuck'), 80, ['demo', 'hangs'])
    repeat(300, () => askMany(server('stuck'), 2, ['demo', 'hangs']))
  },
  heal: ({ server }) => cancelAll(server('stuck')),
}

/** Runs of yesterday, as the server's own scrapes show them. */
const YESTERDAY_MS = [DAY_MS + 1_500_000, DAY_MS + 1_200_000, DAY_MS - 3_600_000] as const

const noTraffic: Incident = {
  name: 'no-traffic',
  story: 'Callers reach the server no more: no run starts, at an hour that had 30 of them yesterday.',
  servers: ['quiet'],
  alerts: about('quiet', 'CugarNoTraffic'),
  prepare: async ({ server, recordPast }) => {
    const [before, after, later] = YESTERDAY_MS
    await recordPast('quiet', before)
    for (let runs = 0; runs < 30; runs += 1) await finish(server('quiet'), 'demo', 'amber')
    await recordPast('quiet', after)
    await recordPast('quiet', later)
  },
  begin: async () => {},
  heal: async ({ server, repeat }) => {
    repeat(1000, () => finish(server('quiet'), 'demo', 'amber'))
  },
}

const longPlans: Incident = {
  name: 'long-plans',
  story: 'Since today a run takes ten steps, where one was enough yesterday.',
  servers: ['busy'],
  alerts: about('busy', 'CugarStepsPerTaskHigh'),
  prepare: async ({ server, recordPast }) => {
    await recordPast('busy', DAY_MS)
    for (let runs = 0; runs < 20; runs += 1) await finish(server('busy'), 'demo', 'amber')
    await recordPast('busy', DAY_MS - 1_800_000)
  },
  begin: async ({ server, repeat }) => {
    repeat(250, () => finish(server('busy'), 'demo', MANY_STEPS))
  },
  heal: async ({ server }) => {
    await askMany(server('busy'), 200, ['demo', 'amber'])
    await askMany(server('busy'), 200, ['demo', 'amber'])
  },
}

const watchdog: Incident = {
  name: 'watchdog',
  story: 'Nothing happens: the dead-man alert arrives all the same.',
  servers: ['quiet'],
  alerts: [{ alert: 'CugarWatchdog', job: null }],
  begin: async () => {},
  heal: null,
}

export const RUN_INCIDENTS: readonly Incident[] = [
  allPartial,
  allRefused,
  runsStuck,
  doorFull,
  noTraffic,
  longPlans,
  watchdog,
]
