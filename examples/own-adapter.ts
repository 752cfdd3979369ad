// An adapter and a tool of one's own, without HTTP: the tool asks for the interface `crm`, the registry says who
// serves it, and a failure that is expected is a CallError with its mode.
// node examples/own-adapter.ts
import { CallError, createRuntime, defineAdapter, defineTool, isCrm } from 'cugar-sales'
import { z } from 'zod'

const registry = `
version: v1
metadata: { name: own-adapter, version: '1' }
tools:
  describe_account:
    domain: intelligence
    description: Describes an account in one sentence.
    adapter: crm
    inputs: { account_id: { type: string, required: true } }
    outputs: { sentence: { type: string, required: true } }
    binds: { account_id: context.account_id }
    cost: 0.1
    idempotent: true
profiles:
  demo:
    allowed_tools: [describe_account]
    allowed_adapters: [spreadsheet]
    timeout_seconds: 10
adapters:
  spreadsheet: { interface: crm, module: spreadsheet, enabled: true }
`

const rows = new Map([['a-1', { name: 'Acme Robotics', region: 'West' }]])

const spreadsheet = defineAdapter({
  name: 'spreadsheet',
  interface: 'crm',
  getAccount: async (accountId) => {
    const row = rows.get(accountId)
    if (row === undefined) return null
    const unknown = { industry: null, revenue: null, employee_count: null, updated_at: null }
    return { account_id: accountId, ...row, ...unknown }
  },
})

const describeAccount = defineTool({
  name: 'describe_account',
  input: z.object({ account_id: z.string() }),
  output: z.object({ sentence: z.string() }),
  run: async ({ account_id }, context) => {
    const { adapter } = context
    const account = isCrm(adapter) ? await adapter.getAccount(account_id, context) : null
    if (!account) throw new CallError('resource_not_found', 'The account is not in the CRM.')
    return { sentence: `${account.name} is in the region ${account.region}.` }
  },
})

const runtime = await createRuntime({
  registry,
  dataDir: null,
  tools: [describeAccount],
  adapters: [spreadsheet],
})

async function describe(accountId: string): Promise<unknown> {
  const request = {
    goal: 'Describe the account',
    profile: 'demo',
    context: { account_id: accountId },
    planner: 'rules',
    tenant: 'default',
    limits: {},
    idempotencyKey: null,
    traceparent: null,
  } as const
  const { runId } = await runtime.engine.start(request, { id: 'alice', roles: ['operator'] })
  const { steps } = await runtime.engine.settled(runId, 10_000, AbortSignal.timeout(10_000))
  const step = steps['s1']
  return step?.error?.mode ?? (step?.output ? await runtime.engine.payload(runId, step.output) : null)
}

console.log(await describe('a-1')) // { sentence: 'Acme Robotics is in the region West.' }
console.log(await describe('a-2')) // resource_not_found
await runtime.stop()
