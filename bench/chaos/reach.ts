// Asks a server that an incident may have killed a moment ago.

/**
 * As `fetch`. A connection that was kept open may be closed just when it is used again, by a server that was stopped or
 * had nothing to do: then it is asked once more over a new one. Errors: there is no server.
 */
export async function reach(url: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch {
    return fetch(url, init)
  }
}
