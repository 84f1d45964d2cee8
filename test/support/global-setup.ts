import { type Cluster, findServer, startCluster } from './cluster.ts'

// One PostgreSQL server for all test files of a run: each makes databases of its own on it.

let cluster: Cluster | undefined

export async function globalSetup(): Promise<void> {
  if (findServer() === undefined || process.env.TENANTRY_TEST_POSTGRES) return
  cluster = await startCluster()
  process.env.TENANTRY_TEST_POSTGRES = cluster.url
}

export async function globalTeardown(): Promise<void> {
  await cluster?.remove()
}
