// Gauges that are read from state at the scrape: runs that wait for people, freezes, the disk, the registry's reload.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { draftsOf } from '../../../bench/run-events.ts'
import { memoryJournal } from '../../../src/journal/memory.ts'
import { createRuntime } from '../../../src/runtime.ts'
import { registryText } from '../../../bench/load.ts'
import { MANUAL } from '../../../src/events/control.ts'
import { NOON, record, recordRun, registry, run, start, step, valueOf } from '../world.ts'

const shown = async ({ views }: Awaited<ReturnType<typeof start>>) => (await views.metrics('text')).body
const WAITING = 'cugar_runs_waiting{profile="demo"}'

test('a run waits from its question to its answer, and after a restart it still does', async () => {
  const journal = memoryJournal()
  const asked = run({ steps: [step({ approval: 'approved' })] })
  const drafts = draftsOf(asked)
  const answer = drafts.findIndex(({ type }) => type === 'approval_received')
  const first = await start(journal)
  await record(journal, asked, drafts.slice(0, answer))
  await recordRun(journal, run({ runId: 'run_2' }))
  const body = await shown(first)
  expect([valueOf(body, WAITING), valueOf(body, 'cugar_runs_in_flight{profile="demo"}')]).toEqual([1, 1])
  expect(valueOf(body, 'cugar_runs_waiting{profile="smb"}')).toBe(0)
  const expiry = (risk: string) => `cugar_approval_next_expiry_timestamp_seconds{risk="${risk}"}`
  expect([valueOf(body, expiry('medium')), valueOf(body, expiry('low'))]).toEqual([NOON / 1000 + 3600, 0])
  await first.views.stop()
  const second = await start(journal)
  expect(valueOf(await shown(second), WAITING)).toBe(1)
  await record(journal, asked, drafts.slice(answer, answer + 1))
  expect(valueOf(await shown(second), WAITING)).toBe(0)
  await record(journal, asked, drafts.slice(answer + 1))
  const after = await shown(second)
  expect([valueOf(after, WAITING), valueOf(after, 'cugar_runs_in_flight{profile="demo"}')]).toEqual([0, 0])
  await second.views.stop()
})

test('the oldest freeze of each scope shows, and 0 where nothing is frozen', async () => {
  const freezes = [
    { scope: 'profile', key: 'demo', cause: 'manual', at: NOON - 5000 },
    { scope: 'profile', key: 'smb', cause: 'CugarBudgetExhausted', at: NOON - 90_000 },
  ] as const
  const projections = await start(memoryJournal(), { freezes: () => freezes })
  const body = await shown(projections)
  const since = (scope: string) => valueOf(body, `cugar_freeze_oldest_timestamp_seconds{scope="${scope}"}`)
  expect([since('profile'), since('tenant')]).toEqual([(NOON - 90_000) / 1000, 0])
  const by = (profile: string, who: string) =>
    valueOf(body, `cugar_profile_frozen_by{profile="${profile}",by="${who}"}`)
  expect(
    ['demo', 'smb', 'technical'].map((profile) => [by(profile, 'alert'), by(profile, 'person')]),
  ).toEqual([
    [0, 1],
    [1, 0],
    [0, 0],
  ])
  await projections.views.stop()
})

test('a frozen tenant shows with who froze it, by name where the registry names it, and no more when it is lifted', async () => {
  const frozen = (key: string, cause: string) => ({ scope: 'tenant' as const, key, cause, at: NOON })
  const acme = { name: 'acme', limits: [], allowed_profiles: null, shared: false, warning_threshold: 0.8 }
  const named = { ...registry, tenants: { unknown: 'default' as const, entries: { acme } } }
  let freezes = [frozen('acme', 'CugarBudgetExhausted'), frozen('somebody-wrote-this', MANUAL)]
  const projections = await start(memoryJournal(), { registry: named, freezes: () => freezes })
  const body = await shown(projections)
  expect(body).toContain('cugar_tenant_frozen_by{tenant="acme",by="alert"} 1\n')
  expect(body).toContain('cugar_tenant_frozen_by{tenant="other",by="person"} 1\n')
  freezes = []
  expect(await shown(projections)).not.toContain('cugar_tenant_frozen_by{')
  await projections.views.stop()
})

test('the bytes of the journal and of its disk show where it is kept in files, and nowhere else', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cugar-disk-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'journal.db'), 'x'.repeat(3000))
  writeFileSync(join(dir, 'journal.db-wal'), 'x'.repeat(500))
  writeFileSync(join(dir, 'other'), 'x'.repeat(9000))
  const kept = await start(memoryJournal(), { dataDir: dir })
  const body = await shown(kept)
  expect(valueOf(body, 'cugar_journal_bytes')).toBe(3500)
  expect(valueOf(body, 'cugar_data_dir_free_bytes')).toBeGreaterThan(0)
  expect(valueOf(body, 'cugar_data_dir_size_bytes')).toBeGreaterThan(
    valueOf(body, 'cugar_data_dir_free_bytes'),
  )
  await kept.views.stop()
  const nowhere = await start(memoryJournal())
  expect(await shown(nowhere)).not.toMatch(/^cugar_(journal_bytes|data_dir)/m)
  await nowhere.views.stop()
  const gone = await start(memoryJournal(), { dataDir: join(dir, 'missing') })
  expect(await shown(gone)).toContain('cugar_build_info')
  await gone.views.stop()
})

test('a registry that is refused shows until one is loaded', async () => {
  const runtime = await createRuntime({ registry: await registryText(), dataDir: null })
  onTestFinished(() => runtime.stop())
  const by = { id: 'alice', roles: ['admin'] }
  const success = async () =>
    valueOf((await runtime.views.metrics('text')).body, 'cugar_registry_reload_success')
  expect(await success()).toBe(1)
  await expect(runtime.reload('version: v9', by)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' })
  expect(await success()).toBe(0)
  await runtime.reload(null, by)
  expect(await success()).toBe(1)
})

test('only projections that run in this process have series', async () => {
  const without = await start(memoryJournal())
  const body = await shown(without)
  expect(body).not.toContain('projection="spans"')
  expect(valueOf(body, 'cugar_projection_lag_seconds_count{projection="metrics"}')).toBe(0)
  await without.views.stop()
  const spans = {
    projection: { name: 'spans', fold: () => undefined, drain: () => ({ state: null, rows: [] }) },
    from: 0,
    checkpointMs: null,
  }
  const all = await start(memoryJournal(), { others: [spans] })
  expect(valueOf(await shown(all), 'cugar_projection_position{projection="spans"}')).toBe(0)
  await all.views.stop()
})
