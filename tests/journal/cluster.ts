// A PostgreSQL server of one test file, which ends with its tests.
import { afterAll, beforeAll } from 'vitest'
import { makeCluster, type Cluster } from './postgres-server.ts'

/** A server for the tests of this file. */
export function clusterOfFile(): () => Cluster {
  let cluster: Cluster | null = null
  beforeAll(async () => {
    cluster = makeCluster()
    await cluster.start()
  })
  afterAll(() => cluster?.stop())
  return () => {
    if (!cluster) throw new Error('the server has not started')
    return cluster
  }
}
