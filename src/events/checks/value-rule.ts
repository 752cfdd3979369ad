// A rule of one's own over a whole value: what zod's `superRefine` is, but for what it leaves behind. That writes a new
// function into each value that it checks; the engine makes such a function old at once, and with it all that was
// checked is kept until a full collection (a tenth of what a run left).
import { z } from 'zod'

export type RuleContext = {
  /** `path` is below the value; absent: the value itself. */
  readonly addIssue: (issue: {
    readonly code: 'custom'
    readonly path?: readonly PropertyKey[]
    readonly message: string
  }) => void
}

type Payload<T> = z.core.ParsePayload<T>

const contextOf = <T>({ issues, value }: Payload<T>): RuleContext => ({
  // What comes after it is checked all the same.
  addIssue: ({ path = [], ...issue }) =>
    issues.push({ ...issue, path: [...path], input: value, continue: true }),
})

type When = { readonly when: (payload: z.core.ParsePayload) => boolean }

/** For `.check(...)`: adds an issue for each problem of a value. `when`: only then; default: where it is valid so far. */
export function valueRule<T>(
  find: (value: T, context: RuleContext) => void,
  when?: When,
): z.core.$ZodCheck<T> {
  const check: z.core.$ZodCheck<T> = new z.core.$ZodCheck({ check: 'custom', ...when })
  const { _zod: inner } = check
  inner.check = (payload) => find(payload.value, contextOf(payload))
  return check
}
