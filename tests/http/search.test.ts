// Lists as people look for things in them: by words of the goal, by who asked and decided, by time, in either order.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { approvalPage } from '../../src/http/runs/approval-list.ts'
import { runPage } from '../../src/http/runs/runs.ts'
import { createRuntime, type Runtime } from '../../src/runtime.ts'
import { served } from './served.ts'

const REGISTRY = readFileSync(new URL('../../registry.yaml', import.meta.url), 'utf8')
const EXAMPLE = z
  .object({ goal: z.string(), context: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync(new URL('../../examples/acme.yaml', import.meta.url), 'utf8')))

/** Who asks for what, in this order. */
const ASKED = [
  { by: 'ann', tenant: 'acme', goal: 'Score the account and draft the outreach for Straße 7' },
  { by: 'ben', tenant: 'acme', goal: 'Score the account and draft the outreach for Globex' },
  { by: 'ann', tenant: 'initech', goal: 'Draft the outreach for Initech' },
  { by: 'ben', tenant: 'initech', goal: 'Score the account of Umbrella' },
] as const
const GOALS = ASKED.map(({ goal }) => goal)

let runtime: Runtime
let url = ''
let close: () => Promise<void>
let middle = ''

async function call(path: string, actor: string, body?: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', 'x-cugar-actor': actor },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null })
  ;({ url, close } = await served(runtime))
  for (const [index, { by, tenant, goal }] of ASKED.entries()) {
    if (index === 2) middle = new Date().toISOString()
    const body = { goal, tenant, profile: 'demo', context: EXAMPLE.context }
    const answer = await call('/v1/runs?wait=60&until=person', by, body)
    if (answer.status !== 200) throw new Error(await answer.text())
  }
})
afterAll(async () => close?.())

const runs = async (query: string): Promise<(string | null)[]> => {
  const answer = await call(`/v1/runs${query}`, 'carol')
  return runPage.parse(await answer.json()).items.map(({ goal }) => goal)
}
const approvals = async (query: string, actor = 'carol') =>
  approvalPage.parse(await (await call(`/v1/approvals${query}`, actor)).json())

const SEARCHES: readonly (readonly [string, readonly number[]])[] = [
  ['', [3, 2, 1, 0]],
  ['?order=oldest', [0, 1, 2, 3]],
  ['?q=globex', [1]],
  ['?q=DRAFT%20score', [1, 0]],
  ['?q=stra%C3%9Fe', [0]],
  ['?q=initech', [3, 2]],
  ['?q=nothing%20of%20it', []],
  ['?requester=ann', [2, 0]],
  ['?requester=ann&q=initech', [2]],
  ['?tenant=acme&order=oldest', [0, 1]],
]

describe('runs', () => {
  test.each(SEARCHES)('that are looked for with %s are those, in this order', async (query, found) => {
    expect(await runs(query)).toEqual(found.map((index) => GOALS[index]))
  })

  test('of a time, and page by page in either order', async () => {
    expect(await runs(`?since=${middle}`)).toEqual([GOALS[3], GOALS[2]])
    expect(await runs(`?until=${middle}&order=oldest`)).toEqual([GOALS[0], GOALS[1]])
    for (const order of ['newest', 'oldest']) {
      const seen: (string | null)[] = []
      let cursor = ''
      do {
        const answer = await call(`/v1/runs?order=${order}&q=account&limit=1${cursor}`, 'carol')
        const page = runPage.parse(await answer.json())
        seen.push(...page.items.map(({ goal }) => goal))
        cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
      } while (cursor !== '')
      const all = [GOALS[3], GOALS[1], GOALS[0]]
      expect(seen).toEqual(order === 'newest' ? all : all.toReversed())
    }
  })
})

describe('approvals', () => {
  test('tell what they are about, who asks and how good it is, the oldest first where that is asked', async () => {
    const { items } = await approvals('?status=pending&order=oldest')
    expect(items.map(({ goal, requester }) => [goal, requester])).toEqual(
      [0, 1, 2].map((index) => [GOALS[index], ASKED[index]?.by]),
    )
    expect(items[0]).toMatchObject({ title: 'Release draft outbound message', quality: [] })
    expect(items[0]?.subject_line).toBeTruthy()
    expect((await approvals('?q=globex')).items).toHaveLength(1)
  })

  test('are found by who decided them', async () => {
    const [first] = (await approvals('?order=oldest')).items
    await call(`/v1/approvals/${first?.approval_id}/decision`, 'dora', { decision: 'approve' })
    const { items } = await approvals('?decided_by=dora')
    expect(items).toMatchObject([
      { approval_id: first?.approval_id, decided_by: ['dora'], status: 'approved' },
    ])
    expect((await approvals('?decided_by=dor')).items).toEqual([])
  })
})

test.each(['?q=', '?since=yesterday', '?order=best', '?decided_by=x', `?q=${'x'.repeat(201)}`])(
  'a search that cannot be read is refused: %s',
  async (query) => {
    const answer = await call(`/v1/runs${query}`, 'carol')
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  },
)
