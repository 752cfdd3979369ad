// The runtime as it is served, with keys, under the shipped registry with tighter limits and a few scripted tools.
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { MODELS, openOutside } from '../../bench/chaos/outside.ts'
import { CallError, createRuntime, defineTool, type Tool } from '../../src/runtime.ts'
import { pathOf } from '../dashboards/shipped.ts'
import { keyring } from '../http/door.ts'

type ProfileText = {
  allowed_tools: string[]
  approvers: { timeout_s: number }
  budget: { run: { calls: number }; tenant: { window: string; calls: number } }
  timeout_seconds: number
  allowed_adapters: string[]
  llm?: object
}
type RegistryText = {
  labels: { max_series: number }
  tools: Record<string, object>
  profiles: Record<'demo' | 'sales_rep' | 'sales_manager' | 'enterprise' | 'smb' | 'technical', ProfileText>
  adapters: Record<'hubspot' | 'pipedrive', { breaker?: object; fallback?: string }>
  retry: { default: object }
}

/** One word of a goal each. */
const SCRIPTS = {
  amber: () => ({ value: 'done' }),
  fossil: () => ({ value: 'done' }),
  beryl: () => {
    throw new CallError('resource_not_found', 'There is no such record.', { happened: 'no' })
  },
  dolomite: () => {
    throw new CallError('system_unavailable', 'The system is down.', { happened: 'no' })
  },
  garnet: () => ({ value: 'sent' }),
} as const

const output = z.object({ value: z.string() })
const input = z.object({})

function scripted(): Tool[] {
  const tried = new Set<string>()
  const flaky = defineTool({
    name: 'coral_probe',
    input,
    output,
    run: (_, { runId }) => {
      if (tried.has(runId)) return { value: 'done' }
      tried.add(runId)
      throw new CallError('system_timeout', 'No answer in time.', { happened: 'no' })
    },
  })
  const endless = defineTool({
    name: 'ember_probe',
    input,
    output,
    run: async (_, { signal }) => {
      await once(signal, 'abort')
      throw new CallError('system_timeout', 'Stopped.', { happened: 'no' })
    },
  })
  const plain = Object.entries(SCRIPTS).map(([word, run]) =>
    defineTool({ name: `${word}_probe`, input, output, run }),
  )
  return [...plain, flaky, endless]
}

const entry = (word: string) => ({
  domain: word === 'garnet' ? 'engagement' : 'intelligence',
  description: word,
  outputs: { value: { type: 'string' } },
  cost: 1,
  timeout_ms: 10_000,
  ...(word === 'garnet' ? { side_effects: 'execute', approval: { risk: 'high' } } : {}),
})

/** The shipped registry; the tenants of `smb` may make so many calls a month. */
export function registryText(callsOfSmb: number): string {
  const source = parse(readFileSync(pathOf('registry.yaml'), 'utf8')) as RegistryText
  const words = [...Object.keys(SCRIPTS), 'coral', 'ember']
  for (const word of words) source.tools[`${word}_probe`] = entry(word)
  for (const profile of Object.values(source.profiles)) {
    profile.allowed_tools.push(...words.map((word) => `${word}_probe`))
  }
  source.labels.max_series = 10_000
  source.retry.default = { strategy: 'linear', base_ms: 5, cap_ms: 10, attempts: 2 }
  const { demo, sales_rep, sales_manager, enterprise, smb, technical } = source.profiles
  for (const profile of Object.values(source.profiles)) profile.llm = { planner: 'off', model: MODELS.dear }
  sales_manager.llm = { planner: 'plan', model: MODELS.dear }
  enterprise.llm = { planner: 'shadow', model: MODELS.dear, attempts: 1 }
  sales_manager.allowed_adapters = ['hubspot']
  demo.allowed_adapters = ['pipedrive', 'hubspot']
  demo.allowed_tools.push('retrieve_account_signals')
  // Two failures cut it off, for as long as the test takes.
  source.adapters.pipedrive.fallback = 'hubspot'
  source.adapters.pipedrive.breaker = { failures: 2, open_ms: 3_600_000 }
  sales_rep.budget.run.calls = 1
  enterprise.approvers.timeout_s = 2
  technical.timeout_seconds = 1
  smb.budget.tenant = { ...smb.budget.tenant, window: 'month', calls: callsOfSmb }
  return stringify(source)
}

const ROLES = [['operator'], ['approver', 'viewer'], ['admin', 'viewer'], ['metrics'], ['hooks']] as const
type Role = (typeof ROLES)[number][0]

export type Product = Awaited<ReturnType<typeof startProduct>>

/** Serves it on a loopback port, its journal and registry in `dir`, its spans sent to `otelEndpoint`. */
export async function startProduct(dir: string, otelEndpoint: string) {
  const registryFile = join(dir, 'registry.yaml')
  writeFileSync(registryFile, registryText(3))
  const outside = await openOutside()
  Object.assign(process.env, outside.environment)
  const { OPENAI_API_KEY: apiKey = '', OPENAI_BASE_URL: baseUrl = '' } = outside.environment
  const { keys, bearer } = keyring(...ROLES.map((roles) => [...roles]))
  const runtime = await createRuntime({
    registry: registryText(3),
    readRegistry: () => readFile(registryFile, 'utf8'),
    dataDir: join(dir, 'data'),
    tools: scripted(),
    keys,
    otelEndpoint,
    llm: { apiKey, baseUrl, model: null },
  })
  let isDeaf = false
  const server = createServer((request, response) => {
    if (isDeaf && request.url === '/metrics') response.writeHead(503).end()
    else runtime.router(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const keyOf = (role: Role): string => bearer[role]?.authorization.slice('Bearer '.length) ?? ''
  const call = async <T>(role: Role, path: string, body?: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${keyOf(role)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }
  return {
    address: `127.0.0.1:${port}`,
    call,
    keyOf,
    /** What Prometheus is told, as text. */
    scrape: async (): Promise<string> => {
      const headers = { authorization: `Bearer ${keyOf('metrics')}` }
      return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).text()
    },
    /** The models and vendors that it reaches. */
    outside,
    /** Scrapes fail until it hears again. */
    setDeaf: (deaf: boolean) => {
      isDeaf = deaf
    },
    breakRegistry: () => writeFileSync(registryFile, 'version: v9'),
    setSmbCalls: (calls: number) => writeFileSync(registryFile, registryText(calls)),
    stop: async () => {
      await runtime.stop()
      await outside.stop()
      for (const name of Object.keys(outside.environment)) Reflect.deleteProperty(process.env, name)
      server.closeAllConnections()
      server.close()
    },
  }
}
