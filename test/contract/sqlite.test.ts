import { groupContract } from './group-contract.ts'
import { storeContract } from './store-contract.ts'
import { sqliteFile } from './stores.ts'

storeContract('SQLite', sqliteFile)
groupContract('SQLite', sqliteFile)
