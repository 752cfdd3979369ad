import { expect, test } from 'vitest'
import { mayUse, standingOf } from '../../src/run/budgets/tenants.ts'
import type { Tenants, TenantSpec } from '../../src/registry/registry.ts'

const spec = (name: string, shared = name.includes('*')): TenantSpec => ({
  name,
  limits: [],
  allowed_profiles: name === 'acme' ? ['demo'] : null,
  shared,
  warning_threshold: 0.8,
})

const tenantsOf = (unknown: Tenants['unknown'], specs: readonly TenantSpec[]): { tenants: Tenants } => ({
  tenants: { unknown, entries: Object.fromEntries(specs.map((each) => [each.name, each])) },
})

const NAMED = [spec('acme'), spec('eu-*'), spec('eu-north-*'), spec('*-test')]

test.each([
  ['acme', 'acme', 'acme'],
  ['eu-7', 'eu-*', 'eu-*'],
  ['eu-', 'eu-*', 'eu-*'],
  ['eu-north-1', 'eu-north-*', 'eu-north-*'],
  ['eu-test', '*-test', '*-test'],
  ['ACME', 'default', 'default'],
  ['constructor', 'default', 'default'],
])('%s is what the registry says of %s, and spends the budget of %s', (tenant, entry, budget) => {
  const standing = standingOf(tenantsOf('default', [...NAMED, spec('default', true)]), tenant)
  expect([standing?.spec?.name, standing?.budget]).toEqual([entry, budget])
})

test('a tenant that no entry is for is refused, or has a budget of its own, as the registry says', () => {
  expect(standingOf(tenantsOf('refuse', NAMED), 'nobody')).toBeNull()
  expect(standingOf(tenantsOf('refuse', [...NAMED, spec('default')]), 'nobody')).toBeNull()
  expect(standingOf(tenantsOf('refuse', [...NAMED, spec('default')]), 'default')?.budget).toBe('default')
  expect(standingOf(tenantsOf('default', NAMED), 'nobody')).toEqual({ spec: null, budget: 'nobody' })
  expect(standingOf({}, 'nobody')).toEqual({ spec: null, budget: 'nobody' })
})

test('a tenant uses the profiles that its entry names, or every one', () => {
  const { tenants } = tenantsOf('default', NAMED)
  const of = (tenant: string, profile: string): boolean => {
    const standing = standingOf({ tenants }, tenant)
    return standing !== null && mayUse(standing, profile)
  }
  expect([of('acme', 'demo'), of('acme', 'smb'), of('eu-1', 'smb'), of('nobody', 'smb')]).toEqual([
    true,
    false,
    true,
    true,
  ])
})
