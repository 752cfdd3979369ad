// Tools that fail, are slow, or leave it unknown whether they did something.
import { about, type Incident } from '../incident.ts'
import { approveAll, ask, askMany, finish, reconcileAll } from '../runs.ts'
import { until } from '../wait.ts'

const toolDown: Incident = {
  name: 'tool-down',
  story: 'The system behind a tool is down: its calls fail and are tried again in vain.',
  targets: ['partial'],
  alerts: about('partial', 'CugarToolErrorRateHigh', 'CugarRetryStorm'),
  begin: async ({ server, repeat }) => {
    repeat(300, () => finish(server('partial'), 'demo', 'fails'))
  },
  heal: async ({ server, repeat }) => {
    repeat(500, () => finish(server('partial'), 'demo', 'amber'))
  },
}

const toolSlow: Incident = {
  name: 'tool-slow',
  story: 'The system behind a tool takes 21 seconds for each answer.',
  targets: ['people'],
  alerts: about('people', 'CugarToolLatencyHigh'),
  begin: async ({ server, repeat }) => {
    repeat(500, () => askMany(server('people'), 2, ['demo', 'dawdles']))
  },
  heal: async () => {},
}

const unknownOutcome: Incident = {
  name: 'unknown-outcome',
  story: 'A call with consequences gets no answer: nobody knows whether it happened.',
  targets: ['budgets'],
  alerts: about('budgets', 'CugarUnknownOutcomes'),
  begin: async ({ server }) => {
    await ask(server('budgets'), 'demo', 'vanishes')
    await until(
      { what: 'an approval of the call', limitMs: 120_000 },
      async () => (await approveAll(server('budgets'))) > 0,
    )
  },
  heal: ({ server }) => reconcileAll(server('budgets')),
}

export const CALL_INCIDENTS: readonly Incident[] = [toolDown, toolSlow, unknownOutcome]
