// Keys for some tenants and profiles, over every page and stream of the console: found in the routers themselves, so that
// a new one cannot be forgotten.
import type { Router } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openConsole } from '../../src/console/console.ts'
import { ROLES } from '../../src/events/names.ts'
import { createRouter } from '../../src/http/app.ts'
import { newKey, parseKeys } from '../../src/http/callers/keys.ts'
import { DEFAULT_LIMITS } from '../../src/http/route.ts'
import { createRuntime, defineTool, type Runtime } from '../../src/runtime.ts'
import { asJson, openDoor } from './door.ts'
import { served } from './served.ts'

const REGISTRY = `
version: v1
metadata: { name: test, version: "1" }
tools:
  write: { domain: engagement, description: write, side_effects: propose, cost: 1,
           approval: { required: true, review: output }, outputs: { text: { type: string } } }
profiles:
  red: { allowed_tools: [write], timeout_seconds: 60, budget: { run: { calls: 5 }, tenant: { window: day, calls: 50 } } }
  blue: { allowed_tools: [write], timeout_seconds: 60, budget: { run: { calls: 5 }, tenant: { window: day, calls: 50 } } }
`
const CONTENT = 'content under review'
const PERSON = 'somebody-else'
const write = defineTool({
  name: 'write',
  input: z.strictObject({}),
  output: z.strictObject({ text: z.string() }),
  run: () => ({ text: CONTENT }),
})

const KEYS: Readonly<Record<string, object>> = {
  [PERSON]: { roles: ROLES },
  own: { roles: ROLES },
  acme: { roles: ROLES, tenants: ['acme'] },
  red: { roles: ROLES, profiles: ['red'] },
  both: { roles: ROLES, tenants: ['acme'], profiles: ['red'] },
}
const made = Object.entries(KEYS).map(([id, entry]) => ({ id, ...newKey(), ...entry }))
const keys = parseKeys(JSON.stringify({ keys: made.map(({ key: _key, ...entry }) => entry) }))
const keyOf = (id: string): string => made.find((one) => one.id === id)?.key ?? ''

type Place = { readonly method: string; readonly path: string }

/** What a router answers, as it was registered. */
const placesOf = ({ stack }: Router): Place[] =>
  stack.flatMap(({ route }) => {
    if (route === undefined) return []
    const methods = new Set(route.stack.flatMap(({ method }) => (typeof method === 'string' ? [method] : [])))
    // One route may have several addresses.
    const paths: unknown = route.path
    return [paths].flat().flatMap((path) => [...methods].map((method) => ({ method, path: String(path) })))
  })

let runtime: Runtime
let url = ''
let close: (() => Promise<void>) | undefined
let own = { run: '', approval: '' }
let foreign = { run: '', approval: '' }
let batch = ''

async function waiting(by: string, { tenant, profile }: { tenant: string; profile: string }) {
  const headers = { authorization: `Bearer ${keyOf(by)}`, 'content-type': 'application/json' }
  const send = async (path: string, body: object) =>
    asJson(await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }))
  const { run_id } = await send('/v1/runs', { goal: 'write', tenant, profile })
  const { batch_id } = await send('/v1/batches', { goal: 'write', tenant, profile, items: [{}] })
  const run = String(run_id)
  for (;;) {
    const position = runtime.journal.position()
    const [approval] = Object.keys((await runtime.engine.state(run)).approvals)
    if (approval !== undefined) return { run, approval, batch: String(batch_id) }
    await runtime.journal.changed(position, AbortSignal.timeout(20_000))
  }
}

beforeAll(async () => {
  runtime = await createRuntime({ registry: REGISTRY, dataDir: null, tools: [write], keys })
  ;({ url, close } = await served(runtime))
  own = await waiting('own', { tenant: 'acme', profile: 'red' })
  const others = await waiting(PERSON, { tenant: 'beta', profile: 'blue' })
  foreign = others
  batch = others.batch
})
afterAll(async () => close?.())

