// Two builds of the product side by side: a commit in a work tree of its own, or `work`, the tree as it is. They are
// gone when the comparison is over, however it ends.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BenchError, reasonOf, wrongWords } from '../failure.ts'

const run = promisify(execFile)

export const ROOT = join(import.meta.dirname, '../..')
const WORK = 'work'
const SIDES = ['base', 'head'] as const
type Side = (typeof SIDES)[number]

export type Build = {
  /** As it was asked for. */
  readonly name: string
  /** Short hash; with `+` where there are changes that no commit has. */
  readonly commit: string
  readonly root: string
  /** Where its benchmarks put their data. */
  readonly scratch: string
}
export type Builds = Readonly<Record<Side, Build>>
type Named = { readonly name: string; readonly hash: string | null; readonly commit: string }

const git = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('git', [...args], { cwd: ROOT })
  return stdout.trim()
}

async function workCommit(): Promise<string> {
  const head = await git('rev-parse', '--short', 'HEAD')
  return (await git('status', '--porcelain', '-uno')) === '' ? head : `${head}+`
}

/** Errors: BenchError for what names no commit. */
export async function commitOf(name: string): Promise<Named> {
  if (name === WORK) return { name, hash: null, commit: await workCommit() }
  if (name.endsWith('+'))
    throw wrongWords(
      `${name} names a tree with changes that no commit has: say ${WORK} for the tree as it is`,
    )
  if (!/^[\w@^~{}./-]+$/.test(name) || name.startsWith('-'))
    throw wrongWords(`${JSON.stringify(name)} is no name of a commit`)
  const hash = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).catch(
    (cause: unknown) => {
      throw new BenchError(2, `there is no commit ${name} here, and ${WORK} is the tree as it is`, { cause })
    },
  )
  return { name, hash, commit: await git('rev-parse', '--short', hash) }
}

const sameText = async (first: string, second: string): Promise<boolean> => {
  const [a, b] = await Promise.all([first, second].map((file) => readFile(file, 'utf8').catch(() => null)))
  return a !== null && a === b
}

/** The packages of the checkout where the locks are equal, else their own. */
async function installIn(root: string, signal: AbortSignal): Promise<void> {
  if (await sameText(join(ROOT, 'package-lock.json'), join(root, 'package-lock.json'))) {
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir')
    return
  }
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, signal }).catch((cause: unknown) => {
    throw new BenchError(1, `npm ci failed in the work tree: ${reasonOf(cause)}`, { cause })
  })
}

async function build(named: Named, folder: string, signal: AbortSignal): Promise<Build> {
  const { name, hash, commit } = named
  const scratch = `${folder}-data`
  await mkdir(scratch)
  if (hash === null) return { name, commit, root: ROOT, scratch }
  await git('worktree', 'add', '--detach', '--force', folder, hash)
  signal.throwIfAborted()
  await installIn(folder, signal)
  return { name, commit, root: folder, scratch }
}

async function remove(folder: string): Promise<void> {
  for (const side of SIDES) {
    // Before it was added there is nothing to remove.
    await git('worktree', 'remove', '--force', '--force', join(folder, side)).catch(() => undefined)
  }
  await rm(folder, { recursive: true, force: true })
  await git('worktree', 'prune')
}

/** Makes both, lets them be used, and removes them: on errors and interruptions too. */
export async function withBuilds<T>(
  named: Readonly<Record<Side, Named>>,
  signal: AbortSignal,
  use: (builds: Builds) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(ROOT, '.bench-'))
  try {
    const base = await build(named.base, join(folder, 'base'), signal)
    const head = await build(named.head, join(folder, 'head'), signal)
    return await use({ base, head })
  } finally {
    await remove(folder)
  }
}

const benchFiles = async (root: string): Promise<string[]> =>
  (await readdir(join(root, 'bench'), { recursive: true }).catch(() => []))
    .filter((name) => name.endsWith('.ts'))
    .toSorted()

/** Do both measure with the same code? What differs may be the benchmark and not the product. */
export async function haveSameBenches({ base, head }: Builds): Promise<boolean> {
  const [before, after] = await Promise.all([base, head].map(({ root }) => benchFiles(root)))
  if (JSON.stringify(before) !== JSON.stringify(after)) return false
  const same = (before ?? []).map((name) =>
    sameText(join(base.root, 'bench', name), join(head.root, 'bench', name)),
  )
  return (await Promise.all(same)).every(Boolean)
}
