// Every page, in both themes and from a phone to a wide screen: nothing that axe finds, nothing that scrolls sideways,
// nothing that the policy forbids.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'
import { EXAMPLE, post, waitingFor } from './product.ts'

const people = browserOfFile()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const found = z.array(z.object({ id: z.string(), help: z.string(), nodes: z.array(z.string()) }))
const FIND = `axe.run(document).then(({ violations }) => violations.map(({ id, help, nodes }) =>
  ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`
const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
const BELOW = 'document.documentElement.scrollHeight - document.documentElement.clientHeight'

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
  '/runs?since=2026-01-01T00:00:00Z',
  '/signals?window=7d&profile=demo',
  '/runs/run_nowhere',
  '/sign-in',
]

const CONTACT = { id: 'mail', tool: 'draft_outbound_message', inputs: { prospect_data: 'contact' } }
const QUALIFY = { id: 'deal', tool: 'qualify_opportunity' }

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
  const blocks = {
    steps: [
      { parallel: 'research', at_most: 2, steps: [{ id: 'fit', tool: 'score_account_fit' }] },
      { for_each: 'context.contacts', as: 'contact', at_most: 3, steps: [CONTACT] },
      { branch: 'worth_it', cases: [{ when: 'fit.fit_score >= 0.5', steps: [QUALIFY] }] },
    ],
  }
  const people = [{ company: 'Acme', role: 'finance', industry: 'software', trigger: 'grow' }]
  const context = { ...EXAMPLE.context, contacts: people }
  const grouped = await post(`${url}/v1/runs`, { plan: blocks, profile: 'demo', context }, 'requester')
  const { run_id: blocksRun } = z.object({ run_id: z.string() }).parse(grouped)
  const plan = { steps: [{ id: 'mail', tool: 'draft_outbound_message' }] }
  const items = [{ template: 'Dear {{name}}', prospect: { name: 'Ann' } }, { template: 7 }, 'no item']
  const answer = await post(`${url}/v1/batches`, { plan, items }, 'requester')
  const { batch_id: list } = z.object({ batch_id: z.string() }).parse(answer)
  return [
    ...PLAIN,
    `/lists/${list}`,
    `/runs/${blocksRun}`,
    ...[waiting, sentBack, denied].map(({ runId }) => `/runs/${runId}`),
    ...[waiting, sentBack, denied].map(({ approvalId }) => `/inbox/${approvalId}`),
    `/inbox/${edited.approvalId.replace(/_\d+$/, '_2')}`,
    ...[waiting, denied].map(({ approvalId }) => `/decide/${approvalId}`),
    `/runs/${sentBack.runId}/steps/s2/revise`,
  ]
}

/**
 * Widths at which the page as a whole would have to be moved sideways, or goes on below what scrolls in it; and what axe
 * finds on a phone, where the page is put together in another way.
 */
async function squeezed(page: Page, path: string): Promise<unknown[]> {
  const wrong: unknown[] = []
  for (const width of [360, 768, 1440, 2560]) {
    await page.setViewportSize({ width, height: 800 })
    const over = await page.evaluate(SIDEWAYS)
    if (over !== 0) wrong.push({ path, width, over })
    const below = width < 700 ? 0 : await page.evaluate(BELOW)
    if (below !== 0) wrong.push({ path, width, below })
    const violations = width === 360 ? await violationsOf(page) : []
    if (violations.length > 0) wrong.push({ path, width, violations })
  }
  return wrong
}

/** Pages that a form leads to: a plan, a list that was read, what several CRMs say, several decided together. */
const ANSWERS: readonly ((page: Page, url: string) => Promise<void>)[] = [
  async (page, url) => {
    await page.goto(`${url}/`)
    await page.click('[data-fill]')
    await page.click('button[value="plan"]')
    await page.locator('#plan').waitFor()
  },
  async (page, url) => {
    await page.goto(`${url}/`)
    await page.fill('#goal', 'Score the Acme account')
    await page.click('button[value="plan"]')
    await page.locator('[aria-invalid="true"]').first().waitFor()
  },
  async (page, url) => {
    await page.goto(`${url}/lists/new`)
    await page.click('[data-fill]')
    await page.click('button[value="read"]')
    await page.locator('.mapping').waitFor()
  },
  async (page, url) => {
    await page.goto(`${url}/tools`)
    await page.fill('input[name="account"]', 'acme-001')
    await page.getByRole('button', { name: 'Ask every CRM' }).click()
    await page.getByText('nothing to compare it with').waitFor()
  },
  async (page, url) => {
    await page.goto(`${url}/audit`)
    await page.getByRole('button', { name: 'Check the journal' }).click()
    await page.getByText('The journal is what was written').waitFor()
  },
  async (page, url) => {
    await page.goto(`${url}/registry`)
    await page.getByRole('button', { name: 'Show what a reload would change' }).click()
    await page.getByText('what is in force already').waitFor()
  },
]

async function violationsOf(page: Page): Promise<z.output<typeof found>> {
  await page.evaluate(axe)
  return found.parse(await page.evaluate(FIND))
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
        const violations = await violationsOf(page)
        if (violations.length > 0) findings.push({ path, dark, violations })
        if (!dark) findings.push(...(await squeezed(page, path)))
      }
      for (const [index, show] of ANSWERS.entries()) {
        await show(page, url)
        const violations = await violationsOf(page)
        if (violations.length > 0) findings.push({ answer: index, dark, violations })
        if (!dark) findings.push(...(await squeezed(page, `answer ${index}`)))
        await page.setViewportSize({ width: 1440, height: 900 })
      }
      findings.push(...problemsOf(page))
    }
    expect(findings).toEqual([])
  }, 300_000)
})
