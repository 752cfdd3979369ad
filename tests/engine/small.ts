// A small registry for one thing at a time: amber gives a value, birch takes it, cedar takes both; eagle acts.
import type { Registry } from '../../src/registry/registry.ts'
import { registryFrom } from './world.ts'

export type Knobs = {
  readonly timeoutSeconds?: number
  readonly expirySeconds?: number
  readonly retry?: string
  readonly toolTimeoutMs?: number
}

export const QUICK = '{ strategy: linear, base_ms: 1, cap_ms: 2, jitter: 0, attempts: 3 }'

export const smallRegistry = (knobs: Knobs = {}): Registry =>
  registryFrom(`
version: v1
metadata: { name: test, version: "1" }
defaults: { retry: quick, timeout_ms: ${knobs.toolTimeoutMs ?? 10_000} }
tools:
  amber_work:
    { domain: territory, description: amber, outputs: { value: { type: string }, deep: { type: any } }, cost: 1 }
  birch_work:
    { domain: intelligence, description: birch, inputs: { a: { type: string, required: true }, deep: { type: any } },
      binds: { a: amber_work.value, deep: amber_work.deep }, outputs: { value: { type: string } }, cost: 1 }
  cedar_work:
    { domain: engagement, description: cedar, cost: 1, outputs: { value: { type: string } },
      inputs: { a: { type: string, required: true }, b: { type: string, required: true }, deep: { type: any } },
      binds: { a: amber_work.value, b: birch_work.value, deep: amber_work.deep } }
  dolphin_work:
    { domain: intelligence, description: dolphin, outputs: { value: { type: string } }, cost: 1 }
  eagle_work:
    { domain: engagement, description: eagle, side_effects: execute, idempotent: false,
      outputs: { value: { type: string } }, cost: 1 }
  falcon_work:
    { domain: engagement, description: falcon, inputs: { lost: { type: string, required: true } },
      binds: { lost: context.lost }, outputs: { value: { type: string } }, cost: 1 }
profiles:
  test:
    allowed_tools: [amber_work, birch_work, cedar_work, dolphin_work, eagle_work, falcon_work]
    approval_required: [execute]
    approvers: { timeout_s: ${knobs.expirySeconds ?? 3600} }
    budget: { run: { calls: 20, cost: 50 } }
    timeout_seconds: ${knobs.timeoutSeconds ?? 1000}
retry:
  quick: ${knobs.retry ?? QUICK}
`)

/** Something that a test lets happen when it wants to. */
export function gate<T>(): { readonly passed: Promise<T>; readonly open: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { passed: promise, open: resolve }
}
