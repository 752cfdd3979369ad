// When an invitation says that a meeting is: read by two programs of others, and held against the clocks of its zone as a
// third one knows them. An invitation that is wrong by anything is seen.
import ICAL from 'ical.js'
import { sync as nodeIcal } from 'node-ical'
import { expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/schedule-engagement-touchpoint.ts'
import { outputOf } from '../properties.ts'

/** Zones with the day on which their clocks change, in either half of the year and by an hour or less. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Europe/London', '2026-03-29'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['America/Santiago', '2026-04-05'],
  ['America/St_Johns', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Sydney', '2026-10-04'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Asia/Kathmandu', '2026-03-29'],
  ['Asia/Kolkata', '2026-10-25'],
] as const

type Slot = ReturnType<typeof tool.output.parse>['slots'][number]

const MINUTES = 60

/** Slots of the day on which the clocks change, and of the days around it. */
async function slotsAround(zone: string, day: string): Promise<readonly Slot[]> {
  const at = Date.parse(`${day}T00:00:00Z`)
  const dayOf = (days: number): string => new Date(at + days * 86_400_000).toISOString().slice(0, 10)
  const input = {
    time_zone: zone,
    earliest: dayOf(-1),
    latest: dayOf(2),
    duration_minutes: MINUTES,
    slots: 20,
    working_hours: { start: '00:00', end: '23:30', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
  }
  return tool.output.parse(await outputOf(tool, input, { at: at - 5 * 86_400_000 })).slots
}

/** What the clocks of a zone show at an instant. */
function clockOf(zone: string, instant: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(instant)
  return parts.replace(', ', 'T')
}

const icalStart = (invitation: string): { start: number; end: number } => {
  const calendar = new ICAL.Component(ICAL.parse(invitation) as never[])
  const [first] = calendar.getAllSubcomponents('vevent')
  if (first === undefined) throw new Error('no event')
  const { startDate, endDate } = new ICAL.Event(first)
  return { start: startDate.toJSDate().getTime(), end: endDate.toJSDate().getTime() }
}

const nodeStart = (invitation: string): { start: number; end: number } => {
  const event = Object.values(nodeIcal.parseICS(invitation)).find((one) => one?.type === 'VEVENT')
  if (event?.type !== 'VEVENT') throw new Error('no event')
  return { start: new Date(event.start).getTime(), end: new Date(event.end ?? 0).getTime() }
}

/** In what an invitation and the words of its slot do not say the same. */
function differences(zone: string, { start, local_start, end, invitation }: Slot): string[] {
  const found: string[] = []
  for (const [program, read] of [
    ['ical.js', icalStart(invitation)],
    ['node-ical', nodeStart(invitation)],
  ] as const) {
    if (read.start !== Date.parse(start) || read.end !== Date.parse(end)) found.push(`${program} instant`)
    if (read.end - read.start !== MINUTES * 60_000) found.push(`${program} duration`)
    if (clockOf(zone, read.start) !== local_start.slice(0, 19)) found.push(`${program} clock`)
    if (read.start !== Date.parse(local_start)) found.push(`${program} offset`)
  }
  return found
}

/** Both ends of a meeting later by so many hours, as a wrong offset makes them. */
const shifted = (invitation: string, hours: number): string =>
  invitation.replaceAll(
    /^(DT(?:START|END)):(\d{4})(\d\d)(\d\d)T(\d\d)(\d{4})Z/gm,
    (_line, name: string, ...parts) => {
      const [year, month, day, hour, rest] = parts as string[]
      const at = Date.parse(`${year}-${month}-${day}T${hour}:${rest?.slice(0, 2)}:${rest?.slice(2)}Z`)
      const moved = new Date(at + hours * 3_600_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
      return `${name}:${moved}Z`
    },
  )

test.each(CHANGES)(
  '%s around %s: two programs read the instant that the clocks there show',
  async (zone, day) => {
    const slots = await slotsAround(zone, day)
    expect(slots.length).toBeGreaterThan(3)
    expect(slots.flatMap((slot) => differences(zone, slot))).toEqual([])
  },
)

test.each([
  ['an hour too late', (text: string) => shifted(text, 1)],
  ['an hour too early', (text: string) => shifted(text, -1)],
  ['half an hour too late', (text: string) => shifted(text, 0.5)],
  [
    'in the time of whoever reads it',
    (text: string) => text.replaceAll(/^(DT(?:START|END)):(\S+)Z/gm, '$1;TZID=Asia/Tokyo:$2'),
  ],
  [
    'too long',
    (text: string) =>
      text.replace(
        /^DTEND:(\d{8}T)(\d\d)/m,
        (_all, date: string, hour: string) =>
          `DTEND:${date}${String((Number(hour) + 1) % 24).padStart(2, '0')}`,
      ),
  ],
])('an invitation that is %s is seen', async (_what, mutate) => {
  for (const [zone, day] of CHANGES.slice(0, 4)) {
    const slots = await slotsAround(zone, day)
    const unseen = slots.filter(
      (slot) => differences(zone, { ...slot, invitation: mutate(slot.invitation) }).length === 0,
    )
    expect(unseen).toEqual([])
  }
})
