// What goes between the program and the thread of an isolated tool. All of it can be copied from thread to thread.
import type { Failure } from '../../run/failure.ts'
import type { ToolContext } from '../tool.ts'

export type ThreadOrder = {
  /** URL of the module that exports the tool. */
  readonly module: string
  readonly name: string
  readonly input: unknown
  readonly context: Omit<ToolContext, 'signal' | 'adapter' | 'texts' | 'runs' | 'templates' | 'model'>
  readonly maxOutputBytes: number
  /** URLs of folders whose files may import this runtime and zod without having them. */
  readonly lends: readonly string[]
}

export type ThreadAnswer =
  | { readonly value: unknown }
  /** `stack`: of an error that the tool does not declare, for its developer's log. */
  | { readonly failure: Failure; readonly stack: string | null }
