import { accessKeyContract } from './access-key-contract.ts'
import { changesContract } from './changes-contract.ts'
import { countsContract } from './counts-contract.ts'
import { groupContract } from './group-contract.ts'
import { retentionContract } from './retention-contract.ts'
import { storeContract } from './store-contract.ts'
import { citusDatabase, citusUrl } from './stores.ts'

const missing = citusUrl === undefined ? 'no Citus cluster is named (TENANTRY_TEST_CITUS)' : undefined

storeContract('Citus', citusDatabase, missing)
groupContract('Citus', citusDatabase, missing)
countsContract('Citus', citusDatabase, missing)
changesContract('Citus', citusDatabase, missing)
retentionContract('Citus', citusDatabase, missing)
accessKeyContract('Citus', citusDatabase, missing)
