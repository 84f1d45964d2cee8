import type { CsdlOptions } from '../edm/csdl.ts'
import { printCsdlJson } from '../edm/csdl-json.ts'
import { printCsdlXml } from '../edm/csdl-xml.ts'
import type { RequestHead } from '../odata/bind/bound-request.ts'
import { capabilities } from '../odata/capabilities.ts'
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
  const known = printed.get(context) ?? new Map<string, string>()
  printed.set(context, known)
  const name = `${head.format.mediaType} ${head.odataVersion}`
  const document = known.get(name) ?? printMetadata(head, context)
  known.set(name, document)
  return document
}

/** What was printed for a service: two formats in two versions, the same for every request. */
const printed = new WeakMap<ServiceContext, Map<string, string>>()

function printMetadata(head: RequestHead, context: ServiceContext): string {
  const options: CsdlOptions = { ...capabilities, version: head.odataVersion, maxTop: context.limits.maxPageSize }
  return head.format.mediaType === 'application/xml' ? printCsdlXml(context.model, options) : printCsdlJson(context.model, options)
}
