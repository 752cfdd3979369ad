// What the control stream is told of the door: which keys there are, and whose results somebody has fetched.
import type { DataOf } from '../../events/event.ts'
import { changeOfKeys, type KnownKeys } from '../../run/known-keys.ts'
import type { Control } from '../control.ts'

export type Access = {
  /** The keys as they are now; written only where they are others than before. */
  readonly keysAre: (now: KnownKeys) => Promise<void>
  /** Resolves when it is durable: nothing is given out that the journal does not know. */
  readonly taken: (what: DataOf<'results_taken'>) => Promise<void>
}

export const createAccess = (control: Control): Access => ({
  keysAre: async (now) => {
    for (;;) {
      await control.catchUp()
      const data = changeOfKeys(control.keys(), now)
      if (data === null || (await control.append([{ type: 'keys_changed', data }], []))) return
    }
  },
  taken: async (data) => {
    do await control.catchUp()
    while (!(await control.append([{ type: 'results_taken', data }], [])))
  },
})
