import type { SqliteWriter } from '../../store/sqlite/sqlite-store.ts'
import type { AccessKeyStore, MaintainedStore } from '../../store/store.ts'
import type { Peer } from './peer.ts'
import type { KeyWrite } from './topics.ts'

/** The writer of a SQLite file that another process has: it answers by {@link answerWrites}. */
export function distantWriter(peer: Peer): SqliteWriter {
  return {
    writeGroup: (group) => peer.ask('write', group),
    accessKeys: {
      add: async (key, hash) => void (await peer.ask('writeKey', { kind: 'add', key, hash })),
      remove: (tenantId, id) => peer.ask('writeKey', { kind: 'remove', tenantId, id }),
      noteUse: async (tenantId, id, at) => void (await peer.ask('writeKey', { kind: 'noteUse', tenantId, id, at })),
    },
  }
}

export function answerWrites(peer: Peer, store: MaintainedStore): void {
  peer.answer('write', (group) => store.writeGroup(group))
  peer.answer('writeKey', (write) => writeKey(write, store.accessKeys))
}

async function writeKey(write: KeyWrite, keys: AccessKeyStore): Promise<boolean> {
  switch (write.kind) {
    case 'add':
      await keys.add(write.key, write.hash)
      return true
    case 'remove':
      return keys.remove(write.tenantId, write.id)
    case 'noteUse':
      await keys.noteUse(write.tenantId, write.id, write.at)
      return true
  }
}
