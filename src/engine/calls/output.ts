// What a tool gave back: as it may be kept, or why it may not.
import { z } from 'zod'
import { memoize } from '../../cache.ts'
import { keptPayload, plainPayload, type KeptValue, type Payload } from '../../events/digest.ts'
import { plainCheck } from '../../events/checks/plain-check.ts'
import { jsonFault, type JsonFault } from '../../events/checks/json-fault.ts'
import { brokenGuardrails } from '../../registry/guardrail.ts'
import { checkFields } from '../../registry/fields.ts'
import { maxOutputBytes, type ToolSpec } from '../../registry/registry.ts'
import { failure, type Failure } from '../../run/failure.ts'
import type { Tool } from '../../tools/tool.ts'
import { brokenSchema, parseWith } from './input-check.ts'

/** An output, and the payload it is kept as. */
export type Kept = { readonly output: unknown; readonly payload: Payload }

type Checked =
  | ({ readonly ok: true } & Kept)
  | {
      readonly ok: false
      readonly failure: Failure
      /** What the schema threw, which could not say it. */
      readonly thrown?: unknown
    }

const refuse = (message: string): Checked => ({
  ok: false,
  failure: failure('agent_invalid_output', message, 'yes'),
})

/** The schema inside of optional, nullable and default ones. */
function bare(schema: unknown): unknown {
  const isAround =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
  return isAround ? bare(schema.unwrap()) : schema
}

/** Whoever looks for it finds the rest from there. */
const DEEPEST_TOLD = 12

/** A path as it may be told: names that the tool declares and places in lists; any other name may be personal data. */
function tellable(tool: Tool, spec: ToolSpec, path: readonly string[]): string {
  let schema: unknown = bare(tool.output)
  const told = path.slice(0, DEEPEST_TOLD).map((name, depth) => {
    const known = schema
    const isField = known instanceof z.ZodObject && Object.hasOwn(known.shape, name)
    schema = isField ? bare(known.shape[name]) : known instanceof z.ZodArray ? bare(known.element) : undefined
    const isDeclared = isField || (depth === 0 && Object.hasOwn(spec.outputs, name))
    return isDeclared || /^\d+$/.test(name) ? name : '*'
  })
  return told.length === 0 ? 'it' : told.join('.')
}

const tooLarge = (spec: ToolSpec): Checked =>
  refuse(`The output of ${spec.name} is larger than ${maxOutputBytes(spec) / 1024} KiB (max_output_kb).`)

/** Nearly every output: JSON keeps it as it is, and it is not too large. null: it must be looked at closer. */
function plainly(value: unknown, spec: ToolSpec, salt: string): KeptValue | null {
  try {
    return plainPayload(value, salt, maxOutputBytes(spec))
  } catch {
    return null
  }
}

function faultOf(value: unknown, spec: ToolSpec): JsonFault | 'too_large' | 'unreadable' | null {
  try {
    return jsonFault(value, maxOutputBytes(spec))
  } catch {
    return 'unreadable'
  }
}

/** What is not kept as it is (a date, for one), or why it cannot be kept. */
function closely(tool: Tool, spec: ToolSpec, given: { value: unknown; salt: string }): KeptValue | Checked {
  const fault = faultOf(given.value, spec)
  if (fault === 'too_large') return tooLarge(spec)
  if (fault !== null && fault !== 'unreadable')
    return refuse(
      `The output of ${spec.name} cannot be kept: ${tellable(tool, spec, fault.path)} ${fault.why}.`,
    )
  const kept = fault === null ? keptPayload(given.value, given.salt) : null
  return kept ?? refuse(`The output of ${spec.name} does not fit its declaration.`)
}

/** No character is more than three bytes: of nearly every output none has to be counted. */
const isWithin = (text: string, bytes: number): boolean =>
  text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes

const withinSize = ({ value, payload }: KeptValue, spec: ToolSpec): Checked =>
  isWithin(payload.body, maxOutputBytes(spec)) ? { ok: true, output: value, payload } : tooLarge(spec)

type Made = { readonly output: unknown; readonly salt: string }

const quickly = memoize((schema: Tool['output']) => ({ check: plainCheck(schema) }))

/**
 * Nearly every output: the copy that is kept is checked, so that nothing can change between the two. null: it may not
 * fit, or only its schema can tell.
 */
function keptAtOnce(tool: Tool, spec: ToolSpec, { output, salt }: Made): Checked | null {
  const { check } = quickly(tool.output)
  const kept = check && plainly(output, spec, salt)
  return kept && check(kept.value) ? withinSize(kept, spec) : null
}

/** As its schema gives it back. */
function keptAsParsed(tool: Tool, spec: ToolSpec, { output, salt }: Made): Checked {
  const parsed = parseWith(tool.output, output, tool.name)
  if ('thrown' in parsed) return { ok: false, failure: brokenSchema(spec.name), thrown: parsed.thrown }
  if (!parsed.success) return refuse(`The output of ${spec.name} does not fit its declaration.`)
  const given = { value: parsed.data, salt }
  const kept = plainly(given.value, spec, salt) ?? closely(tool, spec, given)
  return 'ok' in kept ? kept : withinSize(kept, spec)
}

/** The output as it may be kept, or why it may not. */
export function checkOutput(
  tool: Tool,
  spec: ToolSpec,
  values: { readonly input: unknown; readonly output: unknown; readonly salt: string },
): Checked {
  const kept = keptAtOnce(tool, spec, values) ?? keptAsParsed(tool, spec, values)
  if (!kept.ok) return kept
  if (checkFields(spec.outputs, kept.output).length > 0)
    return refuse(`The output of ${spec.name} does not fit its declaration.`)
  const broken = brokenGuardrails(spec.guardrails, { input: values.input, output: kept.output })
  if (broken.length === 0) return kept
  const message = `The output of ${spec.name} breaks a guardrail of the registry.`
  return { ok: false, failure: failure('policy_security', message, 'yes') }
}
