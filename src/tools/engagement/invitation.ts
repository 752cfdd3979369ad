// An iCalendar invitation (RFC 5545) in UTC, so that it needs no table of time zones. No value brings a line of its own
// into it: texts of one line are cleaned here, and the library escapes the rest.
import type { ICalEventData } from 'ical-generator'
import { cleanText, words } from '../text.ts'
import { calendars } from './calendar-packages.ts'

export type Person = { readonly name?: string | null | undefined; readonly email: string }

export type Meeting = {
  readonly title: string
  readonly description: string
  readonly location: string
  readonly organizer: Person | null
  readonly attendees: readonly Person[]
}

export type Appointment = {
  /** Names the invitation in every calendar. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly stamp: number
  readonly start: number
  readonly end: number
}

/** Also what a calendar would take for the end of a line. */
export const oneLine = (text: string): string => words(cleanText(text.replaceAll(/\p{Cc}/gu, ' '))).join(' ')

/** Paragraphs stay; other controls than the end of a line go. */
const lines = (text: string): string =>
  text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
    .map(oneLine)
    .join('\n')
    .trim()

/** A name is a parameter there, whose quotes and signs of escape programs read in different ways: it has none. */
const named = ({ name, email }: Person): { name: string; email: string } => ({
  name: oneLine((name ?? '').replaceAll('"', "'").replaceAll(/[\\^]/g, ' ')) || email,
  email,
})

function eventOf(meeting: Meeting, { id, stamp, start, end }: Appointment): ICalEventData {
  return {
    id,
    stamp: new Date(stamp),
    start: new Date(start),
    end: new Date(end),
    sequence: 0,
    status: calendars().ICalEventStatus.TENTATIVE,
    summary: oneLine(meeting.title),
    description: lines(meeting.description) || null,
    location: oneLine(meeting.location) || null,
    organizer: meeting.organizer === null ? null : named(meeting.organizer),
    attendees: meeting.attendees.map((person) => ({
      ...named(person),
      rsvp: true,
      role: calendars().ICalAttendeeRole.REQ,
    })),
  }
}

/** A request needs somebody who asks and somebody who is asked; anything else is a calendar to be published. */
export function invitationOf(meeting: Meeting, appointment: Appointment): string {
  const { ICalCalendar, ICalCalendarMethod } = calendars()
  const isRequest = meeting.organizer !== null && meeting.attendees.length > 0
  const calendar = new ICalCalendar({
    method: isRequest ? ICalCalendarMethod.REQUEST : ICalCalendarMethod.PUBLISH,
    prodId: { company: 'CUGAr-SALES', product: 'engagement', language: 'EN' },
  })
  calendar.createEvent(eventOf(meeting, appointment))
  return `${calendar.toString()}\r\n`
}
