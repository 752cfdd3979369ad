// What a vendor is set up with, and every way in which that is wrong: told at once, by variable, without a value.
import { expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { ProblemItem } from '../../src/events/problem.ts'
import { adapterWith } from './contract/reach.ts'

const hubspot = { HUBSPOT_TOKEN: 'hush-token' }
const salesforce = {
  SALESFORCE_INSTANCE_URL: 'https://x.my.salesforce.com',
  SALESFORCE_TOKEN: 'hush-token',
}
const pipedrive = { PIPEDRIVE_TOKEN: 'hush-token' }
const dynamics = { DYNAMICS_URL: 'https://x.crm.dynamics.com', DYNAMICS_TOKEN: 'hush-token' }

async function problemsOf(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly ProblemItem[]> {
  try {
    await adapterWith(name, settings)
    return []
  } catch (error) {
    return error instanceof AppError ? error.problems : [{ path: String(error), message: '' }]
  }
}

test.each<[string, string, Record<string, string>, string[]]>([
  ['hubspot', 'a token alone', hubspot, []],
  ['salesforce', 'a token', salesforce, []],
  ['pipedrive', 'a token alone', pipedrive, []],
  ['dynamics', 'a token', dynamics, []],
  ['hubspot', 'a test server on this machine', { ...hubspot, HUBSPOT_BASE_URL: 'http://127.0.0.1:9/' }, []],
  [
    'hubspot',
    'http to elsewhere',
    { ...hubspot, HUBSPOT_BASE_URL: 'http://example.com' },
    ['HUBSPOT_BASE_URL'],
  ],
  ['hubspot', 'no address', { ...hubspot, HUBSPOT_BASE_URL: 'hubspot' }, ['HUBSPOT_BASE_URL']],
  [
    'hubspot',
    'a secret in the address',
    { ...hubspot, HUBSPOT_BASE_URL: 'https://me:hush@example.com' },
    ['HUBSPOT_BASE_URL'],
  ],
  [
    'hubspot',
    'everything wrong at once',
    {
      HUBSPOT_TOKEN: 'hush\ntoken',
      HUBSPOT_BASE_URL: 'ftp://x',
      HUBSPOT_PORTAL_ID: 'hush',
      HUBSPOT_KEY_PROPERTY: 'a-hush',
    },
    ['HUBSPOT_TOKEN', 'HUBSPOT_BASE_URL', 'HUBSPOT_PORTAL_ID', 'HUBSPOT_KEY_PROPERTY'],
  ],
  [
    'pipedrive',
    'a query in the address',
    { ...pipedrive, PIPEDRIVE_BASE_URL: 'https://x?a=1' },
    ['PIPEDRIVE_BASE_URL'],
  ],
  [
    'salesforce',
    'nothing to sign in with',
    { SALESFORCE_INSTANCE_URL: 'https://x.my.salesforce.com' },
    ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  ],
  [
    'salesforce',
    'an id without its secret',
    { SALESFORCE_INSTANCE_URL: 'https://x.my.salesforce.com', SALESFORCE_CLIENT_ID: 'id' },
    ['SALESFORCE_CLIENT_SECRET'],
  ],
  [
    'salesforce',
    'two ways to sign in',
    { ...salesforce, SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'hush' },
    ['SALESFORCE_TOKEN'],
  ],
  [
    'dynamics',
    'half of an application',
    { DYNAMICS_URL: 'https://x.crm.dynamics.com', DYNAMICS_CLIENT_ID: 'id' },
    ['DYNAMICS_TENANT_ID', 'DYNAMICS_CLIENT_SECRET'],
  ],
  ['dynamics', 'two ways to sign in', { ...dynamics, DYNAMICS_CLIENT_ID: 'id' }, ['DYNAMICS_TOKEN']],
  [
    'dynamics',
    'a column that is none',
    { ...dynamics, DYNAMICS_KEY_COLUMN: "a' or '1" },
    ['DYNAMICS_KEY_COLUMN'],
  ],
])('%s with %s', async (...[name, , settings, paths]) => {
  const problems = await problemsOf(name, settings)
  expect(problems.map(({ path }) => path)).toEqual(paths)
  expect(JSON.stringify(problems)).not.toContain('hush')
})
