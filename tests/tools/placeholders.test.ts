// What stands for "nobody knows" is no id, no question and no text to act upon: told before anything is done, for every tool
// that has something of the kind.
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { parseRegistry } from '../../src/registry/parse.ts'
import { loadTools } from '../../src/tools/catalogue.ts'
import { readDate } from '../../src/tools/reading-date.ts'
import { runSingle } from '../../src/tools/single.ts'
import type { Tool } from '../../src/tools/tool.ts'

const parsed = parseRegistry(readFileSync('registry.yaml', 'utf8'))
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { tools: specs } = parsed.registry
let tools: ReadonlyMap<string, Tool>
beforeAll(async () => {
  tools = (await loadTools(Object.values(specs).map(({ domain, name }) => ({ domain, name })))).tools
})

async function problemsOf(name: string, changed: object) {
  const tool = tools.get(name)
  if (tool === undefined) throw new Error(name)
  const result = await runSingle(tool, { ...specs[name]?.example, ...changed })
  return 'error' in result ? result.error : null
}

test.each([
  ['log_crm_activity', 'account_id'],
  ['log_crm_activity', 'opportunity_id'],
  ['log_crm_activity', 'note'],
  ['retrieve_account_signals', 'account_id'],
  ['qualify_opportunity', 'opportunity_id'],
  ['retrieve_product_knowledge', 'query'],
  ['generate_battlecard', 'competitor'],
  ['draft_outbound_message', 'template'],
  ['explain_recommendation', 'run_id'],
  ['replay_run', 'run_id'],
  ['schedule_engagement_touchpoint', 'time_zone'],
])('%s takes nothing that stands for none as its %s', async (name, input) => {
  for (const none of ['n/a', '-', 'TBD', 'unknown', '?']) {
    const error = await problemsOf(name, { [input]: none })
    expect([none, error?.code, error?.errors.map(({ path }) => path)]).toEqual([
      none,
      'INVALID_INPUT',
      [input],
    ])
    expect(error?.errors[0]?.message).toMatch(/^must .+; it is \S/)
  }
})

test.each([
  ['log_crm_activity', { occurred_at: 'yesterday' }, 'occurred_at', '2026-02-28T09:30:00Z'],
  ['log_crm_activity', { occurred_at: '01.12.2026' }, 'occurred_at', '2026-02-28T09:30:00Z'],
  ['simulate_territory_change', { effective_date: 'next month' }, 'effective_date', '2026-02-28'],
  ['simulate_territory_change', { effective_date: '02/03/2027' }, 'effective_date', 'one of two days'],
])('%s %j says what is taken', async (...[name, changed, path, taken]) => {
  const error = await problemsOf(name, changed)
  expect(error?.errors).toEqual([{ path, message: expect.stringContaining(taken) }])
})

test.each([
  ['2026-12-31', '2026-12-31T00:00:00.000Z'],
  ['31.12.2026', '2026-12-31T00:00:00.000Z'],
  ['1. 2. 2026', '2026-02-01T00:00:00.000Z'],
  ['31/12/2026', '2026-12-31T00:00:00.000Z'],
  ['12/31/2026', '2026-12-31T00:00:00.000Z'],
  ['04/04/2026', '2026-04-04T00:00:00.000Z'],
  ['2026/12/31', '2026-12-31T00:00:00.000Z'],
  ['31 Dec 2026', '2026-12-31T00:00:00.000Z'],
  ['December 31st, 2026', '2026-12-31T00:00:00.000Z'],
  ['2026-12-31T10:00:00.000+0000', '2026-12-31T10:00:00.000Z'],
  ['\ufeff2026-12-31 ', '2026-12-31T00:00:00.000Z'],
  ['03/04/2026', null],
  ['31.02.2026', null],
  ['31.12.26', null],
  ['31 Mai 2026', null],
  ['13/13/2026', null],
  ['tomorrow', null],
])('the date %j is %s', (text, instant) => {
  const reading = readDate(text)
  if ('problem' in reading) throw new Error(reading.problem)
  expect(reading.value === null ? null : new Date(reading.value).toISOString()).toBe(instant)
  expect(reading.wanted === undefined).toBe(instant !== null)
})
