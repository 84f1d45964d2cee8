import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../../config.ts'
import { type Check, ok, problem, warning } from './check.ts'

/** The data folder: there, ours to write to, and nobody else's to read. */
export function checkFolder({ dataFolder }: Config): readonly Check[] {
  const standing = nearestFolder(dataFolder)
  if (!isWritable(standing))
    return [problem('data', `${standing} cannot be written to.`, 'Run the service as its owner, or name another folder (TENANTRY_DATA).')]
  if (standing !== dataFolder) return [ok('data', `${dataFolder} will be made on first start.`)]
  if (process.platform !== 'win32' && (statSync(dataFolder).mode & 0o007) !== 0)
    return [warning('data', `${dataFolder} is open to every user of this machine.`, `chmod o= '${dataFolder}'`)]
  return [ok('data', dataFolder)]
}

const [mebibyte, gibibyte] = [2 ** 20, 2 ** 30]

/** Space where the data grows. A migration and a backup may need as much again as the database has. */
export function checkDisk({ database, dataFolder }: Config): readonly Check[] {
  const folder = nearestFolder(database.kind === 'sqlite' ? dirname(database.file) : dataFolder)
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const used = database.kind === 'sqlite' && existsSync(database.file) ? statSync(database.file).size : 0
  const message = `${(free / gibibyte).toFixed(1)} GiB are free in ${folder}${used === 0 ? '' : `, and the database has ${(used / gibibyte).toFixed(1)}`}.`
  const advice = 'Make room before the disk is full: writes are refused then, with 503.'
  if (free < 100 * mebibyte) return [problem('disk', message, advice)]
  if (free < gibibyte || free < used) return [warning('disk', message, advice)]
  return [ok('disk', message)]
}

/** A folder, or the nearest above it that stands. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
