import { groupContract } from './group-contract.ts'
import { storeContract } from './store-contract.ts'
import { citusDatabase, citusUrl } from './stores.ts'

const missing = citusUrl === undefined ? 'no Citus cluster is named (TENANTRY_TEST_CITUS)' : undefined

storeContract('Citus', citusDatabase, missing)
groupContract('Citus', citusDatabase, missing)
