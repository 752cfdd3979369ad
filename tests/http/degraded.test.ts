// A reading that fell back is told wherever its run is: in the output, the run's answer, on its page and in a metric.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { run as runSchema } from '../../src/http/runs/run-answers.ts'
import { createRuntime, defineAdapter } from '../../src/runtime.ts'
import { asJson } from './door.ts'

const crm = (name: string, revenue: number) =>
  defineAdapter({
    name,
    interface: 'crm',
    getAccount: async (account_id) => ({
      account_id,
      name: 'Acme',
      industry: 'Retail',
      revenue,
      employee_count: null,
      region: null,
      updated_at: null,
    }),
  })

const registry = readFileSync('registry.yaml', 'utf8')
  .replace(
    /^adapters:$/m,
    'adapters:\n  north: { interface: crm, module: north, enabled: true, fallback: south }\n  south: { interface: crm, module: south, enabled: true }',
  )
  .replaceAll('allowed_adapters: [salesforce,', 'allowed_adapters: [north, salesforce,')

async function product() {
  const runtime = await createRuntime({
    registry,
    dataDir: null,
    adapters: [crm('north', 1), crm('south', 2)],
  })
  const server = createServer(express().use(runtime.router))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await runtime.stop()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-cugar-actor': 'olga' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

test('a reading that fell back says so in output, run, page and metric; one that did not says nothing', async () => {
  const send = await product()
  const look = async () => {
    const asked = {
      goal: 'Retrieve the account signals',
      profile: 'sales_manager',
      context: { account_id: 'a-1', fetch_from_crm: true, account: { account_id: 'a-1' } },
    }
    const accepted = await asJson(await send('POST', '/v1/runs?wait=30', asked))
    return runSchema.parse(await asJson(await send('GET', `/v1/runs/${String(accepted['run_id'])}`)))
  }
  const usual = await look()
  expect(usual).toMatchObject({ status: 'succeeded', answer: { degraded: [] }, steps: [{ degraded: null }] })

  await send('PUT', '/v1/adapters/north', { enabled: false, reason: 'An incident at theirs' })
  const fell = await look()
  const reason = 'Adapter north is cut off; it is the first of its fallbacks that is not.'
  expect(fell).toMatchObject({
    status: 'succeeded',
    answer: {
      degraded: [`s1 retrieve_account_signals was answered by south in place of north. ${reason}`],
    },
    steps: [
      {
        adapter: 'south',
        degraded: { from: 'north', reason },
        output: { source: 'south', degraded: { from: 'north', reason } },
      },
    ],
  })
  const page = await (await send('GET', `/runs/${fell.run_id}`)).text()
  expect(page).toContain('Degraded: s1 retrieve account signals was answered by south in place of north.')
  expect(page).toContain('<span class="pill warn">degraded</span> in place of north.')
  const metrics = await (await send('GET', '/metrics')).text()
  expect(metrics).toContain('cugar_adapter_fallbacks_total{adapter="north"} 1')
})
