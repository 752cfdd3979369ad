// Times to meet at, each with an invitation that a calendar can open. Books nothing and sends nothing.
import { z } from 'zod'
import { sha256 } from '../../events/digest.ts'
import { counted } from '../../run/figures.ts'
import { interpretationSchema } from '../reading.ts'
import { listed } from '../summary.ts'
import { defineTool } from '../tool.ts'
import { durationOf, freeSlots, type Span } from './free-slots.ts'
import { invitationOf, oneLine, type Meeting } from './invitation.ts'
import { inUtc, inZone, zoneOf } from './local-time.ts'
import { DAY_MS, hoursOf, inputSchema, LAST_EARLIEST, personSchema, timesOf } from './touchpoint-input.ts'

const DEFAULT_DAYS = 14

const slotSchema = z.strictObject({
  /** RFC 3339, UTC. */
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** In the time zone, with its offset then. */
  local_start: z.string(),
  /** For those who are met, where their time zone is known. */
  attendee_start: z.string().nullable(),
  /** iCalendar. */
  invitation: z.string(),
})

const outputSchema = z.strictObject({
  /** Nothing is booked and nothing is sent. */
  status: z.literal('proposed'),
  verdict: z.enum(['slots_found', 'fewer_than_asked', 'no_slot']),
  /** Earliest first. */
  slots: z.array(slotSchema),
  time_zone: z.string(),
  attendee_time_zone: z.string().nullable(),
  duration_minutes: z.int(),
  title: z.string(),
  description: z.string(),
  location: z.string(),
  organizer: personSchema.nullable(),
  attendees: z.array(personSchema),
  searched_from: z.iso.datetime(),
  searched_until: z.iso.datetime(),
  /** Names the invitations; each adds its start. */
  invitation_id: z.string(),
  created_at: z.iso.datetime(),
  warnings: z.array(z.string()),
  interpreted: z.array(interpretationSchema),
})
type Output = z.output<typeof outputSchema>
type Invited = Pick<
  Output,
  'time_zone' | 'attendee_time_zone' | 'invitation_id' | 'created_at' | keyof Meeting
>

function slotOf({ start, end }: Span, of: Invited): Output['slots'][number] {
  const id = `${of.invitation_id}-${inUtc(start).replaceAll(/[^\dTZ]/g, '')}@cugar-sales`
  return {
    start: inUtc(start),
    end: inUtc(end),
    local_start: inZone(start, of.time_zone),
    attendee_start: of.attendee_time_zone === null ? null : inZone(start, of.attendee_time_zone),
    invitation: invitationOf(of, { id, stamp: Date.parse(of.created_at), start, end }),
  }
}

const WARNINGS = [
  [
    'The invitation has no attendees: it is a calendar to publish, and asks nobody.',
    ({ attendees }: Invited) => attendees.length === 0,
  ],
  [
    'The invitation has no organizer: calendars cannot send an answer to anybody.',
    ({ organizer }: Invited) => organizer === null,
  ],
] as const

const warningsOf = (of: Invited): string[] => WARNINGS.flatMap(([text, holds]) => (holds(of) ? [text] : []))

function verdictOf(found: number, wanted: number): Output['verdict'] {
  if (found === 0) return 'no_slot'
  return found < wanted ? 'fewer_than_asked' : 'slots_found'
}

/** What a person has edited, with the invitations made anew. */
function revised(output: Output): Output {
  const slots = output.slots.map(({ start, end }) =>
    slotOf({ start: Date.parse(start), end: Date.parse(end) }, output),
  )
  return { ...output, slots, warnings: warningsOf(output) }
}

export const tool = defineTool({
  name: 'schedule_engagement_touchpoint',
  input: inputSchema,
  output: outputSchema,
  run: (input, { at, idempotencyKey }) => {
    const { earliest, latest, busy, interpreted } = timesOf(input)
    const start = earliest ?? Math.min(at, LAST_EARLIEST)
    const end = latest ?? start + DEFAULT_DAYS * DAY_MS
    const zone = zoneOf(input.time_zone) ?? 'UTC'
    const other = zoneOf(input.attendee_time_zone ?? '')
    const invited: Invited = {
      time_zone: zone,
      attendee_time_zone: other,
      title: oneLine(input.title),
      description: input.description,
      location: oneLine(input.location),
      organizer: input.organizer ?? null,
      attendees: input.attendees,
      invitation_id: sha256(idempotencyKey).slice(0, 32),
      created_at: inUtc(at),
    }
    const found = freeSlots({
      zones: other === null ? [zone] : [zone, other],
      hours: hoursOf(input.working_hours),
      durationMs: durationOf(input.duration_minutes),
      within: { start, end },
      busy,
      count: input.slots,
    })
    return {
      status: 'proposed' as const,
      verdict: verdictOf(found.length, input.slots),
      slots: found.map((slot) => slotOf(slot, invited)),
      ...invited,
      duration_minutes: input.duration_minutes,
      searched_from: inUtc(start),
      searched_until: inUtc(end),
      warnings: warningsOf(invited),
      interpreted,
    }
  },
  revised,
  summary: ({ slots, title, time_zone, duration_minutes, verdict, warnings, searched_until }) => [
    `${title}: ${verdict === 'no_slot' ? `no free time before ${searched_until}` : `${counted(slots.length, 'slot')} of ${duration_minutes} minutes`} (${time_zone})`,
    ...listed(
      'slot',
      slots.map(({ local_start, attendee_start }) =>
        attendee_start === null ? local_start : `${local_start} (there ${attendee_start})`,
      ),
    ),
    ...listed('warning', warnings),
  ],
})
