import * as fc from 'fast-check'
import ICAL from 'ical.js'
import { sync as nodeIcal } from 'node-ical'
import { describe, expect, test } from 'vitest'
import { tool } from '../../../src/tools/engagement/schedule-engagement-touchpoint.ts'
import { summaryOf } from '../../../src/tools/summary.ts'
import { describeProperties, outputOf, problemPaths } from '../properties.ts'

const AT = Date.parse('2026-03-20T06:00:00Z')

type Proposal = ReturnType<typeof tool.output.parse>

const proposed = async (input: Record<string, unknown>): Promise<Proposal> =>
  tool.output.parse(await outputOf(tool, input, { at: AT }))

/** What one parser makes of an invitation. */
function byIcalJs(invitation: string) {
  const calendar = new ICAL.Component(ICAL.parse(invitation) as never[])
  const events = calendar.getAllSubcomponents('vevent')
  const [first] = events
  if (first === undefined) throw new Error('no event')
  const event = new ICAL.Event(first)
  return {
    events: events.length,
    method: calendar.getFirstPropertyValue('method'),
    uid: event.uid,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    summary: event.summary,
    location: event.location,
    description: event.description,
    organizer: first.getFirstPropertyValue('organizer'),
    attendees: first.getAllProperties('attendee').map((one) => [one.getParameter('cn'), one.getFirstValue()]),
    names: first
      .getAllProperties()
      .map((one) => one.name)
      .toSorted(),
  }
}

/** What another one makes of it. */
function byNodeIcal(invitation: string) {
  const events = Object.values(nodeIcal.parseICS(invitation)).filter((one) => one?.type === 'VEVENT')
  const [event] = events
  if (event?.type !== 'VEVENT') throw new Error('no event')
  return {
    events: events.length,
    uid: event.uid,
    start: new Date(event.start).toISOString(),
    end: new Date(event.end ?? 0).toISOString(),
    summary: event.summary,
    location: event.location,
  }
}

const PEOPLE = {
  organizer: { name: 'Kim "K" Lee', email: 'kim@example.com' },
  attendees: [{ name: 'Doe; Jo, Dr.', email: 'jo@example.org' }, { email: 'max@example.org' }],
}

