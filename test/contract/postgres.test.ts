import { postgresMissing } from '../support/databases.ts'
import { groupContract } from './group-contract.ts'
import { storeContract } from './store-contract.ts'
import { postgresDatabase } from './stores.ts'

storeContract('PostgreSQL', postgresDatabase, postgresMissing)
groupContract('PostgreSQL', postgresDatabase, postgresMissing)
