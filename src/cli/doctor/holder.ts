// Which process listens on a port, and what it has open: as far as the machine tells it, which is on Linux, of the
// processes of this user.
import { readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename } from 'node:path'

export type Holder = {
  readonly pid: number
  /** Name of its program, without the words it was given: they may be secret. */
  readonly program: string
}

const linesOf = async (file: string): Promise<string[]> =>
  readFile(file, 'utf8').then(
    (text) => text.trim().split('\n'),
    () => [],
  )

const LISTENING = '0A'

/** The kernel's table: the second column is address and port in hex, the fourth the state, the tenth the inode. */
async function listeningSockets(port: number): Promise<ReadonlySet<string>> {
  const rows = [...(await linesOf('/proc/net/tcp')), ...(await linesOf('/proc/net/tcp6'))]
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTENING && local.endsWith(`:${wanted}`))
    .map((columns) => `socket:[${columns[9] ?? ''}]`)
  return new Set(inodes)
}

const openFiles = async (pid: number): Promise<string[]> => {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => [])
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')))
}

async function programOf(pid: number): Promise<string> {
  const [words = ''] = await linesOf(`/proc/${pid}/cmdline`)
  return basename(words.split('\0')[0] ?? '') || 'a process'
}

/** null: nobody listens there, or this user may not know who does. */
export async function portHolder(port: number): Promise<Holder | null> {
  const sockets = await listeningSockets(port)
  return sockets.size === 0 ? null : holderOf((file) => sockets.has(file))
}

/** Another process that has the file open; null: nobody has, or this user may not know who does. */
export async function fileHolder(path: string): Promise<Holder | null> {
  const file = await realpath(path).catch(() => null)
  return file === null ? null : holderOf((open) => open === file)
}

async function holderOf(isIt: (file: string) => boolean): Promise<Holder | null> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number)
  for (const pid of pids.filter((one) => one !== process.pid)) {
    const files = await openFiles(pid)
    if (files.some(isIt)) return { pid, program: await programOf(pid) }
  }
  return null
}

export const hasOpen = async ({ pid }: Holder, file: string): Promise<boolean> =>
  (await openFiles(pid)).includes(file)
