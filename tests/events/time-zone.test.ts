import { expect, test } from 'vitest'
import { isTimeZone } from '../../src/events/time-zone.ts'

test('a time zone is known by its name', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
    expect(isTimeZone(zone)).toBe(true)
  for (const zone of ['', 'Mars/Base', 'Europe/', '+02:00', '../etc', 'Europe/Berlin '])
    expect(isTimeZone(zone)).toBe(false)
})
