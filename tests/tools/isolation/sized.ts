// Tools whose outputs have a size that is known to the byte. Loaded by the test and by the threads of isolated ones.
import { z } from 'zod'
import { defineTool, type Tool } from '../../../src/tools/tool.ts'

/** Of `{"text":""}`. */
const FRAME_BYTES = 11

/** What a character takes of the JSON in UTF-8. */
const CHARACTERS: Readonly<Record<string, readonly [character: string, bytes: number]>> = {
  letters: ['x', 1],
  pictures: ['😀', 4],
  quotes: ['"', 2],
  halves: ['\uD800', 6],
}

const textOf = (bytes: number, [character, each]: readonly [string, number]): string => {
  const left = bytes - FRAME_BYTES
  return character.repeat(Math.floor(left / each)) + 'x'.repeat(left % each)
}

export const sized: readonly { readonly tool: Tool; readonly bytes: number }[] = Object.entries(
  CHARACTERS,
).flatMap(([kind, character]) =>
  [1023, 1024, 1025].map((bytes) => ({
    bytes,
    tool: defineTool({
      name: `${kind}_${bytes}`,
      input: z.unknown(),
      output: z.object({ text: z.string() }),
      run: () => ({ text: textOf(bytes, character) }),
      module: import.meta.url,
    }),
  })),
)
export const tools: readonly Tool[] = sized.map(({ tool }) => tool)
