import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { type Contents, checkWhole, contentsOf, openExisting } from './check-file.ts'
import { FileRefused } from './file-refused.ts'

/** Pages that are copied at a time; between two of them the progress is told. */
const pagesAtOnce = 1_024

/**
 * Copies a database as it is at one moment, whoever writes to it meanwhile, into one file that needs no other, and checks the copy whole.
 * The copy is on the disk when this resolves. What stands at `to` already is overwritten.
 */
export async function copyFile(from: string, to: string, progress: (done: number) => void): Promise<Contents> {
  const source = openExisting(from, { timeout: 5_000 })
  let counted: Contents
  try {
    // The transaction holds the moment: without it, each write of another process would begin the copy anew.
    source.exec('begin')
    counted = contentsOf(source)
    await backup(source, to, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => progress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages),
    })
    progress(1)
    source.exec('commit')
  } finally {
    source.close()
  }
  const copy = new DatabaseSync(to)
  try {
    copy.exec('pragma journal_mode = delete')
    const found = checkWhole(copy)
    if (JSON.stringify(found) !== JSON.stringify(counted))
      throw new FileRefused('damaged', to, `${JSON.stringify(counted)} became ${JSON.stringify(found)}`)
    return found
  } finally {
    copy.close()
    sync(to)
  }
}

/** Has the disk keep a file, or the names in a folder. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A name that came or went in a folder is kept once the folder is. Windows has no such thing, and needs none. */
export function syncFolderOf(file: string): void {
  if (process.platform !== 'win32') sync(dirname(file))
}
