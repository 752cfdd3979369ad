// The whole way of a goal in a browser: asked, planned, started, its draft read and decided, its answer read.
import { describe, expect, test } from 'vitest'
import { server } from '../cli/hand.ts'
import { simpleAnswer } from '../models/double.ts'
import { modelServer, says } from '../models/server.ts'
import { actAs, browserOfFile, problemsOf, startExample } from './browser.ts'

const people = browserOfFile()

describe('a goal in the browser', () => {
  test('is asked, planned with its price, started, decided by another person, and answered', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    await ana.click('[data-fill]')
    await ana.click('button[value="plan"]')
    expect(await ana.textContent('#plan')).toContain('2.7')
    expect(await ana.locator('#plan svg .node').count()).toBe(4)
    await ana.click('#plan button.go')
    await ana.waitForURL(/\/runs\/run_/)
    await ana.getByText('waits for a person').first().waitFor()

    const bob = await people.open(`${url}/inbox`)
    await actAs(bob, 'reviewer')
    await bob.click('.item')
    expect(await bob.inputValue('#edit-message')).toContain('Acme Corporation')
    await bob.keyboard.press('a')
    await bob.getByText('This is approved').waitFor()

    // Nobody reloads the other page: it learns of the decision by itself.
    await ana.getByText('succeeded').first().waitFor()
    expect(await ana.textContent('main')).toContain('Dear revenue operations team at Acme Corporation')
    await ana.click('[data-copy]')
    await ana.getByText('Copied').waitFor()
    expect(await ana.evaluate('navigator.clipboard.readText()')).toMatch(
      /^Shorter close times for Acme Corporation\n\nDear/,
    )
    expect([...problemsOf(ana), ...problemsOf(bob)]).toEqual([])
  })

  test('is planned by the rules and by a model side by side; the plan that is picked is the one that runs', async () => {
    const scripted = await modelServer((response, received, nth) =>
      says(simpleAnswer(received))(response, received, nth),
    )
    const { url } = await server({ OPENAI_BASE_URL: scripted.url })
    const ana = await people.open(`${url}/`)
    const compare = async () => {
      await ana.goto(`${url}/`)
      await ana.click('[data-fill]')
      await ana.click('button[value="compare"]')
      await ana.waitForSelector('#compared')
    }
    await compare()
    expect(await ana.textContent('#compared')).toContain('Only the rules: score account fit.')
    expect(await ana.textContent('#compared')).toContain('$0.000210')
    expect(await ana.textContent('#plan-model')).toContain('LLM: gpt-4o-mini')
    expect(await ana.locator('#plan-model svg .node').count()).toBe(3)
    const asked = scripted.received.length
    // Whatever it would say now: nobody asks it again for a plan that is there.
    scripted.answers(says('no plan'))
    await ana.click('#plan-model button.go')
    await ana.waitForURL(/\/runs\/run_/)
    await ana.getByText('waits for a person').first().waitFor()
    expect(await ana.textContent('main')).toContain('LLM: gpt-4o-mini')
    expect(await ana.locator('svg .node').count()).toBe(3)
    expect(scripted.received.length).toBe(asked)

    await compare()
    await ana.click('#plan-rules button.go')
    await ana.waitForURL(/\/runs\/run_/)
    await ana.getByText('waits for a person').first().waitFor()
    expect(await ana.textContent('main')).toContain('LLM: offline mode (rule-based), not asked')
    expect(await ana.locator('svg .node').count()).toBe(4)
    expect(problemsOf(ana)).toEqual([])
    await scripted.stop()
  })

  test('whoever asked is told that another person has to approve', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    await startExample(ana, url)
    await ana.getByText('Read and decide').click()
    await ana.getByText('another person has to approve it').waitFor()
    await ana.click('#decision button[value="approve"]')
    expect(await ana.locator('.note.bad').first().textContent()).not.toBe('')
    await actAs(ana, 'reviewer')
    await ana.click('#decision button[value="approve"]')
    await ana.getByText('This is approved').waitFor()
  })

  test('two browsers decide at once: one decides, the other is told what happened meanwhile', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    await startExample(ana, url)
    await ana.getByText('Read and decide').click()
    await ana.waitForURL(/\/inbox\//)
    const [bob, eve] = await Promise.all([people.open(ana.url()), people.open(ana.url())])
    await actAs(bob, 'reviewer')
    await actAs(eve, 'reviewer')
    // A page that learns of nothing.
    await eve.route('**/stream**', (route) => route.abort())
    await eve.reload()
    await eve.fill('input[name="reason"]', 'Not now')
    await bob.click('#decision button[value="approve"]')
    await bob.getByText('This is approved').waitFor()
    await eve.click('#decision button[value="deny"]')
    await eve.getByText('This is approved').waitFor()
    expect(await eve.locator('.note.bad').first().textContent()).not.toBe('')
  })

  test('a draft that is edited in place becomes revision 2, which its editor does not approve alone', async () => {
    const { url } = await server()
    const ana = await people.open(`${url}/`)
    const runId = await startExample(ana, url)
    await ana.getByText('Read and decide').click()
    await actAs(ana, 'reviewer')
    await ana.fill('#edit-message', 'Dear team,\n\nmay we talk for ten minutes next week?\n\nKind regards')
    await ana.fill('input[name="reason"]', 'Shorter')
    await ana.click('#decision button[value="edit"]')
    await ana.goto(`${url}/inbox`)
    await ana.click('.item')
    await ana.getByText('revision 2', { exact: true }).waitFor()
    expect(await ana.inputValue('#edit-message')).toContain('ten minutes')
    await ana.getByText('another person has to approve it').waitFor()
    expect(runId).toMatch(/^run_/)
  })

  test('what somebody types survives a change, a lost connection and a server that starts again', async () => {
    const first = await server()
    const ana = await people.open(`${first.url}/`)
    await startExample(ana, first.url)
    await ana.getByText('Read and decide').click()
    await ana.fill('input[name="reason"]', 'half a sen')
    await ana.focus('input[name="reason"]')
    const port = new URL(first.url).port
    await first.end('SIGKILL')
    await ana.getByText('not live').waitFor()
    await server({ DATA_DIR: first.dataDir, PORT: port })
    await ana.getByText('live', { exact: true }).waitFor()
    expect(await ana.inputValue('input[name="reason"]')).toBe('half a sen')
    expect(await ana.evaluate(`document.activeElement.getAttribute('name')`)).toBe('reason')
  })
})