describe('schedule_engagement_touchpoint', () => {
  test('proposes the first free time of each half of a working day', async () => {
    const { slots, ...rest } = await proposed({
      time_zone: 'europe/berlin',
      earliest: '2026-03-27T10:10',
      duration_minutes: 45,
      slots: 4,
    })
    expect(slots.map(({ local_start, start, end }) => [local_start, start, end])).toEqual([
      ['2026-03-27T10:30:00+01:00', '2026-03-27T09:30:00Z', '2026-03-27T10:15:00Z'],
      ['2026-03-27T12:00:00+01:00', '2026-03-27T11:00:00Z', '2026-03-27T11:45:00Z'],
      // The clocks of Berlin have changed over the week-end.
      ['2026-03-30T09:00:00+02:00', '2026-03-30T07:00:00Z', '2026-03-30T07:45:00Z'],
      ['2026-03-30T12:00:00+02:00', '2026-03-30T10:00:00Z', '2026-03-30T10:45:00Z'],
    ])
    expect(rest).toMatchObject({
      status: 'proposed',
      verdict: 'slots_found',
      time_zone: 'Europe/Berlin',
      created_at: '2026-03-20T06:00:00Z',
      searched_from: '2026-03-27T09:10:00Z',
      interpreted: [{ path: 'earliest', as: '2026-03-27T10:10:00+01:00', rule: 'local_time' }],
    })
  })

  test.each([
    // The clocks jump from two to three, so that half past two is no time.
    ['Europe/Berlin', '2026-03-29', ['01:00:00+01:00', '01:30:00+01:00', '03:00:00+02:00', '03:30:00+02:00']],
    // The hour from two to three comes twice, and nobody knows which one is meant.
    ['Europe/Berlin', '2026-10-25', ['01:00:00+02:00', '01:30:00+02:00', '03:00:00+01:00', '03:30:00+01:00']],
    [
      'America/New_York',
      '2026-03-08',
      ['01:00:00-05:00', '01:30:00-05:00', '03:00:00-04:00', '03:30:00-04:00'],
    ],
    [
      'America/New_York',
      '2026-11-01',
      ['02:00:00-05:00', '02:30:00-05:00', '03:00:00-05:00', '03:30:00-05:00'],
    ],
    // Half an hour.
    [
      'Australia/Lord_Howe',
      '2026-10-04',
      ['01:00:00+10:30', '01:30:00+10:30', '02:30:00+11:00', '03:00:00+11:00', '03:30:00+11:00'],
    ],
    [
      'Asia/Kathmandu',
      '2026-03-29',
      [
        '01:00:00+05:45',
        '01:30:00+05:45',
        '02:00:00+05:45',
        '02:30:00+05:45',
        '03:00:00+05:45',
        '03:30:00+05:45',
      ],
    ],
  ])('%s on %s: only times that the clocks show once', async (zone, day, expected) => {
    const found: string[] = []
    const starts = ['01:00', '01:30', '02:00', '02:30', '03:00', '03:30']
    for (const start of starts) {
      const [hour = '', minute = ''] = start.split(':')
      const end = minute === '00' ? `${hour}:30` : `0${Number(hour) + 1}:00`
      const { slots } = await proposed({
        time_zone: zone,
        earliest: day,
        latest: `${day}T12:00`,
        duration_minutes: 30,
        slots: 1,
        working_hours: { start, end, days: ['sun'] },
      })
      found.push(...slots.map(({ local_start }) => local_start.slice(11)))
    }
    expect(found).toEqual(expected)
  })

  test('a meeting across a change of the clocks lasts as long as any other', async () => {
    const { slots } = await proposed({
      time_zone: 'Europe/Berlin',
      earliest: '2026-03-29',
      duration_minutes: 120,
      slots: 1,
      working_hours: { start: '01:00', end: '05:00', days: ['sun'] },
    })
    expect(slots[0]).toMatchObject({ start: '2026-03-29T00:00:00Z', end: '2026-03-29T02:00:00Z' })
  })

  test('leaves out what is busy, and keeps to the hours of both zones', async () => {
    const { slots } = await proposed({
      time_zone: 'Europe/Berlin',
      attendee_time_zone: 'America/New_York',
      earliest: '2026-03-23',
      slots: 2,
      busy: [{ start: '2026-03-23 14:00', end: '2026-03-23T16:00:00+01:00' }],
    })
    expect(slots.map(({ local_start, attendee_start }) => [local_start, attendee_start])).toEqual([
      ['2026-03-23T16:00:00+01:00', '2026-03-23T11:00:00-04:00'],
      ['2026-03-24T14:00:00+01:00', '2026-03-24T09:00:00-04:00'],
    ])
  })

  test('says when there is no time, or less than was asked for', async () => {
    const none = { time_zone: 'UTC', earliest: '2026-03-28', latest: '2026-03-29' }
    expect(await proposed(none)).toMatchObject({ verdict: 'no_slot', slots: [] })
    expect(await proposed({ ...none, latest: '2026-03-31', slots: 5 })).toMatchObject({
      verdict: 'fewer_than_asked',
      slots: [{}, {}],
    })
  })

  test('an invitation says the same to two programs', async () => {
    const { slots, invitation_id } = await proposed({
      time_zone: 'Europe/Berlin',
      earliest: '2026-03-27',
      slots: 2,
      title: 'Forecast; "Q2", 予測 🙂 '.repeat(6).trim(),
      description: 'First line\n\nSecond: a,b;c\\n',
      location: 'Room 5, 2nd floor',
      ...PEOPLE,
    })
    expect(slots).toHaveLength(2)
    for (const { start, end, invitation } of slots) {
      const [utcStart, utcEnd] = [new Date(start).toISOString(), new Date(end).toISOString()]
      const read = byIcalJs(invitation)
      expect(read).toEqual({
        events: 1,
        method: 'REQUEST',
        uid: `${invitation_id}-${start.replaceAll(/[-:]/g, '')}@cugar-sales`,
        start: utcStart,
        end: utcEnd,
        summary: 'Forecast; "Q2", 予測 🙂 '.repeat(6).trim(),
        location: 'Room 5, 2nd floor',
        description: 'First line\n\nSecond: a,b;c\\n',
        organizer: 'mailto:kim@example.com',
        attendees: [
          ['Doe; Jo, Dr.', expect.stringMatching(/^mailto:jo@example.org$/i)],
          ['max@example.org', expect.stringMatching(/^mailto:max@example.org$/i)],
        ],
        names: read.names,
      })
      const { events, uid, summary, location } = read
      expect(byNodeIcal(invitation)).toEqual({ events, uid, start: utcStart, end: utcEnd, summary, location })
      for (const line of invitation.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    }
  })

  test('no text brings a line of its own into an invitation', async () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          '\u2028',
          '\u0085',
          '\0',
          '\\n',
          '^n',
          '"',
          ';',
          ',',
          ':',
          'ATTENDEE:mailto:x@evil.example',
          'END:VEVENT',
          'BEGIN:VALARM',
          'é',
          '🙂',
          ' ',
          'a'.repeat(80),
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((parts) => `x${parts.join('')}`)
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (text, other) => {
        const { slots } = await proposed({
          time_zone: 'UTC',
          earliest: '2026-03-27',
          slots: 1,
          title: text.slice(0, 200),
          description: other,
          location: other.slice(0, 500),
          organizer: { name: text.slice(0, 200), email: 'kim@example.com' },
          attendees: [{ name: other.slice(0, 200), email: 'jo@example.org' }],
        })
        const read = byIcalJs(slots[0]?.invitation ?? '')
        expect([read.events, read.attendees.length, read.organizer]).toEqual([1, 1, 'mailto:kim@example.com'])
        expect(read.names).toEqual(
          [
            'attendee',
            'description',
            'dtend',
            'dtstamp',
            'dtstart',
            'location',
            'organizer',
            'sequence',
            'status',
            'summary',
            'uid',
          ].toSorted(),
        )
        expect(slots[0]?.invitation).not.toMatch(/[^\r]\n|\r[^\n]/)
      }),
    )
  })

  test('a calendar of nobody asks nobody, and says so', async () => {
    const { slots, warnings } = await proposed({ time_zone: 'UTC', earliest: '2026-03-27', slots: 1 })
    expect(byIcalJs(slots[0]?.invitation ?? '')).toMatchObject({ method: 'PUBLISH', attendees: [] })
    expect(warnings).toHaveLength(2)
  })

  test('what a person edits makes the invitations anew', async () => {
    const output = await proposed({ time_zone: 'Europe/Berlin', earliest: '2026-03-27', slots: 2, ...PEOPLE })
    const [first] = output.slots
    const edited = {
      ...output,
      title: 'Other',
      slots: [{ ...first, start: '2026-03-30T07:00:00Z', end: '2026-03-30T08:00:00Z' }],
    }
    const revised = tool.output.parse(tool.revised?.(edited))
    expect(revised.slots).toMatchObject([{ local_start: '2026-03-30T09:00:00+02:00' }])
    expect(byIcalJs(revised.slots[0]?.invitation ?? '')).toMatchObject({
      summary: 'Other',
      start: '2026-03-30T07:00:00.000Z',
      end: '2026-03-30T08:00:00.000Z',
    })
  })

  test('tells its slots, and refuses wrong input with every path', async () => {
    expect(
      await summaryOf(
        tool,
        await proposed({ time_zone: 'UTC', earliest: '2026-03-27', slots: 1, title: 'Call', ...PEOPLE }),
      ),
    ).toEqual(['Call: 1 slot of 30 minutes (UTC)', '  slot: 2026-03-27T09:00:00+00:00'])
    expect(await problemPaths(tool, {})).toEqual(['time_zone'])
    expect(
      await problemPaths(tool, {
        time_zone: '+02:00',
        attendee_time_zone: 'Mars/Base',
        working_hours: { start: '17:00', end: '09:00', days: ['funday'] },
        duration_minutes: 1,
        slots: 0,
        title: '\u200b',
        organizer: { email: 'kim@example.com\r\nX:1' },
        attendees: [{ email: 'not one' }],
        color: 'red',
      }),
    ).toEqual(
      expect.arrayContaining([
        'time_zone',
        'attendee_time_zone',
        'working_hours.days.0',
        'duration_minutes',
        'slots',
        'title',
        'organizer.email',
        'attendees.0.email',
      ]),
    )
    expect(
      await problemPaths(tool, {
        time_zone: 'Europe/Berlin',
        earliest: '03/04/2026',
        latest: '2026-03-29T02:30',
        busy: [{ start: '2026-03-27' }, { start: '2026-13-01', end: 5 }],
        working_hours: { start: '9:00', end: '9:00' },
      }),
    ).toEqual(
      expect.arrayContaining([
        'earliest',
        'latest',
        'busy.0.end',
        'busy.1.start',
        'busy.1.end',
        'working_hours.end',
      ]),
    )
    expect(
      await problemPaths(tool, { time_zone: 'UTC', earliest: '2026-03-27', latest: '2026-03-01' }),
    ).toEqual(['latest'])
    expect(
      await problemPaths(tool, { time_zone: 'UTC', earliest: '2026-03-27', latest: '2027-03-01' }),
    ).toEqual(['latest'])
  })
})

describeProperties(
  tool,
  fc.record(
    {
      time_zone: fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Kathmandu', 'Nowhere'),
      earliest: fc.constantFrom('2026-03-27', '2026-03-29T02:30', 'tbd', null, '2026-10-25T02:30:00+01:00'),
      duration_minutes: fc.integer({ min: 0, max: 500 }),
      slots: fc.integer({ min: 1, max: 5 }),
      title: fc.string(),
      attendees: fc.array(fc.record({ name: fc.string(), email: fc.constant('jo@example.org') }), {
        maxLength: 2,
      }),
    },
    { requiredKeys: ['time_zone'] },
  ),
)
