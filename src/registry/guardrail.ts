import { readPath } from './path.ts'
import type { Guardrail } from './registry.ts'

export type Judged = {
  /** undefined: not known yet, its guardrails are left for later. */
  readonly input?: unknown
  readonly output?: unknown
}

function broken({ path, ...guardrail }: Guardrail, value: unknown): string[] {
  const isNumber = typeof value === 'number' && Number.isFinite(value)
  const { equals, in: allowed, min, max } = guardrail
  return [
    ...(equals !== undefined && value !== equals ? [`${path} must be ${JSON.stringify(equals)}`] : []),
    ...(allowed && !allowed.some((one) => one === value)
      ? [`${path} must be one of ${allowed.map((one) => JSON.stringify(one)).join(', ')}`]
      : []),
    ...(min !== undefined && !(isNumber && value >= min)
      ? [`${path} must be a number of at least ${min}`]
      : []),
    ...(max !== undefined && !(isNumber && value <= max)
      ? [`${path} must be a number of at most ${max}`]
      : []),
  ]
}

/**
 * One sentence for each assertion that does not hold, in the registry's words: the value itself is never
 * repeated. A field that is not there breaks its guardrail.
 */
export function brokenGuardrails(guardrails: readonly Guardrail[], judged: Judged): string[] {
  return guardrails.flatMap((guardrail) => {
    const value = guardrail.path.startsWith('input.') ? judged.input : judged.output
    return value === undefined ? [] : broken(guardrail, readPath(judged, guardrail.path))
  })
}
