// Every vendor's adapter against a double that is held against the vendor's own description.
import { describeFailures } from './contract/failures.ts'
import { describeRecords } from './contract/records.ts'
import { openHubspot } from './doubles/hubspot.ts'
import { openPipedrive } from './doubles/pipedrive.ts'

const VENDORS = [
  ['HubSpot', openHubspot],
  ['Pipedrive', openPipedrive],
] as const

for (const [name, open] of VENDORS) {
  describeRecords(name, open)
  describeFailures(name, open)
}
