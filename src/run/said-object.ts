// What a model said, read: one JSON object, whatever stands around it. Used by whoever asks one.

/** Where the object that begins at `from` ends; -1: it does not. */
function endOfObject(said: string, from: number): number {
  let depth = 0
  let quoted = false
  for (let at = from; at < said.length; at += 1) {
    const sign = said[at]
    if (quoted && sign === '\\') at += 1
    else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '{') depth += 1
    else if (!quoted && sign === '}') depth -= 1
    if (depth === 0) return at + 1
  }
  return -1
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The one JSON object of a text that may have prose around it; undefined: there is none, or it is not whole. */
export function objectIn(said: string): unknown {
  const begin = said.indexOf('{')
  if (begin === -1) return undefined
  const end = endOfObject(said, begin)
  return end === -1 ? undefined : parsed(said.slice(begin, end))
}
