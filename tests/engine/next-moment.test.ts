import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { goOnNextMoment } from '../../src/engine/calls/next-moment.ts'

/** Does something when it goes on, and settles then. */
const doing = (act: () => void): Promise<void> =>
  new Promise((resolve) => {
    const goOn = (): void => {
      act()
      resolve()
    }
    goOnNextMoment({ goOn })
  })

/** Notes a name when it goes on. */
const noting = (order: string[], name: string): Promise<void> => doing(() => void order.push(name))

test('what waits together goes on together, after every immediate that was set beside it', async () => {
  const order: string[] = []
  const first = noting(order, 'first')
  setImmediate(() => {
    order.push('an immediate')
    void Promise.resolve().then(() => order.push('what follows it'))
  })
  const second = Promise.resolve().then(() => noting(order, 'second'))
  void Promise.resolve().then(() => setImmediate(() => order.push('an immediate of a microtask')))
  const third = first.then(() => order.push('what follows the first'))
  await Promise.all([first, second, third])
  expect(order).toEqual([
    'an immediate',
    'what follows it',
    'an immediate of a microtask',
    'first',
    'second',
    'what follows the first',
  ])
})

test('what waits since another moment of the same turn goes on after the immediates of its own', async () => {
  const order: string[] = []
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      setImmediate(() => order.push('an immediate of the first moment'))
      void noting(order, 'the first')
    })
    setImmediate(() => {
      setImmediate(() => order.push('an immediate of the second moment'))
      void noting(order, 'the second').then(resolve)
    })
  })
  expect(order).toEqual([
    'an immediate of the first moment',
    'the first',
    'an immediate of the second moment',
    'the second',
  ])
})

test('a promise that is left rejected comes to light before', async () => {
  const order: string[] = []
  const listen = (): void => void order.push('the rejection')
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listen)
  try {
    void Promise.reject(new Error('left'))
    await noting(order, 'the call')
  } finally {
    process.off('unhandledRejection', listen)
    for (const other of others) process.on('unhandledRejection', other)
  }
  expect(order).toEqual(['the rejection', 'the call'])
})

test('nobody goes on in the name of who asked first', async () => {
  const whose = new AsyncLocalStorage<string>()
  const found: unknown[] = []
  const one = (): Promise<void> => doing(() => void found.push(whose.getStore()))
  await whose.run('a tool', () => Promise.all([one(), one()]))
  expect(found).toEqual([undefined, undefined])
})
