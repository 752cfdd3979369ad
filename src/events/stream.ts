// The streams of a journal: the beginning of an id says what its stream is about. Used by everyone who reads streams
// of several kinds; promises that an id has the same kind for ever.
import { z } from 'zod'
import { CONTROL_STREAM } from './control.ts'

export const STREAM_KINDS = ['run', 'batch', 'external', 'library', 'control'] as const
export type StreamKind = (typeof STREAM_KINDS)[number]

const PREFIXES: ReadonlyMap<string, StreamKind> = new Map([
  ['run_', 'run'],
  ['bat_', 'batch'],
  ['ext_', 'external'],
  ['lib_', 'library'],
])
const PREFIX_LENGTH = 4

/** What the stream of an id is about; null for an id that no stream can have, as a caller may send one. */
export const kindOf = (id: string): StreamKind | null =>
  id === CONTROL_STREAM ? 'control' : (PREFIXES.get(id.slice(0, PREFIX_LENGTH)) ?? null)

/** Salts the digests of a stream's payloads: hex digits, '' for none. It is never part of an event. */
export const saltSchema = z.string().regex(/^[0-9a-f]{0,128}$/)
