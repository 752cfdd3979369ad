// What pages load: our style and script, and vendored files from their packages. Each under a name with its digest, so
// that browsers keep it for a year and a new version is another name.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const require = createRequire(import.meta.url)

type AssetSource = { readonly file: () => string; readonly type: string }

const own = (name: string) => (): string => fileURLToPath(new URL(`./assets/${name}`, import.meta.url))
const of = (module: string) => (): string => require.resolve(module)

const CSS = 'text/css; charset=utf-8'
const JS = 'text/javascript; charset=utf-8'
const FONT = 'font/woff2'

const SOURCES: Readonly<Record<string, AssetSource>> = {
  'console.css': { file: own('console.css'), type: CSS },
  'console.js': { file: own('console.js'), type: JS },
  'actions.js': { file: own('actions.js'), type: JS },
  'idiomorph.js': { file: of('idiomorph/dist/idiomorph.min.js'), type: JS },
  'geist.woff2': { file: of('@fontsource-variable/geist/files/geist-latin-wght-normal.woff2'), type: FONT },
  'geist-mono.woff2': {
    file: of('@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2'),
    type: FONT,
  },
  'icon.svg': { file: own('icon.svg'), type: 'image/svg+xml' },
}
export type AssetName = 'console.css' | 'console.js' | 'actions.js' | 'idiomorph.js' | 'icon.svg'

export type Asset = {
  readonly type: string
  readonly body: Buffer
  /** null: it does not get smaller. */
  readonly gzipped: Buffer | null
  /** Of its bytes, for the address. */
  readonly digest: string
  readonly integrity: string
}

export type Assets = {
  readonly find: (name: string) => Asset | undefined
  /** Address and integrity, for tags. */
  readonly link: (name: AssetName, base: string) => { readonly href: string; readonly integrity: string }
}

async function load({ file, type }: AssetSource): Promise<Asset> {
  const body = await readFile(file())
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 12)
  const integrity = `sha384-${createHash('sha384').update(body).digest('base64')}`
  return { type, body, gzipped: type === FONT ? null : gzipSync(body, { level: 9 }), digest, integrity }
}

/** Reads them all. Fonts are named in the style without a digest, and revalidated by their tag. */
export async function loadAssets(): Promise<Assets> {
  const loaded = new Map<string, Asset>()
  await Promise.all(
    Object.entries(SOURCES).map(async ([name, source]) => loaded.set(name, await load(source))),
  )
  return {
    find: (name) => loaded.get(name),
    link: (name, base) => {
      const asset = loaded.get(name)
      if (!asset) throw new TypeError(`no asset ${name}`)
      return { href: `${base}/assets/${name}?v=${asset.digest}`, integrity: asset.integrity }
    },
  }
}
