// A new list in a browser as it is treated: texts that would be programs in every field, a second click, the way back, a
// reload, and a server that is killed between reading and starting and while the list is worked on.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { server } from '../cli/hand.ts'
import { browserOfFile, problemsOf } from './browser.ts'
import { DO, HOSTILE } from './hostile.ts'

const people = browserOfFile()
const lists = z.object({ items: z.array(z.object({ batch_id: z.string(), items: z.int() })) })
const listsOf = async (url: string) => lists.parse(await (await fetch(`${url}/v1/batches`)).json()).items

const cell = (text: string): string => `"${text.replaceAll('"', '""').replaceAll('\n', ' ')}"`

describe('a new list', () => {
  test('shows texts that would be programs as they were written, in every field and on every page after', async () => {
    const { url } = await server()
    const eve = await people.open(`${url}/lists/new`)
    const dialogs: string[] = []
    eve.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    const [heading = '', ...more] = HOSTILE
    const rows = more.map((text) => `${cell(text)},${cell(text)}`)
    await eve.fill('#goal', `Score ${heading}`)
    await eve.fill('#table', `${cell(heading)},Company\n${rows.join('\n')}\n`)
    await eve.fill('#context', `icp_criteria: ${JSON.stringify({ regions: HOSTILE })}`)
    await eve.click('button[value="read"]')
    await eve.locator('.mapping').waitFor()
    expect(await eve.locator('.mapping td').first().textContent()).toBe(heading)
    await eve.fill('input[name="path.0"]', DO)
    await eve.click('button[value="start"]')
    await eve.locator('.note.bad', { hasText: 'a name such as account.name' }).waitFor()
    expect(await eve.inputValue('input[name="path.0"]')).toBe(DO)
    await eve.fill('input[name="path.0"]', 'account.account_id')
    await eve.fill('input[name="path.1"]', 'account.name')
    await eve.fill('input[name="tenant"]', heading.slice(0, 60))
    await eve.click('button[value="start"]')
    await eve.locator('.note.bad').first().waitFor()
    await eve.fill('input[name="tenant"]', 'default')
    await eve.fill('#goal', 'Score the account')
    await eve.click('button[value="start"]')
    await eve.waitForURL(/\/lists\/bat_/)
    await eve.getByText(`of ${more.length}`).first().waitFor()
    expect(await eve.textContent('main')).toContain(more[20]?.slice(0, 40))
    for (const path of [eve.url(), `${url}/lists`, `${url}/runs`, `${url}/inbox`, `${url}/signals`]) {
      await eve.goto(path)
      await eve.keyboard.press('Tab')
      expect(await eve.evaluate('window.pwned')).toBeUndefined()
    }
    expect(dialogs).toEqual([])
    expect(problemsOf(eve)).toEqual([])
  })

  test('is one list however often it is sent, and outlives the server that is killed around it', async () => {
    const first = await server()
    const { url } = first
    const ana = await people.open(`${url}/lists/new`)
    await ana.click('[data-fill]')
    await ana.click('button[value="read"]')
    await ana.locator('.mapping').waitFor()

    // Killed between reading and starting: what was typed is there, and is started by the next process.
    await ana.fill('#goal', 'Score this account against our ideal customer')
    const port = new URL(url).port
    await first.end('SIGKILL')
    await ana.getByText('not live').waitFor()
    const second = await server({ DATA_DIR: first.dataDir, PORT: port })
    await ana.getByText('live', { exact: true }).waitFor()
    expect(await ana.inputValue('#goal')).toContain('ideal customer')
    await ana.locator('button[value="start"]').dblclick()
    await ana.waitForURL(/\/lists\/bat_/)
    const started = ana.url()
    await ana.getByText('3 succeeded').waitFor()

    // Back, and sent once more; read again and sent; the page reloaded.
    await ana.goBack()
    await ana.locator('button[value="start"]').click()
    await ana.waitForURL(started)
    await ana.reload()
    await ana.getByText('3 succeeded').waitFor()
    expect(await listsOf(url)).toMatchObject([{ items: 3 }])

    // Killed while its page is open: the page comes back to life, and says the same.
    await second.end('SIGKILL')
    await ana.getByText('not live').waitFor()
    await server({ DATA_DIR: first.dataDir, PORT: port })
    await ana.getByText('live', { exact: true }).waitFor()
    await ana.getByText('3 succeeded').waitFor()

    // A new page is a new list.
    await ana.goto(`${url}/lists/new`)
    await ana.click('[data-fill]')
    await ana.click('button[value="read"]')
    await ana.locator('.mapping').waitFor()
    await ana.locator('button[value="start"]').click()
    await ana.waitForURL(/\/lists\/bat_/)
    expect(ana.url()).not.toBe(started)
    expect(await listsOf(url)).toHaveLength(2)
    expect(problemsOf(ana).filter((text) => !text.includes('ERR_'))).toEqual([])
  })
})
