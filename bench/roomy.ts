// The shipped registry for many runs a day: the same tools and rules, budgets that a benchmark does not use up, and
// limits of time that no busy machine breaks.
import { parse } from 'yaml'
import { registryText } from './load.ts'

/** Profile of the benchmarks' runs. */
export const ROOMY_PROFILE = 'technical'
const CALLS_A_DAY = 1_000_000_000
const DAY_S = 86_400
const DAY_MS = DAY_S * 1000

type Source = {
  readonly tools: Record<string, { timeout_ms: number }>
  readonly profiles: Record<
    string,
    { timeout_seconds: number; readonly budget: { readonly tenant: { calls: number } } }
  >
}

/** Text of the registry. */
export async function roomyRegistry(): Promise<string> {
  const source = parse(await registryText()) as Source
  const profile = source.profiles[ROOMY_PROFILE]
  if (profile === undefined) throw new TypeError(`the registry has no profile ${ROOMY_PROFILE}`)
  profile.budget.tenant.calls = CALLS_A_DAY
  profile.timeout_seconds = DAY_S
  for (const tool of Object.values(source.tools)) tool.timeout_ms = DAY_MS
  // Every JSON text is YAML.
  return JSON.stringify(source, null, 1)
}
