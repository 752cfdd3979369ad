// What Kubernetes and the Prometheus operator would say of the shipped files and of an export, by their own schemas and
// without a cluster; and whether the parts find each other.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Service } from 'kubernetes-models/v1/Service'
import { afterAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { parseSettings } from '../../src/config.ts'

const ROOT = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const documents = (file: string): unknown[] =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((each): unknown => each.toJS())
const [serviceData, stateful] = documents(join(ROOT, 'deploy/kubernetes/runtime.yaml'))
const [monitorData] = documents(join(ROOT, 'deploy/kubernetes/servicemonitor.yaml'))

type Given<M extends new (data: never) => unknown> = ConstructorParameters<M>[0]
const service = new Service(serviceData as Given<typeof Service>)
const set = new StatefulSet(stateful as Given<typeof StatefulSet>)
const monitor = new ServiceMonitor(monitorData as Given<typeof ServiceMonitor>)
const [container] = set.spec?.template.spec?.containers ?? []

test('the shipped files are what their schemas ask for', () => {
  for (const model of [service, set, monitor]) expect(() => model.validate()).not.toThrow()
})

test('a schema finds a field of another kind and one that is missing', () => {
  const many: unknown = { ...(stateful as object), spec: { ...set.spec, replicas: 'one' } }
  expect(() => new StatefulSet(many as Given<typeof StatefulSet>).validate()).toThrow('replicas')
  const blind: unknown = { ...(monitorData as object), spec: { endpoints: [{ port: 'http' }] } }
  expect(() => new ServiceMonitor(blind as Given<typeof ServiceMonitor>).validate()).toThrow('selector')
})

test('the service finds the runtime, and the monitor finds the service', () => {
  const labels = set.spec?.template.metadata?.labels
  expect(set.spec?.selector.matchLabels).toEqual(labels)
  expect(service.spec?.selector).toEqual(labels)
  expect(service.metadata?.labels).toEqual(monitor.spec.selector.matchLabels)
  expect(set.spec?.serviceName).toBe(service.metadata?.name)
  const [port] = service.spec?.ports ?? []
  expect(monitor.spec.endpoints?.map((endpoint) => endpoint.port)).toEqual([port?.name])
  expect(container?.ports?.map(({ name }) => name)).toEqual([port?.targetPort])
  for (const probe of [container?.startupProbe, container?.livenessProbe, container?.readinessProbe])
    expect(probe?.httpGet?.port).toBe('http')
})

test('the settings are taken, and every volume is there', () => {
  const env = Object.fromEntries(container?.env?.map(({ name, value }) => [name, value]) ?? [])
  expect(parseSettings(env)).toMatchObject({ host: '0.0.0.0', port: container?.ports?.[0]?.containerPort })
  const mounted = container?.volumeMounts ?? []
  const pod = set.spec?.template.spec
  const claimed = set.spec?.volumeClaimTemplates?.map(({ metadata }) => metadata?.name) ?? []
  const volumes: (string | undefined)[] = [...(pod?.volumes?.map(({ name }) => name) ?? []), ...claimed]
  expect(new Set(mounted.map(({ name }) => name))).toEqual(new Set(volumes))
  for (const name of ['DATA_DIR', 'REGISTRY', 'CUGAR_KEYS_FILE'])
    expect(mounted.some(({ mountPath }) => env[name]?.startsWith(`${mountPath}/`))).toBe(true)
})

test('it runs as nobody who could do harm', () => {
  expect(set.spec?.template.spec?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 })
  expect(container?.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
})

test('the exported rules and dashboards are what their schemas ask for', { timeout: 240_000 }, () => {
  const launcher = join(ROOT, 'src/cli/launcher.cjs')
  const exported = (format: string): unknown[] => {
    const out = join(folder, format)
    const options = ['monitoring', 'export', '--format', format, '--out', out]
    expect(spawnSync(process.execPath, [launcher, ...options], { encoding: 'utf8' })).toMatchObject({
      status: 0,
    })
    return readdirSync(out).flatMap((file) => documents(join(out, file)))
  }
  for (const rule of exported('prometheusrule'))
    expect(() => new PrometheusRule(rule as Given<typeof PrometheusRule>).validate()).not.toThrow()
  const maps = exported('configmaps').map((map) => new ConfigMap(map as Given<typeof ConfigMap>))
  expect(maps.length).toBeGreaterThan(4)
  for (const map of maps) {
    expect(() => map.validate()).not.toThrow()
    // More than this is refused by the cluster.
    expect(Object.values(map.data ?? {}).join('').length).toBeLessThan(1_000_000)
  }
})
