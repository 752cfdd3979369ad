// A folder for a measurement's data, gone afterwards. On the disk of the working directory: a figure with fsync on a
// memory file system would say nothing.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

export async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(process.cwd(), '.bench-'))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
