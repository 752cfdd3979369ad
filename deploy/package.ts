// Makes the package that others install: a bundle and types instead of TypeScript (Node does not strip types under
// node_modules), without what only a checkout needs. `npm run package` leaves the tarball in dist/.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

const ROOT = join(import.meta.dirname, '..')

/** Runs as it is, on every Node: the compiler leaves it out. */
const LAUNCHER = 'src/cli/launcher.cjs'

type Manifest = { readonly name: string; readonly version: string } & Record<string, unknown>

/** The manifest of the package: no scripts, no tools, no Node of its own. */
export function packedManifest(manifest: Manifest): Manifest {
  const { scripts, devDependencies, optionalDependencies, private: _private, ...kept } = manifest
  if (scripts === undefined || devDependencies === undefined || optionalDependencies === undefined) {
    throw new TypeError('the manifest has changed its shape')
  }
  return {
    ...kept,
    bin: { cugar: LAUNCHER },
    exports: {
      '.': { types: './src/runtime.d.ts', default: './src/runtime.js' },
      './registry.yaml': './registry.yaml',
    },
    files: ['src', 'dashboards', 'LICENCES.md', 'registry.yaml', 'examples', 'README.md', 'CHANGELOG.md'],
  }
}

/** Builds and packs into `out`; the path of the tarball. */
export async function makePackage(out: string): Promise<string> {
  const stage = join(out, 'package')
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const types = ['--emitDeclarationOnly', '--outDir', stage]
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), ...types], {
    stdio: 'inherit',
  })
  await bundle(ROOT, stage)
  for (const file of ['registry.yaml', 'dashboards/generated', 'examples', 'README.md', 'CHANGELOG.md']) {
    cpSync(join(ROOT, file), join(stage, file), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  }
  cpSync(join(ROOT, LAUNCHER), join(stage, LAUNCHER))
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(packedManifest(manifest), null, 2)}\n`)
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out], {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return join(out, `${manifest.name}-${manifest.version}.tgz`)
}

if (import.meta.main) process.stdout.write(`${await makePackage(join(ROOT, 'dist'))}\n`)
