import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { draft, giveName } from './backup.ts'
import { type Contents, checkWhole, faultOf, isDatabase, openExisting } from './check-file.ts'
import { copyFile, sync, syncFolderOf } from './copy-file.ts'
import { FileRefused } from './file-refused.ts'
import { renewVersions } from './renew-versions.ts'

export interface RestoreOptions {
  /** Whether a file may be replaced of which nobody can tell whether it is in use. */
  readonly force: boolean
  /** What the name of the replaced file ends with. */
  readonly suffix: string
  /** Told how much is done, from 0 to 1. */
  readonly progress: (done: number) => void
}

export interface Restored {
  readonly contents: Contents
  /** Where the file that stood there is kept. */
  readonly replaced?: string
}

/** Puts a copy of a backup, checked whole, in the place of a database that nobody has open. What stood there is kept beside it. */
export async function restore(backupFile: string, file: string, { force, suffix, progress }: RestoreOptions): Promise<Restored> {
  const backup = openExisting(backupFile, { readOnly: true })
  try {
    checkWhole(backup)
  } finally {
    backup.close()
  }
  alone(file, force, () => undefined)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  return draft(file, async (partial) => {
    const contents = await copyFile(backupFile, partial, progress)
    const copy = new DatabaseSync(partial)
    renewVersions(copy)
    copy.close()
    belongsLike(partial, file)
    sync(partial)
    return alone(file, force, () => {
      const replaced = existsSync(file) ? `${file}.${suffix}` : undefined
      if (replaced !== undefined) giveName(file, replaced)
      // A log that is left beside another database would be taken for its own.
      for (const end of ['-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, `${file}.${suffix}${end}`)
      renameSync(partial, file)
      syncFolderOf(file)
      return { contents, ...(replaced === undefined ? {} : { replaced }) }
    })
  })
}

/** Does a piece of work while no other process has a database open. Where the file cannot be opened there is no knowing, and `force` decides. */
function alone<T>(file: string, force: boolean, work: () => T): T {
  if (!existsSync(file)) return work()
  if (!isDatabase(file)) {
    if (!force) throw new FileRefused('unknowable', file)
    return work()
  }
  const database = new DatabaseSync(file, { timeout: 1_000 })
  try {
    // Only who is alone may leave write-ahead logging: a connection holds a lock on the file as long as it uses the log.
    database.exec('pragma journal_mode = delete; begin exclusive')
  } catch (error) {
    database.close()
    const fault = faultOf(error)
    if (fault === 'inUse') throw new FileRefused(fault, file, '', error)
    if (fault === undefined) throw error
    if (!force) throw new FileRefused('unknowable', file, '', error)
    return work()
  }
  try {
    return work()
  } finally {
    database.close()
  }
}

/** A new file is its predecessor's owner's, or its folder's: who restores need not be who serves. */
function belongsLike(partial: string, file: string): void {
  const { mode, uid, gid } = statSync(existsSync(file) ? file : dirname(file))
  if (existsSync(file)) chmodSync(partial, mode & 0o777)
  if (process.getuid?.() === 0) chownSync(partial, uid, gid)
}
