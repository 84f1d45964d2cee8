import type { CsdlOptions } from '../edm/csdl.ts'
import { canonicalFunctions } from './bind/expression/functions.ts'

export type Capabilities = Omit<CsdlOptions, 'version' | 'maxTop'>

/** What the protocol layer offers. The binder refuses what is false here, and `$metadata` says the same: neither can go its own way. */
export const capabilities: Capabilities = {
  conformanceLevel: undefined,
  formats: ['application/json;odata.metadata=none', 'application/json;odata.metadata=minimal', 'application/json;odata.metadata=full'],
  metadataFormats: ['application/xml', 'application/json'],
  keyAsSegment: true,
  querySegment: false,
  asynchronous: false,
  crossJoin: false,
  batch: true,
  batchFormats: ['application/json', 'multipart/mixed'],
  continueOnError: true,
  filter: true,
  filterFunctions: [...Object.keys(canonicalFunctions), 'cast', 'isof', 'case'],
  orderby: true,
  search: true,
  searchUnsupported: [],
  compute: true,
  apply: true,
  transformations: [
    'filter',
    'search',
    'compute',
    'aggregate',
    'groupby',
    'concat',
    'identity',
    'orderby',
    'skip',
    'top',
    'topcount',
    'topsum',
    'toppercent',
    'bottomcount',
    'bottomsum',
    'bottompercent',
  ],
  expand: false,
  select: true,
  top: true,
  skip: true,
  count: true,
  delta: true,
  trackChanges: false,
  read: true,
  insert: true,
  update: true,
  replace: true,
  upsert: true,
  deltaUpdate: true,
  delete: true,
  filterSegment: false,
  typecastSegment: false,
  selectOnWrite: true,
  alternateKeys: true,
  etagRequired: false,
}

/** System query options that the service knows and does not offer: to ignore one would answer another question than was asked. */
export const notOffered: ReadonlySet<string> = new Set([
  ...(['filter', 'orderby', 'search', 'compute', 'apply', 'select', 'top', 'skip', 'count'] as const).filter(
    (option) => !capabilities[option],
  ),
  'index',
  'id',
  'levels',
])
