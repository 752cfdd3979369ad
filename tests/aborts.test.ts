import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { onAbort } from '../src/aborts.ts'

test('everybody who listens to a signal is told once, but who has left is not, and it has one listener of its own', () => {
  const controller = new AbortController()
  const told: number[] = []
  const leave = Array.from({ length: 100 }, (_, number) =>
    onAbort(controller.signal, () => told.push(number)),
  )
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  for (const go of leave.slice(0, 97)) go()
  controller.abort()
  controller.abort()
  expect(told).toEqual([97, 98, 99])
})

test('a signal that has aborted tells nobody any more', () => {
  const signal = AbortSignal.abort()
  const told: string[] = []
  onAbort(signal, () => told.push('told'))()
  expect(told).toEqual([])
})