async function routers(): Promise<{ api: Router; pages: Router }> {
  let pages: Router | undefined
  const door = await openDoor({
    pages: async (window) => (pages = await openConsole(window, null)),
  })
  await door.get('/')
  if (pages === undefined) throw new Error('there is no console')
  return { api: createRouter(door.parts, DEFAULT_LIMITS), pages }
}

/** A page of somebody else's, by its address. */
const filled = (path: string): string =>
  path.replaceAll(/:(\w+)/g, (_all, name: string) => {
    if (name === 'run_id' || name === 'run') return foreign.run
    if (name.startsWith('approval')) return foreign.approval
    if (name.startsWith('batch') || name === 'list') return batch
    return name === 'step_id' || name === 'step' ? 's1' : 'x'
  })

async function signIn(id: string) {
  const form = new URLSearchParams({ key: keyOf(id) })
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', redirect: 'manual', body: form })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const home = await (await fetch(`${url}/`, { headers: { cookie } })).text()
  return { cookie, csrf: /name="_csrf"\s+value="([^"]+)"/.exec(home)?.[1] ?? '' }
}

/** Of a stream, how it begins. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text()
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return new TextDecoder().decode(value)
}

/** What a page says of others; the address that was asked for may stand in it. */
function leaksOf(text: string): string[] {
  const told = [foreign.run, foreign.approval, batch].reduce((rest, id) => rest.replaceAll(id, ''), text)
  return ['beta', 'blue', CONTENT, PERSON].filter((word) => told.includes(word))
}

const FIELDS = {
  decision: 'deny',
  reason: 'no',
  outcome: 'did_not_happen',
  tenant: 'beta',
  profile: 'blue',
  scope: 'tenant',
  key: 'beta',
  goal: 'write',
}

const AROUND = ['/assets/:name', '/sign-in', '/sign-out', '/persona']

describe('a key for some tenants or profiles', () => {
  test('is thought of in every route that the router has: the document has them all', async () => {
    const { api } = await routers()
    const document = await asJson(await fetch(`${url}/v1/openapi.json`))
    const paths = document['paths'] as Record<string, Record<string, unknown>>
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    const routed = placesOf(api).map(({ method, path }) => `${method} ${path}`)
    expect(routed.length).toBeGreaterThan(40)
    expect(routed.toSorted()).toEqual(documented.toSorted())
  })

  test.each(['acme', 'red', 'both'])(
    '%s learns and changes nothing of others on any page',
    async (id) => {
      const { pages } = await routers()
      const places = placesOf(pages).filter(({ path }) => !AROUND.includes(path))
      expect(places.length).toBeGreaterThan(30)
      const { cookie, csrf } = await signIn(id)
      expect(csrf).not.toBe('')
      const before = runtime.journal.position()
      const broken: string[] = []
      for (const { method, path } of places) {
        const address = `${url}${filled(path)}${path === '/stream' ? `?runs&approvals&watch=${foreign.run}` : ''}`
        const body = new URLSearchParams({
          ...FIELDS,
          _csrf: csrf,
          approval_id: foreign.approval,
          run_id: foreign.run,
        })
        const response = await fetch(address, {
          method: method.toUpperCase(),
          headers: { cookie },
          redirect: 'manual',
          ...(method === 'post' && { body }),
        })
        // The key for one tenant is for all of its profiles; a form shows again what was filled in.
        const allowed = [...(id === 'acme' ? ['blue'] : []), ...(method === 'post' ? ['beta', 'blue'] : [])]
        const leaks = leaksOf(await textOf(response)).filter((word) => !allowed.includes(word))
        const isWrong = response.status >= 500
        if (leaks.length > 0 || isWrong) broken.push(`${method} ${path} ${response.status} ${leaks.join()}`)
      }
      expect(broken).toEqual([])
      expect(runtime.journal.position()).toBe(before)
    },
    60_000,
  )

  test('sees on the same pages what is its own', async () => {
    const { cookie } = await signIn('both')
    const see = async (path: string) => (await fetch(url + path, { headers: { cookie } })).text()
    expect(await see('/runs')).toContain(own.run)
    expect(await see('/inbox')).toContain(own.approval)
  })
})
