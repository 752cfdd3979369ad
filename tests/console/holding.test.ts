// What a page holds for whoever looks at it: an approval of critical risk that can be taken back for a few seconds and
// is sent by nobody when they go elsewhere; the focus, what is chosen and what is typed, whatever happens meanwhile.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { file, REGISTRY, server } from '../cli/hand.ts'
import { actAs, browserOfFile, problemsOf } from './browser.ts'
import { waitingFor } from './product.ts'

const people = browserOfFile()
/** The shipped registry, with a draft as something that cannot be undone. */
const CRITICAL = readFileSync(REGISTRY, 'utf8').replace('risk: medium', 'risk: critical')

const statusOf = async (url: string, approvalId: string): Promise<unknown> =>
  (await fetch(`${url}/v1/approvals/${approvalId}`)).json()

test('an approval of critical risk can be taken back while it waits, and is not sent from a page that is left', async () => {
  const { url } = await server({ REGISTRY: file('registry.yaml', CRITICAL) })
  const { approvalId } = await waitingFor(url, { tenant: 'acme' })
  const bob = await people.open(`${url}/inbox/${approvalId}`)
  await actAs(bob, 'reviewer')
  const undo = bob.getByRole('button', { name: 'Undo' })
  const focused = (): Promise<unknown> => bob.evaluate('document.activeElement.textContent.trim()')
  /** As long as whoever looks may be slow: the page counts real seconds. */
  const unhurried = (): Promise<unknown> =>
    bob.evaluate(`document.querySelector('#decision button[value="approve"]').dataset.undo = '600'`)

  // By keyboard: approved, the way back in focus, taken back with z.
  await unhurried()
  await bob.keyboard.press('a')
  await bob.getByText(/Approved for good in \d+ s/).waitFor()
  expect(await focused()).toBe('Undo')
  // What happens elsewhere meanwhile takes neither the notice nor the focus.
  await waitingFor(url, { tenant: 'globex' })
  await bob.locator('nav b', { hasText: '2' }).waitFor()
  expect(await focused()).toBe('Undo')
  await bob.keyboard.press('z')
  await undo.waitFor({ state: 'detached' })
  expect(await focused()).toMatch(/^Approve/)
  expect(await statusOf(url, approvalId)).toMatchObject({ status: 'pending' })

  // By mouse.
  await unhurried()
  await bob.click('#decision button[value="approve"]')
  await undo.click()
  expect(await statusOf(url, approvalId)).toMatchObject({ status: 'pending' })

  // Left before it was sent: it never is.
  await unhurried()
  await bob.click('#decision button[value="approve"]')
  await undo.waitFor()
  await bob.goto(`${url}/runs`)
  await bob.goBack()
  await bob.locator('#decision button[value="approve"]').waitFor()
  expect(await statusOf(url, approvalId)).toMatchObject({ status: 'pending', votes: [] })

  // Pressed twice it is one decision, when its time is over.
  await bob.locator('#decision button[value="approve"]').dblclick({ force: true })
  await bob.getByText('This is approved').waitFor()
  expect(await statusOf(url, approvalId)).toMatchObject({
    status: 'approved',
    votes: [{ by: 'reviewer', decision: 'approved' }],
  })
  expect(problemsOf(bob)).toEqual([])
})

test('a live update takes the focus of nobody: not of a row, a filter, a box or what was opened', async () => {
  const { url } = await server()
  await waitingFor(url, { tenant: 'acme' })
  const bob = await people.open(`${url}/inbox`)
  await actAs(bob, 'reviewer')
  const held = (): Promise<unknown> =>
    bob.evaluate(`(document.activeElement.closest('[id]')?.id ?? '') + ' ' + document.activeElement.tagName`)
  let waiting = 1
  /** Something happens, and the page has taken it in. */
  const meanwhile = async (): Promise<void> => {
    waiting += 1
    await waitingFor(url, { tenant: `tenant-${waiting}` })
    await bob.locator('nav b', { hasText: String(waiting) }).waitFor()
    await bob
      .locator('.rows .item')
      .nth(waiting - 1)
      .waitFor()
  }
  await bob.keyboard.press('j')
  const row = await held()
  expect(row).toMatch(/^row-apr_.* A$/)
  await meanwhile()
  expect(await held()).toBe(row)
  await bob.locator('[data-pick]').first().check()
  const box = await held()
  await meanwhile()
  expect(await held()).toBe(box)
  expect(await bob.locator('[data-pick]').first().isChecked()).toBe(true)
  await bob.locator('input[name="requester"]').fill('an')
  await meanwhile()
  expect(await bob.inputValue('input[name="requester"]')).toBe('an')
  expect(await bob.evaluate('document.activeElement.name')).toBe('requester')
  await bob.locator('.rows .item').first().click()
  await bob.getByText('Made of').click()
  await meanwhile()
  expect(await bob.locator('details', { hasText: 'Made of' }).getAttribute('open')).not.toBeNull()
  expect(problemsOf(bob)).toEqual([])
})
