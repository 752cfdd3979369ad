// A real Chromium before the real server: one browser a file, a context of its own for each person.
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, vi } from 'vitest'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

function program(): string {
  const found = PROGRAMS.find((path) => existsSync(path))
  if (found === undefined) throw new Error('these tests need Chromium: apt-get install chromium')
  return found
}

export type People = {
  /** A page of somebody new: with cookies of their own, and the errors that their page had. */
  readonly open: (url: string, how?: { width?: number; height?: number; dark?: boolean }) => Promise<Page>
}

const problems = new WeakMap<Page, string[]>()

/** What a page complained of: scripts that failed, and what the policy forbade. */
export const problemsOf = (page: Page): readonly string[] => problems.get(page) ?? []

export function browserOfFile(): People {
  // A browser on a loaded machine is slow, and never wrong for that.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
  let browser: Browser | null = null
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program(), args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
  })
  return {
    open: async (url, { width = 1440, height = 900, dark = false } = {}) => {
      if (browser === null) throw new Error('no browser')
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      context.setDefaultTimeout(100_000)
      const page = await context.newPage()
      const found: string[] = []
      problems.set(page, found)
      page.on('pageerror', (error) => found.push(error.message))
      page.on('console', (message) => {
        // A refusal is an answer, which the browser reports as well.
        if (message.type() === 'error' && !message.text().includes('status of 4')) found.push(message.text())
      })
      await page.goto(url)
      return page
    },
  }
}

/** Chooses who acts, where no keys are set up. */
export async function actAs(page: Page, persona: 'requester' | 'reviewer'): Promise<void> {
  const answered = page.waitForNavigation()
  await page.selectOption('select[name="persona"]', persona)
  await answered
  expect(await page.inputValue('select[name="persona"]')).toBe(persona)
}

/** Asks for the demo's goal with the example of the page; its run. */
export async function startExample(page: Page, base: string): Promise<string> {
  await page.goto(`${base}/`)
  await page.click('[data-fill]')
  await page.click('button[value="plan"]')
  await page.click('#plan button.go')
  await page.waitForURL(/\/runs\/run_/)
  return page.url().split('/').at(-1) ?? ''
}
