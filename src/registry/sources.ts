// The file section by section: every entry read by itself, so that one bad entry hides no other.
import type { z } from 'zod'
import { isRecord } from '../events/json.ts'
import { groupName, groupSource, type GroupSource } from './groups.ts'
import { name } from './name.ts'
import { completeNames, type NameLists } from './names.ts'
import { playbookSource, type PlaybookSource } from './plan/playbook.ts'
import { RETRIES } from './retries.ts'
import {
  adapterSource,
  alertName,
  alertSource,
  defaultsSource,
  domainsSource,
  modelName,
  modelSource,
  profileSource,
  retrySource,
  rootSource,
  toolSource,
  type AdapterSource,
  type AlertSource,
  type DefaultsSource,
  type ModelSource,
  type ProfileSource,
  type RetrySource,
  type ToolSource,
} from './schema.ts'
import { tenantName, tenantSource, unknownSource, type TenantSource } from './tenant-schema.ts'
import { check } from './words.ts'
import type { Fault, Path } from './yaml.ts'

/** By name, in the file's order; null: it is there, but not valid. */
export type Entries<T> = ReadonlyMap<string, T | null>

export type Sources = {
  readonly top: {
    readonly metadata: { name: string; version: string }
    readonly max_series: number
    readonly names: NameLists
  } | null
  /** null: the list is not valid, so that nothing can be said of a domain. */
  readonly domains: readonly string[] | null
  readonly defaults: DefaultsSource
  readonly tools: Entries<ToolSource>
  readonly profiles: Entries<ProfileSource>
  readonly adapters: Entries<AdapterSource>
  /** With the built-in ones. */
  readonly retry: Entries<RetrySource>
  readonly models: Entries<ModelSource>
  readonly alerts: Entries<AlertSource>
  /** null: the file has no such section. */
  readonly tenants: TenantSources | null
  readonly groups: Entries<GroupSource>
  readonly playbooks: Entries<PlaybookSource>
}

export type TenantSources = {
  readonly unknown: z.output<typeof unknownSource>
  readonly entries: Entries<TenantSource>
}

export type ReadSources = { readonly sources: Sources; readonly faults: readonly Fault[] }

type PlainMap = Readonly<Record<string, unknown>>

type Collect = <T>(checked: { readonly value: T | null; readonly faults: readonly Fault[] }) => T | null

type Shape<S extends z.ZodType> = { readonly section: string; readonly key: z.ZodString; readonly entry: S }

const ownEntry = (root: PlainMap, key: string): unknown => (Object.hasOwn(root, key) ? root[key] : undefined)

function entries<S extends z.ZodType>(root: PlainMap, shape: Shape<S>, collect: Collect) {
  const found = new Map<string, z.output<S> | null>()
  const section = ownEntry(root, shape.section)
  if (section === undefined) return found
  const path: Path = [shape.section]
  if (!isRecord(section)) {
    collect({ value: null, faults: [{ path, message: 'must be a map; {} is an empty one' }] })
    return found
  }
  for (const [key, value] of Object.entries(section)) {
    const here = [...path, key]
    const named = collect(check(shape.key, key, here))
    const entry = collect(check(shape.entry, value, here))
    found.set(key, named === null ? null : entry)
  }
  return found
}

const withBuiltIn = (own: Entries<RetrySource>): Entries<RetrySource> =>
  new Map<string, RetrySource | null>([...Object.entries(RETRIES), ...own])

/** Read by itself: a fault elsewhere at the top must not hide an unknown domain. */
function domainsOf(root: PlainMap): readonly string[] | null {
  const { value, faults } = check(domainsSource, ownEntry(root, 'domains'), [])
  return faults.length > 0 ? null : completeNames({ domains: value ?? undefined }).domains
}

/** Beside the tenants stands what becomes of those that are not there. */
function tenantsOf(root: PlainMap, collect: Collect): TenantSources | null {
  const section = ownEntry(root, 'tenants')
  if (section === undefined) return null
  const { unknown = 'default', ...tenants } = isRecord(section) ? section : {}
  const own = { tenants: isRecord(section) ? tenants : section }
  return {
    unknown: collect(check(unknownSource, unknown, ['tenants', 'unknown'])) ?? 'default',
    entries: entries(own, { section: 'tenants', key: tenantName, entry: tenantSource }, collect),
  }
}

/** Reads every section, and every fault in it; the references between them are not looked at. */
export function readSources(root: unknown): ReadSources {
  const faults: Fault[] = []
  const collect: Collect = (checked) => {
    faults.push(...checked.faults)
    return checked.value
  }
  const map = isRecord(root) ? root : {}
  const top = collect(check(rootSource, root, []))
  const sources: Sources = {
    top: top && {
      metadata: top.metadata,
      max_series: top.labels.max_series,
      names: completeNames({ ...top, operations: top.labels.operations }),
    },
    domains: domainsOf(map),
    defaults:
      top?.defaults ?? check(defaultsSource, ownEntry(map, 'defaults'), []).value ?? defaultsSource.parse({}),
    tools: entries(map, { section: 'tools', key: name, entry: toolSource }, collect),
    profiles: entries(map, { section: 'profiles', key: name, entry: profileSource }, collect),
    adapters: entries(map, { section: 'adapters', key: name, entry: adapterSource }, collect),
    retry: withBuiltIn(entries(map, { section: 'retry', key: name, entry: retrySource }, collect)),
    models: entries(map, { section: 'models', key: modelName, entry: modelSource }, collect),
    alerts: entries(map, { section: 'alerts', key: alertName, entry: alertSource }, collect),
    tenants: tenantsOf(map, collect),
    groups: entries(map, { section: 'groups', key: groupName, entry: groupSource }, collect),
    playbooks: entries(map, { section: 'playbooks', key: name, entry: playbookSource }, collect),
  }
  if (isRecord(ownEntry(map, 'profiles')) && sources.profiles.size === 0)
    faults.push({ path: ['profiles'], message: 'must have at least one profile' })
  return { sources, faults }
}
