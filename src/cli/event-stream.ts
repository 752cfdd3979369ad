// Reads a server-sent stream (https://html.spec.whatwg.org/multipage/server-sent-events.html): the data of each
// event, in order; comments are left out. A connection that breaks ends it: its reader knows what the last event must be.

const dataOf = (block: string): string | null => {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'))
  return lines.length === 0 ? null : lines.map((line) => line.slice('data:'.length).trimStart()).join('\n')
}

export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const next = () => reader.read().catch(() => ({ done: true, value: undefined }) as const)
  let rest = ''
  for (let part = await next(); !part.done; part = await next()) {
    const blocks = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = dataOf(block)
      if (data !== null) yield data
    }
  }
}
