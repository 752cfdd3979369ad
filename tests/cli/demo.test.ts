import { describe, expect, test } from 'vitest'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { cugar, documents, file, folder, server, start } from './hand.ts'

const fresh = () => ({ DATA_DIR: folder(), PORT: '0' })

describe('cugar demo', () => {
  test('plays the four steps with a simulated reviewer and prints the figures, twice on the same data', async () => {
    const env = fresh()
    const first = await cugar(['demo', '--exit', '--approve', 'auto'], env)
    expect(first).toMatchObject({ code: 0, err: '' })
    for (const said of [
      'a simulated reviewer looks at it for 2 s',
      's2 approved by simulated-reviewer after 2.',
      'steps executed: 4 of 4',
      'budget: 2.7 / 100.0 cost units, 4 / 50 calls',
      'domain engagement: 2 calls, 1.5 cost units',
      'tool qualify_opportunity: 1 call, 0.7 cost units',
      'approvals: 1 requested, 1 decided, wait 2.',
      '1 run, success rate 100 %, tool error rate 0 %',
      'fit score: 1.00 (high_priority)',
      'draft subject: Shorter close times for Acme Corporation',
      'Dear revenue operations team at Acme Corporation,',
      'quality grade: A',
      'qualification: qualified, MEDDICC 0.65',
    ])
      expect(first.out).toContain(said)
    expect(first.out).toMatch(
      /metrics: http:.*\/metrics\n {2}run: .*\/v1\/runs\/run_.*\n.*\/v1\/openapi.json/,
    )
    const second = await cugar(['demo', '--exit'], env)
    expect(second).toMatchObject({ code: 0, err: '' })
    expect(second.out).toContain('budget: 2.7 / 100.0 cost units')
    expect(second.out).toContain('2 runs, success rate 100 %')
  })

  test('with --json gives every event and the summary as one document a line', async () => {
    const { code, out } = await cugar(['demo', '--exit', '--json'], fresh())
    const all = documents(out)
    const summary = all.at(-1)
    expect(code).toBe(0)
    expect(all[0]).toMatchObject({ type: 'serving', url: expect.stringMatching(/^http:/) })
    expect(all.map(({ type }) => type)).toContain('approval_received')
    expect(summary).toMatchObject({
      type: 'summary',
      status: 'succeeded',
      steps_executed: 4,
      budget: { cost: { spent: 2.7, limit: 100 }, calls: { spent: 4, limit: 50 } },
      by_domain: expect.arrayContaining([{ name: 'engagement', calls: 2, cost: 1.5 }]),
      approvals: { requested: 1, decided: 1 },
    })
  })

  test('leaves the decision to whoever calls, goes on serving, and Ctrl-C ends it', async () => {
    const live = start(['demo', '--approve', 'console'], fresh())
    const how = await live.said('or: cugar approve')
    const [approvalId = '', , url = ''] = how.trim().split(' ').slice(3)
    const denied = await cugar(['deny', approvalId, '--reason', 'Not now', '--url', url])
    expect(denied).toMatchObject({ code: 0, out: expect.stringContaining('denied') })
    await live.said('openapi:')
    expect(await live.end('SIGINT')).toMatchObject({
      code: 1,
      out: expect.stringContaining('s3 skipped: dependency_failed'),
      err: expect.stringContaining('Ctrl-C ends it'),
    })
  })

  test('takes a free port when that of the settings is busy, but not when --port was asked for', async () => {
    // Who looks at the port finds somebody who says nothing.
    const other = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const busy = String((other.address() as AddressInfo).port)
    const env = { DATA_DIR: folder(), PORT: busy }
    const moved = await cugar(['demo', '--exit'], env)
    const refused = await cugar(['demo', '--exit', '--port', busy], env)
    await new Promise((resolve) => other.close(resolve))
    expect(moved).toMatchObject({ code: 0, err: `PORT ${busy} is in use: using a free one\n` })
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining(`PORT: 127.0.0.1:${busy} is in use`),
    })
  })

  test('does not start on a data directory that a server has open', async () => {
    const { dataDir } = await server()
    expect(await cugar(['demo', '--exit'], { DATA_DIR: dataDir, PORT: '0' })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^cugar: DATA_DIR_LOCKED: .+\n {2}DATA_DIR: Another process has .* open: .+process \d+/,
      ),
    })
  })

  test('ends with 1 when its own scenario does not succeed', async () => {
    const scenario = file('nothing.json', '{"goal":"Bake a cake","profile":"demo"}')
    const { code, out } = await cugar(['demo', '--exit', '--file', scenario], fresh())
    expect(code).toBe(1)
    expect(out).toContain('status: failed')
  })
})
