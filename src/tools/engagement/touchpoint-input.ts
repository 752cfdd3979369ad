// What a proposal of times to meet at is made from: hours, people, and times as people write them in a time zone.
import { z } from 'zod'
import { valueRule } from '../../events/checks/value-rule.ts'
import { labelSchema, textSchema } from '../field.ts'
import type { Interpretation, Reading } from '../reading.ts'
import { cleanText } from '../text.ts'
import { WEEKDAYS, type Span, type Weekday, type WorkingHours } from './free-slots.ts'
import { inZone, minutesOf, readMoment, zoneOf } from './local-time.ts'

const MOST_SLOTS = 20
const MOST_BUSY = 1000
const MOST_PEOPLE = 50
const MOST_DAYS = 92
export const DAY_MS = 86_400_000
/** Beyond the year 9999 calendars express nothing; `earliest` is so much before it that every search ends within. */
export const LAST_EARLIEST = 253_402_214_400_000 - MOST_DAYS * DAY_MS

const ZONE_TAKEN = 'must be the name of a time zone, such as Europe/Berlin or UTC'
const zoneSchema = labelSchema.refine((name) => zoneOf(name) !== null, ZONE_TAKEN)

const LONG_NAMES: Readonly<Record<string, Weekday>> = {
  monday: 'mon',
  tuesday: 'tue',
  wednesday: 'wed',
  thursday: 'thu',
  friday: 'fri',
  saturday: 'sat',
  sunday: 'sun',
}
const weekdayOf = (name: string): Weekday | undefined => {
  const text = cleanText(name).toLowerCase()
  return LONG_NAMES[text] ?? WEEKDAYS.find((day) => day === text)
}
const isDefined = (day: Weekday | undefined): day is Weekday => day !== undefined

const timeSchema = z
  .string()
  .max(20)
  .refine((text) => minutesOf(text) !== null, 'must be a time of the day, such as 09:00 or 17:30')

const hoursSchema = z
  .strictObject({
    start: timeSchema.default('09:00'),
    end: timeSchema.default('17:00'),
    days: z
      .array(
        z
          .string()
          .max(20)
          .refine((name) => weekdayOf(name) !== undefined, `must be one of ${WEEKDAYS.join(', ')}`),
      )
      .min(1)
      .max(7)
      .default(['mon', 'tue', 'wed', 'thu', 'fri']),
  })
  .refine(({ start, end }) => (minutesOf(start) ?? 0) < (minutesOf(end) ?? 0), {
    path: ['end'],
    message: 'must be later than start, on the same day',
  })

export const personSchema = z.strictObject({
  name: labelSchema.max(200).nullish(),
  email: z.email('must be an e-mail address').max(254),
})

const fields = z.strictObject({
  /** Of the working hours, and of times without an offset. */
  time_zone: zoneSchema,
  /** Where those who are met live: the slots are within the hours of both. */
  attendee_time_zone: zoneSchema.nullish(),
  working_hours: hoursSchema.prefault({}),
  duration_minutes: z.int().min(5).max(480).default(30),
  slots: z.int().min(1).max(MOST_SLOTS).default(3),
  /** Left out: now. */
  earliest: z.unknown().optional(),
  /** Left out: two weeks later. */
  latest: z.unknown().optional(),
  busy: z
    .array(z.strictObject({ start: z.unknown().optional(), end: z.unknown().optional() }))
    .max(MOST_BUSY)
    .default([]),
  title: labelSchema.max(200).default('Meeting'),
  description: textSchema.max(5000).default(''),
  location: z.string().max(500).default(''),
  organizer: personSchema.nullish(),
  attendees: z.array(personSchema).max(MOST_PEOPLE).default([]),
})
type Input = z.output<typeof fields>

export type Times = {
  readonly earliest: number | null
  readonly latest: number | null
  readonly busy: Span[]
  readonly interpreted: Interpretation[]
  readonly problems: { readonly path: (string | number)[]; readonly message: string }[]
}

/** Every time of an input, as it was read. */
export function timesOf({
  time_zone,
  earliest,
  latest,
  busy,
}: Pick<Input, 'time_zone' | 'earliest' | 'latest' | 'busy'>): Times {
  const zone = zoneOf(time_zone) ?? 'UTC'
  const interpreted: Interpretation[] = []
  const problems: Times['problems'] = []
  const read = (value: unknown, path: (string | number)[]): number | null => {
    const reading: Reading<number | null> = readMoment(value, zone)
    if ('problem' in reading) problems.push({ path, message: reading.problem })
    else if (reading.rule !== null)
      interpreted.push({
        path: path.join('.'),
        as: reading.value === null ? null : inZone(reading.value, zone),
        rule: reading.rule,
      })
    return 'problem' in reading ? null : reading.value
  }
  const from = read(earliest, ['earliest'])
  const until = read(latest, ['latest'])
  const spans = busy.flatMap(({ start: first, end: last }, at): Span[] => {
    const before = problems.length
    const [start, end] = [read(first, ['busy', at, 'start']), read(last, ['busy', at, 'end'])]
    if (start !== null && end !== null && start < end) return [{ start, end }]
    if (problems.length === before)
      problems.push({
        path: ['busy', at, 'end'],
        message: 'must be later than start, and both must be there',
      })
    return []
  })
  problems.push(...spanProblems(from, until))
  return { earliest: from, latest: until, busy: spans, interpreted, problems }
}

function spanProblems(from: number | null, until: number | null): Times['problems'] {
  const problems: Times['problems'] = []
  if (from !== null && (from < 0 || from > LAST_EARLIEST))
    problems.push({ path: ['earliest'], message: 'must be from 1970 to 9999' })
  if (from !== null && until !== null && until <= from)
    problems.push({ path: ['latest'], message: 'must be later than earliest' })
  if (from !== null && until !== null && until - from > MOST_DAYS * DAY_MS)
    problems.push({ path: ['latest'], message: `must be at most ${MOST_DAYS} days after earliest` })
  return problems
}

export const hoursOf = ({ start, end, days }: Input['working_hours']): WorkingHours => ({
  start: minutesOf(start) ?? 0,
  end: minutesOf(end) ?? 0,
  days: days.map(weekdayOf).filter(isDefined),
})

/** With its problems told beside those of the other fields. */
export const inputSchema = fields.check(
  valueRule(
    (input, context) => {
      for (const { path, message } of timesOf(input).problems)
        context.addIssue({ code: 'custom', path, message })
    },
    { when: ({ value }) => fields.pick({ time_zone: true, busy: true }).loose().safeParse(value).success },
  ),
)
