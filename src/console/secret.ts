// What signs the sessions: kept beside the journal, so that a restart ends none.
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const LENGTH = 32

/** Made at the first start, readable by its owner alone; without a folder it lives as long as the process. */
export async function sessionSecret(dataDir: string | null): Promise<Buffer> {
  if (dataDir === null) return randomBytes(LENGTH)
  const file = join(dataDir, 'console.secret')
  const known = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (known?.length === LENGTH) return known
  const secret = randomBytes(LENGTH)
  await writeFile(file, secret, { mode: 0o600 })
  return secret
}
