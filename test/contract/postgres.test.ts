import { postgresMissing } from '../support/databases.ts'
import { accessKeyContract } from './access-key-contract.ts'
import { changesContract } from './changes-contract.ts'
import { countsContract } from './counts-contract.ts'
import { groupContract } from './group-contract.ts'
import { retentionContract } from './retention-contract.ts'
import { storeContract } from './store-contract.ts'
import { postgresDatabase } from './stores.ts'

storeContract('PostgreSQL', postgresDatabase, postgresMissing)
groupContract('PostgreSQL', postgresDatabase, postgresMissing)
countsContract('PostgreSQL', postgresDatabase, postgresMissing)
changesContract('PostgreSQL', postgresDatabase, postgresMissing)
retentionContract('PostgreSQL', postgresDatabase, postgresMissing)
accessKeyContract('PostgreSQL', postgresDatabase, postgresMissing)
