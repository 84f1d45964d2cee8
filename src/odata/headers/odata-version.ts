import { ODataError } from '../error.ts'

export type ODataVersion = '4.0' | '4.01'

/**
 * The version of the answer (Protocol 4.01, 8.2.7 and 8.1.5): 4.01 for a caller that says 4.01, in `OData-Version` or `OData-MaxVersion`;
 * 4.0 for all others, as Graph answers. A request in a version that we do not read, or a maximum below 4.0, is refused.
 */
export function negotiateVersion(version: string | undefined, maxVersion: string | undefined): ODataVersion {
  if (version !== undefined && version !== '4.0' && version !== '4.01') {
    throw new ODataError('Request_BadRequest', `OData-Version '${clip(version)}' is not supported: 4.0 and 4.01 are.`, {
      target: 'OData-Version',
    })
  }
  if (maxVersion === undefined) return version === '4.01' ? '4.01' : '4.0'
  const most = /^\d+(?:\.\d+)?$/.test(maxVersion) ? Number(maxVersion) : Number.NaN
  if (Number.isNaN(most) || most < 4) {
    throw new ODataError('Request_BadRequest', `OData-MaxVersion '${clip(maxVersion)}' is below 4.0.`, { target: 'OData-MaxVersion' })
  }
  return most >= 4.01 ? '4.01' : '4.0'
}

function clip(text: string): string {
  return text.slice(0, 20)
}
