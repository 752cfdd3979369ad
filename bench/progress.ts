// How far a measurement is: a bar that is rewritten on a terminal, and a line at every quarter where stderr is a file
// or a pipe.

/** What is written to: process.stderr, or a stream that says so. */
export type Screen = {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

export type Progress = {
  /** From 0 to 1. */
  readonly at: (done: number) => void
  /** Takes the bar away, whether all is done or something failed. */
  readonly end: () => void
}

const WIDTH = 30
/** A terminal that does not know its width says 0. */
const UNKNOWN = 80
/** Back to the first column, and the line is empty. */
const CLEAR = '\r\u001B[2K'

function bar(name: string, screen: Screen): Progress {
  const width = Math.max(4, Math.min(WIDTH, (screen.columns || UNKNOWN) - name.length - 10))
  return {
    at: (done) => {
      const full = Math.round(done * width)
      const percent = String(Math.floor(done * 100)).padStart(3)
      screen.write(`${CLEAR}${name} [${'#'.repeat(full)}${' '.repeat(width - full)}] ${percent} %`)
    },
    end: () => screen.write(CLEAR),
  }
}

function lines(name: string, screen: Screen): Progress {
  let told = 0
  return {
    at: (done) => {
      const quarter = Math.floor(done * 4)
      if (quarter <= told) return
      told = quarter
      screen.write(`${name}: ${quarter * 25} %\n`)
    },
    end: () => undefined,
  }
}

export function progressOn(screen: Screen, name: string): Progress {
  const shown = screen.isTTY === true ? bar(name, screen) : lines(name, screen)
  return { at: (done) => shown.at(Math.min(1, Math.max(0, done))), end: shown.end }
}
