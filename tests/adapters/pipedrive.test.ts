// What is Pipedrive's own: no upsert and no search that is up to date, so that notes are looked through.
import { expect, onTestFinished, test } from 'vitest'
import { adapterWith, callOf, failureOf, noted } from './contract/reach.ts'
import { openPipedrive } from './doubles/pipedrive.ts'

/** More than are looked through. */
const NOTES = 2100

test('a note about what was long ago is found by its key, however many notes are of a later time', async () => {
  const double = await openPipedrive()
  onTestFinished(() => double.server.close())
  const adapter = await adapterWith(double.name, double.settings)
  const { id } = double.account
  const before = Array.from({ length: NOTES }, (_, at) => ({
    content: `Older ${at}`,
    org_id: Number(id),
    add_time: '2026-03-01 10:00:00',
  }))
  for (const note of before)
    await fetch(`${double.server.url}/v1/notes`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-token': double.settings['PIPEDRIVE_TOKEN'] ?? '',
      },
      body: JSON.stringify(note),
    })

  const call = callOf()
  const about = noted(id, { occurred_at: '2019-05-01T10:00:00Z' })
  double.server.fail({ kind: 'lose' }, 'POST')
  expect(await failureOf(adapter.logActivity(about, call))).toMatchObject({ happened: 'unknown' })
  const found = await adapter.findActivityByKey({ key: call.idempotencyKey, account_id: id }, callOf())
  expect(found).toMatchObject({ created_or_found: 'found' })
  expect(await adapter.logActivity(about, call)).toEqual(found)
  expect(double.violations()).toEqual([])
})
