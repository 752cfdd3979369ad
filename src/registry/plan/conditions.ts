// The expressions of a draft: that each can be worked out where it stands, and, where it uses nothing but the context
// that is given, what it says.
import { checkExpression, type KnownNames } from '../expressions/check.ts'
import { evaluateExpression } from '../expressions/evaluate.ts'
import { refuse, usableBefore, whyNotBefore, type Place } from './walk.ts'

export type Condition = {
  readonly text: string
  /** Steps whose values it uses, each once. */
  readonly steps: readonly string[]
}

const namesAt = (place: Place): KnownNames => ({
  steps: new Map(usableBefore(place).map(([id, tool]) => [id, tool?.outputs ?? null])),
  context: place.walk.ground.contextFields,
  items: new Set(),
  whyNot: (name) => whyNotBefore(place, name),
})

/** null: it cannot stand there, and why is told. */
export function conditionAt(text: string, place: Place): Condition | null {
  const checked = checkExpression(text, namesAt(place))
  return checked.ok ? { text, steps: checked.steps } : refuse(place, checked.message)
}

/** What it says already, before the run: null: that depends on steps, or cannot be told. */
export function knownAnswer({ text, steps }: Condition, { walk, isDead, path }: Place): boolean | null {
  const { context } = walk.ground
  if (steps.length > 0 || context === null || isDead) return null
  const answer = evaluateExpression(text, { context })
  if (answer.ok) return answer.holds
  refuse({ walk, path }, answer.message)
  return null
}
