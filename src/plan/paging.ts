import type { CollectionOptions } from '../odata/bind/bound-request.ts'
import { ODataError } from '../odata/error.ts'
import type { Limits } from './limits.ts'
import type { Paging } from './plan.ts'

/**
 * `$top` is a total limit, `odata.maxpagesize` the size of a page (Protocol 4.01, 11.2.6.3 and 8.2.8.4).
 * `$top` without the preference comes in one page, as Graph's clients expect of it.
 */
export function planPaging(options: CollectionOptions, maxPageSize: number | undefined, limits: Limits): Paging {
  if (options.top !== undefined && options.top > limits.maxPageSize) {
    throw new ODataError(
      'Request_UnsupportedQuery',
      `Invalid page size specified: '${options.top}'. $top must be between 0 and ${limits.maxPageSize}.`,
      { target: '$top' },
    )
  }
  if (options.skip > limits.maxSkip)
    throw new ODataError('Request_UnsupportedQuery', `$skip must be between 0 and ${limits.maxSkip}: follow @odata.nextLink instead.`, {
      target: '$skip',
    })
  const total = options.skipToken ? options.skipToken.remaining : options.top
  const asked = maxPageSize === undefined ? options.skipToken?.size : Math.min(maxPageSize, limits.maxPageSize)
  const page = asked ?? (options.top === undefined ? limits.pageSize : limits.maxPageSize)
  const size = total === undefined ? page : Math.min(page, total)
  return {
    size,
    skip: options.skipToken ? 0 : options.skip,
    last: total !== undefined && total <= size,
    next: { ...(total === undefined ? {} : { remaining: total - size }), ...(asked === undefined ? {} : { size: asked }) },
  }
}
