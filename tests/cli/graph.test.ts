// The picture of a plan, as the real program draws it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cugar, file, lines, server } from './hand.ts'

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const PLAN = /```yaml\n(description: Letters[^`]*)```/.exec(README)?.[1] ?? ''
const PICTURE = /```text\n(plan\n[^`]*)```/.exec(README)?.[1] ?? ''
const CONTEXT = `
account: { name: Acme, industry: Software, revenue: 2000000 }
icp_criteria: { min_revenue: 1000000 }
template: "Dear {{first_name}}"
contacts: [{ first_name: Ann }, { first_name: Bo }]
`

test('a plan is drawn with its groups, lists and rules, in the terminal and as Mermaid text', async () => {
  const { url } = await server()
  const asked = ['plan', '--plan', file('letters.yaml', PLAN), '--context', file('facts.yaml', CONTEXT)]
  const [drawn, mermaid] = await Promise.all([
    cugar([...asked, '--profile', 'technical', '--url', url, '--graph']),
    cugar([...asked, '--profile', 'technical', '--url', url, '--graph', 'mermaid']),
  ])
  expect([drawn.code, mermaid.code]).toEqual([0, 0])
  expect(PICTURE).toContain('for each of context.contacts')
  expect(drawn.out).toContain(PICTURE)
  const text = lines(mermaid.out)
  expect(text).toContain('flowchart TD')
  expect(text).toContain('  n_mail_0_["mail[0]: draft_outbound_message"]')
  expect(text).toContain('  n_mail_0_ --> n_check_0_')
  expect(text.some((line) => line.includes('n_fit -.-> n_mail_0_') || line.includes('-.-> n_mail_0_'))).toBe(
    true,
  )
})
