import { accessKeyContract } from './access-key-contract.ts'
import { changesContract } from './changes-contract.ts'
import { countsContract } from './counts-contract.ts'
import { groupContract } from './group-contract.ts'
import { retentionContract } from './retention-contract.ts'
import { storeContract } from './store-contract.ts'
import { sqliteFile } from './stores.ts'

storeContract('SQLite', sqliteFile)
groupContract('SQLite', sqliteFile)
countsContract('SQLite', sqliteFile)
changesContract('SQLite', sqliteFile)
retentionContract('SQLite', sqliteFile)
accessKeyContract('SQLite', sqliteFile)
