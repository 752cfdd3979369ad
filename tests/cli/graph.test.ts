// The picture of a plan, as the real program draws it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cugar, file, lines, server } from './hand.ts'

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const PLAN = /```yaml\n(description: Letters[^`]*)```/.exec(README)?.[1] ?? ''
const PICTURE = /```text\n(plan\n[^`]*)```/.exec(README)?.[1] ?? ''
const MERMAID = /```mermaid\n(flowchart TD\n[^`]*)```/.exec(README)?.[1] ?? ''
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
  expect(MERMAID).toContain('subgraph')
  expect(mermaid.out).toBe(MERMAID)
})

const NESTED = `
steps:
  - { id: fit, tool: score_account_fit }
  - branch: worth_it
    cases:
      - when: fit.fit_score >= 0.5 && context.account.name != "A#1"
        steps:
          - parallel: research
            at_most: 2
            steps:
              - { id: facts, tool: retrieve_product_knowledge, inputs: { query: context.account.industry } }
              - for_each: context.contacts
                as: contact
                at_most: 3
                steps: [{ id: mail, tool: draft_outbound_message, inputs: { prospect_data: contact } }]
      - else: true
        steps:
          - for_each: fit.reasoning
            id: why
            at_most: 5
            steps: [{ id: more, tool: retrieve_product_knowledge, inputs: { query: item } }]
  - { id: deal, tool: qualify_opportunity, when: has(context.opportunity) }
`

test('blocks are drawn in each other, at their place in the plan, with nothing left out', async () => {
  const { url } = await server()
  const asked = ['plan', '--plan', file('nested.yaml', NESTED), '--context', file('facts.yaml', CONTEXT)]
  const [drawn, mermaid] = await Promise.all([
    cugar([...asked, '--profile', 'sales_manager', '--url', url, '--graph']),
    cugar([...asked, '--profile', 'sales_manager', '--url', url, '--graph', 'mermaid']),
  ])
  expect(lines(drawn.out)).toEqual([
    'LLM: not asked, the caller gave the plan',
    'plan',
    '├─ fit  score_account_fit',
    '├─ branch worth_it',
    '│  ├─ if fit.fit_score >= 0.5 && context.account.name != "A#1"',
    '│  │  └─ parallel research, at most 2 at once',
    '│  │     ├─ facts  retrieve_product_knowledge',
    '│  │     └─ for each of context.contacts, 2 of at most 3 items',
    '│  │        ├─ mail[0]  draft_outbound_message (a person approves)',
    '│  │        └─ mail[1]  draft_outbound_message (a person approves)',
    '│  └─ else',
    '│     └─ for each of fit.reasoning, at most 5 items',
    '│        └─ retrieve_product_knowledge',
    '└─ deal  qualify_opportunity  if has(context.opportunity)',
  ])
  expect(lines(mermaid.out)).toEqual([
    'flowchart TD',
    '  n_fit["fit: score_account_fit"]',
    '  n_worth_it{"worth_it"}',
    '  subgraph n_research["parallel research, at most 2 at once"]',
    '    n_facts["facts: retrieve_product_knowledge"]',
    '    subgraph n_each_contact["for each of context.contacts, 2 of at most 3 items"]',
    '      n_mail_0_["mail[0]: draft_outbound_message"]',
    '      n_mail_1_["mail[1]: draft_outbound_message"]',
    '    end',
    '  end',
    '  subgraph n_why["for each of fit.reasoning, at most 5 items"]',
    '    n_why_1["retrieve_product_knowledge"]',
    '  end',
    '  n_deal["deal: qualify_opportunity if has(context.opportunity)"]',
    '  n_fit --> n_worth_it',
    '  n_worth_it -- "fit.fit_score #gt;= 0.5 && context.account.name != #quot;A#35;1#quot;" --> n_research',
    '  n_worth_it -- "else" --> n_why',
  ])
})

const UNKNOWN = `
steps:
  - { id: fit, tool: score_account_fit }
  - parallel: research
    at_most: 2
    steps:
      - for_each: fit.reasoning
        id: why
        at_most: 5
        steps: [{ id: more, tool: retrieve_product_knowledge, inputs: { query: item } }]
      - { id: facts, tool: retrieve_product_knowledge, inputs: { query: context.account.industry } }
  - parallel: alone
    at_most: 2
    steps:
      - for_each: fit.reasoning
        id: again
        at_most: 5
        steps: [{ id: other, tool: retrieve_product_knowledge, inputs: { query: item } }]
  - { id: deal, tool: qualify_opportunity, when: has(context.opportunity) }
`

test('a list stands in its group before its items are known, and a group of such a list at its place', async () => {
  const { url } = await server()
  const asked = ['plan', '--plan', file('unknown.yaml', UNKNOWN), '--context', file('facts.yaml', CONTEXT)]
  const drawn = await cugar([...asked, '--profile', 'sales_manager', '--url', url, '--graph'])
  expect(lines(drawn.out)).toEqual([
    'LLM: not asked, the caller gave the plan',
    'plan',
    '├─ fit  score_account_fit',
    '├─ parallel alone, at most 2 at once',
    '│  └─ for each of fit.reasoning, at most 5 items',
    '│     └─ retrieve_product_knowledge',
    '├─ parallel research, at most 2 at once',
    '│  ├─ for each of fit.reasoning, at most 5 items',
    '│  │  └─ retrieve_product_knowledge',
    '│  └─ facts  retrieve_product_knowledge',
    '└─ deal  qualify_opportunity  if has(context.opportunity)',
  ])
})
