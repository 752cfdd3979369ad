// The expressions of a draft: that each can be worked out where it stands, and, where it uses nothing but the context
// that is given, what it says.
import { checkExpression, type KnownNames } from '../expressions/check.ts'
import { evaluateExpression } from '../expressions/evaluate.ts'
import { readPath } from '../path.ts'
import { itemCalled, refuse, usableBefore, whyNotBefore, type Place } from './walk.ts'

export type Condition = {
  readonly text: string
  /** Steps whose values it uses, each once. */
  readonly steps: readonly string[]
  /** It uses an item that is not known yet, or one that is. */
  readonly items: readonly string[]
}

const namesAt = (place: Place): KnownNames => ({
  steps: new Map(usableBefore(place).map(({ name, tool }) => [name, tool?.outputs ?? null])),
  context: place.walk.ground.contextFields,
  items: new Set(place.items.flatMap(({ names }) => names)),
  whyNot: (name) => whyNotBefore(place, name),
})

/** null: it cannot stand there, and why is told. */
export function conditionAt(text: string, place: Place): Condition | null {
  const checked = checkExpression(text, namesAt(place))
  if (!checked.ok) return refuse(place, checked.message)
  const known = usableBefore(place)
  const steps = checked.steps.flatMap((name) => known.find((step) => step.name === name)?.id ?? [])
  const items = place.items.flatMap(({ names }) => names)
  const used = new Set(checked.references.map(({ root }) => root))
  const sources = items
    .filter((name) => used.has(name))
    .flatMap((name) => itemCalled(name, place.items) ?? [])
  const makers = sources.flatMap((source) => ('step' in source ? [source.step] : []))
  return {
    text,
    steps: [...new Set([...steps, ...makers])],
    items: items.filter((name) => used.has(name)),
  }
}

/** What it says already, before the run: null: that depends on steps, or cannot be told. */
export function knownAnswer(condition: Condition, { walk, isDead, path, items }: Place): boolean | null {
  const { text, steps } = condition
  const { context } = walk.ground
  if (steps.length > 0 || context === null || isDead) return null
  const values: Record<string, unknown> = { context }
  for (const name of condition.items) {
    const source = itemCalled(name, items)
    if (source === undefined || 'step' in source || source.context.includes('*')) return null
    values[name] = readPath(context, source.context)
  }
  const answer = evaluateExpression(text, values)
  if (answer.ok) return answer.holds
  refuse({ walk, path }, answer.message)
  return null
}
