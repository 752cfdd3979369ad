// A program that uses the library: from its start to the end of its first run. Started by cold.ts, once for each
// figure, with the data's folder, the folder of compiled code ('' where nothing is kept compiled) 'count' or '', and the address of the library where it is not the tree.
import { readFile } from 'node:fs/promises'
import { enableCompileCache, registerHooks } from 'node:module'
import type { createRuntime } from '../src/runtime.ts'
import type { ColdStart } from './cold.ts'

type Library = { readonly createRuntime: typeof createRuntime }

const [dataDir = '', compiled = '', count = '', library = '../src/runtime.ts'] = process.argv.slice(2)
let modules = 0
if (compiled !== '') enableCompileCache(compiled)
if (count !== '') {
  registerHooks({
    load: (url, context, next) => {
      if (!url.startsWith('node:')) modules += 1
      return next(url, context)
    },
  })
}

const { createRuntime: open } = (await import(library)) as Library
const loadedMs = performance.now()
const registry = await readFile(new URL('../registry.yaml', import.meta.url), 'utf8')
const runtime = await open({ registry, dataDir })
const asked = { goal: 'Score the account', profile: 'demo', planner: 'rules', tenant: 'default', limits: {} }
const context = { account: { revenue: 5_000_000 }, icp_criteria: { min_revenue: 1_000_000 } }
const { runId } = await runtime.engine.start(
  { ...asked, context, idempotencyKey: null, traceparent: null },
  { id: 'bench', roles: ['operator'] },
)
const state = await runtime.engine.settled(runId, 60_000, new AbortController().signal)
const finishedMs = performance.now()
if (state?.finished?.status !== 'succeeded') throw new Error('the run did not succeed')
const start: ColdStart = { loadedMs, finishedMs, modules }
process.stdout.write(JSON.stringify(start))
await runtime.stop()
