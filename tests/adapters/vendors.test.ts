// Every adapter of interface crm: the vendors' against doubles that are held against the vendors' own descriptions or
// examples, and the stand-in.
import { expect } from 'vitest'
import { describeEffects } from './contract/effects.ts'
import { describeFailures } from './contract/failures.ts'
import { describeRecords } from './contract/records.ts'
import { openDynamics } from './doubles/dynamics.ts'
import { openHubspot } from './doubles/hubspot.ts'
import { openPipedrive } from './doubles/pipedrive.ts'
import { openSalesforce } from './doubles/salesforce.ts'
import { standIn } from './doubles/stand-in.ts'

const VENDORS = [
  ['HubSpot', openHubspot],
  ['Salesforce', openSalesforce],
  ['Pipedrive', openPipedrive],
  ['Dynamics', openDynamics],
] as const

describeRecords('the stand-in', async () => ({ known: standIn, close: async () => {} }))

for (const [name, open] of VENDORS) {
  describeRecords(name, async () => {
    const known = await open()
    const close = async (): Promise<void> => {
      await known.server.close()
      expect(known.violations()).toEqual([])
    }
    return { known, close }
  })
  describeEffects(name, open)
  describeFailures(name, open)
}
