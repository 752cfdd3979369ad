// What a file of somebody's own folder may import without a package beside it: this runtime, and the zod that it is
// written with. Each thread lends for itself: isolated tools are told which folders there are.
import { registerHooks } from 'node:module'

const OURS: ReadonlySet<string> = new Set(['cugar-sales', 'zod'])
const folders = new Set<string>()

/** URLs of the folders that are lent to in this thread, each with its slash. */
export const lentFolders = (): readonly string[] => [...folders]

/** A folder of somebody's own is no package: what it has not installed beside itself is taken from here. */
export function lendPackages(folder: string): void {
  if (folders.has(folder)) return
  folders.add(folder)
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!OURS.has(specifier) || !context.parentURL?.startsWith(folder)) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
