// A batch of appends as one text, the way it crosses to the journal's thread. The JSON of events and payloads stands in
// lines of its own: inside more JSON it would be escaped on one side and unescaped on the other, which took as long as
// making it.
import { AppError } from '../errors.ts'
import { isPosting, type EncodedAppend, type EncodedLine } from './seal.ts'
import { packContent, unpackContent } from './text.ts'

type Payload = EncodedAppend['payloads'][number]

/** An append without its lines and payloads, but with how many of them follow. */
type Header = Omit<EncodedAppend, 'lines' | 'payloads'> & { readonly counts: readonly [number, number] }

const lineText = (line: EncodedLine): string => (isPosting(line) ? JSON.stringify(line) : packContent(line))

/** A posting is an object; an event begins with its type. */
const lineOf = (text: string): EncodedLine =>
  text.startsWith('{') ? (JSON.parse(text) as EncodedLine) : unpackContent(text)

function payloadText({ digest, body }: Payload): string {
  if (!body.includes('\n')) return `${digest} ${body}`
  throw new AppError('INTERNAL', {}, { cause: new Error('the body of a payload is not canonical JSON') })
}

function payloadOf(text: string): Payload {
  const blank = text.indexOf(' ')
  return { digest: text.slice(0, blank), body: text.slice(blank + 1) }
}

/** Of at least one append. No part of it has a raw line break: JSON writes it as two characters. */
export function batchText(batch: readonly EncodedAppend[]): string {
  const rows: string[] = []
  for (const { lines, payloads, ...append } of batch) {
    const header: Header = { ...append, counts: [lines.length, payloads.length] }
    rows.push(JSON.stringify(header))
    for (const line of lines) rows.push(lineText(line))
    for (const payload of payloads) rows.push(payloadText(payload))
  }
  return rows.join('\n')
}

export function batchOf(text: string): EncodedAppend[] {
  const rows = text.split('\n')
  const batch: EncodedAppend[] = []
  for (let at = 0; at < rows.length;) {
    const { counts, ...append } = JSON.parse(rows[at] ?? '') as Header
    const [lines, payloads] = counts
    const from = at + 1
    at = from + lines + payloads
    batch.push({
      ...append,
      lines: rows.slice(from, from + lines).map(lineOf),
      payloads: rows.slice(from + lines, at).map(payloadOf),
    })
  }
  return batch
}
