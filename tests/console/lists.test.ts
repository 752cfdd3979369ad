// A list in the browser: read from a file, its columns mapped by their headings, followed live, and what waits in it
// decided together by another person, who takes it back once.
import { describe, expect, test } from 'vitest'
import { server } from '../cli/hand.ts'
import { actAs, browserOfFile, problemsOf } from './browser.ts'

const people = browserOfFile()
const ITEMS = 50
const TEMPLATE =
  'Subject: {{trigger}}\n\nDear {{role}} team at {{company}},\n\nwould twenty minutes suit you?'
const FILE = {
  name: 'prospects.csv',
  mimeType: 'text/csv',
  // As a spreadsheet in western Europe saves it.
  buffer: Buffer.from(
    `Firm;Team;Occasion;Remark\n${Array.from({ length: ITEMS }, (_, index) => `Caf\u00e9 ${index};finance;growth;-\n`).join('')}`,
    'latin1',
  ),
}

describe('a list', () => {
  test(`of ${ITEMS} is started from a file, followed without a reload, and decided together`, async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/lists`)
    await ana.click('a[href$="/lists/new"]')
    await ana.fill('#goal', 'Draft the outreach message')
    await ana.setInputFiles('input[type="file"]', FILE)
    await ana.waitForFunction(`document.querySelector('#table').value.includes('Caf\u00e9 49')`)
    await ana.fill('#context', `template: ${JSON.stringify(TEMPLATE)}`)
    await ana.click('button[value="read"]')
    for (const [index, path] of ['prospect.company', 'prospect.role', 'prospect.trigger'].entries())
      await ana.fill(`input[name="path.${index}"]`, path)
    await ana.fill('input[name="path.3"]', 'not a path')
    await ana.click('button[value="start"]')
    await ana.locator('.note.bad', { hasText: 'a name such as account.name' }).waitFor()
    expect(await ana.inputValue('input[name="path.0"]')).toBe('prospect.company')
    await ana.fill('input[name="path.3"]', '')
    await ana.click('button[value="start"]')
    await ana.waitForURL(/\/lists\/bat_/)
    await ana.getByText(`${ITEMS} wait for a person`).waitFor()

    const bob = await people.open(ana.url())
    await actAs(bob, 'reviewer')
    await bob.getByText(`${ITEMS} of what waits for a person`).waitFor()
    await bob.check('[data-pick-all]')
    await bob.click('button[value="approve"]')
    await bob.getByRole('button', { name: 'Undo' }).click()
    expect(await bob.evaluate('document.activeElement.value')).toBe('approve')
    await ana.reload()
    await ana.getByText(`${ITEMS} wait for a person`).waitFor()
    await bob.click('button[value="approve"]')
    await bob.getByText(`${ITEMS} of ${ITEMS} decided`).waitFor()
    // Nobody reloads the other page.
    await ana.getByText(`${ITEMS} succeeded`).waitFor()
    // Its runs have one goal: what tells them apart leads back to the list.
    await bob.goto(`${url}/runs`)
    await bob
      .locator('tr', { hasText: `item ${ITEMS} of a list` })
      .getByRole('link', { name: 'a list' })
      .click()
    await bob.waitForURL(ana.url())
    expect([...problemsOf(ana), ...problemsOf(bob)]).toEqual([])
  })
})
