// A scrape as it goes over the wire.
import { get as httpGet, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openDoor } from './door.ts'

const BODY = '# HELP cugar_runs_total Runs.\n'.repeat(2000)
const metrics = async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: BODY })

/** Without a client that decompresses by itself. */
const raw = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    httpGet(url, { headers }, resolve).once('error', reject)
  })

describe('GET /metrics', () => {
  it.each(['gzip', 'gzip, deflate', 'deflate, gzip;q=0.5', '*'])('is compressed for %s', async (encoding) => {
    const door = await openDoor({ views: { metrics } })
    const answer = await raw(`${door.url}/metrics`, { 'accept-encoding': encoding })
    const sent = await buffer(answer)
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.headers.vary).toContain('Accept-Encoding')
    expect(Number(answer.headers['content-length'])).toBe(sent.length)
    expect(sent.length).toBeLessThan(BODY.length / 10)
    expect(gunzipSync(sent).toString()).toBe(BODY)
  })

  it.each(['', 'identity', 'gzip;q=0', 'br'])('is plain for "%s"', async (encoding) => {
    const door = await openDoor({ views: { metrics } })
    const answer = await raw(`${door.url}/metrics`, encoding === '' ? {} : { 'accept-encoding': encoding })
    expect(answer.headers['content-encoding']).toBeUndefined()
    expect((await buffer(answer)).toString()).toBe(BODY)
  })
})
