import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { documents, file, folder, REGISTRY, server, start, type Live } from './hand.ts'

/** A second server on a data directory that is in use. */
async function standby(dataDir: string, registry = REGISTRY): Promise<Live> {
  const env = { DATA_DIR: dataDir, REGISTRY: registry, STANDBY: 'wait', PORT: '0', LOG_LEVEL: 'info' }
  const live = start(['serve', '--json'], env)
  expect(await live.said('standing by')).toContain('another process has the journal')
  return live
}

test('a server stands by while another one has the journal, and serves when that is killed', async () => {
  const dataDir = folder()
  const registry = file('registry.yaml', readFileSync(REGISTRY))
  const first = await server({ DATA_DIR: dataDir })
  const second = await standby(dataDir, registry)
  const changed = readFileSync(REGISTRY, 'utf8').replace(
    'Normalises a raw account record',
    'Changed meanwhile',
  )
  writeFileSync(registry, changed)
  second.send('SIGHUP')
  await first.end('SIGKILL')
  await second.said('taking over the journal')
  const { url } = JSON.parse(await second.said('"url"')) as { url: string }
  expect(await (await fetch(`${url}/v1/tools`)).text()).toContain('Changed meanwhile')
  expect(await second.end('SIGTERM')).toMatchObject({ code: 0, err: '' })
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends one that waits at once, and it ends well',
  async (signal) => {
    const { dataDir } = await server()
    const waiting = await standby(dataDir)
    const ended = await waiting.end(signal)
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(documents(ended.out)).toMatchObject([{ msg: 'standing by: another process has the journal' }])
  },
)
