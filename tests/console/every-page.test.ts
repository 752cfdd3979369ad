// Every page, in both themes and from a phone to a wide screen: nothing that axe finds, nothing that scrolls sideways,
// nothing that the policy forbids.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'
import { post, waitingFor } from './product.ts'

const people = browserOfFile()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const found = z.array(z.object({ id: z.string(), help: z.string(), nodes: z.array(z.string()) }))
const FIND = `axe.run(document).then(({ violations }) => violations.map(({ id, help, nodes }) =>
  ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

const PLAIN = [
  '/',
  '/inbox',
  '/inbox?status=denied',
  '/runs',
  '/lists',
  '/lists/new',
  '/signals',
  '/budgets',
  '/tools',
  '/registry',
  '/audit',
  '/runs/run_nowhere',
]

/** One of everything that can stand on a page. */
async function furnish(url: string): Promise<string[]> {
  const waiting = await waitingFor(url, { tenant: 'umbrella' })
  const edited = await waitingFor(url, { tenant: 'acme' })
  const sentBack = await waitingFor(url, { tenant: 'globex' })
  const denied = await waitingFor(url, { tenant: 'hooli' })
  const decide = async (id: string, body: object) =>
    post(`${url}/v1/approvals/${id}/decision`, body, 'reviewer')
  const output = { message_draft: 'Dear team,\n\nwould twenty minutes next week suit you?\n\nKind regards' }
  await decide(edited.approvalId, {
    decision: 'request_changes',
    reason: 'Shorter, please',
    changes: { output },
  })
  await decide(sentBack.approvalId, { decision: 'request_changes', reason: 'Warmer, please' })
  await decide(denied.approvalId, { decision: 'deny', reason: 'Not this quarter' })
  await post(`${url}/v1/freezes`, { scope: 'tenant', key: 'hooli', reason: 'They asked us to' }, 'reviewer')
  const plan = { steps: [{ id: 'mail', tool: 'draft_outbound_message' }] }
  const items = [{ template: 'Dear {{name}}', prospect: { name: 'Ann' } }, { template: 7 }, 'no item']
  const answer = await post(`${url}/v1/batches`, { plan, items }, 'requester')
  const { batch_id: list } = z.object({ batch_id: z.string() }).parse(answer)
  return [
    ...PLAIN,
    `/lists/${list}`,
    ...[waiting, sentBack, denied].map(({ runId }) => `/runs/${runId}`),
    ...[waiting, sentBack, denied].map(({ approvalId }) => `/inbox/${approvalId}`),
    `/inbox/${edited.approvalId.replace(/_\d+$/, '_2')}`,
    ...[waiting, denied].map(({ approvalId }) => `/decide/${approvalId}`),
    `/runs/${sentBack.runId}/steps/s2/revise`,
  ]
}

/** Widths at which the page as a whole would have to be moved sideways. */
async function sideways(page: Page, path: string): Promise<unknown[]> {
  const wrong: unknown[] = []
  for (const width of [360, 768, 1440, 2560]) {
    await page.setViewportSize({ width, height: 800 })
    const over = await page.evaluate(SIDEWAYS)
    if (over !== 0) wrong.push({ path, width, over })
  }
  return wrong
}

describe('every page', () => {
  test('has no finding of axe in light and dark, and needs no scrolling sideways', async () => {
    const { url } = await server()
    const paths = await furnish(url)
    const findings: unknown[] = []
    for (const dark of [false, true]) {
      const page = await people.open(`${url}/`, { dark })
      for (const path of paths) {
        await page.goto(`${url}${path}`)
        await page.evaluate(axe)
        const violations = found.parse(await page.evaluate(FIND))
        if (violations.length > 0) findings.push({ path, dark, violations })
        if (!dark) findings.push(...(await sideways(page, path)))
      }
      findings.push(...problemsOf(page))
    }
    expect(findings).toEqual([])
  }, 300_000)
})
