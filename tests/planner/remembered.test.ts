// Plans, asks and searches that were made before must not show in what is planned after them.
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rulesPlanner } from '../../src/planner/rules.ts'
import { parseRegistry } from '../../src/registry/parse.ts'
import { seen } from './goals/table-graded.ts'

const parsed = parseRegistry(readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the shipped registry is valid')
const { registry } = parsed
const never = new AbortController().signal

const given = {
  account: { account_id: 'a-1', name: 'Example Works' },
  account_data: { name: 'Example Works' },
  icp_criteria: { min_revenue: 1 },
  template: 'Hello',
  message: 'Hello',
  prospect: { company: 'Example Works' },
  opportunity: { opportunity_id: 'o-1' },
}
const contexts = fc
  .subarray(Object.keys(given))
  .map((names) => Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name))))
const goals = fc
  .tuple(
    fc.constantFrom(...seen.map(([goal]) => goal)),
    fc.constantFrom('', ' of prospect-7', ' for ACME', ' of scoree'),
  )
  .map(([goal, rest]) => `${goal}${rest}`)
const requests = fc.record({
  goal: goals,
  context: contexts,
  profile: fc.constantFrom(...Object.values(registry.profiles)),
  calls: fc.constantFrom(undefined, 1, 100),
})

test('a plan is what a planner that has planned nothing before would make', async () => {
  const used = rulesPlanner()
  await fc.assert(
    fc.asyncProperty(requests, async ({ goal, context, profile, calls }) => {
      const limits = { ...profile.limits, run: calls === undefined ? {} : { calls } }
      const input = { goal, context, profile, limits, registry }
      const fresh = await rulesPlanner().plan(input, never)
      // Twice: as it is made, and as it is remembered.
      expect(await used.plan(input, never)).toEqual(fresh)
      expect(await used.plan(input, never)).toEqual(fresh)
    }),
    { numRuns: 60 },
  )
})
