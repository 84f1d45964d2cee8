import type { CsdlOptions } from '../edm/csdl.ts'
import { printCsdlJson } from '../edm/csdl-json.ts'
import { printCsdlXml } from '../edm/csdl-xml.ts'
import type { RequestHead } from '../odata/bind/bound-request.ts'
import { printServiceDocument } from '../odata/payload/write-service-document.ts'
import type { ServiceContext } from './context.ts'

/** The documents that describe the service. */
export function printDocument(
  kind: 'readServiceDocument' | 'readMetadata',
  root: string,
  head: RequestHead,
  context: ServiceContext,
): string {
  if (kind === 'readServiceDocument') return printServiceDocument(root, context.model, head.format.metadata)
  const options: CsdlOptions = { ...capabilities, version: head.odataVersion, maxTop: context.limits.maxPageSize }
  return head.format.mediaType === 'application/xml' ? printCsdlXml(context.model, options) : printCsdlJson(context.model, options)
}
