// The main thread's end of the journal's thread: calls go over, answers come back in the same order.
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import { closedError } from '../progress.ts'
import type { Answer, Call, Store, WorkerSettings } from './worker.ts'

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: AppError) => void }

export type StoreThread = {
  readonly call: <K extends keyof Store>(
    name: K,
    ...args: Parameters<Store[K]>
  ) => Promise<ReturnType<Store[K]>>
  /** Closes the store after the calls before it. */
  readonly close: () => Promise<void>
  /** Ends a thread that has opened nothing. */
  readonly discard: () => Promise<void>
  /** Resolves when the thread has ended; it ends by itself when the store cannot be opened. */
  readonly exited: Promise<void>
}

/** `ended` is told when the thread has ended, for whatever reason. */
export function storeThread(settings: WorkerSettings, ended: (error: AppError) => void): StoreThread {
  // The published package runs the emitted .js, a checkout the .ts itself.
  const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(file, { workerData: settings })
  const pending = new Map<number, Pending>()
  let lastId = 0
  let over: AppError | null = null

  const end = (error: AppError): void => {
    over ??= error
    for (const { reject } of pending.values()) reject(over)
    pending.clear()
    ended(over)
  }
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if ('code' in answer) waiting?.reject(new AppError(answer.code, answer.params, { cause: answer.cause }))
    else waiting?.resolve(answer.value)
  })
  worker.on('error', (cause) =>
    end(new AppError('JOURNAL_BROKEN', { why: 'Its thread has failed.' }, { cause })),
  )
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      end(closedError())
      resolve()
    })
  })

  const send = (name: keyof Store, args: readonly unknown[]): Promise<unknown> => {
    if (over) return Promise.reject(over)
    const id = (lastId += 1)
    const call: Call = { id, name, args }
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject })
      worker.postMessage(call, [])
    })
  }
  return {
    call: async (name, ...args) => {
      const value = await send(name, args)
      // The worker answers each call by the function of that name.
      return value as ReturnType<Store[typeof name]>
    },
    close: async () => {
      if (!over) await send('close', [])
      await exited
    },
    discard: async () => {
      await worker.terminate()
      await exited
    },
    exited,
  }
}
