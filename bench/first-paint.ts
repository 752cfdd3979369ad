// The first page in a real browser: from the start of its navigation until it is painted and answers to what is done on
// it, each time in a browser that has never been there.
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { figure, type Figure } from './bench.ts'
import { median } from './compare/ratios.ts'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const ROUNDS = 9

/** Milliseconds since the navigation began: scripts have run and fields can be typed into, and it is painted. */
const USABLE = `Promise.resolve().then(() => {
  const [navigation] = performance.getEntriesByType('navigation')
  const [paint] = performance.getEntriesByName('first-contentful-paint')
  return Math.max(navigation.domContentLoadedEventEnd, paint?.startTime ?? 0)
})`

async function once(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.locator('#goal').focus()
  // A page that nobody sees may be painted late: what counts is the frame after the one that is due.
  await page.evaluate('new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))')
  const took = Number(await page.evaluate(USABLE))
  await context.close()
  return took
}

/** Nothing where there is no Chromium. */
export async function firstPaint(url: string): Promise<Figure[]> {
  const program = PROGRAMS.find((path) => existsSync(path))
  if (program === undefined) return []
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    // The browser itself is warm after its first page.
    await once(browser, url)
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) times.push(await once(browser, url))
    return [
      figure('first page usable in a browser, median', median(times), 'ms'),
      figure('first page usable in a browser, slowest', Math.max(...times), 'ms'),
    ]
  } finally {
    await browser.close()
  }
}
