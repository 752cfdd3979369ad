// What a file of somebody's own folder may import without a package beside it: this runtime, and the zod that it is
// written with. Each thread lends for itself: isolated tools are told which folders there are.
import { registerHooks, type ResolveFnOutput } from 'node:module'

const OURS: ReadonlySet<string> = new Set(['cugar-sales', 'zod'])
const folders = new Set<string>()

/** URLs of the folders that are lent to in this thread, each with its slash. */
export const lentFolders = (): readonly string[] => [...folders]

/**
 * Whoever writes `export const tool` means a module, whatever a package.json above the folder says of its own files:
 * `npm init` writes `"type": "commonjs"` of itself.
 */
const asModule = (found: ResolveFnOutput, folder: string): ResolveFnOutput =>
  found.format === 'commonjs-typescript' &&
  found.url.startsWith(folder) &&
  !found.url.includes('/node_modules/')
    ? { ...found, format: 'module-typescript' }
    : found

/** A folder of somebody's own is no package: what it has not installed beside itself is taken from here. */
export function lendPackages(folder: string): void {
  if (folders.has(folder)) return
  folders.add(folder)
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!OURS.has(specifier) || !context.parentURL?.startsWith(folder))
        return asModule(next(specifier, context), folder)
      try {
        return next(specifier, context)
      } catch {
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
