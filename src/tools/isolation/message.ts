// What goes between the program and the thread of an isolated tool. All of it can be copied from thread to thread.
import type { ProblemItem } from '../../events/problem.ts'
import type { Failure } from '../../run/failure.ts'
import type { ToolContext } from '../tool.ts'

/** Its call, what it says of an output, or an output that somebody has edited with what follows from that. */
export type ThreadQuestion = 'call' | 'words' | 'revised'

export type ThreadOrder = {
  readonly asks: ThreadQuestion
  /** URL of the module that exports the tool. */
  readonly module: string
  readonly name: string
  readonly input: unknown
  /** null: it is no call. */
  readonly context: Omit<ToolContext, 'signal' | 'adapter' | 'texts' | 'runs' | 'templates' | 'model'> | null
  readonly maxOutputBytes: number
  /** URLs of folders whose files may import this runtime and zod without having them. */
  readonly lends: readonly string[]
}

export type ThreadAnswer =
  | { readonly value: unknown }
  /** `stack`: of an error that the tool does not declare, for its developer's log. */
  | {
      readonly failure: Failure
      readonly stack: string | null
      /** What it says is wrong with its input. */
      readonly problems?: readonly ProblemItem[]
    }
