// Between a program and its PostgreSQL server: passes everything on, until it is told to lose what the server answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const SOCKET = '.s.PGSQL.5432'

export type LossyProxy = {
  readonly url: string
  /** The server still gets this statement; its answer is lost, and the connection with it. */
  readonly loseAnswerTo: (statement: string) => void
}

/** In front of the server whose socket `url` names; closed with the test. */
export async function lossyProxy(url: string): Promise<LossyProxy> {
  const behind = new URL(url)
  const server = behind.searchParams.get('host') ?? ''
  const dir = mkdtempSync(join(tmpdir(), 'proxy-'))
  let losing: Buffer | null = null
  const proxy = createServer((client) => {
    const upstream = connect(join(server, SOCKET))
    let lost = false
    client.on('data', (asked: Buffer) => {
      lost ||= losing !== null && asked.includes(losing)
      upstream.write(asked)
    })
    upstream.on('data', (answer) => {
      if (lost) client.destroy()
      else client.write(answer)
    })
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(join(dir, SOCKET), resolve))
  onTestFinished(() => {
    proxy.close()
    rmSync(dir, { recursive: true, force: true })
  })
  behind.searchParams.set('host', dir)
  return {
    url: behind.href,
    loseAnswerTo: (statement) => {
      losing = Buffer.from(`${statement}\0`)
    },
  }
}
