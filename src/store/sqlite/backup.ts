import { existsSync, linkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Contents } from './check-file.ts'
import { copyFile, syncFolderOf } from './copy-file.ts'
import { FileRefused } from './file-refused.ts'

export interface BackupOptions {
  /** Whether what stands at the target already may go. */
  readonly replace: boolean
  /** Told how much is done, from 0 to 1. */
  readonly progress: (done: number) => void
}

/** Copies a database, which may be in use, to a file that stands whole and checked when this resolves, or not at all. */
export async function backUp(file: string, target: string, { replace, progress }: BackupOptions): Promise<Contents> {
  if (existsSync(target)) {
    if (existsSync(file) && realpathSync(file) === realpathSync(target)) throw new FileRefused('same', target)
    if (!replace) throw new FileRefused('exists', target)
  }
  return draft(target, async (partial) => {
    const contents = await copyFile(file, partial, progress)
    put(partial, target, replace)
    return contents
  })
}

/** Lends a file beside the target that nobody else may read, and removes it if it is still there when the work is done. */
export async function draft<T>(target: string, work: (partial: string) => Promise<T>): Promise<T> {
  const partial = `${target}.${process.pid}.partial`
  const remove = () => {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(partial + end, { force: true })
  }
  const interrupted = () => {
    remove()
    process.exit(130)
  }
  writeFileSync(partial, '', { mode: 0o600 })
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    return await work(partial)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    remove()
  }
}

function put(partial: string, target: string, replace: boolean): void {
  if (replace) renameSync(partial, target)
  else giveName(partial, target)
  syncFolderOf(target)
}

/** Gives a file another name, unless something has come to stand there. The first name may remain. */
export function giveName(file: string, name: string): void {
  try {
    linkSync(file, name)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' || existsSync(name)) throw new FileRefused('exists', name)
    // Not every file system lets a file have two names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    renameSync(file, name)
  }
}
