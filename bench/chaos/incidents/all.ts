// Every incident that can be played.
import type { Incident } from '../incident.ts'
import { CALL_INCIDENTS } from './calls.ts'
import { GOVERNANCE_INCIDENTS } from './governance.ts'
import { OUTSIDE_INCIDENTS } from './outside.ts'
import { PLATFORM_INCIDENTS } from './platform.ts'
import { RUN_INCIDENTS } from './runs.ts'

export const INCIDENTS: readonly Incident[] = [
  ...RUN_INCIDENTS,
  ...CALL_INCIDENTS,
  ...OUTSIDE_INCIDENTS,
  ...GOVERNANCE_INCIDENTS,
  ...PLATFORM_INCIDENTS,
]
