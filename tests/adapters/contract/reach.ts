// How the suite reaches an adapter: through the module that the registry loads, with the settings of a double.
import { loadAdapters } from '../../../src/adapters/catalogue.ts'
import type { AdapterCall } from '../../../src/adapters/adapter.ts'
import type { CrmActivity, CrmAdapter } from '../../../src/adapters/crm.ts'
import type { CallError } from '../../../src/run/failure.ts'
import { isCrm } from '../../../src/tools/tool.ts'

/** The shipped adapter of that name, connected with these settings alone. */
export async function adapterWith(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<CrmAdapter> {
  const spec = { name, interface: 'crm', module: name, enabled: true, enabled_env: null, fallback: null }
  const listed = SETTINGS.filter((variable) => variable.startsWith(`${name.toUpperCase()}_`))
  const { adapters } = await loadAdapters(
    [{ ...spec, secrets: [], settings: listed }],
    [],
    (variable) => settings[variable],
  )
  const adapter = adapters.get(name) ?? null
  if (!isCrm(adapter)) throw new Error(`there is no adapter ${name}`)
  return adapter
}

const SETTINGS = [
  'HUBSPOT_TOKEN',
  'HUBSPOT_BASE_URL',
  'HUBSPOT_PORTAL_ID',
  'HUBSPOT_KEY_PROPERTY',
  'SALESFORCE_INSTANCE_URL',
  'SALESFORCE_TOKEN',
  'SALESFORCE_CLIENT_ID',
  'SALESFORCE_CLIENT_SECRET',
  'SALESFORCE_LOGIN_URL',
  'SALESFORCE_KEY_FIELD',
  'PIPEDRIVE_TOKEN',
  'PIPEDRIVE_BASE_URL',
  'DYNAMICS_URL',
  'DYNAMICS_TOKEN',
  'DYNAMICS_TENANT_ID',
  'DYNAMICS_CLIENT_ID',
  'DYNAMICS_CLIENT_SECRET',
  'DYNAMICS_LOGIN_URL',
  'DYNAMICS_KEY_COLUMN',
]

let calls = 0

/** Far more time than any answer of a double takes, and a key of its own. */
export const callOf = (given: Partial<AdapterCall> = {}): AdapterCall => ({
  signal: new AbortController().signal,
  idempotencyKey: `run_${(calls += 1)}/s1/1`,
  timeoutMs: 60_000,
  ...given,
})

/** What it failed with. */
export async function failureOf(asked: Promise<unknown>): Promise<CallError> {
  try {
    await asked
  } catch (error) {
    return error as CallError
  }
  throw new Error('it did not fail')
}

/** Everything that an error says, to whoever looks. */
export const toldBy = (error: CallError): string =>
  [
    error.stack,
    error.message,
    JSON.stringify(error),
    JSON.stringify(error.problems),
    String(error.cause),
  ].join()

/** An activity with signs in it that mean something to HTML. */
export const noted = (accountId: string, given: Partial<CrmActivity> = {}): CrmActivity => ({
  account_id: accountId,
  opportunity_id: null,
  kind: 'call',
  subject: 'Talked about <the> "West" plants & more',
  body: 'Line 1\nLine 2',
  occurred_at: '2026-03-01T10:00:00+01:00',
  ...given,
})
