// Whether an expression can be worked out when its time comes: every name is known, every type fits, the result is true
// or false. Used when a registry is read and before a plan is adopted; nothing of the values is needed.
import type { Environment } from '@marcbachmann/cel-js'
import type { Field, FieldType } from '../registry.ts'
import { environmentOf, readExpression, type ExpressionFault, type ValueReference } from './grammar.ts'

export type Fields = Readonly<Record<string, Field>>

/** What an expression may name. */
export type KnownNames = {
  /** By the id of a step before it, what that gives; null: it may give anything. */
  readonly steps: ReadonlyMap<string, Fields | null>
  /** What the context may have at its top; null: anything. */
  readonly context: Fields | null
  /** Names of the element of a list that the step is for. */
  readonly items: ReadonlySet<string>
  /** Why another name cannot be used. */
  readonly whyNot: (name: string) => string
}

export type CheckedExpression =
  | {
      readonly ok: true
      readonly references: readonly ValueReference[]
      /** Steps that it uses, each once. */
      readonly steps: readonly string[]
    }
  /** One sentence, with the place in the expression. */
  | { readonly ok: false; readonly message: string }

const CEL_TYPES: Readonly<Record<FieldType, string>> = {
  string: 'string',
  number: 'double',
  integer: 'double',
  boolean: 'bool',
  object: 'map<string, dyn>',
  array: 'list<dyn>',
  enum: 'dyn',
  any: 'dyn',
}

const typeOf = ({ type, values }: Field): string =>
  type === 'enum' && values.every((value) => typeof value === 'string') ? 'string' : CEL_TYPES[type]

const fieldsOf = (root: string, names: KnownNames): Fields | null =>
  root === 'context' ? names.context : (names.steps.get(root) ?? null)

const isKnown = (root: string, { steps, items }: KnownNames): boolean =>
  root === 'context' || steps.has(root) || items.has(root)

/** null: the reference can lead somewhere. */
function nameFault({ root, path, start }: ValueReference, names: KnownNames): ExpressionFault | null {
  if (!isKnown(root, names)) return { message: names.whyNot(root), at: start }
  if (names.items.has(root)) return null
  const [first] = path
  if (first === undefined)
    return { message: `say which value of ${root} is meant: ${root}.<name>`, at: start }
  const fields = fieldsOf(root, names)
  if (fields === null || Object.hasOwn(fields, first)) return null
  const known = Object.keys(fields).join(', ')
  const gives = known === '' ? 'nothing' : known
  return { message: `there is no ${root}.${first}; ${root} has ${gives}`, at: start }
}

function declare(environment: Environment, root: string, names: KnownNames): void {
  const fields = fieldsOf(root, names)
  if (fields === null) {
    environment.registerVariable(root, 'dyn')
    return
  }
  const schema = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, typeOf(field)]))
  environment.registerVariable({ name: root, schema })
}

/** null: its types fit, as far as they are declared. */
function typeFault(text: string, roots: readonly string[], names: KnownNames): ExpressionFault | null {
  const environment = environmentOf(false)
  for (const root of roots) declare(environment, root, names)
  const { valid, type, error } = environment.check(text)
  if (!valid) return { message: error?.summary ?? 'its types do not fit', at: error?.range?.start ?? 0 }
  const isAnswer = type === 'bool' || type === 'dyn'
  return isAnswer ? null : { message: `must be true or false, and is ${type}`, at: 0 }
}

const told = ({ message, at }: ExpressionFault): CheckedExpression => ({
  ok: false,
  message: `${message} (at character ${at + 1} of the expression)`,
})

export function checkExpression(text: string, names: KnownNames): CheckedExpression {
  const read = readExpression(text)
  if (!read.ok) return told(read.fault)
  const { references } = read
  for (const reference of references) {
    const fault = nameFault(reference, names)
    if (fault !== null) return told(fault)
  }
  const roots = [...new Set(references.map(({ root }) => root))]
  const fault = typeFault(text, roots, names)
  if (fault !== null) return told(fault)
  return { ok: true, references, steps: roots.filter((root) => names.steps.has(root)) }
}
