// What `cugar verify` says of a journal in which plans branched, had items and were changed, and a list was carried out.
import { expect, test } from 'vitest'
import { cugar, file, server } from './hand.ts'

const PLAN = `
steps:
  - { id: fit, tool: score_account_fit }
  - branch: known
    cases:
      - when: size(fit.unknown) > 0
        steps:
          - for_each: fit.unknown
            as: gap
            at_most: 10
            steps: [{ id: more, tool: retrieve_product_knowledge, inputs: { query: gap } }]
      - else: true
        steps: [{ id: other, tool: retrieve_product_knowledge, inputs: { query: { value: fit } } }]
replan:
  at_most: 1
  rules: [{ when: 'fit.fit_score >= 0.0', redo: fit }]
`
const CONTEXT = `
account: { name: Acme, revenue: 20000000 }
icp_criteria: { min_revenue: 1000000, industries: [software], regions: [West] }
`
const LIST = 'account.name,account.revenue\nAnn,5000000\nBo,100\nCy,\n'

test('verify finds branches, items, changed plans and lists whole', async () => {
  const { url, dataDir, end } = await server()
  const plan = ['--plan', file('plan.yaml', PLAN), '--context', file('facts.yaml', CONTEXT)]
  const at = ['--profile', 'technical', '--url', url]
  const ran = await cugar(['run', ...plan, ...at, '--wait', '60', '--json'])
  expect([ran.code, ran.err]).toEqual([0, ''])
  expect(JSON.parse(ran.out)).toMatchObject({ status: 'succeeded', plan: { revision: expect.any(Number) } })
  const { plan: adopted } = JSON.parse(ran.out) as { plan: { revisions: { cause: string }[] } }
  const causes = adopted.revisions.map(({ cause }) => cause)
  expect(causes).toContain('expanded')
  expect(causes).toContain('rule')
  const listed = await cugar(['batch', file('list.csv', LIST), ...plan, ...at])
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('3 items: 3 succeeded')])
  await end('SIGTERM')
  const { code, out } = await cugar(['verify'], { DATA_DIR: dataDir })
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/hash chains: whole; \d+ events in \d+ streams\nmetrics: equal to/),
  ])
})
