// Limits in windows as a person writes them: one map, or a list of maps, one for each length of window.
import { z } from 'zod'
import { valueRule } from '../events/checks/value-rule.ts'
import { windowSchema } from '../events/policy.ts'
import { isTimeZone, UTC } from '../events/time-zone.ts'
import { amountsSource } from './amounts.ts'
import { plainWords } from './words.ts'

const MOST_WINDOWS = 8

const windowSource = amountsSource.extend({
  window: windowSchema.default('day'),
  time_zone: z
    .string()
    .refine(isTimeZone, { error: 'must be the name of a time zone, such as Europe/Berlin' })
    .default(UTC),
})
export type WindowSource = z.output<typeof windowSource>

/** Each length once: two limits in one window are one limit. */
const windowList = z
  .array(windowSource)
  .min(1)
  .max(MOST_WINDOWS)
  .check(
    valueRule((entries, context) => {
      const lengths = entries.map(({ window }) => window)
      for (const [index, window] of lengths.entries()) {
        if (lengths.indexOf(window) === index) continue
        context.addIssue({ code: 'custom', path: [index, 'window'], message: `${window} is there twice` })
      }
    }),
  )

/** A map is a list of one; its problems are at its own path. */
export const windowsSource = z.unknown().transform((value, context): WindowSource[] => {
  const read = Array.isArray(value)
    ? windowList.safeParse(value, { error: plainWords })
    : z.tuple([windowSource]).safeParse([value], { error: plainWords })
  if (read.success) return read.data
  for (const issue of read.error.issues) {
    const path = Array.isArray(value) ? issue.path : issue.path.slice(1)
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [null]
    for (const key of names) {
      const here = key === null ? path : [...path, key]
      context.addIssue({ code: 'custom', path: here, message: issue.message })
    }
  }
  return z.NEVER
})
