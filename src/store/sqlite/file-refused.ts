/** Why a file cannot be used as it was to be. */
export type FileFault =
  | 'missing'
  /** Another program's, or no database at all. */
  | 'foreign'
  /** Of a newer version of this program. */
  | 'newer'
  | 'damaged'
  /** Something stands where the file is to be put. */
  | 'exists'
  /** The target is the database itself. */
  | 'same'
  | 'inUse'
  /** It cannot be opened, so there is no telling whether it is in use. */
  | 'unknowable'

/** A file that cannot be used; `detail` may be empty. */
export class FileRefused extends Error {
  readonly fault: FileFault
  readonly file: string
  readonly detail: string

  constructor(fault: FileFault, file: string, detail = '', cause?: unknown) {
    super(`${file}: ${fault}${detail === '' ? '' : `: ${detail}`}`, { cause })
    this.fault = fault
    this.file = file
    this.detail = detail
  }
}
