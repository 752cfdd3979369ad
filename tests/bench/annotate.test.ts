// Annotations before a server that answers as Grafana does.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { annotateOn } from '../../bench/annotate.ts'
import { bench, resultOf, TINY } from './command.ts'

type Asked = { readonly path: string; readonly authorization: string | undefined; readonly body: unknown }
type Answer = { readonly status: number; readonly text: string; readonly location?: string }

async function grafana(answer: Answer = { status: 200, text: '{"id":1,"message":"Annotation added"}' }) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { url: path = '', headers } = request
      asked.push({ path, authorization: headers.authorization, body })
      if (answer.location !== undefined) response.setHeader('location', answer.location)
      response.writeHead(answer.status).end(answer.text)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const TOKEN = 'glsa_0123456789'
const at = '2026-01-15T12:00:10.000Z'
const measured = resultOf({ at, figures: [{ name: 'events', value: 12.5, unit: '/s' }] })

async function pushed(url: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const warnings: string[] = []
  await annotateOn(url, { env, warn: (text) => warnings.push(text) })(measured, Date.parse(at) - 10_000)
  return warnings
}

describe('a benchmark on the dashboards', () => {
  test('is an annotation from its begin to its end, with its commit and the tag that the dashboards ask for', async () => {
    const { url, asked } = await grafana()
    expect(await pushed(`${url}/grafana/`, { GRAFANA_TOKEN: TOKEN })).toEqual([])
    expect(asked).toEqual([
      {
        path: '/grafana/api/annotations',
        authorization: `Bearer ${TOKEN}`,
        body: {
          time: Date.parse(at) - 10_000,
          timeEnd: Date.parse(at),
          tags: ['bench', 'fold'],
          text: 'benchmark fold, commit abc1234\nevents 12.5 /s',
        },
      },
    ])
  })

  test('needs no token where Grafana asks for none', async () => {
    const { url, asked } = await grafana()
    expect(await pushed(url)).toEqual([])
    expect(asked).toMatchObject([{ authorization: undefined }])
  })

  test('that is refused is a warning, and the token is not in it even when the answer repeats it', async () => {
    const { url } = await grafana({ status: 401, text: `Invalid API key ${TOKEN}` })
    expect(await pushed(url, { GRAFANA_TOKEN: TOKEN })).toEqual([
      'Grafana did not take the annotation: it answers 401 Invalid API key ***',
    ])
  })

  test('is not sent on to where a redirection points', async () => {
    const elsewhere = await grafana()
    const { url } = await grafana({ status: 307, text: '', location: `${elsewhere.url}/api/annotations` })
    expect(await pushed(url, { GRAFANA_TOKEN: TOKEN })).toEqual([
      expect.stringMatching(/^Grafana did not take the annotation: .*redirect/),
    ])
    expect(elsewhere.asked).toEqual([])
  })

  test.each(['not an address', 'ftp://grafana', 'http://name:word@grafana'])(
    'does not go to %s',
    (address) => {
      expect(() => annotateOn(address, { env: {}, warn: () => undefined })).toThrow(/--annotate/)
    },
  )

  test('costs no result when nobody listens: the result is printed, the warning stands beside it', async () => {
    const { url } = await grafana()
    const gone = url.replace(/\d+$/, '9')
    const { code, out, err } = await bench([...TINY, '--json', '--annotate', gone], { GRAFANA_TOKEN: TOKEN })
    expect({ code, bench: (JSON.parse(out) as { bench: string }).bench }).toEqual({ code: 0, bench: 'fold' })
    expect(err).toContain('Grafana did not take the annotation')
    expect(err + out).not.toContain(TOKEN)
  })
})
