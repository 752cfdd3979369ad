// The text of a file that a spreadsheet has written: what its first bytes or its sender say it is, or else UTF-8 where
// it is that, and Windows-1252 where not.
import { isUtf8 } from 'node:buffer'
import { AppError } from '../../errors.ts'
import { invalid } from '../validation.ts'

/** The names of the encodings by their byte order marks. */
const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

const markOf = (bytes: Uint8Array): string | undefined =>
  MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0]

const read = (bytes: Uint8Array): string => (isUtf8(bytes) ? 'utf-8' : 'windows-1252')

function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label, { fatal: true })
  } catch {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', { expected: 'a charset such as utf-8 or windows-1252' })
  }
}

/** `told`: the charset that the sender names; null: none. Errors: UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST. */
export function textOf(bytes: Uint8Array, told: string | null): string {
  const label = markOf(bytes) ?? told ?? read(bytes)
  const decoder = decoderOf(label)
  try {
    return decoder.decode(bytes)
  } catch {
    throw invalid([{ path: '', message: `has bytes that are no text in ${decoder.encoding}` }])
  }
}
