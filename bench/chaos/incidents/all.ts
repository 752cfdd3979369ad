// Every incident that can be played.
import type { Incident } from '../incident.ts'
import { CALL_INCIDENTS } from './calls.ts'
import { GOVERNANCE_INCIDENTS } from './governance.ts'
import { OUTSIDE_INCIDENTS } from './outside.ts'
import { PLATFORM_INCIDENTS } from './platform.ts'
import { RUN_INCIDENTS } from './runs.ts'

/** By what they are about. */
const ROOMS = {
  runs: RUN_INCIDENTS,
  calls: CALL_INCIDENTS,
  outside: OUTSIDE_INCIDENTS,
  governance: GOVERNANCE_INCIDENTS,
  platform: PLATFORM_INCIDENTS,
} as const

export const INCIDENTS: readonly Incident[] = Object.values(ROOMS).flat()

/** The folder of what is kept of an incident. Errors: one that is not among them. */
export function roomOf(incident: Incident): string {
  const found = Object.entries(ROOMS).find(([, incidents]) => incidents.includes(incident))
  if (found === undefined) throw new TypeError(`${incident.name} is no incident of ours`)
  return found[0]
}
