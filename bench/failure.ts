// Why a benchmark, a comparison or a report ended without its result. The menu alone shows it.

/** `exitCode` 2: the words, or a file that they name, are wrong; 1: what was asked for went wrong. */
export class BenchError extends Error {
  readonly exitCode: 1 | 2

  constructor(exitCode: 1 | 2, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'BenchError'
    this.exitCode = exitCode
  }
}

export const wrongWords = (message: string): BenchError => new BenchError(2, message)

/** What the system says, without its stack. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
