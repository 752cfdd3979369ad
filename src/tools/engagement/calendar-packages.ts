// The two packages that calendars need, loaded when a meeting is proposed and not by every start. They are required and
// not imported, because the check of an input and the change of an output must not wait.
import type * as Temporals from 'temporal-polyfill'
import type * as Calendars from 'ical-generator'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type TemporalPackage = typeof Temporals
type CalendarPackage = typeof Calendars

let temporalPackage: TemporalPackage | undefined
let calendarPackage: CalendarPackage | undefined

/** Dates and times of time zones, as ECMAScript's Temporal has them. */
export const temporal = (): TemporalPackage['Temporal'] =>
  (temporalPackage ??= require('temporal-polyfill') as TemporalPackage).Temporal

/** The writer of iCalendar. */
export const calendars = (): CalendarPackage =>
  (calendarPackage ??= require('ical-generator') as CalendarPackage)
