// Deciding in the browser: with the keyboard alone, several together, by link, too late, and what is sent back.
import { describe, expect, test } from 'vitest'
import { server } from '../cli/hand.ts'
import { actAs, browserOfFile, problemsOf } from './browser.ts'
import { post, waitingFor } from './product.ts'

const people = browserOfFile()

describe('a reviewer', () => {
  test('decides with the keyboard alone, and together what is alike', async () => {
    const { url } = await server()
    for (const tenant of ['one', 'two', 'three', 'four']) await waitingFor(url, { tenant })
    const bob = await people.open(`${url}/inbox`)
    await actAs(bob, 'reviewer')
    await bob.keyboard.press('j')
    await bob.keyboard.press('Enter')
    await bob.waitForURL(/\/inbox\/apr_/)
    await bob.keyboard.press('d')
    await bob.keyboard.type('Not this one')
    await bob.keyboard.press('Escape')
    await bob.locator('button[value="deny"][data-key]').focus()
    await bob.keyboard.press('Enter')
    await bob.getByText('This is denied').waitFor()

    await bob.goto(`${url}/inbox`)
    const other = await people.open(`${url}/inbox`)
    await actAs(other, 'reviewer')
    await bob.check('[data-pick-all]')
    // One of them is decided meanwhile, by somebody whose page learns of nothing else.
    const taken = await bob.locator('[data-pick]').first().inputValue()
    await post(`${url}/v1/approvals/${taken}/decision`, { decision: 'approve' }, 'reviewer')
    await bob.evaluate(`document.querySelector('#together').requestSubmit(
      document.querySelector('#together button[value="approve"]'))`)
    await bob.getByText(/of \d decided/).waitFor()
    expect(await bob.locator('main li .pill', { hasText: 'approved' }).count()).toBeGreaterThanOrEqual(2)
    // The other browser has nothing left, without a reload.
    await other.getByText('Nothing waits.').waitFor()
    expect([...problemsOf(bob), ...problemsOf(other)]).toEqual([])
  })

  test('decides by link on a page without anything else; looking decides nothing', async () => {
    const { url } = await server()
    const { runId, approvalId } = await waitingFor(url)
    const eve = await people.open(`${url}/decide/${approvalId}`)
    expect(await eve.locator('nav').count()).toBe(0)
    await eve.getByText('You had a hand in this').waitFor()
    await actAs(eve, 'reviewer')
    await eve.getByText('Quality grade').first().waitFor()
    expect(await (await fetch(`${url}/v1/approvals/${approvalId}`)).json()).toMatchObject({
      status: 'pending',
    })
    await eve.click('#decision button[value="approve"]')
    await eve.getByText('This is approved').waitFor()
    expect(eve.url()).toContain(`/decide/${approvalId}`)
    expect(await (await fetch(`${url}/v1/runs/${runId}`)).json()).toMatchObject({ status: 'succeeded' })
  })

  test('finds the filter again when going back, and the same state in two tabs', async () => {
    const { url } = await server()
    await waitingFor(url, { tenant: 'acme' })
    const { approvalId } = await waitingFor(url, { tenant: 'globex' })
    const bob = await people.open(`${url}/inbox?tenant=globex`)
    await actAs(bob, 'reviewer')
    expect(await bob.locator('.item').count()).toBe(1)
    await bob.click('.item')
    await bob.waitForURL(/apr_.*tenant=globex/)
    const tab = await bob.context().newPage()
    await tab.goto(`${url}/inbox/${approvalId}`)
    await tab.click('#decision button[value="approve"]')
    await bob.getByText('This is approved').waitFor()
    await bob.goBack()
    await bob.getByText('Nothing waits.').waitFor()
    expect(await bob.inputValue('input[name="tenant"]')).toBe('globex')
  })
})

describe('what is sent back', () => {
  test('in words alone goes to whoever asked, is written anew, and shows its difference', async () => {
    const { url } = await server()
    const { runId, approvalId } = await waitingFor(url)
    const bob = await people.open(`${url}/inbox/${approvalId}`)
    await actAs(bob, 'reviewer')
    await bob.fill('form#decision input[name="reason"]', 'Say what it costs')
    await bob.click('button[value="request_changes"]')
    await bob.getByText('This is changes requested').waitFor()

    const ana = await people.open(`${url}/runs/${runId}`)
    await ana.getByText('Say what it costs').first().waitFor()
    await ana.click('a[href$="/steps/s2/revise"]')
    await ana.getByText('reviewer sent this back').waitFor()
    await ana.click('button.go')
    await ana.getByText('Nothing was changed yet.').waitFor()
    await ana.fill('#input-prospect_data', 'company: [unfinished')
    await ana.click('button.go')
    await ana.getByText('cannot be read as YAML or JSON').waitFor()
    expect(await ana.inputValue('#input-prospect_data')).toBe('company: [unfinished')
    await ana.fill('#input-prospect_data', 'company: Acme\nrole: finance\ntrigger: grow\nindustry: software')
    await ana.click('button.go')
    await ana.waitForURL(new RegExp(`/runs/${runId}$`))

    const next = approvalId.replace(/_1$/, '_2')
    await ana.locator(`a[href$="${next}"]`).first().waitFor()
    await bob.goto(`${url}/inbox/${next}`)
    await bob.locator('.diff ins', { hasText: 'finance' }).first().waitFor()
    await bob.click('#decision button[value="approve"]')
    await bob.getByText('This is approved').waitFor()
    await ana.getByText('succeeded').first().waitFor()
    expect([...problemsOf(ana), ...problemsOf(bob)]).toEqual([])
  })

  test('a run that was denied goes on with corrected facts', async () => {
    const { url } = await server()
    const { runId, approvalId } = await waitingFor(url)
    await post(`${url}/v1/approvals/${approvalId}/decision`, { decision: 'deny', reason: 'No' }, 'reviewer')
    const ana = await people.open(`${url}/runs/${runId}`)
    await ana.fill('#corrected', '- a list\n- is no fact')
    await ana.getByText('Do what is missing').click()
    await ana.getByText('cannot be read as that').waitFor()
    await ana.fill(
      '#corrected',
      'prospect: { company: Acme Inc, role: finance, trigger: grow, industry: software }',
    )
    await ana.getByText('Do what is missing').click()
    await ana.getByText(`Goes on from`).waitFor()
    await ana.getByText('reviewer said no there').waitFor()
    await ana.getByText('Read and decide').click()
    await ana.locator('.letter').first().waitFor()
    expect(await ana.inputValue('#edit-message')).toContain('Acme Inc')
  })
})

describe('asking', () => {
  test('with facts missing or wrong has a field for each, with an example, and plans once they are there', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    await ana.fill('#goal', 'Score the Acme account')
    await ana.fill('#context', 'account: { revenue: a lot }')
    await ana.click('button[value="plan"]')
    await ana.locator('#fact-icp_criteria').waitFor()
    await ana.fill('#fact-icp_criteria', 'min_revenue: 5000000')
    await ana.click('button[value="plan"]')
    await ana.locator('#fact-account').waitFor()
    await ana.fill('#fact-account', 'revenue: 25000000')
    await ana.click('button[value="plan"]')
    await ana.locator('#plan svg .node').waitFor()
    expect(await ana.inputValue('#context')).toContain('min_revenue: 5000000')
    await ana.click('#plan button.go')
    await ana.getByText('Fit score').first().waitFor()
  })
})
