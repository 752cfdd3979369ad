// What a person may begin with on Ask: a sample, an account of the CRM, a template of the library. Each fills the form,
// keeps what was typed beside it, and starts nothing.
import { describe, expect, test } from 'vitest'
import { server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'

const people = browserOfFile()

const runsOf = async (url: string): Promise<unknown> => (await fetch(`${url}/v1/runs`)).json()

describe('asking begins with', () => {
  test('a sample, an account of the CRM or a template, and nothing runs before Start', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    const context = (): Promise<string> => ana.inputValue('#context')

    // Each sample fills the whole form, and is planned as it stands.
    const samples = await ana.locator('.samples button').allTextContents()
    expect(samples.length).toBe(5)
    await ana.fill('input[name="tenant"]', 'acme')
    for (const name of samples) {
      await ana.getByRole('button', { name, exact: true }).click()
      await ana.click('button[value="plan"]')
      await ana.locator('#plan svg .node').first().waitFor()
      expect(await ana.inputValue('input[name="tenant"]')).toBe('acme')
      await ana.getByRole('link', { name: 'Ask', exact: true }).click()
      await ana.fill('input[name="tenant"]', 'acme')
    }

    // An account, found by words of its name, becomes a fact beside those that are there.
    await ana.fill('#goal', 'Score the account')
    await ana.fill('#context', 'icp_criteria:\n  min_revenue: 5000000')
    await ana.getByText('Take an account of the CRM').click()
    await ana.fill('input[name="find"]', 'nobody is called so')
    await ana.click('button[value="find"]')
    await ana.getByText('No CRM knows an account of this name.').waitFor()
    await ana.fill('input[name="find"]', 'acme')
    await ana.click('button[value="find"]')
    await ana.locator('.found button').first().click()
    await ana.getByText('Take an account of the CRM').waitFor()
    expect(await context()).toContain('min_revenue: 5000000')
    expect(await context()).toContain('account_id:')
    expect(await ana.inputValue('#goal')).toBe('Score the account')

    // A template of the library becomes its fact as well.
    await ana.getByText('Take an account of the CRM').click()
    await ana.selectOption('select[name="template"]', { index: 0 })
    await ana.click('button[value="template"]')
    expect(await context()).toContain('template: ')
    expect(await context()).toContain('account_id:')

    // What cannot be read stays as it was typed.
    await ana.fill('#context', 'account: [unfinished')
    await ana.getByText('Take an account of the CRM').click()
    await ana.click('button[value="template"]')
    expect(await context()).toBe('account: [unfinished')
    expect(await runsOf(url)).toMatchObject({ items: [] })
    expect(problemsOf(ana)).toEqual([])
  })
})
