// The fetch of a client that talks to a server nobody vouches for: an answer without end is cut, and a redirect, which
// could lead a key and what is sent with it elsewhere, is an error.

/** Far above the longest answer of a model, or page of a vendor. */
const MOST_BYTES = 8_388_608

function limited(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let bytes = 0
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength
        if (bytes > MOST_BYTES) controller.error(new TypeError('The answer is too long.'))
        else controller.enqueue(chunk)
      },
    }),
  )
}

export async function limitedFetch(
  target: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await fetch(target, { ...init, redirect: 'error' })
  if (response.body === null) return response
  const { status, statusText, headers } = response
  return new Response(limited(response.body), { status, statusText, headers })
}
