// The one text of an event: what is hashed, and what everybody reads. A store keeps of an append what its events do
// not share, and once what they do share; the texts are put together again, byte for byte, when they are read.
import { sha256 } from '../events/digest.ts'
import type { Origin } from '../events/envelope.ts'
import { dataOfStored } from './budget-text.ts'

/** What the events of one append share, and where the first of them stands. */
export type Frame = {
  readonly position: number
  readonly runId: string
  readonly seq: number
  readonly traceId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly tenant: string
  readonly writer: string
  /** Hash of the run's event before them. */
  readonly prev: string
}

/** What an event has of its own; `data` as `dataText` makes it, `row` what a store keeps in its place where that is shorter. */
export type Content = readonly [type: string, spanId: string, data: string, row?: string]

/** Stands before data that comes with an origin; data itself is a JSON object and begins with a brace. */
const ORIGIN_MARK = '@'

/**
 * The JSON text of an event's data. An origin goes before it as it stands in the event's text, so that nothing need be
 * parsed to write the text, and an event without one is kept as it always was.
 */
export function dataText(data: object, origin: Origin | undefined): string {
  const text = JSON.stringify(data)
  return origin === undefined ? text : `${ORIGIN_MARK}"origin":${JSON.stringify(origin)},"data":${text}`
}

const tailOf = (data: string): string =>
  data.startsWith(ORIGIN_MARK) ? data.slice(ORIGIN_MARK.length) : `"data":${data}`

export type Texts = {
  readonly texts: readonly string[]
  /** `prev` of every event, one after the other, 64 characters each. */
  readonly prevs: string
  /** Of the last event. */
  readonly hash: string
}

/** The events of an append, each with the hash of the one before it. */
export function eventTexts(frame: Frame, contents: readonly Content[]): Texts {
  const runId = JSON.stringify(frame.runId)
  const identity = runId.slice(0, -1)
  const owner = `","tenant":${JSON.stringify(frame.tenant)},"writer":${JSON.stringify(frame.writer)},"prev":"`
  const texts: string[] = []
  let prevs = ''
  let prev = frame.prev
  for (const [type, spanId, data] of contents) {
    const position = frame.position + texts.length
    const seq = frame.seq + texts.length
    const text = `{"position":${position},"id":${identity}-${seq}","run_id":${runId},"seq":${seq},"trace_id":"${frame.traceId}","span_id":"${spanId}","at":${frame.at},"type":"${type}${owner}${prev}",${tailOf(data)}}`
    texts.push(text)
    prevs += prev
    prev = sha256(text)
  }
  return { texts, prevs, hash: prev }
}

/** A content as one line: JSON has no raw line break, types and spans have no blank. */
const packContent = ([type, spanId, data, row = data]: Content): string => `${type} ${spanId} ${row}`

/** Contents as one text, a line each. */
export const packContents = (contents: readonly Content[]): string => contents.map(packContent).join('\n')

/** One line of it. */
function unpackContent(line: string, runId: string): Content {
  const first = line.indexOf(' ')
  const second = line.indexOf(' ', first + 1)
  return [line.slice(0, first), line.slice(first + 1, second), dataOfStored(line.slice(second + 1), runId)]
}

export const unpackContents = (body: string, runId: string): Content[] =>
  body.split('\n').map((line) => unpackContent(line, runId))
